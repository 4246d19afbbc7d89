"""Split growth into what drives it, count above thresholds, and compare countries."""

from compute_trends.checks.drivers import check_drivers
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        own = ("systems", "compute", "export_attributes", "excluded", "estimates")
        of_exports, shared = run.tables_of_exports(*own), run.tables("error_model")
        run.write(**check_drivers(*of_exports, *shared, **run.settings))
