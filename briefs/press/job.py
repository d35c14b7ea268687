"""One document in this process: made, written whole or not at all, and what came of it.

In: a session, a job. Out: an `Outcome`, whatever happens. A document that fails leaves its last good files where they were.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from briefs import atomic
from briefs.press.cache import Cache, Inputs
from briefs.problems import Problem, Problems, ToolError, internal_error

if TYPE_CHECKING:  # the typesetter is imported where something is made
    from briefs.press.made import FinishedDocument
    from briefs.press.session import Session

SECONDS = 600  # of a processor that a document, or a piece of the report, may take. Programs beside have limits of their own
T = TypeVar("T")


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
    """What came of a target: its files, pages, step of the fit, facts that gave way, seconds, hashes of its inputs and of its
    pieces; or its problems.

    `fresh`: nothing had to be made. `again`: it was tried a second time, as its worker was ended from outside. `stages`: the
    seconds of each stage, with those of the worker's start if this was its first.
    """

    target: Target
    files: tuple[Path, ...] = ()
    size: int = 0
    pages: int = 0
    step: str = ""
    gone: tuple[str, ...] = ()
    seconds: float = 0.0
    inputs: Inputs | None = None
    pieces: Mapping[str, str] = field(default_factory=dict)
    fresh: bool = False
    again: bool = False
    problems: tuple[Problem, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A target that has to be made, and the inputs under which it is kept; None keeps it nowhere."""

    target: Target
    inputs: Inputs | None


def make(session: Session, job: Job, out: Path, cache: Cache | None) -> Outcome:
    """Make a document, and write it."""
    from briefs.compose.kinds import KINDS

    target = job.target

    def made() -> FinishedDocument:
        return session.make(
            KINDS[target.kind],
            target.subject,
            target.formats,
            target.paper,
            check_word=target.check_word,
            per_page=target.per_page,
            printed=target.printed,
            cache=cache,
            inputs=job.inputs,
        )

    return ended(job, out, cache, made)


def ended(job: Job, out: Path, cache: Cache | None, work: Callable[[], FinishedDocument | T]) -> Outcome | T:
    """Do the work; if it gives a document, write it. What isn't one yet is given back as it is."""
    from briefs.press.made import FinishedDocument

    start = time.perf_counter()
    target = job.target
    try:
        with _in_time():
            made = work()
        if not isinstance(made, FinishedDocument):
            return made
        files = write(made.stem, made.files, folder(out, target))
    except Problems as fault:
        return Outcome(target, problems=tuple(fault.problems), seconds=time.perf_counter() - start)
    except _Late:
        said, hint = f"needs more than {SECONDS} s of work and was given up", "Is there a picture or a table in it without end?"
        return Outcome(target, problems=(Problem("error", f"{target.kind} {target.name}", 0, 0, said, hint),))
    except OSError as fault:
        return unwritten(target, fault, out)
    except ToolError:
        raise
    except Exception as fault:  # a fault of ours, or of a library that ran out of something: the others are still made
        return Outcome(
            target, problems=(internal_error(f"{target.kind} {target.name}", fault),), seconds=time.perf_counter() - start
        )
    if cache and job.inputs and not target.check_word:
        cache.put(job.inputs.key, made)
    size = sum(len(data) for data in made.files.values())
    seconds = time.perf_counter() - start
    return Outcome(target, files, size, made.pages, made.step, made.gone, seconds, job.inputs, made.pieces)


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


def unwritten(target: Target, fault: OSError, out: Path) -> Outcome:
    """What the disk said."""
    what = f"can’t be written: {fault.strerror or fault}"
    problem = Problem("error", str(fault.filename or out), 0, 0, what, "Look at the folder’s rights and at the disk’s space.")
    return Outcome(target, problems=(problem,))


def folder(out: Path, target: Target) -> Path:
    """Where a document's files go: a choice that isn't the default has a folder of its own."""
    out = out / "print" if target.printed else out
    out = out if target.paper == "a4" else out / target.paper
    return out if target.per_page == 3 else out / f"{target.per_page}-per-page"


def write(stem: str, files: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    """Write all formats of a document, or none."""
    paths = {out / f"{stem}.{format}": data for format, data in files.items()}
    atomic.write_all(paths)
    return tuple(paths)
