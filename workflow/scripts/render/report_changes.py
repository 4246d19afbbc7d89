"""Write what the newest vintage changed."""

from pathlib import Path

from compute_trends.render.change_report import TABLES, change_report
from compute_trends.run.seals import write_whole
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = dict(zip(TABLES, run.tables(*TABLES), strict=True))
        of_exports = run.tables_of_exports("export_members", "export_unread")
        template = Path(run.input.template).read_text(encoding="utf-8")
        text = change_report(tables, *of_exports, template=template, **run.settings)
        write_whole(run.output[0], text)
