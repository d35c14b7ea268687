"""Finds today's names of the blocks of a Word file by comparing it with a document built today, if the sent file is not known.

In: an edited file's origin and text, today's blocks. Out: both with today's names. Blocks are named by their numbers
(`report/04-bri.md#3`), which change when a block is added or deleted before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeVar

from briefs.typeset.word.origin import Block, Origin
from briefs.wordfile.paragraphs import WordText

_T = TypeVar("_T")
_BLOCK = re.compile(r"(.+\.md)#(\d+)((?:/\d+)?(?:@\d+)?)")  # a place: the file, the block's number, the rest


def with_names_of(blocks: Mapping[str, Block], made_from: Origin, text: WordText) -> tuple[Origin, WordText]:
    """An edited file's statement of its origin and its text, both with today's names of blocks.

    `blocks`: the blocks of today's document by bookmark. Blocks are matched by their hashes. If the file has lost the hashes, the
    bookmarks of its blocks mean nothing and are left out.
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
    """The values of an edited file by today's names of its bookmarks. Bookmarks of `numbered` without such a name are left out."""
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

    Blocks with equal hashes correspond. So do the changed blocks between two such blocks, if both states have equally many there.
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
