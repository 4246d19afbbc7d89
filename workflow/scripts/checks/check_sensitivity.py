"""Fit trends again with one choice after the other made differently."""

from compute_trends.checks.sensitivity import sensitivity_table
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        both = [read_table(snakemake.input[name], name) for name in ("systems", "compute")]
        table = sensitivity_table(*both, fit=snakemake.params.fit, seed=snakemake.params.seed)
        write_table(table, snakemake.output[0], "sensitivity")
