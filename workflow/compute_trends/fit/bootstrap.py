"""Bootstrap of the systems behind a trend, with the samples and the noise of config.yaml."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

import numpy as np
import pandas as pd

from compute_trends.fit.loglinear import ResampledLines, bootstrap_lines
from compute_trends.settings.fit import Bootstrap

# Each resampled compute value as it is, off by the paper's factor, or as uncertain as the
# estimate of its system
NOISES: tuple[Literal["none", "paper", "per_system"], ...] = ("none", "paper", "per_system")


class Noise(TypedDict):
    """How far resampled compute values are off, as `loglinear.bootstrap_lines` takes it."""

    noise_factor: float
    noise_oom: NotRequired[pd.Series]


def noise_settings(points: pd.DataFrame, bootstrap: Bootstrap) -> Noise:
    """Noise of the resampled compute values of systems from `compute_points`.

    Raises
    ------
    ValueError
        If the noise is per system and a system has no interval.
    """
    if bootstrap.noise == "paper":
        return {"noise_factor": bootstrap.noise_factor}
    if bootstrap.noise == "none":
        return {"noise_factor": 1.0}
    unknown = points.loc[points["noise_oom"].isna(), "system_id"]
    if len(unknown):
        raise ValueError(
            "fit.bootstrap.noise is per_system, but no row of compute_inputs.csv gives an "
            f"interval for {', '.join(unknown)}"
        )
    return {"noise_factor": 1.0, "noise_oom": points["noise_oom"]}


def resampled_lines(
    points: pd.DataFrame, *, bootstrap: Bootstrap, rng: np.random.Generator, times: int = 1
) -> ResampledLines:
    """Lines through resampled systems from `compute_points`; see `loglinear.bootstrap_lines`.

    Parameters
    ----------
    times : int
        How many times the samples of the bootstrap to draw.

    Raises
    ------
    ValueError
        See `noise_settings` and `loglinear.usable_points`.
    """
    samples, noise = times * bootstrap.samples, noise_settings(points, bootstrap)
    return bootstrap_lines(points["day"], points["log_flop"], samples=samples, rng=rng, **noise)
