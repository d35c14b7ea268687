"""Makes a ZIP package of the texts of its parts, so that a search can change words of a part instead of compressed bytes."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile

from lxml import etree

_OFFICE = b"http://schemas.openxmlformats.org/"
_PREFIXES = {
    b"w": b"wordprocessingml/2006/main",
    b"p": b"presentationml/2006/main",
    b"a": b"drawingml/2006/main",
    b"r": b"officeDocument/2006/relationships",
}
_DEFAULTS = {
    b"Relationships": b"package/2006/relationships",
    b"Types": b"package/2006/content-types",
    b"workbook": b"spreadsheetml/2006/main",
    b"worksheet": b"spreadsheetml/2006/main",
    b"sst": b"spreadsheetml/2006/main",
}
_BARE = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>"}


def packed(data: bytes) -> bytes:
    """A package of the texts of its parts, each after a line `--- word/document.xml`. Data that begins as a ZIP file stays as it
    is. What every package has is added: its types, its relationships, and the declarations of the usual name spaces."""
    if data.startswith(b"PK"):
        return data
    parts = {name: _declared(text) for name, text in _BARE.items()}
    for piece in re.split(rb"^--- ", data, flags=re.M)[1:]:
        name, _, text = piece.partition(b"\n")
        parts[re.sub(r"[^\w./\[\]-]", "", name.decode("ascii", "replace")) or "x"] = _mended(_declared(text))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def _declared(xml: bytes) -> bytes:
    """A part with the name spaces that its first element needs."""
    found = re.match(rb"<(?:(\w+):)?(\w+)", xml)
    if not found:
        return xml
    used = {prefix: space for prefix, space in _PREFIXES.items() if re.search(rb"\b%b:\w" % prefix, xml)} if found[1] else {}
    needed = [b' xmlns:%b="%b%b"' % (prefix, _OFFICE, space) for prefix, space in used.items()]
    if not found[1] and found[2] in _DEFAULTS:
        needed = [b' xmlns="%b%b" xmlns:r="%b%b"' % (_OFFICE, _DEFAULTS[found[2]], _OFFICE, _PREFIXES[b"r"])]
    return found[0] + b"".join(needed) + xml[found.end() :]


def _mended(xml: bytes) -> bytes:
    """What libxml2 makes of broken XML. Few changes would pass its parser otherwise. Declarations stay as they are."""
    with contextlib.suppress(etree.XMLSyntaxError):
        root = etree.fromstring(xml, etree.XMLParser(recover=True))
        if b"<!" not in xml and root is not None:
            return etree.tostring(root)
    return xml
