"""The map of a column: classes of its numbers, or its categories.

In: a `PlotRequest`. Out: a figure. The palette gives each class or category its colour, unless the column does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from briefs.colours import text_on
from briefs.compose import charts
from briefs.compose.classes import METHODS, breaks, class_of
from briefs.compose.figures import Classes, Figure, Furniture, MapFrame, choropleth, framed
from briefs.compose.labels import Labels
from briefs.compose.plotrequests import PlotRequest, Shown, Unplottable
from briefs.compose.plotwords import PlotWords, marks
from briefs.edition.data.table import Value
from briefs.edition.model import Column, Edition
from briefs.problems import did_you_mean
from briefs.theme import RAMPS

CLASSES = 5  # the number of classes, if the author gives none
_NUMBER = re.compile(r"[-−]?\d{1,15}(\.\d{1,15})?")
# The width in millimetres below which only marked countries have labels; the most countries that are labelled by their codes.
NAMED, CODED = 100.0, 45


class ValueMap:
    """Makes the maps of one document. `width`: the width of each map in millimetres; `tallest`: its greatest height as a part of
    the width."""

    def __init__(self, edition: Edition, labels: Labels, words: PlotWords, width: float, tallest: float):
        self._edition = edition
        self._labels = labels
        self._words = words
        self._width = width
        self._tallest = tallest

    def make(self, request: PlotRequest, furniture: Furniture) -> Figure:
        """The map that was asked for. Raises Unplottable."""
        is_numeric = request.column.is_numeric
        classes = self._of_numbers(request) if is_numeric else self._of_categories(request)
        return choropleth(
            replace(classes, not_covered=self._not_covered(request)),
            furniture,
            width=self._width,
            view=self._frame(request),
            labels=self._named(request),
            words=charts.map_words(self._edition, self._labels, self._labels("not_covered")),
            empty=self._labels("plot_empty" if is_numeric else "not_recorded"),
            highlight=request.marked[0] if len(request.marked) == 1 else None,
        )

    def _not_covered(self, request: PlotRequest) -> list[str]:
        """The subjects that have no data at all. A map of countries that the author has named has none of them."""
        return [] if request.keys.get("countries") else [code for code in self._edition.not_covered if code not in request.codes]

    def _frame(self, request: PlotRequest) -> MapFrame:
        """The part of the world that the map shows: that of the edition's maps, or of the countries that the author has named."""
        frame = replace(charts.view(self._edition), tallest=self._tallest)
        if not request.keys.get("countries"):
            return frame
        return replace(frame, countries=framed(frame.view, request.codes), insets=())

    def _of_numbers(self, request: PlotRequest) -> Classes:
        numbers = {each.code: self._words.rounded(each) for each in request.known}
        bounds, ramp = self._bounds(request.column, tuple(numbers.values()), request.keys)
        steps = _spread(len(bounds) + 1, bounds, request.keys, ramp)
        states = {code: steps[class_of(numbers[code], bounds)] if code in numbers else None for code in request.codes}
        every = (*numbers.values(), *bounds)
        ends = [min(every), *bounds, max(every)]
        tick = self._words.tick(request.column)
        return Classes(ramp, states, steps, [tick(number) for number in ends])

    def _bounds(self, column: Column, numbers: tuple[float, ...], keys: Mapping[str, str]) -> tuple[tuple[float, ...], str]:
        """The breaks between the classes, and the name of the ramp of their colours. The author may give the breaks; otherwise they
        are computed."""
        middle = _number("middle", keys["middle"]) if "middle" in keys else None
        ramp = "sequential" if middle is None else "diverging"
        if "breaks" in keys:
            given = {_number("breaks", part) for part in re.split(r"[\s;]+", keys["breaks"].strip())}
            bounds = tuple(sorted(given | ({middle} if middle is not None else set())))
        else:
            bounds = breaks(numbers, _method(keys), _count(keys), middle)
        most = RAMPS[ramp]
        if len(bounds) >= most:
            raise Unplottable(f"{len(bounds) + 1} classes are too many for a map", f"There are colours for {most}.")
        return bounds, ramp

    def _of_categories(self, request: PlotRequest) -> Classes:
        column = request.column
        contents: list[str | bool] = [category.id for category in column.values] or [True, False]
        steps = {content: str(number) for number, content in enumerate(contents, 1)}
        own = [category.colour for category in column.values if category.colour]
        has_own = bool(own) and len(own) == len(contents)
        if not has_own and len(contents) > RAMPS["qualitative"]:
            hint = f"Give each of its `values` a colour: without, there are colours for {RAMPS['qualitative']}."
            raise Unplottable(f"the column “{column.id}” has more categories than there are colours", hint)
        states = {each.code: steps.get(_content(each)) for each in request.shown}
        shown = [content for content in contents if has_own or steps[content] in states.values()]
        labels = [self._words.category(column, Value(content)) for content in shown]
        colours = {f"@category/{number}": str(colour) for number, colour in enumerate(own, 1)} if has_own else {}
        colours |= {f"@on-{token[1:]}": text_on(colour) for token, colour in colours.items()}
        return Classes("category" if has_own else "qualitative", states, [steps[c] for c in shown], labels, colours)

    def _named(self, request: PlotRequest) -> dict[str, str]:
        """The labels, by the code of the country. If the map shows few countries, they are codes. If it shows many, only the
        highest and the lowest have their names. Marked countries always have their names."""
        known = sorted(request.known, key=lambda each: each.number)
        marked = {code: self._words.named(code) for code in request.marked}
        marked |= {each.code: self._label(each) for each in known if each.code in marked}
        if self._width < NAMED:
            return marked
        if len(request.codes) <= CODED:
            return {code: code.upper() for code in request.codes if len(code) == 2} | marked
        ends = {each.code: self._label(each) for each in (known[0], known[-1])} if request.column.is_numeric else {}
        return ends | marked

    def _label(self, shown: Shown) -> str:
        return self._words.labelled(shown) + marks(shown.value) if shown.column.is_numeric else self._words.named(shown.code)


def _content(shown: Shown) -> str | bool:
    content = shown.value.content
    return content if isinstance(content, bool | str) else ""


def _spread(count: int, bounds: Sequence[float], keys: Mapping[str, str], ramp: str) -> list[str]:
    """The steps of a ramp for `count` classes: spread over the ramp, or from the middle of a diverging ramp outwards."""
    size = RAMPS[ramp]
    if ramp == "diverging":
        below = sum(bound <= float(keys["middle"]) for bound in bounds)
        low, high = _halves(below, size // 2), _halves(count - below, size // 2)
        return [str(size // 2 + 1 - step) for step in reversed(low)] + [str(size // 2 + step) for step in high]
    if count == 1:
        return [str((size + 1) // 2)]
    return [str(round(1 + number * (size - 1) / (count - 1))) for number in range(count)]


def _halves(count: int, size: int) -> list[int]:
    """The steps of `count` classes on one half of a diverging ramp, from the middle outwards. `size`: the steps of the half. The
    last class has the last step, which is the strongest."""
    return [round(size - (count - number) * size / max(count, 1)) for number in range(1, count + 1)]


def _number(key: str, text: str) -> float:
    if not _NUMBER.fullmatch(text):
        hint = 'Write numbers with a decimal point: breaks="20 40".'
        raise Unplottable(f"`{key}`: “{text[:40]}” is no number", hint)
    return float(text.replace("−", "-"))


def _method(keys: Mapping[str, str]) -> str:
    method = keys.get("by", METHODS[0])
    if method not in METHODS:
        hint = did_you_mean(method, METHODS, f"There are {', '.join(METHODS)}.")
        raise Unplottable(f"there is no way to make classes “{method[:40]}”", hint)
    return method


def _count(keys: Mapping[str, str]) -> int:
    written = keys.get("classes", str(CLASSES))
    most = RAMPS["diverging" if "middle" in keys else "sequential"]
    if not written.isdecimal() or not 2 <= int(written) <= most:
        raise Unplottable(f"`classes`: “{written[:20]}” is no number from 2 to {most}", "Leave it out for five classes.")
    return int(written)
