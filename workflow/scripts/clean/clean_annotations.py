"""Clean the raw annotations."""

from compute_trends.clean.annotations import clean_annotations
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        files = (run.input.annotations, run.input.corrections, run.input.paper_values)
        tables = run.texts("annotations", "corrections", "paper_values")
        run.write(**clean_annotations(*tables, files=files, **run.settings))
