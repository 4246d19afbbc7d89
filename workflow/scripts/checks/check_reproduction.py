"""Hold each published cell against this run."""

from compute_trends.checks.reproduction import check_reproduction
from compute_trends.fit.selection import join_members
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import read_checked

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths = snakemake.input
        members, systems, compute = (
            read_table(paths[name], name) for name in ("members", "systems", "compute")
        )
        check = check_reproduction(
            read_checked(paths.published, paths.datapackage, "published_tables"),
            read_table(paths.trends, "trends"),
            join_members(members[members["basis"] == "published"], systems, compute),
            bootstrap=snakemake.params.bootstrap,
            units=snakemake.params.units,
            seed=snakemake.params.seed,
            **snakemake.params.reproduction,
        )
        write_table(check, snakemake.output[0], "reproduction")
