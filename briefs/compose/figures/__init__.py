"""The figures of a document, as shapes and texts whose colours are tokens. See `drawing.py`."""

from briefs.compose.figures.cells import BarCell, BarColumn, bar_table, room_for
from briefs.compose.figures.choropleth import Classes, choropleth
from briefs.compose.figures.code import address_code
from briefs.compose.figures.counts import counts
from briefs.compose.figures.drawing import Figure, ScaleEntry
from briefs.compose.figures.frame import Furniture, titled
from briefs.compose.figures.geography import MapFrame, PlacedInset, framed, map_height, neighbours
from briefs.compose.figures.history import Row, TimelineWords, lane_timeline, overview_timelines
from briefs.compose.figures.ladder import ladder
from briefs.compose.figures.lines import Line, Point, lines
from briefs.compose.figures.map import MapWords, Shared, country_map, maps_without_land, set_shared, shared
from briefs.compose.figures.multiples import multiples
from briefs.compose.figures.ranking import Bar, ranking
from briefs.compose.figures.slope import Slope, slopes
from briefs.compose.figures.stacks import Stack, stacks
from briefs.compose.figures.steps import stance_steps
from briefs.compose.figures.strip import Dot, strip
from briefs.compose.figures.strips import Strip, strips
from briefs.compose.figures.tiles import tiles
from briefs.compose.figures.timeline import Event, Today, timeline, timeline_across, timeline_to_scale

__all__ = [
    "Bar",
    "BarCell",
    "BarColumn",
    "Classes",
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
    "Slope",
    "Stack",
    "Strip",
    "TimelineWords",
    "Today",
    "address_code",
    "bar_table",
    "choropleth",
    "country_map",
    "counts",
    "framed",
    "ladder",
    "lane_timeline",
    "lines",
    "map_height",
    "maps_without_land",
    "multiples",
    "neighbours",
    "overview_timelines",
    "ranking",
    "room_for",
    "set_shared",
    "shared",
    "slopes",
    "stacks",
    "stance_steps",
    "strip",
    "strips",
    "tiles",
    "timeline",
    "timeline_across",
    "timeline_to_scale",
    "titled",
]
