"""Draw two values of each system against each other."""

from functools import partial

from compute_trends.checks.agreement import compared_values
from compute_trends.render.figures.comparison import draw_comparison
from compute_trends.render.figures.files import save_drawings
from compute_trends.render.figures.style import WIDTHS
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        systems, estimates, compute = run.tables("systems", "estimates", "compute")
        comparisons, preference, factor, fingerprint = run.settings.values()
        names, drawn = systems.set_index("system_id")["system"].to_dict(), []
        for comparison in comparisons:
            axes = {"x": comparison["x"], "y": comparison["y"], "preference": preference}
            points = compared_values(estimates, compute, **axes)
            about = {"comparison": comparison, "factor": factor}
            draw = partial(draw_comparison, points, names, **about)
            drawn += [(comparison, width, partial(draw, width=width)) for width in WIDTHS.values()]
        drawings = save_drawings(drawn, run.output.figures, fingerprint=fingerprint)
        run.write(comparisons=drawings)
