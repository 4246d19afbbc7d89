"""Estimate the compute of an export's systems from its own columns."""

from compute_trends.checks.agreement import agreement_table
from compute_trends.estimate.inputs import complete_inputs
from compute_trends.estimate.systems import choose_compute, estimate_systems
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, settings, written = snakemake.input, snakemake.params, snakemake.output
        systems, excluded = (read_table(paths[name], name) for name in ("systems", "excluded"))
        raw = [read_table(paths[name], f"export_{name}") for name in ("inputs", "hardware")]
        files = [paths.inputs, paths.hardware]
        defaults = settings.defaults
        inputs = complete_inputs(*raw, systems, excluded, defaults=defaults, files=files)
        uncertainty, seed = settings.uncertainty, settings.seed
        estimates = estimate_systems(systems, inputs, uncertainty=uncertainty, seed=seed)
        write_table(estimates, written.estimates, "estimates")
        compute = choose_compute(estimates, **settings.choice)
        write_table(compute, written.compute, "compute")
        preference = settings.choice["preference"]
        agreement = agreement_table(estimates, compute, preference=preference, seed=seed)
        write_table(agreement, written.agreement, "agreement")
