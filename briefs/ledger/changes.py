"""What changed between two states of an edition, item by item, as an editor would say it.

In: two states of an edition, each with its texts. Out: `Change`s, first those of the edition as a whole, then those of each country
by name, then those of sections, decks, sources and single words. Nothing is composed, so no page is needed.

Facts are matched by id, sections by theirs. Blocks of a section or deck have no id: they are matched by their words
(`edition/textnames.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from briefs.compose.values import ValuePrinter
from briefs.edition import texts
from briefs.edition.changed import Action, Change, Item, is_marked
from briefs.edition.csl import alias
from briefs.edition.csldates import CslDate
from briefs.edition.data.table import Value
from briefs.edition.dates import Date
from briefs.edition.model import KEY_POINTS, Country, Deck, Edition, Fact, Section, Text, hash_of, place_of
from briefs.edition.textnames import file_of, is_block, names_today
from briefs.problems import raise_all
from briefs.tools.pandoc import Pandoc

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_KEPT = {"title", "subtitle", "publisher", "licence", "scale_note", "cite_as"}  # texts of edition.yaml that documents print


@dataclass(frozen=True)
class State:
    """A state of an edition: its name for people, the edition, and its texts by the names of their places."""

    name: str
    edition: Edition
    texts: Mapping[str, Text] = field(repr=False)


def state(name: str, edition: Edition, pandoc: Pandoc) -> State:
    """The state of an edition. Raises PandocError."""
    return State(name, edition, texts.of(edition, pandoc))


def states(name: str, then: Edition, now: Edition, pandoc: Pandoc) -> tuple[State, State]:
    """An older state of an edition, called `name`, and today's, without the blocks of sections and decks that are the same in both.
    Raises PandocError."""
    before, after = _bodies(then), _bodies(now)
    same = {path for path, body in before.items() if after.get(path) == body}
    return State(name, then, texts.of(then, pandoc, same)), State("today", now, texts.of(now, pandoc, same))


def _bodies(edition: Edition) -> dict[str, str]:
    """The body of each section and deck, by its path."""
    writings: list[Section | Deck] = [*edition.sections, *edition.decks.values()]
    return {one.path: one.body.markdown for one in writings}


def between(then: State, now: State) -> list[Change]:
    """All changes from one state to another."""
    codes = sorted({*then.edition.countries, *now.edition.countries}, key=lambda code: _name(code, then, now))
    found = [*_of_edition(then.edition, now.edition)]
    for code in codes:
        found += _of_country(code, then.edition, now.edition)
    found += [*_of_writings(then, now), *_of_sources(then.edition, now.edition), *_of_words(then.edition, now.edition)]
    return [_marked(change, now.edition.rewordings) for change in found]


def reworded_name(change: Change) -> str:
    """The name by which a text is marked as only reworded: a fact's id, or its place."""
    return change.id if change.item == "fact" else change.place


def _marked(change: Change, rewordings: Mapping[str, Sequence[tuple[str, str]]]) -> Change:
    """The change, with a note whether an editor has marked it as a change of words only."""
    steps = rewordings.get(reworded_name(change), ()) if change.action == "reworded" else ()
    return replace(change, is_rewording=True) if is_marked(hash_of(change.before), hash_of(change.after), steps) else change


def _name(code: str, then: State, now: State) -> str:
    return now.edition.names.get(code) or then.edition.names.get(code) or code


def _of_edition(then: Edition, now: Edition) -> Iterator[Change]:
    """Changes of what stands on every document: titles, dates, the scale."""
    for name in sorted(_KEPT):
        yield from _of_text("edition", "", name, getattr(then.about, name), getattr(now.about, name))
    a, b = then.about, now.about
    dates: dict[str, tuple[Date | None, Date | None]] = {
        "date": (a.date, b.date),
        "as_of/countries": (a.as_of.countries, b.as_of.countries),
    }
    dates["as_of/report"] = (a.as_of.report, b.as_of.report)
    for name, pair in dates.items():
        before, after = (date.text if date else "" for date in pair)
        if before != after:
            yield Change("edition", "date", "", name, f"edition.yaml#{name}", before, after)
    if a.status != b.status:
        yield Change("edition", "changed", "", "status", "edition.yaml#status", a.status, b.status)
    for id in dict.fromkeys([*then.steps, *now.steps]):
        old, new = then.steps.get(id), now.steps.get(id)
        for name in ("label", "meaning"):
            yield from _of_text("edition", "", f"scale/{id}/{name}", getattr(old, name, None), getattr(new, name, None))


def _of_text(item: Item, subject: str, id: str, before: Text | None, after: Text | None) -> Iterator[Change]:
    """The change of one text, if there is any: it is new, dropped, reworded, or has other numbers in the same words. Other line
    breaks are no change."""
    old, new = (before.markdown.strip() if before else ""), (after.markdown.strip() if after else "")
    if old.split() == new.split():
        return
    known = [text for text in (after, before) if text]
    yield Change(item, _action(old, new), subject, id, known[0].place.name, old, new)


def _action(before: str, after: str) -> Action:
    if not before:
        return "new"
    if not after:
        return "dropped"
    if _NUMBER.sub("0", before).split() == _NUMBER.sub("0", after).split() and numbers(before, after):
        return "number"
    return "reworded"


def numbers(before: str, after: str) -> list[tuple[str, str]]:
    """The numbers that differ between two texts with the same words: each as it was and as it is."""
    pairs = zip(_NUMBER.findall(before), _NUMBER.findall(after), strict=False)
    return [(old, new) for old, new in pairs if old != new]


# Countries.


def _of_country(code: str, then: Edition, now: Edition) -> Iterator[Change]:
    before, after = then.countries.get(code), now.countries.get(code)
    if before is None or after is None:
        place = next(place_of(one.code).path for one in (before, after) if one)
        old, new = (then.names.get(code, ""), "") if after is None else ("", now.names[code])
        yield Change("country", "dropped" if after is None else "new", code, "", place, old, new)
        return
    yield from _of_stance(before, after, then, now)
    for name in ("summary", *KEY_POINTS):
        yield from _of_text("point", code, name, getattr(before, name), getattr(after, name))
    yield from _of_facts(before, after)
    yield from _of_values(code, then, now)


def _of_stance(before: Country, after: Country, then: Edition, now: Edition) -> Iterator[Change]:
    old, new = then.standings[before.code].stance or "", now.standings[after.code].stance or ""
    if old != new:
        yield Change("stance", "changed", after.code, "", f"countries/{after.code}.yaml#stance", old, new)
    yield from _of_text("stance", after.code, "note", before.stance_note, after.stance_note)


def _of_facts(before: Country, after: Country) -> Iterator[Change]:
    old, new = {fact.id: fact for fact in before.facts}, {fact.id: fact for fact in after.facts}
    for id in dict.fromkeys([*new, *old]):
        if id in old and id in new:
            yield from _of_fact(after.code, old[id], new[id])
        else:
            yield from _of_text("fact", after.code, id, old[id].text if id in old else None, new[id].text if id in new else None)


def _of_fact(code: str, before: Fact, after: Fact) -> Iterator[Change]:
    yield from _of_text("fact", code, after.id, before.text, after.text)
    place = after.text.place.name
    plain: dict[Action, tuple[str, str]] = {
        "date": (_when(before), _when(after)),
        "topic": (before.topic, after.topic),
        "priority": (str(before.priority), str(after.priority)),
    }
    for action, (old, new) in plain.items():
        if old != new:
            yield Change("fact", action, code, after.id, place, old, new)
    yield from _of_keys("fact", code, after.id, place, before.sources, after.sources)


def _when(fact: Fact) -> str:
    """A fact's date as the content has it. The date of a plan begins with `due `."""
    return f"due {fact.due.text}" if fact.due else fact.date.text if fact.date else ""


def _of_keys(item: Item, subject: str, id: str, place: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """A change for each source that a text has got, and for each that it no longer has."""
    for key in after:
        if key not in before:
            yield Change(item, "source-added", subject, id, place, "", key)
    for key in before:
        if key not in after:
            yield Change(item, "source-dropped", subject, id, place, key, "")


def _of_values(code: str, then: Edition, now: Edition) -> Iterator[Change]:
    """Changes of a country's latest values, one for each column."""
    for id in dict.fromkeys([*now.columns, *then.columns]):
        old, new = _latest(then, id, code), _latest(now, id, code)
        if old != new:
            yield Change(
                "value", "changed" if old and new else "new" if new else "dropped", code, id, f"columns.yaml#{id}", old, new
            )


def _latest(edition: Edition, id: str, code: str) -> str:
    """The latest value in words, with its period. Empty if there is none."""
    found = edition.data.value(id, code) if id in edition.columns else None
    if not found:
        return ""
    period, value = found
    words = _value_words(edition, id, value)
    return f"{words} ({period})" if period else words


def _value_words(edition: Edition, id: str, value: Value) -> str:
    return ValuePrinter(edition, raise_all).words(edition.columns[id], value)


# Sections and decks.


def _of_writings(then: State, now: State) -> Iterator[Change]:
    """Changes of sections, which are matched by their ids, and of decks, which are matched by their names."""
    today = names_today(then.texts, now.texts)
    sections = ({s.head.id: s for s in then.edition.sections}, {s.head.id: s for s in now.edition.sections})
    for id in dict.fromkeys([*sections[1], *sections[0]]):
        yield from _of_writing("section", id, sections[0].get(id), sections[1].get(id), then, now, today)
    for name in dict.fromkeys([*now.edition.decks, *then.edition.decks]):
        yield from _of_writing("deck", name, then.edition.decks.get(name), now.edition.decks.get(name), then, now, today)


def _of_writing(
    item: Item,
    id: str,
    before: Section | Deck | None,
    after: Section | Deck | None,
    then: State,
    now: State,
    today: Mapping[str, str],
) -> Iterator[Change]:
    """Changes of a section or deck: its title and other fields of its head, and its blocks."""
    if before is None or after is None:
        if before:
            yield Change(item, "dropped", before.path, id, before.path, before.head.title.markdown, "")
        if after:
            yield Change(item, "new", after.path, id, after.path, "", after.head.title.markdown)
        return
    for name in type(after.head).model_fields:
        fields = getattr(before.head, name), getattr(after.head, name)
        if any(isinstance(field, Text) for field in fields):
            yield from _of_text(item, after.path, name, *fields)
    yield from _of_blocks(_blocks(then, before.path), _blocks(now, after.path), after.path, today)


def _of_blocks(old: Mapping[str, Text], new: Mapping[str, Text], path: str, today: Mapping[str, str]) -> Iterator[Change]:
    """Changes of the blocks of a section or deck, in today's order; then those that it no longer has."""
    was = {name: before for before, name in today.items()}
    for name, text in new.items():
        if name not in was:
            yield from _of_text("paragraph", path, name, None, text)
        elif was[name] in old:
            yield from _of_text("paragraph", path, name, old[was[name]], text)
        else:
            yield Change("paragraph", "moved", path, name, name, was[name].partition("#")[0], path)
    for name, text in old.items():
        if name not in today:
            yield from _of_text("paragraph", path, name, text, None)


def _blocks(state: State, path: str) -> dict[str, Text]:
    return {name: text for name, text in state.texts.items() if file_of(name) == path and is_block(name)}


# Sources and words.


def _of_sources(then: Edition, now: Edition) -> Iterator[Change]:
    """Changes of the records of sources."""
    for key in dict.fromkeys([*now.sources, *then.sources]):
        old, new = _record(then, key), _record(now, key)
        if old != new:
            place = place_of(now.sources[key].id).name if key in now.sources else ""
            kept = {name for name in old if old[name] == new.get(name)} if old and new else set()
            before, after = (", ".join(f"{n}: {v}" for n, v in side.items() if n not in kept) for side in (old, new))
            yield Change("source", "changed" if old and new else "new" if new else "dropped", "", key, place, before, after)


def _record(edition: Edition, key: str) -> dict[str, str]:
    """The fields of a source's record that aren't empty, in words, by their CSL names. Empty if there is no such record."""
    record = edition.sources.get(key)
    found = {alias(name): getattr(record, name) for name in type(record).model_fields if name != "id"} if record else {}
    return {name: _variable(value) for name, value in found.items() if value}


def _variable(value: object) -> str:
    """A CSL variable in words: a date as it was written, names one after another."""
    if isinstance(value, list):
        return "; ".join(_variable(item) for item in value)
    if isinstance(value, CslDate):
        return value.text
    parts = (getattr(value, "given", None), getattr(value, "family", None), getattr(value, "literal", None))
    return " ".join(str(part) for part in parts if part) or str(value)


def _of_words(then: Edition, now: Edition) -> Iterator[Change]:
    """Changes of the glossary and of the words that the edition gives templates."""
    for old, new in ((then.glossary, now.glossary), (then.labels, now.labels)):
        for word in dict.fromkeys([*new, *old]):
            yield from _of_text("word", "", word, old.get(word), new.get(word))
