"""Marks the words in which two states of a text differ.

In: the words of both. Out: inlines: words that are gone are struck out in the older state, words that are new are bold in the newer
one. Labels that stand before the two states say the same to those who don't see the type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.sequences import opcodes


def gone(words: Sequence[str], now: Sequence[str]) -> list[Node]:
    """The older state of a text."""
    return _marked(words, now, tree.strikeout)


def new(words: Sequence[str], before: Sequence[str]) -> list[Node]:
    """The newer state of a text."""
    return _marked(words, before, tree.strong)


def has_common(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two states of a text have any words in common."""
    return any(tag == "equal" for tag, *_ in opcodes(one, other))


def _marked(own: Sequence[str], others: Sequence[str], mark: Callable[[list[Node]], Node]) -> list[Node]:
    """Words as inlines. Those that the other state doesn't have are marked, unless the two have nothing in common."""
    if not has_common(own, others):
        return tree.words(" ".join(own))
    made: list[Node] = []
    for tag, start, end, _, _ in opcodes(own, others):
        if words := tree.words(" ".join(own[start:end])):
            made += [*([tree.SPACE] if made else []), *(words if tag == "equal" else [mark(words)])]
    return made
