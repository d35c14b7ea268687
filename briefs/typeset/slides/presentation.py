"""Slides: their fit, their arrangement on the pages of a handout, and the deck itself as PPTX.

In: a deck's manuscript, its drawn figures, the theme, each slide's step and the boxes of its pictures. Out: the bytes of a PPTX.
The order of work: `tree.py` gives pandoc slides without pictures, pandoc writes them in the layouts of `reference.pptx`, then
`finish.py` sets what pandoc can't write, and the package is zipped as that of a Word file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefs.compose.manuscript import Manuscript
from briefs.theme import Theme
from briefs.tools.pandoc import Pandoc
from briefs.typeset.slides import finish, tree
from briefs.typeset.slides.presentationml import Box
from briefs.typeset.word import package


def write(
    manuscript: Manuscript, pictures: Mapping[str, str | bytes], theme: Theme, steps: Sequence[int],
    boxes: Mapping[str, Sequence[Box]], pandoc: Pandoc,
) -> bytes:  # fmt: skip
    """The PPTX of a deck, as valid OOXML (ECMA-376). `steps`: of the ladder, one for each slide; `boxes`: by the slide's id."""
    made = package.read(pandoc.pptx(tree.document(manuscript, theme), theme.reference_pptx))
    finish.deck(made, manuscript, pictures, theme, steps, boxes)
    return package.write(made, manuscript.date)
