"""Draw every figure at each width and in each format."""

from functools import partial

from compute_trends.render.figures.files import save_drawings
from compute_trends.render.figures.style import WIDTHS
from compute_trends.render.figures.timeline import draw_systems, figure_points, trend_lines
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        names = ("systems", "compute", "scores", "trends", "members", "bands")
        tables, p, drawn = run.tables(*names), run.settings, []
        systems, _, _, trends, members, bands = tables
        for figure in p["figures"]:
            about = {"figure": figure, "outliers": p["outliers"], "domains": p["domains"]}
            points = figure_points(*tables[:3], **about)
            lines = trend_lines(trends, members, systems, figure=figure)
            texts = {name: p[name] for name in ("eras", "records", "units")}
            draw = partial(draw_systems, points, lines, bands, figure=figure, **texts)
            drawn += [(figure, width, partial(draw, width=width)) for width in WIDTHS.values()]
        how = {"fingerprint": p["fingerprint"], "processes": run.threads}
        run.write(drawings=save_drawings(drawn, run.output.figures, **how))
