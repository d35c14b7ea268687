"""Does tasks in a worker of a Dask cluster (https://distributed.dask.org/). Dask imports this module by its name.

In: a task as JSON, which names its build, and objects of the store. Out: its result as JSON. Each thread of the worker has one
process of its own, which `local.py` starts, and which keeps each document within its limits of time and memory.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import BrokenExecutor
from functools import cache
from pathlib import Path
from typing import Any

from briefs import temporary
from briefs.press import machine, messages
from briefs.press.executors.local import SETUP, LocalProcesses
from briefs.press.objects import Objects, StoreFailed
from briefs.problems import ToolError

_starting = threading.Lock()  # held while a process is started: the server that forks processes must be started once


class _Own(threading.local):
    """The process of a thread, and the build for which it was set up."""

    setup = ""
    process: LocalProcesses | None = None
    folder: Path | None = None

    def close(self) -> None:
        if self.process:
            self.process.shutdown(cancel=True)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.process = self.folder = None


_own = _Own()


def run(message: bytes) -> bytes:
    """Do a task. The result names the worker. Instead of a value it may say why the task is `refused`, that its process was `lost`,
    or why the `store` failed."""
    asked = messages.loads(message)
    store = Objects(asked["store"], asked["build"])
    return messages.dumps({"worker": _worker(), **_answer(asked, store)})


def _answer(asked: Mapping[str, Any], store: Objects) -> dict[str, Any]:
    try:
        if different := _differences(store.url, store.build, asked["machine"]):
            return {"refused": different}
        task = messages.task_from_json(asked["task"], store)
        return messages.result_to_json(_process(asked["setup"], store).submit(task).result(), store)
    except StoreFailed as failure:
        return {"store": str(failure)}
    except ToolError as failure:
        return {"refused": str(failure)}
    except BrokenExecutor:
        _own.close()
        return {"lost": True}


def _worker() -> str:
    """The address of this worker."""
    from distributed import get_worker

    return str(get_worker().address)


@cache
def _differences(url: str, build: str, name: str) -> str:
    return machine.differences(json.loads(Objects(url, build).get(name)))


def _process(setup: str, store: Objects) -> LocalProcesses:
    """The process of this thread, for the build whose setup has this hash."""
    if not _own.process or _own.setup != setup:
        _own.close()
        data = store.get(setup)
        _own.folder = Path(tempfile.mkdtemp(dir=temporary.folder()))
        (_own.folder / SETUP).write_bytes(data)
        _own.process, _own.setup = LocalProcesses(_own.folder, 1), setup
        with _starting:
            _own.process.start()
    return _own.process
