"""Briefs in two languages, front and back, in one PDF and one Word file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest
from lxml import etree

from briefs.cli import main
from briefs.cli.inputs import in_language, in_languages
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.press.documents import FinishedDocument, Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.plan import plan
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.problems import NotUnderstood
from briefs.theme import Theme
from briefs.tools import fonts, libreoffice
from tests import small, translated
from tests.standards import held

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ARABIC = {
    "Small things": "أمور صغيرة",
    "Open": "مفتوح",
    "No limits.": "لا قيود.",
    "Wary": "حذر",
    "Some limits.": "بعض القيود.",
    "Closed": "مغلق",
    "Shut.": "مغلق تماما.",
    "The market": "السوق",
    "Policy": "السياسة",
    "A summary of two sentences. It says what matters.": "ملخص من جملتين. وهو يقول ما يهم.",
    "A **first thing** happened in the market.": "حدث **أمر أول** في السوق لدى Huawei Technologies.",
    "Policy is a second thing.": "السياسة أمر ثان.",
}
ABOUT = {"languages": ["en-GB", "ar"], "status": "draft"}


def source() -> dict[str, bytes]:
    files = small.files(about=ABOUT)
    return {**files, **translated.files_of(files, lambda one: ARABIC.get(one.source.markdown), "ar")}


@pytest.fixture(scope="module")
def edition() -> Edition:
    reading = read_files(source())
    assert reading.edition, [str(problem) for problem in reading.errors]
    return reading.edition


@pytest.fixture(scope="module")
def session(edition: Edition, theme: Theme) -> Iterator[Session]:
    with closing(Session(edition, theme)) as opened:
        yield opened


def made(session: Session, *tags: str) -> FinishedDocument:
    return small.make(session, "bilingual", "+".join(["be", *tags]), ("pdf", "docx"))


@pytest.fixture(scope="module")
def english_first(session: Session) -> FinishedDocument:
    return made(session, "en-GB", "ar")


@pytest.fixture(scope="module")
def arabic_first(session: Session) -> FinishedDocument:
    return made(session, "ar", "en-GB")


def letters(data: bytes) -> list[list[str]]:
    """The letters of each page, sorted: readers differ in the order of Arabic runs, and PDFium turns brackets of English words in
    a file that is read from the right."""
    return [sorted("".join(page.split()).replace(")", "(")) for page in pages(data)]


def pages(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]


def bodies(document: FinishedDocument) -> Sequence[Sequence[etree._Element]]:
    """The paragraphs of each side of the Word file."""
    sides: list[list[etree._Element]] = [[], []]
    body = docx.Document(io.BytesIO(document.files["docx"])).element.body
    side = 0
    waiting: list[etree._Element] = []
    for each in body:
        waiting.append(each)
        section = each if each.tag == f"{W}sectPr" else each.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            start = section.find(f"{W}type")
            side = 1 if start is not None and start.get(f"{W}val") == "nextPage" and sides[0] else side
            sides[side] += waiting
            waiting = []
    return sides


def test_both_files_are_accessible_archival_and_valid(english_first: FinishedDocument, tmp_path: Path) -> None:
    held.hold(english_first.files, tmp_path, {"TXT-004"})  # its codes for lam: tests/editions/test_scripts.py


def test_a_file_that_begins_in_arabic_is_too(arabic_first: FinishedDocument, tmp_path: Path) -> None:
    held.hold(arabic_first.files, tmp_path, {"TXT-004"})


def test_each_side_is_the_brief_in_its_language(
    english_first: FinishedDocument, arabic_first: FinishedDocument, session: Session
) -> None:
    english = letters(small.make(session.in_language("en-GB"), "brief", "be", ("pdf",)).files["pdf"])
    arabic = letters(small.make(session.in_language("ar"), "brief", "be", ("pdf",)).files["pdf"])
    assert letters(english_first.files["pdf"]) == [*english, *arabic]
    assert letters(arabic_first.files["pdf"]) == [*arabic, *english]
    assert english_first.pages == 2 and english_first.stem == "bilingual/belgium-en-GB-ar"


def test_the_pdf_says_the_language_of_each_side_and_one_title(
    english_first: FinishedDocument, arabic_first: FinishedDocument
) -> None:
    for document, languages in ((english_first, ("en-GB", "ar")), (arabic_first, ("ar", "en-GB"))):
        with pikepdf.open(io.BytesIO(document.files["pdf"])) as pdf:
            (root,) = pdf.Root.StructTreeRoot.K
            said = [str(element.get("/Lang", pdf.Root.Lang)) for element in root.K]
            assert tuple(dict.fromkeys(said)) == languages and said == sorted(said, key=languages.index)
            assert str(pdf.Root.Lang) == languages[0] and "/PageLabels" not in pdf.Root
            assert {"Belgium: Small things", "بلجيكا: أمور صغيرة"} == {*str(pdf.docinfo["/Title"]).split(" / ")}
            direction = str(pdf.Root.get("/ViewerPreferences", {}).get("/Direction", "/L2R"))
            assert direction == ("/R2L" if languages[0] == "ar" else "/L2R")


def test_each_side_of_the_word_file_has_its_language_direction_and_face(
    english_first: FinishedDocument, arabic_first: FinishedDocument
) -> None:
    for document, languages in ((english_first, ("en-GB", "ar")), (arabic_first, ("ar", "en-GB"))):
        for side, language in zip(bodies(document), languages, strict=True):
            runs = [run for each in side for run in each.iter(f"{W}r")]
            assert runs and {run.find(f"{W}rPr/{W}lang").get(f"{W}val") for run in runs} == {language}
            paragraphs = [paragraph for each in side for paragraph in each.iter(f"{W}p")]
            turned = [paragraph.find(f"{W}pPr/{W}bidi") is not None for paragraph in paragraphs]
            assert turned == [language == "ar"] * len(turned)
            faces = {fonts.get(f"{W}cs") for run in runs if (fonts := run.find(f"{W}rPr/{W}rFonts")) is not None}
            assert ("Arial" in faces) == (language == "ar")


def test_the_word_file_has_a_page_and_a_footer_for_each_side(english_first: FinishedDocument) -> None:
    data = english_first.files["docx"]
    first, second = pages(libreoffice.pdfs({"document.docx": data}, fonts.cache_folder())["document.docx"])
    assert "A summary of two sentences." in first and "Small things" in first and "ملخص" in second
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert "Draft" in parts.read("word/footer1.xml").decode()
        assert "مسودة" in parts.read("word/footer2.xml").decode()
        names = re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', parts.read("word/document.xml").decode())
    assert names and len(names) == len({*names})


def test_each_number_leads_to_a_source_of_its_own_side(english_first: FinishedDocument) -> None:
    with pikepdf.open(io.BytesIO(english_first.files["pdf"])) as pdf:
        names = pdf.Root.Names.Dests.Names
        places = {str(names[at]): names[at + 1][0].objgen for at in range(0, len(names), 2)}
        for page in pdf.pages:
            links = [link for link in page.get("/Annots", ()) if "/URI" not in link.get("/A", {})]
            targets = [str(link.A.D) if "/A" in link else str(link.Dest) for link in links]
            assert targets and all(places[target] == page.obj.objgen for target in targets)


def test_it_is_stale_when_either_language_changes(edition: Edition, theme: Theme) -> None:
    def key(one: Edition) -> object:
        return Fingerprinter(one, theme).inputs(Target("bilingual", "be+en-GB+ar", "be", ("pdf",), "a4"))

    arabic = edition.translations["ar"]
    changed = replace(arabic, about=arabic.about.model_copy(update={"title": edition.about.title}))
    assert key(edition) == key(edition) != key(replace(edition, translations={"ar": changed}))


def test_languages_are_named_in_any_case_and_by_their_beginning(edition: Edition) -> None:
    two = in_languages(edition, ("AR", "en"))
    (target,) = plan(two, Request(("be",), kinds=("bilingual",), languages=("AR", "en"))).targets
    assert (target.subject, target.name) == ("be+ar+en-GB", "Belgium in ar and en-GB")
    assert in_languages(edition, ()).translations.keys() == {"ar"}
    assert plan(edition, Request(kinds=("bilingual",))).targets[0].subject == "be+en-GB+ar"


def test_everything_is_built_without_it(edition: Edition) -> None:
    assert "bilingual" not in {target.kind for target in plan(edition, Request()).targets}


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (("en-GB",), r"two languages are needed, such as --languages en-GB,ar. This edition has en-GB, ar."),
        (("ar", "AR"), "two languages are needed"),
        (("ar", "en", "ar"), "two languages are needed"),
        (("en-GB", "fr"), "this edition has no language “fr”. Its languages are en-GB, ar."),
    ],
)
def test_other_languages_are_refused(edition: Edition, tags: Sequence[str], said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        in_languages(edition, tags)


def test_one_language_alone_names_the_command_for_two(edition: Edition) -> None:
    with pytest.raises(NotUnderstood, match=r"bilingual COUNTRY --languages en\+ar"):
        in_language(edition, "en+ar")
    with pytest.raises(NotUnderstood, match="bilingual takes a country and two languages"):
        plan(in_language(edition, ""), Request(kinds=("bilingual",)))


def test_the_command_writes_both_files_and_merge_refuses_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path, data in source().items():
        (tmp_path / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / path).write_bytes(data)
    assert main(["bilingual", "Belgium", "--languages", "en,ar", "--jobs", "1", "--json"]) == 0
    (outcome,) = json.loads(capsys.readouterr().out)
    assert [Path(file).name for file in outcome["files"]] == ["belgium-en-GB-ar.pdf", "belgium-en-GB-ar.docx"]
    assert main(["verify"]) == 0
    assert main(["all", "--kinds", "brief", "--format", "pdf", "--jobs", "1"]) == 0 and Path(outcome["files"][0]).exists()
    capsys.readouterr()
    assert main(["merge", outcome["files"][1]]) == ExitCode.CONTENT
    assert "a brief in two languages can’t be merged" in capsys.readouterr().err
