"""Keeps the values of the data where the source names them, because data can't be changed in Word. Recognises values and references
that a program made plain text.

In: the printed pieces of a text, and how they were changed. Out: the changes that leave the values as they are, and the others,
which are left to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.sequences import matcher
from briefs.wordfile.pieces import Change, Piece, changed, of_text


def of(pieces: Iterable[Piece]) -> list[Piece]:
    """The values among some pieces."""
    return [p for p in pieces if p.kind == "value"]


def _counted(pieces: Iterable[Piece]) -> Counter[str]:
    return Counter(p.text for p in of(pieces))


def divided(changes: Sequence[Change], before: Sequence[Piece]) -> tuple[list[Change], list[Change]]:
    """The changes of a text that keep its values, perhaps in another order; and the changes that don't.

    If a value was deleted or added, the sentence means something else. Then all changes of the text are one change that doesn't
    keep the values.
    """
    old = _counted(p for start, end, _ in changes for p in before[start:end])
    if old == _counted(p for _, _, new in changes for p in new):
        return list(changes), []
    kept: list[Change] = []
    refused: list[Change] = []
    for start, end, new in changes:
        own = before[start:end]
        if len(of(own)) != len(of(new)):
            return [], [(0, len(before), changed(before, changes))]
        (kept if _counted(own) == _counted(new) else refused).append((start, end, new))
    return kept, refused


def reason(printed: Sequence[Piece], source: Sequence[Piece | None], new: Sequence[Piece]) -> str:
    """Why a change is left to a person. `source`: the piece of the source that each of the `printed` ones stands for."""
    gone, added = _counted(printed) - _counted(new), _counted(new) - _counted(printed)
    pairs = zip(printed, source, strict=True)
    spans = ", ".join(_markdown(own.node) for p, own in pairs if p.kind == "value" and p.text in gone and own and own.node)
    if spans:
        return f"a value is the data’s, so this change was not written: change data/, or {spans} in the text"
    shown = ", ".join(f"“{text}”" for text in added or gone)
    return f"a value of the data was copied, so this change was not written: write a span that prints {shown}"


def _markdown(span: Node) -> str:
    """A span as it is written in content."""
    keys = "".join(f" {key}={value}" for key, value in tree.attributes(span).items())
    return f"[]{{.{' .'.join(tree.classes(span))}{keys}}}"


# Values whose content control a program dropped, or in whose control other words were typed; references without their field.


_RESTORED = {"value", "reference"}


def _kept(pieces: Iterable[Piece]) -> Counter[tuple[str, str]]:
    return Counter((p.kind, p.text if p.kind == "value" else "") for p in pieces if p.kind in _RESTORED)


@dataclass(frozen=True)
class _Word:
    """A piece, or a word of a value, with the number of the piece that it belongs to."""

    piece: Piece
    owner: int


def restored(sent: Sequence[Piece], edited: Sequence[Piece]) -> list[Piece]:
    """The edited pieces. A value or reference that became plain text, but still has all its words, is one piece again."""
    if _kept(sent) == _kept(edited):
        return list(edited)
    old, new = _spelled(sent), _spelled(edited)
    matches = _unchanged_values(sent, old, new)
    whole = {word.owner for word in new} - {word.owner for start, end, _ in matches for word in new[start:end]}
    out: list[Piece] = []
    at = 0
    for start, end, value in [*matches, (len(new), len(new), None)]:
        out += _gathered(new[at:start], edited, whole)
        if value:
            shared = frozenset.intersection(*(word.piece.formatting for word in new[start:end]))
            out.append(Piece(value.text, value.kind, shared, target=value.target))
        at = end
    return out


def _spelled(pieces: Sequence[Piece]) -> list[_Word]:
    spelled = (of_text(p.text, p.formatting) if p.kind in _RESTORED else [p] for p in pieces)
    return [_Word(word, n) for n, own in enumerate(spelled) for word in own]


def _unchanged_values(sent: Sequence[Piece], old: Sequence[_Word], new: Sequence[_Word]) -> list[tuple[int, int, Piece]]:
    """For each sent value or reference that still has all its words in order: the start and end of these words in `new`, and its
    piece."""
    a, b = ([(word.piece.kind, word.piece.text) for word in side] for side in (old, new))
    place = {
        i + n: j + n
        for i, j, size in matcher(a, b).get_matching_blocks()
        for n in range(size)
    }  # fmt: skip
    found = []
    for number, value in enumerate(sent):
        own = [i for i, word in enumerate(old) if word.owner == number]
        start = place.get(own[0], -1) if own else -1
        if value.kind in _RESTORED and start >= 0 and all(place.get(i) == start + n for n, i in enumerate(own)):
            found.append((start, start + len(own), value))
    return found


def _gathered(words: Iterable[_Word], edited: Sequence[Piece], whole: set[int]) -> list[Piece]:
    """The pieces for some words. A value whose words are all among them is one piece again."""
    out: list[Piece] = []
    for owner, own in groupby(words, key=lambda word: word.owner):
        out += [edited[owner]] if owner in whole else [word.piece for word in own]
    return out
