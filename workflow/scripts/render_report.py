"""Put everything into one HTML file."""

from pathlib import Path

from compute_trends.digest import Results, read_results
from compute_trends.logs import log_to
from compute_trends.provenance import file_checksums, software_versions
from compute_trends.render import render_report
from compute_trends.tables import raw_resource, read_raw

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths = snakemake.input
        inputs = ("annotations", *Results.RAW, *Results.OTHERS, "datapackage", "config")
        files = ("figures", "tables", "template", "stylesheets", "scripts")
        html = render_report(
            read_results(paths),
            n_raw=len(read_raw(paths.annotations, raw_resource(paths.datapackage, "annotations"))),
            config_text=Path(paths.config).read_text(encoding="utf-8"),
            checksums=file_checksums([paths[name] for name in inputs]),
            versions=software_versions(),
            references="",
            **{name: paths[name] for name in files},
        )
        Path(snakemake.output[0]).write_text(html, encoding="utf-8")
