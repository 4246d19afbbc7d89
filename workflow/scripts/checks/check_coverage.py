"""Hold the intervals of trends against simulated data whose law is known."""

from compute_trends.checks.coverage import check_coverage
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "compute")
        run.write(**check_coverage(*tables, run.shards(), **run.settings))
