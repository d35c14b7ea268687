"""Citations of the report are fields of Zotero: pandoc reads them, and what Zotero does to them comes back as keys."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import pypandoc
import pytest
from lxml import etree

from briefs.typeset.word.package import w
from briefs.wordfile import citations, docx, paragraphs
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word, make, parts, run

BOOK = {"id": 7, "type": "book", "title": "On Corks", "author": [{"family": "Kork"}], "issued": {"date-parts": [["2018"]]}}


def instructions(data: bytes, part: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"<w:instrText[^>]*>(.*?)</w:instrText>", parts(data)[part].decode())]


def codes(data: bytes) -> list[Mapping[str, Any]]:
    """The JSON of each citation, in the order of the notes."""
    found = [one for one in instructions(data, "word/footnotes.xml") if "ZOTERO_ITEM" in one]
    return [json.loads(one.strip().removeprefix("ADDIN ZOTERO_ITEM CSL_CITATION ")) for one in found]


def field(code: Mapping[str, Any], words: str) -> list[Any]:
    """The runs of a citation as Zotero writes them."""
    instruction = make("instrText")
    instruction.text = f" ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(code)} "
    before = [make("fldChar", fldCharType="begin"), instruction, make("fldChar", fldCharType="separate")]
    return [*(make("r", part) for part in before), run(words), make("r", make("fldChar", fldCharType="end"))]


def code(words: str, *items: Mapping[str, Any]) -> dict[str, Any]:
    return {"citationID": "a1", "properties": {"plainCitation": words, "formattedCitation": words}, "citationItems": list(items)}


def with_note(word: Word, after: str, runs: list[Any]) -> bytes:
    """A new footnote with these runs."""

    def add(data: bytes) -> bytes:
        root = etree.fromstring(data)
        root.append(make("footnote", make("p", *runs), id="901"))
        return etree.tostring(root)

    word.part("footnotes", add)
    word.runs(after)[-1].addnext(make("r", make("footnoteReference", id="901")))
    return word.saved()


# What is written.


def test_each_note_is_a_field_with_its_records(harness: MergeHarness) -> None:
    found = codes(harness.sent["report"])
    assert [[one["id"] for one in code["citationItems"]] for code in found] == [
        ["glass"],
        ["gazette"],
        ["brewers"],
        ["plan", "greens"],
    ]
    gazette = found[1]["citationItems"][0]
    assert (gazette["prefix"], gazette["locator"], gazette["label"]) == ("See ", "3", "page")
    assert gazette["itemData"]["issued"] == {"date-parts": [[2019, 5, 6]]} and gazette["uris"] == ["urn:briefs:source:gazette"]
    assert len({code["citationID"] for code in found}) == len(found)


def test_the_words_of_a_field_are_those_that_it_says(harness: MergeHarness) -> None:
    """Zotero asks before it changes a citation whose words aren’t those of its field."""
    text = paragraphs.read(docx.open_docx(harness.sent["report"], "report.docx"))
    notes = [p for paragraph in text.paragraphs for p in paragraph.pieces if p.citation]
    assert len(notes) == 4 and all(note.citation and note.citation.is_untouched(note.text) for note in notes)


def test_pandoc_reads_the_fields(harness: MergeHarness) -> None:
    command = [pypandoc.get_pandoc_path(), "-f", "docx+citations", "-t", "json"]
    read = json.loads(subprocess.run(command, input=harness.sent["report"], capture_output=True, check=True).stdout)
    keys = [[c["citationId"] for c in node["c"][0]] for node in _nodes(read["blocks"]) if node.get("t") == "Cite"]
    assert keys == [["glass"], ["gazette"], ["brewers"], ["plan", "greens"]]
    records = {one["c"]["id"]["c"]: one["c"] for one in read["meta"]["references"]["c"]}
    assert records["brewers"]["URL"]["c"] == "https://example.org/trucks"


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(inner)


def test_the_bibliography_is_a_field_and_the_preferences_are_whole(harness: MergeHarness) -> None:
    data = harness.sent["report"]
    assert [one.split()[1] for one in instructions(data, "word/document.xml") if "ADDIN" in one] == ["ZOTERO_BIBL"]
    root = etree.fromstring(parts(data)["docProps/custom.xml"])
    pieces = [p for p in root if p.get("name", "").startswith("ZOTERO_PREF_")]
    assert [p.get("name") for p in pieces] == [f"ZOTERO_PREF_{n}" for n in range(1, len(pieces) + 1)]
    texts = ["".join(p.itertext()) for p in pieces]
    assert all(len(text) <= 255 for text in texts)
    preferences = etree.fromstring("".join(texts))
    assert preferences.find("style").get("id") == "http://www.zotero.org/styles/chicago-notes-bibliography"
    assert {p.get("name"): p.get("value") for p in preferences.iter("pref")} == {"fieldType": "Field", "noteType": "1"}


def test_briefs_have_no_fields_of_zotero(harness: MergeHarness) -> None:
    assert all(b"ZOTERO" not in part for part in parts(harness.sent["brief"]).values())


# What comes back.


def test_notes_that_zotero_words_anew_are_no_edit(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.part("footnotes", lambda data: data.replace(b"Glass Gazette", b"Gaz. of Glass"))
    word.part("footnotes", lambda data: data.replace(b"Sand Press, 1999", b"Sand, 1999"))
    word.part("footnotes", lambda data: re.sub(rb"Gazette(</w:t>)", rb"Gaz.\1", data))
    merged = harness.merge(word.saved())
    assert (merged.files, unmerged(merged)) == ({}, [])


def test_words_typed_into_a_citation_are_told(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.part("footnotes", lambda data: data.replace(b"Gazette</w:t>", b"Journal</w:t>"))
    merged = harness.merge(word.saved())
    assert not merged.files and len(merged.unmerged) == 1 and "a note was changed" in unmerged(merged)[0]


def test_a_new_citation_comes_back_as_its_key(harness: MergeHarness) -> None:
    own = codes(harness.sent["report"])[0]["citationItems"][0]
    runs = field(code("Verre, Glass, 12.", {**own, "locator": "12", "label": "page"}), "Verre, Glass, 12.")
    merged = harness.merge(with_note(Word(harness.sent["report"]), "The towns pay least", runs))
    assert diff(harness.files, merged.files).split("\n")[1:] == [
        "-The towns pay least. What they save is told in a table:",
        "+The towns pay least[@glass, p. 12]. What they save is told in a table:",
    ]
    assert unmerged(merged) == []


@pytest.mark.parametrize("record", [
    {"id": 9, "title": "Anything", "URL": "http://example.org/trucks/"},
    {"id": 9, "title": "who drives  the trucks", "issued": {"date-parts": [["2019", 3]]}},
], ids=["address", "title and year"])  # fmt: skip
def test_a_source_of_a_library_is_known_by_its_record(record: Mapping[str, Any], harness: MergeHarness) -> None:
    item = {"id": 9, "uris": ["http://zotero.org/users/1/items/ABC"], "itemData": record}
    merged = harness.merge(with_note(Word(harness.sent["report"]), "The towns pay least", field(code("Trucks.", item), "Trucks.")))
    assert "+The towns pay least[@brewers]. What they save" in diff(harness.files, merged.files) and not merged.unmerged


def test_the_record_of_an_unknown_source_is_offered(harness: MergeHarness) -> None:
    item = {"id": 7, "uris": ["http://zotero.org/users/1/items/DEF"], "itemData": BOOK}
    merged = harness.merge(with_note(Word(harness.sent["report"]), "The towns pay least", field(code("Kork.", item), "Kork.")))
    assert not merged.files and len(merged.unmerged) == 1
    assert json.dumps([BOOK]) in merged.unmerged[0].reason and "sources/" in merged.unmerged[0].reason


def test_another_source_in_a_note_comes_back(harness: MergeHarness) -> None:
    greens = codes(harness.sent["report"])[3]["citationItems"][1]
    word = Word(harness.sent["report"])

    def cite_greens(data: bytes) -> bytes:
        root = etree.fromstring(data)
        note = next(n for n in root if "Glass and Its Banks" in "".join(t.text or "" for t in n.iter(w("t"))))
        paragraph = note.find(w("p"))
        for own in paragraph.findall(w("r"))[1:]:
            paragraph.remove(own)
        paragraph.extend(field(code("The Greens.", greens), "The Greens."))
        return etree.tostring(root)

    word.part("footnotes", cite_greens)
    merged = harness.merge(word.saved())
    assert "before it breaks.[@greens] Those who sell" in diff(harness.files, merged.files) and not merged.unmerged


def test_a_citation_of_word_itself_is_read(harness: MergeHarness) -> None:
    """`CITATION` in a content control, with its source in the part that Word keeps them in."""
    word = Word(harness.sent["report"])
    instruction = make("instrText")
    instruction.text = " CITATION Tru19 \\l 2057 "
    begin = [make("fldChar", fldCharType="begin"), instruction, make("fldChar", fldCharType="separate")]
    runs = [*(make("r", part) for part in begin), run(" (Brewers, 2019)"), make("r", make("fldChar", fldCharType="end"))]
    word.runs("The towns pay least")[-1].addnext(make("sdt", make("sdtPr", make("citation")), make("sdtContent", *runs)))
    about = "<b:SourceType>Report</b:SourceType><b:Title>Who drives the trucks</b:Title><b:Year>2019</b:Year>"
    source = f"<b:Source><b:Tag>Tru19</b:Tag>{about}</b:Source>"
    part = f'<b:Sources xmlns:b="http://schemas.openxmlformats.org/officeDocument/2006/bibliography">{source}</b:Sources>'
    data = io.BytesIO(word.saved())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("customXml/item7.xml", part)
    merged = harness.merge(data.getvalue())
    assert "+The towns pay least[@brewers]. What they save" in diff(harness.files, merged.files) and not merged.unmerged


@pytest.mark.parametrize("instruction", [
    "ADDIN ZOTERO_ITEM CSL_CITATION", "ADDIN ZOTERO_ITEM CSL_CITATION {", 'ADDIN ZOTERO_ITEM CSL_CITATION {"citationItems": 3}',
    'ADDIN ZOTERO_ITEM CSL_CITATION {"citationItems": [1, null, []]}', "ADDIN ZOTERO_ITEM CSL_CITATION " + "[" * 100_000,
    "ADDIN EN.CITE x", "CITATION", "PAGE",
])  # fmt: skip
def test_a_field_that_is_no_citation_is_none(instruction: str) -> None:
    assert citations.read(instruction, {}) is None


def test_a_field_whose_parts_are_strange_is_read_as_far_as_it_goes() -> None:
    code_ = {"properties": 1, "citationItems": [{"id": [], "uris": [1], "itemData": 4, "locator": {}, "suppress-author": "x"}]}
    found = citations.read(f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(code_)}", {})
    assert found and [(i.key, dict(i.record), dict(i.details)) for i in found.items] == [("", {}, {})]
