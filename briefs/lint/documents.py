"""What is wrong with the pages of a finished PDF, measured on what is painted on them.

In: the bytes of a PDF. Out: `Finding`s. Every rule is a function of one page, or of all pages if it compares pages. The limits of
the rules are the constants below. Lengths are in points; findings say millimetres.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from briefs.colours import contrast
from briefs.lint import maps, reading
from briefs.lint.findings import Finding
from briefs.lint.reading import Colour, Extent, Painted, PaintedPage

MM = 72 / 25.4
HYPHENS = "-\u00ad\u2010\ufffe\x02"
TOUCHING = 1.0  # points: the most between two texts that are parts of one word
LEAST_FILL = 0.2  # the least part of the height of the fullest page that a page should use
CLOSED = 24.0  # points: smaller gaps between two things count as filled
MOST_EMPTY = 25.0  # millimetres: the largest gap on a document's only page, and between the feet of its columns
LEAST_CONTRAST, LARGE_CONTRAST = 4.5, 3.0  # WCAG 2.2, 1.4.3
LARGE, LARGE_BOLD = 18.0, 14.0  # points: from these sizes on, regular or bold text is large by the same rule
OVERLAP = 0.12  # the most by which two texts may overlap, as a share of the smaller one
OUTSIDE = 0.5  # points: the most that a text may reach over the page's edge
INDENT = 12.0  # points: a table's first row lacks the name in its first column if it begins further in than this
WHITE: Colour = (255, 255, 255)
# Points: the least gap between two columns; the least height of a column; the least gap that ends a column.
GUTTER, BLOCK, BLOCK_GAP = 8.0, 40 * MM, 14.0


def findings(file: str, data: bytes) -> list[Finding]:
    """All findings in a PDF, page by page."""
    with reading.opened(data) as pages:
        found: list[Finding] = []
        for page in pages:
            found += _of_page(file, page)
            page.forget_backdrop()
        found += _fill(file, pages)
        if len(pages) == 1:
            found += [*_empty(file, pages[0]), *_feet(file, pages[0])]
    return sorted(found)


def _of_page(file: str, page: PaintedPage) -> Iterator[Finding]:
    yield from _hyphens(file, page)
    yield from _nameless(file, page)
    yield from _outside(file, page)
    yield from _overlaps(file, page)
    yield from maps.findings(file, page)
    yield from _contrast(file, page)


# Words and rows


def _hyphens(file: str, page: PaintedPage) -> Iterator[Finding]:
    """A word that is broken over a page turn: a line ends in a hyphen, and its text doesn't go on on the same page."""
    texts = [p for p in page.texts if p.tag not in {"Artifact", "Figure"}]
    for before, text, after in zip([None, *texts], texts, [*texts[1:], None], strict=False):
        word = text.text.strip("\u2060 ").split(" ")[-1]
        if len(word) == 1 and before and 0 <= text.extent.left - before.extent.right < TOUCHING:  # a hyphen in another font
            word = before.text.split(" ")[-1] + word
        if word[-1:] in HYPHENS and len(word) > 1 and not (after and _goes_on(text, after)):
            yield Finding(file, page.number, "hyphen", f"the page’s last line ends in “{word[:-1]}-”", "1 broken word", "none")


def _goes_on(text: Painted, after: Painted) -> bool:
    """Whether a text goes on in another: on the same line, on the next one, or at the top of the next column."""
    alike = abs(text.size - after.size) < 0.3
    same_line = after.extent.left >= text.extent.right - 1 and text.extent.common(after.extent).height > 0
    below = 0 < after.extent.middle[1] - text.extent.middle[1] < 2 * text.size
    column = after.extent.left > text.extent.right and after.extent.bottom < text.extent.top
    return same_line or (alike and (below or column))


def _nameless(file: str, page: PaintedPage) -> Iterator[Finding]:
    """A row of a table that goes on from the page before without the words of its first column."""
    lefts: dict[int, float] = {}
    for text in page.texts:
        lefts[text.content] = min(text.extent.left, lefts.get(text.content, text.extent.left))
    edge = min((text.extent.left for text in page.texts), default=0)
    for table in (node for top in page.tree for node in top.walk() if node.type == "Table"):
        rows = [node for node in table.walk() if node.type == "TR"]
        if not rows or any(node.type == "THead" for node in table.walk()):
            continue
        found = [lefts[n] for node in rows[0].walk() for n in node.contents if n in lefts]
        if found and min(found) > edge + INDENT:
            words = next(t.text.strip() for t in page.texts if t.extent.left == min(found))[:40]
            yield Finding(
                file, page.number, "nameless row", f"the row of “{words}” goes on without its name", "0 words", "its name"
            )


# Room


def _fill(file: str, pages: Sequence[PaintedPage]) -> Iterator[Finding]:
    """A page that uses less than a fifth of the height that the fullest page of the same size uses. A page without text is taken to
    be empty on purpose."""
    for page in pages:
        alike = [p for p in pages if (round(p.width), round(p.height)) == (round(page.width), round(page.height))]
        extents = [item.extent for p in alike for item in p.painted if item.tag != "Artifact" or item.kind == "shape"]
        full = min(page.height, max(e.bottom for e in extents)) - max(0, min(e.top for e in extents)) if extents else 0
        used = sum(bottom - top for top, bottom in _covered(page))
        if len(pages) > 1 and page.texts and used < LEAST_FILL * full:
            share = f"{100 * used / full:.0f} per cent full"
            yield Finding(file, page.number, "fill", "the page is nearly empty", share, f"at least {100 * LEAST_FILL:.0f}")


def _covered(page: PaintedPage, closed: float = CLOSED) -> list[tuple[float, float]]:
    """The strips of a page on which something stands, each as its top and bottom, in order. Two things with a smaller gap than
    `closed` between them are in one strip."""
    shown = [item.extent for item in page.body if item.kind != "shape"]
    shown += [s.extent for s in page.painted if s.filled and s.extent.height > 2 and s.colour != WHITE]
    strips: list[tuple[float, float]] = []
    for top, bottom in sorted((max(e.top, 0), min(e.bottom, page.height)) for e in shown):
        if strips and top <= strips[-1][1] + closed:
            strips[-1] = strips[-1][0], max(bottom, strips[-1][1])
        else:
            strips.append((top, bottom))
    return strips


def _empty(file: str, page: PaintedPage) -> Iterator[Finding]:
    """A strip of a document's only page on which nothing stands."""
    for (_, bottom), (top, _) in pairwise(_covered(page)):
        if top - bottom > MOST_EMPTY * MM:
            measure = f"{(top - bottom) / MM:.0f} mm"
            yield Finding(file, page.number, "empty strip", "nothing stands here", measure, f"at most {MOST_EMPTY:.0f} mm")


def _feet(file: str, page: PaintedPage) -> Iterator[Finding]:
    """Columns side by side whose feet are far apart."""
    boxes = [item.extent for item in page.body if item.kind != "shape" or item.filled]
    for top, bottom in _covered(page, BLOCK_GAP):
        inside = [box for box in boxes if top <= box.middle[1] <= bottom]
        columns = _columns(inside)
        if bottom - top < BLOCK or len(columns) < 2:
            continue
        feet = [max(box.bottom for box in column) for column in columns]
        if max(feet) - min(feet) > MOST_EMPTY * MM:
            measure = f"{(max(feet) - min(feet)) / MM:.0f} mm"
            yield Finding(file, page.number, "column feet", "the columns end far apart", measure, f"at most {MOST_EMPTY:.0f} mm")


def _columns(boxes: Iterable[Extent]) -> list[list[Extent]]:
    """The boxes of each column, from the left: between two columns is a gutter that no box reaches into."""
    columns: list[list[Extent]] = []
    right = 0.0
    for box in sorted(boxes, key=lambda box: box.left):
        if not columns or box.left > right + GUTTER:
            columns.append([])
        columns[-1].append(box)
        right = max(right, box.right)
    return columns


def _outside(file: str, page: PaintedPage) -> Iterator[Finding]:
    """Text that is cut off by the page's edge."""
    for text in page.texts:
        over = max(-text.extent.left, -text.extent.top, text.extent.right - page.width, text.extent.bottom - page.height)
        if over > OUTSIDE and text.extent.width:
            words = text.text.strip()[:40]
            yield Finding(file, page.number, "outside", f"“{words}” leaves the page", f"{over / MM:.1f} mm", "0 mm")


def _overlaps(file: str, page: PaintedPage) -> Iterator[Finding]:
    """Two texts of which one lies over the other. A vowel of Arabic, over its letter, is no text of its own."""
    texts = sorted((text for text in page.texts if not _is_mark(text.text)), key=lambda text: text.extent.top)
    for index, text in enumerate(texts):
        for other in texts[index + 1 :]:
            if other.extent.top >= text.extent.bottom:
                break
            share = _common(text.extent, other.extent)
            if share > OVERLAP:
                what = f"“{text.text.strip()[:30]}” and “{other.text.strip()[:30]}” overlap"
                yield Finding(file, page.number, "overlap", what, f"{100 * share:.0f} per cent", f"at most {100 * OVERLAP:.0f}")


def _is_mark(text: str) -> bool:
    return all(unicodedata.combining(letter) for letter in text.strip())


def _common(one: Extent, other: Extent) -> float:
    """The area that two rectangles have in common, as a share of the smaller one."""
    both = one.common(other)
    smaller = min(one.width * one.height, other.width * other.height)
    return both.width * both.height / smaller if both.width > 0.5 and both.height > 0.5 and smaller else 0.0


def _contrast(file: str, page: PaintedPage) -> Iterator[Finding]:
    """Text that is hard to tell from what is behind it."""
    for text in (t for t in page.texts if any(map(str.isalnum, t.text))):
        found = page.colours(text.extent)
        behind = max(found, key=lambda colour: found[colour])
        least = LARGE_CONTRAST if text.size >= LARGE or (text.bold and text.size >= LARGE_BOLD) else LEAST_CONTRAST
        ratio = contrast(_hex(text.colour), _hex(behind))
        if ratio < least:
            words = f"“{text.text.strip()[:30]}” in {_hex(text.colour)} on {_hex(behind)}"
            yield Finding(file, page.number, "contrast", words, f"{ratio:.1f}", f"at least {least:g}")


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
