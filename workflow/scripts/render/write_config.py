"""Write the config in force."""

from compute_trends.run.job_log import log_to
from compute_trends.run.seals import write_sealed
from compute_trends.settings.cross_checks import effective_yaml

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        write_sealed(snakemake.output[0], effective_yaml(snakemake.params.config))
