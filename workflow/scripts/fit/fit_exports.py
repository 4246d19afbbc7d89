"""Score the systems of every export and fit its trends."""

from compute_trends.fit.export import fit_exports
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        tables = run.tables_of_exports("systems", "compute", "export_attributes", "excluded")
        made = fit_exports(*tables, **run.settings)
        run.write(rules_by_window=made.pop("rules_by_window")[0])
        run.write_of_exports(**made)
