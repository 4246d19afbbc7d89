"""Hold two populations of systems against one line."""

from compute_trends.checks.populations import check_populations
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables_of_exports("systems", "compute")
        run.write(**check_populations(*tables, **run.settings))
