"""Each document's share of the edition: all that it is composed from, and nothing else.

In: the edition, a subject. Out: an `Edition` in which everything that the document can't show is left out. A document is composed
from its share, so what isn't in it can't be shown, and a hash of the share tells whether the document would be another one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from pydantic import BaseModel

from briefs.edition.model import Edition, Fact, Text

_DRAWN = re.compile(r"\bcountry=[\"']?([\w-]+)")
_OF_ALL = re.compile(r"\bdata=[\"']?timeline")


def of_report(edition: Edition, subject: str = "") -> Edition:
    """Everything but the decks."""
    return replace(edition, decks={})


def of_country(edition: Edition, code: str) -> Edition:
    """For a brief, and for a country's deck: the country, what it cites, and where the others stand."""
    return _share(edition, {code})


def of_deck(edition: Edition, subject: str) -> Edition:
    """A deck of the edition: its slides, the countries whose facts they tell, and where the others stand; or a country's deck."""
    deck = edition.decks.get(subject)
    if deck is None:
        return of_country(edition, subject)
    text = deck.body.markdown
    told = set(edition.countries) if _OF_ALL.search(text) else set(_DRAWN.findall(text))
    share = _share(edition, told, deck.body.citations)
    return replace(share, decks={subject: deck}, pictures=edition.pictures)


def _share(edition: Edition, told: Collection[str], cited: Iterable[str] = ()) -> Edition:
    countries = {code: country if code in told else edition.standing[code] for code, country in edition.countries.items()}
    keys = {*cited, *edition.about.retells, *_keys(edition.about), *_keys(list(countries.values()))}
    sources = {key: source for key, source in edition.sources.items() if key in keys}
    return replace(edition, countries=countries, sources=sources, sections=(), glossary={}, pictures={}, decks={})


def _keys(value: object) -> Iterator[str]:
    """The keys that texts cite, and those of facts, however deep."""
    if isinstance(value, Text):
        yield from value.citations
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, BaseModel):
        yield from value.sources if isinstance(value, Fact) else ()
        for name in type(value).model_fields:
            yield from _keys(getattr(value, name))
