"""Editions of older formats: read as they were meant, and rewritten with no other letter changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from briefs import cli
from briefs.edition import migrate
from briefs.edition import read as reader
from briefs.edition.migrate import MIGRATIONS, Migrated
from briefs.edition.model import FORMAT
from briefs.edition.read import read, read_files
from briefs.exitcodes import ExitCode
from briefs.press.documents import Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.session import Session
from briefs.problems import Place, Problems, warning
from briefs.theme import Theme
from tests import small

ROOT = Path(__file__).parents[2]
OLDER = [ROOT / "tests/editions/einwegpfand", ROOT / "tests/roundtrip/edition", ROOT / "tests/broken/base"]
SOURCES = """\
# What the facts cite.
references:
  - {id: one, type: webpage, "container_title": The Paper, title: "container_title: a key", issued: 2020}   # stays
  - id: two
    type: chapter
    title: Of title_short
    title_short: >-
      event_title: none
    author:
      - {family: Gogh, given: V., non_dropping_particle: van}
    URL: https://example.org/title_short
"""


def older(**changes: str) -> dict[str, bytes]:
    """The files of the small edition in format 1, with keys as only that format takes them."""
    return small.files(more={"sources.yaml": SOURCES, **changes})


def lines_added(before: bytes, after: bytes) -> list[bytes]:
    """The lines of `after` that aren't in `before`. All others must be the same, in the same order."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    added = [line for line in new if line not in old]
    assert [line for line in new if line in old] == old
    return added


def test_there_is_a_migration_from_every_format() -> None:
    assert len(MIGRATIONS) == FORMAT - 1
    for folder in (ROOT / "content", ROOT / "templates/starter"):
        assert migrate.plan(folder).after == {}, "what ships with the program has today's format"


@pytest.mark.parametrize("folder", OLDER, ids=lambda p: p.name)
def test_upgrade_adds_one_line_to_an_edition_that_only_lacks_its_format(folder: Path) -> None:
    plan = migrate.plan(folder)
    assert plan.after.keys() == {"edition.yaml"} and not plan.guesses
    assert lines_added(plan.before["edition.yaml"], plan.after["edition.yaml"]) == [b"format: %d\n" % FORMAT]
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    before, after = read_files(files), read_files({**files, **plan.after})
    assert [p.message for p in before.problems] == [p.message for p in after.problems]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: T\n", "format: 2\ntitle: T\n"),
        ("\ufeff# é\r\n\r\ntitle: T\r\ndate: 2020\r\n", "\ufeff# é\r\n\r\nformat: 2\r\ntitle: T\r\ndate: 2020\r\n"),
        ("---\n  title: “T”\n  date: 2020", "---\n  format: 2\n  title: “T”\n  date: 2020"),
        ("# 中\n{title: T, date: 2020}\n", "# 中\n{format: 2, title: T, date: 2020}\n"),
        ("title: T\nformat: 1  # old\n", "title: T\nformat: 2  # old\n"),
        ('"format": "1"\ntitle: T\n', '"format": 2\ntitle: T\n'),
    ],
)
def test_the_format_is_written_with_no_other_letter_changed(before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "edition.yaml").write_bytes(before.encode())
    assert migrate.plan(tmp_path).after == {"edition.yaml": after.encode()}


def test_keys_of_sources_get_their_hyphens_and_nothing_else_changes(tmp_path: Path) -> None:
    for name, data in older().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    plan = migrate.plan(tmp_path)
    wanted = SOURCES.replace('"container_title": The', '"container-title": The').replace(
        "    title_short: >-", "    title-short: >-"
    )
    assert plan.after["sources.yaml"].decode() == wanted.replace("non_dropping_particle", "non-dropping-particle")
    (tmp_path / "sources.yaml").unlink()
    (tmp_path / "sources.json").write_text('[{"id": "one", "type": "book", "container_title": "é", "issued": "2020"}]')
    after = migrate.plan(tmp_path).after["sources.json"].decode()
    assert after == '[{"id": "one", "type": "book", "container-title": "é", "issued": "2020"}]'


def test_an_older_edition_is_read_as_it_was_meant_and_keeps_its_places() -> None:
    reading = read_files(older())
    assert reading.edition and not reading.problems
    assert reading.files["sources.yaml"] == SOURCES.encode(), "the files that were read, for whoever writes them"
    two = reading.edition.sources["two"]
    assert (str(two.title_short), two.author[0].non_dropping_particle) == ("event_title: none", "van")
    faulty = read_files(older(**{"sources.yaml": SOURCES.replace("type: chapter", "type: chaptre")}))
    assert [(p.path, p.line, p.column) for p in faulty.errors] == [("sources.yaml", 5, 11)]


def test_a_file_that_cannot_be_migrated_is_reported_by_its_key() -> None:
    both = SOURCES.replace('"container_title": The Paper', "container_title: The Paper, container-title: Another")
    broken = SOURCES.replace("id: two", "id: [two")
    for sources, message in ((both, "the key “container_title” isn’t known here"), (broken, "never closed")):
        assert any(message in p.message for p in read_files(older(**{"sources.yaml": sources})).problems)


def test_today_s_format_takes_no_underscores() -> None:
    files = older()
    files["edition.yaml"] = b"format: 2\n" + files["edition.yaml"]
    problem = read_files(files).problems[0]
    assert (problem.path, problem.hint) == ("sources.yaml", "Did you mean “container-title”?")


def test_an_upgraded_edition_gives_the_same_documents(tmp_path: Path, theme: Theme, session: Session) -> None:
    files = older(**{"report/01-a.md": "---\nid: a\ntitle: A\n---\n\nWords.[@two]\n"})
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    before = read(tmp_path).edition
    assert cli.main(["upgrade", str(tmp_path), "--apply"]) == ExitCode.DONE
    after = read(tmp_path).edition
    assert before and after
    for kind, subject in (("report", ""), ("brief", "be"), ("handout", "be")):
        target = Target(kind, subject, "", ("docx",), "a4")
        assert Fingerprinter(before, theme).inputs(target) == Fingerprinter(after, theme).inputs(target)
    made = [small.brief(session, edition, "pdf", "docx").files for edition in (before, after)]
    assert made[0] == made[1]


def test_upgrade_shows_a_diff_and_writes_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(OLDER[0], tmp_path / "content")
    path = tmp_path / "content/edition.yaml"
    before = path.read_bytes()
    assert cli.main(["upgrade", str(tmp_path / "content")]) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert "\n+format: 2\n" in shown and shown.endswith("would change 1 file; --apply writes the changes\n")
    assert path.read_bytes() == before
    assert cli.main(["upgrade", str(tmp_path / "content"), "--apply"]) == ExitCode.DONE
    assert capsys.readouterr().out.endswith("changed 1 file\n") and lines_added(before, path.read_bytes()) == [b"format: 2\n"]
    assert cli.main(["upgrade", str(tmp_path / "content")]) == ExitCode.DONE
    assert capsys.readouterr().out.endswith("has today’s format; nothing changes\n")


def test_an_edition_of_a_newer_format_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write(tmp_path / "content", about={"format": FORMAT + 1, "what_is_new": "Nothing that we know."})
    for command in (["check", "--content"], ["brief", "be", "--content"], ["upgrade"]):
        assert cli.main([*command, str(tmp_path / "content")]) == ExitCode.CONTENT
        said = capsys.readouterr().err
        assert "edition.yaml:" in said and f"format {FORMAT + 1}; this version of the program reads formats up to {FORMAT}" in said
        assert "Install a newer version" in said and said.endswith("1 error, 0 warnings\n")


@pytest.mark.parametrize("value", ["0", "two", "[1]", "1.5", "9" * 5000])
def test_a_format_that_is_none_is_an_error_at_its_place(value: str) -> None:
    files = small.files()
    files["edition.yaml"] = f"format: {value}\n".encode() + files["edition.yaml"]
    (problem,) = read_files(files).errors
    assert (problem.path, problem.line) == ("edition.yaml", 1) and "“format”" in problem.message


@pytest.mark.parametrize("text", ["", "- a\n", "title: [\n", "format:\ntitle: T\n"])
def test_what_cannot_be_upgraded_is_a_problem_and_not_a_traceback(text: str, tmp_path: Path) -> None:
    (tmp_path / "edition.yaml").write_text(text)
    with pytest.raises(Problems, match=r"edition\.yaml"):
        migrate.plan(tmp_path)
    with pytest.raises(Problems, match="no content folder"):
        migrate.plan(tmp_path / "nowhere")
    (tmp_path / "edition.yaml").unlink()
    with pytest.raises(Problems, match="the edition has no edition"):
        migrate.plan(tmp_path)


def test_what_a_migration_guessed_is_a_warning_that_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def louder(files: Mapping[str, bytes]) -> Migrated:
        guess = warning(Place("edition.yaml", "title", 2, 1), "the title was put in capitals", migrate.SHOW)
        return Migrated({**files, "edition.yaml": files["edition.yaml"].replace(b"Small", b"SMALL")}, (guess,))

    for module in (migrate, reader):
        monkeypatch.setattr(module, "FORMAT", FORMAT + 1)
    monkeypatch.setattr(migrate, "MIGRATIONS", (*MIGRATIONS, louder))
    small.write(tmp_path / "content", about={"format": FORMAT})
    found = read(tmp_path / "content")
    assert found.edition and str(found.edition.about.title) == "SMALL things"
    assert [(p.severity, p.hint) for p in found.problems] == [("warning", migrate.SHOW)] and "upgrade DIR" in migrate.SHOW
    assert cli.main(["upgrade", str(tmp_path / "content"), "--apply"]) == ExitCode.DONE
    assert "the title was put in capitals" in capsys.readouterr().err
    assert f"format: {FORMAT + 1}\n" in (tmp_path / "content/edition.yaml").read_text()
    assert read(tmp_path / "content").problems == ()
