"""The words of the report's two files, to hold them against each other, the notes as a sequence of their own.

In: a PDF or a DOCX as bytes. Out: `Words`. On top of `samewords`: numbers that either program makes are left out (of headings, list
items, notes and pages).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import count

import pikepdf
from lxml import etree

from tests import samewords
from tests.samewords import BLOCKS, BREAK, NEXT_LINE, W

HEADINGS = {"/H1", "/H2", "/H3"}
MADE = re.compile(r"\s*([•–☐☒]|\d+(\.\d+)*\.?|\(?(\d+|[a-z]+|[A-Z]+)[.)])\s*")  # a bullet or box, 2.1, (b), iv)


@dataclass(frozen=True)
class Words:
    """The body's words, those of the notes; how many notes are called, and stand, in order; how many calls begin a line."""

    body: list[str]
    notes: list[str]
    calls: int
    marks: int
    stranded: int = 0


@dataclass
class Element:
    """An element of a PDF's tag tree; its kids are elements and texts."""

    tag: str
    kids: list[Element | str] = field(default_factory=list)
    page: int = 0

    @property
    def text(self) -> str:
        return "".join(k if isinstance(k, str) else k.text for k in self.kids)

    def elements(self) -> Iterator[Element]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.elements()


def elements_of(data: bytes) -> list[Element]:
    """The tag tree's top."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        marked = [samewords._Marked.read(page) for page in pdf.pages]
        numbers = {page.objgen: n for n, page in enumerate(pdf.pages)}
        root = Element("", list(_read(pdf.Root.StructTreeRoot.K, marked, numbers, 0)))
    (whole,) = root.kids
    assert isinstance(whole, Element) and whole.tag == "/Document"
    return [k for k in whole.kids if isinstance(k, Element)]


def _read(node: object, marked: list[dict[int, str]], numbers: dict[tuple[int, int], int], page: int) -> Iterator[Element | str]:
    if isinstance(node, pikepdf.Array):
        for kid in node:
            yield from _read(kid, marked, numbers, page)
    elif isinstance(node, pikepdf.Dictionary):
        page = numbers[node.Pg.objgen] if "/Pg" in node else page
        if "/S" in node:
            alt = [BREAK + str(node.Alt) + BREAK] if "/Alt" in node else None
            kids = alt or list(_read(node.get("/K", pikepdf.Array()), marked, numbers, page))
            yield Element(str(node.S), kids, page)
    else:
        yield marked[page].get(int(node), "")  # type: ignore[call-overload]


def of_both(pdf: bytes, docx: bytes) -> tuple[Words, Words]:
    """The words of a report's two files. Whether a hyphen at a line's end was the author's, only the Word file can tell."""
    texts = ["".join(samewords._runs(samewords._part(docx, part))) for part in ("document", "footnotes")]
    pairs = {pair for text in texts for pair in re.findall(r"([^\W_]+)-(?=([^\W_]+))", text)}
    return of_pdf(pdf, pairs, _heads(samewords._part(docx, "document"))), of_docx(docx)


def of_pdf(data: bytes, pairs: Collection[tuple[str, str]] = (), heads: tuple[set[str], set[str]] = (set(), set())) -> Words:
    """The words of a report's PDF by its tag tree. `pairs`: the words that a hyphen joins; `heads`: what `_heads` says."""
    body = Element("/Document", list(elements_of(data)))
    _without_contents_numbers(body)
    _join_rows(body)
    _without_heads(body, *heads)
    notes = _without_notes(body)
    calls = _without_calls(body)
    firsts = [next(e for e in note.elements() if e.tag == "/Lbl") for note in notes]
    marks = sum(first.text.strip() == str(number) for number, first in enumerate(firsts, 1))
    _without_made(Element("", [body, *notes]))
    said = [word for note in notes for word in _split(note, pairs)]
    return Words(_split(body, pairs), said, len(calls), marks, sum(NEXT_LINE in call for call in calls))


def _split(element: Element, pairs: Collection[tuple[str, str]]) -> list[str]:
    def joined(match: re.Match[str]) -> str:
        return f"{match[1]}-" if (match[1], match[2]) in pairs else match[1]

    return samewords.split(re.sub(r"([^\W_]+)[-\u2010][\n\v]+(?=([^\W_]+))", joined, "".join(_flat(element))))


def _flat(element: Element) -> Iterator[str]:
    edge = BREAK if element.tag in BLOCKS else ""
    yield edge
    for kid in element.kids:
        yield from [kid] if isinstance(kid, str) else _flat(kid)
    yield edge


def _without_contents_numbers(body: Element) -> None:
    """An entry of the contents is a link; it may begin with the heading's number, and ends with the page's."""
    for entry in [e for e in body.elements() if e.tag == "/TOCI"]:
        links = [e for e in entry.elements() if e.tag == "/Link"]
        links[-1].kids.pop()
        first = links[0].kids[0]
        if isinstance(first, Element) and MADE.fullmatch(first.text):
            links[0].kids.pop(0)


def _join_rows(body: Element) -> None:
    """A row that goes on over a page turn is a row of its own in the PDF, whose name says so; Word has one row."""
    for outer in list(body.elements()):
        rows: list[Element | str] = []
        for kid in outer.kids:
            goes_on = isinstance(kid, Element) and kid.tag == "/TR" and is_continued(kid)
            if goes_on and rows:
                for cell, more in zip(rows[-1].kids[1:], kid.kids[1:], strict=True):  # type: ignore[union-attr]
                    assert isinstance(cell, Element) and isinstance(more, Element)
                    cell.kids += more.kids[repeats_topic(cell, more) :]
            else:
                rows.append(kid)
        outer.kids = rows


def repeats_topic(cell: Element, more: Element) -> bool:
    """Whether the rest of a cell begins with the topic whose facts the cell ends with. A topic that first stands there is no
    repetition, and neither is a fact."""
    *_, last = [k.text.strip() for k in cell.kids if isinstance(k, Element) and k.tag == "/Div"] or [""]
    first = more.kids[0] if more.kids else None
    return isinstance(first, Element) and first.tag == "/Div" and last.startswith(first.text.strip())


def _heads(root: etree._Element) -> tuple[set[str], set[str]]:
    """The names and the topics in the heads of the tables of countries in Word."""
    found: set[str] = set()
    names: set[str] = set()
    for head in (next(table.iter(f"{W}tr")) for table in root.iter(f"{W}tbl")):
        name, *titles = ("".join(samewords._runs(cell)).strip() for cell in head.findall(f"{W}tc"))
        names |= {name} if _country(head) is not None else set()
        found |= {titles[0].partition(" · ")[0]} if name in names else set()
    return names, found


def _country(head: etree._Element) -> etree._Element | None:
    """The cell with a country's name in the head of its first table in Word."""
    first = head.find(f"{W}tc")
    marks = [mark.get(f"{W}name") for mark in first.iter(f"{W}bookmarkStart")]
    return first if any(name.startswith("country_") for name in marks) else None


def _without_heads(body: Element, names: Collection[str], topics: Collection[str]) -> None:
    """The PDF has a table for the countries of a stance, Word one for each of them and each topic, whose head has both names."""
    for table in [e for e in body.elements() if e.tag == "/Table"]:
        head, *rows = [e for e in table.elements() if e.tag == "/TR"]
        titles = [kid.text.strip() for kid in head.kids if isinstance(kid, Element)][1:]
        first = "".join(_flat(rows[0])).split()
        is_across = len(titles) == 1 and any(first[: len(name.split())] == name.split() for name in names)
        if not is_across and not topics.issuperset(titles):
            continue
        head.kids.clear()
        for cell, title in ((cell, title) for row in rows for cell, title in zip(row.kids[1:], titles, strict=True)):
            assert isinstance(cell, Element)
            cell.kids[:0] = [] if is_across else [BREAK, title, BREAK]


def _as_in_the_pdf(body: etree._Element) -> None:
    """In the tables of countries in Word, put the note on a stance behind the name, and take the repeated names away."""
    name = ""
    for head, *rows in (list(table.iter(f"{W}tr")) for table in body.iter(f"{W}tbl")):
        first = head.find(f"{W}tc")
        text = "".join(samewords._runs(first)).strip()
        if _country(head) is not None:
            name = text
            first.extend(rows[0].find(f"{W}tc").findall(f"{W}p"))
        elif name and first.find(f"{W}tcPr/{W}shd") is not None:
            assert text == name, "a repeated name"
            for paragraph in first.findall(f"{W}p"):
                first.remove(paragraph)


def is_continued(row: Element) -> bool:
    """Whether a row of the appendix goes on from the page before."""
    return "".join(k.text for k in row.kids[:1] if isinstance(k, Element)).strip().endswith("(continued)")


def _without_made(body: Element) -> None:
    """Markers of list items and of notes, and numbers of headings."""
    for element in body.elements():
        element.kids = [k for k in element.kids if not (isinstance(k, Element) and k.tag == "/Lbl" and MADE.fullmatch(k.text))]
        first = element.kids[0] if element.kids and element.tag in HEADINGS else None
        if isinstance(first, Element) and first.tag == "/NonStruct" and MADE.fullmatch(first.text):
            element.kids.pop(0)


def _taken(element: Element, is_wanted: Callable[[Element], bool]) -> Iterator[Element]:
    """The elements that are wanted, in the order of the text; they are taken out."""
    kids, element.kids = element.kids, []
    for kid in kids:
        if isinstance(kid, Element) and is_wanted(kid):
            yield kid
            continue
        element.kids.append(kid)
        if isinstance(kid, Element):
            yield from _taken(kid, is_wanted)


def _without_notes(body: Element) -> list[Element]:
    """The notes, each of which stands behind its call: taken out, and told."""
    return list(_taken(body, lambda element: element.tag == "/Note"))


def _without_calls(body: Element) -> list[str]:
    """The numbers that call a note, which run on from 1: taken out, and told."""
    numbers = count(1)
    wanted = next(numbers)

    def is_call(element: Element) -> bool:
        nonlocal wanted
        found = element.tag == "/Reference" and element.text.strip(NEXT_LINE) == str(wanted)
        wanted = next(numbers) if found else wanted
        return found

    return [call.text for call in _taken(body, is_call)]


def of_docx(data: bytes) -> Words:
    """The words of a report's Word file: body and footnotes parts."""
    body = samewords._part(data, "document")
    calls = [node.get(f"{W}id") for node in body.iter(f"{W}footnoteReference")]
    for paragraph in body.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and re.match("TOC[12]|TableofFigures", style.get(f"{W}val")):
            _without_numbers(paragraph)
    _as_in_the_pdf(body)
    notes = {note.get(f"{W}id"): note for note in samewords._part(data, "footnotes") if note.get(f"{W}type") is None}
    said = [word for id in calls for word in samewords.split("".join(samewords._runs(notes[id])))]
    return Words(samewords.split("".join(samewords._runs(body))), said, len(calls), len(notes))


def _without_numbers(entry: etree._Element) -> None:
    """An entry of the contents: the heading's number and a tab, its text, a tab, the page's number in a field."""
    link = entry.find(f"{W}hyperlink")
    runs = link.findall(f"{W}r")
    tabs = [n for n, run in enumerate(runs) if run.find(f"{W}tab") is not None]
    for run in [*(runs[: tabs[0]] if len(tabs) == 2 else []), *runs[tabs[-1] :]]:
        link.remove(run)
