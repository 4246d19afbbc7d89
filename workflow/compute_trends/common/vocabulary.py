"""Words that several stages share."""

from __future__ import annotations

METHODS = ("operation_count", "hardware_time", "reported")
# From the best to the worst.
CONFIDENCES = ("confident", "likely", "speculative")
# What a verdict on two values may be, besides that one of them is the better one.
NO_WINNER = ("neither", "both", "undecided")
