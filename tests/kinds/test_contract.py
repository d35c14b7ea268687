"""What holds of every kind of document, in every format and on every paper; also of a kind that the program doesn't know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from briefs.compose.kinds import KINDS, Kind
from briefs.edition.model import Edition
from briefs.press import plan
from briefs.press.build import BuildRequest, build
from briefs.press.request import Request
from briefs.problems import NotUnderstood
from briefs.theme import Theme
from briefs.tools import libreoffice
from tests import small
from tests.kinds.conftest import PAPERS, files, make, targets
from tests.kinds.profile import PROFILE

FOLDERS = {"a4": "", "letter": "letter/"}
every_kind = pytest.mark.parametrize("kind", [*KINDS.values(), PROFILE], ids=lambda kind: kind.name)
every_paper = pytest.mark.parametrize("paper", PAPERS)


@pytest.fixture(scope="module")
def pages(out: Path, cache: Path) -> Mapping[str, int]:
    """How many pages each PDF has, and each Word file as LibreOffice lays it out, by path."""
    made = files(out)
    words = {path.replace("/", "+"): data for path, data in made.items() if path.endswith(".docx")}
    laid_out = {path.replace("+", "/"): pdf for path, pdf in libreoffice.pdfs(words, cache).items()}
    return {path: libreoffice.pages(pdf) for path, pdf in {**made, **laid_out}.items() if not path.endswith(".pptx")}


def stems(kind: Kind, edition: Edition, paper: str) -> list[str]:
    """The paths of a kind's documents, without the suffix."""
    return [FOLDERS[paper] + kind.stem(edition, target.subject) for target in targets(edition, paper, kinds=[kind.name])]


@every_paper
@every_kind
def test_every_format_is_where_the_row_says(kind: Kind, paper: str, edition: Edition, out: Path) -> None:
    found = stems(kind, edition, paper)
    assert found and all(stem.startswith(FOLDERS[paper] + kind.folder) for stem in found)
    assert {f"{stem}.{format}" for stem in found for format in kind.formats} <= files(out).keys()


@every_paper
@every_kind
def test_every_file_is_in_the_manifest_with_its_kind(kind: Kind, paper: str, edition: Edition, out: Path) -> None:
    entries = json.loads((out / "manifest.json").read_text())["files"]
    for stem in stems(kind, edition, paper):
        assert {entries[f"{stem}.{format}"]["kind"] for format in kind.formats} == {kind.name}


@every_paper
@every_kind
def test_word_file_and_pdf_have_the_pages_of_the_layout(kind: Kind, paper: str, edition: Edition, pages: Mapping[str, int]) -> None:
    for stem in stems(kind, edition, paper):
        found = pages[f"{stem}.pdf"], pages[f"{stem}.docx"]
        assert found == (1, 1) if kind.layout == "one page" else found[0] == found[1], stem


@every_kind
def test_one_format_alone_is_the_same_file(kind: Kind, edition: Edition, theme: Theme, out: Path, tmp_path: Path) -> None:
    for format in kind.formats:
        make(edition, theme, targets(edition, "a4", format, [kind.name]), tmp_path / format)
        made = files(tmp_path / format)
        assert made and made == {path: data for path, data in files(out).items() if path in made}


def test_workers_make_the_same_files(edition: Edition, theme: Theme, out: Path, tmp_path: Path) -> None:
    make(edition, theme, targets(edition, "a4"), tmp_path, jobs=2)
    assert files(tmp_path) == {path: data for path, data in files(out).items() if not path.startswith("letter/")}


def test_one_document_alone_is_made_by_its_worker(edition: Edition, theme: Theme, out: Path, tmp_path: Path) -> None:
    make(edition, theme, targets(edition, "a4", "pdf", ["profile"])[:1], tmp_path, jobs=2)
    assert files(tmp_path) == {"profiles/belgium.pdf": files(out)["profiles/belgium.pdf"]}


def test_a_plan_names_the_kinds_that_there_are(edition: Edition) -> None:
    with pytest.raises(NotUnderstood, match=r"Did you mean “profile”\?"):
        plan.plan(edition, Request(kinds=("profil",)))


def test_text_too_long_for_its_page_names_the_kind(theme: Theme, tmp_path: Path) -> None:
    edition = small.edition(facts=[small.fact("A long story is told here. " * 30) for _ in range(12)])
    request = BuildRequest(tuple(targets(edition, "a4", "pdf", ["profile"])), tmp_path)
    (outcome,) = build(edition, theme, request, lambda outcome: None)
    assert "the profile of Belgium" in outcome.problems[0].message
