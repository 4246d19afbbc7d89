"""Clean every export: its systems, and what it states of them."""

from compute_trends.clean.export import clean_exports
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("hardware", "vintages", "vintage_columns", "vintage_unread")
        run.write_of_exports(**clean_exports(*tables, **run.settings))
