"""Put everything into one HTML file."""

from pathlib import Path

import yaml

from compute_trends.logs import log_to
from compute_trends.provenance import file_checksums, software_versions
from compute_trends.render import Results, render_report
from compute_trends.tables import read_checked, read_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths = snakemake.input
        raw = {"annotations": paths.annotations, "corrections": paths.corrections}
        raw["published_tables"] = paths.published
        annotations, corrections, published = (
            read_checked(path, paths.datapackage, name) for name, path in raw.items()
        )
        generated = ("systems", "excluded", "scores", "trends", "table1", "reproduction")
        config_text = Path(paths.config).read_text(encoding="utf-8")
        html = render_report(
            Results(
                annotations,
                corrections,
                published,
                *(read_table(paths[name], name) for name in generated),
            ),
            config=yaml.safe_load(config_text),
            config_text=config_text,
            figures={Path(path).stem: path for path in paths.figures},
            checksums=file_checksums([*raw.values(), paths.datapackage, paths.config]),
            versions=software_versions(),
            template=paths.template,
            stylesheet=paths.stylesheet,
        )
        Path(snakemake.output[0]).write_text(html, encoding="utf-8")
