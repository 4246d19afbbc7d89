"""Whose the data and the software are: authors, dates, licences and addresses, each once.

CITATION.cff and .zenodo.json say the same of the software to those who look there; a test holds
them to this.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.render.latex_text import bibtex_text
from compute_trends.render.wording import day_in_words
from compute_trends.settings.clean import ExportFile

ADDRESS = "https://epoch.ai/data"
LICENCE = "CC BY 4.0"
DATA = f"data of Epoch AI ({ADDRESS}), {LICENCE}"
# Of the software
TITLE = (
    "Compute trends: a reproducible pipeline for trends in the compute used to train "
    "machine-learning systems"
)
ABSTRACT = (
    "Turns raw annotations of machine-learning systems into estimates of their training compute, "
    "growth trends with intervals, and one report: how fast does training compute grow, and how "
    "sure are we?"
)
AUTHORS = "The compute-trends contributors"
# As the licence has it. No day is told: a version is released when it is tagged.
YEAR = 2026
CODE_LICENCE = "MIT"
KEYWORDS = (
    "training compute",
    "machine learning",
    "artificial intelligence",
    "scaling",
    "trends",
    "reproducibility",
)
REPORT_TITLE = "How fast does training compute grow?"
# What an export lists, by its `models`
MODELS_WORDS = {
    "notable": "notable models",
    "all": "models",
    "large_scale": "large-scale models",
    "frontier": "frontier models",
    "benchmarked": "benchmarked models",
}
# What the filter `notability: any` keeps of an export of all models
CRITERIA = "models that meet a criterion of notability"


def export_sources(exports: Sequence[ExportFile]) -> list[Record]:
    """Title and path of each export, as sources of a data package."""
    return [
        {
            "title": f"Epoch AI: Data on AI Models, export of {_day(export)} "
            f"({kept_models(export)}), {LICENCE}",
            "path": ADDRESS,
        }
        for export in exports
    ]


def kept_models(export: ExportFile) -> str:
    """Which models of an export are used, in words, such as "notable models"."""
    kept = kept_by_filters(export)
    if kept.startswith(CRITERIA):
        return kept
    return MODELS_WORDS[export.models] + (f"; only {kept}" if kept else "")


def kept_by_filters(export: ExportFile) -> str:
    """What of an export its filters keep, in words; empty where they keep all."""
    kept = []
    for name, value in export.filters.model_dump(exclude_defaults=True).items():
        if (name, value) == ("notability", "any"):
            kept.append(CRITERIA)
        else:
            words = value if isinstance(value, str) else ", ".join(value)
            kept.append(f"{name.replace('_', ' ')}: {words}")
    return "; ".join(kept)


def reference(export: ExportFile) -> str:
    """What to cite for numbers of an export, in BibTeX."""
    about = f"Export of {_day(export)}, {kept_models(export)}; {LICENCE}"
    return entry(
        f"epoch{export.date.replace('-', '')}data",
        title="Data on {AI} Models",
        author="Epoch AI",
        year=export.date[:4],
        note=about,
        url=ADDRESS,
    )


def software(*, version: str, url: str = "") -> str:
    """What to cite for the software, in BibTeX; with its address if it has one."""
    return entry(
        "computetrends",
        title=TITLE,
        author=AUTHORS,
        year=str(YEAR),
        version=version,
        note=f"Version {version}; code {CODE_LICENCE}, data {LICENCE}",
        url=url,
    )


def report(
    export: ExportFile | None,
    *,
    version: str,
    key: str = "computetrendsreport",
    about: str = "",
    url: str = "",
) -> str:
    """What to cite for the report of a run, in BibTeX.

    Parameters
    ----------
    export : ExportFile or None
        The one that answers for today, whose year is the report's.
    version : str
        Version of the software.
    key : str
        Key of the entry.
    about : str
        What of it is cited, such as a number or a fingerprint.
    url : str
        Where it is; empty where it has no address.
    """
    data = f"Data of {_day(export)}" if export else ""
    licences = f"compute-trends {version}; code {CODE_LICENCE}, data {LICENCE}"
    return entry(
        key,
        title=REPORT_TITLE,
        author=AUTHORS,
        year=max(str(YEAR), export.date[:4]) if export else str(YEAR),
        version=version,
        note="; ".join(filter(None, [about, data, licences])),
        url=url,
    )


def entry(key: str, *, title: str, author: str, note: str, url: str, **more: str) -> str:
    """An entry of BibTeX that every style knows.

    The address stands in the note, too, because older styles show no other field of it.
    """
    told = "; ".join(filter(None, [note, url]))
    fields = {"title": title, "author": f"{{{author}}}", **more}
    fields |= {"note": bibtex_text(told), "url": url}
    lines = [f"  {name:7} = {{{text}}}" for name, text in fields.items() if text]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _day(export: ExportFile) -> str:
    """Date of an export in words."""
    return day_in_words(pd.Timestamp(export.date))
