"""Two versions of a text in one, with the words that differ marked.

In: a text before and after, or several changes. Out: the words that stayed, were taken out and put in; the
changes, with repeated ones as one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from briefs.sequences import matcher

if TYPE_CHECKING:  # importing it is slow, and `marked` doesn't need it
    from briefs.roundtrip.edits import Written

_TOKEN = re.compile(r"\s+|\w+(?:['’]\w+)*|[^\w\s]")
MOST_COMPARED = 1_000_000  # pairs of words; a larger change isn't divided
CONTEXT = 4  # words that are shown on either side of the words that differ
IN_BRACKETS = {"-": ("[-", "-]"), "+": ("{+", "+}")}  # the marks of `git diff --word-diff`


def differing(before: str, after: str) -> list[tuple[str, str]]:
    """Both texts, word by word: `=` and words that stayed, `-` and words that were taken out, `+` and words that were put in."""
    found = _parts(before.split(), after.split())
    return [(kind, " ".join(part)) for kind, part in found]


def _parts(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """The words that stayed (`=`), were taken out (`-`) and put in (`+`), in order."""
    head = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))))
    rest = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = len(list(takewhile(lambda pair: pair[0] == pair[1], rest)))
    middle = _between(old[head : len(old) - tail], new[head : len(new) - tail])
    parts = [("=", old[:head]), *middle, ("=", old[len(old) - tail :])]
    return [(kind, part) for kind, part in parts if part]


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    if len(old) * len(new) > MOST_COMPARED:
        yield from (("-", old), ("+", new))
        return
    for tag, i, j, k, m in matcher(old, new).get_opcodes():
        yield from (("=", old[i:j]),) if tag == "equal" else (("-", old[i:j]), ("+", new[k:m]))


def marked(before: str, after: str, marks: Mapping[str, tuple[str, str]] = IN_BRACKETS) -> str:
    """Both texts in one, with marks around what was taken out (`-`) and put in (`+`), and a few words on either side."""
    parts = differing(before, after)
    out = []
    for number, (kind, text) in enumerate(parts):
        if kind == "=":
            out.append(_near(text, is_first=number == 0, is_last=number == len(parts) - 1))
        else:
            out.append(marks[kind][0] + text + marks[kind][1])
    return " ".join(out)


def _near(text: str, *, is_first: bool, is_last: bool) -> str:
    """Words that stayed, without those that are far from any word that differs."""
    words = text.split()
    head, tail = ([] if is_first else words[:CONTEXT]), ([] if is_last else words[-CONTEXT:])
    return text if len(words) <= len(head) + len(tail) + 1 else " ".join([*head, "…", *tail])


def repeated(found: Iterable[Written]) -> list[Written]:
    """The changes. Those that replace the same words by the same others, as Replace All does, are one change with a count. Each
    change has its places."""
    first: dict[object, Written] = {}
    for one in found:
        pairs = _replaced(one)
        is_one = one.kind == "reworded" and len(pairs) == 1
        key: object = next(iter(pairs)) if is_one else id(one)
        own = replace(one, count=pairs.total() if is_one else 1, places=((one.place, one.authors),))
        same = first.get(key)
        first[key] = _joined(same, own) if same else own
    return list(first.values())


def _joined(same: Written, own: Written) -> Written:
    """The same change, made in the places of both."""
    count, authors = same.count + own.count, same.authors | own.authors
    return replace(same, count=count, authors=authors, places=(*same.places, *own.places))


def _replaced(one: Written) -> Counter[tuple[str, str]]:
    """The words that were taken out with those that were put in their place, and how often. White space doesn’t count."""
    found: Counter[tuple[str, str]] = Counter()
    went = ""
    parts = _parts(_TOKEN.findall(one.before), _TOKEN.findall(one.after))
    for kind, part in [*parts, ("=", [])]:
        text = "".join(part).strip()
        if kind == "-":
            went = text
        elif kind == "+" or went:
            found[went, text if kind == "+" else ""] += 1
            went = ""
    return found
