"""Builds documents: restores those that are fresh, and makes the others in one process or several.

In: an edition, a theme, a `BuildRequest`. Out: files in the output folder, the manifest, and an `Outcome` for each document.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefs import interrupt
from briefs.press.cache import Cache, Inputs, versions
from briefs.press.documents import DocumentPiece, FinishedDocument, Outcome, PieceFiles, Target
from briefs.press.output import Output
from briefs.problems import Problem, Problems

if TYPE_CHECKING:  # imported only where something is made, because it takes long
    from briefs.edition.model import Edition
    from briefs.press.fingerprints import Fingerprinter
    from briefs.press.scheduler import ScheduledResult, StartExecutor
    from briefs.press.session import Session
    from briefs.theme import Theme

_log = logging.getLogger(__name__)
# What a kind's layout adds to the work of a document (`size`): roughly, in characters of text.
WORK = {"chapters": 1_000_000, "pages": 20_000, "slides": 10_000, "one page": 0, "bound": 200_000, "two sides": 15_000}


@dataclass(frozen=True)
class BuildRequest:
    """The documents to build, the output folder, the number of processes. Without a `cache` all are made, none kept.

    `times`: how many times the usual processor time they may take. `on`: a Dask cluster that makes them, instead of processes of
    this machine, and `objects` the URL of the store by which it gets and gives bytes.
    """

    targets: tuple[Target, ...]
    out: Path
    jobs: int = 1
    cache: Cache | None = None
    times: float = 1
    on: str = ""
    objects: str = ""


def build(
    edition: Edition,
    theme: Theme,
    request: BuildRequest,
    done: Callable[[Outcome], None],
    session: Session | None = None,
    fingerprinter: Fingerprinter | None = None,
) -> list[Outcome]:
    """Make every target that isn't fresh. Returns the outcomes in the order of the targets; `done` gets each as it comes.

    With a `session` everything is made in it, short documents first. A `fingerprinter` of this edition and theme saves hashing
    again what it hashed before. Raises Problems if the manifest can't be written.
    """
    from briefs.press import fingerprints

    fingerprinter = fingerprinter or fingerprints.Fingerprinter(edition, theme)
    output = Output(request.out, request.cache)
    outcomes: dict[Target, Outcome] = {}
    waiting: dict[Target, Inputs] = {}
    for target in request.targets:
        inputs = fingerprinter.inputs(target)
        outcome = output.restore(target, inputs)
        if _log.isEnabledFor(logging.DEBUG):
            why = "up to date" if outcome else f"to be made, {_why_stale(target, inputs, request)}"
            _log.debug("%s: %s", target, why)
        if outcome:
            outcomes[target] = outcome
            done(outcome)
        else:
            waiting[target] = inputs
    try:
        for outcome in _make(edition, theme, request, waiting, output, session):
            outcomes[outcome.target] = outcome
            done(outcome)
            interrupt.raise_if_interrupted()
    finally:  # also after Ctrl-C: what was made until then is in the manifest
        _write_manifest(request.out, list(outcomes.values()))
    if request.cache and waiting:
        request.cache.prune()
    return [outcomes[target] for target in request.targets]


def unchanged(documents: Sequence[tuple[Target, Inputs]], out: Path, cache: Cache) -> list[Outcome] | None:
    """All these documents from the cache, as `build` restores them. None if one of them has to be made."""
    outcomes = []
    for target, inputs in documents:
        outcome = Output(out, cache).restore(target, inputs)
        if outcome is None or outcome.problems:
            return None
        outcomes.append(outcome)
    _write_manifest(out, outcomes)
    return outcomes


def _why_stale(target: Target, inputs: Inputs, request: BuildRequest) -> str:
    """Which inputs differ from the inputs of the document in the output folder, for the log."""
    from briefs.press import manifest

    if not request.cache:
        return "because of --no-cache"
    entries = manifest.read(request.out).get("files", {}).values()
    same = [e.get("inputs", {}) for e in entries if (e.get("kind"), e.get("subject")) == (target.kind, target.subject)]
    changed = [[name for name, value in asdict(inputs).items() if before.get(name) != value] for before in same]
    if not changed:
        return f"because {request.out} has no such document"
    fewest = min(changed, key=len)
    return f"because of other {', '.join(fewest)}" if fewest else "because the cache has no such document"


def size(edition: Edition, target: Target) -> int:
    """Roughly how much work a document is. The longest are begun first, so that no worker is left with one at the end."""
    from briefs.compose.kinds import KINDS

    country = edition.countries.get(target.subject)
    text = sum(len(fact.text.markdown) for fact in country.facts) if country else 100_000
    return text + WORK[KINDS[target.kind].layout]


@dataclass(frozen=True)
class _Pieces:
    """The pieces of this build's documents in the cache (`scheduler.PieceStore`)."""

    cache: Cache | None
    inputs: Sequence[Inputs]  # in the order of the documents' numbers

    def get(self, document: int, piece: DocumentPiece[bytes]) -> PieceFiles | None:
        return self.cache.files(self.inputs[document].piece_key(piece.key)) if self.cache else None

    def put(self, document: int, piece: DocumentPiece[bytes], files: PieceFiles) -> None:
        if self.cache:
            self.cache.put(self.inputs[document].piece_key(piece.key), files)


def _make(
    edition: Edition, theme: Theme, request: BuildRequest, waiting: dict[Target, Inputs], output: Output, session: Session | None
) -> Iterator[Outcome]:
    """Make documents, and write each as soon as it is finished."""
    if not waiting:
        return
    from briefs.press import scheduler
    from briefs.press.allowance import MAKING, Allowance
    from briefs.press.tasks import Open

    targets = sorted(waiting, key=lambda target: size(edition, target), reverse=not session)
    inputs = [waiting[target] for target in targets]
    documents = [Open(number, target) for number, target in enumerate(targets)]
    allowance = Allowance(len(documents), MAKING, request.times)
    left = set(targets)
    try:
        with _executors(edition, theme, request, targets, session) as (start, name):
            for result in scheduler.run(documents, request.jobs, start, _Pieces(request.cache, inputs), allowance):
                left.remove(targets[result.document])
                outcome = _outcome(targets[result.document], inputs[result.document], result, output)
                yield replace(outcome, executor=name)
    except scheduler.ExecutorGone as gone:
        problem = Problem("error", request.on, 0, 0, *gone.args)
        yield from (Outcome(target, problems=(problem,), executor=request.on) for target in targets if target in left)


@contextmanager
def _executors(
    edition: Edition, theme: Theme, request: BuildRequest, targets: list[Target], session: Session | None
) -> Iterator[tuple[StartExecutor, str]]:
    """A function that starts executors, and the name of what they use (`Outcome.executor`). This is a cluster if one is asked for;
    else several processes, if these are allowed and possible and there is no session to be used; else this process."""
    from briefs.press import worker
    from briefs.press.executors import in_process, local

    if request.on:
        from briefs.press.executors import cluster
        from briefs.press.objects import Objects

        setup = worker.WorkerSetup.of(edition, theme, targets)
        printed = any(target.printed for target in targets)
        with cluster.connected(request.on, Objects(request.objects), setup, printed) as start:
            yield start, request.on
    elif session or request.jobs < 2 or not local.can_fork():
        yield in_process.starter(session, worker.WorkerSetup(edition, theme).start), "this process"
    else:
        setup = worker.WorkerSetup.of(edition, theme, targets)
        yield local.LocalStarter(setup, is_lone=len(targets) == 1), "processes"


def _outcome(target: Target, inputs: Inputs, result: ScheduledResult, output: Output) -> Outcome:
    start = time.perf_counter()
    if isinstance(result.value, FinishedDocument):
        pieces = {piece.name: inputs.piece_key(piece.key) for piece in result.pieces}
        outcome = output.write(target, inputs, result.value, pieces)
    else:
        outcome = Outcome(target, problems=result.value.problems if result.value else (_lost(target),))
    seconds = result.seconds + time.perf_counter() - start
    return replace(outcome, seconds=seconds, stages=result.stages, retried=result.retried)


def _lost(target: Target) -> Problem:
    hint = "Is the machine short of memory? Run again with --jobs 1."
    message = "its worker was ended from outside, again and again"
    return Problem("error", str(target), 0, 0, message, hint)


def _write_manifest(out: Path, outcomes: Sequence[Outcome]) -> None:
    from briefs.press import manifest

    try:
        manifest.write(out, outcomes, versions())
    except OSError as failure:
        message, hint = f"can’t be written: {failure.strerror}", "Look at the folder’s rights and at the disk’s space."
        raise Problems([Problem("error", str(out / manifest.NAME), 0, 0, message, hint)]) from None
