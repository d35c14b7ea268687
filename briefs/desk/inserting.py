"""What is put into a text from elsewhere: a passage that is pasted, a picture that is dropped.

In: a request. Out: Markdown for the editor to put in. A picture is drawn once in the limited process before it is saved, and has an
alternative text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import PurePosixPath

from starlette.responses import PlainTextResponse, Response

from briefs.desk import editing, returned, saving
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.edition import markdown
from briefs.edition.model import Edition
from briefs.problems import NotUnderstood, Problems
from briefs.tools.pictures import PROCESS

FOLDER = "figures"
VERSION = "edition-version"  # the header that tells the page which version of the files it has now
_SPECIAL = re.compile(r"([\\\[\]*_@$<>^~#|`{}])")


def clean(desk: Desk, asked: Asked) -> Response:
    """The Markdown of HTML that was pasted."""
    return PlainTextResponse(desk.clean(asked.form.get("html", ""), is_field=asked.form.get("field", "") != "body"))


def picture(desk: Desk, asked: Asked) -> Response:
    """Save a picture, and give the Markdown that shows it."""
    opened = editing.opened_file(desk, asked)
    is_section, is_deck = asked.path["sort"] == "sections", asked.path["sort"] == "decks"
    files = asked.files.get("picture", ())
    if not (is_section or is_deck):
        raise NoSuchPage
    alt, caption = _line(asked.form.get("alt", "")), _line(asked.form.get("caption", ""))
    if not files:
        raise NotUnderstood(desk.words("no_picture"))
    if not alt or (is_section and (not caption or alt == caption)):
        raise NotUnderstood(desk.words("alt_section" if is_section else "alt_needed"))
    name = _free(files[0][0], opened.now.files)
    _drawn(name, files[0][1])
    problems = saving.save(desk.workspace, opened.now, {f"{FOLDER}/{name}": files[0][1]}, desk.visitor)
    if problems:
        raise Problems(problems)
    shown = _shown(name, alt, caption, opened.edition) if is_section else f"![{_plain(alt)}]({FOLDER}/{name})"
    return PlainTextResponse(shown, headers={VERSION: desk.now().version})


def _line(words: str) -> str:
    return " ".join(words.split())[:1000]


def _plain(words: str) -> str:
    """Words with their signs escaped, so that Markdown reads no markup in them."""
    return _SPECIAL.sub(r"\\\1", words)


def _free(name: str, taken: Collection[str]) -> str:
    """A name in small letters, digits and hyphens that no picture has. Raises NotUnderstood if the file is no picture."""
    path = PurePosixPath(returned.safe_name(name))
    suffix = path.suffix.lower()
    if suffix not in markdown.PICTURES:
        raise NotUnderstood(f"“{path.name}” is no picture. Choose one that ends in {', '.join(sorted(markdown.PICTURES))}.")
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60] or "picture"
    return next(one for one in _numbered(stem, suffix) if f"{FOLDER}/{one}" not in taken)


def _numbered(stem: str, suffix: str) -> Iterator[str]:
    return (f"{stem}-{n}{suffix}" if n else f"{stem}{suffix}" for n in count())


def _drawn(name: str, data: bytes) -> None:
    """Raises NotUnderstood if a picture can't be drawn."""
    try:
        PROCESS.normalise(PurePosixPath(name).suffix, data)
    except ValueError as fault:
        raise NotUnderstood(f"the picture {fault}") from None


def _shown(name: str, alt: str, caption: str, edition: Edition) -> str:
    """A picture with its caption, its name for cross-references, and its alternative text."""
    taken = {known for section in edition.sections for _, known in markdown.targets(section.body.markdown)}
    own = next(one for one in _numbered(f"fig-{PurePosixPath(name).stem}", "") if one not in taken)
    words = alt.replace("\\", "\\\\").replace('"', '\\"')
    return f'![{_plain(caption)}]({FOLDER}/{name}){{#{own} alt="{words}"}}'
