from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up import BOOTSTRAP, bootstrap

from compute_trends.fit.bootstrap import noise_settings, resampled_lines


def test_noise_is_as_the_config_says() -> None:
    points = pd.DataFrame({"system_id": ["a", "b"], "noise_oom": [0.1, np.nan]})
    paper = bootstrap(noise="paper", noise_factor=3)
    assert noise_settings(points, paper) == {"noise_factor": 3}
    assert noise_settings(points, bootstrap(noise="none", noise_factor=3)) == {"noise_factor": 1.0}
    per_system = bootstrap(noise="per_system", noise_factor=3)
    known = noise_settings(points[:1], per_system)
    assert known["noise_factor"] == 1.0 and known["noise_oom"].tolist() == [0.1]
    with pytest.raises(ValueError, match=r"gives an interval for b$"):
        noise_settings(points, per_system)


def test_more_resamples_are_a_multiple_of_those_of_the_config() -> None:
    points = pd.DataFrame({"day": np.arange(50.0), "log_flop": np.arange(50.0)})
    lines = resampled_lines(points, bootstrap=BOOTSTRAP, rng=np.random.default_rng(1), times=3)
    assert lines.slope == pytest.approx(np.ones(3 * BOOTSTRAP.samples))
