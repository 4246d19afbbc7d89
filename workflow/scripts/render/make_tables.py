"""Lay out the paper's tables from this run."""

from compute_trends.render.paper_tables import key_of_terms, study_table, trend_table
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        trends, published = run.tables("trends", "published_tables")
        numbers = (2, 3, 4, 6, 7, 8, 9)
        run.write(
            **{f"table{number}": trend_table(trends, table=number) for number in numbers},
            table1=study_table(trends, published),
            table5=key_of_terms(**run.settings),
        )
