"""The head of the page: what search engines, and whoever links to it, learn of the report."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.common.vocabulary import CHOSEN_SHORT
from compute_trends.render import attribution
from compute_trends.render.citation import Run
from compute_trends.render.linked_data import dataset
from compute_trends.render.page import web_address
from compute_trends.render.wording import doubling, times_a_year
from compute_trends.settings.models import Settings


def page_head(lead: Record, settings: Settings) -> Record:
    """Title, description and linked data of the page, and its address if it has one.

    ``lead`` is what stands above the first section, see `report.digest_lead`.
    """
    address = web_address(settings.render.address) or ""
    description = description_of(lead)
    run = Run(lead["version"], lead["fingerprint"], address)
    return {
        "title": attribution.REPORT_TITLE,
        "description": description,
        "address": address,
        "linked_data": dataset(
            run,
            settings.clean.exports,
            name=f"Trends in training compute: {attribution.REPORT_TITLE}",
            description=f"{description}. {attribution.ABSTRACT}",
        ),
    }


def description_of(lead: Record) -> str:
    """The page in a sentence without its full stop: today's growth, or what it holds."""
    today = lead["today"]
    if not today:
        years = f"{lead['first_date'].year} to {lead['last_date'].year}"
        return (
            f"Trends in the training compute of {lead['n_systems']} milestone machine-learning "
            f"systems, {years}, with intervals, data and methods"
        )
    chosen = f" ({CHOSEN_SHORT[today['selection']]})" if today["selection"] else ""
    return (
        f"{today['title']}: training compute grows {times_a_year(today)}, {doubling(today)}, in "
        f"{lead['data']}{chosen}. With intervals, data and methods"
    )
