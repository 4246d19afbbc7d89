"""Whether the systems of an export were chosen by what trends measure."""

from __future__ import annotations

import pandas as pd

from compute_trends.settings.clean import ExportFile

# Files of models that are chosen, by what the export says that they are
CHOSEN_BY = {"large_scale": "compute", "frontier": "compute", "benchmarked": "benchmarks"}
# ASSUME: an export of notable or all models has systems below this many FLOP, which is below
# every threshold that files of large systems have had (1e21 to 1e25). Each of 2023 to 2026 has
# hundreds, and some below 1e17 FLOP among those of 2022 and later alone.
LARGE = 1e20


def how_chosen(export: ExportFile, systems: pd.DataFrame) -> str | None:
    """How the systems of an export were chosen, if not as a sample of notable or all models.

    Parameters
    ----------
    export : ExportFile
        Which models the user says that it lists.
    systems : pandas.DataFrame
        Its table ``systems``, with compute and inclusion criteria.

    Returns
    -------
    str or None
        A key of `vocabulary.CHOSEN_WORDS`. ``compute`` and ``benchmarks`` by ``models``.
        Of what is said to be notable or all models, ``none small`` where no system has less
        than `LARGE` FLOP; of notable ones, ``no criteria`` where no system states a criterion:
        every export of notable models since 2022 has a column of them.
    """
    if export.models in CHOSEN_BY:
        return CHOSEN_BY[export.models]
    if systems["training_compute_flop"].min() >= LARGE:
        return "none small"
    if export.models == "notable" and systems["inclusion_criteria"].isna().all():
        return "no criteria"
    return None
