"""Describes what came of a merge: a diff, lines for the terminal, the text of a report, JSON.

In: `Merge`s, the files before and after. Out: lines of text. Whatever a Word file said is quoted in the Markdown of the report as
code or with every markup character escaped, and without control characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from briefs.edition import write
from briefs.edition.files import UNSHOWN
from briefs.problems import Place
from briefs.roundtrip.differences import differing, marked, repeated
from briefs.roundtrip.edits import Authors, Unmerged, Written
from briefs.roundtrip.merge import LocatedComment, Merge, MergeOutcome
from briefs.wordfile.paragraphs import Comment

MAX_QUOTE = 600  # characters of a text that is quoted in the report
MAX_NAME = 60  # characters of an author's name
MAX_AUTHORS = 10  # authors who are named
_HEADING = "# Edits that are left to you"
_LEFT = "None of them was written into the content."
_IN_MARKDOWN = {"-": ("~~", "~~"), "+": ("**", "**")}
_UNTRACKED = ", not tracked"
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~$@^])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def diff(outcome: MergeOutcome) -> Iterator[str]:
    """A unified diff of the content files, line by line, in the order of their names."""
    return write.diff(outcome.before, outcome.after)


# On one line each.


def unmerged_line(one: Unmerged) -> str:
    """An edit that is left to a person: where it is, why, the words."""
    place = f"{_where(one.place)}: " if one.place else ""
    words = f" “{_shortened(one.before, 80)}”" if one.before else ""
    words += f" → “{_shortened(one.after, 80)}”" if one.after else ""
    parts = [f"page {one.page}" if one.page else "", f"under “{one.heading}”" if one.heading else ""]
    where = ", ".join(filter(None, [*parts, f"{one.count} times" if one.count > 1 else ""]))
    colon = ":" if words or where else ""
    return " ".join(f"{place}{one.reason}{colon}{words}{f' ({where})' if where else ''}{_by(one.authors)}".split())


def written_line(one: Written) -> str:
    """A change of the content: where it is, who made it, the words."""
    place = f"{_where(one.place)}: " if one.place else ""
    words = marked(one.before, one.after) if one.before and one.after else f"“{_shortened(one.before or one.after, 80)}”"
    count = f" ({one.count} times)" if one.count > 1 else ""
    return " ".join(f"{place}{one.kind}{_by(one.authors) or _UNTRACKED}: {words}{count}".split())


def comment_line(located: LocatedComment) -> str:
    """A reviewer's comment: where it is, who wrote it, the words."""
    comment, place = located.comment, f"{_where(located.place)}: " if located.place else ""
    about = f" on “{_shortened(comment.about, 60)}”" if comment.about else ""
    who = _shortened(comment.author, MAX_NAME) or "somebody"
    about += _thread(comment)
    return " ".join(f"{place}comment by {who}{_day(comment.date)}{about}: {_shortened(comment.text, 400)}".split())


def _thread(comment: Comment) -> str:
    """Where a comment stands in its thread: “, in reply to “…”, resolved”."""
    answers = f", in reply to “{_shortened(comment.answers, 60)}”" if comment.answers else ""
    return answers + (", resolved" if comment.is_resolved else "")


def lines_left(outcome: MergeOutcome) -> Iterator[str]:
    """Everything that is left to a person, file by file."""
    for merge in outcome.merges:
        yield from (f"{merge.name}: {unmerged_line(one)}" for one in merge.unmerged)
        yield from (f"{merge.name}: {comment_line(located)}" for located in merge.comments)


def lines_written(outcome: MergeOutcome) -> Iterator[str]:
    """Every change of the content, file by file. The same change in many places is one."""
    for merge in outcome.merges:
        yield from (f"{merge.name}: {written_line(one)}" for one in repeated(merge.written))


def summary(outcome: MergeOutcome, applied: bool) -> str:
    """What the merges of all files did, on a few lines."""
    merges = outcome.merges
    count, unmerged = sum(m.count for m in merges), sum(len(m.unmerged) for m in merges)
    comments = sum(len(m.comments) for m in merges)
    if not (count or unmerged or comments):
        return "no edits"
    files = f" in {_number(len(outcome.after), 'file')}" if outcome.after else ""
    done = "written" if applied else "to be written; --apply writes them"
    kinds = sum((m.counts for m in merges), Counter[str]())
    of_kinds = ", ".join(f"{kinds[kind]} {kind}" for kind in ("reworded", "new", "taken out") if kinds[kind])
    parts = [f"{_number(count, 'change')}{files} {done}: {of_kinds}" if count else "nothing to write"]
    parts += [f"{_number(unmerged, 'edit')} left to you"] if unmerged else []
    parts += [_number(comments, "comment")] if comments else []
    authors = frozenset(author for m in merges for author in m.authors)
    parts += [f"tracked changes{_by(authors).removeprefix(',')}"] if authors else []
    return "; ".join(parts)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


# JSON.


def to_dict(outcome: MergeOutcome, applied: bool) -> dict[str, Any]:
    """The outcome for `--json`."""
    return {"applied": applied, "diff": list(diff(outcome)), "files": [_merge_to_dict(m) for m in outcome.merges]}


def _merge_to_dict(merge: Merge) -> dict[str, Any]:
    return {
        "name": merge.name,
        "base": merge.base,
        "base_known": merge.is_base_known,
        "changes": merge.count,
        "kinds": dict(merge.counts),
        "by": sorted(merge.authors),
        "written": [{**one.to_dict(), "marked": differing(one.before, one.after)} for one in repeated(merge.written)],
        "left": [{**one.to_dict(), "marked": differing(one.before, one.after)} for one in merge.unmerged],
        "comments": [{**vars(c.comment), "place": c.place and vars(c.place)} for c in merge.comments],
    }


# The report.


def report(merges: Sequence[Merge]) -> str:
    """The text of a report about Word files; empty if nothing is left and there are no comments."""
    parts = [part for merge in merges for part in _report_of(merge)]
    return "\n".join([_HEADING, "", _LEFT, *parts, ""]) if parts else ""


def _report_of(merge: Merge) -> Iterator[str]:
    if not merge.unmerged and not merge.comments:
        return
    yield from ["", f"## {_escaped(merge.name)}", "", f"Compared with {_escaped(merge.base)}."]
    for one in merge.unmerged:
        yield from ["", f"- [ ] {_escaped(one.reason[:1].upper() + one.reason[1:])}."]
        yield from (f"  - {name}: {value}" for name, value in _details(one) if value)
    if merge.comments:
        yield from ["", "### Comments", "", *map(_comment_item, merge.comments)]
    if merge.written:
        yield from ["", "### Changes of the content", "", "Nothing is left to do with these: `--apply` writes them.", ""]
        yield from map(_written_item, repeated(merge.written))


def _written_item(one: Written) -> str:
    place = f"`{_where(one.place)}`, " if one.place else ""
    words = (
        _marked(one.before, one.after) if one.before and one.after else f"“{_escaped(_shortened(one.before or one.after, 200))}”"
    )
    count = f" ({one.count} times)" if one.count > 1 else ""
    return f"- {place}{one.kind}{_escaped(_by(one.authors)) or _UNTRACKED}: {words}{count}"


def _details(one: Unmerged) -> Iterator[tuple[str, str]]:
    yield "Where", f"`{_where(one.place)}`" if one.place else ""
    yield "Page", _escaped(one.page)
    yield "Under", f"“{_escaped(one.heading)}”" if one.heading else ""
    yield "Before", f"“{_escaped(_shortened(one.before, MAX_QUOTE))}”" if one.before else ""
    yield "In Word", f"“{_escaped(_shortened(one.after, MAX_QUOTE))}”" if one.after else ""
    yield "Change", _marked(one.before, one.after) if one.before and one.after else ""
    yield "Times", str(one.count) if one.count > 1 else ""
    yield "By", _escaped(_by(one.authors).removeprefix(", by "))


def _marked(before: str, after: str) -> str:
    """Both texts in one, in Markdown: what was taken out is struck out, what was put in is bold."""
    return marked(_escaped(before), _escaped(after), _IN_MARKDOWN)


def _comment_item(located: LocatedComment) -> str:
    comment, place = located.comment, f"`{_where(located.place)}`, " if located.place else ""
    about = f" on “{_escaped(_shortened(comment.about, 200))}”" if comment.about else ""
    who = _escaped(_shortened(comment.author, MAX_NAME)) or "somebody"
    about += _escaped(_thread(comment))
    return f"- [{'x' if comment.is_resolved else ' '}] {place}{who}{_day(comment.date)}{about}: {_escaped(comment.text)}"


def _escaped(text: str) -> str:
    """Text on one line in which no character is markup or a control character."""
    return _MARKUP.sub(r"\\\1", " ".join(UNSHOWN.sub(" ", text).split()))


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


def _by(authors: Authors) -> str:
    named = [f"{_shortened(name, MAX_NAME) or 'somebody'}{_day(date)}" for name, date in sorted(authors)]
    if len(named) > MAX_AUTHORS:
        named[MAX_AUTHORS:] = [f"{len(named) - MAX_AUTHORS} others"]
    return f", by {'; '.join(named)}" if named else ""


def _day(date: str) -> str:
    found = _DAY.match(date)
    return f", {found[0]}" if found else ""


def _where(place: Place) -> str:
    """The file and the line of a place, or only the file if the line isn't known."""
    return f"{place.path}:{place.line}" if place.line else place.path
