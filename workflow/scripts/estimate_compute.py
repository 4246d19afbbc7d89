"""Estimate each system's training compute."""

from compute_trends.estimate import choose_compute, published_estimates
from compute_trends.logs import log_to
from compute_trends.tables import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        estimates = published_estimates(read_table(snakemake.input.systems, "systems"))
        write_table(estimates, snakemake.output.estimates, "estimates")
        write_table(choose_compute(estimates), snakemake.output.compute, "compute")
