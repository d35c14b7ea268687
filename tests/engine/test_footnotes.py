"""Footnotes are on the pages that call them, and nothing else on a page changes."""

from __future__ import annotations

import json
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
MAKE_PAGE, AREA = "weasyprint.layout.page.make_page", "weasyprint.layout.LayoutContext._update_footnote_area"
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
        words = sorted(box.text for page in document.pages for box in page._page_box.descendants() if hasattr(box, "text"))
        return {"boxes": boxes, "calls": calls, "notes": notes, "words": " ".join(words)}

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
