"""Puts pictures that somebody inserted in Word among the content's files.

In: today's files, the pictures of the Word file. Out: new files in `figures/`, each under a name that is free, and the Markdown
that shows them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from briefs.compose import tree
from briefs.edition.files import MAX_BYTES
from briefs.roundtrip.base import Files
from briefs.roundtrip.edits import NewPicture
from briefs.roundtrip.structure import NotWritten
from briefs.tools.pandoc import Pandoc
from briefs.tools.pictures import PROCESS
from briefs.wordfile.pieces import to_inlines

FOLDER = "figures"
FORMATS = set([".png", ".jpg", ".jpeg", ".svg", ".gif", ".tif", ".tiff", ".bmp", ".webp"])  # pictures that content may have
LONGEST = 40  # letters of a picture's new name
Images = Callable[[str], tuple[str, bytes]]  # takes a picture's checksum, and returns its name in the Word file and its bytes


@dataclass
class Figures:
    """`today`: the content’s files. `added`: the new ones, by path."""

    today: Files
    images: Images
    added: dict[str, bytes] = field(default_factory=dict)

    def put(self, picture: NewPicture) -> str:
        """Add a picture, and return its path. Equal bytes are one file. Raises NotWritten if it can’t be content."""
        name, data = self.images(picture.checksum)
        files = {**self.today, **self.added}
        same = next((path for path, own in files.items() if path.startswith(f"{FOLDER}/") and own == data), None)
        if same:
            return same
        ending = PurePosixPath(name).suffix.lower()
        _check(ending, data)
        return self._add(picture, ending, data, {path.lower() for path in files})

    def _add(self, picture: NewPicture, ending: str, data: bytes, taken: set[str]) -> str:
        stem = slug("".join(p.text for p in picture.caption) or picture.alternative) or "picture"
        names = (f"{FOLDER}/{stem}{f'-{number}' if number > 1 else ''}{ending}" for number in range(1, len(taken) + 2))
        path = next(name for name in names if name not in taken)
        self.added[path] = data
        return path


def _check(ending: str, data: bytes) -> None:
    """Raises NotWritten for a picture that content can’t have: of another format, too large, or one that can’t be drawn."""
    if not data or ending not in FORMATS:
        raise NotWritten(f"a picture of the format “{ending.removeprefix('.') or 'unknown'}” can’t be content: save it as PNG")
    if len(data) > MAX_BYTES:
        raise NotWritten(f"a picture of over {MAX_BYTES:,} bytes can’t be content: save it smaller")
    try:
        PROCESS.normalise(ending, data)
    except ValueError as fault:
        raise NotWritten(f"the picture {fault}") from None


def slug(text: str) -> str:
    """A name of plain letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")


def markdown(path: str, picture: NewPicture, alternative: str, pandoc: Pandoc) -> str:
    """The Markdown of a picture with its caption. A picture with a caption has a name, so that it is numbered."""
    image = tree.para([{"t": "Image", "c": [tree.attr(), to_inlines(picture.caption), [path, ""]]}])
    shown = pandoc.markdown(tree.document([image])).strip()
    name = f"#fig-{slug(PurePosixPath(path).stem)} " if picture.caption else ""
    return f'{shown}{{{name}alt="{alternative.replace(chr(34), "”")}"}}'
