import os
import sys

from snakemake.utils import min_version

min_version("9.0")


# The library beside this file, here and in every job: whatever is installed comes behind it.
LIBRARY = f"{workflow.basedir}/workflow"
sys.path.insert(0, LIBRARY)
os.environ["PYTHONPATH"] = os.pathsep.join(
    [LIBRARY, *filter(None, [os.environ.get("PYTHONPATH")])]
)
from compute_trends.settings.cross_checks import (
    config_problems,
    file_problems,
    plain_dates,
    told_config,
)
from compute_trends.common.problems import write_problems
from compute_trends.run.provenance import (
    code_files,
    content,
    file_checksums,
    fingerprint,
    git_state,
)
from compute_trends.run.sources import code_of

CONFIG_PROBLEMS = "results/checks/problems/config.csv"

# Before it is loaded, because loading could run code.
problems = file_problems("config.yaml")
write_problems(problems, CONFIG_PROBLEMS)
if problems:
    raise WorkflowError(told_config(problems))


configfile: "config.yaml"


config = plain_dates(config)
problems = config_problems(config, "config.yaml")
write_problems(problems, CONFIG_PROBLEMS)
if problems:
    raise WorkflowError(told_config(problems))

RAW = collect(
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
)
EXPORT_FILES = [
    export[key]
    for export in config["clean"]["exports"]
    for key in ("path", "hardware")
    if key in export
]
# The inputs as the run finds them, and what results carry to tell whose they are.
INPUTS = file_checksums(RAW + EXPORT_FILES)
FINGERPRINT = fingerprint(INPUTS, config)


include: "workflow/rules/clean.smk"
include: "workflow/rules/estimate.smk"
include: "workflow/rules/fit.smk"
include: "workflow/rules/checks.smk"
include: "workflow/rules/vintages.smk"
include: "workflow/rules/render.smk"


rule all:
    """Everything: the report and each file that stands on its own."""
    default_target: True
    input:
        # Named here too, or a missing one would pass unnoticed once its results are there.
        RAW,
        # Every table, so that one that was deleted comes back.
        rules.write_provenance.input.sealed,
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
        "results/provenance.json",
        "report/index.html",
