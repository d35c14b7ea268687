"""A theme of a stranger: nothing of it is fetched, and what can't be read is named."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs import cli, theme
from briefs import templates as folders
from briefs.engine import bounds
from briefs.engine.render import LayoutError, Renderer
from briefs.press import cache
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


_MULTIPLIED = (
    "p { --a: x; " + "".join(f"--{b}: {f'var(--{a}) ' * 5}; " for a, b in zip("abcdefghi", "bcdefghij", strict=True)) + "}"
)


@pytest.mark.parametrize(
    ("css", "line", "words"),
    [
        ("p { color: red }\n" + "* " * 300 + "p { color: red }", 2, "a selector of over 100 parts"),
        ("p,\n" + ":not(" * 400 + "p" + ")" * 400 + " { color: red }", 2, "over 30 brackets in each other"),
        ("p {}\n" + "* " * 11 + "p { color: red }", 2, "a selector with over 10 spaces, “~” and “:has”"),
        ("p " + ":is(* ~ " * 11 + "p" + ")" * 11 + " { color: red }", 1, "a selector with over 10 spaces"),
        (":has(" * 11 + "p" + ")" * 11 + " { color: red }", 1, "a selector with over 10 spaces"),
        ("p {\nwidth: " + "calc(" * 5000 + "1px" + ")" * 5000 + "}", 2, "over 30 brackets in each other"),
        ("@media print {" * 3000, 1, "over 30 brackets in each other"),
        ("p {\n font-size: 1e30pt }", 2, "a number over 100,000"),
        ("\n\n@page { size: 1e9mm 1e9mm }", 3, "a number over 100,000"),
        ("p {\n content: " + '"a"' * 50000 + "}", 2, "a declaration of over 1,000 parts"),
        (_MULTIPLIED, 1, "a declaration of over 1,000 parts, with those of the custom properties in it"),
        ("p { --a: var(--b); --b: var(--a) }", 1, "a declaration of over 1,000 parts"),
    ],
)  # fmt: skip
def test_a_style_sheet_without_end_is_refused_at_its_line(css: str, line: int, words: str) -> None:
    (found,) = bounds.exceeded([css])
    assert found[0].startswith(f"Refused at {line}:") and words in found[0]


def test_custom_properties_count_over_all_style_sheets() -> None:
    few = "p { content: " + "var(--a) " * 100 + "}"
    assert bounds.exceeded([few, "p { --a: 1 }"]) == [[], []]
    assert bounds.exceeded([few, "p { --a: " + "x " * 200 + "}"])[0]


def test_the_largest_that_a_style_sheet_may_hold_is_read() -> None:
    css = (
        "* " * 9
        + "* > " * 18
        + "* p, "
        + ":not(" * 29
        + "p"
        + ")" * 29
        + " { color: red } p { border-radius: 9999px; width: 100000px; --a: 1; --b: var(--a) }"
    )
    assert bounds.exceeded([css]) == [[]]
    assert not Renderer().style_sheet(css)[1]


def test_a_bound_of_a_style_sheet_is_told_with_its_file(templates: Path) -> None:
    with (templates / "theme/brief.css").open("a") as file:
        file.write("* " * 300 + "p { color: red }")
    session = Session(small.edition(), theme.read(templates))
    try:
        with pytest.raises(Problems, match="a selector of over 100 parts") as refused:
            small.make(session, "brief", "be", ("pdf",))
    finally:
        session.close()
    assert [Path(problem.path).name for problem in refused.value.problems] == ["brief.css"]


def test_sizes_that_multiply_without_end_are_told() -> None:
    renderer = Renderer()
    sheet, _ = renderer.style_sheet("b { font-size: 9999em }")
    with pytest.raises(LayoutError, match="a size in a style sheet is too large or too small"):
        renderer.render("<html><body>" + "<b>x" * 99 + "</b>" * 99 + "</body></html>", [sheet], {}, "x:/").write_pdf(False)


def test_a_folder_of_templates_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "brief.md.j2").touch()
    os.truncate(tmp_path / "brief.md.j2", folders.MOST_TOGETHER + 1)
    for read in (cache.of_templates, theme.read):
        with pytest.raises(Problems, match="have over 100,000,000 bytes together"):
            read(tmp_path)
