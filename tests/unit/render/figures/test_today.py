"""The figures of today and of growth by vintage, on made-up exports of known growth."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import made_up_choices
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num
from matplotlib.text import Text

from compute_trends.render.figures.export import export_plans
from compute_trends.render.figures.files import save_drawings, save_figure
from compute_trends.render.figures.formats import CHOICES, EXPORT_FIGURES, SHOWN, export_figures
from compute_trends.render.figures.growth import draw_growth, growth_panels
from compute_trends.render.figures.style import WIDTHS
from compute_trends.render.figures.style import covered as text_box
from compute_trends.render.figures.today import draw_today, headline_lines, named_systems
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.render import Era
from compute_trends.tables.dictionary import typed

NEWEST = "2026-08-19"
ERAS = [
    Era(name="old", label="Old era", period={"after": "1989-12-31", "through": "2009-12-31"}),
    Era(name="new", label="New era", period={"after": "2009-12-31", "through": "2022-01-01"}),
]
HEADLINES = {
    "all": ("Models since 2010", "all_from_2010", "2009-12-31/{}"),
    "frontier": ("The frontier since 2018", "top", "2017-12-31/{}"),
    "before": ("Before", "until_2009", "1990-01-01/2009-12-31"),
}
# Orders of magnitude a year of all systems, on one line through the first of them
SLOPE = 0.5
DAYS = pd.date_range("1990-01-01", "2026-06-01", freq="97D")
RNG = np.random.default_rng(3)
YEARS = ((DAYS - DAYS[0]).days / 365).to_numpy()
SYSTEMS = pd.DataFrame(
    {
        "system_id": [f"s{number:03d}" for number in range(len(DAYS))],
        "system": [f"System {number} (of some version)" for number in range(len(DAYS))],
        "publication_date": DAYS,
        "training_compute_flop": 10 ** (6 + SLOPE * YEARS),
    }
)
SPANS = {"all_from_2010": "2009-12-31", "top": "2017-12-31", "until_2009": "1989-12-31"}
MEMBERS = pd.concat(
    SYSTEMS.loc[(after < DAYS) & ((DAYS <= "2009-12-31") == (name == "until_2009")), ["system_id"]]
    .assign(trend=name)
    .iloc[:: 3 if name == "top" else 1]
    for name, after in SPANS.items()
)


def growth_row(vintage: str, growth: float, **more: Any) -> dict[str, Any]:
    return {
        "export": f"notable_{vintage}",
        "vintage": pd.Timestamp(vintage),
        "models": "notable",
        "n": 9,
        "growth_per_year": growth,
        "growth_per_year_ci90_low": growth * 0.8,
        "growth_per_year_ci90_high": growth * 1.3,
        "doubling_time_months": 6.0,
    } | more


def headlines_on(*vintages: str) -> pd.DataFrame:
    rows = [
        growth_row(
            vintage,
            3 + index + 0.1 * place,
            headline_name=name,
            title=title,
            label="Top 10" if name == "frontier" else title,
            trend=trend,
            period=period.format(vintage),
            leads=vintage == vintages[-1],
        )
        for index, (name, (title, trend, period)) in enumerate(HEADLINES.items())
        for place, vintage in enumerate(vintages)
    ]
    return typed(pd.DataFrame(rows), "headlines")


def fixed_on(*vintages: str) -> pd.DataFrame:
    rows = [
        growth_row(vintage, 4.0, trend=trend, label=f"{trend}, 2010 to May 2024", fixed=True)
        for trend in ("until_2009", "all_2010_2024", "top_10_2010_2024", "other")
        for vintage in vintages
    ]
    return typed(pd.DataFrame(rows), "growth_by_vintage")


def fits() -> pd.DataFrame:
    """Lines of the three trends, on the line that all systems lie on."""
    dates = MEMBERS.merge(SYSTEMS, on="system_id").groupby("trend")["training_compute_flop"]
    ends = dates.agg(start_flop="min", end_flop="max").reset_index()
    ends["frontier"] = np.where(ends["trend"] == "top", "top_10", None)
    return typed(ends, "export_trends")


def lines() -> pd.DataFrame:
    return headline_lines(headlines_on(NEWEST), fits(), MEMBERS, SYSTEMS)


def shown_texts(drawing: Any) -> list[Text]:
    found = drawing.figure.findobj(lambda artist: isinstance(artist, Text))
    return [text for text in found if text.get_visible() and text.get_text()]


def overlapping(texts: list[Text]) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other."""
    boxes = [(text.get_text(), text_box(text)) for text in texts]
    pairs = itertools.combinations(boxes, 2)
    return [(one[0], two[0]) for one, two in pairs if one[1].overlaps(two[1])]


def drawn_texts(drawing: Any) -> list[Text]:
    """Texts that are seen: those of ticks beyond the axes are not."""
    axes = drawing.figure.axes
    FigureCanvasAgg(drawing.figure).draw()
    ticks = {text for ax in axes for text in (*ax.get_xticklabels(), *ax.get_yticklabels())}
    inside = []
    for ax in axes:
        for axis, low, high in ((ax.xaxis, *ax.get_xlim()), (ax.yaxis, *ax.get_ylim())):
            pairs = zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=False)
            inside += [text for place, text in pairs if low <= place <= high]
    rest = [text for text in shown_texts(drawing) if text not in ticks]
    return [text for text in rest + inside if text.get_text()]


def test_a_line_runs_to_the_last_day_of_its_period() -> None:
    drawn = lines().set_index("headline_name")
    assert [str(day.date()) for day in drawn["last_date"]] == [NEWEST, NEWEST, "2009-12-31"]
    for _, line in drawn.iterrows():
        years = (line["last_date"] - DAYS[0]).days / 365
        assert np.log10(line["end_flop"]) == pytest.approx(6 + SLOPE * years)


def test_a_headline_that_does_not_lead_or_has_no_numbers_has_no_line() -> None:
    headlines = headlines_on("2024-07-16", NEWEST)
    headlines.loc[headlines["headline_name"] == "frontier", "growth_per_year"] = np.nan
    drawn = headline_lines(headlines, fits(), MEMBERS, SYSTEMS)
    assert drawn["headline_name"].to_list() == ["all", "before"]
    assert drawn["leads"].all()


def test_only_the_newest_that_set_a_record_are_named() -> None:
    systems = SYSTEMS.copy()
    last = systems.index[-1]
    # No record, and a record only equalled
    systems.loc[last - 3, "training_compute_flop"] = 1e3
    systems.loc[last, "training_compute_flop"] = systems.loc[last - 1, "training_compute_flop"]
    frontier = systems["system_id"] != f"s{last - 4:03d}"
    named = named_systems(systems, frontier, most=3)
    assert named.index.to_list() == [last - 1, last - 2, last - 5]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_today_shows_all_years_and_names_the_frontier(width: Any) -> None:
    settings = {"eras": ERAS, "named": 10, "title": "Today", "vintage": NEWEST, "width": width}
    drawing = draw_today(SYSTEMS, MEMBERS, lines(), **settings)
    whole, recent = drawing.figure.axes
    assert drawing.n_shown == len(SYSTEMS)
    trends = [
        [line for line in axes.get_lines() if (line.get_gid() or "").startswith("trend-")]
        for axes in (whole, recent)
    ]
    assert list(map(len, trends)) == [3, 2]
    end = date2num(pd.Timestamp(NEWEST))
    for line in trends[1]:
        assert line.get_xdata()[-1] == end
    left, right = recent.get_xlim()
    assert left > date2num(pd.Timestamp("2009-01-01")) and right > end
    texts = [text.get_text() for text in shown_texts(drawing)]
    n = int((MEMBERS["trend"] == "top").sum())
    assert {
        f"Ten largest of their day ({n})",
        f"Other models ({len(SYSTEMS) - n})",
        "Old era",
    } <= set(texts)
    assert "Models since 2010:\n×3.0 a year (2.4 to 3.9)" in texts
    names = [text for text in shown_texts(drawing) if text.get_gid() == "name"]
    assert len(names) == drawing.n_named >= 5
    assert all(text.get_text().startswith("System ") for text in names)
    assert not any("version" in text.get_text() for text in names)
    assert overlapping(drawn_texts(drawing)) == []


def test_today_without_headlines_shows_the_systems() -> None:
    none = headline_lines(headlines_on(NEWEST).iloc[:0], fits(), MEMBERS, SYSTEMS)
    settings = {"eras": [], "named": 10, "title": "Today", "vintage": NEWEST}
    drawing = draw_today(SYSTEMS, MEMBERS, none, **settings, width=WIDTHS["full"])
    assert (drawing.n_shown, drawing.n_named) == (len(SYSTEMS), 0)


def test_headlines_and_fixed_years_have_a_panel_each() -> None:
    vintages = ("2024-07-16", NEWEST)
    headlines = headlines_on(*vintages)
    headlines.loc[headlines["vintage"] < "2025", "growth_per_year"] = np.nan
    followed = ["all_2010_2024", "top_10_2010_2024"]
    moving, same = growth_panels(headlines, fixed_on(*vintages), followed)
    assert moving["line"].to_list() == ["Models since 2010", "The frontier since 2018"]
    assert same["line"].unique().tolist() == [
        "Before",
        "all_2010_2024, 2010 to May 2024",
        "top_10_2010_2024, 2010 to May 2024",
    ]


# Ten vintages, some of them of the same week
TEN = ("2023-12-20", "2024-07-16", "2025-05-17", "2025-05-20", "2026-01-13", "2026-03-07")
TEN += ("2026-05-01", "2026-06-01", "2026-08-12", NEWEST)


@pytest.mark.parametrize("vintages", [TEN, TEN[-2:], TEN[-1:]], ids=["ten", "two", "one"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_no_text_covers_another(width: Any, vintages: tuple[str, ...]) -> None:
    drawing = draw_growth(
        headlines_on(*vintages),
        fixed_on(*vintages),
        followed=["all_2010_2024", "top_10_2010_2024"],
        title="Growth",
        width=width,
    )
    assert drawing.n_shown == 5 * len(vintages)
    texts = drawn_texts(drawing)
    assert overlapping(texts) == []
    words = [text.get_text() for text in texts]
    # The newest and the oldest are named wherever there is room for two.
    assert words.count(vintages[-1]) == 2
    if len(vintages) == len(TEN):
        assert words.count(vintages[0]) == 2
    inches = drawing.figure.get_size_inches() * drawing.figure.dpi
    for box in map(text_box, texts):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= inches[0] and box.y1 <= inches[1]
    # Nothing that is drawn runs under a legend.
    for axes in drawing.figure.axes:
        legend = axes.get_legend().get_window_extent()
        highest = axes.transData.transform((0, 6.3 if axes is drawing.figure.axes[0] else 5.3))
        assert legend.y0 >= highest[1]


def test_the_newest_numbers_stand_in_the_legend() -> None:
    drawing = draw_growth(
        headlines_on("2024-07-16", NEWEST),
        fixed_on("2024-07-16", NEWEST).assign(models="large_scale"),
        followed=["other"],
        title="Growth",
        width=WIDTHS["full"],
    )
    texts = [text.get_text() for text in shown_texts(drawing)]
    assert "Models since 2010: ×3.1 (2.5 to 4.0)" in texts
    assert "other, 2010 to May 2024 (large-scale models): ×4.0 (3.2 to 5.2)" in texts


def test_files_are_those_that_the_workflow_names(tmp_path: Path) -> None:
    assert export_figures([]) == []
    assert export_figures(["a"]) == [*EXPORT_FIGURES]
    names = export_figures(["a", "b"], [made_up_choices.NAME])
    assert names == [*EXPORT_FIGURES, "choices_all"]
    export = ExportFile(name="a", path="export.csv", date=NEWEST)
    paths = [tmp_path / (name + ending) for name in names for ending in (".svg", "_column.svg")]
    settings: Any = {"followed": ["other"], "eras": ERAS, "named": 5}
    shown = {name: typed(pd.DataFrame(), name) for name in SHOWN}
    shown |= {"headlines": headlines_on(NEWEST), "growth_by_vintage": fixed_on(NEWEST)}
    crossed = (made_up_choices.specifications(), made_up_choices.options())
    crossed += (made_up_choices.shares(), made_up_choices.marks())
    shown |= dict(zip(CHOICES, crossed, strict=True))
    settings["crossed"] = [made_up_choices.NAME]
    alone = {name: [table] for name, table in shown.items()}
    plans = export_plans(alone, [SYSTEMS], [MEMBERS], [fits()], leading=[export], **settings)
    table = save_drawings(plans, list(map(str, paths)), fingerprint="f")
    assert table["figure"].to_list() == [name for name in names for _ in WIDTHS]
    assert all(path.stat().st_size for path in paths)
    text = (tmp_path / "figure_today.svg").read_text(encoding="utf-8")
    assert "<dc:title>Training compute in Epoch AI's data of 19 August 2026</dc:title>" in text
    nothing: dict[str, list[pd.DataFrame]] = {name: [] for name in SHOWN}
    assert export_plans(nothing, [], [], [], leading=[], **settings) == []


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    settings = {"eras": ERAS, "named": 10, "title": "Today", "vintage": NEWEST}
    for name in ("one.svg", "other.svg"):
        drawing = draw_today(SYSTEMS, MEMBERS, lines(), **settings, width=WIDTHS["column"])
        save_figure(drawing.figure, str(tmp_path / name), title="Today", fingerprint="0")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()
