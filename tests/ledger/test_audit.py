"""What claims rest on: each rule finds what it is for, and nothing in an edition that is sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from briefs.cli import main
from briefs.edition import auditrules, texts
from briefs.edition.model import AuditRules
from briefs.exitcodes import ExitCode
from briefs.ledger import audit as ledger
from briefs.tools.pandoc import Pandoc
from tests import small
from tests.small import fact, source

SOUND = [fact("A **first thing** happened.", date="2019-03", sources=["one", "two"])]
SOURCES = [source("one", issued="2019-05"), source("two", issued="2020-01")]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0h20v10z"/></svg>'
SECTION = "---\nid: opening\ntitle: How it began\n---\n\nThe paragraph has a source.[@one]\n"


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as running:
        yield running


def found(pandoc: Pandoc, rules: dict[str, Any] | None = None, **changes: Any) -> list[tuple[str, str, str]]:
    """Rule, claim and source of each finding."""
    changes = {"facts": SOUND, "sources": SOURCES, "more": {"report/01-opening.md": SECTION}} | changes
    edition = small.edition(**changes)
    made = ledger.audit(edition, AuditRules.model_validate(rules or {}), texts.of(edition, pandoc))
    return [(finding.rule, finding.claim, finding.source) for finding in made.findings]


def test_nothing_is_found_in_what_is_sound(pandoc: Pandoc) -> None:
    assert found(pandoc) == []


@pytest.mark.parametrize(
    "rule, changes",
    [
        (("one source", "be-01", ""), {"facts": [fact("A **thing**.", date="2019-03", sources=["one"])], "sources": SOURCES}),
        (
            ("source older than the claim", "be-01", "one"),
            {"sources": [source("one", issued="2018"), source("two", issued="2020")]},
        ),
        (("source after the as-of date", "be-01", "two"), {"sources": [SOURCES[0], source("two", issued="2020-09")]}),
        (("source without a date", "be-01", "two"), {"sources": [SOURCES[0], source("two", issued=None)]}),
        (("no source", "report/01-opening.md#1", ""), {"more": {"report/01-opening.md": SECTION.replace("[@one]", "")}}),
        (("figure without a source", "summary", ""), {"country": {"summary": "Of the homes 83 per cent are reached."}}),
        (("no speaker", "summary", ""), {"country": {"summary": "The rule is “the hardest that there has ever been”."}}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_each_fault_is_found_alone(rule: tuple[str, str, str], changes: dict[str, Any], pandoc: Pandoc) -> None:
    if changes.get("sources") and changes["sources"][1].get("issued") is None:
        changes = {"sources": [SOURCES[0], {k: v for k, v in changes["sources"][1].items() if v is not None}]}
    assert found(pandoc, **changes) == [rule]


def test_a_source_that_repeats_another_is_no_second_one(pandoc: Pandoc) -> None:
    assert found(pandoc, {"repeats": {"two": "one"}}) == [("one source", "be-01", "")]


def test_repeats_in_a_circle_end(pandoc: Pandoc) -> None:
    assert ("one source", "be-01", "") not in found(pandoc, {"repeats": {"two": "one", "one": "two"}})


def test_a_source_is_old_after_the_years_that_the_edition_says(pandoc: Pandoc) -> None:
    assert found(pandoc, {"age": 2}) == []
    assert found(pandoc, {"age": 1}) == [("old source", name, "one") for name in ("be-01", "report/01-opening.md#1")]


def test_a_contested_claim_needs_a_speaker(pandoc: Pandoc) -> None:
    assert found(pandoc, {"contested": ["be-01"]}) == [("contested", "be-01", "")]
    said = [fact("A **first thing** happened, according to the ministry.", date="2019-03", sources=["one", "two"])]
    assert found(pandoc, {"contested": ["be-01"]}, facts=said) == []


def test_a_quotation_with_its_speaker_isnt_asked_about(pandoc: Pandoc) -> None:
    assert found(pandoc, country={"summary": "The minister said that it is “the hardest that there has ever been”."}) == []


def test_figures_of_facts_dates_and_values_may_stand_in_a_summary(pandoc: Pandoc) -> None:
    facts = [fact("A **first thing** cost 300 million.", date="2019-03", sources=["one", "two"])]
    assert found(pandoc, facts=facts, country={"summary": "In March 2019 it cost 300 million, in 2 parts."}) == []


def test_the_score_is_the_part_of_claims_without_a_finding(pandoc: Pandoc) -> None:
    facts = [*SOUND, fact("Policy is thin.", "policy", sources=["one"])]
    edition = small.edition(facts=facts, sources=SOURCES, country={"summary": "It is “the hardest that there has ever been”."})
    made = ledger.audit(edition, AuditRules(), texts.of(edition, pandoc))
    assert made.scores == {"be": 67}, "two of three claims; a question doesn't count"


# From the command line.


def test_the_command_lists_findings_at_their_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write(tmp_path, facts=[fact("A **thing**.", date="2019-03")], sources=SOURCES[:1], more={"audit.yaml": "age: 1\n"})
    assert main(["audit", "--content", str(tmp_path)]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "countries/be.yaml:7: finding: be-01: it rests on one source alone: one" in said
    assert "old source: 1" in said and "Belgium: 50 of 100" in said
    assert main(["audit", "--content", str(tmp_path), "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["scores"] == {"be": 50}


@pytest.mark.parametrize(
    "text, said",
    [
        ("contested: [be-99]", "audit.yaml:1:13: error: there is no fact “be-99”."),
        ("repeats: {one: nobody}", "audit.yaml:1:16: error: there is no source “nobody”."),
        ("age: old", "audit.yaml:1:6: error"),
    ],
)
def test_what_the_edition_doesnt_have_is_an_error(text: str, said: str) -> None:
    problems = small.reading(more={auditrules.FILE: text}).problems
    assert any(str(problem).startswith(said) for problem in problems), problems


def test_cells_and_captions_are_claims_too(pandoc: Pandoc) -> None:
    """A cell rests on its facts. A caption needs a source as a paragraph does."""
    columns = "columns:\n  - {id: rule, label: Rule, kind: text}\n"
    picture = SECTION + "\n![The network in 2020](figures/net.svg)\n"
    edition = small.edition(
        facts=SOUND, sources=SOURCES, country={"data": {"rule": {"value": "in force", "facts": ["be-01"]}}},
        more={"report/01-opening.md": picture, "columns.yaml": columns, "figures/net.svg": SVG},
    )  # fmt: skip
    made = ledger.audit(edition, AuditRules(), texts.of(edition, pandoc))
    cell = next(claim for claim in made.claims if claim.name == "data/rule")
    assert cell.sources == ("one", "two") and cell.place.line > 0
    assert [(one.rule, one.claim) for one in made.findings] == [("no source", "report/01-opening.md#2")]
    fact_ = next(claim for claim in made.claims if claim.name == "be-01")
    assert list(ledger.basis(fact_, edition)) == [
        {"source": "one", "kind": "webpage", "date": "2019-05", "days": 31},
        {"source": "two", "kind": "webpage", "date": "2020-01", "days": 276},
    ]


def test_the_first_edition_is_audited(edition: Any, pandoc: Pandoc) -> None:
    """What it rests on is known: most facts have one source, the list of the European Values Center or the page that it links."""
    made = ledger.audit(edition, AuditRules(), texts.of(edition, pandoc))
    facts = sum(len(country.facts) for country in edition.countries.values())
    one = [finding for finding in made.findings if finding.rule == "one source"]
    assert len(one) == sum(len(set(fact.sources)) == 1 for country in edition.countries.values() for fact in country.facts)
    assert len(made.claims) > facts and set(made.scores) == set(edition.countries)
