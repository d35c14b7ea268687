"""briefs: structured Markdown and per-country data in; reports, one-page briefs and handouts out."""

__version__ = "0.1.0"
