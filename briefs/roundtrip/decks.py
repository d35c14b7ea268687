"""Finds the texts of the content on the slides of a deck that was sent as a presentation.

In: the slides as they were sent, the texts from which they were made. Out: the same slides, in which each paragraph that prints a
text has a bookmark, and what each bookmark stands for. Presentations have no bookmarks of their own, so the words decide: slides
print the texts of their file in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from briefs.compose import noted, tree
from briefs.edition.model import Text
from briefs.edition.textnames import file_of, is_block
from briefs.roundtrip import rewrite
from briefs.roundtrip.printed import defined_beside
from briefs.tools.pandoc import Pandoc
from briefs.typeset.word.origin import Block
from briefs.wordfile.paragraphs import Paragraph, WordText
from briefs.wordfile.pieces import Piece, of_inlines

_PRINTED = {"value", "reference"}  # pieces of the source that are printed as other words
_LETTERS = re.compile(r"\w")


@dataclass(frozen=True)
class _Leaf:
    """A paragraph, heading or item of a text. `name`: the text’s name. `number`: the leaf's number in the text, from 1. `pieces`:
    its pieces in the source."""

    name: str
    number: int
    pieces: Sequence[Piece]


def marked(
    sent: WordText, known: Mapping[str, Text], path: str, countries: Iterable[str], pandoc: Pandoc
) -> tuple[WordText, dict[str, Block]]:
    """The slides with bookmarks, and the blocks by bookmark. `path`: the deck’s file; empty if it is a country’s own deck.

    `countries`: the codes of the countries whose texts the deck may print too. Of these, only texts without links are found.
    """
    leaves = list(_leaves(path, known, pandoc))
    found = _in_order(sent.paragraphs, leaves)
    names = [name for name in known if any(name.startswith(f"countries/{code}.") for code in countries)]
    others = _by_letters(names, known)
    blocks: dict[str, Block] = {}
    out: list[Paragraph] = []
    for number, paragraph in enumerate(sent.paragraphs):
        leaf = found.get(number)
        name = leaf.name if leaf else others.get(_letters(_said(paragraph.pieces)), "")
        mark = f"text_{number}"
        if name:
            place = f"{name}/{leaf.number}" if leaf and leaf.number > 1 else name
            blocks[mark] = Block(place, known[name].hash, str(paragraph.page))
            end = len(paragraph.pieces) if leaf else _end_of_words(paragraph.pieces)
            paragraph = replace(paragraph, bookmarks={mark: (0, end)})
        out.append(paragraph)
    return replace(sent, paragraphs=out), blocks


def _leaves(path: str, known: Mapping[str, Text], pandoc: Pandoc) -> Iterator[_Leaf]:
    names = [name for name in known if is_block(name) and file_of(name) == path]
    texts = [noted.with_definitions(known[name].markdown, defined_beside(name, known)) for name in names]
    for name, text, blocks in zip(names, texts, pandoc.parse(texts), strict=True):
        for number, leaf in enumerate(rewrite.leaves(rewrite.parsed(text, pandoc, blocks)), 1):
            yield _Leaf(name, number, of_inlines(tree.inlines(leaf)))


def _said(pieces: Iterable[Piece]) -> str:
    """The words of a paragraph without the numbers of sources."""
    return " ".join("".join(p.text for p in pieces if p.kind != "cite").split())


def _in_order(paragraphs: Sequence[Paragraph], leaves: Sequence[_Leaf]) -> dict[int, _Leaf]:
    """The leaf that a paragraph prints, by the paragraph’s number. First leaves with equal words are matched; then leaves with
    values or references, of which only the other words must be equal."""
    printed = [_said(p.pieces) for p in paragraphs]
    source = [_said(leaf.pieces) if not _PRINTED & {p.kind for p in leaf.pieces} else f"\0{n}" for n, leaf in enumerate(leaves)]
    found: dict[int, int] = {}
    for i, k, size in SequenceMatcher(None, printed, source, autojunk=False).get_matching_blocks():
        found |= {i + n: k + n for n in range(size) if printed[i + n]}
    for k in set(range(len(leaves))) - set(found.values()):
        before = max((i for i, other in found.items() if other < k), default=-1)
        behind = min((i for i, other in found.items() if other > k), default=len(paragraphs))
        pattern = re.compile(_pattern(leaves[k].pieces))
        same = [i for i in range(before + 1, behind) if printed[i] and pattern.fullmatch(printed[i])]
        if len(same) == 1:
            found[same[0]] = k
    return {i: leaves[k] for i, k in found.items()}


def _pattern(pieces: Iterable[Piece]) -> str:
    """A pattern for the words of a leaf in print, where values and references may have any words."""
    parts = (".+" if p.kind in _PRINTED else r"\s*" if p.kind in {"cite", "space"} else re.escape(p.text) for p in pieces)
    return "".join(parts)


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))


def _by_letters(names: Iterable[str], known: Mapping[str, Text]) -> dict[str, str]:
    """The names of texts by their letters and digits. Texts with the same letters are left out."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_letters(known[name].markdown), []).append(name)
    return {letters: own[0] for letters, own in found.items() if len(own) == 1 and letters}


def _end_of_words(pieces: Sequence[Piece]) -> int:
    end = len(pieces)
    while end and pieces[end - 1].kind in {"cite", "space"}:
        end -= 1
    return end
