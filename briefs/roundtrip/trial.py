"""Keeps those changes of today's content that cause no errors in it.

In: the content's files, changes, and what is reported of each that isn't kept. Out: the changes that stay, and the reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefs.compose import slots
from briefs.edition import write
from briefs.edition.model import Text
from briefs.edition.read import read_files
from briefs.problems import Place
from briefs.roundtrip import rewrite
from briefs.roundtrip.base import Files
from briefs.roundtrip.edits import Unmerged
from briefs.tools.pandoc import Pandoc

Proposed = tuple[write.Change, Unmerged]  # a change, and what is reported if it isn't kept


def kind_of(change: write.Change) -> str:
    """What a change does, as a summary says it."""
    return "reworded" if isinstance(change, write.Reword) else "taken out" if isinstance(change, write.Remove) else "new"


def kept(today: Files, proposed: Sequence[Proposed], pandoc: Pandoc) -> tuple[list[write.Change], list[tuple[Unmerged, str]]]:
    """All changes if the edition, which has no errors, has none with them; otherwise those that, one after the other, cause none.

    Also the reports of the others, each with the reason."""
    stay: list[write.Change] = []
    rejected: list[tuple[Unmerged, str]] = []
    waiting = [list(proposed)] if proposed else []  # the halves of what failed together are tried apart
    while waiting:
        some = waiting.pop()
        changes = [*stay, *(change for change, _ in some)]
        tried = made(today, changes, pandoc)
        new = _errors(tried) if tried is not None else {"it can’t be written there"}
        if not new:
            stay = changes
        elif len(some) == 1:
            rejected.append((some[0][1], min(new)))
        else:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return stay, rejected


def made(today: Files, changes: Sequence[write.Change], pandoc: Pandoc) -> dict[str, bytes] | None:
    """Today's files with these changes made; None if they can't be written."""
    try:
        return {**today, **write.changed(today, changes, pandoc)}
    except write.NotWritable:
        return None


def forbidden(text: str, place: Place, pandoc: Pandoc) -> str:
    """Why a text may not stand in content, such as a link that is not to the web; empty if it may."""
    found = slots.faults(Text(text, place), rewrite.parsed(text, pandoc))
    return found[0].message if found else ""


def _errors(files: Mapping[str, bytes]) -> set[str]:
    """What is wrong with an edition."""
    return {f"{p.path}: {p.message}" for p in read_files(files).errors}
