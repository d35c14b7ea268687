"""Opens a Word file or a presentation as untrusted input.

In: the bytes of a DOCX or PPTX and its name. Out: its parts (`Package`), or `Problems` that say why it is refused. Nothing is
written to disk, no entity is resolved and nothing is fetched. Size, number of parts and depth are limited. ECMA-376 part 2 (Open
Packaging Conventions).
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from lxml import etree

from briefs.problems import Problem, Problems
from briefs.typeset.slides.presentationml import A
from briefs.typeset.word.package import RELATIONS, Package, W, checksums, w
from briefs.wordfile import slides

MAX_FILE_BYTES = 100_000_000
MAX_PART_BYTES = 15_000_000  # bytes of one unpacked XML part; the largest part of a 50-page report has 500,000
MAX_TOTAL_BYTES = 30_000_000  # bytes of all XML parts together, and of all media together
MAX_TAGS = 600_000  # tags in all parts together; the report has 28,000
MAX_ATTRIBUTES = 1_500_000  # attributes in all parts together, found by counting equals signs, even in text
MAX_PARTS = 5_000
MAX_PARAGRAPHS = 5_000  # the report has 700
MAX_LETTERS = 1_000_000  # the report has 160,000
MAX_COMMENTS = 2_000
MAX_OPEN_BOOKMARKS = 300  # that are open at the same place
MAX_PARAGRAPH_LETTERS = 60_000  # about twenty pages
_MAIN, _TYPES, _RELATIONS = "word/document.xml", "[Content_Types].xml", "_rels/.rels"
_AGAIN_PPTX = "Ask for the file again, saved as .pptx."
_OF_THE_MAC = "__MACOSX/"  # the folder that the Mac’s archiver adds
_XML = (".xml", ".rels")
_UNDECLARED = "//*[contains(local-name(), ':')] or //@*[contains(local-name(), ':')]"  # libxml2 accepts some undeclared prefixes
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
    NotImplementedError,  # an unknown compression method
    RuntimeError,  # an encrypted entry
)  # fmt: skip


def open_docx(data: bytes, name: str, *, media: bool = False) -> Package:
    """The XML parts of a DOCX. Other parts, such as pictures, are empty unless `media` asks for them.

    Raises Problems if the file is not a DOCX, holds macros or exceeds a limit.
    """
    try:
        package = _unpacked(data, name, media)
        _check_package(package)
    except etree.XMLSyntaxError as error:
        raise _refused(name, f"its text is broken: {' '.join(error.msg.split())}"[:200]) from None
    except _RefusedFile as error:
        raise _refused(name, str(error)) from None
    return package


def open_pptx(data: bytes, name: str) -> Package:
    """The XML parts of a PPTX. Other parts are empty.

    Raises Problems if the file is not a PPTX, holds macros or exceeds a limit.
    """
    try:
        package = _unpacked(data, name, media=False)
        if slides.PRESENTATION not in package.parts:
            raise _RefusedFile("it has no slides: it isn’t a presentation (.pptx)")
        _check_parts(package)
        _check_slides(package)
    except etree.XMLSyntaxError as error:
        raise _refused(name, f"its text is broken: {' '.join(error.msg.split())}"[:200], _AGAIN_PPTX) from None
    except _RefusedFile as error:
        raise _refused(name, str(error), _AGAIN_PPTX) from None
    return package


def images(data: bytes) -> Callable[[str], tuple[str, bytes]]:
    """A function that returns the name and the bytes of a picture in a file. Its argument is the size and checksum of the picture
    (`Package.checksums`). Name and bytes are empty if there is no such picture, or if it is too large."""

    def image(checksum: str) -> tuple[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = next((name for name, own in checksums(archive).items() if own == checksum and "/media/" in name), "")
            if not name or archive.getinfo(name).file_size > MAX_TOTAL_BYTES:
                return "", b""
            with archive.open(name) as file:
                return name, file.read(archive.getinfo(name).file_size)

    return image


def too_large(name: str, size: int) -> Problems:
    """The problem of a file that has more bytes than `MAX_FILE_BYTES`."""
    return _refused(name, f"the file has {size:,} bytes; the limit is {MAX_FILE_BYTES:,}", "Make its pictures smaller.")


class _RefusedFile(Exception):
    pass


def _refused(name: str, message: str, hint: str = "Ask for the file again, saved as .docx.") -> Problems:
    return Problems([Problem("error", name, 0, 0, message, hint)])


# What the archive's directory declares.


def _unpacked(data: bytes, name: str, media: bool) -> Package:
    if len(data) > MAX_FILE_BYTES:
        raise too_large(name, len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.startswith(_OF_THE_MAC)]
            _check_entries(entries, media)
            return _with_usual_name(Package(dict(_parts(archive, entries, media)), checksums=checksums(archive)))
    except _UNREADABLE:
        raise _RefusedFile("this is not a Word file that can be read") from None


def _with_usual_name(package: Package) -> Package:
    """The package with its main part under the usual name. Word for the web names it `word/document2.xml`. The relationships of the
    package tell which part is the main one (part 2, 6.5.3)."""
    every = package.xml(_RELATIONS).iter(f"{{{RELATIONS}}}Relationship")
    of_text = (e.get("Target", "") for e in every if e.get("Type", "").endswith("/officeDocument"))
    found = next(of_text, "").lstrip("/")
    if found == _MAIN or found not in package.parts or _MAIN in package.parts or not found.startswith("word/"):
        return package
    renamed = {found: _MAIN, f"word/_rels/{PurePosixPath(found).name}.rels": "word/_rels/document.xml.rels"}
    package.parts = {renamed.get(name, name): data for name, data in package.parts.items()}
    return package


def _check_entries(entries: Sequence[zipfile.ZipInfo], media: bool) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MAX_PARTS:
        raise _RefusedFile(f"it has {len(names):,} parts; the limit is {MAX_PARTS:,}")
    if len(set(names)) < len(names):
        raise _RefusedFile("two of its parts have the same name")
    if outside := next(filter(_points_outside, names), None):
        raise _RefusedFile(f"the name of a part points outside the file: “{outside[:60]}”")
    if any("vbaproject" in name.lower() or "vbadata" in name.lower() for name in names):
        raise _RefusedFile("it holds macros")
    if _TYPES not in names or _RELATIONS not in names:
        raise _RefusedFile("it has no text: it isn’t a Word file (.docx)")
    _check_sizes([entry for entry in entries if _is_xml(entry)])
    if media and sum(entry.file_size for entry in entries if not _is_xml(entry)) > MAX_TOTAL_BYTES:
        raise _RefusedFile(f"its pictures have more than {MAX_TOTAL_BYTES:,} bytes")


def _points_outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts


def _check_sizes(entries: Sequence[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if entry.file_size > MAX_PART_BYTES:
            raise _RefusedFile(f"its part {entry.filename[:60]} has {entry.file_size:,} bytes; the limit is {MAX_PART_BYTES:,}")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise _RefusedFile(f"its parts have more than {MAX_TOTAL_BYTES:,} bytes")


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith(_XML)


def _parts(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], media: bool) -> Iterator[tuple[str, bytes]]:
    """The name and content of each part. At most as many bytes are unpacked as the archive's directory declares."""
    for entry in entries:
        if entry.is_dir() or not (media or _is_xml(entry)):
            yield entry.filename, b""
            continue
        with archive.open(entry) as file:
            yield entry.filename, file.read(entry.file_size)


# What the parts hold.


def _check_package(package: Package) -> None:
    if _MAIN not in package.parts:
        raise _RefusedFile("it has no text: it isn’t a Word file (.docx)")
    _check_parts(package)
    _check_text(package.xml(_MAIN))


def _check_parts(package: Package) -> None:
    texts = {part: data for part, data in package.parts.items() if data and part.endswith(_XML)}
    for sign, what, most in ((b"<", "tags", MAX_TAGS), (b"=", "attributes", MAX_ATTRIBUTES)):
        if sum(data.count(sign) for data in texts.values()) > most:
            raise _RefusedFile(f"its parts have more than {most:,} {what}")
    for part in texts:
        _check_xml(package, part)
    _check_ranges([package.xml(part) for part in texts])
    types = package.xml(_TYPES)
    if any(word in entry.get("ContentType", "") for entry in types.iter("*") for word in ("macroEnabled", "vbaProject")):
        raise _RefusedFile("it is a file with macros")


def _check_xml(package: Package, part: str) -> None:
    """Parse a part, and refuse it if it declares entities. That is checked in the parsed tree, because an encoding can hide a
    declaration in the bytes."""
    root = package.xml(part)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _RefusedFile(f"its part {part[:60]} defines entities, which no Word file does")
    if root.xpath(_UNDECLARED):
        raise _RefusedFile(f"its text is broken: a prefix of {part[:60]} isn’t declared")


def _check_ranges(roots: Sequence[etree._Element]) -> None:
    """Limit the number of comments and of open bookmarks. Otherwise reading would be slow, because the words of each comment are
    collected, and each paragraph records all bookmarks that are open in it."""
    if sum(root.xpath("count(//w:commentRangeStart)", namespaces={"w": W}) for root in roots) > MAX_COMMENTS:
        raise _RefusedFile(f"it has more than {MAX_COMMENTS:,} comments")
    for root in roots:
        opened: set[str] = set()
        for mark in root.iter(w("bookmarkStart"), w("bookmarkEnd")):
            change = opened.add if mark.tag == w("bookmarkStart") else opened.discard
            change(mark.get(w("id"), ""))
            if len(opened) > MAX_OPEN_BOOKMARKS:
                raise _RefusedFile(f"it has more than {MAX_OPEN_BOOKMARKS} bookmarks in each other")


def _check_text(root: etree._Element) -> None:
    if root.find(w("body")) is None:
        raise _RefusedFile("it has no text that can be read: it may have been saved as “Strict Open XML”")
    outermost = [p for p in root.iter(w("p")) if next(p.iterancestors(w("p")), None) is None]
    _check_amount(int(root.xpath("count(.//w:p)", namespaces={"w": W})), [_letters(p, w("t"), w("delText")) for p in outermost])


def _check_slides(package: Package) -> None:
    """Limit what a presentation holds. Each slide stands in the list once and has its own notes and comments (13.3), or few parts
    would be read as many."""
    read = slides.parts(package)
    if len(set(read)) < len(read):
        raise _RefusedFile("one of its slides, or the notes or comments of one, stands in it several times")
    roots = [package.xml(part) for part in read]
    paragraphs = [p for root in roots for p in root.iter(f"{{{A}}}p")]
    _check_amount(len(paragraphs), [_letters(p, f"{{{A}}}t") for p in paragraphs])


def _check_amount(paragraphs: int, letters: Sequence[int]) -> None:
    """`letters`: of each paragraph that stands in no other."""
    if paragraphs > MAX_PARAGRAPHS:
        raise _RefusedFile(f"it has more than {MAX_PARAGRAPHS:,} paragraphs")
    if sum(letters) > MAX_LETTERS:
        raise _RefusedFile(f"its text has more than {MAX_LETTERS:,} letters")
    if max(letters, default=0) > MAX_PARAGRAPH_LETTERS:
        raise _RefusedFile(f"one of its paragraphs has more than {MAX_PARAGRAPH_LETTERS:,} letters")


def _letters(node: etree._Element, *tags: str) -> int:
    return sum(len(text.text or "") for text in node.iter(*tags))
