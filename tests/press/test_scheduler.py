"""The order of tasks, and what is tried again when a worker is lost. Executors and documents are fakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from threading import Barrier

import pytest

from briefs.press import scheduler
from briefs.press.allowance import MAKING, SECONDS, USUAL, Allowance, Rate, TimeLimit
from briefs.press.documents import DocumentPiece, FinishedDocument, Opened, PieceFiles, Target
from briefs.press.scheduler import ScheduledResult
from briefs.press.tasks import Close, Failed, Open, Task, TaskResult, TypesetPiece
from briefs.problems import Problem

PIECES = {"report": (3, 9, 1)}  # sizes; other documents have none
PROBLEM = Problem("error", "a.yaml", 1, 1, "wrong")


def opened(*names: str) -> list[Open]:
    """A task for each document."""
    return [Open(number, Target(name, "", name, (), "a4")) for number, name in enumerate(names)]


def plenty() -> Allowance:
    return Allowance(100, MAKING)


def do(task: Task) -> TaskResult:
    """What a worker would: a document without pieces is finished at once."""
    name = task.target.name
    value: Opened[bytes, bytes] | PieceFiles | FinishedDocument | Failed
    match task:
        case Open() if name == "bad":
            value = Failed((PROBLEM,))
        case Open() if name in PIECES:
            pieces = tuple(DocumentPiece(f"{n}", f"{name}-{n}", size, b"content %d" % n) for n, size in enumerate(PIECES[name]))
            value = Opened(b"state", pieces)
        case TypesetPiece():
            value = {"pdf": task.content}
        case Close():
            value = FinishedDocument(name, {"pdf": b" ".join(files["pdf"] for files in task.pieces)}, 1, task.state.decode())
        case _:
            value = FinishedDocument(name, {}, 1)
    return TaskResult(value, 1.0, {"lay out": 0.5}, 2.0)


def label(task: Task) -> str:
    part = {Open: "open", Close: "close"}.get(type(task)) or f"piece {getattr(task, 'index', '')}"
    return f"{task.target.name}: {part}"


@dataclass
class Shop:
    """Starts executors, and logs what they do. `kills(task)`: whether the worker that does it is lost."""

    capacity: int = 1
    kills: Callable[[Task], bool] = lambda task: False
    done: list[list[str]] = field(default_factory=list)  # a list for each executor
    workers: list[int] = field(default_factory=list)
    cancelled: int = 0

    @contextmanager
    def start(self, workers: int) -> Iterator[Inline]:
        self.workers.append(workers)
        self.done.append([])
        try:
            yield Inline(self)
        except BaseException:
            self.cancelled += 1
            raise

    def run(self, documents: Sequence[Open], workers: int = 2, store: Store | None = None) -> dict[str, ScheduledResult]:
        results = scheduler.run(documents, workers, self.start, Store() if store is None else store, plenty())
        return {documents[result.document].target.name: result for result in results}


class Inline:
    """Does each task when it is submitted, until a worker is lost; then every task fails."""

    def __init__(self, shop: Shop):
        self.capacity, self.shop = shop.capacity, shop
        self.lost: set[int] = set()

    def submit(self, task: Task) -> Future[TaskResult]:
        future: Future[TaskResult] = Future()
        if self.lost:
            future.set_exception(BrokenExecutor())
        elif self.shop.kills(task):
            self.lost.add(task.document)
            future.set_exception(BrokenExecutor())
        else:
            self.shop.done[-1].append(label(task))
            future.set_result(do(task))
        return future

    def at_work(self) -> set[int]:
        return self.lost


class Store(dict[str, PieceFiles]):
    """Pieces by their key."""

    def get(self, document: int, piece: DocumentPiece[bytes]) -> PieceFiles | None:  # type: ignore[override]
        return super().get(piece.key)

    def put(self, document: int, piece: DocumentPiece[bytes], files: PieceFiles) -> None:
        self[piece.key] = files


def test_pieces_come_before_the_next_document_and_large_ones_first() -> None:
    shop = Shop()
    results = shop.run(opened("a", "report", "b"))
    pieces = ["report: piece 1", "report: piece 0", "report: piece 2"]
    assert shop.done == [["a: open", "report: open", *pieces, "report: close", "b: open"]]
    assert [r.retried for r in results.values()] == [False] * 3
    report = results["report"]
    assert report.value == FinishedDocument("report", {"pdf": b"content 0 content 1 content 2"}, 1, "state")
    assert (report.seconds, report.stages) == (5.0, {"lay out": 2.5})
    assert [piece.name for piece in report.pieces] == ["0", "1", "2"] and results["a"].pieces == ()


def test_a_document_with_pieces_but_none_left_to_typeset_is_closed() -> None:
    shop, store = Shop(), Store()
    before = shop.run(opened("report"), store=store)
    assert list(store) == ["report-1", "report-0", "report-2"]
    del store["report-0"]
    assert shop.run(opened("report"), store=store)["report"].value == before["report"].value
    assert shop.done[1] == ["report: open", "report: piece 0", "report: close"]
    assert shop.run(opened("report"), store=store)["report"].value == before["report"].value
    assert shop.done[2] == ["report: open", "report: close"]


def test_a_failed_document_ends_and_the_others_go_on() -> None:
    results = Shop(capacity=3).run(opened("bad", "a"))
    assert results["bad"].value == Failed((PROBLEM,)) and isinstance(results["a"].value, FinishedDocument)


def test_no_more_tasks_are_begun_for_a_document_of_which_a_piece_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(task: Task) -> TaskResult:
        return TaskResult(Failed((PROBLEM,)), 1.0, {}, 1.0) if isinstance(task, TypesetPiece) else sound(task)

    sound = do
    monkeypatch.setitem(globals(), "do", failing)
    shop = Shop(capacity=2)
    results = shop.run(opened("report", "a"))
    assert results["report"].value == Failed((PROBLEM,)) and isinstance(results["a"].value, FinishedDocument)
    assert "report: piece 2" not in shop.done[0] and "report: close" not in shop.done[0]


def test_only_as_many_tasks_wait_as_the_executor_takes() -> None:
    """With one at a time, each result is there before the next document is begun."""
    shop = Shop()
    results = scheduler.run(opened("a", "b"), 1, shop.start, Store(), plenty())
    assert next(results).document == 0 and shop.done == [["a: open"]]
    assert next(results).document == 1 and list(results) == []


def test_a_suspect_is_tried_alone_and_then_the_others_go_on() -> None:
    tried: list[int] = []

    def kills(task: Task) -> bool:
        tried.append(task.document)
        return task.target.name == "b" and tried.count(task.document) == 1

    shop = Shop(capacity=2, kills=kills)
    results = shop.run(opened("a", "b", "c", "d"), workers=4)
    assert shop.done == [["a: open"], ["b: open"], ["c: open", "d: open"]]
    assert shop.workers == [4, 1, 4]
    assert {name: r.retried for name, r in results.items()} == {"a": False, "b": True, "c": False, "d": False}
    assert all(isinstance(r.value, FinishedDocument) for r in results.values())


def test_a_document_that_loses_its_worker_again_is_given_up() -> None:
    shop = Shop(kills=lambda task: task.target.name == "b")
    results = shop.run(opened("a", "b", "c"))
    assert results["b"].value is None
    assert shop.done == [["a: open"], [], ["c: open"]] and isinstance(results["c"].value, FinishedDocument)


def test_a_report_is_made_again_from_its_kept_pieces_when_a_worker_is_lost() -> None:
    killed: list[Task] = []

    def kills(task: Task) -> bool:
        if isinstance(task, TypesetPiece) and task.index == 2 and not killed:
            killed.append(task)
            return True
        return False

    shop = Shop(kills=kills)
    results = shop.run(opened("report"))
    assert shop.done[1] == ["report: open", "report: piece 2", "report: close"]
    assert results["report"].retried and isinstance(results["report"].value, FinishedDocument)


@pytest.mark.parametrize("fails", ["in submit", "in the result"])
def test_executors_that_break_before_a_worker_begins_are_given_up(fails: str) -> None:
    started: list[int] = []

    class Broken(Inline):
        def submit(self, task: Task) -> Future[TaskResult]:
            if fails == "in submit":
                raise BrokenExecutor
            future: Future[TaskResult] = Future()
            future.set_exception(BrokenExecutor())
            return future

    @contextmanager
    def start(workers: int) -> Iterator[Broken]:
        started.append(workers)
        yield Broken(Shop())

    results = list(scheduler.run(opened("a", "b"), 2, start, Store(), plenty()))
    assert [(r.document, r.value) for r in results] == [(0, None), (1, None)]
    assert len(started) == scheduler.MAX_FAILED_STARTS


def test_whatever_else_goes_wrong_is_raised_and_cancels_what_waits() -> None:
    class Missing(Exception):
        pass

    def kills(task: Task) -> bool:
        raise Missing

    shop = Shop(kills=kills)
    with pytest.raises(Missing):
        shop.run(opened("a"))
    assert shop.cancelled == 1
    results = scheduler.run(opened("a", "b"), 1, (other := Shop()).start, Store(), plenty())
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert other.cancelled == 1


def test_pieces_are_typeset_at_the_same_time() -> None:
    """The two that are begun first wait for each other."""
    both = Barrier(2, timeout=30)

    def work(task: Task) -> TaskResult:
        if isinstance(task, TypesetPiece) and task.index < 2:
            both.wait()
        return do(task)

    class Threads:
        capacity = 3

        def __init__(self, pool: ThreadPoolExecutor):
            self.pool = pool

        def submit(self, task: Task) -> Future[TaskResult]:
            return self.pool.submit(work, task)

        def at_work(self) -> set[int]:
            return set()

    @contextmanager
    def start(workers: int) -> Iterator[Threads]:
        with ThreadPoolExecutor(workers) as pool:
            yield Threads(pool)

    starter: Callable[[int], AbstractContextManager[scheduler.Executor]] = start
    made = scheduler.run(opened("report", "a"), 2, starter, Store(), plenty())
    results: Mapping[int, ScheduledResult] = {r.document: r for r in made}
    assert all(isinstance(r.value, FinishedDocument) for r in results.values()) and len(results) == 2


def limits(documents: list[Open], allowance: Allowance) -> dict[str, TimeLimit]:
    """The limit of each task, by its label."""
    found: dict[str, TimeLimit] = {}

    class Noting(Inline):
        def submit(self, task: Task) -> Future[TaskResult]:
            found[label(task)] = task.limit
            return super().submit(task)

    @contextmanager
    def start(workers: int) -> Iterator[Noting]:
        yield Noting(Shop(done=[[]]))

    list(scheduler.run(documents, 1, start, Store(), allowance))
    return found


def test_tasks_have_the_usual_time_until_less_is_left_for_all() -> None:
    """Each task takes two seconds."""
    found = limits(opened("a", "b", "report", "c"), Allowance(4, Rate(62, 1)))
    assert [limit for limit in found.values() if limit != USUAL] == [TimeLimit(left, 30, 66) for left in (58, 56, 54, 52)]
    longer = limits(opened("a"), Allowance(1, Rate(62, 1), times=2))
    assert [*longer.values()] == [TimeLimit(120, 60)]


def test_a_document_has_what_it_adds_to_the_total_when_nothing_is_left_for_all() -> None:
    found = limits(opened("a", "report", "b"), Allowance(3, Rate(1, 1.5)))
    assert {name: limit.seconds for name, limit in found.items()} == {
        "a: open": 5.5, "report: open": 3.5, "report: piece 1": 1.5, "report: piece 0": 0.1, "report: piece 2": 0.1,
        "report: close": 0.1, "b: open": 1.5,
    }  # fmt: skip
    assert all(limit.pandoc == limit.seconds and limit.together == 5.5 for limit in found.values())


def test_a_worker_that_is_lost_counts_as_much_as_a_task_may_take() -> None:
    lost: list[str] = []

    def kills(task: Task) -> bool:
        lost.append(label(task))
        return len(lost) == 1

    allowance = Allowance(2, Rate(SECONDS * 2, 0))
    results = list(scheduler.run(opened("a", "b"), 1, Shop(kills=kills).start, Store(), allowance))
    assert len(results) == 2 and allowance.limit().seconds == SECONDS - 4
