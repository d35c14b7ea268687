"""Does one task with the tools of this process.

In: a session, a task. Out: a `TaskResult`, whatever goes wrong with the document. No file is written and no cache is read: what a
task needs is in its message, and what it makes is in its result.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from briefs import templates, temporary
from briefs.clock import clock
from briefs.compose import charts
from briefs.compose.figures import maps_without_land
from briefs.compose.kinds import KINDS, Kind
from briefs.press.allowance import Allowance, TimeLimit
from briefs.press.documents import FinishedDocument, Opened, PieceFiles, Target
from briefs.press.makers import maker_of
from briefs.press.tasks import Close, Failed, Open, Task, TaskResult, TypesetPiece
from briefs.problems import Problem, Problems, ToolError, internal_error
from briefs.tools.pandoc import OutOfTime
from briefs.typeset.page import html

if TYPE_CHECKING:  # `open_document` is also used in a process that doesn't load the typesetter
    from briefs.edition.model import Edition
    from briefs.press.composer import Composer
    from briefs.press.session import Session
    from briefs.theme import Theme

Value = Opened[bytes, bytes] | PieceFiles | FinishedDocument | Failed


@dataclass(frozen=True)
class WorkerSetup:
    """What every worker of a build needs before its first task. It can be pickled.

    `shared`: drawings that many documents use. `kinds`: the kinds that the command knows, in case it has added one.

    The other two are for a worker on another machine. `templates`: the files of the command's folder of templates by their paths;
    empty if the command uses the program's own templates, None for a worker on this machine. `epoch`: the command's
    SOURCE_DATE_EPOCH.
    """

    edition: Edition
    theme: Theme
    shared: Any = None
    kinds: Mapping[str, Kind] = field(default_factory=KINDS.copy)
    templates: Mapping[str, bytes] | None = None
    epoch: str = ""

    @classmethod
    def of(cls, edition: Edition, theme: Theme, targets: list[Target]) -> WorkerSetup:
        """The setup for these targets. What they share is drawn, if there are several and one is about a country."""
        if len(targets) < 2 or not any(target.subject in edition.countries for target in targets):
            return cls(edition, theme)
        try:
            return cls(edition, theme, charts.shared(edition))
        except ToolError:  # each document that needs a map reports it
            return cls(edition, theme)

    def elsewhere(self) -> Self:
        """The same setup for workers on other machines. It holds the templates, unless they are the program's own, which each
        machine has."""
        folder = self.theme.folder.parent
        own = (
            {}
            if templates.is_own(folder)
            else {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
        )
        return replace(self, templates=own, epoch=os.environ.get("SOURCE_DATE_EPOCH", ""))

    def start(self) -> Session:
        """The session of a worker."""
        from briefs.press.session import Session

        KINDS.update(self.kinds)
        if self.epoch:
            os.environ["SOURCE_DATE_EPOCH"] = self.epoch
        if self.shared:
            charts.set_shared(self.shared)
        with clock.stage("start"):
            return Session(self.edition, self._theme())

    def _theme(self) -> Theme:
        """The theme, with its files where this worker has them."""
        if self.templates is None:
            return self.theme
        folder = temporary.folder() / "templates" if self.templates else templates.OWN
        for name, data in self.templates.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return self.theme.in_folder(folder / self.theme.folder.name)


def run(session: Session, task: Task) -> TaskResult:
    """Do a task. Raises ToolError if something is missing that all documents need."""
    return _attempt(session, task, lambda: _run(session, task))


def open_document(composer: Composer, task: Open) -> TaskResult:
    """Only compose a document. This doesn't need the typesetter."""
    return _attempt(composer, task, lambda: _pickled(maker_of(task.target).open(composer, task.target)))


def compose(composer: Composer, target: Target, allowance: Allowance) -> Sequence[Problem]:
    """The errors that composing a document finds, and its warnings. The time that it takes is spent of the allowance."""
    found: list[Problem] = []

    def work() -> Value:
        with maps_without_land():
            manuscript = composer.compose(target)
        composer.drawn(manuscript)
        html.body(manuscript, composer.pandoc)
        found.extend(manuscript.warnings)
        return Opened(b"")

    before = _processor_time(composer)
    value = _value_or_failure(composer, target, allowance.limit(), work)
    allowance.spend(_processor_time(composer) - before)
    clock.taken()
    return value.problems if isinstance(value, Failed) else found


def _run(session: Session, task: Task) -> Value:
    target = task.target
    maker = maker_of(target)
    match task:
        case Open():
            opened = maker.open(session, target)
            return _pickled(opened) if opened.pieces else maker.close(session, target, opened.state, ())
        case TypesetPiece():
            return maker.piece(session, target, pickle.loads(task.content))
        case Close():
            return maker.close(session, target, pickle.loads(task.state), task.pieces)


def _pickled(opened: Opened[Any, Any]) -> Opened[bytes, bytes]:
    def dumps(thing: object) -> bytes:
        return pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)

    return Opened(dumps(opened.state), tuple(replace(piece, content=dumps(piece.content)) for piece in opened.pieces))


def _attempt(composer: Composer, task: Task, work: Callable[[], Value]) -> TaskResult:
    start, before = time.perf_counter(), _processor_time(composer)
    value = _value_or_failure(composer, task.target, task.limit, work)
    return TaskResult(value, time.perf_counter() - start, clock.taken(), _processor_time(composer) - before)


def _processor_time(composer: Composer) -> float:
    """The seconds that this process and its pandoc have used until now."""
    return time.process_time() + composer.pandoc.used


def _value_or_failure(composer: Composer, target: Target, limit: TimeLimit, work: Callable[[], Value]) -> Value:
    name = str(target)
    try:
        with _limited_time(limit.seconds), clock.document(name), composer.report_failures(target, limit):
            return work()
    except Problems as failure:
        return Failed(tuple(failure.problems))
    except (_TimeLimitExceeded, OutOfTime):
        return _failed(name, *limit.said)
    except OSError as failure:
        message = f"can’t be made: {failure.strerror or failure}"
        return _failed(str(failure.filename or name), message, "Look at the machine’s memory, and at the disk’s space.")
    except ToolError:
        raise
    except Exception as failure:  # our fault, or a library ran out of something. Other documents go on
        return Failed((internal_error(name, failure),))


def _failed(path: str, message: str, hint: str) -> Failed:
    return Failed((Problem("error", path, 0, 0, message, hint),))


class _TimeLimitExceeded(BaseException):
    """A document takes too long. Not an Exception, so that no library handles it as one of its own."""


@contextmanager
def _limited_time(seconds: float) -> Iterator[None]:
    """Raise _TimeLimitExceeded after so many seconds of processor time (setitimer(2), ITIMER_PROF)."""

    def give_up(*_: object) -> None:
        raise _TimeLimitExceeded

    if threading.current_thread() is not threading.main_thread():  # only the main thread gets signals
        yield
        return
    before = signal.signal(signal.SIGPROF, give_up)
    # And again every 5 s, because an exception that is raised in a library's callback is lost.
    signal.setitimer(signal.ITIMER_PROF, seconds, 5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
