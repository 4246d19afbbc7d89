"""Clean one export: its systems, what it states of them, and inputs of estimates."""

from compute_trends.clean.export import clean_export
from compute_trends.clean.export_file import read_export
from compute_trends.estimate.export import export_inputs
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        cells = read_export(run.input.export, format_name=run.settings["export"].format)
        files = {"hardware_file": run.input.more_hardware}
        tables = clean_export(cells, *run.tables("hardware"), **files, **run.settings)
        run.write(**tables, **export_inputs(cells, tables))
