"""The fonts that an edition needs."""

from __future__ import annotations

import pytest

from briefs.press import faces
from briefs.theme import Theme
from briefs.tools import fonts
from tests import small


@pytest.mark.parametrize(
    ("language", "script", "leads"),
    [("el", "Grek", False), ("uk", "Cyrl", False), ("ar", "Arab", False), ("fa", "Arab", False), ("he", "Hebr", False),
     ("hi", "Deva", False), ("th", "Thai", False), ("zh-CN", "Hans", True), ("zh-TW", "Hant", True), ("ja", "Jpan", True),
     ("ko", "Kore", True)],
)  # fmt: skip
def test_an_edition_has_the_fonts_of_its_script(language: str, script: str, leads: bool, theme: Theme) -> None:
    made = faces.of(theme, small.edition(about={"language": language})).look.fonts
    wanted = theme.look.fonts.scripts[script]
    assert made.files[wanted.package] == wanted.files and made.title.families()[0 if leads else 1] == wanted.title
    assert (made.asian if leads else made.complex) == wanted.word
    fonts.find(made.files)  # they are on the machine


def test_other_editions_need_no_more_packages(theme: Theme) -> None:
    for language in ("en", "tr", "vi"):
        assert faces.of(theme, small.edition(about={"language": language})) is theme


def test_letters_that_no_other_font_has_bring_their_font(theme: Theme) -> None:
    made = faces.of(theme, small.edition(country={"summary": "The word is हिन्दी."})).look.fonts
    assert made.fallback == [*theme.look.fonts.fallback, "Noto Sans Devanagari"] and made.complex == ""


def test_the_fonts_of_an_edition_stay_the_same_when_asked_again(theme: Theme) -> None:
    edition = small.edition(about={"language": "ar"}, country={"summary": "ภาษาไทย"})
    once = faces.of(theme, edition)
    assert faces.of(once, edition).look == once.look
