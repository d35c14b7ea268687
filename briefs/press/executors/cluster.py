"""Does tasks in the workers of a Dask cluster: of a scheduler that was named, or of a small one in this process.

In: a `WorkerSetup`, where the scheduler is, a store of objects. Out: executors. Whoever reaches a Dask scheduler can run programs
on its workers. So one on another machine must be reached by TLS, for which both sides have certificates of the same authority.
https://distributed.dask.org/en/stable/tls.html
"""

from __future__ import annotations

import ipaddress
import logging
import pickle
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Set
from concurrent.futures import BrokenExecutor, Future, InvalidStateError
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from briefs import temporary
from briefs.press import machine, messages
from briefs.press.executors.local import block_sigint
from briefs.press.objects import Objects, StoreFailed
from briefs.press.scheduler import ExecutorGone
from briefs.press.tasks import Failed, Task, TaskResult
from briefs.problems import NotUnderstood, Problem, ToolError

if TYPE_CHECKING:
    from distributed import Client

    from briefs.press.worker import WorkerSetup

_log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"(tcp|tls)://(\[[^]]+\]|[^:/]+):(\d+)")
ANSWERS = 10.0  # seconds in which a scheduler has to answer, and to have a worker
ALONE = 60.0  # seconds that a build waits for workers after the last one has gone
LOOK = 1.0  # seconds between two requests for the list of workers
LONGEST = 300  # letters of a worker's address, and of the reason why it refuses tasks
PROGRAM = "Each worker needs this program, as docs/scale.md says."
GONE = "What was made is kept: the same command goes on from there."


class ClusterStarter:
    """Starts executors for one build, on one cluster."""

    def __init__(self, client: Client, address: str, setup: WorkerSetup, store: Objects, printed: bool):
        self._client, self._address, self._store = client, address, store
        self._refused: dict[str, str] = {}
        try:
            description = store.put(messages.dumps(machine.description(setup.theme, printed)))
            given = store.put(pickle.dumps(setup.elsewhere(), pickle.HIGHEST_PROTOCOL))
        except StoreFailed as failure:
            raise ToolError(f"{failure}. Name another place by --objects.") from failure
        self._common = {"store": store.url, "build": store.build, "machine": description, "setup": given}

    @contextmanager
    def __call__(self, workers: int) -> Iterator[ClusterExecutor]:
        executor = ClusterExecutor(self._client, self._address, self._store, self._common, self._refused)
        try:
            yield executor
        finally:
            executor.cancel()


class ClusterExecutor:
    """Sends tasks to the scheduler, which hands them to workers. If a worker is lost, its tasks go to another one.

    `refused`: the reason why a worker isn't used, by the worker's address. A worker gives it in its answer to its first task.
    """

    def __init__(self, client: Client, address: str, store: Objects, common: Mapping[str, str], refused: dict[str, str]):
        self._client, self._address, self._store, self._common, self._refused = client, address, store, common, refused
        self._waiting: dict[Future[TaskResult], tuple[Task, Any]] = {}
        self._killing: set[int] = set()
        self._lock = threading.Lock()
        self._workers = self._look()
        self._ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def capacity(self) -> int:
        """How many tasks are sent at a time: for each worker one more than its threads, so that no thread waits for a task."""
        return sum(threads + 1 for threads in self._usable().values()) or 1

    def submit(self, task: Task) -> Future[TaskResult]:
        future: Future[TaskResult] = Future()
        try:
            message = messages.dumps({**self._common, "task": messages.task_to_json(task, self._store)})
        except StoreFailed as failure:
            future.set_result(_failed(task, failure))
        else:
            self._send(task, message, future)
        return future

    def at_work(self) -> Set[int]:
        return frozenset(self._killing)

    def cancel(self) -> None:
        """Drop the tasks that haven't ended. A worker finishes the task that it is working on; the result is dropped."""
        self._ended.set()
        with self._lock:
            waiting, self._waiting = [remote for _, remote in self._waiting.values()], {}
        with suppress(Exception):  # the scheduler may be gone
            self._client.cancel(waiting, force=True)

    def _send(self, task: Task, message: bytes, future: Future[TaskResult]) -> None:
        from briefs.press.executors import remote

        usable = list(self._usable())
        if not usable:
            reasons = "; ".join(f"{worker}: {why}" for worker, why in self._refused.items())
            _end(future, ToolError(f"no worker of {self._address} can be used. {reasons}"))
            return
        with block_sigint():
            sent = self._client.submit(remote.run, message, pure=False, workers=usable if self._refused else None)
        with self._lock:
            self._waiting[future] = task, sent
        sent.add_done_callback(partial(self._answered, task, message, future))

    def _answered(self, task: Task, message: bytes, future: Future[TaskResult], sent: Any) -> None:
        """Pass the result of a task on, or send the task again if its worker refused it. Runs in one of Dask's threads."""
        with self._lock:
            if self._waiting.pop(future, None) is None:  # cancelled by `cancel` or by `_give_up`
                return
        try:
            found = self._result(task, sent)
        except Exception as failure:
            _end(future, failure)
        else:
            if found is None:
                self._send(task, message, future)
            else:
                future.set_result(found)

    def _result(self, task: Task, sent: Any) -> TaskResult | None:
        """The result of a task; None if its worker refused it."""
        if sent.status in ("cancelled", "lost"):
            raise ExecutorGone(f"the Dask scheduler {self._address} has gone", GONE)
        if sent.status == "error":
            raise self._error(task, sent.exception())
        try:
            return self._read(task, messages.loads(sent.result()))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as fault:
            why = f"a worker of {self._address} answered with what is no result ({type(fault).__name__})"
            raise ToolError(f"{why}. {PROGRAM}") from None

    def _read(self, task: Task, answer: Mapping[str, Any]) -> TaskResult | None:
        """The result in a worker's answer; None if the worker refused the task. Raises BrokenExecutor if it lost its process."""
        if "refused" in answer:
            self._refuse(str(answer["worker"])[:LONGEST], str(answer["refused"])[:LONGEST])
            return None
        if "lost" in answer:
            self._killing.add(task.document)
            raise BrokenExecutor(f"the worker {answer['worker']} lost its process")
        try:
            if "store" in answer:
                raise StoreFailed(f"{answer['store']} (of the worker {answer['worker']})")
            return messages.result_from_json(answer, self._store)
        except StoreFailed as failure:
            return _failed(task, failure)

    def _error(self, task: Task, fault: BaseException) -> Exception:
        """The exception for a fault outside our own program: a task that killed several workers, or a worker that lacks the
        program."""
        if type(fault).__name__ == "KilledWorker":
            self._killing.add(task.document)
            return BrokenExecutor("a worker was lost several times")
        why = " ".join(str(fault).split())[:200]
        return ToolError(f"a worker of {self._address} can’t do its work: {type(fault).__name__}: {why}. {PROGRAM}")

    def _refuse(self, worker: str, why: str) -> None:
        if worker not in self._refused:
            self._refused[worker] = why
            _log.warning("the worker %s isn’t used: %s", worker, why)

    def _usable(self) -> dict[str, int]:
        return {worker: threads for worker, threads in self._workers.items() if worker not in self._refused}

    def _look(self) -> dict[str, int]:
        """The threads of each worker, by its address."""
        found = self._client.scheduler_info(n_workers=-1)["workers"]
        return {worker: about["nthreads"] for worker, about in found.items()}

    def _watch(self) -> None:
        """Keep the list of workers up to date, and give the build up if there are none for long. Runs in a thread of its own."""
        seen = time.monotonic()
        while not self._ended.wait(LOOK):
            with suppress(Exception):  # if the scheduler is gone, the tasks report it
                self._workers = self._look()
            if self._usable():
                seen = time.monotonic()
            elif time.monotonic() - seen > ALONE:
                self._give_up(ExecutorGone(f"{self._address} has had no worker that can be used for {ALONE:.0f} s", GONE))

    def _give_up(self, why: Exception) -> None:
        with self._lock:
            waiting, self._waiting = list(self._waiting), {}
        for future in waiting:
            _end(future, why)


def _end(future: Future[TaskResult], why: Exception) -> None:
    with suppress(InvalidStateError):
        future.set_exception(why)


def _failed(task: Task, failure: StoreFailed) -> TaskResult:
    hint = "Look at the store that --objects names, and at its space; every worker must reach it."
    return TaskResult(Failed((Problem("error", str(task.target), 0, 0, str(failure), hint),)), 0, {}, 0)


@contextmanager
def connected(on: str, store: Objects, setup: WorkerSetup, printed: bool) -> Iterator[ClusterStarter]:
    """A cluster: `dask:N` for one of N processes on this machine, or the address of a scheduler.

    Raises NotUnderstood for a scheduler on another machine that is reached without TLS, ToolError if it can't be reached.
    """
    with ExitStack() as opened:
        client = opened.enter_context(_own(int(on[5:])) if on.startswith("dask:") else _named(on))
        opened.callback(store.remove)
        yield ClusterStarter(client, on, setup, store, printed)


@contextmanager
def _own(threads: int) -> Iterator[Client]:
    """A cluster of this process, which nobody else can reach. Each thread has a process that does its tasks."""
    _quiet()
    import dask
    from distributed import Client, LocalCluster
    from distributed.node import ServerNode

    ServerNode.start_http_server = _start_no_http_server  # type: ignore[method-assign, assignment]  # Dask has no option for this
    spared = {"distributed.worker.profile.enabled": False}
    options: dict[str, Any] = {"processes": False, "dashboard_address": None, "memory_limit": 0}
    with block_sigint(), dask.config.set(spared):
        cluster = LocalCluster(1, threads, local_directory=str(temporary.folder()), silence_logs=logging.CRITICAL, **options)
        client = Client(cluster, set_as_default=False)
    with cluster, client:
        yield client


def _start_no_http_server(node: Any, *args: Any, **options: Any) -> None:
    """Replaces Dask's method of this name: the HTTP server listens nowhere."""
    from distributed.http.routing import RoutingApplication
    from tornado.httpserver import HTTPServer

    node.http_application = RoutingApplication([])
    node.http_server = HTTPServer(node.http_application)


@contextmanager
def _named(address: str) -> Iterator[Client]:
    check_address(address)
    _quiet()
    from distributed import Client, Security

    with block_sigint():
        try:
            security = Security(require_encryption=True) if address.startswith("tls:") else None
            if security and security.get_connection_args("client")["ssl_context"] is None:
                raise ToolError(
                    f"{address} can’t be used: Dask’s settings name no certificates for TLS. docs/scale.md says where to name them."
                )
            client = Client(address, timeout=ANSWERS, set_as_default=False, security=security)
            client.wait_for_workers(1, ANSWERS)
        except (OSError, TypeError, ValueError, RuntimeError) as fault:  # errors of TLS (ssl.SSLError) are OSErrors
            why = " ".join(str(fault).split())[:200]
            raise ToolError(f"{address} can’t be used: {why}. docs/scale.md says how to start one.") from fault
    with _closing(client):
        _check_workers(address, client)
        yield client


def _check_workers(address: str, client: Client) -> None:
    """Raise ToolError if results or tasks would go over a network without encryption."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    bare = [worker for worker in workers if not worker.startswith("tls:") and not is_loopback(worker)]
    if bare:
        raise ToolError(f"workers of {address} on other machines must be reached by TLS, and these aren’t: {', '.join(bare)}")


@contextmanager
def _closing(client: Client) -> Iterator[None]:
    """Close a client, also when its scheduler is gone."""
    try:
        yield
    finally:
        with suppress(Exception):
            client.close(timeout=1)


def check_address(address: str) -> None:
    """Raise NotUnderstood if a scheduler is on another machine and isn't reached by TLS."""
    if address.startswith("tcp:") and not is_loopback(address):
        raise NotUnderstood(
            f"whoever reaches {address} can run programs there, so a scheduler on another machine takes TLS with "
            "certificates on both sides. Name it by tls://, and set Dask’s certificates as docs/scale.md says."
        )


def is_loopback(address: str) -> bool:
    """Whether an address such as tcp://localhost:8786 can be of this machine only."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        return False
    try:
        places = socket.getaddrinfo(found[2].strip("[]"), int(found[3]), type=socket.SOCK_STREAM)
    except (OSError, OverflowError):
        return False
    return all(ipaddress.ip_address(place[4][0]).is_loopback for place in places)


def _quiet() -> None:
    """Silence Dask's own log messages: what matters comes as errors."""
    for name in ("distributed", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
