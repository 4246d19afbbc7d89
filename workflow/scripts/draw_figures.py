"""Draw every figure at each width and in each format."""

from compute_trends.figures import draw_systems, figure_points, save_drawings, trend_lines
from compute_trends.logs import log_to
from compute_trends.style import WIDTHS
from compute_trends.tables import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        names = ("systems", "compute", "scores", "trends", "members", "bands")
        tables = [read_table(snakemake.input[name], name) for name in names]
        (systems, _, _, trends, members, bands), params = tables, snakemake.params
        settings = {"outliers": params.outliers, "domains": params.domains}
        texts = {"eras": params.eras, "records": params.records, "units": params.units}
        drawn = []
        for figure in params.figures:
            points = figure_points(*tables[:3], figure=figure, **settings)
            lines = trend_lines(trends, members, systems, figure=figure)
            for width in WIDTHS.values():
                about = {"figure": figure, "width": width, **texts}
                drawn.append((figure, width, draw_systems(points, lines, bands, **about)))
        drawings = save_drawings(drawn, snakemake.output.figures, fingerprint=params.fingerprint)
        write_table(drawings, snakemake.output.drawings, "drawings")
