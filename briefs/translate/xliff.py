"""XLIFF, which all programs for translators read: version 1.2 and 2.0.

In: `Unit`s, or an XLIFF file that came back. Out: the bytes of an XLIFF file, or the translations in the one that came back. The
hashes of the source and of the translation stand where translators' programs keep them: in a note and, in version 1.2, in
`extradata`. Signs of Markdown are plain characters of a text.
https://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html, https://docs.oasis-open.org/xliff/xliff-core/v2.0/xliff-core-v2.0.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from lxml import etree

from briefs.translate.units import Returned, ReturnedFile, Unit, UnreadableTranslation, digest

ONE, TWO = "urn:oasis:names:tc:xliff:document:1.2", "urn:oasis:names:tc:xliff:document:2.0"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_STATES = {"translated": "translated", "stale": "needs-review-translation", "missing": "needs-translation"}
_KEY = re.compile(r"of=([0-9a-f]{16}) was=([0-9a-f]{16})?")
_UNFINISHED = {"new", "needs-translation", "needs-review-translation", "initial"}


def write(
    units: Sequence[Unit], source: str, target: str, *, version: str = "1.2", pictures: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """The units as an XLIFF file. `source`, `target`: the tags of the two languages. `pictures`: by the path of a content file, the
    address of the picture of its page; version 1.2 refers to it."""
    root = _one(units, source, target, pictures) if version == "1.2" else _two(units, source, target)
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _element(parent: etree._Element, name: str, text: str = "", /, **attributes: str) -> etree._Element:
    namespace = parent.tag.partition("}")[0] + "}"
    made = etree.SubElement(parent, f"{namespace}{name}", {key.replace("_", "-"): value for key, value in attributes.items()})
    made.text = text or None
    return made


def _key(unit: Unit) -> str:
    return f"of={unit.of} was={unit.was}"


def _one(units: Sequence[Unit], source: str, target: str, pictures: Mapping[str, str]) -> etree._Element:
    root = etree.Element(f"{{{ONE}}}xliff", nsmap={None: ONE}, version="1.2")
    for path, own in groupby(units, lambda unit: unit.path):
        file = _element(root, "file", original=path, datatype="plaintext", source_language=source, target_language=target)
        if path in pictures:
            _element(_element(_element(file, "header"), "reference"), "external-file", href=pictures[path])
        body = _element(file, "body")
        for unit in own:
            more = {"maxwidth": str(unit.limit), "size_unit": "char"} if unit.limit else {}
            more |= {"approved": "yes"} if unit.state == "translated" else {}
            made = _element(body, "trans-unit", id=unit.name, resname=unit.id, extradata=_key(unit), **more)
            made.set(f"{_XML}space", "preserve")
            _element(made, "source", unit.source)
            _element(made, "target", unit.target, state=_STATES[unit.state])
            for note in unit.notes:
                _element(made, "note", note)
            _element(made, "note", _key(unit), **{"from": "briefs"})
            if unit.before:
                other = _element(made, "alt-trans", alttranstype="previous-version")
                _element(other, "source", unit.before)
                _element(other, "target", unit.target)
    return root


def _two(units: Sequence[Unit], source: str, target: str) -> etree._Element:
    root = etree.Element(f"{{{TWO}}}xliff", nsmap={None: TWO}, version="2.0", srcLang=source, trgLang=target)
    for number, (path, own) in enumerate(groupby(units, lambda unit: unit.path), 1):
        file = _element(root, "file", id=f"f{number}", original=path)
        for unit in own:
            made = _element(file, "unit", id=f"u{hashlib.sha256(unit.name.encode()).hexdigest()[:16]}", name=unit.name)
            made.set(f"{_XML}space", "preserve")
            notes = _element(made, "notes")
            for note in unit.notes:
                _element(notes, "note", note)
            if unit.limit:
                _element(notes, "note", f"{unit.limit} characters at most")
            if unit.before:
                _element(notes, "note", f"The translation was made from: {unit.before}")
            _element(notes, "note", _key(unit), category="briefs")
            segment = _element(made, "segment", state="translated" if unit.state == "translated" else "initial")
            _element(segment, "source", unit.source)
            if unit.target:
                _element(segment, "target", unit.target)
    return root


def read(data: bytes) -> ReturnedFile:
    """The translations in a file of either version. Raises UnreadableTranslation."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True)
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UnreadableTranslation(f"it is no XML: {fault}") from None
    if root.getroottree().docinfo.doctype:
        raise UnreadableTranslation("it has a document type, which no XLIFF file needs")
    kind = next((name for name in (ONE, TWO) if root.tag == f"{{{name}}}xliff"), "")
    if not kind:
        raise UnreadableTranslation("it is no XLIFF file of version 1.2 or 2.0")
    files = root.findall(f"{{{ONE}}}file")
    tags = {str(file.get("target-language", "")) for file in files} if kind == ONE else {str(root.get("trgLang", ""))}
    if len(tags) != 1 or not (tag := tags.pop()):
        raise UnreadableTranslation("it doesn’t name one target language")
    return ReturnedFile(tag, list(_read_one(root) if kind == ONE else _read_two(root)))


def _read_one(root: etree._Element) -> Iterator[Returned]:
    for unit in root.iter(f"{{{ONE}}}trans-unit"):
        notes = [unit.get("extradata", ""), *(_text(note) for note in unit.iterfind(f"{{{ONE}}}note"))]
        target = unit.find(f"{{{ONE}}}target")
        is_unfinished = target is not None and target.get("state") in _UNFINISHED and unit.get("approved") != "yes"
        yield from _returned(str(unit.get("id")), notes, unit.find(f"{{{ONE}}}source"), [target], is_unfinished)


def _read_two(root: etree._Element) -> Iterator[Returned]:
    for unit in root.iter(f"{{{TWO}}}unit"):
        segments = unit.findall(f"{{{TWO}}}segment")
        targets = [segment.find(f"{{{TWO}}}target") for segment in segments]
        if segments:
            notes = [_text(note) for note in unit.iter(f"{{{TWO}}}note")]
            is_unfinished = any(segment.get("state", "initial") in _UNFINISHED for segment in segments)
            yield from _returned(str(unit.get("name")), notes, segments[0].find(f"{{{TWO}}}source"), targets, is_unfinished)


def _returned(
    name: str,
    notes: Sequence[str],
    source: etree._Element | None,
    targets: Sequence[etree._Element | None],
    is_unfinished: bool,
) -> Iterator[Returned]:
    """Yields the translation of a unit, unless it went out empty and still is, or is marked as unfinished and came back as it went
    out. Its `of` is empty if no note has it."""
    key = next((match for note in notes if (match := _KEY.search(note))), None)
    words = "".join(_text(target) for target in targets if target is not None).strip()
    of, was = (key[1], key[2] or "") if key else ("", "")
    if (words or was) and not (is_unfinished and digest(words) == was):
        yield Returned(name, of, was, _text(source) if source is not None else "", words)


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))
