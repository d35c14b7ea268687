"""What the editor offers to complete as somebody types: keys of sources, names that cross-references lead to, names of countries.

In: the edition. Out: lists for the editor, each item with its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefs.edition import markdown
from briefs.edition.model import Edition

_HEADING = re.compile(r"#+(.*)\{")
_CAPTION = re.compile(r"!\[(.*)\]\([^()]*\)\{")
Completions = dict[str, list[tuple[str, str]] | list[str]]


def of(edition: Edition) -> Completions:
    """`sources`: keys and titles; `targets`: names, each with the heading or the caption that has it, or else the title of
    its section; `countries`: their names."""
    return {
        "sources": [(key, str(source.title or "")) for key, source in edition.sources.items()],
        "targets": [*dict.fromkeys(_targets(edition))],
        "countries": [edition.names[code] for code in sorted(edition.names, key=edition.rank)],
    }


def _targets(edition: Edition) -> Iterator[tuple[str, str]]:
    for section in edition.sections:
        text, title = section.body.markdown, str(section.head.title)
        yield section.head.id, title
        yield from ((name, _words_before(text, at) or title) for at, name in markdown.targets(text))


def _words_before(text: str, at: int) -> str:
    """The words of the heading, or of the caption of the picture, that is named at an offset. Empty if it is something else."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    named = _HEADING.match(line) or _CAPTION.match(line)
    return named[1].strip() if named else ""
