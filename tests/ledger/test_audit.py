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

ROOT = Path(__file__).parents[2]
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
        (("one source", "be-01", "one"), {"facts": [fact("A **thing**.", date="2019-03", sources=["one"])], "sources": SOURCES}),
        (
            ("source older than the claim", "be-01", "one"),
            {"sources": [source("one", issued="2018"), source("two", issued="2020")]},
        ),
        (("source after the as-of date", "be-01", "two"), {"sources": [SOURCES[0], source("two", issued="2020-09")]}),
        (("source without a date", "be-01", "two"), {"sources": [SOURCES[0], source("two", issued=None)]}),
        (("no source", "report/01-opening.md#1", ""), {"more": {"report/01-opening.md": SECTION.replace("[@one]", "")}}),
        (
            ("perhaps one source", "be-01", "two"),
            {"sources": [source("one", issued="2019-05", title="A deal"), source("two", issued="2020", title="A Deal")]},
        ),
        (
            ("perhaps contested", "be-01", ""),
            {"facts": [fact("An **alleged thing** happened.", date="2019-03", sources=["one", "two"])], "sources": SOURCES},
        ),
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
    assert found(pandoc, {"repeats": {"two": "one"}}) == [("one source", "be-01", "one")]


def test_what_is_declared_or_attributed_isnt_guessed(pandoc: Pandoc) -> None:
    alike = [source("one", issued="2019-05", title="A deal"), source("two", issued="2020", title="A Deal")]
    assert [rule for rule, *_ in found(pandoc, {"repeats": {"two": "one"}}, sources=alike)] == ["one source"]
    said = [fact("An **alleged thing** happened, says the minister.", date="2019-03", sources=["one", "two"])]
    assert found(pandoc, facts=said) == []


def test_repeats_in_a_circle_end(pandoc: Pandoc) -> None:
    assert found(pandoc, {"repeats": {"two": "one", "one": "two"}}) == [("one source", "be-01", "two")]


def test_a_long_chain_of_repeats_is_followed_once() -> None:
    class Counted(dict[str, str]):
        looked_up = 0

        def __getitem__(self, key: str) -> str:
            self.looked_up += 1
            return super().__getitem__(key)

    chain = Counted({f"s{number}": f"s{number + 1}" for number in range(1_000)})
    assert set(ledger.origins(chain).values()) == {"s1000"} and chain.looked_up == 1_000
    assert ledger.origins({"a": "b", "b": "c", "c": "b", "d": "a"}) == dict.fromkeys("abcd", "b")


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


# What editors accept, and as of when.

OPENING = "---\ntitle: Opening\nid: opening\n---\n\nThe first words say nothing new.\n\nOther words say more.[@one]\n"


def accepting(*entries: dict[str, str]) -> AuditRules:
    return AuditRules.model_validate({"accepted": [{"why": "It is so.", **entry} for entry in entries]})


@pytest.mark.parametrize(
    "entry, count",
    [
        ({"rule": "one source"}, 2),
        ({"rule": "one source", "source": "two"}, 1),
        ({"rule": "one source", "claim": "be-01"}, 1),
        ({"rule": "one source", "claim": "countries/be.yaml#be-01/text"}, 1),
        ({"rule": "one source", "claim": "be-03"}, 0),
        ({"rule": "old source"}, 0),
        ({"rule": "no source", "claim": "report/01-opening.md", "begins": "The first words"}, 1),
        ({"rule": "no source", "claim": "report/01-opening.md", "begins": "Other words"}, 0),
    ],
)
def test_an_editor_accepts_exactly_what_an_entry_names(entry: dict[str, str], count: int, pandoc: Pandoc) -> None:
    edition = small.edition(more={"report/01-opening.md": OPENING})
    before = ledger.audit(edition, AuditRules(), texts.of(edition, pandoc))
    made = ledger.audit(edition, accepting(entry), texts.of(edition, pandoc))
    assert [number for _, number in made.accepted] == [count]
    assert len(made.open) == len(before.findings) - count and len(made.findings) == len(before.findings)
    assert made.scores == before.scores, "accepting makes no source better"


def test_what_is_accepted_is_told_with_its_reason_and_what_is_idle_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = "accepted:\n- rule: one source\n  why: So it is.\n- {rule: old source, why: Once it was.}\n"
    small.write(tmp_path / "content", more={"audit.yaml": rules})
    assert main(["audit", "--content", str(tmp_path / "content")]) == ExitCode.DONE
    told = capsys.readouterr().out
    assert "audit.yaml:3: 2 accepted: one source: So it is." in told and "it rests on one source alone" not in told
    assert "audit.yaml:4: accepts nothing that is found, take it out: old source" in told and "; accepted: 2\n" in told
    report = tmp_path / "audit.html"
    assert main(["audit", "--content", str(tmp_path / "content"), "--report", str(report)]) == ExitCode.DONE
    assert report.read_text().count("<em>Accepted: So it is.</em>") == 2 and "2 of them accepted" in report.read_text()


@pytest.mark.parametrize(
    "text, said",
    [
        ("accepted: [{rule: two sources, why: So.}]", "audit.yaml:1:19: error"),
        ("accepted: [{rule: one source}]", "audit.yaml:1:12: error: “why” is missing"),
        ("accepted: [{rule: one source, source: nobody, why: So.}]", "audit.yaml:1:39: error: there is no source “nobody”."),
        ("accepted: [{rule: no source, claim: report/a.md, why: So.}]", "audit.yaml:1:55: error: a paragraph is known by"),
    ],
)
def test_an_entry_that_names_nothing_is_an_error(text: str, said: str) -> None:
    problems = small.reading(more={auditrules.FILE: text}).problems
    assert any(str(problem).startswith(said) for problem in problems), problems


def test_sections_are_as_of_the_report(pandoc: Pandoc) -> None:
    """The source is of May 2020: after the countries’ date, before the report’s."""
    found = {}
    for report in ("2020-10", "2020-01"):
        edition = small.edition(about={"as_of": {"countries": "2020-01", "report": report}}, more={"report/01-opening.md": OPENING})
        made = ledger.audit(edition, AuditRules(), texts.of(edition, pandoc))
        found[report] = {one.claim for one in made.findings if one.rule == "source after the as-of date"}
    assert found["2020-01"] - found["2020-10"] == {"report/01-opening.md#2"}


def test_the_editors_of_the_first_edition_have_considered_what_it_finds(edition: Any, pandoc: Pandoc) -> None:
    """All but sources without a date, which whoever reads the pages can supply."""
    rules = auditrules.read({auditrules.FILE: (ROOT / "content/audit.yaml").read_bytes()})
    made = ledger.audit(edition, rules, texts.of(edition, pandoc))
    assert {one.rule for one in made.open} == {"source without a date"} and all(number for _, number in made.accepted)
