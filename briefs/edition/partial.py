"""The valid part of an edition with errors, made consistent, so that its documents can be composed to find what else is wrong.

In: the edition as far as it could be read. Out: an edition in which every name leads somewhere. A value that stands in for another
has no place in a file, so no problem is reported in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from briefs.edition import names, texts
from briefs.edition.csl import Source
from briefs.edition.model import Country, Edition, Fact, Text
from briefs.problems import Place


def consistent(edition: Edition) -> Edition:
    """The edition with every unknown name mended: an unknown step or topic becomes the first one, and an unknown source is added as
    an empty source."""
    about = edition.about
    if not names.knows_language(about.language):
        about = about.model_copy(update={"language": "en"})
    countries = {code: _country(edition, country) for code, country in edition.countries.items()}
    unknown = dict.fromkeys(key for key in _cited(edition) if key not in edition.sources)
    sources = {**edition.sources, **{key: _source(key) for key in unknown}}
    return replace(edition, about=about, countries=countries, sources=sources)


def _country(edition: Edition, country: Country) -> Country:
    known = {topic.id for topic in edition.about.topics}
    stance = country.stance if country.stance in edition.steps else next(iter(edition.steps), None)
    facts = [_fact(fact, known, edition.about.topics[0].id) for fact in country.facts]
    return country.model_copy(
        update={"stance": stance, "summary": country.summary or Text("-", Place("")), "facts": facts},
    )


def _fact(fact: Fact, topics: Collection[str], first: str) -> Fact:
    dates = {} if fact.short else {"date": None, "due": None}
    return fact.model_copy(update={"topic": fact.topic if fact.topic in topics else first, **dates})


def _cited(edition: Edition) -> Iterator[str]:
    yield from edition.about.retells
    yield from (key for country in edition.countries.values() for fact in country.facts for key in fact.sources)
    yield from (key for text in texts.whole(edition) for key in text.citations)


def _source(key: str) -> Source:
    """A source with a dash for everything that a citation may print, under a key, which need not be a valid key."""
    author = [{"literal": "-"}]
    empty = Source.model_validate({"id": "empty", "type": "document", "title": "-", "author": author, "issued": "2000"})
    return empty.model_copy(update={"id": key})
