"""Figures of a column's values: what they draw, what they say, and what is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import pikepdf
import pytest
import yaml
from docx import Document

from briefs.compose import shares, tree
from briefs.compose.figures import Dot, Figure, Furniture, strip
from briefs.compose.figures.frame import apart, rounded
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.compose.values import ValuePrinter
from briefs.edition.decks import PLOTS
from briefs.edition.model import Edition
from briefs.press.cache import hashed
from briefs.press.documents import gave_way
from briefs.press.fingerprints import _parts
from briefs.press.session import Session
from briefs.problems import Problem, Problems
from tests import small

COLUMNS: list[dict[str, Any]] = [
    {"id": "internet", "label": "Internet users", "kind": "share", "unit": "per cent", "decimals": 1, "source": "itu"},
    {"id": "deaths", "label": "Deaths", "better": "lower", "source": "itu", "note": "In *all* of it."},
    {"id": "rule", "label": "Rule", "kind": "category", "source": "itu", "values": [{"id": "in-force", "label": "in force"}]},
]  # fmt: skip
TABLE = (
    "code,year,internet,deaths,rule\n"
    "be,2017,70.04,-5\nbe,2018,..,4\nbe,2019,88.25 e,3,in force\n"
    "fr,2017,60,1\nfr,2019,90 p,3\nnl,2019,..,9\nlu,2018,50,2\nlu,2019,80,0\n"
)
HEAD = "---\ntitle: A section\nid: sec-one\n---\n\nWords.[@one]\n\n"  # the figure begins on line 8


def edition(figure: str = "", *, table: str = TABLE, deck: str = "", **about: Any) -> Edition:
    """Belgium, with France, the Netherlands and Luxembourg beside it; a report with a figure, or a deck with one."""
    subjects = [{"code": code, "covered": "no"} for code in ("fr", "nl", "lu")]
    groups = [{"id": "benelux", "label": "Benelux", "members": ["be", "nl", "lu"]}]
    files = {"columns.yaml": yaml.safe_dump({"columns": COLUMNS}), "data/t.csv": table}
    if figure:
        files["report/01-a.md"] = f"{HEAD}::: {{#fig-x .figure {figure}}}\nBelgium leads.\n:::\n"
    if deck:
        files["decks/numbers.md"] = f"---\ntitle: Numbers\n---\n\n## It grows\n\n::: {{.figure {deck}}}\n:::\n"
    sources = [*map(small.source, ("one", "two")), small.source("itu", title="Indicators", publisher="ITU", issued="2020-07")]
    return small.edition(about={"subjects": subjects, "groups": groups, **about}, sources=sources, more=files)


def composed(session: Session, made: Edition, kind: str = "report", subject: str = "") -> Manuscript:
    found: list[Problem] = []
    share = KINDS[kind].share(made, subject)
    filler = TemplateFiller(session.templates, session.pandoc, found.extend, ValuePrinter(share, found.extend))
    manuscript = KINDS[kind].compose(share, filler, subject, 0)
    if found:
        raise Problems(found)
    return manuscript


def plot(manuscript: Manuscript) -> Figure:
    """The only figure of values."""
    (found,) = (figure for name, figure in manuscript.figures.items() if name.split("-")[0] in PLOTS and "-" in name)
    return found


@pytest.mark.parametrize("kind", ["lines", "slope", "multiples"])
def test_periods_that_are_spans_have_a_beginning_and_an_end(kind: str, session: Session) -> None:
    quarters = (
        "code,year,internet\nbe,2015-04/2015-06,5\nbe,2018,6\nbe,2019-01/2019-03,7\nfr,2015-04/2015-06,2\nfr,2019-01/2019-03,4\n"
    )
    made = composed(session, edition(f"data={kind} column=internet countries='be fr'", table=quarters))
    assert "April 2015–March 2019" in plot(made).alt


def texts(manuscript: Manuscript) -> list[str]:
    """The words of the only figure of values."""
    return [row["text"] for row in plot(manuscript).texts]


def alt(manuscript: Manuscript) -> str:
    return plot(manuscript).alt


def table(manuscript: Manuscript) -> list[Mapping[str, str]]:
    """The rows of the CSV that is attached."""
    (file,) = (file for file in manuscript.data if file.name.endswith(".csv"))
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))


def test_a_ranking_has_a_bar_for_each_country_with_the_best_first(session: Session) -> None:
    made = composed(session, edition("data=ranking column=internet year=2019 country=be"))
    assert texts(made) == [
        "Internet users, per cent, 2019", "France", "90.0†", "Belgium", "88.3*", "Luxembourg", "80.0",
        "No value: Netherlands.", "* estimated, † provisional", "Source: ITU, Indicators, Jul 2020",
    ]  # fmt: skip
    figure = plot(made)
    bars = [shape["fill"] for shape in figure.shapes if shape.get("name") == "bar"]
    assert bars == ["@rule", "@accent", "@rule"]
    assert alt(made) == (
        "Bar chart: Internet users, per cent, 2019. Highest: France: 90.0. Lowest: Luxembourg: 80.0. Belgium: 88.3, 2 of 3. "
        "No value: Netherlands. * estimated, † provisional. Source: ITU, Indicators, Jul 2020."
    )


def test_zero_has_no_bar_and_a_negative_number_runs_to_the_left(session: Session) -> None:
    made = composed(session, edition("data=ranking column=deaths year=2017"))
    assert texts(made)[1:5] == ["Belgium", "−5", "France", "1"]  # the lowest is the best
    assert "In all of it." in texts(made)
    figure = plot(made)
    assert [row["align"] for row in figure.texts][1:5] == ["left", "right", "left", "left"]
    figure = plot(composed(session, edition("data=ranking column=deaths year=2019")))
    assert len([shape for shape in figure.shapes if shape.get("name") == "bar"]) == 3  # not Luxembourg, which has 0


def test_a_strip_names_the_marked_the_lowest_and_the_highest(session: Session) -> None:
    made = composed(session, edition("data=strip column=internet country=be"))
    assert {"Belgium 88.3", "France 90.0", "Luxembourg 80.0", "Median: 88.3", "Hollow: estimated, provisional."} <= set(texts(made))
    figure = plot(made)
    assert [shape.get("name") for shape in figure.shapes].count("dot") == 1
    assert [shape.get("name") for shape in figure.shapes].count("hollow") == 2


def test_dots_of_a_strip_never_overlap() -> None:
    dots = [Dot(number / 10, f"C{number}") for number in range(100)] + [Dot(5.0, "Other")] * 3
    figure = strip(dots, Furniture("x", "A strip", "Head"), width=60, printed=str, middle=None)
    centres = [tuple(map(float, shape["path"][1:].split("a")[0].split())) for shape in figure.shapes if shape.get("name") == "dot"]
    assert len(centres) == 103
    near = [1 for i, (x, y) in enumerate(centres) for p, q in centres[:i] if (x - p) ** 2 + (y - q) ** 2 < 4.5**2]
    assert not near


def test_lines_break_where_a_value_is_missing(session: Session) -> None:
    made = composed(session, edition('data=lines column=internet countries="benelux fr" country=be'))
    assert {"Belgium", "France", "Luxembourg", "Internet users, per cent, 2017–2019"} <= set(texts(made))
    assert "No value: Netherlands, Belgium 2018, France 2018, Luxembourg 2017." in texts(made)
    figure = plot(made)
    drawn = [shape for shape in figure.shapes if shape.get("stroke") in {"@muted", "@accent"} and "name" not in shape]
    assert len(drawn) == 1  # Luxembourg's: the others have no two neighbours
    assert "Belgium: 70.0 in 2017, 88.3 in 2019." in alt(made)


def test_lines_may_begin_and_end_where_the_author_says(session: Session) -> None:
    made = composed(session, edition("data=lines column=deaths countries=be from=2018 to=2019"))
    assert [(row["Country"], row["Year"], row["Value"]) for row in table(made)] == [("be", "2018", "4"), ("be", "2019", "3")]


def test_bars_count_the_countries_of_each_category(session: Session) -> None:
    made = composed(session, edition("data=bars column=rule countries=benelux country=be"))
    assert texts(made) == ["Rule, number of countries", "in force", "1", "not recorded", "2", "Source: ITU, Indicators, Jul 2020"]
    assert alt(made) == (
        "Bar chart: Rule, number of countries. in force: 1, not recorded: 2. Belgium: in force. Source: ITU, Indicators, Jul 2020."
    )
    figure = plot(made)
    assert [shape["name"] for shape in figure.shapes if "name" in shape] == ["bar", "empty"]
    assert [(row["Country"], row["Value"]) for row in table(made)] == [("be", "in force"), ("lu", ".."), ("nl", "..")]


def test_the_author_may_write_the_alternative_text(session: Session) -> None:
    assert alt(composed(session, edition('data=strip column=internet alt="Dots from 80 to 90."'))) == "Dots from 80 to 90."


def test_the_numbers_are_a_table_that_can_be_read_again(session: Session) -> None:
    made = composed(session, edition("data=ranking column=internet countries=benelux year=2019"))
    assert [tuple(row.values()) for row in table(made)] == [
        ("be", "Belgium", "internet", "2019", "88.25", "e", "per cent", "itu"),
        ("lu", "Luxembourg", "internet", "2019", "80", "", "per cent", "itu"),
        ("nl", "Netherlands", "internet", "2019", "..", "", "per cent", "itu"),
    ]
    (file,) = (file for file in made.data if file.name.endswith(".csv"))
    again = edition(table=file.content.decode("utf-8-sig"))
    assert again.data.value("internet", "be") == ("2019", again.data.series("internet", "be")["2019"])
    assert again.data.series("internet", "be")["2019"].status == ("estimated",)
    assert again.data.series("internet", "nl")["2019"].content is None


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("data=rankng column=internet", "there is no figure of the data “rankng”. Did you mean “ranking”?"),
        ("data=ranking", "data=ranking needs a column. Write {.figure data=ranking column=…}."),
        ("data=strip column=interet", "there is no column “interet”. Did you mean “internet”?"),
        (
            "data=strip column=rule",
            "the column “rule” has no numbers. data=strip shows a column of numbers. There are internet, deaths.",
        ),
        (
            "data=bars column=deaths",
            "the column “deaths” has no categories. data=bars shows a column of categories. There are rule.",
        ),
        ("data=strip column=internet countries=benlux", "there is no group or country “benlux”. Did you mean “benelux”?"),
        ("data=strip column=internet country=xx", "there is no country “xx”. Write the code of a country of the edition."),
        (
            "data=ranking column=internet year=1999",
            "the column “internet” has no values of “1999”. Its values are of 2017, 2018, 2019.",
        ),
        (
            "data=lines column=deaths countries=nl",
            "the column “deaths” has no two periods for these lines. "
            "Lines need values of two periods or more; for one period, write data=ranking or data=strip.",
        ),
        (
            "data=ranking column=internet countries=nl",
            "none of these countries has a value to show. Name other countries, or another year.",
        ),
        ("data=counts column=internet", "the attribute “column” isn’t for a counts. A counts has no other attributes."),
        ("data=ranking colum=internet", None),
    ],
)
def test_a_figure_that_cant_be_drawn_is_an_error_at_its_line(session: Session, figure: str, said: str | None) -> None:
    with pytest.raises(Problems) as raised:
        composed(session, edition(figure))
    (problem, *_) = raised.value.problems
    assert (problem.path, problem.line) == ("report/01-a.md", 8)
    assert said is None or f"{problem.message}. {problem.hint}" == said


def test_an_empty_figure_is_an_error_at_its_line_too(session: Session) -> None:
    made = edition()
    files = {"report/01-a.md": f"{HEAD}::: {{#fig-x .figure data=strip column=no}}\n:::\n"}
    made = small.edition(more=files)
    with pytest.raises(Problems) as raised:
        composed(session, made)
    assert [(p.message, p.line) for p in raised.value.problems] == [("there is no column “no”", 8)]


def test_more_bars_than_can_be_read_are_refused(session: Session) -> None:
    codes = [f"x{letter}" for letter in "abcdefghijklmnopqrstu"]
    rows = "".join(f"{code},2019,50\n" for code in codes)
    subjects = [{"code": code, "name": code.upper(), "covered": "no"} for code in (*codes, "nl", "lu")]
    made = edition(deck="data=ranking column=internet", table=f"code,year,internet\n{rows}", subjects=subjects)
    with pytest.raises(Problems) as raised:
        composed(session, made, "handout", "numbers")
    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == ("decks/numbers.md", 7)
    assert problem.message == "21 countries are too many for a figure of this kind; 20 can be read"


def test_a_deck_has_the_same_figures(session: Session) -> None:
    made = composed(session, edition(deck="data=ranking column=internet year=2019 country=be"), "handout", "numbers")
    assert {"Belgium", "88.3*", "Source: ITU, Indicators, Jul 2020"} <= set(texts(made))
    assert len(table(made)) == 4


def test_words_inside_a_figure_of_a_slide_are_refused(session: Session) -> None:
    text = "---\ntitle: Numbers\n---\n\n## It grows\n\n::: {.figure data=map}\nWords.\n:::\n"
    with pytest.raises(Problems) as raised:
        composed(session, small.edition(more={"decks/numbers.md": text}), "handout", "numbers")
    assert [(p.line, p.message) for p in raised.value.problems] == [(7, "the words inside a `.figure` would be lost")]


def test_a_value_that_is_shown_makes_a_deck_stale_and_no_other() -> None:
    """A deck shows the internet of all countries, and no deaths but Belgium's."""

    def key(table: str) -> str:
        made = edition(deck="data=ranking column=internet country=be", table=table)
        return hashed(_parts(shares.of_deck(made, "numbers")))

    before = key(TABLE)
    assert key(TABLE.replace("fr,2019,90 p", "fr,2019,91 p")) != before  # shown
    assert key(TABLE.replace("fr,2019,90 p,3", "fr,2019,90 p,8")) == before  # in another column
    assert key(TABLE.replace("nl,2019,..,9", "nl,2019,..,7")) == before
    assert key(TABLE + "lu,2010,,1\n") == before


def test_the_report_attaches_the_table_and_word_has_the_alternative_text(session: Session) -> None:
    made = small.with_edition(session, edition("data=ranking column=internet year=2019 country=be"))
    document = small.make(made, "report", "", ("pdf", "docx"))
    with pikepdf.open(io.BytesIO(document.files["pdf"])) as pdf:
        assert list(pdf.attachments) == ["data.json", "ranking-internet-1.csv"]
        assert b"Belgium" in pdf.attachments["ranking-internet-1.csv"].get_file().read_bytes()
        assert len(pdf.Root.AF) == 2
    word = Document(io.BytesIO(document.files["docx"]))
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert [words for words in described if words.startswith("Bar chart: Internet users, per cent, 2019. Highest: France: 90.0.")]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 10, [0, 2, 4, 6, 8, 10]), (70.1, 96.4, [70, 80, 90, 100]), (0.001, 0.004, [0.001, 0.002, 0.003, 0.004]), (3, 3, [3])],
)
def test_an_axis_has_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert rounded(low, high, 5) == ticks


def test_names_at_the_ends_of_lines_are_moved_apart_in_their_order() -> None:
    assert apart([10, 11, 50], 8, 0, 100) == [10, 18, 50]
    assert apart([99, 98], 8, 0, 100) == [100, 92]
    assert apart([5.0, 5.0, 5.0], 8, 0, 10) == [0, 5, 10]


def test_a_brief_has_the_figures_that_the_edition_names_with_its_country_marked(session: Session) -> None:
    wanted = [{"data": "strip", "column": "internet"}, {"data": "ranking", "column": "deaths", "countries": ["benelux"]}]
    made = composed(session, edition(figures=wanted), "brief", "be")
    strip_, bars = (figure for name, figure in made.figures.items() if name.startswith(("strip", "ranking")))
    assert "Belgium: 88.3, 2 of 3." in strip_.alt and "Belgium: 3, 2 of 3." in bars.alt
    assert [file.name for file in made.data] == ["data.json", "strip-internet-1.csv", "ranking-deaths-2.csv"]
    document = small.brief(session, edition(figures=wanted), "pdf", "docx")
    word = Document(io.BytesIO(document.files["docx"]))
    described = {element.get("descr") for element in word.element.iter("{*}docPr")}
    assert {strip_.alt, bars.alt} <= described


def test_a_brief_is_stale_if_another_countrys_value_in_its_figure_changes() -> None:
    def key(table: str) -> str:
        return hashed(_parts(shares.of_country(edition(figures=[{"data": "strip", "column": "internet"}], table=table), "be")))

    before = key(TABLE)
    assert key(TABLE.replace("fr,2019,90 p", "fr,2019,91 p")) != before
    assert key(TABLE.replace("fr,2019,90 p,3", "fr,2019,90 p,8")) == before


def test_a_figure_of_briefs_that_cant_be_drawn_is_an_error_in_edition_yaml(session: Session) -> None:
    with pytest.raises(Problems) as raised:
        composed(session, edition(figures=[{"data": "strip", "column": "interet"}]), "brief", "be")
    (problem,) = raised.value.problems
    assert (problem.path, problem.message) == ("edition.yaml", "there is no column “interet”")
    assert problem.line > 1


NUMERIC: dict[str, Any] = {"key_facts": ["internet", "rule", "deaths"]}


def test_a_brief_shows_where_its_country_stands_in_the_numbers_of_its_key_facts(session: Session) -> None:
    made = composed(session, edition(**NUMERIC), "brief", "be")
    (name,) = (name for name in made.figures if name.startswith("strips"))
    assert {"88.3* · 2 of 3", "3 · 2 of 4"} <= {row["text"] for row in made.figures[name].texts}
    assert made.waiting[0] == "figure/strips" and made.gone == ()


def test_a_brief_without_such_numbers_has_no_strips_and_no_gap(session: Session) -> None:
    without = edition(table="code,year,internet,deaths,rule\nfr,2019,90,3,\nbe,2018,80,,\n", **NUMERIC)
    made = composed(session, without, "brief", "be")
    assert not [name for name in made.figures if name.startswith("strips")] and "figure/strips" not in made.waiting
    assert not [block for block in tree.walk(made.blocks) if block["t"] == "Div" and "plot" in tree.classes(block)]


def test_figures_of_values_give_way_before_a_brief_fails(session: Session) -> None:
    wanted = [{"data": "multiples", "column": column} for column in ("internet", "deaths") for _ in range(2)]
    made = small.make(small.with_edition(session, edition(figures=wanted)), "brief", "be", ("pdf",))
    gone = len(made.dropped_facts)
    assert made.pages == 1 and 0 < gone < 4 and {*made.dropped_facts} <= {f"figure/{n}" for n in range(1, 5)}
    assert gave_way(["figure/4"]) == "1 figure of values"
    assert gave_way(["be-01", "key_facts", "figure/1", "figure/2"]) == "1 fact, the row of key facts and 2 figures of values"
