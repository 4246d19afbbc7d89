"""Draw two values of each system against each other."""

from compute_trends.agreement import compared_values
from compute_trends.comparisons import draw_comparison
from compute_trends.figures import save_drawings
from compute_trends.logs import log_to
from compute_trends.style import WIDTHS
from compute_trends.tables import read_table, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        tables = ("systems", "estimates", "compute")
        systems, estimates, compute = (read_table(snakemake.input[name], name) for name in tables)
        names, settings = systems.set_index("system_id")["system"].to_dict(), snakemake.params
        drawn = []
        for comparison in settings.comparisons:
            x, y = comparison["x"], comparison["y"]
            points = compared_values(estimates, compute, x=x, y=y, preference=settings.preference)
            about = {"comparison": comparison, "factor": settings.factor}
            for width in WIDTHS.values():
                drawing = draw_comparison(points, names, **about, width=width)
                drawn.append((comparison, width, drawing))
        drawings = save_drawings(drawn, snakemake.output.figures, fingerprint=settings.fingerprint)
        write_table(drawings, snakemake.output.drawings, "comparisons")
