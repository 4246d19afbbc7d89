"""Score the systems of one export and fit its trends."""

from compute_trends.fit.export import export_scores, fit_export, flagged_systems, trends_of
from compute_trends.fit.selection import POINT_COLUMNS
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, params, written = snakemake.input, snakemake.params, snakemake.output
        systems, compute = (read_table(paths[name], name) for name in ("systems", "compute"))
        attributes = read_table(paths.attributes, "export_attributes")
        scores = export_scores(systems, compute, export=params.export, outliers=params.outliers)
        fitted, members = fit_export(
            scores,
            export=params.export,
            trends=trends_of(params.export, params.settings, params.paper),
            flagged=flagged_systems(attributes),
            bootstrap=params.settings["bootstrap"],
            **{name: params[name] for name in ("outliers", "units", "seed")},
        )
        write_table(scores.drop(columns=POINT_COLUMNS), written.scores, "scores")
        write_table(fitted, written.trends, "export_trends")
        write_table(members, written.members, "export_members")
