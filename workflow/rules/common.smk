# What the rules share: the settings, the files of the run, and how to name them.
import os
from functools import partial

from compute_trends.clean.references import claim_references, config_references
from compute_trends.common.problems import write_problems
from compute_trends.render.figures.formats import (
    CHECK_FIGURES,
    FIGURE_FILES,
    SHOWN,
    export_figures,
    figure_titles,
)
from compute_trends.render.page import PAGE_SCRIPTS
from compute_trends.render.sections import names_in, table_paths
from compute_trends.run import inputs
from compute_trends.run.provenance import code_files, fingerprint, git_state
from compute_trends.run.sources import code_of
from compute_trends.settings.carried import INDEX, input_files, with_carried
from compute_trends.settings.clean import leading_export
from compute_trends.settings.config_file import files_behind, read_config
from compute_trends.settings.config_text import config_problems_text
from compute_trends.settings.models import Settings
from compute_trends.settings.specifications import crossed_exports
from compute_trends.tables.dictionary import path_of, raw_table, run_paths, tables_of
from compute_trends.tables.resources import RAW_PACKAGE

# The config as delivered, over it that of the working folder, over both the command line.
AT_HOME = Path.cwd().resolve() == PROJECT.resolve()
WORKFLOW, PROJECT = inputs.path_from_here(WORKFLOW), inputs.path_from_here(PROJECT)
config_files = [str(PROJECT / "config.yaml")]
if not AT_HOME and os.path.lexists("config.yaml"):
    config_files.append("config.yaml")
# As a module, those that the workflow around it names and hands on
by_command = list(workflow.overwrite_configfiles)
if not workflow.modifier.is_main_snakefile():
    named = [path for path in workflow.configfiles if path not in by_command]
    by_command = files_behind(config, [*named, *by_command])
config_files += [os.path.relpath(path) for path in by_command]
# Raw files by the name that results know them by
RAW_FILES = [
    *(table.path for table in tables_of("raw") if table.path is not None),
    RAW_PACKAGE,
]
RAW = inputs.raw_paths(RAW_FILES, PROJECT, Path.cwd())
# What names what is looked up once, not in each job.
looked_up = partial(config_references, raw=RAW) if workflow.is_main_process else None
config, problems = read_config(config_files, config, looked_up)
problems += inputs.folder_problems(PROJECT)
if not problems:
    SETTINGS, problems = with_carried(Settings(**config), RAW[INDEX])
if not problems:
    problems = inputs.file_problems(
        RAW | input_files(SETTINGS.clean.exports, RAW[INDEX])
    )
if not problems and looked_up:
    problems = claim_references(SETTINGS, RAW)
write_problems(problems, "results/checks/problems/config.csv")
if problems:
    raise WorkflowError(config_problems_text(problems))

# Every export by name: those that the project carries and those of the config, by date.
EXPORTS = {export.name: export for export in SETTINGS.clean.exports}
of_each = partial(collect, export=list(EXPORTS))
# Files of those that the project carries
CARRIED = [
    export.path
    for export in EXPORTS.values()
    if Path(export.path).parent == Path(RAW[INDEX]).parent / "vintages"
]


def files_of(export):
    """Files of one export: its systems, and its chips if it names them."""
    return [path for path in (EXPORTS[export].path, EXPORTS[export].hardware) if path]


def of_exports(name):
    """A table of each export."""
    return [path_of(name, export=export) for export in EXPORTS]


# The export that answers for today, in a list; none without exports
LEADING = list(filter(None, [leading_export(SETTINGS.clean.exports)]))


def of_leading(name):
    """A table of the export that answers for today, in a list."""
    return [path_of(name, export=export.name) for export in LEADING]


# Exports that specifications are fitted on
CROSSED = crossed_exports(SETTINGS.fit.specifications, SETTINGS.clean.exports)


def of_crossed(name):
    """A table of each export that specifications are fitted on."""
    return [path_of(name, export=export.name) for export in CROSSED]


def in_report(path, category, title):
    """A file that `snakemake --report` packs, under one of the captions."""
    caption = f"../report/captions/{category.lower()}.rst"
    return report(path, caption=caption, category=category, labels={"title": title})


TABLE_TITLES = {table.path: table.title for table in tables_of()}


def table_in_report(path):
    """A table that `snakemake --report` packs."""
    return in_report(path, "Tables", TABLE_TITLES[path])


TITLES = figure_titles(SETTINGS)


def figure_files(names):
    """Each figure in each format, kept until all new ones are there.

    `snakemake --report` packs the one for a page of a browser.
    """
    files = [
        (name, f"results/figures/{name}{end}") for name in names for end in FIGURE_FILES
    ]
    return [
        (
            in_report(update(path), "Figures", TITLES[name])
            if path.endswith(f"{name}.svg")
            else update(path)
        )
        for name, path in files
    ]


# Every table that the run writes.
TABLES = run_paths(list(EXPORTS))
# Files that the run reads, and their checksums as the run finds them
INPUT_FILES = RAW | input_files(SETTINGS.clean.exports, RAW[INDEX])
INPUTS = inputs.file_checksums(INPUT_FILES)
# What results carry to tell whose they are.
FINGERPRINT = fingerprint(INPUTS, config)
# Elsewhere than at home: delivered files that one in the working folder stands in for.
REPLACED = [key for key, path in RAW.items() if key == path and not AT_HOME]
if REPLACED:
    logger.info(f"Taken from this folder, not as delivered: {', '.join(REPLACED)}")


def raw(name):
    """Path of a raw table: the one in the working folder, else the one delivered."""
    return RAW[raw_table(name).path]


def content(*paths):
    """Checksums of files that a rule reads.

    Not from the rule's `input`: Snakemake does not record a parameter that depends on it.
    """
    return inputs.content_of(paths, INPUT_FILES, INPUTS)


# Deep simulations are shared among so many jobs, each of at least two minutes, because a job
# costs 5 to 8 seconds on a cluster (docs/cluster.md). Not in config.yaml: it changes no byte of
# the results. `--set-scatter coverage=24 eras=12`, or a profile, sets other numbers.
scattergather:
    coverage=12,
    eras=8,
    specifications=8,


def shards(gathered, path, *, long=SETTINGS.fit.depth == "deep"):
    """Files to gather; none where one job does all: what is not long, and a single shard."""
    paths = gathered(path)
    return paths if long and len(paths) > 1 else []
