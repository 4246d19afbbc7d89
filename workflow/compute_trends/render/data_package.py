"""The results folder as a Data Package, with a dictionary of its columns."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from compute_trends.common.checksums import checksum
from compute_trends.common.records import Record
from compute_trends.render import attribution
from compute_trends.render.attribution import DATA, export_sources
from compute_trends.render.cell_words import CellWords
from compute_trends.render.citation import CITED, SHORT, Run, headline_citations, headlines_json
from compute_trends.render.latex import as_latex
from compute_trends.render.linked_data import croissant
from compute_trends.render.print_tables import as_markdown, printed_table
from compute_trends.run.provenance import VERSION
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import schemas, table_at
from compute_trends.tables.generated import read_table
from compute_trends.tables.resources import PROFILE, package_json, table_resource
from compute_trends.tables.schemas import Table


def data_package(resources: list[Record], *, exports: Sequence[ExportFile], run: Run) -> Record:
    """Describe the tables of a run, of which `resources.table_resource` describes each.

    A Data Package of version 2 (https://datapackage.org/standard/data-package/) with the
    fingerprint of the run, the version of the software, and the address of the report if there
    is one.
    """
    about = schemas().package
    return {
        "$schema": PROFILE,
        "name": "compute-trends-results",
        "title": "Trends in the training compute of milestone machine-learning systems",
        "description": attribution.ABSTRACT,
        **({"homepage": run.address} if run.address else {}),
        "version": run.version,
        "fingerprint": run.fingerprint,
        "keywords": list(attribution.KEYWORDS),
        "contributors": about["contributors"],
        "licenses": [about["licence"]],
        "sources": [*about["sources"], *export_sources(exports)],
        "resources": resources,
    }


def data_dictionary(package: Record) -> str:
    """Every table and column of a package of `data_package`, in Markdown."""
    parts = [
        f"# {package['title']}",
        f"Results of compute-trends {package['version']}. Every table is described here and, for "
        "programs, in `datapackage.json` (Data Package) and `croissant.json` (Croissant). Figures "
        "are in `figures/` (`drawings.csv` counts the systems that each shows and names), the same "
        "tables for papers and notes (LaTeX, Markdown) in `tables/` "
        "(each file of LaTeX names the packages that it needs in a comment), what to cite in "
        "`references.bib`, each headline with all that it is cited with in `headlines.json` (a "
        "list, empty without exports), the settings of the run in `config.yaml`. Licence: "
        f"[{package['licenses'][0]['name']}]({package['licenses'][0]['path']}).",
        "Sources: " + "; ".join(source["title"] for source in package["sources"]) + ".",
        "An empty cell is a missing value, `inf` is infinity. Text that begins with =, +, - or @, "
        "also behind a semicolon, stands behind an apostrophe, so that a spreadsheet takes it as "
        "text. Compute is in FLOP, growth in orders of magnitude (OOM) a year. The columns that "
        "end in `_ci90_low` "
        "and `_ci90_high` are the ends of 90 % intervals, `_ci95_` of 95 % ones.",
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


def write_package(
    folder: str,
    tables: list[str],
    systems: list[str],
    *,
    references: str,
    settings: Settings,
    fingerprint: str,
    version: str = VERSION,
) -> None:
    """Make the results folder complete: data, descriptions, tables to print, what to cite.

    Parameters
    ----------
    folder : str
        The results folder.
    tables : list of str
        Files of all generated tables; those outside the folder are copied into ``data/``.
    systems : list of str
        Tables of systems, whose names stand for their keys in the tables to print.
    references : str
        BibTeX of what is to be cited besides the software and the data of today.
    settings : Settings
        Of the run. The exports are sources of the package; the leading one is among what is to
        be cited.
    fingerprint, version : str
        See `data_package`.
    """
    results, exports = Path(folder), settings.clean.exports
    run = Run(version, fingerprint, settings.render.address)
    words = CellWords(settings, _names(systems))
    resources = []
    for path in tables:
        table, export = table_at(path)
        file = Path(path)
        if results not in file.parents:
            file = results / "data" / file.name
            shutil.copyfile(path, file)
        of_it = export_sources([one for one in exports if one.name == export])
        resources.append(
            _resource(table, export, file, results) | ({"sources": of_it} if of_it else {})
        )
        if table.printed and export is None:
            frame = read_table(path, table.name)
            printed = printed_table(frame, table, words, f"By {run.software}; {DATA}")
            _write(results / "tables" / f"{table.name}.tex", as_latex(printed))
            _write(results / "tables" / f"{table.name}.md", as_markdown(printed))
    package = data_package(resources, exports=exports, run=run)
    _write(results / "datapackage.json", package_json(package))
    described = croissant(package, run, exports)
    _write(results / "croissant.json", json.dumps(described, indent=1, ensure_ascii=False) + "\n")
    _write(results / "README.md", data_dictionary(package))
    _write(results / "references.bib", _references(references, leading_export(exports), run))
    citations = headline_citations(
        *_cited_tables(tables),
        exports=exports,
        fits=settings.fit.exports,
        intervals=settings.fit.intervals,
        seed=settings.seed,
        run=run,
    )
    _write(results / "headlines.json", headlines_json(citations))


def _references(others: str, leading: ExportFile | None, run: Run) -> str:
    """What to cite, in BibTeX: the report, the software, what it rests on, the data of today."""
    about = f"fingerprint {run.fingerprint[:SHORT]}"
    made = {"version": run.version, "url": run.address}
    newest = [attribution.reference(leading)] if leading else []
    own = [attribution.report(leading, about=about, **made), attribution.software(**made)]
    return "\n".join([*own, others, *newest])


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _names(paths: list[str]) -> dict[str, str]:
    """Name of each system by its key, those of the annotations as they are there."""
    frames = [read_table(path, "systems") for path in paths]
    return {
        key: name
        for systems in reversed(frames)
        for key, name in zip(systems["system_id"], systems["system"], strict=True)
    }


def _cited_tables(paths: list[str]) -> list[pd.DataFrame | None]:
    """Tables that headlines are cited from, in the order of `CITED`; None where there is none."""
    files = {table_at(path)[0].name: path for path in paths}
    return [read_table(files[name], name) if name in files else None for name in CITED]


def _resource(table: Table, export: str | None, file: Path, results: Path) -> Record:
    """Description of a table in the results folder; that of an export is named after it, too."""
    path = file.relative_to(results).as_posix()
    hashed = {"hash": f"sha256:{checksum(file.read_bytes())}"}
    if export is None:
        return table_resource(table, path, **hashed)
    about = {"name": f"{table.name}_{export}", "title": f"{table.title} ({export})"}
    return table_resource(table, path, **about, **hashed)
