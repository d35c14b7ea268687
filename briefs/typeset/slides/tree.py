"""A deck's manuscript as pandoc's PPTX writer reads it: the title in the metadata, then a heading a slide.

In: a manuscript. Out: a document. Pandoc would spread a slide with pictures over several, so each picture is a mark that
`finish.py` replaces. The sources follow as slides of their own. https://pandoc.org/MANUAL.html#powerpoint-layout-choice
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node

MARK = "\ue000"  # stands for a picture (Unicode's private use area)
SOURCES = 10  # on a slide at most


def document(manuscript: Manuscript) -> dict[str, Any]:
    """The document: what it holds for each slide is the manuscript's own tree."""
    title, *slides = [b for b in manuscript.blocks if "slide" in tree.classes(b)]
    heading, body = title["c"][1][:2]
    lines = [b["c"] for b in body["c"][1]]
    subtitle = [node for n, line in enumerate(lines) for node in ([tree.LINE_BREAK] * bool(n) + list(line))]
    meta: dict[str, Node] = {
        "title": {"t": "MetaInlines", "c": tree.inlines(heading)},
        "subtitle": {"t": "MetaInlines", "c": subtitle},
    }
    blocks = [block for slide in slides for block in _slide(slide)]
    return tree.document(tree.transform([*blocks, *_sources(manuscript)], _change), meta)


def _slide(slide: Node) -> list[Node]:
    """A heading, of level 1 for a divider, the blocks, the notes."""
    names, inner = tree.classes(slide), slide["c"][1]
    out: list[Node] = []
    for part in inner:
        if part["t"] == "Header":
            out.append({"t": "Header", "c": [1 if "divider" in names else 2, tree.attr(), part["c"][2]]})
        elif "slide-body" in tree.classes(part):
            out += part["c"][1]
        else:
            out.append(tree.div(part["c"][1], "", ["notes"]))
    return out


def _sources(manuscript: Manuscript) -> list[Node]:
    """The list of sources, as many slides as it needs; the first bears the name that citations point at."""
    found = next((b for b in manuscript.blocks if "sources" in tree.classes(b)), None)
    if found is None:
        return []
    heading, listed = found["c"][1]
    items = listed["c"][1]
    out: list[Node] = []
    for start in range(0, len(items), SOURCES):
        style = [start + 1, {"t": "Decimal"}, {"t": "Period"}]
        name = "sources" if start == 0 else f"sources-{start}"
        out.append({"t": "Header", "c": [2, tree.attr(name), heading["c"][2]]})
        out.append({"t": "OrderedList", "c": [style, items[start : start + SOURCES]]})
    return out


def _change(node: Node) -> list[Node] | None:
    """Pictures as marks, links within the file to the slide of sources, no other divs than pandoc's own, no names."""
    kind, names = node["t"], tree.classes(node)
    if kind == "Image":
        return [{"t": "Str", "c": MARK}]
    if kind == "Link" and node["c"][2][0].startswith("#"):
        return [tree.link(node["c"][1], "#sources")]
    if kind == "Span":
        return list(node["c"][1])
    if kind == "Div" and not {"notes", "columns", "column"} & set(names):
        return list(node["c"][1])
    return None


def pictures(slide: Node) -> Sequence[Node]:
    """The images of a slide in order."""
    return [n for n in tree.walk(slide["c"][1]) if n["t"] == "Image"]
