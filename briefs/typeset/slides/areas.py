"""Where the body of a slide stands, and how wide its columns are.

In: a slide or the columns on it, and the theme's slide. Out: lengths in millimetres of the slide as it is shown. `handout.css` has
the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.theme import Slide

SHORT = "short"  # the class of a slide whose title has one line


def body(slide: Node, shown: Slide) -> tuple[float, float]:
    """The distance of a slide's body from the top, and its height. The body rises if the title has only one line."""
    if SHORT in tree.classes(slide):
        return shown.body - shown.rise, shown.body_height + shown.longer
    return shown.body, shown.body_height


def columns(parts: Sequence[Node], shown: Slide) -> list[float]:
    """The widths of the columns of a slide. A column that holds only a figure is broader than the text beside it."""
    inside = shown.width - 2 * shown.margin - (len(parts) - 1) * shown.gutter
    figures = [is_figure(part) for part in parts]
    if len(parts) == 2 and figures[0] != figures[1]:
        return [shown.broad if is_broad else inside - shown.broad for is_broad in figures]
    return [inside / len(parts)] * len(parts)


def with_broad_columns(slide: Node) -> Node:
    """A slide whose columns of unequal width have the classes `broad` and `narrow`, by which the style sheet knows them."""

    def classed(node: Node) -> list[Node] | None:
        parts = [b for b in tree.blocks(node) if "column" in tree.classes(b)]
        if "columns" not in tree.classes(node) or [*map(is_figure, parts)] not in ([True, False], [False, True]):
            return None
        return [
            tree.with_blocks(node, [tree.div(tree.blocks(p), "", ["column", "broad" if is_figure(p) else "narrow"]) for p in parts])
        ]

    return tree.with_blocks(slide, tree.transform(tree.blocks(slide), classed, "Div"))


def is_figure(column: Node) -> bool:
    """Whether a column holds only a figure."""
    blocks = tree.blocks(column)
    return len(blocks) == 1 and "figure" in tree.classes(blocks[0])
