"""The brief as a manuscript: what it says, in which order, and that no field reaches outside itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from briefs.compose import charts, tree
from briefs.compose.brief import EVENTS, KEY_FACT, MOST_EVENTS
from briefs.compose.country import Facts
from briefs.compose.figures import Figure
from briefs.compose.kinds import KINDS
from briefs.compose.labels import Labels
from briefs.compose.manuscript import KEY_FACTS, Manuscript
from briefs.compose.shares import of_country
from briefs.compose.slots import TemplateFiller
from briefs.compose.sources import short_address
from briefs.edition.audiences import of_audience
from briefs.edition.model import Edition
from briefs.press.documents import gave_way
from briefs.press.session import Session
from briefs.problems import Problems
from tests import small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def writer(session: Session) -> TemplateFiller:
    return TemplateFiller(ROOT / "templates", session.pandoc)


def compose(writer: TemplateFiller, gone: int = 0, **changes: Any) -> Manuscript:
    return KINDS["brief"].compose(small.edition(**changes), writer, "be", gone)


def test_a_brand_is_the_publisher_of_an_edition_that_names_none(writer: TemplateFiller) -> None:
    brand = {"brand.yaml": "meta: {name: The Institute}\n"}
    assert compose(writer, more=brand).publisher == "The Institute"
    named = compose(writer, more=brand, about={"publisher": "The Ministry", "subtitle": "And smaller ones"})
    assert (named.publisher, named.subtitle) == ("The Ministry", "And smaller ones")


def lists(manuscript: Manuscript) -> list[list[str]]:
    """The lines of each list, by their words."""
    kinds = {"BulletList": lambda c: c, "OrderedList": lambda c: c[1]}
    return [[tree.text_of(item) for item in kinds[n["t"]](n["c"])] for n in tree.walk(manuscript.blocks) if n["t"] in kinds]


def headings(manuscript: Manuscript) -> list[str]:
    return [tree.text_of(node) for node in tree.walk(manuscript.blocks) if node["t"] == "Header"]


def said(manuscript: Manuscript) -> str:
    return " ".join(tree.text_of(node) for node in tree.walk(manuscript.blocks) if node["t"] in {"Para", "Plain", "Header"})


def test_a_space_that_doesnt_break_stays_in_a_label(writer: TemplateFiller) -> None:
    labels = small.LABELS.read_text(encoding="utf-8").replace("\nsources: Sources", "\nsources: 'Sources\u00a0:'")
    made = compose(writer, more={"labels/en.yaml": labels})
    assert headings(made)[-1] == "Sources\u00a0:"
    assert tree.words(" 10\u202f000\n \tcrates ") == [{"t": "Str", "c": "10\u202f000 crates"}] and tree.words("\n") == []


def test_facts_stand_by_topic_then_priority_then_date(writer: TemplateFiller) -> None:
    facts = [
        small.fact("Third **a**.", priority=2, date="2019-02"),
        small.fact("P first.", "policy", priority=3),
        small.fact("Fifth.", priority=2),
        small.fact("Second **b**.", priority=2, date="2018"),
        small.fact("First.", priority=1),
        small.fact("Fourth **c**.", priority=2, due="2025"),
    ]
    made = compose(writer, facts=facts)
    assert headings(made) == ["Belgium", "The market", "Policy", "Sources"]
    market, policy, _ = lists(made)
    assert [line.split("\u2060")[0] for line in market] == ["First.", "Second b.", "Third a.", "Fourth c.", "Fifth."]
    assert [line.split("\u2060")[0] for line in policy] == ["P first."]


POINTS = {"position": "It **stands** here.", "next": "A vote in 2021. [@two]"}


def test_key_points_stand_where_the_summary_would(writer: TemplateFiller) -> None:
    words = said(compose(writer, country=POINTS))
    assert "Position It stands here." in words and "What comes next A vote in 2021." in words
    assert "A summary of two sentences" not in words and "Why it matters" not in words
    assert "A summary of two sentences" in said(compose(writer))
    assert "Position It stands here." in said(compose(writer, country={**POINTS, "summary": None}))


def test_sources_of_key_points_come_first(writer: TemplateFiller) -> None:
    *_, sources = lists(
        compose(writer, country=POINTS, facts=[small.fact("Aa.", sources=["one"]), small.fact("Bb.", sources=["two"])])
    )
    assert ["two" in line for line in sources] == [True, False]


def test_a_country_without_a_key_point_that_the_edition_asks_for_is_a_warning() -> None:
    reading = small.reading(about={"key_points": ["position", "ask"]}, country=POINTS)
    assert [p.message for p in reading.problems] == ["the country has no `ask`, which edition.yaml asks for under `key_points`"]
    assert reading.edition


COLUMNS = """columns:
  - {id: rule, label: Supplier rule, kind: category, values: [{id: in-force, label: in force}]}
  - {id: users, label: Users, kind: share, unit: per cent, source: one}
"""


def test_key_facts_have_the_first_numbers_of_the_sources_they_rest_on(writer: TemplateFiller) -> None:
    facts = [small.fact("Aa.", sources=["one"]), small.fact("Bb.", sources=["two"])]
    sources = [small.source(key) for key in ("one", "two", "three")]
    users = {"value": 80, "period": "2019"}
    data = {"rule": {"value": "in force", "facts": ["be-02"]}, "users": {**users, "sources": ["three"]}}
    changes: dict[str, Any] = {"more": {"columns.yaml": COLUMNS}, "facts": facts, "sources": sources}
    about = {"key_facts": ["rule", "users"]}
    made = compose(writer, about=about, country={"data": data}, **changes)
    assert [next(key for key in ("one", "two", "three") if key in line) for line in lists(made)[-1]] == ["two", "three", "one"]
    (table,) = [node for node in tree.walk(made.blocks) if node["t"] == "Table"]
    assert [tree.target(node) for node in tree.walk([table]) if node["t"] == "Link"] == ["#source-1", "#source-2"]
    of_column = compose(writer, about={"key_facts": ["users"]}, country={"data": {"users": users}}, **changes)
    (table,) = [node for node in tree.walk(of_column.blocks) if node["t"] == "Table"]
    assert [tree.text_of(node) for node in tree.walk([table]) if node["t"] == "Link"] == ["1"], "the source of the column"


def test_key_facts_are_the_values_of_the_columns_that_the_edition_names(writer: TemplateFiller) -> None:
    data: dict[str, dict[str, Any]] = {"rule": {"value": "in force", "facts": ["be-01"]}}
    changes: dict[str, Any] = {"more": {"columns.yaml": COLUMNS}, "country": {"data": data}}
    made = compose(writer, about={"key_facts": ["rule", "users"]}, **changes)
    (table,) = [node for node in tree.walk(made.blocks) if node["t"] == "Table"]
    assert [tree.text_of(node) for node in tree.walk([table]) if node["t"] == "Plain"] == [
        "Supplier rule", "What is not recorded", "in force\u20601", "Users",
    ]  # fmt: skip
    assert [width["c"] for _, width in table["c"][2]] == [KEY_FACT, 1 - KEY_FACT], "the list of what isn't recorded gets the rest"
    assert not [node for node in tree.walk(compose(writer, **changes).blocks) if node["t"] == "Table"]
    data["rule"]["period"] = "2020-03"
    dated = compose(writer, about={"key_facts": ["rule"]}, **changes)
    (table,) = [node for node in tree.walk(dated.blocks) if node["t"] == "Table"]
    assert next(tree.text_of(node) for node in tree.walk([table]) if node["t"] == "Plain") == "Supplier rule, Mar 2020"
    only = compose(writer, about={"key_facts": ["users"]}, **changes)
    assert "What is not recorded Users" in said(only)


def test_each_page_names_what_is_not_recorded_at_the_same_place(writer: TemplateFiller, edition: Edition) -> None:
    """In the last cell of the row of key facts, also if nothing is recorded of the country."""
    for code in ("be", "sk"):
        made = KINDS["brief"].compose(of_country(edition, code), writer, code, 0)
        (table,) = [node for node in tree.walk(made.blocks) if node["t"] == "Table"]
        cells = [tree.text_of(node) for node in tree.walk([table]) if node["t"] == "Plain"]
        assert cells[len(cells) // 2 - 1] == "What is not recorded" and "Clean Network" in cells[-1]
        assert tree.text_of(list(made.blocks)).count("What is not recorded") == 1
        widths = [width["c"] for _, width in table["c"][2]]
        assert set(widths[:-1]) <= {KEY_FACT} and sum(widths) == pytest.approx(1)


def test_the_months_of_key_facts_are_short(writer: TemplateFiller) -> None:
    """“October–December 2020” took two lines."""
    column = "columns:\n  - {id: signed, label: Signed, kind: date}\n"
    data = {"signed": {"value": "2020-10/2020-12", "sources": ["one"]}}
    made = compose(writer, about={"key_facts": ["signed"]}, country={"data": data}, more={"columns.yaml": column})
    (table,) = (node for node in tree.walk(made.blocks) if node["t"] == "Table")
    assert "Oct–Dec 2020" in tree.text_of(table)


def test_key_facts_give_way_after_the_facts_of_low_priority(writer: TemplateFiller) -> None:
    data = {"rule": {"value": "in force", "facts": ["be-01"]}}
    changes: dict[str, Any] = {"more": {"columns.yaml": COLUMNS}, "country": {"data": data}, "about": {"key_facts": ["rule"]}}
    facts = [small.fact("Aa."), small.fact("Bb.", priority=3)]
    last = compose(writer, 2, facts=facts, **changes)
    assert (last.gone, last.waiting) == (("be-02", KEY_FACTS), ())
    assert not [node for node in tree.walk(last.blocks) if node["t"] == "Table"]
    assert "1 further fact" in said(last)
    assert gave_way(last.gone) == "1 fact and the row of key facts"
    assert gave_way(("be-02", "be-03")) == "2 facts" and gave_way((KEY_FACTS,)) == "the row of key facts"


def test_a_key_fact_is_a_column() -> None:
    reading = small.reading(about={"key_facts": ["rul"]}, more={"columns.yaml": COLUMNS})
    assert [p.message for p in reading.errors] == ["there is no column “rul”"]


def test_a_topic_without_facts_has_no_heading(writer: TemplateFiller) -> None:
    made = compose(writer, facts=[small.fact("Only policy.", "policy")])
    assert headings(made) == ["Belgium", "Policy", "Sources"]
    assert set(made.figures) == {"map", "counts"}  # and without a date no timeline


def test_the_timeline_prints_the_label_of_a_fact_instead_of_its_key_phrase(writer: TemplateFiller) -> None:
    dated = small.fact("It **opened a network** in May.", date="2020-05", label="the first network")
    unmarked = small.fact("Another is to come.", due="2021", label="A second network")
    made = compose(writer, facts=[dated, unmarked])
    printed = [text["text"] for text in made.figures["timeline"].texts]
    assert {"The first network", "A second network"} <= set(printed) and "Opened a network" not in printed
    assert "The first network" in made.figures["timeline"].alt


def bold(figure: Figure) -> str:
    """The bold words of a figure, from the top down."""
    return " ".join(t["text"] for t in sorted(figure.texts, key=lambda text: text["y"]) if t.get("weight") == "bold")


def test_figures_say_above_them_what_they_show(writer: TemplateFiller) -> None:
    """The counts are the legend of the map: they say what they count, and the finding stands once."""
    found, said = compose(writer).figures, "1 of 1 countries stands at “Wary”: Belgium"
    assert bold(found["map"]).startswith(said) and bold(found["counts"]) == "Countries at each step (colours as on the map) Wary 1"
    assert bold(found["timeline"]) == "Key date"
    top = next(text["y"] for text in found["map"].texts if text["text"].startswith("1 of"))
    panel = float(re.findall(r"M[-\d.]+ ([-\d.]+)", found["map"].shapes[0]["path"])[0])
    assert top <= panel, "the title stands above the map"
    edition = small.edition()
    facts, labels = Facts(edition, "be", edition.countries["be"].facts), Labels(edition.labels, "en-GB")
    without_map = {"counts": charts.of_country(facts, labels)["counts"]}
    assert bold(charts.titled(without_map, facts, labels)["counts"]) == f"{said} Wary 1"


def test_the_name_of_a_step_stays_on_one_line_of_a_title(writer: TemplateFiller) -> None:
    scale = [{**step, "label": f"{step['label']} of all such use"} for step in small.ABOUT["scale"]]
    title = {text["text"] for text in compose(writer, about={"scale": scale}).figures["map"].texts}
    assert any("“Wary\u00a0of\u00a0all\u00a0such\u00a0use”" in line for line in title)


def test_a_long_name_of_a_step_is_broken_between_words(writer: TemplateFiller) -> None:
    name = "Wary of every use of such equipment in any network of the country"
    scale = [{**step, "label": name if step["label"] == "Wary" else step["label"]} for step in small.ABOUT["scale"]]
    printed = bold(compose(writer, about={"scale": scale}).figures["map"])
    assert printed.startswith(f"1 of 1 countries stands at “{name}”: Belgium")


def test_a_map_writes_a_colon_as_the_language_does() -> None:
    assert charts.map_words(small.edition(), Labels({}, "fr"), "").named("Absent", "Malte") == "Absent\u00a0: Malte"


def test_the_note_on_stances_stands_below_the_bars_or_else_at_the_foot(writer: TemplateFiller) -> None:
    """A brief for people who don't get the bars has it with its sources."""
    note = "Source: a list of 2020. Steps are the editors’ reading."
    made = compose(writer, about={"scale_note": note})
    assert note in " ".join(str(row["text"]) for row in made.figures["counts"].texts) and note not in said(made)
    assert made.figures["counts"].alt.endswith(f". {note}"), "who hears the page gets it too"
    audience = {"id": "close", "label": "Close", "blocks": ["stance", "facts", "sources"]}
    barless = of_audience(small.edition(about={"scale_note": note, "audiences": [audience]}), "close")
    assert note in said(KINDS["brief"].compose(barless, writer, "be"))


@pytest.mark.parametrize(
    "note", ["The *editors’* reading.", "A list.[@one]", "A list, says @one.", "A [list](https://example.org)."]
)
def test_a_note_on_stances_with_markup_stands_at_the_foot(note: str, writer: TemplateFiller) -> None:
    """A picture has no citations, links or emphasis. What it can't have would be printed as signs, or lost."""
    made = compose(writer, about={"scale_note": note})
    counts = made.figures["counts"]
    assert not set("*[@") & {*counts.alt, *"".join(str(row["text"]) for row in counts.texts)}
    (foot,) = (node for node in tree.walk(made.blocks) if "scale-note" in tree.classes(node))
    assert tree.text_of(tree.blocks(foot)).startswith(("The editors’ reading.", "A list")), "it is parsed"


def test_a_note_on_stances_may_cite_a_source_that_nothing_else_cites(writer: TemplateFiller) -> None:
    known = [small.source(key) for key in ("one", "two", "three")]
    made = compose(writer, about={"scale_note": "A list.[@three]"}, sources=known)
    assert said(made).count("About three") == 1 and "A list.\u20603" in said(made)


def test_a_brief_says_which_of_the_countries_it_is(writer: TemplateFiller) -> None:
    """In the order of their names. The only one has no number."""
    other = "code: al\nstance: wary\nfacts: []\nsummary: A summary.\n"
    assert "Small things · Country brief 2 of 2" in said(compose(writer, more={"countries/al.yaml": other}))
    assert "Country brief" not in said(compose(writer))


def test_a_title_has_the_name_that_a_country_has_within_a_sentence(writer: TemplateFiller) -> None:
    subjects = [{"code": "be", "in_sentences": "the Kingdom"}, {"code": "nl", "covered": "no"}]
    made = compose(writer, about={"subjects": subjects})
    assert bold(made.figures["map"]).startswith("1 of 1 countries stands at “Wary”: the Kingdom")
    assert headings(made)[0] == "Belgium" and "the Kingdom" not in said(made)
    assert "Not covered: Netherlands" in {row["text"] for row in made.figures["counts"].texts}


def test_sources_print_where_they_are_and_a_code_leads_to_their_list(writer: TemplateFiller) -> None:
    made = compose(writer)
    assert "example.org" in tree.text_of(list(made.blocks)) and "code" not in made.figures, "without an address there is no code"
    coded = compose(writer, about={"address": "https://example.org/report", "sources_url": "https://www.example.org/s/"})
    code = coded.figures["code"]
    assert "example.org/s" in [text["text"] for text in code.texts] and "example.org/s" in code.alt
    only = compose(writer, about={"address": "https://example.org/report"}).figures["code"]
    assert "example.org/report" in only.alt and only.shapes != code.shapes


@pytest.mark.parametrize(
    ("address", "short"),
    [("https://www.reuters.com/a/b?c=d", "reuters.com"), ("https://doi.org/10.1000/182", "doi.org/10.1000/182")],
)
def test_a_short_address_is_that_of_the_site_or_a_doi(address: str, short: str) -> None:
    assert short_address(address) == short


def test_a_short_page_may_have_additions_and_has_none_unless_asked(writer: TemplateFiller) -> None:
    members = {"near": ["be", "nl", "fr"], "far": ["be", "nl", "dk"]}
    groups = [{"id": name, "label": f"The {name}", "members": codes} for name, codes in members.items()]
    others = {f"countries/{code}.yaml": f"code: {code}\nstance: open\nsummary: A summary.\nfacts: []\n" for code in ("dk", "fr")}
    made = compose(writer, about={"groups": groups, "subjects": [{"code": "nl", "covered": False}]}, more=others)
    assert {"wider", "wide", "standing"} <= made.additions and made.added == () and "Netherlands" not in said(made)
    added = ["wider", "wide", "standing"]
    more = made.with_additions(added)
    assert "The far: Denmark (Open), Netherlands (Not covered)" in said(more) and more.added == (*added,)
    assert "Neighbours covered: France (Open)" in said(more) and "The near" not in said(more), "no list is said twice"
    assert said(more).count("Netherlands") == 1, "a neighbour that the edition doesn’t cover is among those covered"
    assert more.figures.keys() == {f"{name}-wide" for name in made.figures}
    assert more.with_additions(()).blocks == made.blocks


@pytest.mark.parametrize(("years", "told"), [([2014, 2016, 2018], ""), ([2001, 2017, 2018], "not to scale"), ([2001, 2018], "")])
def test_a_timeline_across_the_page_says_that_it_is_not_to_scale(writer: TemplateFiller, years: list[int], told: str) -> None:
    facts = [small.fact(f"Thing {n} happened.", date=year, label=f"Thing {n}") for n, year in enumerate(years)]
    made = compose(writer, facts=facts)
    figure = made.with_additions(["wider", "wide", "across"]).figures["timeline-across"]
    assert [row["text"] for row in figure.texts if row["text"] == "not to scale"] == [told] * bool(told)


def test_sources_are_numbered_as_they_are_first_cited(writer: TemplateFiller) -> None:
    facts = [
        small.fact("Aa.", sources=["two", "one"]),
        small.fact("Bb.", sources=["three", "two"]),
        small.fact("Cc.", "policy", sources=["one"]),
    ]
    made = compose(writer, facts=facts)
    market, policy, sources = lists(made)
    assert [line.split("\u2060", 1)[1].replace("\u2060", "") for line in market + policy] == ["1,2", "1,3", "2"]
    assert [line.split(",")[1].strip() for line in sources] == ["About two", "About one", "About three"]
    links = [n["c"][2][0] for n in tree.walk(made.blocks) if n["t"] == "Link"]
    targets = {n["c"][0][0] for n in tree.walk(made.blocks) if n["t"] == "Span"}
    assert {link[1:] for link in links if link.startswith("#")} <= targets
    assert [link for link in links if not link.startswith("#")] == [f"https://example.org/{key}" for key in ("two", "one", "three")]


def test_what_gave_way_is_counted_in_the_right_form(writer: TemplateFiller) -> None:
    facts = [small.fact("Stays.", priority=1), *(small.fact(f"Goes {n}.", priority=3) for n in range(3))]
    for gone, line in (
        (0, None),
        (1, "1 further fact in the report’s appendix."),
        (3, "3 further facts in the report’s appendix."),
    ):
        made = compose(writer, gone, facts=facts)
        assert (line in said(made)) if line else ("further fact" not in said(made))
        assert (len(made.gone), len(made.waiting)) == (gone, 3 - gone)
        assert len(lists(made)[0]) == 4 - gone


def test_what_an_edition_doesnt_give_leaves_no_gap(writer: TemplateFiller) -> None:
    foot = (
        tree.text_of(compose(writer).blocks[0])
        if tree.classes(compose(writer).blocks[0]) == ["running-foot"]
        else said(compose(writer))
    )
    assert "October 2020 · Draft" in foot and "· ·" not in foot and "None" not in foot
    assert said(compose(writer)).count("Small things") == 1, "the series is named once on the page"
    final = said(compose(writer, about={"status": "final", "publisher": "The House"}))
    assert "The House · October 2020" in final and "Draft" not in final


def test_a_note_on_the_stance_stands_in_its_line(writer: TemplateFiller) -> None:
    made = compose(writer, country={"stance_note": "but asked for a list"})
    assert "Wary (but asked for a list): Some limits." in said(made)


def test_a_page_with_room_beside_its_facts_has_the_tallest_figure_that_fits(writer: TemplateFiller) -> None:
    facts = [small.fact(f"A **thing {n}** happened.", date=f"201{n}") for n in range(9)]
    made = compose(writer, facts=facts)
    own, taller = made.figures["timeline"], made.taller["timeline"]
    assert len(taller) == MOST_EVENTS - EVENTS and own.height < taller[0].height < taller[-1].height
    room = taller[1].height - own.height
    more = made.with_taller(room)
    assert more.figures["timeline"] == taller[1] and made.with_taller(room - 0.1).figures["timeline"] == taller[0]
    images = [node for node in tree.walk(more.blocks) if node["t"] == "Image"]
    heights = [tree.attributes(image)["height"] for image in images if tree.target(image) == "timeline.svg"]
    assert heights == [f"{taller[1].height:.2f}mm"]
    assert made.with_taller(0.1) is made and compose(writer).with_taller(99.0).taller["timeline"] == []


HOSTILE = [
    "::: {.more}\n\nOpen a box",
    "# A heading\n\nwith text",
    "- a list\n- of two",
    "> quoted",
    "```\ncode\n```",
    "[x][a]\n\n[a]: https://example.org",
    "`{{ edition.title }}`",
    "{{ 1 + 1 }} {% raw %}",
    "`0`{=slot}",
    "`17`{=slot}",
    "|a|b|\n|-|-|\n|c|d|",
    "text^[a note]",
    "$x^2$",
    "***",
    "\\newpage",
    "a\n\n---\n\nb",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["summary", "fact", "note"])
def test_no_field_reaches_outside_itself(field: str, hostile: str, session: Session) -> None:
    """The brief around a hostile field is that around a harmless one, or it fails at the field."""

    def outside(text: str) -> Sequence[object]:
        writer = TemplateFiller(ROOT / "templates", session.pandoc)
        changes: dict[str, Any] = {
            "summary": {"country": {"summary": text}},
            "fact": {"facts": [*small.FACTS, small.fact(text)]},
            "note": {"country": {"stance_note": text}},
        }[field]
        made = KINDS["brief"].compose(small.edition(**changes), writer, "be")
        own = {
            name
            for name, place in made.places.items()
            if place.anchor.split("/")[0] in {"summary", "stance_note"} or "be-03" in place.anchor
        }
        skeleton = tree.transform(list(made.blocks), lambda n: [] if n["t"] == "Span" and n["c"][0][0] in own else None)
        return [tree.classes(n) if n["t"] == "Div" else n["c"] for n in tree.walk(skeleton) if n["t"] in {"Div", "Str"}]

    try:
        assert outside(hostile) == outside("Plain words.")
    except Problems as fault:
        assert all(p.path == "countries/be.yaml" and p.line > 1 for p in fault.problems), [str(p) for p in fault.problems]


@pytest.mark.parametrize(
    "raw",
    [
        "<b>bold</b>",
        "<script>x</script>",
        "`x`{=html}",
        "```{=openxml}\n<w:p/>\n```",
        "\\textbf{x}",
        "![](https://example.org/a.png)",
        "[x](file:///etc/passwd)",
        "[x](javascript:alert)",
    ],
)
def test_raw_code_foreign_pictures_and_odd_links_are_refused_at_their_place(raw: str, writer: TemplateFiller) -> None:
    changes: dict[str, Any] = {"facts": [*small.FACTS, small.fact(f"Text {raw}" if "```" not in raw else raw)]}
    line = small.files(**changes)["countries/be.yaml"].decode().split("\n").index("- id: be-03") + 3
    line += 2 * raw.startswith("```")  # where what is raw begins: YAML writes an end of a line as two
    reading = small.reading(**changes)
    try:
        problems = list(reading.errors)
        if reading.edition:
            KINDS["brief"].compose(reading.edition, writer, "be")
    except Problems as fault:
        problems = fault.problems
    assert problems and {(p.path, p.line) for p in problems} == {("countries/be.yaml", line)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ name }}", "{{ nmae }}", "'nmae' is undefined"),
        ("{{ country.summary }}", "{{ country.sumary }}", "sumary"),
        ('{{ label("sources") }}', '{{ label("surces") }}', "a template prints the label “surces”"),
        ("{% endfor %}", "{% endfro %}", "endfro"),
    ],
)
def test_a_hole_in_a_template_is_a_problem_at_its_place(old: str, new: str, said: str, session: Session, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    path = tmp_path / "templates/brief.md.j2"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(Problems) as caught:
        KINDS["brief"].compose(small.edition(), TemplateFiller(path.parent, session.pandoc), "be")
    (problem,) = caught.value.problems
    assert said in problem.message and problem.hint
    if "label" not in said:
        assert (problem.path, problem.line) == ("brief.md.j2", text[: text.index(old)].count("\n") + 1)


def test_every_block_has_a_place_and_every_place_its_own_name(writer: TemplateFiller, edition: Edition) -> None:
    made = KINDS["brief"].compose(edition, writer, "us")
    spans = [n["c"][0][0] for n in tree.walk(made.blocks) if n["t"] == "Span" and n["c"][0][0] in made.places]
    assert len(spans) == len(set(spans)) == len(made.places)
    assert all(place.line > 0 for place in made.places.values())
    assert {f"countries/us.yaml#{f.id}/text" for f in edition.countries["us"].facts} <= {p.name for p in made.places.values()}


def test_labels(edition: Edition) -> None:
    labels = Labels(edition.labels, "en-GB")
    assert labels("as_of", date="May 2020") == "as of about May 2020"
    with pytest.raises(Problems, match=r"a template prints the label “drat”, which nothing words\. Did you mean “draft”\?"):
        labels("drat")
    with pytest.raises(Problems, match=r"labels/en-GB\.yaml:\d+:\d+: error: the label “as_of” has a gap that nothing fills"):
        labels("as_of", month="May")


COMPARED = "Country,Year,use\nbe,2018,40.5\nbe,2019,50\nfr,2019,30\nde,2019,70\n"


@pytest.mark.parametrize(
    ("compare", "said"),
    [
        ("{to: median}", "Median: 50\u00a0points"),
        ("{to: median, group: two}", "Median: 40\u00a0points"),
        ("{to: best}", "Germany: 70\u00a0points"),
        ("{to: best, group: two}", "Belgium: 50\u00a0points"),
        ("{to: previous}", "2018: 40.5\u00a0points"),
    ],
)
def test_a_key_fact_says_what_its_column_compares_it_with(writer: TemplateFiller, compare: str, said: str) -> None:
    column = f"columns:\n  - {{id: use, label: Use, source: one, unit: points, compare: {compare}}}\n"
    others = {f"countries/{code}.yaml": f"code: {code}\nstance: open\n" for code in ("fr", "de")}
    about = {"key_facts": ["use"], "groups": [{"id": "two", "label": "Two", "members": ["be", "fr"]}]}
    made = small.edition(about=about, more={"columns.yaml": column, "data/use.csv": COMPARED, **others})
    brief = KINDS["brief"]
    table = next(n for n in tree.walk(brief.compose(brief.share(made, "be"), writer, "be").blocks) if n["t"] == "Table")
    assert f"50\u00a0points\u20601 {said}" in " ".join(tree.text_of(table).split(" "))


def test_a_timeline_has_the_next_date_also_if_other_dates_count_more(edition: Edition) -> None:
    facts = Facts(edition, "lt", edition.countries["lt"].facts)
    figure = charts.of_country(facts, Labels.of(edition), most=EVENTS)["timeline"]
    dates = [text["text"] for text in figure.texts if text.get("fill") == "@muted"]
    assert len(dates) == EVENTS and any(date.startswith("2021") for date in dates)
