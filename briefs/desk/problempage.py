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
_LINKED = re.compile(r"`translate status [\w-]+`|(?<![\w`./-])(?P<path>[\w./-]+\.(?:yaml|yml|md)):(?P<line>\d{1,6})\b")
_HASH = re.compile(r", and write `of: [0-9a-f]{16}`")
_HOLDS = ", or say in its form that it still holds"  # hints are in English


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
    """A hint in pieces: its words, and the address of the page that they name, or empty. The command that lists translations is the
    page of them, and a hash to be written is a field of their form. What else stands between backticks is to be typed, and stays
    as it is."""
    hint, end = _HASH.sub(_HOLDS, hint), 0
    for found in _LINKED.finditer(hint):
        if found["path"] and hint.count("`", 0, found.start()) % 2:
            continue
        title, address = words("translations"), "/translations"
        if found["path"]:
            place = editing.place_named(words, now, now.files, found["path"], int(found["line"]))
            title, address = place.title, place.address
        if address:
            yield hint[end : found.start()], ""
            yield title, address
            end = found.end()
    yield hint[end:], ""
