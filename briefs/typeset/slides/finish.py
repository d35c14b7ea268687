"""Adds to pandoc's PPTX file what its writer can't write.

In: the package as pandoc wrote it, the manuscript, its pictures, the theme, each slide's steps and the boxes of its pictures. Out:
the same package, changed: pictures with alternative texts, type, colour and number of each slide, notes as lists, properties.
ECMA-376 part 1, 19 (PresentationML) and 20 (DrawingML).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.pictures import pngs
from briefs.compose.tree import Node
from briefs.theme import Theme
from briefs.typeset.slides import areas, drawings, points, scripts, shapes, sources, text
from briefs.typeset.slides.fit import SlideSteps
from briefs.typeset.slides.presentationml import NAMES, Box
from briefs.typeset.slides.tree import untranslated
from briefs.typeset.word import origin, properties, rebrand
from briefs.typeset.word.package import Element, Package, R


def deck(
    package: Package, manuscript: Manuscript, drawn: Mapping[str, str | bytes], theme: Theme, steps: Sequence[SlideSteps],
    boxes: Mapping[str, Sequence[Box]], shown: Mapping[str, bytes],
) -> None:  # fmt: skip
    """Finish the whole package: the slides of the manuscript, the slides with sources after them, the notes, the masters, and the
    properties. `shown`: PNGs that exist already, by figure."""
    own = [b for b in manuscript.blocks if "slide" in tree.classes(b)]
    ladder = theme.look.ladder[manuscript.kind.ladder]
    at_foot = sources.at_foot(manuscript)
    listed, label = sources.listed(manuscript, theme), points.label(manuscript)
    for number, name in enumerate(_slides(package)):
        root = package.xml(name)
        shapes.fix_size(root)
        if number < len(own):
            if not {"title", "divider"} & {*tree.classes(own[number])}:
                shapes.place_body(package, name, own[number], theme)
            drawings.illustrate(
                package,
                name,
                own[number],
                drawn,
                boxes[tree.identifier(own[number])],
                theme,
                {**shown, **pngs(manuscript.pictures)},
            )
            step, lead = ladder[steps[number].text], ladder[steps[number].title]
            if said := at_foot if at_foot and number == len(own) - 1 else sources.foot(own[number]):
                shapes.add_source(package, name, said, theme)
            if steps[number] != SlideSteps() or not {"title", "divider"} & set(
                tree.classes(own[number])
            ):  # their layouts have a type of their own
                text.set_type(root, step, lead)
        else:
            step = ladder[0].model_copy(update={"text": listed.type, "gap": sources.GAP})
            text.set_type(root, step, step)
            columns = tree.div([tree.div([], "", ["column"])] * listed.columns, "", ["columns"])
            shapes.place_body(package, name, tree.div([columns] if listed.columns > 1 else [], "", [areas.SHORT]), theme)
            text.keep_commas(root)
            text.part_notes(root, step)
        text.set_links_plain(root)
        is_cover = not number and not drawings.logo_of(manuscript.pictures)  # a high band would hide the logo of the master
        high = theme.look.slide.cover if is_cover else theme.look.slide.bar
        colour = _colour(own[number if number < len(own) else 0], manuscript, theme)
        shapes.add_band(root, colour, theme, high)
        if not number:
            text.set_cover(root, colour if is_cover else "", theme.look.palette["muted"])
        if manuscript.restriction:
            shapes.add_restriction(root, manuscript.restriction, theme, high)
        text.indent_lists(root, step)
        text.indent_points(root, label, step)
        text.enlarge(root, step, theme.look.slide.larger, theme.look.palette["accent"])
        text.quieten(root, step, theme.look.palette["muted"])
        if number:
            shapes.add_slide_number(root, number + 1)
        _set_languages(root, manuscript, theme)
    for name in [n for n in package.parts if n.startswith("ppt/notesSlides/notesSlide")]:
        text.finish_notes(package.xml(name))
        _set_languages(package.xml(name), manuscript, theme)
    rebrand.faces_and_colours(
        package, theme, (n for n in [*package.parts] if n.startswith(("ppt/theme/", "ppt/slideMasters/s", "ppt/slideLayouts/s")))
    )
    rebrand.scheme(package, theme)
    drawings.add_logo(package, manuscript.pictures, theme)
    properties.write(package, manuscript)
    origin.write_properties(package, manuscript)
    scripts.write(package, manuscript, theme)


def _set_languages(root: Element, manuscript: Manuscript, theme: Theme) -> None:
    """Set the language of every run. A text that isn't translated gets its own language and colour."""
    text.set_language(root, manuscript.language)
    if language := untranslated(manuscript):
        text.mark_untranslated(root, language, theme.look.palette["muted"])


def _slides(package: Package) -> list[str]:
    """The parts of the slides, in their order."""
    relations = {e.get("Id"): e.get("Target") for e in package.xml("ppt/_rels/presentation.xml.rels")}
    listed = package.xml("ppt/presentation.xml").iterfind("p:sldIdLst/p:sldId", NAMES)
    return [f"ppt/{relations[e.get(f'{{{R}}}id')]}" for e in listed]


def _colour(slide: Node, manuscript: Manuscript, theme: Theme) -> str:
    """The colour of a slide: the colour of its stance, or the theme's accent colour if it has no stance."""
    stances = [c.removeprefix("step-") for c in tree.classes(slide) if c.startswith("step-")]
    return manuscript.colours[stances[0]] if stances else theme.look.palette["accent"]
