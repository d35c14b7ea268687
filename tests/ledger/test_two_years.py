"""Who has what after two years in which six editions went out: `where` and `recall` name exactly those people and files."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime

import pypdfium2
import pytest

from briefs.delivery.store import File, Sent, Store
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.ledger import pages, passages, recall, where
from briefs.press.session import Session
from briefs.tools.pandoc import Pandoc
from tests import small
from tests.ledger import history

DAYS = history.DAYS
M, N, P = "m@example.org", "n@example.org", "p@example.org"
BE, EE, REPORT = "briefs/belgium.pdf", "briefs/estonia.pdf", "report.pdf"
FILES = {BE: ("brief", "be"), EE: ("brief", "ee"), REPORT: ("report", "")}
SENT = (
    [(day, M, BE) for day in DAYS] + [(day, N, EE) for day in (DAYS[0], DAYS[2])] + [(day, P, REPORT) for day in (DAYS[0], DAYS[4])]
)
WRONG: Mapping[str, list[tuple[str, str, int]]] = {  # what is recalled: who holds what with it, and from which edition
    "be-01": [(M, BE, 0), (P, REPORT, 0)],
    "be-02": [(M, BE, 0), (P, REPORT, 0)],  # its date moved
    "ee-01": [(N, EE, 0), (P, REPORT, 0)],
    "ee-02": [(N, EE, 0), (P, REPORT, 0)],  # taken out
    "ee-03": [],  # new
    "fr-01": [],
    "countries/be.yaml#summary": [(M, BE, 0), (M, BE, 1), (M, BE, 2)],  # the report prints none
    "report/01-opening.md#1": [(P, REPORT, 0)],
    "the second paragraph counts the countries": [(P, REPORT, 0), (P, REPORT, 4)],  # taken out
    "be/rule": [(M, BE, 0), (P, REPORT, 0), (M, BE, 1), (M, BE, 2), (M, BE, 3)],
}


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as running:
        yield running


@pytest.fixture(scope="module")
def files(session: Session) -> Mapping[tuple[str, str], bytes]:
    """Each file that went out, by its day and name."""
    return {
        (day, name): small.make(session.for_edition(edition_of(day)), *FILES[name], ("pdf",)).files["pdf"]
        for day, _, name in sorted(set(SENT))
    }


@pytest.fixture(scope="module")
def store(files: Mapping[tuple[str, str], bytes], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The record after two years."""
    record, states = Store(tmp_path_factory.mktemp("years") / "exchange"), history.states()
    for day, to, name in sorted(SENT):
        when = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        record.record_export([File(name, *FILES[name], "a4", files[day, name])], states[day], when, to)
    return record


def edition_of(day: str) -> Edition:
    found = read_files(history.states()[day]).edition
    assert found
    return found


def words_of(pdf: bytes) -> str:
    return "".join(pages.folded(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(io.BytesIO(pdf)))


@pytest.mark.parametrize("what", WRONG)
def test_exactly_those_are_recalled_who_hold_it(what: str, store: Store, pandoc: Pandoc) -> None:
    found = recall.find(edition_of(DAYS[-1]), what, store, pandoc)
    assert sorted((one.when[:10], one.to, one.file) for one in found.holders) == sorted(
        (DAYS[number], to, name) for to, name, number in WRONG[what]
    )
    assert bool(found.wrong) == bool(WRONG[what])


@pytest.mark.parametrize("id", ["be-01", "be-02", "ee-01", "ee-03", "fr-01"])
def test_where_names_each_file_that_prints_a_fact_as_it_was(
    id: str, store: Store, files: Mapping[tuple[str, str], bytes], pandoc: Pandoc
) -> None:
    """The words of each day come from its own content, and whether a file prints them from the file, both without the ledger."""

    def fact(day: str) -> str:
        listed = [fact for country in edition_of(day).countries.values() for fact in country.facts if fact.id == id]
        return pages.folded(listed[0].text.markdown) if listed else ""

    wanted = passages.named(edition_of(DAYS[-1]), id, pandoc)[:1]
    held = where.held(store, passages.PastExcerpts(store, wanted, pandoc))
    expected = {(day, to, name) for day, to, name in SENT if fact(day) and fact(day) in words_of(files[day, name])}
    assert {(one.when[:10], one.to, one.file) for one in held} == expected
    assert all(pages.folded(one.words) == fact(one.when[:10]) for one in held)


def test_where_says_who_has_a_newer_one_and_what_it_says(store: Store, pandoc: Pandoc) -> None:
    wanted = passages.named(edition_of(DAYS[-1]), "be-01", pandoc)[:1]
    held = where.held(store, passages.PastExcerpts(store, wanted, pandoc))
    assert [(one.to, one.when[:10], one.newer[:10], one.still, one.is_reworded) for one in held if one.to != P] == [
        (M, day, DAYS[-1] if day != DAYS[-1] else "", day != DAYS[-1], day == DAYS[0]) for day in reversed(DAYS)
    ]


def test_all_that_went_out_is_in_the_record(store: Store) -> None:
    def event(sent: Sent) -> tuple[str, str, str]:
        return sent.when[:10], sent.to, sent.name

    assert sorted(map(event, store.sent())) == sorted(SENT)
