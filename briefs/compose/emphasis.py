"""Emphasis in scripts that have no italics.

In: a manuscript. Out: the same. In Chinese, Japanese and Korean the titles of works, which other scripts set in italics, are in
brackets where the program wrote them: 《…》 (GB/T 15834-2011, 4.15) or 『…』. What an author emphasised is in a span of the class
`upright`: the style sheet sets it in the other face of the theme, and Word puts a dot at each letter (ECMA-376 part 1, 17.3.2.12).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import replace
from typing import Any, Literal, cast

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node

UPRIGHT = "upright"
Writer = Literal["program", "citation", "author"]
_BRACKETS = {"zh": "《》", "ja": "『』", "ko": "『』"}
_SLANTED = ("LATIN", "GREEK", "CYRILLIC")
_ASIAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3100-\u318f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
_BRACKETED = re.compile("[《》『』「」〈〉]")


def marked(manuscript: Manuscript) -> Manuscript:
    """The manuscript with the emphasis of its scripts."""
    change = _Emphasis(_BRACKETS.get(manuscript.language.partition("-")[0], ""), manuscript.places.keys())
    return replace(manuscript, blocks=change.of(manuscript.blocks), whole=change.of(manuscript.whole))


def is_asian(text: str) -> bool:
    """Whether a text has letters of Chinese, Japanese or Korean."""
    return _ASIAN.search(text) is not None


def _is_slanted(text: str) -> bool:
    """Whether all letters of a text are of scripts that have italics."""
    return all(unicodedata.name(letter, "LATIN").startswith(_SLANTED) for letter in text if letter.isalpha())


class _Emphasis:
    """Changes the blocks of a manuscript. `brackets`: the two brackets of titles in its language; empty if it has none. `content`:
    the names of the spans whose words are content."""

    def __init__(self, brackets: str, content: Container[str]):
        self.brackets, self.content = brackets, content

    def of(self, blocks: Any) -> Any:
        """The blocks; the same ones if nothing in them is emphasised in such a script."""
        emphasised = (tree.text_of(tree.inlines(node)) for node in tree.walk(list(blocks)) if node["t"] == "Emph")
        return blocks if all(map(_is_slanted, emphasised)) else self._changed(list(blocks), "program")

    def _changed(self, value: Any, writer: Writer) -> Any:
        if isinstance(value, list):
            return [part for item in value for part in self._parts(item, writer)]
        if not isinstance(value, dict):
            return value
        node = cast(Node, value)
        return {key: self._changed(inner, self._writer(node, writer)) for key, inner in value.items()}

    def _parts(self, item: Any, writer: Writer) -> list[Any]:
        made = self._changed(item, writer)
        if not isinstance(item, dict) or item.get("t") != "Emph":
            return [made]
        words, inlines = tree.text_of(tree.inlines(cast(Node, item))), tree.inlines(made)
        if _is_slanted(words):
            return [made]
        if writer != "author" and self.brackets and is_asian(words):
            is_bracketed = _BRACKETED.match(words) is not None
            return inlines if is_bracketed else [tree.string(self.brackets[0]), *inlines, tree.string(self.brackets[1])]
        return [tree.emph([tree.span(inlines, "", [UPRIGHT])])]

    def _writer(self, node: Node, writer: Writer) -> Writer:
        """Who wrote the words in a node. It is the author in spans with a name of the content and in notes. It is `citation` in a
        citation, also if this has become a note. Otherwise it is `writer`, who wrote the words around the node."""
        kind = node.get("t")
        if kind == "Cite":
            return "citation"
        is_of_author = (kind == "Note" and writer != "citation") or (kind == "Span" and tree.identifier(node) in self.content)
        return "author" if is_of_author else writer
