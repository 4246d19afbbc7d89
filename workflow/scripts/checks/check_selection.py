"""Hold each group that compute selects against worlds of one line."""

from compute_trends.checks.selection_null import check_selection
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        run.write(**check_selection(*run.tables("systems", "compute"), **run.settings))
