"""Until when a document may not go out, and who may have it: its embargo and its markings.

In: an edition, or a document's share of one. Out: a `Restriction`. What a country's file says takes the place of what the edition
says, for that country. A document about several countries has the latest of their embargoes, and all their markings. Nothing here
asks what time it is, so the same content gives the same bytes at any time: whether an embargo is over is asked when a file goes out
(`delivery/release.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from briefs.edition import names
from briefs.edition.model import About, Country, Edition, texts_in


@dataclass(frozen=True)
class Restriction:
    """What restricts a document. `embargo`: the moment until which it may not go out, in ISO 8601 with the offset from UTC; empty
    if there is none. `markings`: words such as “Official”."""

    embargo: str = ""
    markings: tuple[str, ...] = ()

    @property
    def until(self) -> datetime.datetime | None:
        """The end of the embargo."""
        return datetime.datetime.fromisoformat(self.embargo) if self.embargo else None

    @property
    def keywords(self) -> str:
        """The restrictions as words for the metadata of files. They are the same in every language."""
        return "; ".join([*self.markings, *([f"Embargo: {self.embargo}"] if self.embargo else [])])


def of(share: Edition) -> Restriction:
    """The restrictions of a document with this share of the edition."""
    has_own = bool(share.sections or share.decks or not share.countries)
    parts: list[About | Country] = [share.about] if has_own else []
    parts += share.countries.values()
    embargoes = [str(found) for part in parts if (found := part.embargo or share.about.embargo)]
    markings = [str(found) for part in parts if (found := part.marking or share.about.marking)]
    return Restriction(max(embargoes, key=datetime.datetime.fromisoformat, default=""), tuple(dict.fromkeys(markings)))


def of_others(share: Edition, edition: Edition) -> dict[str, str]:
    """The embargoes of other countries that a document shows something of, by the countries' codes. These are countries that the
    document isn't about, but of which it shows a stance, a note or a value, as on a map; or which its slides or the texts of its
    journey name. Countries without an embargo are left out. `edition`: the whole edition, of which the document has a share."""
    codes = {code for code, standing in share.standings.items() if standing.stance or standing.note}
    codes |= {code for series in share.data.values.values() for code in series}
    if edition.about.embargo or any(country.embargo for country in edition.countries.values()):
        aliases = {subject.code: subject.aliases for subject in share.about.subjects}
        codes |= names.named_in("\n".join(_prose(share)), share.names, aliases, share.about.language)
    others = (edition.countries[code] for code in sorted(codes - share.countries.keys()) if code in edition.countries)
    return {str(one.code): str(found) for one in others if (found := one.embargo or edition.about.embargo)}


def _prose(share: Edition) -> Iterator[str]:
    """The Markdown of the texts of decks and journeys."""
    yield from (text.markdown for text in texts_in([*(deck.head for deck in share.decks.values()), *share.journeys.values()]))
    yield from (deck.body.markdown for deck in share.decks.values())
