"""A fault fails the document, says where it stands, and leaves the last good files."""

from __future__ import annotations

import io
import shutil
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from briefs import theme as themes
from briefs.compose import pictures
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.press.build import BuildRequest, build
from briefs.press.documents import Target
from briefs.press.session import Session
from briefs.problems import Problem, Problems
from briefs.theme import Theme
from briefs.typeset.page.layout import Typesetter
from tests import small

ROOT = Path(__file__).parents[2]
HEAD = "---\ntitle: A section\nid: sec-one\n---\n\n"  # the text begins on line 6
GOOD = "All is well.[@one]\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'


def told(text: str, *, files: Mapping[str, str | bytes] | None = None) -> list[Problem]:
    """The errors that reading an edition with this section finds."""
    return small.reading(more={"report/01-one.md": HEAD + text, **(files or {})}).errors


def failure(session: Session, text: str, *, files: Mapping[str, str | bytes] | None = None) -> list[Problem]:
    """The errors that come of building the report of an edition with this section, if reading it found none."""
    edition = small.edition(more={"report/01-one.md": HEAD + text, **(files or {})})
    with pytest.raises(Problems) as raised:
        small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx"), "a4")
    return raised.value.problems


def test_the_small_report_itself_is_made(session: Session) -> None:
    edition = small.edition(more={"report/01-one.md": HEAD + GOOD})
    made = small.make(small.with_edition(session, edition), "report", "", ("pdf", "docx"), "a4")
    assert set(made.files) == {"pdf", "docx"}


def test_six_topics_leave_no_word_outside_their_columns(session: Session) -> None:
    topics = [{"id": f"topic-{n}", "label": f"Topic {n}"} for n in range(6)]
    words = ["mountain", "agreement", "government", "telephone", "industry", "minister", "telecommunications", "parliament"]
    facts = [
        small.fact(f"The **{word}** was opened on 13 August 2020 by a {word} lake.", f"topic-{n % 6}", date="2020-08")
        for n, word in enumerate(words * 3)
    ]
    edition = small.edition(about={"topics": topics}, facts=facts, more={"report/01-one.md": HEAD + GOOD})
    made = small.make(small.with_edition(session, edition), "report", "", ("pdf",), "a4")
    assert set(made.files) == {"pdf"}


def test_headings_of_two_levels_that_would_look_alike(session: Session) -> None:
    first, second = failure(session, "# A\n\nOne.[@one]\n\n## A1\n\nTwo.\n\n# B\n\nThree.\n")
    assert (first.line, second.line) == (6, 14) and "same level" in first.message and "`##`" in first.hint


@pytest.mark.parametrize("mark", ["#", "##"])
def test_headings_of_a_section_may_begin_with_either_level(session: Session, mark: str) -> None:
    edition = small.edition(more={"report/01-one.md": HEAD + f"{mark} A\n\nOne.[@one]\n\n{mark} B\n\nTwo.\n"})
    assert small.make(small.with_edition(session, edition), "report", "", ("docx",), "a4").files


# What reading finds --------------------------------------------------------------------------------------------------


def test_a_citation_without_a_source() -> None:
    (problem,) = told("One line.\n\nAnother.[@nowhere]\n")
    assert (problem.path, problem.line) == ("report/01-one.md", 8)
    assert "there is no source “nowhere”" in problem.message


def test_a_cross_reference_without_a_target() -> None:
    (problem,) = told(f"{GOOD}\nSee [](#sec-two).\n")
    assert (problem.path, problem.line) == ("report/01-one.md", 8)
    assert "sec-two" in problem.message


def test_a_missing_picture() -> None:
    (problem,) = told(f'{GOOD}\n![Masts.](figures/masts.svg){{#fig-masts alt="Two masts."}}\n')
    assert (problem.path, problem.line) == ("report/01-one.md", 8)
    assert "there is no picture “figures/masts.svg”" in problem.message


# What composing and typesetting find ---------------------------------------------------------------------------------


def test_a_glyph_that_no_font_has(session: Session) -> None:
    (problem,) = failure(session, f"{GOOD}\nThe eye \U00013080 of Horus.\n")
    assert (problem.path, problem.line) == ("report/01-one.md", 8)
    assert "U+13080" in problem.message


def test_a_figure_of_no_data(session: Session) -> None:
    problems = failure(session, f"{GOOD}\n::: {{#fig-x .figure data=mapp}}\nThe caption.\n:::\n")
    assert [(p.path, p.line) for p in problems] == [("report/01-one.md", 8)]
    assert "mapp" in problems[0].message and "“map”" in problems[0].hint


@pytest.mark.parametrize("raw", ["<b>bold</b>", "\\textbf{bold}", "`<w:p/>`{=openxml}"])
def test_raw_code_of_any_format(session: Session, raw: str) -> None:
    (problem, *_) = failure(session, f"{GOOD}\nSome {raw} here.\n")
    assert (problem.path, problem.line) == ("report/01-one.md", 8)
    assert "which isn’t printed" in problem.message


def test_a_warning_of_pandoc(session: Session) -> None:
    """A note that is written and never called: pandoc would only log it."""
    (problem,) = failure(session, f"{GOOD}\nA claim.\n\n[^other]: Never called.\n")
    assert (problem.path, problem.line) == ("report/01-one.md", 10)
    assert "never called" in problem.message


def test_notes_defined_elsewhere_are_known(session: Session) -> None:
    """The only fault is the figure: the note, the link and the example of the other blocks are no faults."""
    text = f"{GOOD}\nA claim.[^x] A [site][s] and (@e).\n\n(@e) An example.\n\n[^x]: A note.\n\n[s]: https://example.org\n"
    problems = failure(session, f"{text}\n::: {{#fig-x .figure data=mapp}}\nThe caption.\n:::\n")
    assert [p.line for p in problems] == [16]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("::: {#fig-map .figure data=map}\n\nWords.", 8, "what begins here is never closed"),
        ("> ::: x\n> Words.", 5, "what begins here is never closed"),
        ("```\nWords.", 8, "“```” begins no block here"),
        ("~~~\n\nWords.", 8, "“~~~” begins no block here"),
        (":::\n\nWords.", 8, "“:::” begins no block here"),
        ("A.[^1]\n\n[^1]: One.\n\n    ## Two", 10, "a heading can’t stand in a note"),
        ("A.[^1]\n\n[^1]: One.\n\n    - > | a |\n      > |---|\n      > | b |", 10, "a table can’t stand in a note"),
        ("A.[^1]\n\n[^1]: One^[two].", 8, "a note can’t stand in another note"),
        ("A.[^1]\n\n[^1]:", 10, "a note has no words"),
        ("A.[^1]\n\n[^1]: 2019.", 10, "“2019.” is read as the number of an item of a list, which has no words"),
        ("Words.\n\n42.", 10, "“42.” is read as the number of an item"),
        ("- One\n- (b)", 9, "“(b)” is read as the number of an item"),
        ("+----+---+\n| a  | b |\n+====+===+\n| 1. | x |\n+----+---+", 11, "“1.” is read as the number of an item"),
        ("+----+---+\n| a  | b |\n+====+===+\n| -  | x |\n+----+---+", 8, "an item of a list has no words"),
        ("Term\n\n:   (IV)", 10, "“(IV)” is read as the number of an item"),
        ("A.[^1]\n\n[^1]: One.\n\n[^1]: Two.", 12, "the note “1” is defined twice"),
        ("| a | b |\n|---|---|\n| c | d | lost |", 10, "“lost” is in no cell of the table"),
        ("> | a | b |\n> |---|---|\n> | c | d | lost |", 10, "“lost” is in no cell of the table"),
        ("---- ----\nbroken words\n---- ----", 9, "“broken” is in no cell of the table"),
        ("## <!-- x -->\n\nWords.", 8, "this heading has no words"),
        ("## One line\\\nand another\n\nWords.", 8, "this heading ends with a break"),
        ("See [that][r].\n\n[r]: #nowhere", 8, "nothing is named “nowhere”"),
        ("[a]\n\n[a]: https://x.org/1\n[a]: https://x.org/2", 11, "the link “[a]” is defined twice"),
    ],
)
def test_what_a_section_cannot_hold_is_refused_at_its_line(session: Session, text: str, line: int, said: str) -> None:
    edition = small.edition(more={"report/01-one.md": f"{HEAD}{GOOD}\n{text}\n"})
    found: list[Problem] = []
    KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc, found.extend), "", 0)
    assert [problem.line for problem in found if problem.message.startswith(said)] == [line], list(map(str, found))


def test_a_list_where_there_is_room_for_a_line(session: Session) -> None:
    edition = small.edition(more={"report/01-one.md": f'---\ntitle: "- A list"\nid: sec-one\n---\n{GOOD}'})
    with pytest.raises(Problems) as raised:
        small.make(small.with_edition(session, edition), "report", "", ("pdf",), "a4")
    assert [(p.path, p.line) for p in raised.value.problems] == [("report/01-one.md", 2)]
    noted = small.edition(country={"stance_note": "- A list"})
    with pytest.raises(Problems) as raised:
        small.brief(session, noted, "pdf")
    assert [p.path for p in raised.value.problems] == ["countries/be.yaml"]


# Pictures that people drew -------------------------------------------------------------------------------------------


def png(across: int, down: int) -> bytes:
    """A white PNG; for a size that can't be, only its header says so."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff" * across for _ in range(down if across * down < 10_000 else 0))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", across, down, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
HOSTILE = {
    "a script": (SVG.format("<script>alert(1)</script>"), "<script>"),
    "a script in an attribute": (SVG.format('<rect onclick="x()" width="5" height="5"/>'), "onclick"),
    "a picture from the network": (SVG.format('<image href="https://example.org/x.png"/>'), "<image>"),
    "a shape from the network": (SVG.format('<use href="https://example.org/x.svg#a"/>'), "outside itself"),
    "a file of the machine": (SVG.format(f'<use {XLINK} xlink:href="file:///etc/passwd"/>'), "outside itself"),
    "a style from the network": (SVG.format("<style>@import url(https://example.org/x.css);</style>"), "outside itself"),
    "a fill from the network": (SVG.format('<rect fill="url(https://example.org/x.svg#a)"/>'), "outside itself"),
    "HTML within": (SVG.format('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'), "<foreignObject>"),
    "an entity": (f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{SVG.format("<text>&x;</text>")}', "entities"),
    "broken XML": ("<svg", "broken XML"),
    "no SVG": ('<html xmlns="http://www.w3.org/1999/xhtml"/>', "isn’t an SVG"),
    "no size": ('<svg xmlns="http://www.w3.org/2000/svg"/>', "neither its viewBox"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_picture_that_holds_more_than_shapes_and_words(session: Session, name: str) -> None:
    data, said = HOSTILE[name]
    text = f'{GOOD}\n![It.](figures/x.svg){{#fig-x alt="What it shows."}}\n'
    (problem,) = failure(session, text, files={"figures/x.svg": data})
    assert (problem.path, problem.line) == ("report/01-one.md", 8)
    assert "“figures/x.svg”" in problem.message and said in problem.message


def test_a_picture_without_words_for_who_can_t_see_it(session: Session) -> None:
    (problem,) = failure(session, f"{GOOD}\n![It.](figures/x.svg){{#fig-x}}\n", files={"figures/x.svg": SVG.format("")})
    assert (problem.line, "no alternative text" in problem.message) == (8, True)


def test_a_picture_without_a_caption(session: Session) -> None:
    text = f'{GOOD}\n![](figures/x.svg){{#fig-x alt="It"}}\n'
    (problem,) = failure(session, text, files={"figures/x.svg": SVG.format("")})
    assert (problem.line, problem.message) == (8, "this picture has no caption") and "![The caption]" in problem.hint


def test_a_picture_whose_words_are_its_caption(session: Session) -> None:
    text = f'{GOOD}\n![It](figures/x.svg){{#fig-x alt="It"}}\n'
    (problem,) = failure(session, text, files={"figures/x.svg": SVG.format("")})
    assert "no alternative text of its own" in problem.message


@pytest.mark.parametrize("name", ["two masts.png", "Ünï 50%.PNG", "a&b, c's.png"])
def test_a_picture_of_any_name(session: Session, name: str) -> None:
    text = f'{GOOD}\n![It](<figures/{name}>){{#fig-x alt="A mast"}}\n'
    edition = small.edition(more={"report/01-one.md": HEAD + text, f"figures/{name}": png(20, 20)})
    found: list[Problem] = []
    KINDS["report"].compose(edition, TemplateFiller(ROOT / "templates", session.pandoc, found.extend), "", 0)
    assert not found


def test_a_picture_within_a_line(session: Session) -> None:
    (problem,) = failure(session, f'{GOOD}\nIt is ![x](figures/x.svg){{alt="A"}} here.\n', files={"figures/x.svg": SVG.format("")})
    assert (problem.line, "within a text" in problem.message) == (8, True)


def test_pictures_side_by_side(session: Session) -> None:
    text = f'{GOOD}\n::: {{#fig-two}}\n![A](figures/x.svg){{alt="B"}}\n\n![C](figures/x.svg){{alt="D"}}\n\nBoth.\n:::\n'
    found = failure(session, text, files={"figures/x.svg": SVG.format("")})
    assert (found[0].line, found[0].message) == (8, "a picture can’t stand between lines of `:::`")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.png", png(8000, 5001), "8,000 × 5,001 pixels"),
        ("x.png", b"GIF89a", "isn’t a PNG"),
        ("x.jpg", png(2, 2), "isn’t a JPEG"),
        ("x.jpg", b"\xff\xd8\xff\xc0\x00\x0b\x08\x20\x00\x20\x00\x01\x01\x11\x00", "8,192 × 8,192 pixels"),
    ],
)
def test_a_picture_of_too_many_dots_or_of_another_kind(session: Session, name: str, data: bytes, said: str) -> None:
    text = f'{GOOD}\n![It.](figures/{name}){{#fig-x alt="What it shows."}}\n'
    (problem,) = failure(session, text, files={f"figures/{name}": data})
    assert (problem.line, said in problem.message) == (8, True), problem.message


def test_a_letter_in_a_picture_that_no_font_has(session: Session) -> None:
    text = f'{GOOD}\n![It.](figures/x.svg){{#fig-x alt="What it shows."}}\n'
    (problem,) = failure(session, text, files={"figures/x.svg": SVG.format("<text>\U00013080</text>")})
    assert (problem.line, "U+13080" in problem.message) == (8, True)


def test_emphasis_for_which_the_theme_has_no_face_is_told(session: Session) -> None:
    """Chinese in an English edition has one face only; what the program sets in italics itself, such as a title, isn't meant."""
    text = "All is **well**, *quite*, 中文.\n\nIt says **安全** and *强调*[@zh].\n"
    sources = [small.source("one"), small.source("two"), small.source("zh", type="book", title="网络安全法", language="zh")]
    edition = small.edition(sources=sources, more={"report/01-one.md": HEAD + text})
    warnings = small.with_edition(session, edition).compose(Target("report", "", "", ("pdf",), "a4")).warnings
    assert [(one.line, one.message[:4]) for one in warnings] == [(8, "“安全”"), (8, "“强调”")]


def jpeg(across: int, down: int) -> bytes:
    """A black JPEG."""
    out = io.BytesIO()
    Image.new("L", (across, down)).save(out, "JPEG")
    return out.getvalue()


def test_sizes_come_from_the_file_or_as_asked() -> None:
    small_one = pictures.read("one", "a.jpg", jpeg(40, 20), "A")
    assert (small_one.width, small_one.height) == (6.77, 3.39)
    assert pictures.read("one", "a.png", png(300, 30), "A", "50%").width == 75
    wide = pictures.read("one", "a.svg", SVG.format("").replace("viewBox", 'width="400mm" viewBox').encode(), "A")
    assert (wide.width, wide.height) == (150, 75)
    high = pictures.read("one", "a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="10cm" height="100cm"/>', "A")
    assert (high.width, high.height) == (19, 190)
    with pytest.raises(ValueError, match="can’t be “wide”"):
        pictures.read("one", "a.png", png(30, 30), "A", "wide")


# The designer's files ------------------------------------------------------------------------------------------------


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the templates, to be broken."""
    return Path(shutil.copytree(ROOT / "templates", tmp_path / "templates"))


def other(session: Session, templates: Path) -> Session:
    """The warm session with other templates."""
    made = small.with_edition(session, small.edition(more={"report/01-one.md": HEAD + GOOD}))
    made.theme = themes.read(templates)
    made.templates = templates
    made.typesetter = Typesetter(made.theme)
    return made


def test_an_undefined_name_in_a_template(session: Session, templates: Path) -> None:
    path = templates / "report.md.j2"
    path.write_text(path.read_text().replace("{{ edition.title }}", "{{ edition.titel }}", 1))
    line = next(n for n, text in enumerate(path.read_text().split("\n"), 1) if "edition.titel" in text)
    with pytest.raises(Problems) as raised:
        small.make(other(session, templates), "report", "", ("pdf",), "a4")
    (problem,) = raised.value.problems
    assert problem.path.endswith("report.md.j2") and problem.line == line
    assert "titel" in problem.message


def test_an_undefined_label_in_a_template(session: Session, templates: Path) -> None:
    path = templates / "report.md.j2"
    path.write_text(path.read_text().replace('label("contents")', 'label("contence")', 1))
    with pytest.raises(Problems) as raised:
        small.make(other(session, templates), "report", "", ("pdf",), "a4")
    (problem,) = raised.value.problems
    assert "contence" in problem.message and problem.hint == "Did you mean “contents”?"


def test_a_warning_of_weasyprint(session: Session, templates: Path) -> None:
    css = templates / "theme/report.css"
    css.write_text(css.read_text() + "\nh1 { colour: red }\n")
    with pytest.raises(Problems) as raised:
        small.make(other(session, templates), "report", "", ("pdf",), "a4")
    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == ("theme/report.css", css.read_text().count("\n"))
    assert "colour: red" in problem.message


# The last good files -------------------------------------------------------------------------------------------------


def test_a_report_that_fails_leaves_the_last_good_one(theme: Theme, tmp_path: Path) -> None:
    target = Target("report", "", "Small things", ("pdf", "docx"), "a4")
    good = small.edition(more={"report/01-one.md": HEAD + GOOD})
    (first,) = build(good, theme, BuildRequest((target,), tmp_path), lambda outcome: None)
    assert not first.problems and len(first.files) == 2
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    bad = small.edition(more={"report/01-one.md": HEAD + GOOD + "\nThe eye \U00013080 of Horus.\n"})
    (second,) = build(bad, theme, BuildRequest((target,), tmp_path), lambda outcome: None)
    assert second.problems and not second.files
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Then @one found it.", [6]),
        ("Words.[@one] Then @one found it.", [19]),
        ("As @one says, and @one again.", [4, 19]),
    ],
)
def test_a_source_without_a_name_in_a_sentence_is_refused_wherever_it_stands(
    session: Session, text: str, columns: list[int]
) -> None:
    found = failure(session, f"{text}\n")
    assert [(problem.line, problem.column) for problem in found] == [(6, column) for column in columns]
    assert all("has no author whose name could stand for “@one”" in problem.message for problem in found)
