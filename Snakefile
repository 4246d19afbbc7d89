import sys

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


# Jobs import the library from here, so nothing needs to be installed.
sys.path.insert(0, f"{workflow.basedir}/workflow")
from compute_trends.config import config_errors, plain_dates

config = plain_dates(config)
if errors := config_errors(config):
    raise WorkflowError("The config cannot be used:\n" + "\n".join(errors))


include: "workflow/rules/clean.smk"
include: "workflow/rules/estimate.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/render.smk"


rule all:
    """Everything: the report and each file that stands on its own."""
    default_target: True
    input:
        # Named here too, or a missing one would pass unnoticed once its results are there.
        collect(
            "data/raw/{name}",
            name=[
                "annotations.csv",
                "corrections.csv",
                "compute_inputs.csv",
                "hardware.csv",
                "discrepancies.csv",
                "claims.csv",
                "published_tables.csv",
                "datapackage.json",
            ],
        ),
        "data/processed/excluded.csv",
        "data/processed/estimates.csv",
        "results/config.yaml",
        "results/fits/trends.csv",
        "results/fits/members.csv",
        "results/checks/reproduction.csv",
        "results/checks/estimates.csv",
        "results/checks/claims.csv",
        "results/checks/export_claims.csv",
        collect("results/tables/table{table}.csv", table=range(1, 10)),
        collect(
            "results/figures/{figure[name]}{file}",
            figure=lookup(dpath="render/figures", within=config)
            + lookup(dpath="render/comparisons", within=config),
            file=[".svg", ".png", ".pdf", "_column.svg", "_column.pdf"],
        ),
        collect(
            "results/exports/{export}/{table}.csv",
            export=list(EXPORTS),
            table=["agreement", "scores", "trends", "members"],
        ),
        collect("results/changes/{table}.csv", table=CHANGES if EXPORTS else []),
        "results/datapackage.json",
        "report/index.html",
