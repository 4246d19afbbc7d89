"""Simulate a part of the worlds that the intervals of trends are held against."""

from compute_trends.checks.coverage import simulate_coverage
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "compute")
        run.write_shard(simulate_coverage(*tables, **run.settings, part=run.part))
