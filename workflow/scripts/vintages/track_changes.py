"""Compare consecutive vintages, and follow their trends."""

from compute_trends.tables.job import job
from compute_trends.vintages.attribution import compare_vintages
from compute_trends.vintages.read import growth_by_vintage, vintages_of

if __name__ == "__main__":
    with job(snakemake) as run:
        settings = run.settings
        own = ("export_attributes", "export_columns", "export_trends")
        names = ("systems", "excluded", "compute", *own)
        vintages = vintages_of(settings.pop("exports"), *run.tables_of_exports(*names))
        changes = compare_vintages(vintages, **settings)._asdict()
        run.write(
            **{f"changed_{name}": table for name, table in changes.items()},
            growth_by_vintage=growth_by_vintage(vintages),
        )
