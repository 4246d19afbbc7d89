"""Clean one export: its systems, what it states of them, and inputs of estimates."""

from compute_trends.clean.export import clean_export
from compute_trends.clean.export_file import known_chips, parse_cells, read_export
from compute_trends.estimate.export import export_inputs
from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import write_table
from compute_trends.tables.raw import read_checked

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        paths, params = snakemake.input, snakemake.params
        export = read_export(paths.export, layout=params.layout)
        reading = {"layout": params.layout, "through": params.export["date"]}
        cells = parse_cells(export, order=params.export.get("dates"), **reading)
        tables = clean_export(cells, export=params.export, **params.clean)._asdict()
        chips = read_checked(paths.hardware, paths.datapackage, "hardware")
        tables |= {"hardware": known_chips(chips, paths.more_hardware or None)}
        tables |= export_inputs(tables, export)
        tables |= {"columns": export.columns}
        for name, path in snakemake.output.items():
            own = name if name in ("systems", "excluded") else f"export_{name}"
            write_table(tables[name], path, own)
