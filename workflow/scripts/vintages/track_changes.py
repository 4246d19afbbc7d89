"""Compare consecutive vintages, and follow their trends."""

from compute_trends.run.job_log import log_to
from compute_trends.tables.generated import write_table
from compute_trends.vintages.attribution import compare_vintages
from compute_trends.vintages.read import growth_by_vintage, read_vintages

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        params, written = snakemake.params, snakemake.output
        vintages = read_vintages(snakemake.input, params.exports)
        changes = compare_vintages(
            vintages,
            settings=params.settings,
            paper=params.paper,
            outliers=params.outliers,
            units=params.units,
        )
        for name, table in changes._asdict().items():
            write_table(table, written[name], f"changed_{name}")
        write_table(growth_by_vintage(vintages), written.growth, "growth_by_vintage")
