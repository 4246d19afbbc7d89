"""Search for breaks of the trend of all systems, and test those that the paper states."""

from compute_trends.checks.eras import check_eras
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables_of_exports("systems", "compute", "scores")
        run.write(**check_eras(*tables, run.shards(), **run.settings))
