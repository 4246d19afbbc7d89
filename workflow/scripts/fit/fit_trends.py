"""Score the systems of each dataset and fit every trend."""

from compute_trends.fit.parameter_trends import parameter_table
from compute_trends.fit.selection import POINT_COLUMNS, score_systems, select_datasets
from compute_trends.fit.trends import fit_trends
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        settings, written = snakemake.params, snakemake.output
        both = [read_table(snakemake.input[name], name) for name in ("systems", "compute")]
        selected = select_datasets(*both, datasets=settings.datasets, bases=settings.bases)
        scores = score_systems(selected, outliers=settings.outliers)
        names = ("trends", "bases", "outliers", "domains", "bootstrap", "units", "seed")
        fits = fit_trends(scores, **{name: settings[name] for name in names})
        parameters = parameter_table(both[0], **settings.parameters)
        write_table(scores.drop(columns=POINT_COLUMNS), written.scores, "scores")
        for name, table in fits._asdict().items():
            write_table(table, written[name], name)
        write_table(parameters, written.parameters, "parameters")
