"""Put everything into one HTML file."""

from pathlib import Path

from compute_trends.logs import log_to
from compute_trends.provenance import file_checksums, software_versions
from compute_trends.render import Results, render_report
from compute_trends.tables import read_checked, read_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths = snakemake.input
        results = Results(
            **{name: read_checked(paths[name], paths.datapackage, name) for name in Results.RAW},
            **{name: read_table(paths[name], name) for name in Results.GENERATED},
        )
        html = render_report(
            results,
            config_text=Path(paths.config).read_text(encoding="utf-8"),
            figures={Path(path).stem: path for path in paths.figures},
            checksums=file_checksums(
                [paths[name] for name in (*Results.RAW, "datapackage", "config")]
            ),
            versions=software_versions(),
            template=paths.template,
            stylesheet=paths.stylesheet,
        )
        Path(snakemake.output[0]).write_text(html, encoding="utf-8")
