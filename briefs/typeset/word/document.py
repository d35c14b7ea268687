"""Writes Word files: pandoc writes a manuscript in the styles of `reference.docx`, then the parts of the file are completed.

In: a manuscript, its drawn figures, theme, paper, step. Out: the bytes of a DOCX. The order of work: `body.py` gives the tree the
styles and sections of Word; pandoc writes the file; `finish.py` adds what pandoc can't write; `package.py` zips the file.
"""

from __future__ import annotations

from collections.abc import Mapping

from briefs.clock import clock
from briefs.compose import pictures
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import document
from briefs.theme import LadderStep, Theme
from briefs.tools.pandoc import Pandoc
from briefs.typeset.page.justify import Stretch
from briefs.typeset.word import body, distances, drawings, embedding, finish, origin, package, rebrand, styles


def write(
    manuscript: Manuscript,
    figures: Mapping[str, str | bytes],
    theme: Theme,
    paper: str,
    step: LadderStep,
    pandoc: Pandoc,
    pages: Mapping[str, str],
    shown: Mapping[str, bytes] | None = None,
    stretch: Stretch | None = None,
) -> bytes:
    """The DOCX of a manuscript, as valid OOXML (ECMA-376), in the styles of Word, with the type of the step.

    `pages`: the page number of each heading, caption and content block, by its name. `shown`: PNGs that exist already, by figure.
    `stretch`: by how much the distances on a page grow.
    """
    tree = document(body.blocks(manuscript, theme, paper, pages))
    media = {name: data.encode() if isinstance(data, str) else data for name, data in figures.items()}
    made = package.read(pandoc.docx(tree, theme.reference_docx, media))
    with clock.stage("finish"):
        finish.document(made, manuscript, theme, step)
        if stretch:
            distances.stretch(made, stretch)
        widths = {f"{n}.svg": f.width for n, f in manuscript.figures.items()} | {n: p.width for n, p in manuscript.pictures.items()}
        rebrand.faces_and_colours(made, theme, [styles.PART])
        rebrand.links(made.xml(styles.PART), theme)
        embedding.embed(made, theme)
        drawings.figures(made, figures, widths, {**(shown or {}), **pictures.pngs(manuscript.pictures)})
        if manuscript.kind.layout == "chapters":
            page = theme.look.page[manuscript.kind.page]
            drawings.lower(made, theme.look.sheet(manuscript.kind.page, paper).height - page.top - page.bottom)
        origin.write(made, manuscript, pages)
        return package.write(made, manuscript.date, {f"{document}.docx" for document in manuscript.documents})
