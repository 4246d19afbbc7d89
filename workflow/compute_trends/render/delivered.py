"""What differs from the project as delivered, and what was answered there.

``workflow/report/delivered.json`` holds settings, checksums of the data and answers of the run as
delivered; ``keep_delivered`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from compute_trends.common.numbers import fixed
from compute_trends.common.records import Record
from compute_trends.common.safe_yaml import read_yaml_text
from compute_trends.render import questions
from compute_trends.render.look_ups import trends_on
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.wording import interval, spanned

# Settings that change no number
OF_NO_NUMBER = ("render.address",)
# Longer values are not written out.
LONG = 60


def changes(inputs: ReportInputs) -> Record | None:
    """Settings and data that differ from those delivered, and what moved; None if none does.

    ``settings`` have ``key``, ``now`` and ``delivered`` (texts; None where there is none),
    ``data`` are paths, ``moved`` answers with ``title``, ``now`` and ``delivered``.
    """
    found = _differences(inputs)
    if found is None or inputs.delivered is None:
        return None
    then = inputs.delivered["answers"]
    moved = [
        {"title": one["title"], "now": one["text"], "delivered": then[key]["text"]}
        for key, one in answers(inputs).items()
        if key in then and one["text"] != then[key]["text"]
    ]
    return found | {"moved": moved}


def before(inputs: ReportInputs) -> dict[str, str]:
    """Text of each answer as delivered, by its key; none where nothing differs."""
    if inputs.delivered is None or _differences(inputs) is None:
        return {}
    return {key: one["text"] for key, one in inputs.delivered["answers"].items()}


def _differences(inputs: ReportInputs) -> Record | None:
    """Settings and data that differ from those delivered; None if none does."""
    if inputs.delivered is None:
        return None
    settings = [
        {"key": key, "now": _written(one), "delivered": _written(other)}
        for key, one, other in differing(
            read_yaml_text(inputs.config_text), inputs.delivered["config"]
        )
        if key not in OF_NO_NUMBER
    ]
    mine, theirs = inputs.provenance["inputs"], inputs.delivered["inputs"]
    data = [path for path in {**mine, **theirs} if mine.get(path) != theirs.get(path)]
    return {"settings": settings, "data": sorted(data)} if settings or data else None


def differing(now: Any, delivered: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield key, value and delivered value of each setting that differs; None where it is not."""
    now, delivered = _by_name(now), _by_name(delivered)
    if isinstance(now, Mapping) and isinstance(delivered, Mapping):
        for key in {**delivered, **now}:
            below = f"{place}.{key}" if place else str(key)
            yield from differing(now.get(key), delivered.get(key), below)
    elif now != delivered:
        yield place, now, delivered


def _by_name(value: Any) -> Any:
    """Records that have names by these; any other value as it is."""
    named = (
        isinstance(value, list)
        and value
        and all(isinstance(one, Mapping) and "name" in one for one in value)
    )
    return {one["name"]: one for one in value} if named else value


def _written(value: Any) -> str | None:
    """A value as a config has it; None where there is none, "…" where it is long."""
    if value is None:
        return None
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True)
    text = text.removesuffix("\n").removesuffix("\n...")
    return text if len(text) <= LONG else "…"


def answers(inputs: ReportInputs) -> dict[str, dict[str, str]]:
    """What the first part answers, and the findings of the second: title and text by key."""
    found = {
        f"fast {card['title']}": (card["title"], _growth(card))
        for card in (questions.how_fast(inputs) or {"cards": []})["cards"]
    }
    for one in (questions.how_sure(inputs) or {"headlines": []})["headlines"]:
        title = one["card"]["title"]
        found[f"sure {title}"] = (f"{title}, by other choices", spanned(one["curve"]))
    if eras := questions.how_many_eras(inputs):
        found["eras"] = ("Eras", str(eras["n_breaks"] + 1))
    if slowing := questions.is_it_slowing(inputs):
        found["slowing"] = (f"Since {slowing['year']}", _growth(slowing["grown"]))
    if (threshold := questions.next_threshold(inputs)) and threshold["first"]:
        days = [threshold["first"][f"expected_{level}"] for level in ("q50", "q05", "q95")]
        middle, low, high = ("later" if day is None else f"{day:%B %Y}" for day in days)
        found["threshold"] = ("Next threshold", f"{middle} ({low} to {high})")
    if holds := questions.what_of_the_paper_holds(inputs):
        found["holds"] = ("Statements that hold", f"{holds['holding']} of {holds['n']}")
    trends = trends_on("published", inputs.tables)
    for finding in inputs.settings.render.findings:
        title = f"The paper's data: {finding.title}"
        found[f"finding {finding.title}"] = (title, _growth(trends[finding.trend]))
    return {key: {"title": title, "text": text} for key, (title, text) in found.items()}


def _growth(row: Record) -> str:
    """Growth per year with its interval, such as "4.3 times a year (4.0 to 4.6)"."""
    return f"{fixed(row['growth_per_year'])} times a year ({interval(row, 'growth_per_year')})"
