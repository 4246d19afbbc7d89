"""Fit a part of the combinations of defensible choices."""

from compute_trends.checks.specifications import fit_specifications
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        [alternatives] = run.tables("alternatives")
        tables = run.tables_of_exports("systems", "compute", "export_attributes")
        run.write_shard(fit_specifications(alternatives, *tables, **run.settings, part=run.part))
