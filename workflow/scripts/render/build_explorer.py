"""Make the chart that readers can question, and the libraries that it needs."""

import json
from pathlib import Path

from compute_trends.render.explorer import build_explorer, library_bundle
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table
from compute_trends.tables.raw import read_checked

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, params, written = snakemake.input, snakemake.params, snakemake.output
        names = ("systems", "compute", "scores")
        chart, page = build_explorer(
            *(read_table(paths[name], name) for name in names),
            read_checked(paths.hardware, paths.datapackage, "hardware"),
            template=json.loads(Path(paths.template).read_text(encoding="utf-8")),
            explorer=params.explorer,
            trends=params.trends,
            settings={"high_z": params.high_z, "units": params.units, "ratio": params.ratio},
        )
        Path(written.chart).write_text(json.dumps(chart), encoding="utf-8")
        Path(written.page).write_text(json.dumps(page), encoding="utf-8")
        Path(written.library).write_text(library_bundle(), encoding="utf-8")
