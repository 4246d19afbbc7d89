"""Write the config in force."""

from compute_trends.config import effective_yaml
from compute_trends.logs import log_to
from compute_trends.seals import write_sealed

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        write_sealed(snakemake.output[0], effective_yaml(snakemake.params.config))
