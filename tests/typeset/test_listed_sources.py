"""How the list of sources is shared out over slides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.typeset.slides import sources
from tests import small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def deck(session: Session) -> Manuscript:
    kind = next(kind for kind in KINDS.values() if kind.layout == "slides")
    made: Manuscript = kind.compose(small.edition(), TemplateFiller(ROOT / "templates", session.pandoc), "be")
    return made


@pytest.mark.parametrize(("entries", "counts", "size"), [
    (2, (2,), 21.0),
    (16, (16,), 14.0),
    (30, (15, 15), 17.5),
])  # fmt: skip
def test_few_slides_hold_all_sources_in_the_largest_type(
    entries: int, counts: tuple[int, ...], size: float, deck: Manuscript, theme: Theme
) -> None:
    blocks = [block for block in deck.blocks if block["c"][0][1] != ["sources"]]
    heading, listed = next(block["c"][1] for block in deck.blocks if block["c"][0][1] == ["sources"])[:2]
    (item,) = listed["c"][1][:1]
    long = {**listed, "c": [listed["c"][0], [item] * entries]}
    made = sources.listed(replace(deck, blocks=[*blocks, {"t": "Div", "c": [["", ["sources"], []], [heading, long]]}]), theme)
    assert (made.counts, made.type[0]) == (counts, size)
