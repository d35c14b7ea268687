"""Word files that came back: one after the other into the content, shown or written.

In: the paths of edited files, the content folder, the store. Out: `Back`: what each means, the content before and after. Two
people's edits of two copies meet as if one had come after the other: the second is held against the content as the first leaves
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefs import atomic
from briefs.delivery.store import Store
from briefs.edition import files, write
from briefs.edition.model import Edition
from briefs.problems import Problem, Problems
from briefs.roundtrip import summary as told
from briefs.roundtrip.merge import Merge, merge
from briefs.theme import Theme
from briefs.tools.pandoc import Pandoc
from briefs.wordfile import docx as arrival
from briefs.wordfile.paragraphs import Takes


@dataclass(frozen=True)
class MergeOutcome:
    """What came of all files. `after` holds those files of the content that change."""

    merges: tuple[Merge, ...]
    before: dict[str, bytes]
    after: dict[str, bytes]

    @property
    def leaves(self) -> bool:
        """Is anything left to a person?"""
        return any(m.left or m.comments for m in self.merges)


class Rebuilder:
    """Builds a document of today's content as a Word file, if the sent one is not at hand; the typesetter is started then."""

    def __init__(self, theme: Theme):
        self.theme = theme

    def __call__(self, edition: Edition, kind: str, subject: str) -> bytes:
        from briefs.press.documents import Target
        from briefs.press.makers import make
        from briefs.press.session import Session

        session = Session(edition, self.theme)
        try:
            return make(session, Target(kind, subject, subject, ("docx",), "a4")).files["docx"]
        finally:
            session.close()


def merged(
    paths: Sequence[Path], content: Path, store: Store, theme: Theme, takes: Takes, no_base: bool = False
) -> MergeOutcome:  # fmt: skip
    """Hold the files against the content, in the order in which they are given. Raises Problems; nothing is written."""
    found, problems = files.read_folder(content)
    before = dict(found)
    if any(p.severity == "error" for p in problems):
        raise Problems(problems)
    rebuild = Rebuilder(theme)
    today, merges = dict(before), []
    with Pandoc() as pandoc:
        for path in paths:
            one = merge(_read(path), str(path), today, store, rebuild, pandoc, takes, no_base)
            today |= one.files
            merges.append(one)
    return MergeOutcome(tuple(merges), before, {path: data for path, data in today.items() if data != before.get(path)})


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe or a device would never end
            raise OSError(0, "this is no file" if path.exists() else "there is no such file")
        if path.stat().st_size > arrival.MOST_FILE:
            raise arrival.too_large(str(path), path.stat().st_size)
        return path.read_bytes()
    except OSError as fault:
        hint = "Name the Word file that came back."
        raise Problems([Problem("error", str(path), 0, 0, f"can’t be read: {fault.strerror}", hint)]) from None


def takes(author: str | None, only_accepted: bool) -> Takes:
    """Which pending changes count as made: all, one person's (in any case), or none."""
    wanted = (author or "").strip().casefold()
    return lambda who, date: not only_accepted and (not wanted or who.strip().casefold() == wanted)


def apply(back: MergeOutcome, content: Path) -> None:
    """Write the content's files, all or none. Raises Problems if one has changed meanwhile."""
    write.put(content, back.before, back.after)


def report(back: MergeOutcome, paths: Sequence[Path]) -> list[Path]:
    """Write `merge-report.md` beside the files of which something is left; take away one that was made before where nothing is."""
    made = []
    for folder in dict.fromkeys(path.parent for path in paths):
        own = [m for m, path in zip(back.merges, paths, strict=True) if path.parent == folder]
        place, text = folder / told.REPORT, told.report(own)
        if text:
            atomic.write(place, text.encode())
            made.append(place)
        elif place.is_file() and told.is_report(place.read_text(encoding="utf-8", errors="replace")):
            place.unlink()
    return made
