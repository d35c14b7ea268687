"""The figures of a document, as shapes and texts whose colours are tokens. See `drawing.py`."""

from briefs.compose.figures.counts import counts
from briefs.compose.figures.drawing import Figure, ScaleEntry
from briefs.compose.figures.frame import Furniture
from briefs.compose.figures.geography import MapFrame, PlacedInset
from briefs.compose.figures.lines import Line, Point, lines
from briefs.compose.figures.map import MapWords, Shared, country_map, set_shared, shared
from briefs.compose.figures.ranking import Bar, ranking
from briefs.compose.figures.strip import Dot, strip
from briefs.compose.figures.timeline import Event, Row, overview_timeline, timeline

__all__ = [
    "Bar",
    "Dot",
    "Event",
    "Figure",
    "Furniture",
    "Line",
    "MapFrame",
    "MapWords",
    "PlacedInset",
    "Point",
    "Row",
    "ScaleEntry",
    "Shared",
    "country_map",
    "counts",
    "lines",
    "overview_timeline",
    "ranking",
    "set_shared",
    "shared",
    "strip",
    "timeline",
]
