"""The direction of text: runs of a paragraph that go against it are marked.

In: a manuscript and its language. Out: the same, in which every run of the other direction is a span with `dir`. So a sentence in
English within an Arabic one is one box of the page, whatever is bold in it. WeasyPrint orders boxes by the `direction` of the box
around them, and only letters within one box by the Unicode algorithm (UAX 9). A run in Word says itself whether it runs from right
to left (ECMA-376 part 1, 17.3.2.30).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import groupby
from typing import Any

from babel import Locale

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.edition.names import knows_language
from briefs.tools import fribidi
from briefs.tools.fribidi import Direction

_OBJECT = "\ufffc"  # stands for an inline without letters, or with letters in an order of their own
_ISOLATED = frozenset({"Code", "Math", "Image", "Note", "RawInline"})
_SPLIT = frozenset({"Strong", "Emph", "Underline", "Strikeout", "Span", "SmallCaps", "Superscript", "Subscript"})
_NUMBER = re.compile(r"[^()\[\]]*?([,;:]\s[^()\[\]]*\d)")  # group 1: a comma or the like, and a number
_BLOCKS = ("Para", "Plain", "Header")
Run = tuple[Node, bool]  # an inline, and whether it goes against the paragraph
# Invisible letters that say a direction (UAX 9, 2.6). The joiner tells them from those that an author wrote.
MARKS: Mapping[Direction, str] = {"ltr": "\u2060\u200e", "rtl": "\u2060\u200f"}

OWN = "\ue00e"  # at the head of a paragraph that runs against the page, until a writer has given the paragraph its direction


@cache
def direction(language: str) -> Direction:
    """The direction of a language (a BCP 47 tag), by CLDR."""
    return "rtl" if knows_language(language) and Locale.parse(language, sep="-").character_order == "right-to-left" else "ltr"


def turned(manuscript: Manuscript) -> Manuscript:
    """A manuscript whose text and figures have the direction of its language."""
    blocks, whole = (directed(nodes, manuscript.language) for nodes in (manuscript.blocks, manuscript.whole))
    if direction(manuscript.language) == "ltr":
        return manuscript if blocks is manuscript.blocks else replace(manuscript, blocks=blocks, whole=whole)
    turned = manuscript.with_figures(lambda figure: replace(figure, direction="rtl"))
    return replace(turned, blocks=blocks, whole=whole)


def directed(blocks: Sequence[Node], language: str) -> Sequence[Node]:
    """A tree in which runs against the direction of their paragraph are marked. It is the same one if there are none."""
    base = direction(language)
    if base == "ltr" and not any(_is_rtl(tree.text(node)) for node in tree.walk(list(blocks)) if node["t"] == "Str"):
        return blocks
    return _each_paragraph(blocks, base, _with_passages)


def _with_passages(inlines: Sequence[Node], base: Direction) -> list[Node]:
    return paragraph(tree.transform(list(inlines), partial(_saying, base), "Span"), base)


def _saying(base: Direction, span: Node) -> list[Node] | None:
    """For `tree.transform`: a passage in a language of the other direction with `dir`, if it has letters of both directions or ends
    with a sign. Any other is a run by itself."""
    own, text = _own(span, base), tree.text_of(span)
    is_mixed = any(_is_rtl(letter) == (base == "rtl") for letter in text if _runs(letter)) or not text[-1:].isalnum()
    return [_with_direction(span, own)] if own != base and is_mixed else None


def _with_direction(node: Node, own: Direction) -> Node:
    identifier, classes, pairs = tree.attr_of(node)
    others = [[key, value] for key, value in pairs if key != "dir"]
    return tree.with_attr(node, [identifier, classes, [*others, ["dir", own]]])


def _each_paragraph(blocks: Sequence[Node], page: Direction, change: Callable[[list[Node], Direction], list[Node]]) -> list[Node]:
    """A tree in which `change` has rewritten the inlines of each paragraph, innermost first. It is given the direction of the
    paragraph, which is that of the innermost block around it that says one. `page`: the direction of notes, and outside blocks."""

    def rewritten(value: Any, base: Direction) -> Any:
        if isinstance(value, list):
            return [rewritten(item, base) for item in value]
        return rewritten_node(value, base) if isinstance(value, dict) and "c" in value else value

    def rewritten_node(old: Any, base: Direction) -> Node:
        own = page if old["t"] == "Note" else _own(old, base) if old["t"] == "Div" else base
        node: Node = {"t": old["t"], "c": rewritten(old["c"], own)}
        if node["t"] == "LineBlock":
            return {"t": "LineBlock", "c": [change(line, own) for line in node["c"]]}
        if node["t"] == "DefinitionList":
            return {"t": "DefinitionList", "c": [[change(term, own), meanings] for term, meanings in tree.definitions(node)]}
        if node["t"] == "Div" and own != base:
            return _with_direction(node, own)
        return tree.with_inlines(node, change(tree.inlines(node), own)) if node["t"] in _BLOCKS else node

    made: list[Node] = rewritten(list(blocks), page)
    return made


def _own(node: Node, base: Direction) -> Direction:
    """The direction that a node says, or that of its language, or `base`."""
    said = tree.attributes(node)
    if said.get("dir") in {"rtl", "ltr"}:
        return "rtl" if said["dir"] == "rtl" else "ltr"
    return direction(said["lang"]) if "lang" in said else base


def paragraph(inlines: Sequence[Node], base: Direction) -> list[Node]:
    """The inlines of a paragraph with its runs marked. If no letter has the direction of the page, all of it is one run."""
    text = "".join(_letters(inlines))
    other: Direction = "ltr" if base == "rtl" else "rtl"
    if not any(map(_runs, text)):
        return list(inlines)
    if not (_is_rtl(text) if base == "rtl" else any(unicodedata.bidirectional(letter) == "L" for letter in text)):
        return [tree.span(inlines, dir=other)]
    return _marked(_parted(inlines, iter(_against(text, base)), other), other)


def with_marks(blocks: Sequence[Node], language: str) -> Sequence[Node]:
    """A directed tree with a direction mark before each number that would join the words before it, and with `OWN` at the head of
    each paragraph that runs against the page.

    For programs that order the letters of a paragraph by UAX 9 alone, whatever a run says of its direction: there the number of a
    source behind Arabic words would stand among them (W2, W7).
    """
    base = direction(language)
    if base == "ltr" and not any(
        "dir" in tree.attributes(node) for node in tree.walk(list(blocks)) if node["t"] in {"Span", "Link", "Div"}
    ):
        return blocks

    def change(inlines: list[Node], own: Direction) -> list[Node]:
        marked = _Numbers(own).marked(inlines, own)
        return marked if own == base else [tree.string(OWN), *marked]

    return _each_paragraph(blocks, base, change)


class _Numbers:
    """Puts marks before the numbers of one paragraph. `last`: the direction of the last letter that has one; `counted`: whether a
    number follows that letter."""

    def __init__(self, base: Direction):
        self.last, self.counted = base, False

    def marked(self, inlines: Iterable[Node], own: Direction) -> list[Node]:
        """Inlines whose direction is `own`, with marks."""
        out: list[Node] = []
        for node in inlines:
            if node["t"] in tree.WITH_INLINES and not _is_isolated(node):
                out.append(tree.with_inlines(node, self.marked(tree.inlines(node), own)))
            elif node["t"] in tree.WITH_INLINES and "dir" in (tree.attributes(node) if tree.has_attr(node) else {}):
                out.append(tree.with_inlines(node, self.marked(tree.inlines(node), _own(node, own))))
            else:
                out += self._leaf(node, own)
        return out

    def _leaf(self, node: Node, own: Direction) -> list[Node]:
        text = tree.text_of(node)
        first = next((n for n, letter in enumerate(text) if _runs(letter)), len(text))
        has_number = any(map(str.isdigit, text[:first]))
        joins = self.last != own or (own == "rtl" and self.counted and node["t"] == "Superscript")
        is_marked = has_number and joins
        self._read(text, own if is_marked else self.last)
        return [tree.string(MARKS[own]), node] if is_marked else [node]

    def _read(self, text: str, last: Direction) -> None:
        for letter in text:
            if _runs(letter):
                last, self.counted = ("rtl" if _is_rtl(letter) else "ltr"), False
            self.counted = self.counted or letter.isdigit()
        self.last = last


def _against(text: str, base: Direction) -> Iterator[bool]:
    """For each letter, whether it belongs to a run that goes against the direction `base`. A number by itself is no such run. One
    behind right-to-left words of a left-to-right paragraph is part of their run: its level is above theirs (UAX 9, I1)."""
    level = 1 if base == "rtl" else 0
    of_letters = zip(text, fribidi.levels(text, base), strict=True)
    runs = [(turned, "".join(c for c, _ in run)) for turned, run in groupby(of_letters, key=lambda pair: pair[1] != level)]
    for (turned, run), (_, after) in zip(runs, [*runs[1:], (False, "")], strict=True):
        own = len(run) - _set_off(run, after) if turned and any(map(_runs, run)) else 0
        yield from [True] * own + [False] * (len(run) - own)


def _set_off(run: str, after: str) -> int:
    """How many letters at the end of a run are a comma and a number that belong to the words after the run.

    By UAX 9 (W7) the number would go with the words before it: of “The Paper, 4 مايو 2020” the 4 would stand at the other end of
    the paper.
    """
    last = max(at for at, letter in enumerate(run) if _runs(letter))
    mark = _NUMBER.fullmatch(run, last + 1)
    return len(run) - mark.start(1) if mark and _is_rtl(after.lstrip()[:1]) else 0


def _parted(inlines: Iterable[Node], against: Iterator[bool], other: Direction) -> Iterator[Run]:
    """The inlines, parted where the direction changes. `against`: whether each letter runs against the paragraph, in `other`."""
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            letters = ((letter, next(against)) for letter in tree.text(node))
            for turned, run in groupby(letters, key=lambda pair: pair[1]):
                yield tree.string("".join(letter for letter, _ in run)), turned
        elif _is_isolated(node):
            turned = next(against)
            inner = _passage(node) if kind == "Span" else node
            yield (tree.span([node], dir="ltr") if kind == "Code" and not turned else inner), turned
        elif kind in tree.WITH_INLINES:
            yield from _container(node, against, other)
        else:  # a space or the end of a line
            yield node, next(against)


def _passage(span: Node) -> Node:
    """A passage that says its direction itself, with its own runs marked."""
    return tree.with_inlines(span, paragraph(tree.inlines(span), _own(span, "ltr")))


def _container(node: Node, against: Iterator[bool], other: Direction) -> Iterator[Run]:
    """A node that holds inlines, in parts of one direction each. Links, quotations and nodes with an identifier stay whole."""
    marks = node["t"] == "Quoted"
    opened = marks and next(against)
    parts = list(_parted(tree.inlines(node), against, other))
    closed = marks and next(against)
    turned = {turned for _, turned in parts}
    if len(turned) <= 1 and (not marks or turned == {opened} == {closed}):
        yield tree.with_inlines(node, [part for part, _ in parts]), turned == {True}
    elif node["t"] in _SPLIT and not (tree.has_attr(node) and tree.identifier(node)):
        for is_turned, run in groupby(parts, key=lambda part: part[1]):
            yield tree.with_inlines(node, [part for part, _ in run]), is_turned
    else:
        yield tree.with_inlines(node, _marked(parts, other)), False


def _marked(parts: Iterable[Run], other: Direction) -> list[Node]:
    """Inlines in which each run against the paragraph is one span."""
    out: list[Node] = []
    for turned, run in groupby(parts, key=lambda part: part[1]):
        nodes = [node for node, _ in run]
        out += [tree.span(nodes, dir=other)] if turned else nodes
    return out


def _letters(inlines: Iterable[Node]) -> Iterator[str]:
    """The letters of inlines, as `_parted` counts them."""
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            yield tree.text(node)
        elif _is_isolated(node):
            yield _OBJECT
        elif kind == "Quoted":
            opened, closed = tree.quotation_marks(node)
            yield opened + "".join(_letters(tree.inlines(node))) + closed
        elif kind in tree.WITH_INLINES:
            yield from _letters(tree.inlines(node))
        else:
            yield " "


def _is_isolated(node: Node) -> bool:
    """Whether a node counts as one neutral sign among the words around it. That is so if it has no words, if it has a direction of
    its own, or if it is the mark of a note."""
    if node["t"] == "Superscript":
        return not any(map(_runs, tree.text_of(node)))
    return node["t"] in _ISOLATED or (node["t"] in {"Span", "Link"} and "dir" in tree.attributes(node))


def _runs(letter: str) -> bool:
    """Whether a letter has a direction of its own (UAX 9, the strong types)."""
    return unicodedata.bidirectional(letter) in {"L", "R", "AL"}


def _is_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)
