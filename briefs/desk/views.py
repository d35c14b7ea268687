"""The pages that only show: the overview, the map, the problems, the sources, and each document beside the texts it is made of.

In: a request. Out: an answer. Names in a path are looked up in the edition, and never lead to the disk.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from briefs.compose.kinds import KINDS
from briefs.delivery.store import Sent, Store
from briefs.desk import fitwords, forms, freshness, pictures, render, sourceforms, translationforms
from briefs.desk import overview as rows
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.desk.typesetting import Spot, TypesetDocument
from briefs.desk.words import Words, languages
from briefs.desk.workspace import EditionNow
from briefs.edition.model import Edition, place_of
from briefs.edition.translated import languages as languages_of
from briefs.press import manifest
from briefs.press.documents import Target
from briefs.problems import TRANSLATIONS, NotUnderstood, Place, Problems
from briefs.translate.units import Language

USUAL = 2.0  # dots per point of a page's picture
MOST_DEEDS = 500
LANGUAGE = "briefs-desk-language"  # the cookie that has the language in which somebody wants the desk


def overview(desk: Desk, asked: Asked) -> Response:
    """The edition on one page."""
    now = desk.now()
    edition = now.edition
    errors = sum(problem.severity == "error" for problem in now.problems)
    return desk.page(
        "overview.html", title=str(edition.about.title) if edition else desk.words("no_edition"), now=now, edition=edition,
        errors=errors, warnings=len(now.problems) - errors, sections=rows.sections(now), decks=rows.decks(now),
        sources=len(edition.sources) if edition else 0, elsewhere=rows.ELSEWHERE, **_table(desk, asked, now),
    )  # fmt: skip


def countries(desk: Desk, asked: Asked) -> Response:
    """The table of countries alone, filtered and sorted."""
    now = desk.now()
    return desk.page("countries.html", edition=now.edition, **_table(desk, asked, now))


def _table(desk: Desk, asked: Asked, now: EditionNow) -> dict[str, Any]:
    found = rows.countries(now, desk.folders.content, went := sent(desk), _built(desk, now, went))
    words, stance, sort = (asked.query.get(name, "") for name in ("words", "stance", "sort"))
    sort = sort if sort in rows.SORTS else "name"
    shown = rows.chosen(found, words, stance, sort)
    return {"rows": shown, "total": len(found), "words": words, "stance": stance, "sort": sort, "sorts": [*rows.SORTS]}


def _built(desk: Desk, now: EditionNow, sent: Sequence[Sent]) -> Mapping[str, bool]:
    """By the hash of each finished file that somebody was sent, whether the content has changed since."""
    known = {one.sha256 for one in sent}
    files: Mapping[str, Any] = manifest.read(desk.folders.out).get("files", {})
    own = {name: entry for name, entry in files.items() if str(entry.get("sha256", "")) in known}
    targets = [
        one
        for one in now.targets.values()
        if any((one.kind, one.subject) == (entry.get("kind"), entry.get("subject")) for entry in own.values())
    ]
    contents = freshness.contents(desk, now, targets)
    return {str(entry["sha256"]): freshness.is_old(name, entry, contents) for name, entry in own.items()}


def sent(desk: Desk) -> Sequence[Sent]:
    """The files that were sent or may have been. Empty if there is no store."""
    return Store(desk.folders.store).sent() if desk.folders.store.is_dir() else []


def world_map(desk: Desk, asked: Asked) -> Response:
    """The map of the edition, each of its countries a link."""
    now = desk.now()
    edition = edition_of(now)
    return desk.page("map.html", panels=rows.world_map(now, edition), edition=edition)


def edition_of(now: EditionNow) -> Edition:
    """Raises Problems if no good edition has been read yet."""
    if now.edition is None:
        raise Problems(now.problems)
    return now.edition


def titles(now: EditionNow) -> Mapping[str, str]:
    """What each file is about that is edited on a page of the desk, by the file's path."""
    edition = now.edition
    if edition is None:
        return {}
    found = {place_of(country.code).path: now.names[code] for code, country in edition.countries.items()}
    found |= {section.path: str(section.head.title) for section in edition.sections}
    return found | {deck.path: str(deck.head.title) for deck in edition.decks.values()}


def editors(now: EditionNow) -> Mapping[str, str]:
    """The address of the page on which each file is edited, by the file's path."""
    edition = now.edition
    if edition is None:
        return {}
    found = {place_of(country.code).path: f"/write/countries/{code}" for code, country in edition.countries.items()}
    found |= {section.path: f"/write/sections/{section.head.id}" for section in edition.sections}
    sources = {path: Place(path).source for path in now.files if path.startswith(f"{TRANSLATIONS}/")}
    tags = languages_of(edition)
    found |= {
        path: translation_address(tag, source)
        for path, source in sources.items()
        if source in now.files and (tag := path.split("/")[1]) in tags
    }
    return found | {deck.path: f"/write/decks/{name}" for name, deck in edition.decks.items()}


def nameable(words: Words, now: EditionNow) -> Iterator[tuple[str, str]]:
    """What a command takes for documents, each with its name for people: kinds, groups of countries, countries, decks."""
    edition = edition_of(now)
    yield from ((kind, words.kind(kind)) for kind in KINDS if any(one.kind == kind for one in now.targets.values()))
    yield from now.groups.items()
    yield from ((edition.names[code], "") for code in sorted(edition.countries, key=edition.rank))
    yield from ((name, str(deck.head.title)) for name, deck in edition.decks.items())


def sources(desk: Desk, asked: Asked) -> Response:
    """The sources, and for each how many facts and texts rest on it."""
    now = desk.now()
    edition = edition_of(now)
    cited = Counter(key for one in _citing(now) for key in one.keys)
    links = {key: source_address(key) for key in edition.sources.keys() & sourceforms.keys(now.files)}
    return desk.page("sources.html", title=desk.words("sources"), sources=edition.sources, cited=cited, links=links)


def source_address(key: str) -> str:
    """The address of the form of a source."""
    return f"/write/sources/{quote(key, safe='')}"


@dataclass(frozen=True)
class CitingText:
    """A fact or a section that cites sources: its name for people, the address where it is edited, the keys of the sources.
    `document`: the key of the document that prints it on its page, or empty."""

    title: str
    address: str
    keys: Sequence[str]
    document: str = ""


def _citing(now: EditionNow) -> Iterator[CitingText]:
    edition = edition_of(now)
    for code in (code for code in now.names if code in edition.countries):
        for fact in edition.countries[code].facts:
            address = f"/write/countries/{code}#fact-{fact.id}"
            yield CitingText(f"{now.names[code]}, {fact.id}", address, fact.sources, f"brief/{code}")
    for section in edition.sections:
        yield CitingText(str(section.head.title), f"/write/sections/{section.head.id}", section.body.citations)


def citing(now: EditionNow, key: str) -> Sequence[CitingText]:
    """The facts and sections that cite a source: the facts by country, then the sections."""
    return [one for one in _citing(now) if key in one.keys]


def translation_address(tag: str, path: str) -> str:
    """The address of the form of a file's texts in a language."""
    return f"/write/translations/{tag}@{quote(path.replace('/', '@'), safe='@')}"


def translated_into(edition: Edition, path: str) -> Mapping[str, str]:
    """The addresses of the forms of a file's translations, by the tags of the languages. Empty for a file without texts."""
    is_translated = path.startswith(("countries/", "report/", "decks/"))
    return {tag: translation_address(tag, path) for tag in languages_of(edition)} if is_translated else {}


@dataclass(frozen=True)
class TranslatedFile:
    """The texts of a file in a language: what the file is about, the address of its form, and how many texts are in which state."""

    title: str
    address: str
    states: Mapping[str, int]


def translations(desk: Desk, asked: Asked) -> Response:
    """The files of each language into which the edition is translated."""
    now = desk.now()
    edition, named = edition_of(now), titles(now)
    if not now.is_sound:
        raise NotUnderstood(desk.words("is_unsound"))
    found = {
        tag: [
            TranslatedFile(named.get(path, path), translation_address(tag, path), states)
            for path, states in translationforms.counts(Language(edition, tag, now.files)).items()
        ]
        for tag in languages_of(edition)
    }
    return desk.page("translations.html", title=desk.words("translations"), languages=found)


def documents(desk: Desk, asked: Asked) -> Response:
    """A list of all documents."""
    now = desk.now()
    edition_of(now)
    found: dict[str, list[tuple[str, Target]]] = {}
    for key, target in now.targets.items():
        found.setdefault(target.kind, []).append((key.rstrip("/"), target))
    return desk.page("documents.html", title=desk.words("documents"), documents=found, now=now)


def target_of(now: EditionNow, asked: Asked) -> Target:
    """The document that a path names. Raises NoSuchPage."""
    key = f"{asked.path['kind']}/{asked.path.get('subject', '')}"
    if key not in now.targets:
        raise NoSuchPage
    return now.targets[key]


def document(desk: Desk, asked: Asked) -> Response:
    """A document beside the texts it is made of. Its pages follow as soon as they are typeset."""
    now = desk.now()
    edition = edition_of(now)
    target = target_of(now, asked)
    codes = [code for code in KINDS[target.kind].countries_of(target.subject) if code in edition.countries]
    paths = [place_of(edition.countries[code].code).path for code in codes]
    if not paths:
        paths = [section.path for section in edition.sections] if target.kind == "report" else []
    if target.subject in edition.decks:
        paths = [edition.decks[target.subject].path]
    written = {path: now.files[path].decode("utf-8", "replace") for path in paths if path in now.files}
    return desk.page(
        "document.html", title=f"{target.name}", target=target, key=f"{target.kind}/{target.subject}".rstrip("/"),
        written=written, links=editors(now), zoom=_zoom(asked),
    )  # fmt: skip


def _zoom(asked: Asked) -> float:
    found = asked.query.get("zoom", "")
    return next((scale for scale in pictures.SCALES if found == f"{scale:g}"), USUAL)


@dataclass(frozen=True)
class ShownPage:
    """A page of a document: its number from 1, its size in points, and the places on it that lead somewhere."""

    number: int
    width: float
    height: float
    spots: tuple[FieldSpot, ...]


@dataclass(frozen=True)
class FieldSpot(Spot):
    """A spot that leads to a field: `name` is the field's."""

    name: str = ""


def pages_of(document: TypesetDocument) -> list[ShownPage]:
    """The pages of a typeset document."""
    return [
        ShownPage(number + 1, width, height, tuple(_field_spot(spot) for spot in document.spots if spot.page == number))
        for number, (width, height) in enumerate(pictures.sizes(document.pdf) if document.pdf else [])
    ]


def _field_spot(spot: Spot) -> FieldSpot:
    return FieldSpot(spot.page, spot.left, spot.top, spot.width, spot.height, spot.place, forms.anchor_of(spot.place.anchor))


def marked(pages: Sequence[ShownPage], path: str, lines: Sequence[int]) -> list[ShownPage]:
    """The pages that print one of these lines of the file `path`. Of their spots, each keeps those where a text of these lines
    begins."""
    spots = sorted((spot for page in pages for spot in page.spots if spot.place.path == path), key=lambda spot: spot.place.line)
    wanted = {max((spot.place.line for spot in spots if spot.place.line <= line), default=0) for line in lines}
    found = [
        replace(page, spots=tuple(spot for spot in page.spots if spot in spots and spot.place.line in wanted)) for page in pages
    ]
    return [page for page in found if page.spots]


def typeset(desk: Desk, asked: Asked) -> Response:
    """The pages of a document, typeset now."""
    now = desk.now()
    target = target_of(now, asked)
    made = desk.typesetting.typeset(now.version, now.files, {}, target)
    return desk.page("pages.html", **shown(desk, target, made), zoom=_zoom(asked), problems=made.problems)


def shown(desk: Desk, target: Target, made: TypesetDocument) -> dict[str, Any]:
    """What `pages.html` shows of a typeset document."""
    key = desk.shelf.put(made, hashlib.sha256(made.pdf).hexdigest()[:24]) if made.pdf else ""
    return {
        "target": target, "key": key, "pages": pages_of(made), "document": made,
        "lines": int((made.room or 0) / made.leading), "gone": fitwords.gave_way(made, desk.words),
    }  # fmt: skip


def page_picture(desk: Desk, asked: Asked) -> Response:
    """A page of a document that was typeset."""
    try:
        data = desk.picture(asked.path["key"], asked.path["number"], _zoom(asked))
    except IndexError:
        raise NoSuchPage from None
    return Response(data, media_type="image/png")


def changed(desk: Desk, asked: Asked) -> Response:
    """A notice if the files have changed since a page was made, and one if others have drafts of its file."""
    is_changed = asked.query.get("since", "") != desk.now().version
    return desk.page("changed.html", is_changed=is_changed, others=desk.others_in(asked.query.get("file", "")))


def log(desk: Desk, asked: Asked) -> Response:
    """Who did what at a team's desk, the latest first."""
    if not desk.log or not desk.team:
        raise NoSuchPage
    names = {id: member.name for id, member in desk.team.members.items()}
    return desk.page("log.html", title=desk.words("log"), deeds=desk.log.last(MOST_DEEDS), names=names)


def language(desk: Desk, asked: Asked) -> Response:
    """Keep the interface's language that was chosen in a cookie, and go back to the page. Raises NoSuchPage."""
    tag, at = asked.form.get("tag", ""), asked.form.get("at", "")
    if tag not in languages():
        raise NoSuchPage
    answer = RedirectResponse(at if re.fullmatch(r"/(?!/)[\w./@-]*", at) else "/", HTTPStatus.SEE_OTHER)
    answer.set_cookie(LANGUAGE, tag, max_age=365 * 24 * 3600, httponly=True, samesite="strict")
    return answer


def static_file(desk: Desk, asked: Asked) -> Response:
    """A script or the style sheet, from the memory of this process."""
    name = asked.path["name"]
    files = render.static_files()
    if name not in files:
        raise NoSuchPage
    return Response(files[name], media_type=render.MIMES[PurePosixPath(name).suffix])
