"""Fit trends again with one choice after the other made differently."""

from compute_trends.checks.sensitivity import check_sensitivity
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "compute", "alternatives")
        run.write(**check_sensitivity(*tables, **run.settings))
