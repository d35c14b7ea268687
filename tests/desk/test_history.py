"""Each save a commit in the person's name, the history of a text, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs.desk import history, saves
from briefs.desk.access import Keys
from briefs.desk.desk import Desk
from briefs.desk.saves import DeskSave, SaveDeed, SavesFolder
from briefs.problems import Problems
from briefs.tools import git
from tests import small
from tests.desk.conftest import SECTION, OpenDesk, enter, folders, words
from tests.desk.test_write import COUNTRY, Form
from tests.tools.test_git import run

AUTHOR = ("Ann Example", "ann@example.org")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk in a repository, whose saves are commits."""
    small.write(tmp_path / "content", more={"report/01-one.md": SECTION})
    run(tmp_path, "init", "-q")
    run(tmp_path, "add", "content")
    run(tmp_path, "commit", "-q", "-m", "Begin")
    desk, keys = Desk(folders(tmp_path), keep=history.TextHistory(tmp_path / "content", AUTHOR).keep), Keys()
    found = enter(desk, keys)
    yield found
    found.desk.close()


def repository(opened: OpenDesk) -> Path:
    return opened.content.parent


def save(opened: OpenDesk, summary: str) -> None:
    assert Form(opened).fill(summary=summary).save().status_code == 303


def test_a_save_is_a_commit_of_its_file_alone(opened: OpenDesk) -> None:
    """What somebody has staged or changed elsewhere doesn't go with it, and stays as it is."""
    folder = repository(opened)
    (folder / "staged.txt").write_text("staged")
    run(folder, "add", "staged.txt")
    section = opened.content / "report/01-one.md"
    section.write_text(section.read_text() + "\nMore.\n")
    save(opened, "New words of a summary. There are two sentences.")
    assert (
        run(folder, "log", "-1", "--format=%an <%ae> %cn %s")
        == "Ann Example <ann@example.org> Ann Example Change countries/be.yaml"
    )
    assert run(folder, "show", "--name-only", "--format=") == "content/countries/be.yaml"
    assert run(folder, "show", "HEAD:content/countries/be.yaml") == (opened.content / "countries/be.yaml").read_text().strip()
    assert run(folder, "status", "--porcelain", "-uno").splitlines() == ["M content/report/01-one.md", "A  staged.txt"]
    assert run(folder, "fsck", "--strict") == ""


def test_no_hook_and_no_filter_of_the_repository_runs(opened: OpenDesk) -> None:
    folder, mark = repository(opened), repository(opened) / "ran"
    for hook in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "prepare-commit-msg", "post-index-change"):
        path = folder / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {mark} {mark}-{hook}\n")
        path.chmod(0o755)
    run(folder, "config", "filter.evil.clean", f"touch {mark} {mark}-filter; cat")
    run(folder, "config", "core.fsmonitor", f"touch {mark} {mark}-fsm")
    run(folder, "config", "gpg.program", f"{folder}/.git/hooks/pre-commit")
    run(folder, "config", "commit.gpgSign", "true")
    (folder / ".gitattributes").write_text("* filter=evil\n")
    save(opened, "New words of a summary. There are two sentences.")
    assert not [*folder.glob("ran*")] and "Ann Example" in run(folder, "log", "-1", "--format=%an")


def test_the_history_of_a_text_and_the_way_back(opened: OpenDesk) -> None:
    save(opened, "A second summary. It has two sentences.")
    save(opened, "A third summary. It has two sentences.")
    page = opened.get(f"{COUNTRY}/history")
    commits = re.findall(r"/history/([0-9a-f]{40})", page)
    assert len(commits) == 3 and words(page).count("Saved at the desk") == 2 and "Begin" in page
    shown = opened.get(f"{COUNTRY}/history/{commits[0]}")
    assert "<del>second</del>" in shown and "<ins>third</ins>" in shown and "as it was after this revision" in shown
    assert "Summary A second" in words(shown) and "line" not in words(shown)
    first = opened.get(f"{COUNTRY}/history/{commits[2]}")
    assert "the first version" in first and "<ins>" not in first and "A summary of two" in words(first)
    csrf = Form(opened).fields["csrf"]
    answer = opened.browser.post(f"{COUNTRY}/history/{commits[1]}", data={"csrf": csrf}, follow_redirects=False)
    place = answer.headers["location"]
    assert "<del>third</del>" in opened.get(place) and "<ins>second</ins>" in opened.get(place)
    assert "Put this passage back" in opened.get(place) and "Take this edit" not in opened.get(place)
    answer = opened.browser.post(place, data={"csrf": csrf, "take:0": "1"}, follow_redirects=False)
    assert answer.headers["location"] == f"{COUNTRY}?said=saved"
    assert "A second summary." in (opened.content / "countries/be.yaml").read_text()
    assert len(re.findall(r"/history/[0-9a-f]{40}", opened.get(f"{COUNTRY}/history"))) == 4


def test_a_revision_is_told_in_the_words_of_the_form(opened: OpenDesk) -> None:
    Form(opened).fill(stance="open", be_01__date="2019-05", be_02__topic="market").save()
    Form(opened).post("/facts", do="down:be-01")
    Form(opened).post("/facts", do="delete:be-01")
    new = {"new__topic": "market", "new__text": "A third thing.", "new__sources": "one"}
    assert Form(opened).post("/facts", do="add", **new).status_code == 303
    commits = re.findall(r"/history/([0-9a-f]{40})", opened.get(f"{COUNTRY}/history"))
    added, deleted, moved, changed = (opened.get(f"{COUNTRY}/history/{commit}").split("<details>")[0] for commit in commits[:4])
    assert "Stance <del>Wary</del> <ins>Open</ins>" in " ".join(re.sub(r"</?p[^>]*>", " ", changed).split())
    assert "fact be-01, Date 2019-03 2019-05 fact be-02, Topic Policy The market" in words(changed) and "stance:" not in changed
    assert re.search("“be-0[12]” was moved.", words(moved)) and "<ins>" not in moved
    assert "fact be-01, Text <del>" in " ".join(re.sub(r"</?(p|section)[^>]*>", " ", deleted).split()) and "<ins>" not in deleted
    assert "<ins>A third thing.</ins>" in added and "<del>" not in added
    german = opened.browser.get(f"{COUNTRY}/history/{commits[3]}", headers={"accept-language": "de"}).text
    assert "Haltung Wary Open" in words(german) and "Fakt be-01, Datum" in words(german)


def test_a_revision_that_changes_no_field_is_told_in_its_lines(opened: OpenDesk) -> None:
    for path, more in (("countries/be.yaml", "# A comment of the file.\n"), ("report/01-one.md", "\nA new paragraph.\n")):
        file = opened.content / path
        file.write_text(file.read_text() + more)
    run(repository(opened), "commit", "-qam", "More")
    for address, said in ((COUNTRY, "A comment of the file."), ("/write/sections/one", "A new paragraph.")):
        commit = re.findall(r"/history/([0-9a-f]{40})", opened.get(f"{address}/history"))[0]
        assert said in " ".join(re.findall("<ins>(.*?)</ins>", opened.get(f"{address}/history/{commit}").split("<details>")[0]))


def test_a_revision_that_breaks_a_file_deletes_no_field(opened: OpenDesk) -> None:
    """Neither does the one that mends it write all of its fields."""
    file = opened.content / "countries/be.yaml"
    before = file.read_text()
    for text in (before.replace("summary: ", "summary: [", 1), before):
        file.write_text(text)
        run(repository(opened), "commit", "-qam", "Other words")
    for commit in re.findall(r"/history/([0-9a-f]{40})", opened.get(f"{COUNTRY}/history"))[:2]:
        page = words(opened.get(f"{COUNTRY}/history/{commit}"))
        assert "[" in page and "Stance" not in page and "fact be-02" not in page


def test_a_change_that_git_has_not_recorded_is_told(opened: OpenDesk) -> None:
    file = opened.content / "countries/be.yaml"
    assert "not recorded" not in opened.get(f"{COUNTRY}/history")
    before = file.read_text()
    file.write_text(before.replace("A summary", "A late summary"))
    rows = opened.get(f"{COUNTRY}/history").split("<tr>")
    assert "not recorded in git yet" in rows[2] and "Begin" in rows[3]
    shown = opened.get(f"{COUNTRY}/history/now")
    assert "<ins>late</ins>" in shown and "Summary A" in words(shown) and "choose passages to put back" in shown
    assert re.search(r'action="[^"]+/history/[0-9a-f]{40}"', shown)
    assert opened.browser.post(f"{COUNTRY}/history/now", data={"csrf": opened.keys.csrf}).status_code == 404
    file.write_text(before)
    assert "not recorded" not in opened.get(f"{COUNTRY}/history")


def test_saves_that_git_does_not_keep_are_listed_with_what_each_changed(tmp_path: Path) -> None:
    small.write(tmp_path / "content")
    found = enter(Desk(folders(tmp_path)), Keys())
    save(found, "A second summary. It has two sentences.")
    Form(found).fill(be_01__date="2019-05").save()
    Form(found).post("/facts", do="down:be-01")
    page = found.get(f"{COUNTRY}/history")
    assert re.findall(r"history/(save-\d)", page) == ["save-3", "save-2", "save-1"] and "“be-01” was moved." in words(page)
    assert "Saved at the desk: fact be-01, Date" in words(page) and "Saved at the desk: Summary" in words(page)
    date = found.get(f"{COUNTRY}/history/save-2")
    when = re.search(r"save-2\"><time[^>]*>([^<]+)", page)[1]  # type: ignore[index]
    assert f"<h1>Belgium: history, {when}</h1>" in date and ">Back to History of Belgium</a>" in date
    assert "2019-03 2019-05" in words(date) and "second" not in words(date)
    assert "Summary A" in (first := words(found.get(f"{COUNTRY}/history/save-1"))) and "second" in first and "2019-05" not in first
    answer = found.browser.post(f"{COUNTRY}/history/save-1", data={"csrf": found.keys.csrf}, follow_redirects=False)
    shown = found.get(answer.headers["location"])
    assert "Put this passage back" in shown and "checked" not in shown and "Belgium: history, 20" in shown
    found.browser.post("/undo", data={"csrf": found.keys.csrf, "at": COUNTRY})
    assert "save-3" not in found.get(f"{COUNTRY}/history")
    assert found.browser.get(f"{COUNTRY}/history/save-3").status_code == 404
    found.desk.close()


def test_a_save_of_many_fields_is_listed_with_all_of_them(tmp_path: Path) -> None:
    small.write(tmp_path / "content")
    found = enter(Desk(folders(tmp_path)), Keys())
    texts = {"stance_note": "A note.", "be_01__date": "2019-05", "be_01__text": "**One** thing.", "be_02__text": "Another thing."}
    answer = Form(found).fill(stance="open", summary="New words of a summary. There are two sentences.", **texts).save()
    listed = words(found.get(f"{COUNTRY}/history"))
    for name in ("Stance", "Note on the stance", "Summary", "fact be-01, Text", "fact be-01, Date", "fact be-02, Text"):
        assert name in listed, listed
    said = words(found.get(answer.headers["location"]).partition('id="said"')[2].partition("</p>")[0])
    assert said.count(";") == 5 and said.endswith("; …")
    found.desk.close()


def test_saves_are_listed_and_taken_back_after_the_desk_was_closed(tmp_path: Path) -> None:
    small.write(tmp_path / "content")
    file = tmp_path / "content/countries/be.yaml"
    texts = [file.read_bytes()]
    for summary in ("A second summary. It has two sentences.", "A third summary. It has two sentences."):
        found = enter(Desk(folders(tmp_path)), Keys())
        save(found, summary)
        texts.append(file.read_bytes())
        found.desk.close()
    kept = sorted((tmp_path / "drafts/saves").iterdir())
    assert [path.name for path in kept] == ["1.json", "2.json"] and {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    found = enter(Desk(folders(tmp_path)), Keys())
    assert re.findall(r"history/(save-\d)", found.get(f"{COUNTRY}/history")) == ["save-2", "save-1"]
    change = words(found.get(f"{COUNTRY}/history/save-2"))
    assert "second third" in change or ("third" in change and "second" in change)
    for before in reversed(texts[:2]):
        assert 'id="undo"' in found.get(COUNTRY)
        found.browser.post("/undo", data={"csrf": found.keys.csrf, "at": COUNTRY})
        assert file.read_bytes() == before
    assert not [*(tmp_path / "drafts/saves").iterdir()]
    found.desk.close()


def test_the_last_saves_are_kept_and_a_damaged_one_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saves, "MOST_SAVES", 2)
    kept = SavesFolder(tmp_path)
    made = [DeskSave(n, "", "Ann", "2026-11-30 20:00", SaveDeed(fields=("a",)), {"x": None}, {"x": b"\xff"}) for n in (8, 9, 10)]
    for one in made:
        kept.add(one)
    assert kept.read() == made[1:] and kept.next_number() == 11
    (tmp_path / "10.json").write_text('{"number": 10}')
    assert kept.read() == made[1:2]


def test_an_undone_save_is_a_commit_too(opened: OpenDesk) -> None:
    save(opened, "A second summary. It has two sentences.")
    opened.browser.post("/undo", data={"csrf": Form(opened).fields["csrf"]})
    assert run(repository(opened), "rev-parse", "HEAD^{tree}") == run(repository(opened), "rev-parse", "HEAD~2^{tree}")


def test_the_undone_save_of_a_new_file_is_a_commit_without_it(opened: OpenDesk) -> None:
    new, now = {"report/02-two.md": b"---\ntitle: Two\n---\nWords.\n"}, opened.desk.workspace.now()
    deed = SaveDeed(address="/write/sections/02-two")
    opened.desk.workspace.put(now.files, new, opened.desk.visitor, deed)
    assert "report/02-two.md" in run(repository(opened), "show", "--name-only", "--format=")
    assert opened.desk.workspace.undo(opened.desk.visitor) == ["report/02-two.md"]
    assert run(repository(opened), "rev-parse", "HEAD^{tree}") == run(repository(opened), "rev-parse", "HEAD~2^{tree}")
    assert run(repository(opened), "status", "--porcelain") == "" and not (opened.content / "report/02-two.md").exists()


@pytest.mark.parametrize("commit", ["HEAD", "--output=x", "..%2f..", "0" * 40, "f" * 64, "%00"])
def test_only_names_of_commits_lead_anywhere(opened: OpenDesk, commit: str) -> None:
    answer = opened.browser.get(f"{COUNTRY}/history/{commit}")
    assert answer.status_code == 404 or "changed no line" in answer.text or "Line" in words(answer.text)
    assert "Traceback" not in answer.text and not (repository(opened) / "x").exists()
    csrf = Form(opened).fields["csrf"]
    assert opened.browser.post(f"{COUNTRY}/history/{commit}", data={"csrf": csrf}).status_code == 404


def test_a_save_that_git_refuses_is_saved_and_told(opened: OpenDesk) -> None:
    (repository(opened) / ".git/index.lock").touch()
    answer = Form(opened).fill(summary="New words of a summary. There are two sentences.").save()
    assert answer.status_code == 409 and "It is saved, but isn’t in git’s history" in answer.text
    assert "New words" in (opened.content / "countries/be.yaml").read_text()


def test_content_outside_a_repository_has_no_history(tmp_path: Path) -> None:
    small.write(tmp_path / "content")
    with pytest.raises(Problems, match="in no git repository"):
        history.TextHistory(tmp_path / "content")
    desk, keys = Desk(folders(tmp_path)), Keys()
    found = enter(desk, keys)
    assert "Nothing was saved" in found.get(f"{COUNTRY}/history")
    found.desk.close()


def test_a_commit_of_what_is_there_already_is_none(opened: OpenDesk) -> None:
    data = (opened.content / "countries/be.yaml").read_bytes()
    assert git.commit(opened.content, {"countries/be.yaml": data}, AUTHOR, "Nothing") == ""
    with pytest.raises(git.NotThere):
        git.commit(Path("/"), {"x": b""}, AUTHOR, "x")


def test_the_first_commit_of_a_repository(tmp_path: Path) -> None:
    run(tmp_path, "init", "-q")
    name = git.commit(tmp_path, {"a.md": b"words\r\n"}, ("A <B>\nC", ""), "First")
    assert run(tmp_path, "log", "--format=%H %an<%ae>") == f"{name} A B C<>"
    assert git.read(tmp_path, name, 1000).files == {"a.md": b"words\r\n"}
