"""Make the results folder complete."""

import json
from pathlib import Path

from compute_trends.render.data_package import write_package
from compute_trends.run.provenance import VERSION
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        raw = json.loads(Path(run.input.datapackage).read_text(encoding="utf-8"))
        write_package(
            "results",
            run.input.tables,
            printed=run.settings["printed"],
            labels={trend["name"]: trend["label"] for trend in run.settings["trends"]},
            references=Path(run.input.references).read_text(encoding="utf-8"),
            fingerprint=run.settings["fingerprint"],
            version=VERSION,
            sources=raw["sources"],
        )
