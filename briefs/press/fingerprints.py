"""What a document is made of, as hashes.

In: an edition, a theme, a target. Out: `Inputs`: hashes of its share of the content, of templates, request, fonts and program.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.press.cache import Inputs, digest, hashed, of_folder, of_fonts, of_program
from briefs.problems import Place
from briefs.theme import Theme
from briefs.tools import icc

if TYPE_CHECKING:
    from briefs.press.job import Target


class Fingerprinter:
    """The inputs of a build's documents. What they have in common is hashed once, and not again if it was `before`."""

    def __init__(self, edition: Edition, theme: Theme, before: Fingerprinter | None = None):
        self._before = before._known if before else {}
        self._edition = edition
        self._look = theme.look.print
        self._templates = of_folder(theme.folder.parent)
        self._fonts = of_fonts(theme.look.fonts.files)
        self._program = of_program()
        self._known: dict[int, tuple[Any, str]] = {}  # what many shares hold, by its identity, which it keeps while it is here

    def inputs(self, target: Target) -> Inputs:
        """What the target is made of, today."""
        share = KINDS[target.kind].share(self._edition, target.subject)
        request = [*map(str, asdict(target).values()), os.environ.get("SOURCE_DATE_EPOCH", "")]
        if target.printed:
            request.append(digest(icc.find(self._look.profile, self._look.package)))
        return Inputs(hashed(self._share(share)), self._templates, hashed(request), self._fonts, self._program)

    def _share(self, share: Edition) -> Iterator[str]:
        """Everything that a share holds; each of its larger parts is hashed once for all documents."""
        for field in fields(share):
            value = getattr(share, field.name)
            yield field.name
            if isinstance(value, Mapping):
                yield f"{{{len(value)}"
                for key, item in value.items():
                    yield from (str(key), self._once(item))
            else:
                yield self._once(value)

    def _once(self, part: Any) -> str:
        if id(part) not in self._known:
            self._known[id(part)] = self._before.get(id(part)) or (part, hashed(_said(part)))
        return self._known[id(part)][1]


def _said(value: Any) -> Iterator[str]:
    """Everything that a value holds, in order. Of a place file and anchor count, which name bookmarks; line and column don't."""
    if isinstance(value, Place):
        yield from (value.path, value.anchor)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield name
            yield from _said(getattr(value, name))
    elif is_dataclass(value):
        for field in fields(value):
            yield field.name
            yield from _said(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield f"{{{len(value)}"
        for key, item in value.items():
            yield str(key)
            yield from _said(item)
    elif isinstance(value, list | tuple):
        yield f"[{len(value)}"
        for item in value:
            yield from _said(item)
    else:
        yield f"{type(value).__name__}:{digest(value) if isinstance(value, bytes) else value}"
