"""Write what the results come from."""

from pathlib import Path

from compute_trends.common.problems import stop_on
from compute_trends.run.job_log import log_to
from compute_trends.run.provenance import changed_during_run, provenance_json, state
from compute_trends.run.seals import broken_seal, write_sealed

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, params = snakemake.input, snakemake.params
        now = state(Path(paths.lock).parent, inputs=paths.raw, config=params.config)
        stop_on(changed_during_run(params.inputs, now["inputs"]))
        stop_on([problem for path in paths.sealed for problem in broken_seal(path)])
        text = provenance_json(now, git=params.git, products=[*paths.sealed, *paths.others])
        write_sealed(snakemake.output[0], text)
