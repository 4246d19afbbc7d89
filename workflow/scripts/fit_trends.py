"""Score the systems of each dataset and fit every trend."""

from compute_trends.fit import fit_trends, score_systems, select_datasets
from compute_trends.logs import log_to
from compute_trends.tables import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        selected = select_datasets(
            read_table(snakemake.input.systems, "systems"),
            read_table(snakemake.input.compute, "compute"),
            datasets=snakemake.params.datasets,
            bases=snakemake.params.bases,
        )
        scores = score_systems(selected, outliers=snakemake.params.outliers)
        fitted, members = fit_trends(
            scores,
            trends=snakemake.params.trends,
            bases=snakemake.params.bases,
            outliers=snakemake.params.outliers,
            bootstrap=snakemake.params.bootstrap,
            units=snakemake.params.units,
            seed=snakemake.params.seed,
        )
        write_table(scores.drop(columns=["day", "log_flop"]), snakemake.output.scores, "scores")
        write_table(fitted, snakemake.output.trends, "trends")
        write_table(members, snakemake.output.members, "members")
