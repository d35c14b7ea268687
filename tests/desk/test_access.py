"""Nobody gets in, and nothing gets out: every route, asked in every wrong way."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.types import Message

from briefs.desk import access, app, render
from tests import small
from tests.desk.conftest import ORIGIN, PORT, OpenDesk

ROOT = Path(__file__).parents[2]
VALUES = {
    "kind": "brief",
    "subject": "be",
    "key": "0" * 24,
    "commit": "0" * 40,
    "number:int": "1",
    "name:path": "briefs/belgium.pdf",
    "sort": "countries",
    "name": "be",
}
ROUTES = [
    (method, re.sub(r"\{([^}]+)\}", lambda gap: VALUES[gap[1]], path.replace("/static/{name}", "/static/desk.css")))
    for method, path, _, _ in app.ROUTES
]
CHANGING = [(method, path) for method, path in ROUTES if method == "POST"]


def stranger(opened: OpenDesk) -> TestClient:
    """A browser without the cookie."""
    return TestClient(app.application(opened.desk, access.TokenDoor(opened.keys, PORT)), ORIGIN, headers={"origin": ORIGIN})


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_route_answers_without_a_session(opened: OpenDesk) -> None:
    before, browser = tree(opened.content.parent), stranger(opened)
    for method, path in ROUTES:
        for cookies in ({}, {f"briefs-desk-{PORT}": "x"}, {f"briefs-desk-{PORT}": opened.keys.csrf}):
            browser.cookies.clear()
            browser.cookies.update(cookies)
            answer = browser.request(method, path, data={"csrf": opened.keys.csrf} if method == "POST" else None)
            assert answer.status_code == 403 and answer.text.startswith("The desk didn’t take this request."), path
            assert "set-cookie" not in answer.headers and "Small things" not in answer.text
    assert tree(opened.content.parent) == before


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", "localhost", ""])
def test_no_route_answers_under_another_name(opened: OpenDesk, host: str) -> None:
    """A site whose name is made to lead to this machine sends its own name as the host (DNS rebinding)."""
    for method, path in [*ROUTES, ("GET", f"/enter?token={opened.keys.token}")]:
        answer = opened.browser.request(method, path, headers={"host": host, "origin": f"http://{host}"})
        assert answer.status_code == 421, path


@pytest.mark.parametrize("origin", ["http://evil.example", "null", f"https://127.0.0.1:{PORT}", f"http://127.0.0.1:{PORT + 1}"])
def test_no_route_answers_another_site(opened: OpenDesk, origin: str) -> None:
    before = tree(opened.content.parent)
    for method, path in ROUTES:
        answer = opened.browser.request(
            method, path, headers={"origin": origin}, data={"csrf": opened.keys.csrf} if method == "POST" else None
        )
        assert answer.status_code == 403, path
        answer = opened.browser.request(method, path, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403, path
    assert tree(opened.content.parent) == before


def test_nothing_is_changed_without_an_origin_or_by_a_form_of_another_run(opened: OpenDesk) -> None:
    before = tree(opened.content.parent)
    for method, path in CHANGING:
        assert opened.browser.request(method, path, headers={"origin": ""}, data={"csrf": opened.keys.csrf}).status_code == 403
        for form in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": opened.keys.cookie}):
            answer = opened.browser.request(method, path, data=form)
            assert answer.status_code == 403 and "earlier run" in answer.text, path
    assert tree(opened.content.parent) == before


def test_only_post_changes_anything(opened: OpenDesk) -> None:
    for method, path in ROUTES:
        for other in {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} - {method}:
            if (other, path) not in ROUTES:
                answer = opened.browser.request(other, path, data={"csrf": opened.keys.csrf} if other == "POST" else None)
                assert answer.status_code in {403, 404, 405}, (other, path)


def test_the_address_is_good_for_one_use(opened: OpenDesk) -> None:
    opened.keys.token = "a-token"
    browser = stranger(opened)
    assert browser.get("/enter?token=other").status_code == 403
    assert browser.post("/enter?token=a-token").status_code == 403
    first = browser.get("/enter?token=a-token", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "domain" not in cookie
    assert stranger(opened).get("/enter?token=a-token").status_code == 403
    assert stranger(opened).get("/enter?token=").status_code == 403


def test_every_answer_binds_the_browser(opened: OpenDesk) -> None:
    answers = [opened.browser.request(method, path) for method, path in ROUTES if method == "GET" and "/typeset" not in path]
    answers += [stranger(opened).get("/"), opened.browser.get("/no-such-page"), opened.browser.get("/", headers={"host": "x"})]
    for answer in answers:
        rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
        assert rules["default-src"] == "'none'" and rules["frame-ancestors"] == "'none'" and rules["base-uri"] == "'none'"
        assert re.fullmatch(r"'self' 'sha256-[\w+/]{43}='", rules["script-src"]) and rules["style-src"] == "'self'"
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_pages_have_nothing_that_the_policy_would_stop(opened: OpenDesk) -> None:
    for method, path in ROUTES:
        if method != "GET" or "/typeset" in path or ".png" in path or "/static" in path:
            continue
        html = opened.browser.get(path).text
        assert not re.search(r"<[^>]+\s(on\w+|style)\s*=", html), path
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.S)
        assert all("src=" in head or (head == ' type="importmap"' and body == render.IMPORT_MAP) for head, body in scripts), path


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/documents/brief/..%2f..%2fetc",
     "/documents/..%2f..", "/pages/..%2f..%2fx/1.png", "/typeset/brief/%00", "/documents/brief/xx", "/documents/report/be"],
)  # fmt: skip
def test_no_path_leads_to_the_disk(opened: OpenDesk, path: str) -> None:
    answer = opened.browser.get(path)
    assert answer.status_code == 404 and "There is no such page" in answer.text


@pytest.mark.parametrize(
    ("name", "sort"),
    [("MOST_TYPED", "application/x-www-form-urlencoded"), ("MOST_BYTES", "multipart/form-data; boundary=x")],
)
def test_a_body_that_is_too_large_is_refused_whatever_it_promises(
    opened: OpenDesk, name: str, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, name, 1000)
    head = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' if name == "MOST_BYTES" else b""
    many = (part for part in [head, *[b"x" * 500] * 10])  # sent in chunks, without a length
    for content in (b"x" * 5000, many):
        answer = opened.browser.post("/write/countries/be/draft", content=content, headers={"content-type": sort})
        assert answer.status_code == 413 and "1,000 bytes" in answer.text


def test_a_typed_form_has_bounded_bytes_and_files_have_more() -> None:
    """What decodes escapes takes 180 bytes for each of these."""
    assert access.MOST_TYPED <= 4_000_000 < access.MOST_BYTES


def test_a_browser_that_goes_before_its_form_is_whole_is_no_fault(
    opened: OpenDesk, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = opened.browser.app
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    head = {"host": f"127.0.0.1:{PORT}", "origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
    head["cookie"] = f"briefs-desk-{PORT}={opened.keys.cookie}"
    headers = [(name.encode(), value.encode()) for name, value in head.items()]
    scope = {"type": "http", "method": "POST", "path": "/build", "query_string": b"", "headers": headers, "root_path": ""}
    asyncio.run(gate(scope, receive, send))
    assert sent[0]["status"] == 400
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_the_program_is_told_in_a_line(
    opened: OpenDesk, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened.desk.workspace, "now", lambda: 1 / 0)
    browser = TestClient(opened.browser.app, ORIGIN, headers={"origin": ORIGIN}, cookies=opened.browser.cookies)
    answer = browser.get("/")
    assert answer.status_code == 500 and "Traceback" not in answer.text
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_an_address_without_end_and_a_form_in_another_encoding_are_refused(opened: OpenDesk) -> None:
    assert opened.browser.get("/pages/x/" + "9" * 5000 + ".png").status_code == 414
    for charset, text in (("unicode_escape", rb"\ud800"), ("punycode", b"\xff"), ("undefined", b"x")):
        head = f"multipart/form-data; boundary=b; charset={charset}"
        body = b'--b\r\nContent-Disposition: form-data; name="text:summary"\r\n\r\n' + text + b"\r\n--b--\r\n"
        sent = opened.browser.post(
            "/write/countries/be/draft", content=body, headers={"content-type": head, access.CSRF_HEADER: opened.keys.csrf}
        )
        assert sent.status_code == 400 and "UTF-8" in sent.text, charset


def test_odd_cookies_of_others_hide_none_of_ours() -> None:
    odd = 'a b="\\"; c="' + "\\\\" * 30 + '"; =; ;'
    assert access.cookies(Headers({"cookie": f"{odd} briefs-desk-1=x_-1"}))["briefs-desk-1"] == "x_-1"


def test_words_of_strangers_are_words(tmp_path: Path) -> None:
    from tests.desk.conftest import open_desk

    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    small.write(
        tmp_path / "content",
        about={"title": evil, "scale": [{**small.ABOUT["scale"][0], "label": evil}, *small.ABOUT["scale"][1:]]},
        country={"summary": evil, "stance": "open"},
        sources=[small.source("one", title=evil), small.source("two")],
    )
    found = open_desk(tmp_path)
    for path in (
        "/",
        "/countries",
        "/problems",
        "/sources",
        "/documents",
        "/documents/brief/be",
        "/countries?words=%22%3E%3Cscript%3E",
    ):
        html = found.browser.get(path).text
        assert "<img" not in html and "alert(1)</script>" not in html and '"><script>' not in html, path
    found.desk.close()


def test_the_server_listens_on_this_machine_only_and_logs_no_secret(tmp_path: Path) -> None:
    small.write(tmp_path / "content")
    command = [sys.executable, "-P", "-m", "briefs", "desk", "--no-browser", "--port", "0", "--content", str(tmp_path / "content")]
    with (tmp_path / "said").open("w") as said, (tmp_path / "errors").open("w") as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=said,
            stderr=errors,
            env=environment(tmp_path),
        )
        try:
            address = _address(tmp_path / "said", process)
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/enter\?token=[\w-]{43}", address)
            with httpx2.Client(follow_redirects=True) as client:
                assert "Small things" in client.get(address).text
                assert client.get(address.split("/enter")[0] + "/no-such-page?secret=1").status_code == 404
                cookie = next(iter(client.cookies.values()))
            assert len(re.findall(r"token=", (tmp_path / "said").read_text())) == 1
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
        finally:
            process.kill()
    everything = (tmp_path / "said").read_text() + (tmp_path / "errors").read_text()
    assert cookie not in everything and "secret=1" not in everything and "Traceback" not in everything


def environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}


def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        if found := re.search(r"http://\S+", file.read_text()):
            return found[0]
        time.sleep(0.1)
    raise AssertionError((file.parent / "errors").read_text())


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    import socket

    small.write(tmp_path / "content")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        command = [
            sys.executable,
            "-P",
            "-m",
            "briefs",
            "desk",
            "--no-browser",
            "--port",
            port,
            "--content",
            str(tmp_path / "content"),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment(tmp_path))
    assert done.returncode == 2 and f"port {port} can’t be used" in done.stderr and "Traceback" not in done.stderr
