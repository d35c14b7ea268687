"""Unedited files have no edits, whatever program opened and saved them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from briefs.delivery.store import File, Store
from briefs.edition.files import read_folder
from briefs.edition.model import Edition
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.roundtrip.base import edition_of
from briefs.roundtrip.merge import merge
from briefs.tools import libreoffice, pandoc
from briefs.typeset.word.package import w
from tests import small
from tests.conftest import ROOT
from tests.roundtrip.harness import DOCUMENTS, WHEN, MergeHarness, unmerged
from tests.wordfile.google import saved_by_google
from tests.wordfile.word import Word, parts, renamed_styles, rezipped, with_endnotes, without_origin

Sent = Mapping[str, bytes]


def saved(files: Sent, profile: Path, folder: Path, *ways: str) -> dict[str, bytes]:
    """The files after LibreOffice has converted them to each format of `ways` in turn. It is started once for each format."""
    names = {f"{number}": name for number, name in enumerate(files)}
    folder.mkdir()
    for number, name in names.items():
        (folder / f"{number}.docx").write_bytes(files[name])
    before = "docx"
    for step, way in enumerate(ways):
        into = folder / str(step)
        source = folder / str(step - 1) if step else folder
        office = [libreoffice.program(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        command = [*office, "--convert-to", way, "--outdir", str(into), *(str(source / f"{n}.{before}") for n in names)]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        before = way.partition(":")[0]
    return {name: (into / f"{number}.docx").read_bytes() for number, name in names.items()}


WORD = "docx:MS Word 2007 XML"
WAYS = [(WORD,), ("odt", WORD)]


@pytest.mark.parametrize("document", ["report", "brief", "handout"])
def test_an_unedited_file_has_no_edits(document: str, harness: MergeHarness) -> None:
    data = harness.sent[document]
    for each in (data, Word(data).saved(), renamed_styles(data), without_origin(data, bookmarks=False)):
        merged = harness.merge(each)
        assert (merged.files, unmerged(merged)) == ({}, [])


@pytest.mark.parametrize("ways", WAYS, ids=["saved", "through .odt"])
def test_a_file_saved_by_libreoffice_has_no_edits(
    ways: tuple[str, ...], harness: MergeHarness, cache: Path, tmp_path: Path
) -> None:
    for name, data in saved(harness.sent, cache / "exchange", tmp_path / "saved", *ways).items():
        assert data != harness.sent[name] and ("customXml/item1.xml" not in parts(data) or len(ways) == 1)
        merged = harness.merge(data, f"{name}.docx")
        assert (name, merged.files, unmerged(merged)) == (name, {}, [])


def found(files: Sent, content: Mapping[str, bytes], sent: Store, harness: MergeHarness) -> dict[str, object]:
    """What is found in files of the first edition. There should be nothing."""
    out: dict[str, object] = {}
    for name, data in files.items():
        merged = merge(data, name, content, sent, harness.built_from, harness.pandoc)
        if merged.files or merged.unmerged or merged.comments:
            out[name] = sorted(merged.files), unmerged(merged)
    return out


def store(files: Mapping[str, File], content: Mapping[str, bytes], folder: Path) -> Store:
    made = Store(folder)
    made.record_export(list(files.values()), content, WHEN)
    return made


def test_unedited_briefs_of_the_first_edition_have_no_edits(
    built: Mapping[tuple[str, str], FinishedDocument], harness: MergeHarness, cache: Path, tmp_path: Path
) -> None:
    content, _ = read_folder(ROOT / "content")
    made = {code: m for (code, paper), m in built.items() if paper == "a4"}
    files = {f"{m.stem}.docx": File(f"{m.stem}.docx", "brief", code, "a4", m.files["docx"]) for code, m in made.items()}
    sent = store(files, content, tmp_path / "exchange")
    data = {name: f.data for name, f in files.items()}
    assert found(data, content, sent, harness) == {}
    assert found(saved(data, cache / "exchange", tmp_path / "saved", WORD), content, sent, harness) == {}


@pytest.mark.long
def test_no_unedited_file_of_the_first_edition_has_edits(
    session: Session, edition: Edition, harness: MergeHarness, cache: Path, tmp_path: Path
) -> None:
    content, _ = read_folder(ROOT / "content")
    wanted = [("report", ""), ("handout", "overview")]
    wanted += [(kind, code) for code, country in edition.countries.items() if country.facts for kind in ("brief", "handout")]
    files: dict[str, File] = {}
    for kind, subject in wanted:
        made = small.make(session, kind, subject, ("docx",), "a4")
        files[f"{made.stem}.docx"] = File(f"{made.stem}.docx", kind, subject, "a4", made.files["docx"])
    assert len(files) == 58
    sent = store(files, content, tmp_path / "exchange")
    data = {name: f.data for name, f in files.items()}
    assert found(data, content, sent, harness) == {}
    assert found(saved(data, cache / "exchange", tmp_path / "saved", WORD), content, sent, harness) == {}
    some = {name: data[name] for name in ("report.docx", "briefs/united-states.docx", "handouts/overview.docx")}
    assert found(saved(some, cache / "exchange", tmp_path / "odt", "odt", WORD), content, sent, harness) == {}


def saved_by_pandoc(data: bytes, folder: Path) -> bytes:
    """A Word file as pandoc reads and writes it: without properties, bookmarks, headers, columns and most styles."""
    (folder / "sent.docx").write_bytes(data)
    command = [pandoc.program(), "sent.docx", "-o", "saved.docx", "--extract-media", "media"]
    subprocess.run(command, check=True, cwd=folder, capture_output=True, timeout=60)
    return (folder / "saved.docx").read_bytes()


@pytest.mark.parametrize("document", ["report", "brief", "handout"])
def test_a_file_saved_by_pandoc_has_no_edits(document: str, harness: MergeHarness, tmp_path: Path) -> None:
    merged = harness.merge(saved_by_pandoc(harness.sent[document], tmp_path), Path(DOCUMENTS[document][2]).name)
    assert (merged.files, unmerged(merged)) == ({}, [])


@pytest.mark.parametrize("document", ["report", "brief", "handout"])
def test_a_file_exported_by_google_docs_has_no_edits(document: str, harness: MergeHarness) -> None:
    """The bold and the frames that its styles gave are set on paragraphs and words, and headings of own styles are paragraphs."""
    merged = harness.merge(saved_by_google(harness.sent[document]), Path(DOCUMENTS[document][2]).name)
    assert (merged.files, unmerged(merged)) == ({}, [])


def test_an_edit_in_a_file_exported_by_google_docs_comes_back_alone(harness: MergeHarness) -> None:
    word = Word(saved_by_google(harness.sent["report"]))
    word.replace("mostly forgotten", "largely forgotten")
    merged = harness.merge(word.saved(), "report.docx")
    assert (list(merged.counts.items()), unmerged(merged)) == ([("reworded", 1)], [])


def test_a_new_fact_in_a_file_exported_by_google_docs_has_the_source_of_its_number(harness: MergeHarness) -> None:
    """The bookmark to which the number leads has another name there."""
    word = Word(saved_by_google(harness.sent["brief"]))
    word.copy("Shops in Liège", ("Shops in Liège", "Cafés in Liège"))
    merged = harness.merge(word.saved(), "belgium.docx")
    assert unmerged(merged) == [] and dict(merged.counts) == {"new": 1}
    assert "Cafés in Liège" in merged.files["countries/be.yaml"].decode()


def test_footnotes_that_word_turned_into_endnotes_are_no_edits(harness: MergeHarness) -> None:
    merged = harness.merge(with_endnotes(harness.sent["report"]), "report.docx")
    assert (merged.files, unmerged(merged)) == ({}, [])


def test_what_an_old_format_drops_everywhere_is_told_once(harness: MergeHarness, cache: Path, tmp_path: Path) -> None:
    """A `.doc` of LibreOffice has no results of the report's citations, no bibliography and no alternative texts."""
    data = saved({"report": harness.sent["report"]}, cache / "exchange", tmp_path / "saved", "doc", WORD)["report"]
    merged = harness.merge(data, "report.docx")
    told = [one.partition(":")[0] for one in unmerged(merged)]
    assert merged.files == {} and len(told) <= 4
    assert "the citations of this file have no words any more, so it can’t be seen whether one was changed" in told
    assert "the pictures of this file have no alternative texts any more, so it can’t be seen whether one was replaced" in told


def test_two_notes_that_somebody_emptied_are_two_edits(harness: MergeHarness) -> None:

    def empty(files: dict[str, bytes]) -> None:
        root: Any = etree.fromstring(files["word/footnotes.xml"])
        notes = [note for note in root if "ZOTERO" in "".join(note.itertext(w("instrText")))]
        assert len(notes) > 2
        for run in [run for note in notes[:2] for run in list(note.iter(w("r")))[1:]]:
            run.getparent().remove(run)
        files["word/footnotes.xml"] = etree.tostring(root)

    told = unmerged(harness.merge(rezipped(harness.sent["report"], empty), "report.docx"))
    assert len(told) == 2 and all("a note was changed; the source still has the old one" in one for one in told)


TWO_LANGUAGES = {
    "translations/fr/decks/talk.md.yaml": b"""texts:
  - id: c468518051361c12
    of: c468518051361c12
    text: "## Pourquoi les bouteilles reviennent"
  - id: "5152f52741838582"
    of: "5152f52741838582"
    text: Bien peu, car **presque toutes** les bouteilles sont rendues.
""",
}


def test_a_translation_saved_by_pandoc_is_no_edit_of_the_original(harness: MergeHarness, tmp_path: Path) -> None:
    languages = b"languages: [en-GB, fr]\n"
    draft = harness.files["edition.yaml"].replace(b"status: final", b"status: draft")
    content = {**harness.files, **TWO_LANGUAGES, "edition.yaml": draft + languages}
    edition = edition_of(content)
    names = {"handouts/talk.docx": edition, "fr/handouts/talk.docx": edition.translations["fr"]}
    files = {name: File(name, "handout", "talk", "a4", harness.built_from(own, "handout", "talk")) for name, own in names.items()}
    sent = store(files, content, tmp_path / "exchange")
    for name, own in files.items():
        merged = harness.merge(saved_by_pandoc(own.data, tmp_path), "talk.docx", content, store=sent)
        assert (merged.base.partition(",")[0], merged.files, unmerged(merged)) == (name, {}, [])


OTHER_KINDS = {
    "journeys/two.yaml": b"title: A journey\ncountries: [fr, be]\n",
    "corrections.yaml": b"corrections:\n- {id: a, country: be, fact: be-02, date: 2020-11-02, wrong: [Cans.], right: Bottles.}\n",
}


@pytest.mark.parametrize(
    ("kind", "subject", "name"),
    [
        ("glance", "", "glance.docx"),
        ("pack", "two", "pack/two.docx"),
        ("correction", "a", "corrections/a.docx"),
    ],
)
def test_other_kinds_saved_by_pandoc_have_no_edits_and_are_for_everyone(
    kind: str, subject: str, name: str, harness: MergeHarness, tmp_path: Path
) -> None:
    audiences = b"audiences:\n- {id: press, label: The press, blocks: [facts]}\n"
    content = {**harness.files, **OTHER_KINDS, "edition.yaml": harness.files["edition.yaml"] + audiences}
    data = harness.built_from(edition_of(content), kind, subject)
    sent = store({name: File(name, kind, subject, "a4", data)}, content, tmp_path / "exchange")
    merged = harness.merge(saved_by_pandoc(data, tmp_path), Path(name).name, content, store=sent)
    assert (merged.base.partition(",")[0], merged.files, unmerged(merged)) == (name, {}, [])
