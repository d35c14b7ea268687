"""What the made-up history's audit and signatures give: exactly what happened, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from briefs.edition import signoff, texts
from briefs.edition.model import AuditRules, Edition, SignOff
from briefs.edition.read import read_files
from briefs.ledger import audit, signing
from briefs.tools.pandoc import Pandoc
from tests.ledger import history

RULES = AuditRules.model_validate({"age": 3, "repeats": {"two": "one"}, "contested": ["be-02"]})
THIN = {  # of each claim: the rules that find it thin, from the state on in which it is so
    "be-01": ("one source", "source older than the claim", "old source"),  # of 2023; its source is of 2020
    "be-02": ("one source", "contested"),
    "ee-01": ("one source", "source older than the claim", "old source"),
}
OPENING = {"report/01-opening.md#1": ("no source",), "report/01-opening.md#2": ("no source",)}
CLOSING = {"report/02-closing.md#1": ("no source",)}
FOUND: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "2024-03-01": {**THIN, **OPENING, "ee-02": ("one source",)},
    "2024-09-15": {**THIN, **OPENING, "ee-02": ("one source",)},  # numbers, dates and words change, and no source
    "2025-01-20": {**THIN, **OPENING},  # ee-02 is gone; be-02 has a second source, which only repeats the first
    "2025-06-30": {**THIN, **OPENING, "fr-01": ("one source",)},  # France is new
    "2025-10-05": {**THIN, **OPENING, **CLOSING, "fr-01": ("one source",)},  # and so is a section
    "2026-02-11": {  # ee-03 is new; the opening has lost its second paragraph
        **THIN, **CLOSING, "report/01-opening.md#1": ("no source",), "ee-03": ("one source",), "fr-01": ("one source",),
    },
}  # fmt: skip
SCORES = {
    "2024-03-01": {"be": 50, "ee": 33}, "2024-09-15": {"be": 50, "ee": 33}, "2025-01-20": {"be": 50, "ee": 50},
    "2025-06-30": {"be": 50, "ee": 50, "fr": 50}, "2025-10-05": {"be": 50, "ee": 50, "fr": 50},
    "2026-02-11": {"be": 50, "ee": 33, "fr": 50},
}  # fmt: skip
VOID: Mapping[str, Mapping[str, list[str] | None]] = {  # what voids the signatures of the state before; None: not signed yet
    "2024-09-15": {"countries/be.yaml": ["stance", "be-01", "be-02/details"], "countries/ee.yaml": ["ee-01"]},
    "2025-01-20": {
        "countries/be.yaml": ["be-02/details"],
        "countries/ee.yaml": ["ee-02", "ee-02/details", "source two"],
        "report/01-opening.md": ["paragraph", "order of paragraphs", "paragraph"],
    },
    "2025-06-30": {"countries/be.yaml": ["summary"], "countries/ee.yaml": ["ee-01/details"], "countries/fr.yaml": None},
    "2025-10-05": {"countries/be.yaml": ["data/rule"], "report/02-closing.md": None},
    "2026-02-11": {
        "countries/be.yaml": ["be-02/details", "source one", "source two"],
        "countries/ee.yaml": ["ee-03", "ee-03/details", "source one", "source two"],
        "countries/fr.yaml": ["stance_note"],
        "report/01-opening.md": ["order of paragraphs", "paragraph"],
    },
}


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as running:
        yield running


def edition_of(day: str) -> Edition:
    """The edition of a state, with a lawyer who signs."""
    files = history.states()[day]
    files["edition.yaml"] += b"roles: [{id: lawyer, label: the lawyer}]\n"
    found = read_files(files).edition
    assert found
    return found


@pytest.mark.parametrize("day", history.DAYS)
def test_the_audit_finds_each_thin_claim_and_no_other(day: str, pandoc: Pandoc) -> None:
    edition = edition_of(day)
    made = audit.audit(edition, RULES, texts.of(edition, pandoc))
    told: dict[str, tuple[str, ...]] = {}
    for finding in made.findings:
        told[finding.claim] = (*told.get(finding.claim, ()), finding.rule)
    assert told == FOUND[day] and dict(made.scores) == SCORES[day]


def test_each_edit_voids_the_signatures_of_its_piece_and_says_by_which_items() -> None:
    signed = SignOff()
    for day in history.DAYS:
        edition = edition_of(day)
        void = {
            state.piece: [name.partition(" ")[0] if name.startswith("paragraph ") else name for name, _ in state.changed]
            if state.signature
            else None
            for state in signoff.states(edition, signed)
            if not state.holds
        }
        assert void == VOID.get(day, dict.fromkeys(signoff.pieces(edition))), day
        who = signing.Signer(edition.about.roles[0], "Jo Ray", datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC))
        signed = signing.signed(edition, signed, list(signoff.pieces(edition)), who)
        assert all(state.holds for state in signoff.states(edition, signed))
