"""Amounts of US dollars as people and spreadsheets write them."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

# Before an amount, or behind it
DOLLAR = r"(?:US ?\$|\$ ?US|USD ?\$?|(?:US )?dollars?|\$)"
BEFORE, BEHIND = (
    re.compile(form, re.IGNORECASE) for form in (rf"^{DOLLAR}\s*", rf"(?<!\s)\s*{DOLLAR}$")
)
# Other countries' dollars, codes and words; signs are told by what they are.
OTHER = re.compile(
    r"\b(?!USD?\$)(?:[A-Z]{2,3}|[ACJRS])\$"
    r"|\b(?:AUD|BRL|CAD|CHF|CNY|DKK|EUR|GBP|HKD|ILS|INR|JPY|KRW|NOK|NZD|RMB|RUB|SEK|SGD|TWD)\b"
    r"|\b(?:euros?|pounds?|yen|yuan|francs?|rupees?|won)\b"
)


def without_dollar(texts: pd.Series) -> pd.Series:
    """Stripped cells such as ``$3,982,638.51`` or ``USD 3.9 million`` without their dollar.

    A cell in another currency stays as it is, which is no number; see `other_currency`.
    """
    foreign = texts.map(other_currency, na_action="ignore").notna()
    plain = texts.str.replace(BEFORE, "", regex=True)
    plain = plain.where(plain != texts, texts.str.replace(BEHIND, "", regex=True))
    return plain.where(~foreign & (plain != ""), texts)


def other_currency(text: str) -> str | None:
    """What shows that an amount is in another currency than US dollars; None if nothing does."""
    for sign in text:
        if sign != "$" and unicodedata.category(sign) == "Sc":
            return sign
    found = OTHER.search(text)
    return found[0] if found else None
