"""The workflow as a module that is named by its git repository, as the Workflow Catalog uses it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from project import ROOT, Project

# What `snakedeploy deploy-workflow` writes for a workflow on GitHub
DEPLOYED = """\
from snakemake.utils import min_version

min_version("6.10.0")

configfile: "config/config.yaml"

module compute_trends:
    snakefile:
        {snakefile}
    config:
        config

use rule * from compute_trends
"""
TAG = "v1"


@pytest.fixture
def repository(tiny: Project) -> Project:
    """The tiny project in a git repository, with a tag."""
    tiny.git("init", "--quiet")
    tiny.git("add", "--all")
    tiny.git("commit", "--quiet", "--message", "As delivered")
    tiny.git("tag", TAG)
    return tiny


def deployed(folder: Path, snakefile: str) -> Project:
    """A folder as snakedeploy makes it, with the configuration of this project."""
    (folder / "workflow").mkdir(parents=True)
    shutil.copytree(ROOT / "config", folder / "config")
    text = DEPLOYED.format(snakefile=snakefile)
    (folder / "workflow" / "Snakefile").write_text(text, encoding="utf-8")
    return Project(folder)


def on_github(repository: Project, cache: Path) -> dict[str, str]:
    """Environment in which Snakemake has a repository of GitHub already, so needs no network."""
    clone = cache / "snakemake/snakemake/source-cache/snakemake-git-cache/github.com/who/trends"
    clone.parent.mkdir(parents=True)
    repository.git("clone", "--quiet", "--bare", str(repository.folder), str(clone))
    return {"XDG_CACHE_HOME": str(cache)}


GITHUB = f'github("who/trends", path="workflow/Snakefile", tag="{TAG}")'


def test_what_snakedeploy_writes_runs_with_its_config(repository: Project, tmp_path: Path) -> None:
    environment = on_github(repository, tmp_path / "cache")
    # The checkout of the run, not what is there now, is what runs.
    shutil.rmtree(repository.folder)
    project = deployed(tmp_path / "a folder", GITHUB)
    own = project.folder / "config" / "config.yaml"
    own.write_text("clean: {published_after: 2011-12-31}\n", encoding="utf-8")
    product = "data/processed/excluded.csv"
    project.make(product, environment=environment)
    assert "not published after 2011-12-31" in set(project.table(product)["reason"])
    assert len(list((project.folder / ".snakemake" / "compute_trends").iterdir())) == 1
    own.write_text("# Mine\nfit:\n  outliers:\n    high_z: much\n", encoding="utf-8")
    shown = project.fail(product, environment=environment)
    assert "config/config.yaml, line 4: fit.outliers.high_z: 'much' is not of type" in shown


@pytest.mark.gate
def test_a_deployed_workflow_makes_everything(
    repository: Project, finished_tiny: Project, tmp_path: Path
) -> None:
    environment = on_github(repository, tmp_path / "cache")
    project = deployed(tmp_path / "run", GITHUB)
    own = project.folder / "config" / "config.yaml"
    own.write_text("{}", encoding="utf-8")
    project.make(environment=environment)
    ours, theirs = project.products(), finished_tiny.products()
    # These name the commit, which the other project has none of.
    for products in (ours, theirs):
        products.pop("results/provenance.json"), products.pop("report/index.html")
    assert ours == theirs
    config = repository.config()
    config["fit"]["outliers"]["high_z"] = 0.6
    own.write_text(yaml.safe_dump({"fit": {"outliers": {"high_z": 0.6}}}), encoding="utf-8")
    project.make("results/config.yaml", environment=environment)
    assert project.config_in_force() == config


@pytest.mark.gate
def test_a_module_of_a_git_repository_on_this_machine_runs(
    repository: Project, tmp_path: Path
) -> None:
    source = f"git+file:{repository.folder}/workflow/Snakefile@{TAG}"
    project = deployed(tmp_path / "run", f'"{source}"')
    project.make("results/config.yaml")
    assert project.config_in_force() == repository.config() | {"seed": 20220205}


def test_the_config_of_a_deployed_workflow_changes_nothing(config: dict[str, object]) -> None:
    own = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    assert own
    assert own.items() <= config.items()


def test_what_the_catalog_looks_for_is_there() -> None:
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))
    deployment = usage["usage"]["software-stack-deployment"]
    assert deployment["conda"] is (ROOT / "workflow" / "envs" / "python.yaml").is_file()
    assert usage["usage"]["report"] is deployment["report"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    assert "snakemake" in readme and "workflow" in readme
    for name in ("workflow/Snakefile", "workflow/rules/common.smk", "config/README.md"):
        assert (ROOT / name).is_file()
