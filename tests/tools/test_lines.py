"""Lines of text: what is copied from a model is as what is made anew."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from briefs.engine import load as typesetter
from briefs.theme import Theme
from tests.conftest import ROOT

WIDE = {"letter_spacing": 3, "word_spacing": 5}
LIGATURES = {"font_feature_settings": (("liga", 0),)}


@pytest.fixture(scope="module")
def style(theme: Theme) -> Any:
    """A style of WeasyPrint's, as its figures have them."""
    typesetter.load()
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
    """What is set apart changes the attributes of its own layout, which those of the same kind began with too."""
    for kind in ({}, LIGATURES):
        first, spaced, again = (width(style(**kind, **more)) for more in ({}, WIDE, {}))
        assert first == again < spaced - 19 * 3


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


WORDS = "Five offices of affairs filed “Tofu” in AVATAR, difficult words to carry over more than a line or two."
LINES = f"""<html lang="en"><style>body {{ font: 11pt Carlito, Caladea; width: 60mm; hyphens: auto }}</style>
<p>{WORDS}</p><p style="text-align: justify">{WORDS} <em>{WORDS}</em></p><p><u>{WORDS}</u> <small>{WORDS}</small></p>
<p style="letter-spacing: 1pt; font-kerning: none">{WORDS}</p><p style="word-spacing: 3pt">a b</p><pre>one\ntwo\tthree</pre>
<p style="overflow: hidden; text-overflow: ellipsis; white-space: nowrap">{WORDS}</p>
<p style="line-clamp: 1">{WORDS}</p><p style="line-clamp: 1 '…more'; overflow-wrap: break-word; width: 5mm">سلام عليكم</p>
<p style="letter-spacing: 1pt; word-spacing: 3pt"><b>a</b> <b>b</b></p><p style="overflow-wrap: anywhere">{"x" * 90}</p>
<p lang="zh">习近平 and 华为 <span lang="he" dir="rtl">שלום ABC עולם</span>
e\u0301 q\u0307\u0323 a\u2028b c\u2060d \u2060e f\u200b 🙂 \ue123</p>
<p style="font-variant: small-caps">{WORDS}</p><table><thead><tr><th>Again on each page</thead>
<tr><td style="height: 200mm">One<tr><td style="height: 200mm">Two</table>
<svg width="90" height="20"><text x="9" y="9" text-anchor="middle">AVATAR</text></svg></html>"""
SCRIPT = """
import hashlib, sys
from briefs.engine import load as typesetter
import weasyprint
if sys.argv[1] == "quick":
    weasyprint = typesetter.load()
print(hashlib.sha256(weasyprint.HTML(string=sys.stdin.read()).write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)).hexdigest())
"""


def test_lines_are_drawn_as_weasyprint_draws_them() -> None:
    """Broken, stretched, set apart, cut off, from right to left, of other fonts or of none, drawn on each page: byte for byte. So
    are the objects of the file (`objects.py`)."""

    def drawn(how: str) -> str:
        command = [sys.executable, "-c", SCRIPT, how]
        return subprocess.run(command, input=LINES, text=True, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout

    assert drawn("quick") == drawn("slow") != ""
