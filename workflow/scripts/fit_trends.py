"""Score the systems of each dataset and fit every trend."""

from compute_trends.fit import fit_trends, score_systems, select_datasets
from compute_trends.logs import log_to
from compute_trends.tables import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        settings = snakemake.params
        selected = select_datasets(
            read_table(snakemake.input.systems, "systems"),
            read_table(snakemake.input.compute, "compute"),
            datasets=settings.datasets,
            bases=settings.bases,
        )
        scores = score_systems(selected, outliers=settings.outliers)
        names = ("trends", "bases", "outliers", "bootstrap", "units", "seed")
        fitted, members = fit_trends(scores, **{name: settings[name] for name in names})
        write_table(scores.drop(columns=["day", "log_flop"]), snakemake.output.scores, "scores")
        write_table(fitted, snakemake.output.trends, "trends")
        write_table(members, snakemake.output.members, "members")
