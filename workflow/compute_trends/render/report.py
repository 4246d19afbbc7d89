"""The report: one HTML file that needs nothing else.

Every number in it comes from a result file or the config in force.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from compute_trends.common import vocabulary
from compute_trends.common.numbers import fixed, percent, plain
from compute_trends.common.project import WORKFLOW
from compute_trends.common.records import Record
from compute_trends.common.vocabulary import words_for
from compute_trends.render import delivered, page
from compute_trends.render.head import page_head
from compute_trends.render.look_ups import trends_on
from compute_trends.render.quantities import quantity
from compute_trends.render.report_figures import report_figures
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.render.sections import PARTS, SECTIONS, Section
from compute_trends.render.sections.today import leading_cards
from compute_trends.render.wording import (
    change,
    data_of,
    doubling,
    growth,
    interval,
    may_not_grow,
    spanned,
    times_a_year,
)
from compute_trends.settings.clean import leading_export

TEMPLATES = WORKFLOW / "report"
E_NUMBER = re.compile(r"(?<![\w./-])(\d+(?:\.\d+)?e-?\d+)(?!\w)")
NEGATIVE = re.compile(r"(?<![\w./-])-(?=\d)")
# As raw texts mark a product, and an assumption of some inputs
PRODUCT = re.compile(r"(?<=[\w)%;\]]) x (?=[\w(])")
ASSUMED = re.compile(r"\bASSUME ([a-z_]+(?:, [a-z_]+)*)")
# Figures and tables that are not the paper's are numbered after its own.
LAST_FIGURE_OF_PAPER, LAST_TABLE_OF_PAPER = 8, 9


def flop(value: float, digits: int = 1) -> Markup:
    """Power-of-ten notation: 29253 gives 2.9 x 10 to the 4, with ``digits`` decimals."""
    return printed_flop(f"{value:.{digits}e}")


def printed_flop(text: str) -> Markup:
    """A printed number such as ``3e4`` in power-of-ten notation, its digits kept."""
    mantissa, _, exponent = text.partition("e")
    return Markup("{}&nbsp;×&nbsp;10<sup>{}</sup>").format(mantissa, int(exponent))


def powers(text: str | None) -> Markup:
    """A raw text as the page has it, its numbers such as 6.8e14 in power-of-ten notation.

    Also signs for minus and for products, and words for what is assumed; nothing for no text.
    """
    written = NEGATIVE.sub("\N{MINUS SIGN}", PRODUCT.sub(" × ", text or ""))
    written = ASSUMED.sub(lambda found: f"Assumed {found[1].replace('_', ' ')}", written)
    pieces = E_NUMBER.split(written)
    turned = (
        printed_flop(one) if place % 2 else Markup.escape(one) for place, one in enumerate(pieces)
    )
    return Markup("").join(turned)


def power_of_ten(value: float) -> Markup:
    """A round number as the power of ten that it is; any other one as `flop` has it."""
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    if float(mantissa) != 1:
        return printed_flop(f"{mantissa}e{exponent}")
    return Markup("10<sup>{}</sup>").format(int(exponent))


def ratio(value: float) -> str | Markup:
    """A ratio with two digits, in power-of-ten notation where it is far from one."""
    if 1e-2 <= value < 99.5:
        return f"{value:.2g}"
    return f"{value:.0f}" if 99.5 <= value < 9999.5 else flop(value)


def shown(value: float) -> str | Markup:
    """A number with three digits, in power-of-ten notation where it is far from one."""
    if np.isinf(value) or value == 0:
        return fixed(value, 0)
    return f"{value:.3g}" if 1e-3 <= abs(value) < 999.5 else flop(value)


def minus(words: Callable[..., str]) -> Callable[..., str]:
    """A function of numbers whose texts have the sign for minus where a number is below zero."""

    @functools.wraps(words)
    def written(*values: Any, **options: Any) -> str:
        return NEGATIVE.sub("\N{MINUS SIGN}", words(*values, **options))

    return written


# What templates call by name
WORDS = (
    change,
    doubling,
    growth,
    may_not_grow,
    minus(interval),
    quantity,
    spanned,
    times_a_year,
    words_for,
)
NUMBERS = (minus(fixed), flop, percent, plain, power_of_ten, powers, printed_flop, ratio, shown)
PIECES = (page.json_in_html, page.web_address)


def report_environment(
    figures: dict[str, Record], downloads: dict[str, list[dict[str, str]]]
) -> jinja2.Environment:
    """Templates of one page, with what their macros number and offer once.

    See `report_figures.report_figures`; ``downloads`` are the links of each table by its name.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters |= {function.__name__: function for function in (*WORDS, *NUMBERS, *PIECES)}
    environment.globals |= {
        "figures": figures,
        "downloads": downloads,
        "offered": [],
        "next_figure": itertools.count(LAST_FIGURE_OF_PAPER + 1).__next__,
        "next_table": itertools.count(LAST_TABLE_OF_PAPER + 1).__next__,
        "vocabulary": vocabulary,
    }
    return environment


def render_section(environment: jinja2.Environment, section: Section, digest: Record) -> Markup:
    """HTML of one section, from nothing but its own digest."""
    name = section.__name__.rpartition(".")[2]
    return Markup(environment.get_template(f"sections/{name}.html.jinja").render(digest))


def digest_lead(inputs: ReportInputs) -> Record:
    """What stands above the first section."""
    systems = inputs.tables["systems"]
    export = leading_export(inputs.settings.clean.exports)
    cards = leading_cards(inputs.tables, inputs.settings)
    told = [card for card in cards if card["grows"] is not None]
    return {
        "today": told[0] if told else None,
        "frontier": next((card for card in told[1:] if card["frontier"]), None),
        "data": data_of(export.date) if export else "",
        "n_systems": len(systems),
        "first_date": systems["publication_date"].min(),
        "last_date": systems["publication_date"].max(),
        "rederived": bool(trends_on("estimated", inputs.tables)),
        "version": inputs.provenance["environment"]["compute-trends"],
        "fingerprint": inputs.provenance["fingerprint"],
    }


def render_parts(environment: jinja2.Environment, inputs: ReportInputs) -> list[Record]:
    """Parts of the report in their order: number, names, HTML, and entries for its contents."""
    rendered = []
    for part in PARTS:
        sections = (section for section in SECTIONS if part.number == section.PART)
        htmls = (
            render_section(environment, section, section.digest(inputs)) for section in sections
        )
        body = Markup("").join(html + "\n" for html in htmls)
        about = {"id": part.id, "body": body, "entries": page.contents(body)}
        rendered.append(part._asdict() | about)
    return rendered


def render_report(inputs: ReportInputs, files: ReportFiles) -> str:
    """HTML of the report, with figures, tables, styles and scripts inside."""
    environment = report_environment(report_figures(inputs, files.figures), files.downloads)
    script = page.inline_script(*files.scripts)
    lead = digest_lead(inputs)
    return environment.get_template("report.html.jinja").render(
        lead,
        head=page_head(lead, inputs.settings),
        changes=delivered.changes(inputs),
        parts=render_parts(environment, inputs),
        stylesheet=Markup("\n".join(files.stylesheets)),
        script=script,
        policy=page.content_policy(script),
        archive=page.archive(itertools.chain(*files.downloads.values())),
    )
