"""Log-linear trends: least squares, doubling times, bootstrap, scores in a window of dates.

Arrays in, arrays out. Dates are day numbers, compute is log10 FLOP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LOG10_OF_2 = float(np.log10(2.0))
# Rows of resamples handled at once: 500 x 100 systems x 8 bytes stays in the processor's cache.
CHUNK = 500
# Values handled at once, so that memory does not grow with the number of systems
CHUNK_VALUES = 2_000_000


class Line(NamedTuple):
    """Least-squares line of log10 FLOP on days.

    ``slope`` is in OOM per day; ``start`` and ``end`` are the line in log10 FLOP
    at the first and the last day; ``r2`` is the coefficient of determination.
    """

    slope: float
    start: float
    end: float
    r2: float


class ResampledLines(NamedTuple):
    """Least-squares lines of resamples, arrays of shape (m,).

    ``slope`` is in OOM per day; ``level`` is the line in log10 FLOP at one day, the same for
    all of them.
    """

    slope: Array
    level: Array


def usable_points(days: ArrayLike, log_flop: ArrayLike) -> tuple[Array, Array]:
    """Day numbers and log10 FLOP as arrays of shape (n,) that a line can be fitted to.

    Raises
    ------
    ValueError
        If there are fewer than three systems, all dates are equal, or a value is
        not finite (the logarithm of a compute that is not positive is not).
    """
    x, y = np.asarray(days, dtype=float), np.asarray(log_flop, dtype=float)
    if x.size < 3:
        raise ValueError(f"a trend needs at least three systems, got {x.size}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("dates must be finite, and compute positive and finite")
    if x.min() == x.max():
        raise ValueError("a trend needs systems of at least two dates")
    return x, y


def fit_line(days: ArrayLike, log_flop: ArrayLike) -> Line:
    """Fit log10 FLOP = a + b x day by ordinary least squares, b = S_xy / S_xx on centred values.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        Day numbers, and training compute in log10 FLOP.

    Raises
    ------
    ValueError
        See `usable_points`.
    """
    x, y = usable_points(days, log_flop)
    dx, dy = x - x.mean(), y - y.mean()
    sxx = float(dx @ dx)
    slope = float(dx @ dy) / sxx
    residual = dy - slope * dx
    total = float(dy @ dy)
    r2 = 1 - float(residual @ residual) / total if total > 0 else float("nan")
    start, end = (float(y.mean() + slope * x_end) for x_end in (dx.min(), dx.max()))
    return Line(slope=slope, start=start, end=end, r2=r2)


def doubling_time(slope: ArrayLike, *, days_per_month: float) -> Array:
    """Months in which compute doubles at a log-linear slope in OOM per day, of the same shape.

    log10(2) / slope / days_per_month (the paper takes 30); infinite where the slope is zero or
    negative, because compute then never doubles. This keeps the doubling time a falling
    function of the slope, so quantiles mean what they say.
    """
    growth = np.asarray(slope, dtype=float)
    months = np.full(growth.shape, np.inf)
    np.divide(LOG10_OF_2 / days_per_month, growth, out=months, where=growth > 0)
    return months


def quantiles(values: Array, levels: Sequence[float]) -> Array:
    """Quantiles by linear interpolation, with infinities where they fall between infinities.

    Parameters
    ----------
    values : numpy.ndarray, shape (..., n)
        May hold positive infinities, no NaN.
    levels : sequence of float, length q
        Between 0 and 1.

    Returns
    -------
    numpy.ndarray, shape (q, ...)
        As `numpy.quantile` along the last axis, which gives NaN where it
        interpolates next to an infinite value; here such a quantile is infinite,
        unless it falls on a finite value.
    """
    if np.isfinite(values).all():
        return np.quantile(values, levels, axis=-1)
    lower, upper = (
        np.quantile(values, levels, axis=-1, method=method) for method in ("lower", "higher")
    )
    # The largest finite value keeps the order, and finite quantiles do not see it.
    finite = np.where(np.isfinite(values), values, values[np.isfinite(values)].max(initial=0.0))
    between = np.where(np.isfinite(upper), np.quantile(finite, levels, axis=-1), np.inf)
    return np.where(lower == upper, lower, between)


def bootstrap_lines(
    days: ArrayLike,
    log_flop: ArrayLike,
    *,
    samples: int,
    noise_factor: float,
    rng: np.random.Generator,
) -> ResampledLines:
    """Lines through resampled systems, each compute value off by a factor.

    Systems are drawn with replacement, and each drawn value is multiplied by a factor of its own
    (two copies of a system get two factors), log-uniform between 1 / noise_factor and
    noise_factor, as in the paper's notebook.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        As for `fit_line`.
    samples : int
        Resamples to draw.
    noise_factor : float
        At least 1; 1 adds no noise.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    ResampledLines
        Of m lines; m is ``samples`` less the resamples that are skipped because they
        hold two or fewer distinct systems, or a single date.

    Raises
    ------
    ValueError
        See `usable_points`.
    """
    x, y = usable_points(days, log_flop)
    centre, spread = x.mean(), float(np.log10(noise_factor))
    # Two streams, so that the draws do not depend on the size of the chunks.
    draw_systems, draw_noise = rng.spawn(2)
    slopes, levels = [], []
    chunk = max(1, min(CHUNK, CHUNK_VALUES // x.size))
    for first in range(0, samples, chunk):
        shape = (min(chunk, samples - first), x.size)
        draws = draw_systems.integers(x.size, size=shape)
        values = y[draws]
        if spread > 0:
            values += draw_noise.uniform(-spread, spread, size=shape)
        dx = x[draws]
        mean_day = dx.mean(axis=1, keepdims=True)
        dx -= mean_day
        sxx = np.einsum("ij,ij->i", dx, dx)
        sxy = np.einsum("ij,ij->i", dx, values)
        least, most = draws.min(axis=1, keepdims=True), draws.max(axis=1, keepdims=True)
        enough = ((draws != least) & (draws != most)).any(axis=1) & (sxx > 0)
        slope = sxy[enough] / sxx[enough]
        slopes.append(slope)
        levels.append(values.mean(axis=1)[enough] + slope * (centre - mean_day[enough, 0]))
    return ResampledLines(np.concatenate(slopes), np.concatenate(levels))


def window_scores(
    days: ArrayLike, log_flop: ArrayLike, *, window_days: float
) -> tuple[NDArray[np.int64], Array]:
    """Standard score of each system among those of about its date.

    Prefix sums over the sorted dates, O(n log n). Values are centred first, so that the sums
    of squares lose no digits.

    Parameters
    ----------
    days, log_flop : array_like, shape (n,)
        Day numbers and log10 FLOP, in any order.
    window_days : float
        A system's window holds all systems at most this many days away, both
        ends and itself included.

    Returns
    -------
    window_n : numpy.ndarray of int, shape (n,)
        Systems in each window.
    z : numpy.ndarray, shape (n,)
        (value - mean) / standard deviation (ddof 0) of the window; NaN where the
        window holds fewer than two systems or only equal values.
    """
    x, y = np.asarray(days, dtype=float), np.asarray(log_flop, dtype=float)
    order = np.argsort(x, kind="stable")
    dates, values = x[order], y[order] - y.mean()
    low = np.searchsorted(dates, x - window_days, side="left")
    high = np.searchsorted(dates, x + window_days, side="right")
    sums = np.concatenate([[0.0], np.cumsum(values)])
    squares = np.concatenate([[0.0], np.cumsum(values**2)])
    count = high - low
    mean = (sums[high] - sums[low]) / count
    variance = (squares[high] - squares[low]) / count - mean**2
    # What rounding leaves of a window of equal values is not a spread.
    spread = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    z = np.where(count >= 2, (y - y.mean() - mean) / spread, np.nan)
    return count, z
