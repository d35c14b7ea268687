"""`python -m briefs.pictures CPU MEMORY`: normalises pictures from standard input, until it ends.

In: for each picture a line of JSON (`suffix`, `fonts`, `families`, `size`) and its bytes. Out: a line of JSON (`kind`, `width`,
`height`, `words`, `sizes`, or `fault`), the bytes of the picture, and those of its PNG if it is an SVG. `tools/pictures.py` is
the other side.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any, BinaryIO

from briefs.pictures import pixels, vectors

DEPTH = 2000  # of Python's stack; the kernel ends the process if C code goes deeper than its own


def main() -> None:
    """Limit this process, then answer one request after another."""
    cpu, memory = int(sys.argv[1]), int(sys.argv[2])
    _limit(resource.RLIMIT_DATA, memory)
    _limit(resource.RLIMIT_CORE, 0)
    sys.setrecursionlimit(DEPTH)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    while line := sys.stdin.buffer.readline():
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, round(used.ru_utime + used.ru_stime) + cpu, keep_hard=True)
        request = json.loads(line)
        _answer(answers, request, sys.stdin.buffer.read(request["size"]))


def _limit(what: int, most: int, keep_hard: bool = False) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, hard if keep_hard else most))


def _answer(answers: BinaryIO, request: dict[str, Any], data: bytes) -> None:
    try:
        kind, width, height, words, made, png = _normalised(request, data)
        head = {"kind": kind, "width": width, "height": height, "words": words, "sizes": [len(made), len(png)]}
    except (ValueError, RecursionError, MemoryError) as fault:
        made, png = b"", b""
        head = {"fault": str(fault) or "needs more memory or depth than a picture may", "sizes": [0, 0]}
    answers.write(json.dumps(head).encode() + b"\n" + made + png)
    answers.flush()


def _normalised(request: dict[str, Any], data: bytes) -> tuple[str, float, float, str, bytes, bytes]:
    """Kind, width and height in millimetres, words, bytes, and the PNG of an SVG."""
    suffix = request["suffix"]
    if suffix == ".svg":
        return vectors.normalised(data, request["fonts"], request["families"])
    if suffix == ".pdf":
        return pixels.of_pdf(data)
    return pixels.normalised(data, suffix)


if __name__ == "__main__":
    main()
