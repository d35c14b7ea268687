"""The command line: what it understands, what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import jsonschema
import pytest
import yaml

from briefs import cli
from briefs.cli.parser import COMMANDS, make_parser
from briefs.edition.model import Edition
from briefs.exitcodes import ExitCode
from briefs.press import plan
from briefs.press.request import Request
from tests import small
from tests.press.test_build import STRANGE, briefs, country, tree

ROOT = Path(__file__).parents[1]
HEAVY = {"weasyprint", "vl_convert", "pikepdf", "pypdfium2", "lxml.etree", "jinja2", "fontTools", "pypandoc"}
NAMES = {
    "subjects": [
        {"code": "cz", "name": "Czech Republic"},
        {"code": "tr", "name": "Turkey", "aliases": ["Anatolia"]},
        {"code": "nl", "covered": "no"},
    ]
}
CODES = ("fr", "gb", "us", "cz", "tr")
OUTCOME = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "subject", "name", "paper", "files", "bytes", "pages", "fit", "up_to_date", "seconds", "problems"],
        "properties": {
            "kind": {"const": "brief"},
            "subject": {"type": "string"},
            "name": {"type": "string"},
            "paper": {"enum": ["a4", "letter"]},
            "files": {"type": "array", "items": {"type": "string"}},
            "bytes": {"type": "integer"},
            "pages": {"type": "integer"},
            "fit": {"type": "string"},
            "gave_way": {"type": "array"},
            "up_to_date": {"type": "boolean"},
            "executor": {"type": ["string", "null"]},
            "stages": {"type": "object", "additionalProperties": {"type": "number"}},
            "seconds": {"type": "number"},
            "problems": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["severity", "path", "line", "column", "message", "hint"],
                    "additionalProperties": False,
                    "properties": {
                        "severity": {"enum": ["error", "warning"]},
                        "line": {"type": "integer"},
                        "column": {"type": "integer"},
                        "path": {"type": "string"},
                        "message": {"type": "string"},
                        "hint": {"type": "string"},
                    },
                },
            },
        },
    },
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small edition of six countries with facts, and Estonia without."""
    more = dict([*(country(code) for code in CODES), country("ee", facts=0)])
    small.write(tmp_path / "content", about=NAMES, more=more)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def uncached(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, for a test that no other test may have built documents for."""
    (folder / "cache/fontconfig").mkdir(parents=True)  # two workers that make it at once print an error of Fontconfig
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return folder


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command and returns its exit code, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        return code, *capsys.readouterr()

    return run


def rewrite(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / "content" / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


# What it builds.


def test_brief_builds_a_named_country(run: Run, folder: Path) -> None:
    code, said, complaints = run("brief", "Belgium", "--jobs", "1")
    assert (code, complaints) == (0, "")
    assert said.startswith("brief Belgium: 1 page, fit ") and said.endswith("dist/briefs/belgium.pdf dist/briefs/belgium.docx\n")
    assert set(tree(folder / "dist")) == {"briefs/belgium.pdf", "briefs/belgium.docx"}


@pytest.mark.parametrize("typed", ["be", "BE", "bel", "BEL", "belgium", "BELGIUM", "  Belgium ", "Kingdom of Belgium"])
def test_a_country_is_understood(typed: str, run: Run) -> None:
    assert run("brief", typed, "--dry-run", "--format", "pdf") == (0, "dist/briefs/belgium.pdf\n", "")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Britain", "united-kingdom"),
        ("uk", "united-kingdom"),
        ("USA", "united-states"),
        ("U.S.", "united-states"),
        ("america", "united-states"),
        ("Czechia", "czech-republic"),
        ("czech republic", "czech-republic"),
        ("Türkiye", "turkey"),
        ("turkiye", "turkey"),
        ("TUR", "turkey"),
        ("anatolia", "turkey"),
    ],
)
def test_other_common_names_are_understood(typed: str, name: str, run: Run) -> None:
    assert run("brief", typed, "--dry-run", "--format", "pdf") == (0, f"dist/briefs/{name}.pdf\n", "")


def test_without_a_name_all_countries_with_facts_are_built_and_the_others_named(run: Run) -> None:
    code, said, complaints = run("brief", "--dry-run")
    assert code == 0
    assert said.split() == [
        f"dist/briefs/{n}.{e}"
        for n in ("belgium", "czech-republic", "france", "turkey", "united-kingdom", "united-states")
        for e in ("pdf", "docx")
    ]
    assert complaints == "left out, because they have no facts: Estonia\n"
    assert run("--dry-run")[1].startswith(said)  # no command: everything


def test_a_dry_run_builds_nothing_and_prints_the_paths(run: Run, folder: Path) -> None:
    _, said, _ = run("brief", "be", "Belgium", "fra", "--dry-run", "--paper", "letter", "--out", "elsewhere", "--format", "docx")
    assert said.split() == ["elsewhere/letter/briefs/belgium.docx", "elsewhere/letter/briefs/france.docx"]
    assert sorted(p.name for p in folder.iterdir()) == ["content"]


def test_format_paper_and_output_folder_are_used(run: Run, folder: Path) -> None:
    assert run("brief", "be", "--format", "docx", "--paper", "letter", "--out", "there", "--quiet", "--jobs", "1") == (0, "", "")
    assert list(tree(folder / "there")) == ["letter/briefs/belgium.docx"]


def test_json_has_the_outcome_of_each_document(run: Run, folder: Path) -> None:
    rewrite(folder, "countries/fr.yaml", "A **first thing** happened.", f"**{STRANGE}**.")
    code, said, complaints = run("brief", "be", "fr", "--json", "--jobs", "1")
    told = json.loads(said)
    jsonschema.validate(told, OUTCOME)
    assert code == 3 and "U+13080" in complaints
    assert [(o["subject"], o["pages"], len(o["files"]), bool(o["problems"])) for o in told] == [
        ("be", 1, 2, False),
        ("fr", 0, 0, True),
    ]
    assert (told[1]["problems"][0]["path"], told[1]["problems"][0]["line"]) == ("countries/fr.yaml", 5)
    assert sum((folder / f).stat().st_size for f in told[0]["files"]) == told[0]["bytes"]


def test_list_and_check(run: Run) -> None:
    code, said, _ = run("list")
    assert code == 0 and "ee   Estonia           0 facts  Open" in said and said.endswith("Open: 6; Wary: 1; Closed: 0\n")
    assert {row["code"]: row["facts"] for row in json.loads(run("list", "--json")[1])} == {
        "be": 2,
        "ee": 0,
        **dict.fromkeys(CODES, 1),
    }
    assert run("check") == (0, "content: 7 countries, 7 facts, 0 sections, 0 decks, 2 sources: no errors\n", "")
    assert run("check", "--quiet") == (0, "", "")
    assert run("check", "--json") == (0, "[]\n", "")


# What it doesn’t understand, and what goes wrong.


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["brief", "Belgum"], "no country “Belgum” in this edition. Did you mean Belgium?"),
        (["brief", "Frence", "be"], "Did you mean France"),
        (["brief", "Atlantis-on-Sea"], "`list` shows all of them."),
        (["brief", "NLD"], "Netherlands is not covered by this edition."),
        (["brief", "Estonia"], "Estonia: no facts yet, so no brief can be built."),
        (["brief", "be", "--format", "pfd"], "a brief has no format “pfd”. Did you mean “pdf”?"),
        (["brief", "be", "--format", "svg"], "The formats are pdf, docx."),
        (["brief", "be", "--paper", "a5"], "invalid choice: 'a5'"),
        (["brief", "be", "--papers", "a4"], "unrecognized arguments: --papers"),
        (["brief", "be", "--jobs", "two"], "it must be a number, 1 or more, and not “two”"),
        (["all", "--kinds", "breif"], "Did you mean “brief”?"),
        (["breif", "be"], "invalid choice: 'breif'"),
        (["report"], "this edition has no report"),
    ],
)
def test_an_unknown_word_ends_with_2_and_a_suggestion(words: Sequence[str], said: str, run: Run, folder: Path) -> None:
    code, printed, complaints = run(*words)
    assert (code, printed) == (2, "")
    assert said in complaints and "Traceback" not in complaints
    assert not (folder / "dist").exists()


def test_content_with_errors_builds_nothing_and_keeps_the_files(run: Run, folder: Path) -> None:
    run("brief", "be", "--jobs", "1")
    before = tree(folder / "dist")
    rewrite(folder, "countries/fr.yaml", "stance: open", "stance: opne")
    for words in (["brief", "be"], [], ["check"]):
        code, said, complaints = run(*words)
        assert (code, said) == (1, "")
        assert complaints == "countries/fr.yaml:2:9: error: there is no stance “opne”. Did you mean “open”?\n1 error, 0 warnings\n"
    told = json.loads(run("check", "--json")[1])
    assert [(p["path"], p["line"], p["column"], p["severity"]) for p in told] == [("countries/fr.yaml", 2, 9, "error")]
    assert tree(folder / "dist") == before


def test_warnings_are_listed_by_check_and_counted_by_other_commands(run: Run, folder: Path) -> None:
    for number in (1, 2):
        (folder / f"content/notes-{number}.txt").write_text("x")
        said = f"{number} warning{'s' if number > 1 else ''}; see `check`\n"
        for words in (["list"], ["brief", "be", "--dry-run"]):
            assert run(*words)[::2] == (0, said), words
    told = run("check")[2]
    assert "notes-1.txt: warning:" in told and "notes-2.txt: warning:" in told and told.endswith("0 errors, 2 warnings\n")
    rewrite(folder, "countries/fr.yaml", "stance: open", "stance: opne")
    told = run("list")[2]
    assert "notes" not in told and told.endswith("1 error, 2 warnings; see `check`\n")


def test_builds_count_the_warnings_of_composing_too_also_of_documents_that_are_up_to_date(run: Run, folder: Path) -> None:
    (folder / "content/notes.txt").write_text("x")
    (folder / "content/report").mkdir()
    (folder / "content/report/01-a.md").write_text("---\ntitle: A section\nid: one\n---\n\n2021. It was a year.\n")
    assert run("check")[2].endswith("0 errors, 2 warnings\n")
    build = ("report", "--jobs", "1", "--format", "docx")
    for more in ([], [], ["--no-cache"]):
        assert run(*build, *more)[::2] == (0, "2 warnings; see `check`\n")
    assert run(*build, "--quiet") == (0, "", "")
    (folder / "content/notes.txt").unlink()
    said = run(*build)
    assert "up to date" in said[1] and said[2] == "1 warning; see `check`\n"


def test_no_content_folder(run: Run) -> None:
    code, _, complaints = run("check", "--content", "nowhere")
    assert code == 1 and complaints.startswith("nowhere: error: there is no content folder. Name it with --content DIR")


def test_a_failed_document_ends_with_3_and_the_others_are_built(run: Run, folder: Path) -> None:
    rewrite(folder, "countries/fr.yaml", "A **first thing** happened.", f"**{STRANGE}**.")
    code, said, complaints = run("brief", "be", "fr", "us", "--jobs", "1", "--format", "pdf", "--no-cache")
    assert code == 3
    assert {line.split(",")[0] for line in said.splitlines()} == {
        "brief Belgium: 1 page",
        "brief France: failed",
        "brief United States: 1 page",
    }
    assert complaints.startswith("countries/fr.yaml:5:35: error: no font of the theme has “\U00013080” (U+13080).")
    assert set(tree(folder / "dist")) == {"briefs/belgium.pdf", "briefs/united-states.pdf"}


def test_a_letter_without_a_font_in_a_source_is_told_at_the_source(run: Run, folder: Path) -> None:
    rewrite(folder, "sources.yaml", "About one", f"About {STRANGE}")
    written = (folder / "content/sources.yaml").read_text().split("\n")
    line = next(at for at, words in enumerate(written, 1) if "id: one" in words)
    code, _, complaints = run("brief", "fr", "--jobs", "1", "--format", "pdf", "--no-cache")
    assert code == 3 and complaints.startswith(f"sources.yaml:{line}:"), complaints
    assert "no font of the theme has “\U00013080” (U+13080)" in complaints


def templates(folder: Path, **changes: object) -> Path:
    """A copy of the templates with another theme."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    path = folder / "templates/theme/theme.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))
    return folder / "templates"


def test_a_missing_font_ends_with_4_and_names_its_package(run: Run, folder: Path) -> None:
    fonts = yaml.safe_load((ROOT / "templates/theme/theme.yaml").read_text())["fonts"]
    fonts["files"]["fonts-of-the-moon"] = ["Moon-Regular.ttf", "Moon-Bold.ttf"]
    chosen = templates(folder, fonts=fonts)
    for jobs in ("1", "2"):
        code, said, complaints = run("brief", "be", "fr", "--templates", str(chosen), "--jobs", jobs)
        assert (code, said) == (4, "")
        assert "Moon-Regular.ttf, Moon-Bold.ttf (Debian package fonts-of-the-moon)" in complaints
        assert "sudo apt-get install fonts-of-the-moon" in complaints and "Carlito" not in complaints


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            {"ladder": {"brief": [{"name": "tiny", "text": [8, 10], "lead": [9, 11], "sources": [7, 9], "gap": 0.2}]}},
            "ladder.brief.0.text.0",
        ),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        (None, "no file here has the name of one of the program’s templates"),
    ],
)
def test_an_error_in_the_theme_is_reported_at_its_place(words: dict[str, object] | None, said: str, run: Run, folder: Path) -> None:
    chosen = folder if words is None else templates(folder, **words)
    code, _, complaints = run("brief", "be", "--templates", str(chosen))
    assert code == 1 and said in complaints and re.search(r"theme\.yaml:\d+: error:" if words else ": error:", complaints)


def test_ctrl_c_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("briefs.edition.files.read_folder", interrupted)
    assert run("brief", "be") == (130, "", "\ninterrupted; no half-written file is left\n")


def test_ctrl_c_during_an_exec_ends_with_130(tmp_path: Path) -> None:
    """Python remembers that Ctrl-C came within an `exec` of a string, as in `dataclass`, and would end by the signal."""
    script = """
import sys
from dataclasses import replace
from briefs import cli
from briefs.exitcodes import ExitCode
cli.COMMANDS["list"] = replace(cli.COMMANDS["list"], run=lambda arguments: exec("raise KeyboardInterrupt"))
sys.exit(cli.main(["list"]))
"""
    (tmp_path / "interrupted.py").write_text(script)
    paths = os.pathsep.join([str(ROOT), str(tmp_path)])
    command = [sys.executable, "-P", "-m", "interrupted"]
    assert subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, stderr=subprocess.DEVNULL).returncode == 130


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    process = subprocess.run(
        ["bash", "-c", '"$@" | head -c 1; exit ${PIPESTATUS[0]}', "-", sys.executable, "-P", "-m", "briefs", "list"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (process.returncode, process.stderr) == (0, "")


# How it starts.


@pytest.mark.parametrize("words", [["check"], ["list"], ["--help"], ["brief", "--help"], ["--version"]])
def test_commands_that_build_nothing_import_no_typesetter(words: Sequence[str], folder: Path) -> None:
    script = f"import sys; from briefs.cli import main; code = main({list(words)!r})"
    script += f"; print('loaded', {HEAVY!r} & set(sys.modules)); sys.exit(code)"
    process = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0
    assert process.stdout.splitlines()[-1] == "loaded set()"


def test_help_names_every_exit_code_and_example(run: Run) -> None:
    code, said, complaints = run("--help")
    assert (code, complaints) == (0, "")
    assert all(f"\n  {code:<4} {code.meaning}\n" in said for code in ExitCode) and "brief Belgium" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_says_what_it_needs_and_writes_with_a_valid_example(name: str, run: Run) -> None:
    code, said, complaints = run(name, "--help")
    assert (code, complaints) == (0, "")
    assert all(f"\n{word}" in said for word in ("needs:    ", "example:  python3 build.py ", "writes:   "))
    assert make_parser().parse_args(shlex.split(COMMANDS[name].example)).command == name


def test_every_country_of_the_edition_can_be_named(
    edition: Edition, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its name and by its code, one by one in a plan, and all at once in a command."""
    monkeypatch.chdir(ROOT)
    named = {code: name for code, name in edition.names.items() if code in edition.countries}
    for code, name in named.items():
        targets = plan.plan(edition, Request((name, code), kinds=("brief",))).targets
        assert [target.subject for target in targets] == [code]
    assert cli.main(["brief", *named.values(), *named, "--dry-run", "--quiet", "--format", "pdf"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(named) == 28


def test_without_a_terminal_each_document_is_one_plain_line(folder: Path) -> None:
    with briefs(["brief", "be", "fr", "--jobs", "1", "--format", "pdf"], folder) as process:
        said, complaints = process.communicate()
    assert (process.returncode, complaints, len(said.splitlines())) == (0, "", 2)
    assert "\x1b" not in said and "\r" not in said


# Options before the command.


@pytest.mark.parametrize(
    "words",
    [
        ["--quiet", "check"],
        ["--content", "content", "check", "--quiet"],
        ["--content=content", "--quiet", "check"],
        ["--log-level", "error", "--quiet", "check", "--content", "content"],
    ],
)
def test_options_may_come_before_the_command(words: list[str], run: Run) -> None:
    assert run(*words) == (ExitCode.DONE, "", "")


def test_options_before_the_command_keep_their_values(run: Run) -> None:
    brief = ["brief", "be", "--dry-run", "--format", "pdf", "--paper", "letter"]
    before = ["--paper", "letter", "--dry-run", "brief", "be", "--format", "pdf"]
    assert run(*before) == run(*brief) == (ExitCode.DONE, "dist/letter/briefs/belgium.pdf\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--quiet", "breif"], "invalid choice: 'breif'"),
        (["--papers", "a4", "brief"], "unrecognized arguments: --papers a4 brief"),
        (["--kinds", "brief", "check"], "unrecognized arguments: --kinds brief"),
        (["--content"], "argument --content: expected one argument"),
    ],
)
def test_an_option_that_the_command_lacks_is_refused_before_it_too(words: list[str], said: str, run: Run) -> None:
    code, _, complaints = run(*words)
    assert code == ExitCode.USAGE and said in complaints


def test_help_after_an_option_is_the_help_of_all_commands(run: Run) -> None:
    code, said, _ = run("--quiet", "--help")
    assert (code, said) == run("--help")[:2] and "first steps:" in said


# Internal errors.


def test_check_fit_lays_out_what_it_can_beside_errors_of_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = [small.fact("A very long story goes on. " * 400, priority=1)]
    unknown = {"report/01-a.md": "---\ntitle: A\nid: sec-a\n---\n\nWords.[@nowhere]\n"}
    content = small.write(tmp_path / "content", facts=long, more=unknown)
    code = cli.main(["check", "--fit", "--content", str(content), "--no-cache"])
    said = capsys.readouterr().err
    assert code == 1 and "there is no source “nowhere”" in said and "too long for its page" in said


def test_an_internal_error_is_one_line_that_clears_the_content(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(root: Path, **choices: object) -> None:
        raise LookupError("not\nhere")

    monkeypatch.setattr("briefs.edition.read.read", broken)
    code, said, complaints = run("check", "--no-cache")
    assert (code, said) == (ExitCode.INTERNAL, "")
    assert re.fullmatch(
        r"briefs: error: internal error: LookupError \(not here\) at briefs/cli/build\.py:\d+\. "
        r"This is a fault in the program, not in your content or files\. .*--traceback.*\n",
        complaints,
    )
    for words in (["check", "--no-cache", "--traceback"], ["--traceback", "check", "--no-cache"]):
        code, said, complaints = run(*words)
        assert (code, said) == (ExitCode.INTERNAL, "")
        assert complaints.startswith("Traceback (most recent call last):") and "in broken" in complaints
        assert complaints.splitlines()[-1].startswith("briefs: error: internal error: LookupError")


def test_a_file_that_cannot_be_used_is_no_internal_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(root: Path, **choices: object) -> None:
        raise OSError(28, "No space left on device", "some/file")

    monkeypatch.setattr("briefs.edition.read.read", full)
    code, said, complaints = run("check", "--no-cache")
    assert (code, said) == (ExitCode.SETUP, "") and complaints.startswith("briefs: some/file: No space left on device. ")


BROKEN_TYPESETTER = """
import sys
from briefs.cli import main
from briefs.typeset.page.layout import Typesetter

def lay_out(*_, **__):
    raise LookupError("no page")

Typesetter.lay_out = lay_out
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("jobs", [1, 2])  # with 2 a worker process makes the document
def test_an_internal_error_of_a_document_has_its_traceback(jobs: int, uncached: Path) -> None:
    (uncached / "broken_typesetter.py").write_text(BROKEN_TYPESETTER)
    command = [sys.executable, "-P", "-m", "broken_typesetter", "brief", "be", "--json", "--jobs", str(jobs)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(uncached)])}

    def built(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *words], cwd=uncached, env=environment, capture_output=True, text=True)

    plain, traced = built(), built("--traceback")
    assert plain.returncode == traced.returncode == ExitCode.FAILED
    assert "brief Belgium: error: internal error: LookupError (no page) at briefs/" in plain.stderr
    assert "Traceback" not in plain.stderr and "Traceback (most recent call last):" in traced.stderr
    assert "in lay_out\n" in traced.stderr and "LookupError: no page" in traced.stderr
    for done in (plain, traced):
        jsonschema.validate(json.loads(done.stdout), OUTCOME)


# Log lines.


def test_the_log_follows_each_document_also_in_workers(uncached: Path) -> None:
    words = ["brief", "be", "fr", "--format", "pdf", "--jobs", "2"]
    with briefs([*words, "--log-level", "debug"], uncached) as process:
        _, log = process.communicate()
    assert process.returncode == ExitCode.DONE
    lines = [line for line in log.splitlines() if line]
    assert all(line.startswith("DEBUG briefs.") for line in lines), log
    assert "DEBUG briefs.edition.read: content: read " in log
    for name, stem in (("Belgium", "belgium"), ("France", "france")):
        for said in (
            f"brief {name}: to be made, because dist has no such document",
            f"brief {name}: compose took ",
            f"briefs/{stem}: trying step ",
            f"brief {name}: fit took ",
            f"brief {name}: wrote dist/briefs/{stem}.pdf",
        ):
            assert said in log
    with briefs([*words, "--log-level", "debug"], uncached) as process:
        assert "the same request was built before" in process.communicate()[1]
    rewrite(uncached, "countries/fr.yaml", "A **first thing** happened.", "A **first thing** is over.")
    with briefs([*words, "--log-level", "debug"], uncached) as process:
        log = process.communicate()[1]
    assert "brief France: to be made, because of other content" in log and "brief Belgium: up to date" in log


def test_log_lines_of_libraries_are_not_printed(folder: Path) -> None:
    script = """
import logging, sys
from dataclasses import replace
from briefs.cli import main
from briefs.cli.parser import COMMANDS

def run(arguments):
    for name in ("somelibrary", "briefs.press"):
        logging.getLogger(name).warning("logged by %s", name)
        logging.getLogger(name).debug("detail of %s", name)
    return 0

COMMANDS["list"] = replace(COMMANDS["list"], run=run)
sys.exit(main(sys.argv[1:]))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for words, said in (
        ([], "WARNING briefs.press: logged by briefs.press\n"),
        (["--log-level", "debug"], "WARNING briefs.press: logged by briefs.press\nDEBUG briefs.press: detail of briefs.press\n"),
        (["--log-level", "error"], ""),
    ):
        command = [sys.executable, "-P", "-c", script, "list", *words]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, said)


@pytest.mark.parametrize("out", ["content", "content/dist", "content/../content/a/b", "link/dist"])
@pytest.mark.parametrize(
    "words", [["all"], ["brief", "--dry-run"], ["watch"], ["redline", "--since", "x"], ["send", "be", "--to", "a"]]
)
def test_finished_files_do_not_go_into_the_content_folder(run: Run, folder: Path, words: list[str], out: str) -> None:
    (folder / "link").symlink_to(folder / "content")
    code, printed, said = run(*words, "--out", str(folder / out), "--content", str(folder / "content"))
    assert (code, printed) == (ExitCode.USAGE, "") and "is in the content folder" in said
    assert tree(folder / "content") == tree(folder / "link") and not (folder / "content/dist").exists()


@pytest.mark.parametrize("out", [".", "content/..", "/"])
def test_the_content_folder_is_not_among_finished_files(run: Run, folder: Path, out: str) -> None:
    code, printed, said = run("all", "--out", str(folder / out), "--content", str(folder / "content"))
    assert (code, printed) == (ExitCode.USAGE, "") and "beside finished files" in said
    assert not (folder / "manifest.json").exists()


@pytest.mark.parametrize(
    "words", [["export", "content/copies", "be"], ["dataset", "content/data"], ["send", "be", "--store", "content/x"]]
)
def test_copies_data_and_the_record_do_not_go_into_the_content_folder(run: Run, folder: Path, words: list[str]) -> None:
    code, printed, said = run(*words, "--content", str(folder / "content"))
    assert (code, printed) == (ExitCode.USAGE, "") and "is in the content folder" in said
