"""A brief in two languages, front and back: the same country, once in each.

In: the edition with its translations, a country and two languages. Out: a `Manuscript` without blocks, with what the file says of
itself, such as its title; and from it and the two fitted briefs, the manuscript of the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from briefs.compose import several, tree
from briefs.compose.kinds import Kind
from briefs.compose.manuscript import Manuscript
from briefs.compose.pack import joined, with_added
from briefs.compose.separators import titled
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Edition


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The manuscript with what the file says of itself. It has no blocks, because the pages of the file are the two briefs."""
    code, *tags = several.codes(subject)
    editions = [edition.translations.get(tag, edition) for tag in tags]
    title = _both(titled(own.names[code], own) for own in editions)
    return replace(writer.manuscript(kind, edition, subject, title, []), languages=tuple(tags))


def whole(own: Manuscript, briefs: Sequence[Manuscript]) -> Manuscript:
    """The manuscript of both sides, for Word and for the properties of the files. `briefs`: the two briefs, with names that are
    unique in the file."""
    first, second = briefs
    sides = [tree.div(with_added(first), "", ["bound-first"]), tree.div(with_added(second), "", ["bound"])]
    made = replace(
        own,
        language=first.language,
        blocks=sides,
        accent=first.accent,
        subtitle=_both(brief.subtitle for brief in briefs),
        restriction=_both(brief.restriction for brief in briefs),
        keywords=_both(brief.keywords for brief in briefs),
    )
    return joined(made, briefs)


def _both(texts: Iterable[str]) -> str:
    """The texts of both sides with a slash between them. If they are equal, the text stands once."""
    return " / ".join(dict.fromkeys(filter(None, texts)))
