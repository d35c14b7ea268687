"""Reads a paragraph of a Word file as tokens, and finds how the tokens of two paragraphs differ.

In: the element of a paragraph. Out: `TokenLine`: words, punctuation marks, spaces and objects, each with its run properties and
the hyperlink around it, and the bookmarks between them. `changes` compares the tokens of two paragraphs. ECMA-376 part 1: 17.3
(paragraphs and runs), 17.16 (fields).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from briefs.sequences import matcher
from briefs.typeset.word.fields import VALUE_TAG
from briefs.typeset.word.package import w

Node = Any  # an element of lxml
Structure = tuple[Any, ...]
MIN_UNCHANGED = 0.25  # share of the letters; if fewer are unchanged, the whole paragraph is shown as replaced
OBJECT_WEIGHT = 5  # a picture, or a field without text, counts as so many letters
_TOKENS = re.compile(r"\w+(?:['’]\w+)*|\s+|.", re.S)
_RECOUNTED = {"PAGE", "NUMPAGES", "STYLEREF"}  # fields that Word recalculates whenever it lays out a page


@dataclass(frozen=True, eq=False)
class Token:
    """A word, a punctuation mark or a space (kind `text`), an object in a run (`child`), or an object that has runs of its own,
    such as a field (`whole`).

    `key`: two tokens with equal keys are the same. `properties`: the properties of its run. `nodes`: the elements that it is made
    of, empty for a text. `link`: the hyperlink around it. `loose`: whether it is a part of a field that begins or ends in another
    paragraph. `note`: the id of the note that it refers to.
    """

    kind: str
    key: Structure
    text: str = ""
    properties: Node = None
    nodes: tuple[Node, ...] = ()
    link: Node = None
    loose: bool = False
    note: str = ""

    @property
    def is_blank(self) -> bool:
        return self.kind == "text" and not self.text.strip("\u2060 \n\t")


@dataclass
class TokenLine:
    """The tokens of a paragraph, and its bookmark elements, each with the number of the token that follows it."""

    tokens: list[Token] = field(default_factory=list)
    bookmarks: list[tuple[int, Node]] = field(default_factory=list)


@dataclass(frozen=True)
class KeyFunctions:
    """Functions that return the values by which objects are compared: the target of a link, the content of a picture, the words of
    a note."""

    link: Callable[[Node], str]
    picture: Callable[[Node], Structure]
    note: Callable[[str], str]


def structure(node: Node) -> Structure:
    """An element as a tuple that can be compared: name, attributes, text without white space around it, and children."""
    if node is None:
        return ()
    return (node.tag, tuple(sorted(node.attrib.items())), (node.text or "").strip(), tuple(structure(c) for c in node))


def copied(node: Node) -> Node:
    """A copy of an element, without the text that follows it."""
    made = copy.deepcopy(node)
    made.tail = None
    return made


def read_tokens(paragraph: Node, keys: KeyFunctions) -> TokenLine:
    """Read a paragraph as tokens."""
    found = TokenLine()
    _TokenReader(found, keys).children(paragraph, None)
    return found


class _TokenReader:
    def __init__(self, found: TokenLine, keys: KeyFunctions):
        self.found, self.keys = found, keys

    def children(self, parent: Node, link: Node) -> None:
        """Read the children of a paragraph, or of an element within it. `link`: the hyperlink around it."""
        children = list(parent)
        at = 0
        while at < len(children):
            end = _end_of_field(children, at)
            if end > at:
                self._field(children[at:end], link)
                at = end
                continue
            child = children[at]
            at += 1
            if read := _READERS.get(child.tag):
                read(self, child, link)
            elif isinstance(child.tag, str) and child.tag.endswith(("}oMath", "}oMathPara")):
                self.found.tokens.append(Token("whole", ("math", structure(child)), _text(child), nodes=(child,), link=link))

    def _hyperlink(self, node: Node, link: Node) -> None:
        self.children(node, node)

    def _simple_field(self, node: Node, link: Node) -> None:
        self._field([node], link)

    def _content_control(self, node: Node, link: Node) -> None:
        tag = node.find(f"{w('sdtPr')}/{w('tag')}")
        if tag is not None and tag.get(w("val")) == VALUE_TAG:
            key = ("value", _text(node), tuple(structure(e) for e in node.iter(w("rPr"))), self._target(link))
            self.found.tokens.append(Token("whole", key, _text(node), nodes=(node,), link=link))
            return
        for content in node.findall(w("sdtContent")):
            self.children(content, link)

    def _bookmark(self, node: Node, link: Node) -> None:
        self.found.bookmarks.append((len(self.found.tokens), node))

    def _field(self, nodes: Sequence[Node], link: Node) -> None:
        """Read a field with all its parts. It is compared by its name, its result and the link around it."""
        instruction, result = _of_field(nodes)
        name = next(iter(instruction.split()), "").upper()
        key = ("field", name, "" if name in _RECOUNTED else result, self._target(link))
        self.found.tokens.append(Token("whole", key, result, nodes=tuple(nodes), link=link))

    def _target(self, link: Node) -> str:
        return "" if link is None else self.keys.link(link)

    def _run(self, run: Node, link: Node) -> None:
        if run.find(w("fldChar")) is not None or run.find(w("instrText")) is not None:
            self.found.tokens.append(Token("whole", ("loose", structure(run)), nodes=(run,), link=link, loose=True))
            return
        for child in run:
            if child.tag == w("rPr") or not isinstance(child.tag, str) or child.tag.endswith("}lastRenderedPageBreak"):
                continue
            self.found.tokens += self._run_content(child, run.find(w("rPr")), link)

    def _run_content(self, child: Node, properties: Node, link: Node) -> Iterator[Token]:
        own, target = structure(properties), self._target(link)
        if child.tag == w("t"):
            for text in _TOKENS.findall(child.text or ""):
                yield Token("text", ("text", text, own, target), text, properties, link=link)
        elif child.tag == w("footnoteReference"):
            note = child.get(w("id"), "")
            yield Token("child", ("note", self.keys.note(note)), "", properties, (child,), link, note=note)
        elif next(child.iter("{*}blip"), None) is not None:
            yield Token("child", ("picture", self.keys.picture(child)), "", properties, (child,), link)
        else:
            text = "\t" if child.tag == w("tab") else ""
            yield Token("child", ("child", structure(child), own, target), text, properties, (child,), link)


_READERS: Mapping[Any, Callable[[_TokenReader, Node, Node], None]] = {
    w("r"): _TokenReader._run,
    w("hyperlink"): _TokenReader._hyperlink,
    w("fldSimple"): _TokenReader._simple_field,
    w("sdt"): _TokenReader._content_control,
    **dict.fromkeys([w("bookmarkStart"), w("bookmarkEnd")], _TokenReader._bookmark),
    **dict.fromkeys([w(n) for n in ("ins", "moveTo", "smartTag", "customXml", "dir", "bdo")], _TokenReader.children),
}


def _end_of_field(children: Sequence[Node], at: int) -> int:
    """The index after a field that begins at a run and ends in the same parent; `at` if there is none."""
    if children[at].tag != w("r") or _depth(children[at]) != 1:
        return at
    depth = 0
    for number in range(at, len(children)):
        depth += _depth(children[number])
        if depth == 0:
            return number + 1
    return at


def _depth(node: Node) -> int:
    """The number of fields that begin in an element, minus the number that end in it."""
    kinds = [c.get(w("fldCharType")) for c in node.iter(w("fldChar"))]
    return kinds.count("begin") - kinds.count("end")


def _of_field(nodes: Sequence[Node]) -> tuple[str, str]:
    """The instruction of a field, and the text of its result."""
    if nodes[0].tag == w("fldSimple"):
        return nodes[0].get(w("instr"), ""), _text(nodes[0])
    instruction, result, in_result, depth = "", "", False, 0
    for each in (e for node in nodes for e in node.iter()):
        if each.tag == w("fldChar"):
            kind = each.get(w("fldCharType"))
            depth += {"begin": 1, "end": -1}.get(kind, 0)
            in_result = in_result or (kind == "separate" and depth == 1)
        elif each.tag == w("instrText") and depth == 1:
            instruction += each.text or ""
        elif each.tag == w("t") and in_result:
            result += each.text or ""
    return instruction, result


def _text(node: Node) -> str:
    return "".join(t.text or "" for t in node.iter() if isinstance(t.tag, str) and t.tag.endswith("}t"))


# How two paragraphs differ.


@dataclass(frozen=True)
class TokenChange:
    """A step from one paragraph to the other: either tokens that are in both paragraphs (`same`), or `old` tokens that are replaced
    by `new` ones."""

    same: bool
    old: tuple[Token, ...]
    new: tuple[Token, ...]


def changes(old: Sequence[Token], new: Sequence[Token]) -> list[TokenChange]:
    """The steps from one paragraph to the other. If little is unchanged, the whole paragraph is replaced.

    Loose parts of fields at both ends always count as unchanged, because the rest of their field is in other paragraphs.
    """
    old_start, old, old_end = _without_loose(old)
    new_start, new, new_end = _without_loose(new)
    steps = [TokenChange(True, old_start, new_start)] if old_start or new_start else []
    steps += _keep_notes(_join_over_spaces(_difference(old, new)))
    return steps + ([TokenChange(True, old_end, new_end)] if old_end or new_end else [])


def _without_loose(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], tuple[Token, ...], tuple[Token, ...]]:
    """The tokens in three parts: the loose ones at the start, the others, the loose ones at the end."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].loose:
        start += 1
    while end > start and tokens[end - 1].loose:
        end -= 1
    return tuple(tokens[:start]), tuple(tokens[start:end]), tuple(tokens[end:])


def _difference(old: tuple[Token, ...], new: tuple[Token, ...]) -> Iterator[TokenChange]:
    matched = matcher([t.key for t in old], [t.key for t in new])
    steps = [TokenChange(tag == "equal", old[a:b], new[c:d]) for tag, a, b, c, d in matched.get_opcodes()]
    unchanged = sum(_weight(step.old) for step in steps if step.same)
    if old and new and unchanged < MIN_UNCHANGED * max(_weight(old), _weight(new)):
        steps = [TokenChange(False, old, new)]
    yield from steps


def _weight(tokens: Iterable[Token]) -> int:
    """The number of letters in the tokens, without spaces. An object without text counts as OBJECT_WEIGHT letters."""
    return sum(0 if t.is_blank else len(t.text) or OBJECT_WEIGHT for t in tokens)


def _join_over_spaces(steps: Iterable[TokenChange]) -> list[TokenChange]:
    """Join two changes into one if only spaces are between them, because one change is easier to read."""
    out: list[TokenChange] = []
    for step in steps:
        if step.same:
            out.append(step)
            continue
        old, new = step.old, step.new
        if len(out) > 1 and out[-1].same and not out[-2].same and all(t.is_blank for t in out[-1].old):
            between, first = out.pop(), out.pop()
            old, new = first.old + between.old + old, first.new + between.new + new
        out.append(TokenChange(False, old, new))
    return out


def _keep_notes(steps: Iterable[TokenChange]) -> Iterator[TokenChange]:
    """If both sides of a change end with references to notes, keep these unchanged: the differences are shown within the notes."""
    for step in steps:
        old, new, kept = step.old, step.new, []
        while not step.same and old and new and old[-1].note and new[-1].note:
            kept.append(TokenChange(True, old[-1:], new[-1:]))
            old, new = old[:-1], new[:-1]
        if old or new:
            yield TokenChange(step.same, old, new)
        yield from reversed(kept)
