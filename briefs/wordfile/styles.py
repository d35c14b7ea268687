"""Reads the styles and lists of a Word file: which formatting a style gives, and which kind of list item a paragraph is.

In: `word/styles.xml` and `word/numbering.xml`. Out: `Styles`. ECMA-376 part 1, 17.7 (styles), 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from briefs.typeset.word.package import Package, w
from briefs.wordfile import elements
from briefs.wordfile.pieces import Formatting

STYLES, NUMBERING = "word/styles.xml", "word/numbering.xml"
_CODE_STYLES = {"verbatim char", "html code", "source text"}
_FORMATS = {
    "b": "strong",
    "i": "emph",
    "em": "emph",
    "strike": "strike",
    "dstrike": "strike",
    "smallCaps": "caps",
    "u": "underline",
}
_VERTICAL = {"superscript": "super", "subscript": "sub"}
_OFF = {"0", "false", "off", "none"}
_DEEPEST = 10  # the largest number of styles that are followed along `basedOn`


@dataclass(frozen=True)
class Item:
    """An item of a list: whether it has a number or a bullet, and its level, from 0."""

    is_numbered: bool
    level: int


@dataclass(frozen=True)
class _Style:
    name: str
    based: str
    properties: etree._Element | None  # its run properties (`w:rPr`)
    paragraph: etree._Element | None  # its paragraph properties (`w:pPr`)

    def find(self, name: str) -> etree._Element | None:
        """One of its paragraph properties."""
        return None if self.paragraph is None else self.paragraph.find(w(name))


class Styles:
    """The styles of a file by id, and its lists."""

    def __init__(self, package: Package):
        root = package.xml(STYLES) if package.parts.get(STYLES) else None
        self._styles = dict(_read(root)) if root is not None else {}
        self._kept: dict[str, tuple[Formatting, dict[str, str]]] = {}
        self._given: dict[str, frozenset[str]] = {}
        self._of_runs: dict[object, RunProperties] = {}
        self._numbering = package.xml(NUMBERING) if package.parts.get(NUMBERING) else None

    def name(self, id: str) -> str:
        """The name of a style. Styles are known by their names, because programs change the ids and keep the names."""
        return self._styles[id].name if id in self._styles else id

    def heading(self, id: str) -> int:
        """The level of a heading style, or of a style that is based on one; 0 for any other style. The style on which it is based
        counts too, because programs may rename a style but keep its base."""
        found = (re.fullmatch(r"heading (\d)", style.name.lower()) for style in self._chain(id))
        return next((int(match[1]) for match in found if match), 0)

    def _chain(self, id: str) -> Iterator[_Style]:
        """A style, and the styles on which it is based, the nearest first."""
        for _ in range(_DEEPEST):
            if id not in self._styles:
                return
            yield self._styles[id]
            id = self._styles[id].based

    def formatting(self, id: str) -> Formatting:
        """The formatting that a style gives to words. Underlines are left out, because in styles they mark links."""
        return self._of(id)[0]

    def looks(self, id: str) -> dict[str, str]:
        """The looks that a style gives to words, by the names of the properties."""
        return self._of(id)[1]

    def edges(self, id: str) -> dict[str, bool]:
        """The edges of the border that a style gives to paragraphs, by their tags: whether each has a line."""
        found: dict[str, bool] = {}
        for style in reversed(list(self._chain(id))):
            found |= elements.edges(style.find("pBdr"))
        return found

    def given(self, id: str) -> frozenset[str]:
        """All formatting and looks that a style gives to paragraphs and their words."""
        if id not in self._given:
            found = dict(self.looks(id))
            for style in reversed(list(self._chain(id))):
                found |= elements.paragraph_looks(style.paragraph, {})
            self._given[id] = self.formatting(id) | frozenset(filter(None, found.values()))
        return self._given[id]

    @property
    def names(self) -> frozenset[str]:
        """The names of all styles."""
        return frozenset(style.name for style in self._styles.values())

    def of_run(self, properties: etree._Element | None) -> RunProperties:
        """The properties of a run, read. Properties without deeper elements are often the same in many runs, so they are read
        once."""
        if properties is None or any(len(child) for child in properties):
            return RunProperties.of(properties)
        key = tuple((child.tag, *child.attrib.items()) for child in properties)
        if key not in self._of_runs:
            self._of_runs[key] = RunProperties.of(properties)
        return self._of_runs[key]

    def _of(self, id: str) -> tuple[Formatting, dict[str, str]]:
        if id not in self._kept:
            chain = list(self._chain(id))
            is_code = any(style.name.lower() in _CODE_STYLES for style in chain)
            own: Formatting = frozenset().union(*(formatting(style.properties) for style in chain)) - {"underline"}
            found: dict[str, str] = {}
            for style in reversed(chain):
                found |= elements.looks(style.properties)
            self._kept[id] = frozenset({"code"}) if is_code else own, found
        return self._kept[id]

    def item(self, properties: etree._Element | None, style: str) -> Item | None:
        """The kind of list item that a paragraph is, by its own numbering or that of its style; None if it is no item. The number 0
        removes the numbering of the style (17.9.18)."""
        own = None if properties is None else properties.find(w("numPr"))
        number, level = _value(own, "numId"), _value(own, "ilvl")
        for each in self._chain(style):
            numbering = each.find("numPr")
            number, level = number or _value(numbering, "numId"), level or _value(numbering, "ilvl")
        name = self.name(style).lower()
        if number == "0" or not (number or name.startswith("list ")):
            return None
        deep = int(level) if re.fullmatch("[0-8]", level) else 0
        return Item(self._format(number, deep) not in {"bullet", "none"} if number else name.startswith("list number"), deep)

    def _format(self, number: str, level: int) -> str:
        """The number format of a list, such as `decimal` or `bullet`. It is `bullet` for a list that isn't defined."""
        return self._formats.get((self._abstract.get(number, ""), str(level)), "bullet")

    @cached_property
    def _abstract(self) -> Mapping[str, str]:
        nums = () if self._numbering is None else self._numbering.findall(w("num"))
        return {num.get(w("numId"), ""): _value(num, "abstractNumId") for num in nums}

    @cached_property
    def _formats(self) -> Mapping[tuple[str, str], str]:
        lists = () if self._numbering is None else self._numbering.findall(w("abstractNum"))
        return {
            (one.get(w("abstractNumId"), ""), level.get(w("ilvl"), "")): _value(level, "numFmt")
            for one in lists for level in one.findall(w("lvl"))
        }  # fmt: skip


def _read(root: etree._Element) -> Iterator[tuple[str, _Style]]:
    for style in root.iter(w("style")):
        name, id = _value(style, "name"), style.get(w("styleId"), "")
        yield id, _Style(name or id, _value(style, "basedOn"), style.find(w("rPr")), style.find(w("pPr")))


def _value(node: etree._Element | None, name: str) -> str:
    """The value of a child element; empty if there is none."""
    child = None if node is None else node.find(w(name))
    return "" if child is None else child.get(w("val"), "")


def switches(properties: etree._Element | None) -> dict[str, bool]:
    """The kinds of formatting that the properties of a run switch on or off (17.3.2)."""
    found: dict[str, bool] = {}
    if properties is None:
        return found
    for name, kind in _FORMATS.items():
        element = properties.find(w(name))
        if element is not None:
            found[kind] = found.get(kind, False) or element.get(w("val"), "1").lower() not in _OFF
    return found


@dataclass(frozen=True)
class RunProperties:
    """The properties of a run: the formatting that they give it, the kinds of formatting that they switch on or off, and the looks
    (`elements.looks`)."""

    formatting: Formatting
    switches: Mapping[str, bool]
    looks: Mapping[str, str]

    @classmethod
    def of(cls, properties: etree._Element | None) -> RunProperties:
        """Read the properties of a run."""
        return cls(formatting(properties), switches(properties), elements.looks(properties))


def formatting(properties: etree._Element | None) -> Formatting:
    """The formatting that the properties of a run give it (17.3.2)."""
    vertical = _VERTICAL.get(_value(properties, "vertAlign"))
    return frozenset([*(kind for kind, is_on in switches(properties).items() if is_on), *([vertical] if vertical else [])])
