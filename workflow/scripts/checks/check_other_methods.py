"""Fit the trends by other methods than least squares and resampling."""

from compute_trends.checks.other_methods import check_other_methods
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("members", "systems", "compute")
        run.write(**check_other_methods(*tables, **run.settings))
