"""The figures in the report's sections: drawn from the edition's data, or pictures from the content.

In: a section's blocks. Out: the same blocks, in which each figure is a float with its caption and alternative text. The name
of a figure in the tree is not that of a file; `figures` and `pictures` hold what belongs to the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from briefs.compose import charts, pictures, tree
from briefs.compose.attributes import PLOT
from briefs.compose.bidi import direction
from briefs.compose.figures import Figure
from briefs.compose.labels import Labels
from briefs.compose.manuscript import figure_image
from briefs.compose.plotrequests import KINDS, Unplottable, is_plot
from briefs.compose.plots import PlotMaker
from briefs.compose.slots import TemplateFiller
from briefs.compose.tree import Node
from briefs.edition import markdown
from briefs.edition.model import Edition, Section
from briefs.problems import Place, Problems, did_you_mean, error, warning

NARROWEST, MEASURE = 60.0, 125.0  # millimetres: the least width of a drawn figure; the width of the lines of text
GAP, SIDE = 4.0, 25.0  # millimetres: between a map and the legend beside it; the least width of the legend
UNIT = 3  # paragraphs of a caption that says what is counted, and in which unit


class Illustrations:
    """Puts figures and captions of tables into sections, and remembers which figures and pictures the sections have."""

    def __init__(self, edition: Edition, labels: Labels, writer: TemplateFiller):
        self.edition = edition
        self.plots = PlotMaker(edition, labels, writer, charts.WIDE)
        self._labels = labels
        self._drawn = charts.of_edition(edition, labels, is_numbered=False)
        self._shown: dict[str, Figure] = {}  # the drawn figures that are used, by name
        self.pictures: dict[str, pictures.Picture] = {}
        self.tables = 0  # the number of tables so far
        self._writer = writer

    @property
    def figures(self) -> dict[str, Figure]:
        """The drawn figures that the sections have, by name."""
        return self._shown | self.plots.figures

    def put(self, block: Node, section: Section) -> list[Node]:
        """The block as a float, if it is a figure (`::: {#fig-map .figure data=map}`), a picture by itself or a table with a
        caption. A table of the figure's numbers may follow. Other blocks stay as they are. Reports what is wrong with a figure; an
        empty float then keeps its name, because references may lead to it."""
        try:
            return self._placed(block, section)
        except Problems as fault:
            self._writer.report(fault.problems)
        return [_float(tree.identifier(block), [tree.image("", "")], [])]

    def _placed(self, block: Node, section: Section) -> list[Node]:
        if block["t"] == "Figure":
            return [self._picture(block, section)]
        if lost := next((n for n in tree.walk(block) if n["t"] in {"Figure", "Image"}), None):
            hint = 'Give it a paragraph of its own: ![The caption](figures/….svg){#fig-… alt="What it shows"}.'
            if [node["t"] for node in tree.walk(block) if node["t"] != "Span"] == ["Para", "Image"]:
                hint = 'Write one in its square brackets: ![The caption](figures/….svg){#fig-… alt="What it shows"}.'
                raise Problems([error(self._place(lost, section, block), "this picture has no caption", hint)])
            where = "between lines of `:::`" if block["t"] == "Div" else "within a text"
            raise Problems([error(self._place(lost, section, block), f"a picture can’t stand {where}", hint)])
        if block["t"] == "Div" and "figure" in tree.classes(block):
            return self._chart(block, section)
        return tree.transform([block], lambda table: self._captioned(table, section), "Table")

    def number_table(self, node: Node) -> list[Node]:
        """For `tree.transform` with Table and Div: put every table into a `div.table` with its number, and its caption if there is
        one.

        Inner nodes are changed before outer ones. So when the div with the caption of a table is changed, the
        table has its own div already, and the outer div takes the place of the inner one."""
        if node["t"] == "Table":
            self.tables += 1
            return [tree.div([node], "", ["table"], table=str(self.tables))]
        if "float" not in tree.classes(node) or "table" not in tree.classes(node):
            return [node]
        *captions, inner = tree.blocks(node)
        identifier, classes, _ = tree.attr_of(node)
        return [tree.div([*captions, *tree.blocks(inner)], identifier, classes, **tree.attributes(inner))]

    def _chart(self, block: Node, section: Section) -> list[Node]:
        caption = tree.blocks(block)
        keys = tree.attributes(block)
        self._check_words(caption, block, section)
        place = self._place(block, section)
        figures = [self._plot(keys, place, headed=len(caption) < UNIT)] if is_plot(keys) else self._of_all(keys, block, section)
        tables = [self.plots.tables[figure.name].table for figure in figures if figure.name in self.plots.tables]
        narrow = "width" in keys and figures[0].width <= MEASURE
        return [_float(tree.identifier(block), list(map(figure_image, figures)), caption, narrow=narrow), *tables]

    def _of_all(self, keys: Mapping[str, str], block: Node, section: Section) -> list[Figure]:
        """The figures of all countries' facts and stances that the key `data` names: one, or its parts on a page each."""
        name, place = keys.get("data", ""), self._place(block, section)
        if name not in self._drawn:
            known = list(dict.fromkeys([*(n for n in self._drawn if "-" not in n), *KINDS]))
            hint = did_you_mean(name, known, f"There are {', '.join(known)}.")
            raise Problems([error(place, f"there is no figure of the data “{name}”", hint)])
        if more := sorted(PLOT & keys.keys()):
            raise Problems([error(place, f"the attribute “{more[0]}” isn’t for a {name}", f"A {name} has no other attributes.")])
        width = self._width(keys, name, place)
        drawn = self._narrower(width) if width else self._drawn
        parts = [figure for other, figure in drawn.items() if other == name or other.startswith(f"{name}-")]
        self._shown.update({figure.name: figure for figure in parts})
        return parts

    def _width(self, keys: Mapping[str, str], name: str, place: Place) -> float:
        """The width that a figure is to have, in millimetres; 0 if it may be as wide as its place."""
        try:
            return min(pictures.asked_width(keys["width"]), charts.WIDE) if "width" in keys else 0.0
        except ValueError as fault:
            raise Problems([error(place, f"the figure “{name}” {fault}")]) from None

    def _narrower(self, width: float) -> dict[str, Figure]:
        """The figures of all countries in another width, with names of their own. The legend of a map stands beside it, if both
        together are no wider than the text. In text from right to left it stands below, since maps aren't mirrored."""
        left = MEASURE - width - GAP
        side = left if left >= SIDE and direction(self.edition.about.language) == "ltr" else 0.0
        made = charts.of_edition(self.edition, self._labels, max(width, NARROWEST), side, is_numbered=False)
        return {name: replace(figure, name=f"{name}-at-{width:g}") for name, figure in made.items()}

    def _plot(self, keys: Mapping[str, str], place: Place, *, headed: bool) -> Figure:
        if "width" in keys:
            raise Problems([error(place, "a figure of values has no `width`", "It is as wide as its place. Take it out.")])
        try:
            return self.plots.make(keys, headed=headed)
        except Unplottable as fault:
            raise Problems([error(place, *fault.fault)]) from None

    def _picture(self, block: Node, section: Section) -> Node:
        caption = tree.caption(block)
        image = next(n for n in tree.walk(tree.blocks(block)) if n["t"] == "Image")
        path = tree.target(image)
        alt, place = tree.text_of(tree.inlines(image)).strip(), self._place(block, section)
        self._check_words(caption, block, section)
        file = markdown.picture_named(path, self.edition.pictures)
        if not file:
            hint = did_you_mean(path, self.edition.pictures, "Put it into the folder figures/.")
            raise Problems([error(place, f"there is no picture “{path}”", hint)])
        if not alt or alt == tree.text_of(caption).strip():
            hint = 'Write what it shows, in other words than its caption: {alt="…"}.'
            raise Problems([error(place, f"the picture “{path}” has no alternative text of its own", hint)])
        try:
            stem, width = f"picture-{len(self.pictures) + 1}", tree.attributes(image).get("width", "")
            found = pictures.read(stem, file, self.edition.pictures[file], alt, width)
        except ValueError as fault:
            raise Problems([error(place, f"the picture “{path}” {fault}")]) from None
        hint = "Look at the page, and save the picture without that if it matters."
        lost = (f"the picture “{path}” is printed without {what}" for what in found.unprinted)
        self._writer.report(warning(place, what, hint) for what in lost)
        self.pictures[found.name] = replace(found, place=place)
        sized = tree.image(found.name, found.alt, width=f"{found.width:g}mm", height=f"{found.height:g}mm")
        return _float(tree.identifier(block), [sized], caption)

    def _captioned(self, table: Node, section: Section) -> list[Node] | None:
        """For `tree.transform`: a table with a caption as a float, with its caption above it."""
        if not tree.caption(table):
            return None
        self._check_words(tree.caption(table), table, section)
        bare = tree.with_caption(tree.with_attr(table, ["", *tree.attr_of(table)[1:]]), [])
        return [tree.div([*_captions(tree.caption(table), "table-caption"), bare], tree.identifier(table), ["table", "float"])]

    def _check_words(self, caption: list[Node], block: Node, section: Section) -> None:
        """Raises Problems for a caption with anything but paragraphs. Markdown reads a line such as “A.” as the first item of a
        list."""
        if any(part["t"] not in {"Para", "Plain"} for part in caption):
            hint = "Write it without lists and headings; “A.” or “1.” at its beginning needs a backslash before its full stop."
            raise Problems([error(self._place(block, section), "a caption has room for words only", hint)])

    def _place(self, node: Node, section: Section, outer: Node | None = None) -> Place:
        """The place of the content block that holds a node, found by the names in its texts."""
        names = (tree.identifier(n) for n in tree.walk(outer or node) if n["t"] == "Span")
        named = next((self._writer.places[n] for n in names if n in self._writer.places), None)
        at = section.body.markdown.find(f"#{tree.identifier(node)}") if tree.identifier(node) else -1
        return named or (section.body.place_at(at) if at >= 0 else section.body.place)


def _float(identifier: str, images: list[Node], caption: list[Node], *, narrow: bool = False) -> Node:
    """A figure with its caption. A figure of several images takes several pages.

    Of a caption of several paragraphs, the first is what the figure shows, and stands above it. The last has source and note, and
    stands below it. Those between say what is counted, and stand below the first.
    """
    names = ["figure", "float", *["parted"] * (len(images) > 1), *["narrow"] * narrow]
    shown = [tree.para([image]) for image in images]
    if len(caption) < 2:
        return tree.div([*shown, *_captions(caption)], identifier, names)
    above = [*_captions(caption[:1], "finding"), *_captions(caption[1:-1], "unit")]
    return tree.div([*above, *shown, *_captions(caption[-1:], "figure-note")], identifier, names)


def _captions(caption: list[Node], *classes: str) -> list[Node]:
    return [tree.div([tree.para(tree.inlines(block))], "", [*classes, "caption"]) for block in caption]
