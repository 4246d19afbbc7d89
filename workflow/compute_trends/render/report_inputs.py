"""Tables, settings and texts that the sections of the report take their numbers from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.settings.models import Settings

Tables = Mapping[str, pd.DataFrame]
# What the head of the page and the captions of its figures need, besides the sections.
PAGE_TABLES = ("drawings", "scores", "systems", "trends")


@dataclass(frozen=True, kw_only=True)
class ReportInputs:
    """What a section may use; each reads only its own part.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of the run by their names in ``workflow/schemas/tables.yaml``, and hand-kept ones.
    exports : mapping of str to mapping
        Tables of each export by the name of the export; none without exports.
    settings, config_text : Settings, str
        The config in force, typed and as YAML.
    provenance : dict
        ``results/provenance.json``; see `provenance.provenance_json`.
    references : str
        BibTeX of what to cite.
    delivered : dict, optional
        What the run as delivered had, and answered; see `delivered.delivered_json`.
    explorer : dict, optional
        What the chart in the page needs; see `explorer.build_explorer`.
    """

    tables: Tables
    settings: Settings
    exports: Mapping[str, Tables] = field(default_factory=dict)
    config_text: str = ""
    provenance: Record = field(default_factory=dict)
    references: str = ""
    explorer: Record | None = None
    delivered: Record | None = None


@dataclass(frozen=True, kw_only=True)
class ReportFiles:
    """What the page holds besides its text.

    Parameters
    ----------
    figures : mapping of str to bytes
        Files by name: ``{figure}.svg``; ``{figure}_column.svg`` for narrow screens; and, to be
        saved from the page, ``{figure}.png`` and ``{figure}.pdf``.
    downloads : dict of str to list of dict
        Files of each table by its name, to be saved from the page; see `page.packed_file`.
    stylesheets, scripts : list of str
        Texts that go into the page, in order.
    """

    figures: Mapping[str, bytes]
    downloads: dict[str, list[dict[str, str]]]
    stylesheets: list[str]
    scripts: list[str]
