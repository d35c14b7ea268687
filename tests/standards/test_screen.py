"""Screen PDFs: PDF/UA-1 and PDF/A at once, no rule excused; what the validators can't see is read from the tags."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pikepdf
import pytest

from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.edition.read import read
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from tests import small
from tests.conftest import ROOT
from tests.standards import held


def test_a_brief_is_accessible_archival_and_whole(brief: FinishedDocument, tmp_path: Path) -> None:
    held.hold(brief.files, tmp_path)


@pytest.mark.parametrize(("kind", "subject"), [("glance", ""), ("compare", "be+ee+gb")])
def test_tables_of_countries_are_accessible_archival_and_whole(kind: str, subject: str, session: Session, tmp_path: Path) -> None:
    held.hold(small.make(session, kind, subject, ("pdf", "docx"), "a4").files, tmp_path)


def test_a_brief_carries_its_facts_and_sources(brief: FinishedDocument, edition: Edition) -> None:
    with pikepdf.open(io.BytesIO(brief.files["pdf"])) as pdf:
        (name,) = pdf.attachments
        data = json.loads(pdf.attachments[name].get_file().read_bytes())
        assert pdf.Root.AF[0].AFRelationship == "/Data" and name.endswith(".json")
    ((code, country),) = data["countries"].items()
    assert [f["id"] for f in country["facts"]] == [f.id for f in edition.countries[code].facts]
    assert set(data["sources"]) == {key for f in country["facts"] for key in f["sources"]}


def test_another_language_a_picture_and_a_torn_table_conform_too(session: Session, tmp_path: Path) -> None:
    found = read(ROOT / "tests/editions/einwegpfand")
    assert found.edition
    shop = small.with_edition(session, found.edition)
    made = small.make(shop, "report", "", ("pdf", "docx"), "a4")
    held.hold(made.files, tmp_path)
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
        languages = {str(e.Lang) for e in pdf.objects if isinstance(e, pikepdf.Dictionary) and "/S" in e and "/Lang" in e}
        assert pdf.Root.Lang == "de" and {"ru", "zh"} <= languages


def test_a_file_that_claims_what_it_is_not_is_seen(brief: FinishedDocument, tmp_path: Path) -> None:
    """The check itself: a picture without words for it, and a note that is nothing."""
    with pikepdf.open(io.BytesIO(brief.files["pdf"])) as pdf:
        figure = next(e for e in pdf.objects if isinstance(e, pikepdf.Dictionary) and e.get("/S") == "/Figure")
        del figure["/Alt"]
        out = io.BytesIO()
        pdf.save(out)
    with pytest.raises(AssertionError):
        held.hold({"pdf": out.getvalue()}, tmp_path)


@pytest.mark.long
def test_every_document_in_every_format(edition: Edition, session: Session, tmp_path: Path) -> None:
    for kind in KINDS.values():
        subjects = {"country": [c for c, v in edition.countries.items() if v.facts], "deck": [*edition.decks, *edition.countries]}
        for subject in subjects.get(kind.subjects, [""]):
            if subject in edition.countries and not edition.countries[subject].facts:
                continue
            held.hold(small.make(session, kind.name, subject, kind.formats, "a4").files, tmp_path)
