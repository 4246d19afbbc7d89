"""Estimate each system's training compute from its inputs."""

from compute_trends.estimate.inputs import complete_inputs
from compute_trends.estimate.systems import choose_compute, estimate_systems
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import read_checked

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, settings = snakemake.input, snakemake.params
        systems, excluded = (read_table(paths[name], name) for name in ("systems", "excluded"))
        raw = ("compute_inputs", "hardware")
        completed = complete_inputs(
            *(read_checked(paths[name], paths.datapackage, name) for name in raw),
            systems,
            excluded,
            defaults=settings.defaults,
            files=[paths[name] for name in raw],
        )
        uncertainty, seed = settings.uncertainty, settings.seed
        estimates = estimate_systems(systems, completed, uncertainty=uncertainty, seed=seed)
        write_table(estimates, snakemake.output.estimates, "estimates")
        compute = choose_compute(estimates, **settings.choice)
        write_table(compute, snakemake.output.compute, "compute")
