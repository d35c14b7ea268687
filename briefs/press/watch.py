"""Makes again what a save touches, with everything warm, until Ctrl-C.

In: the folders to watch, how the wanted documents are found in an edition. Out: the same files as any build, and lines that say
what was made and what is wrong where. A save while documents are made is heard before the next of them.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from briefs import theme as themes
from briefs.edition.model import Edition
from briefs.edition.read import Seen, read
from briefs.press import progress
from briefs.press.build import build
from briefs.press.cache import Cache
from briefs.press.fingerprints import Fingerprinter
from briefs.press.job import Outcome, Target
from briefs.press.session import Session
from briefs.problems import NotUnderstood, Problem, Problems, ToolError

SETTLE = 10  # milliseconds without another change after which files count as saved
LISTEN = 60  # milliseconds that it is listened for changes in one go


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
        self._session: Session | None = None
        self._press: Fingerprinter | None = None
        self._seen: Seen = {}
        self._styles: dict[Path, bytes] = {}
        self._saved: SimpleQueue[bool] = SimpleQueue()  # an entry a save; the first says that from now on none is missed
        self._fault: OSError | None = None  # why no save is heard any more

    def run(self) -> None:
        """Until KeyboardInterrupt."""
        ended = Event()
        Thread(target=self._listen, args=(ended,), daemon=True).start()
        try:
            while True:
                self._saved.get()
                self._round()
        finally:
            ended.set()
            if self._session:
                self._session.close()

    def _listen(self, ended: Event) -> None:
        """Hear of saves while documents are made."""
        import watchfiles

        folders, out = (self.content, self.templates), str(self.out.resolve())
        times: dict[str, Any] = {"step": SETTLE, "debounce": 10 * SETTLE, "rust_timeout": LISTEN}
        is_first = True
        try:
            for found in watchfiles.watch(*folders, stop_event=ended, yield_on_timeout=True, **times):
                if is_first or any(not name.startswith(out) for _, name in found):
                    self._saved.put(True)
                is_first = False
        except OSError as fault:
            self._fault = fault
            self._saved.put(True)

    def _round(self) -> None:
        """Everything that isn't fresh; again from the start when something is saved meanwhile."""
        while True:
            while not self._saved.empty():
                self._saved.get()
            if self._fault:
                read(self.content)  # which says so if there is no such folder
                raise ToolError(f"saved files of {self.content} and {self.templates} can’t be heard of: {self._fault}")
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
        reading = read(self.content, self._seen)
        if reading.edition is None:
            raise Problems(reading.problems)
        self.show(reading.problems)
        targets = self.wanted(reading.edition)
        session = self._warm(reading.edition)
        self._press = Fingerprinter(reading.edition, session.theme, self._press)
        warm = session if self._styles else None
        outcomes = build(reading.edition, session.theme, targets, self.out, self.jobs, self._done, self.cache, warm, self._press)
        if not self._styles:  # the first time everything may have to be made, by several processes
            self._heat(session, targets)
        self._styles = self._looks()
        self.show([problem for outcome in outcomes for problem in outcome.problems])
        return sum(not (outcome.fresh or outcome.problems) for outcome in outcomes)

    def _warm(self, edition: Edition) -> Session:
        """The session for an edition; another one if the theme was changed, as style sheets are read once."""
        if self._session and self._styles and self._looks() == self._styles:
            self._session.edition = edition
        else:
            theme = themes.read(self.templates)
            if self._session:
                self._session.close()
            self._session = Session(edition, theme)
        return self._session

    def _looks(self) -> dict[Path, bytes]:
        """The theme's files."""
        return {path: path.read_bytes() for path in sorted((self.templates / "theme").rglob("*")) if path.is_file()}

    def _heat(self, session: Session, targets: Sequence[Target]) -> None:
        """Load what a first document loads, so that a save needn't wait for it."""
        from briefs.compose.kinds import KINDS

        short = next((target for target in targets if KINDS[target.kind].layout == "one page"), None)
        if short:
            session.make(KINDS[short.kind], short.subject, short.formats, short.paper)
            gc.freeze()  # what is loaded stays: no search for garbage looks at it again

    def _done(self, outcome: Outcome) -> None:
        if not outcome.fresh:
            self.say(progress.summary_line(outcome))
            if self._styles and not self._saved.empty():
                raise Saved
