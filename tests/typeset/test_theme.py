"""A theme of a stranger: nothing of it is fetched, and what can't be read is named."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs import cli, theme
from briefs.engine.render import Renderer
from briefs.press.session import Session
from briefs.problems import Problems
from tests import small

OWN = Path(__file__).parents[2] / "templates"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OWN, tmp_path / "templates"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a server that must not be called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("scheme", ["http", "file", "FILE", "data"])
@pytest.mark.parametrize(
    "css",
    [
        '@import "{}";', "@import url({}) print;", "@font-face {{ font-family: x; src: url({}) }}",
        "@color-profile --x {{ src: url({}) }}", "@media print {{ @import '{}'; }}", '@import "{}" layer(x);',
    ],
)  # fmt: skip
def test_a_style_sheet_fetches_nothing(css: str, scheme: str, address: str, tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text("p { color: red }")
    file = (tmp_path / "x.css").as_uri()
    url = {"http": address, "file": file, "FILE": file.replace("file", "FILE"), "data": "data:text/css,p{color:red}"}[scheme]
    sheet, warnings = Renderer().style_sheet(css.format(url))
    assert warnings and not sheet.matcher.lower_local_name_selectors


@pytest.mark.parametrize("css", ["h1 { background: url({}) }", "h1::before { content: url({}) }", "@page { background: url({}) }"])
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_page_fetches_nothing(css: str, scheme: str, address: str, templates: Path) -> None:
    secret = templates / "theme/secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>')
    with (templates / "theme/brief.css").open("a") as file:
        file.write(css.replace("{}", address if scheme == "http" else secret.as_uri()))
    session = Session(small.edition(), theme.read(templates))
    try:
        with pytest.raises(Problems, match="isn’t part of the edition"):
            small.make(session, "brief", "be", ("pdf",))
    finally:
        session.close()


def damaged(path: Path, how: str) -> None:
    data = path.read_bytes()
    path.unlink()
    if how == "a pipe":
        os.mkfifo(path)
    elif how == "a link to nothing":
        path.symlink_to("nothing")
    elif how == "a device":
        path.symlink_to("/dev/zero")
    elif how == "a folder":
        path.mkdir()
    elif how == "not UTF-8":
        path.write_bytes(data + b"\xff\xfe")
    elif how == "too large":
        path.write_bytes(data + b"\n" * 1_000_001)


@pytest.mark.parametrize("how", ["a link to nothing", "a pipe", "a device", "a folder", "not UTF-8", "too large"])
@pytest.mark.parametrize("name", ["theme/theme.yaml", "theme/brief.css", "theme/page.css", "brief.md.j2"])
def test_a_file_that_can_not_be_read_is_named(
    name: str, how: str, templates: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged(templates / name, how)
    content = small.write(tmp_path / "content")
    words = ["brief", "be", "--content", str(content), "--out", str(tmp_path / "out"), "--templates", str(templates), "--jobs", "1"]
    code = cli.main(words)
    said = capsys.readouterr().err
    assert code in {1, 3} and name.split("/")[-1] in said and "internal error" not in said and "Traceback" not in said


@pytest.mark.parametrize("where", ["file", "/dev/zero", "/dev/null/x", "x" * 300, "/proc/1/root"])
def test_a_templates_folder_that_is_none(where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    content = small.write(tmp_path / "content")
    code = cli.main(
        ["brief", "be", "--content", str(content), "--out", str(tmp_path / "out"), "--templates", str(tmp_path / where)]
    )
    said = capsys.readouterr().err
    assert code in {1, 4} and ": " in said and "Traceback" not in said and "internal error" not in said


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "9" * 5000,
        "a: 2020-13-45",
        "[" * 5000,
        "{" * 5000,
        "- a",
        "x",
        "",
        "a: !!python/object:os.system x",
        "\x00",
        "a: &a [*a]",
    ],
)
def test_a_theme_that_is_none(text: str, templates: Path) -> None:
    (templates / "theme/theme.yaml").write_text(text)
    with pytest.raises(Problems, match=r"theme\.yaml"):
        theme.read(templates)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"#1a1a1a"', '"red} @import url(file:///etc/passwd) {"'), ("width: 210", "width: .inf"), ("width: 210", "width: .nan")],
)
def test_a_number_or_colour_that_is_none(old: str, new: str, templates: Path) -> None:
    path = templates / "theme/theme.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(Problems, match=r"theme\.yaml"):
        theme.read(templates)
