"""Verdicts on breaks that are stated, and on their number, by a rule of the config."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from compute_trends.common.records import Record
from compute_trends.fit.break_dates import DateTest
from compute_trends.fit.break_worlds import NULL_LAWS
from compute_trends.settings.simulations import Eras


class Answers(NamedTuple):
    """What was found among some systems with one kind of break.

    Attributes
    ----------
    n : int
        Systems.
    stated : sequence of str
        Days after which breaks are said to be.
    tests : sequence of DateTest
        Of as many of them as have enough systems around.
    rows : sequence of dict
        Rows of table ``eras``, from no break on.
    note : str or None
        Why nothing could be searched.
    """

    n: int
    stated: Sequence[str]
    tests: Sequence[DateTest]
    rows: Sequence[Record]
    note: str | None

    @classmethod
    def nothing(cls, n: int, stated: Sequence[str], note: str) -> Answers:
        """Answers where nothing could be searched."""
        return cls(n, stated, [], [], note)


def verdict_rows(answers: Answers, eras: Eras) -> list[Record]:
    """Rows of table ``era_verdicts``, without their labels: each stated break, and the number."""
    first = len(eras.stated) - len(answers.stated) + 1
    rows = []
    for number, day in enumerate(answers.stated, start=1):
        row: Record = {"question": f"break_{first + number - 1}", "stated_date": pd.Timestamp(day)}
        rows.append(
            row | {"n": answers.n, "breaks_stated": number} | _of_break(answers, number, eras)
        )
    row = {"question": "number", "n": answers.n, "breaks_stated": len(answers.stated)}
    return [*rows, row | _of_number(answers, eras)]


def is_found(row: Record, level: float) -> bool:
    """Whether F finds a break more by every law of the scatter."""
    return all(row[f"p_{law}"] <= level for law in NULL_LAWS)


def breaks_by_f(rows: Sequence[Record], level: float) -> int:
    """Breaks that F finds: one more as long as it does."""
    breaks = 0
    while breaks + 1 < len(rows) and is_found(rows[breaks + 1], level):
        breaks += 1
    return breaks


def _of_break(answers: Answers, number: int, eras: Eras) -> Record:
    """Verdict on one stated break beside those stated before it."""
    if len(answers.tests) < number or len(answers.rows) <= number:
        why = answers.note or "too few systems around the date"
        return {"verdict": "undecided", "why": f"Nothing was tested: {why}."}
    test, row = answers.tests[number - 1], answers.rows[number]
    day = pd.Timestamp(answers.stated[number - 1])
    searched = is_found(row, eras.level)
    # The break of the same number among as many: one date cannot stand for two breaks.
    holds = row[f"break_{number}_ci90_low"] <= day <= row[f"break_{number}_ci90_high"]
    at_date = all(test.p[law] <= eras.level for law in NULL_LAWS)
    verdict, why = _judged(searched, holds, at_date, test.power, eras.power)
    return {
        "f": test.f,
        **{f"p_{law}": test.p[law] for law in NULL_LAWS},
        "worlds": row["worlds"],
        "power_at_date": test.power,
        "power_of_search": test.power_of_search,
        "power_of_bic": test.power_of_bic,
        "bic_at_dates": test.bic,
        "bic_of_search": row["bic"],
        "verdict": verdict,
        "why": why,
    }


def _judged(
    searched: bool, holds: bool, at_date: bool, power: float, enough: float
) -> tuple[str, str]:
    """Verdict on a stated break, and why; fixed before anything was fitted."""
    if searched and holds:
        return "established", "The search finds the break, and its interval holds the stated date."
    if at_date:
        other = "at another date" if searched else "nowhere"
        why = "A break at the stated date fits better than none there; the search finds it "
        return "consistent", f"{why}{other}."
    if power >= enough and not searched:
        why = "Neither the search nor the test of the date finds it; it would have been seen in"
        return "rejected", f"{why} {power:.2f} of worlds."
    if searched:
        return "undecided", "The search finds a break, but not at the stated date."
    why = "Neither the search nor the test of the date finds it; it would have been seen in only"
    return "undecided", f"{why} {power:.2f} of worlds."


def _of_number(answers: Answers, eras: Eras) -> Record:
    """Verdict on the stated number of breaks."""
    rows, stated = answers.rows, len(answers.stated)
    if not rows:
        return {"verdict": "undecided", "why": f"Nothing was searched: {answers.note}."}
    errors = [row["cross_validated_oom"] for row in rows]
    by_f = breaks_by_f(rows, eras.level)
    by_bic = min(range(len(rows)), key=lambda breaks: rows[breaks]["bic"])
    by_errors = min(
        (breaks for breaks, error in enumerate(errors) if error is not None),
        key=lambda breaks: errors[breaks],
        default=None,
    )
    # Cross-validation has no say: where there is no break it still finds one too often.
    voting = {by_f, by_bic}
    power = answers.tests[-1].power_of_search if len(answers.tests) == stated else 0.0
    seen = f"the stated one would be seen in {power:.2f} of worlds"
    if voting == {stated}:
        verdict, why = "established", "F and BIC find the stated number."
    elif stated in voting:
        verdict, why = "consistent", "One of F and BIC finds the stated number, the other not."
    elif min(voting) > stated:
        verdict, why = "rejected", "F and BIC find more."
    elif max(voting) < stated and power >= eras.power:
        verdict, why = "rejected", f"F and BIC find fewer; {seen}."
    else:
        verdict, why = "undecided", f"F and BIC do not find the stated number; {seen}."
    return {
        "breaks_f": by_f,
        "breaks_bic": by_bic,
        "breaks_cross_validation": by_errors,
        "verdict": verdict,
        "why": why,
    }
