"""Estimate each system's training compute from its inputs."""

from compute_trends.estimate.inputs import complete_inputs
from compute_trends.estimate.systems import choose_compute, estimate_systems
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        raw = ("compute_inputs", "hardware")
        systems, excluded, *inputs = run.tables("systems", "excluded", *raw)
        completed = complete_inputs(
            *inputs,
            systems,
            excluded,
            defaults=run.settings["defaults"],
            files=[run.input[name] for name in raw],
        )
        uncertainty, seed = run.settings["uncertainty"], run.settings["seed"]
        estimates = estimate_systems(systems, completed, uncertainty=uncertainty, seed=seed)
        compute = choose_compute(estimates, **run.settings["choice"])
        run.write(estimates=estimates, compute=compute)
