"""Divides running text into pieces: words, punctuation marks, spaces, and objects that aren't text.

In: pandoc's inlines, or the runs of a Word file (`paragraphs.py`). Out: `Piece`s, which can be compared whichever of the two they
came from; and inlines that are made from pieces again. `changes` compares two texts piece by piece (`difflib`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import groupby
from urllib.parse import unquote

from briefs.compose import spacing, tree
from briefs.compose.attributes import VALUES
from briefs.compose.tree import Node
from briefs.edition.addresses import link_target
from briefs.sequences import matcher, opcodes
from briefs.wordfile.citations import CitationField

Formatting = frozenset[str]
_NO_BREAK = "\u00a0\u202f"  # no-break spaces; each is a piece of kind `word`
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_TOKEN = re.compile(rf"[^\S{_NO_BREAK}]+|[{_NO_BREAK}]|{_WORD.pattern}|[^\w\s]")
MOST_KEPT = 1 << 15  # the number of pieces in a cache, about 10 MB
# Soft hyphens, word joiners, zero-width spaces: programs add and remove them. Also the direction marks of `compose/bidi.py`.
_INVISIBLE = re.compile("\u2060[\u200e\u200f]|[\u00ad\u2060\u200b]")
# No-break spaces that typesetting puts in place of spaces (`compose/spacing.py`). They are treated as spaces.
_AUTOMATIC = re.compile(
    r"[\u00a0\u202f](?=[;:!?»])|(?<=«)[\u00a0\u202f]|(?<=\b[^\W\d_])[\u00a0\u202f]"
    rf"|(?<=\d)[\u00a0\u202f](?=\d{{3}}(?!\d)|{spacing.UNITS})"
)
_FORMATTING_OF = {
    "Strong": "strong", "Emph": "emph", "Strikeout": "strike", "Superscript": "super", "Subscript": "sub",
    "SmallCaps": "caps", "Underline": "underline",
}  # fmt: skip
_NODE_OF = {name: node for node, name in _FORMATTING_OF.items()}
_NESTING = ["link", "strong", "emph", "strike", "super", "sub", "caps", "underline", "code"]  # from the outside in


@dataclass(frozen=True)
class Piece:
    """A word, a punctuation mark, a space, or an object that isn't text.

    `kind`: word (also a punctuation mark), space, break (a new line), paragraph (a new paragraph), cite (a note, or the number of a
    source), reference (to a section, a figure …), picture, value (of the data), other. `formatting`: strong, emph, `link https://…`
    and so on. Pieces of pandoc's tree also have their `node` (for a space: the line break in the source) and the `spans` around
    them, which Word doesn't show. `target`: the bookmark to which a reference leads; the bookmarks of a citation’s sources, with
    commas between them; or, for a picture, a text that identifies its image. `drawing`: a text that identifies the SVG of a
    picture. `inner`: the pieces of a note. `looks`: formatting that Markdown can't express. `citation`: the field of a reference
    manager that a note or word is in.
    """

    text: str
    kind: str = "word"
    formatting: Formatting = frozenset()
    node: Node | None = field(default=None, compare=False, hash=False)
    spans: tuple[str, ...] = field(default=(), compare=False)
    target: str = field(default="", compare=False)
    drawing: str = field(default="", compare=False)
    inner: tuple[Piece, ...] = field(default=(), compare=False, repr=False)
    looks: frozenset[str] = field(default=frozenset(), compare=False)
    citation: CitationField | None = field(default=None, compare=False, repr=False)

    @cached_property
    def identity(self) -> tuple[str, str, Formatting]:
        """A key by which the pieces of two versions of a text are compared. It is equal if they mean the same. References are equal
        if both have letters or both have none, because the program writes their words."""
        text = str(any(c.isalpha() for c in self.text)) if self.kind == "reference" else self.text
        return self.kind, text, frozenset(map(_normalised, self.formatting))

    @cached_property
    def alignment_key(self) -> tuple[str, str, Formatting]:
        """A key by which the pieces of the source are compared with printed ones. It is equal if they may correspond: a citation,
        for example, has other words in print."""
        if self.kind in {"cite", "reference", "picture", "value"}:
            return self.kind, "", frozenset()
        return self.kind, self.text, frozenset(map(_normalised, self.formatting))


def _normalised(formatting: str) -> str:
    """Formatting in a form that can be compared, because programs escape addresses in different ways and rename bookmarks."""
    if formatting.startswith("link #"):
        return "link #"
    if not formatting.startswith("link "):
        return formatting
    address, hash_, fragment = unquote(formatting).partition("#")
    return address.rstrip("/") + (hash_ + fragment if fragment else "")


PARAGRAPH = Piece("¶", "paragraph")


def of_text(text: str, formatting: Formatting = frozenset(), spans: tuple[str, ...] = ()) -> list[Piece]:
    """Plain text as pieces. A sequence of white space becomes one space, but a no-break space becomes a word."""
    plain = text if text.isascii() else _AUTOMATIC.sub(" ", _INVISIBLE.sub("", text))
    plain = spacing.with_common_dates(plain) if spacing.NBSP in plain else plain
    return [_token(token, formatting, spans) for token in _TOKEN.findall(plain)]


@lru_cache(MOST_KEPT)
def _token(text: str, formatting: Formatting, spans: tuple[str, ...]) -> Piece:
    """A word, a punctuation mark or white space as a piece. Pieces are cached, because most words of a text occur often."""
    is_space = text.isspace() and text not in _NO_BREAK
    return Piece(" ", "space", formatting, spans=spans) if is_space else Piece(text, "word", formatting, spans=spans)


def is_word(text: str) -> bool:
    """Whether a text is one word of letters, digits and apostrophes."""
    return _WORD.fullmatch(text) is not None


# From pandoc's tree.


def of_inlines(inlines: Iterable[Node]) -> list[Piece]:
    """Pandoc's inlines as pieces."""
    return tidy(_of_nodes(inlines, frozenset(), ()))


def _of_nodes(inlines: Iterable[Node], formatting: Formatting, spans: tuple[str, ...]) -> Iterator[Piece]:
    for node in inlines:
        kind = node["t"]
        if kind in _FORMATTING_OF:
            yield from _of_nodes(tree.inlines(node), formatting | {_FORMATTING_OF[kind]}, spans)
        else:
            yield from _OF_NODE.get(kind, _of_other)(node, formatting, spans)


def _of_quoted(node: Node, formatting: Formatting, spans: tuple[str, ...]) -> Iterable[Piece]:
    opening, closing = (of_text(mark, formatting, spans) for mark in tree.quotation_marks(node))
    return [*opening, *_of_nodes(tree.inlines(node), formatting, spans), *closing]


def _of_link(node: Node, formatting: Formatting, spans: tuple[str, ...]) -> Iterable[Piece]:
    if not tree.inlines(node):  # a cross-reference, whose words the program writes
        return _of_other(node, formatting, spans)
    target = tree.target(node)
    return _of_nodes(tree.inlines(node), formatting | {f"link {link_target(target) or target}"}, spans)


def _of_span(node: Node, formatting: Formatting, spans: tuple[str, ...]) -> Iterable[Piece]:
    attribute = tree.attr_of(node)
    if not tree.inlines(node) and VALUES.keys() & set(tree.classes(node)):
        return [Piece("…", "value", formatting, node, spans)]
    return _of_nodes(tree.inlines(node), formatting, spans if attribute == tree.attr() else (*spans, json.dumps(attribute)))


def _of_other(node: Node, formatting: Formatting, spans: tuple[str, ...]) -> Iterable[Piece]:
    kind = {"Cite": "cite", "Note": "cite", "Link": "reference", "Image": "picture"}.get(node["t"], "other")
    text = tree.alternative(node) if kind == "picture" else tree.text_of(node.get("c"))
    return [Piece(text or "…", kind, formatting, node, spans)]


_OF_NODE: Mapping[str, Callable[[Node, Formatting, tuple[str, ...]], Iterable[Piece]]] = {
    "Str": lambda node, formatting, spans: of_text(tree.text(node), formatting, spans),
    "Code": lambda node, formatting, spans: of_text(tree.text(node), formatting | {"code"}, spans),
    "Space": lambda node, formatting, spans: [Piece(" ", "space", formatting, spans=spans)],
    "SoftBreak": lambda node, formatting, spans: [Piece(" ", "space", formatting, node, spans)],
    "LineBreak": lambda node, formatting, spans: [Piece("↵", "break", spans=spans)],
    "RawInline": lambda node, formatting, spans: [],  # an HTML comment, which nobody sees
    "Quoted": _of_quoted,
    "Link": _of_link,
    "Span": _of_span,
}


# Comparing.


def tidy(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces ready to be compared: no two spaces in a row and none at the edges. A space has the formatting that both its
    neighbours share."""
    found: list[Piece] = []
    last = "break"  # the kind of the last piece
    for piece in pieces:
        kind = piece.kind
        if kind == "space" and last in _BLANKS:
            continue
        if last == "space" and kind in _BLANKS:
            found.pop()
        found.append(piece)
        last = kind
    if last == "space":
        found.pop()
    for n in range(1, len(found) - 1):
        if found[n].kind == "space":
            shared = found[n - 1].formatting & found[n + 1].formatting
            if found[n].formatting != shared:
                found[n] = replace(found[n], formatting=shared)
    return found


_BLANKS = {"space", "break", "paragraph"}


def words(pieces: Iterable[Piece]) -> str:
    """The text of pieces."""
    return "".join("\n" if p.kind in {"break", "paragraph"} else p.text for p in pieces)


Change = tuple[int, int, list[Piece]]  # start and end among the old pieces, and the pieces that replace these


def changes(old: Sequence[Piece], new: Sequence[Piece]) -> list[Change]:
    """The changes from `old` to `new`. Changes with only a space between them are joined into one."""
    a, b = [p.identity for p in old], [p.identity for p in new]
    if a == b:
        return []
    out: list[Change] = []
    for tag, start, end, new_start, new_end in opcodes(a, b):
        if tag == "equal":
            continue
        replacement = list(new[new_start:new_end])
        if out and 0 <= start - out[-1][1] <= 1 and all(p.kind == "space" for p in old[out[-1][1] : start]):
            first, last, before = out.pop()
            out.append((first, end, [*before, *old[last:start], *replacement]))
        else:
            out.append((start, end, replacement))
    return out


def unchanged(old: Sequence[Piece], found: Iterable[Change]) -> Iterator[tuple[int, int]]:
    """For each piece that is unchanged, its position among the old pieces and among the new ones."""
    at, shift = 0, 0
    for start, end, new in (*sorted(found, key=lambda c: (c[0], c[1])), (len(old), len(old), [])):
        yield from ((n, n + shift) for n in range(at, start))
        at, shift = end, shift + len(new) - (end - start)


def changed(old: Sequence[Piece], found: Iterable[Change]) -> list[Piece]:
    """The old pieces with the changes applied."""
    out: list[Piece] = []
    at = 0
    for start, end, new in sorted(found, key=lambda c: (c[0], c[1])):
        out += [*old[at:start], *new]
        at = end
    return tidy([*out, *old[at:]])


def split_paragraphs(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The paragraphs of a text that may hold paragraph breaks, without empty ones."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == "paragraph":
            parts.append([])
        else:
            parts[-1].append(piece)
    return [part for part in map(tidy, parts) if part]


def similarity(one: Sequence[Piece], other: Sequence[Piece]) -> float:
    """How similar two texts are by their words and the order of these, from 0 to 1."""
    a, b = ([p.text for p in pieces if p.kind == "word"] for pieces in (one, other))
    if not a or not b:
        return 1.0 if a == b and one and other else 0.0
    matched = matcher(a, b)
    return matched.ratio() if matched.real_quick_ratio() > 0.3 and matched.quick_ratio() > 0.3 else 0.0


# Back to pandoc's tree.


def to_inlines(pieces: Sequence[Piece]) -> list[Node]:
    """Pieces as pandoc's inlines. Pieces that came from a span of the tree are put into such a span again."""
    out: list[Node] = []
    for spans, group in groupby(pieces, key=lambda p: p.spans):
        inlines = _formatted(list(group), 0)
        for attributes in reversed(spans):
            inlines = [{"t": "Span", "c": [json.loads(attributes), inlines]}]
        out += inlines
    return out


def _formatted(pieces: Sequence[Piece], depth: int) -> list[Node]:
    if depth == len(_NESTING):
        return list(_plain(pieces))
    name = _NESTING[depth]
    out: list[Node] = []
    for formatting, group in groupby(pieces, key=lambda p: next((f for f in p.formatting if f.split(" ")[0] == name), "")):
        own = list(group)
        if not formatting:
            out += _formatted(own, depth + 1)
        elif name == "code":
            out.append({"t": "Code", "c": [tree.attr(), words(own)]})
        elif name == "link":
            out.append(tree.link(_formatted(own, depth + 1), formatting.removeprefix("link ")))
        else:
            out.append({"t": _NODE_OF[formatting], "c": _formatted(own, depth + 1)})
    return out


def _plain(pieces: Sequence[Piece]) -> Iterator[Node]:
    for is_text, group in groupby(pieces, key=lambda p: p.kind == "word" and p.node is None):
        if is_text:
            yield tree.string("".join(p.text for p in group))
            continue
        for piece in group:
            if piece.node is not None:
                yield piece.node
            elif piece.kind in {"space", "break"}:
                yield tree.SPACE if piece.kind == "space" else tree.LINE_BREAK
