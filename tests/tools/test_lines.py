"""Lines of text: what is copied from a model is as what is made anew."""

from __future__ import annotations

from typing import Any

import pytest

from briefs.theme import Theme
from briefs.tools import typesetter

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
