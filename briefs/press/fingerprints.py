"""Hashes what a document is made of.

In: an edition, a theme, a target. Out: `Inputs`: hashes of its share of the content, the templates, the request, the fonts and the
program.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from briefs.compose.kinds import KINDS
from briefs.edition import audiences
from briefs.edition.data.table import DataTable, Series, Value
from briefs.edition.model import Edition
from briefs.press import faces
from briefs.press.cache import Inputs, digest, hashed, of_fonts, of_program, of_templates
from briefs.problems import Place
from briefs.theme import Theme
from briefs.tools import icc

if TYPE_CHECKING:
    from briefs.press.documents import Target


class Fingerprinter:
    """Hashes the inputs of one build's documents. What they share is hashed once.

    `before`: the fingerprinter of an earlier state of the edition. Objects that are still the same aren't hashed again.
    """

    def __init__(self, edition: Edition, theme: Theme, before: Fingerprinter | None = None):
        self._before = before._hashes if before else {}
        self._of_audience = audiences.editions(edition)
        self._theme = theme
        theme = faces.of(theme, edition)
        self._look = theme.look.print
        self._templates = of_templates(theme.folder.parent)
        self._fonts = of_fonts(theme.look.fonts.files)
        self._program = of_program()
        self._hashes: dict[int, tuple[Any, str]] = {}  # by id(); the object is kept, so that no other one gets its id

    def inputs(self, target: Target) -> Inputs:
        """What the target is made of now. Raises ToolError if a printer's profile is missing."""
        share = KINDS[target.kind].share(self._of_audience(target.audience), target.subject)
        request = [*map(str, vars(target).values()), os.environ.get("SOURCE_DATE_EPOCH", "")]
        if target.printed:
            request.append(digest(icc.find(self._look.profile, self._look.package)))
        fonts = of_fonts(faces.files(self._theme, share)) if share.translations else self._fonts
        return Inputs(hashed(self._share_parts(share)), self._templates, hashed(request), fonts, self._program)

    def _share_parts(self, share: Edition) -> Iterator[str]:
        """The texts and hashes of everything in a document's share. Its larger parts are hashed once for all documents."""
        for field in fields(share):
            value = getattr(share, field.name)
            yield field.name
            if isinstance(value, DataTable):
                for id, countries in value.values.items():
                    yield from (id, *self._column_parts(countries))
            elif isinstance(value, Mapping):
                yield self._known(value, self._mapping_parts)
            else:
                yield self._hash(value)

    def _mapping_parts(self, mapping: Mapping[str, Any]) -> Iterator[str]:
        yield f"{{{len(mapping)}"
        for key, item in mapping.items():
            yield from (str(key), self._hash(item))

    def _column_parts(self, countries: Mapping[str, Series]) -> Iterator[str]:
        """The texts that a column's hash is made of. Each hash is remembered by the object that was hashed. A share with one
        country has a mapping of its own, so the hash of the country's series is remembered. Shares with all countries have the
        edition's mapping, so its hash is remembered."""
        if len(countries) == 1:
            for code, series in countries.items():
                yield from (code, self._hash(series))
        else:
            yield self._hash(countries)

    def _hash(self, part: Any) -> str:
        return self._known(part, _parts)

    def _known(self, part: Any, parts: Callable[[Any], Iterator[str]]) -> str:
        """The hash of a part's texts, which is made once for all documents."""
        if id(part) not in self._hashes:
            self._hashes[id(part)] = self._before.get(id(part)) or (part, hashed(parts(part)))
        return self._hashes[id(part)][1]


def _parts(value: Any) -> Iterator[str]:
    """All texts in a value, in order. A place counts by its file and anchor, which name bookmarks, and not by line and column."""
    kind: type = type(value)
    return _way(kind)(value)


@cache
def _way(kind: type) -> Callable[[Any], Iterator[str]]:
    """The function that yields the texts in a value of this type. It is chosen once for each type, because there are 100,000
    values."""
    if issubclass(kind, Place):
        return lambda value: iter((value.path, value.anchor))
    if issubclass(kind, BaseModel):
        return partial(_parts_of_fields, names=tuple(kind.model_fields))
    if is_dataclass(kind):
        return partial(_parts_of_fields, names=tuple(field.name for field in fields(kind) if field.compare))
    if issubclass(kind, Mapping):
        return _parts_of_mapping
    if issubclass(kind, list | tuple):
        return _parts_of_list
    return _part


def _parts_of_fields(value: Any, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield name
        yield from _parts(getattr(value, name))


def _parts_of_mapping(value: Mapping[Any, Any]) -> Iterator[str]:
    yield f"{{{len(value)}"
    if any(isinstance(item, Value) for item in value.values()):  # a series: hash what each value says, not its cell
        yield repr([(key, item[:4]) for key, item in value.items()])
        return
    for key, item in value.items():
        yield str(key)
        yield from _parts(item)


def _parts_of_list(value: Sequence[Any]) -> Iterator[str]:
    yield f"[{len(value)}"
    for item in value:
        yield from _parts(item)


def _part(value: Any) -> Iterator[str]:
    yield f"{type(value).__name__}:{digest(value) if isinstance(value, bytes) else value}"
