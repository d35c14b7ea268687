"""What the editor offers to complete as somebody types: keys of sources, names that cross-references lead to, names of countries.

In: the edition. Out: lists for the editor, each item with its title.
"""

from __future__ import annotations

from collections.abc import Iterator

from briefs.edition import markdown
from briefs.edition.model import Edition

Completions = dict[str, list[tuple[str, str]] | list[str]]


def of(edition: Edition) -> Completions:
    """`sources`: keys and titles; `targets`: names and the titles of the sections that have them; `countries`: their names."""
    return {
        "sources": [(key, str(source.title or "")) for key, source in edition.sources.items()],
        "targets": [*dict.fromkeys(_targets(edition))],
        "countries": [edition.names[code] for code in sorted(edition.names, key=edition.rank)],
    }


def _targets(edition: Edition) -> Iterator[tuple[str, str]]:
    for section in edition.sections:
        yield section.head.id, str(section.head.title)
        yield from ((name, str(section.head.title)) for _, name in markdown.targets(section.body.markdown))
