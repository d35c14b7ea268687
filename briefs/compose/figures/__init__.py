"""The figures of a document, as shapes and texts whose colours are tokens. See `drawing.py`."""

from briefs.compose.figures.counts import counts
from briefs.compose.figures.drawing import Figure, ScaleEntry
from briefs.compose.figures.geography import MapFrame, PlacedInset
from briefs.compose.figures.map import Shared, country_map, set_shared, shared
from briefs.compose.figures.timeline import Event, Row, overview_timeline, timeline

__all__ = [
    "Event",
    "Figure",
    "MapFrame",
    "PlacedInset",
    "Row",
    "ScaleEntry",
    "Shared",
    "country_map",
    "counts",
    "overview_timeline",
    "set_shared",
    "shared",
    "timeline",
]
