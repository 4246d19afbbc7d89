"""Score the systems of each dataset and fit every trend."""

from compute_trends.fit.trends import fit_trends
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        run.write(**fit_trends(*run.tables("systems", "compute"), **run.settings))
