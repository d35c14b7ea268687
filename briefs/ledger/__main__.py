"""`python -m briefs.ledger CPU MEMORY`: reads the words of finished files from standard input, until it ends.

In: for each file a line of JSON (`size`, `name`) and its bytes (PDF, DOCX, PPTX, HTML or text). Out: a line of JSON with `sizes`
or `fault`, and the number and the text of each page as JSON. `ledger/pages.py` is the other side.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import pypdfium2
from lxml import etree, html

from briefs import limits
from briefs.problems import Problems
from briefs.typeset.word import package
from briefs.wordfile import docx

_WORD_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WRITTEN = re.compile(r"word/(document\d*|footnotes|endnotes)\.xml")
_SLIDE = re.compile(r"ppt/slides/slide(\d{1,9})\.xml")

Page = tuple[int, str]


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    name = request["name"]
    try:
        read = list(_READERS[PurePosixPath(name).suffix.lower()](name, data))
    except Problems as fault:
        raise ValueError(fault.problems[0].message) from None
    except (RecursionError, MemoryError):
        raise
    except Exception as fault:  # an error of PDFium, zipfile or lxml
        raise ValueError(f"it is damaged ({type(fault).__name__})") from None
    return {}, (json.dumps(read).encode(),)


def _of_pdf(name: str, data: bytes) -> Iterator[Page]:
    with pypdfium2.PdfDocument(data) as document:
        for number, page in enumerate(document, 1):
            yield number, page.get_textpage().get_text_range().replace("\r\n", "\n")


def _of_word(name: str, data: bytes) -> Iterator[Page]:
    opened = docx.open_docx(data, name)
    for part in sorted(filter(_WRITTEN.fullmatch, opened.parts)):
        yield 0, "\n".join(_paragraphs(opened.xml(part), _WORD_TEXT))


def _of_slides(name: str, data: bytes) -> Iterator[Page]:
    opened = package.read(data)
    numbers = {int(found[1]): name for name in opened.parts if (found := _SLIDE.fullmatch(name))}
    for number, name in sorted(numbers.items()):
        yield number, "\n".join(_paragraphs(opened.xml(name), _DRAWING_TEXT))


def _paragraphs(root: etree._Element, space: str) -> Iterator[str]:
    for paragraph in root.iter(f"{space}p"):
        yield "".join(run.text or "" for run in paragraph.iter(f"{space}t"))


def _of_text(name: str, data: bytes) -> Iterator[Page]:
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16" if is_wide else "utf-8-sig" if _is_utf8(data) else "cp1252", "replace")
    yield 1, text.replace("\r\n", "\n")


def _of_html(name: str, data: bytes) -> Iterator[Page]:
    root = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8" if _is_utf8(data) else None))
    for element in root.iter("script", "style", "noscript", "template"):
        element.text = None
    yield 0, " ".join(part for part in root.itertext() if part.strip())


def _is_utf8(data: bytes) -> bool:
    """Whether bytes can be UTF-8, as nearly no text in another encoding can. Many a saved page doesn't say what it is."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


_READERS: Mapping[str, Callable[[str, bytes], Iterator[Page]]] = {
    ".pdf": _of_pdf, ".docx": _of_word, ".pptx": _of_slides, ".txt": _of_text, ".html": _of_html, ".htm": _of_html,
}  # fmt: skip


if __name__ == "__main__":
    limits.serve(_answer)
