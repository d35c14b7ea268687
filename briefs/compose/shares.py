"""Each document's share of the edition: what it may show, and nothing else.

In: the edition, a subject. Out: an `Edition` with that part only. A document is composed from its share, so it can't show
anything else, and a hash of the share says whether the document is stale (`press/fingerprints.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from briefs.compose import several
from briefs.edition.model import KEY_POINTS, Country, Edition, Standing, Text, place_of, texts_in

_DRAWN = re.compile(r"\bcountry=[\"']?([\w-]+)")
_COLUMN = re.compile(r"\bcolumns?=(\"[^\"]*\"|'[^']*'|[\w-]+)")
_NAME = re.compile(r"[\w-]+")
_TEXTS = ("summary", *KEY_POINTS)
_RETOLD = re.compile(r"\.source\b")
_OF_ALL = re.compile(r"\bdata=[\"']?timeline")


def of_report(edition: Edition, subject: str = "") -> Edition:
    """Everything but the decks, the journeys and the other languages."""
    changes = edition.changes if edition.about.changes and edition.about.changes.report else None
    return _with_own_signatures(replace(edition, decks={}, journeys={}, translations={}, changes=changes, rewordings={}))


def of_changes(edition: Edition, subject: str = "") -> Edition:
    """For the page of what changed: everything but the journeys and the other languages."""
    return _with_own_signatures(replace(edition, journeys={}, corrections={}, translations={}, rewordings={}))


def of_correction(edition: Edition, id: str) -> Edition:
    """For the note of a correction: the correction and, if it is about a country, that country with only what restricts its
    documents."""
    one = edition.corrections[id]
    bare = dict.fromkeys(_TEXTS) | {"stance_note": None, "facts": [], "data": {}}
    countries = {one.country: edition.countries[one.country].model_copy(update=bare)} if one.country else {}
    share = _share(replace(edition, countries=countries), set(countries), {}, [text for text in texts_in(one)])
    return replace(share, corrections={id: one})


def of_journey(edition: Edition, name: str) -> Edition:
    """For bound briefs: what the briefs of a journey's countries may show."""
    journey = edition.journeys[name]
    return replace(_share(edition, set(journey.countries), edition.stances), journeys={name: journey})


def of_country(edition: Edition, code: str) -> Edition:
    """For a brief: the country, the sources that it cites, and the stances of all countries, for the map and the counts."""
    numeric = [id for id in edition.about.key_facts if id in edition.columns and edition.columns[id].is_numeric]
    return _share(edition, {code}, edition.stances, everywhere=[] if edition.about.figures else numeric)


def of_countries(edition: Edition, subject: str) -> Edition:
    """For a comparison: the countries whose codes the subject joins, without the texts that it doesn't print, and their stances."""
    return _printing(edition, several.codes(subject), ["position", "next", "summary"])


def of_languages(edition: Edition, subject: str) -> Edition:
    """For a brief in two languages: the share of a brief, in each of them."""
    code, *tags = several.codes(subject)
    own = {tag: of_country(edition.translations[tag], code) for tag in tags if tag in edition.translations}
    return replace(of_country(edition, code), translations=own)


def of_all_countries(edition: Edition, subject: str = "") -> Edition:
    """For the table of all countries: those that have facts, without the key points that it doesn't print."""
    return _printing(edition, [code for code, country in edition.countries.items() if country.facts], ["next"])


def _printing(edition: Edition, codes: Sequence[str], texts: Collection[str]) -> Edition:
    """A share about these countries, of whose summary and key points only these `texts` are left."""
    without = dict.fromkeys({*_TEXTS} - {*texts})
    countries = {code: edition.countries[code].model_copy(update=without) for code in codes}
    share = replace(edition, countries=countries, shown=None)
    return _share(share, set(codes), share.standings)


def of_deck(edition: Edition, subject: str) -> Edition:
    """For a deck: its slides, the countries whose facts they show, the stances of all countries and the notes on them.

    It has no text of the report, but the titles of its sections if slides name them. A country's own deck shows the facts of that
    country.
    """
    deck = edition.decks.get(subject)
    if deck is None:
        return _share(edition, {subject}, edition.standings)
    text = deck.body.markdown
    about = set(edition.countries) if _OF_ALL.search(text) else set(_DRAWN.findall(text))
    share = _share(edition, about, edition.standings, [deck.body])
    unsigned = {path: roles for path, roles in edition.unsigned.items() if path == deck.path}
    named = edition.sections if _RETOLD.search(text) else ()
    heads = tuple(replace(section, body=replace(section.body, markdown="")) for section in named)
    return replace(share, decks={subject: deck}, sections=heads, pictures=edition.pictures, unsigned={**share.unsigned, **unsigned})


def _share(
    edition: Edition,
    about: Collection[str],
    shown: Mapping[str, Standing],
    more: Sequence[Text] = (),
    everywhere: Collection[str] = (),
) -> Edition:
    """The share of a document about these countries (`about`), with what it shows of every country. `more`: the document's other
    texts. `everywhere`: the columns of which it shows the values of all countries.

    The share has the values of these countries. It also has the values of all countries in the columns that the document's texts,
    the figures of briefs or the comparisons of key facts need."""
    countries = {code: country for code, country in edition.countries.items() if code in about}
    notes = [standing.note for standing in shown.values() if standing.note]
    texts = [*edition.about_texts, *texts_in([*countries.values(), *notes]), *more]
    written = {words for text in texts for words in _COLUMN.findall(text.markdown)} if edition.columns else set()
    named = {name for words in written for name in _NAME.findall(words)}
    named |= {id for figure in edition.about.figures for id in figure.ids}
    named |= {*everywhere}
    named |= {id for id in edition.about.key_facts if id in edition.columns and edition.columns[id].compare}
    data = edition.data.of(about, everywhere=named)
    shown_columns = {*named, *edition.about.key_facts}
    columns = {id: column for id, column in edition.columns.items() if id in shown_columns or data.values.get(id)}
    keys = {*edition.about.retells, *_keys(texts, countries.values()), *edition.data.sources(about, named)}
    keys |= {column.source for column in columns.values() if column.source}
    sources = {key: source for key, source in edition.sources.items() if key in keys}
    return _with_own_signatures(
        replace(
            edition,
            countries=countries,
            shown=shown,
            sources=sources,
            sections=(),
            glossary={},
            pictures={},
            decks={},
            journeys={},
            corrections={id: one for id, one in edition.corrections.items() if one.country in about},
            columns=columns,
            data=data,
            changes=edition.changes.of(about) if edition.changes else None,
            rewordings={},
            translations={},
        )
    )


def _with_own_signatures(share: Edition) -> Edition:
    """A share whose `unsigned` names only its own files: those of its countries, sections and decks."""
    if not share.unsigned:
        return share
    own = {place_of(country.code).path for country in share.countries.values()}
    own |= {section.path for section in share.sections} | {deck.path for deck in share.decks.values()}
    return replace(share, unsigned={path: roles for path, roles in share.unsigned.items() if path in own})


def _keys(texts: Iterable[Text], countries: Iterable[Country]) -> Iterator[str]:
    """The keys of the sources that texts and facts cite."""
    for text in texts:
        yield from text.citations
    for fact in (fact for country in countries for fact in country.facts):
        yield from fact.sources
