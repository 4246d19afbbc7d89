"""The file of a run as delivered, which reports of other settings or data are compared with."""

from __future__ import annotations

import json
from pathlib import Path

from compute_trends.common.project import WORKFLOW
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.render.delivered import answers
from compute_trends.render.report_files import read_inputs
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import names_in, table_paths
from compute_trends.settings.carried import INDEX, with_carried
from compute_trends.settings.models import Settings

FILE = WORKFLOW / "report" / "delivered.json"


def delivered_json(inputs: ReportInputs) -> str:
    """Text of the file of a run; a line for each section of the config."""
    config = read_yaml_text(inputs.config_text)
    sections = [f"{json.dumps(key)}: {json.dumps(part)}" for key, part in config.items()]
    held = {"inputs": inputs.provenance["inputs"], "answers": answers(inputs)}
    rest = json.dumps(held, indent=1, ensure_ascii=False).removeprefix("{\n").removesuffix("\n}")
    return '{\n"config": {\n' + ",\n".join(sections) + "\n},\n" + rest + "\n}\n"


def inputs_of_run(folder: Path) -> ReportInputs:
    """What the report of a run in a folder is made of, but for its explorer."""
    text = (folder / "results" / "config.yaml").read_text(encoding="utf-8")
    settings, _ = with_carried(Settings(**read_yaml_text(text)), str(folder / INDEX))
    exports = [export.name for export in settings.clean.exports]
    paths = {
        "raw": [folder / f"data/raw/{name}.csv" for name in names_in("RAW_TABLES")],
        "tables": table_paths(exports),
        "config": folder / "results/config.yaml",
        "references": folder / "results/references.bib",
        "explorer": [],
        "delivered": FILE,
    }
    provenance = (folder / "results/provenance.json").read_text(encoding="utf-8")
    return read_inputs(paths, provenance=provenance, settings=settings)


if __name__ == "__main__":
    FILE.write_text(delivered_json(inputs_of_run(Path())), encoding="utf-8")
