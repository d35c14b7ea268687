"""The process that projects maps: its drawings are kept, and its death is an error of the tool."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from briefs.compose.figures import geography
from briefs.problems import ToolError
from briefs.tools import limited, projections

PLAIN: dict[str, Any] = {"width": 10, "height": 10, "marks": [{"type": "rule", "encode": {"update": {"x2": {"value": 7}}}}]}


def saying(word: str) -> dict[str, Any]:
    return {**PLAIN, "marks": [{"type": "text", "encode": {"update": {"text": {"value": word}}}}]}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cache of its own, and a process that isn't running yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    projections.close()
    yield
    projections.close()


def test_a_drawing_is_kept_for_commands_without_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = projections.svg(PLAIN)
    assert drawn.startswith(b"<svg")

    def refuse(*_: object) -> bytes:
        raise AssertionError("it was asked for again")

    monkeypatch.setattr(limited.LimitedProcess, "ask", refuse)
    assert projections.svg(PLAIN) == drawn
    with pytest.raises(AssertionError):
        projections.svg({**PLAIN, "width": 11})


def test_each_thread_gets_its_own_drawing() -> None:
    """As at the desk, which draws its map while a page is typeset."""
    words = [f"word {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        drawn = [*threads.map(lambda word: projections.svg(saying(word)), words)]
    assert [word for word, one in zip(words, drawn, strict=True) if f">{word}<".encode() not in one] == []


def test_a_process_without_memory_is_an_error_of_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "MEMORY", 70 << 20)
    with pytest.raises(ToolError, match=r"the map can’t be projected within .* 70 MB\. Give the program more memory\."):
        projections.svg(PLAIN)
    monkeypatch.undo()
    assert projections.svg(PLAIN).startswith(b"<svg")


def test_a_process_without_time_is_an_error_that_says_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    process = limited.LimitedProcess("briefs.projections", seconds=0)
    monkeypatch.setattr(projections, "_PROCESS", process)
    with pytest.raises(ToolError, match=r"projected within 0 s\. The machine is busy: try again\."):
        projections.svg({**PLAIN, "width": 12})
    process.close()


def test_what_vega_refuses_is_an_error_of_the_tool() -> None:
    with pytest.raises(ToolError, match="the map can’t be projected: "):
        projections.svg({"marks": [{"type": "nothing"}]})


def test_a_fault_of_the_machine_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = b'{"fault": "conversion failed:\\noneshot canceled", "sizes": []}\n'
    monkeypatch.setattr(limited.LimitedProcess, "ask", lambda self, request: answer)
    with pytest.raises(ToolError, match=r"the map can’t be projected: conversion failed\. Look at the limits of open files"):
        projections.svg(PLAIN)
    monkeypatch.undo()
    assert projections.svg(PLAIN).startswith(b"<svg")


def test_a_kept_drawing_that_became_a_pipe_is_drawn_anew(tmp_path: Path) -> None:
    drawn = projections.svg(PLAIN)
    (kept,) = (tmp_path / "briefs/projections").iterdir()
    kept.unlink()
    os.mkfifo(kept)
    assert projections.svg(PLAIN) == drawn


def test_maps_are_drawn_again_when_the_process_that_projects_them_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps are kept too, beside the drawings that they are made of."""
    for folder in ("compose/figures", "projections"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "draw.py").write_text("first")
    (tmp_path / "limits.py").touch()
    monkeypatch.setattr(limited, "_PROGRAM", tmp_path)
    limited._version.cache_clear()
    asked: list[str] = []

    def ask(key: str, _: bytes) -> bytes:
        asked.append(key)
        return b"{}\nmap"

    for changed in ("", "", "compose/figures/draw.py", "projections/draw.py"):
        if changed:
            (tmp_path / changed).write_text("second")
            limited._version.cache_clear()
        geography._KEPT.answer(b"asked for", ask)
    limited._version.cache_clear()
    assert len(set(asked)) == len(asked) == 3
