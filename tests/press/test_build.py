"""Building: files are written whole or not at all, the last good ones are kept, and the bytes are always the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from briefs import interrupt
from briefs.edition.model import Edition
from briefs.edition.read import read
from briefs.press import manifest, plan
from briefs.press.build import BuildRequest, build
from briefs.press.documents import Outcome, Target
from briefs.press.request import Request, words
from briefs.theme import Theme
from tests import small
from tests.command import Command

ROOT = Path(__file__).parents[2]
STRANGE = "Eye \U00013080 of Horus"  # no font has it


def country(code: str, text: str = "A **first thing** happened.", *, facts: int = 1) -> tuple[str, str]:
    """Another country's file for the small edition."""
    listed = "".join(
        f"\n- {{id: {code}-{n}, topic: market, text: '{text}', sources: [one], date: 2019}}" for n in range(1, facts + 1)
    )
    return f"countries/{code}.yaml", f"code: {code}\nstance: open\nsummary: What matters.\nfacts:{listed or ' []'}\n"


def three(**texts: str) -> Edition:
    return small.edition(more=dict(country(code, **({"text": texts[code]} if code in texts else {})) for code in ("fr", "it")))


def wanted(edition: Edition, *codes: str, formats: str | None = None, paper: str = "a4") -> tuple[Target, ...]:
    return plan.plan(edition, Request(codes, kinds=("brief",), formats=words(formats), paper=paper)).targets


def run(edition: Edition, theme: Theme, out: Path, *codes: str, **choice: Any) -> list[Outcome]:
    return build(edition, theme, BuildRequest(wanted(edition, *codes, **choice), out), lambda outcome: None)


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder except the manifest and its lock, including hidden ones."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (manifest.NAME, manifest.LOCK)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def briefs(words: Sequence[object], folder: Path, **options: Any) -> Command:
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*options.pop("before", []), sys.executable, "-P", "-m", "briefs", *map(str, words)]
    return Command(
        command,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def test_each_document_has_its_files_and_outcome(theme: Theme, tmp_path: Path) -> None:
    reported: list[Outcome] = []
    edition = three()
    outcomes = build(edition, theme, BuildRequest(wanted(edition), tmp_path), reported.append)
    assert [o.target.subject for o in outcomes] == ["be", "fr", "it"] and reported == outcomes
    assert set(tree(tmp_path)) == {f"briefs/{name}.{end}" for name in ("belgium", "france", "italy") for end in ("pdf", "docx")}
    for outcome in outcomes:
        assert (outcome.pages, outcome.step) == (1, theme.look.ladder["brief"][0].name)
        assert (outcome.dropped_facts, outcome.problems) == ((), ())
        assert outcome.size == sum(f.stat().st_size for f in outcome.files) and outcome.seconds > 0
        assert {f.stat().st_mode & 0o777 for f in outcome.files} == {0o644}


def test_each_paper_has_its_folder_and_each_format_its_file(theme: Theme, tmp_path: Path) -> None:
    edition = three()
    run(edition, theme, tmp_path, "be", formats="pdf", paper="letter")
    assert list(tree(tmp_path)) == ["letter/briefs/belgium.pdf"]
    targets = wanted(edition, "be", paper="letter")
    assert [str(p) for p in plan.paths(edition, targets, Path("x"))] == [
        "x/letter/briefs/belgium.pdf",
        "x/letter/briefs/belgium.docx",
    ]


def test_a_failed_document_keeps_its_last_good_files_and_the_others_are_built(theme: Theme, tmp_path: Path) -> None:
    run(three(), theme, tmp_path)
    before = tree(tmp_path)
    outcomes = run(three(fr=f"**{STRANGE}**", it="Something **else happened**."), theme, tmp_path)
    assert [bool(o.problems) for o in outcomes] == [False, True, False]
    assert outcomes[1].problems[0].path == "countries/fr.yaml" and outcomes[1].files == ()
    after = tree(tmp_path)
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} == {"briefs/italy.pdf", "briefs/italy.docx"}


@pytest.mark.parametrize("blocked", ["out", "out/briefs", "out/briefs/belgium.docx/in the way"])
def test_a_document_that_cant_be_written_fails_and_leaves_nothing(blocked: str, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / blocked
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    (outcome,) = run(small.edition(), theme, tmp_path / "out", "be")
    (problem,) = outcome.problems
    assert "can’t be written" in problem.message and problem.hint
    assert {name: data for name, data in tree(tmp_path).items() if name != "out/briefs/belgium.pdf"} == {blocked: b"in the way"}


def test_a_full_disk_leaves_no_half_file(theme: Theme, tmp_path: Path) -> None:
    """Simulated by a limit on the size of files, which the PDF is under and the Word file over."""
    content = small.write(tmp_path / "content")
    out = tmp_path / "out"
    words = ["brief", "--content", content, "--out", out, "--jobs", 1]
    with briefs(words, tmp_path) as process:
        process.communicate()
        assert process.returncode == 0
    before = tree(out)
    limit = max(map(len, before.values())) // 1024 - 10
    small.write(content, country={"summary": "Other words now."})
    process = briefs(words, tmp_path, before=["bash", "-c", f'ulimit -f {limit}; exec "$@"', "-"])
    _, said = process.communicate()
    assert process.returncode == 3
    assert "File too large" in said and "can’t be written" in said and "Traceback" not in said
    assert tree(out) == before


def test_neither_the_number_of_jobs_nor_a_second_run_changes_a_byte(theme: Theme, tmp_path: Path) -> None:
    codes = ("es", "fr", "it", "lv", "no")
    sections = {f"report/{id}.md": f"---\nid: {id}\ntitle: Of {id}\n---\n\nWords.[@one]\n" for id in "abc"}
    content = small.write(tmp_path / "content", more={**dict(map(country, codes)), **sections})
    for jobs in (1, 2, 8):
        with briefs(["all", "--content", content, "--out", f"{jobs}", "--jobs", jobs, "--no-cache"], tmp_path) as process:
            said, faults = process.communicate()
        assert (process.returncode, faults, len(said.splitlines())) == (0, "", 8)
    assert len(tree(tmp_path / "1")) == 16
    assert tree(tmp_path / "1") == tree(tmp_path / "2") == tree(tmp_path / "8")
    reading = read(content)
    assert reading.edition
    run(reading.edition, theme, tmp_path / "once more", "fr", "it")
    assert tree(tmp_path / "once more").items() < tree(tmp_path / "1").items()


def test_a_ctrl_c_that_python_ignored_ends_the_build_after_the_document(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt, "_was_interrupted", True)
    with pytest.raises(KeyboardInterrupt):
        run(three(), theme, tmp_path, formats="pdf")
    assert len(tree(tmp_path)) == 1 and len(json.loads((tmp_path / "manifest.json").read_text())["files"]) == 1


LOADING = """
import sys
from briefs.cli import main
from briefs.clock import clock
from briefs.engine import load as typesetter
load = typesetter.load
def loaded():
    print(clock._open[-1], "weasyprint" in sys.modules)
    return load()
typesetter.load = loaded
sys.exit(main(["brief", "be", "--content", sys.argv[1], "--out", "out", "--jobs", "1", "--no-cache", "--quiet"]))
"""


def test_the_typesetter_is_loaded_as_a_whole_at_the_first_layout_in_the_stage_start(tmp_path: Path) -> None:
    content = small.write(tmp_path / "content")
    command, environment = [sys.executable, "-P", "-c", LOADING, content], {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == "start False\n"
