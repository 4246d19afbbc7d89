"""Write what the results come from."""

from pathlib import Path

from compute_trends.run.provenance import provenance
from compute_trends.run.seals import write_sealed
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        products = {"sealed": run.input.sealed, "others": run.input.others}
        text = provenance(Path(run.input.lock).parent, **products, **run.settings)
        write_sealed(run.output[0], text)
