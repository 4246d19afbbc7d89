"""Search a part of the datasets and spans for breaks of the trend of all systems."""

from compute_trends.checks.eras import search_eras
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables_of_exports("systems", "compute", "scores")
        run.write_shard(search_eras(*tables, **run.settings, part=run.part))
