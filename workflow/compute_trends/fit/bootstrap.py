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
    """Noise of the resampled compute values of some systems.

    Parameters
    ----------
    points : pandas.DataFrame
        system_id and noise_oom of the systems (see `compute_points`).
    bootstrap : Bootstrap
        Kind of noise, and its factor.

    Returns
    -------
    Noise
        ``noise_factor`` and, for ``per_system``, ``noise_oom``.

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
    """Lines through resampled systems.

    Parameters
    ----------
    points : pandas.DataFrame
        system_id, day, log_flop and noise_oom of the systems.
    bootstrap : Bootstrap
        Samples, and noise of each value.
    rng : numpy.random.Generator
        Source of the resamples.
    times : int
        How many times ``samples`` to draw.

    Returns
    -------
    ResampledLines
        See `loglinear.bootstrap_lines`.

    Raises
    ------
    ValueError
        See `noise_settings` and `loglinear.usable_points`.
    """
    return bootstrap_lines(
        points["day"],
        points["log_flop"],
        samples=times * bootstrap.samples,
        rng=rng,
        **noise_settings(points, bootstrap),
    )
