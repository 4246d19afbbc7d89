"""Labels, their leader lines and legends cover nothing, in any figure and at both widths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import Real
from figure_geometry import faults
from matplotlib.lines import Line2D
from project import Project

from compute_trends.render.figures import style
from compute_trends.render.figures.comparison import comparison_plans
from compute_trends.render.figures.export import export_plans
from compute_trends.render.figures.files import Plan
from compute_trends.render.figures.formats import SHOWN
from compute_trends.render.figures.free_room import Room, find_places, leaders_of, meet_lines
from compute_trends.render.figures.label_placement import LEADER
from compute_trends.render.figures.style import WIDTHS, Width
from compute_trends.render.figures.timeline import timeline_plans
from compute_trends.settings.carried import INDEX, with_carried
from compute_trends.settings.clean import leading_export
from compute_trends.tables.dictionary import path_of
from compute_trends.tables.generated import read_table

BOTH = pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))


@BOTH
@pytest.mark.parametrize("name", ["figure1", "figure3", "figure5"])
def test_nothing_covers_a_text_of_a_timeline(timelines: Any, name: str, width: Width) -> None:
    assert faults(timelines.drawing(name, width).figure) == []


def run_plans(real: Real, run: Project) -> list[Plan]:
    """All figures of a run, as the workflow draws them."""
    fit, render = real.settings.fit, real.settings.render

    def tables(*names: str, export: str | None = None) -> list[Any]:
        paths = [path_of(name, export=export) for name in names]
        return [
            read_table(str(run.folder / path), name)
            for path, name in zip(paths, names, strict=True)
        ]

    systems, compute, scores = tables("systems", "compute", "scores")
    plans = timeline_plans(
        *(systems, compute, scores, *tables("trends", "members", "bands")),
        **{name: getattr(fit, name) for name in ("trends", "units", "outliers", "domains")},
        **{name: getattr(render, name) for name in ("figures", "known", "eras")},
    )
    estimates, *checks = tables("estimates", "utilization", "error_model")
    checks += [scores, *tables("eras", "era_lines")]
    checks += tables("inference_models", "inference_trends", "inference_members")
    estimate = real.settings.estimate
    plans += comparison_plans(
        *(systems, estimates, compute, *checks),
        comparisons=render.comparisons,
        preference=estimate.choice.preference,
        factor=estimate.disagreements.factor,
        era_settings=fit.eras,
    )
    settings, _ = with_carried(real.settings, str(run.folder / INDEX))
    leading = leading_export(settings.clean.exports)
    assert leading is not None
    names = ("systems", "export_members", "export_trends")
    return plans + export_plans(
        {name: tables(name) for name in SHOWN},
        *([table] for table in tables(*names, export=leading.name)),
        leading=[leading],
        followed=fit.exports.followed,
        crossed=fit.crossed,
        eras=render.eras_of_exports,
        named=render.exports.named,
    )


@pytest.mark.gate
def test_nothing_covers_a_text_of_any_figure_of_a_run(real: Real, full_run: Project) -> None:
    plans = run_plans(real, full_run)
    assert len(plans) == len(list((full_run.folder / "results" / "figures").glob("*.pdf")))
    found = {
        (plan.name, width.name): faults(plan.draw(width=width).figure)
        for plan in plans
        for width in WIDTHS.values()
    }
    assert {figure: wrong for figure, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("text over text", "one | two"),
        ("text over a mark", "one"),
        ("text over a line", "one"),
        ("text over an axis", "one"),
        ("a leader over a text", "two"),
        ("a leader over a leader", ""),
        ("cut off", "one"),
        ("a mark under a legend", ""),
    ],
)
def test_a_fault_is_found(words: str, said: str) -> None:
    figure, axes = style.new_figure(style.FULL, 4)
    axes.set(xlim=(0, 10), ylim=(0, 10))
    look: dict[str, Any] = {"zorder": 6}
    places = {"text over text": (5.05, 5), "text over an axis": (-0.1, 5), "cut off": (9.9, 5)}
    axes.text(*places.get(words, (5, 5)), "one", fontsize=30 if words == "cut off" else 9, **look)
    axes.text(*((5, 5) if words == "text over text" else (8, 2)), "two", **look)
    leaders = [[(1, 3), (1, 3)]]
    if words == "text over a mark":
        axes.scatter([5.1], [5.1])
    elif words == "text over a line":
        axes.plot([4, 6], [5.1, 5.1])
    elif words == "a leader over a text":
        leaders.append([(7, 9), (2.1, 2.1)])
    elif words == "a leader over a leader":
        leaders.append([(1, 3), (3, 1)])
    elif words == "a mark under a legend":
        axes.plot([1, 2], [1, 1], label="line")
        axes.legend(loc="upper left")
        axes.scatter(*np.mgrid[0.1:1:40j, 9:9.99:40j].reshape(2, -1))
    for x, y in leaders:
        axes.add_line(Line2D(x, y, label=LEADER))
    found = faults(figure)
    assert found and all(one.startswith(words) for one in found)
    assert said in found[0]


def room(discs: Any = (), lines: Any = ()) -> Room:
    return Room(
        np.array([0.0, 0, 200, 100]),
        np.array(discs, dtype=float).reshape(-1, 3),
        np.array(lines, dtype=float).reshape(-1, 4),
    )


NEAR = {"gap": 1.0, "start": 3.0, "reach": 60.0}


def test_texts_of_a_crowd_stand_clear_of_all() -> None:
    rng = np.random.default_rng(5)
    anchors = rng.uniform(20, 80, (25, 2))
    sizes = [np.array([rng.uniform(10, 30), 6.0]) for _ in anchors]
    places = find_places(room([(*at, 2) for at in anchors]), anchors, sizes, must=False, **NEAR)
    kept = [(box, at) for box, at in zip(places, anchors, strict=True) if box is not None]
    assert len(kept) > 15
    leaders = np.vstack([leaders_of(box[None], at) for box, at in kept])
    assert not meet_lines(leaders, leaders).any()
    for box, own in kept:
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= 200 and box[3] <= 100
        nearest = np.clip(anchors, box[:2], box[2:])
        assert (np.hypot(*(nearest - anchors).T) >= 3).all()
        assert np.hypot(*(np.clip(own, box[:2], box[2:]) - own)) <= 63
        for other, _ in kept:
            apart = (other[2:] <= box[:2]) | (other[:2] >= box[2:])
            assert other is box or apart.any()


def test_a_leader_goes_round_a_line_where_it_can() -> None:
    # The nearest free place lies beyond a line, another one further away does not.
    blocked = [(x, 50.0, 4.0) for x in range(2, 100, 3)]
    [box] = find_places(
        room([*blocked, *[(x, 44.0, 4.0) for x in range(2, 100, 3)]], [(0, 56, 120, 56)]),
        np.array([[50.0, 50.0]]),
        [np.array([20.0, 6.0])],
        must=False,
        **NEAR,
    )
    assert box is not None and box[3] < 56


def test_a_text_without_room_is_left_out_or_covers_marks() -> None:
    full = [(x, y, 3.0) for x in range(0, 200, 4) for y in range(0, 100, 4)]
    anchor, size = np.array([[50.0, 50.0]]), [np.array([20.0, 6.0])]
    assert find_places(room(full), anchor, size, must=False, **NEAR) == [None]
    assert find_places(room(full), anchor, size, must=True, **NEAR)[0] is not None
