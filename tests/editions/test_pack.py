"""Briefs of a journey, bound as one PDF and one Word file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import yaml

from briefs.cli import main
from briefs.edition.model import Edition
from briefs.press.documents import FinishedDocument, Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.plan import plan
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.problems import NotUnderstood
from briefs.theme import Theme
from briefs.tools import fonts, libreoffice
from tests import small
from tests.standards import held

JOURNEY = "title: A journey\nsubtitle: Two capitals\ncountries: [fr, be]\n"


def changes(journey: str = JOURNEY, **fr: Any) -> dict[str, Any]:
    """The small edition with a second country and a journey."""
    long = [small.fact(f"A **long fact {n}** {'that goes on and on ' * 12}.", id=f"fr-{n:02}", sources=["two"]) for n in range(14)]
    country = {"code": "fr", "stance": "open", "summary": "About France.", "facts": long, **fr}
    return {"more": {"countries/fr.yaml": yaml.safe_dump(country), "journeys/two.yaml": journey}}


@pytest.fixture(scope="module")
def made(session: Session) -> FinishedDocument:
    return small.make(small.with_edition(session, small.edition(**changes())), "pack", "two", ("pdf", "docx"))


def texts(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]


def test_a_pack_is_accessible_archival_and_whole(made: FinishedDocument, tmp_path: Path) -> None:
    held.hold(made.files, tmp_path)


def test_each_brief_is_a_numbered_page_in_the_order_of_the_journey(made: FinishedDocument) -> None:
    cover, france, belgium = texts(made.files["pdf"])
    assert "A journey" in cover and re.search(r"France[ .]+1\b", cover) and re.search(r"Belgium[ .]+2\b", cover)
    assert "About France." in france and france.split()[-1] == "1"
    assert "A summary of two sentences." in belgium and belgium.split()[-1] == "2"
    assert made.pages == 3 and made.stem == "pack/two"


def test_the_pdf_has_one_tree_an_outline_and_page_labels(made: FinishedDocument) -> None:
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
        (document,) = pdf.Root.StructTreeRoot.K
        assert document.S == "/Document"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Contents", "France", "Belgium"]
        assert [str(part.get("/S", "")) if isinstance(part, pikepdf.Dictionary) else part for part in pdf.Root.PageLabels.Nums] == [
            0, "/r", 1, "/D"
        ]  # fmt: skip
        assert sorted(pdf.attachments) == ["be-data.json", "fr-data.json"]


def test_each_number_leads_to_a_source_of_its_own_brief(made: FinishedDocument) -> None:
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
        names = pdf.Root.Names.Dests.Names
        places = {str(names[at]): names[at + 1][0].objgen for at in range(0, len(names), 2)}
        for page in pdf.pages[1:]:
            targets = [
                str(note.A.D) if "/A" in note else str(note.Dest)
                for note in page.get("/Annots", ())
                if "/URI" not in note.get("/A", {})
            ]
            assert targets and all(places[target] == page.obj.objgen for target in targets)


def test_the_word_file_has_a_page_for_each_brief_and_names_that_are_unique(made: FinishedDocument) -> None:
    with zipfile.ZipFile(io.BytesIO(made.files["docx"])) as parts:
        body = parts.read("word/document.xml").decode()
    names = re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', body)
    assert len(names) == len({*names}) and {"brief_fr", "brief_be"} <= {*names}
    assert re.findall(r'<w:pgNumType w:fmt="(\w+)" w:start="(\d)"', body) == [("lowerRoman", "1"), ("decimal", "1")]
    assert body.count('w:val="nextPage"') == 2
    laid_out = libreoffice.pdfs({"document.docx": made.files["docx"]}, fonts.cache_folder())["document.docx"]
    pages = texts(laid_out)
    assert len(pages) == 3 and "About France." in pages[1] and "A summary of two sentences." in pages[2]


def test_the_contents_of_the_cover_stand_where_the_pdf_has_them(made: FinishedDocument) -> None:
    laid_out = libreoffice.pdfs({"document.docx": made.files["docx"]}, fonts.cache_folder())["document.docx"]
    tops = []
    for data in (made.files["pdf"], laid_out):
        text = pypdfium2.PdfDocument(data)[0].get_textpage()
        at, _ = text.search("Contents").get_next()
        _, bottom, _, top = text.get_charbox(at)
        tops.append((top, top - bottom))
    (in_pdf, high), (in_word, high_in_word) = tops
    assert in_word == pytest.approx(in_pdf, abs=3 * 72 / 25.4) and high_in_word == pytest.approx(high, abs=0.5)


def test_a_pack_is_stale_when_its_journey_or_one_of_its_countries_changes(theme: Theme) -> None:
    def key(edition: Edition) -> object:
        return Fingerprinter(edition, theme).inputs(Target("pack", "two", "two", ("pdf",), "a4"))

    first = key(small.edition(**changes()))
    assert key(small.edition(**changes())) == first
    assert key(small.edition(**changes(JOURNEY.replace("A journey", "Another")))) != first
    assert key(small.edition(**changes(summary="Other words."))) != first


@pytest.mark.parametrize("word", ["two", "journeys/two.yaml", "two.yaml"])
def test_a_journey_is_named_by_its_name_or_its_file(word: str) -> None:
    (target,) = plan(small.edition(**changes()), Request((word,), kinds=("pack",))).targets
    assert (target.kind, target.subject) == ("pack", "two")


def test_an_unknown_journey_gets_the_nearest_name() -> None:
    with pytest.raises(NotUnderstood, match=r"no journey “too”.*Did you mean “two”"):
        plan(small.edition(**changes()), Request(("too",), kinds=("pack",)))
    with pytest.raises(NotUnderstood, match="it has no journeys"):
        plan(small.edition(), Request(kinds=("pack",)))


FAULTS: Mapping[str, str] = {
    "title: A\ncountries: [xx]\n": "there is no country “xx”",
    "title: A\ncountries: [be, be]\n": "“be” stands twice",
    "countries: [be]\n": "“title” is missing",
    "title: A\ncountries: [it]\n": "Italy has no facts, so it has no brief",
}


@pytest.mark.parametrize(("journey", "said"), FAULTS.items(), ids=FAULTS.values())
def test_a_faulty_journey_is_refused(journey: str, said: str) -> None:
    made = changes(journey)
    made["more"]["countries/it.yaml"] = "code: it\nstance: open\n"
    assert said in [problem.message for problem in small.reading(**made).errors]


def test_the_command_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small.write(tmp_path / "content", **changes())
    out = tmp_path / "dist"
    words = ["pack", "journeys/two.yaml", "--content", str(folder), "--out", str(out), "--jobs", "1", "--json"]
    assert main(words) == 0
    (outcome,) = json.loads(capsys.readouterr().out)
    assert [Path(file).name for file in outcome["files"]] == ["two.pdf", "two.docx"]
    assert main(["verify", "--content", str(folder), "--out", str(out)]) == 0


def test_each_brief_has_the_colour_of_its_stance_in_word(made: FinishedDocument) -> None:
    """The bands, and the bullets of facts: France is open, Belgium wary."""
    parts = {name: data.decode() for name, data in word_parts(made).items()}
    colours = [step.colour[1:].upper() for step in small.edition().about.scale[:2]]
    bands = [re.search(r'w:fill="(\w+)"', parts[f"word/header{number}.xml"]) for number in (2, 3)]
    assert [band and band.group(1).upper() for band in bands] == colours
    france, belgium = parts["word/document.xml"].rsplit('w:name="brief_be"', 1)
    bullet = r'<w:pStyle w:val="Fact"/>(?:(?!</w:pPr>).)*<w:rPr><w:color w:val="(\w+)"'
    found = [{colour.upper() for colour in re.findall(bullet, part, re.DOTALL)} for part in (france, belgium)]
    assert found == [{colour} for colour in colours]


def word_parts(made: FinishedDocument) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made.files["docx"])) as file:
        return {name: file.read(name) for name in file.namelist() if name.endswith(".xml")}
