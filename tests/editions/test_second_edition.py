"""Another subject, another language, other steps and topics: a report and briefs with no change of code or template."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator
from PIL import Image

from briefs import cli
from briefs.edition.files import read_folder
from briefs.edition.labels import missing, of_language
from briefs.edition.model import Edition
from briefs.edition.read import read, read_files
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from tests import small
from tests.report import words
from tests.report.conftest import Report
from tests.samewords import of_docx, of_pdf

FOLDER = Path(__file__).parent / "einwegpfand"
SEVEN = ["#40004b", "#762a83", "#8c5aa0", "#c2a5cf", "#e7d4e8", "#5aae61", "#00441b"]


@pytest.fixture(scope="module")
def second() -> Edition:
    found = read(FOLDER)
    assert found.edition and found.problems == (), "\n".join(map(str, found.problems))
    return found.edition


@pytest.fixture(scope="module")
def made(session: Session, second: Edition) -> Mapping[str, FinishedDocument]:
    """The report under no name, the briefs under their codes."""
    shop = small.with_edition(session, second)
    briefs = {code: small.make(shop, "brief", code, ("pdf", "docx"), "a4") for code in second.countries}
    return {"": small.make(shop, "report", "", ("pdf", "docx"), "a4"), **briefs}


@pytest.fixture(scope="module")
def german(made: Mapping[str, FinishedDocument]) -> Report:
    return Report(made[""].files["pdf"], made[""].files["docx"])


@pytest.fixture(scope="module")
def text(german: Report) -> str:
    return " ".join(german.pages.text(n) for n in range(german.pages.count))


def test_labels_are_german_and_complete(second: Edition) -> None:
    english = of_language("en")
    assert second.labels.keys() <= english.keys() and missing("de", second.labels.keys()) == []
    assert {name for name, words in second.labels.items() if str(words) == english[name]} == {
        "list_item", "event", "peer", "alt_subject", "plot_median", "plot_median_line",
    }  # fmt: skip


def test_both_files_of_the_report_say_the_same(german: Report) -> None:
    pdf, word = words.of_both(german.pdf, german.docx)
    assert pdf == word
    assert (pdf.calls, pdf.marks) == (6, 6)


def test_both_files_of_the_briefs_say_the_same(made: Mapping[str, FinishedDocument]) -> None:
    for code, brief in made.items():
        if code:
            assert of_pdf(brief.files["pdf"]) == of_docx(brief.files["docx"]), code
            assert brief.pages == 1


def test_the_pages_speak_german(text: str) -> None:
    headings = ["Inhalt", "Abbildungen und Tabellen", "Abkürzungen", "Literatur", "Quellen nach Regionen"]
    captions = ["Abbildung 2. Der Weg einer Flasche", "Tabelle 1. Erfundene Zahlen", "Tabelle 4. Volles Pfand: 2 Regionen"]
    for said in [*headings, *captions, "September 2020", "Zitiervorschlag", "Nicht erfasst"]:
        assert said in text, said
    for said in ("Contents", "Figure", "Table", "Section", "Sources", "Draft", "Entwurf", "Not covered", "Accessed"):
        assert said not in text, said


def test_dates_are_written_as_german_has_them(made: Mapping[str, FinishedDocument], german: Report) -> None:
    assert "12. September 2020" in german.pages.text(0)
    brief = " ".join(of_docx(made["at"].files["docx"]))
    assert "12 . Sept . 2019 : Probelauf des Handels" in brief and "2025 , geplant : Rücklaufquote" in brief
    assert "Stand August 2020" in brief
    assert "1 . Juli 2020" in " ".join(words.of_docx(german.docx).notes)


def test_quotation_marks_of_the_notes_are_german(german: Report) -> None:
    assert "„ Zahlen zum Einwegpfand “" in " ".join(words.of_docx(german.docx).notes)


def test_nothing_of_the_first_edition_is_there(made: Mapping[str, FinishedDocument]) -> None:
    for document in made.values():
        for read_words in (of_pdf(document.files["pdf"]), of_docx(document.files["docx"])):
            assert not {"5G", "NATO", "Huawei", "China", "Allowed", "Ban"} & set(read_words)


def test_both_files_know_their_language(german: Report) -> None:
    assert str(german.objects.Root.Lang) == "de" == german.word.core_properties.language
    languages = german.word.styles.element.findall(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert languages and {e.get(qn("w:val")) for e in languages} == {"de"}


def test_who_made_it_is_told(german: Report, text: str) -> None:
    for said in ("Δήμητρα Παπαδοπούλου", "Jörg Weißenfels", "Werkstatt für Beispiele", "redaktion@beispiel.example", "CC BY 4.0"):
        assert said in text
    assert german.word.core_properties.author == "Δήμητρα Παπαδοπούλου; Jörg Weißenfels"
    assert "Weißenfels" in str(german.objects.docinfo["/Author"])


def test_letters_of_other_scripts_stand_in_both(german: Report, text: str) -> None:
    said = " ".join(p.text for p in german.word.element.body.iter(qn("w:t")) if p.text)
    for name in ("საქართველო", "Ελλάδα", "塑料瓶回收", "王小明", "Залоговая тара", "მაგალითი"):
        assert name in said, name
        assert name in text, name


def test_a_subject_without_an_iso_code_has_its_brief_and_its_row(made: Mapping[str, FinishedDocument], german: Report) -> None:
    assert made["auenland"].stem == "briefs/auenland-an-der-uberfahrt"
    names = {table.rows[0].cells[0].text for table in german.word.tables[2:]}
    assert "Auenland an der Überfahrt" in names and len(names) == 5


def test_sections_are_nested_two_deep(german: Report, second: Edition) -> None:
    levels = [(p.style.name, p.text) for p in german.word.paragraphs if p.style.name in {"Heading 2", "Heading 3"}]
    assert ("Heading 2", "Vom Laden in die Küche") in levels
    assert [t for name, t in levels if name == "Heading 3"] == ["Der Rückweg", "Die Zahlen"]
    third = [e.text.strip() for top in german.tags for e in top.elements() if e.tag == "/H3"]
    assert third == ["Der Rückweg", "Die Zahlen"]


def test_a_table_written_in_markdown_is_numbered_with_the_others(german: Report) -> None:
    table = german.word.tables[0]
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["Region", "Flaschen", "Rücklauf"],
        ["Nord", "1\N{NO-BREAK SPACE}200", "80\N{NO-BREAK SPACE}%"],
        ["Süd", "900", "95\N{NO-BREAK SPACE}%"],
    ]
    captions = [p.text for p in german.word.paragraphs if p.style.name == "Table Caption"]
    assert captions[0] == "Tabelle 1. Erfundene Zahlen, je Kopf und Jahr." and len(captions) == 4


def test_lists_and_block_quotes_are_word_s_own(german: Report) -> None:
    styles = {p.text: p for p in german.word.paragraphs}
    assert styles["Ein leeres Netz ist ein Versprechen."].style.name == "Block Text"
    for item in ("Sie wird eingeworfen.", "im Netz."):
        assert styles[item]._p.pPr.numPr is not None


def _pixels(data: bytes) -> tuple[tuple[int, int], bytes]:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return image.size, image.tobytes()


def test_pictures_that_people_drew_stand_in_both(german: Report) -> None:
    drawn = [p.get("descr") for p in german.word.element.body.iter(qn("wp:docPr"))]
    assert drawn == [e.text.strip("\n") for top in german.tags for e in top.elements() if e.tag == "/Figure"]
    assert drawn[0].startswith("Eine Kachel je Land"), "on the cover"
    assert drawn[2:4] == ["Drei Kästen, durch Striche verbunden: Laden, Küche, Automat.", "Ein Schachbrett aus grauen Kästchen."]
    part = german.word.part
    kinds = [part.related_parts[b.get(qn("r:embed"))] for b in german.word.element.body.iter(qn("a:blip"))]
    pixels = [_pixels(k.blob) for k in kinds if k.blob.startswith(b"\x89PNG")]
    assert _pixels((FOLDER / "figures/muster.png").read_bytes()) in pixels, "dots stay as they are"
    vectors = [e for e in german.word.element.body.iter() if e.tag.endswith("}svgBlip")]
    assert len(vectors) == 5
    own = part.related_parts[vectors[2].get(qn("r:embed"))].blob
    assert b"inkscape:label" not in own and "Küche".encode() in own


def test_pictures_are_as_wide_as_they_say(german: Report) -> None:
    widths = [int(e.get("cx")) / 36000 for e in german.word.element.body.iter(qn("wp:extent"))]
    assert widths[2:4] == [pytest.approx(120, abs=0.1), pytest.approx(60, abs=0.1)]


def test_openxml_audit_finds_no_error(made: Mapping[str, FinishedDocument], tmp_path: Path) -> None:
    for code, document in made.items():
        path = tmp_path / f"{code or 'report'}.docx"
        path.write_bytes(document.files["docx"])
        assert [str(e) for e in OpenXmlValidator().validate(path).errors] == [], code


def test_hyphens_are_put_as_german_does(session: Session) -> None:
    """Long words in a narrow text break at German syllables."""
    files = dict(read_folder(FOLDER)[0])
    word = "Donaudampfschifffahrtsgesellschaftskapitänskajüte"
    files["report/03-ausblick.md"] += f"\n\n{f'Die {word} liegt vorn. ' * 12}\n".encode()
    changed = read_files(files).edition
    assert changed
    data = small.make(small.with_edition(session, changed), "report", "", ("pdf",), "a4").files["pdf"]
    said = "".join(e.text for e in words.elements_of(data))
    parts = {"".join(m.split("-\v")[:1]) for m in re.findall(r"Donau[\w-]*(?:-\v[\w-]+)+", said)}
    syllables = ["Do", "nau", "dampf", "schiff", "fahrts", "ge", "sell", "schafts", "ka", "pi", "täns", "ka", "jü", "te"]
    assert len(parts) >= 3 and parts <= {"".join(syllables[:n]) for n in range(len(syllables))}


def test_a_scale_of_seven_steps_needs_no_other_change(session: Session) -> None:
    files = dict(read_folder(FOLDER)[0])
    about = files["edition.yaml"].decode()
    step = '  - {{id: stufe-{n}, label: Stufe {n}, colour: "{c}", meaning: Die {n}. von sieben.}}\n'
    steps = "".join(step.format(n=n, c=c) for n, c in enumerate(SEVEN, 1))
    kept = {"ohne": 1, "teils": 4, "voll": 7}
    for old, n in kept.items():
        steps = steps.replace(f"stufe-{n},", f"{old},")
    files["edition.yaml"] = re.sub(r"scale:\n(  - .*\n)+", f"scale:\n{steps}", about).encode()
    found = read_files(files)
    assert found.edition, [str(p) for p in found.errors]
    shop = small.with_edition(session, found.edition)
    report = small.make(shop, "report", "", ("pdf", "docx"), "a4")
    badges = " ".join(p.text.replace("\u00a0", " ") for p in docx.Document(io.BytesIO(report.files["docx"])).paragraphs)
    assert all(f" Stufe {n} " in badges for n in kept.values())
    assert len(set(map(str, words.of_both(report.files["pdf"], report.files["docx"])))) == 1
    brief = small.make(shop, "brief", "at", ("pdf", "docx"), "letter")
    assert brief.pages == 1 and "Stufe 4" in " ".join(of_pdf(brief.files["pdf"]))


def test_the_command_builds_it(tmp_path: Path) -> None:
    assert cli.main(["all", "--content", str(FOLDER), "--out", str(tmp_path), "--quiet"]) == 0
    briefs = ["auenland-an-der-uberfahrt", "ge", "gr", "osterreich", "schweiz"]
    made = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.docx"))
    assert made == [*(f"briefs/{name}.docx" for name in briefs), "glance.docx", "report.docx"]
