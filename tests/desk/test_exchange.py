"""Edits that come back, builds, downloads, signatures, mails: each through the browser, and as the commands do it."""

from __future__ import annotations

import html
import io
import re
import subprocess
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import docx
import openpyxl
import pytest

from briefs.delivery import people
from briefs.desk import commands, exchanging, fieldchanges, mailing, returned
from briefs.desk.forms import FileForm, FormField
from briefs.desk.words import Words
from briefs.ledger import since
from briefs.press import contents
from tests import small
from tests.desk.conftest import OpenDesk, open_desk, words
from tests.wordfile.word import PNG, Word

ROOT = Path(__file__).parents[2]
ROLES = [
    {"id": "lawyer", "label": "Lawyer", "required": True},
    {"id": "editor", "label": "Editor", "required": False},
]
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PEOPLE = "sender: Desk <desk@example.org>\nlists:\n  staff:\n    - Ann <ann@example.org>\n"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenDesk]:
    monkeypatch.chdir(tmp_path)  # the outbox is in the working directory
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    small.write(tmp_path / "content", about={"roles": ROLES})
    (tmp_path / "people.yaml").write_text(PEOPLE)
    found = open_desk(tmp_path)
    yield found
    found.desk.close()


def post(opened: OpenDesk, path: str, follow: bool = False, files: Any = None, **form: str) -> Any:
    return opened.browser.post(path, data={"csrf": opened.keys.csrf, **form}, files=files, follow_redirects=follow)


def in_git(opened: OpenDesk) -> None:
    """Put the content into a repository, with one revision."""
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "All"]):
        subprocess.run(["git", *command], cwd=opened.content, check=True)


def ended(opened: OpenDesk, path: str) -> str:
    """The page of a command, once it has ended."""
    for _ in range(1200):
        page = opened.get(path)
        if "At work" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)


BEFORE = "one\ntwo words\nthree\nfour\nfive\n"
AFTER = "one\ntwo other words\nthree\nfive\nsix\n"


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (set(), None),
        ({0}, "one\ntwo other words\nthree\nfour\nfive\n"),
        ({1}, "one\ntwo words\nthree\nfive\n"),
        ({2}, "one\ntwo words\nthree\nfour\nfive\nsix\n"),
        ({0, 1, 2}, AFTER),
    ],
)
def test_each_edit_is_taken_or_left(chosen: set[int], wanted: str | None) -> None:
    edits = tuple(returned.edits_of("a.md", BEFORE.encode(), AFTER.encode()))
    assert len(edits) == 3 and ("+", "other") in edits[0].words
    found = returned.ReturnedFiles(("x.docx",), edits, (), (), {"a.md": BEFORE.encode()})
    assert found.taken(chosen) == ({} if wanted is None else {"a.md": wanted.encode()})


def test_the_line_of_an_edit_counts_those_that_are_taken_before_it() -> None:
    edits = tuple(returned.edits_of("a.md", b"one\ntwo\nthree\n", b"zero\none\n2\nthree\n"))
    found = returned.ReturnedFiles(("x.docx",), edits, (), (), {})
    assert [found.lines("a.md", chosen) for chosen in ({0, 1}, {1}, {0}, set())] == [[1, 3], [2], [1], []]
    assert found.lines("b.md", {0, 1}) == []


def test_what_is_left_to_a_person_stays_until_it_is_put_away(opened: OpenDesk) -> None:
    path, now = "countries/be.yaml", opened.desk.workspace.now()
    edits = tuple(returned.edits_of(path, now.files[path], now.files[path].replace(b"A summary", b"A short summary")))
    left = ({"what": "a comment", "marked": (("", "words"),), "place": None},) * 2
    key = opened.desk.returned.put(returned.ReturnedFiles(("x.docx",), edits, left, (), now.files))
    ticked = {"take:0": "1", "seen:left:1": "1"}
    assert post(opened, f"/incoming/{key}", **ticked).headers["location"] == f"/incoming/{key}"
    assert re.findall('name="(seen:[^"]+)" value="1"( checked)?', opened.get(f"/incoming/{key}")) == [
        ("seen:left:0", ""),
        ("seen:left:1", " checked"),
    ]
    assert b"A short summary" in (opened.content / path).read_bytes()
    page = words(opened.get(f"/incoming/{key}"))
    assert "1 written, 0 left" in page and "a comment" in page and "put the file away" in page and "Take this edit" not in page
    away = post(opened, f"/incoming/{key}", **{"seen:left:0": "1", "seen:left:1": "1"}, follow=True)
    assert "Put away: x.docx." in words(away.text)
    assert opened.browser.get(f"/incoming/{key}").status_code == 404


def test_what_is_not_ticked_is_asked_about_before_a_file_is_put_away(opened: OpenDesk) -> None:
    left = ({"what": "a footnote", "marked": (("", "words"),), "place": None},)
    comment = {"author": "Kadri", "about": "", "text": "Is this right?", "place": None}
    key = opened.desk.returned.put(returned.ReturnedFiles(("x.docx",), (), left, (comment,), opened.desk.workspace.now().files))
    asked = post(opened, f"/incoming/{key}", **{"seen:left:0": "1"})
    notice = words(asked.text.partition('id="sure">')[2].partition("</section>")[0])
    assert asked.status_code == 200 and "1 of these isn’t ticked" in notice and "Kadri: Is this right?" in notice
    assert "a footnote" not in notice and 'name="seen:left:0" value="1" checked' in opened.get(f"/incoming/{key}")
    done = post(opened, f"/incoming/{key}", **{"seen:left:0": "1", "anyway": "1"}, follow=True)
    assert "Put away: x.docx. 1 thing wasn’t ticked." in words(done.text)
    assert opened.browser.get(f"/incoming/{key}").status_code == 404


def test_comments_stand_before_what_the_desk_itself_may_have_changed(opened: OpenDesk) -> None:
    left = tuple({"what": what, "marked": (), "place": None, "by": by} for what, by in (("own words", []), ("her words", ["Ann"])))
    comment = {"author": "Kadri", "about": "", "text": "Is this right?", "place": None}
    files = opened.desk.workspace.now().files
    for is_known, folded in ((True, ""), (False, "own words")):
        found = returned.ReturnedFiles(("x.docx",), (), left, (comment,), files, is_base_known=is_known)
        page = opened.get(f"/incoming/{opened.desk.returned.put(found)}").partition("Left to you")[2]
        shown, _, details = page.partition("<details>")
        assert shown.index("Is this right?") < shown.index("her words") and "her words" not in details
        assert ("own words" in details) == bool(folded) and ("own words" in shown) == (not folded)


def test_a_value_that_is_taken_away_is_told_as_in_the_form() -> None:
    """Of two choices with one name, the values themselves are told."""
    field = FormField("data/a/value", "A", "x", 1, "choice", (("x", "One"), ("y", "One"), ("..", "..")))
    forms = [FileForm("countries/be.yaml", (replace(field, text=text),)) for text in ("x", "..", "y")]
    first, second, third = (fieldchanges.between(one, other, Words("en")) for one, other in pairwise([*forms, forms[0]]))
    assert [text for _, text in first[0].words] == ["One", "no value"] and [text for _, text in second[0].words][-1] == "One"
    assert [text for _, text in third[0].words] == ["y", "x"]


def test_nothing_is_called_saved_if_nothing_was_chosen(opened: OpenDesk) -> None:
    path, now = "countries/be.yaml", opened.desk.workspace.now()
    edits = tuple(returned.edits_of(path, now.files[path], now.files[path].replace(b"A summary", b"A short summary")))
    for chosen, said in (({}, ""), ({"take:0": "1"}, "?said=saved")):
        key = opened.desk.returned.put(returned.ReturnedFiles(("Belgium",), edits, (), (), now.files, is_back=True))
        assert post(opened, f"/incoming/{key}", **chosen).headers["location"] == f"/write/countries/be{said}"


def test_after_writing_the_page_names_what_was_written_and_what_was_left(opened: OpenDesk) -> None:
    path, now = "countries/be.yaml", opened.desk.workspace.now()
    after = now.files[path].replace(b"stance: wary", b"stance: open").replace(b"2019-03", b"2019-05")
    edits = tuple(returned.edits_of(path, now.files[path], after))
    key = opened.desk.returned.put(returned.ReturnedFiles(("x.docx",), edits, (), (), now.files))
    address = post(opened, f"/incoming/{key}", **{"take:0": "1"}).headers["location"]
    told = words(opened.get(address))
    assert "1 written, 1 left as they were. Written Belgium, Stance : Wary Open Left as they were Belgium" in told
    assert told.index("2019-03 2019-05") > told.index("Left as they were Belgium") and "wait for a decision" not in told
    assert "written" not in words(opened.get("/incoming"))


def test_an_edit_is_told_in_the_words_of_the_form(opened: OpenDesk) -> None:
    path, now = "countries/be.yaml", opened.desk.workspace.now()
    after = now.files[path].replace(b"stance: wary", b"stance: open").replace(b"2019-03", b"2019-05")
    edits = tuple(returned.edits_of(path, now.files[path], after))
    about = tuple(returned.edits_of("edition.yaml", now.files["edition.yaml"], b"# A comment.\n" + now.files["edition.yaml"]))
    key = opened.desk.returned.put(returned.ReturnedFiles(("x.docx",), edits + about, (), (), now.files))
    page = opened.browser.get(f"/incoming/{key}", headers={"accept-language": "fr"}).text
    told = words(re.sub(r"<details>.*?</details>", "", page, flags=re.S))
    assert "Position Wary Open" in told and "fait be-01, Date 2019-03 2019-05" in told and "stance:" not in told
    assert "# A comment." in told and "stance: wary" in words(page)


def test_a_picture_that_no_edit_shows_stays_while_something_is_left(opened: OpenDesk) -> None:
    path, now = "countries/be.yaml", opened.desk.workspace.now()
    after = now.files[path].replace(b"A summary", b"![Crates](figures/shown.png) A summary")
    edits = tuple(returned.edits_of(path, now.files[path], after))
    left = ({"what": "a picture has no alternative text", "marked": (), "place": None},)
    pictures = {"figures/shown.png": PNG, "figures/silent.png": PNG}
    found = returned.ReturnedFiles(("x.docx",), edits, left, (), now.files, pictures)
    assert found.taken({0}).keys() == {path, *pictures} and found.taken(set()) == {}
    key = opened.desk.returned.put(found)
    assert post(opened, f"/incoming/{key}").status_code == 303 and not (opened.content / "figures").exists()
    assert opened.desk.returned.get(key).whole == {"figures/silent.png": PNG}  # the other one's edit was refused
    assert post(opened, f"/incoming/{key}", anyway="1").headers["location"] == f"/incoming?done={key}"
    assert (opened.content / "figures/silent.png").read_bytes() == PNG and not (opened.content / "figures/shown.png").exists()


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.docx", "C:\\x\\a.docx", "-rf.docx", ".docx", "a\0b.docx", "\u202ea.docx", "a" * 300 + ".docx",
     "文" * 95 + ".docx", "a" + "文" * 400 + ".docx", "." * 400 + "docx", "\ud800.docx"],
)  # fmt: skip
def test_names_of_files_lead_nowhere(name: str, tmp_path: Path) -> None:
    safe = returned.safe_name(name)
    assert re.fullmatch(r"[\w ()-][\w .()-]*", safe) and "/" not in safe and safe.endswith("docx")
    (tmp_path / safe).touch()  # file systems count the bytes of a name


def test_a_word_file_comes_back_through_the_browser(opened: OpenDesk, tmp_path: Path) -> None:
    page = ended(opened, post(opened, "/build", **{"kind:brief": "1"}).headers["location"])
    assert "Done." in page and '<a href="/files/briefs/belgium.docx" download>briefs/belgium.docx</a>' in page
    file = docx.Document(io.BytesIO(opened.browser.get("/files/briefs/belgium.docx").content))
    for paragraph in (p for p in file.paragraphs if "happened in the market" in p.text):
        for run in paragraph.runs:
            run.text = run.text.replace("market", "bazaar")
    edited = io.BytesIO()
    file.save(edited)
    tracked = Word(edited.getvalue(), author="Bob")
    tracked.track_replace("second", "minor")
    answer = post(opened, "/incoming", files={"file": ("belgium.docx", tracked.saved())})
    assert answer.status_code == 303, words(answer.text)
    shown = opened.get(answer.headers["location"])
    assert "Belgium, fact be-02, Text" in words(shown) or "Belgium, fact be-01, Text" in words(shown)
    assert (
        "countries/be.yaml" not in words(shown)
        and words(shown).count("Take this edit") == 2
        and "<ins>bazaar.</ins>" in shown
        and "<del>second</del>" in shown
    )
    assert shown.count("<legend>") == 2 and shown.count("by Bob</legend>") == 1  # the other edit wasn't tracked
    assert "<del>second</del>" in shown.partition("by Bob</legend>")[2].partition("</fieldset>")[0]
    pages = opened.get(answer.headers["location"] + "/pages?take:0=1&take:1=1")
    assert pages.count('class="mark"') == 2 and pages.count("<img") == 1
    assert "No page changes" in opened.get(answer.headers["location"] + "/pages")
    before = (opened.content / "countries/be.yaml").read_text()
    number = re.search(r'name="take:(\d)"(?:(?!name="take).)*bazaar', shown, re.S)[1]  # type: ignore[index]
    assert post(opened, answer.headers["location"], **{f"take:{number}": "1"}).status_code == 303
    assert (opened.content / "countries/be.yaml").read_text() == before.replace("in the market.", "in the bazaar.")
    assert opened.browser.get(answer.headers["location"]).status_code == 404  # it is decided


def test_a_file_that_was_not_sent_is_compared_with_the_content_of_its_build(
    opened: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if another build came after it, in which only a stance or a value differs."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    columns = "columns:\n  - id: speed\n    label: Speed\n"
    printed = "A speed of []{.value column=speed country=be} was measured."
    value = {"matters": printed, "data": {"speed": {"value": "12", "sources": ["one"]}}}
    small.write(opened.content, about={"roles": ROLES}, country=value, more={"columns.yaml": columns})
    file, old = opened.content / "countries/be.yaml", b""
    for before, after in (("", ""), ("value: '12'", "value: '13'"), ("stance: wary", "stance: open")):
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after) if before else text)
        ended(opened, post(opened, "/build", **{"kind:brief": "1"}).headers["location"])
        old = old or opened.browser.get("/files/briefs/belgium.docx").content
    word = Word(old, author="Ann")
    word.track_replace("second", "minor")
    page = words(opened.get(post(opened, "/incoming", files={"file": ("belgium.docx", word.saved())}).headers["location"]))
    assert "1 edit " in page and "second minor" in page and "Left to you" not in page


def test_changes_of_the_content_since_a_build_are_not_called_the_reviewers(opened: OpenDesk) -> None:
    """A file that went out is compared with what it was."""
    ended(opened, post(opened, "/build", **{"kind:brief": "1"}).headers["location"])
    old = opened.browser.get("/files/briefs/belgium.docx").content
    file, said = opened.content / "countries/be.yaml", "What has changed here since it was built may stand below"
    before = file.read_text()
    file.write_text(before.replace("stance: wary", "stance: open"))
    for kept in contents.folder().glob("*.files"):
        kept.unlink()
    page = words(opened.get(post(opened, "/incoming", files={"file": ("belgium.docx", old)}).headers["location"]))
    assert "Left to you" in page and said in page
    file.write_text(before)
    ended(opened, post(opened, "/send", what="Belgium", to="staff", do="send").headers["location"])
    file.write_text(before.replace("stance: wary", "stance: open"))
    page = words(opened.get(post(opened, "/incoming", files={"file": ("belgium.docx", old)}).headers["location"]))
    assert "0 edits" in page and "Left to you" not in page and said not in page


def test_each_edit_has_the_name_of_who_made_it(opened: OpenDesk) -> None:
    """Also if the same words became the same others in several places."""
    facts = ["One thing came first.", "A law was passed.", "Some thing came late.", "The last thing is planned."]
    small.write(opened.content, about={"roles": ROLES}, facts=[small.fact(text) for text in facts])
    ended(opened, post(opened, "/build", **{"kind:brief": "1"}).headers["location"])
    word = Word(opened.browser.get("/files/briefs/belgium.docx").content, author="Ann")
    word.track_replace("One thing", "One matter")
    word.author = "Bob"
    word.track_replace("law was passed", "bill was passed")
    word.author = "Cy"
    word.track_replace("Some thing", "Some matter")
    word.replace("is planned", "is feared")
    answer = post(opened, "/incoming", files={"file": ("belgium.docx", word.saved())})
    shown = opened.get(answer.headers["location"])
    fields = [words(field.partition("</fieldset>")[0]) for field in shown.split('<fieldset class="edit">')[1:]]
    assert [next((name for name in ("Ann", "Bob", "Cy") if f"by {name}" in field), "") for field in fields] == [
        "Ann",
        "Bob",
        "Cy",
        "",
    ]
    assert [number for number, field in enumerate(fields) if "not tracked" in field] == [3]


def test_who_tracked_other_words_made_no_edit() -> None:
    (edit,) = returned.edits_of("a.md", BEFORE.encode(), BEFORE.replace("four", "for").encode())
    place = {"path": "a.md", "line": 1, "column": 1, "anchor": ""}
    told = {"before": "one", "after": "won", "places": [{"place": place, "by": [("Ann", "")]}]}
    assert returned._with_authors(edit, [told]).by == ()
    assert returned._with_authors(edit, [{**told, "before": "three four", "after": "three for"}]).by == ("Ann",)


@pytest.mark.parametrize("with_edit", [True, False])
def test_a_new_picture_comes_with_the_edit_that_shows_it(opened: OpenDesk, with_edit: bool) -> None:
    (opened.content / "report").mkdir()
    section = opened.content / "report/01-one.md"
    section.write_text("---\nid: sec-one\ntitle: One\n---\n\nBottles come back.\n")
    page = ended(opened, post(opened, "/build", **{"kind:report": "1"}).headers["location"])
    assert "Done." in page, page
    file = docx.Document(io.BytesIO(opened.browser.get("/files/report.docx").content))
    added = file.add_paragraph()
    added.add_run().add_picture(io.BytesIO(PNG))
    next(added._p.iter(f"{{{DRAWING}}}docPr")).set("descr", "A photo of crates")
    next(p for p in file.paragraphs if "Bottles come back" in p.text)._p.addnext(added._p)
    edited = io.BytesIO()
    file.save(edited)
    back = post(opened, "/incoming", files={"file": ("report.docx", edited.getvalue())}).headers["location"]
    assert "figures/a-photo-of-crates.png" in words(opened.get(back))
    assert post(opened, back, **({"take:0": "1"} if with_edit else {})).status_code == 303
    picture = opened.content / "figures/a-photo-of-crates.png"
    assert picture.exists() == with_edit == ("a-photo-of-crates" in section.read_text())
    assert not with_edit or (picture.read_bytes() == PNG and opened.desk.workspace.now().is_sound)


def test_a_workbook_comes_back_through_the_browser(opened: OpenDesk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(opened.browser.get("/workbook").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "second thing" in str(cell.value)]
    cells[0].value = str(cells[0].value).replace("second", "minor")
    edited = io.BytesIO()
    book.save(edited)
    answer = post(opened, "/incoming", files={"file": ("facts.xlsx", edited.getvalue())})
    assert answer.status_code == 303, words(answer.text)
    assert "<del>second</del>" in opened.get(answer.headers["location"])
    before = (opened.content / "countries/be.yaml").read_text()
    assert post(opened, answer.headers["location"], **{"take:0": "1"}).status_code == 303
    assert (opened.content / "countries/be.yaml").read_text() == before.replace("second thing", "minor thing")


def test_edits_of_content_that_has_changed_are_not_written(opened: OpenDesk) -> None:
    now = opened.desk.workspace.now()
    data = now.files["countries/be.yaml"]
    edits = tuple(returned.edits_of("countries/be.yaml", data, data.replace(b"second", b"minor")))
    key = opened.desk.returned.put(returned.ReturnedFiles(("x.docx",), edits, (), (), now.files))
    (opened.content / "countries/be.yaml").write_bytes(data.replace(b"first", b"foremost"))
    answer = post(opened, f"/incoming/{key}", **{"take:0": "1"})
    assert answer.status_code == 409 and "has changed since" in answer.text
    assert b"second" in (opened.content / "countries/be.yaml").read_bytes()


def test_edits_that_would_break_the_content_are_refused(opened: OpenDesk) -> None:
    now = opened.desk.workspace.now()
    data = now.files["countries/be.yaml"]
    edits = tuple(returned.edits_of("countries/be.yaml", data, data.replace(b"stance: wary", b"stance: shaky")))
    key = opened.desk.returned.put(returned.ReturnedFiles(("x.docx",), edits, (), (), now.files))
    answer = post(opened, f"/incoming/{key}", **{"take:0": "1"})
    assert answer.status_code == 422 and "shaky" in answer.text and (opened.content / "countries/be.yaml").read_bytes() == data


@pytest.mark.parametrize(
    ("name", "data", "said"), [("a.exe", b"MZ", "is no file that comes back"), ("a.docx", b"no zip", "a.docx")]
)
def test_what_is_no_word_file_is_told(opened: OpenDesk, name: str, data: bytes, said: str) -> None:
    answer = post(opened, "/incoming", files={"file": (name, data)})
    assert answer.status_code == 409 and said in answer.text and "Traceback" not in answer.text
    assert post(opened, "/incoming").status_code == 409


def test_finished_files_are_downloaded_alone_and_together(opened: OpenDesk, tmp_path: Path) -> None:
    ended(opened, post(opened, "/build", **{"kind:brief": "1"}).headers["location"])
    assert "briefs/belgium.pdf" in opened.get("/files")
    pdf = opened.browser.get("/files/briefs/belgium.pdf")
    assert pdf.content.startswith(b"%PDF") and pdf.headers["content-disposition"] == 'attachment; filename="belgium.pdf"'
    page = words(opened.get("/files"))
    assert re.search(r"belgium\.pdf \d{4}‑\d\d‑\d\d \d\d:\d\d, \d+ KB\.", page) and "The content has changed since." not in page
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("second thing", "other thing"))
    assert words(opened.get("/files")).count("The content has changed since.") == 2  # the PDF and the Word file
    packed = post(opened, "/files", **{"file:briefs/belgium.pdf": "1", "file:briefs/belgium.docx": "1", "file:../people.yaml": "1"})
    assert zipfile.ZipFile(io.BytesIO(packed.content)).namelist() == ["briefs/belgium.docx", "briefs/belgium.pdf"]
    assert packed.headers["content-disposition"] == 'attachment; filename="belgium.zip"'
    for path in ("/files/manifest.json", "/files/../people.yaml", "/files/..%2fpeople.yaml", "/files/%2fetc%2fpasswd", "/files/x"):
        assert opened.browser.get(path).status_code == 404, path


def test_files_of_a_country_that_is_gone_are_downloaded_under_the_edition_s_name(opened: OpenDesk) -> None:
    out = opened.desk.folders.out
    (out / "briefs").mkdir(parents=True)
    (out / "briefs/latvia.pdf").write_bytes(b"%PDF")
    (out / "manifest.json").write_text('{"files": {"briefs/latvia.pdf": {"kind": "brief", "subject": "lv"}}}')
    packed = post(opened, "/files", **{"file:briefs/latvia.pdf": "1"})
    assert packed.status_code == 200
    assert packed.headers["content-disposition"] == 'attachment; filename="small-things.zip"'


@pytest.mark.parametrize(
    "about", [{"subjects": [{"code": "be", "name": "Österreich"}]}, {"changes": {"since": ["v1"], "report": True}}]
)
def test_fresh_files_are_not_called_old(about: dict[str, Any], opened: OpenDesk) -> None:
    """Whatever a build does to the edition before it makes the documents."""
    small.write(opened.content, about={"roles": ROLES})
    committed(opened.content, "One")
    subprocess.run(["git", "tag", "v1"], cwd=opened.content, check=True)
    small.write(opened.content, about={"roles": ROLES, **about}, facts=[*small.FACTS, small.fact("A third thing.")])
    ended(opened, post(opened, "/build", **{"kind:brief": "1"}).headers["location"])
    page = words(opened.get("/files"))
    assert page.count(" KB.") == 2 and "The content has changed since." not in page
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("third thing", "other thing"))
    assert words(opened.get("/files")).count("The content has changed since.") == 2


def test_older_editions_are_read_once_as_long_as_their_commits_stay(
    opened: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.write(opened.content, about={"roles": ROLES})
    committed(opened.content, "One")
    subprocess.run(["git", "tag", "v1"], cwd=opened.content, check=True)
    small.write(opened.content, about={"roles": ROLES, "changes": {"since": ["v1"], "report": True}})
    committed(opened.content, "Two")
    whole, read = since.with_changes, []
    monkeypatch.setattr(since, "with_changes", lambda edition, content: read.append(1) or whole(edition, content))
    for _ in range(3):
        opened.get("/files")
    assert len(read) == 1
    subprocess.run(["git", "tag", "-f", "v1"], cwd=opened.content, check=True)
    opened.get("/files")
    assert len(read) == 2  # the tag means another commit now
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("second thing", "other thing"))
    opened.get("/files")
    assert len(read) == 3


def committed(folder: Path, subject: str) -> None:
    """Put a folder into a repository of its own."""
    for typed in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=Ann", "-c", "user.email=a@example.org", "commit", "-qm", subject],
    ):
        subprocess.run(["git", *typed], cwd=folder, check=True)


def test_a_country_is_built_from_its_own_page_and_a_group_by_its_name(opened: OpenDesk) -> None:
    refused = post(opened, "/build", what="Belgim")
    assert refused.status_code == 409 and "Did you mean Belgium?" in refused.text and 'role="alert"' in refused.text
    form = re.search(r'<form[^>]+action="/build"[^>]*>(.*?)</form>', opened.get("/write/countries/be"), re.S)[1]  # type: ignore[index]
    assert 'name="what" value="be"' in form and "/files/" not in form and "/files/" not in opened.get("/write/countries/be/built")
    assert "Done." in ended(opened, post(opened, "/build", what="be").headers["location"])
    assert [*exchanging._files(opened.desk)] == ["briefs/belgium.docx", "briefs/belgium.pdf"]
    for page in (opened.get("/write/countries/be"), built := opened.get("/write/countries/be/built")):
        assert (
            'href="/files/briefs/belgium.docx" download>Word<' in page and 'href="/files/briefs/belgium.pdf" download>PDF<' in page
        )
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("second thing", "other thing"))
    assert "older" not in built and opened.get("/write/countries/be/built").count("older than the content") == 2


def test_a_group_is_one_choice_among_what_is_built(opened: OpenDesk) -> None:
    small.write(opened.content, about={"groups": [{"id": "low", "label": "The Low Countries", "members": ["be"]}]})
    choices = re.search(r'<select name="what">.*?</select>', opened.get("/files"), re.S)[0]  # type: ignore[index]
    assert '<option value="low">The Low Countries</option>' in choices and '<option value="be">Belgium</option>' in choices
    address = post(opened, "/build", what="low").headers["location"]
    assert "Belgium" in opened.get(address) and "Done." in ended(opened, address)


def test_the_last_revisions_are_suggested_and_the_page_of_files_opens_without_git(
    opened: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'label="' not in suggested(opened)
    committed(opened.content, "One")
    assert re.search(r'<option value="[0-9a-f]{12}" label="\d{4}-\d\d-\d\d Ann: One">', suggested(opened))
    monkeypatch.setenv("PATH", "")
    assert 'label="' not in suggested(opened)


def suggested(opened: OpenDesk) -> str:
    """The revisions that the page of files suggests."""
    return opened.get("/files").partition('<datalist id="revisions">')[2].partition("</datalist>")[0]


def test_a_zip_without_a_choice_is_told_on_the_page(opened: OpenDesk) -> None:
    answer = post(opened, "/files")
    assert answer.status_code == 409 and "Choose at least one file." in answer.text and "Tracked changes" in answer.text


def test_files_for_a_printer_are_built_and_downloaded(opened: OpenDesk) -> None:
    page = ended(opened, post(opened, "/build", **{"kind:brief": "1", "print": "1"}).headers["location"])
    assert "Done." in page, page
    link = re.search(r'href="(/files/[^"]*print/[^"]+)"', opened.get("/files"))[1]  # type: ignore[index]
    assert b"GTS_PDFX" in opened.browser.get(link).content


def test_a_build_that_fails_says_why(opened: OpenDesk) -> None:
    file = opened.content / "countries/be.yaml"
    opened.get("/")
    file.write_text(file.read_text().replace("stance: wary", "stance: shaky"))
    page = ended(opened, address := post(opened, "/build").headers["location"])
    assert "Nothing was built, because the content has errors." in page and "shaky" in page
    assert re.search(r'<a href="/write/countries/be#[^"]*stance">Belgium, Stance</a>: error', opened.get(address))


def test_what_a_command_prints_leads_to_pages_of_the_desk(opened: OpenDesk) -> None:
    now = opened.desk.now()
    for line, address in (
        ("8 warnings; see `check`", "/problems"),
        ("sent: outbox/ann-1.eml", "/outbox/ann-1.eml"),
        ("countries/be.yaml:2:1: error: x", "/write/countries/be#f-stance"),
    ):
        pieces = exchanging._linked(opened.desk, now, line)
        assert [own for _, own, _ in pieces if own] == [address] and "`" not in "".join(words for words, _, _ in pieces)


def test_a_line_with_a_place_leads_there_whatever_it_asks(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "countries/be.yaml:2:1: error: there is no source “onee”. Did you mean “one”?"
    pieces = exchanging._linked(opened.desk, opened.desk.now(), line)
    assert [address for _, address, _ in pieces] == ["/write/countries/be#f-stance", ""]
    page = of_run(opened, monkeypatch, "redline", 3, line, about="onee")
    assert re.findall('href="([^"]+)"', page)[-1] == "/write/countries/be#f-stance" and "what=one" not in page


@pytest.mark.parametrize(("name", "is_build"), [("all", True), ("brief", True), ("redline", True), ("send", False)])
def test_only_what_makes_files_fails_in_words_about_files(
    name: str, is_build: bool, opened: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code, said in ((1, "Nothing was built"), (3, "Not all could be made")):
        page = of_run(opened, monkeypatch, name, code)
        assert (said in page) == is_build and (f"It ended with code {code}" in page) != is_build


def of_run(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch, name: str, code: int, *lines: str, about: str = "") -> str:
    """The page of a command that has ended with this exit code."""
    run = SimpleNamespace(name=name, code=code, lines=lines, total=0, about=about)
    monkeypatch.setattr(opened.desk.commands, "get", lambda key: run)
    return opened.get("/runs/abc").partition('<div id="run"')[2]


def test_a_piece_is_signed_and_an_edit_voids_that(opened: OpenDesk) -> None:
    assert "not signed" in opened.get("/sign")
    assert post(opened, "/sign", by="", **{"sign:lawyer:countries/be.yaml": "1"}).status_code == 409
    assert post(opened, "/sign", by="Ann", **{"sign:nobody:countries/be.yaml": "1", "sign:lawyer:../x": "1"}).status_code == 409
    answer = post(opened, "/sign", True, by="Ann Lawyer", **{"sign:lawyer:countries/be.yaml": "1"})
    assert "1 signature written." in words(answer.text) and 'value="Ann Lawyer"' in answer.text
    assert "signed by Ann Lawyer" in words(opened.get("/sign")) and opened.desk.workspace.now().is_sound
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("second thing", "other thing"))
    said = words(opened.get("/sign"))
    assert "void since" in said and "other thing" in said


def test_a_signature_is_withdrawn_and_stays_in_the_file(opened: OpenDesk) -> None:
    row = {"sign:lawyer:countries/be.yaml": "1"}
    refused = post(opened, "/sign", by="Ann", do="withdraw", **row)
    assert refused.status_code == 409 and "None of the chosen rows has a signature that holds." in words(refused.text)
    assert not (opened.content / "signoff.yaml").exists()
    post(opened, "/sign", by="Ann", **row)
    signed = (opened.content / "signoff.yaml").read_text()
    answer = post(opened, "/sign", True, by="Eve", do="withdraw", **row)
    assert "1 signature withdrawn." in words(answer.text) and "signed by Ann on" in (said := words(answer.text))
    assert "withdrawn by Eve on" in said and opened.desk.workspace.now().is_sound
    assert (opened.content / "signoff.yaml").read_text().startswith(signed)


def test_what_was_meant_is_a_link_that_types_it(opened: OpenDesk) -> None:
    refused = post(opened, "/send", what="Belgum", to="staff", do="try")
    in_git(opened)
    run = ended(opened, post(opened, "/redlines", what="Belgum", since="HEAD").headers["location"])
    for said, page in ((refused.text, "send"), (run, "files")):
        assert re.search(f'Did you mean <a href="/{page}\\?what=Belgium[^"]*">Belgium</a>\\?', said), words(said)
        assert re.search(r'<input name="what" required[^>]* value="Belgium"', opened.get(f"/{page}?what=Belgium"))


def test_what_was_meant_for_another_field_is_no_link(opened: OpenDesk) -> None:
    refused = post(opened, "/send", what="Belgium", to="stafff", do="try", format="pptx")
    assert "Did you mean “staff”?" in words(refused.text) and "/send?" not in refused.text


def test_a_long_list_of_countries_stays_whole(opened: OpenDesk) -> None:
    countries = ", ".join(["Belgium"] * 20)
    assert f'value="{countries}"' in opened.get(f"/send?what={quote(countries)}&to=staff")


def test_a_link_to_what_was_meant_keeps_the_other_fields(opened: OpenDesk) -> None:
    more = PEOPLE + "  press:\n    - Bob <bob@example.org>\n"
    opened.desk.folders.people.write_text(more)
    refused = post(opened, "/send", what="Belgum", to="press", do="try", format="docx,pdf").text
    page = opened.get(html.unescape(re.search(r'href="(/send\?[^"]+)"', refused)[1]))  # type: ignore[index]
    assert "<option selected>press</option>" in page and '<option value="docx,pdf" selected>' in page
    assert re.search(r'<input name="what" required value="Belgium"', page)


def test_the_page_of_a_signed_text_says_who_signed_it_and_what_a_save_does(opened: OpenDesk) -> None:
    address, file = "/write/countries/be", opened.content / "countries/be.yaml"
    assert "Signed by" not in opened.get(address)
    post(opened, "/sign", by="Eve Editor", **{"sign:editor:countries/be.yaml": "1"})
    page = words(opened.get(address))
    assert "Signed by Eve Editor (Editor) on 20" in page and "makes the signature void" in page
    file.write_text(file.read_text().replace("second thing", "other thing"))
    page = words(opened.get(address))
    assert "Eve Editor (Editor) signed on 20" in page and "something that was signed was changed afterwards" in page
    assert "doesn’t hold any more" in page and "makes the signature void" not in page
    post(opened, "/sign", by="Eve Editor", **{"sign:editor:countries/be.yaml": "1"})
    post(opened, "/sign", by="Eve Editor", do="withdraw", **{"sign:editor:countries/be.yaml": "1"})
    assert "Eve Editor" not in words(opened.get(address))


def test_each_row_is_signed_in_its_own_role(opened: OpenDesk) -> None:
    post(opened, "/sign", by="Eve Editor", **{"sign:editor:countries/be.yaml": "1"})
    rows = [words(row) for row in opened.get("/sign").split("<tr>") if "sign:" in row and "countries/be.yaml" in row]
    assert all("Belgium" in row and "countries/be.yaml" not in row for row in rows)
    assert len(rows) == 2
    assert ["Lawyer not signed" in row for row in rows] == [True, False]
    assert ["Editor signed by Eve Editor" in row for row in rows] == [False, True]


def test_roles_that_sign_are_declared_in_a_form(tmp_path: Path) -> None:
    small.write(tmp_path / "content")
    found = open_desk(tmp_path)
    file = found.content / "edition.yaml"
    before = file.read_text()
    assert "`" not in words(found.get("/sign")) and "No role signs" in found.get("/sign")
    refused = post(found, "/roles", label=" ")
    assert refused.status_code == 409 and "Give the role a name." in words(refused.text) and file.read_text() == before
    assert post(found, "/roles", label="the  Lawyer: Büro", required="1").status_code == 303
    assert post(found, "/roles", label="the lawyer buro").status_code == 303
    assert "The role “議長” was added." in post(found, "/roles", follow=True, label="議長").text
    assert file.read_text().startswith(before)
    roles = found.desk.workspace.now().edition.about.roles  # type: ignore[union-attr]
    assert [(role.id, str(role.label), role.required) for role in roles] == [
        ("the-lawyer-buro", "the Lawyer: Büro", True), ("the-lawyer-buro-2", "the lawyer buro", False), ("role", "議長", False)
    ]  # fmt: skip
    assert found.get("/sign").count('name="sign:') == 3  # the country, for each role
    found.desk.close()


def test_mails_are_tried_and_then_written_into_the_outbox(opened: OpenDesk, tmp_path: Path) -> None:
    answer = post(opened, "/send", what="Belgium", to="staff", do="try")
    assert answer.status_code == 303  # a browser's Back then shows the page, and asks nothing
    tried = opened.browser.get(answer.headers["location"])
    assert 'value="Belgium"' in tried.text and "Send it" in tried.text
    assert "ann@example.org would be sent" in words(tried.text) and not (tmp_path / "outbox").exists()
    page = ended(opened, post(opened, "/send", what="Belgium", to="staff", do="send").headers["location"])
    assert "Done." in page, page
    assert f"written to {tmp_path.resolve()}/outbox/." in words(page) and 'href="/outbox/."' not in page
    assert re.search(r'href="/outbox/[^"]+\.eml"', page)
    (mail,) = (tmp_path / "outbox").glob("*.eml")
    link = re.search(r'<a href="(/outbox/[^"]+)" download>', opened.get("/send"))[1]  # type: ignore[index]
    assert opened.browser.get(link).content == mail.read_bytes()
    assert "ann@example.org 20" in (told := words(opened.get("/send"))) and "in the outbox, perhaps not sent yet" in told
    first = words(opened.get("/").split('id="countries"')[1])
    assert "1 person, 20" in first and "in the outbox As it was" in first and "older than the content" not in first, first
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("second thing", "other thing"))
    assert "; older than the content; in the outbox, perhaps not sent yet: ann@" in words(opened.get("/"))
    (tmp_path / "outbox" / "note.txt").write_text("private")
    assert opened.browser.get("/outbox/note.txt").status_code == opened.browser.get("/outbox/..%2fpeople.yaml").status_code == 404


def test_files_are_sent_in_the_format_that_was_chosen(opened: OpenDesk) -> None:
    for format, files in (
        ("pdf", "briefs/belgium.pdf"),
        ("docx,pdf", "briefs/belgium.docx, briefs/belgium.pdf"),
        ("x", "briefs/belgium.docx"),
    ):
        tried = post(opened, "/send", what="Belgium", to="staff", follow=True, do="try", format=format).text
        assert sorted({*re.findall(r"briefs/belgium[.a-z]+", words(tried))}) == files.split(", ")
        assert (f'value="{format}" selected' in tried) == (format != "x")


def test_what_is_refused_stands_on_the_page_with_what_was_typed(opened: OpenDesk) -> None:
    answer = post(opened, "/send", what="Belgim", to="staff", do="try")
    assert answer.status_code == 409 and 'name="what" required value="Belgim"' in answer.text
    said = words(answer.text)
    assert "Did you mean Belgium ?" in said and "?." not in said and "warning" not in said  # it is a link


def test_names_that_can_be_sent_are_suggested(opened: OpenDesk) -> None:
    listed = re.findall(r'<option value="([^"]+)"(?: label="([^"]+)")?>', opened.get("/send"))
    assert ("Belgium", "") in listed and ("brief", "Briefs of countries") in listed


def test_one_send_at_a_time(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened.desk.commands, "at_work", lambda *names: {"abc": None} if names == ("send",) else {})
    assert "A send is under way." in opened.get("/send") and 'href="/runs/abc"' in opened.get("/send")
    answer = post(opened, "/send", what="Belgium", to="staff", do="send")
    assert answer.status_code == 409 and "A send is under way." in answer.text


def test_a_command_is_at_work_until_it_has_ended(opened: OpenDesk) -> None:
    key = opened.desk.commands.start(["list", "--content", str(opened.content)])
    assert opened.desk.commands.at_work("list", "all").keys() <= {key} and not opened.desk.commands.at_work("send")
    ended(opened, f"/runs/{key}")
    assert not opened.desk.commands.at_work("list")


def test_a_build_says_what_it_builds_and_is_found_again(opened: OpenDesk) -> None:
    address = post(opened, "/build", what="be").headers["location"]
    assert "<h1>Build: Belgium</h1>" in opened.get(address)
    page = opened.get("/files")
    assert f'At work: Build: Belgium. <a href="{address}">' in page and "Nothing has been built yet" not in page
    ended(opened, address)
    assert address not in opened.get("/files")
    address = post(opened, "/build", **{"kind:brief": "1"}).headers["location"]
    assert "<h1>Build: Briefs of countries</h1>" in opened.get(address)
    ended(opened, address)


def test_a_first_people_file_is_made_from_a_form(opened: OpenDesk, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.unlink()
    assert "Make the people file" in opened.get("/send")
    form = {"sender": "Desk <desk@example.org>", "list": "staff", "addresses": "Ann <ann@example.org>\n\nbob at example"}
    answer = post(opened, "/people", **form)
    assert answer.status_code == 409 and "“bob at example” is not a mail address" in answer.text and not file.exists()
    assert "bob at example</textarea>" in answer.text
    assert post(opened, "/people", **{**form, "list": "a: [b"}).status_code == 409 and not file.exists()
    assert post(opened, "/people", **{**form, "addresses": "Ann <ann@example.org>\n"}).status_code == 303
    assert "<option>staff</option>" in opened.get("/send")


def test_lists_and_people_are_added_in_a_form(opened: OpenDesk, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    before = file.read_text()
    assert post(opened, "/people", list="staff", addresses="eve at example").status_code == 409 and file.read_text() == before
    assert post(opened, "/people", list="staff", addresses="eve@example.org\nAnn <ann@example.org>").status_code == 303
    assert file.read_text() == before + "    - eve@example.org\n"  # whoever is in it stays once
    assert post(opened, "/people", list="board", addresses='"Ray, Jo" <jo@example.org>\nBo <bo@example.org>').status_code == 303
    assert post(opened, "/people", list="press", addresses="Bo <bo@example.org>\nCy <cy@example.org>").status_code == 303
    known = people.read(file, opened.content)
    assert [person.address for person in known.lists["press"]] == ["bo@example.org", "cy@example.org"]
    assert [person.address for person in known.lists["staff"]] == ["ann@example.org", "eve@example.org"]
    assert known.lists["board"] == [people.Person("Ray, Jo", "jo@example.org"), people.Person("Bo", "bo@example.org")]
    page = opened.get("/send")
    assert "<option>press</option>" in page and str(file) in page


def test_people_are_taken_off_lists_and_lists_are_deleted(opened: OpenDesk, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(
        "sender: Desk <desk@example.org>\nlists:\n  staff:\n    - Ann <ann@example.org>  # leads\n    - bo@example.org\n"
        "    - cy@example.org  # joined in May\n  press: [dee@example.org]\naudiences:\n  press: public\n"
    )
    before = file.read_text()
    page = opened.get("/send")
    assert 'name="ann@example.org" value="off"> Ann &lt;ann@example.org&gt;' in page and "staff: 3 people" in words(page)
    for form, said in (
        ({"list": "staff"}, "Choose who"),
        ({"list": "staff", "eve@example.org": "off"}, "Choose who"),
        ({"list": "press", "dee@example.org": "off"}, "Nobody would be left"),
    ):
        answer = post(opened, "/people/remove", **form)
        assert answer.status_code == 409 and said in answer.text and file.read_text() == before
    assert post(opened, "/people/remove", list="nobody", whole="1").status_code == 404
    assert post(opened, "/people/remove", list="staff", **{"bo@example.org": "off"}).status_code == 303
    assert file.read_text() == (without := before.replace("    - bo@example.org\n", ""))
    assert post(opened, "/people/remove", list="press", whole="1").status_code == 303
    assert file.read_text() == without.replace("  press: [dee@example.org]\naudiences:\n  press: public\n", "")
    answer = post(opened, "/people/remove", list="staff", whole="1")
    assert answer.status_code == 409 and "only list" in answer.text


def test_a_list_of_any_name_that_is_there_takes_people(opened: OpenDesk, tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(PEOPLE + "  press office:\n    - bo@example.org\n  a.b:\n    - bo@example.org\n")
    for name in ("press office", "a.b"):
        assert post(opened, "/people", list=name, addresses="eve@example.org").status_code == 303
    assert [len(own) for own in people.read(file, opened.content).lists.values()] == [1, 2, 2]
    assert post(opened, "/people", list="new office", addresses="eve@example.org").status_code == 409


def test_two_who_add_to_lists_at_the_same_moment_lose_nothing(
    opened: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = mailing._check

    def slowly(*words: Any) -> None:
        check(*words)
        time.sleep(0.5)

    monkeypatch.setattr(mailing, "_check", slowly)
    with ThreadPoolExecutor(3) as threads:
        names = [f"{name}@example.org" for name in ("bo", "cy", "di")]
        answers = list(threads.map(lambda name: post(opened, "/people", list="staff", addresses=name), names))
    assert {answer.status_code for answer in answers} == {303}
    assert {one.address for one in people.read(tmp_path / "people.yaml", opened.content).lists["staff"]} == {
        "ann@example.org",
        *names,
    }


def test_broken_yaml_is_told_and_not_written_into(opened: OpenDesk, tmp_path: Path) -> None:
    about, file = opened.content / "edition.yaml", tmp_path / "people.yaml"
    opened.get("/sign")  # the last good edition is kept
    for path in (about, file):
        path.write_text(path.read_text() + "broken: [\n")
    before = about.read_bytes(), file.read_bytes()
    for answer in (post(opened, "/roles", label="Lawyer"), post(opened, "/people", list="staff", addresses="eve@example.org")):
        assert answer.status_code in (409, 422) and "internal" not in answer.text, answer.text
    assert (about.read_bytes(), file.read_bytes()) == before
    assert "The content has errors." in words(post(opened, "/roles", label="Lawyer").text)


@pytest.mark.parametrize(
    ("what", "to"),
    [("--json", "staff"), ("Belgium", "--again"), ("", "staff"), ("Belgium", ""), ("a;b", "staff"), ("Belgium", "nobody")],
)
def test_what_is_typed_is_no_option_of_a_command(opened: OpenDesk, what: str, to: str) -> None:
    answer = post(opened, "/send", what=what, to=to, do="try")
    assert answer.status_code == 409 and "Traceback" not in answer.text


def test_a_command_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    from briefs.problems import ToolError

    monkeypatch.setattr(commands, "LONGEST", 0.0)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with pytest.raises(ToolError, match="took longer"):
        commands.answer(["list"])


@pytest.mark.parametrize(
    ("what", "since"),
    [
        ("--help", "v1"),
        ("Belgium", "--output=x"),
        ("Belgium", "../dist"),
        ("Belgium", "/etc"),
        ("Belgium", "briefs"),
        ("", "v1"),
        ("Belgium", ""),
    ],
)
def test_a_redline_is_since_a_revision_and_not_since_a_folder(
    opened: OpenDesk, what: str, since: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_git(opened)
    (tmp_path / "briefs").mkdir()
    monkeypatch.chdir(tmp_path)
    answer = opened.browser.post("/redlines", data={"csrf": opened.keys.csrf, "what": what, "since": since})
    assert answer.status_code == 409 and re.search("state of the content in git|The content has no state", answer.text)


def test_content_outside_a_repository_has_no_older_states(opened: OpenDesk) -> None:
    for typed in ("2026-05-01", "HEAD"):
        answer = post(opened, "/redlines", what="Belgium", since=typed)
        told = answer.text.partition('id="p-since"')[2].partition("</div>")[0]
        assert answer.status_code == 409 and "isn’t in a git repository" in told and typed not in told


def test_a_wrong_revision_is_told_at_its_field_and_the_form_keeps_what_was_typed(
    opened: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_git(opened)
    monkeypatch.setattr(opened.desk.commands, "start", lambda words, total=0, about="": "key")
    for typed in ("yesterday", "2019-01-01", "v2"):
        answer = post(opened, "/redlines", what="Belgium", since=typed)
        told = answer.text.partition('id="p-since"')[2].partition("</div>")[0]
        assert answer.status_code == 409 and f"The content has no state “{typed}”." in told
        assert f'value="{typed}" aria-invalid="true" aria-describedby="p-since"' in answer.text
        assert re.search(r'<input name="what"[^>]* value="Belgium"', answer.text)
    for typed in ("HEAD", f"{datetime.now(UTC):%Y-%m-%d}"):
        assert post(opened, "/redlines", what="Belgium", since=typed).headers["location"] == "/runs/key"


def test_redlines_are_made_and_downloaded(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(opened.desk.commands, "start", lambda words, total=0, about="": asked.append([*words]) or "key")
    in_git(opened)
    form = {"csrf": opened.keys.csrf, "what": "Belgium", "since": "HEAD^0"}
    assert opened.browser.post("/redlines", data=form, follow_redirects=False).headers["location"] == "/runs/key"
    assert asked[0][:3] == ["redline", "Belgium", "--since=HEAD^0"] and "--content" in asked[0]
    made = opened.desk.folders.out / "redline/briefs/belgium.docx"
    made.parent.mkdir(parents=True)
    made.write_bytes(b"PK made")
    assert "redline/briefs/belgium.docx" in opened.get("/files")
    assert opened.browser.get("/files/redline/briefs/belgium.docx").content == b"PK made"
    assert opened.browser.get("/files/redline/../redline/briefs/other.docx").status_code == 404


def test_a_link_among_finished_files_is_not_followed(opened: OpenDesk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = opened.desk.folders.out / "redline"
    folder.mkdir(parents=True)
    (folder / "made.docx").write_bytes(b"PK made")
    (folder / "linked.docx").symlink_to(tmp_path / "secret")
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox/linked.eml").symlink_to(tmp_path / "secret")
    page = opened.get("/files")
    assert "made.docx" in page and "linked" not in page and "linked" not in opened.get("/send")
    for path in ("/files/redline/linked.docx", "/outbox/linked.eml"):
        assert opened.browser.get(path).status_code == 404


def test_a_download_has_a_name_of_any_script(opened: OpenDesk) -> None:
    made = opened.desk.folders.out / "redline/中文.docx"
    made.parent.mkdir(parents=True)
    made.write_bytes(b"PK made")
    answer = opened.browser.get("/files/redline/中文.docx")
    assert answer.content == b"PK made"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E4%B8%AD%E6%96%87.docx"


def test_only_so_many_commands_are_at_work_at_once(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused in words, and the next one is done when one has ended."""
    monkeypatch.setattr(commands, "PATIENCE", 0.0)
    monkeypatch.setattr(opened.desk, "commands", own := commands.Commands())
    for turns in (own._running, own._answering):
        while turns.acquire(blocking=False):
            pass
    form = {"what": "Belgium", "to": "staff"}
    for path, more in (("/build", {}), ("/send", {**form, "do": "send"}), ("/send", form)):
        answer = post(opened, path, **more)
        assert answer.status_code == 503 and "Several commands are at work" in answer.text, path
    assert opened.browser.get("/write/countries/be/audit").status_code == 503
    own._running.release()
    own._answering.release()
    for _ in range(2):
        assert "Done" in ended(opened, post(opened, "/build", **{"kind:brief": "1"}).headers["location"])
        assert opened.browser.get("/write/countries/be/audit").status_code == 200


def test_each_form_that_takes_long_can_say_that_it_is_at_work(opened: OpenDesk) -> None:
    edits = opened.desk.returned.put(returned.ReturnedFiles(("x.docx",), (), (), (), opened.desk.workspace.now().files))
    for page, actions in (
        ("/incoming", ["/incoming"]),
        (f"/incoming/{edits}", [f"/incoming/{edits}"]),
        ("/send", ["/send"]),
        ("/files", ["/build", "/redlines"]),
        ("/write/countries/be", ["/build"]),
    ):
        shown = opened.get(page)
        for action in actions:
            form = re.search(f'<form[^>]* action="{action}"[^>]*>.*?</form>', shown, re.S)[0]  # type: ignore[index]
            assert 'data-doing="At work; this can take a minute …"' in form, (page, action)
            assert form.count('<span class="doing" role="status"></span>') == 1, (page, action)
