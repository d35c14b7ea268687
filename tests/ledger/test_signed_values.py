"""Values that signed texts print: one that changes is told at its line, and voids nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from briefs.edition import signoff
from briefs.edition.model import Edition, SignOff
from briefs.edition.read import Reading
from briefs.ledger import signing
from tests import small

TABLE = "Country,Year,use\nbe,2018,40\nbe,2019,50\nfr,2018,30\nfr,2019,60\n"
COLUMNS = yaml.safe_dump({"columns": [{"id": "use", "label": "Use", "source": "one"}]})
SECTION = "---\ntitle: One\nid: sec-one\n---\n\nA first paragraph.[@one]\n\n%s is told.\n"
ROLES = [{"id": "lawyer", "label": "the lawyer"}]


def reading(span: str, table: str = TABLE, signed: bytes | None = None, **about: Any) -> Reading:
    """An edition with a span in a section and in a fact of Belgium."""
    france = "code: fr\nstance: open\nsummary: Words.\n"
    more: dict[str, str | bytes | None] = {
        "columns.yaml": COLUMNS, "data/use.csv": table, "countries/fr.yaml": france, "report/01-one.md": SECTION % span,
        signoff.FILE: signed,
    }  # fmt: skip
    facts = [small.fact(f"In Belgium {span.replace(' country=be', '')} is a **fact**.", date="2019")]
    return small.reading(facts=facts, more=more, about={"roles": ROLES, **about})


def edition(found: Reading) -> Edition:
    assert found.edition, [str(problem) for problem in found.errors]
    return found.edition


def signatures(span: str) -> bytes:
    made = edition(reading(span))
    signer = signing.Signer(made.about.roles[0], "Jo Ray", datetime(2020, 9, 1, tzinfo=UTC))
    return signing.text(signing.signed(made, SignOff(), signoff.pieces(made), signer))


@pytest.mark.parametrize(
    ("span", "old", "new", "is_told"),
    [
        ("[]{.value column=use country=be}", "be,2019,50", "be,2019,55", True),
        ("[]{.value column=use country=be}", "be,2019,50", "be,2019,50 e", True),
        ("[]{.value column=use country=be}", "be,2019,50", "be,2020,50", True),
        ("[]{.value column=use country=be}", "be,2018,40", "be,2018,41", False),
        ("[]{.value column=use country=be}", "fr,2019,60", "fr,2019,61", False),
        ("[]{.value column=use country=be year=2018}", "be,2018,40", "be,2018,41", True),
        ("[]{.change column=use country=be from=2018}", "be,2018,40", "be,2018,41", True),
        ("[]{.rank column=use country=be}", "fr,2019,60", "fr,2019,40", True),
        ("[]{.median column=use group=western-europe}", "fr,2019,60", "fr,2019,61", True),
        ("[]{.median column=use year=2018}", "fr,2019,60", "fr,2019,61", False),
    ],
)
def test_a_value_that_changed_since_it_was_signed_is_told_at_its_line(span: str, old: str, new: str, is_told: bool) -> None:
    signed = signatures(span)
    assert not reading(span, signed=signed).problems
    changed = reading(span, TABLE.replace(old, new), signed)
    said = [(problem.path, problem.message) for problem in changed.problems]
    what = "a value that is printed here has changed since the lawyer signed it on 2020-09-01"
    assert said == ([("countries/be.yaml", what), ("report/01-one.md", what)] if is_told else [])
    assert not is_told or changed.problems[1].line == 8


def test_nothing_is_told_for_a_signature_that_was_withdrawn() -> None:
    span = "[]{.value column=use country=be}"
    made, signed = edition(reading(span)), SignOff.model_validate(yaml.safe_load(signatures(span)))
    signer = signing.Signer(made.about.roles[0], "Ann Other", datetime(2020, 9, 2, tzinfo=UTC))
    after, _ = signing.withdrawn(made, signed, ["countries/be.yaml"], signer)
    changed = reading(span, TABLE.replace("be,2019,50", "be,2019,55"), signing.text(after))
    assert [problem.path for problem in changed.problems] == ["report/01-one.md"]


def test_it_voids_no_signature_and_what_was_signed_before_is_not_told() -> None:
    span = "[]{.value column=use country=be}"
    signed = signatures(span)
    changed = edition(reading(span, TABLE.replace("be,2019,50", "be,2019,55"), signed, status="final"))
    assert not changed.unsigned and not signoff.missing(changed)
    plain = yaml.safe_load(signed)
    for one in plain["signatures"]:  # as a signature was before it had values
        one["items"] = {name: hash for name, hash in one["items"].items() if not name.startswith("value ")}
    before = reading(span, TABLE.replace("be,2019,50", "be,2019,55"), yaml.safe_dump(plain).encode())
    assert not before.problems and not edition(before).unsigned


def test_an_edition_without_data_has_no_such_items() -> None:
    made = small.edition(about={"roles": ROLES})
    assert not [name for items in signoff.pieces(made).values() for name in items if name.startswith("value ")]
