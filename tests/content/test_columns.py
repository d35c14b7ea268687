"""The first edition's columns are coded from its facts: each value rests on facts that say it, and nothing is filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs import cli
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.edition.data import groups
from briefs.edition.data.table import Value
from briefs.edition.dates import Date
from briefs.edition.model import Edition, Fact
from briefs.press.session import Session

CONTENT = Path(__file__).parents[2] / "content"

# What a fact says, one way or another, where a value rests on it.
SAID = {
    ("5g-service", "launched"): r"has launched|launched commercial|already offers|(were|was) launched|now open|5G services in",
    ("5g-service", "rollout-begun"): r"rollout began",
    ("5g-service", "tested"): r"tested 5G|5G tests|5G trial|being tested",
    ("5g-service", "planned"): r"\bgoal\b|expects|due to begin|is to begin|to begin in|have announced",
    ("supplier-rule", "in-force"): r"general US ban|need a special licence|adopted in \d{4}, prohibits",
    ("supplier-rule", "announced"): r"announced|will cap|had told|government decision|tightened|were published",
    ("supplier-rule", "in-draft"): r"\bdraft\b|is preparing a regulation|law, in preparation",
    ("supplier-rule", "pledged"): r"will not use|pledge",
    ("supplier-rule", "no-formal-ban"): r"does not ban|has not barred|No formal Canadian block",
    ("supplier-rule", "none"): r"has not banned .* nor adopted any restriction",
    ("spectrum", "awarded"): r"won .* at auction|allocated 5G frequencies|auctions .* raised",
    ("spectrum", "offered"): r"offered temporary 5G licences",
    ("spectrum", "planned"): r"should take place|is planned|would follow|announced a plan",
    ("spectrum", "delayed"): r"postpone|delayed",
    ("spectrum", "on-hold"): r"cannot move forward until",
    ("clean-network", True): r"joined the Clean Network|(\blist of \w+ that support|listed (among|as)) [^.]*Clean Network",
}  # fmt: skip
SIGNED = r"declaration|memorandum|deal|pledge"


def cells(edition: Edition, *columns: str) -> Iterator[tuple[str, str, Value, list[Fact]]]:
    """Column, country, value and facts of each cell."""
    for column, code, _, value in edition.data:
        if not columns or column in columns:
            facts = {fact.id: fact for fact in edition.countries[code].facts}
            yield column, code, value, [facts[id] for id in value.facts]


def plain(fact: Fact) -> str:
    return " ".join(str(fact.text).replace("*", "").split())


def test_every_value_rests_on_facts_of_its_country(edition: Edition) -> None:
    assert [(column, code) for column, code, value, facts in cells(edition) if value.content is None or not facts] == []
    assert [f.id for _, _, _, facts in cells(edition) for f in facts if not f.sources] == []


def test_every_fact_that_a_value_names_says_it(edition: Edition) -> None:
    dates = ("us-declaration", "next-date")
    silent = [
        (column, value.content, fact.id)
        for column, _, value, facts in cells(edition)
        if column not in dates
        for fact in facts
        if not re.search(SAID[column, value.content], plain(fact))
    ]
    assert silent == []


def test_no_wording_is_listed_for_a_value_that_nothing_has(edition: Edition) -> None:
    assert {(column, value.content) for column, _, value, _ in cells(edition) if not isinstance(value.content, Date)} == set(SAID)


def test_a_joint_statement_has_the_date_of_its_fact(edition: Edition) -> None:
    found = list(cells(edition, "us-declaration"))
    assert {code for _, code, _, _ in found} == {"cz", "lv", "pl", "ro", "si"}
    for _, _, value, (fact,) in found:
        assert fact.date == value.content
        assert re.search(rf"US–\w+ (\S+ )?({SIGNED})", plain(fact)), fact.id


def test_the_next_date_is_the_first_of_those_to_come(edition: Edition) -> None:
    """Of all countries whose facts have such a date: the one that ends first, and of two the one that begins first."""
    expected = {}
    for country in edition.countries.values():
        facts = [fact for fact in country.facts if fact.due and fact.due.latest > edition.about.as_of.countries.position]
        due = [(fact.due.last, fact.due.first, fact.due.text, fact.id) for fact in facts]
        if due:
            _, _, when, id = min(due)
            expected[country.code] = (when, id)
    found = {
        code: (value.content.text, facts[0].id)
        for _, code, value, facts in cells(edition, "next-date")
        if isinstance(value.content, Date)
    }
    assert found == expected


def test_the_next_date_is_the_first_planned_one_of_the_key_dates(session: Session, edition: Edition) -> None:
    """On the briefs of all 28 countries."""
    writer, says = TemplateFiller(CONTENT.parent / "templates", session.pandoc), edition.about.says
    listed = {code: says(value.content, short=True) for _, code, value, _ in cells(edition, "next-date")}
    drawn = {}
    for code in edition.countries:
        timeline = KINDS["brief"].compose(edition, writer, code).figures.get("timeline")
        planned = re.findall(r"([^.;]+), planned:", timeline.alt if timeline else "")
        drawn |= {code: planned[-1].strip()} if planned else {}  # the earliest is at the bottom
    assert listed == drawn and len(edition.countries) == 28


def test_no_supporter_of_the_clean_network_is_left_out(edition: Edition) -> None:
    listed = re.compile(SAID["clean-network", True])
    told = {c.code for c in edition.countries.values() for fact in c.facts if listed.search(plain(fact))}
    assert {code for _, code, _, _ in cells(edition, "clean-network")} == told


def test_none_and_no_stand_only_where_a_fact_says_so(edition: Edition) -> None:
    found = {code: facts for _, code, value, facts in cells(edition) if value.content in {"none", False}}
    assert {code: [fact.id for fact in facts] for code, facts in found.items()} == {"tr": ["tr-06"]}


def test_every_value_of_a_column_is_used_and_defined(edition: Edition) -> None:
    labels = [str(column.label) for column in edition.columns.values()]
    assert len(set(labels)) == len(labels) == 6
    for column in edition.columns.values():
        used = {value.content for _, _, value, _ in cells(edition, column.id)}
        assert used >= {category.id for category in column.values}, column.id
        for category in column.values:
            label = str(category.label)
            assert f"{label[0].upper()}{label[1:]}:" in str(column.note), f"{column.id}: what is “{label}”?"


def test_most_countries_have_values(edition: Edition) -> None:
    assert set(edition.countries) - {code for _, code, _, _ in cells(edition)} == {"sk"}


def test_the_list_shows_the_values_that_were_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    listed = ["list", "--content", str(CONTENT), "--where", "us-declaration!=not recorded"]
    assert cli.main([*listed, "--where", "supplier rule=in draft"]) == 0
    statement = "5G statement with the US"
    assert capsys.readouterr().out.splitlines()[:-1] == [
        f"pl   Poland     8 facts  On the fence     {statement}: September 2019  Supplier rule: in draft",
        f"ro   Romania    5 facts  Unlikely to use  {statement}: 2019  Supplier rule: in draft",
    ]
    assert cli.main([*listed, "cz", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["data"] == {"us-declaration": "2020-05-06", "clean-network": True, "next-date": "2020-09"}


def test_groups_have_only_countries_that_the_edition_names(edition: Edition) -> None:
    known = groups.members(edition)
    assert {id: " ".join(sorted(known[id])) for id in ("baltics", "benelux", "nordics", "visegrad")} == {
        "baltics": "ee lt lv",
        "benelux": "be lu nl",
        "nordics": "dk is no",
        "visegrad": "cz hu pl sk",
    }
