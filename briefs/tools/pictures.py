"""The process that decodes and draws pictures from content (`python -m briefs.pictures`), within limits that the kernel keeps.

In: a file's bytes. Out: a `Normalised`: bytes that the rest of the program may open. A picture that ends the process, or isn't
done in time, is a ValueError, and the next one gets a new process. What was made is kept in the cache under the hash of what it
was made from. https://man7.org/linux/man-pages/man2/getrlimit.2.html
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from briefs import atomic
from briefs.clock import clock
from briefs.tools.fonts import cache_folder
from briefs.tools.pipes import piece

SECONDS = 60.0  # of wall clock for one picture
CPU = 25  # seconds of processor time for one picture
MEMORY = 1500 << 20  # bytes of the process (RLIMIT_DATA)
KEPT = 200  # results in the cache
_PROGRAM = Path(__file__).parents[1]
_LIBRARIES = ("pillow", "pypdfium2", "vl-convert-python", "lxml", "tinycss2", "cssselect2")


@dataclass(frozen=True)
class Normalised:
    """A picture that any program can open. `data`: an SVG of plain shapes and texts, a PNG or a JPEG (sRGB or grey, upright).
    `png`: an SVG as pixels. `width`, `height`: millimetres that the file itself asks for. `words`: the texts in it."""

    kind: str
    data: bytes
    png: bytes
    width: float
    height: float
    words: str


class PictureProcess:
    """A running process for pictures, started for the first one."""

    def __init__(self) -> None:
        self._fonts: tuple[str, str] = ("", "sans-serif")
        self._process: subprocess.Popen[bytes] | None = None

    def use_fonts(self, folder: Path, families: Sequence[str]) -> None:
        """Draw texts in the first of these families that has the letters. `folder` holds the font files."""
        self._fonts = str(folder), ", ".join(f"'{name}'" for name in families)

    def normalise(self, suffix: str, data: bytes) -> Normalised:
        """A file with this suffix (`.svg`), made safe. Raises ValueError that says what is wrong with it."""
        request = json.dumps({"suffix": suffix, "fonts": self._fonts[0], "families": self._fonts[1], "size": len(data)})
        key = hashlib.sha256(b"\0".join([_version().encode(), request.encode(), data])).hexdigest()
        if (kept := _kept(key)) is None:
            with clock.stage("draw"):
                kept = self._ask(request.encode() + b"\n" + data)
            _keep(key, kept)
        return _result(kept)

    def close(self) -> None:
        """End the process and all that it started. The next picture would start a new one."""
        process, self._process = self._process, None
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    if pipe:
                        pipe.close()

    def _ask(self, request: bytes) -> bytes:
        """The answer to a request: a line of JSON and the bytes whose numbers it has."""
        process = self._started()
        assert process.stdin and process.stdout
        until = time.monotonic() + SECONDS
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return _read(process.stdout.fileno(), until)
        except (BrokenPipeError, EOFError):
            self.close()
            raise ValueError(f"can’t be drawn within {CPU} s and {MEMORY >> 20} MB, or ends the program that draws it") from None
        except TimeoutError:
            self.close()
            raise ValueError(f"isn’t drawn after {SECONDS:.0f} s") from None
        except BaseException:  # interrupted: the late answer would be taken for the next one
            self.close()
            raise

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            command = [sys.executable, "-P", "-m", "briefs.pictures", str(CPU), str(MEMORY)]
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


PROCESS = PictureProcess()  # of this process


def _read(handle: int, until: float) -> bytes:
    """A line of JSON with `sizes`, and as many bytes as these add up to. Raises TimeoutError, or EOFError at the end."""
    data, wanted = bytearray(), -1
    while wanted < 0 or len(data) < wanted:
        data += piece(handle, until)
        if wanted < 0 and (end := data.find(b"\n")) >= 0:
            wanted = end + 1 + sum(json.loads(data[:end])["sizes"])
    return bytes(data)


def _result(answer: bytes) -> Normalised:
    line, _, blobs = answer.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if "fault" in head:
        raise ValueError(head["fault"])
    at = head["sizes"][0]
    return Normalised(head["kind"], blobs[:at], blobs[at:], head["width"], head["height"], head["words"])


@cache
def _version() -> str:
    """What the results depend on besides the request: this program's modules for pictures, and the libraries."""
    files = [Path(__file__), *sorted((_PROGRAM / "pictures").glob("*.py"))]
    libraries = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    return hashlib.sha256(b"\0".join([*(file.read_bytes() for file in files), *map(str.encode, libraries)])).hexdigest()


def _kept(key: str) -> bytes | None:
    """An answer from the cache. None if there is none, or if its checksum is wrong."""
    try:
        checksum, answer = (cache_folder() / "pictures" / key).read_bytes().split(b"\n", 1)
    except (OSError, ValueError):
        return None
    return answer if hashlib.sha256(answer).hexdigest().encode() == checksum else None


def _keep(key: str, answer: bytes) -> None:
    """Keep an answer in the cache, and delete the oldest ones. On a full or read-only disk nothing is kept."""
    folder = cache_folder() / "pictures"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        atomic.write(folder / key, hashlib.sha256(answer).hexdigest().encode() + b"\n" + answer, mode=0o600)
        dated = sorted((path.stat().st_mtime, path) for path in folder.iterdir())
        for _, path in dated[:-KEPT]:
            path.unlink(missing_ok=True)
