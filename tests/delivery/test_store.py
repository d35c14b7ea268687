"""The store: what was sent is found again, at whatever moment a run ended, and damage is detected."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from briefs.delivery import chains
from briefs.delivery.store import File, Store, default_folder
from briefs.press.cache import digest
from briefs.problems import Problems

ROOT = Path(__file__).parents[2]
WHEN = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
CONTENT = {"edition.yaml": b"title: Small\n", "figures/map.png": bytes(range(256)), "report/01-\xfc.md": b"---\n"}


def file(name: str = "briefs/belgium.docx", data: bytes = b"PK one") -> File:
    return File(name, "brief", "be", "a4", data)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "exchange")


def test_what_was_recorded_is_read_back_byte_for_byte(store: Store) -> None:
    store.record_export([file(), file("report.docx", b"PK two")], CONTENT, WHEN)
    one, two = store.sent()
    assert (one.name, one.kind, one.subject, one.paper) == ("briefs/belgium.docx", "brief", "be", "a4")
    assert (one.to, one.channel, one.is_certain, one.when) == ("", "export", True, "2026-03-04T12:30:00.000Z")
    assert one.sha256 == digest(b"PK one")
    again = Store(store.folder)
    assert again.sent() == [one, two]
    assert (again.document(one), again.document(two)) == (b"PK one", b"PK two")
    assert again.content(one) == again.content(two) == CONTENT


def test_reading_creates_nothing(store: Store) -> None:
    assert (store.sent(), store.by_hash("0" * 64), store.by_name("belgium.docx")) == ([], None, [])
    assert not store.folder.exists()


def test_equal_bytes_are_stored_once_and_the_latest_record_is_found(store: Store) -> None:
    store.record_export([file()], CONTENT, WHEN)
    objects = sorted(p.name for p in (store.folder / "objects").iterdir())
    store.record_export([file()], CONTENT, WHEN + timedelta(days=1), to="ann@example.org")
    assert sorted(p.name for p in (store.folder / "objects").iterdir()) == objects
    assert len(store.sent()) == 2
    found = store.by_hash(digest(b"PK one"))
    assert found and (found.to, found.when) == ("ann@example.org", "2026-03-05T12:30:00.000Z")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("belgium.docx", "briefs/belgium.docx"),
        ("belgium (1).docx", "briefs/belgium.docx"),
        ("belgium_JS edits.docx", "briefs/belgium.docx"),
        ("BELGIUM.v2.DOCX", "briefs/belgium.docx"),
        ("Copy of belgium.docx", "briefs/belgium.docx"),
        (r"C:\Temp\Belgium-final.docx", "briefs/belgium.docx"),
        ("/home/ann/report/belgium.docx", "briefs/belgium.docx"),
        ("guinea-bissau.docx", "briefs/guinea-bissau.docx"),
        ("guinea bissau JS.docx", "briefs/guinea-bissau.docx"),
        ("guinea.docx", "briefs/guinea.docx"),
        ("report (belgium).docx", "report.docx"),
        ("belgiums.docx", None),
        ("notes.docx", None),
    ],
)
def test_a_file_is_found_by_a_name_that_somebody_changed(typed: str, found: str | None, store: Store) -> None:
    names = ("briefs/belgium.docx", "report.docx", "briefs/guinea.docx", "briefs/guinea-bissau.docx")
    store.record_export([file(name, name.encode()) for name in names], CONTENT, WHEN)
    assert [s.name for s in store.by_name(typed)] == ([found] if found else [])


def test_the_newest_of_a_name_comes_first(store: Store) -> None:
    for day in range(3):
        store.record_export([file(data=b"PK %d" % day)], CONTENT, WHEN + timedelta(days=day))
    assert [store.document(s) for s in store.by_name("belgium (2).docx")] == [b"PK 2", b"PK 1", b"PK 0"]


def test_a_message_has_its_outcome(store: Store) -> None:
    with store.locked():
        content = store.add_content(CONTENT)
        for name in ("a", "b", "c", "d"):
            store.begin(name, f"{name}@example.org", "smtp", [file()], content, WHEN)
        store.end("a", "sent", WHEN, "250 queued as 1")
        store.end("b", "refused", WHEN, "550 no such user")
        store.end("c", "failed", WHEN, "connection lost")
    assert [(s.to, s.is_certain) for s in store.sent()] == [("a@example.org", True), ("d@example.org", False)]
    with store.locked():  # the next run tries again
        store.begin("b", "b@example.org", "smtp", [file()], content, WHEN)
        store.begin("d", "d@example.org", "smtp", [file()], content, WHEN)  # and sends again to one who may have it
        store.end("d", "refused", WHEN, "550 no such user")
    assert [(s.to, s.is_certain) for s in store.sent()] == [
        ("a@example.org", True),
        ("b@example.org", False),
        ("d@example.org", False),
    ]


def test_a_resend_is_pending_until_the_server_has_replied(store: Store) -> None:
    sha256 = digest(b"PK one")
    with store.locked():
        content = store.add_content(CONTENT)
        store.begin_resends([(f"{name}@example.org", sha256) for name in "abcde"], WHEN)
        for name in "abcd":
            store.begin(name, f"{name}@example.org", "smtp", [file()], content, WHEN)
        store.end("a", "sent", WHEN)
        store.end("b", "refused", WHEN)
        store.end("c", "failed", WHEN)
    assert {to for to, _ in Store(store.folder).pending_resends()} == {"c@example.org", "d@example.org", "e@example.org"}


def test_a_last_line_that_was_cut_off_anywhere_is_repaired(store: Store) -> None:
    store.record_export([file()], CONTENT, WHEN)
    path = chains.own(store.folder)
    whole = path.read_bytes()
    first = whole.index(b'\n{"id":"2026-03-04', whole.index(b"\n") + 1)
    for cut in [*range(first + 1, len(whole), 9), len(whole) - 1]:
        path.write_bytes(whole[:cut])
        opened = Store(store.folder)
        assert [s.is_certain for s in opened.sent()] == [False]
        with opened.locked():
            opened.end(opened.sent()[0].message, "sent", WHEN)
        assert [s.is_certain for s in Store(store.folder).sent()] == [True]
        assert all(json.loads(line) for line in path.read_text().splitlines())


@pytest.mark.parametrize("line", ["", "{}", '{"event": "begun"}', "not JSON", "\x00" * 40])
def test_a_damaged_line_is_reported_with_its_number(line: str, store: Store) -> None:
    store.record_export([file()], CONTENT, WHEN)
    path = chains.own(store.folder)
    whole = path.read_text()
    path.write_text(line + "\n" + whole)
    with pytest.raises(Problems) as caught:
        Store(store.folder).sent()
    assert str(caught.value).startswith(f"{path}:1: error: this line is damaged.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "."),
        ("name", "/etc/passwd"),
        ("name", "../x.docx"),
        ("when", ""),
        ("when", "2026-99-99"),
        ("when", "2026-11-30T12:00:00." + "0" * 100),
    ],
)
def test_a_line_with_a_name_or_moment_that_is_none_is_damaged(field: str, value: str, store: Store) -> None:
    store.record_export([file()], CONTENT, WHEN)
    path = chains.own(store.folder)
    lines = path.read_text().splitlines(keepends=True)
    begun = json.loads(lines[1])
    (begun["files"][0] if field == "name" else begun)[field] = value
    path.write_text("".join([lines[0], json.dumps(begun) + "\n", *lines[2:]]))
    with pytest.raises(Problems, match=r":2: error: this line is damaged\."):
        Store(store.folder).sent()


def test_a_damaged_object_is_detected_and_repaired_by_the_next_write(store: Store) -> None:
    store.record_export([file()], CONTENT, WHEN)
    sent = store.sent()[0]
    path = store.folder / "objects" / sent.sha256
    path.write_bytes(b"PK onf")
    with pytest.raises(Problems, match="is damaged: it isn’t what was stored"):
        store.document(sent)
    store.record_export([file()], CONTENT, WHEN)
    assert store.document(sent) == b"PK one"
    (store.folder / "objects" / digest(CONTENT["figures/map.png"])).unlink()
    with pytest.raises(Problems, match="can’t be read: No such file"):
        store.content(sent)


def test_a_folder_that_can_not_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "exchange").write_text("a file")
    with pytest.raises(Problems, match="exchange: error: can’t be written"):
        Store(tmp_path / "exchange").record_export([file()], CONTENT, WHEN)


def test_a_full_disk_leaves_no_half_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.record_export([file()], CONTENT, WHEN)
    path = chains.own(store.folder)
    whole = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with store.locked():
        with monkeypatch.context() as patched:
            patched.setattr("briefs.delivery.chains.os.fsync", full)
            with pytest.raises(Problems, match="No space left"):
                store.end(store.sent()[0].message, "sent", WHEN)
        assert path.read_bytes() == whole
        store.end(store.sent()[0].message, "sent", WHEN)
    assert len(Store(store.folder).sent()) == 1


def test_a_run_that_is_killed_anywhere_leaves_a_usable_store(store: Store) -> None:
    script = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from briefs.delivery.store import File, Store
store = Store(Path(sys.argv[1]))
for n in itertools.count():
    store.record_export([File(f"f{n}.docx", "brief", "be", "a4", b"%d" % n * 1000)], {"edition.yaml": b"%d" % n}, datetime.now(UTC))
    print(n, flush=True)
"""
    told = -1
    for lines in (1, 7, 20):
        command = [sys.executable, "-P", "-c", script, str(store.folder)]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
        assert process.stdout
        for _ in range(lines):
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in process.stdout.read().split())])
        process.wait()
        process.stdout.close()
        opened = Store(store.folder)
        names = [s.name for s in opened.sent()]
        assert f"f{told}.docx" in names  # whatever was printed has been recorded
        for sent in opened.sent():
            number = sent.name[1:-5].encode()
            assert opened.document(sent) == number * 1000 and opened.content(sent) == {"edition.yaml": number}


def test_two_runs_at_once_wait_for_each_other(store: Store) -> None:
    script = """
import sys
from pathlib import Path
from briefs.delivery.store import Store
store = Store(Path(sys.argv[1]))
with store.locked("waiting"):
    print("in", len(store.sent()), flush=True)
"""
    command = [sys.executable, "-P", "-c", script, str(store.folder)]
    with store.locked():
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr and process.stderr.readline() == "waiting\n"
        time.sleep(0.05)
        assert process.poll() is None
        store.begin("a", "", "export", [file()], store.add_content(CONTENT), WHEN)
    assert process.communicate() == ("in 1\n", "")


def test_a_killed_run_does_not_keep_the_lock(store: Store) -> None:
    script = """
import sys, time
from pathlib import Path
from briefs.delivery.store import Store
with Store(Path(sys.argv[1])).locked():
    print("in", flush=True)
    time.sleep(60)
"""
    command = [sys.executable, "-P", "-c", script, str(store.folder)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "in\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with store.locked():
        store.begin("a", "", "export", [file()], store.add_content(CONTENT), WHEN)
    assert (store.folder / ".lock").exists()


def test_the_store_is_beside_the_content_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_folder(Path("content")) == default_folder(Path("content/../content")) == tmp_path / "exchange"


def test_a_journal_that_is_a_pipe_is_told_and_not_waited_for(store: Store) -> None:
    (store.folder / chains.FOLDER).mkdir(parents=True)
    os.mkfifo(chains.own(store.folder))
    with pytest.raises(Problems, match="can’t be read: it is no plain file"):
        store.sent()


@pytest.mark.parametrize(
    "listed", [b"[]", b"{}", b"{{", b'{"edition.yaml": 5}', b'{"edition.yaml": "../../secret"}', b"[" * 50_000]
)
def test_a_list_of_content_that_is_none_is_told_and_leads_nowhere(listed: bytes, store: Store) -> None:
    store.record_export([file()], CONTENT, WHEN)
    sent = store.sent()[0]
    name = digest(listed)
    (store.folder / "objects" / name).write_bytes(listed)
    with pytest.raises(Problems, match="is no list of the files of a content folder"):
        store.content(replace(sent, content=name))
