"""Draw two values of each system against each other."""

from pathlib import Path

from compute_trends.agreement import compared_values
from compute_trends.comparisons import draw_comparison
from compute_trends.figures import save_figure
from compute_trends.logs import log_to
from compute_trends.tables import read_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        tables = ("systems", "estimates", "compute")
        systems, estimates, compute = (read_table(snakemake.input[name], name) for name in tables)
        names, settings = systems.set_index("system_id")["system"].to_dict(), snakemake.params
        for comparison in settings.comparisons:
            x, y = comparison["x"], comparison["y"]
            points = compared_values(estimates, compute, x=x, y=y, preference=settings.preference)
            drawing = draw_comparison(points, names, comparison=comparison, factor=settings.factor)
            for path in snakemake.output:
                if Path(path).stem == comparison["name"]:
                    save_figure(drawing, path)
