"""How far a stated compute may be off, by the class of confidence that stands beside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from compute_trends.fit.loglinear import Array

# What a system without a stated confidence, or with another word, is taken for
LEAST_CERTAIN = "speculative"


def confidence_factors(confidence: pd.Series, classes: Mapping[str, float]) -> Array:
    """Factor within which each compute is right at 90 %, in the order of the series.

    Parameters
    ----------
    confidence : pandas.Series of str
        As the data state it, in whatever case.
    classes : mapping
        ``estimate.uncertainty.classes`` of config.yaml.
    """
    factors = confidence.str.lower().map(dict(classes)).fillna(classes[LEAST_CERTAIN])
    return np.asarray(factors, dtype=float)
