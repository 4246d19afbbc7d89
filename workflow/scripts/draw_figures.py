"""Draw every figure in each format."""

from pathlib import Path

from compute_trends.figures import draw_systems, figure_points, save_figure, trend_lines
from compute_trends.logs import log_to
from compute_trends.tables import read_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        systems, compute, scores, trends, members = (
            read_table(snakemake.input[name], name)
            for name in ("systems", "compute", "scores", "trends", "members")
        )
        for figure in snakemake.params.figures:
            drawing = draw_systems(
                figure_points(systems, compute, scores, figure=figure),
                trend_lines(trends, members, systems, figure=figure),
                figure=figure,
                eras=snakemake.params.eras,
                records=snakemake.params.records,
            )
            for path in snakemake.output:
                if Path(path).stem == figure["name"]:
                    save_figure(drawing, path)
