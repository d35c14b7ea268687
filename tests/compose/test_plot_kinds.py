"""The kinds of figures of values: maps, small multiples, slopes, parts of a whole, tables with bars, strips of several columns."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import docx
import pypdfium2
import pytest
import yaml

from briefs.compose import brief, shares
from briefs.compose.figures import Figure, framed
from briefs.compose.figures.drawing import text_width
from briefs.compose.manuscript import Manuscript
from briefs.edition.decks import PLOTS
from briefs.edition.model import Edition
from briefs.press.session import Session
from briefs.problems import Problems
from tests import small
from tests.compose.test_plots import HEAD, alt, composed, plot, table, texts

COLUMNS: list[dict[str, Any]] = [
    {"id": "use", "label": "Internet users", "kind": "share", "unit": "per cent", "decimals": 0, "source": "itu"},
    {"id": "fixed", "label": "Fixed lines", "kind": "share", "unit": "per cent", "source": "itu"},
    {"id": "mobile", "label": "Mobile only", "kind": "share", "unit": "per cent", "source": "itu"},
    {"id": "growth", "label": "Growth", "unit": "per cent", "source": "itu"},
    {"id": "men", "label": "Men", "source": "itu"},
    {"id": "women", "label": "Women", "source": "itu"},
    {"id": "rule", "label": "Rule", "kind": "category", "source": "itu",
     "values": [{"id": "yes", "label": "in force", "colour": "#123456"}, {"id": "no", "label": "none", "colour": "#abcdef"}]},
    {"id": "plain", "label": "Plain", "kind": "category", "source": "itu", "values": [{"id": "a", "label": "A"}]},
]  # fmt: skip
TABLE = (
    "code,year,use,fixed,mobile,growth,men,women,rule,plain\n"
    "be,2018,60,,,,,,,\nbe,2019,70.4,60,30,-2,10,30,yes,a\n"
    "fr,2018,50,,,,,,,\nfr,2019,90 p,20,70,-1,1,1,no,\n"
    "nl,2018,40,,,,,,,\nnl,2019,40 e,55,25,4,0,9,,..\n"
    "lu,2019,..,10,..,5,7,3,yes,\n"
)


def edition(
    figure: str,
    more: str = "",
    *,
    data: str = TABLE,
    names: Mapping[str, str] | None = None,
    caption: str = "A caption.",
    **about: Any,
) -> Edition:
    given = names or {}
    subjects = [{"code": code, "covered": "no", **({"name": given[code]} if code in given else {})} for code in ("fr", "nl", "lu")]
    subjects += [{"code": "be", "name": given["be"]}] if "be" in given else []
    files = {
        "columns.yaml": yaml.safe_dump({"columns": COLUMNS}),
        "data/t.csv": data,
        "report/01-a.md": f"{HEAD}::: {{#fig-x .figure {figure}}}\n{caption}\n:::\n{more}",
    }
    sources = [*map(small.source, ("one", "two")), small.source("itu", title="Indicators", publisher="ITU", issued="2020-07")]
    return small.edition(about={"subjects": subjects, **about}, sources=sources, more=files)


def fills(manuscript: Manuscript) -> dict[str, str]:
    """The colour of each country of a map."""
    return {row["name"].removeprefix("dot "): row["fill"] for row in plot(manuscript).shapes if row.get("name", "")[-2:] in NAMED}


NAMED = {"be", "fr", "nl", "lu"}


def test_a_map_fills_each_country_by_the_class_of_its_number(session: Session) -> None:
    made = composed(session, edition('data=map column=use breaks="50 80" country=be'))
    assert fills(made) == {"nl": "@sequential/1", "be": "@sequential/4", "fr": "@sequential/7", "lu": "@paper"}
    assert [row["fill"] for row in plot(made).shapes if row.get("name") == "class"] == [f"@sequential/{n}" for n in (1, 4, 7)]
    said = texts(made)
    assert said[0] == "Internet users, per cent, 2019" and {"40", "50", "80", "90", "No value"} <= set(said)
    assert "* estimated: Netherlands; † provisional: France" in said
    assert alt(made).startswith(
        "Map: Internet users, per cent, 2019. Highest: France: 90. Lowest: Netherlands: 40. Belgium: 70, 2 of 3."
    )
    assert alt(made).endswith("Borders and names imply no position on any territory.")
    assert [row["Value"] for row in table(made)] == ["70.4", "90", "..", "40"]


def test_a_number_is_in_the_class_in_which_its_reader_looks_for_it(session: Session) -> None:
    """70.4 is printed as 70."""
    assert fills(composed(session, edition('data=map column=use breaks="70.2"')))["be"] == "@sequential/1"
    assert fills(composed(session, edition('data=map column=use breaks="70"')))["be"] == "@sequential/7"


def test_a_diverging_map_has_other_colours_on_each_side_of_its_middle(session: Session) -> None:
    made = fills(composed(session, edition("data=map column=growth middle=0 classes=4")))
    assert made == {"be": "@diverging/1", "fr": "@diverging/3", "nl": "@diverging/6", "lu": "@diverging/8"}
    assert fills(composed(session, edition('data=map column=growth middle=0 breaks="0"')))["lu"] == "@diverging/8"


def test_a_map_of_categories_has_the_columns_own_colours(session: Session) -> None:
    made = composed(session, edition("data=map column=rule"))
    assert fills(made) == {"be": "@category/1", "lu": "@category/1", "fr": "@category/2", "nl": "@absent"}
    assert plot(made).colours == {
        "@category/1": "#123456", "@category/2": "#abcdef", "@on-category/1": "#ffffff", "@on-category/2": "#1a1a1a",
    }  # fmt: skip
    assert {"in force", "none"} <= set(texts(made))
    assert "in force: 2, none: 1." in alt(made)
    assert fills(composed(session, edition("data=map column=plain"))) == {
        "be": "@qualitative/1", "nl": "@paper", "fr": "@absent", "lu": "@absent",
    }  # fmt: skip


def test_a_map_tells_a_country_without_a_value_from_one_that_isnt_covered(session: Session) -> None:
    """Of Belgium, the Netherlands and the others, the first has a value, the second an empty one, and the others have none."""
    made = composed(session, edition("data=map column=plain"))
    shapes = plot(made).shapes
    crossed = [shapes[number - 1].get("name") for number, shape in enumerate(shapes) if shape.get("name") == "hatching"]
    assert crossed == ["fr", "lu", "swatch"]
    assert {"not recorded", "Not covered"} <= set(texts(made))
    outlined = [shape for shape in shapes if shape.get("stroke") == "@coast" and shape.get("name") != "coast"]
    assert fills(made)["nl"] == "@paper" and len(outlined) == 1, "the square in the legend can be seen on the page"
    named = composed(session, edition('data=map column=plain countries="be nl"'))
    assert "hatching" not in {shape.get("name") for shape in plot(named).shapes} and "Not covered" not in texts(named)


def test_a_caption_that_says_the_unit_stands_for_the_head_of_its_figure(session: Session) -> None:
    head, block = "Internet users, per cent, 2019", "data=map column=use"
    assert head in texts(composed(session, edition(block)))
    made = composed(session, edition(block, caption="Belgium leads\n\nUsers in per cent, 2019\n\nSource: ITU."))
    assert head not in texts(made) and alt(made).startswith(f"Map: {head}.")


def test_a_map_of_a_group_is_not_widened_by_one_large_country() -> None:
    europe = ["fr", "de", "pl", "es", "it", "gb", "se", "no", "fi", "ua", "ru", "ro"]
    assert framed("un", europe) == tuple(code for code in europe if code != "ru")
    assert framed("un", ["ru", "kz"]) == ("ru", "kz")
    assert framed("un", ["kz", "kg", "tj", "tm", "uz"]) == tuple(["kz", "kg", "tj", "tm", "uz"])


def test_every_token_of_a_map_is_in_the_palette(session: Session) -> None:
    for wanted in (
        "data=map column=use country=be",
        "data=map column=rule",
        "data=map column=growth middle=0",
        "data=map column=plain",
    ):
        manuscript = composed(session, edition(wanted))
        drawn = session.drawn(manuscript)
        assert all("<path" in str(svg) for svg in drawn.values())


def test_small_multiples_have_a_chart_for_each_country(session: Session) -> None:
    made = composed(session, edition("data=multiples column=use country=be"))
    said = texts(made)
    assert {"Belgium", "France", "Netherlands", "70", "90", "40", "No value: Luxembourg."} <= set(said)
    assert said.count("2018") == said.count("2019") == 3 and "Belgium: 60 in 2018, 70 in 2019." in alt(made)


def test_a_slope_has_both_numbers_and_leaves_out_who_lacks_one(session: Session) -> None:
    made = composed(session, edition("data=slope column=use from=2018 to=2019 country=be"))
    assert {"2018", "2019", "60", "70\u2002Belgium", "90†\u2002France", "40*\u2002Netherlands", "No value: Luxembourg."} <= set(
        texts(made)
    )
    hollow = [row for row in plot(made).shapes if row.get("name") == "hollow"]
    assert len(hollow) == 2


def test_shares_are_bars_of_one_length(session: Session) -> None:
    made = composed(session, edition('data=shares columns="fixed mobile" country=be'))
    assert "Fixed lines, Mobile only, per cent, 2019" in texts(made) and "No value: Luxembourg." in texts(made)
    assert [text for text in texts(made) if text.isdecimal()] == ["60", "30", "55", "25", "20", "70"]


def test_other_numbers_are_shown_as_parts_of_their_sum(session: Session) -> None:
    made = composed(session, edition('data=shares columns="men women"'))
    assert [text for text in texts(made) if text.isdecimal()] == ["70", "30", "50", "50", "25", "75", "100"]
    assert texts(made)[0] == "Men, Women, parts of the sum in per cent, 2019"


def test_a_table_has_bars_and_words(session: Session) -> None:
    made = composed(session, edition('data=table columns="growth use rule" country=fr'))
    assert texts(made)[0] == "Growth, per cent, 2019"
    rows = [text for text in texts(made) if text in {"Belgium", "France", "Netherlands", "Luxembourg"}]
    assert rows == ["Luxembourg", "Netherlands", "France", "Belgium"]  # the first column orders them
    assert {"−2", "not recorded", "90†", "in force"} <= set(texts(made))
    assert len([row for row in plot(made).shapes if row.get("name") == "bar"]) == 4 + 3
    assert "Internet users, per cent, 2019. Highest: France: 90. Lowest: Netherlands: 40. France: 90, 1 of 3." in alt(made)


def test_strips_of_several_columns_say_where_a_country_stands(session: Session) -> None:
    made = composed(session, edition('data=strips columns="use growth" country=be'))
    assert {"70 · 2 of 3", "−2 · 4 of 4", "Netherlands 40*", "France 90†", "Median"} <= set(texts(made))
    assert [row["Column"] for row in table(made)] == ["use"] * 4 + ["growth"] * 4


def test_the_author_may_say_what_is_to_be_seen(session: Session) -> None:
    made = composed(session, edition('data=ranking column=growth title="Luxembourg grows"'))
    assert texts(made)[:2] == ["Luxembourg grows", "Growth, per cent, 2019"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("data=map column=use by=jenks", "there is no way to make classes “jenks”. There are natural, quantiles, equal."),
        ("data=map column=use classes=12", "`classes`: “12” is no number from 2 to 7. Leave it out for five classes."),
        ("data=map column=use breaks=nan", '`breaks`: “nan” is no number. Write numbers with a decimal point: breaks="20 40".'),
        ('data=map column=use breaks="1 2 3 4 5 6 7"', "8 classes are too many for a map. There are colours for 7."),
        ("data=ranking column=use by=equal", None),
        ("data=lines column=use year=2019", None),
        (
            'data=shares columns="use fixed"',
            "the shares of Belgium add up to 130.4 per cent. Name columns that are parts of one whole.",
        ),
        ('data=shares columns="growth use"', "the parts of Belgium make no whole. Parts are positive numbers."),
        ('data=strips columns="use rule"', None),
        (
            'data=strips columns="use fixed mobile growth men women use2 a b"',
            "9 columns are too many for data=strips. It has room for 8.",
        ),
    ],
)
def test_what_cant_be_drawn_is_an_error_at_its_line(session: Session, keys: str, said: str | None) -> None:
    with pytest.raises(Problems) as raised:
        composed(session, edition(keys))
    (problem, *_) = raised.value.problems
    assert (problem.path, problem.line) == ("report/01-a.md", 8)
    assert said is None or f"{problem.message}. {problem.hint}" == said


WANTED = {
    "ranking": "column=growth country=be",
    "strip": "column=use country=be",
    "strips": 'columns="use growth men" country=be',
    "lines": "column=use country=be",
    "multiples": "column=use country=be",
    "slope": "column=use country=be",
    "shares": 'columns="fixed mobile" country=be',
    "table": 'columns="use growth men rule" country=be',
    "bars": "column=rule country=be",
    "map": "column=use country=be",
}
LONG = {
    "be": "The Former Independent Confederation of Long Names and of Longer Ones",
    "fr": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsland",
    "nl": "المملكة الأردنية الهاشمية",
    "lu": "Saint Vincent and the Grenadines",
}


def test_each_kind_is_tried() -> None:
    assert set(WANTED) == set(PLOTS)


def boxes(made: Figure) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right and bottom of each text, and the text."""
    found = []
    for row in made.texts:
        wide = text_width(row["text"], row["size"], bold="weight" in row)
        left = row["x"] - {"left": 0.0, "center": wide / 2, "right": wide}[row["align"]]
        found.append((left, row["y"] - 0.62 * row["size"], left + wide, row["y"], row["text"]))
    return found


@pytest.mark.parametrize("names", [None, LONG], ids=["short", "long"])
@pytest.mark.parametrize("kind", PLOTS)
@pytest.mark.parametrize("wide", ["report", "brief"])
def test_no_words_overlap_or_leave_the_figure(
    session: Session, kind: str, names: Mapping[str, str] | None, wide: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief, "PAGE", 2000.0)  # room for any figure
    keys = dict(re.findall(r'(columns?)="?([\w ]+?)"?(?= country|$)', WANTED[kind]))
    named = {name: value.split()[:2] if name == "columns" else value for name, value in keys.items()}
    wanted = [{"data": kind, **named}] if wide == "brief" else []
    made = edition(f"data={kind} {WANTED[kind]}", names=names, figures=wanted)
    manuscript = composed(session, made, wide, "be" if wide == "brief" else "")
    drawn = next(found for name, found in manuscript.figures.items() if name.startswith(f"{kind}-"))
    width, height = drawn.points
    found = boxes(drawn)
    for left, top, right, bottom, text in found:
        assert left >= -0.6 and right <= width + 0.6 and top >= -0.6 and bottom <= height + 0.6, text
    for one, other in combinations(found, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[3], other[3]) - max(one[1], other[1])
        assert across <= 0.7 or down <= 0.7, (one[4], other[4])


def test_the_numbers_may_be_printed_as_a_table_below_the_figure(session: Session) -> None:
    made = small.with_edition(session, edition("data=slope column=use from=2018 to=2019 table=yes"))
    document = small.make(made, "report", "", ("pdf", "docx"))
    table = next(t for t in docx.Document(io.BytesIO(document.files["docx"])).tables if "2018" in t.rows[0].cells[1].text)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Country", "2018", "2019"],
        ["Belgium", "60", "70"],
        ["France", "50", "90 (provisional)"],
        ["Luxembourg", "not recorded", "not recorded"],
        ["Netherlands", "40", "40 (estimated)"],
    ]
    with pypdfium2.PdfDocument(document.files["pdf"]) as pdf:
        assert any("90 (provisional)" in page.get_textpage().get_text_range() for page in pdf)


def test_a_share_has_all_columns_that_its_figures_name() -> None:
    made = edition('data=shares columns="fixed mobile"', figures=[{"data": "strips", "columns": ["use", "men"]}])
    share = shares.of_country(made, "be")
    assert {id for id, countries in share.data.values.items() if len(countries) == 4} == {"use", "men"}


def test_an_alternative_text_speaks_of_what_is_drawn(session: Session) -> None:
    """A slope draws no country with one end, and stacked bars none without all parts; a single point is said once."""
    gap = TABLE.replace("be,2018,60,", "be,2018,..,")
    slope = alt(composed(session, edition("data=slope column=use from=2018 to=2019 countries='be fr'", data=gap)))
    assert "France: 50 in 2018, 90 in 2019. No value: Belgium." in slope and "in 2019, 70" not in slope
    lines = alt(composed(session, edition("data=lines column=use countries='be fr'", data=gap)))
    assert "Belgium: 70 (2019). France: 50 in 2018, 90 in 2019. No value: Belgium 2018." in lines
    parts = alt(composed(session, edition('data=shares columns="fixed mobile"')))
    assert "Lowest: France: 20." in parts and "Luxembourg: 10" not in parts


@pytest.mark.parametrize("figure", ["data=map column=use", 'data=table columns="use growth" countries="be fr lu"'])
def test_an_alternative_text_says_who_has_no_value_where_the_figure_shows_it(session: Session, figure: str) -> None:
    made = composed(session, edition(figure))
    assert "No value: Luxembourg" in alt(made) and not any("No value:" in words for words in texts(made))
