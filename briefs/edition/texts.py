"""Every text of an edition by the name of its place, which bookmarks in documents are made from.

In: an edition, a running pandoc. Out: `Text`s by `Place.name`: each field of the YAML files and front matters, each block of the
sections and decks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from briefs.edition import blocks
from briefs.edition.model import Deck, Edition, Model, Section, Text, text_of, texts_in
from briefs.edition.yamls import Scalar
from briefs.tools.pandoc import Pandoc

_AGAIN = re.compile(r"@\d+$")
_LEAF = re.compile(r"/(\d+)$")


def of(edition: Edition, pandoc: Pandoc, without: Collection[str] = ()) -> dict[str, Text]:
    """The texts by name, in the order of the fields. `without`: the paths of sections and decks whose texts aren't needed, because
    finding blocks takes longest. Raises PandocError."""
    found: dict[str, Text] = {}
    for text in texts_in(
        [edition.about, *edition.countries.values(), edition.labels, edition.glossary, edition.corrections, edition.sources]
    ):
        found.setdefault(text.place.name, text)
    writings = [written for written in _writings(edition) if written.path not in without]
    for written, cut in zip(writings, blocks.cut([written.body for written in writings], pandoc, quietly=True), strict=True):
        own = (part for block in cut for _, part in block.text.parts or ((0, block.text),))
        found |= {text.place.name: text for text in (*texts_in(written.head), *own)}
    return found


def whole(edition: Edition) -> Iterator[Text]:
    """All texts except the records of sources. The body of a section or deck is one text."""
    yield from texts_in([edition.about, *edition.countries.values(), edition.labels, edition.glossary, edition.corrections])
    for written in _writings(edition):
        yield from texts_in(written.head)
        yield written.body


def _writings(edition: Edition) -> list[Section | Deck]:
    return [*edition.sections, *edition.decks.values()]


def mapped(value: Any, change: Callable[[Text, str], Text], path: str = "") -> Any:
    """A model, or a list of models, in which `change` has replaced every text and every field of plain words. A value without texts
    stays the same object.

    `change` gets each text with its path in the value: `facts/be-07/text`, `subjects/cz/name`, `authors/1`. An item of a list is
    named by its id or code, or else by its number.
    """
    if isinstance(value, Text):
        return change(value, path)
    if isinstance(value, BaseModel):
        made = {name: mapped(getattr(value, name), change, _inner(path, name)) for name in type(value).model_fields}
        for name in value.plain if isinstance(value, Model) else ():
            if isinstance(words := made[name], Scalar):
                changed = change(text_of(words), _inner(path, name))
                made[name] = Scalar(changed.markdown, changed.place)
        other = {name: new for name, new in made.items() if new is not getattr(value, name)}
        return value.model_copy(update=other) if other else value
    if isinstance(value, list):
        items = [mapped(item, change, _inner(path, _name_of(item, number))) for number, item in enumerate(value, 1)]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _inner(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _name_of(item: object, number: int) -> str:
    """The name of an item of a list: its id or code, or else its number."""
    return str(getattr(item, "id", None) or getattr(item, "code", None) or number)


def owner(name: str, known: Mapping[str, Text]) -> tuple[str, int]:
    """The name of the text that a block belongs to, and the number of the block's paragraph or item in it, from 1.

    `report/04-bri.md#3/2` is the second paragraph of the third block. `…#title@2` is `…#title`, printed a second time.
    """
    name = _AGAIN.sub("", name)
    if name in known:
        return name, 1
    leaf = _LEAF.search(name)
    return (name[: leaf.start()], int(leaf[1])) if leaf else (name, 1)
