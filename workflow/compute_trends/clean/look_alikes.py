"""Texts that look like others: letters of another alphabet, signs that nobody sees, joiners."""

from __future__ import annotations

import re
import unicodedata

# Letters of other alphabets that look like Latin ones, in front of what they look like
CYRILLIC = "аaеeоoрpсcуyхxіiјjѕsԁdһhӏlԛqԝwкkАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSԚQԜWҮYӀI"
GREEK = "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνvαaιiκkρpυuγyϲcϳj"
OTHERS = "օoոnսuհhցgզqΑAᎪAᏴBᏟCᎬEᏀGᎻHᎫJᏦKᏞLᎷMᏢPᏒRᏚSᎢTᏙVᎳWᏃZıiɑaɡgɩiʋv"
LATIN = {
    ord(one): like
    for letters in (CYRILLIC, GREEK, OTHERS)
    for one, like in zip(letters[::2], letters[1::2], strict=True)
}
# Small Greek letters stand in names by themselves (PanGu-α) and before Latin ones (µTransfer).
NEVER_MIXED = set(CYRILLIC[::2] + OTHERS[::2]) | {one for one in GREEK[::2] if one.isupper()}
WORD = re.compile(r"[^\W\d_]+")
JOINERS = re.compile(r"[\s\-‐-―−_./·:'’`]+")
BETWEEN_DIGITS = re.compile(rf"(?<=\d){JOINERS.pattern}(?=\d)")
# Digits that are taken for letters
DIGITS = str.maketrans("015", "ols")


def strange_letters(text: str) -> str:
    """Letters of another alphabet within a word of Latin ones that look as if they were Latin."""
    if text.isascii():
        return ""
    words = WORD.findall(unicodedata.normalize("NFC", text))
    mixed = (word for word in words if any(ord(sign) < 128 for sign in word))
    return "".join(dict.fromkeys(sign for word in mixed for sign in word if sign in NEVER_MIXED))


def letters_in_words(letters: str) -> str:
    """Letters with their names, for a message."""
    return ", ".join(f"{letter!r} ({unicodedata.name(letter).capitalize()})" for letter in letters)


def appearance(text: str) -> str:
    """A text as it looks at a glance: Latin letters in lower case, joiners only between digits."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(LATIN))
        text = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Mn"))
    return JOINERS.sub("", BETWEEN_DIGITS.sub("|", text.casefold()))
