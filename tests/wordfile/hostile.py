"""Files that a stranger might return as Word files, and the expected outcome of each.

`refused`: a pattern of the refusal. None: the file is accepted, and must do no harm.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.wordfile.word import parts, rezipped

MAIN, TYPES = "word/document.xml", "[Content_Types].xml"
P = b"<w:p><w:r><w:t>A paragraph that nobody wrote.</w:t></w:r></w:p>"
LAUGHS = b'<!DOCTYPE d [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n, *[n - 1] * 8) for n in range(98, 112)
) + b"]>"  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    name: str
    make: Callable[[bytes], bytes]
    refused: str | None = None


def main(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The file with its text changed."""

    def made(data: bytes) -> bytes:
        def put(files: dict[str, bytes]) -> None:
            files[MAIN] = change(files[MAIN])

        return rezipped(data, put)

    return made


def body(more: bytes) -> Callable[[bytes], bytes]:
    """The file with something added at the beginning of its text."""
    return main(lambda text: re.sub(rb"(<w:body[^>]*>)", lambda m: m[1] + more, text, count=1))


def part(name: str, data: bytes) -> Callable[[bytes], bytes]:
    return lambda file: rezipped(file, lambda own: own.update({name: data}))


def prolog(lines: bytes, name: str = MAIN) -> Callable[[bytes], bytes]:
    """The file with something added before the root element of a part."""

    def put(files: dict[str, bytes]) -> None:
        files[name] = re.sub(rb"^(\s*<\?xml[^>]*\?>)?", lambda m: m[0] + lines, files[name], count=1)

    return lambda data: rezipped(data, put)


def unread(text: bytes, count: int) -> Callable[[bytes], bytes]:
    """More parts of this text."""
    return lambda data: rezipped(data, lambda files: files.update({f"customXml/more{n}.xml": text for n in range(count)}))


def encoded(encoding: str) -> Callable[[bytes], bytes]:
    """Entities in another encoding, where a search in the bytes doesn't find them."""

    def change(text: bytes) -> bytes:
        root = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", text).decode()
        return (f'<?xml version="1.0" encoding="{encoding}"?>' + LAUGHS.decode() + root).encode(encoding, "xmlcharrefreplace")

    return main(change)


def nested(opened: bytes, closed: bytes, depth: int, inner: bytes = P) -> Callable[[bytes], bytes]:
    return body(opened * depth + inner + closed * depth)


def commented(count: int, between: bytes = b"<w:r><w:t>a </w:t></w:r>") -> Callable[[bytes], bytes]:
    """A paragraph in which so many ranges of comments begin, and end again."""
    starts = between.join(b'<w:commentRangeStart w:id="%d"/><w:r><w:t>bottles of glass </w:t></w:r>' % n for n in range(count))
    ends = b"".join(b'<w:commentRangeEnd w:id="%d"/>' % n for n in range(count))
    return body(b"<w:p>" + starts + ends + b"</w:p>")


def twice(data: bytes) -> bytes:
    """Two parts with the same name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about the two parts
        for name, content in [*parts(data).items(), (MAIN, b"<x/>")]:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def lying(data: bytes) -> bytes:
    """A part of 40 MB that declares a thousand bytes."""
    big = rezipped(data, lambda files: files.update({MAIN: files[MAIN] + b" " * 40_000_000}))
    with zipfile.ZipFile(io.BytesIO(big)) as archive:
        size = archive.getinfo(MAIN).file_size
    return big.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def encrypted(data: bytes) -> bytes:
    """The bit for an encrypted part, set in both directories."""
    out = bytearray(data)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for match in re.finditer(re.escape(sign), data):
            out[match.start() + offset] |= 1
    return bytes(out)


def linked(data: bytes) -> bytes:
    """A part that is a symbolic link."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("word/media/link.png")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def sheet(data: bytes) -> bytes:
    """A spreadsheet with the name of a Word file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(TYPES, parts(data)[TYPES])
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
TABLE = b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"

CASES = [
    Hostile("a bomb", main(lambda text: text + b" " * 200_000_000), r"has 200,\d+,\d+ bytes"),
    Hostile("a bomb beside the text", part("word/styles2.xml", b" " * 50_000_000), r"has 50,000,000 bytes"),
    Hostile("many parts that are each small enough", lambda d: rezipped(d, lambda f: f.update({f"word/x{n}.xml": b"<x>" + b" " * 9_000_000 + b"</x>" for n in range(9)})), r"its parts have more than"),
    Hostile("a bomb that is a picture", part("word/media/x.png", bytes(300_000_000))),
    Hostile("ten thousand parts", lambda d: rezipped(d, lambda f: f.update({f"word/media/{n}.png": b"" for n in range(10_000)})), r"parts; the limit is 5,000"),
    Hostile("a size that is a lie", lying, r"can be read|broken"),
    Hostile("two parts of one name", twice, r"two of its parts have the same name"),
    Hostile("entities", prolog(LAUGHS), r"defines entities"),
    Hostile("entities behind a long comment", prolog(b"<!--" + b"x" * 40_000 + b"-->" + LAUGHS), r"defines entities"),
    Hostile("entities in UTF-16", encoded("utf-16"), r"defines entities"),
    Hostile("entities in EBCDIC", encoded("cp037"), r"defines entities|broken"),
    Hostile("entities in UTF-7", encoded("utf-7"), r"defines entities|broken"),
    Hostile("an entity that is a file", prolog(b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), r"defines entities"),
    Hostile("a document type from the network", prolog(b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">'), r"defines entities"),
    Hostile("entities in the styles", prolog(LAUGHS, "word/styles.xml"), r"styles\.xml defines entities"),
    Hostile("entities in the relations", prolog(LAUGHS, "word/_rels/document.xml.rels"), r"rels defines entities"),
    Hostile("entities in the properties", prolog(LAUGHS, "docProps/custom.xml"), r"custom\.xml defines entities"),
    Hostile("a path up and out", part("../../../tmp/briefs-hostile", b"x"), r"points outside the file"),
    Hostile("an absolute path", part("/etc/briefs-hostile", b"x"), r"points outside the file"),
    Hostile("a path of Windows", part("word\\..\\..\\x", b"x"), r"points outside the file"),
    Hostile("a drive", part("C:/x", b"x"), r"points outside the file"),
    Hostile("a symbolic link", linked),
    Hostile("macros", part("word/vbaProject.bin", b"x"), r"macros"),
    Hostile("macros by another name", lambda d: rezipped(d, lambda f: f.update({TYPES: f[TYPES].replace(b"</Types>", b'<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>')})), r"macros"),
    Hostile("a file for macros", lambda d: rezipped(d, lambda f: f.update({TYPES: f[TYPES].replace(b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")})), r"macros"),
    Hostile("encrypted parts", encrypted, r"not a Word file that can be read"),
    Hostile("an encrypted file", lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), r"not a Word file that can be read"),
    Hostile("cut off", lambda d: d[: len(d) // 2], r"not a Word file that can be read"),
    Hostile("cut off near the end", lambda d: d[:-30], r"not a Word file that can be read"),
    Hostile("nothing", lambda d: b"", r"not a Word file that can be read"),
    Hostile("a letter of 2001", lambda d: b"{\\rtf1 hello}", r"not a Word file that can be read"),
    Hostile("a spreadsheet", sheet, r"it isn’t a Word file"),
    Hostile("text that is no XML", main(lambda text: text[:-20]), r"its text is broken"),
    Hostile("an empty text", main(lambda text: b""), r"it has no text|broken"),
    Hostile("another root", main(lambda text: b"<x/>"), r"no text that can be read"),
    Hostile("Strict Open XML", main(lambda text: text.replace(b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", STRICT)), r"Strict Open XML"),
    Hostile("relations that are no XML", part("word/_rels/document.xml.rels", b"<x"), r"its text is broken"),
    Hostile("tags in parts that nobody reads", unread(b"<a>" + b"<a/>" * 100_000 + b"</a>", 8), r"more than 600,000 tags"),
    Hostile("attributes in parts that nobody reads", unread(b"<a>" + b'<a b="" c="" d="" e=""/>' * 50_000 + b"</a>", 8), r"more than 1,500,000 attributes"),
    Hostile("some parts that nobody reads", unread(b"<a>" + b"<a/>" * 5_000 + b"</a>", 8)),
    Hostile("a million paragraphs", body(P * 1_000_000), r"bytes|tags|paragraphs"),
    Hostile("a million empty paragraphs", body(b"<w:p/>" * 1_000_000), r"tags|paragraphs"),
    Hostile("500,000 empty paragraphs", body(b"<w:p/>" * 500_000), r"tags|paragraphs"),
    Hostile("20,000 paragraphs", body(P * 20_000), r"paragraphs"),
    Hostile("paragraphs by another prefix", body(b'<x:p xmlns:x="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>' * 30_000), r"paragraphs"),
    Hostile("4,000 paragraphs of one word", body(b"<w:p><w:r><w:t>bottles</w:t></w:r></w:p>" * 4_000)),
    Hostile("4,000 long paragraphs", body((b"<w:p><w:r><w:t>" + b"The bottles of Ghent are back. " * 40 + b"</w:t></w:r></w:p>") * 4_000), r"letters"),
    Hostile("700 long paragraphs", body((b"<w:p><w:r><w:t>" + b"The bottles of Ghent are back. " * 40 + b"</w:t></w:r></w:p>") * 700)),
    Hostile("a million runs in a paragraph", body(b"<w:p>" + b"<w:r><w:t>a </w:t></w:r>" * 1_000_000 + b"</w:p>"), r"bytes|tags"),
    Hostile("100,000 runs in a paragraph", body(b"<w:p>" + b"<w:r><w:t>a </w:t></w:r>" * 100_000 + b"</w:p>"), r"letters"),
    Hostile("20,000 runs in a paragraph", body(b"<w:p>" + b"<w:r><w:t>a </w:t></w:r>" * 20_000 + b"</w:p>")),
    Hostile("2,000 runs at the end of thirty paragraphs", main(lambda text: text.replace(b"</w:p>", b"<w:r><w:t>the bottle </w:t></w:r>" * 2_000 + b"</w:p>", 30))),
    Hostile("10,000 words put in before two of the text", main(lambda text: text.replace(b"Nobody counts", b"the bottle " * 5_000 + b"Nobody counts"))),
    Hostile("a word of nine million letters", body(b"<w:p><w:r><w:t>" + b"a" * 9_000_000 + b"</w:t></w:r></w:p>"), r"letters"),
    Hostile("an attribute of nine million letters", body(b'<w:p><w:pPr><w:pStyle w:val="' + b"a" * 9_000_000 + b'"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>')),
    Hostile("an attribute of fourteen million letters", body(b'<w:p w:rsidR="' + b"a" * 14_000_000 + b'"/>'), r"broken|bytes"),
    Hostile("tables in tables", nested(*TABLE, 5_000), r"broken: Excessive depth|nested"),
    Hostile("80 tables in tables", nested(*TABLE, 80)),
    Hostile("content controls in each other", nested(b"<w:sdt><w:sdtContent>", b"</w:sdtContent></w:sdt>", 5_000), r"broken: Excessive depth"),
    Hostile("120 content controls in each other", nested(b"<w:sdt><w:sdtContent>", b"</w:sdtContent></w:sdt>", 120)),
    Hostile("insertions in each other", nested(b"<w:ins>", b"</w:ins>", 5_000), r"broken: Excessive depth"),
    Hostile("240 insertions in each other", nested(b"<w:ins>", b"</w:ins>", 240)),
    Hostile("240 insertions in a paragraph", body(b"<w:p>" + b"<w:ins>" * 240 + b"<w:r><w:t>x</w:t></w:r>" + b"</w:ins>" * 240 + b"</w:p>")),
    Hostile("60 boxes in boxes", nested(b"<w:p><w:r><w:pict><w:txbxContent>", b"</w:txbxContent></w:pict></w:r></w:p>", 60)),
    Hostile("fields that don’t end", body(b'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 1_000)),
    Hostile("a bookmark a thousand times", body(b'<w:p><w:bookmarkStart w:id="1" w:name="report_01_opening_md_2_45a59c4c"/><w:r><w:t>x</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>' * 1_000)),
    Hostile("5,000 bookmarks that don’t end", body(b"<w:p>" + b"".join(map(b'<w:bookmarkStart w:id="%d" w:name="x"/>'.__mod__, range(5_000))) + b"</w:p>" + P * 900), r"more than 300 bookmarks in each other"),
    Hostile("250 bookmarks that don’t end", body(b"<w:p>" + b"".join(map(b'<w:bookmarkStart w:id="%d" w:name="x"/>'.__mod__, range(250))) + b"</w:p>" + P * 900)),
    Hostile("types with a comment and an instruction among them", lambda d: rezipped(d, lambda f: f.update({TYPES: f[TYPES].replace(b"</Types>", b"<!-- x --><?x y?></Types>")}))),
    Hostile("a word in 50,000 runs", body(b"<w:p>" + b"<w:r><w:t>a</w:t></w:r>" * 50_000 + b"</w:p>")),
    Hostile("20,000 comments", commented(20_000), r"more than 2,000 comments"),
    Hostile("1,900 comments, each in the one before", commented(1_900, b"")),
    Hostile("1,900 comments on all that follows", body(b"".join(map(b'<w:p><w:commentRangeStart w:id="%d"/></w:p>'.__mod__, range(1_900))) + P * 900 + b"<w:p>" + b"".join(map(b'<w:commentRangeEnd w:id="%d"/>'.__mod__, range(1_900))) + b"</w:p>")),
    Hostile("marks without names", body(b"<w:p><w:bookmarkStart/><w:commentRangeStart/><w:ins><w:r><w:t>x</w:t></w:r></w:ins><w:commentRangeEnd/><w:hyperlink><w:r><w:fldChar/><w:footnoteReference/><w:sym/></w:r></w:hyperlink></w:p>")),
    Hostile("styles based on each other", lambda d: rezipped(d, lambda f: f.update({"word/styles.xml": f["word/styles.xml"].replace(b"</w:styles>", b"".join(b'<w:style w:type="character" w:styleId="z%d"><w:name w:val="z%d"/><w:basedOn w:val="z%d"/></w:style>' % (n, n, (n + 1) % 3) for n in range(3)) + b"</w:styles>")}))),
]  # fmt: skip
