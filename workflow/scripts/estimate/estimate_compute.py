"""Estimate each system's training compute from its inputs."""

from compute_trends.estimate.systems import estimate_stage
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "excluded", "compute_inputs", "hardware", "discrepancies")
        tables += run.tables("later_values")
        files = (run.input.compute_inputs, run.input.hardware, run.input.discrepancies)
        run.write(**estimate_stage(*tables, files=files, **run.settings))
