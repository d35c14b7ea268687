"""Writes a deck of slides as PPTX.

In: a deck's manuscript, its drawn figures, the theme, each slide's steps and the boxes of its pictures. Out: the bytes of a PPTX.
The order of work: `tree.py` prepares slides without pictures for pandoc; pandoc writes them in the layouts of `reference.pptx`;
`finish.py` adds what pandoc can't write; the package is zipped in the same way as the package of a Word file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from briefs.compose.manuscript import Manuscript
from briefs.theme import Theme
from briefs.tools.pandoc import Pandoc
from briefs.typeset.slides import finish, tree
from briefs.typeset.slides.fit import SlideSteps
from briefs.typeset.slides.presentationml import Box
from briefs.typeset.word import package


def write(
    manuscript: Manuscript, pictures: Mapping[str, str | bytes], theme: Theme, steps: Sequence[SlideSteps],
    boxes: Mapping[str, Sequence[Box]], pandoc: Pandoc,
    shown: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:  # fmt: skip
    """The PPTX of a deck, as valid OOXML (ECMA-376). `steps`: the steps of the ladder of each slide; `boxes`: the boxes of pictures,
    by the slide's id; `shown`: PNGs that exist already, by figure."""
    made = package.read(pandoc.pptx(tree.document(manuscript, theme), theme.reference_pptx))
    finish.deck(made, manuscript, pictures, theme, steps, boxes, shown)
    return package.write(made, manuscript.date)
