"""Every text of an edition by the name of its place, which bookmarks in documents are made from.

In: an edition, a running pandoc. Out: `Text`s by `Place.name`: each field of the YAML files and front matters, each block of the
sections and decks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from briefs.edition import blocks
from briefs.edition.model import Deck, Edition, Section, Text
from briefs.tools.pandoc import Pandoc

_AGAIN = re.compile(r"@\d+$")
_LEAF = re.compile(r"/(\d+)$")


def of(edition: Edition, pandoc: Pandoc) -> dict[str, Text]:
    """The texts by name, in the order of the fields. Raises PandocError."""
    found: dict[str, Text] = {}
    for text in _walk([edition.about, *edition.countries.values(), edition.labels, edition.glossary, edition.sources]):
        found.setdefault(text.place.name, text)
    writings = _writings(edition)
    for written, cut in zip(writings, blocks.cut([written.body for written in writings], pandoc, quietly=True), strict=True):
        found |= {text.place.name: text for text in (*_walk(written.head), *(block.text for block in cut))}
    return found


def whole(edition: Edition) -> Iterator[Text]:
    """All texts but the records of sources. A section or a deck is one text."""
    yield from _walk([edition.about, *edition.countries.values(), edition.labels, edition.glossary])
    for written in _writings(edition):
        yield from _walk(written.head)
        yield written.body


def _writings(edition: Edition) -> list[Section | Deck]:
    return [*edition.sections, *edition.decks.values()]


def _walk(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        yield from _walk([getattr(value, name) for name in type(value).model_fields])
    elif isinstance(value, Mapping):
        yield from _walk(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item)


def owner(name: str, known: Mapping[str, Text]) -> tuple[str, int]:
    """The name of the text that a block belongs to, and the number of the block's paragraph or item in it, from 1.

    `report/04-bri.md#3/2` is the second paragraph of the third block. `…#title@2` is `…#title`, printed a second time.
    """
    name = _AGAIN.sub("", name)
    if name in known:
        return name, 1
    leaf = _LEAF.search(name)
    return (name[: leaf.start()], int(leaf[1])) if leaf else (name, 1)
