"""Where is a place on the map? A process of its own that projects places on the globe, by d3-geo, within limits."""
