"""Two versions of a text made from one: both changes put together, word by word, or a clash.

In: the text that both began with, and the two. Out: `Merged`. Words are compared without regard to how lines break and which
quotation marks were typed; the result keeps the first version's own white space. The way of diff3: what only one side changed
is that side's, what both changed in the same way is no clash.
https://www.gnu.org/software/diffutils/manual/html_node/Invoking-diff3.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# A break that is meant (a backslash at a line’s end), an empty line, a space that doesn’t break, a table’s rule: each is a token.
_TOKEN = re.compile(r"\\\n|\n[^\S\n]*\n\s*|[\u00a0\u202f]|[^\S\u00a0\u202f]+|\w+|-{3,}|[^\w\s]")
_SAME = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}


@dataclass(frozen=True)
class Clash:
    """What stood there, and what each side made of it."""

    before: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """The text with both changes; where both changed the same words otherwise, a clash, and the text has ours."""

    text: str
    clashes: tuple[Clash, ...] = ()


Range = tuple[int, int, int, int]  # of the old tokens, of the new ones


def merge(before: str, ours: str, theirs: str, *, prefer_theirs: bool = False, any_space: bool = False) -> Merged:
    """Both changes put together. `prefer_theirs`: no clash, theirs wins. `any_space`: one that doesn't break is like any other."""
    a, b, c = (_TOKEN.findall(text) for text in (before, ours, theirs))
    left, right = _ranges(a, b, any_space), _ranges(a, c, any_space)
    out: list[str] = []
    clashes: list[Clash] = []
    at, shift = 0, 0  # in `before`; how far `ours` is ahead of it
    for group in _groups(left, right):
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


def _keys(tokens: Sequence[str], any_space: bool = False) -> list[str]:
    """Tokens as they compare: white space is white space, but an empty line parts paragraphs; a rule is a rule."""
    return [_key(t, any_space) for t in tokens]


def _key(token: str, any_space: bool) -> str:
    if token.isspace() and (any_space or token not in "\u00a0\u202f"):
        return "\n\n" if token.count("\n") > 1 else " "
    return "---" if token.startswith("---") else _SAME.get(token, token)  # a table's rule is as long as its column


def _ranges(a: Sequence[str], b: Sequence[str], any_space: bool) -> list[Range]:
    matcher = SequenceMatcher(None, _keys(a, any_space), _keys(b, any_space), autojunk=False)
    return [(i, j, k, m) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def _groups(left: Sequence[Range], right: Sequence[Range]) -> list[list[tuple[Range, str]]]:
    """Changes that touch each other, together."""
    groups: list[list[tuple[Range, str]]] = []
    end = -1
    for change, side in sorted([(r, "ours") for r in left] + [(r, "theirs") for r in right]):
        start, last = change[:2]
        touches = groups and (start < end or (start == end and (start == last or _ends_empty(groups[-1], end))))
        if touches:
            groups[-1].append((change, side))
        else:
            groups.append([(change, side)])
        end = max(end, last) if touches else last
    return groups


def _ends_empty(group: Sequence[tuple[Range, str]], end: int) -> bool:
    """Was something put in just there?"""
    return any(r[0] == r[1] == end for r, _ in group)


def _side(
    group: Sequence[tuple[Range, str]], tokens: Sequence[str], name: str, start: int, end: int, a: Sequence[str]
) -> list[str]:
    """What one side has from `start` to `end` of the old text."""
    own = [r for r, side in group if side == name]
    if not own:
        return list(a[start:end])
    return list(tokens[own[0][2] - (own[0][0] - start) : own[-1][3] + (end - own[-1][1])])
