"""What stands in a paragraph of a Word file as tokens, and how the tokens of two texts differ.

In: a paragraph's element. Out: `Line`: words, signs, spaces and things, each with the look that it has and the link that it
stands in, and the marks between them that take no room (bookmarks). `changes` holds two lines against each other.
ECMA-376 part 1: 17.3 (paragraphs and runs), 17.16 (fields).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from briefs.typeset.word.package import w

Node = Any  # an element of lxml
Shape = tuple[Any, ...]
_PARTS = re.compile(r"\w+(?:['’]\w+)*|\s+|.", re.S)
_THROUGH = {w(n) for n in ("ins", "moveTo", "smartTag", "customXml", "dir", "bdo")}
_GONE = {w("del"), w("moveFrom")}
_COUNTED = {"PAGE", "NUMPAGES", "STYLEREF"}  # Word finds their result anew whenever it lays out a page
UNLIKE = 0.25  # of the letters, so few stay at most in a paragraph that is shown as another one


@dataclass(frozen=True, eq=False)
class Token:
    """A word, sign or space (`text`, in a run), a thing in a run (`child`), or something of runs of its own (`whole`).

    `key` tells it from others. `nodes` are the elements that it is made of, none if it is text. `link` is the hyperlink round it.
    `loose`: a part of a field that begins or ends in another paragraph. `note`: the number of the note that it calls.
    """

    kind: str
    key: Shape
    text: str = ""
    look: Node = None
    nodes: tuple[Node, ...] = ()
    link: Node = None
    loose: bool = False
    note: str = ""

    @property
    def is_blank(self) -> bool:
        return self.kind == "text" and not self.text.strip("\u2060 \n\t")


@dataclass
class TokenLine:
    """A paragraph's tokens, and its marks: before which token each stands."""

    tokens: list[Token] = field(default_factory=list)
    marks: list[tuple[int, Node]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(t.text for t in self.tokens)


@dataclass(frozen=True)
class Keys:
    """What things are told by: a hyperlink by where it leads, a picture by its dots, a note by its words."""

    link: Callable[[Node], str]
    picture: Callable[[Node], Shape]
    note: Callable[[str], str]


def shape(node: Node) -> Shape:
    """An element as it compares: name, attributes, children; white space between them is none."""
    if node is None:
        return ()
    return (node.tag, tuple(sorted(node.attrib.items())), (node.text or "").strip(), tuple(shape(c) for c in node))


def line(paragraph: Node, keys: Keys) -> TokenLine:
    """Read a paragraph."""
    found = TokenLine()
    _TokenReader(found, keys).inside(paragraph, None)
    return found


class _TokenReader:
    def __init__(self, found: TokenLine, keys: Keys):
        self.found, self.keys = found, keys

    def inside(self, parent: Node, link: Node) -> None:
        children = list(parent)
        at = 0
        while at < len(children):
            child = children[at]
            end = _end_of_field(children, at)
            if end > at:
                self.whole(children[at:end], link)
                at = end
                continue
            at += 1
            if child.tag == w("r"):
                self.run(child, link)
            elif child.tag == w("hyperlink"):
                self.inside(child, child)
            elif child.tag == w("fldSimple"):
                self.whole([child], link)
            elif child.tag in _THROUGH:
                self.inside(child, link)
            elif child.tag == w("sdt"):
                for content in child.findall(w("sdtContent")):
                    self.inside(content, link)
            elif child.tag in {w("bookmarkStart"), w("bookmarkEnd")}:
                self.found.marks.append((len(self.found.tokens), child))
            elif isinstance(child.tag, str) and child.tag.endswith(("}oMath", "}oMathPara")):
                self.add(Token("whole", ("math", shape(child)), _text(child), nodes=(child,), link=link))

    def add(self, token: Token) -> None:
        self.found.tokens.append(token)

    def target(self, link: Node) -> str:
        return "" if link is None else self.keys.link(link)

    def whole(self, nodes: Sequence[Node], link: Node) -> None:
        """A field with all its parts: its name and what it shows."""
        instruction, result = _of_field(nodes)
        name = instruction.split()[0].upper() if instruction.split() else ""
        shown = "" if name in _COUNTED else result
        self.add(Token("whole", ("field", name, shown, self.target(link)), result, nodes=tuple(nodes), link=link))

    def run(self, run: Node, link: Node) -> None:
        look = run.find(w("rPr"))
        if run.find(w("fldChar")) is not None or run.find(w("instrText")) is not None:
            self.add(Token("whole", ("loose", shape(run)), nodes=(run,), link=link, loose=True))
            return
        own, target = shape(look), self.target(link)
        for child in run:
            if child.tag == w("rPr") or not isinstance(child.tag, str) or child.tag.endswith("}lastRenderedPageBreak"):
                continue
            if child.tag == w("t"):
                for text in _PARTS.findall(child.text or ""):
                    self.add(Token("text", ("text", text, own, target), text, look, link=link))
            elif child.tag == w("footnoteReference"):
                number = child.get(w("id"), "")
                self.add(Token("child", ("note", self.keys.note(number)), "", look, (child,), link, note=number))
            elif next(child.iter("{*}blip"), None) is not None:
                self.add(Token("child", ("picture", self.keys.picture(child)), "", look, (child,), link))
            else:
                text = "\t" if child.tag == w("tab") else ""
                self.add(Token("child", ("child", shape(child), own, target), text, look, (child,), link))


def _end_of_field(children: Sequence[Node], at: int) -> int:
    """The index after a field that begins at a run and ends beside it; the same index if none does."""
    if children[at].tag != w("r") or _depth(children[at]) != 1:
        return at
    depth = 0
    for number in range(at, len(children)):
        depth += _depth(children[number])
        if depth == 0:
            return number + 1
    return at


def _depth(node: Node) -> int:
    kinds = [c.get(w("fldCharType")) for c in node.iter(w("fldChar"))]
    return kinds.count("begin") - kinds.count("end")


def _of_field(nodes: Sequence[Node]) -> tuple[str, str]:
    """The instruction of a field and what it shows."""
    if nodes[0].tag == w("fldSimple"):
        return nodes[0].get(w("instr"), ""), _text(nodes[0])
    instruction, result, shows, depth = "", "", False, 0
    for each in (e for node in nodes for e in node.iter()):
        if each.tag == w("fldChar"):
            kind = each.get(w("fldCharType"))
            depth += {"begin": 1, "end": -1}.get(kind, 0)
            shows = shows or (kind == "separate" and depth == 1)
        elif each.tag == w("instrText") and depth == 1:
            instruction += each.text or ""
        elif each.tag == w("t") and shows:
            result += each.text or ""
    return instruction, result


def _text(node: Node) -> str:
    return "".join(t.text or "" for t in node.iter() if isinstance(t.tag, str) and t.tag.endswith("}t"))


# How two lines differ.


@dataclass(frozen=True)
class TokenChange:
    """What becomes of tokens: `old` go, then `new` come; or, if `same`, the old ones are the new ones."""

    same: bool
    old: tuple[Token, ...]
    new: tuple[Token, ...]


def changes(old: Sequence[Token], new: Sequence[Token]) -> list[TokenChange]:
    """From one text to another, step by step. A text of which next to nothing stays goes and comes whole.

    The loose parts of fields at both ends always stay: what they hold together stands in other paragraphs.
    """
    before, old, after = _loose(old)
    before_new, new, after_new = _loose(new)
    steps = [TokenChange(True, before, before_new)] if before or before_new else []
    steps += _noted(_calm(_differing(old, new)))
    return steps + ([TokenChange(True, after, after_new)] if after or after_new else [])


def _loose(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], tuple[Token, ...], tuple[Token, ...]]:
    """The loose parts at the beginning, the rest, the loose parts at the end."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].loose:
        start += 1
    while end > start and tokens[end - 1].loose:
        end -= 1
    return tuple(tokens[:start]), tuple(tokens[start:end]), tuple(tokens[end:])


def _differing(old: tuple[Token, ...], new: tuple[Token, ...]) -> Iterator[TokenChange]:
    matcher = SequenceMatcher(None, [t.key for t in old], [t.key for t in new], autojunk=False)
    codes = matcher.get_opcodes()
    stays = sum(_weight(old[a:b]) for tag, a, b, _, _ in codes if tag == "equal")
    most = max(_weight(old), _weight(new))
    if old and new and stays < UNLIKE * most:
        yield TokenChange(False, old, new)
        return
    for tag, a, b, c, d in codes:
        yield TokenChange(tag == "equal", old[a:b], new[c:d])


def _weight(tokens: Sequence[Token]) -> int:
    """Letters, and things as much as a word."""
    return sum(0 if t.is_blank else len(t.text) or 5 for t in tokens)


def _calm(steps: Iterator[TokenChange]) -> list[TokenChange]:
    """Changes with nothing but spaces between them are one: people read it better."""
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


def _noted(steps: list[TokenChange]) -> Iterator[TokenChange]:
    """A note at the end of changed words, whose own words changed, is the same note: what changed is shown in it."""
    for step in steps:
        old, new, kept = step.old, step.new, []
        while not step.same and old and new and old[-1].note and new[-1].note:
            kept.append(TokenChange(True, old[-1:], new[-1:]))
            old, new = old[:-1], new[:-1]
        if old or new:
            yield TokenChange(step.same, old, new)
        yield from reversed(kept)


def copied(node: Node) -> Node:
    """A copy of an element without what stands after it."""
    made = copy.deepcopy(node)
    made.tail = None
    return made
