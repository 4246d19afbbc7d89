"""Hold each published cell against this run."""

from compute_trends.checks.reproduction import check_reproduction
from compute_trends.fit.selection import join_members
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        names = ("published_tables", "trends", "members", "systems", "compute")
        published, trends, members, systems, compute = run.tables(*names)
        points = join_members(members[members["basis"] == "published"], systems, compute)
        run.write(reproduction=check_reproduction(published, trends, points, **run.settings))
