"""Editions without a scale, and editions whose stances are computed from the data."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
import yaml

from briefs.cli import main
from briefs.compose import tree
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Edition
from briefs.press.session import Session
from briefs.workbook import rows
from tests import small

ROOT = Path(__file__).parents[2]
COLUMNS = """columns:
  - {id: internet, label: Internet users, kind: share, unit: per cent, source: one, decimals: 1}
  - {id: rule, label: Rule, kind: yes-no, source: two}
"""
TABLE = "Country,Year,internet,rule\nbe,2019,90,yes\nfr,2019,50,no\nde,2019,49.9,no\n"
SECTION = "---\ntitle: One\nid: sec-one\n---\n\nText.[@one]\n\n::: {#fig-map .figure data=map}\nA map.\n:::\n"
LIMITS = {"column": "internet", "limits": [50, 80]}


def changes(computed: Any = None, *, table: str = TABLE, **about: Any) -> dict[str, Any]:
    """What makes the small edition one of three countries; without `computed`, one without a scale."""
    facts = {code: small.fact(f"A **thing** of {code}.", id=f"{code}-01", date="2020-01") for code in ("fr", "de")}
    files = {
        f"countries/{code}.yaml": yaml.safe_dump({"code": code, "summary": "Some words.", "facts": [fact]})
        for code, fact in facts.items()
    }
    scale = {"computed_stance": computed} if computed else {"scale": None}
    more = {**files, "columns.yaml": COLUMNS, "data/use.csv": table, "report/01-one.md": SECTION}
    return {"about": {**scale, **about}, "country": {"stance": None, "position": "It waits."}, "more": more}


def errors(computed: Any, **more: Any) -> list[str]:
    return [problem.message for problem in small.reading(**changes(computed, **more)).errors]


def stances(edition: Edition) -> dict[str, str | None]:
    return {code: country.stance for code, country in edition.countries.items()}


def compose(session: Session, edition: Edition, kind: str, subject: str) -> Manuscript:
    row = KINDS[kind]
    return row.compose(row.share(edition, subject), TemplateFiller(ROOT / "templates", session.pandoc), subject)


def said(manuscript: Manuscript) -> str:
    return " ".join(tree.text_of(node) for node in tree.walk(manuscript.blocks) if node["t"] in {"Para", "Plain", "Header"})


DOCUMENTS = {"brief": "be", "compare": "be+fr", "glance": "", "handout": "be"}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_without_a_scale_is_made_in_all_formats(session: Session, kind: str) -> None:
    made = small.with_edition(session, small.edition(**changes()))
    document = small.make(made, kind, DOCUMENTS[kind], KINDS[kind].formats)
    assert document.files.keys() == set(KINDS[kind].formats)
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document.files["pdf"]))
    assert "Belgium" in text and "Position on the scale" not in text and "None" not in text
    assert "None" not in "".join(p.text for p in docx.Document(io.BytesIO(document.files["docx"])).paragraphs)


def test_a_report_without_a_scale_has_one_table_of_all_countries(session: Session) -> None:
    made = compose(session, small.edition(**changes()), "report", "")
    appendix = [node for node in tree.walk(made.blocks) if node["t"] == "Table" and "glance" not in tree.classes(node)]
    assert len(appendix) == 1 and all(name in tree.text_of(appendix[0]) for name in ("Belgium", "France", "Germany"))
    assert "counts" not in made.figures


def test_a_brief_without_a_scale_has_a_plain_map_and_no_badge(session: Session) -> None:
    made = compose(session, small.edition(**changes()), "brief", "be")
    assert made.figures.keys() == {"map", "timeline"}
    assert made.figures["map"].alt.startswith("Map with Belgium marked.")
    assert not any(name in {"step", "badge", "meaning"} for node in tree.walk(made.blocks) for name in tree.classes(node))
    assert "scale" not in json.loads(made.data[0].content)


def test_a_printed_brief_without_a_scale_has_inks_for_its_colours(session: Session) -> None:
    made = small.with_edition(session, small.edition(**changes()))
    file = small.make(made, "brief", "be", ("pdf",), printed=True).files["pdf"]
    assert len(pikepdf.open(io.BytesIO(file)).pages) == 1


def test_without_a_scale_a_stance_is_an_error() -> None:
    reading = small.reading(about={"scale": None})
    assert [p.message for p in reading.errors] == ["the edition has no scale, so no country has a stance"]
    assert [p.message for p in small.reading(country={"stance": None}).errors] == ["“stance” is missing"]


def test_counts_of_stances_that_there_are_not_are_refused() -> None:
    deck = "---\ntitle: D\n---\n\n## T\n\n::: {.figure data=counts}\n:::\n"
    made = changes()
    made["more"]["decks/d.md"] = deck
    assert any("there is no data “counts”" in p.message for p in small.reading(**made).errors)


def test_a_number_that_is_a_limit_begins_a_step() -> None:
    assert stances(small.edition(**changes(LIMITS))) == {"be": "closed", "fr": "wary", "de": "open"}


RULES = [
    {"stance": "closed", "where": ["rule=yes"]},
    {"stance": "wary", "where": ["rule=no", "internet>=50"]},
    {"stance": "open", "where": ["rule=no", "internet<50"]},
]


def test_all_conditions_of_a_rule_hold() -> None:
    assert stances(small.edition(**changes({"rules": RULES}))) == {"be": "closed", "fr": "wary", "de": "open"}


def test_rules_that_overlap_and_countries_without_one_are_named() -> None:
    overlap = [*RULES[:2], {"stance": "open", "where": ["internet>80"]}]
    assert errors({"rules": overlap}) == [
        "no rule is true of Germany, so it gets no stance",
        "the rules of closed and open are both true of Belgium",
    ]
    assert errors(LIMITS, table=TABLE.replace("49.9", "..")) == ["Germany has no number in internet, so it gets no stance"]


@pytest.mark.parametrize(
    ("computed", "said"),
    [
        ({"column": "internt", "limits": [50, 80]}, "there is no column “internt”"),
        ({"column": "rule", "limits": [50, 80]}, "the column “rule” has no numbers"),
        ({"column": "internet", "limits": [50]}, "a scale of 3 steps has 2 limits, and not 1"),
        ({"column": "internet", "limits": [80, 50]}, "the limits don’t rise"),
        ({"column": "internet", "limits": [50, 80], "rules": RULES}, "stances are computed from `column` and `limits`, or"),
        ({"rules": [{"stance": "opn", "where": ["rule=yes"]}]}, "there is no stance “opn”. Did you mean “open”?"),
        ({"rules": [{"stance": "open", "where": ["stance=open"]}]}, "a condition on stance can’t stand here."),
        ({"rules": [{"stance": "open", "where": ["internet"]}]}, "“internet” is no condition."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_way_to_compute_is_said(computed: Any, said: str) -> None:
    assert any(message.startswith(said) for message in errors(computed))


def test_a_stance_is_not_written_where_it_is_computed() -> None:
    made = changes(LIMITS)
    made["country"] = {"stance": "open"}
    assert [p.message for p in small.reading(**made).errors] == ["the stance is computed from the data, and is written here too"]
    assert "stance" not in [column.name for column in rows.countries(small.edition(**changes(LIMITS)), ["be"]).columns]


@pytest.mark.parametrize("kind", [*DOCUMENTS, "report"])
def test_each_document_says_from_what_its_stances_are_computed(session: Session, kind: str) -> None:
    made = compose(session, small.edition(**changes({"rules": RULES})), kind, DOCUMENTS.get(kind, ""))
    assert "Computed from: Rule and Internet users." in said(made)


def test_the_list_says_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small.write(tmp_path, **changes(LIMITS))
    assert main(["list", "--content", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["Open: 1; Wary: 1; Closed: 1", "Computed from: Internet users."]
