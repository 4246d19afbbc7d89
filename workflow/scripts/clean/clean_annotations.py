"""Clean the raw annotations."""

from datetime import date

from compute_trends.clean.annotations import clean_annotations
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.job import job
from compute_trends.tables.raw import read_raw

if __name__ == "__main__":
    with job(snakemake) as run:
        names = ("annotations", "corrections")
        files = tuple(run.input[name] for name in names)
        settings = run.settings
        settings["published_after"] = date.fromisoformat(settings["published_after"])
        tables = map(read_raw, files, map(raw_table, names))
        systems, excluded = clean_annotations(*tables, files=files, **settings)
        run.write(systems=systems, excluded=excluded)
