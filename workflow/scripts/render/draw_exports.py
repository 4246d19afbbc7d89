"""Draw what the newest export answers, what it hides, and what may come."""

from compute_trends.render.figures.export import SHOWN, draw_exports
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        shown = dict(zip(SHOWN, run.tables(*SHOWN), strict=True))
        tables = run.tables_of_exports("systems", "export_members", "export_trends")
        draw_exports(shown, *tables, paths=run.output, **run.settings)
