"""Files for translators: what goes out, what comes back, and what doesn't."""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from briefs.cli import exchange, main
from briefs.cli.parser import make_parser
from briefs.edition.model import Text
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.problems import Place, Problems
from briefs.tools.limited import LimitedProcess
from briefs.translate import po, returned, sheets, tmx, xliff
from briefs.translate.bring import bring
from briefs.translate.units import Language, Returned, ReturnedFile, Unit, UnreadableTranslation, digest
from tests import small, translated
from tests.translated import in_french

SECTION = """---
title: The start
id: sec-start
---

First paragraph of 12,000 words.[@one]

- An item for the EU.

Last & least \\<paragraph>.
"""
SOURCE = small.files(
    about={"languages": ["en-GB", "fr"]}, more={"report/01-start.md": SECTION, "glossary.yaml": "EU: European Union\n"}
)
Write = Callable[[list[Unit]], bytes]
FORMATS: dict[str, tuple[Write, Callable[[bytes], ReturnedFile]]] = {
    "xliff": (lambda units: xliff.write(units, "en-GB", "fr"), xliff.read),
    "xliff2": (lambda units: xliff.write(units, "en-GB", "fr", version="2.0"), xliff.read),
    "po": (lambda units: po.write(units, "fr"), po.read),
    "xlsx": (lambda units: sheets.write(units, "fr"), sheets.read),
}


def language(files: dict[str, bytes]) -> Language:
    reading = read_files(files, is_unfinished=True)
    assert reading.edition, [str(problem) for problem in reading.errors]
    return Language(reading.edition, "fr", files)


def done(words: Callable[[str], str | None] = lambda text: f"fr:{text}") -> dict[str, bytes]:
    """The edition with translations of those texts for which `words` has some."""
    made = translated.files_of(SOURCE, lambda one: in_french(one) if words(one.source.markdown) else None, originals=True)
    return {**SOURCE, **made}


def finished(unit: Unit) -> Unit:
    """A unit as a translator gives it back."""
    lead = "- " if unit.source.startswith("- ") else ""
    return replace(unit, target=f"{lead}fr:{unit.source.removeprefix(lead)}", state="translated")


@pytest.mark.parametrize("name", FORMATS)
def test_what_goes_out_comes_back(name: str) -> None:
    """Every text, with its lines, signs and key, translated in a program for translators."""
    write, read = FORMATS[name]
    units = language(SOURCE).units
    assert {unit.state for unit in units} == {"missing"}
    made = [finished(unit) for unit in units]
    back = read(write(made))
    assert back.tag == "fr"
    assert [(text.name, text.of, text.source, text.target) for text in back.texts] == [
        (unit.name, unit.of, unit.source, unit.target) for unit in made
    ]
    assert read(write(units)).texts == []  # nothing is translated yet


@pytest.mark.parametrize("name", FORMATS)
def test_translations_are_brought_into_the_content(name: str) -> None:
    """A whole round: export, translate, import; then nothing is left to do, and a second import changes nothing."""
    write, read = FORMATS[name]
    units = [finished(unit) for unit in language(SOURCE).units]
    back = read(write(units))
    was_empty = [Returned(text.name, text.of, "", text.source, text.target) for text in back.texts]
    made = bring(was_empty, language(SOURCE), "texts")
    assert not made.problems and len(made.taken) == len(units)
    files = {**SOURCE, **made.files}
    assert {unit.state for unit in language(files).units} == {"translated"}
    again = bring(was_empty, language(files), "texts")
    assert again.same == len(units) and not (again.taken or again.problems or again.files)
    assert language(files).originals[units[0].of].markdown == units[0].source


def test_a_stale_text_goes_out_with_what_it_was_made_from() -> None:
    changed = {**done(), "report/01-start.md": SECTION.replace("12,000", "13,000").encode()}
    (unit,) = (unit for unit in language(changed).units if unit.state == "stale")
    assert "12,000" in unit.before and "13,000" in unit.source and unit.target.startswith("fr:")
    for write, _ in FORMATS.values():
        assert b"13,000" in write([unit]) or write([unit]).startswith(b"PK")
    assert b"12,000" in xliff.write([unit], "en", "fr")
    assert b"12,000" in po.write([unit], "fr") and b"fuzzy" in po.write([unit], "fr")
    assert not po.read(po.write([unit], "fr")).texts  # as it went out, it isn't taken back
    for write, read in FORMATS.values():
        assert read(write([unit])).texts == []
        assert len(read(write([replace(unit, state="translated")])).texts) == 1  # somebody says that it still holds


@pytest.mark.parametrize("name", FORMATS)
def test_a_translation_that_was_deleted_in_the_file_is_told_and_stays(name: str) -> None:
    write, read = FORMATS[name]
    units = language(done()).units
    kept = {unit.name: unit.was for unit in units}
    data = write(units)
    target = units[1].target.encode()
    (text,) = (text for text in read(without(data, target)).texts if text.name == units[1].name)
    assert (text.target, text.was) == ("", kept[text.name])
    made = bring([text], language(done()), "texts")
    assert [problem.message for problem in made.problems] == [
        f"{text.name}: its translation is empty in this file, so the edition keeps what it has"
    ]
    assert not made.files and not made.taken


def without(data: bytes, target: bytes) -> bytes:
    """A translator's file without one of its translations."""
    if not data.startswith(b"PK"):
        assert data.count(target) == 1
        return data.replace(target, b"")
    book = openpyxl.load_workbook(io.BytesIO(data))
    (cell,) = (cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == target.decode())
    cell.value = None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_is_not_taken() -> None:
    files = done()
    units = {unit.id: unit for unit in language(files).units}
    one = units["summary"]
    passage = next(unit for unit in units.values() if "12,000" in unit.source)

    def told(*texts: Returned) -> str:
        made = bring(texts, language(files), "back.xlf")
        assert not made.files
        return " ".join(problem.message for problem in made.problems)

    assert "translated anew since" in told(Returned(one.name, one.of, digest("another"), one.source, "Autre."))
    assert "no such text any more" in told(Returned("countries/xx.yaml#summary", one.of, "", "A", "B"))
    wrong = passage.target.replace("12,000", "21 000")
    assert "no figure “21 000”" in told(Returned(passage.name, passage.of, passage.was, passage.source, wrong))
    without = passage.target.replace("[@one]", "")
    back = Returned(passage.name, passage.of, passage.was, passage.source, without)
    assert "citation “@one” of the source is missing" in told(back)
    assert "newer translation" in told(Returned(one.name, "0" * 16, one.was, "Old words.", "Autre."))


def test_a_translator_can_follow_the_hint_to_confirm_a_figure() -> None:
    """A translation with “douze mille” for “12,000” is refused. Once its entry is written as the hint says, it is taken."""
    unit = next(one for one in language(SOURCE).units if "12,000" in one.source)
    text = Returned(unit.name, unit.of, "", unit.source, unit.source.replace("12,000", "douze mille"))
    refused = bring([text], language(SOURCE), "back.xlsx")
    (problem,) = refused.problems
    found = re.search(r"`confirmed: (\w+)` in (\S+), in an entry with `id: (\w+)`, `of: (\w+)`", problem.hint)
    assert found and not refused.taken
    entry = f"texts:\n  - id: {found[3]}\n    of: {found[4]}\n    confirmed: {found[1]}\n    text: {{}}\n"
    for written in ("Premiers mots, 12 000.[@one]", f"'{text.target}'"):
        made = language({**SOURCE, found[2]: entry.format(written).encode()})
        after = bring([replace(text, was=next(one for one in made.units if one.id == unit.id).was)], made, "back.xlsx")
        assert not after.problems and len(after.taken) + after.same == 1


def test_import_takes_and_writes_what_somebody_confirms() -> None:
    unit = next(one for one in language(SOURCE).units if "12,000" in one.source)
    text = Returned(unit.name, unit.of, "", unit.source, unit.source.replace("12,000", "douze mille"))
    assert bring([text], language(SOURCE), "back.xlsx").problems
    made = bring([text], language(SOURCE), "back.xlsx", {unit.name})
    assert made.taken == [unit.name] and not made.problems
    again = language({**SOURCE, **made.files})
    assert next(one for one in again.units if one.name == unit.name).confirmed
    lost = replace(text, target=text.target.replace("[@one]", ""))
    assert lost != text and bring([lost], language(SOURCE), "back.xlsx", {unit.name}).problems


def test_a_translation_of_an_older_source_is_stale_at_once() -> None:
    """It may have been with the translator when the source changed. The work isn't lost, and nobody takes it for up to date."""
    old = language(SOURCE)
    unit = next(unit for unit in old.units if unit.id == "summary")
    changed = {**SOURCE, "countries/be.yaml": SOURCE["countries/be.yaml"].replace(b"what matters", b"what matters now")}
    made = bring([Returned(unit.name, unit.of, "", unit.source, "Un résumé.")], language(changed), "x.po")
    assert not made.problems
    after = next(unit for unit in language({**changed, **made.files}).units if unit.id == "summary")
    assert after.state == "stale" and after.target == "Un résumé." and "what matters." in after.before


def test_notes_tell_place_terms_and_limits() -> None:
    files = {**SOURCE, "countries/be.yaml": SOURCE["countries/be.yaml"].replace(b"- id: be-01", b"- label: A label\n  id: be-01")}
    own = translated.files_of(files, lambda one: {"EU": "Union européenne", "EU/term": "UE"}.get(one.id))
    units = {unit.id: unit for unit in language({**files, **own}).units}
    item = next(unit for unit in units.values() if "for the EU" in unit.source)
    assert item.notes == ("report/01-start.md:8: a passage of the report", "Glossary: EU = UE (Union européenne)")
    assert units["facts/be-01/label"].limit == 40
    assert any("timeline" in note for note in units["facts/be-01/text"].notes)


def test_a_memory_has_each_pair() -> None:
    root = etree.fromstring(tmx.write(language(done()).units, "en-GB", "fr"))
    pairs = [[seg.text for seg in unit.iter("seg")] for unit in root.iter("tu")]
    assert ["Last & least \\<paragraph>.", "fr:Last & least \\<paragraph>."] in pairs
    assert {side.get("{http://www.w3.org/XML/1998/namespace}lang") for side in root.iter("tuv")} == {"en-GB", "fr"}


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (xliff.read, b""),
        (xliff.read, b"<xliff/>"),
        (xliff.read, b'<!DOCTYPE x [<!ENTITY a "b">]><xliff xmlns="urn:oasis:names:tc:xliff:document:1.2">&a;</xliff>'),
        (xliff.read, b"\xff\xfe"),
        (po.read, b"\xff\xfe\x00"),
        (po.read, b'msgid "a\nmsgstr'),
        (sheets.read, b"PK"),
        (sheets.read, b""),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(read: Callable[[bytes], ReturnedFile], data: bytes) -> None:
    with pytest.raises(UnreadableTranslation):
        read(data)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Status, export and import of a final edition, which can't be built until all is translated."""
    small.write(tmp_path / "content", about={"languages": ["en-GB", "fr"], "status": "final"}, more={"report/01-start.md": SECTION})
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--no-cache"]) == ExitCode.CONTENT
    assert main(["translate", "status"]) == 0
    assert "not translated" in capsys.readouterr().out
    assert main(["translate", "export", "fr", "t.xlsx"]) == 0 and main(["translate", "export", "fr", "t.xlsx"]) == ExitCode.CONTENT
    book = openpyxl.load_workbook("t.xlsx")
    for row in book.active.iter_rows(min_row=2):
        row[2].value = f"fr:{row[1].value}" if not str(row[1].value).startswith("-") else f"- fr:{str(row[1].value)[2:]}"
    out = io.BytesIO()
    book.save(out)
    Path("t2.xlsx").write_bytes(out.getvalue())
    assert main(["translate", "import", "t2.xlsx"]) == 0 and not (tmp_path / "content/translations").exists()
    assert main(["translate", "import", "t2.xlsx", "--apply"]) == 0, capsys.readouterr()
    assert main(["check", "--no-cache"]) == 0, capsys.readouterr()
    for words, said in [
        (["translate", "stat"], "Did you mean “status”?"),
        (["translate", "export", "fr"], "name the language and the file"),
        (["translate", "export", "it", "t.po"], "no language “it”"),
        (["translate", "export", "en-GB", "t.po"], "name a language that the edition is translated into: fr."),
        (["translate", "export", "fr", "t.txt"], "have no format “.txt”"),
        (["translate", "import", "t.docx"], "Word files come back through `merge`."),
        (["translate", "import", "none.po"], "can’t be read"),
    ]:
        assert main(words) != 0 and said in capsys.readouterr().err, words


def test_a_text_is_confirmed_in_one_language_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Texts have the same names in all languages. So a figure that was confirmed for one would be taken in the other, too."""
    small.write(tmp_path / "content", about={"languages": ["en-GB", "fr", "de"]})
    monkeypatch.chdir(tmp_path)
    for tag in ("fr", "de"):
        assert main(["translate", "export", tag, f"{tag}.po"]) == 0
        head, texts = Path(f"{tag}.po").read_text().split("\n\n", 1)
        Path(f"{tag}.po").write_text(head + "\n\n" + texts.replace('msgstr ""', 'msgstr "Un 5."'))
    name = po.read(Path("fr.po").read_bytes()).texts[0].name
    assert main(["translate", "import", "fr.po", "de.po", "--confirm", name]) == ExitCode.USAGE
    assert "import one language at a time" in capsys.readouterr().err
    assert main(["translate", "import", "fr.po", "--confirm", name]) == ExitCode.LEFT  # the others aren't taken
    assert "1 text to be brought in" in capsys.readouterr().out
    assert main(["translate", "import", "fr.po", "--confirm", "no/such"]) == ExitCode.USAGE


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    units = language(small.files(about={"languages": ["en-GB", "fr"]}, country={"summary": "word " * 7_000})).units
    with pytest.raises(Problems, match="no cell of a workbook can hold"):
        sheets.write(units, "fr")


def test_a_po_file_with_a_text_twice_is_read_whole() -> None:
    unit = Unit("edition.yaml", "title", "Small things", "1" * 16, "translated", "Un")
    head, entry = po.write([unit], "fr").decode().split("\n\n", 1)
    found = po.read(f"{head}\n\n{entry}\n{entry.replace('Un', 'Autre')}".encode())
    assert [text.target for text in found.texts] == ["Un", "Autre"]


def test_a_text_that_comes_back_twice_is_taken_once() -> None:
    unit = next(unit for unit in language(SOURCE).units if unit.id == "summary")
    back = [Returned(unit.name, unit.of, "", unit.source, words) for words in ("Un résumé.", "Un résumé.", "Autre.")]
    made = bring(back, language(SOURCE), "back.xlf")
    assert made.taken == [unit.name] and b"Autre" not in b"".join(made.files.values())
    assert [problem.message for problem in made.problems] == [
        f"{unit.name}: it stands twice in the file, the second time in other words"
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"of": ""}, "the file has lost the hash of its source, which the export wrote"),
        ({"target": "Un ré\0sumé."}, "it has a control character (U+0000)"),
        ({"target": "Un ré\x1b[31msumé."}, "it has a control character (U+001B)"),
    ],
)
def test_a_translation_that_cannot_be_placed_or_written_is_told(change: dict[str, str], message: str) -> None:
    unit = next(unit for unit in language(SOURCE).units if unit.id == "summary")
    made = bring([replace(Returned(unit.name, unit.of, "", unit.source, "Un résumé."), **change)], language(SOURCE), "back.po")
    assert not made.taken and not made.files
    assert [problem.message for problem in made.problems] == [f"{unit.name}: {message}"]


@pytest.mark.parametrize("name", ["xliff", "xliff2", "po"])
def test_a_file_without_its_hashes_is_told(name: str) -> None:
    """Programs of translators may drop notes. What such a file holds isn't taken, and doesn't pass for nothing."""
    write, read = FORMATS[name]
    back = read(re.sub(rb"of=[0-9a-f]{16}", b"", write([finished(unit) for unit in language(SOURCE).units])))
    made = bring(back.texts, language(SOURCE), "back")
    assert back.texts and not made.taken
    assert {problem.message.partition(": ")[2] for problem in made.problems} == {
        "the file has lost the hash of its source, which the export wrote"
    }


@pytest.mark.parametrize("source", ["  a\nb", "a\x85b", "a\u2028b", "a\x01b", "---\n...", "'x': y\n'z", "\ta\n\tb", "a\n\n"])
def test_a_source_text_that_yaml_cannot_hold_breaks_no_content(source: str) -> None:
    """A stranger's file says itself from which text its translation was made."""
    unit = next(unit for unit in language(SOURCE).units if unit.id == "summary")
    made = bring([Returned(unit.name, Text(source, Place("")).hash, "", source, "Un résumé.")], language(SOURCE), "back.po")
    assert made.files
    language({**SOURCE, **made.files})


@pytest.mark.parametrize("name", ["xliff", "po"])
def test_a_returned_file_is_read_within_limits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write, read = FORMATS[name]
    data = write([finished(unit) for unit in language(SOURCE).units])
    assert returned.read(name, data) == read(data)
    with pytest.raises(UnreadableTranslation):
        returned.read(name, b"\xff")
    monkeypatch.setattr(returned, "_PROCESS", LimitedProcess("briefs.translate", 60, 1, 1))
    slow = b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2">' + b"<a/>" * 12_000_000
    with pytest.raises(UnreadableTranslation, match=r"takes more than|memory"):
        returned.read("xliff", slow)


def test_a_name_with_a_line_end_begins_no_line_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, file = small.write(tmp_path / "content", about={"languages": ["en-GB", "fr"]}), tmp_path / "x.xlf"
    units = [replace(finished(unit), path="\nedition.yaml") for unit in language(SOURCE).units[:1]]
    file.write_bytes(xliff.write(units, "en-GB", "fr").replace(b'"\n', b'"&#10;'))
    assert main(["translate", "import", str(file), "--content", str(content)]) == ExitCode.LEFT
    said = capsys.readouterr().err
    assert "the edition has no such text any more" in said
    assert not any(line.startswith("edition.yaml") for line in said.splitlines())


def test_a_language_that_a_file_names_is_printed_without_overrides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "back.xlf"
    file.write_bytes(xliff.write([finished(unit) for unit in language(SOURCE).units], "en-GB", "\u202erf"))
    content = small.write(tmp_path / "content", about={"languages": ["en-GB", "fr"]})
    assert main(["translate", "import", str(file), "--content", str(content)]) == ExitCode.USAGE
    assert "no language “ rf”" in capsys.readouterr().err


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of an edition whose French summary is too long for its page, in two formats."""
    folder = tmp_path_factory.mktemp("fit")
    words = " ".join(["mot"] * 1_100) + "."
    made = translated.files_of(SOURCE, lambda one: words if one.id == "summary" else None)
    for path, data in {**SOURCE, **made}.items():
        (folder / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / path).write_bytes(data)
    for name in ("texts.xlf", "book.xlsx"):
        asked = ["translate", "export", "fr", str(folder / name), "--fit", "--content", str(folder / "content"), "--quiet"]
        assert main(asked) == ExitCode.DONE
    return folder


def test_a_translator_is_told_how_many_words_are_too_many(exported: Path) -> None:
    notes = etree.parse(exported / "texts.xlf").xpath(
        "//*[local-name()='file'][@original='countries/be.yaml']//*[local-name()='note']"
    )
    (told,) = {note.text for note in notes if "too long" in (note.text or "")}
    found = re.fullmatch(r"As it is now, the translation is about (\d+) words too long for the brief\.", told)
    assert found and 200 < int(found[1]) < 900, "a page holds some 500 words"


def test_a_translator_gets_a_picture_of_the_page(exported: Path) -> None:
    picture = (exported / "texts-pages/be.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 20_000
    (href,) = etree.parse(exported / "texts.xlf").xpath("//*[local-name()='external-file']/@href")
    assert (exported / href).is_file()
    book = openpyxl.load_workbook(exported / "book.xlsx")
    assert book.sheetnames == ["translation fr", "be"] and len(book["be"]._images) == 1
    assert sheets.read((exported / "book.xlsx").read_bytes()).tag == "fr"


def test_a_folder_of_word_files_is_asked_for_as_export_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`translate export` gives the command `export` its arguments without a parser, so none of them may be missing."""
    content = small.write(tmp_path / "content", about={"languages": ["en-GB", "fr"]})
    asked: list[argparse.Namespace] = []

    def export(arguments: argparse.Namespace) -> ExitCode:
        asked.append(arguments)
        return ExitCode.DONE

    monkeypatch.setattr(exchange, "export", export)
    assert main(["translate", "export", "fr", str(tmp_path / "word"), "--content", str(content)]) == ExitCode.DONE
    usual = vars(make_parser().parse_args(["export", str(tmp_path / "word")]))
    assert set(usual) <= set(vars(asked[0]))
    assert (asked[0].format, asked[0].language, asked[0].dir) == ("docx", "fr", str(tmp_path / "word"))
