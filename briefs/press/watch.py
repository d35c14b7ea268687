"""Builds again what a save changes, in a process that keeps everything loaded, until Ctrl-C.

In: the folders to watch, and how to find the wanted documents in an edition. Out: the same files as any build, and lines that say
what was made and what is wrong. A save during a build is noticed before the next document. Neither a document that fails nor an
error of the disk ends the watching.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from briefs import theme as themes
from briefs.compose import kinds
from briefs.edition.model import Edition
from briefs.edition.read import Seen, files_of, read
from briefs.press import contents, memory, progress, saves, warm
from briefs.press.build import BuildRequest, build
from briefs.press.cache import Cache, TableCache, of_templates
from briefs.press.documents import Outcome, Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.makers import make
from briefs.press.plan import plan, stems
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.problems import NotUnderstood, Problem, Problems, ToolError, internal_error, merged
from briefs.tools import fonts

LOOK = 2.0  # seconds between two searches for fonts that were missing


class Saved(Exception):
    """Something was saved during a build."""


class Watcher:
    """Watches content and templates. `choose(edition)` is the edition in the wanted language; `wanted(edition)` returns its
    documents; `show(problems)` and `say(line)` print. `times`: how many times the usual processor time each build may take.
    `language`: the tag of the wanted language. Other commands may have documents made here too (`warm.py`)."""

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
        choose: Callable[[Edition], Edition] = lambda edition: edition,
        times: float = 1,
        language: str = "",
    ):
        self.content, self.templates, self.out = content, templates, out
        self.jobs, self.cache, self.times = jobs, cache, times
        self.wanted, self.show, self.say, self.choose = wanted, show, say, choose
        self._language = language
        self._session: Session | None = None
        self._fingerprinter: Fingerprinter | None = None
        self._seen: Seen = {}
        self._styles: dict[Path, bytes] = {}
        self._saved: SimpleQueue[bool] = SimpleQueue()  # an entry for each save or visit; the first says that watching has begun
        self._visits: SimpleQueue[warm.Visit] = SimpleQueue()
        self._faces: Sequence[tuple[int, int, int]] = ()  # the stamps of the font files that were loaded
        self._missing: Mapping[str, Iterable[str]] = {}  # files of fonts that the last build lacked, by their packages

    def run(self) -> None:
        """Build, then build again after each save, until KeyboardInterrupt.

        Raises Problems if there is no content folder, and NotUnderstood or ToolError if the first build can't begin. Later nothing
        ends it: it says what is wrong and waits for the next save.
        """
        files_of(self.content)
        ended = Event()
        Thread(target=self._watch, args=(ended,), daemon=True).start()
        warm.listen(warm.socket_path(self.content, self.templates, self.cache.folder), self._visit, ended)
        try:
            while True:
                self._wait()
                self._round()
        finally:
            ended.set()
            self._close()

    def _wait(self) -> None:
        """Wait for a save or a visit, or for the fonts that the last build lacked."""
        while True:
            try:
                self._saved.get(timeout=LOOK if self._missing else None)
            except Empty:
                if not fonts.are_there(self._missing):
                    continue
            self._missing = {}
            return

    def _watch(self, ended: Event) -> None:
        """Note saves, also during a build. Runs in a thread of its own."""
        for _ in saves.notice((self.content, self.templates), self.out, ended):
            self._saved.put(True)

    def _visit(self, visit: warm.Visit) -> None:
        """Note a command that asks for documents. Runs in a thread of its own."""
        self._visits.put(visit)
        self._saved.put(True)

    def _answer(self, visit: warm.Visit) -> None:
        """Make the documents that a command asks for, if it has the same content and program. If not, it makes them itself."""
        if not visit.begin():
            return
        answer = None
        try:
            answer = self._made_for(visit.question)
        except (NotUnderstood, Problems):  # the command finds the same problems itself
            pass
        except Exception:
            self._close()  # the session may be in an undefined state
        visit.end(answer)

    def _made_for(self, question: warm.Message) -> warm.Message | None:
        words: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in question["request"].items()
        }
        request, out = Request(**words), Path(question["out"])
        reading = read(self.content, self._seen, TableCache(self.cache))
        key = memory.key_of(reading.files, of_templates(self.templates), request)
        if reading.edition is None or request.language != self._language or key != question["key"] or self._fonts_changed():
            return None
        edition = self.choose(reading.edition)
        session = self._session_for(edition)
        self._fingerprinter = Fingerprinter(edition, session.theme, self._fingerprinter)
        planned = plan(edition, request)
        asked = BuildRequest(planned.targets, out, 1, self.cache, self.times)
        outcomes = build(edition, session.theme, asked, lambda outcome: None, session, self._fingerprinter)
        contents.keep(out, reading.files)
        memory.keep(self.cache, request, reading, planned, stems(reading.edition), session.theme, outcomes)
        made = [warm.outcome_to_json(replace(outcome, executor=outcome.executor and "watch"), out) for outcome in outcomes]
        doubts = [p.to_dict() for p in (*session.theme.warnings, *reading.problems)]
        return {"problems": doubts, "left_out": planned.left_out, "outcomes": made}

    def _round(self) -> None:
        """Build everything that isn't fresh. Start again when something is saved meanwhile. Commands that ask come first."""
        while True:
            while not self._saved.empty():
                self._saved.get()
            while not self._visits.empty():
                self._answer(self._visits.get())
            start = time.perf_counter()
            try:
                made = self._build()
            except Saved:
                continue
            except BrokenPipeError:  # nobody reads the output any more
                raise
            except Exception as failure:
                self._report(failure)
            else:
                self.say(f"{made} made in {time.perf_counter() - start:.2f} s; watching {self.content} and {self.templates}")
            return

    def _report(self, failure: Exception) -> None:
        """Say why a build ended. Raises what a person must set right before a first build can begin."""
        if isinstance(failure, Problems):
            self.show(failure.problems)
            return
        if isinstance(failure, NotUnderstood | ToolError):
            if not self._styles:
                raise failure
            self.say(str(failure))
            self._missing = failure.files if isinstance(failure, fonts.MissingFonts) else {}
        elif isinstance(failure, OSError):
            hint = "Look at its rights, and at the disk’s space."
            self.show([Problem("error", str(failure.filename or self.out), 0, 0, failure.strerror or str(failure), hint)])
        else:
            self.show([internal_error("watch", failure)])
        self._close()  # the session may be in an undefined state, so the next build opens a new one

    def _close(self) -> None:
        session, self._session = self._session, None
        if session:
            session.close()

    def _build(self) -> int:
        """Build, and return how many documents were made. Raises Problems if the content has errors."""
        reading = read(self.content, self._seen, TableCache(self.cache))
        if reading.edition is None:
            raise Problems(reading.problems)
        edition = self.choose(reading.edition)
        request = BuildRequest(tuple(self.wanted(edition)), self.out, self.jobs, self.cache, self.times)
        session = self._session_for(edition)
        self._fingerprinter = Fingerprinter(edition, session.theme, self._fingerprinter)
        used = session if self._styles else None  # on the first build everything may be stale, so several processes share it
        outcomes = build(edition, session.theme, request, self._done, used, self._fingerprinter)
        contents.keep(self.out, reading.files)
        if not self._styles:
            self._warm_up(session, [outcome.target for outcome in outcomes if not outcome.problems])
        self._styles = self._theme_files()
        found = (problem for outcome in outcomes for problem in (*outcome.problems, *outcome.warnings))
        self.show(merged([*session.theme.warnings, *reading.problems, *found]))
        return sum(not (outcome.fresh or outcome.problems) for outcome in outcomes)

    def _session_for(self, edition: Edition) -> Session:
        """The session for this edition. A new one if theme or brand changed, because a session reads style sheets only once."""
        opened = self._session
        same = opened and (opened.edition.brand, opened.edition.typefaces) == (edition.brand, edition.typefaces)
        if opened and same and opened.has_fonts_of(edition) and self._styles and self._theme_files() == self._styles:
            self._session = opened.for_edition(edition)
        else:
            theme = themes.read(self.templates)
            kinds.check(theme)
            self._close()
            self._session = Session(edition, theme)
            self._faces = _stamps(self._session.fonts)
        return self._session

    def _fonts_changed(self) -> bool:
        """Whether a font file isn't the one that was loaded, or no session is open."""
        return self._session is None or self._faces != _stamps(self._session.fonts)

    def _theme_files(self) -> dict[Path, bytes]:
        """The theme's files and their bytes."""
        return {path: path.read_bytes() for path in sorted((self.templates / "theme").rglob("*")) if path.is_file()}

    def _warm_up(self, session: Session, targets: Sequence[Target]) -> None:
        """Make a short document, so that the first save doesn't have to wait until everything is loaded."""
        short = next((target for target in targets if target.subject in session.edition.countries), None)
        if short:
            make(session, short)
            gc.freeze()  # what is loaded stays, so no garbage collection needs to look at it

    def _done(self, outcome: Outcome) -> None:
        if not outcome.fresh:
            self.say(progress.summary_line(outcome))
            if self._styles and not self._saved.empty():
                raise Saved


def _stamps(files: Sequence[Path]) -> Sequence[tuple[int, int, int]]:
    """The inode, size and time of the last change of each file (stat(2)). One of them differs if a file was replaced or changed."""
    found = [path.stat() for path in files]
    return [(entry.st_ino, entry.st_size, entry.st_ctime_ns) for entry in found]
