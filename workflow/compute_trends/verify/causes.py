"""What results depend on that is no longer what it was when they were made."""

from __future__ import annotations

from typing import Any

from compute_trends.common.records import Record

# In the order in which one explains the next
CAUSES = ("input", "config", "code", "environment", "machine")


def causes(recorded: Record, now: Record, settings: tuple[Record, Record]) -> dict[str, list[str]]:
    """Inputs, settings, code, packages and the processor that changed since results were made.

    Parameters
    ----------
    recorded : dict
        ``results/provenance.json``.
    now : dict
        From `provenance.state`.
    settings : tuple of dict
        Config that the results were made with, and the one that is there now.

    Returns
    -------
    dict of str to list of str
        By the kinds of `CAUSES` that apply.
    """
    changed = {
        "input": _changed(recorded["inputs"], now["inputs"]),
        "config": [],
        "code": _changed(recorded["code"]["files"], now["code"]["files"]),
        "environment": _then_and_now(recorded["environment"], now["environment"]),
        "machine": _then_and_now(recorded.get("machine", {}), now["machine"]),
    }
    if recorded["config"] != now["config"]:
        changed["config"] = _changed(*map(_flat, settings)) or ["order or form of the keys"]
    return {kind: found for kind, found in changed.items() if found}


def _then_and_now(before: Record, after: Record) -> list[str]:
    """Values that differ, with what they were and are."""
    return [
        f"{name}: {before.get(name, 'not recorded')}, now {after.get(name, 'none')}"
        for name in _changed(before, after)
    ]


def _changed(before: Record, after: Record) -> list[str]:
    """Keys of which the values differ, or that one of the two lacks."""
    keys = sorted({*before, *after})
    return [key for key in keys if before.get(key, before) != after.get(key, before)]


def _flat(value: Any, place: str = "") -> Record:
    """Every value of a config by its place, such as ``fit.trends[1].scale``."""
    if isinstance(value, dict) and value:
        items = ((f"{place}.{key}".removeprefix("."), item) for key, item in value.items())
    elif isinstance(value, list) and value:
        items = ((f"{place}[{index}]", item) for index, item in enumerate(value))
    else:
        return {place: value}
    return {key: leaf for name, item in items for key, leaf in _flat(item, name).items()}
