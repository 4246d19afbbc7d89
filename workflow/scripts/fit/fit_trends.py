"""Score the systems of each dataset and fit every trend."""

from compute_trends.fit.parameter_trends import parameter_table
from compute_trends.fit.selection import POINT_COLUMNS, score_systems, select_datasets
from compute_trends.fit.trends import fit_trends
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        systems, compute = run.tables("systems", "compute")
        settings = run.settings
        datasets, parameters = settings.pop("datasets"), settings.pop("parameters")
        selected = select_datasets(systems, compute, datasets=datasets, bases=settings["bases"])
        scores = score_systems(selected, outliers=settings["outliers"])
        run.write(
            **fit_trends(scores, **settings)._asdict(),
            scores=scores.drop(columns=POINT_COLUMNS),
            parameters=parameter_table(systems, **parameters),
        )
