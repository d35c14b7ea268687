"""Builds documents: which, on how many processes, into which files.

In: an edition, a theme, the documents asked for. Out: files in the output folder, each written whole or not at all, and an
`Outcome` a document. A document that fails leaves its last good files where they were.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.press.pipeline import Made, Workshop
from briefs.problems import Problem, Problems, ToolError
from briefs.theme import Theme


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
    """What came of a target: its files, pages, rung of the fit, facts that gave way, seconds; or its problems."""

    target: Target
    files: tuple[Path, ...] = ()
    size: int = 0
    pages: int = 0
    rung: str = ""
    gone: tuple[str, ...] = ()
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()


def build(
    edition: Edition,
    theme: Theme,
    targets: Sequence[Target],
    out: Path,
    jobs: int,
    done: Callable[[Outcome], None],
) -> list[Outcome]:
    """Make every target; `done` hears of each as it ends. The result is in the order of the targets."""
    outcomes: dict[Target, Outcome] = {}
    for outcome in _run(edition, theme, targets, out, max(1, min(jobs, len(targets)))):
        outcomes[outcome.target] = outcome
        done(outcome)
    return [outcomes[t] for t in targets]


def _run(edition: Edition, theme: Theme, targets: Sequence[Target], out: Path, jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        workshop = Workshop(edition, theme)
        try:
            for target in targets:
                yield _make(workshop, target, out)
        finally:
            workshop.close()
        return
    context = get_context("forkserver")
    context.set_forkserver_preload(["briefs.press.pipeline", "weasyprint"])
    with ProcessPoolExecutor(jobs, context, _open_workshop, (edition, theme, out)) as pool:
        waiting = {pool.submit(_work, target): target for target in targets}
        try:
            for future in as_completed(waiting):
                yield _result(future.result, waiting[future])
        except BaseException:
            pool.shutdown(cancel_futures=True)  # and wait: leaving the block would call it again, without cancelling
            raise


def _result(result: Callable[[], Outcome], target: Target) -> Outcome:
    try:
        return result()
    except BrokenProcessPool:
        hint = "Run again; with --jobs 1 if the machine is short of memory."
        return Outcome(target, problems=(Problem("error", target.name, 0, 0, "its worker was ended from outside", hint),))


_workshop: Workshop | None = None
_out = Path()


_fault: ToolError | None = None


def _open_workshop(edition: Edition, theme: Theme, out: Path) -> None:
    """What each worker does first. What is missing there is told with its first document: raised here, it would be lost."""
    global _workshop, _out, _fault
    _out = out
    try:
        _workshop = Workshop(edition, theme)
    except ToolError as fault:
        _fault = fault


def _work(target: Target) -> Outcome:
    if _fault:
        raise _fault
    assert _workshop is not None
    return _make(_workshop, target, _out)


def _make(workshop: Workshop, target: Target, out: Path) -> Outcome:
    start = time.perf_counter()
    try:
        made = workshop.make(
            KINDS[target.kind],
            target.subject,
            target.formats,
            target.paper,
            check_word=target.check_word,
            per_page=target.per_page,
            printed=target.printed,
        )
        files = _write(made, folder(out, target))
    except Problems as fault:
        return Outcome(target, problems=tuple(fault.problems), seconds=time.perf_counter() - start)
    except OSError as fault:
        what = f"can’t be written: {fault.strerror or fault}"
        problem = Problem("error", str(fault.filename or out), 0, 0, what, "Look at the folder’s rights and at the disk’s space.")
        return Outcome(target, problems=(problem,), seconds=time.perf_counter() - start)
    size = sum(len(data) for data in made.files.values())
    return Outcome(target, files, size, made.pages, made.rung, made.gone, time.perf_counter() - start)


def folder(out: Path, target: Target) -> Path:
    """Where a document's files go: a choice that isn't the default has a folder of its own."""
    out = out / "print" if target.printed else out
    out = out if target.paper == "a4" else out / target.paper
    return out if target.per_page == 3 else out / f"{target.per_page}-per-page"


def _write(made: Made, out: Path) -> tuple[Path, ...]:
    """All formats of a document, or none: each is written beside its place first, then put there."""
    ready: list[tuple[str, Path]] = []
    try:
        for format, data in made.files.items():
            path = out / f"{made.stem}.{format}"
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
    return tuple(out / f"{made.stem}.{format}" for format in made.files)
