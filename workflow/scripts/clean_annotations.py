"""Clean the raw annotations."""

from datetime import date

from compute_trends.clean import clean_annotations
from compute_trends.logs import log_to
from compute_trends.tables import raw_resource, read_raw, write_table

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        files = (snakemake.input.annotations, snakemake.input.corrections)
        annotations, corrections = (
            read_raw(path, raw_resource(snakemake.input.datapackage, name))
            for path, name in zip(files, ("annotations", "corrections"), strict=True)
        )
        systems, excluded = clean_annotations(
            annotations,
            corrections,
            published_after=date.fromisoformat(snakemake.params.published_after),
            first_day_is_placeholder=snakemake.params.first_day_is_placeholder,
            files=files,
        )
        write_table(systems, snakemake.output.systems, "systems")
        write_table(excluded, snakemake.output.excluded, "excluded")
