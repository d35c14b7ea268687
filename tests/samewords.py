"""The words of a finished document, in order, to hold its formats against each other.

In: a PDF or a DOCX as bytes. Out: a list of words and signs. A PDF is read by its tag tree, as a screen reader reads it; a DOCX
by its `document.xml`. Left out are running heads and feet (no tag, no body) and list markers and numbers (tag `Lbl`, `w:numPr`);
a figure counts as its alternative text. White space and hyphenation are the typesetters': NFKC, soft and line-end hyphens joined,
word joiners dropped. Signs count too, each as a word, and so does each letter of a script that is written without spaces.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from lxml import etree

BLOCKS = {
    "/P",
    "/H1",
    "/H2",
    "/H3",
    "/H4",
    "/H5",
    "/H6",
    "/Div",
    "/L",
    "/LI",
    "/LBody",
    "/Figure",
    "/Caption",
    "/TD",
    "/TH",
    "/TR",
    "/Table",
}
LINE = 5.0  # points: what stands further down or up than this is on another line; a superscript is not
BREAK, NEXT_LINE = "\n", "\v"  # of a block; of a line within one
WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff]|[^\W_\u2e80-\u9fff\uac00-\ud7a3]+(?:['’][^\W_]+)*|\S")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def split(text: str) -> list[str]:
    """Words and signs of a text in which `NEXT_LINE` stands where a line was broken."""
    text = re.sub("\u00ad\v?|\u2010\v|\u2060|\u200b", "", text)  # hyphens put in at a line’s end, marks without a width
    return WORD.findall(unicodedata.normalize("NFKC", text).replace("\u2011", "\u2010"))


# PDF: ISO 32000-1, 14.7 (logical structure), 14.6 (marked content), 9.10.3 (ToUnicode).


def of_pdf(data: bytes) -> list[str]:
    """The words of a tagged PDF in the order of its tag tree."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        marked = {page.objgen: _Marked.read(page) for page in pdf.pages}
        text = "".join(_tagged(pdf.Root.StructTreeRoot.K, marked, pdf.pages[0].objgen))
    return split(text)


def _tagged(node: object, marked: dict[tuple[int, int], dict[int, str]], page: tuple[int, int]) -> Iterator[str]:
    if isinstance(node, pikepdf.Array):
        for kid in node:
            yield from _tagged(kid, marked, page)
    elif isinstance(node, pikepdf.Dictionary):
        page = node.Pg.objgen if "/Pg" in node else page
        tag = str(node.get("/S", ""))
        if tag == "/Lbl" or not tag:  # a list's marker; a reference to an annotation
            return
        edge = BREAK if tag in BLOCKS else ""
        yield edge
        if tag == "/Figure":
            yield str(node.Alt)
        else:
            yield from _tagged(node.get("/K", pikepdf.Array()), marked, page)
        yield edge
    else:
        yield marked[page].get(int(node), "")  # type: ignore[call-overload]


@dataclass
class _Marked:
    """Reads a page's content stream: the text of each marked-content id."""

    texts: dict[int, str] = field(default_factory=dict)
    ids: list[int | None] = field(default_factory=list)
    baseline: float = 0.0

    @classmethod
    def read(cls, page: pikepdf.Page) -> dict[int, str]:
        self, letters, scale, saved = cls(), {}, 1.0, []
        fonts = {name: _letters(font) for name, font in page.Resources.get("/Font", {}).items()}
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    saved.append(scale)
                case "Q":
                    scale = saved.pop()
                case "cm":
                    scale *= abs(float(operands[3]))
                case "BDC":
                    self.open(operands[1].get("/MCID") if isinstance(operands[1], pikepdf.Dictionary) else None)
                case "BMC":
                    self.open(None)
                case "EMC":
                    self.ids.pop()
                case "Tf":
                    letters = fonts[str(operands[0])]
                case "Tm":
                    self.move(float(operands[5]) * scale)
                case "Tj":
                    self.show([operands[0]], letters)
                case "TJ":
                    self.show([part for part in operands[0] if isinstance(part, pikepdf.String)], letters)
        # The program writes white space at a run's edge as a run of no letters.
        return {number: text if text.strip(NEXT_LINE) else " " for number, text in self.texts.items()}

    def open(self, number: object) -> None:
        self.ids.append(None if number is None else int(number))  # type: ignore[call-overload]
        if self.ids[-1] is not None:
            self.texts[self.ids[-1]] = ""

    @property
    def id(self) -> int | None:
        return next((number for number in reversed(self.ids) if number is not None), None)

    def move(self, baseline: float) -> None:
        if abs(baseline - self.baseline) > LINE and self.id is not None:
            self.texts[self.id] += NEXT_LINE
        self.baseline = baseline

    def show(self, strings: list[pikepdf.String], letters: dict[int, str]) -> None:
        if self.id is not None:
            codes = b"".join(bytes(string) for string in strings)
            self.texts[self.id] += "".join(letters[codes[i] << 8 | codes[i + 1]] for i in range(0, len(codes), 2))


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """What each code of a two-byte font stands for, by its ToUnicode map."""
    text = font.ToUnicode.read_bytes().decode("ascii", "replace")
    found = {}
    for kind, body in re.findall(r"begin(bfchar|bfrange)(.*?)endbf", text, re.S):
        numbers = re.findall(r"<([0-9A-Fa-f\s]*)>", body)
        step = 2 if kind == "bfchar" else 3
        assert "[" not in body, "a range with a list of its own: not read yet"
        for row in zip(*[iter(numbers)] * step, strict=True):
            first, last, said = int(row[0], 16), int(row[-2], 16), bytes.fromhex(row[-1]).decode("utf-16-be")
            found |= {code: said[:-1] + chr(ord(said[-1]) + code - first) for code in range(first, last + 1) if said}
    return found


# DOCX: ECMA-376 part 1, 17.3 (paragraphs and runs).


def of_docx(data: bytes) -> list[str]:
    """The words of a Word file's body in order; pictures by their alternative text."""
    return split("".join(_runs(_part(data, "document"))))


def notes_of_docx(data: bytes) -> list[list[str]]:
    """The words of each footnote in order."""
    notes = (note for note in _part(data, "footnotes") if note.get(f"{W}type") is None)
    return [split("".join(_runs(note))) for note in notes]


def _part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def _runs(root: etree._Element) -> Iterator[str]:
    for node in root.iter():
        if node.tag == f"{W}t":
            yield " " if node.text == "\u2060" else node.text or ""  # in the PDF it is a run of no letters, as white space is
        elif node.tag in {f"{W}p", f"{W}tab", f"{W}br", f"{W}cr"}:
            yield BREAK
        elif node.tag == f"{W}noBreakHyphen":
            yield "\u2010"
        elif node.tag == DRAWN:
            yield BREAK + node.get("descr", "") + BREAK
