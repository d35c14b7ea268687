"""Finds words of a document that are on none of its pages.

In: the HTML that was laid out, and its pages. Out: the text of each element of which some letters are missing. WeasyPrint drops
content for which it finds no room, such as a footnote that is longer than a page, and mostly logs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from briefs.engine.boxes import RenderedPage

Element = Any  # xml.etree.ElementTree.Element, or the one of html5lib


def lost(root: Element, pages: Iterable[RenderedPage]) -> Iterator[tuple[Element, str]]:
    """Each element of the body that lost letters, and its text. An element that is repeated on pages, such as the head of a table,
    may be shown more than once."""
    shown: defaultdict[int, list[str]] = defaultdict(list)
    for page in pages:
        for box in page.box.descendants(absolute=True):
            if box.kind == "text" and not box.is_pseudo_element:
                shown[id(box.element)].append(_letters(box.text))
    for element in _body(root).iter():
        own = _own_text(element)
        if (letters := _letters(own)) and letters not in "".join(shown[id(element)]):
            yield element, " ".join(own.split())


def _body(root: Element) -> Element:
    body = next((child for child in root if str(child.tag).rpartition("}")[2] == "body"), None)
    return root if body is None else body


def _own_text(element: Element) -> str:
    """The text that is directly in an element, not in its children."""
    if not isinstance(element.tag, str):  # an HTML comment
        return ""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _letters(text: str) -> str:
    """The letters and digits of a text. Other characters are left out: WeasyPrint changes spaces, and adds hyphens to lines."""
    return "".join(filter(str.isalnum, text))
