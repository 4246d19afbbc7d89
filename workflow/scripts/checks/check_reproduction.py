"""Lay out the paper's tables, and hold each published cell against this run."""

from compute_trends.checks.reproduction import check_reproduction
from compute_trends.render.paper_tables import paper_tables
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        settings, names = run.settings, ("members", "systems", "compute")
        trends, intervals, published = run.tables("trends", "paper_intervals", "published_tables")
        laid_out = paper_tables(
            trends, intervals, published, **settings["both"], **settings["tables"]
        )
        tables = (published, trends, intervals, *run.tables(*names))
        held = check_reproduction(*tables, **settings["both"], **settings["cells"])
        run.write(**laid_out, **held)
