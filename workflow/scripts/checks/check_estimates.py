"""Hold the values of each system against each other."""

from compute_trends.checks.estimates import check_estimates
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        names = ("systems", "estimates", "compute", "excluded", "discrepancies")
        file = run.input.discrepancies
        run.write(**check_estimates(*run.tables(*names), file=file, **run.settings))
