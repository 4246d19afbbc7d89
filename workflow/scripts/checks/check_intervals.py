"""Hold the intervals of the trends against other noise, other methods and simulated truth."""

from compute_trends.checks.intervals import coverage_table
from compute_trends.checks.noise import compare_noise
from compute_trends.checks.other_methods import robust_table
from compute_trends.fit.selection import join_members
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        names = ("members", "systems", "compute")
        points = join_members(*(read_table(snakemake.input[name], name) for name in names))
        p, written = snakemake.params, snakemake.output
        noise = compare_noise(points, bootstrap=p.bootstrap, units=p.units, seed=p.seed)
        write_table(noise, written.noise, "noise")
        robust = robust_table(points, methods=p.other_methods, units=p.units)
        write_table(robust, written.robust, "robust")
        coverage = coverage_table(points, bootstrap=p.bootstrap, seed=p.seed, **p.coverage)
        write_table(coverage, written.coverage, "coverage")
