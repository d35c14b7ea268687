"""Each fault of a page, put in on purpose, is found; and a page without it has no finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from briefs.engine.render import Renderer, Resource
from briefs.lint import documents, folder
from tests.conftest import ROOT

LINE = "Words of a paragraph that goes on over several lines of the page, as paragraphs do. "
STYLE = """@page { size: 120mm 90mm; margin: 10mm; @top-left { content: "The running head"; vertical-align: top } }
body { margin: 0; font: 10pt/14pt Carlito, sans-serif; hyphens: manual } p { margin: 0 }"""
Found = Callable[..., list[str]]


@pytest.fixture(scope="module")
def found() -> Found:
    """The rules that find something on the pages of an HTML body, each as “page rule”."""
    renderer = Renderer()

    def look(body: str, picture: str = "") -> list[str]:
        resources = {"test:map.svg": Resource(picture.encode(), "image/svg+xml")}
        html = f'<!DOCTYPE html><html lang="en"><title>T</title><style>{STYLE}</style><body>{body}</body></html>'
        pdf = renderer.render(html, [], resources, "test:").write_pdf(tagged=True)
        return list(dict.fromkeys(f"{finding.page} {finding.rule}" for finding in documents.findings("a.pdf", pdf)))

    return look


def test_a_sound_page_has_no_finding(found: Found) -> None:
    assert found(f"<h1>Title</h1><p>{LINE * 5}</p>") == []


@pytest.mark.parametrize("hyphen", ["-", "&shy;"])
def test_a_word_broken_over_a_page_turn(found: Found, hyphen: str) -> None:
    page = f'<div style="height: 64mm">{LINE}</div><p style="width: 12mm; orphans: 1; widows: 1">soft{hyphen}ware<br>{LINE * 8}</p>'
    assert "1 hyphen" in found(page)


def test_a_word_broken_within_a_page_or_column_is_no_finding(found: Found) -> None:
    assert found(f'<p style="width: 12mm">soft&shy;ware</p><p>{LINE * 4}</p>') == []
    assert found(f'<div style="columns: 2"><p style="width: 12mm">and soft&shy;ware here</p></div><p>{LINE * 4}</p>') == []


def test_a_page_that_is_nearly_empty(found: Found) -> None:
    assert found(f"<p>{LINE * 9}</p><p style='break-before: page'>One line.</p>") == ["2 fill"]
    assert found(f"<p>{LINE * 9}</p><p style='break-before: page'>{LINE * 5}</p>") == []


def test_a_row_that_goes_on_without_its_name(found: Found) -> None:
    table = "<table><thead><tr><th>Country<th>Facts</thead><tbody><tr><th style='width: 30mm'>{}<td>{}</tbody></table>"
    rest = "".join(f"<p>Line {n} of the cell.</p>" for n in range(16))
    assert found(table.format("Germany", rest)) == ["2 nameless row"]
    two = table.format("Germany", rest).replace(
        "<p>Line 10", "<tr style='break-before: page'><th>Germany (continued)<td><p>Line 10"
    )
    assert found(two) == []


def test_an_empty_strip_on_the_only_page(found: Found) -> None:
    assert found(f"<p>{LINE * 3}</p><p style='margin-top: 30mm'>{LINE}</p>") == ["1 empty strip"]


def test_columns_that_end_far_apart(found: Found) -> None:
    column = "<div style='position: absolute; width: 40mm; left: {}mm'><p>{}</p></div>"
    assert found(column.format(0, LINE * 6) + column.format(50, LINE)) == ["1 column feet"]
    assert found(column.format(0, LINE * 6) + column.format(50, LINE * 6)) == []


def test_text_that_leaves_the_page(found: Found) -> None:
    assert "1 outside" in found(f"<p style='position: absolute; left: 105mm; white-space: nowrap'>Cut off</p><p>{LINE * 4}</p>")


def test_texts_that_overlap(found: Found) -> None:
    assert "1 overlap" in found(f"<p>{LINE * 2}</p><p style='margin-top: -9pt'>{LINE * 2}</p>")


def test_vowels_of_arabic_do_not_overlap_their_letters(found: Found) -> None:
    words = "يُستعمل الكيس المصنّع مرّةً واحدةً، ويُصنع أيضًا في أقلّ من ثانية. " * 6
    assert found(f"<p lang='ar' dir='rtl'>{words}</p>") == []


@pytest.mark.parametrize(
    ("colours", "rules"), [("#999 on #fff", ["1 contrast"]), ("#fff on #24405c", []), ("#1a1a1a on #d8b365", [])]
)
def test_text_that_is_hard_to_read(found: Found, colours: str, rules: list[str]) -> None:
    text, _, ground = colours.partition(" on ")
    assert found(f"<p style='color: {text}; background: {ground}'>{LINE * 3}</p>") == rules


PAGE = '<div style="background: #a6611a; height: 4mm"></div><img src="test:map.svg" alt="A map">'
MAP = """<svg xmlns="http://www.w3.org/2000/svg" width="300" height="120" viewBox="0 0 300 120">
<path fill="#eaf2f7" d="M0 0H300V120H0Z"/>
<path fill="#91c2be" d="M10 10H140V110H10Z{coast}"/><path fill="#a6611a" d="M150 10H290V110H150Z"/>{over}
<text x="{x}" y="60" font-size="9" fill="{ink}">Homeland</text></svg>"""
COAST = "M10 10" + "".join(f"L{10 + n / 5:.1f} {10 + n % 2}" for n in range(520)) + "Z"


def test_a_label_on_another_country(found: Found) -> None:
    assert found(PAGE, MAP.format(coast=COAST, over="", x=20, ink="#000")) == ["1 map label"]
    assert found(PAGE, MAP.format(coast=COAST, over="", x=200, ink="#fff")) == []
    outside = MAP.replace("#91c2be", "#e3e1dc")
    assert found(PAGE, outside.format(coast=COAST, over="", x=20, ink="#000")) == [], "land that is no country of the map"


def test_a_subject_that_its_map_hides(found: Found) -> None:
    outline = '<path stroke="#000" fill="none" stroke-width="70" d="M150 10H290V110H150Z"/>'
    assert "1 map subject" in found(PAGE, MAP.format(coast=COAST, over=outline, x=5, ink="#000"))


def test_the_legend_below_a_map_is_no_part_of_its_subject(found: Found) -> None:
    tall = MAP.replace('height="120" viewBox="0 0 300 120"', 'height="200" viewBox="0 0 300 200"')
    legend = '<path fill="#a6611a" d="M0 125H300V195H0Z"/>'
    assert found(PAGE, tall.format(coast=COAST, over=legend, x=200, ink="#fff")) == []


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    for name in ("broken.pdf", "broken.pptx"):
        (tmp_path / name).write_bytes(b"no file at all")
    assert [f"{finding.rule}" for finding in folder.findings(folder.files(tmp_path))] == ["unreadable"] * 2
    with pytest.raises(folder.NothingToLookAt, match="no PDF or PPTX"):
        folder.files(ROOT / "docs")
