"""Draw two values of each system against each other."""

from functools import partial

from compute_trends.checks.agreement import compared_values
from compute_trends.render.figures.comparison import draw_comparison
from compute_trends.render.figures.files import save_drawings
from compute_trends.render.figures.style import WIDTHS
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        tables, p = ("systems", "estimates", "compute"), snakemake.params
        systems, estimates, compute = (read_table(snakemake.input[name], name) for name in tables)
        names, drawn = systems.set_index("system_id")["system"].to_dict(), []
        for comparison in p.comparisons:
            axes = {"x": comparison["x"], "y": comparison["y"], "preference": p.preference}
            points = compared_values(estimates, compute, **axes)
            about = {"comparison": comparison, "factor": p.factor}
            draw = partial(draw_comparison, points, names, **about)
            drawn += [(comparison, width, partial(draw, width=width)) for width in WIDTHS.values()]
        drawings = save_drawings(drawn, snakemake.output.figures, fingerprint=p.fingerprint)
        write_table(drawings, snakemake.output.drawings, "comparisons")
