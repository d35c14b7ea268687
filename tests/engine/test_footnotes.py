"""Footnotes are on the pages that call them, and nothing else on a page changes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.engine.pages import python

STYLE = """<style>@page { size: 100mm 120mm; margin: 10mm; @footnote { margin-top: 2mm; padding-top: 1mm; border-top: 1pt solid } }
body { font: 9pt/1.3 Carlito; orphans: 1; widows: 1 } p { margin: 0 0 2mm } .note { float: footnote; font-size: 7pt; margin: 0 }
</style>"""
WORDS = "some words of a paragraph that goes on "
ROOMY = "".join(
    f"<p{' style=break-before:page' if n % 3 == 0 else ''}>Paragraph {n}. {WORDS * (n % 4)}"
    f"<span class=note>Note {n}. {WORDS}</span>.</p>"
    for n in range(12)
)
CROWDED = "".join(
    f"<p>Paragraph {n}<span class=note>Note {n}. {WORDS * (n * 7 % 11)}</span>. {WORDS * (n * 5 % 7)}</p>" for n in range(60)
)
SENTENCE = "Sentence {} of a note that goes on, as notes of <i>lawyers</i> do, with words to fill the foot. "
SENTENCES = "".join(SENTENCE.format(n) for n in range(80))
LONG = f"""<style>.note {{ footnote-policy: line }} @page {{ @footnote {{ max-height: 70% }} }}</style><p>{WORDS * 9}</p>
<p>Paragraph 0<span class=note>Note 0. {SENTENCES}</span> and more<span class=note>Note 1. Short.</span>. {WORDS * 60}</p>
<p>Paragraph 1<span class=note>Note 2. {SENTENCES[: len(SENTENCES) // 3]}</span>. {WORDS * 60}</p>"""
ROWS = "".join(
    f"<tr><td>Row {n}<span class=note>Note {n}. {WORDS * (n * 5 % 12)}</span> {WORDS * (n * 3 % 8)}<td>{WORDS * (n * 7 % 9)}"
    for n in range(40)
)
CELLS = f"<style>.note {{ footnote-policy: line }}</style>{WORDS * 20}<table>{ROWS}</table>"
ITEMS = "".join(
    f"<li>Item {n}<span class=note>Note {n}. {(WORDS + str(n) + ' ') * (n * 7 % 31)}</span>. {WORDS * (n * 5 % 7)}</li>"
    for n in range(40)
)
NESTED = "".join(
    f"<ul><li>{p}Item {n}. {WORDS * (n * 3 % 5)}<span class=note>Note {n}. {WORDS * (n * 5 % 9)}</span>{q}"
    f"<ol><li>{p}Inner {n}. {WORDS * (n * 7 % 4)}<span class=note>Inner note {n}. {WORDS * (n * 3 % 8)}</span>{q}</ol></ul>"
    for n in range(40)
    for p, q in [("<p>", "</p>") if n % 2 else ("", "")]
)
NESTED += "".join(
    f"<div>Verse {n}. {WORDS * (n * 3 % 5)}<span class=note>Verse note {n}. {WORDS * (n * 5 % 9)}</span><br>{WORDS}</div>"
    for n in range(20)
)
MAKE_PAGE, AREA = "weasyprint.layout.page.make_page", "weasyprint.layout.LayoutContext._update_footnote_area"
OFF = "weasyprint.layout.LayoutContext.unlayout_footnote"
SCRIPT = """if True:
    import contextlib, json, sys
    import weasyprint
    from briefs.engine import load, patches

    def page_numbers(document, tag):
        found = {}
        for number, page in enumerate(document.pages):
            for box in page._page_box.descendants():
                if box.element_tag == tag:
                    found.setdefault(box.element.text.split(".")[0], number)
        return found

    def laid_out(html):
        document = weasyprint.HTML(string=html).render()
        sides = ("position_x", "position_y", "width", "height")
        boxes = [
            [number, type(box).__name__, str(box.element_tag), *filter(None, (rounded(box, side) for side in sides))]
            for number, page in enumerate(document.pages) for box in page._page_box.descendants()
        ]
        calls, notes = (page_numbers(document, f"span::footnote-{what}") for what in ("call", "marker"))
        headings, paragraphs = page_numbers(document, "h2"), page_numbers(document, "p")
        words = sorted(box.text for page in document.pages for box in page._page_box.descendants() if hasattr(box, "text"))
        lines = [
            "".join(text.text for text in line.descendants() if hasattr(text, "text") and "::" not in text.element_tag).strip()
            for page in document.pages for area in page._page_box.descendants() if type(area).__name__ == "FootnoteAreaBox"
            for line in area.descendants() if type(line).__name__ == "LineBox" and 0 <= line.position_y <= page.height - line.height
        ]
        return {
            "lines": lines, "boxes": boxes, "calls": calls, "notes": notes, "words": " ".join(words), "headings": headings,
            "paragraphs": paragraphs,
        }

    def rounded(box, side):
        size = getattr(box, side, None)
        return round(size, 6) if isinstance(size, (int, float)) else None

    found, called = {}, set()
    for names in ([], *([name] for name in sys.argv[2:]), sys.argv[2:]):
        with contextlib.ExitStack() as stack:
            for name in names:
                new = load.NEW[name](patches._resolve(name))
                stack.enter_context(patches.replaced(name, lambda *args, name=name, new=new: called.add(name) or new(*args)))
            found[" ".join(names)] = laid_out(sys.argv[1])
            assert called >= set(names), "every replacement was called"
            called.clear()
    print(json.dumps(found))
"""


def compared(content: str) -> dict[str, Any]:
    """The layout of a document, unpatched, with each replacement, and with both."""
    found: dict[str, Any] = json.loads(python(SCRIPT, f"<html lang=en>{STYLE}{content}", MAKE_PAGE, AREA))
    return found


@pytest.fixture(scope="module")
def roomy() -> dict[str, Any]:
    return compared(ROOMY)


@pytest.fixture(scope="module")
def crowded() -> dict[str, Any]:
    return compared(CROWDED)


def moved(layout: dict[str, Any]) -> list[str]:
    """The footnotes that are on another page than their calls, or on none."""
    return [name for name, page in layout["calls"].items() if layout["notes"].get(name) != page]


@pytest.mark.parametrize("names", [MAKE_PAGE, AREA, f"{MAKE_PAGE} {AREA}"])
def test_where_no_footnote_is_moved_no_box_changes(names: str, roomy: dict[str, Any]) -> None:
    assert len(roomy[""]["calls"]) == 12 and roomy[""]["boxes"][-1][0] == 3 and not moved(roomy[""])
    assert roomy[names]["boxes"] == roomy[""]["boxes"]


def test_measuring_each_footnote_once_changes_no_box_of_pages_that_keep_their_footnotes(crowded: dict[str, Any]) -> None:
    assert crowded[f"{MAKE_PAGE} {AREA}"]["boxes"] == crowded[MAKE_PAGE]["boxes"]


@pytest.mark.parametrize("names", [MAKE_PAGE, f"{MAKE_PAGE} {AREA}"])
def test_each_footnote_is_on_the_page_that_calls_it(names: str, crowded: dict[str, Any]) -> None:
    assert len(moved(crowded[""])) > 9, "the original moves some, and loses some"
    assert moved(crowded[names]) == [] and len(crowded[names]["calls"]) == 60
    assert all(f"Paragraph {n}" in crowded[names]["words"] and f"Note {n}" in crowded[names]["words"] for n in range(60))


@pytest.fixture(scope="module")
def long() -> dict[str, Any]:
    return compared(LONG)


def letters(words: str) -> str:
    return "".join(filter(str.isalnum, words))


def test_no_heading_is_left_behind_by_a_paragraph_that_moves_with_its_footnote() -> None:
    """Each heading has the words with which the paragraph below it begins."""
    found = compared(re.sub(r"<p>(Paragraph \d+)", r"<h2 style='break-after: avoid'>\1</h2><p>\1", CROWDED))
    assert found[f"{MAKE_PAGE} {AREA}"]["headings"] == found[f"{MAKE_PAGE} {AREA}"]["paragraphs"]


@pytest.mark.parametrize("names", [MAKE_PAGE, f"{MAKE_PAGE} {AREA}"])
def test_a_footnote_that_is_longer_than_a_page_goes_on(names: str, long: dict[str, Any]) -> None:
    assert "Sentence 79" not in " ".join(long[""]["lines"]), "the original loses it"
    lines = long[names]["lines"]
    wanted = f"Note 0. {SENTENCES} Note 1. Short. Note 2. {SENTENCES[: len(SENTENCES) // 3]}".replace("<i>", "").replace("</i>", "")
    assert letters("".join(lines)) == letters(wanted), "every letter, in order"
    assert moved(long[names]) == ["Note 1"], "each begins on the page that calls it, if no longer one is called in the same line"


def test_a_long_footnote_breaks_into_the_same_lines_as_a_whole_one() -> None:
    """On a page that is high enough for all of it."""
    page = "<style>@page { size: 100mm 900mm } </style>"
    found = compared(f"{page}<p>Here<span class=note>Note 0. {SENTENCES}</span>.</p>")
    assert len(found[""]["lines"]) > 60
    assert found[MAKE_PAGE]["lines"] == found[""]["lines"] == found[f"{MAKE_PAGE} {AREA}"]["lines"]


def test_long_footnotes_of_items_are_whole_and_in_order() -> None:
    found = compared(f"<style>.note {{ footnote-policy: line }}</style><ol>{ITEMS}</ol>")[f"{MAKE_PAGE} {AREA}"]
    wanted = "".join(f"Note {n}. {(WORDS + str(n)) * (n * 7 % 31)}" for n in range(40))
    assert letters("".join(found["lines"])) == letters(wanted), "every letter, in order"


def test_footnotes_of_items_of_items_in_them_and_of_verse_begin_on_the_page_that_calls_them() -> None:
    found = compared(f"<style>.note {{ footnote-policy: line }}</style>{NESTED}")
    layout = found[f"{MAKE_PAGE} {AREA}"]
    assert len(layout["calls"]) == 100 and moved(layout) == []
    assert moved(found[""]), "the original moves some"
    pages = {page for page, *_ in layout["boxes"]}
    assert len(pages) <= len({page for page, *_ in found[""]["boxes"]}) + 3, "no page is left nearly empty"


def test_no_footnote_of_a_cell_is_lost() -> None:
    found: dict[str, Any] = json.loads(python(SCRIPT, f"<html lang=en>{STYLE}{CELLS}", MAKE_PAGE, AREA, OFF))
    every = {f"Note {n}" for n in range(40)}
    assert every - found[""]["notes"].keys(), "the original loses some"
    assert every == found[f"{MAKE_PAGE} {AREA} {OFF}"]["notes"].keys()
