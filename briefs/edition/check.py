"""What only the whole edition can answer: do keys, codes, citations and dates agree with each other?

In: an edition whose files are each valid. Out: problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefs.edition import names
from briefs.edition.model import KEY_PHRASE_LENGTH, Country, Edition, Fact, Text, place_of
from briefs.problems import Place, Problem, did_you_mean, error, warning

INK, PAPER = "#1a1a1a", "#ffffff"
TEXT_CONTRAST = 4.5  # WCAG 2.1, success criterion 1.4.3
NEIGHBOUR_CONTRAST = 1.15  # enough to see an edge between two greys


def whole(edition: Edition, countries: Sequence[Country]) -> list[Problem]:
    """Every problem that shows only between files, errors and warnings."""
    return [
        *_scale(edition),
        *_subjects(edition, countries),
        *(p for country in countries for p in _country(edition, country)),
        *_sections(edition),
        *_citations(edition),
        *_uncited(edition),
    ]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1 to 21 (WCAG 2.1, “contrast ratio”)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_on(colour: str) -> str:
    """White or near-black, whichever reads better on `colour`."""
    return max((PAPER, INK), key=lambda text: contrast(text, colour))


def _scale(edition: Edition) -> Iterator[Problem]:
    for kind, items in (("step", edition.about.scale), ("topic", edition.about.topics)):
        seen: set[str] = set()
        for item in items:
            if item.id in seen:
                yield error(place_of(item.id), f"the {kind} “{item.id}” stands twice", "Give each its own id.")
            seen.add(item.id)
    scale = edition.about.scale
    for number, step in enumerate(scale):
        place = place_of(step.colour)
        best = contrast(text_on(step.colour), step.colour)
        if best < TEXT_CONTRAST:
            yield error(place, f"neither white nor black text reads well on {step.colour} "
                        f"({best:.1f}:1, {TEXT_CONTRAST}:1 is needed)", "Take a darker or a lighter colour.")
        if any(other.colour.lower() == step.colour.lower() for other in scale[:number]):
            yield error(place, f"another step has the colour {step.colour}", "Give each step its own.")
        elif number and contrast(scale[number - 1].colour, step.colour) < NEIGHBOUR_CONTRAST:
            yield error(place, f"{step.colour} has too little contrast with the step before it",
                        "Neighbours on the scale must be told apart in grey too.")


def _subjects(edition: Edition, countries: Sequence[Country]) -> Iterator[Problem]:
    declared = {s.code for s in edition.about.subjects}
    first: dict[str, Place] = {}
    for country in countries:
        place = place_of(country.code)
        if country.code in first:
            yield error(place, f"{first[country.code].path} is about “{country.code}” too", "Keep one file a country.")
        first.setdefault(country.code, place)
        if country.code not in declared and not names.is_iso(country.code):
            yield error(place, f"“{country.code}” is no ISO 3166 code and isn’t declared",
                        "Correct it, or declare it under `subjects` in edition.yaml, with a name.")
    for subject in edition.about.subjects:
        place = place_of(subject.code)
        if not subject.name and not names.is_iso(subject.code):
            yield error(place, f"the subject “{subject.code}” has no name", "A code that isn’t ISO 3166 needs a `name`.")
        if subject.covered and subject.code not in first:
            yield error(place, f"there is no file for the subject “{subject.code}”",
                        f"Write countries/{subject.code}.yaml, or say `covered: no`.")


def _country(edition: Edition, country: Country) -> Iterator[Problem]:
    if country.stance not in edition.steps:
        hint = did_you_mean(country.stance, edition.steps, f"The scale has {', '.join(edition.steps)}.")
        yield error(place_of(country.stance), f"there is no stance “{country.stance}”", hint)
    if country.facts and not country.summary:
        yield error(place_of(country.code), "the country has facts but no summary",
                    "Write two or three sentences for the top of the brief.")
    ids: set[str] = set()
    for fact in country.facts:
        if fact.id in ids:
            yield error(place_of(fact.id), f"the fact “{fact.id}” stands twice", "Each fact has its own id.")
        ids.add(fact.id)
        yield from _fact(edition, fact)


def _texts(country: Country) -> Iterator[Text]:
    yield from (t for t in (country.summary, country.stance_note) if t)
    yield from (f.text for f in country.facts)


def _fact(edition: Edition, fact: Fact) -> Iterator[Problem]:
    topics = [t.id for t in edition.about.topics]
    if fact.topic not in topics:
        hint = did_you_mean(fact.topic, topics, f"The topics are {', '.join(topics)}.")
        yield error(place_of(fact.topic), f"there is no topic “{fact.topic}”", hint)
    place, limit = fact.text.place, edition.about.as_of.countries
    if fact.date and fact.date.first > limit.last:
        yield error(place_of(fact.id), f"the date {fact.date.text} of {fact.id} lies after the as-of month {limit.text}",
                    "A planned date is `due`.")
    phrase = fact.text.key_phrase
    if fact.when and not phrase:
        yield error(place, f"{fact.id} has a date but no key phrase",
                    "Mark a few words with **…**: the timeline prints them.")
    if len(phrase) > KEY_PHRASE_LENGTH:
        yield error(place, f"the key phrase of {fact.id} has {len(phrase)} characters",
                    f"{KEY_PHRASE_LENGTH} is the most.")
    for key in fact.sources:
        yield from _cites(edition, place_of(key), key)


def _cites(edition: Edition, place: Place, key: str) -> Iterator[Problem]:
    if key not in edition.sources:
        hint = did_you_mean(key, edition.sources, "Add it to the sources file.")
        yield error(place, f"there is no source “{key}”", hint)


def _sections(edition: Edition) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for section in edition.sections:
        place = section.head.title.place
        if section.head.id in seen:
            yield error(place, f"{seen[section.head.id]} has the id “{section.head.id}” too", "Each section has its own.")
        seen.setdefault(section.head.id, section.path)
        quote = section.head.pull_quote
        if quote and _words(quote.markdown) not in _words(section.body.markdown):
            yield error(quote.place, "the pull quote is not in the section", "Copy a sentence of the section word for word.")


def _words(text: str) -> str:
    return " ".join(text.split())


def _citations(edition: Edition) -> Iterator[Problem]:
    for key in edition.about.retells:
        yield from _cites(edition, place_of(key), key)
    for section in edition.sections:
        for number, line in enumerate(section.body.markdown.split("\n")):
            for key in Text(line, section.body.place).citations:
                yield from _cites(edition, Place(section.path, line=section.body.place.line + number), key)
    for country in edition.countries.values():
        for text in _texts(country):
            for key in text.citations:
                yield from _cites(edition, text.place, key)


def _uncited(edition: Edition) -> Iterator[Problem]:
    cited = {k for s in edition.sections for k in s.body.citations} | set(edition.about.retells)
    cited |= {k for c in edition.countries.values() for f in c.facts for k in f.sources}
    cited |= {k for c in edition.countries.values() for t in _texts(c) for k in t.citations}
    for source in edition.sources.values():
        if source.id not in cited:
            yield warning(place_of(source.id), f"the source “{source.id}” is never cited", "Cite it or delete it.")
