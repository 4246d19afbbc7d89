"""Write the config in force."""

from compute_trends.run.seals import write_sealed
from compute_trends.settings.config_text import effective_yaml
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        write_sealed(run.output[0], effective_yaml(**run.settings))
