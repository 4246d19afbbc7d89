"""Count the operations of forward passes, fit their trends, and hold training against them."""

from compute_trends.fit.inference import fit_inference
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        own = run.tables("inference", "inference_layers", "inference_listings", "network_flop")
        more, systems = run.tables("inference_passes", "hardware"), ("systems", "compute")
        files = (run.input.inference, run.input.inference_layers, run.input.inference_listings)
        tables = (*own, *more, *run.tables_of_exports(*systems))
        run.write(**fit_inference(*tables, files=files, **run.settings))
