"""What a deck of slides may be called, and what it may hold.

In: an edition. Out: problems. A slide begins at a heading of level 1 or 2. It takes data from the edition by fenced divs: `:::
{.figure data=map}`, `::: {.countries step=…}`, `::: {.facts country=…}`,
`::: {.source section=…}`. https://pandoc.org/MANUAL.html#slide-shows
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from briefs.edition import markdown, names
from briefs.edition.model import Deck, Edition, PlotName, Text
from briefs.problems import Place, Problem, did_you_mean, error

FIGURES = ("map", "counts", "timeline")
PLOTS: tuple[str, ...] = get_args(PlotName)  # figures of values: `compose/plotrequests.py` says what is wrong with one
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATA = re.compile(r"^ *:{3,} *\{[^{}\n]*\.(figure|countries|facts|source)\b[^{}\n]*\}", re.M)
_KEY = re.compile(r"\b([a-z]+)=(?:[\"']([\w-][\w -]*)|([\w-]+))")
_NEEDS = {"figure": "data", "countries": "step", "facts": "country", "source": "section"}


def check(edition: Edition) -> Iterator[Problem]:
    """All errors in decks, except errors in citations."""
    aliases = {s.code: s.aliases for s in edition.about.subjects}
    known = names.spellings(edition.names, aliases, edition.about.language) if edition.decks else {}
    for deck in edition.decks.values():
        yield from _name(edition, deck, known)
        yield from _data(edition, deck)
        yield from _pointers(edition, deck)


def _name(edition: Edition, deck: Deck, known: Mapping[str, str]) -> Iterator[Problem]:
    """Errors in a deck's name. `known`: the codes of countries by the spellings of their names."""
    place = Place(deck.path, line=1)
    if not _NAME.fullmatch(deck.name):
        yield error(place, f"a deck can’t be called “{deck.name}”", "Name the file with lower-case letters, digits and hyphens.")
    code, _ = names.find(deck.name, known, edition.names)
    if code:
        yield error(
            place, f"“{deck.name}” is the name of a country’s own deck ({edition.names[code]})", "Give the file another name."
        )


def _data(edition: Edition, deck: Deck) -> Iterator[Problem]:
    for match in _DATA.finditer(markdown.read(deck.body.markdown)):
        place = deck.body.place_at(match.start(1))
        keys = {key: quoted or bare for key, quoted, bare in _KEY.findall(match[0])}
        for fault in faults(edition, match[1], keys):
            yield error(place, *fault)


def faults(edition: Edition, kind: str, keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a fenced div of a kind (`figure`, `countries` …) and its keys, and what to do about it."""
    needed = _NEEDS[kind]
    if needed not in keys:
        yield f"a `.{kind}` names its `{needed}`", f"Write {{.{kind} {needed}=…}}."
    if kind == "figure" and keys["data"] in PLOTS and (keys["data"] not in FIGURES or "column" in keys):
        return
    with_facts = [code for code, country in edition.countries.items() if country.facts]
    figures = [name for name in FIGURES if name != "counts" or edition.steps]  # without a scale there are no stances to count
    known: dict[str, Iterable[str]] = {
        "data": dict.fromkeys((*figures, *PLOTS)), "step": edition.steps, "country": with_facts,
        "topic": [topic.id for topic in edition.about.topics], "section": [section.head.id for section in edition.sections],
    }  # fmt: skip
    named = [(key, one) for key, value in keys.items() for one in (value.split() if key == "section" else [value])]
    for key, value in named:
        if key in known and value not in known[key]:
            yield f"there is no {key} “{value}”", did_you_mean(value, known[key], f"There are {', '.join(known[key])}.")
    if kind == "figure" and keys.get("data") == "timeline" and not _has_dates(edition, keys.get("country")):
        yield "no fact has a date for this timeline", "Give facts a `date` or a `due`, or take the figure out."


def _has_dates(edition: Edition, code: str | None) -> bool:
    """Whether a fact of the country with this code has a date; without a code, a fact of any country."""
    countries = [country for country in edition.countries.values() if code in (None, country.code)]
    return not countries or any(fact.when for country in countries for fact in country.facts)


def _pointers(edition: Edition, deck: Deck) -> Iterator[Problem]:
    text: Text = deck.body
    for offset, name in markdown.pictures(text.markdown):
        if not markdown.picture_named(name, edition.pictures):
            yield error(text.place_at(offset), *markdown.missing_picture(name, edition.pictures))
    for offset, name in markdown.references(text.markdown):
        yield error(
            text.place_at(offset), f"a slide can’t point at “{name}”", "Say it in words: slides and sections have no numbers here."
        )
