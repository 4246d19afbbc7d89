"""The name that was meant, for messages about one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


def hint(name: object, known: Sequence[str]) -> str:
    """The known name that is nearest to another, or all of them."""
    near = difflib.get_close_matches(str(name), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none'}"
