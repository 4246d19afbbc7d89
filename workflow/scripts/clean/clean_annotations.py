"""Clean the raw annotations."""

from datetime import date

from compute_trends.clean.annotations import clean_annotations
from compute_trends.run.job_log import log_to
from compute_trends.tables.dictionary import raw_resource
from compute_trends.tables.generated import write_table
from compute_trends.tables.raw import read_raw

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, params = snakemake.input, snakemake.params
        files = (paths.annotations, paths.corrections)
        names = ("annotations", "corrections")
        resources = tuple(raw_resource(paths.datapackage, name) for name in names)
        systems, excluded = clean_annotations(
            *map(read_raw, files, resources),
            published_after=date.fromisoformat(params.published_after),
            first_day_is_placeholder=params.first_day_is_placeholder,
            plausible=params.plausible,
            resources=resources,
            files=files,
        )
        write_table(systems, snakemake.output.systems, "systems")
        write_table(excluded, snakemake.output.excluded, "excluded")
