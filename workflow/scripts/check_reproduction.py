"""Lay out the paper's tables, and hold each published cell against this run."""

from compute_trends.fit import join_members
from compute_trends.logs import log_to
from compute_trends.reproduction import check_reproduction, study_table, trend_table
from compute_trends.tables import read_checked, read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        trends = read_table(snakemake.input.trends, "trends")
        published = read_checked(
            snakemake.input.published, snakemake.input.datapackage, "published_tables"
        )
        points = join_members(
            read_table(snakemake.input.members, "members"),
            read_table(snakemake.input.systems, "systems"),
            read_table(snakemake.input.compute, "compute"),
        )
        check = check_reproduction(
            published,
            trends,
            points[points["basis"] == "published"],
            bootstrap=snakemake.params.bootstrap,
            units=snakemake.params.units,
            seed=snakemake.params.seed,
            **snakemake.params.reproduction,
        )
        write_table(study_table(trends, published), snakemake.output.table1, "table1")
        for table in (2, 3, 4):
            path = snakemake.output[f"table{table}"]
            write_table(trend_table(trends, table=table), path, f"table{table}")
        write_table(check, snakemake.output.reproduction, "reproduction")
