"""Opens and reads an edited file that came back, whether it is a DOCX or a PPTX.

In: the bytes of a DOCX or PPTX and its name. Out: its parts, and its text.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from briefs.typeset.word.package import Package
from briefs.wordfile import docx, paragraphs, slides
from briefs.wordfile.paragraphs import ChangeFilter, WordText, accept_all


def open_file(data: bytes, name: str) -> Package:
    """The parts of a file. It is read as a PPTX if its name ends with `.pptx`, else as a DOCX. Raises Problems if it is refused."""
    return (docx.open_pptx if PurePosixPath(name).suffix.lower() == ".pptx" else docx.open_docx)(data, name)


def is_presentation(package: Package) -> bool:
    """Whether a file is a PPTX."""
    return slides.PRESENTATION in package.parts


def format_of(package: Package) -> str:
    """The format of a file: docx or pptx."""
    return "pptx" if is_presentation(package) else "docx"


def read(package: Package, change_filter: ChangeFilter = accept_all) -> WordText:
    """The text of a file. A presentation has no pending changes."""
    return slides.read(package) if is_presentation(package) else paragraphs.read(package, change_filter)
