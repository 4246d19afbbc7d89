"""Hold each published cell against this run."""

from compute_trends.checks.reproduction import check_reproduction
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        names = ("trends", "paper_intervals", "members", "systems", "compute")
        tables = run.tables("published_tables", *names)
        run.write(**check_reproduction(*tables, **run.settings))
