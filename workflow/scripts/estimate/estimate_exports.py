"""Estimate the compute of every export's systems from its own columns."""

from compute_trends.checks.export_estimates import estimate_exports
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        own = ("export_attributes", "export_columns", "export_hardware")
        tables = run.tables_of_exports("systems", "excluded", *own)
        errors = run.tables("error_model")
        run.write_of_exports(**estimate_exports(*tables, *errors, **run.settings))
