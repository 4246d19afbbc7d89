"""Make the chart that readers can question, and the libraries that it needs."""

import json
from pathlib import Path

from compute_trends.render.explorer import build_explorer, library_bundle
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        template = json.loads(Path(run.input.template).read_text(encoding="utf-8"))
        tables = run.tables("trends", "members", "hardware")
        several = run.tables_of_exports(
            *("systems", "compute", "scores"),
            *("export_trends", "export_members", "export_attributes"),
        )
        chart, page = build_explorer(*tables, *several, template=template, **run.settings)
        Path(run.output.chart).write_text(json.dumps(chart), encoding="utf-8")
        Path(run.output.page).write_text(json.dumps(page), encoding="utf-8")
        library = library_bundle(Path(".snakemake/libraries"))
        Path(run.output.library).write_text(library, encoding="utf-8")
