"""Byte for byte: the same files on another day, elsewhere on the disk, in another zone and locale, with more workers."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pikepdf
import pytest

from tests import small
from tests.conftest import ROOT
from tests.handout.conftest import SVG, TALK
from tests.press.test_build import tree

HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}
THERE = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "7", "LANG": "tr_TR.UTF-8"}
SECTION = """---
id: a
title: A section
---

Words.[@one] See [](#fig-m).

::: {#fig-m .figure data=map}
A map.
:::

## Inner

| a | b |
|---|---|
| 1 | 2 |
"""
FILES = {"report/01-a.md": SECTION, "decks/talk.md": TALK, "figures/mast.svg": SVG}


def made(folder: Path, environment: Mapping[str, str], *before: str, jobs: int, **more: str) -> Mapping[str, bytes]:
    """Every file that the command writes."""
    content = small.write(folder / "content", more=FILES)
    command = [*before, sys.executable, "-P", "-m", "briefs", "all", "--content", str(content), "--out", "out", "--jobs", str(jobs)]
    printing = [*command[: command.index("all")], "brief", *command[command.index("all") + 1 :], "--print"]
    known = {**os.environ, "PYTHONPATH": str(ROOT), **environment, **more}
    for words in (command, printing):
        done = subprocess.run(words, cwd=folder, env=known, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
    return tree(folder / "out")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    return made(tmp_path_factory.mktemp("here"), HERE, jobs=1)


def test_the_same_bytes_on_another_day_elsewhere_with_more_workers(first: Mapping[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "an other place" / "déjà"
    folder.mkdir(parents=True)
    second = made(folder, THERE, "faketime", "-f", "+400d", jobs=3)
    assert sorted(first) == sorted(second)
    assert {Path(name).suffix for name in first} >= {".pdf", ".docx", ".pptx"} and "print/briefs/belgium.pdf" in first
    assert [name for name in first if first[name] != second[name]] == []


def test_the_date_inside_is_the_editions_unless_the_environment_says_another(first: Mapping[str, bytes], tmp_path: Path) -> None:
    other = made(tmp_path, HERE, jobs=1, SOURCE_DATE_EPOCH="86400")
    assert _days(other) == {"D:19700102000000Z"} and _days(first).isdisjoint(_days(other))
    assert all(first[name] != other[name] for name in first)


@pytest.mark.parametrize("day", ["abc", "99999999999999"])
def test_a_day_that_is_none_is_said(day: str, tmp_path: Path) -> None:
    content = small.write(tmp_path / "content")
    command = [sys.executable, "-P", "-m", "briefs", "brief", "--content", str(content), "--out", "out", "--jobs", "1"]
    known = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": day}
    done = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True, timeout=300)
    assert done.returncode == 4 and f"SOURCE_DATE_EPOCH can’t be “{day}”" in done.stderr and "Traceback" not in done.stderr


def _days(files: Mapping[str, bytes]) -> set[str]:
    """What PDFs say of the day on which they were made."""
    found = set()
    for name, data in files.items():
        if name.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(data)) as pdf:
                found.add(str(pdf.docinfo.CreationDate))
    return found
