"""Hold what earlier studies, the paper and Epoch AI state against this run."""

from compute_trends.checks.claims import check_claims
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        own = run.tables("claims", "trends", "parameters")
        own += run.tables("inference_trends", "training_inference")
        tables = run.tables_of_exports("systems", "compute", "export_trends")
        run.write(**check_claims(*own, *tables, **run.settings, file=run.input.claims))
