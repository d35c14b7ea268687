"""Values of the data come back from Word as the spans that print them, whatever happens around them; an edit of one is reported."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from briefs.delivery.store import File, Store
from briefs.typeset.word import package
from briefs.typeset.word.package import w
from briefs.wordfile import paragraphs
from tests.roundtrip.harness import DOCUMENTS, WHEN, MergeHarness, diff, edit_in_libreoffice, unmerged
from tests.wordfile.word import Word, make, run

COLUMNS = """columns:
  - {id: cans, label: Cans returned, kind: share, unit: per cent, decimals: 1, source: glass}
  - {id: towns, label: Towns that ask a deposit, unit: towns, decimals: 0, source: glass}
"""
TABLE = "code,year,cans,towns\nbe,2015,70.0,12\nbe,2019,83.4,31\nfr,2019,90,3\n"
FACT = ("back bottles: every one", "back []{.value column=cans} of bottles: every one")
SECTION = """---
title: Values
id: sec-values
---

In Belgium []{.value column=cans country=be year=2015} of the cans came back, later **[]{.value column=cans country=be}**, and in
France []{.value column=cans country=fr}.

- Belgium has []{.value column=towns country=be}

[]{.rank column=cans country=be} stands at the beginning.
"""
SLIDE = ("## What it costs\n", "## What it costs\n\nThere are []{.value column=towns country=be} in all.\n")


@pytest.fixture(scope="module")
def valued(harness: MergeHarness, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MergeHarness]:
    """The small edition with data, and values in a fact, a section and a deck."""
    files = {**harness.files, "columns.yaml": COLUMNS.encode(), "data/cans.csv": TABLE.encode()}
    files["report/03-values.md"] = SECTION.encode()
    for path, (old, new) in (("countries/be.yaml", FACT), ("decks/talk.md", SLIDE)):
        assert old.encode() in files[path]
        files[path] = files[path].replace(old.encode(), new.encode())
    store = Store(tmp_path_factory.mktemp("valued") / "exchange")
    made = MergeHarness(files, {}, store, harness.pandoc, harness.session)
    made.sent = {name: made.built(files, name) for name in DOCUMENTS}
    store.record_export([File(path, kind, of, "a4", made.sent[n]) for n, (kind, of, path) in DOCUMENTS.items()], files, WHEN)
    yield made


def controls(word: Word) -> list[Any]:
    """The content controls around values, in the order of the text."""
    return [s for s in word.body.iter(w("sdt")) if s.find(f"{w('sdtPr')}/{w('tag')}") is not None]


def in_control(word: Word, number: int, text: str) -> None:
    """Type over the words of a control."""
    first, *others = controls(word)[number].iter(w("t"))
    first.text = text
    for each in others:
        each.getparent().remove(each)


def without_controls(word: Word) -> None:
    """Replace each control by its content, as programs do that don't know controls."""
    for control in controls(word):
        for child in list(control.find(w("sdtContent"))):
            control.addprevious(child)
        control.getparent().remove(control)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_file_that_nobody_edited_has_no_edits(valued: MergeHarness, document: str) -> None:
    sent = valued.sent[document]
    assert controls(Word(sent))
    for edit in (lambda word: None, without_controls):
        word = Word(sent)
        edit(word)
        merged = valued.merge(word.saved(), f"{document}.docx")
        assert (merged.files, unmerged(merged)) == ({}, [])


def test_a_value_is_one_piece(valued: MergeHarness) -> None:
    read = paragraphs.read(package.read(valued.sent["report"])).paragraphs
    found = [p for each in read for p in each.pieces if p.kind == "value"]
    assert [(p.text.replace("\N{NO-BREAK SPACE}", " "), sorted(p.formatting)) for p in found] == [
        ("70.0 per cent", []), ("83.4 per cent", ["strong"]), ("90.0 per cent", []), ("31 towns", []), ("2 of 2", []),
        ("83.4 per cent", []),
    ]  # fmt: skip


Edit = Callable[[Word], None]
BEFORE = "In Belgium []{.value column=cans country=be year=2015} of the cans came back"


@pytest.mark.parametrize("bare", [False, True], ids=["with controls", "without"])
@pytest.mark.parametrize(("old", "new", "said"), [
    ("In Belgium", "In Flanders", "In Flanders []{.value column=cans country=be year=2015} of"),
    ("stands at", "is at", "[]{.rank column=cans country=be} is at the beginning."),
    ("Belgium has", "Flanders has", "- Flanders has []{.value column=towns country=be}"),
    (", later ", ", then ", "came back, then **[]{.value column=cans country=be}**, and in"),
])  # fmt: skip
def test_words_around_a_value_merge(valued: MergeHarness, old: str, new: str, said: str, bare: bool) -> None:
    word = Word(valued.sent["report"])
    word.replace(old, new)
    if bare:
        without_controls(word)
    merged = valued.merge(word.saved())
    assert unmerged(merged) == []
    assert said in merged.files["report/03-values.md"].decode()
    assert merged.files["report/03-values.md"].count(b"]{.") == SECTION.count("]{.")


def test_words_typed_within_its_control_stand_beside_it(valued: MergeHarness) -> None:
    word = Word(valued.sent["report"])
    in_control(word, 0, "some 70.0\N{NO-BREAK SPACE}per cent or so ")
    merged = valued.merge(word.saved())
    assert unmerged(merged) == []
    said = "In Belgium some []{.value column=cans country=be year=2015} or so of the cans"
    assert said in " ".join(merged.files["report/03-values.md"].decode().split())


def test_a_value_that_was_made_plain_keeps_its_span(valued: MergeHarness) -> None:
    word = Word(valued.sent["report"])
    for bold in controls(word)[1].iter(w("rPr")):
        for each in list(bold):
            bold.remove(each)
    merged = valued.merge(word.saved())
    assert unmerged(merged) == []
    assert "later []{.value column=cans country=be}, and" in " ".join(merged.files["report/03-values.md"].decode().split())


def test_a_value_that_was_moved_in_its_sentence_keeps_its_span(valued: MergeHarness) -> None:
    word = Word(valued.sent["report"])
    control = controls(word)[4]
    paragraph = control.getparent()
    paragraph.remove(control)
    word.replace(" stands at the beginning.", "Here stands ")
    paragraph.append(control)
    paragraph.append(run("."))
    merged = valued.merge(word.saved())
    assert unmerged(merged) == []
    assert "\nHere stands []{.rank column=cans country=be}.\n" in merged.files["report/03-values.md"].decode()


@pytest.mark.parametrize("record", [False, True], ids=["untracked", "tracked"])
def test_an_edited_value_is_reported_and_its_span_stays(valued: MergeHarness, record: bool) -> None:
    word = Word(valued.sent["report"])
    (word.track_replace if record else word.replace)("83.4", "85.1")
    word.replace("stands at", "is at")
    merged = valued.merge(word.saved())
    (line,) = unmerged(merged)
    assert line.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "report/03-values.md:6: a value is the data’s, so this change was not written: change data/, or"
        " []{.value column=cans country=be} in the text: “83.4 per cent” → “85.1 per cent”"
    )
    assert diff(valued.files, merged.files).splitlines()[1:] == [
        "-[]{.rank column=cans country=be} stands at the beginning.", "+[]{.rank column=cans country=be} is at the beginning.",
    ]  # fmt: skip


def test_an_edited_value_in_a_fact_and_on_a_slide_is_reported(valued: MergeHarness) -> None:
    for document, old, new, place in (
        ("brief", "83.4", "85.1", "countries/be.yaml:"),
        ("handout", "31", "32", "decks/talk.md:"),
    ):
        word = Word(valued.sent[document])
        word.replace(old, new)
        merged = valued.merge(word.saved())
        assert merged.files == {}
        (line,) = unmerged(merged)
        assert line.startswith(place)
        assert old in line and new in line and "is the data’s" in line


def _delete(word: Word) -> None:
    control = controls(word)[0]
    control.getparent().remove(control)


def _empty(word: Word) -> None:
    """Delete the words of a control. Word shows a prompt in their place."""
    control = controls(word)[0]
    control.find(w("sdtPr")).append(make("showingPlcHdr"))
    in_control(word, 0, "Click or tap here to enter text.")


def _type_over(word: Word) -> None:
    _delete(word)
    word.replace("In Belgium  of the cans", "Most cans in Belgium")


@pytest.mark.parametrize("edit", [_delete, _empty, _type_over])
def test_a_deleted_value_is_reported_and_its_span_stays(valued: MergeHarness, edit: Edit) -> None:
    word = Word(valued.sent["report"])
    edit(word)
    merged = valued.merge(word.saved())
    (line,) = unmerged(merged)
    assert "a value is the data’s, so this change was not written" in line
    assert "In Belgium 70.0 per cent of the cans came back" in line
    assert BEFORE in {**valued.files, **merged.files}["report/03-values.md"].decode()


def test_a_copied_value_is_reported(valued: MergeHarness) -> None:
    word = Word(valued.sent["report"])
    word.found("Nobody counts the crates").append(copy.deepcopy(controls(word)[0]))
    merged = valued.merge(word.saved())
    assert merged.files == {}
    (line,) = unmerged(merged)
    assert "a value of the data was copied, so this change was not written: write a span that prints “70.0" in line


def test_a_copied_paragraph_with_a_value_is_reported(valued: MergeHarness) -> None:
    for document, text in (("report", "stands at the beginning"), ("brief", "Shops in Liège take")):
        word = Word(valued.sent[document])
        word.copy(text, (text, "Here they bring"))
        merged = valued.merge(word.saved())
        assert merged.files == {}
        (line,) = unmerged(merged)
        assert "a new paragraph has a value of the data: write it in the content with its span" in line


def test_a_deleted_paragraph_takes_its_value_with_it(valued: MergeHarness) -> None:
    word = Word(valued.sent["report"])
    word.remove("stands at the beginning")
    merged = valued.merge(word.saved())
    assert unmerged(merged) == []
    assert "rank" not in merged.files["report/03-values.md"].decode()


def test_libreoffice_keeps_values(valued: MergeHarness, cache: Path, tmp_path: Path) -> None:
    """Saved by LibreOffice, the files have no edits; words around a value merge; an edited value is reported."""
    for document, sent in valued.sent.items():
        (tmp_path / f"{document}.docx").write_bytes(sent)
    edits = {
        **{document: (document, []) for document in DOCUMENTS},
        "around": ("report", [("replace", "stands at", "is at")]),
        "within": ("report", [("replace", "83.4", "85.1")]),
    }
    jobs = [
        {"source": str(tmp_path / f"{source}.docx"), "target": str(tmp_path / f"{name}-saved.docx"), "edits": done}
        for name, (source, done) in edits.items()
    ]
    edit_in_libreoffice([{**job, "record": True} for job in jobs], tmp_path, cache)
    merged = {name: valued.merge((tmp_path / f"{name}-saved.docx").read_bytes(), f"{name}.docx") for name in edits}
    for document in DOCUMENTS:
        assert (merged[document].files, unmerged(merged[document])) == ({}, [])
    assert unmerged(merged["around"]) == []
    assert "column=cans country=be} is at the" in merged["around"].files["report/03-values.md"].decode()
    assert merged["within"].files == {}
    (line,) = unmerged(merged["within"])
    assert "a value is the data’s" in line and "85.1" in line
