"""A process that reads files from content, within limits that the kernel keeps, and the cache of its answers.

In: requests as bytes. Out: answers as bytes: a line of JSON with `sizes`, then as many bytes as these add up to. The other side is
`briefs/limits.py`. A request that ends the process, or isn't answered in time, raises `LimitReached`; the next one gets a new
process. https://man7.org/linux/man-pages/man2/getrlimit.2.html
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from briefs import atomic, plainfile
from briefs.tools.fonts import cache_folder
from briefs.tools.pipes import piece, processor_time

CPU = 15  # seconds of processor time for one request
SECONDS = 120.0  # seconds by the clock for one request: enough for CPU on a machine with eight times as much work
SLOW = 5.0  # seconds of processor time; a request that fails after more halves that of later ones, but not below this
LOST = 40.0  # seconds of processor time that failed requests may take together; then each request has SHORT
SHORT = 1  # second of processor time that a request has even after many slow ones
SPENT = 240.0  # seconds of processor time that answered requests over SHORT may take together; then each has SHORT
MEMORY = 1500 << 20  # bytes of the process (RLIMIT_DATA)
MOST_KEPT = 200_000_000  # the most bytes of an answer that is kept in the cache
MODEST = 10  # the nice value of a process that gives way: beside others it gets a tenth of a core (setpriority(2), sched(7))
_PROGRAM = Path(__file__).parents[1]


class LimitReached(Exception):
    """A request took too much time or memory, or ended the process that read it. `is_late`: the time on the clock was over."""

    def __init__(self, is_late: bool, seconds: float, cpu: int):
        self.is_late = is_late
        super().__init__(f"{seconds:.0f} s" if is_late else f"{cpu} s and {MEMORY >> 20} MB")


class LimitedProcess:
    """A running process (`python -m MODULE`), started for the first request.

    A request that reaches the limit of processor time halves it for later requests. After many slow requests each has only little
    of it, so that slow requests don't add up. The limit of the clock stays: other work on the machine is no fault of a request.
    """

    def __init__(self, module: str, seconds: float = SECONDS, cpu: int = CPU, short: int = SHORT) -> None:
        """`seconds`: by the clock for one request. `cpu`: seconds of processor time for one request. `short`: the processor time
        that a request has even after many slow ones."""
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = threading.Lock()  # two requests at once would take each other's answers
        self._seconds, self._cpu, self._short = seconds, cpu, short
        self._lost = 0.0  # seconds that failed requests took
        self._spent = 0.0  # seconds of processor time of the answered requests that took more than `short`

    def start(self, gives_way: bool = False) -> None:
        """Start the process now, so that the first answer takes less time. `gives_way`: other processes go first. Raises OSError
        if it can't be started."""
        process = self._started()
        if gives_way:
            with contextlib.suppress(OSError):  # only root may lower a nice value
                os.setpriority(os.PRIO_PROCESS, process.pid, max(MODEST, os.getpriority(os.PRIO_PROCESS, process.pid)))

    def stop(self) -> None:
        """End the process from another thread than the one that asks: its request raises LimitReached."""
        if process := self._process:
            _kill(process)

    def ask(self, request: bytes) -> bytes:
        """The answer to a request. Threads wait for each other. Raises LimitReached."""
        with self._asking:
            return self._answer(request)

    def _answer(self, request: bytes) -> bytes:
        process = self._started()
        assert process.stdin and process.stdout
        until, cpu, before = time.monotonic() + self._seconds, self._cpu, processor_time(process.pid)
        try:
            process.stdin.write(request)
            process.stdin.flush()
            answer = _read(process.stdout.fileno(), until)
        except (BrokenPipeError, EOFError, TimeoutError) as fault:
            used = processor_time(process.pid) - before
            self.close()
            self._shorten(used)
            raise LimitReached(isinstance(fault, TimeoutError), self._seconds, cpu) from None
        except BaseException:  # interrupted: the late answer would be taken for the next one
            self.close()
            raise
        self._spend(processor_time(process.pid) - before)
        return answer

    def _spend(self, seconds: float) -> None:
        """Note the processor time of a request that was answered."""
        self._spent += seconds if seconds > self._short else 0
        if self._spent > SPENT and self._cpu > self._short:
            self._cpu = self._short
            self.close()

    def _shorten(self, used: float) -> None:
        """Give less time to the requests after one that failed and used so many seconds of processor time."""
        self._lost += used
        if self._lost > LOST:
            self._cpu = min(self._cpu, self._short)
        elif used > SLOW:
            self._cpu = min(self._cpu, max(int(SLOW), self._cpu // 2))

    def close(self) -> None:
        """End the process and all that it started. The next request would start a new one."""
        process, self._process = self._process, None
        if process:
            _kill(process)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    if pipe:
                        pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            command = [sys.executable, "-P", "-m", self._module, str(self._cpu), str(MEMORY)]
            environment = {**os.environ, "PYTHONPATH": str(_PROGRAM.parent)}
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        return self._process


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class KeptAnswers:
    """Answers in a folder of the cache, each under the hash of its request and of the program that answered."""

    def __init__(self, name: str, folders: tuple[str, ...], libraries: tuple[str, ...], most: int):
        """`folders`: the packages whose modules make the answers. `most`: how many answers are kept."""
        self._name, self._folders, self._libraries, self._most = name, folders, libraries, most

    def answer(self, data: bytes, ask: Callable[[str, bytes], bytes], **settings: Any) -> tuple[dict[str, Any], bytes]:
        """The answer to a request about `data`: its line of JSON and its bytes. It is the kept answer, or else what `ask` returns;
        `ask` gets the name of the request and the request. A fault isn't kept, because the machine may be its cause. Passes on what
        `ask` raises."""
        request = json.dumps({**settings, "size": len(data)}).encode() + b"\n" + data
        key = self._key(request)
        if (found := self._get(key)) is None:
            found = ask(key, request)
            if "fault" not in json.loads(found.partition(b"\n")[0]):
                self._put(key, found)
        line, _, rest = found.partition(b"\n")
        return json.loads(line), rest

    def _key(self, request: bytes) -> str:
        """The name of the answer to a request."""
        return hashlib.sha256(_version(self._folders, self._libraries).encode() + b"\0" + request).hexdigest()

    def _get(self, key: str) -> bytes | None:
        """An answer. None if there is none, or if its checksum is wrong."""
        try:
            checksum, answer = plainfile.read(cache_folder() / self._name / key, MOST_KEPT).split(b"\n", 1)
        except (OSError, ValueError):
            return None
        return answer if hashlib.sha256(answer).hexdigest().encode() == checksum else None

    def _put(self, key: str, answer: bytes) -> None:
        """Keep an answer, and delete the oldest ones. On a full or read-only disk nothing is kept."""
        folder = cache_folder() / self._name
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            atomic.write(folder / key, hashlib.sha256(answer).hexdigest().encode() + b"\n" + answer, mode=0o600)
            dated = sorted((path.stat().st_mtime, path) for path in folder.iterdir())
            for _, path in dated[: -self._most]:
                path.unlink(missing_ok=True)


def _read(handle: int, until: float) -> bytes:
    """Read a line of JSON with `sizes`, and as many bytes as these add up to. Raises TimeoutError at the time `until`, or EOFError
    if the process ends."""
    data, wanted = bytearray(), -1
    while wanted < 0 or len(data) < wanted:
        data += piece(handle, until)
        if wanted < 0 and (end := data.find(b"\n")) >= 0:
            wanted = end + 1 + sum(json.loads(data[:end])["sizes"])
    return bytes(data)


@cache
def _version(folders: tuple[str, ...], libraries: tuple[str, ...]) -> str:
    """What answers depend on besides the request: the program's modules that make them, and the libraries."""
    own = [file for folder in folders for file in sorted((_PROGRAM / folder).glob("*.py"))]
    files = [Path(__file__), _PROGRAM / "limits.py", *own]
    versions = [f"{name} {metadata.version(name)}" for name in libraries]
    return hashlib.sha256(b"\0".join([*(file.read_bytes() for file in files), *map(str.encode, versions)])).hexdigest()
