"""A team's desk: who comes in, what each role may do, and what is written down about it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from starlette.testclient import TestClient

from briefs.desk import activity, app, proxy
from briefs.desk.access import EVERY_ROLE
from briefs.desk.activity import ActivityLog
from briefs.desk.desk import Desk
from briefs.desk.team import FILE, TeamFile
from briefs.edition import write
from briefs.problems import Problems
from tests import small
from tests.desk.conftest import SECTION, folders, words
from tests.desk.test_access import ROOT, ROUTES, environment, tree
from tests.desk.test_write import fields

ADDRESS = "https://desk.example.org"
HEADER = "X-Remote-User"
MEMBERS = {
    "ann@example.org": {"name": "Ann Example", "roles": ["writer", "approver"]},
    "bob@example.org": {"name": "Bob Beispiel", "roles": ["writer"]},
    "rita@example.org": {"name": "Rita Reader"},
    "sam@example.org": {"name": "Sam Sender", "roles": ["sender"]},
    "amy@example.org": {"name": "Amy Approver", "roles": ["approver"]},
}
TEAM = {"address": ADDRESS, "socket": "desk.sock", "header": HEADER, "log": "desk.sqlite", "members": MEMBERS}
COUNTRY = "/write/countries/be"


@dataclass
class TeamDesk:
    """A team's desk, and a browser for each of its people. What is behind the gate is the real application."""

    folder: Path
    desk: Desk
    door: proxy.ProxyDoor
    log: ActivityLog
    said: list[str]
    browsers: dict[str, TestClient] = field(default_factory=dict)

    def browser(self, name: str) -> TestClient:
        if name not in self.browsers:
            headers = {"origin": ADDRESS, HEADER: f"{name}@example.org"}
            gate = app.application(self.desk, self.door)
            self.browsers[name] = TestClient(gate, ADDRESS, headers=headers, raise_server_exceptions=False, client=None)  # type: ignore[arg-type]
        return self.browsers[name]

    def get(self, name: str, path: str) -> str:
        answer = self.browser(name).get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    def csrf(self, name: str) -> str:
        found = re.search(r'"X-CSRF-Token": "(\w+)"', self.get(name, "/"))
        assert found
        return found[1]

    def post(self, name: str, path: str, **sent: str) -> Any:
        data = {"csrf": self.csrf(name), **{key.replace("__", ":"): value for key, value in sent.items()}}
        return self.browser(name).post(path, data=data, follow_redirects=False)

    def send(self, name: str, path: str = "", address: str = COUNTRY, **texts: str) -> Any:
        """Fill the form of a text and send it: save, or `/draft`."""
        sent = {**fields(self.get(name, address)), **{f"text:{key}": text for key, text in texts.items()}}
        return self.browser(name).post(address + path, data=sent, follow_redirects=False)

    def change(self, **members: Any) -> None:
        """Write the file of the team anew."""
        write_team(self.folder, {**MEMBERS, **{f"{name}@example.org": one for name, one in members.items()}})

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def summary(self) -> str:
        return str(yaml.safe_load((self.content / "countries/be.yaml").read_text())["summary"])


def write_team(folder: Path, members: dict[str, Any], **more: Any) -> Path:
    path = folder / "desk.yaml"
    new = yaml.safe_dump({**TEAM, "members": {id: one for id, one in members.items() if one}, **more})
    path.with_suffix(".new").write_text(new)
    os.replace(path.with_suffix(".new"), path)
    return path


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamDesk]:
    about = {"roles": [{"id": "lawyer", "label": "Lawyer"}]}
    small.write(tmp_path / "content", about=about, more={"report/01-one.md": SECTION})
    said: list[str] = []
    members = TeamFile(write_team(tmp_path, MEMBERS), tmp_path / "content", said.append)
    log = ActivityLog(tmp_path / "desk.sqlite")
    desk = Desk(folders(tmp_path), team=members, log=log)
    yield TeamDesk(tmp_path, desk, proxy.ProxyDoor(members, log), log, said)
    desk.close()
    log.close()


def test_each_route_takes_its_role_and_a_reader_changes_nothing(team: TeamDesk) -> None:
    """Every route, asked by everybody with a form that vouches for itself. What a role doesn't have is refused, and not done."""
    roles = {"rita": {"reader"}, "bob": {"reader", "writer"}, "amy": {"reader", "approver"}, "sam": {"reader", "sender"}}
    assert {role for own in roles.values() for role in own} == EVERY_ROLE
    wanted = {(method, path): role for (method, path), (*_, role) in zip(ROUTES, app.ROUTES, strict=True)}
    before = tree(team.content)
    for name, own in roles.items():
        for (method, path), role in wanted.items():
            if role in own and (method == "POST" or "/typeset" in path):
                continue  # other tests do it
            answer = team.post(name, path) if method == "POST" else team.browser(name).get(path)
            assert (answer.status_code == 403) == (role not in own), (name, path, answer.status_code)
            assert role in own or "takes another role" in answer.text, (name, path)
    assert tree(team.content) == before and not (team.folder / "dist").exists() and not team.desk.drafts.paths()


@pytest.mark.parametrize(
    "headers",
    [[], [(HEADER, "")], [(HEADER, "eve@example.org")], [(HEADER, "ann@example.org"), (HEADER, "ann@example.org")],
     [(HEADER, "ann@example.org, eve@example.org")], [("X-Remote_User", "ann@example.org")], [("Remote-User", "ann@example.org")],
     [("Forwarded", "for=ann@example.org")], [(HEADER, "ann@example.org\x1c")], [(HEADER, "\x1fann@example.org")],
     [("Authorization", "Basic YW5uOng=")]],
)  # fmt: skip
def test_nobody_comes_in_without_the_one_header(team: TeamDesk, headers: list[tuple[str, str]]) -> None:
    gate = app.application(team.desk, team.door)
    browser = TestClient(gate, ADDRESS, raise_server_exceptions=False, client=None)  # type: ignore[arg-type]
    for method, path in ROUTES:
        answer = browser.request(method, path, headers=[("origin", ADDRESS), *headers])
        assert answer.status_code == 403 and answer.text.startswith("The desk didn’t take this request."), path
        assert "set-cookie" not in answer.headers


def test_the_header_counts_on_the_socket_only(team: TeamDesk) -> None:
    """Over TCP anybody could send it."""
    gate = app.application(team.desk, team.door)
    browser = TestClient(gate, ADDRESS, headers={"origin": ADDRESS, HEADER: "ann@example.org"}, client=("127.0.0.1", 5000))
    assert browser.get("/").status_code == 403 and "own socket" in browser.get("/").text


def test_another_name_and_another_site_are_refused(team: TeamDesk) -> None:
    ann = team.browser("ann")
    assert ann.get("/", headers={"host": "evil.example"}).status_code == 421
    csrf = team.csrf("ann")
    for origin in ("", "null", "http://desk.example.org", "https://desk.example.org:444", "https://evil.example"):
        assert ann.post("/sign", data={"csrf": csrf}, headers={"origin": origin}).status_code == 403
    cross = {"sec-fetch-site": "cross-site", "origin": ""}
    assert ann.get("/", headers={**cross, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}).status_code == 200
    assert ann.get("/", headers={**cross, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}).status_code == 403
    assert ann.get("/", headers={**cross, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}).status_code == 403


def test_the_cookie_is_bound_to_its_member_and_to_the_host(team: TeamDesk) -> None:
    cookie = team.browser("ann").get("/").headers["set-cookie"]
    assert cookie.startswith("__Host-briefs-desk=") and {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {*cookie.split("; ")}
    csrf, value = team.csrf("ann"), team.browser("ann").cookies["__Host-briefs-desk"]
    bob = team.browser("bob")
    bob.cookies.set("__Host-briefs-desk", value, domain="desk.example.org")
    assert bob.post("/undo", data={"csrf": csrf}).status_code == 403  # a stolen or planted session
    assert "set-cookie" in bob.get("/").headers and bob.post("/undo", data={"csrf": csrf}).status_code == 403
    database = (team.folder / "desk.sqlite").read_bytes() + (team.folder / "desk.sqlite-wal").read_bytes()
    assert value.encode() not in database and csrf.encode() not in database
    assert stat.S_IMODE((team.folder / "desk.sqlite").stat().st_mode) == 0o600


def test_whoever_leaves_the_team_is_out_at_once(team: TeamDesk) -> None:
    csrf = team.csrf("bob")
    team.change(bob={"name": "Bob Beispiel"})
    assert "takes another role" in team.browser("bob").post("/undo", data={"csrf": csrf}).text
    team.change(bob=None)
    assert "aren’t in this desk’s team" in team.browser("bob").get("/").text
    (team.folder / "desk.yaml").write_text("members: [")
    assert team.browser("bob").get("/").status_code == 403 and team.browser("ann").get("/").status_code == 200
    assert len(team.said) == 1 and "The team is as it was before this change." in team.said[0]


def test_a_session_ends(team: TeamDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    csrf = team.csrf("bob")
    monkeypatch.setattr(activity, "IDLE", -activity.IDLE)
    answer = team.browser("bob").post("/undo", data={"csrf": csrf})
    assert answer.status_code == 403 and "session is over" in answer.text


def test_what_is_done_is_written_down(team: TeamDesk) -> None:
    assert team.send("ann", summary="Ann’s words. They are two sentences.").status_code == 303
    assert team.send("ann", "/draft", summary="A draft, which is Ann’s own.").status_code == 200
    team.post("ann", "/sign", **{"sign:lawyer:countries/be.yaml": "1"})
    assert team.post("rita", "/sign", **{"sign:lawyer:countries/be.yaml": "1"}).status_code == 403  # wasn't done
    team.post("bob", "/write/countries/be/facts", do="delete:be-01\n2026 ann@example.org /forged")
    deeds = [(deed.member, deed.what, deed.status) for deed in team.log.last(10)]
    assert [(member, what.split()[0]) for member, what, _ in deeds] == [
        ("bob@example.org", "/write/countries/be/facts"), ("ann@example.org", "/sign"), ("ann@example.org", COUNTRY),
    ]  # fmt: skip
    assert "sign:lawyer:countries/be.yaml=1" in deeds[1][1] and deeds[2][2] == 303
    assert "\n" not in deeds[0][1] and "words" not in deeds[2][1]
    shown = team.get("ann", "/log")
    assert "Ann Example" in shown and shown.count("<td>/write/countries/be") == 2
    assert team.browser("bob").get("/log").status_code == 403


def test_no_address_of_a_list_is_written_down(team: TeamDesk) -> None:
    typed = {"list": "press", "sender": "desk@example.org", "addresses": "one@example.org\ntwo@example.org"}
    assert team.post("sam", "/people", **typed).status_code == 303
    assert team.post("sam", "/people/remove", **{"list": "press", "one@example.org": "off"}).status_code == 303
    assert [deed.what for deed in team.log.last(2)] == ["/people/remove list=press", "/people list=press"]


def test_the_log_can_only_be_added_to(team: TeamDesk) -> None:
    team.post("ann", "/undo")
    with closing(sqlite3.connect(team.folder / "desk.sqlite")) as other:
        for change in (
            "DELETE FROM asked",
            "UPDATE asked SET member = 'x'",
            "DELETE FROM answered",
            "UPDATE answered SET status = 1",
        ):
            with pytest.raises(sqlite3.Error, match="only be added to"):
                other.execute(change)


def test_what_cannot_be_written_down_is_not_done(team: TeamDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {**fields(team.get("ann", COUNTRY)), "text:summary": "Words that aren’t saved. There are two sentences."}
    monkeypatch.setattr(team.log, "begin", _full)
    answer = team.browser("ann").post(COUNTRY, data=sent)
    assert answer.status_code == 503 and "Nothing was done" in answer.text and team.summary == small.COUNTRY["summary"]


def _full(member: str, what: str) -> int:
    raise OSError(28, "No space left on device")


def test_a_locked_log_is_told(team: TeamDesk) -> None:
    csrf = team.csrf("bob")
    team.log._database.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(team.folder / "desk.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = team.browser("bob").post("/undo", data={"csrf": csrf})
        assert answer.status_code == 503 and "is locked" in answer.text and "Traceback" not in answer.text
    assert team.browser("bob").post("/undo", data={"csrf": csrf}).status_code == 200


def test_two_people_write_in_one_text(team: TeamDesk) -> None:
    """Each has drafts of their own and sees that the other writes; what doesn't touch is merged, what does is a clash."""
    assert "Somebody else" not in team.get("bob", "/changed?since=&file=countries/be.yaml")
    team.send("ann", "/draft", summary="A synopsis of two sentences. It says what matters.")
    assert "unsaved changes in this text, too: Ann Example" in team.get("bob", "/changed?since=&file=countries/be.yaml")
    assert "synopsis" not in team.get("bob", COUNTRY) and "synopsis" in team.get("ann", COUNTRY)
    bobs = {**fields(team.get("bob", COUNTRY)), "text:summary": "A summary of two sentences. It says what counts."}
    assert team.send("ann").status_code == 303
    assert team.browser("bob").post(COUNTRY, data=bobs, follow_redirects=False).status_code == 303
    assert team.summary == "A synopsis of two sentences. It says what counts."
    late = {**fields(team.get("bob", COUNTRY)), "text:summary": "An epitome of two sentences. It says what counts."}
    team.send("ann", summary="A digest of two sentences. It says what counts.")
    answer = team.browser("bob").post(COUNTRY, data=late)
    assert answer.status_code == 409 and "A digest of" in answer.text and "An epitome of" in answer.text
    assert team.summary.startswith("A digest")


def test_several_people_save_at_once_and_nothing_is_lost(team: TeamDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writes a field of their own in the same file, and saves again when somebody else was quicker."""
    own = {"ann": "summary", "bob": "be-01/text", "wim": "be-02/text"}
    usual, at_work, together = write.put, [0], []

    def slow(*files: Any) -> None:
        at_work[0] += 1
        together.append(at_work[0])
        time.sleep(0.05)  # in which another save would find the files as they were
        try:
            usual(*files)
        finally:
            at_work[0] -= 1

    monkeypatch.setattr(write, "put", slow)
    team.change(wim={"name": "Wim Writer", "roles": ["writer"]})

    def works(name: str) -> None:
        for number in range(4):
            wanted = f"**Sentence {number}** of {name} stands here. It is one of two."
            while (answer := team.send(name, **{own[name]: wanted})).status_code == 409:
                pass
            assert answer.status_code == 303, words(answer.text)

    for name in own:
        team.get(name, "/")  # a browser each, before the threads begin
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(works, own))
    written = yaml.safe_load((team.content / "countries/be.yaml").read_text())
    texts = [written["summary"], *(fact["text"] for fact in written["facts"])]
    assert set(together) == {1}, "two at once each find the files as they were"
    assert texts == [f"**Sentence 3** of {name} stands here. It is one of two." for name in own]


def test_each_undoes_their_own_saves(team: TeamDesk) -> None:
    team.send("ann", summary="Ann’s words. They are two sentences.")
    assert "nothing_to_undo" in team.post("bob", "/undo").headers["location"]
    assert "said=undone" in team.post("ann", "/undo").headers["location"]
    assert team.summary == small.COUNTRY["summary"]


def test_a_signature_has_the_name_of_its_session(team: TeamDesk) -> None:
    answer = team.post("ann", "/sign", by="The Director", **{"sign:lawyer:countries/be.yaml": "1"})
    assert answer.status_code == 303, words(answer.text)
    signed = (team.content / "signoff.yaml").read_text()
    assert "Ann Example" in signed and "Director" not in signed


def test_returned_files_wait_for_their_own_reader(team: TeamDesk) -> None:
    from briefs.desk import returned

    own = team.desk.seen_by(_visitor(team, "ann"))
    now = team.desk.workspace.now()
    key = own.returned.put(returned.ReturnedFiles(("secret.docx",), (), (), (), now.files))
    assert "secret.docx" in team.get("ann", f"/incoming/{key}") and "secret.docx" in team.get("ann", "/incoming")
    assert team.browser("bob").get(f"/incoming/{key}").status_code == 404 and "secret.docx" not in team.get("bob", "/incoming")


def _visitor(team: TeamDesk, name: str) -> Any:
    from briefs.desk.access import Visitor

    return Visitor("", f"{name}@example.org", name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"address": "desk.example.org"}, "is not an address such as https://"),
        ({"address": "http://desk.example.org"}, "is not an address such as https://"),
        ({"header": "X Remote"}, "is not the name of a header"),
        ({"header": "X_Remote_User"}, "is not the name of a header"),
        ({"members": {}}, "members"),
        ({"members": {"a b": {"name": "A"}}}, "has spaces"),
        ({"members": {"a": {"name": "A"}, "A": {"name": "A"}}}, "names somebody twice"),
        ({"members": {"a": {"name": "A", "roles": ["editor"]}}}, "roles"),
        ({"sockt": "x"}, "sockt"),
    ],
)
def test_a_wrong_file_of_the_team_is_refused_at_its_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(yaml.safe_dump({**TEAM, **change}))
    with pytest.raises(Problems) as fault:
        FILE.read(path, tmp_path / "content")
    problem = fault.value.problems[0]
    assert said in f"{problem.message} {problem.hint}" and problem.hint and str(problem).startswith(str(path))


def test_the_example_is_a_file_of_a_team(tmp_path: Path) -> None:
    found = FILE.read(ROOT / "desk.example.yaml", tmp_path)
    assert found.member("ANN@example.org") and found.members["chair@example.org"].roles == []
    inside = tmp_path / "content/desk.yaml"
    inside.parent.mkdir()
    inside.write_bytes((ROOT / "desk.example.yaml").read_bytes())
    with pytest.raises(Problems, match="content must not choose who may write it"):
        FILE.read(inside, tmp_path / "content")


def test_a_team_is_served_through_a_socket_of_its_owner_and_group(tmp_path: Path) -> None:
    small.write(tmp_path / "content")
    file, path = write_team(tmp_path, MEMBERS), tmp_path / "desk.sock"
    with socket.socket(socket.AF_UNIX) as stale:  # left by a server that was killed
        stale.bind(str(path))
    command = [sys.executable, "-P", "-m", "briefs", "desk", "--serve", str(file), "--content", str(tmp_path / "content")]
    options: dict[str, Any] = {"cwd": ROOT, "text": True, "env": environment(tmp_path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    try:
        with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(path)), base_url=ADDRESS.replace("https", "http")) as client:
            _wait_for(path, process)
            answer = client.get("/", headers={HEADER: "rita@example.org"})
            assert answer.status_code == 200 and "You are Rita Reader." in answer.text
            assert client.get("/", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        second = subprocess.run(command, capture_output=True, **options)
        assert second.returncode == 2 and "the socket" in second.stderr and "Traceback" not in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
    said, errors = process.communicate()
    assert f"open at {ADDRESS}" in said and "Traceback" not in errors and not path.exists()


def _wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Until a server listens."""
    while process.poll() is None:
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                return asking.connect(str(path))
            except OSError:
                time.sleep(0.1)
    raise AssertionError(process.communicate())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_unit_of_the_docs(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "team-desk.md").read_text()
    lines = docs.partition("    [Unit]")[2].partition("\n\nRun `python3")[0]
    unit = tmp_path / "briefs-desk.service"
    unit.write_text("[Unit]" + lines.replace("\n    ", "\n") + "\n")
    checked = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
