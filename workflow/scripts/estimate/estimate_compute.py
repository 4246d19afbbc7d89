"""Estimate each system's training compute from its inputs."""

from compute_trends.estimate.same_quantity import exported_quantities
from compute_trends.estimate.systems import estimate_stage
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "excluded", "compute_inputs", "hardware", "discrepancies")
        later, index = run.tables("later_values", "vintages")
        exported = exported_quantities(later, index, run.input.exports)
        files = (run.input.compute_inputs, run.input.hardware, run.input.discrepancies)
        settings = {"files": files, "exported": exported} | run.settings
        run.write(**estimate_stage(*tables, later, **settings))
