"""Turns a request into a list of documents.

In: an edition and a request. Out: `Plan`: the documents, and the countries that were left out. Raises NotUnderstood with a
sentence that says which word was not understood and what comes near.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefs.compose import several
from briefs.compose.kinds import KINDS, Kind
from briefs.edition import names
from briefs.edition.model import Edition
from briefs.press.documents import PER_PAGE, Target
from briefs.press.output import folder
from briefs.press.request import Request
from briefs.problems import NotUnderstood, did_you_mean, nearest

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """The documents of a request, in the order of the kinds, and the names of countries that have no facts to build one from."""

    targets: tuple[Target, ...]
    left_out: tuple[str, ...]


def plan(edition: Edition, request: Request) -> Plan:
    """The documents that a request asks for. Raises NotUnderstood."""
    kinds = _kinds(edition, request)
    if request.printed and set(request.formats) - {"pdf"}:
        raise NotUnderstood("--print writes PDFs only, since printers take nothing else. Leave --format out.")
    targets: list[Target] = []
    left_out: list[str] = []
    for kind in kinds:
        made, without = _of_kind(edition, kind, request, [k.name for k in kinds])
        targets += made
        left_out += without
    if request.what and left_out:
        what = " or ".join(kind.name for kind in kinds)
        raise NotUnderstood(f"{', '.join(left_out)}: no facts yet, so no {what} can be built. Add facts to the country’s file.")
    _log.debug("planned %d documents, left out %d countries without facts", len(targets), len(left_out))
    return Plan(tuple(targets), tuple(dict.fromkeys(left_out)))


def stems(edition: Edition) -> frozenset[str]:
    """The paths of all documents that the edition has, as `Kind.stems` gives them, and of the documents in its other languages."""
    return frozenset(
        "/".join(filter(None, (own.translation, id, stem)))
        for own in (edition, *edition.translations.values())
        for kind in KINDS.values()
        for id in kind.audiences_in(own)
        for stem in kind.stems(own)
    )


def _kinds(edition: Edition, request: Request) -> list[Kind]:
    check_audience(edition, request.audience)
    for name in request.kinds:
        if name not in KINDS:
            hint = did_you_mean(name, KINDS, f"The kinds are {', '.join(KINDS)}.")
            raise NotUnderstood(f"there is no kind of document “{name}”. {hint}")
    found = [KINDS[name] for name in request.kinds or KINDS]
    suitable = [kind for kind in found if kind.has_audiences or not request.audience]
    if not suitable:
        names = " or ".join(f"`{kind.name}`" for kind in KINDS.values() if kind.has_audiences)
        raise NotUnderstood(f"--for goes with {names}: other documents aren’t made for an audience.")
    return suitable


def check_audience(edition: Edition, id: str) -> None:
    """Raise NotUnderstood if an edition has no such audience. An empty id stands for none."""
    known = [audience.id for audience in edition.about.audiences]
    if id and id not in known:
        there_are = f"There are {', '.join(known)}." if known else "Declare `audiences` in edition.yaml."
        raise NotUnderstood(f"there is no audience “{id}” in this edition. {did_you_mean(id, known, there_are)}")


def _of_kind(edition: Edition, kind: Kind, request: Request, wanted: Sequence[str]) -> tuple[list[Target], list[str]]:
    """The documents of one kind, and the names of countries without facts. `wanted`: all kinds that were asked for."""
    formats = formats_of(kind, request.formats or (("pdf",) if request.printed else ()), wanted)
    if not formats:
        return [], []
    subjects = _subjects(edition, kind, _what(edition, request), request)
    if request.kinds and not subjects:
        raise NotUnderstood(_NOTHING[kind.subjects].format(kind=kind.name))
    audiences = kind.audiences_in(edition) if request.is_everything else [request.audience]
    per_page = request.per_page if kind.layout == "slides" else PER_PAGE
    targets: list[Target] = []
    left_out: list[str] = []
    for subject, name in subjects:
        without = [code for code in kind.countries_of(subject) if code in edition.countries and not edition.countries[code].facts]
        left_out += [edition.names[code] for code in without]
        if not without:
            choices = (formats, request.paper, request.check_word, per_page, request.printed)
            targets += [Target(kind.name, subject, name, *choices, audience=id, language=edition.translation) for id in audiences]
    return targets, left_out


def _what(edition: Edition, request: Request) -> Sequence[str]:
    """The words of a request. If it has conditions: the codes of the countries that it names and for which they are true."""
    return chosen(edition, request) if request.where else request.what


def chosen(edition: Edition, request: Request) -> list[str]:
    """The codes of the countries that a request names and for which its conditions are true. If it names none, all countries for
    which they are true. Raises NotUnderstood if there is no such country."""
    named = codes(edition, request.what)
    if not request.where:
        return named
    from briefs.edition.data import where

    found = [code for code in where.chosen(edition, request.where) if code in named]
    if not found:
        raise NotUnderstood(f"of no country {' and '.join(request.where)} is true. {where.when_none(edition, request.where)}")
    return found


_NOTHING = {
    "edition": "this edition has no {kind}: it has no sections. Write report/01-….md.",
    "all countries": "this edition has no {kind}: no country has facts. Write countries/….yaml.",
    "country": "this edition has no {kind}: it has no countries. Write countries/….yaml.",
    "countries": f"{{kind}} takes {several.FEWEST} to {several.MOST} countries. Name them, such as: {{kind}} Belgium France.",
    "country in two languages": "{kind} takes a country and two languages. Write, such as: {kind} Belgium --languages en,fr.",
    "journey": "this edition has no {kind}: it has no journeys. Write journeys/….yaml, with a title and countries.",
    "changes": "this edition has no {kind}: say since when, with --since, or with `changes` in edition.yaml.",
    "correction": "this edition has no {kind}: nothing was corrected. `recall` writes corrections.yaml.",
    "deck": "this edition has no {kind}: it has no decks. Write decks/….md, or name a country.",
}


def _subjects(edition: Edition, kind: Kind, words: Sequence[str], request: Request) -> list[tuple[str, str]]:
    """The identifier and the name of each subject that has a document. A country has a deck of its own only if it is named."""
    if kind.is_single:
        return [("", str(edition.about.title))] if kind.is_in(edition, "") else []
    if kind.subjects == "countries":
        return [_several(edition, kind, words)] if words else []
    if kind.subjects == "country in two languages":
        return _in_two(edition, words, request)
    if kind.subjects == "journey":
        return _journeys(edition, words)
    if kind.subjects == "correction":
        return _corrections(edition, words)
    decks = [name for name in edition.decks if name in words] if kind.subjects == "deck" else []
    countries = [word for word in words if word not in decks]
    if kind.subjects == "deck" and not (countries or request.all_countries):
        return [(name, name) for name in decks or edition.decks]
    beside = edition.decks if kind.subjects == "deck" else ()
    return [*((name, name) for name in decks), *((code, edition.names[code]) for code in codes(edition, countries, beside))]


def _in_two(edition: Edition, words: Sequence[str], request: Request) -> list[tuple[str, str]]:
    """The named countries, or all, each with the two languages of the request, or else of the edition. Empty if no kind is
    named, or there aren't two languages."""
    known = (edition.about.language, *edition.translations)
    tags = [own for tag in request.languages or known if (own := names.tag_among(tag, known))]
    if not request.kinds or len(tags) != 2:
        return []
    named = " and ".join(tags)
    return [(several.subject([code, *tags]), f"{edition.names[code]} in {named}") for code in codes(edition, words)]


def _journeys(edition: Edition, words: Sequence[str]) -> list[tuple[str, str]]:
    """The named journeys, or all. A journey may be named by its file. Raises NotUnderstood."""
    found = [Path(word).stem if word.endswith(".yaml") else word for word in words]
    if unknown := [name for name in found if name not in edition.journeys]:
        hint = did_you_mean(unknown[0], edition.journeys, "Write journeys/….yaml into the content folder.")
        raise NotUnderstood(f"there is no journey “{unknown[0][:60]}” in this edition. {hint}")
    return [(name, name) for name in dict.fromkeys(found or edition.journeys)]


def _corrections(edition: Edition, words: Sequence[str]) -> list[tuple[str, str]]:
    """The named corrections, or all; also all of a fact. Raises NotUnderstood."""
    found = [id for word in words for id, one in edition.corrections.items() if word in {id, one.what}]
    if unknown := [word for word in words if not any(word in {id, one.what} for id, one in edition.corrections.items())]:
        hint = did_you_mean(unknown[0], edition.corrections, "corrections.yaml lists them.")
        raise NotUnderstood(f"there is no correction “{unknown[0][:60]}” in this edition. {hint}")
    return [(id, correction_name(edition, id)) for id in dict.fromkeys(found if words else edition.corrections)]


def correction_name(edition: Edition, id: str) -> str:
    """The name of a correction for people: `Belgium (be-07)`, or its id if it is about no country."""
    code = edition.corrections[id].country
    return f"{edition.names.get(code, code)} ({id})" if code else id


def _several(edition: Edition, kind: Kind, words: Sequence[str]) -> tuple[str, str]:
    """The named countries as one subject, in this order, and their names. Raises NotUnderstood if they are too few or too many."""
    found = codes(edition, words)
    names = ", ".join(edition.names[code] for code in found)
    if several.FEWEST <= len(found) <= several.MOST:
        return several.subject(found), names
    raise NotUnderstood(f"{kind.name} takes {several.FEWEST} to {several.MOST} countries, and not {len(found)}: {names}.")


def codes(edition: Edition, typed: Iterable[str], decks: Iterable[str] = ()) -> list[str]:
    """The codes of the named countries and groups, or of all countries, sorted by name, if none is named. `decks`: other names to
    suggest."""
    wanted = list(typed)
    if not wanted:
        return sorted(edition.countries, key=edition.rank)
    aliases = {s.code: s.aliases for s in edition.about.subjects}
    known = names.spellings(edition.names, aliases, edition.about.language)
    found: list[str] = []
    unknown: list[str] = []
    for word in wanted:
        code, near = names.find(word, known, edition.names)
        group = None if code else _group(edition, word)
        if code and code in edition.countries:
            found.append(code)
        elif group:
            found += group
        elif code:  # a subject with `covered: no`
            unknown.append(f"{edition.names[code]} is not covered by this edition.")
        elif len(shared := names.sharing(word, edition.names)) > 1:
            listed = " or ".join(f"{code} ({edition.names[code]})" for code in shared)
            unknown.append(f"“{word}” may mean several countries of this edition. Write {listed}.")
        else:
            near = [*nearest(word.casefold(), decks), *near, *_groups_like(edition, word)]
            hint = f" Did you mean {' or '.join(near)}?" if near else " `list` shows all of them."
            unknown.append(f"no {'deck or ' if decks else ''}country “{word}” in this edition.{hint}")
    if unknown:
        raise NotUnderstood(" ".join(unknown))
    return list(dict.fromkeys(found))


def _group(edition: Edition, word: str) -> list[str]:
    """The codes of a group's countries that the edition has data about, sorted by name. Empty if there is no such group."""
    from briefs.edition.data import where  # rarely needed

    members = where.group_named(edition, word) or frozenset()
    return sorted(members & edition.countries.keys(), key=edition.rank)


def _groups_like(edition: Edition, word: str) -> Sequence[str]:
    from briefs.edition.data import where

    return nearest(word.casefold(), where.group_ids(edition), cutoff=0.75)


def formats_of(kind: Kind, formats: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The named formats that a kind has, or all of its formats if none is named. Raises NotUnderstood for one that none of the
    `wanted` kinds has."""
    known = list(dict.fromkeys(format for name in wanted for format in KINDS[name].formats))
    for word in formats:
        if word not in known:
            hint = did_you_mean(word, known, f"The formats are {', '.join(known)}.")
            raise NotUnderstood(f"a {' or '.join(wanted)} has no format “{word}”. {hint}")
    return tuple(format for format in kind.formats if format in formats) if formats else kind.formats


def paths(edition: Edition, wanted: Iterable[Target], out: Path) -> Iterator[Path]:
    """The files that documents are written to."""
    for target in wanted:
        kind = KINDS[target.kind]
        for format in target.formats:
            yield folder(out, target) / f"{kind.stem(edition, target.subject)}.{format}"
