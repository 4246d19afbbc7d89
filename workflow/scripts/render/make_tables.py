"""Lay out the paper's tables from this run."""

from compute_trends.render.paper_tables import key_of_terms, study_table, trend_table
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import read_checked

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        trends = read_table(snakemake.input.trends, "trends")
        published = read_checked(
            snakemake.input.published, snakemake.input.datapackage, "published_tables"
        )
        numbers = (2, 3, 4, 6, 7, 8, 9)
        tables = {f"table{number}": trend_table(trends, table=number) for number in numbers}
        tables |= {"table1": study_table(trends, published)}
        terms = {name: snakemake.params[name] for name in ("units", "outliers", "bootstrap")}
        tables |= {"table5": key_of_terms(**terms)}
        for name, table in tables.items():
            write_table(table, snakemake.output[name], name)
