"""Write what all results come from, and put them into one HTML file."""

from pathlib import Path

from compute_trends.render.report import render_report
from compute_trends.render.report_files import read_files, read_inputs
from compute_trends.run.provenance import provenance
from compute_trends.run.seals import write_sealed
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        settings, files = run.settings, run.input
        results = {"sealed": files.sealed, "others": [*files.figures, *files.others]}
        text = provenance(Path(files.lock).parent, **results, **settings["provenance"])
        write_sealed(run.output.provenance, text)
        inputs = read_inputs(files, provenance=text, **settings["page"])
        write_sealed(run.output.page, render_report(inputs, read_files(files)))
