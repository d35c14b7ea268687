"""Builds documents: which are fresh, the others on how many processes, into which files.

In: an edition, a theme, the documents asked for. Out: files in the output folder, each written whole or not at all, and an
`Outcome` a document. A document that fails leaves its last good files where they were; a worker that is ended from outside takes
no other document with it, and its own is tried once more.
"""

from __future__ import annotations

import os
import resource
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver, get_context, resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.clock import clock
from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.press.cache import Cache, Inputs, Press, digest
from briefs.problems import Problem, Problems, ToolError
from briefs.theme import Theme

if TYPE_CHECKING:  # the typesetter is imported where something is made
    from briefs.press.pipeline import Workshop

MEMORY = 3 << 30  # bytes that a worker may hold (getrlimit(2), RLIMIT_DATA); one document of the edition takes a tenth
SECONDS = 600  # of a processor that a document may take; the report takes ten. Programs beside have limits of their own


@dataclass(frozen=True)
class Target:
    """One document: its kind, its subject, what is made of it, on which paper, and how many slides a page of a handout has,
    and whether it is for a printer."""

    kind: str
    subject: str
    name: str
    formats: tuple[str, ...]
    paper: str
    check_word: bool = False
    per_page: int = 3
    printed: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a target: its files, pages, rung of the fit, facts that gave way, seconds; or its problems.

    `fresh`: nothing had to be made. `again`: it was tried a second time, as its worker was ended from outside. `stages`: the
    seconds of each stage, with those of the worker's start if this was its first.
    """

    target: Target
    files: tuple[Path, ...] = ()
    size: int = 0
    pages: int = 0
    rung: str = ""
    gone: tuple[str, ...] = ()
    seconds: float = 0.0
    inputs: Inputs | None = None
    fresh: bool = False
    again: bool = False
    problems: tuple[Problem, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A target that has to be made, and the inputs under which it is kept; None keeps it nowhere."""

    target: Target
    inputs: Inputs | None


def build(
    edition: Edition,
    theme: Theme,
    targets: Sequence[Target],
    out: Path,
    jobs: int,
    done: Callable[[Outcome], None],
    cache: Cache | None = None,
    workshop: Workshop | None = None,
) -> list[Outcome]:
    """Make every target that isn't fresh; `done` hears of each as it ends. The result is in the order of the targets.

    Without a `cache` everything is made. With a `workshop` that is warm all is made in it, what is short first.
    """
    press = Press(edition, theme)
    outcomes: dict[Target, Outcome] = {}
    waiting = []
    for target in targets:
        inputs = press.inputs(target)
        outcome = _fresh(target, inputs, out, cache) if cache and not target.check_word else None
        if outcome:
            outcomes[target] = outcome
            done(outcome)
        else:
            waiting.append(Job(target, inputs))
    waiting.sort(key=lambda job: _length(edition, job.target), reverse=not workshop)
    try:
        for outcome in _run(edition, theme, waiting, out, max(1, min(jobs, len(waiting))), cache, workshop):
            outcomes[outcome.target] = outcome
            done(outcome)
    finally:  # also after Ctrl-C: what was made until then is entered
        _enter(out, list(outcomes.values()), press)
    if cache and waiting:
        cache.prune()
    return [outcomes[t] for t in targets]


def _enter(out: Path, outcomes: Sequence[Outcome], press: Press) -> None:
    from briefs.press import manifest

    try:
        manifest.write(out, outcomes, press.versions)
    except OSError as fault:
        hint = "Look at the folder’s rights and at the disk’s space."
        raise Problems([Problem("error", str(out / manifest.NAME), 0, 0, f"can’t be written: {fault.strerror}", hint)]) from None


def _length(edition: Edition, target: Target) -> int:
    """What takes longest goes first, so that no worker ends long after the others."""
    if target.kind == "report":
        return 1_000_000
    country = edition.countries.get(target.subject)
    text = sum(len(f.text.markdown) for f in country.facts) if country else 100_000
    return text + (10_000 if target.kind == "handout" else 0)


def _fresh(target: Target, inputs: Inputs, out: Path, cache: Cache) -> Outcome | None:
    """The document as it was made before; its files are put back where they are missing or were changed."""
    start = time.perf_counter()
    known = cache.told(inputs.key)
    if not known:
        return None
    place = folder(out, target)
    wrong: dict[str, bytes] = {}
    try:
        for format, file in known["files"].items():
            path = place / f"{known['stem']}.{format}"
            if not path.is_file() or digest(path.read_bytes()) != file["sha256"]:
                data = cache.file(inputs.key, format, file["sha256"])
                if data is None:
                    return None
                wrong[format] = data
        _write(known["stem"], wrong, place)
    except OSError as fault:
        return _unwritten(target, fault, out)
    files = tuple(place / f"{known['stem']}.{format}" for format in known["files"])
    size = sum(file["size"] for file in known["files"].values())
    seconds = time.perf_counter() - start
    return Outcome(target, files, size, known["pages"], known["rung"], tuple(known["gone"]), seconds, inputs, fresh=True)


def _run(
    edition: Edition, theme: Theme, waiting: Sequence[Job], out: Path, jobs: int, cache: Cache | None, workshop: Workshop | None
) -> Iterator[Outcome]:
    if not waiting:
        return
    if jobs == 1 or workshop or not _semaphores():
        yield from _in_turn(edition, theme, waiting, out, cache, workshop)
        return
    with tempfile.TemporaryDirectory() as begun:
        opening = (edition, theme, out, cache, Path(begun))
        ended = {}
        for job, outcome in _side_by_side(opening, dict(enumerate(waiting)), jobs):
            ended[job] = True
            yield outcome
        lost = [number for number in range(len(waiting)) if number not in ended]
        suspect = [number for number in lost if (Path(begun) / str(number)).exists()]
        for number in suspect:  # alone: if it ends its worker again, it takes no other with it
            found = list(_side_by_side(opening, {number: waiting[number]}, 1))
            yield replace(found[0][1], again=True) if found else _killed(waiting[number].target)
        rest = {number: waiting[number] for number in lost if number not in suspect}
        if len(rest) == len(waiting):  # the workers end before they begin
            yield from (_killed(job.target) for job in waiting)
        elif rest:
            yield from _run(edition, theme, list(rest.values()), out, min(jobs, max(2, len(rest))), cache, None)


def _semaphores() -> bool:
    """Whether processes can wait for one another (sem_overview(7)): a container may give no /dev/shm to do it with."""
    try:
        get_context("forkserver").Lock()
    except (ImportError, OSError):
        return False
    return True


def _in_turn(
    edition: Edition, theme: Theme, waiting: Sequence[Job], out: Path, cache: Cache | None, warm: Workshop | None
) -> Iterator[Outcome]:
    from briefs.press.pipeline import Workshop

    with clock.stage("start"):
        workshop = warm or Workshop(edition, theme)
    try:
        for job in waiting:
            yield replace(_make(workshop, job, out, cache), stages=clock.taken())
    finally:
        if not warm:
            workshop.close()


Opening = tuple[Edition, Theme, Path, Cache | None, Path]


def _side_by_side(opening: Opening, waiting: dict[int, Job], jobs: int) -> Iterator[tuple[int, Outcome]]:
    """Those documents that end, with their numbers; the others waited or were with a worker when one was ended from outside."""
    context = get_context("forkserver")
    with ProcessPoolExecutor(jobs, context, _open_workshop, opening) as pool:
        try:
            make_ready()
            with _deaf():
                running = {pool.submit(_work, number, job): number for number, job in waiting.items()}
        except (BrokenProcessPool, ConnectionError, EOFError):  # a worker, or the server that forks them, is gone already
            return
        try:
            for future in as_completed(running):
                try:
                    yield running[future], future.result()
                except BrokenProcessPool:
                    continue
        except BaseException:
            pool.shutdown(cancel_futures=True)  # and wait: leaving the block would call it again, without cancelling
            raise


def make_ready() -> None:
    """Start the process that forks workers, which loads what each of them needs; the sooner, the less is waited for it."""
    get_context("forkserver").set_forkserver_preload(["briefs.press.warm"])
    with _deaf():
        forkserver.ensure_running()


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C is heard afterwards only; and not by the processes that are started here, until one unblocks it for a document.

    A blocked signal is inherited and waits (sigprocmask(2), signal(7)). A worker that is half started would complain.
    """
    resource_tracker.ensure_running()  # which unblocks what it finds blocked
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _killed(target: Target) -> Outcome:
    hint = "Is the machine short of memory? Run again with --jobs 1."
    problem = Problem("error", f"{target.kind} {target.name}", 0, 0, "its worker was ended from outside, again and again", hint)
    return Outcome(target, problems=(problem,))


_workshop: Workshop | None = None
_out = Path()
_cache: Cache | None = None
_begun = Path()
_fault: ToolError | None = None


def _open_workshop(edition: Edition, theme: Theme, out: Path, cache: Cache | None, begun: Path) -> None:
    """What each worker does first. What is missing there is told with its first document: raised here, it would be lost."""
    global _workshop, _out, _cache, _begun, _fault
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
    from briefs.press.pipeline import Workshop

    _out, _cache, _begun = out, cache, begun
    try:
        with clock.stage("start"):
            _workshop = Workshop(edition, theme)
    except ToolError as fault:
        _fault = fault


def _work(number: int, job: Job) -> Outcome:
    if _fault:
        raise _fault
    assert _workshop is not None
    mark = _begun / str(number)  # stays if the worker is ended in the middle
    mark.touch()
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        outcome = replace(_make(_workshop, job, _out, _cache), stages=clock.taken())
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    mark.unlink()
    return outcome


def _make(workshop: Workshop, job: Job, out: Path, cache: Cache | None) -> Outcome:
    start = time.perf_counter()
    target = job.target
    try:
        with _in_time():
            made = workshop.make(
                KINDS[target.kind],
                target.subject,
                target.formats,
                target.paper,
                check_word=target.check_word,
                per_page=target.per_page,
                printed=target.printed,
            )
        files = _write(made.stem, made.files, folder(out, target))
    except Problems as fault:
        return Outcome(target, problems=tuple(fault.problems), seconds=time.perf_counter() - start)
    except _Late:
        said, hint = f"needs more than {SECONDS} s of work and was given up", "Is there a picture or a table in it without end?"
        return Outcome(target, problems=(Problem("error", f"{target.kind} {target.name}", 0, 0, said, hint),))
    except OSError as fault:
        return _unwritten(target, fault, out)
    except ToolError:
        raise
    except Exception as fault:  # a fault of ours, or of a library that ran out of something: the others are still made
        return Outcome(target, problems=(_unforeseen(target, fault),), seconds=time.perf_counter() - start)
    if cache and job.inputs and not target.check_word:
        cache.put(job.inputs.key, made)
    size = sum(len(data) for data in made.files.values())
    return Outcome(target, files, size, made.pages, made.rung, made.gone, time.perf_counter() - start, job.inputs)


class _Late(BaseException):
    """A document takes without end. No library that handles faults of its own may take this for one."""


@contextmanager
def _in_time() -> Iterator[None]:
    """A hard limit of the processor's time, which a busy machine doesn't shorten (setitimer(2), ITIMER_PROF)."""

    def late(*_: object) -> None:
        raise _Late

    if threading.current_thread() is not threading.main_thread():  # which alone hears signals
        yield
        return
    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS, 5)  # and again: a callback out of a library swallows it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _unforeseen(target: Target, fault: Exception) -> Problem:
    place = traceback.extract_tb(fault.__traceback__)[-1]
    where, what = f"{Path(place.filename).name}:{place.lineno}", " ".join(str(fault).split())[:100]
    said = f"stopped with {type(fault).__name__} ({what}) at {where}"
    hint = "That is a fault of the program, not of the content. Please report it with this line and the content."
    return Problem("error", f"{target.kind} {target.name}", 0, 0, said, hint)


def _unwritten(target: Target, fault: OSError, out: Path) -> Outcome:
    what = f"can’t be written: {fault.strerror or fault}"
    problem = Problem("error", str(fault.filename or out), 0, 0, what, "Look at the folder’s rights and at the disk’s space.")
    return Outcome(target, problems=(problem,))


def folder(out: Path, target: Target) -> Path:
    """Where a document's files go: a choice that isn't the default has a folder of its own."""
    out = out / "print" if target.printed else out
    out = out if target.paper == "a4" else out / target.paper
    return out if target.per_page == 3 else out / f"{target.per_page}-per-page"


def _write(stem: str, files: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    """All formats of a document, or none: each is written beside its place first, then put there."""
    ready: list[tuple[str, Path]] = []
    try:
        for format, data in files.items():
            path = out / f"{stem}.{format}"
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, 0o644)
        while ready:
            name, path = ready[0]
            os.replace(name, path)
            ready.pop(0)
    finally:
        for name, _ in ready:
            Path(name).unlink(missing_ok=True)
    return tuple(out / f"{stem}.{format}" for format in files)
