"""Write what the results come from."""

from pathlib import Path

from compute_trends.common.problems import stop_on
from compute_trends.run.provenance import changed_during_run, provenance_json, state
from compute_trends.run.seals import broken_seal, write_sealed
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        paths, params = run.input, run.params
        now = state(Path(paths.lock).parent, inputs=params.files, config=params.config)
        stop_on(changed_during_run(params.inputs, now["inputs"]))
        stop_on([problem for path in paths.sealed for problem in broken_seal(path)])
        text = provenance_json(
            now,
            git=params.git,
            replaced=params.replaced,
            products=[*paths.sealed, *paths.others],
        )
        write_sealed(run.output[0], text)
