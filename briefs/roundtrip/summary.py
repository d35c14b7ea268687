"""What a merge is told as: a diff by file and line, and `merge-report.md` for what is left to a person.

In: `Merge`s, the files before and after. Out: lines of text. Markdown that was made here quotes what came from strangers as code or
text in which no letter is markup.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from briefs.roundtrip.edits import By, Left
from briefs.roundtrip.merge import Merge, Noted

if TYPE_CHECKING:
    from briefs.roundtrip.back import MergeOutcome

REPORT = "merge-report.md"
_HEAD = "# What is left of the Word files"
_SIGN = re.compile(r"([\\`*_\[\]<>#|~$@^])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOST = 600  # characters of a text that is quoted


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Unified diffs of the files that change, by name; a line's number is that of the content file."""
    for path in sorted(after):
        old, new = (side.get(path, b"").decode("utf-8-sig").splitlines() for side in (before, after))
        yield from difflib.unified_diff(old, new, path, path, n=1, lineterm="")


def left(left: Left) -> str:
    """One thing that is left, on a line: where, what, the words."""
    place = f"{left.place.path}:{left.place.line}: " if left.place else ""
    words = f" “{_cut(left.before, 80)}”" if left.before else ""
    words += f" → “{_cut(left.after, 80)}”" if left.after else ""
    where = ", ".join(filter(None, [f"page {left.page}" if left.page else "", f"under “{left.under}”" if left.under else ""]))
    return " ".join(f"{place}{left.what}:{words}{f' ({where})' if where else ''}{_by(left.by)}".split())


def comment(noted: Noted) -> str:
    """A reviewer's comment on a line: where, who, what."""
    place = f"{noted.place.path}:{noted.place.line}: " if noted.place else ""
    about = f" on “{_cut(noted.comment.about, 60)}”" if noted.comment.about else ""
    who = noted.comment.author or "somebody"
    return " ".join(f"{place}comment by {who}{_day(noted.comment.date)}{about}: {_cut(noted.comment.text, 400)}".split())


def leavings(back: MergeOutcome) -> Iterator[str]:
    """All that is left of every file, a line each."""
    for merge in back.merges:
        yield from (f"{merge.name}: {left(one)}" for one in merge.left)
        yield from (f"{merge.name}: {comment(noted)}" for noted in merge.comments)


def summary(back: MergeOutcome, applied: bool) -> str:
    """What came of all files, on a line."""
    count, lefts = sum(m.count for m in back.merges), sum(len(m.left) for m in back.merges)
    comments = sum(len(m.comments) for m in back.merges)
    if not count and not lefts and not comments:
        return "no edits"
    files = f" in {_many(len(back.after), 'file')}" if back.after else ""
    done = "written" if applied else "to be written; --apply writes them"
    parts = [f"{_many(count, 'change')}{files} {done}" if count else "nothing to be written"]
    parts += [f"{_many(lefts, 'edit')} left to you"] if lefts else []
    parts += [_many(comments, "comment")] if comments else []
    by = frozenset(who for m in back.merges for who in m.by)
    parts += [f"tracked changes{_by(by).removeprefix(',')}"] if by else []
    return "; ".join(parts)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def record(back: MergeOutcome, applied: bool) -> dict[str, Any]:
    """All of it for `--json`."""
    return {
        "applied": applied,
        "diff": list(diff(back.before, back.after)),
        "files": [
            {
                "name": m.name,
                "base": m.base,
                "changes": m.count,
                "by": sorted(m.by),
                "left": [{**vars(one), "place": one.place and vars(one.place), "by": sorted(one.by)} for one in m.left],
                "comments": [{**vars(n.comment), "place": n.place and vars(n.place)} for n in m.comments],
            }
            for m in back.merges
        ],
    }


def report(merges: Sequence[Merge]) -> str:
    """`merge-report.md`; empty if nothing is left and nobody commented."""
    parts = [part for merge in merges for part in _part(merge)]
    if not parts:
        return ""
    return "\n".join([_HEAD, "", "Nothing of this was written into the content.", *parts, ""])


def is_report(text: str) -> bool:
    """Was it written here?"""
    return text.startswith(_HEAD)


def _part(merge: Merge) -> Iterator[str]:
    if not merge.left and not merge.comments:
        return
    yield from ["", f"## {_plain(merge.name)}", "", f"Held against {_plain(merge.base)}."]
    for number, one in enumerate(merge.left, 1):
        yield from ["", f"{number}. {_plain(one.what[:1].upper() + one.what[1:])}."]
        yield from (f"   - {name}: {value}" for name, value in _facts(one) if value)
    if merge.comments:
        yield from ["", "### Comments", ""]
        for noted in merge.comments:
            place = f"`{noted.place.path}:{noted.place.line}`, " if noted.place else ""
            about = f" on “{_plain(_cut(noted.comment.about, 200))}”" if noted.comment.about else ""
            who = _plain(noted.comment.author or "somebody") + _day(noted.comment.date)
            yield f"- {place}{who}{about}: {_plain(noted.comment.text)}"


def _facts(left: Left) -> Iterable[tuple[str, str]]:
    yield "Where", f"`{left.place.path}:{left.place.line}`" if left.place else ""
    yield "Page", _plain(left.page)
    yield "Under", f"“{_plain(left.under)}”" if left.under else ""
    yield "Before", f"“{_plain(_cut(left.before, MOST))}”" if left.before else ""
    yield "In Word", f"“{_plain(_cut(left.after, MOST))}”" if left.after else ""
    yield "By", _plain(_by(left.by).removeprefix(", by "))


def _plain(text: str) -> str:
    """Text on one line in which no letter is markup."""
    return _SIGN.sub(r"\\\1", " ".join(text.split()))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


def _by(by: By) -> str:
    told = "; ".join(f"{who or 'somebody'}{_day(when)}" for who, when in sorted(by))
    return f", by {told}" if told else ""


def _day(date: str) -> str:
    found = _DAY.match(date)
    return f", {found[0]}" if found else ""
