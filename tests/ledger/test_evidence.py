"""Quotations in saved copies of sources, addresses that still answer or don't, and the report of an audit."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import yaml
from lxml import html

from briefs.cli import main
from briefs.exitcodes import ExitCode
from briefs.ledger import online
from briefs.tools import web
from tests import small
from tests.small import fact, source

QUOTE = "the hardest rule that there has ever been"
FACTS = [
    fact(f"The minister called it “{QUOTE}”.", sources=["one", "two"]),
    fact("A regulator said “nobody […] saw this … coming at all”.", "policy", sources=["two", "one"]),
]
SOURCES = [source("one", issued="2019-05"), source("two", issued="2020-01")]
COPY = "First line.\n\n1\nShe said: “The hard-\nest rule that there has ever been”, and left.\n"
OTHER = (
    "<html><head><script>nobody saw</script></head>"
    "<body><p>But <b>nobody</b> really saw this, for once, coming at all.</p></body></html>"
)


def pdf(text: str) -> bytes:
    """A page with a line of text, after an empty page."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(300, 300))
    made.add_blank_page(page_size=(300, 300))
    font = made.make_indirect({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"})  # type: ignore[arg-type]
    made.pages[1].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)))  # fmt: skip
    del font
    made.pages[1].Contents = made.make_stream(f"BT /F1 10 Tf 20 200 Td ({text}) Tj ET".encode())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def audit(content: Path, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    assert main(["audit", "--content", str(content), *more, "--json"]) == ExitCode.DONE
    return json.loads(capsys.readouterr().out)


def content(tmp_path: Path, evidence: dict[str, str | bytes], **changes: Any) -> Path:
    small.write(tmp_path / "content", **{"facts": FACTS, "sources": SOURCES} | changes)
    for name, data in evidence.items():
        path = tmp_path / "content" / "evidence" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return tmp_path / "content"


# Quotations.


def test_each_quotation_is_found_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = content(tmp_path, {"one.txt": COPY, "two.html": OTHER, "two.pdf": pdf(f"It is {QUOTE}, he said.")})
    found = audit(folder, capsys, "--quotes")
    places = {one["claim"]: [tuple(place.values()) for place in one["places"]] for one in found["quotes"]}
    assert places == {
        "be-01": [("evidence/one.txt", 0, 4), ("evidence/two.pdf", 2, 1)],
        "be-02": [("evidence/two.html", 0, 0)],
    }
    assert not [one for one in found["findings"] if "copy" in one["rule"]]
    assert main(["audit", "--content", str(folder), "--quotes"]) == ExitCode.DONE
    assert f"be-01: “{QUOTE}” stands in evidence/one.txt, line 4; evidence/two.pdf, page 2, line 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name, data",
    [
        ("one.html", "<p>Il s’agit d’une décision très sévère, dit-il.</p>".encode()),
        ("one.html", '<meta charset="iso-8859-1"><p>une décision très sévère</p>'.encode("latin-1")),
        ("one.txt", "une décision très sévère".encode("cp1252")),
        ("one.txt", "une décision très sévère".encode("utf-16")),
        ("one.txt", "\ufeffune décision très sévère".encode()),
    ],
)
def test_copies_in_any_encoding_are_read(name: str, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = [fact("He called it “une décision très sévère”.")]
    found = audit(content(tmp_path, {name: data}, facts=facts, sources=SOURCES[:1]), capsys, "--quotes")["quotes"]
    assert [place["file"] for place in found[0]["places"]] == [f"evidence/{name}"]


def test_a_quotation_with_another_word_is_found_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = content(tmp_path, {"one.txt": COPY.replace("ever been", "ever been seen before").replace("ever been seen", "been")})
    found = [one for one in audit(folder, capsys, "--quotes")["findings"] if "copy" in one["rule"]]
    assert [(one["rule"], one["claim"], one["question"]) for one in found] == [
        ("not in the saved copy", "be-01", False),
        ("not in the saved copy", "be-02", False),
    ]
    assert found[0]["words"] == f"“{QUOTE}” doesn’t stand in evidence/one.txt"


def test_a_quotation_without_a_saved_copy_is_a_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = audit(content(tmp_path, {}), capsys, "--quotes")["findings"]
    assert [(one["claim"], one["question"]) for one in found if one["rule"] == "no saved copy"] == [
        ("be-01", True),
        ("be-02", True),
    ]


def test_without_the_option_no_copy_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(content(tmp_path, {"one.pdf": b"no PDF"}), capsys)["quotes"] == []


def test_a_copy_that_can_not_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--content", str(content(tmp_path, {"one.pdf": b"no PDF"})), "--quotes"]) != ExitCode.DONE
    assert "evidence/one.pdf: error: can’t be read" in capsys.readouterr().err


def test_a_file_in_evidence_that_no_source_has_is_told_by_check() -> None:
    problems = small.reading(sources=SOURCES, more={"evidence/one.txt": "a", "evidence/nobody.txt": "a"}).problems
    assert [problem.path for problem in problems if "no document uses" in problem.message] == ["evidence/nobody.txt"]


# Addresses.


class Handler(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["User-Agent"]))
        if self.path == "/slow":
            self.send_response(200)
            while True:
                try:
                    self.wfile.write(b"X")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.02)
        status = {"/gone": 410, "/forbidden": 403, "/broken": 500}.get(self.path, 200)
        if self.path.startswith("/save/"):
            self.archive(self.path.removeprefix("/save/"))
            return
        leads = {"/old": "/new", "/deep/page": "/", "/file": "file:///etc/passwd", "/round": "/round"}.get(self.path)
        self.send_response(302 if leads else status)
        if leads:
            self.send_header("Location", leads)
        body = b"<title>Page &ndash; Not found</title>" if self.path == "/soft" else b"<title>All is well</title>"
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def archive(self, url: str) -> None:
        """What an archive answers: a redirect to the copy, its address in a header, or that it is busy."""
        self.send_response(302 if url.endswith("/well") else 429 if url.endswith("/busy") else 200)
        if url.endswith("/well"):
            self.send_header("Location", f"/web/20261129/{url}")
        elif not url.endswith("/silent"):
            self.send_header("Content-Location", f"/web/20261130/{url}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server on this machine. Nothing waits between two requests."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(web, "SECONDS", 1.0)
    monkeypatch.setattr(web, "PAUSE", 0.0)
    Handler.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "path, rule, said",
    [
        ("/well", None, ""),
        ("/gone", "source unreachable", "answered 410"),
        ("/broken", "source unreachable", "answered 500"),
        ("/forbidden", "source refuses programs", "answered 403"),
        ("/old", "source moved", "leads to http"),
        ("/deep/page", "source looks lost", "it leads to the first page of the site"),
        ("/soft", "source looks lost", "its title is “Page – Not found”"),
        ("/file", "source unreachable", "answered 302 without leading anywhere"),
        ("/round", "source unreachable", "answered 302 without leading anywhere"),
        ("/slow", "source unreachable", "no whole answer within 1 s"),
    ],
)
def test_what_an_address_answers(
    path: str, rule: str | None, said: str, site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = content(
        tmp_path, {}, sources=[source("one", issued="2019-05", URL=f"{site}{path}"), SOURCES[1] | {"URL": f"{site}/well"}]
    )
    found = [one for one in audit(folder, capsys, "--online", "--quiet")["findings"] if one["file"] == "sources.yaml"]
    assert [one["rule"] for one in found] == ([rule] if rule else [])
    assert not rule or (found[0]["source"] == "one" and said in found[0]["words"] and found[0]["line"] > 0)


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        (b"<title" * 33_000, ""),
        (b"<title>" * 28_000, ""),
        (b"<title>" + b"&#99999999999;" * 10_000, ""),
        (b'<TITLE lang="en">\nNot\nfound', "its title is “Not found”"),
    ],
    ids=["no end of tags", "no end of titles", "characters that there aren’t", "in pieces"],
)
def test_titles_of_pages_are_read_in_bounded_time(body: bytes, lost: str) -> None:
    answer = web.WebAnswer("http://a.example/x", 200, body=body, media_type="text/html")
    begun = time.process_time()
    (found,) = online.ask(["http://a.example/x"], lambda url: answer, date(2026, 1, 1))
    assert found.lost == lost
    assert time.process_time() - begun < 10  # one of these took three minutes


def test_an_address_without_end_is_told_and_not_kept() -> None:
    answer = web.WebAnswer("http://a.example/x", 200, moved="http://a.example/" + "a" * 6000)
    (found,) = online.ask(["http://a.example/x"], lambda url: answer, date(2026, 1, 1))
    assert (found.moved, found.lost) == ("", "it leads to an address of 6,017 letters")
    [(_, copy, why)] = online.submit(["http://a.example/x"], "http://archive.example/save/", lambda url: answer)
    assert copy == "" and why


def test_an_address_that_cant_be_written_is_no_fault_of_the_program() -> None:
    assert "surrogates not allowed" in web.PoliteClient(seconds=5).ask("http://127.0.0.1:1/\ud800").fault


def test_each_address_is_asked_once_and_the_answer_is_recorded(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = [source("one", URL=f"{site}/same", archive=f"{site}/gone"), source("two", URL=f"{site}/same")]
    folder = content(tmp_path, {}, sources=listed)
    found = audit(folder, capsys, "--online", "--quiet")
    assert sorted(Handler.asked) == [("/gone", web.AGENT), ("/same", web.AGENT)]
    assert "its archived copy answered 410" in next(
        one["words"] for one in found["findings"] if one["rule"] == "source unreachable"
    )
    kept = yaml.safe_load((folder / "evidence/addresses.yaml").read_text())
    assert [(one["url"], one["status"]) for one in kept] == [(f"{site}/gone", 410), (f"{site}/same", 200)] and kept[0]["asked"]
    assert audit(folder, capsys)["findings"] == found["findings"], "without the option the record counts"
    assert len(Handler.asked) == 2, "and nothing is asked"
    (folder / "evidence/addresses.yaml").write_text("- nonsense")
    assert main(["audit", "--content", str(folder)]) != ExitCode.DONE
    assert "evidence/addresses.yaml:1: error: it isn’t as `audit --online` writes it" in capsys.readouterr().err


def test_addresses_are_archived_on_request_alone(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only those that answer well and have no copy; each once. What to write into the records is printed."""
    monkeypatch.setattr(online, "ARCHIVE_PAUSE", 0.0)
    addresses = ["well", "header", "busy", "silent", "gone"]
    listed = [source(key, URL=f"{site}/{key}") for key in addresses]
    listed += [source("kept", URL=f"{site}/kept", archive=f"{site}/copy"), source("one"), source("two")]
    folder = content(tmp_path, {}, sources=listed)
    audit(folder, capsys, "--online", "--quiet")
    assert not any(path.startswith("/save/") for path, _ in Handler.asked)
    words = ["audit", "--content", str(folder), "--archive", "--archive-service", f"{site}/save/"]
    assert main(words) == ExitCode.DONE
    said = capsys.readouterr()
    submitted = [path for path, _ in Handler.asked if path.startswith("/save/")]
    assert sorted(submitted) == sorted(f"/save/{site}/{key}" for key in ("well", "header", "busy", "silent"))
    assert f"well: an archive has a copy; write `archive: {site}/web/20261129/{site}/well` into its record" in said.out
    assert f"header: an archive has a copy; write `archive: {site}/web/20261130/{site}/header` into its record" in said.out
    assert f"not archived: it answered 429: {site}/busy" in said.err and "not archived: it answered 200, and no copy" in said.err
    kept = {one["url"]: one.get("archived", "") for one in yaml.safe_load((folder / "evidence/addresses.yaml").read_text())}
    assert kept[f"{site}/well"] == f"{site}/web/20261129/{site}/well" and not kept[f"{site}/busy"] and not kept[f"{site}/gone"]
    Handler.asked.clear()
    assert main(words) == ExitCode.DONE
    assert f"/save/{site}/well" not in [path for path, _ in Handler.asked], "it has a copy now"
    assert f"write `archive: {site}/web/20261129/{site}/well`" in capsys.readouterr().out, "the record keeps it"


def test_two_requests_to_a_host_are_apart(site: str) -> None:
    client = web.PoliteClient(5.0, 0.3)
    client.ask(f"{site}/a")
    before = time.monotonic()
    client.ask(f"{site}/b")
    assert time.monotonic() - before >= 0.25


# The report.


def test_the_report_is_a_page_that_shows_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "Belgium <script>alert(1)</script>"
    about = {"title": "Small < large & more", "subjects": [{"code": "be", "name": name}]}
    folder = content(tmp_path, {"one.txt": COPY}, about=about)
    path = tmp_path / "audit.html"
    assert main(["audit", "--content", str(folder), "--quotes", "--quiet", "--report", str(path)]) == ExitCode.DONE
    capsys.readouterr()
    page = html.fromstring((tmp_path / "audit.html").read_bytes())
    assert not page.xpath("//script | //*[@src] | //link")
    assert page.xpath("//h1")[0].text_content() == "What “Small < large & more” rests on"
    assert name in [cell.text_content() for cell in page.xpath("//td")]
    text = " ".join(page.text_content().split())
    assert "evidence/one.txt, line 4" in text and "not in the saved copy" in text
    places = page.xpath("//td[@class='place']")
    assert any(cell.text_content().startswith("countries/be.yaml:") for cell in places)
    assert main(["audit", "--content", str(folder), "--report", str(tmp_path / "audit.html")]) != ExitCode.DONE, "it stands there"
    assert main(["audit", "--content", str(folder), "--report", str(folder / "audit.html")]) == ExitCode.USAGE


def test_the_report_is_a_tagged_pdf(tmp_path: Path) -> None:
    folder = content(tmp_path, {"one.txt": COPY})
    path = tmp_path / "audit.pdf"
    assert main(["audit", "--content", str(folder), "--quotes", "--quiet", "--report", str(path)]) == ExitCode.DONE
    with pikepdf.open(tmp_path / "audit.pdf") as made:
        assert made.Root.MarkInfo.Marked and made.Root.StructTreeRoot and str(made.docinfo.Title).endswith("what it rests on")
    words = pypdfium2.PdfDocument(tmp_path / "audit.pdf")[0].get_textpage().get_text_range()
    assert "not in the saved copy" in " ".join(words.split())
