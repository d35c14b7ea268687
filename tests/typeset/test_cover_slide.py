"""The band of colour on slides: high on the first one, unless it would hide a logo."""

from __future__ import annotations

import io
from pathlib import Path

import pptx
import pytest
from pptx.util import Mm

from briefs.press.session import Session
from briefs.theme import Theme
from tests import small

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><rect width="80" height="20" fill="#0b3d91"/></svg>'
BRAND = {
    "brand.yaml": "logo: {images: {mark: {path: brand/mark.svg, alt: The mark of the office}}, small: mark}\n",
    "brand/mark.svg": LOGO,
}


@pytest.mark.parametrize(("more", "is_high"), [({}, True), (BRAND, False)])
def test_the_band_of_the_first_slide(more: dict[str, str], is_high: bool, session: Session, theme: Theme, tmp_path: Path) -> None:
    made = small.make(small.with_edition(session, small.edition(more=more)), "handout", "be", ("pptx",)).files["pptx"]
    first, second, *_ = pptx.Presentation(io.BytesIO(made)).slides
    high, low = (next(s.height for s in slide.shapes if s.name == "Band") for slide in (first, second))
    shown = theme.look.slide
    assert abs(low - Mm(shown.bar)) < Mm(0.2)
    assert abs(high - Mm(shown.cover if is_high else shown.bar)) < Mm(0.2)
