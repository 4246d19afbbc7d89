"""Hold what earlier studies, the paper and Epoch AI state against this run."""

from compute_trends.checks.claims import check_claims, check_on_exports
from compute_trends.fit.selection import join_members
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        names = ("claims", "trends", "parameters", "members", "systems", "compute")
        stated, trends, parameters, members, systems, compute = run.tables(*names)
        points = join_members(members, systems, compute)
        settings = run.settings | {"file": run.input.claims}
        claims = check_claims(stated, trends, points, parameters, compute, **settings)
        settings.pop("bases")
        on_exports = check_on_exports(
            stated, trends, *run.tables_of_exports("export_trends"), **settings
        )
        run.write(claims=claims, export_claims=on_exports)
