"""Does tasks in several processes of this machine.

In: a `WorkerSetup`. Out: executors. Their workers are forked by a server that has loaded the typesetter and has no threads. The
worker of a lone document is forked by the command itself, before the command has a thread. A worker finds its setup in a temporary
folder. While it works on a document it leaves a mark there, which shows what a killed worker was doing.
https://docs.python.org/3/library/multiprocessing.html
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, InvalidStateError, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import active_children, forkserver, get_context, parent_process, resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING

from briefs import logs, temporary
from briefs.press.tasks import Open, Task, TaskResult
from briefs.problems import ToolError

if TYPE_CHECKING:  # imported where something is made, so that workers can be started before
    from briefs.press.session import Session
    from briefs.press.worker import WorkerSetup

COLLECT_ABOVE = 200 << 20  # bytes that a worker holds before it collects garbage
MEMORY = 2 << 30  # bytes that a worker may hold (getrlimit(2), RLIMIT_DATA). A document of the first edition takes a tenth of it
SOCKET_PATH = 107  # bytes that the path of a socket may have (unix(7))
SOCKET_NAME = len("/pymp-12345678/listener-12345678")
SETUP = "setup"  # the file in the temporary folder that holds the setup

# Bytes for the stack of each thread that passes tasks on. By default each takes 8 MB: where memory is short a thread couldn't be
# started, and the pool would wait for ever.
STACK = 1_000_000 // 4096 * 4096
_early: ProcessPoolExecutor | None = None  # a pool that was started before there was work for it


def can_fork() -> bool:
    """Whether processes can use semaphores, which a pool of workers needs (sem_overview(7)). A container may lack /dev/shm for
    them."""
    try:
        get_context("fork").Lock()
    except (ImportError, OSError):
        return False
    return True


@contextmanager
def early_start(alone: bool = False) -> Iterator[None]:
    """Load what workers need while this process does something else. Build within this context.

    `alone`: for one document. Its worker is forked at once, which is safe while this process has no thread. A worker that got no
    work is killed at the end, so that the command doesn't wait until the worker has loaded everything.
    """
    global _early
    try:
        _start_early(alone)
        yield
    finally:
        if _early:
            for process in active_children():
                process.kill()
            _early.shutdown()
            _early = None


def _start_early(alone: bool) -> None:
    global _early
    if not can_fork():
        return
    if not alone:
        _start_server()
        return
    with block_sigint(), suppress(OSError):  # too many processes or files: tried again when there is work
        pool = ProcessPoolExecutor(1, get_context("fork"), _start_worker, (logs.level(),))
        pool.submit(_load)
        _early = pool


def _start_server() -> None:
    """Start the process that forks workers, if it isn't running."""
    get_context("forkserver").set_forkserver_preload(["briefs.press.executors.silent", "briefs.press.preload"])
    usual, tempfile.tempdir = tempfile.tempdir, _socket_folder()
    resource_tracker.ensure_running()  # before signals are blocked, because the call unblocks them
    try:
        with block_sigint():
            forkserver.ensure_running()
    finally:
        tempfile.tempdir = usual


def _socket_folder() -> str:
    """A folder for the server's socket, whose path must be short (unix(7)): the program's own folder, if its path is short enough.

    Raises ToolError if there is none.
    """
    usual = tempfile.gettempdir()
    for place in (str(temporary.folder()), usual, "/tmp", "/var/tmp"):
        if len(os.fsencode(place)) + SOCKET_NAME <= SOCKET_PATH and os.access(place, os.W_OK | os.X_OK):
            return place
    raise ToolError(f"the path of the temporary folder is too long for a socket: {usual}. Set TMPDIR to a shorter one.")


def _load() -> None:
    import briefs.press.preload  # noqa: F401


@contextmanager
def block_sigint() -> Iterator[None]:
    """Hold Ctrl-C back until the end of the block. Processes that are started in it never get it until they unblock it.

    A blocked signal waits, and the block is inherited (sigprocmask(2), signal(7)). A half-started worker would print a traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class LocalProcesses:
    """A pool of workers. Its processes are started when the first task comes. The setup, pickled, is in the folder.

    `opens_first`: this process composes the first document itself with this setup, while its worker is still loading.
    """

    def __init__(self, folder: Path, workers: int, opens_first: WorkerSetup | None = None):
        self.capacity = workers + 1  # one task more than workers: the next task is there when a worker is done
        self._folder, self._workers = folder, workers
        self._opens_first = opens_first
        self._pool: ProcessPoolExecutor | None = None
        self._futures: set[Future[TaskResult]] = set()  # the futures of the tasks that were given to the pool
        self._is_dead = False  # the pool's thread has died

    def submit(self, task: Task) -> Future[TaskResult]:
        if self._opens_first and isinstance(task, Open):
            setup, self._opens_first = self._opens_first, None
            if _early:  # a worker that gets no other work is still killed at the end
                with suppress(BrokenExecutor):  # it was killed, which the first task finds out
                    _early.submit(_prepare, self._folder)
            return _opened(setup, task)
        try:
            with block_sigint():
                future = self.start().submit(_run, self._folder, task)
        except (ConnectionError, EOFError) as failure:
            raise BrokenExecutor("the server that forks workers is gone") from failure
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        if self._is_dead:
            raise BrokenExecutor("the thread that passes tasks on is dead")
        return future

    def at_work(self) -> frozenset[int]:
        return frozenset(int(mark.name.partition(".")[0]) for mark in self._folder.glob("*.at-*"))

    def shutdown(self, cancel: bool = False) -> None:
        """Wait for the workers. `cancel`: drop the tasks that haven't begun."""
        if self._is_dead:  # the thread that would end the workers is dead
            for process in active_children():
                process.kill()
                process.join()
        if self._pool:
            self._pool.shutdown(cancel_futures=cancel)
            threading.stack_size(0)  # threads that other parts of this process start later have the usual stack again

    @contextmanager
    def threads_watched(self) -> Iterator[None]:
        """Break this executor if a thread of its pool dies, as for want of memory. Nothing else would end the pool's futures.

        https://docs.python.org/3/library/threading.html#threading.excepthook
        """
        usual = threading.excepthook

        def break_pool(death: threading.ExceptHookArgs) -> None:
            if type(death.thread).__module__ != ProcessPoolExecutor.__module__:
                usual(death)
                return
            self._is_dead = True
            for future in list(self._futures):
                with suppress(InvalidStateError):
                    future.set_exception(BrokenExecutor(f"the thread that passes tasks on is dead: {death.exc_type.__name__}"))

        threading.excepthook = break_pool
        try:
            yield
        finally:
            threading.excepthook = usual

    def start(self) -> ProcessPoolExecutor:
        """The pool that was started early, or a new pool."""
        global _early
        if not self._pool and _early:
            self._pool, _early = _early, None
        if not self._pool:
            _start_server()
            threading.stack_size(STACK)
            self._pool = ProcessPoolExecutor(self._workers, get_context("forkserver"), _start_worker, (logs.level(),))
        return self._pool


def _opened(setup: WorkerSetup, task: Open) -> Future[TaskResult]:
    """The document of a task, composed by this process."""
    from briefs.press import worker
    from briefs.press.composer import Composer

    future: Future[TaskResult] = Future()
    composer = Composer(setup.edition, setup.theme)
    try:
        future.set_result(worker.open_document(composer, task))
    finally:
        composer.close()
    return future


class LocalStarter:
    """Starts pools for one build. `is_lone`: the build has one document only."""

    def __init__(self, setup: WorkerSetup, is_lone: bool):
        self._setup, self._opens_first = setup, is_lone

    @contextmanager
    def __call__(self, workers: int) -> Iterator[LocalProcesses]:
        with tempfile.TemporaryDirectory(dir=temporary.folder()) as name:
            folder = Path(name)
            (folder / SETUP).write_bytes(pickle.dumps(self._setup, pickle.HIGHEST_PROTOCOL))
            executor = LocalProcesses(folder, workers, self._setup if self._opens_first else None)
            self._opens_first = False  # if a pool is started again, its first document may be the one that killed a worker
            with executor.threads_watched():
                try:
                    yield executor
                except BaseException:
                    executor.shutdown(cancel=True)
                    raise
                executor.shutdown()


def _start_worker(log_level: int) -> None:
    import briefs.press.executors.silent  # noqa: F401

    logs.start(log_level, sys.__stderr__)
    _exit_with_command()


def _exit_with_command() -> None:
    """End this worker when its command ends. If the command is killed, the worker would wait for it forever."""
    command = parent_process()
    assert command

    def wait_for_command() -> None:
        command.join()
        os._exit(1)

    threading.Thread(target=wait_for_command, daemon=True).start()


def _prepare(folder: Path) -> None:
    """Start the session of a worker before its first task comes."""
    _session(folder)


def _run(folder: Path, task: Task) -> TaskResult:
    """Do a task in a worker. Ctrl-C is blocked between tasks: the command ends its workers itself."""
    from briefs.press import worker

    mark = folder / f"{task.document}.at-{os.getpid()}"  # stays if this worker is killed
    mark.touch()
    session = _session(folder)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        result = worker.run(session, task)
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    mark.unlink()
    if _memory_used() > COLLECT_ABOVE:
        gc.collect()
    return result


@cache
def _session(folder: Path) -> Session:
    """The session of this worker, which works for one build only."""
    limit_memory()
    gc.disable()  # a page is many objects, and most of them are freed when the process ends
    setup: WorkerSetup = pickle.loads((folder / SETUP).read_bytes())
    return setup.start()


def limit_memory() -> None:
    """Limit the memory of this process, so that it ends with a MemoryError and doesn't make the system kill another."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard), hard))


@contextmanager
def memory_limited() -> Iterator[None]:
    """Limit the memory of this process until the end of the block, for work that a command does itself."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    limit_memory()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _memory_used() -> int:
    """Bytes of memory that this process holds (proc(5), statm). Where the system doesn't say, the most that it ever held."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
