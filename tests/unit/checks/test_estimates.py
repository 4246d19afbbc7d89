from __future__ import annotations

import pandas as pd
import pytest
from conftest import Checks, Real
from made_up import values

from compute_trends.checks.estimates import estimate_kinds
from compute_trends.settings.render import Era


def test_kinds_of_estimate_add_up_to_the_systems_of_an_era() -> None:
    _, compute = values(
        a={"published": 1, "operation_count": 2},
        b={"published": 1, "operation_count": 2},
        c={"published": 1},
    )
    dates = pd.to_datetime(["2000-01-01", "2000-01-02", "2000-01-03"])
    systems = pd.DataFrame({"system_id": ["a", "b", "c"], "publication_date": dates})
    period = {"after": "2000-01-01", "through": "2000-01-03"}
    era = Era.model_validate({"name": "era", "label": "Era", "period": period})
    table = estimate_kinds(systems, compute, eras=[era])
    assert table[["method", "confidence", "n"]].to_numpy().tolist() == [
        ["none", "none", 1],
        ["operation_count", "confident", 1],
    ]


def test_real_counts_add_up(real: Real, checks: Checks) -> None:
    pairs = checks.agreement.set_index(["first", "second"]).sort_index()
    agreed = pairs.loc[("published", "estimated")].set_index("kind")
    whole = agreed.loc["all"]
    assert whole["n"] == len(real.systems)
    assert agreed.loc["computed", "n"] == (real.compute["method"] != "reported").sum()
    far = checks.disagreements["of_system"].sum()
    assert whole["within_2"] == pytest.approx(1 - far / len(real.systems))
