"""Estimate the compute of an export's systems from its own columns."""

from compute_trends.checks.agreement import agreement_table
from compute_trends.estimate.systems import estimate_export_stage
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables(
            "systems", "excluded", "export_inputs", "export_hardware", "error_model"
        )
        files = (run.input.export_inputs, run.input.export_hardware)
        values = estimate_export_stage(*tables, files=files, **run.settings)
        preference, seed = run.settings["choice"].preference, run.settings["seed"]
        agreement = agreement_table(**values, preference=preference, seed=seed)
        run.write(**values, agreement=agreement)
