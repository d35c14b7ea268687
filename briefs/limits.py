"""The inside of a process that reads files from content (`tools/limited.py` is the outside): its limits, and its requests.

In: requests on standard input, each a line of JSON with the `size` of the bytes that follow. Out: for each request a line of JSON
and bytes. The line has the `sizes` of the parts that follow, or also a `fault`. Limits of processor time and memory are the
kernel's.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Sequence
from typing import Any

DEPTH = 2000  # the most calls on Python's stack; if C code overflows its own stack, the kernel ends the process

Answer = tuple[dict[str, Any], Sequence[bytes]]  # what is in the line besides `sizes`, and the parts that follow it


def serve(answer: Callable[[dict[str, Any], bytes], Answer]) -> None:
    """Limit this process to the seconds and bytes that its command line names. Then answer one request after another until the
    input ends."""
    cpu, memory = int(sys.argv[1]), int(sys.argv[2])
    _limit(resource.RLIMIT_DATA, memory)
    _limit(resource.RLIMIT_CORE, 0)
    sys.setrecursionlimit(DEPTH)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that what libraries print doesn't get among the answers
    while line := sys.stdin.buffer.readline():
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, round(used.ru_utime + used.ru_stime) + cpu, keep_hard=True)
        request = json.loads(line)
        answers.write(_answered(answer, request, sys.stdin.buffer.read(request["size"])))
        answers.flush()


def _answered(answer: Callable[[dict[str, Any], bytes], Answer], request: dict[str, Any], data: bytes) -> bytes:
    try:
        head, parts = answer(request, data)
    except (RecursionError, MemoryError):
        head, parts = {"fault": "needs more memory or depth than a file may"}, ()
    except ValueError as fault:
        head, parts = {"fault": str(fault)}, ()
    return b"".join([json.dumps({**head, "sizes": [len(part) for part in parts]}).encode(), b"\n", *parts])


def _limit(what: int, most: int, keep_hard: bool = False) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, hard if keep_hard else most))
