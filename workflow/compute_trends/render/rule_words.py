"""Which systems of an export a rule takes, in words."""

from __future__ import annotations

from compute_trends.render.attribution import MODELS_WORDS, kept_by_filters
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.export_rules import ExportRule

# What a rule of the frontier picks; `{top}` is a number.
FRONTIER_WORDS = {
    "top": "were among the {top} largest when they were released",
    "records": "were the largest so far when they were released",
    "z_score": "stand out from those of about their date",
    "flag": "are flagged as frontier by Epoch AI",
}
# What such systems are called; the words of the first part of the report
FRONTIER_NAMES = {
    "top": "{top} largest of their day",
    "records": "Record setters",
    "z_score": "Large-scale by z-score",
    "flag": "Flagged as frontier",
}
IN_LETTERS = {"5": "five", "10": "ten"}


def frontier_in_words(frontier: str) -> str:
    """What a rule of the frontier picks, such as "were the largest so far when ..."."""
    rule, top = _rule_and_top(frontier)
    return FRONTIER_WORDS[rule].format(top=top)


def frontier_name(frontier: str) -> str:
    """What a legend calls the systems that a rule of the frontier picks."""
    rule, top = _rule_and_top(frontier)
    name = FRONTIER_NAMES[rule].format(top=IN_LETTERS.get(top, top))
    return name[:1].upper() + name[1:]


def _rule_and_top(frontier: str) -> tuple[str, str]:
    """A rule as `FRONTIER_WORDS` has it, and how many it picks at once."""
    rule, _, top = frontier.partition("_") if frontier.startswith("top") else (frontier, "", "")
    return rule, top


def systems_in_words(rule: ExportRule, export: ExportFile) -> str:
    """Systems of a rule as a sentence calls them, such as "notable models that were ..."."""
    words = MODELS_WORDS[export.models]
    if rule.domain is not None:
        words = f"{words} of the domain {rule.domain}"
    if rule.frontier is not None:
        return f"{words} that {frontier_in_words(rule.frontier)}"
    return words if rule.scale == "all" else f"{words} that are {rule.scale}-scale by their z-score"


def rule_in_words(rule: ExportRule, export: ExportFile) -> str:
    """All that decides which systems of an export a rule takes, of whatever years."""
    kept = kept_by_filters(export)
    outliers = {"keep": "no outlier left out", "drop": "low outliers left out"}
    parts = [
        f"{systems_in_words(rule, export)}, of those with a known training compute",
        outliers[rule.low_outliers] if rule.frontier is None else "",
        f"without {', '.join(rule.without)}" if rule.without else "",
        f"of the export only these are kept: {kept}" if kept else "",
    ]
    return "; ".join(filter(None, parts))
