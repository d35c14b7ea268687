"""SVG figures: the words of a figure are the words of the page, and plain paths and texts are where WeasyPrint draws them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from xml.etree import ElementTree

import pypdfium2
import pytest

from briefs.engine.render import LayoutError, Renderer, Resource
from briefs.theme import Theme
from tests.engine.pages import python

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" viewBox="0 0 300 200" font-family="Carlito">{}</svg>'
TEXTS = {
    "plain": '<text x="10" y="20">Plain words, AVATAR</text>',
    "a tspan": '<text x="10" y="20">Some <tspan fill="#c00000">red</tspan> words</text>',
    "nothing but tspans": '<text><tspan x="10" y="20">One line</tspan><tspan x="10" dy="15">another line</tspan></text>',
    "lists of places": '<text x="10 20 30" y="20 25 20">abc def</text>',
    "lists in a tspan": '<text x="10" y="20">one <tspan dx="5 5 5" dy="0 3 -3">two</tspan> three</text>',
    "a tspan in a tspan": '<text x="10" y="20">one <tspan>two <tspan fill="red">three</tspan></tspan> four</text>',
    "an anchor": '<text x="150" y="20" text-anchor="middle">in the <tspan font-style="italic">very</tspan> middle</text>',
    "an end": '<text x="290" y="20" text-anchor="end"><tspan>at</tspan> the <tspan>end</tspan></text>',
    "a link": '<a href="#x"><text x="10" y="20">a linked <tspan>text</tspan></text></a>',
    "a group": '<g transform="translate(5 5)" opacity="0.5"><text x="10" y="20">in <tspan>a</tspan> group</text></g>',
    "a path": '<defs><path id="p" d="M9 50 L200 50"/></defs><text x="9" y="20"><textPath href="#p">along a path</textPath></text>',
    "rotated": '<text x="10" y="40" rotate="10">turned <tspan>letters</tspan></text>',
    "another weight": '<text x="10" y="20" font-weight="600">half bold</text>',
    "several texts": '<text x="10" y="20">first</text><text x="10" y="40">the <tspan>second</tspan></text>',
    "a line separator": '<text x="10" y="20">before\u2028after</text>',
    "preserved space": '<text x="10" y="20" xml:space="preserve">two  <tspan> spaces</tspan></text>',
    "right to left": '<text x="200" y="20" direction="rtl" font-family="DejaVu Sans">שלום <tspan>עולם</tspan></text>',
    "a style": '<style>.b { font-weight: bold }</style><text x="10" y="20">of <tspan class="b">a class</tspan></text>',
    "used": '<defs><text id="t">used <tspan>text</tspan></text></defs><use href="#t" x="10" y="30"/>',
}
PAGE = '<html lang="en"><style>@page {{ size: 320px 220px; margin: 0 }}</style><p><img alt="x" src="figure:x.svg"/></p></html>'


@pytest.fixture(scope="module")
def renderer(theme: Theme) -> Renderer:
    return Renderer()


def pdf(renderer: Renderer, content: str) -> bytes:
    resource = Resource(SVG.format(content).encode(), "image/svg+xml")
    return renderer.render(PAGE.format(), [], {"figure:x.svg": resource}, "figure:").write_pdf(tagged=False)


def letters(text: str) -> list[str]:
    """The letters of a text in any order: letters with places of their own are read back in the order of the places."""
    return sorted(re.sub(r"[\s\u2028\ufffe]", "", text))


def words_of(svg: str) -> str:
    root = ElementTree.fromstring(svg)
    return "".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))


def read(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as opened:
        text: str = opened[0].get_textpage().get_text_bounded()
        return text


@pytest.mark.parametrize("name", TEXTS)
def test_the_words_of_the_svg_are_the_words_of_the_page(name: str, renderer: Renderer) -> None:
    wanted = words_of(SVG.format(TEXTS[name]))
    assert letters(read(pdf(renderer, TEXTS[name]))) == letters(wanted) != []


def test_words_in_a_tspan_are_read_in_their_order(renderer: Renderer) -> None:
    for name in ("a tspan", "a tspan in a tspan", "an anchor", "several texts"):
        wanted = " ".join(words_of(SVG.format(TEXTS[name])).split()).replace(" ", "")
        assert re.sub(r"\s", "", read(pdf(renderer, TEXTS[name]))) == wanted


# Where WeasyPrint only logs that it stopped drawing.

STOPPED = {
    "a rotation that is no number": '<text x="1" y="20" rotate="much">turned <tspan>words</tspan></text>',
    "a miter limit that is no number": '<text x="1" y="20" stroke-miterlimit="x">words</text>',
    "an opacity that is no number": '<g opacity="half"><text x="1" y="20">words</text></g>',
}


@pytest.mark.parametrize("name", STOPPED)
def test_a_figure_that_is_not_drawn_to_its_end_fails_the_document(name: str, renderer: Renderer) -> None:
    with pytest.raises(LayoutError, match=r"Failed to render SVG image figure:x\.svg"):
        pdf(renderer, STOPPED[name])


def test_words_that_weasyprint_drops_fail_the_document(renderer: Renderer) -> None:
    text = '<text x="1" y="20">one <tspan>two <tspan>three</tspan> four</tspan> five</text>'
    with pytest.raises(LayoutError, match=r"Failed to draw “four” in SVG image figure:x\.svg"):
        pdf(renderer, text)


def test_a_letter_that_no_font_has_fails_the_document_when_it_is_drawn(renderer: Renderer) -> None:
    with pytest.raises(LayoutError, match=r"\.notdef glyph"):
        pdf(renderer, '<text x="1" y="20">\U0001fffd</text>')


# Against the original.

DRAWN = """if True:
    import base64, contextlib, json, sys, weasyprint
    from briefs.engine import load, patches

    def drawn(svg):
        image = base64.b64encode(svg.encode()).decode()
        html = f'<style>@page {{ size: 320px 220px; margin: 0 }}</style><img src="data:image/svg+xml;base64,{image}">'
        return base64.b64encode(weasyprint.HTML(string=html).write_pdf(uncompressed_pdf=True)).decode()

    figures = json.load(sys.stdin)
    originals = [drawn(svg) for svg in figures]
    patches.install({f"weasyprint.svg.{name}": load.NEW[f"weasyprint.svg.{name}"] for name in ("text", "path", "SVG.draw_node")})
    print(json.dumps({svg: [original, drawn(svg)] for svg, original in zip(figures, originals)}))
"""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
PLAIN_PATHS = [
    "M10.1 10.2l5.3-2.7 .4 8.1z",
    "M1 2l3 4M20 20l5 5 5-5 5 5M2.5 3.5l-.5-.5z",
    "M10 10l.1 .1 .1 .1 .1 .1 .1 .1",
]
OTHER_PATHS = ["M10 10 L20 20", "m1 1 2 2", "M1 1c2 2 3 3 4 4z", "M1 1h5v5H1z", "M1 1l2 2 a1 1 0 0 1 3 3"]
OTHER_TEXTS = [name for name in TEXTS if name not in {"plain", "several texts"}]
ANCHORED = {
    anchor: f'<text x="150" y="20" text-anchor="{anchor}" font-size="12" font-weight="bold">AVATAR To be</text>'
    for anchor in ("start", "middle", "end")
}


def outline(path: str) -> str:
    return SVG.format(f'<path d="{path}" stroke="#000000"/>')


@pytest.fixture(scope="module")
def drawn(theme: Theme) -> Mapping[str, tuple[bytes, bytes]]:
    """For each SVG the page that WeasyPrint makes of it, first unpatched, then with the functions of `svg.py`."""
    texts = [SVG.format(text) for text in [*TEXTS.values(), *ANCHORED.values()]]
    pages = json.loads(python(DRAWN, stdin=json.dumps([*texts, *map(outline, [*PLAIN_PATHS, *OTHER_PATHS])])))
    return {svg: (base64.b64decode(original), base64.b64decode(ours)) for svg, (original, ours) in pages.items()}


@pytest.mark.parametrize("path", PLAIN_PATHS)
def test_a_plain_path_has_the_points_of_the_original_to_a_twentieth(path: str, drawn: Mapping[str, tuple[bytes, bytes]]) -> None:
    original, ours = ("\n".join(construction(page)) for page in drawn[outline(path)])
    assert NUMBER.sub("n", original) == NUMBER.sub("n", ours) and original.count(" l") >= 2
    assert [float(n) for n in NUMBER.findall(ours)] == pytest.approx([float(n) for n in NUMBER.findall(original)], abs=0.05)
    assert original != ours or path == PLAIN_PATHS[0], "the replacement was called: it writes one decimal"


def construction(page: bytes) -> list[str]:
    """The operators that construct paths, without a move that another one follows: the original begins with 0 0."""
    lines = [line for line in page.decode("latin-1").splitlines() if re.fullmatch(r"(?:-?[\d.]+ -?[\d.]+ [ml]|h)", line)]
    return [line for line, following in zip(lines, [*lines[1:], ""], strict=True) if not line.endswith("m") or "l" in following]


@pytest.mark.parametrize("path", OTHER_PATHS)
def test_any_other_path_is_left_to_the_original(path: str, drawn: Mapping[str, tuple[bytes, bytes]]) -> None:
    original, ours = drawn[outline(path)]
    assert original == ours


@pytest.mark.parametrize("name", OTHER_TEXTS)
def test_a_text_that_is_not_plain_is_drawn_as_the_original_draws_it(name: str, drawn: Mapping[str, tuple[bytes, bytes]]) -> None:
    original, ours = drawn[SVG.format(TEXTS[name])]
    assert original == ours


@pytest.mark.parametrize("anchor", ANCHORED)
def test_a_plain_text_has_the_letters_and_the_place_of_the_original_but_is_kerned(
    anchor: str, drawn: Mapping[str, tuple[bytes, bytes]]
) -> None:
    original, ours = drawn[SVG.format(ANCHORED[anchor])]
    assert letters(read(original)) == letters(read(ours)) == letters("AVATAR To be")
    (left, bottom, right, top), (kerned_left, kerned_bottom, kerned_right, kerned_top) = extent(original), extent(ours)
    assert (kerned_bottom, kerned_top) == pytest.approx((bottom, top), abs=0.1)
    assert 0.85 * (right - left) < kerned_right - kerned_left < right - left
    fixed = {"start": (left, kerned_left), "middle": (left + right, kerned_left + kerned_right), "end": (right, kerned_right)}
    assert fixed[anchor][0] == pytest.approx(fixed[anchor][1], abs=0.5)
    # PDFium loses the edge of the first letter of a group.
    assert (b"/Transparency" in original) is (anchor != "start") and b"/Transparency" not in ours


def extent(page: bytes) -> tuple[float, float, float, float]:
    """What all letters of a page cover: left, bottom, right, top in points."""
    with pypdfium2.PdfDocument(page) as opened:
        text = opened[0].get_textpage()
        boxes = [box for n in range(text.count_chars()) if (box := text.get_charbox(n))[2] > box[0]]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
