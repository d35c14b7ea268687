"""Every way in which an edition can be broken, and what the reader must say, word for word (`tests/broken/README.md`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from briefs.edition.read import Seen, read_files

FOLDER = Path(__file__).parents[1] / "broken"
BASE = {p.relative_to(FOLDER / "base").as_posix(): p.read_bytes() for p in (FOLDER / "base").rglob("*.*")}


def cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, case in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            yield pytest.param(case, id=f"{path.stem}: {name}")


def broken(case: dict[str, Any]) -> dict[str, bytes]:
    """The files of the base with a case's changes."""
    files = BASE | {path: text.encode() for path, text in case.get("write", {}).items()}
    files |= {path: bytes.fromhex(digits) for path, digits in case.get("hex", {}).items()}
    for path, words in case.get("change", {}).items():
        text = files[path].decode()
        for old, new in words.items():
            assert text.count(old) == 1, f"“{old}” stands {text.count(old)} times in {path}"
            text = text.replace(old, new)
        files[path] = text.encode()
    return {path: data for path, data in files.items() if path not in case.get("delete", ())}


def test_the_base_has_no_fault() -> None:
    reading = read_files(BASE)
    assert reading.problems == ()
    assert reading.edition


@pytest.mark.parametrize("case", list(cases()))
def test_a_broken_edition_says(case: dict[str, Any]) -> None:
    reading = read_files(broken(case))
    assert [str(p) for p in reading.problems] == case["says"]
    assert (reading.edition is None) == any(": error: " in line for line in case["says"])


def test_who_reads_again_and_again_finds_what_the_files_say_each_time() -> None:
    seen: Seen = {}
    for case in cases():
        for files in (BASE, broken(case.values[0]), broken(case.values[0])):
            assert read_files(files, (), seen) == read_files(files), case.id
    before, after = (read_files(files, (), seen).edition for files in (BASE, BASE | {"glossary.yaml": b"word: Words.\n"}))
    assert before and after and before != after
    assert before.about is after.about and before.countries["be"] is after.countries["be"] and before.sources is after.sources
