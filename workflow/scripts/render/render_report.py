"""Put everything into one HTML file."""

from compute_trends.render.report import render_report
from compute_trends.render.report_files import read_files, read_inputs
from compute_trends.run.seals import write_sealed
from compute_trends.tables.job import job

if __name__ == "__main__":
    with job(snakemake) as run:
        html = render_report(read_inputs(run.input, **run.settings), read_files(run.input))
        write_sealed(run.output[0], html)
