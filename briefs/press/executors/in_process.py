"""Does tasks one after another in this process.

In: a session. Out: an executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from briefs.press import worker
from briefs.press.tasks import Task, TaskResult

if TYPE_CHECKING:
    from briefs.press.session import Session


class InProcess:
    """Does each task when it is submitted. What the task raises is raised by `submit`."""

    capacity = 1

    def __init__(self, session: Session):
        self._session = session

    def submit(self, task: Task) -> Future[TaskResult]:
        future: Future[TaskResult] = Future()
        future.set_result(worker.run(self._session, task))
        return future

    def at_work(self) -> frozenset[int]:
        return frozenset()


def starter(session: Session | None, open_session: Callable[[], Session]) -> Callable[[int], AbstractContextManager[InProcess]]:
    """A function that starts an executor with this session. Without a session, it opens one for the executor and closes it
    after."""

    @contextmanager
    def start(workers: int) -> Iterator[InProcess]:
        used = session or open_session()
        try:
            yield InProcess(used)
        finally:
            if used is not session:
                used.close()

    return start
