"""Put everything into one HTML file."""

from pathlib import Path

from compute_trends.digest import Results
from compute_trends.logs import log_to
from compute_trends.provenance import file_checksums, software_versions
from compute_trends.render import render_report
from compute_trends.tables import raw_resource, read_checked, read_raw, read_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths = snakemake.input
        raw = {name: read_checked(paths[name], paths.datapackage, name) for name in Results.RAW}
        generated = {name: read_table(paths[name], name) for name in Results.GENERATED}
        inputs = ("annotations", *Results.RAW, *Results.OTHERS, "datapackage", "config")
        html = render_report(
            Results(**raw, **generated),
            n_raw=len(read_raw(paths.annotations, raw_resource(paths.datapackage, "annotations"))),
            config_text=Path(paths.config).read_text(encoding="utf-8"),
            figures=paths.figures,
            tables=paths.tables,
            checksums=file_checksums([paths[name] for name in inputs]),
            versions=software_versions(),
            references="",
            template=paths.template,
            stylesheets=paths.stylesheets,
            scripts=paths.scripts,
        )
        Path(snakemake.output[0]).write_text(html, encoding="utf-8")
