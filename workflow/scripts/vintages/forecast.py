"""Forecast from each vintage, and hold forecasts of the past against what came."""

from compute_trends.tables.job import job
from compute_trends.vintages.outlook import forecast

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables_of_exports("systems", "compute")
        run.write(**forecast(*tables, *run.tables("forecasts"), **run.settings))
