"""Put everything into one HTML file."""

from pathlib import Path

from compute_trends.digest import Results, read_results, table_files
from compute_trends.logs import log_to
from compute_trends.provenance import file_checksums, software_versions
from compute_trends.render import render_report
from compute_trends.tables import raw_resource, read_raw

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths = snakemake.input
        inputs = ("annotations", *Results.RAW, *Results.OTHERS, "datapackage", "config")
        html = render_report(
            read_results(paths),
            n_raw=len(read_raw(paths.annotations, raw_resource(paths.datapackage, "annotations"))),
            config_text=Path(paths.config).read_text(encoding="utf-8"),
            tables=table_files(paths),
            checksums=file_checksums([paths[name] for name in inputs]),
            versions=software_versions(),
            references=Path(paths.references).read_text(encoding="utf-8"),
            **{name: paths[name] for name in ("figures", "template", "stylesheets", "scripts")},
        )
        Path(snakemake.output[0]).write_text(html, encoding="utf-8")
