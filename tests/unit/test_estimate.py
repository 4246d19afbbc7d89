from __future__ import annotations

from conftest import Real

from compute_trends.estimate import choose_compute, published_estimates


def test_published_values_are_carried_through(real: Real) -> None:
    estimates = published_estimates(real.systems)
    assert set(estimates["basis"]) == {"published"}
    assert estimates["estimate_id"].is_unique
    compute = choose_compute(estimates).set_index("system_id")
    expected = real.systems.set_index("system_id")["training_compute_flop"]
    assert (compute["training_compute_published_flop"] == expected).all()
    assert compute["training_compute_estimated_flop"].isna().all()
