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
        params = snakemake.params
        settings = {"outliers": params.outliers, "domains": params.domains}
        for figure in params.figures:
            points = figure_points(systems, compute, scores, figure=figure, **settings)
            lines = trend_lines(trends, members, systems, figure=figure)
            texts = {"eras": params.eras, "records": params.records, "units": params.units}
            drawing = draw_systems(points, lines, figure=figure, **texts)
            for path in snakemake.output:
                if Path(path).stem == figure["name"]:
                    save_figure(drawing, path)
