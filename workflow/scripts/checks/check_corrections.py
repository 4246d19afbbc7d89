"""Fit the trends that replay the paper with corrected annotations, too."""

from compute_trends.checks.corrections import check_corrections
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        run.write(**check_corrections(*run.tables("systems", "compute"), **run.settings))
