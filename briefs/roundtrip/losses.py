"""Makes one report of what a program has dropped everywhere, such as the words of all notes.

In: the edits that are left to a person, and the paragraphs of both files. Out: the edits, of which many equal losses are one. Old
formats cause such losses. A `.doc` file loses the results of long fields, and so the notes of the report; `.doc` and `.rtf` files
lose the alternative texts of pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from briefs.roundtrip.edits import Unmerged
from briefs.wordfile.paragraphs import Paragraph

FEW = 3  # up to so many reports in a row stay separate
_DROPPED = {
    "cite": "the citations of this file have no words any more, so it can’t be seen whether one was changed",
    "picture": "the pictures of this file have no alternative texts any more, so it can’t be seen whether one was replaced",
}
_TOLD = {
    "cite": ("a note was changed",),
    "picture": ("a picture was changed", "a picture was replaced", "the alternative text of a picture was deleted"),
}  # how the reports begin


def told_once(unmerged: Sequence[Unmerged], sent: Sequence[Paragraph], edited: Sequence[Paragraph]) -> list[Unmerged]:
    """The edits that are left to a person. If all citations that are fields, or all pictures, lost their words, the edits about
    these become one."""
    found = list(unmerged)
    for kind, reason in _DROPPED.items():
        own = [one for one in found if one.reason.startswith(_TOLD[kind]) and not one.after]
        if len(own) > 1 and len(own) >= _count(sent, kind) and not _count(edited, kind):
            dropped = set(map(id, own))
            found = [one for one in found if id(one) not in dropped] + [Unmerged(reason)]
    return found


def _count(paragraphs: Iterable[Paragraph], kind: str) -> int:
    """The number of pictures with words, or of notes with words of which a part is a field."""
    own = (p for paragraph in paragraphs for p in paragraph.pieces if p.kind == kind and p.text.strip())
    return sum(kind == "picture" or any(inner.citation for inner in p.inner) for p in own)


def deleted_together(deleted: Sequence[tuple[int, Unmerged]]) -> Iterator[Unmerged]:
    """Reports of deleted paragraphs that are not content, each with the number of its paragraph. Many in a row are one report."""
    for run in _runs(deleted):
        first, last = run[0], run[-1]
        if len(run) <= FEW:
            yield from run
        else:
            reason = f"these {len(run)} paragraphs were deleted; they are not content"
            yield replace(first, reason=reason, before=f"{first.before}\n…\n{last.before}")


def _runs(deleted: Sequence[tuple[int, Unmerged]]) -> Iterator[list[Unmerged]]:
    """The reports of paragraphs that follow one another."""
    run: list[Unmerged] = []
    for n, (number, told) in enumerate(deleted):
        if run and number != deleted[n - 1][0] + 1:
            yield run
            run = []
        run.append(told)
    if run:
        yield run
