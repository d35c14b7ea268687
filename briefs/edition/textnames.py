"""The names of texts: what a name says, and what a text of an older state is called today.

In: names of places (`countries/be.yaml#facts/be-07/text`, `report/04-bri.md#3`); two states of the content. Out: the file of a
text and its sort; today's names. Blocks of sections and decks are named by their numbers, which change when a block is added or
deleted before them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from briefs.edition.model import Text
from briefs.sequences import matcher

MIN_SIMILARITY = 0.4  # the least similarity of two versions of a block, from 0 to 1


def file_of(name: str) -> str:
    """The content file of a text: `report/01-opening.md` of `report/01-opening.md#3`."""
    return name.partition("#")[0]


def is_fact(name: str) -> bool:
    """Whether a name is that of a fact's text."""
    return name.startswith("countries/") and "#" in name and name.endswith("/text")


def is_literal(name: str) -> bool:
    """Whether the text of this name is printed as it is typed, without markup: the title or subtitle of a deck."""
    return name.startswith("decks/") and name.endswith(("#title", "#subtitle"))


def is_block(name: str) -> bool:
    """Whether a name is that of a block of a section or deck."""
    path, _, anchor = name.partition("#")
    return path.endswith(".md") and anchor.isdecimal()


def names_today(before: Mapping[str, Text], now: Mapping[str, Text]) -> dict[str, str]:
    """The current name of each block that still exists, by its earlier name. Blocks match by equal text, then by similar text."""
    found: dict[str, str] = {}
    for path in {file_of(name) for name in before if is_block(name)}:
        old, new = ([name for name in side if is_block(name) and file_of(name) == path] for side in (before, now))
        a, b = [before[name].markdown.strip() for name in old], [now[name].markdown.strip() for name in new]
        for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if tag == "equal":
                found |= dict(zip(old[i:j], new[k:m], strict=True))
            elif tag == "replace":
                found |= {old[i + x]: new[k + y] for x, y in _most_similar(a[i:j], b[k:m]).items()}
    return found | _moved(before, now, found)


def _moved(before: Mapping[str, Text], now: Mapping[str, Text], found: Mapping[str, str]) -> dict[str, str]:
    """The current name of each block that was moved, perhaps into another file. It is known by its text, which must be unique."""
    left = {name: text.markdown.strip() for name, text in before.items() if is_block(name) and name not in found}
    free = {name: text.markdown.strip() for name, text in now.items() if is_block(name) and name not in found.values()}
    old, new = Counter(left.values()), Counter(free.values())
    name_of = {text: name for name, text in free.items() if new[text] == 1}
    return {name: name_of[text] for name, text in left.items() if old[text] == 1 and text in name_of}


def _most_similar(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """For each old text the index of the most similar new one, if that is similar enough and not taken yet."""
    found: dict[int, int] = {}
    for x, text in enumerate(old):
        ratios = [matcher(text.split(), other.split()).ratio() for other in new]
        y = ratios.index(max(ratios))
        if ratios[y] > MIN_SIMILARITY and y not in found.values():
            found[x] = y
    return found
