"""Whose the data are: each export of Epoch AI's database with its date, licence and address."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.render.wording import day_in_words
from compute_trends.settings.clean import ExportFile

ADDRESS = "https://epoch.ai/data"
LICENCE = "CC BY 4.0"
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
    return (
        f"@misc{{epoch{export.date.replace('-', '')}data,\n"
        "  title  = {Data on {AI} Models},\n"
        "  author = {{Epoch AI}},\n"
        f"  year   = {{{export.date[:4]}}},\n"
        f"  note   = {{Export of {_day(export)}, {kept_models(export)}; {LICENCE}}},\n"
        f"  url    = {{{ADDRESS}}}\n"
        "}\n"
    )


def _day(export: ExportFile) -> str:
    """Date of an export in words."""
    return day_in_words(pd.Timestamp(export.date))
