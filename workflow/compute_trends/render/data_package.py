"""The results folder as a Frictionless data package, with a dictionary of its columns."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from compute_trends.render.print_tables import as_latex, as_markdown, page_table
from compute_trends.run.inputs import file_checksums
from compute_trends.tables.dictionary import Resource, generated_resources
from compute_trends.tables.generated import read_table

LICENSES = [
    {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0 International",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    }
]
MISSING = [""]


def data_package(
    resources: list[Resource],
    paths: dict[str, str],
    *,
    checksums: dict[str, str],
    fingerprint: str,
    version: str,
    sources: list[dict[str, str]],
) -> dict[str, Any]:
    """Describe the tables of a run.

    Parameters
    ----------
    resources : list of dict
        Schemas of generated tables, with ``name``, ``title``, ``fields``, ``primaryKey``.
    paths : dict of str to str
        File of each table by its name, relative to the package.
    checksums : dict of str to str
        SHA-256 of each table by its name.
    fingerprint : str
        Of the run; see `provenance.fingerprint`.
    version : str
        Of the software that made them.
    sources : list of dict
        Where the data come from: ``title`` and ``path``.

    Returns
    -------
    dict
        Data package (Frictionless, https://specs.frictionlessdata.io/data-package/).
    """
    return {
        "name": "compute-trends-results",
        "title": "Trends in the training compute of milestone machine-learning systems",
        "profile": "tabular-data-package",
        "version": version,
        "fingerprint": fingerprint,
        "licenses": LICENSES,
        "sources": sources,
        "resources": [
            {
                "name": resource["name"],
                "path": paths[resource["name"]],
                "title": resource["title"],
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "hash": f"sha256:{checksums[resource['name']]}",
                "schema": {
                    "fields": [_field(field) for field in resource["fields"]],
                    "primaryKey": resource["primaryKey"],
                    "missingValues": MISSING,
                },
            }
            for resource in resources
        ],
    }


def _field(field: dict[str, Any]) -> dict[str, Any]:
    """A column as the specification has it; pandas writes infinity and truth in its own way."""
    described = {"name": field["name"], "type": field.get("type", "string")}
    described |= {key: field[key] for key in ("unit", "description", "constraints") if key in field}
    if described["type"] == "boolean":
        described |= {"trueValues": ["True"], "falseValues": ["False"]}
    return described


def data_dictionary(package: dict[str, Any]) -> str:
    """Every table and column of a data package, in Markdown.

    Parameters
    ----------
    package : dict
        From `data_package`.
    """
    parts = [
        f"# {package['title']}",
        f"Results of compute-trends {package['version']}. Every table is described here and, for "
        "programs, in `datapackage.json`. Figures are in `figures/`, the same tables for papers "
        "and notes (LaTeX, Markdown) in `tables/`, what to cite in `references.bib`, the settings "
        "of the run in `config.yaml`. Licence: "
        f"[{package['licenses'][0]['name']}]({package['licenses'][0]['path']}).",
        "Sources: " + "; ".join(source["title"] for source in package["sources"]) + ".",
        "An empty cell is a missing value, `inf` is infinity. Text that begins with =, +, - or @ "
        "stands behind an apostrophe, so that a spreadsheet takes it as text. Compute is in "
        "FLOP, growth in orders of magnitude (OOM) a year. The columns that end in `_ci95_low` "
        "and `_ci95_high` are the ends of 95 % intervals.",
    ]
    for resource in package["resources"]:
        rows = [
            f"| `{field['name']}` | {field['type']} | {field.get('unit', '')} "
            f"| {field.get('description', '')} |"
            for field in resource["schema"]["fields"]
        ]
        key = ", ".join(f"`{name}`" for name in resource["schema"]["primaryKey"])
        parts += [
            f"## {resource['name']}\n\n{resource['title']}. File `{resource['path']}`, key {key}.",
            "\n".join(["| column | type | unit | what |", "| --- | --- | --- | --- |", *rows]),
        ]
    return "\n\n".join(parts) + "\n"


def _described(path: str, by_path: dict[str, Resource]) -> Resource:
    """Schema of a table by its file; one of several alike is named after its export, too."""
    if path in by_path:
        return by_path[path]
    folder = Path(path).parent
    resource = by_path[str(folder.parent / "{export}" / Path(path).name)]
    name, title = f"{resource['name']}_{folder.name}", f"{resource['title']} ({folder.name})"
    return resource | {"name": name, "title": title}


def write_package(
    folder: str,
    tables: list[str],
    *,
    printed: list[str],
    labels: dict[str, str],
    references: str,
    fingerprint: str,
    version: str,
    sources: list[dict[str, str]],
) -> None:
    """Make the results folder complete: data, descriptions, tables to print, references.

    Parameters
    ----------
    folder : str
        The results folder.
    tables : list of str
        Files of all generated tables; those outside the folder are copied into ``data/``.
    printed : list of str
        Names of the tables that are also written as LaTeX and Markdown.
    labels : dict of str to str
        Words for names of trends.
    references : str
        BibTeX, with ``@VERSION@`` for the version.
    fingerprint : str
        Of the run; see `provenance.fingerprint`.
    version : str
        Of the software.
    sources : list of dict
        Where the data come from.
    """
    results = Path(folder)
    by_path = {resource["path"]: resource for resource in generated_resources().values()}
    resources, paths = [_described(path, by_path) for path in tables], {}
    for path, resource in zip(tables, resources, strict=True):
        name, file = resource["name"], Path(path)
        if results not in file.parents:
            file = results / "data" / file.name
            shutil.copyfile(path, file)
        paths[name] = file.relative_to(results).as_posix()
        if name in printed:
            table = page_table(read_table(path, name), resource, labels)
            latex = as_latex(table, title=resource["title"], label=name)
            (results / "tables" / f"{name}.tex").write_text(latex, encoding="utf-8")
            (results / "tables" / f"{name}.md").write_text(as_markdown(table), encoding="utf-8")
    package = data_package(
        resources,
        paths,
        checksums=file_checksums({name: results / path for name, path in paths.items()}),
        fingerprint=fingerprint,
        version=version,
        sources=sources,
    )
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (results / "datapackage.json").write_text(text, encoding="utf-8")
    (results / "README.md").write_text(data_dictionary(package), encoding="utf-8")
    cited = references.replace("@VERSION@", version)
    (results / "references.bib").write_text(cited, encoding="utf-8")
