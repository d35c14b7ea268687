"""A document about several countries: which ones it may have, the names of its files, and how it comes back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import docx
import pytest

from briefs import cli
from briefs.compose import several
from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.exitcodes import ExitCode
from briefs.press import leftovers, manifest, plan
from briefs.press.build import BuildRequest, build
from briefs.press.documents import Target
from briefs.press.request import Request
from briefs.problems import NotUnderstood
from briefs.theme import Theme
from tests import small
from tests.kinds.conftest import FRANCE, MORE, make

COMPARE = KINDS["compare"]
OLD, NEW = "Policy is a second thing.", "Policy is another thing."
FIRST = [small.fact("A thing happened.", priority=1), small.fact(OLD, "policy", priority=1)]


def countries(*codes: str) -> Mapping[str, str]:
    """The files of other countries."""
    return {f"countries/{code}.yaml": FRANCE.replace("fr", code) for code in codes}


def planned(edition: Edition, *words: str) -> Sequence[Target]:
    return plan.plan(edition, Request(words, ("compare",))).targets


def test_countries_stand_in_the_order_in_which_they_are_named(edition: Edition) -> None:
    (target,) = planned(edition, "France", "be", "FR")
    assert (target.subject, target.name) == ("fr+be", "France, Belgium")
    assert COMPARE.stem(edition, target.subject) == "compare/france-belgium"


def test_a_group_stands_for_its_members() -> None:
    groups = [{"id": "two", "label": "Two", "members": ["fr", "be"]}]
    (target,) = planned(small.edition(about={"groups": groups}, more=MORE), "two")
    assert target.subject == "be+fr"


def test_everything_is_built_without_it(edition: Edition) -> None:
    kinds = {target.kind for target in plan.plan(edition, Request()).targets}
    assert kinds == {"report", "brief", "glance", "handout", "pack", "changes", "correction", "profile"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "compare takes 2 to 6 countries. Name them, such as: compare Belgium France."),
        (("be",), "compare takes 2 to 6 countries, and not 1: Belgium."),
        (("be", "fr", "de", "it", "es", "pt", "at"), "and not 7: Belgium, France, Germany, Italy, Spain, Portugal, Austria."),
    ],
)
def test_too_few_and_too_many_countries_are_refused(words: Sequence[str], said: str) -> None:
    edition = small.edition(more=countries("fr", "de", "it", "es", "pt", "at"))
    with pytest.raises(NotUnderstood, match=said):
        planned(edition, *words)


def test_a_country_without_facts_is_named() -> None:
    with pytest.raises(NotUnderstood, match="France: no facts yet, so no compare can be built"):
        planned(small.edition(more={"countries/fr.yaml": "code: fr\nstance: open\nsummary: Words.\n"}), "be", "fr")


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        ("compare/belgium-france", ["compare/belgium-", "compare/france-"]),
        ("compare/guinea-bissau-guinea", ["compare/guinea-bissau-", "compare/guinea-"]),
        ("compare/guinea-guinea-bissau", ["compare/guinea-", "compare/guinea-bissau-"]),
        ("compare/be-fr", []),
        ("compare/belgium", []),
        ("compare/belgium-", []),
        ("briefs/belgium-france", []),
        ("compare/" + "-".join(["belgium"] * 7), []),
    ],
)
def test_a_path_is_made_of_the_names_of_its_countries(stem: str, found: Sequence[str]) -> None:
    assert several.parts_of(stem, {f"compare/{name}-" for name in ("belgium", "france", "guinea", "guinea-bissau")}) == found


def test_codes_name_the_file_if_the_names_are_too_long() -> None:
    assert several.file_name(["a" * 99, "b" * 99], ["aa", "bb"]) == f"{'a' * 99}-{'b' * 99}"
    assert several.file_name(["a" * 100, "b" * 100], ["aa", "bb"]) == "aa-bb"


def test_a_path_leads_back_to_the_subject(edition: Edition) -> None:
    assert COMPARE.subject_of(edition, "compare/france-belgium") == "fr+be"
    assert COMPARE.subject_of(edition, "compare/fr-be") == "fr+be"
    assert COMPARE.subject_of(edition, "compare/france-germany") is None


def test_a_build_of_everything_keeps_it_until_one_of_its_countries_is_gone(edition: Edition, theme: Theme, tmp_path: Path) -> None:
    make(edition, theme, [Target("compare", "be+fr", "", ("pdf",), "letter")], tmp_path)
    assert manifest.read(tmp_path)["files"].keys() == {"letter/compare/belgium-france.pdf"}
    assert leftovers.names(tmp_path, plan.stems(edition)) == []
    assert leftovers.names(tmp_path, plan.stems(small.edition())) == ["letter/compare/belgium-france.pdf"]


def test_the_message_about_a_page_that_is_too_long_names_the_country_to_shorten(theme: Theme, tmp_path: Path) -> None:
    more = {"countries/fr.yaml": FRANCE.replace("What matters.", "A long story is told here. " * 150)}
    edition = small.edition(facts=FIRST, more=more)
    (outcome,) = build(edition, theme, BuildRequest(tuple(planned(edition, "be", "fr")), tmp_path), lambda outcome: None)
    (problem,) = outcome.problems
    assert problem.path == "countries/fr.yaml"
    assert "the compare of Belgium, France is" in problem.message and "after 2 facts of low priority gave way" in problem.message
    assert problem.hint.endswith("and the next decision of France, or take fewer countries.")


def test_an_edit_comes_back_from_word(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the store: the file says which countries it compares."""
    small.write(tmp_path / "content", facts=FIRST, more=MORE)
    monkeypatch.chdir(tmp_path)
    own = ("--templates", str(templates), "--jobs", "1")
    assert cli.main(["compare", "fr", "be", "--format", "docx", *own]) == ExitCode.DONE
    path = tmp_path / "returned.docx"
    path.write_bytes(edited((tmp_path / "dist/compare/france-belgium.docx").read_bytes()))
    assert cli.main(["merge", str(path), "--no-base", "--apply", "--templates", str(templates)]) == ExitCode.DONE
    assert "1 change in 1 file written" in capsys.readouterr().out
    assert NEW in (tmp_path / "content/countries/be.yaml").read_text()


def test_export_and_redline_take_it(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small.write(tmp_path / "content", facts=FIRST, more=MORE)
    monkeypatch.chdir(tmp_path)
    chosen = ("--kinds", "compare", "--templates", str(templates), "--jobs", "1")
    assert cli.main(["export", "gone", "be", "fr", *chosen]) == ExitCode.DONE
    path = tmp_path / "content/countries/be.yaml"
    path.write_text(path.read_text().replace(OLD, NEW))
    assert (tmp_path / "gone/compare/belgium-france.docx").is_file()
    assert cli.main(["redline", "be", "fr", "--since", "gone", *chosen[:-2]]) == ExitCode.DONE
    assert "compare Belgium, France: 2 tracked changes since gone" in capsys.readouterr().out


def edited(data: bytes) -> bytes:
    """A Word file in which a person has rewritten the fact about policy."""
    document = docx.Document(io.BytesIO(data))
    paragraphs = [p for table in document.tables for row in table.rows for cell in row.cells for p in cell.paragraphs]
    (run,) = [run for paragraph in paragraphs for run in paragraph.runs if OLD in run.text]
    run.text = run.text.replace(OLD, NEW)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_table_of_all_countries_comes_back_from_word_and_can_be_redlined(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its links to the briefs beside it are in the older file too."""
    small.write(tmp_path / "content", country={"next": OLD}, facts=FIRST[:1], more=MORE)
    monkeypatch.chdir(tmp_path)
    own = ("--templates", str(templates))
    assert cli.main(["export", "gone", "glance", *own, "--jobs", "1"]) == ExitCode.DONE
    path = tmp_path / "gone/glance.docx"
    (tmp_path / "returned.docx").write_bytes(edited(path.read_bytes()))
    assert cli.main(["merge", "returned.docx", "--apply", *own]) == ExitCode.DONE
    assert f"next: {NEW}" in (tmp_path / "content/countries/be.yaml").read_text()
    assert cli.main(["redline", "glance", "--since", "gone", *own]) == ExitCode.DONE
    assert "2 tracked changes since gone" in capsys.readouterr().out
