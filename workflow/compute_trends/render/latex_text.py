"""Texts for LaTeX and BibTeX, none of whose signs is taken for a command."""

from __future__ import annotations

import re
import unicodedata

# A power of ten, such as 2.93e4
POWER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e(-?\d+)(?!\w)")
# Signs that LaTeX takes for commands, or that its usual fonts lack
NAMED = {
    **{"\\": "textbackslash", "~": "textasciitilde", "^": "textasciicircum"},
    **{"<": "textless", ">": "textgreater", "|": "textbar"},
}
COMMANDS = {ord(sign): f"\\{name}{{}}" for sign, name in NAMED.items()}
COMMANDS |= {ord(sign): f"\\{sign}" for sign in "&%$#_{}"}
FORMULAS = {"∞": "\\infty", "×": "\\times", "²": "^2", "−": "-", "≈": "\\approx"}
FORMULAS |= {"±": "\\pm", "≤": "\\leq", "≥": "\\geq", "·": "\\cdot"}
GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "λ": "lambda"}
GREEK |= {"μ": "mu", "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ω": "omega"}
FORMULAS |= {letter: f"\\{name}" for letter, name in GREEK.items()}
# Other letters that LaTeX knows without a package, where it would stop at any other
LATIN = re.compile("[À-ÏÑ-ÖØ-Ýß-ïñ-öø-ýÿ]")
TYPOGRAPHY = "–—‘’“”"


def latex_text(text: str) -> str:
    """Text whose signs LaTeX does not take for commands; powers of ten and ∞ as formulas."""
    one_line = " ".join(text.split())
    safe = "".join(map(_letter, one_line)).translate(COMMANDS)
    # Behind the end of a row, [ and * would be arguments of it, and be lost.
    safe = f"{{}}{safe}" if safe.startswith(("[", "*")) else safe
    safe = POWER.sub(r"$\1{\\times}10^{\2}$", safe)
    return "".join(f"${FORMULAS[sign]}$" if sign in FORMULAS else sign for sign in safe)


def bibtex_text(text: str) -> str:
    """Text for a field of BibTeX, which counts braces even where LaTeX would print them."""
    safe = latex_text(text)
    return safe.replace("\\{", "\\textbraceleft{}").replace("\\}", "\\textbraceright{}")


def _letter(letter: str) -> str:
    """A letter that the usual font has, or what stands for it; a question mark if nothing does."""
    if letter in TYPOGRAPHY or letter in FORMULAS or (letter.isascii() and letter.isprintable()):
        return letter
    if unicodedata.category(letter).startswith("C"):
        return ""
    if LATIN.fullmatch(letter):
        return letter
    plain = unicodedata.normalize("NFKD", letter)
    return "".join(sign for sign in plain if sign.isascii() and sign.isprintable()) or "?"
