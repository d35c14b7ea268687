"""What an edition says to each of its audiences: the part of it that their briefs may show.

In: an edition, the id of an audience. Out: the edition without everything that isn't for this audience, so that no document made
from it can show or count what was left out. Also the problems in the audiences that an edition declares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial

from briefs.edition.data.table import DataTable, Value
from briefs.edition.model import KEY_POINTS, Audience, Country, Edition, Text, place_of
from briefs.problems import Problem, did_you_mean, error, warning

EVERYONE = "all"  # what `--for` takes for the documents that are for everyone
# Names of folders in the output that mean something else, such as a kind of document or a paper. No audience may have such an id.
TAKEN = {EVERYONE, "bilingual", "briefs", "compare", "corrections", "handouts", "pack", "redline", "print", "a4", "letter"}
_COLUMN = re.compile(r"\bcolumn=[\"']?([\w-]+)")
_NEEDS = {
    "timeline": "facts",
    "counts": "stance",
    "figures": "sources",
    "key-facts": "sources",
}  # a block, and the other block that it needs
_TEXTS = ("summary", *KEY_POINTS)


def audience_of(path: str) -> str:
    """The audience in the path of a document: `press` of `press/briefs/belgium`. The path begins below the output folder, or below
    the folder of a language. Empty if the document is for everyone."""
    first, _, rest = path.partition("/")
    return first if "/" in rest and not _is_taken(first) else ""


def language_of(path: str, languages: Container[str]) -> str:
    """The language in the path of a document below the output folder: `fr` of `fr/briefs/belgique`. Empty if it is none of
    `languages`."""
    first = path.partition("/")[0]
    return first if first in languages else ""


def editions(edition: Edition) -> Callable[[str], Edition]:
    """A function that returns the edition for an audience by its id. Each edition is made once. For an empty id it is the whole
    one."""
    return cache(partial(of_audience, edition))


def of_audience(edition: Edition, id: str) -> Edition:
    """The edition reduced to what is for an audience. The whole edition if the id is empty."""
    if not id:
        return edition
    audience = next(audience for audience in edition.about.audiences if audience.id == id)
    countries = {code: _country(country, audience) for code, country in edition.countries.items()}
    shown = _columns(edition, audience, countries)
    columns = {
        id: column if "sources" in audience.blocks else column.model_copy(update={"source": None})
        for id, column in edition.columns.items()
        if id in shown
    }
    return replace(
        edition,
        about=edition.about.model_copy(update=_about(edition, audience, columns)),
        countries=countries,
        sections=(),
        decks={},
        journeys={},
        corrections={},
        changes=None,
        rewordings={},
        translations={},
        columns=columns,
        data=_data(edition, audience, columns),
        sources=edition.sources if "sources" in audience.blocks else {},
        audience=audience,
    )


def _columns(edition: Edition, audience: Audience, countries: Mapping[str, Country]) -> set[str]:
    """The ids of the columns that the briefs for an audience use: in blocks that the audience gets, or by name in texts."""
    about, blocks = edition.about, audience.blocks
    used = {*edition.columns} if "data" in blocks else set()
    used |= {*about.key_facts} if "key-facts" in blocks else set()
    used |= {id for figure in about.figures for id in figure.ids} if "figures" in blocks else set()
    used |= {name for country in countries.values() for text in texts_of(country) for name in _COLUMN.findall(text.markdown)}
    return used & {*(audience.columns or edition.columns)}


def texts_of(country: Country) -> list[Text]:
    """The texts of a country that documents print: its summary, its key points, its facts."""
    texts = [text for name in _TEXTS if (text := getattr(country, name))]
    return [*texts, *(fact.text for fact in country.facts)]


def _about(edition: Edition, audience: Audience, columns: Mapping[str, object]) -> dict[str, object]:
    """What changes in edition.yaml for an audience: only its topics, columns and figures stay, and the scale only if it gets
    stances."""
    about, blocks = edition.about, audience.blocks
    stanceless: dict[str, object] = {"scale": [], "computed_stance": None, "scale_note": None}
    return {
        **({} if "stance" in blocks else stanceless),
        "topics": [topic for topic in about.topics if not audience.topics or topic.id in audience.topics],
        "key_facts": [id for id in about.key_facts if id in columns] if "key-facts" in blocks else [],
        "figures": [figure for figure in about.figures if columns.keys() >= {*figure.ids}] if "figures" in blocks else [],
        "retells": about.retells if "sources" in blocks else [],
        "audiences": [],
        "appendix": None,
    }


def _country(country: Country, audience: Audience) -> Country:
    blocks, with_sources = audience.blocks, "sources" in audience.blocks
    hidden = dict.fromkeys(name for name in _TEXTS if name not in blocks)
    facts = [
        fact.model_copy(update={"origin": None, **({} if with_sources else {"sources": []})})
        for fact in country.facts
        if "facts" in blocks and fact.priority <= audience.priority and (not audience.topics or fact.topic in audience.topics)
    ]
    stanceless = {} if "stance" in blocks else {"stance": None, "stance_note": None}
    return country.model_copy(update={**hidden, **stanceless, "facts": facts, "data": {}})


def _data(edition: Edition, audience: Audience, columns: Mapping[str, object]) -> DataTable:
    """The values in the audience's columns, without the ids of facts. They have the sources of these facts, or none if the audience
    doesn't get sources."""
    with_sources = "sources" in audience.blocks

    def shed(id: str, code: str, value: Value) -> Value:
        sources = tuple(edition.sources_of(edition.columns[id], code, value)) if value.facts else value.sources
        return value._replace(facts=(), sources=sources if with_sources else ())

    values = {
        id: {code: {when: shed(id, code, value) for when, value in series.items()} for code, series in countries.items()}
        for id, countries in edition.data.values.items()
        if id in columns
    }
    return DataTable(values)


# Problems.


def check(edition: Edition) -> Iterator[Problem]:
    """What is wrong with the audiences that an edition declares, and a warning for each of their briefs in which nothing is
    left."""
    seen: set[str] = set()
    for audience in edition.about.audiences:
        if audience.id in seen:
            yield error(place_of(audience.id), f"the audience “{audience.id}” stands twice", "Give each its own id.")
        if _is_taken(audience.id) or audience.id in map(str.lower, edition.about.languages):
            yield error(place_of(audience.id), f"“{audience.id}” is a folder of its own already", "Give the audience another id.")
        seen.add(audience.id)
        faults = list(_unknown(edition, audience))
        yield from faults or _left(edition, audience)


def _is_taken(id: str) -> bool:
    return id in TAKEN or id.endswith("-per-page")


def _unknown(edition: Edition, audience: Audience) -> Iterator[Problem]:
    known = {"topic": [topic.id for topic in edition.about.topics], "column": list(edition.columns)}
    for what, ids in (("topic", audience.topics), ("column", audience.columns)):
        for id in (id for id in ids if id not in known[what]):
            hint = did_you_mean(id, known[what], f"Name a {what} of the edition.")
            yield error(place_of(id), f"there is no {what} “{id}”", hint)
    for block, needed in _NEEDS.items():
        if block in audience.blocks and needed not in audience.blocks:
            hint = f"Add `{needed}` to its blocks, or take `{block}` out."
            yield error(place_of(audience.id), f"the audience “{audience.id}” has {block} without {needed}", hint)


def _left(edition: Edition, audience: Audience) -> Iterator[Problem]:
    """What is wrong with an audience's briefs: texts that name columns which the audience doesn't get, and briefs without
    content."""
    reduced = of_audience(edition, audience.id)
    for code, country in reduced.countries.items():
        texts = texts_of(country)
        for text in texts:
            yield from _hidden_columns(audience, text)
        if edition.countries[code].facts and not texts:
            what = f"nothing of {edition.names[code]} is for the audience “{audience.id}”: its brief is empty"
            yield warning(place_of(country.code), what, "Give the audience more blocks, topics or a lower priority.")


def _hidden_columns(audience: Audience, text: Text) -> Iterator[Problem]:
    for match in _COLUMN.finditer(text.markdown) if audience.columns else ():
        if match[1] not in audience.columns:
            what = f"this text prints the column “{match[1]}”, which isn’t for the audience “{audience.id}”"
            yield error(text.place_at(match.start()), what, "Add it to the audience’s `columns`, or write the text without it.")
