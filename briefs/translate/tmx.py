"""TMX 1.4b, the format of translation memories: every text that is translated, with its translation.

In: `Unit`s. Out: the bytes of a TMX file. It is only written, and never read back: a program for translators takes it as its
memory.
https://www.gala-global.org/tmx-14b
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from briefs import __version__
from briefs.translate.units import Unit

_XML = "{http://www.w3.org/XML/1998/namespace}"


def write(units: Sequence[Unit], source: str, target: str) -> bytes:
    """The units that have a translation, each as a pair of source and translation. A stale translation is paired with the source
    that it was made from, and left out if nobody knows that source."""
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
