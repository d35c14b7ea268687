"""Typesets a document of an edition that is being written, in a process of its own that stays warm.

In: the files of the edition, a target. Out: `TypesetDocument`: the PDF, the step of its fit, how much room is left, where each
text stands on its pages; or what is wrong. The process keeps what is loaded and parsed from one document to the next, as `watch`
does. If it takes too long or a library ends it, it is replaced, and only the document that it was working on has no pages.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import signal
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Condition, Lock
from typing import TYPE_CHECKING

from briefs.press.documents import Target
from briefs.problems import NotUnderstood, Place, Problem, Problems, ToolError, internal_error

if TYPE_CHECKING:  # the typesetter is loaded in the process only
    from briefs.compose.manuscript import Manuscript
    from briefs.press.makers.page import FirstTry, FittedPage
    from briefs.press.session import Session
    from briefs.typeset.fit import Fitted
    from briefs.typeset.page.layout import PageLayout

LONGEST = 90.0  # seconds that a document may take
STANDING = "standing"  # the name of the addition that says where others stand


@dataclass(frozen=True)
class Spot:
    """Where a text of the content begins on a page: the page from 0, and the area in points from its upper left corner."""

    page: int
    left: float
    top: float
    width: float
    height: float
    place: Place


@dataclass(frozen=True)
class TypesetDocument:
    """A document as it would be printed. Without `pdf` there is none, and `problems` say why.

    `step`: its step of the ladder; `of`: its number, and the number of steps. `room`: the points that are free below the longest
    column of its page; None for documents of many pages. `gone`: the names of the parts that gave way (`compose/manuscript.py`);
    `undated`: the ids of the facts whose date has no room on the timeline; `lacks_peers`: whether the page has no room for where
    others stand.
    """

    pdf: bytes = field(default=b"", repr=False)
    step: str = ""
    of: tuple[int, int] = (0, 0)
    room: float | None = None
    leading: float = 12.0
    gone: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    lacks_peers: bool = False
    spots: tuple[Spot, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Job:
    """A document to typeset. `base`: all files of the edition; None if they are those of the last job. `changed`: the new bytes of
    the files that differ from `base`.

    `part`: the path of a section or deck if only its pages are wanted; empty for the whole document."""

    base: Mapping[str, bytes] | None
    changed: Mapping[str, bytes]
    target: Target
    part: str = ""


class TypesettingProcess:
    """The process, as the server sees it. It makes one document at a time; threads wait for one another."""

    def __init__(self, templates: Path):
        self._templates = templates
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._version = ""
        self._is_closed = False
        self._numbers = itertools.count()
        self._last: dict[str, int] = {}  # by window, the number of the last document that it asked for

    def typeset(
        self, version: str, files: Mapping[str, bytes], changed: Mapping[str, bytes], target: Target, part: str = "",
        window: str = "",
    ) -> TypesetDocument:  # fmt: skip
        """A document of the edition `files`, whose hash is `version`, with these changes.

        `window`: the browser's window that asks. If the window asks for another document before this one is begun, this one isn't
        made, and has neither pages nor problems: who types fast waits for the last text only.
        """
        number = self._last[window] = next(self._numbers)
        with self._lock:
            if self._is_closed or (window and self._last[window] != number):
                return TypesetDocument()
            pipe = self._connected()
            base = None if version == self._version else files
            try:
                pipe.send(_Job(base, changed, target, part))
                self._version = version
                if pipe.poll(LONGEST):
                    answer = pipe.recv()
                    assert isinstance(answer, TypesetDocument)
                    return answer
                why = f"took longer than {LONGEST:.0f} seconds"
            except (EOFError, OSError):
                why = "ended the process that typesets it"
            self._end()
            problem = Problem(
                "error", str(target), 0, 0, f"the {target} {why}", "Take back the last change, or divide a long text."
            )
            return TypesetDocument(problems=(problem,))

    def close(self) -> None:
        """End the process at once, whatever it is working on."""
        self._is_closed = True
        if self._process:
            self._process.kill()
        with self._lock:
            self._end()

    def _connected(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._end()
            context = get_context("spawn")  # the server has threads, with which no process may be forked
            self._pipe, other = context.Pipe()
            self._process = context.Process(target=_serve, args=(other, self._templates), daemon=True)
            self._process.start()
            other.close()
        return self._pipe

    def _end(self) -> None:
        if self._pipe:
            self._pipe.close()
        if self._process:
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None
        self._version = ""


class TypesettingProcesses:
    """Several such processes, for a team. The process that served a window last has its text warm, and serves it again if it is
    idle; otherwise any idle process does. Who waits longest is served first.

    A window has one document at work at a time, so that a fast writer leaves the others to the team and answers keep their order.
    """

    def __init__(self, templates: Path, number: int):
        self._all = [TypesettingProcess(templates) for _ in range(number)]
        self._idle = [*self._all]
        self._waiting: deque[int] = deque()
        self._changed = Condition()
        self._numbers = itertools.count()
        self._last: dict[str, int] = {}  # as in `TypesettingProcess`
        self._homes: dict[str, TypesettingProcess] = {}  # by window, the process that served it last
        self._served: set[str] = set()  # the windows that have a document at work

    def typeset(
        self, version: str, files: Mapping[str, bytes], changed: Mapping[str, bytes], target: Target, part: str = "",
        window: str = "",
    ) -> TypesetDocument:  # fmt: skip
        """As `TypesettingProcess.typeset`."""
        own = self._taken(window)
        if own is None:
            return TypesetDocument()
        try:
            return own.typeset(version, files, changed, target, part, window)
        finally:
            self._give_back(own, window)

    def _taken(self, window: str) -> TypesettingProcess | None:
        """An idle process, as soon as the window's last document is made, there is one, and nobody has waited longer. None if the
        window has asked again meanwhile."""
        with self._changed:
            number = self._last[window] = next(self._numbers)
            self._changed.notify_all()  # what the window asked for before is given up
            self._changed.wait_for(lambda: window not in self._served or self._last[window] != number)
            if window and self._last[window] != number:
                return None
            self._waiting.append(number)
            self._changed.wait_for(lambda: self._idle and self._waiting[0] == number)
            self._waiting.popleft()
            self._changed.notify_all()
            if window and self._last[window] != number:
                return None
            home = self._homes.get(window)
            own = self._homes[window] = home if home and home in self._idle else self._idle[0]
            self._idle.remove(own)
            self._served |= {window} - {""}
            return own

    def _give_back(self, own: TypesettingProcess, window: str) -> None:
        with self._changed:
            self._idle.append(own)
            self._served.discard(window)
            self._changed.notify_all()

    def close(self) -> None:
        for one in self._all:
            one.close()


# In the process.


def _serve(pipe: Connection, templates: Path) -> None:
    """Answer jobs until the server is gone."""
    from briefs.press.executors import local

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server gets Ctrl-C, and then closes the pipe
    local.limit_memory()
    worker = _Worker(templates)
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            assert isinstance(job, _Job)
            pipe.send(worker.answer(job))
            if not gc.get_freeze_count():
                gc.freeze()  # what is loaded stays, so no garbage collection needs to look at it


class _Worker:
    def __init__(self, templates: Path):
        from briefs.compose.slots import Memory
        from briefs.edition.read import Seen

        self._templates = templates
        self._files: Mapping[str, bytes] = {}
        self._seen: Seen = {}
        self._session: Session | None = None
        self._fits: dict[Target, FirstTry] = {}  # how each document fitted its page last time
        self._memory = Memory()
        self._others: Mapping[str, bytes] = {}

    def answer(self, job: _Job) -> TypesetDocument:
        if job.base is not None:
            self._files = job.base
        self._forget_others(job)
        try:
            return self._typeset({**self._files, **job.changed}, job.target, job.part)
        except Problems as fault:
            return TypesetDocument(problems=tuple(fault.problems))
        except (NotUnderstood, ToolError, OSError) as fault:
            return TypesetDocument(problems=(Problem("error", str(job.target), 0, 0, str(fault)),))
        except Exception as fault:
            return TypesetDocument(problems=(internal_error(str(job.target), fault),))

    def _forget_others(self, job: _Job) -> None:
        """Forget the remembered parts of a document of chapters. They are kept only if nothing but the file of the job's part has
        changed since the last job. The job's own part is always forgotten, since it differs each time."""
        from briefs.compose.slots import Memory

        others = {path: data for path, data in job.changed.items() if path != job.part}
        is_same = job.base is None and others == self._others
        kept = {made_of: part for made_of, part in self._memory.parts.items() if made_of.path != job.part}
        self._memory = Memory(kept, self._memory.parsed) if is_same else Memory()
        self._others = others

    def _typeset(self, files: Mapping[str, bytes], target: Target, part: str) -> TypesetDocument:
        from briefs.edition.read import read_files

        reading = read_files(files, (), self._seen, is_unfinished=True, is_preview=not target.language)
        edition = reading.edition.translations.get(target.language, reading.edition) if reading.edition else None
        if edition is None:
            raise Problems(reading.problems)
        session = self._session = self._session_for(edition)
        session.memory = self._memory if part else None
        with session.report_failures(target):
            if part:
                return _part(session, target, part)
            return self._one_page(session, target) if _is_one_page(target) else _whole(session, target)

    def _one_page(self, session: Session, target: Target) -> TypesetDocument:
        """A document on its page. A few letters more seldom change its fit, so the search begins where it ended last time."""
        from briefs.press.makers.page import FirstTry, fitted_page

        fitted = fitted_page(session, target, first=self._fits.get(target))
        self._fits[target] = FirstTry(len(fitted.manuscript.gone), fitted.step)
        return _filled(session, target, fitted)

    def _session_for(self, edition: object) -> Session:
        """The session for an edition. A new one if its brand changed, because a session reads style sheets and fonts only once."""
        from briefs import theme as themes
        from briefs.edition.model import Edition
        from briefs.press.session import Session

        assert isinstance(edition, Edition)
        opened = self._session
        if opened and (opened.edition.brand, opened.edition.typefaces) == (edition.brand, edition.typefaces):
            return opened.for_edition(edition)
        if opened:
            opened.close()
        return Session(edition, themes.read(self._templates))


def _is_one_page(target: Target) -> bool:
    from briefs.compose.kinds import KINDS

    return KINDS[target.kind].layout == "one page"


def _filled(session: Session, target: Target, fitted: Fitted[FittedPage]) -> TypesetDocument:
    """A document that is fitted to its page. The PDF has no tags, which nobody sees and which take time."""
    from briefs.compose.kinds import KINDS

    page, ladder = fitted.layout, session.theme.look.ladder[KINDS[target.kind].ladder]
    session.check_pages(fitted.manuscript, target, page.layout.faults())
    room = _room(page.layout)
    page.fill()
    manuscript, step = fitted.manuscript, ladder[fitted.step]
    page.layout.document.find_anchors()
    spots = tuple(_spots(page.layout, manuscript.places))
    gone = (*manuscript.without, *manuscript.gone)
    lacks_peers = STANDING in manuscript.additions - {*manuscript.added}
    return TypesetDocument(
        page.layout.pdf(printed=True), step.name, (fitted.step + 1, len(ladder)), room, step.text[1], gone,
        tuple(_undated(session, target, manuscript)), lacks_peers, spots,
    )  # fmt: skip


def _undated(session: Session, target: Target, manuscript: Manuscript) -> Iterator[str]:
    """The ids of the printed facts that have a date, but aren't on the timeline of the page, if it has one."""
    from briefs.compose.kinds import KINDS

    shown = {id for figure in manuscript.figures.values() for id in figure.facts}
    for code in KINDS[target.kind].countries_of(target.subject) if shown else ():
        for fact in session.edition.countries[code].facts:
            if fact.when and fact.id not in {*shown, *manuscript.gone}:
                yield fact.id


def _room(layout: PageLayout) -> float:
    """The points between the lowest line of a page and the end of its content."""
    box = layout.document.pages[0].box
    area = box.content_area
    return max(0.0, area.bottom - max((line.bottom for line in box.lines() if line.bottom <= area.bottom + 1), default=area.top))


def _spots(layout: PageLayout, places: Mapping[str, Place]) -> Iterator[Spot]:
    for number, page in enumerate(layout.document.pages):
        for name, area in page.anchor_areas().items():
            if name in places:
                yield Spot(number, area.left, area.top, area.width, area.height, places[name])


def _whole(session: Session, target: Target) -> TypesetDocument:
    """Any other document, made as a build makes it."""
    from briefs.press import makers

    made = makers.make(session, replace(target, formats=("pdf",)))
    return TypesetDocument(made.files["pdf"], made.step, gone=made.dropped_facts)


def _part(session: Session, target: Target, path: str) -> TypesetDocument:
    """The pages of a document of chapters that hold the texts of a file. They are numbered by themselves, and the chapter begins a
    page even if it runs on in the document."""
    from briefs.compose import tree
    from briefs.press.makers import report
    from briefs.typeset.page import join

    manuscript = session.compose(target)
    places = {name: place for name, place in manuscript.places.items() if place.path == path}

    def holds(blocks: Sequence[tree.Node]) -> bool:
        return any(tree.identifier(node) in places for node in tree.walk(list(blocks)) if node["t"] in {"Span", "Div"})

    piece = report.chapter(session, manuscript, holds)
    layout, _ = report.laid_out(session, target, piece)
    pages = layout.typeset_pages(target.printed)
    session.check_pages(manuscript, target, pages.faults)
    pdf = join.to_bytes([pages], session.typesetter.shared_fonts([pages]))
    return TypesetDocument(pdf, spots=tuple(_spots(layout, places)))
