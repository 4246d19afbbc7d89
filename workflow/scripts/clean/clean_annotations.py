"""Clean the raw annotations."""

from datetime import date

from compute_trends.clean.annotations import clean_annotations
from compute_trends.tables.dictionary import raw_resource
from compute_trends.tables.job import job
from compute_trends.tables.raw import read_raw

if __name__ == "__main__":
    with job(snakemake) as run:
        files = (run.input.annotations, run.input.corrections)
        resources = tuple(
            raw_resource(run.input.datapackage, name) for name in ("annotations", "corrections")
        )
        settings = run.settings
        settings["published_after"] = date.fromisoformat(settings["published_after"])
        tables = map(read_raw, files, resources)
        systems, excluded = clean_annotations(*tables, resources=resources, files=files, **settings)
        run.write(systems=systems, excluded=excluded)
