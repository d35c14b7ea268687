"""The note of a correction: what documents that went out had wrong, what is right, and since when.

In: an edition with the correction, its id. Out: its `Manuscript`. The words round it are in `templates/correction.md.j2`.
`Corrected` is also what the report prints of each correction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from briefs.compose import differences, tree
from briefs.compose.country import unsigned
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript
from briefs.compose.separators import titled
from briefs.compose.slots import Inlines, TemplateFiller, link
from briefs.edition import corrections
from briefs.edition.model import Edition, Text


@dataclass(frozen=True)
class Corrected:
    """A correction as templates print it. `country`: the country's name, or the edition's title if the text is about no
    country; `right`: None if the statement is withdrawn."""

    country: str
    date: str
    wrong: Sequence[Text | Inlines]
    right: Text | Inlines | None
    why: Text | None


def listed(edition: Edition) -> Iterator[Corrected]:
    """The corrections of an edition, the latest first."""
    for one in edition.corrections.values():
        date = edition.about.says(one.date)
        about = edition.names.get(one.country, one.country) if one.country else " ".join(edition.about.title.words.split())
        yield Corrected(about, date, one.wrong, one.right, one.why)


def mark(edition: Edition, code: str, labels: Labels) -> str:
    """When a country's brief was last corrected, in words. Empty if it never was."""
    latest = next(iter(corrections.of_country(edition, code).values()), None)
    return labels("corrected", date=edition.about.says(latest.date)) if latest else ""


def uncited(blocks: Sequence[tree.Node]) -> list[tree.Node]:
    """Blocks without citations, for documents without sources."""

    def bare(leaf: tree.Node) -> list[tree.Node]:
        return [tree.with_inlines(leaf, tree.without_citations(tree.inlines(leaf)))]

    return tree.transform(list(blocks), bare, "Para", "Plain", "Header")


def _compared(writer: TemplateFiller, one: Corrected) -> tuple[Sequence[Text | Inlines], Text | Inlines | None]:
    """The wrong and the right words. If each is one paragraph, and they have words in common, those that differ are marked."""
    texts = [*one.wrong, one.right]
    if len(texts) != 2 or not all(isinstance(text, Text) for text in texts):
        return one.wrong, one.right
    found = [writer.blocks([text]) for text in texts if isinstance(text, Text)]
    if not all(len(blocks) == 1 and blocks[0]["t"] in {"Para", "Plain"} for blocks in found):
        return one.wrong, one.right
    inlines = [tree.inlines(blocks[0]) for blocks in found]
    wrong, right = (tree.text_of(tree.without_citations(own)).split() for own in inlines)
    if not differences.has_common(wrong, right):
        return one.wrong, one.right
    return [_named(differences.gone(wrong, right), inlines[0])], _named(differences.new(right, wrong), inlines[1])


def _named(marked: list[tree.Node], inlines: Sequence[tree.Node]) -> Inlines:
    """Marked words under the name of the text that they are of."""
    name = next((tree.identifier(node) for node in inlines if node["t"] == "Span"), "")
    return Inlines([tree.span(marked, name)])


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The note of the correction `subject`. Nothing gives way."""
    about, (one,) = edition.about, listed(edition)
    labels = Labels.of(edition, writer.report)
    title = labels("correction", country=one.country)
    wrong, right = _compared(writer, one)
    context = {
        "edition": about,
        "title": title,
        "introduction": labels("correction_intro", country=one.country) if one.right else labels("correction_withdrawn"),
        "correction": replace(one, wrong=wrong, right=right),
        "corrected": labels("corrected", date=one.date),
        "label": labels,
        "unsigned": unsigned(edition, labels),
        "link": link,
    }
    return writer.manuscript(kind, edition, subject, titled(title, edition), uncited(writer.fill(kind.template, context)))
