"""Merges two versions of a text that began as the same one, word by word, or reports a conflict.

In: the text that both began with, and the two versions. Out: `Merged`. Line breaks and the kind of quotation marks make no
difference; the result keeps the white space of the first version. As in diff3, a change that only one side made is taken, and the
same change on both sides is no conflict. Changes of both sides that touch, or have only a space between them, are one
conflict: nobody wanted a blend of the two.
https://www.gnu.org/software/diffutils/manual/html_node/Invoking-diff3.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from briefs import sequences

# Tokens besides words: a backslash at the end of a line, an empty line, a no-break space, the rule of a table.
_TOKEN = re.compile(r"\\\n|\n[^\S\n]*\n\s*|[\u00a0\u202f]|[^\S\u00a0\u202f]+|\w+|-{3,}|[^\w\s]")
_SAME = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}


@dataclass(frozen=True)
class Clash:
    """A conflict: the old words, and what each side made of them."""

    before: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """The text with the changes of both sides. Where they conflict, `clashes` has an item and the text has our side."""

    text: str
    clashes: tuple[Clash, ...] = ()


Range = tuple[int, int, int, int]  # start and end in the old tokens, start and end in the new ones


def merge(
    before: str, ours: str, theirs: str, *, prefer_theirs: bool = False, any_space: bool = False, lines: bool = False
) -> Merged:  # fmt: skip
    """Merge the changes of both sides.

    `prefer_theirs`: their side wins, without conflict. `any_space`: a no-break space is equal to any other space. `lines`: a
    different line break or indentation counts as a change, because it matters in a list.
    """
    a, b, c = (_TOKEN.findall(text) for text in (before, ours, theirs))
    left, right = (_ranges(*(_keys(side, any_space, lines) for side in (a, other))) for other in (b, c))
    out: list[str] = []
    clashes: list[Clash] = []
    at, shift = 0, 0  # the position in the tokens of `before`; how far the same place in `ours` is ahead
    for group in _groups(left, right, () if prefer_theirs else a):
        start, end = min(r[0] for r, _ in group), max(r[1] for r, _ in group)
        out += b[at + shift : start + shift]
        mine, yours = _side(group, b, "ours", start, end, a), _side(group, c, "theirs", start, end, a)
        changed = {side for _, side in group}
        if changed == {"theirs"} or (prefer_theirs and "theirs" in changed):
            out += yours
        else:
            out += mine
            if changed == {"ours", "theirs"} and _keys(mine) != _keys(yours):
                clashes.append(Clash("".join(a[start:end]), "".join(mine), "".join(yours)))
        shift += sum((r[3] - r[2]) - (r[1] - r[0]) for r, side in group if side == "ours")
        at = end
    return Merged("".join([*out, *b[at + shift :]]), tuple(clashes))


def relaid(text: str, like: str) -> str:
    """A text with the line breaks and indentations of another one, as far as their words are the same."""
    a, b = _TOKEN.findall(like), _TOKEN.findall(text)
    out: list[str] = []
    at = own = 0
    for start, end, first, last in [*_ranges(_keys(a), _keys(b)), (len(a), len(a), len(b), len(b))]:
        same = zip(a[at:start], b[own:first], strict=True)
        out += [theirs if theirs.isspace() and "\n" in theirs + ours else ours for theirs, ours in same]
        out += b[first:last]
        at, own = end, last
    return "".join(out)


def _keys(tokens: Sequence[str], any_space: bool = False, lines: bool = False) -> list[str]:
    """The key by which each token is compared. All white space has the same key, except an empty line, which separates paragraphs.
    All table rules have the same key."""
    return [_key(t, any_space, lines) for t in tokens]


def _key(token: str, any_space: bool, lines: bool) -> str:
    if token.isspace() and (any_space or token not in "\u00a0\u202f"):
        if lines and "\n" in token:
            return "\n" * min(token.count("\n"), 2) + token.rpartition("\n")[2]
        return "\n\n" if token.count("\n") > 1 else " "
    return "---" if token.startswith("---") else _SAME.get(token, token)  # the length of a rule only shows the width of its column


def _ranges(old: Sequence[str], new: Sequence[str]) -> list[Range]:
    """The ranges in which the keys of two texts differ. Equal keys at both ends are left out first, because the time for comparing
    grows with the square of the rest."""
    most = min(len(old), len(new))
    start = next((n for n in range(most) if old[n] != new[n]), most)
    end = next((n for n in range(most - start) if old[-1 - n] != new[-1 - n]), most - start)
    differing = sequences.matcher(old[start : len(old) - end], new[start : len(new) - end])
    opcodes = (code for code in differing.get_opcodes() if code[0] != "equal")
    return [(i + start, j + start, k + start, m + start) for _, i, j, k, m in opcodes]


def _groups(left: Sequence[Range], right: Sequence[Range], a: Sequence[str] = ()) -> list[list[tuple[Range, str]]]:
    """The changes of both sides, in groups of changes that touch. If `a` (the old tokens) is given, changes of two sides with only
    a space between them touch too."""
    groups: list[list[tuple[Range, str]]] = []
    end = -1
    for change, side in sorted([(r, "ours") for r in left] + [(r, "theirs") for r in right]):
        start, last = change[:2]
        touches = groups and (start < end or (start == end and (start == last or _ends_empty(groups[-1], end))))
        if groups and a and side != groups[-1][-1][1]:
            touches = touches or all(token.isspace() and "\n\n" not in token for token in a[end:start])
        if touches:
            groups[-1].append((change, side))
        else:
            groups.append([(change, side)])
        end = max(end, last) if touches else last
    return groups


def _ends_empty(group: Sequence[tuple[Range, str]], end: int) -> bool:
    """Whether a change of the group inserts text at `end` and replaces none."""
    return any(r[0] == r[1] == end for r, _ in group)


def _side(
    group: Sequence[tuple[Range, str]], tokens: Sequence[str], name: str, start: int, end: int, a: Sequence[str]
) -> list[str]:
    """The tokens of one side in place of the old tokens from `start` to `end`."""
    own = [r for r, side in group if side == name]
    if not own:
        return list(a[start:end])
    return list(tokens[own[0][2] - (own[0][0] - start) : own[-1][3] + (end - own[-1][1])])
