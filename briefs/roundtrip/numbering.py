"""Finds today's name of a block of a section or deck.

In: two states of the content, or of a Word file. Out: today's names. Blocks are named by their numbers (`report/04-bri.md#3`),
which change when a block is added or deleted before them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeVar

from briefs.edition.model import Text
from briefs.roundtrip.edits import file_of, is_block
from briefs.sequences import matcher
from briefs.typeset.word.origin import Block, Origin
from briefs.wordfile.paragraphs import WordText

_T = TypeVar("_T")
MIN_SIMILARITY = 0.4  # of two versions of a block
_BLOCK = re.compile(r"(.+\.md)#(\d+)((?:/\d+)?(?:@\d+)?)")  # a place: the file, the block's number, the rest


# Between two states of the content.


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
    """The current name of each block that stands elsewhere, also in another file, with the same text as nothing else."""
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


# Between a Word file and a document that was built today, because the sent file is not known.


def with_names_of(blocks: Mapping[str, Block], made_from: Origin, text: WordText) -> tuple[Origin, WordText]:
    """What an edited file says of its origin, and its text, with today's names of blocks.

    `blocks`: the blocks of today's document by bookmark. The hashes of the blocks tell which is which. If the file has lost the
    hashes, its blocks' bookmarks mean nothing and are left out.
    """
    old = made_from.blocks or {}
    number = _numbers_today(_hashes(old), _hashes(blocks))
    bookmark_of = {block.place: bookmark for bookmark, block in blocks.items()}
    names: dict[str, str] = {}
    renamed: dict[str, Block] = {}
    for bookmark, block in old.items():
        if found := _BLOCK.fullmatch(block.place):
            block = replace(block, place=f"{found[1]}#{number.get((found[1], int(found[2])), 'past')}{found[3]}")
            names[bookmark] = bookmark_of.get(block.place, f"past {bookmark}")
        renamed[names.setdefault(bookmark, bookmark)] = block
    numbered = {bookmark for bookmark, block in blocks.items() if _BLOCK.fullmatch(block.place)}
    paragraphs = [replace(p, bookmarks=_renamed(p.bookmarks, names, numbered)) for p in text.paragraphs]
    text = replace(text, paragraphs=paragraphs, deleted_by=_renamed(text.deleted_by, names, numbered))
    return replace(made_from, blocks=None if made_from.blocks is None else renamed), text


def _renamed(by_bookmark: Mapping[str, _T], names: Mapping[str, str], numbered: Set[str]) -> dict[str, _T]:
    """What an edited file has for each bookmark, by today's name of it. Bookmarks of `numbered` without one are left out."""
    return {names.get(name, name): own for name, own in by_bookmark.items() if name in names or name not in numbered}


def without_newer_blocks(text: WordText, blocks: Mapping[str, Block], made_from: Origin) -> WordText:
    """Today's document without the blocks that an edited file didn't have when it was made."""
    if made_from.blocks is None:
        return text
    known = made_from.blocks.keys()
    own = [(p, p.bookmarks.keys() & blocks.keys()) for p in text.paragraphs]
    return replace(text, paragraphs=[p for p, bookmarks in own if not bookmarks or bookmarks & known])


def _hashes(blocks: Mapping[str, Block]) -> dict[str, dict[int, str]]:
    """The hash of each block, by file and number."""
    found: dict[str, dict[int, str]] = {}
    for block in blocks.values():
        if match := _BLOCK.fullmatch(block.place):
            found.setdefault(match[1], {})[int(match[2])] = block.hash
    return found


def _numbers_today(then: Mapping[str, Mapping[int, str]], now: Mapping[str, Mapping[int, str]]) -> dict[tuple[str, int], int]:
    """Today's number of each block, by file and earlier number.

    Blocks with equal hashes correspond. So do changed blocks between two of these, if both states have the same number of them.
    """
    found: dict[tuple[str, int], int] = {}
    for file, old in then.items():
        new = now.get(file, {})
        a, b = sorted(old), sorted(new)
        matcher = SequenceMatcher(None, [old[n] for n in a], [new[n] for n in b], autojunk=False)
        for _, i, j, k, m in matcher.get_opcodes():
            if j - i == m - k:
                found |= {(file, x): y for x, y in zip(a[i:j], b[k:m], strict=True)}
    return found
