"""Draw every figure, in each width and format; one job, for the imports."""

from compute_trends.render.figures.comparison import comparison_plans
from compute_trends.render.figures.export import export_plans
from compute_trends.render.figures.files import save_drawings
from compute_trends.render.figures.formats import SHOWN
from compute_trends.render.figures.timeline import timeline_plans
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        settings = run.settings
        ((systems, *leading),) = run.tables_of_exports("systems")
        compute, scores = run.tables("compute", "scores")
        tables = run.tables("trends", "members", "bands")
        plans = timeline_plans(systems, compute, scores, *tables, **settings["timelines"])
        estimates, *tables = run.tables("estimates", "utilization", "error_model")
        tables += [scores, *run.tables("eras", "era_lines")]
        tables += run.tables("inference_models", "inference_trends", "inference_members")
        plans += comparison_plans(systems, estimates, compute, *tables, **settings["comparisons"])
        shown = dict(zip(SHOWN, run.tables_of_exports(*SHOWN), strict=True))
        tables = run.tables_of_exports("export_members", "export_trends")
        plans += export_plans(shown, leading, *tables, **settings["exports"])
        files = {"paths": run.output.figures, "fingerprint": settings["fingerprint"]}
        run.write(drawings=save_drawings(plans, **files, processes=run.threads))
