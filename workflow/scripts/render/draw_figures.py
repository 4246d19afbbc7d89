"""Draw systems over time, values against each other and checks, in each width and format."""

from compute_trends.render.figures.comparison import draw_comparisons
from compute_trends.render.figures.timeline import draw_timelines
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "compute", "scores", "trends", "members", "bands")
        paths, settings = run.output.timelines, run.settings["timelines"]
        run.write(drawings=draw_timelines(*tables, paths=paths, processes=run.threads, **settings))
        tables = run.tables("systems", "estimates", "compute", "utilization", "error_model")
        tables += run.tables("scores", "eras", "era_lines")
        tables += run.tables("inference_models", "inference_trends", "inference_members")
        paths, settings = run.output.comparison_files, run.settings["comparisons"]
        run.write(
            comparisons=draw_comparisons(*tables, paths=paths, processes=run.threads, **settings)
        )
