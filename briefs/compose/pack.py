"""The briefs of a journey, bound together: a cover with the contents, then one brief after another.

In: the edition, the name of a journey. Out: the `Manuscript` of the cover; and from that and the fitted briefs, the manuscript of
the whole. Names within a brief are made unique, so that its numbers lead to its own sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from briefs.compose import identity, tree
from briefs.compose.country import unsigned
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript, bookmark
from briefs.compose.numbering import Heading, contents
from briefs.compose.separators import titled
from briefs.compose.slots import Blocks, TemplateFiller, link
from briefs.compose.tree import Node
from briefs.edition.model import Edition
from briefs.problems import Place

_RUNNING = {"running-foot", "band"}  # the classes of blocks that run on all pages


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The cover with the contents. Nothing gives way here; it does in each brief."""
    about, journey = edition.about, edition.journeys[subject]
    labels = Labels.of(edition, writer.report)
    headings = [_heading(edition, code) for code in journey.countries]
    own = identity.of_page(edition, writer.report)
    context = {
        "edition": about,
        "logo": own.block,
        "journey": journey,
        "as_of": labels("as_of", date=about.says(about.as_of.countries)),
        "contents": Blocks([tree.div([], "", ["contents"])]),
        "label": labels,
        "unsigned": unsigned(edition, labels),
        "link": link,
    }
    blocks = contents(writer.fill(kind.template, context), headings, ())
    made = writer.manuscript(kind, edition, subject, titled(journey.title.words, edition), blocks)
    return replace(made, pictures=own.pictures, headings=tuple(headings))


def _heading(edition: Edition, code: str) -> Heading:
    return Heading(1, "", tree.words(edition.names[code]), f"brief_{code}", f"brief_{code}")


@dataclass(frozen=True)
class BoundBrief:
    """A fitted brief of a pack: the country's code, its number in the pack from 1, and its manuscript with names of its own."""

    code: str
    number: int
    manuscript: Manuscript


def bound(brief: Manuscript, code: str, number: int) -> BoundBrief:
    """A brief with names that are unique in the pack, and without the kicker, which the cover has."""

    def changed(node: Node) -> list[Node] | None:
        if node["t"] == "Div":
            return [] if "kicker" in tree.classes(node) else None
        if tree.level(node) > 1:
            return None
        return [tree.header(1, [tree.span(tree.inlines(node), f"brief_{code}", ["bound-title"])], "", tree.classes(node))]

    own = renamed(brief, code, number)
    return BoundBrief(code, number, replace(own, blocks=tree.transform(list(own.blocks), changed, "Div", "Header")))


def renamed(brief: Manuscript, prefix: str, number: int) -> Manuscript:
    """A brief whose names are unique in the file. The names of its sources, figures and attached files begin with `prefix`. Texts
    of the edition that each page prints get another bookmark on each page. `number`: the number of the brief, from 1."""
    names: dict[str, str] = {}
    places: dict[str, Place] = {}
    for name, place in brief.places.items():
        own = place if place.source.startswith("countries/") else replace(place, anchor=f"{place.anchor}@{number + 3}")
        names[name] = bookmark(own)
        places[names[name]] = own

    def changed(node: Node) -> list[Node] | None:
        if node["t"] == "Image" and tree.target(node) not in brief.pictures:  # pictures are the same on all pages
            return [tree.with_target(node, f"{prefix}-{tree.target(node)}")]
        if node["t"] == "Link":
            target = tree.target(node)
            return [tree.with_target(node, f"#{_name(target[1:])}")] if target.startswith("#") else None
        identifier, classes, keys = tree.attr_of(node)
        return [tree.with_attr(node, [_name(identifier), classes, keys])] if identifier else None

    def _name(identifier: str) -> str:
        return names.get(identifier, f"{prefix}-{identifier}")

    return replace(
        brief,
        blocks=tree.transform(list(brief.blocks), changed, "Image", "Link", "Span", "Div", "Header"),
        figures={f"{prefix}-{name}": replace(figure, name=f"{prefix}-{figure.name}") for name, figure in brief.figures.items()},
        places=places,
        hashes={names[name]: hash for name, hash in brief.hashes.items()},
        data=tuple(replace(file, name=f"{prefix}-{file.name}") for file in brief.data),
    )


def whole(front: Manuscript, briefs: Sequence[BoundBrief]) -> Manuscript:
    """The manuscript of a pack, for Word: a block for the cover and one for each brief. Running blocks are in the cover's."""
    first, *others = [_without_running(brief.manuscript) for brief in briefs]
    bodies = [tree.div(first, "", ["bound-first"]), *(tree.div(blocks, "", ["bound"]) for blocks in others)]
    blocks = [tree.div(list(front.blocks), "", ["bound-front"]), *bodies]
    return joined(replace(front, blocks=blocks), [front, *(brief.manuscript for brief in briefs)])


def joined(whole: Manuscript, parts: Sequence[Manuscript]) -> Manuscript:
    """The manuscript `whole` with all that its parts have besides their blocks, such as figures and attached files."""
    return replace(
        whole,
        figures={name: figure for part in parts for name, figure in part.figures.items()},
        pictures={name: picture for part in parts for name, picture in part.pictures.items()},
        places={name: place for part in parts for name, place in part.places.items()},
        hashes={name: hash for part in parts for name, hash in part.hashes.items()},
        data=tuple(file for part in parts for file in part.data),
        gone=tuple(id for part in parts for id in part.gone),
    )


def _without_running(brief: Manuscript) -> list[Node]:
    """The blocks of a brief without what runs on all pages, and with a badge for the country's own step: its colour isn't that of
    the document."""

    def change(node: Node) -> list[Node] | None:
        names = tree.classes(node)
        if node["t"] == "Div":
            return [] if _RUNNING & {*names} else None
        if "here" not in names:
            return None
        return [tree.span(tree.inlines(node), tree.identifier(node), ["badge", *(n for n in names if n.startswith("stance-"))])]

    return tree.transform(with_added(brief), change, "Div", "Span")


def with_added(brief: Manuscript) -> list[Node]:
    """The blocks of a brief. Its div of columns has the additions of the page in an attribute `added`."""

    def change(node: Node) -> list[Node] | None:
        names = tree.classes(node)
        return [tree.div(tree.blocks(node), "", names, added=" ".join(brief.added))] if "columns" in names else None

    return tree.transform(list(brief.blocks), change, "Div")
