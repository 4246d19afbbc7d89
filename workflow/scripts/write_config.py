"""Write the config in force."""

from pathlib import Path

from compute_trends.config import effective_yaml
from compute_trends.logs import log_to

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        text = effective_yaml(snakemake.params.config)
        Path(snakemake.output[0]).write_text(text, encoding="utf-8")
