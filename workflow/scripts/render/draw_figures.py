"""Draw every figure at each width and in each format."""

from functools import partial

from compute_trends.render.figures.files import save_drawings
from compute_trends.render.figures.style import WIDTHS
from compute_trends.render.figures.timeline import draw_systems, figure_points, trend_lines
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        names, p = ("systems", "compute", "scores", "trends", "members", "bands"), snakemake.params
        tables = [read_table(snakemake.input[name], name) for name in names]
        systems, _, _, trends, members, bands = tables
        drawn = []
        for figure in p.figures:
            about = {"figure": figure, "outliers": p.outliers, "domains": p.domains}
            points = figure_points(*tables[:3], **about)
            lines = trend_lines(trends, members, systems, figure=figure)
            texts = {"figure": figure, "eras": p.eras, "records": p.records, "units": p.units}
            draw = partial(draw_systems, points, lines, bands, **texts)
            drawn += [(figure, width, partial(draw, width=width)) for width in WIDTHS.values()]
        how = {"fingerprint": p.fingerprint, "processes": snakemake.threads}
        drawings = save_drawings(drawn, snakemake.output.figures, **how)
        write_table(drawings, snakemake.output.drawings, "drawings")
