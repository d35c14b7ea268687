"""Checks what only the whole edition can show: whether keys, codes, citations and dates agree with each other.

In: an edition whose files are valid, or the valid part of an edition. Out: problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from briefs.colours import PAPER, contrast
from briefs.edition import audiences, decks, digits, labels, markdown, names, powers, texts
from briefs.edition.model import KEY_PHRASE_LENGTH, Country, Edition, Fact, Section, Text, place_of, texts_in
from briefs.edition.yamls import Scalar
from briefs.problems import Place, Problem, did_you_mean, error, nearest, said, warning

MOST = 500  # errors that one check reports
MOST_UNCITED = 50  # sources that are never cited and are named one by one
MOST_IN_NOTES = 4_000  # sources in the notes of a report: citeproc takes 10 s and 650 MB for so many
MOST_LISTED = 500  # sources in a list with numbers
NEIGHBOUR_CONTRAST = 1.15  # enough to see an edge between two greys in print
LIKE_A_LABEL = 0.85  # the similarity from which a name is a misspelt label: `contnts` is, `counts` is another label
JOURNEY_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARK_LENGTH = 36  # letters of a name that its bookmark in Word keeps; there capitals count as small letters
READABLE = {"foreground": 4.5, "secondary": 4.5, "link": 4.5, "primary": 3.0}  # the least contrast of a brand's colours to paper


@dataclass(frozen=True)
class DeclaredNames:
    """The names that the files declare, also the names of faulty items, so that an error isn't repeated wherever the name is
    used."""

    steps: Collection[str]  # the ids of the stances, in the order of the scale
    topics: frozenset[str]
    subjects: frozenset[str]
    sources: frozenset[str] | None  # None if the file can't be read
    parents: frozenset[str]  # sources of which others are parts, such as the book of a chapter
    lost: frozenset[str]  # files that could not be read at all
    cited: Sequence[Scalar]  # the sources of all facts, including faulty ones
    whole: bool  # whether no file has an error by itself

    def reads(self, start: str) -> bool:
        """Whether all files whose paths begin with `start` could be read."""
        return not any(path.startswith(start) for path in self.lost)


def needed(edition: Edition, countries: Sequence[Country], known: DeclaredNames) -> list[Problem]:
    """Problems with which no document can be made: names that lead nowhere or stand twice, texts that take too long to parse.

    Every problem that shows only when files are compared is found here or in `rules`."""
    return _found(
        _files(countries, known),
        _subjects(edition, countries, known),
        _names(edition, countries),
        (p for country in countries for p in _country(edition, country, known)),
        _sections(edition, known),
        _citations(edition, countries, known),
        _too_many(edition, countries),
        _journeys(edition, known),
        _slow_to_parse(edition),
    )


def rules(edition: Edition, countries: Sequence[Country], known: DeclaredNames) -> list[Problem]:
    """Errors and warnings about rules that an edition must keep today, but that an older edition may break."""
    return _found(
        _scale(edition),
        _language(edition),
        _digits(edition),
        _map(edition, known),
        audiences.check(edition) if known.whole else iter(()),
        _labels(edition),
        decks.check(edition),
        _points(edition, countries),
        _numbers_of_sources(countries) if known.whole else iter(()),
        _plain(edition),
        _brand(edition),
        _uncited(edition, countries, known) if known.whole else iter(()),
    )


def is_bounded(edition: Edition) -> bool:
    """Whether composing the documents of an edition takes a bounded time, whatever else is wrong with the edition."""
    countries = list(edition.countries.values())
    return not any((*_slow_to_parse(edition), *_too_many(edition, countries)))


def _found(*checks: Iterator[Problem]) -> list[Problem]:
    return [problem for found in checks for problem in limited(found)]


def limited(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The first problems of a check, up to a number of errors, and a note if there are more. To find suggestions for very many
    wrong names would take minutes."""
    errors = 0
    for problem in problems:
        errors += problem.severity == "error"
        if errors > MOST:
            yield replace(problem, message=f"there are more errors like this one from here on: {problem.message}")
            return
        yield problem


def _scale(edition: Edition) -> Iterator[Problem]:
    scale = edition.about.scale
    for number, step in enumerate(scale):
        place = place_of(step.colour)
        if any(other.colour.lower() == step.colour.lower() for other in scale[:number]):
            yield error(place, f"another step has the colour {step.colour}", "Give each step its own.")
        elif number and contrast(scale[number - 1].colour, step.colour) < NEIGHBOUR_CONTRAST:
            yield error(
                place,
                f"{step.colour} has too little contrast with the step before it",
                "Neighbours on the scale must be told apart in grey too.",
            )


def _language(edition: Edition) -> Iterator[Problem]:
    tag = edition.about.language
    if not names.knows_language(tag):
        yield error(
            place_of(tag),
            f"no names of months and countries are known in the language “{tag}”",
            "Write a BCP 47 tag such as en, de or zh.",
        )


def _digits(edition: Edition) -> Iterator[Problem]:
    """An error for digits in which a language isn't written; and a warning for the first text whose digits are others than those
    that the program prints."""
    about = edition.about
    for tag, system in about.digits.items():
        if names.knows_language(tag) and system not in digits.possible(tag):
            what = f"numbers of the language “{tag}” aren’t written in the digits “{system}”"
            yield error(place_of(system), what, f"Write {' or '.join(digits.possible(tag))}.")
            return
    if not names.knows_language(about.language):
        return
    for text in texts.whole(edition):
        if found := digits.others(text.markdown, about.numerals):
            shown, ours = found[0], digits.written(digits.western(found[0]), about.numerals)
            what = f"“{shown}” stands in other digits than those that the program prints (“{ours}”: in dates, on pages)"
            fitting = [system for system in digits.possible(about.language) if shown[0] in digits.symbols(system)]
            other = f", or `digits: {{{about.language}: {fitting[0]}}}` in edition.yaml" if fitting else ""
            yield warning(text.place_at(found.start()), what, f"Write “{ours}”{other}.")
            return


def _files(countries: Sequence[Country], known: DeclaredNames) -> Iterator[Problem]:
    """An error for a country that has two files, and for a file that is named after another country."""
    first: dict[str, Place] = {}
    for country in countries:
        place, code = place_of(country.code), country.code
        if code in first:
            yield error(place, f"{first[code].path} is about “{code}” too", "Keep one file a country.")
        first.setdefault(code, place)
        stem = PurePosixPath(place.path).stem.lower()
        if stem != code and all(c in known.subjects or names.is_iso(c) for c in (stem, code)):
            yield error(
                place,
                f"the file is named after “{stem}” and holds “{code}”",
                f"Correct the code, or name the file countries/{code}.yaml.",
            )


def _subjects(edition: Edition, countries: Sequence[Country], known: DeclaredNames) -> Iterator[Problem]:
    for country in countries:
        if country.code not in known.subjects and not names.is_iso(country.code):
            meant = names.iso_for(country.code)
            yield error(
                place_of(country.code),
                f"“{country.code}” is no ISO 3166 code and isn’t declared",
                f"Did you mean “{meant}”?" if meant else "Correct it, or declare it under `subjects` in edition.yaml, with a name.",
            )
    written = {c.code: c for c in countries}
    seen: set[str] = set()
    for subject in edition.about.subjects:
        place, code = place_of(subject.code), subject.code
        if code in seen:
            yield error(place, f"the subject “{code}” stands twice", "Keep one of the two.")
        seen.add(code)
        if not subject.name and not names.is_iso(code):
            yield error(place, f"the subject “{code}” has no name", "A code that isn’t ISO 3166 needs a `name`.")
        if subject.covered and code not in written and known.reads("countries"):
            yield error(place, f"there is no file for the subject “{code}”", f"Write countries/{code}.yaml, or say `covered: no`.")
        if not subject.covered and code in written:
            yield error(
                place,
                f"“{code}” is said not to be covered, but {place_of(written[code].code).path} is about it",
                "Delete the file, or `covered: no`.",
            )


def _map(edition: Edition, known: DeclaredNames) -> Iterator[Problem]:
    view = edition.about.map
    codes = {*edition.names, *known.subjects}
    for code in (*view.countries, *(c for inset in view.insets for c in inset.countries)):
        if code not in codes and known.reads("countries"):
            yield error(
                place_of(code),
                f"the map shows “{code}”, which is no subject of the edition",
                did_you_mean(code, codes, "Declare it under `subjects`, or take it out."),
            )


def _labels(edition: Edition) -> Iterator[Problem]:
    """A warning for labels that are printed in English in another language, and for labels of the edition that are never
    printed."""
    language = edition.about.language
    absent = labels.missing(language, edition.labels.keys()) if names.knows_language(language) else []
    if absent:
        many = f"{len(absent)} labels, such as" if len(absent) > 1 else "the label"
        what = f"the program has no words in this language (“{language}”) for {many} “{absent[0]}”; English is printed"
        yield warning(Place("edition.yaml"), what, f"Write them in labels/{language.partition('-')[0]}.yaml: `{absent[0]}: …`.")
    known = dict.fromkeys(map(labels.base, labels.of_language(labels.DEFAULT)))
    for name, text in edition.labels.items() if not edition.translation else ():  # told where the source has them
        near = nearest(labels.base(name), known, cutoff=LIKE_A_LABEL) if labels.base(name) not in known else ()
        if near:
            yield warning(text.place, f"the program prints no label “{name}”", f"Did you mean “{near[0]}”?")


def _names(edition: Edition, countries: Sequence[Country]) -> Iterator[Problem]:
    """An error for each name that two subjects share, because documents are named after their subjects."""
    places = {s.code: place_of(s.name or s.code) for s in edition.about.subjects}
    places |= {c.code: place_of(c.code) for c in countries if c.code not in places}
    first: dict[str, str] = {}
    for code, name in edition.names.items():
        other = first.setdefault(names.stem_of(name, code), code)
        if other != code:
            yield error(
                places[code],
                f"“{code}” and “{other}” would have documents of one name: “{name}”",
                "Give each a `name` of its own under `subjects` in edition.yaml.",
            )


def _country(edition: Edition, country: Country, known: DeclaredNames) -> Iterator[Problem]:
    yield from _stance(edition, country, known)
    if country.facts and not country.summary and not country.points:
        hint = "Write two or three sentences for the top of the brief, or its key points: position, matters, next, ask."
        yield error(place_of(country.code), "the country has facts but no summary", hint)
    for fact in country.facts:
        yield from _fact(edition, fact, known)


def _stance(edition: Edition, country: Country, known: DeclaredNames) -> Iterator[Problem]:
    """An error unless a country has a stance of the edition's scale. If the edition has no scale, the country may have no stance.
    If stances are computed, nothing is checked."""
    steps = {*edition.steps, *known.steps}
    if edition.about.computed_stance or not known.reads("edition.yaml") or country.stance in steps:
        return
    if country.stance is not None and not steps:
        hint = "Delete this line, or declare a `scale` in edition.yaml."
        yield error(place_of(country.stance), "the edition has no scale, so no country has a stance", hint)
    elif country.stance is not None:
        hint = did_you_mean(country.stance, steps, said("The scale has {steps}.", steps=", ".join(known.steps or edition.steps)))
        yield error(place_of(country.stance), said("there is no stance “{stance}”", stance=country.stance), hint)
    elif steps:
        hint = "Add `stance:` here. Write the `id` of a step of the scale in edition.yaml."
        yield error(place_of(country.code), "“stance” is missing", hint)


def _journeys(edition: Edition, known: DeclaredNames) -> Iterator[Problem]:
    """Errors in the names of journeys, and for each country of a journey that has no brief."""
    for name, journey in edition.journeys.items() if known.reads("countries") and known.reads("journeys") else ():
        place = Place(journey.title.place.path, line=1)
        if not JOURNEY_NAME.fullmatch(name):
            hint = "Name the file with lower-case letters, digits and hyphens."
            yield error(place, f"a journey can’t be called “{name}”", hint)
        for at, code in enumerate(journey.countries):
            if not place_of(code).path:  # this code stands in for a list that can't be read
                continue
            country = edition.countries.get(code)
            if country is None:
                hint = did_you_mean(code, edition.countries, "Write the code of a country of the edition.")
                yield error(place_of(code), f"there is no country “{code}”", hint)
            elif not country.facts:
                yield error(place_of(code), f"{edition.names[code]} has no facts, so it has no brief", "Take it out, or add facts.")
            if code in journey.countries[:at]:
                yield error(place_of(code), f"“{code}” stands twice", "Name each country once.")


def _brand(edition: Edition) -> Iterator[Problem]:
    """An error for each colour of the brand that its palette lacks, or that can't be read on white paper (WCAG 2.1, 1.4.3 and
    1.4.11)."""
    for use, colour in edition.brand.color.named.items():
        value = edition.brand.color.value(colour)
        if value is None:
            hint = did_you_mean(colour, edition.brand.color.palette, "Write #rrggbb, or add it to the palette.")
            yield error(place_of(colour), f"the palette has no colour “{colour}”", hint)
        elif (ratio := contrast(value, PAPER)) < READABLE[use]:
            what = f"{use} {value} has a contrast of {ratio:.1f} to white paper"
            yield error(place_of(colour), what, f"It needs {READABLE[use]:g}: take a darker colour.")


def _points(edition: Edition, countries: Sequence[Country]) -> Iterator[Problem]:
    """A warning for each country that lacks key points for which the edition asks."""
    for country in countries:
        missing = [name for name in edition.about.key_points if name not in country.points]
        if country.facts and missing:
            what = said("the country has no {points}, which edition.yaml asks for under `key_points`", points=_listed(missing))
            yield warning(place_of(country.code), what, "Write it, if the sources say anything of it.")


def _numbers_of_sources(countries: Sequence[Country]) -> Iterator[Problem]:
    """A warning for each fact behind whose last word the numbers of its sources would be read as a power."""
    for fact in (fact for country in countries for fact in country.facts if fact.sources):
        if base := powers.read_as_base(fact.text.markdown):
            place = fact.text.place_at(fact.text.markdown.rindex(base))
            yield warning(place, powers.what("the fact’s source", base), "End the text with a full stop.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_MOST_LETTERS = said("{n} is the most.", n=KEY_PHRASE_LENGTH)


def _fact(edition: Edition, fact: Fact, known: DeclaredNames) -> Iterator[Problem]:
    topics = {t.id for t in edition.about.topics} | known.topics
    if fact.topic not in topics and place_of(fact.topic).path and known.reads("edition.yaml"):
        listed = said("The topics are {topics}.", topics=", ".join(topic.id for topic in edition.about.topics))
        hint = did_you_mean(fact.topic, topics, listed)
        yield error(place_of(fact.topic), said("there is no topic “{topic}”", topic=fact.topic), hint)
    limit = edition.about.as_of.countries
    if fact.date and fact.date.end.first > limit.last:
        yield error(
            place_of(fact.date),
            said(
                "the date {date} of {fact} lies after the as-of month {month}", date=fact.date.text, fact=fact.id, month=limit.text
            ),
            "A planned date is `due`. The as-of month is `as_of` in edition.yaml.",
        )
    phrase = fact.text.key_phrase
    if fact.when and not fact.short:
        hint = "Mark a few words with **…**, or write a `label`: the timeline prints them."
        yield error(fact.text.place, said("{fact} has a date but no key phrase", fact=fact.id), hint)
    if fact.label and len(fact.short) > KEY_PHRASE_LENGTH:
        yield error(
            fact.label.place, said("the label of {fact} has {n} characters", fact=fact.id, n=len(fact.short)), _MOST_LETTERS
        )
    if fact.label and (sign := markdown.signs(fact.short)):
        yield error(
            fact.label.place,
            said("“{sign}” in the label of {fact} would be printed as it stands", sign=sign, fact=fact.id),
            "A label is plain words.",
        )
    if sign := markdown.markup(phrase):
        place = fact.text.place_at(fact.text.markdown.index("**"))
        hint = "It stands alone on timelines: keep it to words, with curly quotation marks, or mark others."
        yield error(place, said("“{sign}” in the key phrase of {fact} can’t be printed there", sign=sign, fact=fact.id), hint)
    if len(phrase) > KEY_PHRASE_LENGTH:
        place = fact.text.place_at(fact.text.markdown.index("**"))
        yield error(place, said("the key phrase of {fact} has {n} characters", fact=fact.id, n=len(phrase)), _MOST_LETTERS)


def _plain(edition: Edition) -> Iterator[Problem]:
    """An error for each title or label with signs of Markdown, because running heads, badges, figures and slides print it as it
    stands."""
    about, heads = edition.about, [deck.head for deck in edition.decks.values()]
    labelled = [
        *(step.label for step in about.scale),
        *(topic.label for topic in about.topics),
        *(group.label for group in about.groups),
        *(column.label for column in edition.columns.values()),
    ]
    titles = [about.title, about.publisher, *about.authors, *(text for head in heads for text in (head.title, head.subtitle))]
    for text in (text for text in [*titles, *labelled] if text):
        if sign := markdown.signs(text.markdown):
            what = said("“{sign}” would be printed as it stands: titles and labels are plain words", sign=sign)
            yield error(text.place, what, "Write it without signs of Markdown.")
        elif markdown.unpaired(text.markdown):
            yield error(text.place, "a straight quotation mark has no partner", "Write “ and ” for a quotation, ″ for inches.")


def _sections(edition: Edition, known: DeclaredNames) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    marks: dict[str, str] = {}
    for section in edition.sections:
        for name, place in _targets(section):
            yield from _own_name(name, place, marks)
            if name in seen:
                yield error(
                    place,
                    f"the name “{name}” stands twice in the report: {seen[name].path}:{seen[name].line}",
                    "Give each section, heading and figure its own.",
                )
            seen.setdefault(name, place)
        yield from _section(edition, section)
    if known.reads("report"):
        yield from _references(edition, {**seen, "appendix": Place("")})


def _own_name(name: str, place: Place, marks: dict[str, str]) -> Iterator[Problem]:
    """An error if the program uses a name itself, or if its bookmark is that of another name. `marks`: the names by their
    bookmarks."""
    if markdown.is_own_name(name):
        yield error(
            place,
            said("the name “{name}” is the program’s own", name=name),
            "Choose another, such as one that begins with sec- or fig-.",
        )
    other = marks.setdefault(name.replace("-", "_")[:MARK_LENGTH].lower(), name)
    if other != name:
        yield error(place, f"to Word the names “{name}” and “{other}” are the same", "Change one of the two.")


def _section(edition: Edition, section: Section) -> Iterator[Problem]:
    quote = section.head.pull_quote
    if quote and _words(quote.markdown) not in _words(section.body.markdown):
        yield error(quote.place, "the pull quote is not in the section", "Copy a sentence of the section word for word.")
    for offset, name in markdown.pictures(section.body.markdown):
        if not markdown.picture_named(name, edition.pictures):
            yield error(section.body.place_at(offset), *markdown.missing_picture(name, edition.pictures))


def _targets(section: Section) -> Iterator[tuple[str, Place]]:
    """The names that a section declares: its own, if that is valid, and those of its headings and figures."""
    place = place_of(section.head.id)
    if place.path:
        yield section.head.id, place
    yield from ((name, section.body.place_at(offset)) for offset, name in markdown.targets(section.body.markdown))


def _references(edition: Edition, targets: Collection[str]) -> Iterator[Problem]:
    for section in edition.sections:
        for offset, name in markdown.references(section.body.markdown):
            if name not in targets:
                hint = did_you_mean(name, targets, "Name a section, a heading with {#…}, a figure or the appendix.")
                yield error(section.body.place_at(offset), said("nothing in the report is named “{name}”", name=name), hint)


def _words(text: str) -> str:
    return " ".join(text.replace("*", "").split())


def _cited(edition: Edition, countries: Iterable[Country]) -> Iterator[tuple[str, Place]]:
    """Every key of a source that the edition cites, and the place where it does. Keys that stand in for others aren't listed."""
    yield from ((key, place_of(key)) for key in edition.about.retells)
    for section in edition.sections:
        yield from ((key, section.body.place_at(offset)) for offset, key in markdown.citations(section.body.markdown))
    for deck in edition.decks.values():
        yield from ((key, deck.body.place_at(offset)) for offset, key in markdown.citations(deck.body.markdown))
    for country in countries:
        yield from ((key, place_of(key)) for fact in country.facts for key in fact.sources if place_of(key).path)
        yield from ((key, t.place_at(offset)) for t in _texts(country) for offset, key in markdown.citations(t.markdown))


def _texts(country: Country) -> Iterator[Text]:
    yield from (t for t in (country.summary, country.stance_note, *country.points.values()) if t)
    yield from (f.text for f in country.facts)


_SLOW: Mapping[Callable[[str], markdown.Found], tuple[str, str]] = {
    markdown.markup_runs: ("a hundred or more “{}” in a row", "Take them out."),
    markdown.deep_brackets: (
        f"over {markdown.DEEPEST} brackets are open here, one in another",
        "Close them, or write a bracket that is only a sign as \\[.",
    ),
    markdown.endless_runs: (
        f"over {markdown.MOST_RUNS} runs of backticks of different lengths",
        "Code stands between backticks of one length; write one that is only a sign as \\`.",
    ),
    markdown.open_tags: (
        f"over {markdown.MOST_OPEN} tags or comments begin from here on and aren’t closed",
        "Take them out, or write a sign that is only a sign as \\<.",
    ),
    markdown.deep_quotations: (f"over {markdown.MOST_QUOTED} quotations, one in another", "Take out the signs."),
    markdown.deep_divisions: (f"over {markdown.MOST_QUOTED} divisions “{{}}”, one in another", "Close them, or take them out."),
    markdown.deep_lists: ("this item is in too many lists, one in another", "Take out steps of the list."),
    markdown.deep_tags: (f"over {markdown.MOST_QUOTED} tags of HTML, one in another", "Write Markdown instead."),
    markdown.open_links: (
        f"over {markdown.MOST_OPEN} addresses of links begin from here on and aren’t closed",
        "Close each with a round bracket, or write a bracket that is only a sign as \\[.",
    ),
}


def _slow_to_parse(edition: Edition) -> Iterator[Problem]:
    """An error for each piece of Markdown that pandoc would parse in a time that grows faster than the text."""
    known = [*texts.whole(edition), *texts_in([edition.brand, *edition.columns.values(), *edition.journeys.values()])]
    for search, (what, hint) in _SLOW.items():
        for text in known:
            for offset, sign in _slow(search, text.markdown):
                yield error(text.place_at(offset), what.format(sign), hint)


@lru_cache(50_000)
def _slow(search: Callable[[str], markdown.Found], text: str) -> tuple[tuple[int, str], ...]:
    """What a search finds in a text. It is remembered for a process that reads an edition again and again."""
    return tuple(search(text))


_LABEL = re.compile(r"(?:fig|tbl|tab|sec|eq|lst|thm|app)[-:]", re.I)  # how references begin in Quarto and pandoc-crossref


def _citations(edition: Edition, countries: Iterable[Country], known: DeclaredNames) -> Iterator[Problem]:
    cited = dict.fromkeys([*_cited(edition, countries), *((key, key.place) for key in known.cited)])
    unknown = [(key, place) for key, place in cited if known.sources is not None and key not in known.sources]
    if known.sources == frozenset() and any(not _LABEL.match(key) for key, _ in unknown):
        yield error(Place("sources.yaml"), "the edition cites sources and has none", "Write sources.yaml; see docs/content.md.")
    for key, place in unknown:
        if _LABEL.match(key) and not isinstance(key, Scalar):
            hint = f"Write [](#{key}) to point at a figure, table or section, or `\\@{key}` to print it as it is."
            yield error(place, f"“@{key}” is read as a citation, and there is no such source", hint)
        elif known.sources:
            hint = "Add it to the sources file."
            if not isinstance(key, Scalar):
                hint = said("“@{key}” is read as a citation. Add the source, or write `\\@{key}` to print it as it is.", key=key)
            yield error(place, said("there is no source “{key}”", key=key), did_you_mean(key, known.sources, hint))


def _uncited(edition: Edition, countries: Iterable[Country], known: DeclaredNames) -> Iterator[Problem]:
    cited = {key for key, _ in _cited(edition, countries)} | known.parents
    cited |= {column.source for column in edition.columns.values() if column.source}
    left = [source for source in edition.sources.values() if source.id not in cited]
    of_values = {key for *_, value in edition.data for key in value.sources} if left else set()
    left = [source for source in left if source.id not in of_values]
    for source in left[:MOST_UNCITED]:
        yield warning(place_of(source.id), said("the source “{key}” is never cited", key=source.id), "Cite it or delete it.")
    if len(left) > MOST_UNCITED:
        rest = left[MOST_UNCITED:]
        yield warning(
            place_of(rest[0].id), said("{n:,} more sources are never cited", n=len(rest)), "Export only those that you cite."
        )


def _too_many(edition: Edition, countries: Iterable[Country]) -> Iterator[Problem]:
    """An error for each document that cites more sources than citeproc can set in a bounded time."""
    yield from _source_over_limit([section.body for section in edition.sections], MOST_IN_NOTES, "the report")
    for deck in edition.decks.values():
        yield from _source_over_limit([deck.body], MOST_LISTED, "the deck")
    for country in countries:
        keys = {key for fact in country.facts for key in fact.sources}
        if len(keys) > MOST_LISTED:
            what = f"the country cites {len(keys):,} sources; {MOST_LISTED:,} is the most"
            yield error(place_of(country.code), what, "Name the best source of each fact.")


def _source_over_limit(texts: Iterable[Text], most: int, what: str) -> Iterator[Problem]:
    """An error where texts cite their first source beyond the limit `most`. `what`: the document, for the message."""
    keys: set[str] = set()
    for text in texts:
        for offset, key in markdown.citations(text.markdown):
            keys.add(key)
            if len(keys) > most:
                yield error(text.place_at(offset), f"{what} cites more than {most:,} sources", "Cite fewer, or divide the edition.")
                return
