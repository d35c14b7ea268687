"""Turns a deck's manuscript into the document that pandoc's PPTX writer needs: a title in the metadata, a heading for each slide.

In: a manuscript. Out: a document of pandoc. Pandoc would spread a slide with pictures over several slides, so each picture is
replaced by a mark, for which `drawings.py` puts the picture later. The sources follow on slides of their own.
https://pandoc.org/MANUAL.html#powerpoint-layout-choice
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from briefs.compose import bidi, tree
from briefs.compose.deck import RESERVED
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import UNTRANSLATED
from briefs.compose.tree import Node
from briefs.theme import Theme
from briefs.typeset.slides import sources

TAB = "\t"
MARK = "\ue000"  # stands for a picture (Unicode's private use area)
OPEN, CLOSE = "\ue001", "\ue002"  # marks before and after a text that isn't translated; `text.py` replaces them by a colour
QUIET, LOUD = "\ue006", "\ue007"  # marks before and after the note on a country's stance
SMALL = "\ue005"  # the mark before the lines of publication on the title slide
LARGE = {"large": "\ue003", "huge": "\ue004"}  # the mark before a paragraph in large type, by its class


def document(manuscript: Manuscript, theme: Theme) -> dict[str, Any]:
    """The document that pandoc writes as a PPTX."""
    directed = bidi.with_marks(manuscript.blocks, manuscript.language)
    title, *slides = [b for b in directed if "slide" in tree.classes(b)]
    heading, body = tree.blocks(title)[:2]
    lines = [tree.inlines(block) for block in tree.blocks(body) if block["t"] != "Div"]
    small = [tree.inlines(line) for block in tree.blocks(body) if "published" in tree.classes(block) for line in tree.blocks(block)]
    lines += [[tree.string(SMALL), *line] for line in small]
    subtitle = [node for n, line in enumerate(lines) for node in (*[tree.LINE_BREAK] * bool(n), *line)]
    meta: dict[str, Node] = {
        "title": {"t": "MetaInlines", "c": tree.inlines(heading)},
        "subtitle": {"t": "MetaInlines", "c": subtitle},
    }
    blocks = [block for slide in slides for block in _slide(slide)]
    listed = _sources(manuscript, theme)
    if not listed:
        blocks = tree.transform(blocks, _without_target, "Link")
    return tree.document(tree.transform([*blocks, *listed], _change), meta)


def _without_target(link: Node) -> list[Node] | None:
    """The words of a link within the file: there is no slide of sources to which it could lead."""
    return tree.inlines(link) if tree.target(link).startswith("#") else None


def _slide(slide: Node) -> list[Node]:
    """The blocks of a slide: its heading (of level 1 for a divider, else 2), its text, its notes."""
    out: list[Node] = []
    for part in tree.blocks(slide):
        if part["t"] == "Header":
            out.append(tree.header(1 if "divider" in tree.classes(slide) else 2, tree.inlines(part)))
        elif "slide-body" in tree.classes(part):
            out += tree.blocks(part)
        elif "notes" in tree.classes(part):
            out.append(tree.div(tree.transform(tree.blocks(part), _in_one_type, "Div", "Span"), "", ["notes"]))
    return out


def _in_one_type(node: Node) -> list[Node] | None:
    """What stands in larger or smaller type on slides, for speaker notes, which have one type."""
    if node["t"] == "Span":
        return tree.inlines(node) if RESERVED in tree.classes(node) else None
    return tree.blocks(node) if "large" in tree.classes(node) else None


def _sources(manuscript: Manuscript, theme: Theme) -> list[Node]:
    """The list of sources, on as many slides as it needs. The first of these slides has the identifier to which citations link."""
    found = next((b for b in manuscript.blocks if "sources" in tree.classes(b)), None)
    if found is None or sources.at_foot(manuscript):
        return []
    heading, listed, *notes = tree.blocks(found)
    items = tree.list_items(listed)
    listed_so = sources.listed(manuscript, theme)
    parts = [tree.ordered(items[start:end], start + 1) for start, end in pairwise([0, *accumulate(listed_so.counts)])]
    out: list[Node] = []
    for start in range(0, len(parts), listed_so.columns):
        out.append(tree.header(2, tree.inlines(heading), "sources" if start == 0 else f"sources-{start}"))
        own = [[part] for part in parts[start : start + listed_so.columns]]
        own[-1] += notes if start + listed_so.columns >= len(parts) else []
        columns = tree.div([tree.div(blocks, "", ["column"]) for blocks in own], "", ["columns"])
        out += [columns] if len(own) > 1 else own[0]
    return out


def _point(paragraph: Node) -> list[Node]:
    """A key point: its label, a tab, its text."""
    label, space, *words = tree.inlines(paragraph)
    return [tree.para([label, tree.string(TAB) if space["t"] == "Space" else space, *words])]


def _marked(block: Node, mark: str) -> Node:
    """A paragraph that begins with a mark. Other blocks stay as they are."""
    return tree.para([tree.string(mark), *tree.inlines(block)]) if block["t"] in {"Para", "Plain"} else block


def _change(node: Node) -> list[Node] | None:
    """Put tabs behind the labels of key points, replace pictures by marks, make links within the file lead to
    the first slide of sources, and remove divs and spans that pandoc's PPTX writer doesn't know."""
    if node["t"] == "Image":
        return [tree.string(MARK)]
    if node["t"] == "Link" and tree.target(node).startswith("#"):
        return [tree.link(tree.inlines(node), "#sources")]
    if node["t"] == "Span" and RESERVED in tree.classes(node):
        return [tree.string(QUIET), *tree.inlines(node), tree.string(LOUD)]
    if node["t"] == "Span" and UNTRANSLATED in tree.classes(node):
        return [tree.string(OPEN), *tree.inlines(node), tree.string(CLOSE)]
    if node["t"] == "Span":
        return tree.inlines(node)
    if node["t"] == "Div" and "points" in tree.classes(node):
        return [inner for block in tree.blocks(node) for inner in _point(block)]
    if node["t"] == "Div" and "large" in tree.classes(node):
        return [_marked(block, LARGE[tree.classes(node)[-1]]) for block in tree.blocks(node)]
    if node["t"] == "Div" and not {"notes", "columns", "column"} & set(tree.classes(node)):
        return tree.blocks(node)
    return None


def untranslated(manuscript: Manuscript) -> str:
    """The language of the texts that aren't translated. Empty if all are."""
    spans = (n for n in tree.walk(manuscript.blocks) if n["t"] == "Span" and UNTRANSLATED in tree.classes(n))
    return next((tree.attributes(span)["lang"] for span in spans), "")


def pictures(slide: Node) -> Sequence[Node]:
    """The images of a slide in their order."""
    return [n for n in tree.walk(tree.blocks(slide)) if n["t"] == "Image"]
