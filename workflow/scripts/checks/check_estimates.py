"""Hold the compute values of each system against each other."""

from compute_trends.checks.estimates import check_estimates
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        names = ("systems", "estimates", "compute", "excluded", "discrepancies", "compute_inputs")
        files = {"file": run.input.discrepancies, "inputs_file": run.input.compute_inputs}
        run.write(**check_estimates(*run.tables(*names), **run.settings, **files))
