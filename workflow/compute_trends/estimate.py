"""Stage estimate: training compute of each system, on each basis.

The basis ``published`` carries the annotated value through.
"""

from __future__ import annotations

import pandas as pd

from .tables import column_names


def published_estimates(systems: pd.DataFrame) -> pd.DataFrame:
    """One estimate per system: the training compute as annotated.

    Parameters
    ----------
    systems : pandas.DataFrame
        Table ``systems``.

    Returns
    -------
    pandas.DataFrame
        Table ``estimates``; inputs that an annotated value does not have are missing.
    """
    annotated = pd.DataFrame(
        {
            "estimate_id": systems["system_id"] + "/published",
            "system_id": systems["system_id"],
            "basis": "published",
            "method": "published",
            "training_compute_flop": systems["training_compute_flop"],
            "source_url": systems["link"],
            "source_locator": "annotation " + systems["annotation_id"].astype("str"),
            "derivation": "Value as annotated.",
        }
    )
    return annotated.reindex(columns=column_names("estimates"))


def choose_compute(estimates: pd.DataFrame) -> pd.DataFrame:
    """Training compute of each system, one column per basis.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Table ``estimates``.

    Returns
    -------
    pandas.DataFrame
        Table ``compute``, in the order of the estimates. The columns of the basis
        ``estimated`` are missing where there is no such estimate.
    """
    published = estimates[estimates["basis"] == "published"]
    compute = published[["system_id"]].assign(
        training_compute_published_flop=published["training_compute_flop"]
    )
    return compute.reindex(columns=column_names("compute"))
