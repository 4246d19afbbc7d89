"""Draw today's answer on the export that leads, growth by vintage, and what is hidden."""

from compute_trends.render.figures.export import draw_exports
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        growth = run.tables("headlines", "growth_by_vintage", "slowing")
        tables = run.tables_of_exports("systems", "export_members", "export_trends")
        draw_exports(*growth, *tables, paths=run.output, **run.settings)
