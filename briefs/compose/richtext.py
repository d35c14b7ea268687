"""CSL's rich text as pandoc's inlines: emphasis, raised and lowered letters, small capitals, quotations.

In: a text of a record, with `<i>`, `<b>`, `<sub>`, `<sup>`, `<span class="nocase">` and small capitals, and with straight or
curly quotes. Out: inlines, each word a node of its own: a style that changes capitals needs this. Quotations are `Quoted`, so that
citeproc, or `marked` here, gives each the marks of its language and depth. Anything else in the text is printed as it stands.
https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.edition import terms

_TOKEN = re.compile(r"<(/?)(i|b|em|strong|sub|sup|sc|span)((?:\s[^<>]*)?)>|</?(?:br|p|div)\b[^<>]*>|[\"'“”‘’]|[^<\"'“”‘’]+|<", re.I)
_BREAK = re.compile(r"</?(?:br|p|div)\b[^<>]*>", re.I)
_KINDS = {"i": "Emph", "em": "Emph", "b": "Strong", "strong": "Strong", "sub": "Subscript", "sup": "Superscript", "sc": "SmallCaps"}
_ELISION = re.compile(r"\d\ds?\b|(?:n|tis|twas|em|til|cause)\b", re.I)
_CLOSING = {"”": "“", "’": "‘"}
# Words that CSL's title case leaves in small letters.
_SMALL = re.compile(r"(?:an?|and|as|at|but|by|for|from|in|into|nor|of|on|or|the|to|vs?|via|with)\.?")
DEEPEST = 20  # the most levels of groups within groups; deeper ones are printed as they stand
_NEAR = 400  # so many characters before and after a mark are read to find out what it is
_OPENING = " \t\n\u00a0([{<-–—/“‘„«"


@dataclass
class _Group:
    """An open element or quotation, and what it holds so far. `mark`: the tag or quotation mark; `as_written`: the mark in the
    text."""

    mark: str
    as_written: str
    attributes: str = ""
    nodes: list[Node] = field(default_factory=list)


def inlines(text: str) -> list[Node]:
    """A text of a record as inlines."""
    groups = [_Group("", "")]
    for token, mark in _tokens(text):
        if mark in _CLOSING:
            _close(groups, _CLOSING[mark], token)
        elif mark.startswith("/"):
            _close(groups, mark[1:], token)
        elif mark and len(groups) <= DEEPEST:
            groups.append(_Group(mark, token, token[1 + len(mark) : -1]))
        else:
            groups[-1].nodes += _words(token)
    while len(groups) > 1:
        _fold(groups)
    return _with_small_words(_one_str_a_word(groups[0].nodes))


def _with_small_words(nodes: list[Node]) -> list[Node]:
    """The nodes, in which small words after an abbreviation are marked to stay small, such as “v” in “Inc. v FCC”. A style that
    capitalises titles would take the full stop for the end of a sentence, and give the word a capital."""
    out: list[Node] = []
    for node in nodes:
        is_small = node["t"] == "Str" and _SMALL.fullmatch(tree.text(node)) and len(out) > 1 and out[-1]["t"] == "Space"
        follows = is_small and out[-2]["t"] == "Str" and tree.text(out[-2]).endswith(".")
        out.append(tree.span([node], "", ("nocase",)) if follows else node)
    return out


def plain(text: str) -> str:
    """The words of a text, with curly quotes as they are written or meant."""
    return tree.text_of(marked(inlines(text), "en"))


def markup(nodes: Sequence[Node]) -> str:
    """Inlines as a text of a record: the inverse of `inlines`."""
    return "".join(map(_markup, nodes))


def _markup(node: Node) -> str:
    if node["t"] in {"Str", "Space"}:
        return tree.text_of(node)
    inner = markup(tree.inlines(node))
    if node["t"] == "Quoted":
        opened, closed = tree.quotation_marks(node)
        return f"{opened}{inner}{closed}"
    if node["t"] == "SmallCaps":
        return f'<span style="font-variant:small-caps;">{inner}</span>'
    if node["t"] == "Span":
        return f'<span class="nocase">{inner}</span>' if "nocase" in tree.classes(node) else inner
    return "<{0}>{1}</{0}>".format(next(tag for tag, kind in _KINDS.items() if kind == node["t"]), inner)


def marked(nodes: Sequence[Node], language: str, depth: int = 0) -> list[Node]:
    """The inlines with the quotation marks of a language, outer and inner ones alternating. Adjacent words are one node."""
    marks = terms.quotes(language)
    out: list[Node] = []
    for node in nodes:
        if node["t"] == "Quoted":
            opened, closed = marks[2:] if depth % 2 else marks[:2]
            out += [tree.string(opened), *marked(tree.inlines(node), language, depth + 1), tree.string(closed)]
        elif node["t"] in {"Str", "Space"}:
            out.append(node)
        else:
            out.append(tree.with_inlines(node, marked(tree.inlines(node), language, depth)))
    return tree.joined(out)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of the text, each with its mark: a tag's name, `/` and the name for an end, a curly quotation mark; none for words."""
    opened = Counter[str]()
    for match in _TOKEN.finditer(text):
        token = match[0]
        if match[2]:
            yield token, match[1] + match[2].lower()
        elif token in {'"', "'", "“", "”", "‘", "’"}:
            yield _quotation(text, match.start(), token, opened)
        else:
            yield " " if _BREAK.fullmatch(token) else html.unescape(token), ""


def _quotation(text: str, at: int, sign: str, opened: Counter[str]) -> tuple[str, str]:
    """What a quotation mark is: an opening or closing one, an apostrophe or a prime. `opened` are the marks that are open."""
    before, after = _visible(text[max(0, at - _NEAR) : at])[-1:], _visible(text[at + 1 : at + _NEAR])
    double = sign in '"“”'
    own = "“" if double else "‘"
    begins = sign in "“‘" or (sign in "\"'" and (not before or before in _OPENING) and after[:1].strip() != "")
    if not double and (sign != "‘") and (_apostrophe(before, after, begins) or (begins and not _closes(after))):
        return "’", ""
    if begins and not (sign in "“‘" and "„" in text):
        opened[own] += 1
        return own, own
    if opened[own]:
        opened[own] -= 1
        return ("”", "”") if double else ("’", "’")
    if sign in "\"'" and before.isdigit():
        return ("″" if double else "′"), ""
    return ("”" if sign == '"' else "’" if sign == "'" else sign), ""


def _visible(text: str) -> str:
    return re.sub(r"<[^<>]*>", "", text)


def _apostrophe(before: str, after: str, begins: bool) -> bool:
    """Whether a single mark stands in a word, or before a shortened one: isn’t, ’90s, ’n’."""
    return (before.isalnum() and after[:1].isalnum()) or (begins and _ELISION.match(after) is not None)


def _closes(after: str) -> bool:
    """Whether the text after a single quotation mark has another one that can close the quotation."""
    return re.search(r"(?<=[^\s])['’](?!\w)", after) is not None


def _close(groups: list[_Group], mark: str, token: str) -> None:
    """Close the innermost group of this mark. Groups in it that are still open, and an end without a group, become plain words."""
    if all(group.mark != mark for group in groups[1:]):
        groups[-1].nodes += _words(token)
        return
    while groups[-1].mark != mark:
        _fold(groups)
    group = groups.pop()
    groups[-1].nodes += _made(group)


def _fold(groups: list[_Group]) -> None:
    group = groups.pop()
    groups[-1].nodes += [*_words(group.as_written), *group.nodes]


def _made(group: _Group) -> list[Node]:
    if group.mark in {"“", "‘"}:
        return [{"t": "Quoted", "c": [{"t": "DoubleQuote"}, _one_str_a_word(group.nodes)]}]
    if group.mark in _KINDS:
        return [{"t": _KINDS[group.mark], "c": _one_str_a_word(group.nodes)}]
    if "small-caps" in group.attributes:
        return [{"t": "SmallCaps", "c": _one_str_a_word(group.nodes)}]
    return [tree.span(_one_str_a_word(group.nodes), "", ("nocase",))] if "nocase" in group.attributes else group.nodes


def _words(text: str) -> list[Node]:
    """Words and the spaces between them, also at the ends."""
    pieces = re.split(r"([^\S\u00a0\u202f]+)", text)
    return [tree.SPACE if n % 2 else tree.string(piece) for n, piece in enumerate(pieces) if piece]


def _one_str_a_word(nodes: Sequence[Node]) -> list[Node]:
    """The nodes with one Str for each word: pieces of a word are joined."""
    out: list[Node] = []
    for node in nodes:
        if node["t"] == "Str" and out and out[-1]["t"] == "Str":
            out[-1] = tree.string(tree.text(out[-1]) + tree.text(node))
        elif node["t"] != "Space" or not (out and out[-1]["t"] == "Space"):
            out.append(node)
    return out
