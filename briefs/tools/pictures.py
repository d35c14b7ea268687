"""Asks the process that decodes and draws pictures from content (`python -m briefs.pictures`).

In: a file's bytes. Out: a `Normalised`: bytes that the rest of the program may open. A picture that takes more than the process may
use is a ValueError. What was made is kept in the cache under the hash of what it was made from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefs.clock import clock
from briefs.tools.limited import KeptAnswers, LimitedProcess, LimitReached

_KEPT = KeptAnswers(
    "pictures", ("pictures",), ("pillow", "pypdfium2", "vl-convert-python", "lxml", "tinycss2", "cssselect2"), most=200
)


@dataclass(frozen=True)
class Normalised:
    """A picture that any program can open. `kind`: `svg`, `png` or `jpg`. `data`: an SVG of plain shapes and texts, a PNG or a JPEG
    (sRGB or grey, upright). `png`: an SVG as PNG. `width`, `height`: the millimetres that the file itself asks for. `words`: its
    texts. `unprinted`: what else the file has, such as further pictures of an animation."""

    kind: str
    data: bytes
    png: bytes
    width: float
    height: float
    words: str
    unprinted: tuple[str, ...] = ()


class PictureProcess:
    """A running process for pictures, started for the first one."""

    def __init__(self) -> None:
        self._fonts: tuple[str, str] = ("", "sans-serif")
        self._process = LimitedProcess("briefs.pictures")
        self._faults: dict[str, str] = {}  # what is wrong with pictures that reached a limit, by their keys

    def use_fonts(self, folder: Path, families: Sequence[str]) -> None:
        """Draw texts in the first of these families that has the letters. `folder` holds the font files."""
        self._fonts = str(folder), ", ".join(f"'{name}'" for name in families)

    def normalise(self, suffix: str, data: bytes) -> Normalised:
        """A file with this suffix (`.svg`), made safe. Raises ValueError that says what is wrong with it."""
        fonts, families = self._fonts
        head, blobs = _KEPT.answer(data, self._ask, suffix=suffix, fonts=fonts, families=families)
        if "fault" in head:
            raise ValueError(head["fault"])
        at = head["sizes"][0]
        sizes, unprinted = (head["width"], head["height"]), tuple(head["unprinted"])
        return Normalised(head["kind"], blobs[:at], blobs[at:], *sizes, head["words"], unprinted)

    def close(self) -> None:
        """End the process. The next picture would start a new one."""
        self._process.close()

    def _ask(self, key: str, request: bytes) -> bytes:
        if key in self._faults:
            raise ValueError(self._faults[key])
        try:
            with clock.stage("draw"):
                return self._process.ask(request)
        except LimitReached as fault:
            within = f"can’t be drawn within {fault}, or ends the program that draws it"
            self._faults[key] = f"isn’t drawn after {fault}: the machine is busy. Try again" if fault.is_late else within
            raise ValueError(self._faults[key]) from None


PROCESS = PictureProcess()  # the picture process that this process uses
