"""Finds signs that pandoc read otherwise than they were meant: those at the edges of a paragraph that it took away as Markdown, as
in `C#`, `> 50 %` and `- 5 °C`, and quotation marks that are written as entities.

In: a text's Markdown and its tree. Out: the offset of each such sign, what it was read as, and what to write.
https://pandoc.org/MANUAL.html#atx-style-headings, https://pandoc.org/MANUAL.html#bullet-lists
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefs.compose import tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node
from briefs.edition.markdown import read

_CLOSED = re.compile(r"^[ \t>]*#{1,6}[ \t].*?([^\s#]+)(#+)(?=[ \t]*(?:\{[^{}\n]*\})?[ \t]*$)", re.M)
_GREATER = re.compile(r"^ {0,3}(>)[ \t]*(?=\W?\d)", re.M)
_BULLET = re.compile(r"^([-+*])[ \t]+(?=\S)", re.M)
_STRAIGHT = re.compile(r"&(?:#x0*2[27]|#0*3[49]|quot|apos);", re.I)
_READ_AS = {"BlockQuote": "a quotation", "BulletList": "a list"}
_NUMBER = re.compile(r"\W?\d|p ?[<=>]")


def faults(markdown: str, blocks: Sequence[Node]) -> Iterator[tuple[int, Fault]]:
    """An error for each `#` that ends a word at the end of a heading, and a doubt about each sign before a number, and each star,
    that makes a quotation or a list of one paragraph, and about each quotation mark that is an entity."""
    text = read(markdown)
    if any(node["t"] == "Header" for node in tree.walk(list(blocks))):
        for found in _CLOSED.finditer(text):
            hint = f"Write `{found[1]}{found[2].replace('#', chr(92) + '#')}`."
            yield (
                found.start(2),
                Fault(f"the “{found[2]}” behind “{found[1][:30]}” isn’t printed: it is read as the heading’s end", hint),
            )
    for found in _STRAIGHT.finditer(text):
        hint = "Write the mark itself: pairs become curly, and `\\'` or `\\\"` prints a straight one."
        yield found.start(), Fault(f"“{found[0]}” prints a straight quotation mark", hint, is_doubt=True)
    for block in blocks:
        for sign, words in _alone(block, text):
            if _NUMBER.match(words) or (sign[1] == "*" and words[:1].isalnum()):
                what = f"“{sign[1]}” before “{words[:20]}” begins {_READ_AS[block['t']]} here, as at the beginning of any paragraph"
                hint = "Write `−` for a minus, `–` for a dash." if sign[1] == "-" else f"Write `\\{sign[1]}` to print it."
                yield sign.start(1), Fault(what, hint, is_doubt=True)


def _alone(block: Node, text: str) -> list[tuple[re.Match[str], str]]:
    """The sign and the words of a quotation of one line, of a list of one item, or of each item if their signs differ."""
    if block["t"] == "BlockQuote":
        return list(zip(_GREATER.finditer(text), [_line(tree.blocks(block))], strict=False))  # a sign for each of several lines
    if block["t"] != "BulletList":
        return []
    signs, items = list(_BULLET.finditer(text)), tree.list_items(block)
    are_apart = len(signs) == len(items) and (len(items) == 1 or len({sign[1] for sign in signs}) > 1)
    return list(zip(signs, map(_line, items), strict=True)) if are_apart else []


def _line(blocks: Sequence[Node]) -> str:
    """The words of a paragraph that is one line in the text; of other blocks nothing."""
    is_line = len(blocks) == 1 and blocks[0]["t"] in {"Para", "Plain"} and {"t": "SoftBreak"} not in tree.inlines(blocks[0])
    return tree.text_of(tree.inlines(blocks[0])).strip() if is_line else ""
