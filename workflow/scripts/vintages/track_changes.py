"""Compare consecutive vintages, and follow their trends."""

from compute_trends.tables.job import job
from compute_trends.vintages.changes import track_changes

if __name__ == "__main__":
    with job(snakemake) as run:
        own = ("export_attributes", "export_columns", "export_trends")
        tables = run.tables_of_exports("systems", "excluded", "compute", *own)
        run.write(**track_changes(*tables, **run.settings))
