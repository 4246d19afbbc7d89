"""Lay out the paper's tables from this run."""

from compute_trends.render.paper_tables import paper_tables
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("trends", "paper_intervals", "published_tables")
        run.write(**paper_tables(*tables, **run.settings))
