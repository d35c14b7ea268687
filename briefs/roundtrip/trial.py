"""Keeps those changes of today's content that cause no errors in it.

In: the content's files, changes, and what is reported of each that isn't kept. Out: the changes that stay, and the reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from briefs.compose import slots
from briefs.edition import write
from briefs.edition.model import Text
from briefs.edition.read import Seen, read_files
from briefs.problems import Place
from briefs.roundtrip import rewrite
from briefs.roundtrip.base import Files
from briefs.roundtrip.edits import Unmerged, Written
from briefs.tools.pandoc import Pandoc


@dataclass(frozen=True)
class Proposed:
    """Changes of one file, of which all are kept or none. `told`: what is reported if they aren't."""

    changes: tuple[write.Change, ...]
    told: Unmerged

    @property
    def kind(self) -> str:
        """What they do, as a summary says it."""
        if isinstance(self.changes[0], write.Reword | write.SetList):
            return "reworded"
        return "taken out" if isinstance(self.changes[0], write.Remove) else "new"

    @property
    def written(self) -> Written:
        """What a person is told of it if it is kept."""
        told = self.told
        return Written(self.kind, told.before, told.after, told.page, told.place, told.authors)


def kept(
    today: Files, proposed: Sequence[Proposed], pandoc: Pandoc, seen: Seen | None = None
) -> tuple[list[Proposed], list[tuple[Unmerged, str]]]:
    """All changes if the edition, which has no errors, has none with them; otherwise those that cause none. `seen`: the YAML files
    of today that were parsed before.

    What fails together is halved in every file at once, so that a file more costs no round more. Also the reports of the others,
    each with the reason."""
    by_file: dict[str, list[Proposed]] = {}
    for one in proposed:
        by_file.setdefault(write.path_of(one.changes[0]), []).append(one)
    trial = _Trial(today, pandoc, {path: [own] for path, own in by_file.items()}, {} if seen is None else seen)
    while any(trial.waiting.values()):
        trial.round()
    stay = {id(one) for own in trial.stay.values() for one in own}
    return [one for one in proposed if id(one) in stay], trial.rejected


@dataclass
class _Trial:
    """What is tried. `waiting`: groups of changes by file, of which the last is tried next. `stay`: changes that cause no error."""

    today: Files
    pandoc: Pandoc
    waiting: dict[str, list[list[Proposed]]]
    seen: Seen
    stay: dict[str, list[Proposed]] = field(default_factory=dict)
    rejected: list[tuple[Unmerged, str]] = field(default_factory=list)
    kept: dict[tuple[str, tuple[int, ...]], bytes | None] = field(default_factory=dict)  # files that were written

    def round(self) -> None:
        """Try the next group of each file, and keep, reject or halve it."""
        tried = {path: groups.pop() for path, groups in self.waiting.items() if groups}
        errors = self._errors_with(tried)
        elsewhere = {path: found for path, found in errors.items() if path not in tried}
        if elsewhere and len(tried) > 1:  # one file’s change may break another file: which one is found file by file
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
        """The errors by file, if these changes were made besides those that stay."""
        files: dict[str, bytes] = dict(self.today)
        errors: dict[str, set[str]] = {}
        for path in dict.fromkeys([*self.stay, *tried]):
            own = [*self.stay.get(path, ()), *tried.get(path, ())]
            data = self._written(path, own)
            if data is None:
                errors[path] = {"it can’t be written there"}
            else:
                files[path] = data
        for problem in read_files(files, seen=self.seen, is_unfinished=True).errors:
            errors.setdefault(problem.path, set()).add(f"{problem.path}: {problem.message}")
        return errors

    def _written(self, path: str, own: Sequence[Proposed]) -> bytes | None:
        """A file with these changes; None if they can’t be written. Most files are the same in the next round."""
        key = path, tuple(map(id, own))
        if key not in self.kept:
            files = made(self.today, own, self.pandoc)
            self.kept[key] = None if files is None else files[path]
        return self.kept[key]


def made(today: Files, proposed: Sequence[Proposed], pandoc: Pandoc) -> dict[str, bytes] | None:
    """Today's files with these changes made; None if they can't be written."""
    try:
        return {**today, **write.changed(today, [change for one in proposed for change in one.changes], pandoc)}
    except write.NotWritable:
        return None


def forbidden(text: str, place: Place, pandoc: Pandoc) -> str:
    """Why a text may not stand in content, such as a link that is not to the web; empty if it may."""
    found = slots.faults(Text(text, place), rewrite.parsed(text, pandoc))
    return found[0].message if found else ""
