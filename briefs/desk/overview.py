"""What the first page shows: each country's state, the report, the decks, the sources, and the map.

In: the edition as it is now, the record of what went out. Out: rows to be shown, and the map as outlines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from briefs.compose import charts
from briefs.compose.figures import geography
from briefs.delivery.store import Sent
from briefs.desk.workspace import EditionNow
from briefs.edition import names
from briefs.edition.model import Edition, Text, place_of, texts_in

NOTHING: Mapping[str, bool] = {}
WIDTH = 480.0  # points: the width of the map
NO_STANCE, ELSEWHERE = "#5b6b7b", "#e4e7ea"  # colours: of countries in an edition without a scale; of countries it isn't about


@dataclass(frozen=True)
class HeldVersion:
    """A version of a brief that people have. `day`: the day when it first went out. `is_current`: whether it is among the finished
    files; `is_old`: whether the content has changed since, if so. `is_waiting`: whether it is in mails of the outbox, which may not
    have been sent.

    `people`: the addresses of those whose newest version it is. Those who were erased from the record are one empty address."""

    day: str
    is_current: bool
    people: tuple[str, ...]
    is_old: bool = False
    is_waiting: bool = False


@dataclass(frozen=True)
class CountryRow:
    """A country in the table. `rank`: the rank of its stance on the scale. `changed`: the day of its file's last change.
    `names`: its names in the languages of the edition; `groups`: the names of its groups.

    `stale`: how many texts wait for a translation, in all languages. `holders`: how many people were sent its brief; `sent`: the
    day when the brief last went out, or empty; `versions`: the versions of the brief that these people have, the newest first.
    """

    code: str
    name: str
    stance: str
    colour: str
    rank: int
    errors: int
    warnings: int
    unsigned: tuple[str, ...]
    stale: int
    changed: str
    holders: int
    sent: str
    versions: tuple[HeldVersion, ...] = ()
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether the brief went to the outbox only."""
        return all(one.is_waiting for one in self.versions)


@dataclass(frozen=True)
class WritingRow:
    """A section of the report, or a deck: its path, its id in the desk's addresses, its title, how many errors and warnings it has,
    and the roles whose signature is missing."""

    path: str
    id: str
    title: str
    errors: int
    warnings: int
    unsigned: tuple[str, ...]


SORTS: Mapping[str, Callable[[CountryRow], object]] = {
    "name": lambda row: 0,  # the rows are in the order of names already
    "stance": lambda row: row.rank,
    "problems": lambda row: (-row.errors, -row.warnings),
    "unsigned": lambda row: -len(row.unsigned),
    "stale": lambda row: -row.stale,
    "changed": lambda row: [-ord(letter) for letter in row.changed],
    "sent": lambda row: -row.holders,
}


def countries(now: EditionNow, content: Path, sent: Sequence[Sent], built: Mapping[str, bool] = NOTHING) -> list[CountryRow]:
    """A row for each country, in the order of names. `built`: by the hash of each finished file, whether the content has changed
    since."""
    edition = now.edition
    if edition is None:
        return []
    rows = [_row(now, edition, code, content, sent, built) for code in edition.countries]
    order = {code: number for number, code in enumerate(now.names)}
    return sorted(rows, key=lambda row: order[row.code])


def _row(
    now: EditionNow, edition: Edition, code: str, content: Path, sent: Sequence[Sent], built: Mapping[str, bool]
) -> CountryRow:  # fmt: skip
    country, stance = edition.countries[code], edition.stance(code)
    path = place_of(country.code).path
    own = [one for one in sent if one.kind == "brief" and one.subject == code]
    return CountryRow(
        code, now.names[code], now.steps[stance.id] if stance else "", stance.colour if stance else NO_STANCE,
        [*edition.steps].index(stance.id) if stance else 0, now.errors_in(path), now.warnings_in(path),
        edition.unsigned.get(path, ()), stale(edition, path), _changed(content / path),
        len({one.to for one in own if one.to}), max((one.when[:10] for one in own), default=""),
        tuple(versions(own, built)), tuple(one.names[code] for one in (edition, *edition.translations.values())),
        tuple(str(group.label) for group in edition.about.groups if code in group.members),
    )  # fmt: skip


def versions(sent: Sequence[Sent], built: Mapping[str, bool]) -> Iterator[HeldVersion]:
    """The versions of a document that people have, the newest first. `sent`: the files of the document that went out, in the order
    of time. `built`: as in `countries`."""
    first: dict[str, str] = {}
    newest: dict[tuple[str, str], Sent] = {}  # the newest file of each person and format
    for one in sent:
        first.setdefault(one.sha256, one.when[:10])
        if one.to:
            newest[one.to.lower(), PurePosixPath(one.name).suffix] = one
    people: dict[HeldVersion, dict[str, None]] = {}
    for one in newest.values():
        is_waiting = one.channel == "outbox"
        version = HeldVersion(first[one.sha256], one.sha256 in built, (), built.get(one.sha256, False), is_waiting)
        people.setdefault(version, {})[one.reader] = None
    for version in sorted(people, key=lambda one: (one.is_current, one.day, not one.is_waiting), reverse=True):
        yield replace(version, people=tuple(people[version]))


def stale(edition: Edition, path: str) -> int:
    """How many texts of a file wait for a translation. A translated edition prints them in the source's language."""
    return sum(bool(text.language) for other in edition.translations.values() for text in _texts(other, path))


def _texts(edition: Edition, path: str) -> Iterable[Text]:
    for code, country in edition.countries.items():
        if path in (f"countries/{code}.yaml", f"countries/{code}.yml"):
            yield from texts_in(country)


def _changed(path: Path) -> str:
    """The day of a file's last change (ISO 8601)."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    except OSError:
        return ""


def sections(now: EditionNow) -> list[WritingRow]:
    """A row for each section of the report."""
    found = now.edition.sections if now.edition else ()
    return [_writing(now, one.path, one.head.id, str(one.head.title)) for one in found]


def decks(now: EditionNow) -> list[WritingRow]:
    """A row for each deck."""
    found = now.edition.decks if now.edition else {}
    return [_writing(now, deck.path, name, str(deck.head.title)) for name, deck in found.items()]


def _writing(now: EditionNow, path: str, id: str, title: str) -> WritingRow:
    unsigned = now.edition.unsigned.get(path, ()) if now.edition else ()
    return WritingRow(path, id, title, now.errors_in(path), now.warnings_in(path), unsigned)


def chosen(rows: Iterable[CountryRow], words: str, stance: str, sort: str) -> list[CountryRow]:
    """The rows whose country has these words in one of its names, or at the beginning of a word in the name of one of its
    groups, and this stance, in the wanted order."""
    wanted = names.fold(words)
    found = [row for row in rows if _is_called(row, wanted) and stance in ("", row.stance)]
    return sorted(found, key=SORTS.get(sort, SORTS["name"]))  # type: ignore[arg-type]


def _is_called(row: CountryRow, wanted: str) -> bool:
    own = names.fold(" ".join([row.name, *row.names, row.code]))
    return wanted in own or any(re.search(rf"(?<!\w){re.escape(wanted)}", names.fold(group)) for group in row.groups)


# The map.


@dataclass(frozen=True)
class Land:
    """A country on the map: its outlines as an SVG path, its colour, and its name if the edition is about it."""

    code: str
    name: str
    stance: str
    colour: str
    path: str


@dataclass(frozen=True)
class MapPanel:
    """The map or an inset: its area and the countries in it, those of the edition last."""

    x: float
    y: float
    width: float
    height: float
    lands: tuple[Land, ...]


def world_map(now: EditionNow, edition: Edition) -> tuple[MapPanel, ...]:
    """The map of the edition, `WIDTH` points wide, and its insets. Raises ToolError if it can't be projected."""
    codes = tuple(sorted({*edition.standings, *edition.not_covered}))
    return tuple(
        MapPanel(panel.x, panel.y, panel.width, panel.height, tuple(_lands(now, edition, panel)))
        for panel in geography.panels(charts.view(edition), codes, WIDTH)
    )


def _lands(now: EditionNow, edition: Edition, panel: geography.Panel) -> list[Land]:
    made = []
    for code, rings in panel.lands.items():
        path = "".join(f"M{' '.join(f'{x:.1f},{y:.1f}' for x, y in ring)}Z" for ring in rings)
        stance = edition.stance(code) if code in edition.countries else None
        colour = stance.colour if stance else NO_STANCE if code in edition.countries else ELSEWHERE
        name = now.names.get(code, "") if code in edition.countries else ""
        made.append(Land(code, name, now.steps[stance.id] if stance else "", colour, path))
    return sorted(made, key=lambda land: bool(land.name))
