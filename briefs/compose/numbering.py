"""Numbers of headings, figures and tables, references to them, and lists of them.

In: a composed tree. Out: the same tree. Each heading has its number in the attribute `number`, each caption begins with label and
number, cross-references have their words, and the lists of contents, figures and tables are filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from briefs.compose import tree
from briefs.compose.labels import Labels
from briefs.compose.tree import Node
from briefs.problems import Place, Problem, Report, did_you_mean, error


@dataclass(frozen=True)
class Heading:
    """A heading: level, number (empty if it has none) and inlines.

    `id` is what references point at, `anchor` the bookmark around the inlines (letters, digits and underscores, for Word).
    """

    level: int
    number: str
    inlines: Sequence[Node]
    id: str
    anchor: str


@dataclass(frozen=True)
class Caption:
    """A caption: `kind` (`figure` or `table`), number, label (“Figure 1”) and inlines.

    `id` is what references point at, `anchor` the bookmark around the label. `gap`: what stands between the label and the inlines.
    """

    kind: str
    number: int
    label: str
    inlines: Sequence[Node]
    id: str
    anchor: str
    gap: str = ". "


def numbered(blocks: Sequence[Node], labels: Labels) -> tuple[list[Node], list[Heading], list[Caption]]:
    """Number headings and captions in the order of the text."""
    headings: list[Heading] = []
    captions: list[Caption] = []
    counts = {"section": 0, "sub": 0, "figure": 0, "table": 0}

    def change(node: Node) -> list[Node] | None:
        if node["t"] == "Header":
            return [_heading(node, headings, counts, labels)]
        names = tree.classes(node)
        return [_captioned(node, names, captions, counts, labels)] if "float" in names else None

    return tree.transform(list(blocks), change, "Header", "Div"), headings, captions


def _heading(node: Node, headings: list[Heading], counts: dict[str, int], labels: Labels) -> Node:
    level, inlines, (identifier, classes, keys) = tree.level(node), tree.inlines(node), tree.attr_of(node)
    number = ""
    if level == 1:
        counts["open"] = "numbered" in classes
        counts["sub"] = 0
        counts["section"] += "numbered" in classes
        number = labels.number(counts["section"]) if "numbered" in classes else ""
    elif level == 2 and counts.get("open") and "unnumbered" not in classes:
        counts["sub"] += 1
        number = labels.number(f"{counts['section']}.{counts['sub']}")
    identifier = identifier or f"heading-{len(headings) + 1}"
    anchor = next((name for n in inlines if n["t"] == "Span" and (name := tree.identifier(n))), "")
    if not anchor:
        anchor = anchor_of(identifier)
        inlines = [tree.span(inlines, anchor)]
    if "unlisted" not in classes:
        headings.append(Heading(level, number, inlines, identifier, anchor))
    numbers = [["number", number]] if number else []
    return {"t": "Header", "c": [level, [identifier, classes, [*keys, *numbers]], inlines]}


def _captioned(node: Node, names: list[str], captions: list[Caption], counts: dict[str, int], labels: Labels) -> Node:
    """Put “Figure 1. ” before the caption of a figure or table."""
    identifier, *rest = tree.attr_of(node)
    kind = "figure" if "figure" in names else "table"
    counts[kind] += 1
    label = labels(kind, n=counts[kind])
    identifier = identifier or f"{kind}-{counts[kind]}"
    gap = "\N{IDEOGRAPHIC SPACE}" if labels.locale.language in {"ja", "zh"} else ". "
    words: list[Node] = []
    for block in tree.walk(tree.blocks(node)):
        if block["t"] == "Div" and "caption" in tree.classes(block):
            leaf = next(n for n in tree.walk(tree.blocks(block)) if n["t"] in {"Para", "Plain"})
            words = list(tree.inlines(leaf))
            marked = tree.span(tree.words(label), anchor_of(identifier), ["label", kind])
            space = [tree.SPACE] if gap.endswith(" ") else []
            leaf.update(tree.with_inlines(leaf, [marked, tree.string(gap.strip(" ")), *space, *words]))
            break
    captions.append(Caption(kind, counts[kind], label, words, identifier, anchor_of(identifier), gap))
    return tree.with_attr(node, [identifier, *rest])


def anchor_of(name: str) -> str:
    """The bookmark for a name in the edition (`fig-map`). It is cut to 40 characters: pandoc replaces longer ones by a hash."""
    return "ref_" + name.replace("-", "_")[:36]


def cross_references(
    blocks: Sequence[Node],
    headings: Sequence[Heading],
    captions: Sequence[Caption],
    labels: Labels,
    places: Mapping[str, Place],
    report: Report,
) -> list[Node]:
    """Fill each empty link `[](#name)`: “Section 3”, “Figure 1”, “the Appendix”, or the title of a section without number.

    Reports links to names that don't exist.
    """
    known = {h.id: _named(h, labels) for h in headings} | {c.id: tree.words(c.label) for c in captions}
    problems: list[Problem] = []
    present = {tree.identifier(node) for node in tree.walk(list(blocks)) if tree.has_attr(node)}

    def fill(node: Node) -> list[Node] | None:
        words, name = tree.inlines(node), tree.target(node)[1:]
        if not tree.target(node).startswith("#"):
            return None
        if name not in known and not (words and name in present):
            hint = did_you_mean(name, known, f"There are {', '.join(sorted(known))}.")
            problems.append(error(_place_of(node, blocks, places), f"nothing is named “{name}”", hint))
            return None
        return None if words else [tree.with_inlines(tree.with_attr(node, tree.attr("", ["reference"])), known[name])]

    filled = tree.transform(list(blocks), fill, "Link")
    report(problems)
    return filled


def _named(heading: Heading, labels: Labels) -> list[Node]:
    if heading.id == "appendix":
        return tree.words(labels("ref_appendix"))
    return tree.words(labels("ref_section", n=heading.number)) if heading.number else plain(tree.without_citations(heading.inlines))


def plain(inlines: Sequence[Node]) -> list[Node]:
    """Inlines for a list of headings or captions, without identifiers and classes. Passages keep their `lang`."""

    def bare(node: Node) -> list[Node] | None:
        keys = tree.attributes(node)
        return [tree.span(tree.inlines(node), "", (), **keys)] if keys else tree.inlines(node)

    return tree.transform(list(inlines), bare, "Span")


def without_notes(
    blocks: Sequence[Node], headings: Sequence[Heading], captions: Sequence[Caption]
) -> tuple[list[Heading], list[Caption]]:
    """The headings and captions with their words in the cited tree, without notes.

    A citation in the text keeps the words that citeproc gave it: “European Union” for `@eu-2019-904`.
    """
    printed: dict[str, list[Node]] = {}
    for node in tree.walk(list(blocks)):
        if node["t"] == "Header":
            printed[tree.identifier(node)] = tree.inlines(node)
        elif node["t"] in {"Para", "Plain"} and (label := _label(node)):
            printed[label] = _after_full_stop(tree.inlines(node)[1:])
    return (
        [replace(h, inlines=tree.without_notes(printed[h.id])) for h in headings],
        [replace(c, inlines=tree.without_notes(printed.get(c.anchor, c.inlines))) for c in captions],
    )


def with_running_heads(blocks: Sequence[Node]) -> list[Node]:
    """A cited tree in which each title has its words for the running head, without notes, unless its author gave it others."""

    def change(node: Node) -> list[Node] | None:
        identifier, classes, keys = tree.attr_of(node)
        if tree.level(node) > 1 or "short" in tree.attributes(node):
            return None
        words = tree.text_of(tree.without_notes(tree.inlines(node)))
        return [tree.with_attr(node, [identifier, classes, [*keys, ["short", words]]])]

    return tree.transform(list(blocks), change, "Header")


def _label(node: Node) -> str:
    """The bookmark of the label that a caption begins with; empty for any other paragraph."""
    first = next(iter(tree.inlines(node)), None)
    return tree.identifier(first) if first and first["t"] == "Span" and "label" in tree.classes(first) else ""


def _after_full_stop(inlines: Sequence[Node]) -> list[Node]:
    """The words of a caption after its label: without the full stop and the space before them."""
    rest = [*tree.words(tree.text(inlines[0])[1:]), *inlines[1:]]
    return rest[1:] if rest[:1] == [tree.SPACE] else rest


def _place_of(node: Node, blocks: Sequence[Node], places: Mapping[str, Place]) -> Place:
    """The place of the content block that holds a link."""
    for outer in tree.walk(list(blocks)):
        name = tree.identifier(outer) if outer["t"] == "Span" else ""
        if name in places and any(n == node for n in tree.walk(tree.inlines(outer))):
            return places[name]
    return Place("report")


def contents(blocks: Sequence[Node], headings: Sequence[Heading], captions: Sequence[Caption]) -> list[Node]:
    """Fill the places of the contents and of the lists of figures and tables. Each entry is a line and a link."""

    def fill(node: Node) -> list[Node] | None:
        names = tree.classes(node)
        if "contents" in names:
            return [
                tree.div([_entry(h.inlines, h.number, h.id, f"toc-{h.level}") for h in headings if h.level <= 2], "", ["contents"])
            ]
        if "lists" in names:
            own = sorted(captions, key=lambda c: c.kind)
            return [tree.div([_entry(c.inlines, f"{c.label}{c.gap}".rstrip(), c.id, "toc-1") for c in own], "", ["lists"])]
        return None

    return tree.transform(list(blocks), fill, "Div")


def _entry(inlines: Sequence[Node], number: str, target: str, name: str) -> Node:
    start = [tree.span(tree.words(number), "", ["number"]), tree.SPACE] if number else []
    return tree.div([tree.para([tree.link([*start, *plain(inlines)], f"#{target}")])], "", [name])
