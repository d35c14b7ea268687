"""Slides: their fit, their way onto the pages of a handout, and the deck itself as PPTX.

In: a deck's manuscript, its drawn figures, the theme, the step and the places of pictures of each slide. Out: the bytes of a PPTX.
The order of work: `tree.py` gives pandoc slides without pictures, pandoc writes them into the layouts of `reference.pptx`,
`finish.py` adds what pandoc has no words for, the package is zipped as Word's is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefs.compose.manuscript import Manuscript
from briefs.theme import Theme
from briefs.tools.pandoc import Pandoc
from briefs.typeset.slides import finish, tree
from briefs.typeset.word import package

Place = tuple[float, float, float, float]  # left, top, width, height as parts of the slide's width


def write(
    manuscript: Manuscript, pictures: Mapping[str, str | bytes], theme: Theme, steps: Sequence[int],
    places: Mapping[str, Sequence[Place]], pandoc: Pandoc,
) -> bytes:  # fmt: skip
    """The PPTX of a deck, as valid OOXML (ECMA-376), each slide at its step of the ladder."""
    made = package.read(pandoc.pptx(tree.document(manuscript), theme.reference_pptx))
    finish.deck(made, manuscript, pictures, theme, steps, places)
    return package.write(made, manuscript.date)
