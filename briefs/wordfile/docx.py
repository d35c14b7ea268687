"""A Word file that came back, opened as if a stranger had sent it.

In: a file's bytes and its name. Out: its parts (`Package`), or a refusal that says why. Nothing of it is written to disk, no entity
is resolved, nothing is fetched; size, number of parts and depth have limits. ECMA-376 part 2 (Open Packaging Conventions).
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from lxml import etree

from briefs.problems import Problem, Problems
from briefs.typeset.word.package import Package, W, w

MOST_FILE = 100_000_000  # bytes of the file itself
MOST_PART = 15_000_000  # bytes of an XML part, unpacked: the report of 50 pages has 0.5 million
MOST_WHOLE = 30_000_000  # bytes of all parts that are read
MOST_TAGS = 600_000  # of a part; the report has 28,000
MOST_PARTS = 5_000
MOST_PARAGRAPHS = 5_000  # the report has 700
MOST_TEXT = 1_000_000  # letters; the report has 160,000
MOST_LETTERS = 60_000  # of a paragraph: some twenty pages
_MAIN = "word/document.xml"
_READ = (".xml", ".rels")
_AGAIN = "Ask for the file again, saved as .docx."


def open_docx(data: bytes, name: str) -> Package:
    """The XML parts of a DOCX. Raises Problems for what is no DOCX, holds macros, or is made to do harm."""
    try:
        if len(data) > MOST_FILE:
            raise too_large(name, len(data))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _sound(entries)
            package = Package(_parts(archive, entries))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):  # RuntimeError: encrypted
        raise _refusal(name, "this is not a Word file that can be read", _AGAIN) from None
    except _RefusedFile as fault:
        raise _refusal(name, str(fault), _AGAIN) from None
    return _checked(package, name)


def too_large(name: str, size: int) -> Problems:
    """A file of more bytes than are read."""
    return _refusal(name, f"the file has {size:,} bytes; {MOST_FILE:,} is the most", "Make its pictures smaller.")


class _RefusedFile(Exception):
    pass


def _refusal(name: str, what: str, hint: str) -> Problems:
    return Problems([Problem("error", name, 0, 0, what, hint)])


def _sound(entries: list[zipfile.ZipInfo]) -> None:
    """Names and sizes, as the list of contents tells them."""
    names = [e.filename for e in entries]
    if len(entries) > MOST_PARTS:
        raise _RefusedFile(f"it has {len(entries):,} parts; {MOST_PARTS:,} is the most")
    if len(set(names)) < len(names):
        raise _RefusedFile("two of its parts have one name")
    for name in names:
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
            raise _RefusedFile(f"a part’s name leads out of the file: “{name[:60]}”")
    if any("vbaproject" in n.lower() or "vbadata" in n.lower() for n in names):
        raise _RefusedFile("it holds macros")
    if _MAIN not in names or "[Content_Types].xml" not in names:
        raise _RefusedFile("it has no text: it isn’t a Word file (.docx)")
    told = {e.filename: e.file_size for e in entries if e.filename.endswith(_READ)}
    for name, size in told.items():
        if size > MOST_PART:
            raise _RefusedFile(f"its part {name[:60]} has {size:,} bytes; {MOST_PART:,} is the most")
    if sum(told.values()) > MOST_WHOLE:
        raise _RefusedFile(f"its parts have more than {MOST_WHOLE:,} bytes")


def _parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The parts that are text, whole; of pictures their size and checksum are enough. No more is unpacked than was told."""
    parts: dict[str, bytes] = {}
    for entry in entries:
        if entry.filename.endswith(_READ):
            with archive.open(entry) as file:
                parts[entry.filename] = file.read(MOST_PART + 1)
            if len(parts[entry.filename]) > MOST_PART:
                raise _RefusedFile(f"its part {entry.filename[:60]} has more than {MOST_PART:,} bytes")
        else:
            parts[entry.filename] = b""
    return parts


def _checked(package: Package, name: str) -> Package:
    """The parts are XML of sensible size that defines no entities; there is a text, and no macros."""
    try:
        for part, data in package.parts.items():
            if data:
                _sensible(package, part, data)
        types = package.xml("[Content_Types].xml")
        if any(word in e.get("ContentType", "") for e in types for word in ("macroEnabled", "vbaProject")):
            raise _RefusedFile("it is a file with macros")
        if package.xml(_MAIN).find(w("body")) is None:
            raise _RefusedFile("it has no text that can be read: it may be of the kind “Strict Open XML”")
        if package.xml(_MAIN).xpath("count(.//w:p)", namespaces={"w": W}) > MOST_PARAGRAPHS:
            raise _RefusedFile(f"it has more than {MOST_PARAGRAPHS:,} paragraphs")
        if _letters(package.xml(_MAIN)) > MOST_TEXT:
            raise _RefusedFile(f"its text has more than {MOST_TEXT:,} letters")
        if any(_letters(p) > MOST_LETTERS for p in package.xml(_MAIN).iter(w("p")) if next(p.iterancestors(w("p")), None) is None):
            raise _RefusedFile(f"one of its paragraphs has more than {MOST_LETTERS:,} letters")
    except etree.XMLSyntaxError as fault:
        raise _refusal(name, f"its text is broken: {fault.msg}"[:200], _AGAIN) from None
    except _RefusedFile as fault:
        raise _refusal(name, str(fault), _AGAIN) from None
    return package


def _letters(node: etree._Element) -> int:
    return sum(len(t.text or "") for t in node.iter(w("t"), w("delText")))


def _sensible(package: Package, part: str, data: bytes) -> None:
    """Parse a part. Its encoding may hide anything from a look at the bytes, so what it declares is asked of the parsed tree."""
    if data.count(b"<") > MOST_TAGS:
        raise _RefusedFile(f"its part {part[:60]} has more than {MOST_TAGS:,} tags")
    if package.xml(part).getroottree().docinfo.internalDTD is not None:
        raise _RefusedFile(f"its part {part[:60]} defines entities, which no Word file does")
