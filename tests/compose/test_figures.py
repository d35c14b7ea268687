"""The figures as specifications: what they draw, in which tokens, and what they fit into."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, combinations, pairwise
from math import hypot
from typing import Any

import pytest

from briefs.compose import charts, deck
from briefs.compose.figures import (
    Classes,
    Event,
    Figure,
    Furniture,
    MapFrame,
    MapWords,
    PlacedInset,
    Row,
    ScaleEntry,
    TimelineWords,
    Today,
    choropleth,
    country_map,
    counts,
    ladder,
    lane_timeline,
    overview_timelines,
    timeline,
    timeline_across,
    timeline_to_scale,
)
from briefs.compose.figures.drawing import MM, text_width, wrap
from briefs.compose.figures.geography import panels
from briefs.compose.figures.labels import INSET, Ground, corners, inside
from briefs.compose.labels import Labels
from briefs.edition.model import Edition

SCALE = [ScaleEntry(name, name.title()) for name in ("open", "leaning", "wary", "limits", "closed", "sixth", "last")]
MEMBERS: dict[str | None, str] = {
    "open": "bg gr hu is lv lt lu mk tr",
    "leaning": "ca de it pl pt sk es",
    "wary": "hr cz dk ee no ro si",
    "limits": "be fr",
    "closed": "al gb us",
    None: "me nl",
}
STATES = {code: step for step, codes in MEMBERS.items() for code in codes.split()}
VIEW = MapFrame(insets=(PlacedInset(("ca", "us")),))
LABELS = {code: code.upper() for code in STATES}
WORDS = MapWords({code: f"Name of {code}" for code in STATES}, "No data", "Not drawn", "A disclaimer.", "{}: {}".format)


NUMBERS = re.compile(r"-?\d*\.?\d+")


def a_map(**changes: Any) -> Figure:
    given: dict[str, Any] = {
        "states": STATES, "steps": SCALE[:5], "highlight": "be", "width": 58, "view": VIEW, "labels": {"be": "Belgium"},
        "words": WORDS, "alt": "A map", "legend": True,
    }  # fmt: skip
    given |= changes
    return country_map(given.pop("states"), given.pop("steps"), **given)


def some_events(number: int) -> list[Event]:
    return [Event(f"{2018 + i}", f"A phrase of forty letters, counted: {i:04}", i > 6, 2018.5 + i) for i in range(number)]


def rows(figure: Figure, data: str) -> Sequence[Mapping[str, Any]]:
    return {"shapes": figure.shapes, "texts": figure.texts}[data]


def shapes(figure: Figure, name: str) -> list[Mapping[str, Any]]:
    return [row for row in rows(figure, "shapes") if row.get("name") == name]


def texts(figure: Figure) -> list[str]:
    return [row["text"] for row in rows(figure, "texts")]


def outline(row: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    """The points of each part of a shape of straight lines."""
    parts = [[float(n) for n in re.findall(r"-?\d*\.?\d+", part)] for part in row["path"].split("M")[1:]]
    pairs = (list(zip(part[::2], part[1::2], strict=True)) for part in parts)
    return [list(accumulate(steps, lambda at, step: (at[0] + step[0], at[1] + step[1]))) for steps in pairs]


def box(row: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text."""
    wide = text_width(row["text"], row["size"], bold="weight" in row)
    left = row["x"] - {"left": 0, "center": wide / 2, "right": wide}[row["align"]]
    return left, row["y"] - row["size"] * 0.7, left + wide, row["y"] + row["size"] * 0.2


def crosses(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> bool:
    """Whether a level line and an upright one meet within both."""
    for (x, y), (u, v), ((a, b), (c, d)) in ((*one, other), (*other, one)):
        if y == pytest.approx(v) and a == pytest.approx(c):
            return min(x, u) + 0.2 < a < max(x, u) - 0.2 and min(b, d) + 0.2 < y < max(b, d) - 0.2
    return False


@pytest.mark.parametrize("length", [3, 5, 7])
def test_each_state_is_drawn_once_in_its_steps_colour(length: int) -> None:
    ids = [step.id for step in SCALE[:length]]
    states = {code: ids[i % length] for i, code in enumerate(STATES)} | {"me": None}
    figure = a_map(states=states, steps=SCALE[:length], highlight=None, labels={})
    for code, step in states.items():
        assert [row["fill"] for row in shapes(figure, code)] == [f"@stance/{step}" if step else "@absent"], code
    assert set(texts(figure)) == {"A disclaimer.", "No data", *(step.label for step in SCALE[:length])}


def test_the_highlighted_state_is_in_its_colour_and_others_are_paler() -> None:
    figure = a_map(highlight="hr", labels={"hr": "Croatia"})
    fills = {code: [row["fill"] for row in shapes(figure, code)] for code in STATES}
    assert fills["hr"] == ["@stance/wary"] and fills["me"] == ["@absent"]
    assert all(fills[code] == [f"@pale/{step}"] for code, step in STATES.items() if step and code != "hr")


@pytest.mark.parametrize("code", ["hr", "dk", "be"])
def test_nothing_is_drawn_over_the_highlighted_state_but_its_name(code: str) -> None:
    """Its outline is drawn before it, so that only the half outside it is seen."""
    drawn = list(rows(a_map(highlight=code, labels={code: "Somewhere"}), "shapes"))
    (at,) = (number for number, row in enumerate(drawn) if row.get("name") == code)
    before, own, after = drawn[at - 1], drawn[at], drawn[at + 1 :]
    assert before["stroke"] == "@ink" and before["path"] == own["path"] and "stroke" not in own
    names = {row.get("name") for row in after if row.get("width", 0) > 0.5 and row["path"].startswith(own["path"][:4])}
    assert not names, "no line along its edge"
    assert max(row["width"] for row in after if row.get("name") == "borders") <= 0.35


def test_every_colour_is_a_token() -> None:
    bars = counts(SCALE, {"open": 3}, highlight="open", width=58, alt="")
    for figure in (a_map(), bars, timeline(some_events(9), width=58, alt="")):
        for row in [*rows(figure, "shapes"), *rows(figure, "texts")]:
            colours = [row[key] for key in ("fill", "stroke") if key in row]
            assert colours and all(re.fullmatch(r"@[a-z-]+(/[a-z]+)?", colour) for colour in colours)


@pytest.mark.parametrize("code", STATES)
def test_the_highlighted_state_is_named_and_covers_no_other(code: str) -> None:
    figure = a_map(highlight=code, labels={code: "Somewhere"})
    (name,) = [row for row in rows(figure, "texts") if row["text"] == "Somewhere"]
    assert name["weight"] == "bold"
    left, top, right, bottom = box(name)
    width, height = figure.points
    assert left >= 0 and top >= 0 and right <= width + 0.5 and bottom <= height
    if name["fill"] == "@ink" and STATES[code]:  # beside its state: on nobody's ground
        main, inset = panels(VIEW, tuple(STATES), 58 * MM)
        for other in STATES:
            rings = (inset if other in ("ca", "us") else main).lands[other]
            inside = [(x, y) for ring in rings for x, y in ring if left < x < right and top < y < bottom]
            assert not inside, other


def test_leaders_are_short_and_names_may_stand_on_land_outside_the_set() -> None:
    lands = panels(VIEW, tuple(STATES), 58 * MM)[0].lands
    foreign, on_land = [ring for land, rings in lands.items() if land not in STATES for ring in rings], []
    for code in STATES:
        figure = a_map(highlight=code, labels={code: "Somewhere"})
        for leader in shapes(figure, "leader"):
            ((start, end),) = outline(leader)
            assert hypot(end[0] - start[0], end[1] - start[1]) <= 19 * MM, code
        name = next((row for row in figure.texts if row["text"] == "Somewhere"), None)
        if name and any(inside(ring, (name["x"], name["y"])) for ring in foreign):
            on_land.append(code)
    assert {"ro", "lv"} <= {*on_land}


@pytest.mark.parametrize(("code", "name"), [("be", "Belgium"), ("de", "Germany"), ("dk", "Denmark"), ("gb", "United Kingdom")])
def test_a_country_whose_name_has_no_room_at_its_coast_is_named_on_the_sea(code: str, name: str) -> None:
    """Before land that isn't a country of the edition comes the sea a little farther off."""
    lands = panels(VIEW, tuple(STATES), 57 * MM)[0].lands
    figure = a_map(highlight=code, labels={code: name}, width=57)
    boxes = [box(row) for row in rows(figure, "texts") if row.get("weight") == "bold" and row["text"] in name]
    assert boxes and shapes(figure, "leader")
    for left, top, right, bottom in boxes:
        places = [(left + (right - left) * n / 8, y) for n in range(9) for y in (top + 1, bottom - 1)]
        assert not [land for land, rings in lands.items() for place in places if any(inside(ring, place) for ring in rings)]


def test_a_name_on_land_stands_clear_of_other_countries_and_has_a_leader() -> None:
    lands = panels(VIEW, tuple(STATES), 84 * MM)[0].lands
    figure = a_map(highlight="lv", labels={"lv": "Latvia"}, width=84)
    ((left, top, right, bottom),) = [box(row) for row in rows(figure, "texts") if row["text"] == "Latvia"]
    others = [point for code in STATES if code != "lv" for ring in lands.get(code, ()) for point in ring]
    assert not [(x, y) for x, y in others if left - 3 < x < right + 3 and top - 3 < y < bottom + 3]
    assert shapes(figure, "leader")


def test_the_highlight_is_more_than_a_colour() -> None:
    plain, strong, tiny = (rows(a_map(highlight=code, labels={}), "shapes") for code in (None, "tr", "lu"))
    assert [row["width"] for row in strong if row.get("stroke") == "@ink"]
    assert not [row for row in plain if row.get("stroke") == "@ink" and row.get("name") != "frame"]
    assert any("a" in row["path"] and row.get("stroke") == "@ink" for row in tiny), "Luxembourg has a ring"


def test_a_long_name_takes_two_lines_rather_than_a_long_leader() -> None:
    assert {"North", "Macedonia"} <= set(texts(a_map(highlight="hu", labels={"hu": "North Macedonia"})))
    assert "United States" in texts(a_map(highlight="us", labels={"us": "United States"}, width=150))


def test_labels_cover_no_other_label() -> None:
    figure = a_map(width=150, labels=LABELS, highlight=None, legend=False)
    boxes = [box(row) for row in rows(figure, "texts")]
    assert len(boxes) > 24
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def test_a_map_needs_no_view_and_no_outline() -> None:
    figure = a_map(
        view=MapFrame(),
        states={"jp": "open", "kr": "wary", "zz": "open"},
        labels={"zz": "Nowhere"},
        highlight="zz",
    )
    assert shapes(figure, "jp") and shapes(figure, "kr") and not shapes(figure, "zz")
    assert "No data" not in texts(figure)


def test_what_is_not_drawn_is_listed_as_the_language_lists() -> None:
    words = replace(WORDS, names={"zz": "Nowhere"}, named=lambda name, said: f"{name}\u00a0: {said}")
    figure = a_map(states={"jp": "open", "kr": "wary", "zz": "open"}, view=MapFrame(), highlight="jp", labels={}, words=words)
    assert "Not drawn\u00a0: Nowhere" in texts(figure)


def test_far_states_stand_in_the_inset_only() -> None:
    main, inset = panels(VIEW, tuple(STATES), 58 * MM)
    assert {"ca", "us"} <= inset.lands.keys()
    assert inset.width == pytest.approx(0.24 * 58 * MM)
    for code in STATES.keys() - {"ca", "us"}:
        for x, y in (point for ring in main.lands[code] for point in ring):
            assert not (inset.x <= x <= inset.x + inset.width and inset.y <= y <= inset.y + inset.height), code


def test_labels_of_the_map_stay_out_of_the_inset() -> None:
    ground = Ground({"us": [[(10.0, 40.0), (40.0, 40.0), (40.0, 60.0)]]}, [], 100, 100)
    ground.reserve((0, 0), (60, 100), INSET, but=("us",))
    for code in ("be", "us"):
        place = ground.beside(code, (30.0, 50.0), (20.0, 8.0), 100, 100)
        assert place and place.start[0] >= 60
        assert place.cost > 45 if code == "be" else place.cost < 45, "a leader may leave its own inset"


def test_the_smallest_state_is_drawn_and_ringed() -> None:
    figure = a_map(states={"sg": "open", "cn": "wary", "id": None}, view=MapFrame(), highlight="sg", labels={"sg": "新加坡"})
    assert len(shapes(figure, "sg")) == 1 and "新加坡" in texts(figure)
    assert any("a" in row["path"] for row in rows(figure, "shapes") if row.get("stroke") == "@ink")


def test_neighbours_share_their_border() -> None:
    main = panels(VIEW, tuple(STATES), 58 * MM)[0]
    points = {code: {point for ring in main.lands[code] for point in ring} for code in ("fr", "de", "be", "lu")}
    for a, b in (("fr", "de"), ("fr", "be"), ("be", "lu"), ("lu", "de")):
        assert len(points[a] & points[b]) >= 2, (a, b)


def test_bars_are_as_long_as_their_numbers() -> None:
    figure = counts(SCALE[:5], {"open": 9, "wary": 3, "limits": 1}, highlight="limits", width=58, alt="")
    bars = [row for row in rows(figure, "shapes") if "/" in row.get("fill", "")]
    lengths = {row["fill"]: float(re.findall(r"l([\d.]+) 0", row["path"])[0]) for row in bars}
    assert lengths.keys() == {"@pale/open", "@pale/wary", "@stance/limits"}
    assert lengths["@pale/open"] == pytest.approx(9 * lengths["@stance/limits"], abs=0.5)
    assert [t for t in texts(figure) if t.isdigit()] == ["9", "0", "3", "1", "0"]
    bold = [row["text"] for row in rows(figure, "texts") if row.get("weight") == "bold"]
    assert bold == ["Limits", "1"]
    assert 18 < figure.height < 25


def test_the_bars_have_the_colours_of_the_map_that_they_explain() -> None:
    bars = counts(SCALE[:5], Counter(filter(None, STATES.values())), highlight="limits", width=58, alt="", not_covered=("None", 2))
    legend = {row["fill"] for row in rows(bars, "shapes") if row.get("fill") not in {None, "@ink"}}
    drawn = a_map(highlight="be", legend=False)
    others = [code for code in STATES if STATES[code] != "limits" or code == "be"]
    assert legend == {row["fill"] for code in others for row in shapes(drawn, code)}
    beside = a_map(highlight="be", legend=True).shapes[len(drawn.shapes) :]
    assert {row["fill"] for row in beside if "fill" in row} == legend, "so has a legend beside the map"


@pytest.mark.parametrize(("letters", "is_beside"), [(10, True), (18, True), (28, False), (40, False)])
def test_a_legend_whose_bars_have_no_room_stands_below_the_map(letters: int, is_beside: bool) -> None:
    steps = [ScaleEntry("open", "n" * letters), *SCALE[1:5]]
    numbers = Counter(STATES.values())
    figure = a_map(steps=steps, side=45, numbers=numbers)
    drawn = len(a_map(steps=steps, legend=False).shapes)
    bars = [outline(row)[0] for row in figure.shapes[drawn:] if "/" in row.get("fill", "")]
    widths = [max(x for x, _ in bar) - min(x for x, _ in bar) for bar in bars]
    assert (figure.width > 58) == is_beside and (len(set(widths)) > 1) == is_beside, "below the map are squares of one size"
    assert is_beside or f"Limits {numbers['limits']}" in texts(figure)
    assert all(bar[1][0] > bar[0][0] for bar in bars), "no bar runs to the left"


def test_what_the_bars_count_is_said_below_a_map_whose_legend_does_not_fit_beside_it() -> None:
    steps = [replace(step, label=f"{step.label} as all the others have long since been") for step in SCALE[:5]]
    for side in (90, 45):
        figure = a_map(steps=steps, side=side, numbers=Counter(STATES.values()), said=["Number of countries"])
        assert (figure.width > 58) == (side == 90) and "Number of countries" in texts(figure)


def test_the_legend_of_a_map_keeps_clear_of_the_numbers_of_its_classes() -> None:
    classes = Classes("class", {"be": "1", "fr": None}, ["1", "2", "3"], ["0", "1,000", "2,000", "3,000"], not_covered=("de",))
    words = replace(WORDS, not_covered="Not covered")
    for width in (60, 70, 80, 90, 120):
        figure = choropleth(
            classes, Furniture("plot", "", ""), width=width, view=MapFrame(), labels={}, words=words, empty="No value",
            highlight=None,
        )  # fmt: skip
        boxes = [box(row) for row in rows(figure, "texts")]
        for (left, top, right, bottom), (other_left, other_top, other_right, other_bottom) in combinations(boxes, 2):
            assert right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top, width


def test_what_is_not_covered_is_hatched_on_the_map_and_in_its_bar() -> None:
    bars = counts(SCALE[:5], {"open": 9}, highlight="limits", width=58, alt="", not_covered=("None", 2))
    uncovered = ["me", "nl"]
    drawn = a_map(highlight="be", legend=False)
    hatched = shapes(drawn, "hatching")
    assert len(shapes(bars, "hatching")) == 1 and len(hatched) == len(uncovered)
    for code, lines in zip(uncovered, hatched, strict=True):
        (x0, y0), (x1, y1) = corners([[point for ring in outline(shapes(drawn, code)[0]) for point in ring]])
        for start, end in outline(lines):
            assert x0 - 0.2 <= start[0] <= end[0] <= x1 + 0.2 and y0 - 0.2 <= end[1] <= start[1] <= y1 + 0.2
            assert end[0] - start[0] == pytest.approx(start[1] - end[1], abs=0.25), "it rises at 45 degrees"


def test_long_labels_of_steps_take_more_lines_not_more_width() -> None:
    steps = [ScaleEntry("a", "A step that takes very many words to say"), ScaleEntry("b", "Short")]
    figure = counts(steps, {"a": 28, "b": 1}, highlight=None, width=58, alt="")
    assert all(box(row)[2] <= 58 * MM for row in rows(figure, "texts"))
    assert len(texts(figure)) > 4


def test_a_lone_date_is_a_line_of_text() -> None:
    figure = timeline(some_events(1), width=58, alt="")
    assert not figure.shapes and " ".join(texts(figure)) == "2018 – A phrase of forty letters, counted: 0000"


@pytest.mark.parametrize("number", [2, 4, 9, 14])
def test_a_timeline_stays_within_its_width(number: int) -> None:
    figure = timeline(some_events(number), width=58, alt="", planned_label="planned")
    assert all(box(row)[2] <= 58 * MM for row in rows(figure, "texts"))
    assert figure.height <= 120
    assert len(shapes(figure, "happened")) == min(number, 7)
    assert len(shapes(figure, "planned")) == max(number - 7, 0)


def test_planned_dates_are_hollow_and_say_so() -> None:
    figure = timeline(some_events(8), width=58, alt="", planned_label="planned")
    assert [row["fill"] for row in shapes(figure, "planned")] == ["@paper"]
    assert {row["fill"] for row in shapes(figure, "happened")} == {"@ink"}
    assert "2025 · planned" in texts(figure) and "2024" in texts(figure)


def test_what_comes_next_stands_above_what_is_past() -> None:
    figure = timeline(some_events(5), width=58, alt="")
    assert [t for t in texts(figure) if t.isdigit()] == ["2022", "2021", "2020", "2019", "2018"]


@pytest.mark.parametrize(("position", "after"), [(2017.0, "2018"), (2020.6, "2021"), (2022.9, None)])
def test_a_line_marks_today_where_something_comes_later(position: float, after: str | None) -> None:
    """It stands between the dates; `after` is the last one above it."""
    figure = timeline(some_events(5), width=58, alt="", today=Today("as of now", position))
    shown = [t for t in texts(figure) if t.isdigit() or t == "as of now"]
    assert len(shapes(figure, "today")) == (after is not None)
    if after:
        assert shown[shown.index("as of now") - 1] == after
        (own,) = (box(row) for row in rows(figure, "texts") if row["text"] == "as of now")
        others = [box(row) for row in rows(figure, "texts") if row["text"] != "as of now"]
        assert own[2] <= 58 * MM + 0.5 and min(max(top - own[3], own[1] - bottom) for _, top, _, bottom in others) >= 2 * MM
    else:
        assert "as of now" not in shown


@pytest.mark.parametrize("number", [2, 5])
def test_a_timeline_across_the_page_runs_from_left_to_right(number: int) -> None:
    figure = timeline_across(
        some_events(number), least=178, most=178, alt="", planned_label="planned", today=Today("as of now", 2018.8)
    )
    dates = [row for row in rows(figure, "texts") if row["text"].isdigit()]
    assert [row["text"] for row in dates] == [str(2018 + n) for n in range(number)]
    assert [row["x"] for row in dates] == sorted(row["x"] for row in dates)
    assert all(box(row)[2] <= 178 * MM for row in rows(figure, "texts")) and figure.height < 30
    assert len(shapes(figure, "today")) == 1


@pytest.mark.parametrize("number", [2, 3, 5])
def test_a_timeline_across_the_page_fills_it_and_today_is_between_what_happened_and_what_is_planned(number: int) -> None:
    events = [Event(str(2018 + n), f"The law number {n}", n == number - 1, 2018.0 + n) for n in range(number)]
    figure = timeline_across(events, least=178, most=178, alt="", today=Today("as of now", 2016.5 + number))
    dots = [outline(row)[0][0][0] + 2.3 for row in figure.shapes if row.get("name") in {"happened", "planned"}]
    ((tick, _), *_) = outline(shapes(figure, "today")[0])[0]
    assert tick == pytest.approx((dots[-2] + dots[-1]) / 2, abs=1)
    assert 178 * MM - 4 < max(box(row)[2] for row in rows(figure, "texts")) <= 178 * MM + 0.5


@pytest.mark.parametrize("planned", [1, 2, 3])
def test_the_line_of_today_across_a_timeline_is_clear_of_its_texts(planned: int) -> None:
    events = [Event("2020", "The North Macedonian law on electronic communications", False, 2020.0 + n) for n in range(3)]
    today = Today("as of about August 2019", events[-planned].position - 0.5)
    figure = timeline_across(events, least=178, most=178, alt="", today=today)
    ends = [float(row["path"].split()[-1]) for row in shapes(figure, "today")]
    around = [box(row) for row in rows(figure, "texts") if row["text"] != today.label]
    assert today.label in texts(figure) and len(ends) == (planned < 3)
    assert all(min(top for _, top, _, _ in around) - end > MM for end in ends)


def test_a_timeline_across_the_page_is_as_narrow_as_its_longest_word_allows() -> None:
    short = [Event(str(2016 + n), "A law in force", False, 2016.0 + n) for n in range(5)]
    long = [*short[:4], Event("2020", "Infrastructures", False, 2020.0)]
    drawn = [timeline_across(events, least=87, most=120, alt="") for events in (short, long)]
    assert drawn[0].width == 87 < drawn[1].width < 120
    assert "Infrastructures" in texts(drawn[1]), "it isn't divided"


def test_the_label_of_today_stays_within_a_narrow_timeline() -> None:
    events = [Event(str(2016 + n), "A law", n == 4, 2016.0 + n) for n in range(5)]
    figure = timeline_across(events, least=87, most=120, alt="", today=Today("as of about August 2019", 2019.6))
    (label,) = [row for row in rows(figure, "texts") if row["text"].startswith("as of")]
    assert box(label)[0] >= 0 and box(label)[2] <= figure.width * MM


SPOKEN = TimelineWords("No data", "Done", "Planned", lambda shown: ", ".join(row.label for row in shown), "{}: {}".format)


def overviews(given: list[Row], height: float = 200, as_of: float | None = None) -> list[Figure]:
    return overview_timelines(given, SCALE[:3], width=150, height=height, words=SPOKEN, as_of=as_of)


def test_the_timeline_of_all_has_a_dot_an_event() -> None:
    given = [Row("One", "open", some_events(9)), Row("Two", "wary", some_events(3)), Row("Three", None, some_events(1))]
    (figure,) = overviews(given, as_of=2020.6)
    named = [*shapes(figure, "planned"), *shapes(figure, "happened")]
    dots = Counter((row["name"], row["stroke" if row["name"] == "planned" else "fill"]) for row in named)
    assert dots["happened", "@stance/open"] == 7 and dots["planned", "@stance/open"] == 2
    assert dots["happened", "@stance/wary"] == 3 and dots["happened", "@muted"] == 1
    assert {"One", "Open", "No data", "Done", "Planned", "2018", "2026"} <= set(texts(figure))
    assert "Leaning" not in texts(figure)


def test_headings_of_the_timeline_end_before_the_years() -> None:
    """Also where they are longer than the names of all countries. Very long ones take several lines."""
    label = "Restricted in part while the courts decide whether the law of 2021 holds in all provinces"
    steps = [ScaleEntry("open", "Kullanım serbest"), ScaleEntry("wary", label)]
    given = [Row("A", "open", some_events(9)), Row("B", "wary", some_events(9))]
    (figure,) = overview_timelines(given, steps, width=150, height=200, words=SPOKEN)
    ruled = [outline(row)[0] for row in rows(figure, "shapes") if row.get("stroke") == "@rule"]
    first = min(path[0][0] for path in ruled if path[0][0])  # the left end of the axis
    heads = [row for row in rows(figure, "texts") if row.get("weight") == "bold" and row["text"] in f"{label} {steps[0].label}"]
    assert len(heads) == 3 and all(box(row)[2] < first for row in heads)
    assert all(box(one)[1] >= box(other)[3] or box(other)[1] >= box(one)[3] for one, other in combinations(heads, 2))


def test_a_country_is_named_before_an_event_as_the_language_does() -> None:
    words = replace(SPOKEN, named=lambda country, phrase: f"{country} : {phrase}")
    given = [Row("Spain", "open", [Event("2019", "Act: passed", False, 2019.4, 1)])]
    (figure,) = overview_timelines(given, SCALE[:3], width=150, height=200, words=words)
    assert "2019 · Spain : Act: passed" in texts(figure)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Nigeria closes the border", "Niger: Nigeria closes the border"),
        ("Niger-Congo rivers close", "Niger: Niger-Congo rivers close"),
        ("Niger closes the border", "Niger closes the border"),
        ("Niger’s border closes", "Niger’s border closes"),
        ("Niger", "Niger"),
    ],
)
def test_only_an_event_that_begins_with_its_country_is_not_told_whose_it_is(label: str, said: str) -> None:
    given = [Row("Niger", "open", [Event("2019", label, False, 2019.4, 1)])]
    assert " ".join(texts(lane_timeline(given, width=120, words=SPOKEN))).endswith(f"2019 · {said}")


def centre(row: Mapping[str, Any]) -> tuple[float, float]:
    """Of a circle: its path begins at its left."""
    x, y = map(float, re.findall(r"M([\d.]+)[ ,]([\d.]+)", row["path"])[0])
    return x + (3.6 if row.get("width") == 0.8 else 1.9), y


def test_dots_of_one_row_do_not_cover_each_other() -> None:
    crowd = [Event("", "", False, 2020.3 + i / 1000) for i in range(8)] + [Event("", "", True, 2025.0)]
    (figure,) = overviews([Row("One", "open", crowd)])
    places = [centre(row) for row in shapes(figure, "happened")]
    assert all(hypot(a - c, b - d) >= 3.8 for (a, b), (c, d) in combinations(places, 2))


def test_time_has_one_scale_between_breaks() -> None:
    when = [2000.5, 2018.25, 2018.5, 2019.0, 2020.0]
    (figure,) = overviews([Row("One", "open", [Event("", "", False, position) for position in when])])
    first, *others = sorted(centre(row)[0] for row in shapes(figure, "happened"))
    assert len(shapes(figure, "break")) == 2, "two strokes for one break"
    year = (others[-1] - others[0]) / 1.75
    assert others[1] - others[0] == pytest.approx(year / 4, abs=0.1) and others[2] - others[1] == pytest.approx(year / 2, abs=0.1)
    assert others[0] - first < 18 * year / 4


@pytest.mark.parametrize("number", [56, 195])
def test_many_countries_take_several_figures_none_too_high(number: int) -> None:
    given = [Row(f"Country {n}", SCALE[n * 3 // number].id, some_events(5)) for n in range(number)]
    figures = overviews(given, 205)
    assert [figure.name for figure in figures] == ["timeline", *(f"timeline-{n}" for n in range(2, len(figures) + 1))]
    assert len(figures) > 1 and all(figure.height <= 205 for figure in figures)
    assert [t for figure in figures for t in texts(figure) if t.startswith("Country")] == [row.label for row in given]
    assert ", ".join(figure.alt for figure in figures) == ", ".join(row.label for row in given)


def test_decisive_events_have_a_number_and_a_key() -> None:
    def row(name: str, step: str) -> Row:
        return Row(name, step, [Event("May 2019", f"{name} decided", False, 2019.4, 1), Event("2018", "Less", False, 2018.5)])

    given = [row(f"A{n}", "open") for n in range(9)] + [row(f"B{n}", "wary") for n in range(9)]
    (figure,) = overviews(given)
    keyed = [text for text in texts(figure) if "decided" in text]
    assert len(keyed) == 12 and sum(text.startswith("May 2019 · A") for text in keyed) == 6, "steps take turns"
    assert not any("Less" in text for text in texts(figure))
    lane = lane_timeline(given, width=120, words=SPOKEN)
    assert lane.height < 56 and len(shapes(lane, "happened")) == 36 + 9, "a dot an event, and the numbers"


def test_a_lane_has_what_is_planned_for_a_year_after_the_line_of_today() -> None:
    events = [
        Event("October 2020", "A bill", True, 2020.83, 1),
        Event("2020", "A law", True, 2020.99, 1, 2020),
        Event("2019", "Done", False, 2019.5, 1, 2019),
    ]
    given = [Row(f"A{n}", "open", [event]) for n, event in enumerate(events)]
    lane = lane_timeline(given, width=120, words=SPOKEN, as_of=2020.6)
    (today,) = [shape for shape in lane.shapes if shape.get("dash")]
    at = {row["text"]: row["x"] for row in lane.texts if row["text"] in {"1", "2", "3"} and row["align"] == "center"}
    assert at["1"] < at["2"] < at["3"]
    line, *dots = (float(re.match(r"M([\d.]+)", shape["path"])[1]) for shape in (today, *shapes(lane, "planned")))  # type: ignore[index]
    assert len(dots) == 4 and min(dots) > line


def test_wrapping_breaks_at_words_only() -> None:
    lines = wrap("Core networks free of high-risk vendors", 80, 7.5)
    assert " ".join(lines) == "Core networks free of high-risk vendors"
    assert len(lines) == 2 and all(text_width(line, 7.5) <= 80 for line in lines)
    assert wrap("Unbreakable", 5, 7.5) == ["Unbreakable"]
    chinese = wrap("政府开始审查 5G 网络的安全性，并征求意见。", 100, 7.5)
    assert "".join(chinese).replace(" ", "") == "政府开始审查5G网络的安全性，并征求意见。"
    assert len(chinese) == 2 and chinese[1][0] not in "，。"


@pytest.mark.parametrize(
    ("text", "carlito"),
    [("Belgium", 23.07), ("Štátna bezpečnosť", 52.45), ("North Macedonia – 2020", 70.89), ("华为", 14)],
)
def test_widths_are_estimated_closely_and_not_short(text: str, carlito: float) -> None:
    assert carlito <= text_width(text, 7) <= carlito * 1.05


def test_a_timeline_to_scale_has_its_dots_where_their_years_are() -> None:
    events = [Event(f"{at}", f"Event {at}", at > 2025, at) for at in (2020.0, 2021.0, 2021.1, 2030.0)]
    figure = timeline_to_scale(events, least=87, most=120, alt="", today=Today("as of 2025", 2025.5))
    (mark,) = [row for row in figure.shapes if row.get("name") == "today"]
    (today,) = {float(re.match(r"M([\d.]+)", mark["path"])[1])}  # type: ignore[index]
    years = [float(re.match(r"M([\d.]+)", row["path"])[1]) for row in figure.shapes if row.get("stroke") == "@paper"]  # type: ignore[index]
    assert (years[4] + years[5]) / 2 == pytest.approx(today, abs=0.1), "half a year stands in the middle of its year"
    dots = [row for row in figure.shapes if row.get("name") in {"happened", "planned"}]
    left = [float(re.match(r"M([\d.]+)", row["path"])[1]) for row in dots]  # type: ignore[index]
    assert left == sorted(left)
    assert (left[3] - left[0]) / (left[1] - left[0]) == pytest.approx(10, rel=0.05)
    heights = [float(row["path"].split()[1].partition("a")[0]) for row in dots]
    assert heights[1] - heights[2] >= 4, "two dots at nearly the same place are stacked"


def test_a_year_alone_stands_in_the_middle_of_its_band() -> None:
    """A planned one of the year of today stands in the middle of what is left of it."""
    events = [
        Event("2019", "A law", False, 2019.5, year=2019),
        Event("2020", "A rule", True, 2021.0, year=2020),
        Event("2023", "A term", True, 2024.0, year=2023),
    ]
    figure = timeline_to_scale(events, least=87, most=87, alt="", today=Today("as of August 2020", 2020.6))
    edges = [outline(row)[0][0][0] for row in figure.shapes if row.get("stroke") == "@paper" and row.get("width") == 0.9]
    per_year, dots = edges[1] - edges[0], [outline(row)[0][0][0] for n in ("happened", "planned") for row in shapes(figure, n)]
    places = [2020 + (x - edges[0]) / per_year for x in dots]
    assert places == pytest.approx([2019.5, 2020.8, 2023.5], abs=0.1)


def test_a_bar_of_two_years_covers_both_and_has_its_dot_in_the_middle() -> None:
    events = [Event("2019", "A law", False, 2019.5, year=2019), Event("2020–2021", "A rule", True, 2022.0, year=2020, years=2)]
    (figure,) = overviews([Row("One", "open", events)])
    one, two = sorted(([x for x, _ in outline(row)[0]] for row in shapes(figure, "year")), key=min)
    assert max(two) - min(two) + 2 == pytest.approx(2 * (max(one) - min(one) + 2), abs=0.3)
    (dot,) = shapes(figure, "planned")
    assert outline(dot)[0][0][0] == pytest.approx((max(two) + min(two)) / 2, abs=4), "the left edge of a dot with a number"


def test_a_timeline_to_scale_has_words_above_and_below_its_band_in_turn() -> None:
    """There is room for the words of today at their line only on two lines."""
    places = (2019.8, 2020.45, 2020.46, 2020.74, 2020.99)
    events = [Event(f"on {at}", "Some words of an event on two lines", at > 2020.7, at) for at in places]
    figure = timeline_to_scale(events, least=87, most=87, alt="", today=Today("as of about August 2020", 2020.66))
    (band,) = (row for row in figure.shapes if row.get("name") == "years")
    top = float(band["path"].partition(" ")[2].partition("l")[0])
    bottom = top + 13
    dates = {row["text"]: row for row in figure.texts if row["text"].startswith("on ")}
    sides = [dates[f"on {at}"]["y"] < top for at in places]
    assert sides == [True, False, True, False, True] and all(y < top or y > bottom for y in (row["y"] for row in dates.values()))
    said = [row for row in figure.texts if row.get("weight") == "bold"]
    assert [row["text"] for row in said] == ["as of about", "August 2020"]
    assert top - max(row["y"] for row in figure.texts if row["y"] < top and row not in said) < 30
    today, begin, end = said[0], min(box(row)[0] for row in said), max(box(row)[2] for row in said)
    (mark,) = shapes(figure, "today")
    assert begin <= outline(mark)[0][0][0] <= end, "they stand at their line"
    (field,) = (row["path"] for row in shapes(figure, "behind"))
    order = [row.get("stroke") if row.get("name") is None else row["name"] for row in figure.shapes]
    assert field and order.index("stem") < order.index("behind") < order.index("happened"), "a line that they meet is broken"
    ways = [outline(row)[0] for row in shapes(figure, "stem")]
    assert len(ways) == len(events)
    for way in ways:
        is_beside = (way[-1][1] < way[0][1]) == (today["y"] < top)
        is_clear = max(x for x, _ in way) < begin or min(x for x, _ in way) > end
        assert is_clear or not is_beside, "its words cross no line to a dot"


@pytest.mark.parametrize(
    ("places", "upright"),
    [
        ((2020.5, 2020.5, 2020.5, 2020.62), 4),  # there is room for the texts on both sides of their line
        ((2018.5, 2019.38, 2019.38, 2020.38, 2020.46, 2020.46, 2020.54), 5),
        ((2020.7, 2020.75, 2020.8, 2020.85, 2020.9, 2020.95), 1),
        ((2020.02, 2020.04, 2020.06, 2020.08, 2020.1, 2020.12), 1),
    ],
)
def test_lines_to_dots_are_upright_or_turn_and_never_cross(places: Sequence[float], upright: int) -> None:
    events = [Event(f"{at}", f"Words of event {n} that go on", False, at) for n, at in enumerate(places)]
    figure = timeline_to_scale(events, least=110, most=110, alt="")
    ways = [outline(row)[0] for row in shapes(figure, "stem")]
    assert all(
        x == pytest.approx(u, abs=0.06) or y == pytest.approx(v, abs=0.06) for way in ways for (x, y), (u, v) in pairwise(way)
    )
    assert sum(len(way) == 2 for way in ways) >= upright
    for one, other in combinations(ways, 2):
        assert not [1 for part in pairwise(one) for across in pairwise(other) if crosses(part, across)]
    words = sorted(box(row) for row in figure.texts if row["text"] in {f"{at}" for at in places})
    assert all(left >= 0 and right <= figure.points[0] for left, _, right, _ in words)


@pytest.mark.parametrize("place", [2020.05, 2020.1, 2020.3, 2020.5, 2020.66, 2020.95])
def test_the_line_of_today_and_dots_leave_the_names_of_years_clear(place: float) -> None:
    events = [Event(f"on {at}", "A law", at > place, at) for at in (2019.2, 2020.0, 2020.99, 2021.5)]
    figure = timeline_to_scale(events, least=87, most=87, alt="", today=Today("as of now", place))
    names = [box(row) for row in figure.texts if row["text"].isdigit()]
    (mark,) = (outline(row)[0][0][0] for row in shapes(figure, "today"))
    dots = [float(NUMBERS.findall(row["path"])[0]) for name in ("happened", "planned") for row in shapes(figure, name)]
    assert [left for left, *_ in names] == sorted(left for left, *_ in names) and len(names) == 3
    assert all(not left - 1 < mark < right + 1 for left, _, right, _ in names)
    assert all(x + 5 < left or x > right for x in dots[1:3] for left, _, right, _ in names), "dots at the turn of a year"


def test_a_ladder_has_one_step_in_its_full_colour() -> None:
    figure = ladder(SCALE[:5], "wary", width=120, alt="")
    fills = {row["name"]: row["fill"] for row in figure.shapes}
    assert fills == {step.id: f"@{'stance' if step.id == 'wary' else 'pale'}/{step.id}" for step in SCALE[:5]}
    assert [row["text"] for row in figure.texts if row.get("weight") == "bold"] == ["Wary"]


def test_the_codes_of_the_first_editions_map_are_spelt_out_on_its_slide(edition: Edition) -> None:
    """The column beside the map is wide enough for all of them."""
    made = charts.for_slides(edition, Labels(edition.labels, edition.about.language), deck.WIDE, deck.LONG)["map"]
    said = " ".join(row["text"] for row in made.texts).replace("\u00a0", " ")
    assert "AL Albania" in said and "US United States" in said
