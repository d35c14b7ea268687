"""Values of the data in prose: numbers by the rules of the language, ranks, medians and changes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from briefs.compose import shares, tree
from briefs.compose.slots import TemplateFiller
from briefs.compose.values import ValuePrinter
from briefs.edition.model import Edition, Text
from briefs.press.session import Session
from briefs.problems import Place, Problem, raise_all
from tests import samewords, small

COLUMNS: list[dict[str, Any]] = [
    {"id": "internet", "label": "Internet users", "kind": "share", "unit": "per cent", "decimals": 1, "source": "one"},
    {"id": "gdp", "label": "GDP", "unit": "million euros", "source": "one"},
    {"id": "rule", "label": "Rule", "kind": "category", "source": "one", "values": [{"id": "in-force", "label": "in force"}]},
    {"id": "signed", "label": "Signed", "kind": "date", "source": "one"},
    {"id": "member", "label": "Member", "kind": "yes-no", "source": "one"},
]  # fmt: skip
TABLE = (
    "code,year,internet,gdp,rule,signed,member\n"
    "be,2015,70.04,-1234567.5\nbe,2019,88.25 e,1234567.25,in force,2020-05-04,no\n"
    "fr,2019,90,3\nnl,2019,..,..\nlu,2019,88.25,1\n"
)


def edition(summary: str = "A b.", **about: Any) -> Edition:
    """Belgium, with France, the Netherlands and Luxembourg beside it."""
    subjects = [{"code": code, "covered": "no"} for code in ("fr", "nl", "lu")]
    groups = [{"id": "benelux", "label": "Benelux", "members": ["be", "nl", "lu"]}]
    tag = about.get("language", "en")
    files = {"labels/de.yaml": small.LABELS.read_bytes(), "labels/fr.yaml": small.LABELS.read_bytes()} if tag != "en" else {}
    files |= {"columns.yaml": yaml.safe_dump({"columns": COLUMNS}), "data/t.csv": TABLE}
    more = {"about": {"subjects": subjects, "groups": groups, **about}, "more": files, "country": {"summary": summary}}
    return small.edition(**more)


def printed(session: Session, markdown: str, path: str = "countries/be.yaml", **about: Any) -> tuple[str, list[Problem]]:
    """What a text prints, and the problems in it."""
    found: list[Problem] = []
    filler = TemplateFiller(session.templates, session.pandoc, found.extend, ValuePrinter(edition(**about), found.extend))
    blocks = filler.blocks([Text(markdown, Place(path, "summary", 4, 10))])
    return tree.text_of(blocks).replace("\N{NO-BREAK SPACE}", "_"), found


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("[]{.value column=internet}", "88.3_per cent (estimated)"),
        ("[]{.value column=internet year=2015}", "70.0_per cent"),
        ("[]{ .value column=internet year=2015 }", "70.0_per cent"),
        ("[]{column=internet .value year=2015}", "70.0_per cent"),
        ("[]{class=value column=internet year=2015}", "70.0_per cent"),
        ('<SPAN class="v&#97;lue" column="internet" year="2015"></SPAN>', "70.0_per cent"),
        ("[]{.value column=internet year=2015 unit=no}", "70.0"),
        ("[]{.value column=internet country=nl}", "not recorded"),
        ("[]{.value column=internet year=1999}", "not recorded"),
        ("[]{.value column=gdp}", "1,234,567.25_million euros"),
        ("[]{.value column=gdp year=2015}", "−1,234,567.5_million euros"),
        ("[]{.value column=rule}", "in force"),
        ("[]{.value column=signed}", "4 May 2020"),
        ("[]{.value column=member}", "no"),
        ("[]{.rank column=internet}", "2 of 3"),
        ("[]{.rank column=internet group=benelux}", "1 of 2"),
        ("[]{.rank column=internet country=nl}", "not recorded"),
        ("[]{.median column=internet}", "88.3_per cent"),
        ("[]{.median column=gdp group=benelux year=2019 unit=no}", "617,284.125"),
        ("[]{.change column=internet from=2015}", "+18.2_percentage points"),
        ("[]{.change column=gdp from=2015 to=2019}", "+2,469,134.75_million euros"),
        ("[]{.change column=gdp from=2019 to=2015 unit=no}", "−2,469,134.75"),
        ("[]{.change column=gdp from=2010}", "not recorded"),
    ],
)
def test_a_span_prints_a_value(session: Session, span: str, words: str) -> None:
    assert printed(session, f"It is {span}, they say.") == (f"It is {words}, they say.", [])


def test_numbers_follow_the_language(session: Session) -> None:
    assert printed(session, "[]{.value column=gdp}", language="de")[0] == "1.234.567,25_million euros"
    assert printed(session, "[]{.value column=gdp}", language="fr")[0] == "1\u202f234\u202f567,25_million euros"


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("[]{.value}", "a value names its column"),
        ("[]{.value column=interet}", "there is no column “interet”"),
        ("[]{.value column=internet country=xx}", "there is no country “xx”"),
        ("[]{.rank column=internet group=benlux}", "there is no group “benlux”"),
        ("[]{.change column=internet}", "a `.change` says from when"),
        ("[]{.value column=internet year=2015-13}", "`year`: there is no month 13"),
        ("[]{.change column=internet from=2015 to=late}", "`to`: “late” is not a date"),
        ("[about 88]{.value column=internet}", "a `.value` prints its value by itself"),
        ("[]{.value column=internet from=2015}", "the attribute “from” isn’t allowed"),
    ],
)
def test_a_span_that_cant_be_printed_is_an_error_at_its_place(session: Session, markdown: str, said: str) -> None:
    _, found = printed(session, f"It is {markdown}.")
    assert [(p.message[: len(said)], p.line) for p in found] == [(said, 4)]


def test_outside_a_countrys_file_a_value_names_its_country(session: Session) -> None:
    assert printed(session, "[]{.value column=internet country=fr}", "report/01-a.md") == ("90.0_per cent", [])
    assert printed(session, "[]{.median column=internet}", "report/01-a.md") == ("88.3_per cent", [])
    _, found = printed(session, "[]{.value column=internet}", "report/01-a.md")
    assert [p.message for p in found] == ["nothing says of which country this value is"]


def test_a_briefs_share_has_the_values_that_it_shows_and_no_others() -> None:
    """Its own, and those of all countries in the columns that its texts name: a rank depends on them."""
    plain = shares.of_country(edition(), "be").data
    assert {(column, code) for column, code, _, _ in plain} == {(column["id"], "be") for column in COLUMNS}
    ranked = shares.of_country(edition("It is []{.rank column=internet}."), "be").data
    assert {code for column, code, _, _ in ranked if column == "internet"} == {"be", "fr", "nl", "lu"}
    assert {code for column, code, _, _ in ranked if column != "internet"} == {"be"}


def test_a_brief_prints_the_value_in_both_formats(session: Session) -> None:
    made = small.brief(session, edition("Of the people, []{.value column=internet year=2015} use it."), "pdf", "docx")
    for words in (samewords.of_pdf(made.files["pdf"]), samewords.of_docx(made.files["docx"])):
        at = words.index("people")
        assert words[at : at + 4] == ["people", ",", "70", "."]


def test_a_briefs_share_has_the_columns_of_key_facts_though_the_country_has_no_value() -> None:
    share = shares.of_country(edition(key_facts=["rule", "gdp"]), "be")
    assert {"rule", "gdp"} <= share.columns.keys()
    bare = small.edition(about={"key_facts": ["rule"]}, more={"columns.yaml": yaml.safe_dump({"columns": COLUMNS})})
    assert set(shares.of_country(bare, "be").columns) == {"rule"}


def test_a_sign_stands_before_its_number_between_words_from_right_to_left() -> None:
    columns = {"columns.yaml": "columns:\n- {id: a, label: A, source: one}\n", "data/a.csv": "code,a\nbe,-3\n"}
    for language, shown in (("en-GB", "−3"), ("he", "\u200e−3"), ("ar", "\u200e−3")):
        made = small.edition(
            about={"language": language}, more=columns | {f"labels/{language[:2]}.yaml": small.LABELS.read_bytes()}
        )
        printer = ValuePrinter(made, raise_all)
        assert printer.words(made.columns["a"], made.data.series("a", "be")[""]).replace("٣", "3") == shown
