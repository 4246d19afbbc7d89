# `make` sets up what is needed and runs everything; `make test` runs the tests.
# Nothing is installed twice: the stamps in .venv are newer than the lock files.

PYTHON ?= python3
CORES ?= 4
VENV := .venv
# make would take two folders for it, and empty the first.
ifneq ($(words $(VENV)),1)
$(error VENV cannot have a blank, as in: make VENV=.venv)
endif
BIN := $(VENV)/bin
UV := $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes

# Where this is set, a new environment never gets its .pyc files, and every import is
# three times slower.
unexport PYTHONDONTWRITEBYTECODE
# Of another project, or of the notebook whose terminal this is
unexport PYTHONPATH
unexport MPLBACKEND

# Where there is no home that can be written to, what Snakemake, uv and matplotlib keep is here.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export XDG_CACHE_HOME := $(CURDIR)/$(VENV)/cache
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/cache/matplotlib
endif

.PHONY: all environment check test lint format schema delivered lock clean benchmark benchmark-run verify same \
	fuzz newest vintage update issue cluster cluster-bin slurm mutants
.DEFAULT_GOAL := all

# One run at a time (workflow/compute_trends/run/one_run.py). CONFIG: a file that goes over config.yaml.
CONFIG :=
export CONFIG
RUN = PYTHONPATH=workflow $(BIN)/python -m compute_trends.run.one_run --cores $(CORES) $${CONFIG:+--configfile "$$CONFIG"}

all: $(VENV)/.installed
	@$(RUN)
	@echo "The report is in report/index.html"

environment: $(VENV)/.installed-dev

# For daily work: linters, types, and the quick unit tests of the modules that changed since a commit.
SINCE ?= HEAD~1
CHANGED = { git diff --name-only $(SINCE) && git ls-files --others --exclude-standard; } 2>/dev/null
CHANGED_TESTS = $(wildcard $(sort $(shell $(CHANGED) | sed -nE \
	-e 's,^workflow/compute_trends/(.*/)?([^/]+)\.py$$,tests/unit/\1test_\2.py,p' \
	-e '/^tests\/unit\/.*test_[^/]+\.py$$/p')))
check: $(VENV)/.installed-dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --quick tests/workflow/test_house.py $(CHANGED_TESTS)

# TESTS: some files or folders, for all. With GATE=1 also the tests that take long, and the share
# of the library's lines that all reach.
GATE_OPTIONS := -m "" --cov=workflow/compute_trends --cov-report=term:skip-covered --cov-fail-under=95
test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest $(if $(GATE),$(GATE_OPTIONS)) $(TESTS)

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/snakefmt --check Snakefile workflow/Snakefile workflow/rules
	@$(BIN)/snakemake --lint

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/snakefmt Snakefile workflow/Snakefile workflow/rules

# What is generated from the schemas and the settings, and committed.
schema: $(VENV)/.installed
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.tables.resources
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.settings.editor_schema

# After a run as delivered: what the report of other settings or data is compared with.
delivered: $(VENV)/.installed
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.render.keep_delivered

# Exports of Epoch AI's database (docs/vintages.md). MODELS: notable, all, large_scale or frontier.
MODELS ?= notable
SOURCE ?=
REPLACE ?=
export MODELS SOURCE REPLACE
EXPORT = "$(FILE)" "$(DATE)" "$$MODELS" --source="$$SOURCE"
NEEDS = say which file$(if $(1), and of what day): make $@ FILE=downloads/notable_ai_models.csv$(if $(1), DATE=2026-03-07) [MODELS=notable] [SOURCE="where it was found"]

# Carry an export as one of the project's, its facts alone; REPLACE=yes: in place of one of that day.
vintage: $(VENV)/.installed
	$(if $(and $(FILE),$(DATE)),,$(error $(call NEEDS,date)))
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.clean.carry $(EXPORT) --replace="$$REPLACE"

# Carry a new download, if it says anything new, and run: what changed is in the report of changes.
update: DATE := $(or $(DATE),$(shell date +%F))
update: $(VENV)/.installed
	$(if $(FILE),,$(error $(call NEEDS)))
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.clean.update $(EXPORT); status=$$?; \
		if [ $$status = 3 ]; then exit 0; elif [ $$status != 0 ]; then exit $$status; fi; \
		$(RUN) && echo "What changed: results/changes/report.md"

# Add the forecasts of the last run to data/raw/forecasts.csv, where they stay as they are.
issue: $(VENV)/.installed
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.vintages.issue

$(VENV)/.uv: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv --without-pip --clear $(VENV)
	@$(PYTHON) -m pip --python $(BIN)/python --quiet install --require-hashes -r requirements-uv.txt
	@touch $@

$(VENV)/.installed: requirements.txt $(VENV)/.uv
	@echo "Setting up $(VENV)"
	@$(UV) requirements.txt requirements-uv.txt
	@touch $@

# A superset of the above, so it stands in for it.
$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Adding the tools of the tests to $(VENV)"
	@$(UV) requirements-dev.txt requirements-uv.txt
	@touch $@

# Snakemake with the executors of clusters (docs/cluster.md): the same packages, and those.
CLUSTER := $(VENV)/cluster
cluster: $(CLUSTER)/.installed
cluster-bin:
	@echo $(CLUSTER)/bin
$(CLUSTER)/.installed: requirements-cluster.txt $(VENV)/.uv
	@echo "Setting up $(CLUSTER)"
	@$(BIN)/uv venv --quiet --clear --python $(PYTHON) $(CLUSTER)
	@$(BIN)/uv pip sync --quiet --python $(CLUSTER)/bin/python --require-hashes requirements-cluster.txt
	@touch $@

# Shards on a Slurm of one node, started for it and ended with it, where that is installed.
slurm:
	@tests/cluster/slurm.sh VENV=$(VENV) PYTHON=$(PYTHON)

# The published digits with the newest versions there are, whatever pyproject.toml allows.
newest: $(VENV)/.uv
	@$(BIN)/uv venv --quiet --clear --python $(PYTHON) $(VENV)/newest
	@$(BIN)/python -c 'import re, tomllib; \
		project = tomllib.load(open("pyproject.toml", "rb")); \
		print(*(re.split("[<>=]", line)[0] for line in project["project"]["dependencies"]), sep="\n")' \
		> $(VENV)/newest/names.txt
	@$(BIN)/uv pip install --quiet --python $(VENV)/newest/bin/python --upgrade \
		--requirement $(VENV)/newest/names.txt pytest pytest-xdist
	@$(BIN)/uv pip list --quiet --python $(VENV)/newest/bin/python --format freeze
	@$(VENV)/newest/bin/python -m pytest -W default -n 0 tests/unit/checks/test_reproduction.py tests/unit/fit/test_loglinear.py

# Mutants of the raw files and the config: each must be refused, or give what is right.
N ?= 10000
fuzz: $(VENV)/.installed-dev
	@PYTHONPATH=workflow:tests $(BIN)/python -m fuzz.runner $(N)

# Modules with a small error each: tests must notice it (docs/mutants.md). N=5000: all there are.
mutants: N := 400
mutants: SEED := 1
mutants: $(VENV)/.installed-dev
	@PYTHONPATH=workflow:tests OPENBLAS_NUM_THREADS=1 $(BIN)/python -m mutation.runner $(N) $(SEED) $(MODULES)

# Compute everything again in a folder of its own and compare, with the CONFIG of the run.
verify: $(VENV)/.installed
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.verify "$$CONFIG"

# Whether two folders hold the same results, to the byte or to the last digits of another processor.
same: $(VENV)/.installed
	$(if $(and $(ONE),$(OTHER)),,$(error say which folders: make same ONE=. OTHER=../other))
	@PYTHONPATH=workflow $(BIN)/python -m compute_trends.verify.folders "$(ONE)" "$(OTHER)"

# Time and memory of the engine against one regression call per resample and of a million
# specifications; and how both grow, to a million systems and an export of 100 000 rows.
benchmark: $(VENV)/.installed-dev
	@PYTHONPATH=workflow:tests $(BIN)/python benchmarks/engine.py
	@PYTHONPATH=workflow:tests $(BIN)/python benchmarks/specifications.py
	@PYTHONPATH=workflow:tests $(BIN)/python benchmarks/scale.py

# Whole runs, in turn with those of another checkout that has its environment: OTHER=FOLDER
OTHER ?=
benchmark-run: export OTHER := $(OTHER)
benchmark-run: $(VENV)/.installed-dev
	@PYTHONPATH=tests $(BIN)/python benchmarks/run.py

# Resolve the newest versions that pyproject.toml allows.
lock: $(VENV)/.uv
	@for spec in "requirements.txt" "requirements-dev.txt --group dev --constraint requirements.txt" \
		"requirements-cluster.txt --group cluster --constraint requirements.txt"; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header --no-annotate --upgrade pyproject.toml --output-file $$spec; \
	done

# Everything that a run makes; the environment stays.
clean:
	@rm -rf .snakemake
	@find data/processed results report -mindepth 1 ! -name .gitkeep -delete
