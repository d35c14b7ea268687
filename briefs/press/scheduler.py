"""Decides which task comes next, and what to do when a worker is lost. It knows nothing of documents, processes or files.

In: `Open` tasks, a way to start an executor, a store of pieces, an allowance of time. Out: a `ScheduledResult` for each
document, as they end.

Documents are started in their order. A document's pieces come before new documents, large ones first; when all are done, it is
closed. When an executor breaks, the documents that its workers were working on are suspects: one of them may have killed a worker.
Each suspect is tried once more, alone, so that it can't take another document with it. Then the others go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from briefs.press.allowance import SECONDS, Allowance
from briefs.press.documents import DocumentPiece, FinishedDocument, Opened, PieceFiles
from briefs.press.tasks import Close, Failed, Open, Task, TaskResult, TypesetPiece

MAX_FAILED_STARTS = 2  # executors in a row that may break before a worker has begun anything


class ExecutorGone(Exception):
    """The executor has no workers any more and gets no new ones. Takes a message and a hint."""


class Executor(Protocol):
    """Does tasks somewhere (https://docs.python.org/3/library/concurrent.futures.html)."""

    @property
    def capacity(self) -> int:
        """How many tasks the executor takes at a time. If it takes one more than it has workers, no worker waits for its next
        task."""
        ...

    def submit(self, task: Task) -> Future[TaskResult]:
        """Start a task. If a worker is lost, this and every future that isn't done raise BrokenExecutor."""
        ...

    def at_work(self) -> Set[int]:
        """Called after the executor broke: the numbers of the documents that its workers were working on."""
        ...


StartExecutor = Callable[[int], AbstractContextManager[Executor]]  # takes the number of workers. An exception cancels waiting tasks


class PieceStore(Protocol):
    """Keeps typeset pieces from one build to the next."""

    def get(self, document: int, piece: DocumentPiece[bytes]) -> PieceFiles | None: ...

    def put(self, document: int, piece: DocumentPiece[bytes], files: PieceFiles) -> None: ...


@dataclass(frozen=True)
class ScheduledResult:
    """The result of a document. `value` is None if its worker was lost again when the document was tried alone.

    `seconds`, `stages`: the sums for all its tasks. `pieces`: its pieces. `retried`: a worker was lost while it worked on the
    document, which was then tried a second time.
    """

    document: int
    value: FinishedDocument | Failed | None
    seconds: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)
    pieces: tuple[DocumentPiece[bytes], ...] = ()
    retried: bool = False


@dataclass
class _Progress:
    """A document between its first task and its last."""

    opened: Opened[bytes, bytes] | None = None
    files: dict[int, PieceFiles] = field(default_factory=dict)  # the files of the pieces that are done, by the pieces' numbers
    seconds: float = 0.0
    work: float = 0.0  # seconds of processor time that its tasks took
    stages: dict[str, float] = field(default_factory=dict)

    def add_time(self, result: TaskResult) -> None:
        self.seconds += result.seconds
        self.work += result.work
        for name, seconds in result.stages.items():
            self.stages[name] = self.stages.get(name, 0.0) + seconds

    def result(self, document: int, value: FinishedDocument | Failed) -> ScheduledResult:
        return ScheduledResult(document, value, self.seconds, self.stages, self.opened.pieces if self.opened else ())


class TaskQueue:
    """The tasks that can be done now."""

    def __init__(self, documents: Iterable[Open], store: PieceStore, allowance: Allowance):
        self._tasks: deque[Task] = deque(documents)
        self._progress = {task.document: _Progress() for task in self._tasks}
        self._store, self._allowance = store, allowance

    def next(self) -> Task | None:
        """Take a task, and set the time that it may take; None if there is no task at the moment."""
        while self._tasks:
            task = self._tasks.popleft()
            if progress := self._progress.get(task.document):  # none if another piece of the document has failed since
                return replace(task, limit=self._allowance.limit(progress.work))
        return None

    def add_result(self, task: Task, result: TaskResult) -> ScheduledResult | None:
        """Note what a task returned, and add the tasks that can be done now. Returns the document's result if this was its last."""
        self._allowance.spend(result.work)
        progress = self._progress.get(task.document)
        if progress is None:  # the document has ended, because another piece failed
            return None
        progress.add_time(result)
        if isinstance(result.value, FinishedDocument | Failed):
            del self._progress[task.document]
            return progress.result(task.document, result.value)
        if isinstance(result.value, Opened):
            progress.opened = result.value
            self._add_pieces(task, result.value, progress)
        else:
            assert isinstance(task, TypesetPiece) and progress.opened
            progress.files[task.index] = result.value
            self._store.put(task.document, progress.opened.pieces[task.index], result.value)
        self._close_if_complete(task, progress)
        return None

    def _add_pieces(self, task: Task, opened: Opened[bytes, bytes], progress: _Progress) -> None:
        """Add the pieces that aren't in the store, the largest first."""
        missing = []
        for index, piece in enumerate(opened.pieces):
            kept = self._store.get(task.document, piece)
            if kept:
                progress.files[index] = kept
            else:
                missing.append((piece.size, index, TypesetPiece(task.document, task.target, index, piece.content)))
        self._tasks.extendleft(piece_task for _, _, piece_task in sorted(missing, key=lambda entry: entry[:2]))

    def _close_if_complete(self, task: Task, progress: _Progress) -> None:
        opened = progress.opened
        if opened and len(progress.files) == len(opened.pieces):
            files = tuple(progress.files[index] for index in range(len(opened.pieces)))
            self._tasks.appendleft(Close(task.document, task.target, opened.state, files))


def run(
    documents: Iterable[Open], workers: int, start: StartExecutor, store: PieceStore, allowance: Allowance
) -> Iterator[ScheduledResult]:
    """Make all documents. Yields each result as soon as it is ready."""
    left = {task.document: task for task in documents}
    fruitless = 0
    while left:
        before = len(left)
        suspects = yield from _until_broken(left, workers, start, store, allowance)
        for document in sorted(suspects & left.keys()):
            allowance.spend(SECONDS)  # a lost worker doesn't say how long it took
            yield _alone(left.pop(document), start, store, allowance)
        fruitless = fruitless + 1 if len(left) == before else 0
        if fruitless == MAX_FAILED_STARTS:
            yield from (ScheduledResult(document, None) for document in left)
            return


def _alone(task: Open, start: StartExecutor, store: PieceStore, allowance: Allowance) -> ScheduledResult:
    """Make one document alone, because its worker was lost when others were being made too."""
    results = list(_until_broken({task.document: task}, 1, start, store, allowance))
    return replace(results[0], retried=True) if results else ScheduledResult(task.document, None)


def _until_broken(
    left: dict[int, Open], workers: int, start: StartExecutor, store: PieceStore, allowance: Allowance
) -> Generator[ScheduledResult, None, Set[int]]:
    """Make the documents that are left, and take out those that end. Returns the suspects if the executor breaks."""
    queue = TaskQueue(list(left.values()), store, allowance)
    running: dict[Future[TaskResult], Task] = {}
    with start(workers) as executor:
        try:
            while True:
                while len(running) < executor.capacity and (task := queue.next()):
                    running[executor.submit(task)] = task
                if not running:
                    return frozenset()
                done = wait(running, return_when=FIRST_COMPLETED).done
                for future in sorted(done, key=lambda future: future.exception() is not None):  # results count before failures
                    result = queue.add_result(running.pop(future), future.result())
                    if result:
                        del left[result.document]
                        yield result
        except BrokenExecutor:
            return executor.at_work()
