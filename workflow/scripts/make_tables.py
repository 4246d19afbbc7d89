"""Lay out the paper's tables from this run."""

from compute_trends.logs import log_to
from compute_trends.reproduction import study_table, trend_table
from compute_trends.tables import read_checked, read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        trends = read_table(snakemake.input.trends, "trends")
        published = read_checked(
            snakemake.input.published, snakemake.input.datapackage, "published_tables"
        )
        write_table(study_table(trends, published), snakemake.output.table1, "table1")
        for number in (2, 3, 4):
            name = f"table{number}"
            write_table(trend_table(trends, table=number), snakemake.output[name], name)
