"""What a person at the terminal should know of a run that goes on all the same."""

from __future__ import annotations

import logging

# `run.job_log.log_to` shows it on the terminal, too.
NOTICES = logging.getLogger("compute_trends.notices")


def tell(message: str) -> None:
    """Tell something in the log and on the terminal: a sentence that says what can be done."""
    NOTICES.warning(message)
