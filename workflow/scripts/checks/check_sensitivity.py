"""Fit trends again with one choice after the other made differently."""

from compute_trends.checks.sensitivity import sensitivity_table
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "compute")
        run.write(sensitivity=sensitivity_table(*tables, **run.settings))
