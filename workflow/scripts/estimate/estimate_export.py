"""Estimate the compute of an export's systems from its own columns."""

from compute_trends.checks.agreement import agreement_table
from compute_trends.estimate.inputs import complete_inputs
from compute_trends.estimate.systems import choose_compute, estimate_systems
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        own = ("export_inputs", "export_hardware")
        systems, excluded, *inputs = run.tables("systems", "excluded", *own)
        completed = complete_inputs(
            *inputs,
            systems,
            excluded,
            defaults=run.settings["defaults"],
            files=[run.input[name] for name in own],
        )
        uncertainty, seed = run.settings["uncertainty"], run.settings["seed"]
        estimates = estimate_systems(systems, completed, uncertainty=uncertainty, seed=seed)
        compute = choose_compute(estimates, **run.settings["choice"])
        preference = run.settings["choice"]["preference"]
        agreement = agreement_table(estimates, compute, preference=preference, seed=seed)
        run.write(estimates=estimates, compute=compute, agreement=agreement)
