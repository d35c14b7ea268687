"""Text layout: a layout that is copied from a model is the same as one that is made from the style."""

from __future__ import annotations

import ast
import inspect
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest

from briefs.engine import load
from briefs.engine.render import Renderer
from briefs.engine.text import KIND, _Run
from briefs.theme import Theme
from tests.engine.pages import python

WIDE = {"letter_spacing": 3, "word_spacing": 5}
LIGATURES = {"font_feature_settings": (("liga", 0),)}


@pytest.fixture(scope="module")
def style(theme: Theme) -> Any:
    """A function that makes a style as WeasyPrint makes it for SVG."""
    load.load()
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.svg.text import Style
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()

    def made(**changes: Any) -> Any:
        style = Style()
        style.update({**INITIAL_VALUES, "font_family": ("Carlito",), "font_size": 20, **changes})
        style.font_config = configuration
        return style

    return made


def width(style: Any, text: str = "an office of affairs") -> float:
    from weasyprint.text.line_break import split_first_line

    return float(split_first_line(text, style, None, None, 0)[3])


def test_a_line_leaves_nothing_to_the_next_of_its_kind(style: Any) -> None:
    """Letter spacing changes the attributes of its own layout. Others of the same kind began with the same attributes."""
    for kind in ({}, LIGATURES):
        first, spaced, again = (width(style(**kind, **more)) for more in ({}, WIDE, {}))
        assert first == again < spaced - 19 * 3


@pytest.mark.parametrize("tenths", range(484, 500, 2))
def test_the_space_before_an_element_needs_no_room(tenths: int) -> None:
    """A text that would fit but for its last space was broken after its first word."""
    style = f"@page {{ margin: 5mm }} body {{ margin: 0; font: 8pt Carlito; width: {tenths / 10}mm }}"
    page = Renderer().render(
        f"<!DOCTYPE html><html lang='en'><title>T</title><style>{style}</style>"
        "<body>European Values Center for Security Policy, <em>NATO States Response</em></body></html>", [], {}, "test:",
    ).pages[0]  # fmt: skip
    first = next(box.text for box in page.box.descendants(absolute=True) if box.kind == "text")
    assert first.startswith("European Values Center for Security")


ARABIC = "يستهلك كل فرد <span>25%</span> أقل مما كان يستهلكه قبل عام، بحسب دراسة نشرت حديثا. " * 4


def lines_of(css: str) -> list[tuple[float, float]]:
    """How far the words of each line of an Arabic paragraph begin from its right edge, and end from its left edge, in points."""
    style = (
        f"@page {{ margin: 5mm }} body {{ margin: 0 20mm; direction: rtl; font: 11pt Noto Sans Arabic }} p {{ margin: 0; {css} }}"
    )
    html = f"<!DOCTYPE html><html lang='ar'><title>T</title><style>{style}</style><body><p>{ARABIC}</p></body></html>"
    (box,) = (b for b in Renderer().render(html, [], {}, "test:").pages[0].box.descendants() if b.tag == "p" and b.kind == "other")
    area, found = box.content_area, []
    for line in (child for child in box.children if child.kind == "line"):
        words = [child.border_area for child in line.descendants() if child.kind == "text"]
        found.append((area.right - max(word.right for word in words), min(word.left for word in words) - area.left))
    return found


@pytest.mark.parametrize("width", range(220, 310, 6))
@pytest.mark.parametrize("align", ["start", "justify"])
def test_lines_from_right_to_left_keep_to_their_place(width: int, align: str) -> None:
    """A line that ended before an element began too far left."""
    found = lines_of(f"width: {width}pt; text-align: {align}")
    assert len(found) > 4 and all(abs(right) < 0.1 and left > -0.1 for right, left in found), found


@pytest.mark.parametrize("indent", [14, -14])
def test_a_line_from_right_to_left_is_indented_at_the_right(indent: int) -> None:
    """An indent made the room wider or narrower, and the line stayed where it was."""
    (first, left), *others = lines_of(f"width: 250pt; padding-right: 20pt; text-indent: {indent}pt")
    assert abs(first - indent) < 0.1 and left > -0.1 and all(abs(right) < 0.1 for right, _ in others)


OTHERS: list[dict[str, Any]] = [
    {"font_size": 21},
    {"font_weight": 700},
    {"font_style": "italic"},
    {"font_family": ("Caladea",)},
    {"font_variant_caps": "small-caps"},
]


@pytest.mark.parametrize("change", OTHERS)
def test_another_kind_has_a_layout_of_its_own(style: Any, change: dict[str, Any]) -> None:
    assert width(style()) != width(style(**change))


def test_a_copy_is_as_long_as_its_model(style: Any) -> None:
    assert len({width(style(**LIGATURES)) for _ in range(3)}) == 1


# The text of glyphs.

CLUSTERS: list[tuple[str, list[int], int, list[str]]] = [
    ("fin", [0, 2], 0, ["fi", "n"]),  # a ligature
    ("\u00a0n", [0, 2], 0, [" ", "n"]),  # the glyph of all spaces
    ("ŢĞ", [0, 0, 2], 0, ["T", "\u0327", "Ğ"]),  # a letter in two parts
    ("TŢ", [0, 1, 1], 0, ["T", "T", "\u0327"]),
    ("ŉn", [0, 0, 2], 0, ["ŉ", "\u200b", "n"]),  # two glyphs that Unicode has no parts for
    ("אב", [2, 0], 1, ["ב", "א"]),  # leftwards
    ("א\ufb2a", [2, 2, 0], 1, ["\u05c1", "ש", "א"]),
]


@pytest.mark.parametrize(("text", "clusters", "level", "expected"), CLUSTERS)
def test_each_glyph_has_its_part_of_the_text(text: str, clusters: list[int], level: int, expected: list[str]) -> None:
    """Which letters are drawn in parts depends on the version of Pango."""
    run = object.__new__(_Run)
    item = SimpleNamespace(offset=2, length=len(text.encode()), analysis=SimpleNamespace(level=level))
    run.item = SimpleNamespace(item=item, glyphs=SimpleNamespace(log_clusters=clusters))
    run.glyphs = [(number, 0) for number in range(len(clusters))]
    run.font = SimpleNamespace(to_unicode={})
    run.store_text(f"é{text}")
    assert list(run.font.to_unicode.values()) == expected


# What Pango's set-up reads of a style.

READ = """if True:
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.text.line_break import Layout

    class Style(dict):
        font_config = FontConfiguration()
        read = set()
        def __getitem__(self, name):
            self.read.add(name)
            return super().__getitem__(name)

    for lang in (None, "en"):
        for override in ("normal", "DEU"):
            for decoration in ("none", {"underline"}):
                Layout(Style({**INITIAL_VALUES, "font_family": ("Carlito",), "lang": lang, "font_language_override": override,
                    "text_decoration_line": decoration, "font_variation_settings": (("wght", 400),)}))
    print(*sorted(Style.read))
"""
BESIDE = {"font_family", "text_decoration_line"}  # keyed by the tuple, and by whether there is any


def test_a_kind_is_all_that_the_set_up_of_a_layout_reads() -> None:
    assert set(python(READ).split()) == {*KIND, *BESIDE}


def test_the_source_of_the_set_up_reads_no_other_key() -> None:
    """The recording above sees only the branches that it takes."""
    load.load()
    from weasyprint.text import fonts, line_break

    found = set()
    source = inspect.getsource(line_break)
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and function.name == "setup":
            found |= keys(function)
    found |= keys(ast.parse(inspect.getsource(fonts.get_font_description)))
    assert found == {*KIND, *BESIDE}


def keys(tree: ast.AST) -> set[str]:
    """The keys that are read of `style`."""
    reads = (node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "style")
    return {ast.literal_eval(node.slice) for node in reads}


@pytest.mark.parametrize("order", ["<p dir=rtl lang=he>{}</p><p>{}</p>", "<p>{1}</p><p dir=rtl lang=he>{0}</p>"])
def test_brackets_are_copied_as_they_look(order: str) -> None:
    """One glyph is “(” from right to left and “)” from left to right. Whichever text came first decided what both were."""
    body = order.format("שלום (123) [עולם]", "The Keys (Paper, 2020) [x] «y»")
    style = "body { font: 11pt DejaVu Sans }"
    page = Renderer().render(f"<!DOCTYPE html><html lang=en><title>T</title><style>{style}</style><body>{body}", [], {}, "test:")
    text = pypdfium2.PdfDocument(page.write_pdf(tagged=True))[0].get_textpage().get_text_range()
    assert "The Keys (Paper, 2020) [x] «y»" in text and "שלום (123) [עולם]" in text
