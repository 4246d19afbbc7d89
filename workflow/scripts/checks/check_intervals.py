"""Hold the intervals of the trends against other noise, other methods and simulated truth."""

from compute_trends.checks.intervals import coverage_table
from compute_trends.checks.noise import compare_noise
from compute_trends.checks.other_methods import robust_table
from compute_trends.fit.selection import join_members
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        points = join_members(*run.tables("members", "systems", "compute"))
        bootstrap, units, other_methods, coverage, seed = run.settings.values()
        run.write(
            noise=compare_noise(points, bootstrap=bootstrap, units=units, seed=seed),
            robust=robust_table(points, methods=other_methods, units=units),
            coverage=coverage_table(points, bootstrap=bootstrap, seed=seed, **coverage),
        )
