"""The full report: front matter, sections with notes, the appendix of all countries, the bibliography.

In: the edition. Out: its `Manuscript`. The order of the parts is in `templates/report.md.j2`. This module makes the parts: the
blocks of the sections, each parsed separately, the figures, the appendix (`appendix.py`), numbers and references (`numbering.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from briefs.compose import changed, charts, collation, correction, csljson, data, identity, references, tree
from briefs.compose.appendix import AppendixTable, anchor
from briefs.compose.bars import CellBars
from briefs.compose.cells import CellPrinter
from briefs.compose.country import unsigned
from briefs.compose.figures import Figure
from briefs.compose.glance import BAR, CountryTable
from briefs.compose.illustrations import Illustrations
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript, figure_image
from briefs.compose.numbering import contents, cross_references, numbered, plain, with_running_heads, without_notes
from briefs.compose.slots import Blocks, Inlines, MadeOf, TemplateFiller, link
from briefs.compose.sources import short
from briefs.compose.tree import Node
from briefs.edition import markdown
from briefs.edition.model import Edition, Section, Text
from briefs.problems import Problem, error
from briefs.tools.pandoc import Pandoc

STYLE = "chicago-notes-bibliography"
VALUES = 3  # the most columns of data in the table of all countries, if no country has a next decision


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str = "", gone: int = 0) -> Manuscript:
    """The report of the edition. Every kind takes `subject` and `gone`; a report has one subject, and nothing gives way."""
    about = edition.about
    labels = Labels.of(edition, writer.report)
    illustrations = Illustrations(edition, labels, writer)
    appendix = AppendixTable(edition, labels, writer)
    parts = writer.remembered(MadeOf("appendix"), appendix.blocks)
    bars = CellBars(BAR)
    tiles = charts.of_cover(edition, labels) if edition.countries else None
    since = changed.stances(edition, labels, changed.WIDE)
    own = identity.of_cover(edition, writer.report)
    sections = _sections(edition, writer, illustrations)
    context = {
        **_of_edition(edition, labels, writer),
        "logo": own.block,
        "glance": Blocks([_glance(edition, labels, writer, bars)]) if parts else "",
        "tiles": Blocks([tree.para([figure_image(tiles)])]) if tiles else "",
        "finding": Inlines(found) if (found := _finding(sections)) else "",
        "sections": sections,
        "appendix": Blocks(parts) if parts else "",
        **_of_changes(edition, labels, writer, since),
        "index": Blocks(index) if parts and (index := appendix.index()) else "",
    }
    body = _without_empty_bibliography(writer.fill(kind.template, context))
    body, headings, captions = numbered(body, labels)
    body = body if captions else _without_lists(body)
    body = cross_references(body, headings, captions, labels, writer.places, writer.report)
    cited = references.cite(edition, body, STYLE, writer.pandoc)
    writer.report(references.unnamed(edition, cited.blocks, writer.places, STYLE, writer.pandoc))
    headings, captions = without_notes(cited.blocks, headings, captions)
    body = contents(with_running_heads(cited.blocks), headings, captions)
    return replace(
        writer.manuscript(kind, edition, subject, about.title.words, body),
        figures=illustrations.figures | bars.figures | {figure.name: figure for figure in [*([tiles] if tiles else []), *since]},
        pictures=illustrations.pictures | own.pictures,
        warnings=cited.warnings,
        headings=tuple(headings),
        captions=tuple(captions),
        records={key: csljson.record(edition.sources[key]) for key in sorted(cited.keys)},
        style=STYLE,
        data=(data.attached(edition, labels, list(edition.countries)), *illustrations.plots.attachments),
    )


def _of_edition(edition: Edition, labels: Labels, writer: TemplateFiller) -> dict[str, object]:
    """What the template gets about the edition itself."""
    about = edition.about
    return {
        "edition": about,
        "label": labels,
        "link": link,
        "date": about.says(about.date),
        "as_of": labels("as_of", date=about.says(about.as_of.countries)) if edition.countries else "",
        "glance_title": labels("glance", n=len(_with_facts(edition))),
        "unsigned": unsigned(edition, labels),
        "corrections": list(correction.listed(edition)),
        "glossary": _glossary(edition, writer.pandoc) if edition.glossary else [],
        "retells": [Inlines(short(edition.sources[key], about, with_guess=False)) for key in about.retells],
        "contents": Blocks([tree.div([], "", ["contents"])]),
        "lists": Blocks([tree.div([], "", ["lists"])]),
    }


def _finding(sections: Sequence[Blocks]) -> list[Node]:
    """What the first map or chart of all countries' stances shows, if its caption says so: the tiles on the cover show the same."""
    for figure in (block for section in sections for block in section.nodes if "figure" in tree.classes(block)):
        images = [tree.target(node) for node in tree.walk(tree.blocks(figure)) if node["t"] == "Image"]
        said = next((node for node in tree.blocks(figure) if "finding" in tree.classes(node)), None)
        if said and any(name.partition(".")[0].partition("-")[0] in {"map", "counts"} for name in images):
            return plain(tree.without_notes(tree.without_citations(tree.inlines(tree.blocks(said)[0]))))
    return []


def _glossary(edition: Edition, pandoc: Pandoc) -> list[tuple[str, Text]]:
    """The terms with their meanings, in the alphabetical order of the language."""
    terms = {str(number): term for number, term in enumerate(edition.glossary)}
    names = (terms[key] for key in collation.order(terms, edition.about.language, pandoc))
    return [(name, edition.glossary[name]) for name in names]


def _of_changes(edition: Edition, labels: Labels, writer: TemplateFiller, drawn: Sequence[Figure]) -> dict[str, object]:
    """What the template gets about the changes since an older edition. `drawn`: figures of stances."""
    return {
        "changes": changed.listed(edition, labels, writer),
        "changes_title": changed.title(edition, labels),
        "changes_figures": Blocks([block for figure in drawn for block in changed.placed(figure)]),
    }


def _with_facts(edition: Edition) -> list[str]:
    """The codes of the countries that the appendix has, in the order of their names."""
    return sorted((code for code, country in edition.countries.items() if country.facts), key=edition.rank)


def _glance(edition: Edition, labels: Labels, writer: TemplateFiller, bars: CellBars) -> Node:
    """All countries in one table: where each stands and its next decision, or else the first columns of the data."""
    codes = _with_facts(edition)
    most = 0 if any(country.next for country in edition.countries.values()) else VALUES
    targets = {code: f"#{anchor(code)}" for code in codes}
    return CountryTable(edition, labels, CellPrinter(edition, labels, writer), bars, targets, most).block()


def _without_empty_bibliography(blocks: list[Node]) -> list[Node]:
    """The blocks as they are if they cite something. Otherwise without the block that holds the bibliography and its heading."""
    if any(node["t"] == "Cite" for node in tree.walk(blocks)):
        return blocks
    return [b for b in blocks if not any(n["t"] == "Div" and tree.identifier(n) == "refs" for n in tree.walk(b))]


def _without_lists(blocks: list[Node]) -> list[Node]:
    """The blocks without the list of figures and tables and its heading, for a report that has none of them."""

    def change(node: Node) -> list[Node] | None:
        is_list = "lists" in tree.classes(node) or tree.identifier(node) == "front-lists"
        return [] if is_list else None

    return tree.transform(blocks, change, "Header", "Div")


def _sections(edition: Edition, writer: TemplateFiller, illustrations: Illustrations) -> list[Blocks]:
    cut = writer.cut([section.body for section in edition.sections])
    writer.report(problem for own in cut for problem in _on_one_level(own))
    taken = {name for section in edition.sections for name in _declared(section)}
    return [
        Blocks(_section(section, [n for _, nodes in own for n in nodes], taken, writer, illustrations))
        for section, own in zip(edition.sections, cut, strict=True)
    ]


def _on_one_level(section: Sequence[tuple[Text, list[Node]]]) -> Iterator[Problem]:
    """An error for each heading `#` of a section that also has smaller ones: `#` and `##` would be printed alike."""
    levels = [(tree.level(node), text.place) for text, nodes in section for node in nodes if node["t"] == "Header"]
    if any(level > 1 for level, _ in levels):
        hint = "Write `##` for the parts of a section, `###` for the parts of these, and so on."
        what = "`#` and `##` would be headings of the same level here, because the section’s title stands above both"
        yield from (error(place, what, hint) for level, place in levels if level == 1)


def _declared(section: Section) -> set[str]:
    """The names that a section and its parts were given by their author."""
    return {section.head.id, *(name for _, name in markdown.targets(section.body.markdown))}


def _with_own_names(blocks: list[Node], section: Section, taken: set[str]) -> list[Node]:
    """The blocks of a section. Pandoc makes names from the words of headings. If another heading or the program itself has such a
    name, it is changed, and the links to it too. A link whose target the author wrote keeps its target."""
    names: dict[str, str] = {}
    written = {name for _, name in markdown.references(section.body.markdown)}
    for node in tree.walk(blocks):
        made = tree.identifier(node) if node["t"] == "Header" else ""
        if made and made not in _declared(section):
            free = (name for n in count() if (name := f"{made}-{n}" if n else made) not in taken and not markdown.is_own_name(name))
            names[made] = next(free)
            taken.add(names[made])

    def change(node: Node) -> list[Node] | None:
        if node["t"] == "Link":
            name = tree.target(node).removeprefix("#")
            other = names.get(name, name) if tree.target(node).startswith("#") and name not in written else name
            return None if other == name else [tree.link(tree.inlines(node), f"#{other}", tree.classes(node))]
        identifier, *rest = tree.attr_of(node)
        return [tree.with_attr(node, [names.get(identifier, identifier), *rest])]

    return tree.transform(blocks, change, "Header", "Link") if any(a != b for a, b in names.items()) else blocks


def _section(
    section: Section, body: list[Node], taken: set[str], writer: TemplateFiller, illustrations: Illustrations
) -> list[Node]:  # fmt: skip
    """A section's heading, pull quote and blocks, with the figures in place."""
    head = section.head
    title = writer.inlines(head.title)
    classes = ["numbered"] if head.numbered else ["unnumbered"]
    short = {"short": writer.words(head.short)} if head.short else {}
    out = [tree.header(1, title, head.id, classes, **short)]
    if head.pull_quote:
        out.append(tree.div([tree.para(writer.inlines(head.pull_quote))], "", ["pull-quote"]))
    named = _with_own_names(body, section, taken)
    blocks = [_below(placed) for block in named for placed in illustrations.put(block, section)]
    return out + list(map(_inside, tree.transform(blocks, illustrations.number_table, "Table", "Div")))


def _inside(block: Node) -> Node:
    """A block in which each table within a list or quotation has the class `inside`: no section of a page can begin there."""

    def change(node: Node) -> list[Node] | None:
        identifier, classes, keys = tree.attr_of(node)
        return [tree.with_attr(node, [identifier, [*classes, "inside"], keys])] if "table" in classes else None

    own_table = block["t"] == "Div" and "table" in tree.classes(block)
    return block if own_table else tree.transform([block], change, "Div")[0]


def _below(block: Node) -> Node:
    """A heading inside a section is always of a lower level than the section's title."""
    if block["t"] != "Header":
        return block
    return {"t": "Header", "c": [max(tree.level(block), 2), tree.attr_of(block), tree.inlines(block)]}
