"""Draw every timeline at each width and in each format."""

from compute_trends.render.figures.timeline import draw_timelines
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "compute", "scores", "trends", "members", "bands")
        drawings = draw_timelines(
            *tables, paths=run.output.figures, processes=run.threads, **run.settings
        )
        run.write(drawings=drawings)
