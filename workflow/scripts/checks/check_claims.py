"""Hold what earlier studies, the paper and Epoch AI state against this run."""

from compute_trends.checks.claims import check_claims, check_on_exports
from compute_trends.fit.selection import join_members
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import read_checked

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, params = snakemake.input, snakemake.params
        names = ("systems", "compute", "trends", "members", "parameters")
        systems, compute, trends, members, parameters = (
            read_table(paths[name], name) for name in names
        )
        stated = read_checked(paths.claims, paths.datapackage, "claims")
        points = join_members(members, systems, compute)
        drawn = {"samples": params.samples, "seed": params.seed, "file": paths.claims}
        claims = check_claims(
            stated, trends, points, parameters, compute, bases=params.bases, **drawn
        )
        write_table(claims, snakemake.output.claims, "claims")
        exports = [read_table(path, "export_trends") for path in paths.exports]
        on_exports = check_on_exports(stated, trends, exports, **drawn)
        write_table(on_exports, snakemake.output.on_exports, "export_claims")
