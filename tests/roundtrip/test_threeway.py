"""Merging when the content has changed since, when the sent file is unknown, when two people edited, and when the folder
changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from briefs.delivery.store import Store
from briefs.edition import threeway, write
from briefs.problems import Problems
from briefs.roundtrip.folder import merge_files, write_content
from briefs.roundtrip.merge import MergeOutcome
from briefs.theme import Theme
from briefs.typeset.word.package import w
from briefs.wordfile.paragraphs import accept_all
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word, without_origin

OPENING, MONEY, BELGIUM = "report/01-opening.md", "report/02-money.md", "countries/be.yaml"
FIRST = "A bottle that comes back is filled again some thirty times before it breaks.[@glass]"
CRATES = "A plain line about crates, which are returned more often than bottles are."
LARGELY = """report/01-opening.md
-this, and those who buy them have mostly forgotten it; the *Glass Gazette* wrote in May 2019 that “a deposit is a
+this, and those who buy them have largely forgotten it; the *Glass Gazette* wrote in May 2019 that “a deposit is a"""


def edited(harness: MergeHarness, document: str, *edits: Callable[[Word], object]) -> bytes:
    word = Word(harness.sent[document])
    for edit in edits:
        edit(word)
    return word.saved()


def since(files: Mapping[str, bytes], *changes: tuple[str, str, str]) -> dict[str, bytes]:
    """The content with some words replaced: path, old, new."""
    out = dict(files)
    for path, old, new in changes:
        assert old in out[path].decode()
        out[path] = out[path].decode().replace(old, new, 1).encode()
    return out


def largely(word: Word) -> None:
    word.replace("mostly forgotten", "largely forgotten")


def less(word: Word) -> None:
    word.replace("returned more often", "returned less often")


def fact(files: Mapping[str, bytes]) -> str:
    """The lines of the fact about crates."""
    text = files[BELGIUM].decode()
    return text[text.index("  - id: be-03") : text.index("\n  # Policy.")]


# Notes beside each other.


def test_the_comma_between_two_notes_is_no_edit(harness: MergeHarness) -> None:
    files = since(harness.files, (OPENING, "breaks.[@glass]", "breaks.[@glass]^[A note of its own.]"))
    word = Word(harness.built(files, "report"))
    plain = harness.merge(word.saved(), "report.docx", files, no_base=True)
    assert (plain.files, plain.count, unmerged(plain)) == ({}, 0, [])
    raised = [run for run in word.found("mostly forgotten").iter(w("r")) if run.find(f".//{w('vertAlign')}") is not None]
    commas = [run for run in raised if "," in run.xpath("string()")]
    for run in commas:
        run.getparent().remove(run)
    largely(word)
    merged = harness.merge(word.saved(), "report.docx", files, no_base=True)
    assert commas and merged.count == 1 and not unmerged(merged)
    text = merged.files[OPENING].decode()
    assert "largely forgotten" in text and "breaks.[@glass]^[A note of its own.]" in text


# The content has changed since.


@pytest.mark.parametrize(
    "change",
    [
        (OPENING, "Nobody counts the crates", "Hardly anybody counts crates"),
        (OPENING, FIRST, f"A new block.\n\n{FIRST}"),
        (OPENING, "The second paragraph speaks", "The second paragraph tells"),
        (OPENING, "> A deposit is a promise, and a promise is kept.\n\n", ""),
        (OPENING, "short: Bottles\n", ""),
        (MONEY, "The cost of a deposit", "The price of a deposit"),
    ],
    ids=["the same block elsewhere", "a block before", "another block", "a block taken out", "the head", "another file"],
)
def test_later_changes_elsewhere_in_the_content_are_kept(change: tuple[str, str, str], harness: MergeHarness) -> None:
    today = since(harness.files, change)
    merged = harness.merge(edited(harness, "report", largely), files=today)
    assert (diff(today, merged.files), unmerged(merged)) == (LARGELY, [])


def test_a_change_that_the_content_has_too_is_no_edit(harness: MergeHarness) -> None:
    merged = harness.merge(edited(harness, "report", largely), files=since(harness.files, (OPENING, "have mostly", "have largely")))
    assert (merged.files, unmerged(merged)) == ({}, [])


@pytest.mark.parametrize(
    ("document", "edit", "change", "told"),
    [
        ("report", largely, (OPENING, "have mostly", "have wholly"), "a conflict: “mostly” became “wholly” in the content and “largely” in the Word file"),
        ("brief", less, (BELGIUM, "more often than", "a lot more than"), "a conflict: “more often” became “a lot more” in the content and “less often” in the Word file"),
        ("brief", lambda w: w.remove("A plain line"), (BELGIUM, "about crates", "about all crates"), "this was deleted in Word, and has been changed in the content"),
        ("report", largely, (OPENING, "have mostly", "have *mostly*"), "a conflict"),
        ("report", largely, (OPENING, "have mostly", "had mostly"), "a conflict: “have mostly” became “had mostly” in the content and “have largely”"),
    ],
    ids=["words", "words of a fact", "taken out and changed", "look and word", "words next to each other"],
)  # fmt: skip
def test_a_conflict_is_reported_with_both_sides(
    document: str, edit: Callable[[Word], object], change: tuple[str, str, str], told: str, harness: MergeHarness
) -> None:
    merged = harness.merge(edited(harness, document, edit), files=since(harness.files, change))
    assert merged.files == {}
    assert len(merged.unmerged) == 1 and told in unmerged(merged)[0]


def test_a_conflict_does_not_stop_other_edits(harness: MergeHarness) -> None:
    today = since(harness.files, (OPENING, "have mostly", "have wholly"))
    merged = harness.merge(edited(harness, "report", largely, lambda w: w.replace("nobody plans", "somebody plans")), files=today)
    assert list(merged.files) == [MONEY] and len(merged.unmerged) == 1


@pytest.mark.parametrize("gone", ["fact", "block", "file"])
def test_an_edit_of_deleted_content_is_reported(gone: str, harness: MergeHarness) -> None:
    if gone == "fact":
        today, data = since(harness.files, (BELGIUM, fact(harness.files), "")), edited(harness, "brief", less)
    else:
        data = edited(harness, "report", lambda w: w.replace("nobody plans for", "somebody plans for"))
        last = "\nWhat is not returned pays for the rest. It is said, too, that nobody plans for this.\n"
        today = since(harness.files, (MONEY, last, ""), (OPENING, "[](#sec-money)", "the next part"))
        if gone == "file":
            del today[MONEY]
    merged = harness.merge(data, files=today)
    assert merged.files == {}
    assert len(merged.unmerged) == 1 and "this text is no longer in the content" in unmerged(merged)[0]


def test_what_both_sides_deleted_is_no_conflict(harness: MergeHarness) -> None:
    merged = harness.merge(
        edited(harness, "brief", lambda w: w.remove("A plain line")), files=since(harness.files, (BELGIUM, fact(harness.files), ""))
    )
    assert (merged.files, unmerged(merged)) == ({}, [])


AGAIN: list[tuple[str, Callable[[Word], object]]] = [
    ("report", largely),
    ("report", lambda w: w.new("The second paragraph", "A new middle stands here.")),
    ("report", lambda w: w.move("The second paragraph", after="The cost of a deposit is small")),
    ("report", lambda w: w.new("which would rather not", "the state, which looks on;")),
    ("report", lambda w: w.remove("which would rather not")),
    ("report", lambda w: w.split("It says that shops")),
    ("report", lambda w: w.join("Nobody counts the crates")),
    ("brief", lambda w: w.copy("A plain line about crates", (CRATES, "A colleague has put this new fact in."))),
    ("brief", lambda w: w.remove("A plain line about crates")),
]


@pytest.mark.parametrize(("document", "edit"), AGAIN)
def test_merging_a_file_twice_changes_nothing_more(document: str, edit: Callable[[Word], object], harness: MergeHarness) -> None:
    data = edited(harness, document, edit)
    once = harness.merge(data)
    assert once.files
    again = harness.merge(data, files={**harness.files, **once.files})
    assert (again.files, unmerged(again)) == ({}, [])


def test_two_changes_of_a_table_leave_a_table(harness: MergeHarness) -> None:
    today = since(harness.files, (OPENING, "| Ghent |     120 |", "| Ghent |     125 |"))
    merged = harness.merge(edited(harness, "report", lambda w: w.replace("a little", "not much")), files=today)
    assert diff(today, merged.files) == "report/01-opening.md\n-| Liège |      95 | a little |\n+| Liège |      95 | not much |"


# The sent file is unknown.


@pytest.fixture
def nowhere(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "nothing")


@pytest.mark.parametrize("change", ["", "another block", "a block before"])
def test_without_the_sent_file_a_block_with_todays_hash_is_merged(change: str, harness: MergeHarness, nowhere: Store) -> None:
    changes = {
        "another block": [(MONEY, "It is said, too", "It is also said")],
        "a block before": [(OPENING, FIRST, f"A new block.\n\n{FIRST}")],
    }.get(change, [])
    today = since(harness.files, *changes)
    merged = harness.merge(edited(harness, "report", largely), files=today, store=nowhere)
    known = "today’s content, because the sent file isn’t in the store" if change else "the content that it was built from"
    assert merged.base == known
    assert diff(today, merged.files) == LARGELY
    told = "the text that was edited isn’t known"
    assert [told in line for line in unmerged(merged)] == [True] * (change == "another block")


def test_without_the_sent_file_another_block_is_merged_only_with_no_base(harness: MergeHarness, nowhere: Store) -> None:
    today = since(harness.files, (OPENING, "have mostly", "have wholly"))
    data = edited(harness, "report", largely)
    merged = harness.merge(data, files=today, store=nowhere)
    assert (merged.files, merged.unverified) == ({}, 1)
    assert len(merged.unmerged) == 1 and "the text that was edited isn’t known" in unmerged(merged)[0]
    merged = harness.merge(data, files=today, store=nowhere, no_base=True)
    assert diff(today, merged.files) == LARGELY.replace("mostly", "wholly") and merged.unverified == 1


def test_without_hashes_nothing_is_merged_except_with_no_base(harness: MergeHarness, nowhere: Store) -> None:
    data = without_origin(edited(harness, "report", largely))
    merged = harness.merge(data, "report (2).docx", store=nowhere)
    assert (merged.files, merged.unverified, len(merged.unmerged)) == ({}, 1, 1)
    assert diff(harness.files, harness.merge(data, "report (2).docx", store=nowhere, no_base=True).files) == LARGELY


def test_blocks_that_the_content_has_lost_or_gained_are_no_edits(harness: MergeHarness, nowhere: Store) -> None:
    today = since(
        harness.files, (OPENING, "> A deposit is a promise, and a promise is kept.\n\n", ""), (OPENING, FIRST, f"Since.\n\n{FIRST}")
    )
    merged = harness.merge(edited(harness, "report", largely), files=today, store=nowhere)
    assert diff(today, merged.files) == LARGELY
    assert unmerged(merged) == [
        "this text is no longer in the document: “A deposit is a promise, and a promise is kept.” (page 1, under “Who pays for the trucks”)"
    ]  # fmt: skip


@pytest.mark.parametrize("first", [FIRST, f"A new block.\n\n{FIRST}"])
def test_who_deleted_a_paragraph_is_known_without_the_sent_file(first: str, harness: MergeHarness, nowhere: Store) -> None:
    data = edited(harness, "report", lambda w: w.track_delete_paragraph("The second paragraph"))
    merged = harness.merge(data, files=since(harness.files, (OPENING, FIRST, first)), store=nowhere)
    assert [(one.kind, {name for name, _ in one.authors}) for one in merged.written] == [("taken out", {"Ann"})]


def test_a_file_of_an_unknown_document_is_refused(harness: MergeHarness, nowhere: Store) -> None:
    with pytest.raises(Problems, match="it can’t be found out which document this is"):
        harness.merge(without_origin(harness.sent["brief"]), "minutes.docx", store=nowhere)


# Two people, and the folder.


@pytest.fixture
def folder(harness: MergeHarness, tmp_path: Path) -> Path:
    for path, data in harness.files.items():
        (tmp_path / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / path).write_bytes(data)
    return tmp_path / "content"


def here(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def merged(harness: MergeHarness, folder: Path, theme: Theme, *files: bytes) -> MergeOutcome:
    paths = [folder.parent / f"{number}.docx" for number, _ in enumerate(files)]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    return merge_files(paths, folder, harness.store, theme, accept_all)


def test_edits_of_two_people_in_two_copies_are_merged(harness: MergeHarness, folder: Path, theme: Theme) -> None:
    ann = edited(
        harness,
        "report",
        largely,
        lambda w: w.new("The second paragraph", "By Ann."),
        lambda w: w.replace("nobody plans", "Ann plans"),
    )
    bo = edited(harness, "report", lambda w: w.replace("Nobody counts", "Everybody counts"), lambda w: w.new("The second paragraph", "By Bo."),
                lambda w: w.replace("nobody plans", "Bo plans"))  # fmt: skip
    come = merged(harness, folder, theme, ann, bo)
    assert [len(m.unmerged) for m in come.merges] == [0, 1] and "became “Ann” in the content and “Bo” in the Word file" in unmerged(
        come.merges[1]
    )[0]
    assert here(folder) == harness.files
    write_content(come, folder)
    text = here(folder)[OPENING].decode()
    assert all(words in text for words in ("largely forgotten", "\n\nBy Ann.\n\n", "\n\nBy Bo.\n\n", "Everybody counts"))
    assert b"that Ann plans for this" in here(folder)[MONEY]
    assert not merged(harness, folder, theme, ann).after


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(harness: MergeHarness, folder: Path, theme: Theme) -> None:
    come = merged(harness, folder, theme, edited(harness, "report", largely, lambda w: w.replace("nobody plans", "somebody plans")))
    (folder / MONEY).write_bytes(b"meanwhile")
    before = here(folder)
    with pytest.raises(Problems, match="has changed meanwhile"):
        write_content(come, folder)
    assert here(folder) == before and len(come.after) == 2
    (folder / MONEY).unlink()
    with pytest.raises(Problems, match="has changed meanwhile"):
        write_content(come, folder)


@pytest.mark.parametrize("first", [OPENING, MONEY])
def test_a_merge_that_ended_between_two_files_goes_on(first: str, harness: MergeHarness, folder: Path, theme: Theme) -> None:
    word = edited(harness, "report", largely, lambda w: w.replace("nobody plans", "somebody plans"))
    whole = merged(harness, folder, theme, word)
    (folder / first).write_bytes(whole.after[first])  # a file takes its place by itself
    rest = merged(harness, folder, theme, word)
    assert rest.after == {name: data for name, data in whole.after.items() if name != first}
    assert not any(merge.unmerged for merge in rest.merges)


@pytest.mark.parametrize("fails", [1, 2, 3])
def test_all_files_are_written_or_none(fails: int, harness: MergeHarness, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fails at the n-th rename. Then none of the three files has changed, and no temporary file is left."""
    before, paths = here(folder), (BELGIUM, OPENING, MONEY)
    replace, calls = os.replace, []

    def failing(old: str, new: str, **folders: int) -> None:
        calls.append(new)
        if len(calls) == fails:
            raise OSError(28, "No space left on device", new)
        replace(old, new, **folders)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(Problems, match="can’t be written: No space left"):
        write.put(folder, before, {path: before[path] + b"\n" for path in paths})
    monkeypatch.undo()
    assert here(folder) == before
    write.put(folder, before, {path: before[path] + b"\n" for path in paths})
    assert all(here(folder)[path] == before[path] + b"\n" for path in paths)


def test_files_are_removed_and_written_or_nothing_is(harness: MergeHarness, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second file can't be removed. Then the first is there again, and the third as it was."""
    before, unlink, calls = here(folder), os.unlink, []

    def failing(name: str, **folders: int) -> None:
        calls.append(name)
        if name == Path(OPENING).name:
            raise OSError(30, "Read-only file system", name)
        unlink(name, **folders)

    monkeypatch.setattr(os, "unlink", failing)
    with pytest.raises(Problems, match="can’t be written: Read-only"):
        write.put(folder, before, {BELGIUM: None, OPENING: None, MONEY: b"x"})
    assert Path(BELGIUM).name in calls and here(folder) == before
    monkeypatch.undo()
    write.put(folder, before, {BELGIUM: None, MONEY: b"x"})
    assert here(folder) == {path: b"x" if path == MONEY else data for path, data in before.items() if path != BELGIUM}


def test_a_folder_that_can_not_be_written_is_reported(harness: MergeHarness, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = here(folder)

    def failing(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Problems, match="can’t be written: Input/output error"):
        write.put(folder, before, {OPENING: b"x", MONEY: b"y"})
    assert here(folder) == before


def test_a_files_permissions_are_kept(harness: MergeHarness, folder: Path) -> None:
    (folder / OPENING).chmod(0o640)
    write.put(folder, here(folder), {OPENING: b"x"})
    assert (folder / OPENING).stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_not_text_is_refused_and_not_a_crash() -> None:
    with pytest.raises(write.NotWritable, match="not UTF-8 text"):
        write.changed({"countries/be.yaml": b"PK\x03\x04\xff\xfe"}, [write.Reword("countries/be.yaml#be-01/text", "New.")])


def test_words_that_are_repeated_thousands_of_times_are_merged_too() -> None:
    """difflib alone would take minutes (`briefs/sequences.py`)."""
    ours = "x y " * 2000
    assert threeway.merge("x " * 4000, ours, "x " * 4000).text == ours
