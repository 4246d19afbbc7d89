"""Fit trends again with one choice after the other made differently."""

from compute_trends.checks.sensitivity import check_sensitivity
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        run.write(**check_sensitivity(*run.tables("systems", "compute"), **run.settings))
