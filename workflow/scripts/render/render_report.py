"""Put everything into one HTML file."""

from pathlib import Path

from compute_trends.render.report import render_report
from compute_trends.render.sections.digest import read_results, table_files
from compute_trends.run.seals import write_sealed
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.job import job
from compute_trends.tables.raw import read_raw

if __name__ == "__main__":
    with job(snakemake) as run:
        paths = run.input
        kept = ("figures", "provenance", "template", "stylesheets", "scripts")
        html = render_report(
            read_results(paths, exports=run.params.exports),
            n_raw=len(read_raw(paths.annotations, raw_table("annotations"))),
            config_text=Path(paths.config).read_text(encoding="utf-8"),
            tables=table_files(paths.printed),
            references=Path(paths.references).read_text(encoding="utf-8"),
            explorer=next((Path(path).read_text("utf-8") for path in paths.explorer), None),
            **{name: paths[name] for name in kept},
        )
        write_sealed(run.output[0], html)
