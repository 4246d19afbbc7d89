"""What the notes of an export say in single words; nothing else of its prose is kept."""

from __future__ import annotations

import pandas as pd

from compute_trends.clean.export_headers import current_header

PROSE = ("parameters_notes", "training_compute_notes", "abstract")
SIZE_NOTES = "dataset_size_notes"
# Words by which the prose of an export tells that a pass uses a part of the parameters
SPARSE = (
    r"mixture[- ]of[- ]experts|\bMoE\b|\bactivated?\b|\bactive param|\bsparse(?:ly)?\b"
    r"|\bswitch transformer\b"
)
# One digit is enough before x: several would be tried from each of a long number's digits on.
SPARSE_NAME = r"\bMoE\b|\dx\d+B|-A\d+B"
TOKENS = r"\btokens?\b"
# The header under which a size is one of tokens, patches or time steps; before, words and
# examples were counted, too, and in a deprecated column still are.
IN_PASSES = ("(gradients)", "(total)")


def derived(texts: pd.DataFrame, size_header: str) -> pd.DataFrame:
    """Whether a system is a mixture of experts, and whether the size of its data counts tokens.

    Parameters
    ----------
    texts : pandas.DataFrame of str
        Cells of the export; see `export_file.ExportCells`.
    size_header : str
        Header of the size of the training data.

    Returns
    -------
    pandas.DataFrame of bool
        Columns mixture_of_experts and size_counts_tokens, by the rules that fields.yaml states.
    """
    notes = texts.reindex(columns=["system", *PROSE, SIZE_NOTES]).astype("str")
    sparse = notes["system"].str.contains(SPARSE_NAME, regex=True, na=False)
    for name in PROSE:
        sparse |= notes[name].str.contains(SPARSE, case=False, regex=True, na=False)
    tokens = notes[SIZE_NOTES].str.contains(TOKENS, case=False, regex=True, na=False)
    plain, is_deprecated = current_header(size_header)
    in_passes = plain.endswith(IN_PASSES) and not is_deprecated
    return pd.DataFrame({"mixture_of_experts": sparse, "size_counts_tokens": tokens | in_passes})
