"""The page of all that is wrong with the content.

In: a request. Out: the problems by file, under the name of the page on which the file is edited. A hint that names a line of
another file, such as the text that a translation no longer follows, leads to the field that is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from briefs.desk import editing, views
from briefs.desk.desk import Asked, Desk
from briefs.desk.words import Words
from briefs.desk.workspace import EditionNow
from briefs.problems import Place, Problem

MOST_PROBLEMS = 500  # problems that a page lists
_LINE = re.compile(r"(?<![\w`./-])([\w./-]+\.(?:yaml|yml|md)):(\d{1,6})\b")


def problems(desk: Desk, asked: Asked) -> Response:
    """All that is wrong with the content, by file."""
    now = desk.now()
    found: dict[str, list[Problem]] = {}
    for problem in now.problems[:MOST_PROBLEMS]:
        found.setdefault(problem.path, []).append(problem)
    return desk.page(
        "problems.html", title=desk.words("problems"), files=found, left=max(0, len(now.problems) - MOST_PROBLEMS),
        named=partial(_named, desk.words, now), pieces=partial(_pieces, desk.words, now),
    )  # fmt: skip


@dataclass(frozen=True)
class NamedFile:
    """A file of the content as people call it. `address`: where it, or the text that it translates, is edited; or empty."""

    title: str
    address: str = ""
    is_translation: bool = False


def _named(words: Words, now: EditionNow, path: str) -> NamedFile:
    """The name of a file, or, if it is a translation, of the file that it translates with the language."""
    source = Place(path).source
    title, address = views.titles(now).get(source), views.editors(now).get(source, "")
    if source == path:
        return NamedFile(title or path, address)
    if source not in now.files:
        return NamedFile(path, is_translation=True)
    tag = path.split("/")[1]
    return NamedFile(
        words("translation_of", title=title or source, tag=tag), views.translation_address(tag, source), is_translation=True
    )


def _pieces(words: Words, now: EditionNow, hint: str) -> Iterator[tuple[str, str]]:
    """A hint in pieces: its words, and the address of the field that they name, or empty. What stands
    between backticks is to be typed, and stays as it is."""
    end = 0
    for found in (found for found in _LINE.finditer(hint) if hint.count("`", 0, found.start()) % 2 == 0):
        place = editing.place_named(words, now, now.files, found[1], int(found[2]))
        if place.address:
            yield hint[end : found.start()], ""
            yield place.title, place.address
            end = found.end()
    yield hint[end:], ""
