"""One line whose scatter may be skewed, fitted to many worlds at once.

Arrays in, arrays out, as `loglinear`. The scatter is that of the logarithm of a gamma variable
(Prentice 1974, Biometrika 61, 539-544), skewed to either side and normal in between: its
likelihood has no spikes, unlike that of a shifted gamma variable, and its skewness is not
bounded at 1, unlike that of a skew-normal one. For one shape the logarithm of the likelihood is
concave in the line and the scatter, so that Newton's method finds the one best line.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from compute_trends.fit.loglinear import Array

# Shapes that are tried, the normal one (0) left out; skewness 1.5 to -1.5.
SHAPES = np.array([-1.4, -0.8, -0.35, 0.35, 0.8, 1.4])
# Nearer to 0 a shape is taken for normal.
LEAST_SHAPE = 0.02
STEPS, TOLERANCE = 12, 1e-3
LOG_2PI = math.log(2 * math.pi)


class SkewedLine(NamedTuple):
    """A line of each world with skewed scatter, arrays of shape (worlds,).

    ``level`` and ``slope`` are those of the line at 0 and per unit of x, to which `scatter` is
    added: ``scale`` times ln(G / k) / shape, G a gamma variable of k = 1 / shape**2. The mean
    of that is not zero. A negative ``shape`` has its long tail upwards.
    """

    level: Array
    slope: Array
    scale: Array
    shape: Array
    loglik: Array


def normal_loglik(n: int, spread: Array | float = 1.0) -> Array:
    """Log likelihood of n normal residuals whose root mean square is their scale."""
    return -n * (0.5 * (LOG_2PI + 1) + np.log(spread))


def moments(shape: Array) -> tuple[Array, Array, Array]:
    """Mean, standard deviation and skewness of ln(G / k) / shape; 0, 1 and 0 for shape 0.

    From the derivatives of ln Gamma at k, by recurrence and their asymptotic series.
    """
    shape = np.asarray(shape, dtype=float)
    safe = np.where(np.abs(shape) < LEAST_SHAPE, 1.0, shape)
    k = safe**-2
    digamma, trigamma, tetragamma, z = (np.zeros_like(k) for _ in range(4))
    z += k
    for _ in range(8):
        digamma, trigamma, tetragamma = digamma - 1 / z, trigamma + z**-2, tetragamma - 2 * z**-3
        z = z + 1
    digamma += np.log(z) - 1 / (2 * z) - z**-2 / 12 + z**-4 / 120
    trigamma += 1 / z + z**-2 / 2 + z**-3 / 6 - z**-5 / 30
    tetragamma += -(z**-2) - z**-3 - z**-4 / 2 + z**-6 / 6
    normal = np.abs(shape) < LEAST_SHAPE
    return (
        np.where(normal, 0.0, (digamma - np.log(k)) / safe),
        np.where(normal, 1.0, np.sqrt(trigamma) / np.abs(safe)),
        np.where(normal, 0.0, np.sign(safe) * tetragamma / trigamma**1.5),
    )


def scatter(shape: Array, n: int, rng: np.random.Generator) -> Array:
    """Draws of ln(G / k) / shape, shape (worlds, n) for shapes (worlds,); normal for shape 0."""
    shape = np.asarray(shape, dtype=float)[:, np.newaxis]
    normal = np.abs(shape) < LEAST_SHAPE
    safe = np.where(normal, 1.0, shape)
    size = (shape.size, n)
    skewed = np.log(rng.gamma(safe**-2, size=size) * safe**2) / safe
    return np.where(normal, rng.standard_normal(size), skewed)


def fit_skewed(x: Array, values: Array) -> SkewedLine:
    """The most likely line with skewed scatter of each world.

    Parameters
    ----------
    x : numpy.ndarray, shape (n,)
        Of mean 0 and root mean square 1.
    values : numpy.ndarray, shape (worlds, n)
        Residuals of the least-squares line of each world, of root mean square 1.

    Returns
    -------
    SkewedLine
        Never less likely than the normal line, which it is where ``shape`` is 0.
    """
    worlds, n = values.shape
    data = np.stack([values, np.ones_like(values), np.broadcast_to(x, values.shape)], axis=1)
    shapes = np.broadcast_to(SHAPES, (worlds, SHAPES.size))
    theta, loglik = _newton(data, shapes, _start(shapes))
    found = [(shapes, theta, loglik)]
    # The normal line is among the neighbours of the best shape.
    shapes = np.insert(shapes, SHAPES.size // 2, 0.0, axis=1)
    loglik = np.insert(loglik, SHAPES.size // 2, normal_loglik(n), axis=1)
    for _ in range(2):
        finer = _vertex(shapes, loglik)
        theta, values_there = _newton(data, finer, _start(finer))
        found.append((finer, theta, values_there))
        shapes, loglik = _inserted(shapes, loglik, finer, values_there)
    shapes, theta, loglik = (np.concatenate(parts, axis=1) for parts in zip(*found, strict=True))
    return _best(shapes, theta, loglik, n)


def _start(shape: Array) -> Array:
    """1 / scale, -level / scale and -slope / scale that fit the mean and spread of the residuals.

    Shape (worlds, shapes, 3).
    """
    mean, spread, _ = moments(shape)
    return np.stack([spread, mean, np.zeros_like(mean)], axis=-1)


def _constant(shape: Array) -> Array:
    """What the density of a shape does not owe to the residual; see `_loglik`."""
    k = shape**-2
    log_gamma = np.vectorize(math.lgamma, otypes=[float])(k)
    return np.asarray(np.log(np.abs(shape)) - log_gamma + k * np.log(k))


def _loglik(data: Array, shape: Array, theta: Array, constant: Array) -> tuple[Array, Array]:
    """Log likelihood (worlds, shapes), and exp(shape x standardised residual) of each system.

    ln f = ln |q| - ln Gamma(k) + k ln k + k (q w - exp(q w)) - ln scale, w the residual.
    """
    k = shape**-2
    linear = theta @ data.sum(axis=2)[:, :, np.newaxis]
    powers = theta @ data
    powers *= shape[..., np.newaxis]
    np.exp(np.minimum(powers, 500.0, out=powers), out=powers)
    inverse = np.maximum(theta[..., 0], 1e-300)
    sums = k * (shape * linear[..., 0] - powers.sum(axis=2))
    return data.shape[2] * (np.log(inverse) + constant) + sums, powers


def _newton(data: Array, shape: Array, theta: Array) -> tuple[Array, Array]:
    """The best theta of each shape of each world, and its log likelihood.

    Newton's method on a concave function; a step that would not climb is halved.
    """
    n = data.shape[2]
    products = np.einsum("win,wjn->wijn", data, data).reshape(len(data), 9, n)
    constant = _constant(shape)
    loglik, powers = _loglik(data, shape, theta, constant)
    for _ in range(STEPS):
        gradient = (data.sum(axis=2)[:, np.newaxis] - powers @ data.swapaxes(1, 2)) / shape[
            ..., np.newaxis
        ]
        gradient[..., 0] += n / theta[..., 0]
        curvature = (powers @ products.swapaxes(1, 2)).reshape(*shape.shape, 3, 3)
        curvature[..., 0, 0] += n / theta[..., 0] ** 2
        # Far from the best line one system outweighs all others; what they add must not get lost.
        size = curvature.trace(axis1=2, axis2=3)
        curvature += 1e-10 * size[..., np.newaxis, np.newaxis] * np.eye(3)
        step = np.linalg.solve(curvature, gradient[..., np.newaxis])[..., 0]
        gain = (step * gradient).sum(axis=-1)
        length = 1 / (1 + np.sqrt(np.maximum(gain, 0) / n))
        for _ in range(5):
            new = theta + length[..., np.newaxis] * step
            there, powers_there = _loglik(data, shape, new, constant)
            climbs = (there >= loglik - 1e-9) & (new[..., 0] > 0)
            if climbs.all():
                break
            length = np.where(climbs, length, length / 2)
        theta = np.where(climbs[..., np.newaxis], new, theta)
        powers = np.where(climbs[..., np.newaxis], powers_there, powers)
        loglik = np.where(climbs, there, loglik)
        if (gain < TOLERANCE).all():
            break
    return theta, loglik


def _vertex(shapes: Array, loglik: Array) -> Array:
    """Top of the parabola through the best shape of each world and its two neighbours.

    Shapes are sorted along each row; the result (worlds, 1) lies between the neighbours, and is
    never so near to 0 that the scatter is taken for normal.
    """
    rows = np.arange(len(shapes))
    middle = np.clip(loglik.argmax(axis=1), 1, shapes.shape[1] - 2)
    (x0, y0), (x1, y1), (x2, y2) = (
        (shapes[rows, middle + step], loglik[rows, middle + step]) for step in (-1, 0, 1)
    )
    left, right = (x1 - x0) * (y1 - y2), (x1 - x2) * (y1 - y0)
    bend = left - right
    top = x1 - 0.5 * ((x1 - x0) * left - (x1 - x2) * right) / np.where(bend == 0, 1.0, bend)
    top = np.clip(np.where(bend == 0, x1, top), x0, x2)
    # Not on a shape that is known already
    top = np.where(np.isin(top, (x0, x1, x2)), (x1 + np.where(y0 > y2, x0, x2)) / 2, top)
    sign = np.where(top < 0, -1.0, 1.0)
    return np.asarray(sign * np.maximum(np.abs(top), LEAST_SHAPE))[:, np.newaxis]


def _inserted(shapes: Array, loglik: Array, finer: Array, values: Array) -> tuple[Array, Array]:
    """Shapes and log likelihoods with one more of each world, sorted by shape."""
    both = np.concatenate([shapes, finer], axis=1), np.concatenate([loglik, values], axis=1)
    order = both[0].argsort(axis=1, kind="stable")
    return np.take_along_axis(both[0], order, 1), np.take_along_axis(both[1], order, 1)


def _best(shapes: Array, theta: Array, loglik: Array, n: int) -> SkewedLine:
    """The most likely line of each world among several shapes and the normal one."""
    rows, best = np.arange(len(shapes)), loglik.argmax(axis=1)
    inverse, level, slope = np.moveaxis(theta[rows, best], -1, 0)
    normal = loglik[rows, best] <= normal_loglik(n)
    return SkewedLine(
        level=np.where(normal, 0.0, -level / inverse),
        slope=np.where(normal, 0.0, -slope / inverse),
        scale=np.where(normal, 1.0, 1 / inverse),
        shape=np.where(normal, 0.0, shapes[rows, best]),
        loglik=np.where(normal, normal_loglik(n), loglik[rows, best]),
    )
