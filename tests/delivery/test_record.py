"""The record can be trusted: what was changed is told, two records are one, a person is erased, an old record is moved."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from briefs.cli import main
from briefs.delivery import chains, oldjournal, persons, record
from briefs.delivery.store import File, Store
from briefs.exitcodes import ExitCode
from briefs.press.cache import digest
from briefs.problems import Problems

WHEN = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
CONTENT = {"edition.yaml": b"title: Small\n"}
ANN, BEN = "Ann@example.org", "ben@example.org"
OLD = [
    {"id": "", "when": "2026-03-04T12:29:00.000Z", "event": "again", "owed": [[BEN, digest(b"PK one")]]},
    {
        "id": "old", "when": "2026-03-04T12:30:00.000Z", "event": "begun", "to": ANN, "by": "smtp", "content": "",
        "files": [{"sha256": "", "name": "briefs/belgium.docx", "kind": "brief", "subject": "be", "paper": "a4"}],
    },
    {"id": "old", "when": "2026-03-04T12:30:01.000Z", "event": "ended", "outcome": "sent", "said": f"250 queued for {ANN}"},
]  # fmt: skip


def mail(store: Store, number: int, to: str, said: str = "") -> None:
    file = File("briefs/belgium.docx", "brief", "be", "a4", b"PK one")
    with store.locked():
        store.begin(f"m{number}", to, "smtp", [file], store.add_content(CONTENT), WHEN + timedelta(minutes=number))
        store.end(f"m{number}", "sent", WHEN + timedelta(minutes=number), said)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "exchange")
    mail(made, 1, ANN, f"250 queued for <{ANN}>")
    mail(made, 2, BEN)
    mail(made, 3, ANN)
    return made


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def said(store: Store) -> list[str]:
    return [f"{problem.severity}:{problem.line}: {problem.message}" for problem in record.problems(Store(store.folder))]


def own(store: Store) -> Path:
    return chains.own(store.folder)


def test_each_line_holds_the_hash_of_the_one_before(store: Store) -> None:
    lines = own(store).read_bytes().splitlines(keepends=True)
    assert [json.loads(line)["previous"] for line in lines] == [chains.FIRST, *map(digest, lines[:-1])]
    assert said(store) == [] and Store(store.folder).sent()[0].to == ANN


@pytest.mark.parametrize("fault", ["changed", "taken out", "put in", "first taken out", "in another order"])
def test_a_line_that_was_changed_is_told_with_its_number(fault: str, store: Store) -> None:
    path = own(store)
    lines = path.read_bytes().splitlines(keepends=True)
    if fault == "changed":
        lines[2] = lines[2].replace(b'"sent"', b'"refused"')
        broken = 4
    elif fault == "taken out":
        del lines[2]
        broken = 3
    elif fault == "put in":
        lines.insert(3, lines[1])
        broken = 4
    elif fault == "first taken out":
        del lines[0]
        broken = 1
    else:
        lines[3], lines[4] = lines[4], lines[3]
        broken = 4
    path.write_bytes(b"".join(lines))
    found = said(store)
    assert found[0].startswith(f"error:{broken}: this line doesn’t follow the one before it"), found
    assert Store(store.folder).sent(), "what can be read is read"


def test_texts_that_no_line_names_hint_at_an_end_that_was_cut_off(store: Store) -> None:
    path = own(store)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3]))
    assert [line[:50] for line in said(store)] == ["warning:0: 1 of these texts are named by no line: "]


def test_what_was_added_behind_the_last_line_is_told(store: Store) -> None:
    with own(store).open("ab") as file:
        file.write(b'{"event":"ended"')
    assert [line[:46] for line in said(store)] == ["warning:0: 16 bytes behind the last line aren’"]


def test_a_damaged_object_and_a_lost_address_are_told(store: Store) -> None:
    (store.folder / "objects" / digest(b"PK one")).write_bytes(b"PK two")
    persons.path(own(store)).unlink()
    found = said(store)
    assert "error:0: is damaged: it isn’t what was stored" in found
    assert any("names 1 of whom" in line and "nobody erased them" in line for line in found)


def test_an_address_that_was_changed_is_told(store: Store) -> None:
    path = persons.path(own(store))
    path.write_bytes(path.read_bytes().replace(BEN.encode(), b"eve@example.org"))
    with pytest.raises(Problems, match="the text isn’t the one that was recorded"):
        Store(store.folder).sent()


# People.


def test_chains_hold_no_address_and_no_reply(store: Store) -> None:
    written = everything(store.folder / chains.FOLDER) + everything(store.folder / "objects")
    assert not any(word in written for word in (b"example.org", b"queued"))
    hashes = {digest(address.encode()) for address in (ANN, BEN, ANN.lower())}
    assert not any(hash.encode() in written for hash in hashes), "a hash without salt could be guessed"


def test_who_is_erased_is_nowhere_in_the_record_and_the_chain_holds(store: Store) -> None:
    entries = persons.read(store.folder)
    gone = [one for one in entries.values() if one.text != BEN]
    with store.locked():
        assert store.erase("ann@EXAMPLE.org", WHEN) == 2 == len(gone)
    left = everything(store.folder)
    assert not any(text.encode() in left for one in gone for text in (one.text, one.salt))
    assert said(store) == []
    first, second, third = Store(store.folder).sent()
    assert second.to == BEN and first.to == third.to and first.to.startswith(persons.ERASED) and first.reader == ""
    with store.locked():
        assert store.erase("ann@example.org", WHEN) == 0


def test_who_was_erased_stays_so_when_an_older_copy_comes_back(store: Store, tmp_path: Path) -> None:
    shutil.copytree(store.folder, tmp_path / "copy")
    with store.locked():
        store.erase(ANN, WHEN)
        record.unite(store, tmp_path / "copy")
    assert ANN.encode() not in everything(store.folder)
    shutil.copytree(tmp_path / "copy" / persons.FOLDER, store.folder / persons.FOLDER, dirs_exist_ok=True)
    assert ANN.encode() in everything(store.folder), "the copy brings the entry back"
    assert ANN not in {one.to for one in Store(store.folder).sent()}, "but nothing reads it"
    assert [line for line in said(store) if "were erased, and an older copy brought them back" in line]
    with Store(store.folder).locked():
        pass
    assert ANN.encode() not in everything(store.folder), "and the next run removes it"


# Two records.


def test_two_records_are_one_by_their_union(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    mail(other, 0, "zoe@example.org")
    mail(other, 9, BEN)
    before = everything(other.folder)
    both = Store(tmp_path / "both")
    shutil.copytree(store.folder, both.folder)
    shutil.copytree(other.folder, both.folder, dirs_exist_ok=True)  # as rsync or git would
    people = [one.to for one in both.sent()]
    assert people == ["zoe@example.org", ANN, BEN, ANN, BEN] and said(both) == []
    with store.locked():
        assert record.unite(store, other.folder) == [chains.own(other.folder).stem]
        assert record.unite(store, other.folder) == []
    assert [one.to for one in Store(store.folder).sent()] == people and said(store) == []
    assert everything(other.folder) == before
    mail(both, 10, ANN)
    assert len(chains.paths(both.folder)) == 3, "the copy at another path has a chain of its own"


def test_a_chain_that_goes_on_differently_is_kept_twice_and_told(store: Store, tmp_path: Path) -> None:
    shutil.copytree(store.folder, tmp_path / "backup")
    mail(store, 4, BEN)
    shutil.copytree(store.folder, tmp_path / "later")
    shutil.rmtree(store.folder)
    shutil.copytree(tmp_path / "backup", store.folder)
    mail(Store(store.folder), 5, BEN)
    again = Store(store.folder)
    with again.locked():
        record.unite(again, tmp_path / "later")
    assert [one.message for one in Store(store.folder).sent()] == ["m1", "m2", "m3", "m4", "m5"]
    assert any("follow the same line: the record was continued from an older copy" in line for line in said(again))


def test_a_damaged_record_is_not_taken(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    mail(other, 0, BEN)
    chains.own(other.folder).write_text("{}\n")
    with store.locked(), pytest.raises(Problems, match="this line is damaged"):
        record.unite(store, other.folder)


# The old format.


def old_record(folder: Path) -> Path:
    objects = Store(folder)
    content, sha256 = objects.add_content(CONTENT), objects.add(b"PK one")
    lines = json.loads(json.dumps(OLD))
    lines[1] |= {"content": content, "files": [{**lines[1]["files"][0], "sha256": sha256}]}
    (folder / oldjournal.FILE).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_an_old_record_is_read_and_then_moved_with_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(old_record(tmp_path / "exchange"))
    before, owed, content = store.sent(), store.pending_resends(), store.content(store.sent()[0])
    assert (before[0].to, owed, content) == (ANN, {(BEN, digest(b"PK one"))}, CONTENT)
    assert (store.folder / oldjournal.FILE).exists(), "reading changes nothing"
    with store.locked():
        pass
    assert "all of journal.jsonl was moved to chains/ and people/" in capsys.readouterr().err
    moved = Store(store.folder)
    assert (moved.sent(), moved.pending_resends()) == (before, owed) and said(store) == []
    assert not (store.folder / oldjournal.FILE).exists()
    assert f"250 queued for {ANN}" in {one.text for one in persons.read(store.folder).values()}
    assert ANN.encode() not in everything(store.folder / chains.FOLDER)
    mail(moved, 7, ANN)
    assert len(chains.paths(store.folder)) == 1, "its chain goes on"


def test_a_move_that_ended_before_the_journal_was_removed_is_read_once(tmp_path: Path) -> None:
    store = Store(old_record(tmp_path / "exchange"))
    oldjournal.bring(store.folder, store.folder)
    assert len(store.sent()) == 1
    with store.locked():
        assert not (store.folder / oldjournal.FILE).exists()
    assert len(Store(store.folder).sent()) == 1


def test_a_journal_that_two_people_moved_counts_once(tmp_path: Path) -> None:
    one, two = (Store(old_record(tmp_path / name)) for name in ("one", "two"))
    for each in (one, two):
        with each.locked():
            pass
    with one.locked():
        record.unite(one, two.folder)
    assert len(Store(one.folder).sent()) == 1


def test_an_old_record_of_a_colleague_is_taken_and_left_as_it_is(store: Store, tmp_path: Path) -> None:
    old_record(tmp_path / "old")
    with store.locked():
        record.unite(store, tmp_path / "old")
    assert len(Store(store.folder).sent()) == 4 and (tmp_path / "old" / oldjournal.FILE).exists()


# From the command line.


def test_the_commands(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["record"]) == ExitCode.DONE
    path = own(store)
    head = digest(path.read_bytes().splitlines(keepends=True)[-1])
    assert capsys.readouterr().out == f"{path.stem}: 7 lines until 2026-03-04, 2 people; head {head}\n"
    assert main(["record", "erase", ANN, "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == {"erased": 2}
    assert main(["record", "erase", ANN]) == ExitCode.LEFT
    other = Store(tmp_path / "other")
    mail(other, 8, BEN)
    assert main(["record", "merge", "other"]) == ExitCode.DONE
    assert main(["record", "list", "--json"]) == ExitCode.DONE
    capsys.readouterr()
    path.write_bytes(path.read_bytes().replace(b'"smtp"', b'"export"', 1))
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "manifest.json").write_text('{"files": {}}')
    assert main(["verify"]) == ExitCode.FAILED
    assert f"{path}:3: error: this line doesn’t follow the one before it" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["burn"], ["erase"], ["merge", "nowhere"], ["list", "more"]])
def test_what_record_does_not_know_is_refused(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["record", *words]) == ExitCode.USAGE
