"""A folder for `--templates` holds only what differs: it lies over the program's own."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from briefs import cli, sandbox, theme
from briefs.press.cache import of_templates
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.templates import OWN, find
from tests import small


def overlay(folder: Path, **files: str) -> Path:
    """A folder of templates with these files; `__` in a name stands for a slash, and `_` before its end for a dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_numbers_are_merged_by_key_and_lists_are_replaced(tmp_path: Path) -> None:
    own = theme.read(OWN).look
    text = "palette: {accent: '#0b3d91'}\npage: {brief: {band: 12}}\ntable: [[9, 12]]\nadditions: {brief: }\n"
    made = theme.read(overlay(tmp_path, theme__theme_yaml=text)).look
    assert made.palette == own.palette | {"accent": "#0b3d91"}
    assert made.page["brief"] == own.page["brief"].model_copy(update={"band": 12.0}) and made.page["report"] == own.page["report"]
    assert made.table == [(9, 12)] and made.additions == {} and made.fonts == own.fonts
    assert "accent" not in made.print.palette and made.print.palette["ink"] == own.print.palette["ink"], "no inks of another colour"


def test_files_that_the_folder_lacks_are_the_programs(tmp_path: Path) -> None:
    folder = overlay(tmp_path, theme__brief_css="h1 { color: red }", brief_md_j2="Words")
    made = theme.read(folder)
    assert made.css("brief") == [OWN / "theme/page.css", folder / "theme/brief.css"]
    assert made.reference_docx == OWN / "theme/reference.docx" and made.look == theme.read(OWN).look
    assert sandbox.Environment(folder).filled("brief.md.j2", lambda found: found.render({})) == "Words"
    assert find(folder, "report.md.j2") == OWN / "report.md.j2"
    with pytest.raises(Problems, match="there is no template"):
        sandbox.Environment(folder).filled("../conftest.py", lambda found: found.render({}))


def test_colours_and_faces_reach_word_and_slides(tmp_path: Path) -> None:
    text = "palette: {accent: '#0b3d91', muted: '#4a5560'}\nfonts: {title: {family: Carlito, word: Georgia}}\n"
    session = Session(small.edition(), theme.read(overlay(tmp_path, theme__theme_yaml=text)))
    try:
        made = small.make(session, "brief", "be", ("pdf", "docx"))
    finally:
        session.close()
    with zipfile.ZipFile(io.BytesIO(made.files["docx"])) as archive:
        styles = archive.read("word/styles.xml").decode()
    assert "4A5560" in styles and "595959" not in styles and "Georgia" in styles and "Cambria" not in styles


def test_words_of_a_template_are_those_of_the_folder(tmp_path: Path) -> None:
    text = (OWN / "brief.md.j2").read_text().replace("::: {.kicker}", "::: {.kicker}\nOf the folder,")
    session = Session(small.edition(), theme.read(overlay(tmp_path, brief_md_j2=text)))
    try:
        made = small.make(session, "brief", "be", ("pdf",))
    finally:
        session.close()
    assert "Of the folder, Small things" in pypdfium2.PdfDocument(made.files["pdf"])[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"brief_md_j2": "a\nb\n{{ nothing }}"}, "brief.md.j2:3: error: 'nothing' is undefined"),
        ({"brief_md_j2": "a\n{% if %}"}, "brief.md.j2:2: error: "),
        ({"theme__brief_css": "h1 { color: red }\nh2 { colour: red }"}, "theme/brief.css:2:6: error: "),
        ({"theme__theme_yaml": "palette:\n  accent: blue\n"}, "theme.yaml:2: error: palette.accent: "),
        ({"theme__theme_yaml": "a: 1\npage: [\n"}, "theme.yaml:3: error: broken YAML"),
    ],
)
def test_errors_name_the_file_and_its_line(
    files: dict[str, str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = small.write(tmp_path / "content")
    places = ["--content", str(content), "--out", str(tmp_path / "out"), "--templates", str(overlay(tmp_path / "own", **files))]
    assert cli.main(["brief", "be", *places, "--jobs", "1", "--format", "pdf"]) in {1, 3}
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("where", ["nowhere", "theme"])
def test_a_folder_in_the_wrong_place_is_refused(where: str, tmp_path: Path) -> None:
    overlay(tmp_path, theme__theme_yaml="palette: {}\n")
    with pytest.raises(Problems, match=r"no such folder|no file here"):
        theme.read(tmp_path / where)


def test_check_warns_of_style_sheets_that_word_does_not_follow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = small.write(tmp_path / "content")
    folder = overlay(tmp_path / "own", theme__brief_css=(OWN / "theme/brief.css").read_text())
    words = ["check", "--content", str(content), "--templates", str(folder), "--no-cache"]
    assert cli.main(words) == 0
    assert "brief.css: warning: this style sheet changes PDFs only" in capsys.readouterr().err
    shutil.copy(OWN / "theme/reference.docx", folder / "theme")
    assert cli.main(words) == 0 and "changes PDFs only" not in capsys.readouterr().err


def test_a_folder_is_hashed_with_the_programs(tmp_path: Path) -> None:
    before = of_templates(overlay(tmp_path, brief_md_j2="a"))
    assert before != of_templates(OWN) and before != of_templates(overlay(tmp_path, brief_md_j2="b"))
