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
from briefs.typeset.word.package import Package

MOST_FILE = 100_000_000  # bytes of the file itself
MOST_PART = 30_000_000  # bytes of an XML part, unpacked: the report of 50 pages has 0.6 million
MOST_WHOLE = 100_000_000  # bytes of all parts that are read
MOST_TAGS = 1_000_000  # of a part; the report has 25,000
MOST_PARTS = 5_000
MOST_PARAGRAPHS = 20_000  # the report has 700
_MAIN = "word/document.xml"
_READ = (".xml", ".rels")
_PARSED = ("word/document", "word/styles", "word/footnotes", "word/comments", "word/header", "word/footer", "docProps/custom")
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
    except _Refused as fault:
        raise _refusal(name, str(fault), _AGAIN) from None
    return _checked(package, name)


def too_large(name: str, size: int) -> Problems:
    """A file of more bytes than are read."""
    return _refusal(name, f"the file has {size:,} bytes; {MOST_FILE:,} is the most", "Make its pictures smaller.")


class _Refused(Exception):
    pass


def _refusal(name: str, what: str, hint: str) -> Problems:
    return Problems([Problem("error", name, 0, 0, what, hint)])


def _sound(entries: list[zipfile.ZipInfo]) -> None:
    """Names and sizes, as the list of contents tells them."""
    names = [e.filename for e in entries]
    if len(entries) > MOST_PARTS:
        raise _Refused(f"it has {len(entries):,} parts; {MOST_PARTS:,} is the most")
    if len(set(names)) < len(names):
        raise _Refused("two of its parts have one name")
    for name in names:
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
            raise _Refused(f"a part’s name leads out of the file: “{name[:60]}”")
    if any("vbaproject" in n.lower() or "vbadata" in n.lower() for n in names):
        raise _Refused("it holds macros")
    if _MAIN not in names or "[Content_Types].xml" not in names:
        raise _Refused("it has no text: it isn’t a Word file (.docx)")
    told = {e.filename: e.file_size for e in entries if e.filename.endswith(_READ)}
    for name, size in told.items():
        if size > MOST_PART:
            raise _Refused(f"its part {name[:60]} has {size:,} bytes; {MOST_PART:,} is the most")
    if sum(told.values()) > MOST_WHOLE:
        raise _Refused(f"its parts have more than {MOST_WHOLE:,} bytes")


def _parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The parts that are text, whole; of pictures their size and checksum are enough. No more is unpacked than was told."""
    parts: dict[str, bytes] = {}
    for entry in entries:
        if entry.filename.endswith(_READ):
            with archive.open(entry) as file:
                parts[entry.filename] = file.read(MOST_PART + 1)
            if len(parts[entry.filename]) > MOST_PART:
                raise _Refused(f"its part {entry.filename[:60]} has more than {MOST_PART:,} bytes")
        else:
            parts[entry.filename] = b""
    return parts


def _checked(package: Package, name: str) -> Package:
    """No part defines entities, and the text is XML of sensible size."""
    for part, data in package.parts.items():
        if data.count(b"<") > MOST_TAGS:
            raise _refusal(name, f"its part {part[:60]} has more than {MOST_TAGS:,} tags", _AGAIN)
        if b"<!DOCTYPE" in data[:2000].upper().replace(b"\0", b"") or b"<!ENTITY" in data[:20_000].upper().replace(b"\0", b""):
            raise _refusal(name, f"its part {part[:60]} defines entities, which no Word file does", _AGAIN)
    if package.parts[_MAIN].count(b"<w:p>") + package.parts[_MAIN].count(b"<w:p ") > MOST_PARAGRAPHS:
        raise _refusal(name, f"it has more than {MOST_PARAGRAPHS:,} paragraphs", _AGAIN)
    try:
        types = package.xml("[Content_Types].xml")
        for part in package.parts:
            if part.startswith((*_PARSED, "customXml/item")) and part.endswith(".xml") and package.parts[part]:
                package.xml(part)
    except etree.XMLSyntaxError as fault:
        raise _refusal(name, f"its text is broken: {fault.msg}"[:200], _AGAIN) from None
    if any("macroEnabled" in e.get("ContentType", "") for e in types):
        raise _refusal(name, "it is a file with macros", _AGAIN)
    return package
