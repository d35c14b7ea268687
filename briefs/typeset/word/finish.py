"""Adds to pandoc's DOCX file what its writer can't write. Each sort of addition is a module of its own.

In: the package as pandoc wrote it, the manuscript, the theme. Out: the same package, changed: sections and columns, header and
footer, numbering, shades, the type of the step, properties. ECMA-376 part 1 (WordprocessingML).
"""

from __future__ import annotations

from briefs.compose.manuscript import Manuscript
from briefs.theme import LadderStep, Theme
from briefs.typeset.word import (
    appendix,
    foot,
    headers,
    margins,
    notes,
    numbering,
    numerals,
    properties,
    scripts,
    sections,
    shading,
    styles,
    tables,
)
from briefs.typeset.word.package import BODY, Package, w


def document(package: Package, manuscript: Manuscript, theme: Theme, step: LadderStep) -> None:
    """Make all additions except those to pictures (`drawings.py`)."""
    body = package.xml(BODY).find(w("body"))
    running = headers.take_footer(body)
    sections.fold(body)
    if manuscript.kind.layout in {"one page", "bound", "two sides"}:
        foot.pin(body, theme.look.page[manuscript.kind.page], step)
    if manuscript.kind.layout == "chapters":
        foot.pin_cover(body)
    tables.set_columns(body)
    appendix.set_tables(body)
    numbering.indent_lists(package, *([numbering.REPORT_BULLET] if manuscript.kind.layout == "chapters" else []))
    numbering.align_numbers(package)
    numbering.mark_tasks(package)
    numbering.indent_inner_lists(package)
    numbering.indent_tables(package)
    write_headers = {
        "one page": headers.one_page,
        "pages": headers.bound,
        "slides": headers.numbered_pages,
        "chapters": headers.chapters,
        "bound": headers.bound,
        "two sides": headers.two_sides,
    }
    write_headers[manuscript.kind.layout](package, body, manuscript, theme, running)
    headers.restrict(package, body, manuscript, theme)
    if manuscript.kind.layout == "chapters":
        styles.set_chapters(package)
        numbering.number_headings(package, body, manuscript, theme)
        margins.run_on(body)
        notes.hang(package)
        notes.set_blocks(package)
        numbering.set_apart(body)
    if manuscript.kind.layout in {"chapters", "pages"}:
        styles.set_cell_styles(package, theme)
        tables.narrow_margins(body)
    if manuscript.kind.layout in {"one page", "pages", "bound", "two sides"} and body.find(w("tbl")) is not None:
        styles.set_cell_type(package, step)
        tables.keep_rows(body)
    if manuscript.kind.layout == "pages":
        styles.remove_rule_of_lead(package)
    if manuscript.kind.style == "note":
        styles.set_headings(package, styles.NOTE)
    tables.set_key_facts(body)
    styles.darken_strong(body)
    if manuscript.kind.layout == "bound":
        styles.set_headings(package, styles.PACK)
        shading.bound(body, package.xml(styles.PART), manuscript)
    shading.badges(body, package.xml(styles.PART), manuscript)
    shading.shade(body, manuscript)
    shading.key_points(package.xml(styles.PART), manuscript, step)
    if manuscript.kind.layout in {"one page", "two sides"} and numbering.PART in package.parts:
        shading.bullets(package.xml(numbering.PART), manuscript.colours.get(manuscript.accent))
    if manuscript.kind.layout == "chapters" and numbering.PART in package.parts:
        shading.bullets(package.xml(numbering.PART), theme.look.palette["muted"])
    if manuscript.kind.layout in {"one page", "bound", "two sides", "chapters"} and numbering.PART in package.parts:
        numbering.bare_sources(package)
    styles.set_type(package, step)
    styles.mark_untranslated(package, theme.look.palette["muted"])
    properties.write(package, manuscript)
    scripts.write(package, manuscript, theme)
    numerals.write(package, manuscript.numerals)
