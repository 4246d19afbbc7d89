"""Count what is listed without compute, and hold against it whether growth has slowed."""

from compute_trends.checks.visibility import check_visibility
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables_of_exports("systems", "excluded", "export_attributes")
        run.write(**check_visibility(*tables, *run.tables("changed_rows"), **run.settings))
