"""Files are written whole or not at all, whatever goes wrong and whenever."""

from __future__ import annotations

import errno
import gc
import os
import resource
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from briefs import atomic

OLD = {"a": b"old a", "b": b"old b"}
NEW = {"a": b"new a", "b": b"new b", "made/c": b"new c"}
FAULTS = (OSError(errno.ENOSPC, "No space left on device"), PermissionError(errno.EACCES, "Permission denied"), KeyboardInterrupt())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in OLD.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def held(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def at(folder: Path, files: dict[str, bytes]) -> dict[Path, bytes]:
    return {folder / name: data for name, data in files.items()}


def test_all_files_are_there_with_their_modes_and_nothing_else(folder: Path) -> None:
    (folder / "a").chmod(0o640)
    atomic.write_all(at(folder, NEW), mode=None, sync=True)
    assert held(folder) == NEW
    assert [(folder / name).stat().st_mode & 0o777 for name in NEW] == [0o640, 0o644, 0o644]
    atomic.write(folder / "a", b"", mode=0o600)
    assert (folder / "a").stat().st_mode & 0o777 == 0o600


def test_the_umask_does_not_change_a_file_s_mode(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        atomic.write(folder / "a", b"new")
    finally:
        os.umask(before)
    assert (folder / "a").stat().st_mode & 0o777 == 0o644


def test_a_link_at_the_place_is_replaced_and_not_followed(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "a")
    atomic.write(folder / "link", b"new")
    assert held(folder) == OLD | {"link": b"new"} and not (folder / "link").is_symlink()


def test_a_file_that_is_not_complete_can_be_read_by_its_owner_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    monkeypatch.setattr(os, "fsync", lambda handle: modes.append(os.fstat(handle).st_mode & 0o777))
    atomic.write(folder / "a", b"new", sync=True)
    assert modes == [0o600]


def test_a_file_too_large_for_the_disk_leaves_the_old_ones(folder: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # write(2) then fails with EFBIG
    try:
        with pytest.raises(OSError) as fault:
            atomic.write_all(at(folder, NEW | {"b": bytes(2000)}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert fault.value.errno == errno.EFBIG and held(folder) == OLD


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_folder_at_one_place_leaves_the_files_at_the_others(name: str, folder: Path) -> None:
    """Otherwise a document would have a new PDF and an old Word file."""
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    left = held(folder)
    with pytest.raises(IsADirectoryError) as fault:
        atomic.write_all(at(folder, {"c": b"c", "a": b"new", "b": b"new"}))
    assert fault.value.filename == str(folder / name) and held(folder) == left and (folder / name).is_dir()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("step", ["mkdir", "open", "fsync", "fchmod", "replace"])
def test_a_fault_at_any_call_leaves_all_old_files(
    step: str, fault: BaseException, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3) if step != "mkdir" else (2,):  # the first folder is there
        with monkeypatch.context() as patched:
            patched.setattr(os, step, failing(getattr(os, step), number, fault))
            with pytest.raises(type(fault)):
                atomic.write_all(at(folder, NEW), sync=True, before=at(folder, OLD))
        left = held(folder)
        assert {name: left[name] for name in OLD} == OLD and left.keys() <= NEW.keys(), f"{step}, call {number}"


def failing(call: Callable[..., Any], number: int, fault: BaseException) -> Callable[..., Any]:
    calls = 0

    def instead(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            raise fault
        return call(*args, **named)

    return instead


def apart(check: Callable[[], None]) -> None:
    """Run a check in a thread of its own. In Python 3.12 an exception that a trace function raised may stay the current one of its
    thread, where later tests would find it."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(check).result()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a `with` that is interrupted doesn't close
def test_ctrl_c_at_any_line_leaves_whole_files_and_no_others(folder: Path) -> None:
    def check() -> None:
        ended = False
        number = 0
        while not ended:
            number += 1
            for name, data in OLD.items():
                (folder / name).write_bytes(data)
            with interrupted_at(number) as was:
                atomic.write_all(at(folder, NEW), before=at(folder, OLD))
            ended = not was
            left = held(folder)
            assert left.keys() <= NEW.keys(), f"line event {number}"
            assert {name: left[name] for name in OLD} in (OLD, {name: NEW[name] for name in OLD}), f"line event {number}"
        assert number > 40 and held(folder) == NEW

    apart(check)
    gc.collect()  # what was interrupted is closed here, and not in a later test, which would be blamed


def test_ctrl_c_at_any_line_leaves_no_half_folder(tmp_path: Path) -> None:
    def check() -> None:
        ended = False
        number = 0
        while not ended:
            number += 1
            with interrupted_at(number) as was, atomic.new_folder(tmp_path / "new") as making:
                (making / "file").write_bytes(b"whole")
            ended = not was
            assert held(tmp_path) in ({}, {"new/file": b"whole"}), f"line event {number}"
            assert [p.name for p in tmp_path.iterdir()] in ([], ["new"]), f"line event {number}"
            if (tmp_path / "new").exists():
                (tmp_path / "new/file").unlink()
                (tmp_path / "new").rmdir()
        assert number > 3

    apart(check)


@contextmanager
def interrupted_at(number: int) -> Iterator[list[bool]]:
    """KeyboardInterrupt before the `number`th line of `atomic.py` that is run; the list holds something if there was one."""
    lines = 0
    was: list[bool] = []

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != atomic.__file__:
            return None
        lines += event == "line"
        if event == "line" and lines == number:
            was.append(True)
            raise KeyboardInterrupt
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        yield was
    except KeyboardInterrupt:
        if not was:
            raise
    finally:
        sys.settrace(before)


def test_a_folder_with_something_in_it_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_bytes(b"mine")
    (tmp_path / "empty").mkdir()
    for name in ("full", "empty"):
        try:
            with atomic.new_folder(tmp_path / name) as making:
                (making / "new").write_bytes(b"new")
        except OSError:
            assert name == "full"
    assert held(tmp_path) == {"full/mine": b"mine", "empty/new": b"new"}


def test_below_a_folder_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in/real").mkdir()
    (tmp_path / "in/out").symlink_to(tmp_path / "outside")
    (tmp_path / "in/round").symlink_to("real")
    for name in ("out", "round"):
        with pytest.raises(NotADirectoryError) as fault:
            atomic.write_all({Path("a"): b"a", Path(name, "b"): b"b"}, below=tmp_path / "in")
        assert fault.value.filename == name
    assert held(tmp_path) == {}
    atomic.write_all({Path("a"): b"a", Path("made/deep/b"): b"b"}, below=tmp_path / "in")
    assert held(tmp_path) == {"in/a": b"a", "in/made/deep/b": b"b"}


def test_a_folder_that_is_swapped_for_a_link_leads_nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is swapped at the worst moment: the file is complete and takes its place next."""
    (folder / "in/texts").mkdir(parents=True)
    (folder / "outside").mkdir()
    replace = os.replace

    def swapped(*args: Any, **named: Any) -> None:
        (folder / "in/texts").rename(folder / "in/moved")
        (folder / "in/texts").symlink_to(folder / "outside")
        replace(*args, **named)

    monkeypatch.setattr(os, "replace", swapped)
    atomic.write_all({Path("texts/a"): b"new"}, below=folder / "in")
    assert held(folder) == OLD | {"in/moved/a": b"new"}


@pytest.mark.parametrize("has_links", [True, False])
def test_a_new_file_takes_no_place_that_is_taken(has_links: bool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: Any, **named: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(os, "link", refused)
    (folder / "dangling").symlink_to("nowhere")
    for name in ("a", "dangling"):
        with pytest.raises(FileExistsError) as fault:
            atomic.write_new(folder / name, b"new")
        assert fault.value.filename == str(folder / name)
    atomic.write_new(folder / "c", b"new")
    assert held(folder) == OLD | {"c": b"new"} and (folder / "c").stat().st_nlink == 1
