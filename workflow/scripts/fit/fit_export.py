"""Score the systems of one export and fit its trends."""

from compute_trends.fit.export import export_scores, fit_export, flagged_systems, trends_of
from compute_trends.fit.selection import POINT_COLUMNS
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        systems, compute, attributes = run.tables("systems", "compute", "export_attributes")
        settings = run.settings
        export, exports, paper = (settings.pop(name) for name in ("export", "exports", "paper"))
        scores = export_scores(systems, compute, export=export, outliers=settings["outliers"])
        trends, members = fit_export(
            scores,
            export=export,
            trends=trends_of(export, exports, paper),
            flagged=flagged_systems(attributes),
            bootstrap=exports["bootstrap"],
            **settings,
        )
        scores = scores.drop(columns=POINT_COLUMNS)
        run.write(scores=scores, export_trends=trends, export_members=members)
