"""Draw two values of each system against each other, and the figures of checks."""

from compute_trends.render.figures.comparison import draw_comparisons
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "estimates", "compute", "utilization", "error_model")
        tables += run.tables("scores", "eras", "era_lines")
        drawings = draw_comparisons(*tables, paths=run.output.figures, **run.settings)
        run.write(comparisons=drawings)
