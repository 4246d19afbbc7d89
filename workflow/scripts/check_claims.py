"""Hold what earlier studies and the paper state against this run."""

from compute_trends.claims import check_claims
from compute_trends.logs import log_to
from compute_trends.selection import join_members
from compute_trends.tables import read_checked, read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths = snakemake.input
        names = ("systems", "compute", "trends", "members", "parameters")
        systems, compute, trends, members, parameters = (
            read_table(paths[name], name) for name in names
        )
        claims = check_claims(
            read_checked(paths.claims, paths.datapackage, "claims"),
            trends,
            join_members(members, systems, compute),
            parameters,
            compute,
            file=paths.claims,
            **{name: snakemake.params[name] for name in ("bases", "samples", "seed")},
        )
        write_table(claims, snakemake.output[0], "claims")
