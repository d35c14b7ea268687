"""TMX 1.4b, the format of translation memories: every text that is translated, with its translation.

In: units. Out: bytes. It is given out only; a program for translators reads it beside the texts.
https://www.gala-global.org/tmx-14b
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from briefs import __version__
from briefs.translate.units import Unit

_XML = "{http://www.w3.org/XML/1998/namespace}"


def write(units: Sequence[Unit], source: str, target: str) -> bytes:
    """The pairs of texts whose translation is known to be of that source: of a stale one, the source that it was made from."""
    root = etree.Element("tmx", version="1.4")
    etree.SubElement(
        root, "header", creationtool="briefs", creationtoolversion=__version__, segtype="paragraph", adminlang="en",
        srclang=source, datatype="plaintext", **{"o-tmf": "briefs"},
    )  # fmt: skip
    body = etree.SubElement(root, "body")
    for unit in units:
        said = unit.source if unit.state == "translated" else unit.before
        for _ in [unit.target] if unit.target and said else ():
            pair = etree.SubElement(body, "tu", tuid=unit.name)
            for tag, words in ((source, said), (target, unit.target)):
                side = etree.SubElement(pair, "tuv")
                side.set(f"{_XML}lang", tag)
                etree.SubElement(side, "seg").text = words
    etree.indent(root)
    document = etree.tostring(root, xml_declaration=True, encoding="UTF-8", doctype='<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
    return bytes(document)
