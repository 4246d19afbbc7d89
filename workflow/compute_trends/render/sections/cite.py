"""Cite: what each headline is cited with, other rules and years, versions and references."""

from __future__ import annotations

from compute_trends.common.records import Record, records
from compute_trends.render.citation import CITED, RULES_ANCHOR, Run, headline_citations, rule_text
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.wording import data_of
from compute_trends.settings.clean import leading_export

PART = 4
ORDER = 150
TABLES = ("headlines", "rules_by_window", "specification_quantiles")


def digest(inputs: ReportInputs) -> Record:
    """Citations of the headlines, growth by other rules, version, fingerprint and references."""
    settings, tables = inputs.settings, inputs.tables
    export = leading_export(settings.clean.exports)
    run = Run(
        version=inputs.provenance["environment"]["compute-trends"],
        fingerprint=inputs.provenance["fingerprint"],
        address=settings.render.address,
    )
    known = {name: tables[name] for name in CITED if name in tables}
    cards = headline_citations(
        *map(known.get, CITED),
        exports=settings.clean.exports,
        fits=settings.fit.exports,
        intervals=settings.fit.intervals,
        seed=settings.seed,
        run=run,
    )
    return {
        "cards": cards,
        "rules": _rules(inputs, run),
        "rules_anchor": RULES_ANCHOR,
        "windows": settings.fit.exports.rule_table.windows,
        "data": data_of(export.date) if export else "",
        "version": run.version,
        "fingerprint": run.fingerprint,
        "address": run.address,
        "references": inputs.references,
    }


def _rules(inputs: ReportInputs, run: Run) -> list[Record]:
    """Each rule with its rows, window by window, and the text to copy; none without exports."""
    export = leading_export(inputs.settings.clean.exports)
    if export is None or "rules_by_window" not in inputs.tables:
        return []
    table = inputs.tables["rules_by_window"]
    if table.empty:
        return []
    shown = []
    for rule in inputs.settings.fit.exports.rule_table.rules:
        rows = records(table[table["rule"] == rule.name])
        text = rule_text(rule, rows, export, run)
        shown.append({"rule": rule, "rows": rows, "text": text})
    return shown
