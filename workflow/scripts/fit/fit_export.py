"""Score the systems of one export and fit its trends."""

from compute_trends.fit.export import fit_export
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables("systems", "compute", "export_attributes")
        run.write(**fit_export(*tables, **run.settings))
