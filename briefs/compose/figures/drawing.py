"""What all figures share: their form, a canvas to draw on, and an estimate of how wide a text will be.

A figure is plain shapes and texts, without functions, clock or fonts. `typeset/draw.py` makes an SVG and a PNG of it. Lengths are
points on paper and y runs down, except where a name or docstring says millimetres. Colours are tokens that a palette fills in
later: `@ink` (lines and text), `@muted` (secondary text), `@rule` (hairlines), `@paper`, `@sea`, `@coast`, `@land`, `@absent`
(what isn't covered), `@stance/<step>`, `@pale/<step>` and `@on-stance/<step>` (the colour of a step, the same paler, and the
colour of text on it), and the theme's ramps, such as `@sequential/1` with `@on-sequential/1`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import Any, Literal

Point = tuple[float, float]

MM = 72 / 25.4  # points in a millimetre
HAIRLINE = 0.5
SMALL, NORMAL = 7.0, 7.5  # points: sizes of type
CAP = 0.64  # em: the height of a capital letter

# Widths of Carlito's characters from the space to the tilde, in hundredths of an em.
_WIDTHS = """
    23 33 40 50 51 71 68 22 30 30 50 50 25 31 25 39 51 51 51 51 51 51 51 51 51 51 27 27 50 50 50 46
    89 58 54 53 62 49 46 63 62 25 32 52 42 85 65 66 52 67 54 46 49 64 57 89 52 49 47 31 39 31 50 50
    29 48 53 42 53 50 31 47 53 23 24 45 23 80 53 53 53 53 35 39 33 53 45 71 43 45 40 31 46 31 50"""
_CARLITO = tuple(int(width) for width in _WIDTHS.split())
_width: ContextVar[tuple[int, ...]] = ContextVar("widths of characters", default=_CARLITO)


@dataclass(frozen=True)
class ScaleEntry:
    """A step of the edition's scale of stances."""

    id: str
    label: str


@dataclass(frozen=True)
class Figure:
    """A figure, ready to be drawn with a palette. `width` and `height` are millimetres on paper.

    `shapes`, `texts`: in the order in which a `Canvas` took them; the texts are on top of the shapes. `direction`: the direction of
    its texts. `has_sides`: whether left and right mean something in it, as on a map. A figure from right to left is drawn mirrored
    if it has no sides. `colours`: by token, the colours (`#rrggbb`) that the palette doesn't have, such as those of a column's
    categories. `facts`: the ids of the facts that it shows, if it is a timeline of some of them.
    """

    name: str
    shapes: Sequence[Mapping[str, Any]]
    texts: Sequence[Mapping[str, Any]]
    width: float
    height: float
    alt: str
    direction: Literal["ltr", "rtl"] = "ltr"
    has_sides: bool = False
    colours: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()

    @property
    def is_mirrored(self) -> bool:
        return self.direction == "rtl" and not self.has_sides

    @property
    def points(self) -> Point:
        """Width and height in points."""
        return round(self.width * MM, 2), round(self.height * MM, 2)


# Where a line may break: after a wide character with its closing marks, or after a word and its space. A no-break space is a part
# of its word.
_BREAKS = re.compile(
    r"[\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7a3][、。，．！？：；）」』】》]*\s*"
    r"|(?:[^\s\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7a3]|\u00a0)+[^\S\u00a0]*"
)


_MOVE = re.compile(r"M(-?\d*\.?\d+) ?(-?\d*\.?\d+)")  # a move in an SVG path


@contextmanager
def widths_of(widths: Sequence[int]) -> Iterator[None]:
    """Estimate the widths of texts for another face than Carlito. `widths`: the widths of its characters from the space to the
    tilde, in hundredths of an em; if empty, nothing changes."""
    before = _width.set(tuple(map(max, widths, _CARLITO)) if widths else _CARLITO)
    try:
        yield
    finally:
        _width.reset(before)


def letter_widths() -> tuple[int, ...]:
    """The widths of characters by which the widths of texts are estimated, as `widths_of` takes them."""
    return _width.get()


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is in the face of the figures or a fallback font, in points, rather a little too
    much. `size` is in points too."""
    return _hundredths(text, _width.get()) / 100 * size * (1.035 if bold else 1.01)


@lru_cache(20_000)
def _hundredths(text: str, widths: tuple[int, ...]) -> int:
    """The width of a text in hundredths of an em."""
    return sum(_letter(letter, widths) for letter in unicodedata.normalize("NFD", text))


def letters(text: str) -> float:
    """The length of a text: the number of its letters, or more in a face that is wider than Carlito."""
    own = text_width(text, 1)
    with widths_of(()):
        usual = text_width(text, 1)
    return len(text) * own / usual if usual else 0.0


def _letter(letter: str, widths: tuple[int, ...]) -> int:
    if " " <= letter <= "~":
        return widths[ord(letter) - 32]
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 100
    if unicodedata.category(letter)[0] in "PZ":
        return 50 if letter != "—" else 91
    return 70 if letter.isupper() else 60


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """A text in as few lines of at most `width` points as possible, of about equal length.

    Lines break between words, and between Chinese, Japanese and Korean characters. A word that is longer than a line is divided.
    """
    words = [part for word in _BREAKS.findall(text) for part in _divided(word, width, size, bold=bold)]

    def fill(limit: float) -> list[str]:
        lines: list[str] = []
        for word in words:
            if lines and text_width((lines[-1] + word).strip(), size, bold=bold) <= limit:
                lines[-1] += word
            else:
                lines.append(word)
        return [line.strip() for line in lines]

    lines = fill(width)
    limit = text_width(text, size, bold=bold) / max(len(lines), 1)
    while limit < width and len(fill(limit)) > len(lines):
        limit += size / 4
    return fill(min(limit, width)) if len(lines) > 1 else lines


def _divided(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    """A word in parts that each fit on a line, with hyphens."""
    parts = []
    while text_width(word.strip(), size, bold=bold) > width and len(word) > 2:
        end = next((n for n in range(len(word) - 1, 1, -1) if text_width(f"{word[:n]}-", size, bold=bold) <= width), 0)
        if not end:
            break
        parts.append(f"{word[:end]}-")
        word = word[end:]
    return [*parts, word]


def polygon(points: Iterable[Point], *, close: bool = True) -> str:
    """The points as a short SVG path, rounded to a tenth of a point. A point that is then equal to the one before is left out.
    Empty if fewer than two points remain."""
    steps: list[tuple[int, int]] = []
    last = (0, 0)
    for x, y in points:
        here = round(x * 10), round(y * 10)
        if not steps or here != last:
            steps.append((here[0] - last[0], here[1] - last[1]))
        last = here
    pairs = [f"{_tenths(x)} {_tenths(y)}" for x, y in steps]
    path = f"M{pairs[0]}l{' '.join(pairs[1:])}{'z' * close}" if len(pairs) > 1 else ""
    return path.replace(" -", "-")


def _tenths(number: int) -> str:
    return f"{number / 10:g}".replace("0.", ".", 1) if -10 < number < 10 and number else f"{number / 10:g}"


def rectangle(x: float, y: float, width: float, height: float) -> list[Point]:
    """The corners of a rectangle, clockwise from the upper left."""
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def circle(x: float, y: float, radius: float) -> str:
    """An SVG path of a circle around the point (x, y)."""
    r = f"{radius:g}"
    return f"M{x - radius:.2f} {y:.2f}a{r} {r} 0 1 0 {2 * radius:g} 0a{r} {r} 0 1 0 {-2 * radius:g} 0z"


def moved(path: str, down: float) -> str:
    """A path that this module made, `down` points lower. Only its `M` commands have absolute coordinates."""
    return _MOVE.sub(lambda found: f"M{found[1]} {float(found[2]) + down:.4g}", path)


def line(*points: Point) -> str:
    """An open SVG path through the points."""
    return polygon(points, close=False)


@dataclass
class Canvas:
    """Shapes, and texts on top of them, in the order in which they are added."""

    shapes: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)

    def shape(
        self,
        path: str,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = HAIRLINE,
        dash: list[float] | None = None,
        name: str | None = None,
    ) -> None:
        """Add an SVG path, filled with a token or drawn as a line of `width` points, or both. An empty path adds nothing."""
        line_width = width if stroke else None
        row = {"name": name, "path": path, "fill": fill, "stroke": stroke, "width": line_width, "dash": dash}
        if path:
            self.shapes.append({key: value for key, value in row.items() if value is not None})

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SMALL,
        fill: str = "@ink",
        bold: bool = False,
        align: str = "left",
        aside: bool = False,
    ) -> None:
        """Add a line of text on the baseline y. At x it begins, ends or has its middle (`align`: left, right, center). `aside`: it
        stands beside the part of the figure that has sides (`Figure.has_sides`)."""
        row = {"text": text, "x": round(x, 2), "y": round(y, 2), "size": size, "fill": fill, "align": align}
        self.texts.append({**row, **({"weight": "bold"} if bold else {}), **({"aside": True} if aside else {})})

    @contextmanager
    def aside(self, left: float, right: float) -> Iterator[None]:
        """Shapes and texts that are added in this context stand beside the part that has sides, as a legend stands beside a map.
        In a figure from right to left they are mirrored between the edges `left` and `right`."""
        shapes, texts = len(self.shapes), len(self.texts)
        yield
        for row in (*self.shapes[shapes:], *self.texts[texts:]):
            row["aside"] = round(left + right, 2)

    def add(self, other: Canvas, down: float) -> None:
        """Add all of another canvas, `down` points lower."""
        self.shapes += [{**shape, "path": moved(shape["path"], down)} for shape in other.shapes]
        self.texts += [{**text, "y": round(text["y"] + down, 2)} for text in other.texts]

    def figure(self, name: str, width: float, height: float, alt: str, *, has_sides: bool = False) -> Figure:
        """The figure of all that was added, `width` millimetres wide and `height` points high. `has_sides`: left and right mean
        something in it.

        The height is rounded up to tenths of a millimetre. The errors of floating-point sums are rounded off first, since they
        depend on Python's version.
        """
        high = ceil(round(height / MM * 10, 6)) / 10
        return Figure(name, self.shapes, self.texts, width, high, alt, has_sides=has_sides)
