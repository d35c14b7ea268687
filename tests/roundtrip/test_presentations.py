"""Titles, bullets and notes that were edited in a presentation come back as those of a Word file do."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from briefs.delivery.store import File, Store
from briefs.edition.read import read_files
from briefs.problems import Problems
from briefs.tools import libreoffice
from briefs.typeset.slides.presentationml import A, P
from briefs.typeset.word import package
from briefs.wordfile import opened, slides
from tests.roundtrip.harness import WHEN, MergeHarness, diff, unmerged
from tests.wordfile.word import PNG

DECK = "decks/talk.md"
NAME = "talk.pptx"
Slides = Any  # of python-pptx


@pytest.fixture(scope="module")
def decks(harness: MergeHarness, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Store]:
    """The deck as a presentation, and a store that has it on record."""
    edition = read_files(harness.files).edition
    assert edition
    data = harness.built_from(edition, "handout", "talk", format="pptx")
    store = Store(tmp_path_factory.mktemp("decks") / "exchange")
    store.record_export([File(f"handouts/{NAME}", "handout", "talk", "a4", data)], harness.files, WHEN)
    return data, store


Decks = tuple[bytes, Store]


def edited(data: bytes, edit: Callable[[Slides], object]) -> bytes:
    deck, out = Presentation(io.BytesIO(data)), io.BytesIO()
    edit(deck)
    deck.save(out)
    return out.getvalue()


def merged(harness: MergeHarness, decks: Decks, data: bytes, **more: Any) -> tuple[list[str], list[str]]:
    found = harness.merge(data, more.pop("name", NAME), store=decks[1], **more)
    return diff(harness.files, found.files).split("\n"), unmerged(found)


def frames(slide: Slides) -> list[Slides]:
    own = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
    return [*own, *([slide.notes_slide.notes_text_frame] if slide.has_notes_slide else [])]


def replace(deck: Slides, old: str, new: str) -> None:
    runs = [run for slide in deck.slides for frame in frames(slide) for p in frame.paragraphs for run in p.runs]
    own = next(run for run in runs if old in run.text)
    own.text = own.text.replace(old, new)


def paragraph(deck: Slides, text: str) -> Slides:
    found = [p for slide in deck.slides for frame in frames(slide) for p in frame.paragraphs]
    return next(p for p in found if text in "".join(run.text for run in p.runs))


def add_bullet(deck: Slides) -> None:
    own = paragraph(deck, "A deposit is")._p
    own.addnext(copy.deepcopy(own))
    list(deck.slides)[1].placeholders[1].text_frame.paragraphs[1].runs[0].text = "A second bullet"


def remove(deck: Slides, text: str) -> None:
    own = paragraph(deck, text)._p
    own.getparent().remove(own)


def add_slide(deck: Slides, notes: str = "") -> None:
    slide = deck.slides.add_slide(deck.slides[1].slide_layout)
    slide.shapes.title.text = "A new slide"
    slide.placeholders[1].text = "One point\nTwo points"
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    order = deck.slides._sldIdLst
    order.insert(2, list(order)[-1])


def drop_slide(deck: Slides) -> None:
    order = deck.slides._sldIdLst
    order.remove(list(order)[2])


def move_slide(deck: Slides) -> None:
    order = deck.slides._sldIdLst
    order.insert(1, list(order)[2])


SECOND = [
    "## What it costs",
    "",
    "Very little, as **most** bottles are returned.",
    "",
    "::: notes",
    "Notes of the second slide.",
    ":::",
]
WRITTEN: dict[str, tuple[Callable[[Slides], object], list[str]]] = {
    "nothing": (lambda d: None, [""]),
    "the title of the deck": (
        lambda d: replace(d, "A talk on bottles", "A talk on all bottles"),
        [DECK, "-title: A talk on bottles", "+title: A talk on all bottles"],
    ),
    "the subtitle": (lambda d: replace(d, "a few", "five"), [DECK, "-subtitle: Of a few slides", "+subtitle: Of five slides"]),
    "the title of a slide": (
        lambda d: replace(d, "bottles come back", "bottles return"),
        [DECK, "-## Why bottles come back", "+## Why bottles return"],
    ),
    "a bullet with a citation": (
        lambda d: replace(d, "towns count", "cities count"),
        [
            DECK, "-- Shops take bottles back, towns count them [@brewers]",
            "+- Shops take bottles back, cities count them [@brewers]",
        ],
    ),
    "notes with a citation": (
        lambda d: replace(d, "somebody pays", "someone pays"),
        [
            DECK, "-The speaker says that bottles come back because somebody pays.[@glass] Then the speaker waits.",
            "+The speaker says that bottles come back because someone pays.[@glass] Then the speaker waits.",
        ],
    ),
    "bold": (
        lambda d: setattr(paragraph(d, "A deposit").runs[0].font, "bold", True),
        [DECK, "-- A deposit is a promise", "+- **A deposit is a promise**"],
    ),
    "a new bullet": (add_bullet, [DECK, "+- A second bullet"]),
    "a deleted bullet": (lambda d: remove(d, "A deposit is"), [DECK, "-- A deposit is a promise"]),
    "a new slide": (add_slide, [DECK, "+## A new slide", "+", "+- One point", "+- Two points", "+"]),
    "a deleted slide": (drop_slide, [DECK, *(f"-{line}" for line in ["", *SECOND])]),
    "more notes": (
        lambda d: setattr(list(d.slides)[2].notes_slide.notes_text_frame.add_paragraph(), "text", "More of them."),
        [DECK, "+", "+More of them."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRITTEN)
def test_an_edit_on_a_slide_comes_back(what: str, harness: MergeHarness, decks: Decks) -> None:
    edit, wanted = WRITTEN[what]
    assert merged(harness, decks, edited(decks[0], edit)) == (wanted, [])


def test_a_moved_slide_is_moved_whole(harness: MergeHarness, decks: Decks) -> None:
    found = harness.merge(edited(decks[0], move_slide), NAME, store=decks[1])
    text = found.files[DECK].decode()
    assert not unmerged(found) and "\n".join(SECOND) in text
    assert text.index("## What it costs") < text.index("## Why bottles")
    assert sorted(filter(None, text.split("\n"))) == sorted(filter(None, harness.files[DECK].decode().split("\n")))


TOLD: dict[str, tuple[Callable[[Slides], object], str]] = {
    "words of the edition": (lambda d: replace(d, "and deposits", "and cans"), "these words can’t be changed"),
    "a source": (lambda d: replace(d, "Union of Brewers", "League of Brewers"), "these words can’t be changed"),
    "a text box": (lambda d: setattr(list(d.slides)[1].shapes.add_textbox(0, 0, 9, 9).text_frame, "text", "A box"), "“A box”"),
    "a table": (lambda d: setattr(list(d.slides)[1].shapes.add_table(2, 2, 0, 0, 9, 9).table.cell(0, 0), "text", "17"), "“17”"),
    "a line": (lambda d: list(d.slides)[1].shapes.add_connector(1, 0, 0, 9, 9), "[a line between shapes]"),
    "a hidden slide": (lambda d: list(d.slides)[2]._element.set("show", "0"), "these words were hidden"),
    "notes of a new slide": (lambda d: add_slide(d, "Say more."), "there are notes on a slide that had none"),
    "signs of Markdown in the title": (
        lambda d: replace(d, "A talk on bottles", "A talk on *all* bottles"),
        "this change would break the content: decks/talk.md: “*” would be printed as it stands",
    ),
    "a bold title of the deck": (
        lambda d: setattr(paragraph(d, "Of a few").runs[0].font, "bold", True), "this text can’t have markup",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TOLD)
def test_what_slides_can_t_hold_is_told(what: str, harness: MergeHarness, decks: Decks) -> None:
    edit, told = TOLD[what]
    changed, left = merged(harness, decks, edited(decks[0], edit))
    assert any(told in line for line in left), left
    assert not any(line.startswith("+") and any(w in line for w in ("A box", "17", "Say more")) for line in changed)


def test_a_picture_on_a_slide_is_saved(harness: MergeHarness, decks: Decks) -> None:
    def put(deck: Slides) -> None:
        shape = list(deck.slides)[1].shapes.add_picture(io.BytesIO(PNG), 0, 0)
        shape._element.nvPicPr.cNvPr.set("descr", "A crate")

    changed, left = merged(harness, decks, edited(decks[0], put))
    assert not left and changed == [DECK, "+", '+![](figures/a-crate.png){alt="A crate"}', "figures/a-crate.png (70 bytes)"]


@pytest.mark.parametrize("description", ["A crate", ""])
def test_a_picture_whose_change_isn_t_written_is_saved_only_for_a_person(
    description: str, harness: MergeHarness, decks: Decks, tmp_path: Path
) -> None:
    """The record doesn't have the deck, and the text above the picture has changed, so no edit is written."""

    def put(deck: Slides) -> None:
        for slide in list(deck.slides)[1:3]:
            shape = slide.shapes.add_picture(io.BytesIO(PNG), 0, 0)
            shape._element.nvPicPr.cNvPr.set("descr", description)

    files = {**harness.files, DECK: harness.files[DECK].replace(b"towns count", b"villages count").replace(b"Very", b"Quite")}
    found = harness.merge(edited(decks[0], put), "other.pptx", files, store=Store(tmp_path / "none"))
    assert unmerged(found)
    assert list(found.files) == [one.after for one in found.written] == ([] if description else ["figures/picture.png"])


def test_both_sides_are_put_together(harness: MergeHarness, decks: Decks) -> None:
    """The content has changed since the deck was sent. What both changed is a conflict."""
    old = harness.files[DECK].decode()
    data = edited(decks[0], lambda d: replace(d, "towns count", "cities count"))
    for now, is_clash in (("Shops accept bottles back", False), ("villages count them", True)):
        was = "Shops take bottles back" if not is_clash else "towns count them"
        files = {**harness.files, DECK: old.replace(was, now).encode()}
        found = harness.merge(data, NAME, files, store=decks[1])
        assert [line for line in unmerged(found) if "a conflict" in line] == unmerged(found)
        assert (len(unmerged(found)), bool(found.files)) == (is_clash, not is_clash)


def test_a_renamed_copy_is_known_by_its_words(harness: MergeHarness, decks: Decks) -> None:
    changed, left = merged(harness, decks, edited(decks[0], lambda d: replace(d, "towns", "cities")), name="final (2).pptx")
    assert not left and DECK in changed


def test_what_impress_saves_is_no_edit(harness: MergeHarness, decks: Decks, tmp_path: Path) -> None:
    assert merged(harness, decks, libreoffice.converted(decks[0], ".pptx", "pptx")) == ([""], [])


PRESENTATIONML = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
AUTHORS = f'<p:cmAuthorLst {PRESENTATIONML}><p:cmAuthor id="0" name="Ann" initials="A" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>'
COMMENT = '<p:cm authorId="0" dt="2026-03-04T10:00:00Z" idx="1"><p:pos x="1" y="1"/><p:text>Which shops?</p:text></p:cm>'


def test_a_slide_s_comment_is_told(harness: MergeHarness, decks: Decks) -> None:
    made = package.read(decks[0])
    made.add("ppt/commentAuthors.xml", AUTHORS.encode(), "a/b")
    made.add("ppt/comments/comment1.xml", f"<p:cmLst {PRESENTATIONML}>{COMMENT}</p:cmLst>".encode(), "a/b")
    made.relate("ppt/slides/slide2.xml", f"{package.R}/comments", "../comments/comment1.xml")
    changed, left = merged(harness, decks, package.write(made, "2026-03-04"))
    assert changed == [""] and left == ["decks/talk.md:6: comment by Ann, 2026-03-04: Which shops?"]


def test_what_is_no_presentation_is_refused(harness: MergeHarness, decks: Decks) -> None:
    for data, name in ((harness.sent["brief"], NAME), (decks[0], "talk.docx"), (b"PK", NAME)):
        with pytest.raises(Problems, match=r"isn’t a presentation|isn’t a Word file|can be read"):
            harness.merge(data, name, store=decks[1])


def twice(made: package.Package) -> None:
    entry = made.xml(slides.PRESENTATION).find(f".//{{{P}}}sldId")
    entry.addnext(copy.deepcopy(entry))


def notes_twice(made: package.Package) -> None:
    made.relate("ppt/slides/slide3.xml", f"{package.R}/notesSlide", "../notesSlides/notesSlide1.xml")


def long_run(made: package.Package) -> None:
    next(made.xml("ppt/slides/slide2.xml").iter(f"{{{A}}}t")).text = "word " * 12_001


def many_letters(made: package.Package) -> None:
    paragraph = next(made.xml("ppt/slides/slide2.xml").iter(f"{{{A}}}p"))
    next(paragraph.iter(f"{{{A}}}t")).text = "word " * 11_000
    for _ in range(18):
        paragraph.addnext(copy.deepcopy(paragraph))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (twice, "stands in it several times"),
        (notes_twice, "stands in it several times"),
        (long_run, "one of its paragraphs has more than 60,000 letters"),
        (many_letters, "its text has more than 1,000,000 letters"),
    ],
)
def test_a_presentation_without_end_is_refused(change: Callable[[package.Package], None], message: str, decks: Decks) -> None:
    made = package.read(decks[0])
    change(made)
    with pytest.raises(Problems, match=message):
        opened.open_file(package.write(made, "2026-03-04"), NAME)
