"""An embargo and a marking stand on every page and slide and in all metadata, and keep a document from going out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pptx
import pypdfium2
import pytest

from briefs.cli import main
from briefs.compose.kinds import KINDS
from briefs.delivery import release, store
from briefs.delivery.people import People
from briefs.edition import names, restrictions
from briefs.edition.model import Edition
from briefs.exitcodes import ExitCode
from briefs.press.documents import Target
from briefs.press.session import Session
from briefs.problems import NotUnderstood
from tests import small
from tests.kinds.conftest import CHANGED, MORE

MARKING, EMBARGO = "Ministers' eyes only", "2026-12-01T10:00+01:00"
LINE = "Ministers’ eyes only · Embargoed until 1 December 2026, 10:00 (UTC+01:00)"
ABOUT = {"embargo": EMBARGO, "marking": MARKING}
DOCUMENTS = {
    "report": "",
    "brief": "be",
    "glance": "",
    "compare": "be+fr",
    "pack": "two",
    "correction": "be-01",
    "changes": "",
    "handout": "talk",
    "bilingual": "be+en-GB+fr",
}
FRENCH = "Ministers’ eyes only · Sous embargo jusqu’au 1er décembre 2026, 10:00 (UTC+01:00)"  # the other side of two languages


@pytest.fixture(scope="module")
def marked() -> Edition:
    return replace(small.edition(about={**ABOUT, "languages": ["en-GB", "fr"]}, more=MORE), changes=CHANGED)


@pytest.fixture(scope="module")
def made(session: Session, marked: Edition) -> Mapping[str, bytes]:
    """A document of each kind, by kind and format."""
    own = session.for_edition(marked)
    assert DOCUMENTS.keys() == KINDS.keys(), "each kind has to print it"
    return {
        f"{kind}.{format}": data
        for kind, subject in DOCUMENTS.items()
        for format, data in small.make(own, kind, subject, KINDS[kind].formats).files.items()
    }


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_page_of_a_pdf_prints_it_and_its_metadata_have_it(kind: str, made: Mapping[str, bytes]) -> None:
    for number, page in enumerate(pypdfium2.PdfDocument(made[f"{kind}.pdf"])):
        line = FRENCH if kind == "bilingual" and number else LINE
        assert line in words(page.get_textpage().get_text_range()), number
    with pikepdf.open(io.BytesIO(made[f"{kind}.pdf"])) as pdf:
        expected = f"{MARKING}; Embargo: {EMBARGO}"
        assert str(pdf.docinfo["/Keywords"]) == expected and pdf.open_metadata()["pdf:Keywords"] == expected


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_section_of_a_word_file_has_it_in_its_header(kind: str, made: Mapping[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(made[f"{kind}.docx"]))
    for section in document.sections:  # python-docx follows a header that is that of the section before
        line = f"{LINE} / {FRENCH}" if kind == "bilingual" else LINE  # both sides have one header
        assert line in [paragraph.text for paragraph in section.header.paragraphs]
        assert not section.different_first_page_header_footer
    assert document.core_properties.keywords == f"{MARKING}; Embargo: {EMBARGO}"


def test_every_slide_prints_it(made: Mapping[str, bytes]) -> None:
    deck = pptx.Presentation(io.BytesIO(made["handout.pptx"]))
    slides = list(deck.slides)
    assert len(slides) > 2 and all(LINE in [shape.text_frame.text for shape in s.shapes if shape.has_text_frame] for s in slides)
    assert deck.core_properties.keywords == f"{MARKING}; Embargo: {EMBARGO}"


def test_data_sets_and_workbooks_have_it_in_their_metadata(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content", about=ABOUT, more=MORE)
    assert main(["dataset", str(tmp_path / "data"), "--content", str(content), "--quiet"]) == ExitCode.DONE
    assert main(["sheet", str(tmp_path / "a.xlsx"), "--content", str(content), "--quiet"]) == ExitCode.DONE
    package = json.loads((tmp_path / "data/datapackage.json").read_text())
    assert (package["keywords"], package["embargo"]) == ([MARKING], EMBARGO)
    for path in (tmp_path / "data/dataset.xlsx", tmp_path / "a.xlsx"):
        assert openpyxl.load_workbook(path).properties.keywords == f"{MARKING}; Embargo: {EMBARGO}"


def test_without_them_nothing_is_printed(session: Session) -> None:
    files = small.brief(session, small.edition(), "pdf", "docx").files
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        assert "/Keywords" not in pdf.docinfo
    assert b"keywords" not in zipfile.ZipFile(io.BytesIO(files["docx"])).read("docProps/core.xml")


def test_what_a_country_says_takes_the_place_of_the_edition_s() -> None:
    edition = small.edition(about=ABOUT, country={"marking": "Secret", "embargo": "2026-12-01T09:30Z"}, more=MORE)

    def of(kind: str, subject: str) -> tuple[str, tuple[str, ...]]:
        found = release.restriction(edition, Target(kind, subject, "", ("pdf",), "a4"))
        return found.embargo, found.markings

    assert of("brief", "be") == ("2026-12-01T09:30Z", ("Secret",))
    assert of("correction", "be-01") == ("2026-12-01T09:30Z", ("Secret",))
    assert of("brief", "fr") == (EMBARGO, (MARKING,))
    for kind in ("report", "glance"):
        assert of(kind, "")[0] == "2026-12-01T09:30Z" and {*of(kind, "")[1]} == {MARKING, "Secret"}
    assert of("compare", "be+fr")[0] == "2026-12-01T09:30Z", "the later of the two"
    assert restrictions.of(small.edition()) == restrictions.Restriction()


@pytest.mark.parametrize("embargo", ["2026-12-01", "2026-12-01T10:00", "tomorrow", "2026-13-01T10:00Z"])
def test_a_moment_without_its_offset_is_refused(embargo: str) -> None:
    (problem,) = small.reading(about={"embargo": embargo}).errors
    assert "is no moment; write 2026-12-01T10:00+01:00" in problem.message


def test_its_bytes_don_t_depend_on_the_clock(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = small.edition(about={"embargo": "2020-01-01T10:00Z"})
    first = small.brief(session, edition, "pdf").files
    monkeypatch.setattr(store, "now", lambda: datetime(2019, 1, 1, tzinfo=UTC))
    assert small.brief(session, edition, "pdf").files == first


# What may go out.

PEOPLE = People.model_validate(
    {
        "sender": "desk@example.org",
        "lists": {"board": ["c@example.org", "x@example.org"], "press": ["p@example.org", "x@example.org"]},
        "markings": {"board": [MARKING]},
    }
)
BRIEF = Target("brief", "be", "Belgium", ("pdf",), "a4")
BEFORE, AFTER = datetime(2026, 12, 1, 8, 59, tzinfo=UTC), datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def test_it_goes_out_when_the_embargo_is_over_to_those_who_may_have_it(marked: Edition) -> None:
    for to in (["board"], ["c@example.org"], ["x@example.org"]):
        release.check(marked, [BRIEF], PEOPLE, to, AFTER)


@pytest.mark.parametrize(
    "to, when, said",
    [
        (["board"], BEFORE, f"brief Belgium: embargoed until {EMBARGO}"),
        (["press"], AFTER, "brief Belgium: marked “Ministers' eyes only”, which press may not have"),
        (["board", "p@example.org"], AFTER, "which p@example.org may not have"),
        ([], AFTER, "Say with --to for which list it is"),
    ],
)
def test_it_stays(marked: Edition, to: list[str], when: datetime, said: str) -> None:
    with pytest.raises(NotUnderstood, match=re.escape(said)):
        release.check(marked, [BRIEF], PEOPLE if to else None, to, when)


@pytest.mark.parametrize("kind, subject", [("brief", "fr"), ("handout", "talk"), ("pack", "two")])
def test_what_shows_something_of_an_embargoed_country_stays_too(kind: str, subject: str) -> None:
    """A brief of another country has the country on its map and in its counts. The note of a correction has neither."""
    own = {"embargo": EMBARGO}
    edition, open_one = small.edition(country=own, more=MORE), small.edition(more=MORE)
    target = Target(kind, subject, "Document", ("pdf",), "a4")
    release.check(open_one, [target], None, [], BEFORE)
    release.check(edition, [target], None, [], AFTER)
    with pytest.raises(NotUnderstood) as refused:
        release.check(edition, [target], None, [], BEFORE)
    assert f"embargoed until {EMBARGO}" in str(refused.value)
    if kind == "brief":
        assert "brief Document: shows where Belgium stands or a value of it, or names it, which is embargoed until" in str(
            refused.value
        )
        assert "Wait until then, or take Belgium out of the edition for this round." in str(refused.value)


@pytest.mark.parametrize(
    "words, is_told",
    [
        ("What Belgium decides", True),
        ("Belgian networks", False),  # another word than the name
        ("**Belgium’s** rule", True),
        ("Rules of BEL and of belgiums", True),
        ("What will be, will be", False),
    ],
)
def test_a_slide_that_names_an_embargoed_country_shows_it(words: str, is_told: bool) -> None:
    """Of an edition without stances, so that nothing else of the deck shows the country."""
    deck = f"---\ntitle: Talk\n---\n\n## A slide\n\n- Nothing\n\n::: notes\n{words}\n:::\n"
    edition = small.edition(about={"scale": None}, country={"embargo": EMBARGO, "stance": None}, more={"decks/talk.md": deck})
    share = KINDS["handout"].share(edition, "talk")
    assert restrictions.of_others(share, edition) == ({"be": EMBARGO} if is_told else {})


@pytest.mark.parametrize(
    "text, language, found",
    [
        ("The US and U.K. agree, and Estonians too", "en-GB", {"us", "gb", "ee"}),
        ("They told us of Georgia, in Nigeria", "en-GB", {"ng"}),
        ("爱沙尼亚的网络", "zh", {"ee"}),
        ("Rząd Estonii", "pl", set()),  # an inflected name isn't known
    ],
)
def test_names_of_countries_are_found_in_text(text: str, language: str, found: set[str]) -> None:
    known = {code: names.name_of(code, language) for code in ("us", "gb", "ee", "ne", "ng")}
    assert names.named_in(text, known, {}, language) == found


def test_a_country_without_a_stance_or_values_shows_nothing(tmp_path: Path) -> None:
    edition = small.edition(country={"embargo": EMBARGO}, more=MORE)
    assert restrictions.of_others(KINDS["brief"].share(edition, "fr"), edition) == {"be": EMBARGO}
    assert restrictions.of_others(KINDS["brief"].share(edition, "be"), edition) == {}, "its own brief has its own embargo"
    other = edition.corrections["be-01"].model_copy(update={"country": "fr"})
    told = replace(edition, corrections={"be-01": other})
    assert restrictions.of_others(KINDS["correction"].share(told, "be-01"), told) == {}


@pytest.mark.parametrize("command", [["send", "be"], ["export", "gone", "be"], ["send", "be", "--dry-run"]])
def test_send_and_export_refuse(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    small.write(tmp_path / "content", about={"marking": MARKING})
    (tmp_path / "people.yaml").write_text("sender: d@example.org\nlists: {press: [p@example.org]}\n")
    assert main([*command, "--to", "press"]) == ExitCode.USAGE
    assert "marked “Ministers' eyes only”, which press may not have" in capsys.readouterr().err
    assert not (tmp_path / "exchange").exists() and not (tmp_path / "gone").exists()


def test_markings_of_no_list_are_told() -> None:
    with pytest.raises(ValueError, match="`markings` names the list “staff”"):
        People.model_validate({"sender": "d@example.org", "lists": {"press": ["p@example.org"]}, "markings": {"staff": ["x"]}})
