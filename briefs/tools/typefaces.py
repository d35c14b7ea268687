"""Asks the process that reads fonts from content (`python -m briefs.typefaces`).

In: the bytes of a font file. Out: a `Typeface`, whose bytes are those of the OpenType Sanitizer: what typesetting and Word files
get. What was read is kept in the cache under the hash of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from briefs import atomic
from briefs.problems import ToolError
from briefs.tools.limited import KeptAnswers, LimitedProcess, LimitReached

BOLD = 600  # the least weight that counts as bold

_PROCESS = LimitedProcess("briefs.typefaces")
_KEPT = KeptAnswers("typefaces", ("typefaces",), ("fonttools", "opentype-sanitizer"), most=50)


@dataclass(frozen=True)
class Typeface:
    """A font. `weight`: from 1 to 1000 (usWeightClass). `is_editable`: whether its licence bits let it be embedded in documents
    that are edited. `has_curves_of_postscript`: whether its outlines are in CFF. `widths`: the widths of the characters from the
    space to the tilde, in hundredths of an em."""

    family: str
    weight: int
    is_italic: bool
    is_editable: bool
    has_curves_of_postscript: bool
    widths: tuple[int, ...]
    data: bytes

    @property
    def is_bold(self) -> bool:
        return self.weight >= BOLD

    @property
    def suits_word(self) -> bool:
        """Whether the licence lets a Word file hold the font, and Word can read it there, which needs TrueType outlines."""
        return self.is_editable and not self.has_curves_of_postscript


def read(data: bytes) -> Typeface:
    """The font in a file. Raises ValueError that says what is wrong with it."""
    head, made = _KEPT.answer(data, _ask)
    if "fault" in head:
        raise ValueError(head["fault"])
    facts = {key: value for key, value in head.items() if key not in {"sizes", "widths"}}
    return Typeface(**facts, widths=tuple(head["widths"]), data=made)


def files(typefaces: Iterable[Typeface], cache: Path) -> dict[str, Path]:
    """Each font as a file in the cache, by a name that no other font has. Raises ToolError if the cache can't be written to."""
    folder, found = cache / "typeface-files", dict[str, Path]()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for typeface in typefaces:
            name = f"brand-{hashlib.sha256(typeface.data).hexdigest()[:32]}.{'otf' if typeface.has_curves_of_postscript else 'ttf'}"
            if not (folder / name).is_file() or (folder / name).read_bytes() != typeface.data:
                atomic.write(folder / name, typeface.data, mode=0o600)
            found[name] = folder / name
    except OSError as fault:
        hint = "Name another folder for it in XDG_CACHE_HOME."
        raise ToolError(f"the cache can’t be written to: {fault.filename}: {fault.strerror}. {hint}") from None
    return found


def _ask(key: str, request: bytes) -> bytes:
    try:
        return _PROCESS.ask(request)
    except LimitReached as fault:
        raise ValueError(f"can’t be read within {fault}, or ends the program that reads it") from None
    finally:
        _PROCESS.close()  # fonts are few, and what was read is kept
