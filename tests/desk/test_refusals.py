"""What no file of the content can hold is refused in words before it is written, and a save that is refused loses nothing."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from PIL import Image

from briefs.desk import history, saving
from briefs.desk.access import Keys, Visitor
from briefs.desk.desk import Desk
from briefs.desk.returned import ReturnedFiles, edits_of
from briefs.desk.typesetting import TypesetDocument
from briefs.desk.workspace import NotKept
from briefs.edition import files, write
from briefs.problems import Problems
from tests import small
from tests.desk.conftest import SECTION, OpenDesk, enter, folders, open_desk, words
from tests.desk.test_write import COUNTRY, Form, country
from tests.tools.test_git import run

ROLES = [{"id": "lawyer", "label": "Lawyer", "required": True}]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenDesk]:
    """A desk that makes no pages."""
    small.write(tmp_path / "content", about={"roles": ROLES}, more={"report/01-one.md": SECTION})
    found = open_desk(tmp_path)
    monkeypatch.setattr(found.desk.typesetting, "typeset", lambda *given: TypesetDocument())
    yield found
    found.desk.close()


def post(opened: OpenDesk, path: str, sent: Any = None, **form: str) -> Any:
    return opened.browser.post(path, data={"csrf": opened.keys.csrf, **form}, files=sent, follow_redirects=False)


def told(page: str, field: str) -> str:
    """What a page says below a field; without a name, what it says of no field."""
    id = f"p-{field}" if field else "elsewhere"
    return words(page.partition(f'id="{id}"')[2].partition("</div>")[0])


@pytest.mark.parametrize("sign", ["\ufeff", "\u202e", "\u2028", "\u0085", "\x01"])
@pytest.mark.parametrize("field", ["new/text", "new/date", "be-01/text", "summary", "stance_note", "be-02/date"])
def test_a_character_that_is_not_shown_is_refused_at_its_field(opened: OpenDesk, field: str, sign: str) -> None:
    before = country(opened)
    form = Form(opened)
    begun = {"text:new/text": "Words.", "text:new/sources": "one"} if field.startswith("new/") else {}
    form.fields |= begun | {f"text:{field}": f"Words{sign} of a fact."}
    for answer in (form.save(), form.post("/facts", do="add")):
        assert answer.status_code == 422 and f"it holds a character that isn’t shown, U+{ord(sign):04X}" in told(answer.text, field)
        assert f'<a href="#f-{field}">' in answer.text.partition('id="refused"')[2].partition("</section>")[0]
    draft, checked = form.draft(), opened.get(f"{COUNTRY}/checked")
    assert "U+" in told(draft, field) and "U+" not in told(draft, "") and "U+" in told(checked, field) and country(opened) == before


def test_such_a_character_in_a_source_is_refused_too(opened: OpenDesk) -> None:
    form = Form(opened, "/write/sources/one")
    form.fields["text:one/title"] = "A title\ufeff of a report"
    answer = form.save()
    assert answer.status_code == 422 and "U+FEFF" in told(answer.text, "one/title") and "U+FEFF" in told(form.draft(), "one/title")
    assert opened.browser.get("/write/sources/one/checked").status_code == 200


def test_a_list_of_keys_has_a_bound(opened: OpenDesk) -> None:
    keys = " ".join(map(str, range(saving.MOST_KEYS + 1)))
    answer = Form(opened).fill(be_01__sources=keys).save()
    assert answer.status_code == 422 and "it has over 200 keys" in words(answer.text)


def test_a_list_of_people_has_a_bound_before_it_is_written(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.desk.folders.people.write_text("sender: desk@example.org\nlists:\n  staff: [ann@example.org]\n")
    monkeypatch.setattr(write, "changed", lambda *given: pytest.fail("it was written"))
    many = "\n".join(f"p{number}@example.org" for number in range(1001))
    answer = post(opened, "/people", list="staff", addresses=many)
    assert answer.status_code == 409 and "A list takes at most" in words(answer.text)


def test_a_people_file_that_is_a_link_stays_one(opened: OpenDesk) -> None:
    link = opened.desk.folders.people
    real = link.with_name("real.yaml")
    real.write_text("sender: desk@example.org\nlists:\n  staff: [ann@example.org]\n")
    real.chmod(0o600)
    link.symlink_to(real)
    assert post(opened, "/people", list="staff", addresses="bob@example.org").status_code == 303
    assert post(opened, "/people/remove", list="staff", **{"ann@example.org": "off"}).status_code == 303
    assert link.is_symlink() and real.stat().st_mode & 0o777 == 0o600
    assert yaml.safe_load(real.read_text())["lists"] == {"staff": ["bob@example.org"]}


@pytest.mark.parametrize("name", ["\ufeffAnn", "Ann\x01", "\u202eAnn"])
def test_a_name_that_is_not_shown_signs_nothing(opened: OpenDesk, name: str) -> None:
    answer = post(opened, "/sign", by=name, **{"sign:lawyer:countries/be.yaml": "1"})
    assert answer.status_code == 409 and "The name holds a character that isn’t shown" in words(answer.text)
    assert not (opened.content / "signoff.yaml").exists() and opened.desk.now().is_sound


def test_roles_have_ids_of_their_own(opened: OpenDesk) -> None:
    sources = opened.content / "sources.yaml"
    sound = sources.read_text()
    sources.write_text("references: [")
    assert post(opened, "/roles", label="中文").status_code == 409
    sources.write_text(sound)
    assert [post(opened, "/roles", label=label).status_code for label in ("中文", "日本")] == [303, 303]
    about = opened.content / "edition.yaml"
    assert [one["id"] for one in yaml.safe_load(about.read_text())["roles"]] == ["lawyer", "role", "role-2"]
    about.write_text(about.read_text().replace("role-2", "role"))
    assert any("the role “role” stands twice" in problem.message for problem in opened.desk.now().problems)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


def test_a_picture_that_could_not_be_read_again_is_refused(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"alt": "Crates", "caption": "A photo"}
    monkeypatch.setattr(write, "MAX_BYTES", 50)
    answer = post(opened, "/write/sections/one/picture", {"picture": ("big.png", png())}, **said)
    assert answer.status_code == 409 and "over 50 bytes" in answer.text and not (opened.content / "figures/big.png").exists()
    monkeypatch.undo()


def test_a_file_that_is_left_out_is_not_overwritten_and_is_told(opened: OpenDesk) -> None:
    assert opened.desk.now().is_sound
    there = opened.content / "figures/big.png"
    there.parent.mkdir()
    there.touch()
    os.truncate(there, files.MAX_BYTES + 1)
    said = {"alt": "Crates", "caption": "A photo"}
    answer = post(opened, "/write/sections/one/picture", {"picture": ("big.png", png())}, **said)
    assert answer.status_code == 409 and there.stat().st_size == files.MAX_BYTES + 1
    assert any(problem.path == "figures/big.png" for problem in opened.desk.now().problems) and not opened.desk.now().is_sound


def test_drafts_are_given_up_by_a_second_click(opened: OpenDesk) -> None:
    page = opened.get(COUNTRY)
    before, _, after = page.partition("<summary>Give up the drafts</summary>")
    assert "/discard" not in before and "Everything on this page that isn’t saved goes." in after.partition("/discard")[0]


@pytest.mark.parametrize(
    ("of", "said"), [((1, 6), "No room is left at this step"), ((6, 6), "Room for 0 more"), ((0, 0), "0 more")]
)
def test_a_full_page_says_whether_a_smaller_step_follows(opened: OpenDesk, of: tuple[int, int], said: str) -> None:
    document = SimpleNamespace(of=of, step="roomy", room=0.0)
    assert said in bytes(opened.desk.page("fit.html", document=document, lines=0, gone="").body).decode()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk whose saves are commits."""
    small.write(tmp_path / "content", more={"report/01-one.md": SECTION})
    run(tmp_path, "init", "-q")
    run(tmp_path, "add", "content")
    run(tmp_path, "commit", "-q", "-m", "Begin")
    found = enter(Desk(folders(tmp_path), keep=history.TextHistory(tmp_path / "content").keep), Keys())
    yield found
    found.desk.close()


def test_saves_at_the_same_moment_are_all_commits(kept: OpenDesk) -> None:
    workspace = kept.desk.workspace
    now = workspace.now()
    paths = ["report/01-one.md", "countries/be.yaml", "edition.yaml", "sources.yaml"]
    with ThreadPoolExecutor(4) as pool:
        [
            *pool.map(
                lambda path: workspace.put(now.files, {path: now.files[path] + b"\n"}, Visitor("", "ann@example.org", "Ann")), paths
            )
        ]
    assert sorted(run(kept.content, "log", "--format=%s").splitlines()) == sorted(["Begin", *(f"Change {path}" for path in paths)])
    assert run(kept.content, "status", "--porcelain", ".") == ""


def test_a_save_that_git_refuses_leaves_no_draft(kept: OpenDesk) -> None:
    (kept.content.parent / ".git/index.lock").touch()
    form = Form(kept).fill(summary="New words of a summary. There are two sentences.")
    form.post("/draft", only="1")
    assert form.save().status_code == 409 and "New words" in country(kept)
    assert not kept.desk.drafts.of("countries/be.yaml")
    with pytest.raises(NotKept):
        now = kept.desk.now()
        kept.desk.workspace.put(now.files, {"edition.yaml": now.files["edition.yaml"] + b"\n"}, Visitor(""))


@pytest.mark.parametrize(
    ("left", "is_back"), [((), False), (({"what": "a footnote", "marked": (), "place": None},), False), ((), True)]
)
def test_edits_that_git_refuses_are_decided(kept: OpenDesk, left: tuple[Any, ...], is_back: bool) -> None:
    path, now = "countries/be.yaml", kept.desk.now()
    edits = tuple(edits_of(path, now.files[path], now.files[path].replace(b"A summary", b"A short summary")))
    key = kept.desk.returned.put(ReturnedFiles(("x.docx",), edits, left, (), now.files, is_back=is_back))
    (kept.content.parent / ".git/index.lock").touch()
    answer = post(kept, f"/incoming/{key}", **{"take:0": "1"})
    assert answer.status_code == 409 and "isn’t in git’s history" in words(answer.text) and "A short summary" in country(kept)
    waiting = kept.desk.returned.all()
    assert [one.written for one in waiting.values()] == [edits] * len(left)
    assert [one.written for one in kept.desk.decided.all().values()] == [edits] * (not left and not is_back)


def test_a_file_too_large_is_written_by_nobody(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="over 20,000,000 bytes"):
        write.put(tmp_path, {}, {"a.md": b"x" * (files.MAX_BYTES + 1)})
    assert not [*tmp_path.iterdir()]
