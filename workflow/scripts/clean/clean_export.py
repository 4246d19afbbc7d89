"""Clean one export: its systems, what it states of them, and inputs of estimates."""

from compute_trends.clean.export import clean_export
from compute_trends.clean.export_file import known_chips, parse_cells, read_export
from compute_trends.estimate.export import export_inputs
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        [chips] = run.tables("hardware")
        about = run.settings["export"]
        layout = about.get("format", "epoch_models")
        export = read_export(run.input.export, layout=layout)
        cells = parse_cells(export, layout=layout, through=about["date"], order=about.get("dates"))
        tables = clean_export(cells, **run.settings)._asdict()
        tables |= {"hardware": known_chips(chips, run.input.more_hardware or None)}
        tables |= export_inputs(tables, export)
        tables |= {"columns": export.columns}
        own = ("systems", "excluded")
        run.write(**{n if n in own else f"export_{n}": table for n, table in tables.items()})
