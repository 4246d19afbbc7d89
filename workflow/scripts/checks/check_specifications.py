"""Fit each headline under every combination of defensible choices."""

from compute_trends.checks.specifications import check_specifications
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        own = run.tables("alternatives", "claims")
        tables = run.tables_of_exports("systems", "compute", "export_attributes")
        run.write(**check_specifications(*own, *tables, run.shards(), **run.settings))
