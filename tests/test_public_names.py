"""The names in public formats are exactly those of `public_names.yaml`.

Content, scripts that read `--json`, the record of what went out and manifests rely on them. A name in the table that is not in the
format any more was renamed or removed: migrate it (`briefs/edition/migrate.py`) or keep it. Add a new name to the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from briefs import cli
from briefs.delivery.store import Store
from briefs.edition import faults
from briefs.edition.csl import Source
from briefs.edition.model import (
    About,
    AuditRules,
    Columns,
    Corrections,
    Country,
    DeckHead,
    Journey,
    Rewordings,
    SectionHead,
    SignOff,
    Translation,
)
from tests import small
from tests.roundtrip.conftest import harness as harness
from tests.roundtrip.harness import WHEN, MergeHarness
from tests.wordfile.word import Word

ROOT = Path(__file__).parents[1]
NAMES = yaml.safe_load((ROOT / "tests/public_names.yaml").read_text(encoding="utf-8"))
SECTION = "---\nid: a\ntitle: A\n---\n\nWords.[@one]\n"
PEOPLE = "sender: Desk <desk@example.org>\nlists:\n  staff: [ann@example.org]\n"
Run = Callable[..., Any]


def fields(model: type[BaseModel], start: str = "") -> Iterator[str]:
    """Every key that a content file of the model may have, at any depth."""
    for name, info in model.model_fields.items():
        key = f"{start}{info.alias or name}"
        yield key
        inner = faults.model_in(info.annotation)
        if inner:
            yield from fields(inner, f"{key}.")


def keys(value: Any, start: str = "") -> set[str]:
    """Every key of JSON data, at any depth; items of lists count as one."""
    if isinstance(value, list):
        return {key for item in value for key in keys(item, start)}
    if not isinstance(value, dict):
        return set()
    return {key for name, item in value.items() for key in {f"{start}{name}", *keys(item, f"{start}{name}.")}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small edition and a list of people."""
    small.write(tmp_path / "content", more={"report/01-a.md": SECTION, "note.txt": "What no document uses."})
    (tmp_path / "people.yaml").write_text(PEOPLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with --json; returns what it printed."""

    def run(*words: str | Path) -> Any:
        cli.main([*map(str, words), "--json"])
        return json.loads(capsys.readouterr().out)

    return run


def same(name: str, found: Iterable[str]) -> None:
    assert sorted(set(found)) == sorted(NAMES[name].split()), f"{name}: see the top of this file"


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("edition.yaml", About),
        ("countries", Country),
        ("columns.yaml", Columns),
        ("report", SectionHead),
        ("decks", DeckHead),
        ("journeys", Journey),
        ("translations", Translation),
        ("signoff.yaml", SignOff),
        ("audit.yaml", AuditRules),
        ("corrections.yaml", Corrections),
        ("rewordings.yaml", Rewordings),
        ("sources", Source),
    ],
)
def test_content_files(name: str, model: type[BaseModel]) -> None:
    same(name, fields(model))


def test_labels() -> None:
    same("labels", yaml.safe_load((ROOT / "briefs/labels/en.yaml").read_text(encoding="utf-8")))


def test_json_of_check_list_and_builds_and_the_manifest(folder: Path, run: Run) -> None:
    same("check --json", keys(run("check")))
    same("list --json", keys(run("list")))
    built = run("all", "--kinds", "report,brief", "--format", "pdf", "--jobs", "1")
    same("build --json", keys([{**one, "stages": {}} for one in built]))
    known = json.loads((folder / "dist/manifest.json").read_text())
    entries = [{**entry, **({"pieces": {}} if "pieces" in entry else {})} for entry in known["files"].values()]
    same("manifest.json", keys({**known, "made_with": {}, "files": entries}))


def test_json_of_send_and_redline_and_the_record(folder: Path, run: Run) -> None:
    same("send --json", keys(run("send", "be", "--to", "staff", "--jobs", "1")))
    (folder / "dist").rename(folder / "then")
    path = folder / "content/countries/be.yaml"
    path.write_text(path.read_text().replace("first thing", "last thing"))
    same("redline --json", keys(run("redline", "be", "--since", "then")))
    store = Store(folder / "exchange")
    with store.locked():
        store.begin_resends([("ann@example.org", "0" * 64)], WHEN)
    people = next((folder / "exchange/people").iterdir()).read_text().splitlines()
    same("people", keys([json.loads(line) for line in people]))
    with store.locked():
        store.erase("ann@example.org", WHEN)
    lines = [json.loads(line) for line in next((folder / "exchange/chains").iterdir()).read_text().splitlines()]
    for event in ("opened", "begun", "ended", "again", "erased"):
        same(f"chains: {event}", keys([line for line in lines if line["event"] == event]))


def test_json_of_merge(harness: MergeHarness, tmp_path: Path, run: Run) -> None:
    for name, data in harness.files.items():
        (tmp_path / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / name).write_bytes(data)
    word = Word(harness.sent["brief"])
    word.comment("large brewers", "Which?")
    word.numbers("large brewers", "7")
    word.track_replace("large brewers", "big brewers")
    (tmp_path / "belgium.docx").write_bytes(word.saved())
    store = harness.store.folder
    same("merge --json", keys(run("merge", tmp_path / "belgium.docx", "--content", tmp_path / "content", "--store", store)))
