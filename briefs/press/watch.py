"""Makes again what a save touches, with everything warm, until Ctrl-C.

In: the folders to watch, how the wanted documents are found in an edition. Out: the same files as any build, and lines that say
what was made and what is wrong where. A save while documents are made is heard before the next of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from briefs import theme as themes
from briefs.edition.model import Edition
from briefs.edition.read import read
from briefs.press import progress
from briefs.press.build import build
from briefs.press.cache import Cache
from briefs.press.job import Outcome, Target
from briefs.press.pipeline import Workshop
from briefs.problems import NotUnderstood, Problem, Problems
from briefs.theme import Theme

SETTLE = 30  # milliseconds without another change after which files count as saved
LISTEN = 60  # milliseconds: how long it is listened for a change before a document is begun


class Saved(Exception):
    """Something was saved while documents were made."""


class Watcher:
    """`wanted(edition)` gives the documents; `show(problems)` and `say(line)` tell a person."""

    def __init__(
        self,
        content: Path,
        templates: Path,
        out: Path,
        jobs: int,
        cache: Cache,
        wanted: Callable[[Edition], Sequence[Target]],
        show: Callable[[Sequence[Problem]], None],
        say: Callable[[str], None],
    ):
        self.content, self.templates, self.out = content, templates, out
        self.jobs, self.cache = jobs, cache
        self.wanted, self.show, self.say = wanted, show, say
        self._workshop: Workshop | None = None
        self._styles: dict[Path, bytes] = {}
        self._changes: Iterator[set[str]] = self._listen()

    def run(self) -> None:
        """Until KeyboardInterrupt."""
        try:
            next(self._changes)  # from now on no save is missed
            self._round()
            for saved in self._changes:
                if saved:
                    self._round()
        finally:
            if self._workshop:
                self._workshop.close()

    def _listen(self) -> Iterator[set[str]]:
        """The names of what was saved since it was last asked; none after a short time."""
        import watchfiles

        folders = (self.content, self.templates)
        out = str(self.out.resolve())
        changes = watchfiles.watch(*folders, step=SETTLE, debounce=10 * SETTLE, rust_timeout=LISTEN, yield_on_timeout=True)
        for found in changes:
            yield {name for _, name in found if not name.startswith(out)}

    def _round(self) -> None:
        """Everything that isn't fresh; again from the start when something is saved meanwhile."""
        while True:
            start = time.perf_counter()
            try:
                made = self._build()
            except Problems as fault:
                self.show(fault.problems)
            except Saved:
                continue
            except NotUnderstood as fault:
                if not self._styles:
                    raise
                self.say(str(fault))
            else:
                self.say(f"{made} made in {time.perf_counter() - start:.2f} s; watching {self.content} and {self.templates}")
            return

    def _build(self) -> int:
        """How many documents were made. Raises Problems if nothing can be."""
        reading = read(self.content)
        if reading.edition is None:
            raise Problems(reading.problems)
        self.show(reading.problems)
        targets = self.wanted(reading.edition)
        workshop = self._warm(reading.edition, themes.read(self.templates))
        warm = workshop if self._styles else None
        outcomes = build(reading.edition, workshop.theme, targets, self.out, self.jobs, self._done, self.cache, warm)
        if not self._styles:  # the first time everything may have to be made, by several processes
            self._heat(workshop, targets)
        self._styles = self._looks()
        self.show([problem for outcome in outcomes for problem in outcome.problems])
        return sum(not (outcome.fresh or outcome.problems) for outcome in outcomes)

    def _warm(self, edition: Edition, theme: Theme) -> Workshop:
        """The workshop for an edition; another one if the theme was changed, as style sheets are read once."""
        if self._workshop and self._styles and self._looks() == self._styles:
            self._workshop.edition = edition
        else:
            if self._workshop:
                self._workshop.close()
            self._workshop = Workshop(edition, theme)
        return self._workshop

    def _looks(self) -> dict[Path, bytes]:
        """The theme's files."""
        return {path: path.read_bytes() for path in sorted((self.templates / "theme").rglob("*")) if path.is_file()}

    def _heat(self, workshop: Workshop, targets: Sequence[Target]) -> None:
        """Load what a first document loads, so that a save needn't wait for it."""
        from briefs.compose.kinds import KINDS

        brief = next((target for target in targets if target.kind == "brief"), None)
        if brief:
            workshop.make(KINDS["brief"], brief.subject, brief.formats, brief.paper)

    def _done(self, outcome: Outcome) -> None:
        if not outcome.fresh:
            self.say(progress.line(outcome))
            saved = next(self._changes) if self._styles else set()
            if saved:
                raise Saved
