"""Figures as files: each drawing at each width, in each format."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from compute_trends.common.records import Record
from compute_trends.render.figures.style import Width, save_figure


class Drawing(NamedTuple):
    """A figure, how many systems it shows and how many of them it names."""

    figure: Figure
    shown: int
    named: int


def save_drawings(
    drawn: list[tuple[Record, Width, Callable[[], Drawing]]],
    paths: list[str],
    *,
    fingerprint: str,
    processes: int = 1,
) -> pd.DataFrame:
    """Draw figures and write them to their files.

    Parameters
    ----------
    drawn : list of (record, width, draw)
        Records of ``render.figures`` or ``render.comparisons``, each at each width, and
        what draws it when called; to be pickled where there are several processes.
    paths : list of str
        Files to write: ``{name}.{ending}`` at full width, ``{name}_column.{ending}`` at
        that of a column.
    fingerprint : str
        Of the run; see `style.save_figure`.
    processes : int
        How many draw at once.

    Returns
    -------
    pandas.DataFrame
        Table ``drawings``.
    """
    by_stem: dict[str, list[str]] = {}
    for path in paths:
        by_stem.setdefault(Path(path).stem, []).append(path)
    tasks = [(*task, by_stem[task[0]["name"] + task[1].suffix], fingerprint) for task in drawn]
    if processes == 1:
        return pd.DataFrame([_save_drawing(*task) for task in tasks])
    # Forked, because importing the tools again would take longer than half of the drawing.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=fork) as pool:
        return pd.DataFrame(list(pool.map(_save_drawing, *zip(*tasks, strict=True))))


def _save_drawing(
    record: Record, width: Width, draw: Callable[[], Drawing], paths: list[str], fingerprint: str
) -> Record:
    """Draw one figure, write its files; its row of the table."""
    drawing = draw()
    for path in paths:
        save_figure(drawing.figure, path, title=record["title"], fingerprint=fingerprint)
    return {
        "figure": record["name"],
        "width": width.name,
        "n_shown": drawing.shown,
        "n_named": drawing.named,
    }
