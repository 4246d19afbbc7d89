"""Make the results folder complete."""

from pathlib import Path

from compute_trends.render.data_package import write_package
from compute_trends.run.seals import write_sealed
from compute_trends.settings.config_text import effective_yaml
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        write_sealed(run.output.config, effective_yaml(run.settings["config"]))
        references = Path(run.input.references).read_text(encoding="utf-8")
        inputs = (run.input.tables, run.input.systems)
        write_package("results", *inputs, references=references, **run.settings["package"])
