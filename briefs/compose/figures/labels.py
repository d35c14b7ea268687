"""Places for the labels of a map: on the country if they fit there, or else beside it on the sea, with a leader.

The map is divided into small cells, and each knows the country on it. A label covers no country except its own, no other
label, and nothing that is reserved. Each row of cells is also kept as the bits of a number, so that all places in a row are
tried at once.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations, product
from math import ceil, floor, hypot
from operator import and_, or_

from briefs.compose.figures.atlas import Ring
from briefs.compose.figures.drawing import Point
from briefs.compose.figures.geography import area, crossings

CELL = 1.0  # points: the side of a cell
Corners = tuple[Point, Point]  # upper left, lower right
SEA, LAND, INSET, LABEL = "", "~", "-", "="  # what a cell holds instead of a country's code
FORBIDDEN = 10_000.0  # the cost of what is not allowed
GAP = 1.5  # points: the margin of a label
# A label on land that isn't a country of the edition, nearer to another country than this, in cells, seems to name that country: in
# points, how much farther off a place may be that doesn't.
ALOOF, MISTAKEN = 4, 10.0
SIDE = 2.2  # points: from a country's coast to a label on its right or left
ROOM = 3.0  # points: above and below such a label, so that it isn't read as a line of another
ALIEN = 4.0  # points: how much farther off a place may be that touches nothing but the sea
LED = 3.5  # points: a label with a shorter leader keeps its place
NEARBY, ALIKE = 40.0, 2.5  # points: labels that stand no farther apart, and whose sizes differ by no more, may change places
BEGINNING = 2  # cells: where a leader begins it may cross another, since that may pass over the middle of a small country


@dataclass(frozen=True)
class Placed:
    """The box of a label, from its upper left to its lower right corner.

    `leader`: where its leader begins, or None for a label on its country; `to`: where it ends. `cost`: the distance from the
    country, and more for what the leader crosses; 0 for a label on its country.
    """

    start: Point
    end: Point
    leader: Point | None = None
    cost: float = 0.0
    to: Point | None = None


def anchor(rings: Sequence[Ring]) -> Point:
    """The point in a country's largest piece that is about farthest from its edges."""
    ring = max(rings, key=area)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    left, top, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    columns, rows = ([start + size * (i + 0.5) / 14 for i in range(14)] for start, size in ((left, width), (top, height)))
    met = {y: crossings([ring], y) for y in rows}
    best, least = (left + width / 2, top + height / 2), -1.0
    for point in product(columns, rows):
        if _within(point[0], met[point[1]]) and (clear := _clearance(ring, point, least)) > least:
            best, least = point, clear
    return best


def spots(rings: Sequence[Ring], first: Point, most: int) -> list[Point]:
    """At most `most` points in a country's largest piece, far from each other, beginning with `first`: there a leader may end. A
    narrow country has fewer."""
    ring = max(rings, key=area)
    (left, top), (right, bottom) = corners([ring])
    rows = [top + (bottom - top) * (i + 0.5) / 9 for i in range(9)]
    found = [(x, y) for y in rows for i in range(9) if _within(x := left + (right - left) * (i + 0.5) / 9, crossings([ring], y))]
    chosen = [first]
    while len(chosen) < most and (found := [place for place in found if place not in chosen]):
        chosen.append(max(found, key=lambda place: min(hypot(place[0] - x, place[1] - y) for x, y in chosen)))
    return chosen


def corners(rings: Sequence[Ring]) -> Corners:
    """The upper left and lower right corner of the rings."""
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    return (min(xs), min(ys)), (max(xs), max(ys))


def inside(ring: Ring, point: Point) -> bool:
    """Whether a point lies inside a ring."""
    return _within(point[0], crossings([ring], point[1]))


def _within(x: float, met: Sequence[float]) -> bool:
    """Whether x lies inside, on a line that meets the edges at these crossings."""
    return (len(met) - bisect(met, x)) % 2 == 1


def _cross(one: Corners, other: Corners) -> bool:
    """Whether two lines, each from one end to the other, cross."""
    (a, b), (c, d) = one, other
    return _turns(a, b, c) * _turns(a, b, d) < 0 and _turns(c, d, a) * _turns(c, d, b) < 0


def ordered(placed: Mapping[str, Placed], anchors: Mapping[str, Point]) -> dict[str, Placed]:
    """Labels of about the same size that stand near each other, in the order of their countries' middles: from left to right if
    they stand in a row, or else downwards. Those that stand the other way round change their places, if no leader then crosses
    another one or a label."""
    found = dict(placed)
    for _ in found:
        pairs = ((one, other) for one, other in combinations(found, 2) if _is_reversed(found, anchors, one, other))
        changed = (found | _exchanged(found, one, other) for one, other in pairs)
        if not (better := next((made for made in changed if not _has_crossings(made)), None)):
            break
        found = better
    return found


def _is_reversed(placed: Mapping[str, Placed], anchors: Mapping[str, Point], one: str, other: str) -> bool:
    """Whether two labels that may change places stand the other way round than their countries."""
    a, b = placed[one], placed[other]
    if min(_led_far(a), _led_far(b)) < LED:
        return False
    sizes = [(end[0] - start[0], end[1] - start[1]) for start, end in ((a.start, a.end), (b.start, b.end))]
    apart = a.start[0] - b.start[0], a.start[1] - b.start[1]
    if hypot(*apart) > NEARBY or max(abs(size - like) for size, like in zip(*sizes, strict=True)) > ALIKE:
        return False
    axis = 0 if abs(apart[0]) >= abs(apart[1]) else 1
    return apart[axis] * (anchors[one][axis] - anchors[other][axis]) < 0


def _led_far(label: Placed) -> float:
    """The length of the leader of a label."""
    return hypot(label.leader[0] - label.to[0], label.leader[1] - label.to[1]) if label.leader and label.to else 0.0


def _exchanged(placed: Mapping[str, Placed], one: str, other: str) -> dict[str, Placed]:
    """Two labels in each other's places, with their leaders."""
    a, b = placed[one], placed[other]
    return {one: _led(a, b), other: _led(b, a)}


def _led(label: Placed, place: Placed) -> Placed:
    """A label at the place of another."""
    to = label.to or label.leader or label.start
    near = min(max(to[0], place.start[0]), place.end[0]), min(max(to[1], place.start[1]), place.end[1])
    return replace(label, start=place.start, end=place.end, leader=near)


def _has_crossings(placed: Mapping[str, Placed]) -> bool:
    """Whether a leader crosses another one, or a label."""
    leaders = {code: (label.leader, label.to) for code, label in placed.items() if label.leader and label.to}
    boxes = {code: (label.start, label.end) for code, label in placed.items()}
    over = (_meets(led, box) for code, led in leaders.items() for other, box in boxes.items() if other != code)
    return any(_cross(one, other) for one, other in combinations(leaders.values(), 2)) or any(over)


def _meets(led: Corners, box: Corners) -> bool:
    """Whether a line meets a box."""
    (x0, y0), (x1, y1) = led
    (left, top), (right, bottom) = box
    steps = ceil(hypot(x1 - x0, y1 - y0))
    places = ((x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps))
    return any(left < x < right and top < y < bottom for x, y in places)


def _turns(start: Point, end: Point, place: Point) -> float:
    """On which side of a line a place lies: a number below or above 0."""
    return (end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])


def _clearance(ring: Ring, point: Point, least: float) -> float:
    """The squared distance from a point to the nearest edge of a ring. Stops at an edge that is no farther than `least`."""
    nearest, (x, y), (x0, y0) = float("inf"), point, ring[-1]
    for x1, y1 in ring:
        dx, dy = x1 - x0, y1 - y0
        t = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy or 1)
        t = 0.0 if t < 0 else 1.0 if t > 1 else t
        off_x, off_y = x - x0 - t * dx, y - y0 - t * dy
        off = off_x * off_x + off_y * off_y
        if off < nearest:
            nearest = off
            if off <= least:
                break
        x0, y0 = x1, y1
    return nearest


def _set_in_any(rows: Iterable[int]) -> int:
    """The cells that are set in at least one of the rows."""
    return reduce(or_, rows, 0)


def _runs(row: int, cells: int) -> int:
    """The cells at which a run of at least `cells` set cells begins. Each cell is a bit of `row` and of what is returned."""
    have = 1
    while row and have < cells:
        step = min(have, cells - have)
        row &= row >> step
        have += step
    return row


class Ground:
    """The cells of a map. `states`: the rings of each country of the edition, by its code; `others`: the rings of the other
    countries.

    `width`, `height`: the size of the map in points.
    """

    def __init__(self, states: Mapping[str, Sequence[Ring]], others: Sequence[Ring], width: float, height: float) -> None:
        self.width, self.height = width, height
        self.in_insets: set[str] = set()
        self._leaders: list[Corners] = []
        self.columns, self.rows = ceil(width / CELL), ceil(height / CELL)
        self.owner: list[list[str]] = [[SEA] * self.columns for _ in range(self.rows)]
        for code, rings in {LAND: others, **states}.items():
            self._fill(rings, code)
        self._taken, self._marked, self._foreign = ([0] * self.rows for _ in range(3))
        self._own = {code: [0] * self.rows for code in states}
        for number, row in enumerate(self.owner):
            for column, cell in enumerate(row):
                if cell != SEA:
                    self._taken[number] |= 1 << column
                if cell in self._own:
                    self._own[cell][number] |= 1 << column
                if cell == LAND:
                    self._foreign[number] |= 1 << column

    def copy(self) -> Ground:
        """A copy of the ground, for the labels of another map."""
        other = copy(self)
        other.in_insets, other._leaders = set(self.in_insets), list(self._leaders)
        other.owner = [list(row) for row in self.owner]
        other._taken, other._marked = list(self._taken), list(self._marked)
        return other

    def _fill(self, rings: Sequence[Ring], code: str) -> None:
        """Give the cells inside rings to a country, without those in its holes."""
        ys = [y for ring in rings for _, y in ring] or [0.0]
        for row in range(max(0, floor(min(ys) / CELL)), min(self.rows, ceil(max(ys) / CELL))):
            met = crossings(rings, (row + 0.5) * CELL)
            for left, right in zip(met[::2], met[1::2], strict=False):
                for column in range(max(0, floor(left / CELL)), min(self.columns, ceil(right / CELL))):
                    self.owner[row][column] = code

    def put(self, placed: Placed, at: Point) -> None:
        """Mark the place of a label, and of its leader to its end or else to the point `at`, as taken."""
        for row, column in self._cells_under_leader(placed.to or at, placed):
            self._mark(row, column, LABEL)
        if placed.leader:
            self._leaders.append((placed.leader, placed.to or at))
        self.reserve(placed.start, placed.end)

    def reserve(self, start: Point, end: Point, mark: str = LABEL, *, but: Collection[str] = ()) -> None:
        """Keep a rectangle between two corners free from labels, except on the countries in `but`."""
        left, right = max(0, floor(start[0] / CELL)), min(self.columns, ceil(end[0] / CELL))
        for number in range(max(0, floor(start[1] / CELL)), min(self.rows, ceil(end[1] / CELL))):
            row = self.owner[number]
            for column in range(left, right):
                if row[column] in but:
                    self.in_insets.add(row[column])
                    self._taken[number] |= 1 << column
                else:
                    self._mark(number, column, mark)

    def _mark(self, row: int, column: int, mark: str) -> None:
        self.owner[row][column] = mark
        self._taken[row] |= 1 << column
        self._marked[row] |= 1 << column

    def on(self, code: str, at: Point, rings: Sequence[Ring], size: Point) -> Placed | None:
        """A place for a label of `size` completely on its country, near the point `at`."""
        (left, top), (right, bottom) = corners(rings)
        width, height = size
        first, last = max(floor(top / CELL), 0), min(ceil(bottom / CELL), self.rows)
        whole = {row: self._own[code][row] & ~self._marked[row] for row in range(first, last)}
        own = {row: cells & cells >> 1 & cells << 1 for row, cells in whole.items()}  # without the cells at the edges
        best: tuple[float, Placed] | None = None
        y = top
        while y + height <= bottom:
            is_far = best is not None and abs(y + height / 2 - at[1]) >= best[0]
            inner = reduce(and_, (own.get(row, 0) for row in range(floor(y / CELL), ceil((y + height) / CELL))))
            begins = 0 if is_far else _runs(inner, ceil(width / CELL))
            x = left
            while begins and x + width <= right:
                begin, end = floor(x / CELL), ceil((x + width) / CELL)
                if begin >= 0 and begins >> begin & 1 and inner >> end - 1 & 1:
                    off = hypot(x + width / 2 - at[0], y + height / 2 - at[1])
                    if best is None or off < best[0]:
                        best = off, Placed((x, y), (x + width, y + height))
                x += CELL / 2
            y += CELL / 2
        return best[1] if best else None

    def at_dot(self, at: Point, size: Point, clear: float) -> Placed | None:
        """A place for a label of `size` at a dot: on its right, or else on its left, below it or above it, `clear` points from its
        middle."""
        (x, y), (width, height) = at, size
        middle = y - height / 2
        starts = [(x + clear, middle), (x - clear - width, middle)]
        starts += [(left, top) for top in (y + clear, y - clear - height) for left in (x - width / 2, x + clear - width, x - clear)]
        for left, top in starts:
            end = left + width, top + height
            if self.is_free((left, top), end):
                near = min(max(x, left), end[0]), min(max(y, top), end[1])
                return Placed((left, top), end, near, clear)
        return None

    def at_side(self, at: Point, rings: Sequence[Ring], size: Point) -> Placed | None:
        """A place for a label of `size` on the sea at the coast of a country, level with the point `at`: on the right, or else on
        the left."""
        (width, height), top = size, at[1] - size[1] / 2
        met = [x for step in range(5) for x in crossings(rings, top + height * step / 4)] or [at[0]]
        for left, coast in ((max(met) + SIDE, max(met)), (min(met) - SIDE - width, min(met))):
            if self.is_free((left, top - ROOM), (left + width, top + height + ROOM)):
                near = left if left > coast else left + width
                return Placed((left, top), (left + width, top + height), (near, at[1]), SIDE, (coast, at[1]))
        return None

    def is_free(self, start: Point, end: Point) -> bool:
        """Whether the rectangle between two corners lies on the map, on nothing but sea."""
        first, last = floor(start[0] / CELL), ceil(end[0] / CELL)
        top, bottom = floor(start[1] / CELL), ceil(end[1] / CELL)
        if start[0] < GAP or start[1] < GAP or end[0] > self.width - GAP or end[1] > self.height - GAP:
            return False
        return not _set_in_any(self._taken[row] for row in range(top, bottom)) >> first & (1 << last - first) - 1

    def beside(
        self, code: str, at: Point, size: Point, reach: float, crossing: float, *, on_land: bool = False, over: int | None = None
    ) -> Placed | None:  # fmt: skip
        """A place for a label of `size` on the sea, at most `reach` points from the point `at`. It includes the beginning of the
        leader. `on_land`: it may also stand on land that isn't a country of the edition, but rather not
        close to another country, whose name it would seem to be. `over`: the most other countries that the leader may cross.

        Each place has a cost: its distance, and twice the length of its leader that lies on other countries. This length must be
        less than `crossing` points. The place with the least cost is taken.
        """
        width, height = size
        free = [self._foreign[n] & ~self._marked[n] if on_land else 0 for n in range(self.rows)]
        alien = [self._taken[n] & ~self._own.get(code, free)[n] & ~free[n] for n in range(self.rows)]
        others = self._others(code) if on_land else []
        found: list[tuple[float, Point, Point]] = []  # distance, upper left corner, start of the leader
        top, bottom = at[1] - reach - height, min(at[1] + reach, self.height - height)
        left, right = at[0] - reach - width, min(at[0] + reach, self.width - width)
        columns = range(max(1, floor(left / CELL)), floor(right / CELL), 2)
        long = ceil((width + GAP) / CELL) + 1  # cells, from the one before the label
        own, wanted = (1 << long) - 1, _set_in_any(1 << column - 1 for column in columns)
        for row in range(max(1, floor(top / CELL)), floor(bottom / CELL)):
            y = row * CELL
            deep = ceil((y + height + GAP) / CELL)
            taken = _set_in_any(self._taken[n] & ~free[n] for n in range(row - 1, min(deep, self.rows)))
            if not (begins := _runs(~taken, long) & wanted):
                continue
            touched = _set_in_any(alien[max(row - 2, 0) : deep + 1])
            land, close = _set_in_any(free[row - 1 : deep]), _set_in_any(others[max(row - 1 - ALOOF, 0) : deep + ALOOF])
            near_y = min(max(at[1], y), y + height)
            for column in columns:
                first = column - 1
                if not begins >> first & 1:
                    continue
                is_mistaken = land >> first & own and close >> max(first - ALOOF, 0) & (1 << long + 2 * ALOOF) - 1
                x = column * CELL
                near = min(max(at[0], x), x + width), near_y
                off = hypot(near[0] - at[0], near_y - at[1])
                if off <= reach:
                    is_alien = touched >> max(first - 1, 0) & (1 << long + 2) - 1
                    found.append((off + (MISTAKEN if is_mistaken else 0) + (ALIEN if is_alien else 0), (x, y), near))
        found.sort(key=lambda place: place[0])
        best, least = None, FORBIDDEN
        for off, (x, y), near in found:
            if off >= least:
                break
            placed = Placed((x, y), (x + width, y + height), near, to=at)
            cost = off + 2 * self._crossed(code, at, placed, min(crossing, (least - off) / 2), on_land=on_land, over=over)
            if cost < least:
                best, least = replace(placed, cost=cost), cost
        return best

    def _others(self, code: str) -> list[int]:
        """The cells of all countries of the edition but one, row by row."""
        own = [cells for other, cells in self._own.items() if other != code]
        return [_set_in_any(cells[row] for cells in own) for row in range(self.rows)]

    def _crossed(
        self, code: str, at: Point, placed: Placed, most: float, *, on_land: bool = False, over: int | None = None
    ) -> float:
        """How many points of a leader lie on other countries. `FORBIDDEN` if it crosses a label or another leader, or if
        the count reaches `most`, or if it crosses more than `over` countries."""
        free = (SEA, code, INSET if code in self.in_insets else code, LAND if on_land else code)
        found, crossed = 0.0, set()
        if any(_cross((placed.leader or at, at), other) for other in self._leaders):
            return FORBIDDEN
        for number, (row, column) in enumerate(self._cells_under_leader(at, placed)):
            if (cell := self.owner[row][column]) not in free:
                found += CELL
                crossed.add(cell)
                is_over = over is not None and len(crossed) > over
                if (cell == LABEL and number >= BEGINNING) or found >= most or is_over:
                    return FORBIDDEN
        return found

    def _cells_under_leader(self, at: Point, placed: Placed) -> Iterator[tuple[int, int]]:
        """The cells under a leader, beginning at the point `at`."""
        (x0, y0), (x1, y1) = at, placed.leader or at
        dx, dy, bottom, right = x1 - x0, y1 - y0, self.rows - 1, self.columns - 1
        steps = ceil(hypot(dx, dy) / CELL)
        for i in range(steps):
            yield min(int((y0 + dy * i / steps) / CELL), bottom), min(int((x0 + dx * i / steps) / CELL), right)
