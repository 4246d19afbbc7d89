"""Draw today's answer on the export that leads, growth by vintage, and the outlook."""

from compute_trends.render.figures.export import draw_exports
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        growth = run.tables("headlines", "growth_by_vintage")
        tables = run.tables_of_exports("systems", "export_members", "export_trends")
        names = ("backtest", "forecast_scores", "forecast_outcomes", "threshold_dates")
        draw_exports(*growth, *tables, run.tables(*names), paths=run.output, **run.settings)
