"""Where a passage is printed, and who has it: each page that prints it and no other, each person and what they were sent since."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from briefs.cli import main
from briefs.delivery.store import File, Sent, Store
from briefs.edition.model import Edition, Fact, Journey, Text
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.ledger import finished, pages, passages, where
from briefs.press import plan
from briefs.press.cache import Cache, TableCache
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.problems import NotUnderstood, Place, Problems
from briefs.tools.limited import LimitedProcess
from briefs.tools.pandoc import Pandoc
from briefs.typeset.word import package
from briefs.wordfile import docx
from tests import small
from tests.kept import KeptDocuments
from tests.ledger import history


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as running:
        yield running


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


SAMPLE = [("brief", "be"), ("glance", ""), ("compare", "be+ee"), ("handout", "ee")]  # beside the report, which prints all facts


def test_every_fact_of_the_edition_is_found_on_every_page_that_prints_it(
    edition: Edition, first_edition: KeptDocuments, pandoc: Pandoc
) -> None:
    found = found_in(first_edition.make("report", "").files["pdf"], edition, pandoc)
    assert {name for name, hits in found.items() if hits} >= {fact.id for fact in facts_of(edition)}


@pytest.mark.parametrize("kind, subject", SAMPLE)
def test_every_fact_is_found_in_other_documents_too(
    kind: str, subject: str, edition: Edition, first_edition: KeptDocuments, pandoc: Pandoc
) -> None:
    assert any(found_in(first_edition.make(kind, subject).files["pdf"], edition, pandoc).values())


@pytest.mark.long
def test_every_fact_is_found_in_all_documents_of_the_edition(edition: Edition, session: Session, pandoc: Pandoc) -> None:
    journey = Journey.model_validate({"title": Text("A journey", Place("journeys/a.yaml")), "countries": ["ee", "lv", "lt"]})
    whole = replace(edition, journeys={"a": journey})
    with_facts = [code for code, country in edition.countries.items() if country.facts]
    targets = [(target.kind, target.subject) for target in plan.plan(edition, Request()).targets]
    targets += [("handout", code) for code in with_facts] + [("bilingual", f"{code}+en-GB+fr") for code in with_facts]
    targets += [("compare", "+".join(pair)) for pair in pairwise(with_facts)] + [("pack", "a")]
    for kind, subject in targets:
        data = small.make(session.for_edition(whole), kind, subject, ("pdf",)).files["pdf"]
        assert any(found_in(data, whole, pandoc).values()) or subject in edition.decks, (kind, subject)


def facts_of(edition: Edition) -> Iterator[Fact]:
    return (fact for country in edition.countries.values() for fact in country.facts)


def found_in(data: bytes, edition: Edition, pandoc: Pandoc) -> dict[str, list[int]]:
    """The pages of a document on which each fact is found, as a whole and as timelines print it. They are those that print it: what
    each page prints is read here without the program."""
    texts = [letters(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(io.BytesIO(data))]
    read, found = pages.read("a.pdf", data), {}
    for fact in facts_of(edition):
        for passage in passages.of_fact(fact, pandoc):
            (wanted,) = map(letters, passage.parts)
            whole = [number for number, text in enumerate(texts, 1) if wanted in text]
            found[passage.name] = sorted({hit.page for hit in pages.find(read, passage.parts)})
            assert found[passage.name] == (whole or turning(wanted, texts)), passage.name
    return found


def turning(wanted: str, texts: Sequence[str]) -> list[int]:
    """The pages that end within a passage: they have its beginning, and the next page has all that follows."""
    return [
        number
        for number, (text, after) in enumerate(pairwise(texts), 1)
        if wanted[: pages.FEWEST] in text
        and any(wanted[:at] in text and wanted[at:] in after for at in range(pages.FEWEST, len(wanted)))
    ]


# Single pages.


def page(text: str, number: int = 1) -> pages.PrintedPage:
    return pages.PrintedPage(number, text)


def test_hyphens_quotation_marks_and_marks_of_notes_dont_matter() -> None:
    printed = page("Heading\nIt called the tech\ufffe\nnology “high-\nrisk”.\n1\n")
    assert list(pages.find([printed], ['It called the technology "high-risk".'])) == [
        pages.Hit(1, 2, "It called the technology “high- risk")
    ]


def test_ligatures_and_signs_before_a_passage_dont_move_it() -> None:
    printed = page("“Fi¼nes” – of the ofﬁce –\nthe ﬁne ﬁgures, at last.\n")
    assert list(pages.find([printed], ["fine figures"])) == [pages.Hit(1, 2, "ﬁne ﬁgures")]


def test_a_passage_with_a_note_in_it_is_found_around_the_note() -> None:
    printed = page("The law was passed.12 It names no company.\n")
    assert [hit.words for hit in pages.find([printed], ["The law was passed.", "It names no company."])] == [
        "The law was passed.12 It names no company"
    ]
    assert not list(pages.find([printed], ["The law was passed.", "It names a company."]))


def test_a_passage_over_the_end_of_a_page_stands_where_it_begins() -> None:
    first, second = page("Some words before the end of this\n7\n", 7), page("Title of the report\nvery long page go on here.\n", 8)
    found = list(pages.find([first, second], ["words before the end of this very long page go on here"]))
    assert found == [pages.Hit(7, 1, "words before the end of this")]


def test_what_only_begins_like_a_passage_isnt_it() -> None:
    first, second = page("Before the law was passed.\n", 1), page("Before the law came, nobody asked.\n", 2)
    assert [hit.page for hit in pages.find([first, second], ["Before the law came, nobody asked."])] == [2]


def test_other_words_over_the_end_of_a_page_arent_a_passage_that_stands_elsewhere() -> None:
    """A country's name in a cell, and what another country did on the next page."""
    first, second = page("North Macedonia\nAllowed\n", 1), page("Bulgaria’s first services came.\n", 2)
    whole = page("They announced North Macedonia’s first services.\n", 3)
    wanted = ["North Macedonia’s first services"]
    assert [hit.page for hit in pages.find([first, second, whole], wanted)] == [3]
    rest = page("• ’s first services came.\n", 2)
    assert [hit.page for hit in pages.find([first, rest, whole], wanted)] == [1, 3], "a rest that begins a line goes on"


def test_lines_are_counted_without_bullets_and_numbers() -> None:
    printed = page("One line\n•\n12\nAnother line\nThe third\n")
    assert next(pages.find([printed], ["third"])).line == 3


def test_a_damaged_file_is_named() -> None:
    for name in ("a.pdf", "a.docx", "a.pptx"):
        with pytest.raises(Problems, match=r"a\."):
            pages.read(name, b"not such a file")


def test_a_fact_a_text_a_phrase_and_a_source_can_be_asked_for(edition: Edition, pandoc: Pandoc) -> None:
    text, label = passages.named(edition, "be-07", pandoc)
    assert text.place.name == "countries/be.yaml#be-07/text" and label.words in text.words
    assert passages.named(edition, "countries/be.yaml#summary", pandoc)[0].words.startswith("In July 2020")
    assert passages.named(edition, "35 per cent", pandoc) == [
        passages.Excerpt("“35 per cent”", text.place.__class__(""), ("35 per cent",))
    ]
    key = edition.countries["be"].facts[0].sources[0]
    facts = {fact.id for country in edition.countries.values() for fact in country.facts if key in fact.sources}
    assert facts <= {passage.name for passage in passages.citing(edition, key, pandoc)}
    with pytest.raises(NotUnderstood, match="be-0"):
        passages.named(edition, "be-99", pandoc)
    with pytest.raises(NotUnderstood, match="there is no source"):
        passages.citing(edition, "nobody", pandoc)


# Files whose words are kept.


@pytest.fixture
def kept(tmp_path: Path) -> TableCache:
    return TableCache(Cache(tmp_path / "cache"))


def refuse(process: LimitedProcess, request: bytes) -> bytes:
    raise AssertionError("a file is read that was read before")


def test_the_words_of_files_are_read_while_documents_are_made_and_not_again(
    went_out: Mapping[str, Path], kept: TableCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(went_out["--out"].glob("briefs/belgium.*"))
    with finished.kept_as_made(kept) as keep:
        found = [reading.result() for reading in keep([*files, went_out["--out"] / "manifest.json"])]
    assert [path.suffix for path in files] == [".docx", ".pdf"] and found == [
        pages.read(path.name, path.read_bytes()) for path in files
    ]
    monkeypatch.setattr(LimitedProcess, "ask", refuse)
    with finished.being_read(went_out["--out"], kept) as read:
        assert [reading.result() for reading in read.values()] == found


def test_a_file_whose_bytes_changed_is_read_anew(went_out: Mapping[str, Path], kept: TableCache) -> None:
    data = (went_out["--out"] / "briefs/belgium.docx").read_bytes()
    before = pages.read("a.docx", data, kept)
    opened = docx.open_docx(data, "a.docx")
    next(run for run in opened.xml("word/document.xml").iter(package.w("t")) if run.text == "Belgium").text = "Bulgaria"
    after = pages.read("a.docx", package.write(opened, "2024-09-15"), kept)
    assert "Belgium" in before[0].text and after[0].text == before[0].text.replace("Belgium", "Bulgaria", 1)


def test_files_that_werent_read_when_the_documents_are_made_are_left_out(kept: TableCache, tmp_path: Path) -> None:
    (tmp_path / "a.txt.pdf").write_bytes(b"%PDF")
    with finished.kept_as_made(kept) as keep:
        found = keep([tmp_path / "a.txt.pdf"] * 1000)
    assert all(reading.done() for reading in found) and any(reading.cancelled() for reading in found)


NICE = """
import os
from briefs.ledger import pages
os.setpriority(os.PRIO_PROCESS, 0, max(15, os.getpriority(os.PRIO_PROCESS, 0)))
pages.start(gives_way=True)
print(os.getpriority(os.PRIO_PROCESS, 0) == os.getpriority(os.PRIO_PROCESS, pages._PROCESS._process.pid))
pages.close()
"""


def test_a_process_that_gives_way_goes_before_none_that_gives_way_more() -> None:
    """To lower a nice value is refused to all but root."""
    assert subprocess.run([sys.executable, "-c", NICE], capture_output=True, text=True).stdout == "True\n"


@pytest.mark.parametrize(
    "owner, name, fault, is_read",
    [
        (os, "setpriority", PermissionError(13, "Permission denied"), True),
        (subprocess, "Popen", BlockingIOError(11, "Resource temporarily unavailable"), False),
        (threading.Thread, "start", RuntimeError("can't start new thread"), False),
    ],
)
def test_a_build_goes_on_if_words_cant_be_kept(
    owner: Any,
    name: str,
    fault: Exception,
    is_read: bool,
    went_out: Mapping[str, Path],
    kept: TableCache,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*words: Any, **named: Any) -> None:
        raise fault

    monkeypatch.setattr(owner, name, refused)
    with finished.kept_as_made(kept) as keep:
        for _ in range(2):
            for reading in keep([went_out["--out"] / "briefs/belgium.pdf"]):
                assert (reading.exception() is None) == is_read


@pytest.mark.parametrize("many, names", [(1, ["estonia.pdf", "estonia.docx"]), (10, [])])
def test_a_build_of_many_documents_keeps_the_words_of_those_that_were_made(
    many: int, names: list[str], went_out: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Path] = []
    arguments = ["--content", str(went_out["--content"]), "--out", str(tmp_path), "--quiet"]
    assert main(["brief", "Belgium", *arguments]) == ExitCode.DONE
    monkeypatch.setattr(finished, "MANY", many)
    monkeypatch.setattr(finished, "kept_as_made", lambda kept: nullcontext(given.extend))
    assert main(["brief", "Belgium", "Estonia", *arguments]) == ExitCode.DONE
    assert [path.name for path in given] == names


# Who has it.


@pytest.fixture(scope="module")
def went_out(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A content folder, an output folder, and a record: m and n got the brief with 35 per cent, m then the one with 30."""
    folder = tmp_path_factory.mktemp("where")
    store, states = Store(folder / "store"), history.states()
    for day, people in (("2024-03-01", ("m@example.org", "n@example.org")), ("2024-09-15", ("m@example.org",))):
        reading = read_files(states[day])
        assert reading.edition
        data = small.brief(session, reading.edition, "pdf").files["pdf"]
        when = datetime.fromisoformat(f"{day}T12:00:00+00:00").astimezone(UTC)
        for to in people:
            with store.locked():
                file = File("briefs/belgium.pdf", "brief", "be", "a4", data)
                store.begin(f"{day} {to}", to, "smtp", [file], store.add_content(states[day]), when)
                store.end(f"{day} {to}", "sent", when)
    for path, text in states["2024-09-15"].items():
        (folder / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / path).write_bytes(text)
    arguments = ["brief", "Belgium", "--content", str(folder / "content"), "--out", str(folder / "out"), "--quiet"]
    assert main(arguments) == ExitCode.DONE
    return {"--content": folder / "content", "--out": folder / "out", "--store": folder / "store"}


def asked(what: str, folders: Mapping[str, Path], capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    named = [word for name, path in folders.items() for word in (name, str(path))]
    assert main(["where", *([what] if what else []), *named, *more, "--json"]) == ExitCode.DONE
    return json.loads(capsys.readouterr().out)


def test_it_says_who_has_a_fact_and_in_which_words(went_out: Mapping[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    found = asked("be-01", went_out, capsys)
    assert [(one["file"], one["page"]) for one in found["printed"] if "30 per cent" in one["words"]] == [
        ("briefs/belgium.docx", 0),
        ("briefs/belgium.pdf", 1),
    ]
    held = [(one["to"], one["when"][:10], one["newer"][:10], one["still"]) for one in found["held"] if one["passage"] == "be-01"]
    assert held == [
        ("m@example.org", "2024-09-15", "", False),
        ("n@example.org", "2024-03-01", "", False),
        ("m@example.org", "2024-03-01", "2024-09-15", True),  # the fact, in other words
    ]
    assert "35 per cent" in next(
        one["words"] for one in found["held"] if one["to"] == "n@example.org" and one["passage"] == "be-01"
    )


def test_a_phrase_that_was_corrected_is_held_by_those_without_the_newer_file(
    went_out: Mapping[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked("35 per cent", went_out, capsys)
    assert found["printed"] == []
    assert [(one["to"], one["newer"][:10], one["still"]) for one in found["held"]] == [
        ("n@example.org", "", False),
        ("m@example.org", "2024-09-15", False),
    ]


def test_the_same_file_sent_again_is_no_newer_one(session: Session, tmp_path: Path) -> None:
    reading = read_files(history.states()["2024-03-01"])
    assert reading.edition
    file = File("briefs/belgium.pdf", "brief", "be", "a4", small.brief(session, reading.edition, "pdf").files["pdf"])
    store = Store(tmp_path / "store")
    for day in (1, 2):
        with store.locked():
            store.begin(
                str(day),
                "m@example.org",
                "smtp",
                [file],
                store.add_content({"edition.yaml": b""}),
                datetime(2024, 3, day, tzinfo=UTC),
            )
            store.end(str(day), "sent", datetime(2024, 3, day, tzinfo=UTC))
    phrase = passages.Excerpt("phrase", Place(""), ("35 per cent",))
    assert [(one.when[:10], one.newer) for one in where.held(store, lambda _: [phrase])] == [("2024-03-02", ""), ("2024-03-01", "")]


def test_what_timelines_print_of_a_fact_is_looked_for_in_the_words_of_then(
    edition: Edition, tmp_path: Path, pandoc: Pandoc
) -> None:
    fact = edition.countries["be"].facts[0]
    place, store = fact.text.place, Store(tmp_path / "store")
    with store.locked():
        contents = [
            store.add_content({place.path: f'facts: [{{id: {fact.id}, text: "It **{words}** then."{more}}}]'.encode()})
            for words, more in (("says so", ""), ("says so", ", label: It said so"), ("", ""))
        ]
        contents.append(store.add_content({"edition.yaml": b""}))
    today = [passages.Excerpt(f"{fact.id}, as timelines print it", place, ("words of today",))]
    past = passages.PastExcerpts(store, today, pandoc)
    sent = [Sent("0" * 64, "a.pdf", "brief", "be", "a4", "", "", "smtp", content, "", True) for content in contents]
    assert [[one.words for one in past(then)] for then in sent] == [["says so"], ["It said so"], [], []]


def test_what_must_be_built_is_named(went_out: Mapping[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    left = asked("be-01", went_out, capsys)["not_built"]
    assert "report.pdf" in left and "briefs/estonia.pdf" in left and "briefs/belgium.pdf" not in left


def test_a_source_leads_to_what_rests_on_it(went_out: Mapping[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    found = asked("", went_out, capsys, "--source", "two")
    assert {one["name"] for one in found["passages"]} == {"be-02", "ee-02"}
    assert {one["passage"] for one in found["printed"]} == {"be-02"}


@pytest.mark.parametrize("words", [[], ["be-01", "--source", "one"]])
def test_one_thing_is_asked_for(words: list[str], went_out: Mapping[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["where", *words, "--content", str(went_out["--content"])]) == ExitCode.USAGE
    assert "name a fact such as be-07" in capsys.readouterr().err


def test_the_newest_other_version_of_a_document_is_found() -> None:
    def sent(sha256: str, to: str = "a@b.c", name: str = "be.docx") -> Sent:
        return Sent(sha256, name, "brief", "be", "a4", "", to, "smtp", "", "", True)

    files = [sent("1"), sent("2"), sent("1", "x@b.c"), sent("3", "A@b.c"), sent("3", name="be.pdf"), sent("2"), sent("2")]
    newer = [one and one.sha256 for one in where.newer_versions(files)]
    assert newer == ["2", "3", None, "2", None, None, None]


def test_a_mail_in_the_outbox_isnt_called_sent() -> None:
    held = where.Holding("be-01", "briefs/be.pdf", "0" * 64, "a@b.c", "2026-01-01T10:00:00Z", "words", True, "outbox")
    assert "  briefs/be.pdf was written to the outbox in a mail to a@b.c on 2026-01-01; nothing newer since" in where.lines(
        [], [], [held]
    )
