"""Hold the values of each system against each other."""

from compute_trends.checks.agreement import check_estimates
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import read_checked

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, params = snakemake.input, snakemake.params
        names = ("systems", "estimates", "compute", "excluded")
        checks = check_estimates(
            *(read_table(paths[name], name) for name in names),
            read_checked(paths.discrepancies, paths.datapackage, "discrepancies"),
            settings=params.disagreements,
            preference=params.preference,
            eras=params.eras,
            seed=params.seed,
            file=paths.discrepancies,
        )
        for name, table in checks.items():
            write_table(table, snakemake.output[name], name)
