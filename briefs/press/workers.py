"""Documents side by side: processes that are forked ready, and what each does next.

In: jobs. Out: outcomes, as documents end. A report is opened by one worker; its pieces, and then its closing, are done by
whoever is free. A worker that is ended from outside takes no other document with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import active_children, forkserver, get_context, parent_process, resource_tracker
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from briefs.clock import clock
from briefs.press import job as jobs
from briefs.press.cache import Cache
from briefs.press.job import Job, Outcome
from briefs.problems import Problem

if TYPE_CHECKING:  # the typesetter is imported where something is made, the edition where it is read
    from briefs.edition.model import Edition
    from briefs.press.composer import Composer
    from briefs.press.made import FinishedDocument
    from briefs.press.session import Session
    from briefs.theme import Theme

    Opening = tuple[Edition, Theme, Path, Cache | None, Any]

UNTIDY = 200 << 20  # bytes that a worker holds before it searches for garbage
MEMORY = 3 << 30  # bytes that a worker may hold (getrlimit(2), RLIMIT_DATA); one document of the edition takes a tenth
OPENING = "opening"  # the file that a session is opened with
OPEN, CLOSE = -2, -1  # steps of a document; those from 0 on are a report's pieces

Lengths = tuple[int, ...]  # of a report's pieces: what is longest is done first
Result = tuple[Outcome | Lengths | None, float, Mapping[str, float]]  # with the seconds it took, and those of each stage


@dataclass(frozen=True)
class Task:
    """A step of the document of this number; for its closing, how many pieces there are."""

    number: int
    job: Job
    step: int = OPEN
    pieces: int = 0


def run(edition: Edition, theme: Theme, waiting: Sequence[Job], out: Path, count: int, cache: Cache | None) -> Iterator[Outcome]:
    """Make documents on so many processes. One whose worker is ended from outside is tried once more, alone."""
    is_early = count == 1 and _alone is not None
    with tempfile.TemporaryDirectory() as folder:
        begun = Path(folder)
        opening: Opening = (edition, theme, out, cache, _shared(edition, waiting) if count > 1 else {})
        _leave(begun / OPENING, opening)
        first = _begun_here(opening, waiting[0], begun) if count == 1 else None
        ended = {}
        for number, outcome in _side_by_side(begun, dict(enumerate(waiting)), count, first):
            ended[number] = True
            yield outcome
        lost = [number for number in range(len(waiting)) if number not in ended]
        suspect = [number for number in lost if any(begun.glob(f"{number}.at-*"))]
        for number in suspect:  # alone: if it ends its worker again, it takes no other with it
            found = list(_side_by_side(begun, {number: waiting[number]}, 1))
            yield replace(found[0][1], again=True) if found else _killed(waiting[number])
        rest = {number: waiting[number] for number in lost if number not in suspect}
        if len(rest) == len(waiting) and not is_early:  # the workers end before they begin
            yield from map(_killed, waiting)
        elif rest:
            yield from run(edition, theme, list(rest.values()), out, min(count, max(2, len(rest))), cache)


def possible() -> bool:
    """Whether processes can wait for one another (sem_overview(7)): a container may give no /dev/shm to do it with."""
    try:
        get_context("fork").Lock()
    except (ImportError, OSError):
        return False
    return True


def _side_by_side(
    begun: Path, waiting: Mapping[int, Job], count: int, first: Result | None = None
) -> Iterator[tuple[int, Outcome]]:
    """Those documents that end, with their numbers; the others waited or were with a worker when one was ended from outside.

    `first`: what came of the first document's opening, if that is done.
    """
    line = TaskQueue(waiting)
    running: dict[Future[Result], Task] = {}
    if first and (task := line.next()):
        yield from ((task.number, outcome) for outcome in line.back(task, first))
        if line.is_empty:  # it can't be composed
            return
    with _pool(count) as pool:
        try:
            while True:
                with _deaf():
                    while len(running) <= count and (task := line.next()):  # one more than there are workers: none is idle
                        running[pool.submit(_work, begun, task)] = task
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running.pop(future)
                    yield from ((task.number, outcome) for outcome in line.back(task, future.result()))
        except (BrokenProcessPool, ConnectionError, EOFError):  # a worker, or the server that forks them, is gone
            return
        except BaseException:
            pool.shutdown(cancel_futures=True)  # and wait: leaving the block would call it again, without cancelling
            raise


@dataclass
class Underway:
    """A document that workers are at: how many pieces it has, and are still to be done, and what it took until now."""

    pieces: int = 0
    left: int = 0
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)

    def took(self, seconds: float, stages: Mapping[str, float]) -> None:
        self.seconds += seconds
        self.stages = {name: self.stages.get(name, 0.0) + stages.get(name, 0.0) for name in {**self.stages, **stages}}


class TaskQueue:
    """What waits for a worker: documents in their order; before them the pieces of a report that was opened, and its closing."""

    def __init__(self, waiting: Mapping[int, Job]):
        self._tasks = deque(Task(number, job) for number, job in waiting.items())
        self._underway = {number: Underway() for number in waiting}

    @property
    def is_empty(self) -> bool:
        return not self._tasks

    def next(self) -> Task | None:
        """What is to be done next; None if there is nothing now."""
        while self._tasks:
            task = self._tasks.popleft()
            if task.number in self._underway:
                return task
        return None

    def back(self, task: Task, result: Result) -> Iterator[Outcome]:
        """What came of a task; its document's outcome, if that was the last of it."""
        made, seconds, stages = result
        document = self._underway.get(task.number)
        if not document:  # it has failed with another piece
            return
        document.took(seconds, stages)
        if isinstance(made, Outcome):
            del self._underway[task.number]
            yield replace(made, seconds=document.seconds, stages=document.stages)
            return
        if made is None:
            document.left -= 1
        else:
            document.pieces = document.left = len(made)
            self._tasks.extendleft(replace(task, step=n) for n in sorted(range(len(made)), key=made.__getitem__))
        if not document.left:
            self._tasks.appendleft(replace(task, step=CLOSE, pieces=document.pieces))


_alone: ProcessPoolExecutor | None = None


def _make_ready(alone: bool = False) -> None:
    """Start what loads that which workers need; the sooner, the less is waited for it. That is a process that forks workers, or,
    for one document `alone`, its worker itself, which a command can fork while it is small and has no thread yet."""
    global _alone
    if not possible():
        return
    if alone:
        with _deaf(), suppress(OSError):  # of processes or files it has as many as it may: it is tried once more when there is work
            pool = ProcessPoolExecutor(1, get_context("fork"), _end_with_command)
            pool.submit(_load)
            _alone = pool
        return
    get_context("forkserver").set_forkserver_preload(["briefs.press.preload"])
    resource_tracker.ensure_running()  # which unblocks what it finds blocked
    with _deaf():
        forkserver.ensure_running()


@contextmanager
def ready(alone: bool = False) -> Iterator[None]:
    """What workers need is loaded meanwhile. A command that had no work for its worker doesn't wait until that has loaded."""
    global _alone
    try:
        _make_ready(alone)
        yield
    finally:
        if _alone:
            for worker in active_children():
                worker.kill()
            _alone.shutdown()
            _alone = None


def _load() -> None:
    import briefs.press.preload  # noqa: F401


def _pool(count: int) -> ProcessPoolExecutor:
    """So many processes: the one that is ready, or new ones. They are forked by a process without threads."""
    global _alone
    if _alone and count == 1:
        pool, _alone = _alone, None
        return pool
    _make_ready()
    return ProcessPoolExecutor(count, get_context("forkserver"), _end_with_command)


def _end_with_command() -> None:
    """A worker whose command was killed would wait for it without end."""
    command = parent_process()
    assert command

    def wait_for_it() -> None:
        command.join()
        os._exit(1)

    Thread(target=wait_for_it, daemon=True).start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C is heard afterwards only; and not by the processes that are started here, until one unblocks it for a document.

    A blocked signal is inherited and waits (sigprocmask(2), signal(7)). A worker that is half started would complain.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _killed(job: Job) -> Outcome:
    target = job.target
    hint = "Is the machine short of memory? Run again with --jobs 1."
    problem = Problem("error", f"{target.kind} {target.name}", 0, 0, "its worker was ended from outside, again and again", hint)
    return Outcome(target, problems=(problem,))


_session: Session | None = None
_out = Path()
_cache: Cache | None = None


def _shared(edition: Edition, waiting: Sequence[Job]) -> Any:
    """What documents have in common, made here while the process that forks workers is still loading."""
    from briefs.compose import charts

    return charts.shared(edition) if any(job.target.subject in edition.countries for job in waiting) else {}


def _open_session(begun: Path) -> Session:
    """What each worker does first. It is one build's, and opened once."""
    global _session, _out, _cache
    if _session:
        return _session
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
    gc.disable()  # pages are many objects; most of what they leave goes with the process
    opening: Opening = _left(begun / OPENING)
    edition, theme, _out, _cache, shared = opening
    from briefs.compose import charts
    from briefs.press.session import Session

    charts.take(shared)
    with clock.stage("start"):
        _session = Session(edition, theme)
    return _session


def _begun_here(opening: Opening, job: Job, begun: Path) -> Result | None:
    """What comes of opening a document of one page here, while its worker is still loading; None for others."""
    from briefs.compose.kinds import KINDS
    from briefs.press.composer import Composer

    if KINDS[job.target.kind].layout != "one page":
        return None
    edition, theme, out, cache, _ = opening
    start = time.perf_counter()
    composer = Composer(edition, theme)
    try:
        made = jobs.ended(job, out, cache, lambda: _compose(composer, Task(0, job), begun))
    finally:
        composer.close()
    return made, time.perf_counter() - start, clock.taken()


def _work(begun: Path, task: Task) -> Result:
    from briefs.compose.kinds import KINDS

    mark = begun / f"{task.number}.at-{os.getpid()}"  # stays if the worker is ended in the middle
    mark.touch()
    session = _open_session(begun)
    start = time.perf_counter()
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        if KINDS[task.job.target.kind].layout == "chapters" or task.step == CLOSE:
            made = jobs.ended(task.job, _out, _cache, lambda: _step(session, task, begun))
        else:
            made = jobs.make(session, task.job, _out, _cache)
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    mark.unlink()
    if _held() > UNTIDY:
        gc.collect()
    return made, time.perf_counter() - start, clock.taken()


def _held() -> int:
    """Bytes of memory that this process holds (proc(5), statm); where the system doesn't tell, the most that it held."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _compose(composer: Composer, task: Task, begun: Path) -> Lengths:
    """The first step of a document of one page."""
    from briefs.compose.kinds import KINDS

    target, kind = task.job.target, KINDS[task.job.target.kind]
    with composer.careful(kind, target.subject):
        _leave(begun / f"{task.number}.opened", composer.composed(kind, target.subject))
    return ()


def _step(session: Session, task: Task, begun: Path) -> FinishedDocument | Lengths | None:
    """A step of a document. What one leaves for the next is beside the marks, a file each: the parent needs none of it."""
    from briefs.compose.kinds import KINDS
    from briefs.press import report

    job, target, kind = task.job, task.job.target, KINDS[task.job.target.kind]

    def file(name: str) -> Path:
        return begun / f"{task.number}.{name}"

    with session.careful(kind, target.subject):
        if task.step == OPEN:
            opened = report.opened(session, kind, target.subject, target.paper, target.printed)
            for number, piece in enumerate(opened.pieces):
                _leave(file(f"piece-{number}"), piece)
            _leave(file("opened"), replace(opened, pieces=()))
            return tuple(piece.length for piece in opened.pieces)
        if task.step != CLOSE:
            _leave(file(f"sheets-{task.step}"), report.sheets(session, _left(file(f"piece-{task.step}")), _cache, job.inputs))
            return None
        opened = _left(file("opened"))
        if kind.layout == "one page":
            return session.page(kind, target.subject, target.formats, target.paper, target.check_word, target.printed, opened)
        sheets = [_left(file(f"sheets-{number}")) for number in range(task.pieces)]
        return report.made(session, opened, sheets, target.formats, target.check_word)


def _leave(file: Path, thing: Any) -> None:
    file.write_bytes(pickle.dumps(thing, pickle.HIGHEST_PROTOCOL))


def _left(file: Path) -> Any:
    return pickle.loads(file.read_bytes())
