"""Compare consecutive vintages, follow their trends, and tell it in a text."""

from pathlib import Path

from compute_trends.render.change_report import change_report
from compute_trends.run.seals import write_whole
from compute_trends.tables.job import job
from compute_trends.vintages.changes import track_changes

if __name__ == "__main__":
    with job(snakemake) as run:
        settings = run.settings
        own = ("export_attributes", "export_columns", "export_trends")
        tables = run.tables_of_exports("systems", "excluded", "compute", *own)
        tracked = track_changes(*tables, **settings["numbers"])
        run.write(**tracked)
        (vintages,) = run.tables("vintages")
        of_exports = run.tables_of_exports("export_members", "export_unread")
        template = Path(run.input.template).read_text(encoding="utf-8")
        told = {"vintages": vintages, **tracked}
        text = change_report(told, *of_exports, template=template, **settings["text"])
        write_whole(run.output.report, text)
