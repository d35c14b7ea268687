"""Bars in the cells of tables: how long a number is beside the others of its row or column.

In: numbers. Out: images for the cells, and their figures. Many cells share a figure, because a length is a whole number of steps.
"""

from __future__ import annotations

from collections.abc import Collection

from briefs.compose import tree
from briefs.compose.figures.drawing import MM, Canvas, Figure, polygon, rectangle
from briefs.compose.tree import Node

HEIGHT, STEP = 1.9, 0.25  # millimetres: the height of a bar, and a step of its length


class CellBars:
    """The bars of one document. `width`: the length of the longest bar, in millimetres."""

    def __init__(self, width: float):
        self.figures: dict[str, Figure] = {}
        self._steps = round(width / STEP)

    def image(self, number: float, numbers: Collection[float], alt: str) -> list[Node]:
        """The bar of a number among all `numbers` of its row or column. If some are negative, all images have the same width, with
        zero at the same place; if none is, zero has no bar. A bar is at least one step long. `alt`: its alternative text."""
        low, high = min(0.0, *numbers), max(0.0, *numbers)
        unit = self._steps / ((high - low) or 1)
        zero = round(-low * unit)
        left, right = sorted((zero, zero + round(number * unit)))
        if left == right:
            if not number and low == 0:
                return []
            left, right = (left, left + 1) if left < self._steps else (left - 1, left)
        figure = self._figure(left, right, self._steps if low < 0 else right)
        return [tree.image(f"{figure.name}.svg", alt, width=f"{figure.width:g}mm", height=f"{HEIGHT:g}mm")]

    def _figure(self, left: int, right: int, width: int) -> Figure:
        name = f"bar-{left}-{right}-{width}"
        if name not in self.figures:
            sheet, step = Canvas(), STEP * MM
            sheet.shape(polygon(rectangle(left * step, 0, (right - left) * step, HEIGHT * MM)), fill="@accent", name="bar")
            alt = f"{100 * (right - left) / self._steps:.0f} %"
            self.figures[name] = sheet.figure(name, width * STEP, HEIGHT * MM, alt)
        return self.figures[name]
