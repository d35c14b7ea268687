"""Keeps those changes of today's content that cause no errors in it.

In: the content's files, changes, and what is reported of each that isn't kept. Out: the changes that stay, and the reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from briefs.compose import slots
from briefs.compose.tree import Node
from briefs.edition import write
from briefs.edition.model import Text
from briefs.edition.read import Seen, read_files
from briefs.roundtrip import rewrite
from briefs.roundtrip.base import Files
from briefs.roundtrip.edits import Unmerged, Written
from briefs.tools.pandoc import Pandoc


@dataclass(frozen=True)
class Proposed:
    """Changes of one file that are all kept, or none of them. `told`: what is reported if they aren't kept."""

    changes: tuple[write.AnyChange, ...]
    told: Unmerged

    @property
    def kind(self) -> str:
        """What the changes do, as a summary says it."""
        if isinstance(self.changes[0], write.Reword | write.SetList):
            return "reworded"
        return "taken out" if isinstance(self.changes[0], write.Remove) else "new"

    @property
    def written(self) -> Written:
        """What a person is told of the changes if they are kept. For a text that is added, `told.before` is the text above it,
        which isn't part of the change."""
        told, is_added = self.told, isinstance(self.changes[0], write.Add | write.AddFact | write.AddValue | write.AddTableValue)
        return Written(self.kind, "" if is_added else told.before, told.after, told.page, told.place, told.authors)


@dataclass(frozen=True)
class Kept:
    """The changes that stay, today’s files with them, and the reports of the others, each with the reason."""

    changes: list[Proposed]
    files: dict[str, bytes]
    rejected: list[tuple[Unmerged, str]]


def kept(today: Files, proposed: Sequence[Proposed], pandoc: Pandoc, seen: Seen | None = None) -> Kept:
    """Try the changes, and keep all those that cause no error. Today's edition must have no errors. `seen`: today's YAML files that
    were parsed before.

    First all changes are tried together. If there is an error, the changes of each file are halved and tried again, in all files at
    once, so that more files take no more rounds. Reading translations and rules of style takes most of the time. So the rounds
    leave them out, and only the result is read with them; if it has an error, the rounds are repeated with them."""
    files = _Files(today, pandoc, {} if seen is None else seen)
    found = _tried(files, proposed, is_preview=True)
    is_sound = not proposed or not files.errors(found.files, is_preview=False)
    return found if is_sound else _tried(files, proposed, is_preview=False)


@dataclass
class _Files:
    """Today’s files, and what is known of them and their changes."""

    today: Files
    pandoc: Pandoc
    seen: Seen
    cuts: write.Cuts = field(default_factory=dict)
    kept: dict[tuple[str, tuple[int, ...]], bytes | None] = field(default_factory=dict)  # by path and changes, the changed file
    read: dict[bool, tuple[Files, dict[str, set[str]]]] = field(default_factory=dict)  # the last files and errors, by `is_preview`

    def written(self, path: str, own: Sequence[Proposed]) -> bytes | None:
        """A file with these changes; None if they can’t be written. Most files are the same in the next round, so it is kept."""
        key = path, tuple(map(id, own))
        if key not in self.kept:
            try:
                changes = [change for one in own for change in one.changes]
                self.kept[key] = write.changed(self.today, changes, self.pandoc, self.cuts).get(path, self.today.get(path, b""))
            except write.NotWritable:
                self.kept[key] = None
        return self.kept[key]

    def errors(self, files: Files, *, is_preview: bool) -> dict[str, set[str]]:
        """The errors of an edition by file."""
        last = self.read.get(is_preview)
        if last is None or last[0] != files:
            found: dict[str, set[str]] = {}
            for problem in read_files(files, seen=self.seen, is_unfinished=True, is_preview=is_preview).errors:
                found.setdefault(problem.path, set()).add(f"{problem.path}: {problem.message}")
            last = self.read[is_preview] = files, found
        return last[1]


def _tried(files: _Files, proposed: Sequence[Proposed], *, is_preview: bool) -> Kept:
    """The changes that cause no error. `is_preview`: translations and rules of style aren't read."""
    by_file: dict[str, list[Proposed]] = {}
    for one in proposed:
        by_file.setdefault(write.path_of(one.changes[0]), []).append(one)
    trial = _Trial(files, {path: [own] for path, own in by_file.items()}, is_preview)
    while any(trial.waiting.values()):
        trial.round()
    stay = {id(one) for own in trial.stay.values() for one in own}
    made = {path: files.written(path, own) for path, own in trial.stay.items()}
    changed = {path: data for path, data in made.items() if data is not None}
    return Kept([one for one in proposed if id(one) in stay], {**files.today, **changed}, trial.rejected)


@dataclass
class _Trial:
    """A trial. `waiting`: by file, the groups of changes that are still to be tried; the last group is next. `stay`: by file, the
    changes that cause no error."""

    files: _Files
    waiting: dict[str, list[list[Proposed]]]
    is_preview: bool
    stay: dict[str, list[Proposed]] = field(default_factory=dict)
    rejected: list[tuple[Unmerged, str]] = field(default_factory=list)

    def round(self) -> None:
        """Try the next group of each file, and keep, reject or halve it."""
        tried = {path: groups.pop() for path, groups in self.waiting.items() if groups}
        errors = self._errors_with(tried)
        elsewhere = {path: found for path, found in errors.items() if path not in tried}
        if elsewhere and len(tried) > 1:  # one file’s change may break another file: find out which, file by file
            errors = {}
            for path, group in tried.items():
                errors |= {path: set().union(*found.values())} if (found := self._errors_with({path: group})) else {}
        elif elsewhere:
            errors = dict.fromkeys(tried, set().union(*errors.values()))
        for path, group in tried.items():
            if path not in errors:
                self.stay.setdefault(path, []).extend(group)
            elif len(group) == 1:
                self.rejected.append((group[0].told, min(errors[path])))
            else:
                self.waiting[path] += [group[len(group) // 2 :], group[: len(group) // 2]]

    def _errors_with(self, tried: Mapping[str, list[Proposed]]) -> dict[str, set[str]]:
        """The errors by file, if these changes were made in addition to the changes that stay."""
        files: dict[str, bytes] = dict(self.files.today)
        errors: dict[str, set[str]] = {}
        for path in dict.fromkeys([*self.stay, *tried]):
            data = self.files.written(path, [*self.stay.get(path, ()), *tried.get(path, ())])
            if data is None:
                errors[path] = {"it can’t be written there"}
            else:
                files[path] = data
        for path, found in self.files.errors(files, is_preview=self.is_preview).items():
            errors.setdefault(path, set()).update(found)
        return errors


def forbidden(text: str, now: Text, pandoc: Pandoc) -> str:
    """Why a text may not take the place of today’s in content, such as a link that is not to the web, or a printed `:::`;
    empty if it may."""
    own = Text(text, now.place)
    blocks = rewrite.parsed(text, pandoc)
    if found := slots.faults(own, blocks):
        return found[0].message
    if not (new := _left_over(own, blocks, pandoc)):
        return ""
    old = _left_over(now, rewrite.parsed(now.markdown, pandoc), pandoc)  # such as a note that the file defines elsewhere
    return next((message for message in new if message not in old), "")


def _left_over(text: Text, blocks: Sequence[Node], pandoc: Pandoc) -> list[str]:
    """The errors about signs that would be printed."""
    return [problem.message for problem in slots.left_over(text, blocks, pandoc) if problem.severity == "error"]
