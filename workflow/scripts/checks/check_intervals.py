"""Hold the intervals of the trends against other noise, other methods and simulated truth."""

from compute_trends.checks.intervals import check_intervals
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("members", "systems", "compute")
        run.write(**check_intervals(*tables, **run.settings))
