"""Outside programs and fonts: what each failure of theirs becomes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs.compose import tree
from briefs.problems import ToolError
from briefs.theme import Theme
from briefs.tools import fonts, libreoffice, pandoc, pipes
from briefs.tools.pandoc import Pandoc, PandocError, PandocLost, PandocTooSlow
from briefs.typeset.word import package
from briefs.typeset.word.package import BODY

ROOT = Path(__file__).parents[2]


@pytest.fixture
def warm() -> Iterator[Pandoc]:
    with Pandoc() as opened:
        yield opened


def fake(folder: Path, name: str, script: str) -> Path:
    """A program of this name that does something else."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


# Pandoc.


def test_texts_are_read_each_on_its_own(warm: Pandoc) -> None:
    one, two = warm.parse(["[x][a] and *open", "[a]: https://example.org\n\nclosed* **b**"])
    assert not {"Link", "Emph"} & {node["t"] for node in tree.walk([one, two])} and "Strong" in str(two)
    with pytest.raises(PandocError, match="unclosed"):
        warm.parse(["::: div\n\nleft open", ":::"])


def test_it_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Pandoc() as opened:
        opened.parse(["One"])
    assert list(tmp_path.iterdir()) == []


def test_words_are_written_the_same_whether_apart_or_joined(warm: Pandoc) -> None:
    text = "Some of the *words of* it, “quoted” [a link here](https://a.b)\nand `x  y` an end^2^ that’s one… with a note.[^1]"
    text += "\n\n[^1]: Its *words* too.\n"
    apart = warm.parse([text])[0]
    together = tree.transform(apart, lambda leaf: [tree.para(tree.joined(leaf["c"]))], "Para")
    assert sum(1 for _ in tree.walk(together)) < sum(1 for _ in tree.walk(apart)) - 10
    reference = ROOT / "templates/theme/reference.docx"
    files = [package.read(warm.docx(tree.document(blocks), reference, {})).parts for blocks in (apart, together)]
    assert warm.html(tree.document(apart)) == warm.html(tree.document(together))
    assert all(files[0][part] == files[1][part] for part in (BODY, "word/footnotes.xml"))


def test_one_process_answers_again_and_again(warm: Pandoc) -> None:
    warm.parse(["a"])
    start = time.monotonic()
    for _ in range(20):
        assert warm.html(tree.document([tree.para(tree.words("a & b"))])) == "<p>a &amp; b</p>"
    assert time.monotonic() - start < 5


def test_what_pandoc_would_log_is_a_failure(warm: Pandoc) -> None:
    picture = tree.document([tree.para([tree.image("nowhere.png", "alt")])])
    with pytest.raises(PandocError, match=r"nowhere\.png"):
        warm.docx(picture, Path(__file__).parents[2] / "templates/theme/reference.docx", {})
    assert warm.parse(["still there"])


def test_a_broken_tree_is_a_failure_and_the_next_request_is_answered(warm: Pandoc) -> None:
    with pytest.raises(PandocError):
        warm.html({"blocks": [{"t": "Nonsense"}]})
    assert warm.parse(["still there"])


def test_pictures_go_in_as_bytes(warm: Pandoc) -> None:
    picture = tree.document([tree.para([tree.image("a.png", "alt")])])
    data = bytes(range(256)) * 3
    made = warm.docx(picture, Path(__file__).parents[2] / "templates/theme/reference.docx", {"a.png": data})
    assert data in made or made.startswith(b"PK")


def test_a_temporary_folder_that_is_not_there_is_no_fault_of_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr("tempfile.tempdir", None)  # found anew, as in a new process
    with Pandoc() as started:
        assert started.parse(["Words."])


def test_a_pandoc_that_needs_too_much_memory_is_ended_and_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "MEGABYTES", 40)
    with Pandoc(seconds=5) as opened:
        with pytest.raises(PandocError, match=r"needed more than 40 MB|took more than 5 s"):  # near its limit it crawls
            opened.parse(["word " * 1_000_000])
        assert opened.parse(["Words."])


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 3", "stopped without an answer"),
        ("read line; exit 0", "stopped without an answer"),
        ("read line; printf half; exit 0", "stopped without an answer"),
        ("exec sleep 60", "took more than 1 s"),
        ("read line; printf half; exec sleep 60", "took more than 1 s"),
    ],
)
def test_a_pandoc_that_dies_or_hangs(script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "program", lambda: str(fake(tmp_path, "pandoc", script)))
    with Pandoc(seconds=1) as broken:
        start = time.monotonic()
        with pytest.raises(PandocError, match=said):
            broken.parse(["a"])
        assert time.monotonic() - start < 10


def test_a_pandoc_that_drips_is_ended_by_the_time_of_the_whole_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drips = "read line; while :; do printf x; sleep 0.2; done"
    monkeypatch.setattr(pandoc, "program", lambda: str(fake(tmp_path, "pandoc", drips)))
    with Pandoc(seconds=1) as broken, pytest.raises(PandocError, match="took more than 1 s"):
        broken.parse(["a"])


def test_the_requests_of_a_document_share_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    used = iter(range(0, 1_000, 12))
    monkeypatch.setattr(pandoc, "processor_time", lambda process: next(used))
    with Pandoc() as opened:
        for _ in range(9):
            opened.parse(["a"])
        opened.begin_document()
        for _ in range(3):
            opened.parse(["a"])
        with pytest.raises(PandocTooSlow, match=r"too long for the texts of the document together"):
            opened.parse(["a"])
        opened.begin_document()
        opened.parse(["a"])


def test_the_kernel_ends_a_pandoc_that_takes_its_time_and_a_document_after_it_has_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "LEAST", 0.5)
    with Pandoc(budget=1) as opened:
        opened.begin_document()
        with pytest.raises(PandocTooSlow, match="takes too long"):
            opened.parse(["![" * 40])
        with pytest.raises(PandocTooSlow, match="for the texts of the document together"):
            opened.parse(["Words."])
        opened.begin_document()
        assert opened.parse(["Words."]) and opened.budget == 0.5


def test_a_text_that_takes_too_long_is_not_parsed_again() -> None:
    with Pandoc() as opened:
        opened.refuse("slow")
        with pytest.raises(PandocTooSlow, match="takes too long"):
            opened.parse(["quick", "slow"])
        assert opened.parse(["quick"])


def test_processor_time_is_that_of_the_process() -> None:
    assert 0 < pipes.processor_time(os.getpid()) <= time.process_time() + 0.1
    assert pipes.processor_time(10**9) <= time.monotonic()


def test_a_pandoc_that_is_killed_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = pandoc.program()
    script = f'if mkdir {tmp_path}/first 2>/dev/null; then kill -9 $$; fi; exec {sound} "$@"'
    monkeypatch.setattr(pandoc, "program", lambda: str(fake(tmp_path, "pandoc", script)))
    with Pandoc() as opened:
        assert opened.parse(["still there"])
    monkeypatch.setattr(pandoc, "program", lambda: str(fake(tmp_path, "pandoc", "kill -9 $$")))
    with Pandoc() as opened, pytest.raises(PandocLost, match="ended from outside"):
        opened.parse(["a"])


# LibreOffice.


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo cannot open >&2; exit 1", "could not read a.docx: cannot open"),
        ("exit 0", "could not read a.docx"),
        ("exec sleep 9", "took more than 1 s"),
    ],
)
def test_a_libreoffice_that_fails(script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, "soffice", script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(libreoffice, "SECONDS", 1)
    with pytest.raises(ToolError, match=said):
        libreoffice.pdfs({"a.docx": b"no file"}, tmp_path)


@pytest.mark.parametrize("script", ["head -c 300000000 /dev/zero | tail -c 299999999 | wc -c >&2", "while :; do :; done"])
def test_libreoffice_has_bounded_time_and_memory_for_files_from_elsewhere(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, "soffice", script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(libreoffice, "CPU", 1)
    monkeypatch.setattr(libreoffice, "MEMORY", 100_000_000)
    with pytest.raises(ToolError, match=r"could not read sent\.odt within 1 s of processor time") as caught:
        libreoffice.converted(b"no file", ".odt", "docx")
    assert "299999999" not in str(caught.value)  # tail was ended before it had read everything


def test_nothing_of_a_libreoffice_that_was_stopped_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, "soffice", f"sleep 98765 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(libreoffice, "SECONDS", 1)
    with pytest.raises(ToolError, match="took more than 1 s"):
        libreoffice.pdfs({"a.docx": b"no file"}, tmp_path)
    child = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
    deadline = time.monotonic() + 30
    while child.exists() and child.read_text().split()[2] != "Z" and time.monotonic() < deadline:  # a zombie waits for init
        time.sleep(0.05)
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_a_missing_libreoffice_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="apt-get install libreoffice-writer"):
        libreoffice.pdfs({"a.docx": b""}, tmp_path)


# Fonts.


def test_missing_fonts_are_named_with_all_their_packages(tmp_path: Path) -> None:
    (tmp_path / "Here.ttf").write_bytes(b"")
    with pytest.raises(ToolError) as caught:
        fonts.find({"fonts-a": ["Here.ttf", "A.ttf"], "fonts-b": ["B1.ttf", "B2.ttf"]}, [tmp_path])
    assert "A.ttf (Debian package fonts-a); B1.ttf, B2.ttf (Debian package fonts-b)" in str(caught.value)
    assert str(caught.value).endswith("sudo apt-get install fonts-a fonts-b") and "Here" not in str(caught.value)


def test_a_cache_that_takes_nothing_is_named() -> None:
    with pytest.raises(ToolError, match=r"/proc/nowhere: No such file or directory\. Name another folder .* XDG_CACHE_HOME"):
        fonts.prepare({}, Path("/proc/nowhere"))


def test_typesetting_sees_the_themes_fonts_and_no_others(theme: Theme, tmp_path: Path) -> None:
    found = fonts.find(theme.look.fonts.files)
    folder = fonts.prepare(found, tmp_path / "a folder & more")
    assert fonts.prepare(found, tmp_path / "a folder & more") == folder
    listed = subprocess.run(
        ["fc-list", "--format", "%{file}\n"],
        env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")},
        capture_output=True,
        text=True,
    )
    assert sorted(Path(line).name for line in listed.stdout.split("\n") if line) == sorted(found)


def test_letters_that_no_font_has(theme: Theme) -> None:
    files = list(fonts.find(theme.look.fonts.files).values())
    assert fonts.without_glyph("Plain “text” – with a no-break\u00a0space, a\u2060 joiner and soft\u00adness", files) == []
    assert fonts.without_glyph("中文 Ελληνικά ქართული \U00013080 \U00012000 \U00013080", files) == ["\U00012000", "\U00013080"]


def test_a_limit_of_processor_time_that_is_lower_already_holds() -> None:
    program = (
        "import resource\nfrom briefs.tools.pandoc import Pandoc\nresource.setrlimit(resource.RLIMIT_CPU, (20, 20))\n"
        "with Pandoc(seconds=100) as opened:\n    print(opened.parse(['Words.'])[0][0]['t'])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout == "Para\n", done.stderr
