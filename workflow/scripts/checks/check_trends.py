"""Hold the trends against other methods, one line, and corrected annotations."""

from compute_trends.checks.trends import check_trends
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("members", "systems", "compute")
        run.write(**check_trends(*tables, **run.settings))
