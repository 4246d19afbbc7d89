"""What the rules say against what the code does."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from project import ROOT
from snakemake.scheduling.job_scheduler import JobScheduler

from compute_trends.run import sources
from compute_trends.run.sources import code_of, files_of_code
from compute_trends.tables.dictionary import tables_of

LIBRARY = ROOT / "workflow" / "compute_trends"
SCRIPTS = sorted((ROOT / "workflow" / "scripts").rglob("*.py"))
RULES = {
    match["name"]: match["body"]
    for file in sorted((ROOT / "workflow" / "rules").glob("*.smk"))
    for match in re.finditer(
        r"^rule (?P<name>\w+):\n(?P<body>.*?)(?=^rule |\Z)",
        file.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
}


def test_each_rule_has_one_script_of_its_name() -> None:
    assert sorted(RULES) == sorted(script.stem for script in SCRIPTS)


# One process for all scripts, which forgets the library between them, not its dependencies.
LOADED = """
import json, runpy, sys
loaded = {}
for script in sys.argv[1:]:
    runpy.run_path(script, run_name="not_main")
    library = [name for name in sys.modules if name.partition(".")[0] == "compute_trends"]
    loaded[script] = [sys.modules.pop(name).__file__ for name in library]
print(json.dumps(loaded))
"""


def test_code_of_a_rule_is_what_python_loads_for_its_script(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOADED, *map(str, SCRIPTS)]
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY.parent)}
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    for script, modules in json.loads(run.stdout).items():
        files = files_of_code(Path(script).stem)
        code = [str(LIBRARY.parent / path) for path in files if path.suffix == ".py"]
        assert sorted(modules) == code, script


def test_imports_are_found_as_python_parses_them() -> None:
    files = [*LIBRARY.rglob("*.py"), *SCRIPTS]
    for file in files:
        named = {
            f"{node.module}.{name.name}" if isinstance(node, ast.ImportFrom) else name.name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        modules = {name for name in named if name.startswith(f"{LIBRARY.name}.")}
        places = {LIBRARY.parent.joinpath(*name.split(".")).with_suffix(".py") for name in modules}
        assert {place for place in places if place.is_file()} <= sources._sources_named_in(file)
    assert len(files) > 300


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rules_depend_on_the_code_of_their_script(rule: str) -> None:
    assert f'code=code_of("{rule}")' in RULES[rule]


def test_each_table_is_the_output_of_one_rule_at_the_place_that_the_dictionary_says() -> None:
    made = [
        table
        for body in RULES.values()
        for output in re.findall(r"^    output:\n(.*?)^    \w", body, re.MULTILINE | re.DOTALL)
        for table in re.findall(r'(\w+)=(?:(?:of_each|table_in_report)\()?"([^"]+\.csv)"', output)
    ]
    described = [
        (table.name, path)
        for table in tables_of()
        for path in (table.path, table.export_path)
        if path is not None
    ]
    assert sorted(made) == sorted(described)


def test_a_table_of_each_export_is_made_by_one_job_for_all_of_them() -> None:
    for rule, body in RULES.items():
        assert "wildcards" not in body, rule
        for call, path in re.findall(r'(\w+\()?"([^"]*\{export\}[^"]*)"', body):
            assert call == "of_each(", (rule, path)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rules_record_what_the_raw_files_hold_that_their_numbers_come_from(rule: str) -> None:
    inputs, _, parameters = RULES[rule].partition("    params:\n")
    raw = set(re.findall(r'raw\("(\w+)"\)', inputs))
    if rule != "render_report":  # It has the fingerprint of all of them, in provenance.json.
        assert set(re.findall(r'raw\("(\w+)"\)', parameters)) == raw


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rules_say_what_they_do_and_keep_a_log(rule: str) -> None:
    body = RULES[rule]
    assert re.match(r'    """[A-Z][^"]*\."""\n', body), "one-sentence docstring"
    # A rule of shards has one for each.
    shard = ".{scatteritem}" if "{scatteritem}" in body.partition("    output:\n")[2] else ""
    assert f'"results/logs/{rule}{shard}.log"' in body
    assert "    run:" not in body and "    shell:" not in body


CHOICES = (ast.For, ast.While, ast.If, ast.IfExp, ast.BoolOp, ast.Match, ast.Try, ast.comprehension)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_do_nothing_on_import_and_choose_nothing(script: Path) -> None:
    *before, guard = ast.parse(script.read_text(encoding="utf-8")).body
    for node in before:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        assert docstring or isinstance(node, ast.Import | ast.ImportFrom)
    assert isinstance(guard, ast.If) and "__main__" in ast.unparse(guard.test)
    [block] = guard.body
    assert ast.unparse(block).startswith("with job(snakemake) as run:")
    assert not [node for node in ast.walk(block) if isinstance(node, CHOICES)]


def test_checksum_of_code_changes_with_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_of("clean_annotations")
    assert code_of("clean_annotations") == before
    sums = {path: f"{path}" for path in files_of_code("clean_annotations")}
    monkeypatch.setattr(sources, "_checksum", sums.__getitem__)
    one = code_of("clean_annotations")
    sums[next(iter(sums))] = "edited"
    assert len({before, one, code_of("clean_annotations")}) == 3


@pytest.mark.parametrize("rule", sorted(RULES))
def test_settings_of_a_rule_stand_in_a_dict(rule: str) -> None:
    """Snakemake passes over a parameter that is an object, and so would not run it again."""
    params = re.search(r"^    params:\n((?:        .*\n)+)", RULES[rule], re.MULTILINE)
    names = re.findall(r"^        (\w+)=", params[1], re.MULTILINE) if params else []
    assert set(names) <= {"code", "content", "settings"}


@pytest.mark.parametrize("module", sorted(LIBRARY.rglob("*.py")), ids=lambda path: path.stem)
def test_library_knows_nothing_of_snakemake(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert "snakemake" not in ast.unparse(node)
        assert not (isinstance(node, ast.Name) and node.id == "snakemake")


def locked_versions() -> dict[str, str]:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([\w.]+)", lock, re.MULTILINE))


def test_conda_environment_has_the_locked_versions() -> None:
    """The file that ``--sdm conda`` uses cannot be run here, so at least it must not drift."""
    environment = yaml.safe_load((ROOT / "workflow" / "envs" / "python.yaml").read_text())
    pins: dict[str, str] = {}
    for entry in environment["dependencies"]:
        for line in entry["pip"] if isinstance(entry, dict) else [entry]:
            name, _, version = line.replace("==", "=").partition("=")
            if version and ">" not in name:
                alias = {
                    "matplotlib-base": "matplotlib",
                    "snakemake-minimal": "snakemake",
                    "ruamel.yaml": "ruamel-yaml",
                }
                pins[alias.get(name.strip(), name.strip())] = version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {re.split(r"[<>=]", line)[0] for line in project["dependencies"]}
    assert pins == {name: locked_versions()[name] for name in direct}


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-cluster.txt",
        "requirements-dev.txt",
        "requirements-uv.txt",
    ],
)
def test_locks_name_no_address_and_pin_every_package_by_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in block.splitlines()[0] and "--hash=sha256:" in block


# What the jobs that may write anything may write: those that publish pages, and propose new data
MAY_WRITE = {
    "publish": {"pages": "write", "id-token": "write"},
    "propose": {"contents": "write", "pull-requests": "write"},
}
GITHUB = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.stem)
def test_workflows_of_github_are_pinned_and_may_do_little(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert "timeout-minutes" in job
        assert job.get("permissions", {}) in ({}, MAY_WRITE.get(name, {}))
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_new_data_are_proposed_and_never_merged_by_a_job_that_runs_none_of_our_code() -> None:
    text = (ROOT / ".github" / "workflows" / "vintage.yml").read_text(encoding="utf-8")
    assert "gh pr create" in text and "results/changes/report.md" in text
    assert not re.search(
        r"pr merge|--auto|merge_method|git push(?! --force origin \"vintage/)", text
    )
    jobs = yaml.safe_load(text)["jobs"]
    commands = [
        line.split()[0]
        for step in jobs["propose"]["steps"]
        for line in step.get("run", "").splitlines()
    ]
    assert set(commands) == {"git", "gh"}
    # What is downloaded is handed to the target that the tests run with a file in its place.
    runs = [step["run"].split()[:2] for step in jobs["update"]["steps"] if "run" in step]
    assert [run for run in runs if run[0] == "make"] == [["make", "update"], ["make", "test"]]


def test_an_environment_at_a_name_with_a_blank_is_refused() -> None:
    command = ["make", "--dry-run", "VENV=my folder/venv", "environment"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode and "VENV cannot have a blank" in run.stderr
    assert "--clear" not in run.stdout


def test_what_a_run_made_is_deleted_where_there_is_no_git(tmp_path: Path) -> None:
    for name in ("results/fits/trends.csv", "report/index.html", "data/processed/systems.csv"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    kept = [tmp_path / name for name in ("results/.gitkeep", "data/own.csv", "config.yaml")]
    for path in kept:
        path.touch()
    command = ["make", "--silent", "-f", str(ROOT / "Makefile"), "clean"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(kept)


def test_nothing_in_the_code_loads_yaml_or_pickles_that_run_code() -> None:
    for path in [*LIBRARY.rglob("*.py"), *SCRIPTS]:
        text = path.read_text(encoding="utf-8")
        code = r"(pickle|eval\(|exec\(|yaml\.(unsafe|full)_load|shell=True)"
        assert not re.search(code, text), path
        for loader in re.findall(r"yaml\.(?:load|compose|parse)\((.*)\)", text):
            assert "Loader=LOADER" in loader, path


def test_snakemake_looks_for_the_limit_where_the_workflow_lifts_it() -> None:
    # No public option: were it called otherwise one day, a run would wait for a second in vain.
    assert "job_rate_limiter" in JobScheduler.schedule.__code__.co_names
