"""Make the results folder complete."""

import json
from pathlib import Path

from compute_trends.render.data_package import write_package
from compute_trends.run.job_log import log_to
from compute_trends.run.provenance import VERSION

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        raw = json.loads(Path(snakemake.input.datapackage).read_text(encoding="utf-8"))
        write_package(
            "results",
            snakemake.input.tables,
            printed=snakemake.params.printed,
            labels={trend["name"]: trend["label"] for trend in snakemake.params.trends},
            references=Path(snakemake.input.references).read_text(encoding="utf-8"),
            fingerprint=snakemake.params.fingerprint,
            version=VERSION,
            sources=raw["sources"],
        )
