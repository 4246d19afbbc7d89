"""Score the systems of each dataset and fit every trend."""

from compute_trends.fit import fit_trends, join_members, score_systems, select_datasets
from compute_trends.logs import log_to
from compute_trends.noise import compare_noise
from compute_trends.tables import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        settings, written = snakemake.params, snakemake.output
        systems, compute = (
            read_table(snakemake.input[name], name) for name in ("systems", "compute")
        )
        selected = select_datasets(
            systems, compute, datasets=settings.datasets, bases=settings.bases
        )
        scores = score_systems(selected, outliers=settings.outliers)
        names = ("trends", "bases", "outliers", "bootstrap", "units", "seed")
        fitted, members = fit_trends(scores, **{name: settings[name] for name in names})
        points = join_members(members, systems, compute)
        noise = compare_noise(points, **{name: settings[name] for name in names[3:]})
        write_table(scores.drop(columns=["day", "log_flop", "noise_oom"]), written.scores, "scores")
        for name, frame in (("trends", fitted), ("members", members), ("noise", noise)):
            write_table(frame, written[name], name)
