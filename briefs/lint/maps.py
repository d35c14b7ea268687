"""What is wrong with the maps of a page: labels over other countries, and a subject of which too little is seen.

In: a page. Out: `Finding`s. A figure counts as a map if its shapes have many points; the first shape is the sea. A map has one
subject if one of its land colours is also found elsewhere on the page: in the page's band, or in the badge of the subject's stance.
A legend below the sea isn't part of the map's land. Nor is land in a light grey, which is no subject's: a label may stand on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefs.lint.findings import Finding
from briefs.lint.reading import Colour, Extent, Painted, PaintedPage

POINTS = 500  # a figure whose shapes have fewer points isn't taken for a map
FOREIGN = 0.25  # the greatest part of a label that may lie on other countries
SEEN = 0.5  # the least part of the subject's area that must be seen
SMALL = 28.0  # square points: a smaller subject isn't judged, because its outline covers most of it
NEAR, LIKE = 12, 48  # of 255 a channel: closer colours are equal; closer ones to the subject's are its own or its edge's
WHITE: Colour = (255, 255, 255)
GREY, LIGHT = 12, 200  # of 255: a colour whose channels differ less, and are all higher, is a light grey


@dataclass(frozen=True)
class PaintedMap:
    """A map. `sea`: the shape of its sea. `lands`: the colours of its countries. `subject`: the colour of the country that it is
    about, or None if it is about all. `shapes`, `labels`: all its shapes and texts."""

    sea: Painted
    lands: frozenset[Colour]
    subject: Colour | None
    shapes: Sequence[Painted]
    labels: Sequence[Painted]


def findings(file: str, page: PaintedPage) -> Iterator[Finding]:
    for found in _maps(page):
        for label in found.labels:
            if (share := _foreign(page, found, label)) > FOREIGN:
                what = f"“{label.text.strip()}” lies on another country"
                yield Finding(file, page.number, "map label", what, f"{100 * share:.0f} per cent", f"at most {100 * FOREIGN:.0f}")
        area = sum(s.area for s in found.shapes if s.colour == found.subject and found.sea.extent.covers(*s.extent.middle))
        if found.subject and area > SMALL:
            seen = _share(page.colours(found.sea.extent), found.subject, LIKE) * _area(found.sea.extent) / area
            if seen < SEEN:
                measure = f"{100 * seen:.0f} per cent of it is seen"
                yield Finding(file, page.number, "map subject", "the map hides its subject", measure, f"at least {100 * SEEN:.0f}")


def _maps(page: PaintedPage) -> Iterator[PaintedMap]:
    others = {s.colour for s in page.painted if s.kind == "shape" and s.filled and s.tag != "Figure"} - {WHITE}
    for content in sorted({s.content for s in page.painted if s.tag == "Figure" and s.content >= 0}):
        own = [s for s in page.painted if s.content == content and s.tag == "Figure"]
        shapes = [s for s in own if s.kind == "shape" and s.filled]
        if sum(s.points for s in shapes) < POINTS:
            continue
        sea = shapes[0]
        coloured = frozenset(s.colour for s in shapes if s.points > 4 or s is not sea) - {sea.colour, WHITE}
        lands = frozenset(colour for colour in coloured if max(colour) - min(colour) >= GREY or min(colour) <= LIGHT)
        labels = [t for t in own if t.kind == "text" and t.text.strip() and sea.extent.covers(*t.extent.middle)]
        yield PaintedMap(sea, lands, next(iter(lands & others), None), shapes, labels)


def _foreign(page: PaintedPage, found: PaintedMap, label: Painted) -> float:
    """The share of a label that lies on land other than its own. Its own land has the subject's colour or, on a map of all
    countries, the colour that lies under most of the label."""
    colours = page.colours(label.extent)
    shares = {land: _share(colours, land) for land in found.lands}
    own = found.subject if found.subject else max(shares, key=lambda land: shares[land], default=None)
    return sum(share for land, share in shares.items() if land != own)


def _share(colours: Mapping[Colour, float], wanted: Colour, near: int = NEAR) -> float:
    """The share of an area that has a wanted colour, or a colour near it. `colours`: the colours of the area, each with its
    share."""
    return sum(share for colour, share in colours.items() if all(abs(a - b) < near for a, b in zip(colour, wanted, strict=True)))


def _area(extent: Extent) -> float:
    return extent.width * extent.height
