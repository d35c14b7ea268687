"""Maps of any countries: in whose view their borders are, what is drawn, and what is listed instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any, get_args

import pytest

from briefs.compose.figures import (
    Figure,
    MapFrame,
    MapWords,
    PlacedInset,
    ScaleEntry,
    country_map,
    geography,
    maps_without_land,
)
from briefs.compose.figures.atlas import FINEST, names, world
from briefs.compose.figures.drawing import CAP, MM, SMALL, text_width
from briefs.compose.figures.geography import neighbours, panels
from briefs.compose.figures.labels import FORBIDDEN, Ground, Placed, anchor, inside, ordered, spots
from briefs.compose.figures.map import DISC
from briefs.edition.model import MapView
from tests import small
from tests.world import CODES as WORLD

STEPS = [ScaleEntry("open", "Open"), ScaleEntry("closed", "Closed")]
FINE = "a"
SETS = {
    "G20": "ar au br ca cn fr de in id it jp kr mx ru sa za tr gb us",
    "Africa": "dz ao bj bw bf bi cv cm cf td km cd cg ci dj eg gq er sz et ga gm gh gn gw ke ls lr ly mg mw ml mr mu ma mz na ne ng"
    " rw st sn sc sl so za ss sd tz tg tn ug zm zw",
    "Pacific states": "au ck fj fm ki mh nr nu nz pg pw sb to tv vu ws",
    "NATO": "al be bg ca hr cz dk ee fi fr de gr hu is it lv lt lu me nl mk no pl pt ro sk si es se tr gb us",
    "small and far": "xk va tv bv",
}


def draw(codes: str, *, highlight: str | None = None, width: float = 150, view: MapFrame | None = None, **more: Any) -> Figure:
    states: Mapping[str, str] = {code: STEPS[i % 2].id for i, code in enumerate(codes.split())}
    words = MapWords({code: f"Name of {code}" for code in states}, "No data", "Not on this map", "A disclaimer.", "{}: {}".format)
    labels = {code: code.upper() for code in states} if highlight is None else {highlight: f"Name of {highlight}"}
    return country_map(
        states, STEPS, highlight=highlight, width=width, view=view or MapFrame(), labels=labels, words=words, alt="",
        **{"legend": False, **more},
    )  # fmt: skip


def numbers(path: str) -> list[float]:
    """The numbers of a path, which a minus may begin."""
    return [float(number) for number in re.findall(r"-?[\d.]+", path)]


def texts(figure: Figure) -> list[str]:
    return [row["text"] for row in figure.texts]


def owner(view: str, place: tuple[float, float], subjects: Sequence[str] = ()) -> set[str]:
    """The countries or areas that have a place, given as longitude and latitude."""
    countries = world(view, tuple(subjects), FINE).countries
    return {code for code, found in countries.items() for rings in found if sum(inside(ring, place) for ring in rings) % 2}


def length(lines: Sequence[Sequence[tuple[float, float]]], west: float, south: float, east: float, north: float) -> int:
    """How many points of the lines are in a box."""
    return sum(west <= x <= east and south <= y <= north for line in lines for x, y in line)


def test_an_edition_may_choose_each_view_and_no_other() -> None:
    assert get_args(MapView.model_fields["view"].annotation) == names()
    assert MapView().view == MapFrame().view == names()[0] == "un"
    assert small.edition(about={"map": {"view": "natural-earth"}}).about.map.view == "natural-earth"


@pytest.mark.parametrize(
    ("what", "place", "un", "natural_earth"),
    [
        ("Crimea", (34.3, 45.2), "ua", "ru"),
        ("Kosovo", (20.9, 42.6), "rs", "xk"),
        ("Taiwan", (121.0, 23.8), "cn", "tw"),
        ("Northern Cyprus", (33.3, 35.3), "cy", "northern-cyprus"),
        ("Somaliland", (46.0, 9.5), "so", "somaliland"),
        ("Western Sahara at the coast", (-13.2, 27.1), "eh", "ma"),
        ("Western Sahara in the south", (-16.4, 21.7), "eh", "ma"),
        ("Western Sahara beyond the wall", (-9.5, 26.5), "eh", "eh"),
        ("Morocco north of the parallel of 27°40′", (-11.5, 28.0), "ma", "ma"),
        ("the West Bank", (35.2, 32.0), "ps", "ps"),
        ("Gaza", (34.35, 31.4), "ps", "ps"),
        ("the Falkland Islands (Malvinas)", (-59.0, -51.8), "fk", "fk"),
        ("Abkhazia", (41.2, 43.0), "ge", "ge"),
        ("Azad Kashmir", (74.5, 35.5), "pk", "pk"),
        ("French Guiana", (-53.0, 4.0), "fr", "fr"),
    ],
)
def test_each_view_says_whom_an_area_is_drawn_with(what: str, place: tuple[float, float], un: str, natural_earth: str) -> None:
    assert owner("un", place) == {un}, what
    assert owner("natural-earth", place) == {natural_earth}, what


def test_a_subject_is_drawn_by_itself_in_each_view() -> None:
    assert owner("un", (20.9, 42.6), ["xk"]) == {"xk"}
    assert owner("un", (121.0, 23.8), ["cn", "tw"]) == {"tw"}


def test_lines_that_are_not_settled_are_dashed() -> None:
    un, held = world("un", (), FINE), world("natural-earth", (), FINE)
    kosovo, crimea, kashmir, punjab = (20.4, 42.9, 21.5, 43.3), (33.4, 45.9, 35.0, 46.3), (74, 33, 76, 34.8), (70, 27, 74, 31)
    assert length(un.dashed, *kosovo) > 3 and not length(un.borders, *kosovo)
    assert length(un.dashed, *kashmir) > 3 and not length(un.borders, *kashmir)
    assert length(un.borders, *punjab) > 3 and not length(un.dashed, *punjab), "only the part in Kashmir is dashed"
    sahara, wall = (-13.5, 27.6, -8.8, 27.7), (-14.0, 22.0, -9.0, 27.5)
    assert length(un.dashed, *sahara) and not length(un.borders, *sahara), "the border of Western Sahara with Morocco"
    assert not length(un.dashed, *wall) and length(held.dashed, *wall) > 3, "the wall is a border in the other view only"
    assert not length(un.dashed, *crimea) and not length(un.borders, *crimea), "no line where one country ends at itself"
    assert length(held.dashed, *crimea) > 1


@pytest.mark.parametrize("name", SETS)
def test_each_country_of_a_set_is_drawn(name: str) -> None:
    figure = draw(SETS[name])
    drawn = {row["name"].removeprefix("dot ") for row in figure.shapes if "name" in row}
    assert set(SETS[name].split()) <= drawn
    assert not [text for text in texts(figure) if text.startswith("Not on this map")]
    width, height = figure.points
    assert 0.4 < height / width < 1.25
    assert all(-0.5 <= row["x"] <= width + 0.5 and 0 <= row["y"] <= height for row in figure.texts)


@pytest.mark.parametrize("name", SETS)
def test_each_country_lies_within_its_map(name: str) -> None:
    """The large pieces too: none is cut off at the other end of the world."""
    main = panels(MapFrame(), tuple(SETS[name].split()), 150 * MM)[0]
    for code in SETS[name].split():
        x, y = main.places[code]
        assert 0 < x < main.width and 0 < y < main.height, code


def test_the_whole_world_fits_and_what_has_no_outline_is_listed() -> None:
    codes = sorted(world("un", (), "h").places.keys() - {""})
    figure = draw(" ".join([*(code for code in codes if len(code) == 2), "tk", "atlantis"]))
    drawn = {row["name"].removeprefix("dot ") for row in figure.shapes if "name" in row}
    assert {code for code in codes if len(code) == 2} <= drawn
    assert "Not on this map: Name of atlantis, Name of tk" in texts(figure)


def test_a_map_of_the_world_names_its_highlighted_country_only() -> None:
    """Codes would cover the land, and those far from small countries would be taken for their neighbours'."""
    codes = " ".join(sorted(code for code in world("un", (), "h").places if len(code) == 2))
    assert not [text for text in texts(draw(codes)) if len(text) == 2 and text.isupper()]
    assert "Name of fj" in texts(draw(codes, highlight="fj"))


def test_a_dot_can_be_seen() -> None:
    """It is at least 2 mm wide and has a dark outline."""
    dots = [row for row in draw(SETS["Pacific states"]).shapes if row.get("name", "").startswith("dot")]
    assert len(dots) > 5
    assert all(2 * float(re.search(r"a([\d.]+)", row["path"])[1]) * 25.4 / 72 >= 2 and row["stroke"] == "@ink" for row in dots)  # type: ignore[index]


def test_what_lies_outside_the_frame_is_listed() -> None:
    figure = draw("de fr jp", view=MapFrame(countries=("de", "fr")), highlight="jp")
    assert "Not on this map: Name of jp" in texts(figure) and not [row for row in figure.shapes if row.get("name") == "jp"]


def test_a_small_country_in_the_sea_has_its_whole_name_beside_it() -> None:
    shown = texts(draw(SETS["Pacific states"]))
    assert {"Name of to", "Name of nr", "Name of au"} <= {*shown} and not {"TO", "AU"} & {*shown}


def test_names_on_a_map_are_whole_if_there_is_room_or_else_codes() -> None:
    assert {"Name of is", "Name of de", "Name of fr"} <= {*texts(draw("de fr is"))}
    assert not [text for name in ("NATO", "Africa") for text in texts(draw(SETS[name], is_numbered=False)) if "Name of" in text]


@pytest.mark.parametrize(("width", "is_mixed"), [(150, True), (60, False)])
def test_codes_stand_among_whole_names_for_a_third_of_the_countries_at_most(width: float, is_mixed: bool) -> None:
    """If more names find no place, all countries have codes."""
    shown = texts(draw(SETS["G20"], width=width, is_numbered=False))
    codes = [text for text in shown if text.lower() in SETS["G20"].split()]
    assert bool([text for text in shown if text.startswith("Name")]) is is_mixed
    assert (0 < len(codes) <= 19 / 3) if is_mixed else len(codes) == 19, codes


def test_a_label_stands_on_its_country_or_wholly_beside_it() -> None:
    """Its letters don't begin on land and end in the sea."""
    main = panels(MapFrame(), tuple(SETS["NATO"].split()), 150 * MM)[0]
    for row in draw(SETS["NATO"], is_numbered=False).texts:
        if (rings := main.lands.get(row["text"].lower())) and row["size"] == SMALL:
            half, middle = text_width(row["text"], row["size"]) / 2, row["y"] - CAP * row["size"] / 2
            ends = [any(inside(ring, (row["x"] + side * half, middle)) for ring in rings) for side in (-1, 1)]
            assert ends[0] is ends[1], row["text"]


def test_a_name_beside_a_country_is_level_with_it_if_there_is_sea() -> None:
    made = draw("pt es fr")
    (spain,) = (row for row in made.texts if row["text"] == "Name of pt")
    anchor_at = anchor(panels(MapFrame(), ("pt", "es", "fr"), 150 * MM)[0].lands["pt"])
    assert abs(spain["y"] - CAP * spain["size"] / 2 - anchor_at[1]) < 1 and not [
        row for row in made.shapes if row.get("name") == "leader"
    ]


def test_dashed_lines_and_grey_land_are_explained_only_where_they_are() -> None:
    words = MapWords({}, "No data", "Not drawn", "A line.", "{}: {}".format, dashed="Dashed.", elsewhere="Grey.")

    def drawn(codes: str) -> Figure:
        return country_map(
            dict.fromkeys(codes.split(), "open"), STEPS, highlight=None, width=80, view=MapFrame(), labels={}, words=words, alt="",
            legend=False,
        )  # fmt: skip

    def notes(codes: str) -> str:
        return texts(drawn(codes))[-1]

    assert drawn("in pk cn").alt == "A line. Dashed." and drawn("de fr pl").alt == "A line."
    assert notes("de fr pl") == "Grey. A line." and notes("in pk cn") == "Grey. A line. Dashed."
    assert notes("gb") == "Grey. A line.", "the dashed lines of others concern no subject"
    assert notes(" ".join(code for code in world("un", (), "h").countries)).startswith("A line.")


def test_the_name_of_a_dot_stands_on_its_right_if_there_is_sea() -> None:
    made = draw(SETS["Pacific states"])
    (nauru,) = (row["path"] for row in made.shapes if row.get("name") == "dot nr")
    left, y, radius = map(float, re.findall(r"[\d.]+", nauru)[:3])
    (name,) = (row for row in made.texts if row["text"] == "Name of nr")
    begins = name["x"] - text_width(name["text"], name["size"]) / 2
    assert 0 < begins - left - 2 * radius < 6 and abs(name["y"] - CAP * name["size"] / 2 - y) < 1


def test_a_country_of_an_inset_has_its_colour_on_the_map_too() -> None:
    """Grey, it would be taken for none of the edition's."""
    inset = PlacedInset(("de", "fr"), "bottom left", 0.2)
    made = draw(SETS["G20"], view=MapFrame(insets=(inset,)))
    frame = next(row["path"] for row in made.shapes if row.get("name") == "shown in the inset")
    x, y = map(float, re.findall(r"[\d.]+", frame)[:2])
    (home,) = (row for row in made.shapes if row.get("name") == "fr")
    inset_at = max(number for number, row in enumerate(made.shapes) if row.get("name") == "sea")
    colours = [row["fill"] for row in made.shapes[:inset_at] if row.get("fill", "").startswith("@stance/")]
    assert x > 100 and y < 150 and len(colours) == len(SETS["G20"].split()) and home["fill"] in colours


def test_a_country_of_the_map_has_its_colour_on_an_inset_too() -> None:
    """Beside the countries that an inset shows lie others, which would be taken for none of the edition's."""
    inset = PlacedInset(("de", "gb"), "bottom left", 0.2)
    made = draw(SETS["G20"], view=MapFrame(insets=(inset,)))
    sea = max(number for number, row in enumerate(made.shapes) if row.get("name") == "sea")
    beside = [row["fill"] for row in made.shapes[sea:] if row.get("fill", "").startswith("@stance/") and not row["name"]]
    (france,) = (row["fill"] for row in made.shapes if row.get("name") == "fr")
    assert beside == [france]


def test_an_inset_and_what_it_shows_on_the_map_have_its_name() -> None:
    """Also an inset of islands that are too small to be seen on the map."""
    insets = (
        PlacedInset(("de", "fr"), "bottom right", 0.2, "Europe"),
        PlacedInset(("ag", "dm", "lc"), "bottom left", 0.1, "Islands"),
    )
    made = draw(f"{SETS['G20']} ag dm lc", view=MapFrame(insets=insets))
    assert texts(made).count("Europe") == texts(made).count("Islands") == 2
    framed = [row for row in made.shapes if row.get("name") in {"shown in the inset", "frame", "name of an inset"}]
    assert len(framed) == 8 and len({(row["stroke"], row["width"]) for row in framed}) == 1, "all have one line"
    beyond = draw("de fr us", view=MapFrame(insets=(PlacedInset(("us",), name="America"),)))
    assert texts(beyond).count("America") == 1, "the map doesn't show it too"


def test_the_names_of_an_inset_hide_no_land_where_there_is_sea() -> None:
    codes, view = SETS["G20"], MapFrame(insets=(PlacedInset(("in",), "bottom left", 0.1, "India"),))
    boxes = [numbers(row["path"]) for row in draw(codes, view=view).shapes if row.get("name") == "name of an inset"]
    rings = [ring for part in panels(view, tuple(codes.split()), 150 * MM) for found in part.lands.values() for ring in found]
    assert len(boxes) == 2
    for left, top, wide, _, _, high, *_ in boxes:
        on = [(left + wide * i / 8, top + high * j / 3) for i in range(9) for j in range(4)]
        assert not any(inside(ring, place) for place in on for ring in rings)


def test_an_inset_is_as_wide_as_its_name() -> None:
    """Also one that is to be narrower."""
    name = "Islands of the eastern Caribbean Sea"
    made = draw(f"{SETS['G20']} ag dm lc", view=MapFrame(insets=(PlacedInset(("ag", "dm", "lc"), "bottom left", 0.08, name),)))
    (frame,) = (numbers(row["path"]) for row in made.shapes if row.get("name") == "frame")
    box = next(numbers(row["path"]) for row in made.shapes if row.get("name") == "name of an inset")
    assert box[2] - 0.2 <= frame[2] < 0.3 * 150 * MM


def test_the_name_of_an_inset_stays_on_the_map_and_clear_of_labels() -> None:
    """A name may be wider than its inset, and it may stand above a country."""
    insets = (
        PlacedInset(("ag", "dm", "lc"), "top right", 0.08, "Islands of the eastern Caribbean Sea"),
        PlacedInset(("de", "fr"), "bottom left", 0.2, "A long name for two countries of Europe"),
    )
    codes = f"{SETS['G20']} ag dm lc"
    made = draw(codes, view=MapFrame(insets=insets), width=110, is_numbered=False)
    boxes = [numbers(row["path"]) for row in made.shapes if row.get("name") == "name of an inset"]
    assert len(boxes) == 4
    for left, top, wide, _, _, high, *_ in boxes:
        assert left >= 0 and left + wide <= 110 * MM
        for row in made.texts:
            half = text_width(row["text"], row["size"]) / 2
            if row["align"] == "center":
                is_beside = row["x"] + half < left or row["x"] - half > left + wide
                assert is_beside or row["y"] < top or row["y"] - CAP * row["size"] > top + high, row["text"]


def test_a_leader_is_tried_at_each_point_of_a_country_once() -> None:
    """A narrow country has few points."""
    sliver: list[tuple[float, float]] = [(0, 0), (1, 0), (1, 0.01), (0.1, 0.01), (0.1, 1), (0, 1)]
    found = spots([sliver], (0.05, 0.05), 40)
    assert len(found) == len({*found}) < 40


@pytest.mark.parametrize(("limits", "lines"), [("No limits", 1), ("No limits at all, " * 8, 2)])
def test_meanings_stand_in_one_line_below_a_map_or_in_a_line_each(limits: str, lines: int) -> None:
    made = texts(draw("de fr", legend=True, said=["Counts"], meant=[f"Open: {limits}".strip(), "Closed: Some limits"]))
    assert ("Closed: Some limits" in made) is (lines == 2)
    assert (f"Open: {limits}\u2002 Closed: Some limits" in made) is (lines == 1)


def test_a_single_line_of_a_legend_has_the_first_note_at_its_end() -> None:
    made = draw("de fr", legend=True, said=["Counts · as of now", "Another"])
    (counts, step) = (next(row for row in made.texts if row["text"] == text) for text in ("Counts · as of now", "Open"))
    assert abs(counts["y"] - step["y"]) < 1 and counts["align"] == "right"
    assert {"Another", "A disclaimer."} <= {*texts(made)}


def test_a_map_of_the_world_cuts_no_country_of_which_little_lies_outside() -> None:
    main = panels(MapFrame(), tuple(SETS["G20"].split()), 150 * MM)[0]
    right = max(x for ring in main.lands["nz"] for x, _ in ring)
    assert len(main.lands["nz"]) > 1 and right < main.width - 1


def test_the_ring_of_a_small_country_hides_neither_its_name_nor_its_colour() -> None:
    made = draw(SETS["Pacific states"], highlight="fj", width=57)
    path = next(shape["path"] for shape in made.shapes if shape.get("name") == "ring")
    left, y, radius = map(float, re.findall(r"[\d.]+", path)[:3])
    named = [row for row in made.texts if row.get("weight") == "bold"]
    assert " ".join(row["text"] for row in named) == "Name of fj"
    for row in named:
        half = text_width(row["text"], row["size"], bold=True) / 2
        beside = max(abs(row["x"] - left - radius) - half, 0)
        assert hypot(beside, max(y - row["y"], row["y"] - CAP * row["size"] - y, 0)) > radius
    assert "dot fj" in [shape.get("name") for shape in made.shapes]


def test_a_country_that_is_too_small_is_a_dot_with_a_ring() -> None:
    figure = draw("it va", highlight="va", width=57)
    named = [row.get("name") for row in figure.shapes]
    assert "dot va" in named and "ring" in named and "ring" not in [row.get("name") for row in draw("it va", highlight="it").shapes]


@pytest.mark.parametrize(("codes", "has_ring"), [(SETS["NATO"], True), ("dk de no", False)])
def test_only_a_country_that_is_narrow_on_paper_has_a_ring(codes: str, has_ring: bool) -> None:
    figure = draw(codes, highlight="dk", width=57)
    assert ("ring" in [shape.get("name") for shape in figure.shapes]) is has_ring and "Name of dk" in " ".join(texts(figure))


def test_a_large_island_near_its_country_is_within_the_frame() -> None:
    main = panels(MapFrame(), ("al", "bg", "gr", "mk"), 57 * MM)[0]
    crete = max(main.lands["gr"], key=lambda ring: max(y for _, y in ring))
    assert max(y for _, y in crete) < main.height - 1  # the frame doesn't cut it


@pytest.mark.parametrize("name", ["NATO", "Africa"])
def test_no_label_lies_on_another_country(name: str) -> None:
    codes = tuple(SETS[name].split())
    main = panels(MapFrame(), codes, 150 * MM)[0]
    for row in draw(SETS[name]).texts:
        code = row["text"].lower()
        if code not in codes:
            continue
        half = text_width(row["text"], row["size"]) / 2
        for x in (row["x"] - half, row["x"], row["x"] + half):
            under = {other for other, rings in main.lands.items() for ring in rings if inside(ring, (x, row["y"] - 2.2))}
            assert under <= {code}, code


def test_codes_without_a_place_beside_their_countries_have_long_leaders_or_tags() -> None:
    """No leader is long enough to cross the continent. A country among others, far from the sea, has a tag."""
    figure = draw(SETS["Africa"], width=88, is_numbered=False)
    assert {code.upper() for code in SETS["Africa"].split()} <= {*texts(figure)} and not any(
        text.isdigit() for text in texts(figure)
    )
    lengths = [hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in leaders(figure)]
    assert len(lengths) > 6 and 30 < max(lengths) < 85
    among = draw(SETS["NATO"], width=80, is_numbered=False)
    assert "tag sk" in [row.get("name") for row in among.shapes]


def leaders(figure: Figure) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The ends of the leaders."""
    found = []
    for row in figure.shapes:
        if row.get("name") == "leader":
            x, y, dx, dy = numbers(row["path"])
            found.append(((x, y), (x + dx, y + dy)))
    return found


def cross(one: Any, other: Any) -> bool:
    """Whether two lines cross."""

    def side(line: Any, place: Any) -> float:
        (x0, y0), (x1, y1) = line
        return (x1 - x0) * (place[1] - y0) - (y1 - y0) * (place[0] - x0)

    return side(one, other[0]) * side(one, other[1]) < 0 and side(other, one[0]) * side(other, one[1]) < 0


@pytest.mark.parametrize(("name", "width"), [("Africa", 70), ("Africa", 80), ("Africa", 88), ("NATO", 96)])
def test_no_leader_crosses_another(name: str, width: float) -> None:
    found = leaders(draw(SETS[name], width=width, is_numbered=False))
    assert len(found) > 4 and not [pair for pair in combinations(found, 2) if cross(*pair)]


def test_a_leader_crosses_no_other_not_even_where_it_begins() -> None:
    ground = Ground({"one": [], "other": []}, [], 100, 100)
    ground.put(Placed((50, 0), (58, 6), (54, 6), 5.0, (54, 60)), (54, 60))
    label = Placed((60, 47), (68, 53), (60, 50))
    assert ground._crossed("other", (53.0, 50.0), label, 10) == FORBIDDEN and ground._crossed("other", (56.0, 50.0), label, 10) == 0


def test_labels_beside_their_countries_are_in_the_order_of_these() -> None:
    """Two that stand the other way round change their places, if the leaders then cross nothing."""
    middles = {"west": (10.0, 10.0), "east": (20.0, 10.0)}

    def label(x: float, code: str) -> Placed:
        return Placed((x, 30), (x + 8, 36), (x + 4, 30), 5.0, middles[code])

    wrong = {"east": label(8, "east"), "west": label(20, "west")}
    right = ordered(wrong, middles)
    assert (right["west"].start, right["east"].start) == ((8, 30), (20, 30)) and right["west"].to == middles["west"]
    assert ordered(right, middles) == right
    far = {"east": label(8, "east"), "west": label(90, "west")}
    assert ordered(far, middles) == far, "labels that are far from each other stay"
    between = Placed((9, 18), (11, 24))
    assert ordered({**wrong, "third": between}, {**middles, "third": (0, 0)})["east"].start == (8, 30), "a leader would cross it"


def test_a_leader_begins_at_the_letters_of_its_label() -> None:
    """Not at the corner of a box that is wider than one of its lines."""
    made = draw(SETS["G20"], width=120, is_numbered=False)
    boxes = []
    for row in made.texts:
        half = text_width(row["text"], row["size"]) / 2
        boxes.append((row["x"] - half, row["y"] - CAP * row["size"], row["x"] + half, row["y"]))
    found = leaders(made)
    assert len(found) > 3
    for (x, y), _ in found:
        off = [hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0)) for left, top, right, bottom in boxes]
        assert min(off) < 3, (x, y)


def test_a_code_that_has_no_room_on_its_country_is_printed_smaller_there() -> None:
    made = draw(SETS["Africa"], width=88, is_numbered=False)
    sizes = {row["text"]: row["size"] for row in made.texts}
    assert sizes["GH"] < sizes["CD"] == SMALL
    main = panels(MapFrame(), tuple(SETS["Africa"].split()), 88 * MM)[0]
    (ghana,) = (row for row in made.texts if row["text"] == "GH")
    assert any(inside(ring, (ghana["x"], ghana["y"] - 2)) for ring in main.lands["gh"])


def test_dots_do_not_hide_each_other() -> None:
    dots = [numbers(row["path"]) for row in draw(" ".join(WORLD)).shapes if row.get("name", "").startswith("dot")]
    middles = [(left + radius, y) for left, y, radius, *_ in dots]
    assert len(dots) > 30
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(middles, 2)) > 1.8 * dots[0][2]


def test_the_legend_of_a_crowded_map_stands_on_the_sea() -> None:
    numbers = {"open": 98, "closed": 97, None: 0}
    figure = draw(" ".join(WORLD), legend=True, numbers=numbers)
    sea = next(shape for shape in figure.shapes if shape.get("name") == "sea")
    foot = max(float(n) for n in re.findall(r"[\d.]+", sea["path"].partition("l")[2]))
    (label,) = (row for row in figure.texts if row["text"] == "Open")
    assert label["y"] < foot and {"98", "97"} <= {*texts(figure)}


def test_labels_without_a_place_are_listed_by_number() -> None:
    figure = draw(SETS["Africa"])
    (listed,) = (text for text in texts(figure) if "·" in text)
    assert "Name of ls" in listed.replace("\u00a0", " ") and texts(figure).count("1") == 1


@pytest.mark.parametrize(("name", "width"), [("NATO", 150), ("Africa", 80), ("Africa", 90)])
def test_numbers_on_a_map_lie_apart(name: str, width: float) -> None:
    rows = [row for row in draw(SETS[name], width=width).texts if row["text"].isdigit()]
    assert len(rows) > 2
    for one, two in combinations(rows, 2):
        assert max(abs(one["x"] - two["x"]), abs(one["y"] - two["y"])) > 2 * DISC - 0.2, (one["text"], two["text"])


@pytest.mark.parametrize("held", ["bg gr hu is lv lt lu mk tr", "ca de it pl pt sk es", "hr cz dk ee no ro si"])
def test_each_country_of_a_step_has_its_code_on_the_map_of_the_step(held: str) -> None:
    """Also those far from the sea, among countries of other steps, on a map half a slide wide."""
    states = {code: STEPS[code not in held.split()].id for code in SETS["NATO"].split() if code not in {"fi", "se"}}
    labels = {code: code.upper() for code in held.split()}
    words = MapWords({}, "No data", "Not on this map", "A disclaimer.", "{}: {}".format)
    figure = country_map(
        states, STEPS, highlight=None, width=80, view=MapFrame(), labels=labels, words=words, alt="", legend=False,
        step=STEPS[0].id, is_numbered=False,
    )  # fmt: skip
    assert {*labels.values()} <= {*texts(figure)}


def test_the_disclaimer_stands_below_the_map_and_in_its_words() -> None:
    figure = draw("de fr")
    assert texts(figure)[-1] == "A disclaimer." and figure.alt.endswith("A disclaimer.")


def test_less_is_drawn_where_less_is_seen() -> None:
    def points(level: str) -> int:
        return sum(len(ring) for found in world("un", ("de",), level).countries.values() for rings in found for ring in rings)

    assert FINEST and points("a") > 2 * points("g")


def test_neighbours_have_a_border_with_a_country_and_are_subjects() -> None:
    states = ("be", "de", "fr", "is", "nl")
    assert [neighbours("un", states, code) for code in ("be", "is")] == [["de", "fr", "nl"], []]
    assert neighbours("un", ("al", "rs", "xk"), "al") == ["xk"], "a subject is a country of its own in every view"


@pytest.fixture
def kept_maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a cache that nothing was kept in before. The process forgets what it has drawn."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    forget()
    yield tmp_path / "briefs/maps"
    forget()


def forget() -> None:
    for known in (panels, geography._windows, geography._neighbours):
        known.cache_clear()


def test_what_a_map_shows_is_the_same_when_it_was_kept(kept_maps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = MapFrame(insets=(PlacedInset(("ca", "us")),)), ("be", "ca", "fr", "is", "us"), 161.3
    anew, beside = geography._panels(*settings), neighbours("un", settings[1], "fr")
    assert panels(*settings) == anew and len(list(kept_maps.iterdir())) == 2
    for _ in range(2):
        forget()
        assert repr(panels(*settings)) == repr(anew) and neighbours("un", settings[1], "fr") == beside == ["be"]
        monkeypatch.setattr(geography, "world", None)  # the second time nothing is worked out


@pytest.mark.parametrize(
    "change", [{"view": names()[1]}, {"countries": ("fr",)}, {"insets": (PlacedInset(("ca",)),)}, {"tallest": 0.6}]
)
def test_another_view_is_another_map(change: dict[str, Any], kept_maps: Path) -> None:
    states = ("ca", "cy", "fr", "tr")
    panels(MapFrame(), states, 161.3)
    assert panels(MapFrame(**change), states, 161.3) == geography._panels(MapFrame(**change), states, 161.3)
    assert len(list(kept_maps.iterdir())) == 2


def test_other_outlines_are_another_map(kept_maps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"one", b"other"):
        monkeypatch.setattr(geography, "stored", lambda data=data: data)
        forget()
        neighbours("un", ("be", "fr"), "fr")
    assert len(list(kept_maps.iterdir())) == 2


def test_a_damaged_map_is_made_again(kept_maps: Path) -> None:
    settings = MapFrame(), ("be", "fr"), 161.3
    anew = panels(*settings)
    (kept,) = kept_maps.iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"1", b"2"))
    forget()
    assert panels(*settings) == anew


def test_a_legend_beside_a_map_adds_nothing_to_its_height() -> None:
    states = {code: STEPS[i % 2].id for i, code in enumerate(["be", "nl", "lu", "fr", "de"])}
    words = MapWords({code: f"Name of {code}" for code in states}, "No data", "Not on this map", "A disclaimer.", "{}: {}".format)

    def drawn(side: float) -> Figure:
        return country_map(
            states, STEPS, highlight=None, width=90, view=MapFrame(), labels={}, words=words, alt="", legend=True, side=side
        )

    below, beside, narrow = drawn(0), drawn(30), drawn(3)
    assert beside.height < below.height and beside.width == pytest.approx(90 + 30 + 10 / MM)
    assert {*texts(beside)} >= {step.label for step in STEPS} and all(row["x"] > 90 * MM for row in beside.texts)
    assert narrow.points == below.points, "a column too narrow for its labels isn't made"


def test_a_map_without_land_has_the_same_colours_and_words_about_it() -> None:
    whole = draw("be fr de", highlight="fr")
    with maps_without_land():
        bare = draw("be fr de", highlight="fr")
    of_steps = [{shape["fill"] for shape in figure.shapes if "/" in shape.get("fill", "")} for figure in (whole, bare)]
    assert of_steps[0] == of_steps[1] and {"Name of fr", "A disclaimer."} <= {*texts(bare)}
    assert (bare.alt, bare.width, bare.height) == (whole.alt, whole.width, whole.height)
    assert draw("be fr de", highlight="fr") == whole
