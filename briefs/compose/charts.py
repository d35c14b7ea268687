"""The figures that are drawn from an edition's data: map, counts and timeline, of one country or of all.

In: the edition or a country's facts, and the labels. Out: figures as specifications, each with its alternative text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from briefs.compose import figures as draw
from briefs.compose.country import Facts
from briefs.compose.figures import Event, Figure, MapFrame, MapWords, PlacedInset, Row, ScaleEntry, TimelineWords, Today
from briefs.compose.figures.drawing import MM, NORMAL, text_width
from briefs.compose.labels import Labels
from briefs.compose.sources import short_address
from briefs.compose.spacing import NBSP
from briefs.edition import casing, markdown
from briefs.edition.dates import Date
from briefs.edition.model import Country, Edition, Fact
from briefs.theme import UNRANKED

SIDE = 57.0  # millimetres: the width of the figures beside a brief's facts
WIDE, HIGH = 150.0, 209.0  # millimetres: the width of the report's figures, and the height of a page of its timeline
WIDER = {"broad": 70.0, "wide": 84.0, "widest": 98.0}  # as `SIDE`, on a page with much room; by the name of the addition
ACROSS = 178.0  # millimetres: the width of a figure across a page with much room
FLATTEST = 2.6  # the width of a map with its legend beside it, as a multiple of its height; a flatter one has its legend below
BROADER = {
    0.9: 88.0,
    1.2: 96.0,
    1.6: 120.0,
}  # how wide maps are drawn on slides, in millimetres, if they are wider than this multiple of their height
FLAT = 150.0  # millimetres: the width of a flatter one, which the slide enlarges less
BESIDE, BROADEST = 30.0, 84.0  # millimetres: the least and the greatest width of the legend beside a map on a slide
SHAPE = 2.24  # the width of a slide's body, as a multiple of its height
APART = 3.6  # millimetres between a map and its legend
NAMES = 14  # the most countries that are named beside the map of one
NAMED = 6  # the most countries that aren't covered and are named below the bars
BOUND = 20  # letters: the longest name of a step that is never broken at the end of a line
MOST_BOUND = 0.75  # of a figure's width: a longer name of a step may be broken in the title above it
FEW, MANY = 2, 6  # how many events a timeline across the page may have
UNEVEN = 1.25  # times between events that differ by more than this factor aren't equal


def shared(edition: Edition) -> draw.Shared:
    """What the maps of all countries have in common. Processes that make documents of them pass it to `set_shared`."""
    return draw.shared(view(edition), _states(edition), SIDE)


def set_shared(known: draw.Shared) -> None:
    """Use what `shared` returned in another process, instead of computing it again."""
    draw.set_shared(known)


def slide_map_of(facts: Facts, labels: Labels, width: float) -> Figure:
    """The map of a country for a slide, with the legend beside it. `width`: as in `beside`."""
    wide, side = beside(_flatness(facts.edition, width), width)
    return map_of(facts, labels, wide, side=side)


def map_of(facts: Facts, labels: Labels, width: float = SIDE, *, side: float = 0.0) -> Figure:
    """The map of a country. It does not depend on which of the country's facts are shown. `side`: the width of a column beside it
    for a legend with the number of countries at each step."""
    edition = facts.edition
    return draw.country_map(
        _states(edition),
        _steps(edition, labels),
        highlight=facts.code,
        width=width,
        view=view(edition),
        labels={facts.code: facts.name},
        words=map_words(edition, labels, labels("not_covered")),
        legend=bool(side and edition.steps),
        alt=_map_of(facts, labels),
        side=side,
        numbers=numbers(edition) if side else None,
        said=[text for text in (_counted(edition, labels), others(facts, NAMES, labels)) if text] if side else [],
    )


def _counted(edition: Edition, labels: Labels) -> str:
    """What the bars beside a map count, and as of when."""
    return f"{labels('counts')}{NBSP}· {_today(edition, labels).label}" if edition.steps else ""


def others(facts: Facts, most: int, labels: Labels) -> str:
    """The other countries with a country's stance. At most `most` of them are named. Empty if there are none."""
    stance, edition = facts.stance, facts.edition
    held = [c for c, standing in edition.standings.items() if stance and standing.stance == stance.id and c != facts.code]
    if not stance or not held:
        return ""
    names = [edition.names[code] for code in sorted(held, key=edition.rank)]
    listed = ", ".join(names[:most])
    said = listed if len(names) <= most else labels("plot_more", list=listed, n=len(names) - most)
    return labels("list_item", label=labels("deck_same", stance=bound(stance.label.words)), n=said)


def has_more_others(facts: Facts) -> bool:
    """Whether the legend beside a country's map doesn't name all other countries with its stance."""
    held = [s for s in facts.edition.standings.values() if facts.stance and s.stance == facts.stance.id]
    return len(held) > NAMES + 1


def bound(name: str) -> str:
    """The name of a step without a place where a line may end, if it is short."""
    return name.replace(" ", NBSP) if len(name) <= BOUND else name


def numbers(edition: Edition) -> dict[str | None, int]:
    """How many countries stand at each step, and under None how many aren't covered."""
    return dict[str | None, int](edition.counts) | {None: len(edition.not_covered)}


def ladder(facts: Facts, labels: Labels, width: float) -> Figure | None:
    """The scale with the country's step. None if the edition has no scale."""
    if not facts.stance:
        return None
    steps = _steps(facts.edition, labels)
    said = labels("list_item", label=facts.name, n=facts.stance.label)
    alt = f"{', '.join(step.label for step in steps)}. {said}."
    return draw.ladder(steps, facts.stance.id, width=width, alt=alt)


def of_country(
    facts: Facts, labels: Labels, width: float = SIDE, most: int | None = None, drawn_map: Figure | None = None
) -> dict[str, Figure]:
    """Map, counts and timeline of a country, `width` millimetres wide. Without dated facts there is no timeline, and without a
    scale there are no counts. `drawn_map`: the map, if it has been drawn.

    The timeline has at most `most` events. The next that is planned comes first, then those of higher priority; of the same
    priority, planned ones, then newer.
    """
    edition = facts.edition
    made = {"map": drawn_map or map_of(facts, labels, width)}
    if facts.stance:
        made["counts"] = _counts(edition, labels, facts.stance.id, width)
    if any(fact.when for fact in facts.facts):
        made["timeline"] = _timeline(facts, labels, width, most)
    return made


def _timeline(facts: Facts, labels: Labels, width: float, most: int | None) -> Figure:
    shown = decisive(facts, most)
    events = events_of(facts.edition, shown)
    drawn = draw.timeline(
        events,
        width=width,
        alt=_alt_of_timeline(events[::-1], labels),
        planned_label=labels("planned"),
        today=_today(facts.edition, labels),
    )
    return replace(drawn, facts=tuple(fact.id for fact in shown))


def taller(facts: Facts, labels: Labels, figures: Mapping[str, Figure], least: int, most: int) -> dict[str, list[Figure]]:
    """Versions of the timelines beside the facts with more than `least` events, up to `most`, by the names of the timelines among
    `figures`."""
    found = {}
    count = sum(fact.when is not None for fact in facts.facts)
    for name in (name for name in figures if name.startswith("timeline") and name != "timeline-across"):
        drawn = [_timeline(facts, labels, figures[name].width, number) for number in range(least + 1, min(count, most) + 1)]
        found[name] = [draw.titled(replace(figure, name=name), labels("timeline")) for figure in drawn]
    return found


def finding(facts: Facts, labels: Labels, *, is_bound: bool = False) -> str:
    """What the map and the counts of a country show: “7 of 28 countries stand at ‘On the fence’, among them Germany”. `is_bound`:
    the name of the step stays on one line, if it isn't long."""
    if not facts.stance:
        return labels("deck_map", country=facts.name)
    held = sum(standing.stance == facts.stance.id for standing in facts.edition.standings.values())
    step = bound(facts.stance.label.words) if is_bound else facts.stance.label.words
    words = {"country": facts.edition.in_sentence(facts.code), "stance": step, "n": len(facts.edition.standings)}
    return labels("deck_only", **words) if held == 1 else labels("deck_stance", count=held, **words)


def titled(figures: Mapping[str, Figure], facts: Facts, labels: Labels, ends: Mapping[str, str] | None = None) -> dict[str, Figure]:
    """Figures of a country with their titles. What the map and the counts show stands over the first of them. Counts below a map
    are its legend, and say what they count. `ends`: words behind the titles of some figures, by the figure's name."""
    step = facts.stance.label.words if facts.stance else ""
    room = min((figure.width for figure in figures.values()), default=0.0) * MM
    is_short = text_width(step, NORMAL, bold=True) <= MOST_BOUND * room
    said = finding(facts, labels)
    said = said.replace(step, step.replace(" ", NBSP)) if is_short else said  # the name of a step stays on one line
    has_map = any(name.startswith("map") for name in figures)
    dates = labels("lone_date" if sum(fact.when is not None for fact in facts.facts) == 1 else "timeline")
    titles = {"map": said, "counts": labels("counts") if has_map else said, "timeline": dates}
    behind = ends or {}
    return {name: draw.titled(figure, titles[name.partition("-")[0]], behind.get(name, "")) for name, figure in figures.items()}


def decisive(facts: Facts, most: int | None, *, planned_first: bool = False) -> list[Fact]:
    """The dated facts that a timeline of `most` events shows: always the next that is planned. `planned_first`: then the others
    that are still to come, whatever their priority."""
    dated = [f for f in facts.facts if f.when]
    today = facts.edition.about.as_of.countries.position
    to_come = [f for f in dated if f.due and f.due.latest > today]
    following = min(to_come, key=lambda f: (position(f), f.priority, f.id), default=None)
    dated.sort(
        key=lambda f: (f is not following, planned_first and f not in to_come, f.priority, f.due is None, -position(f), f.id)
    )
    return dated[:most]


def larger(facts: Facts, labels: Labels, most: int) -> dict[str, Figure]:
    """The figures of a country for a page with much room: wider ones, named `map-wide` and so on, and if it has a few events
    `timeline-across`, a timeline across the page."""
    made: dict[str, Figure] = {}
    for wider, width in WIDER.items():
        found = of_country(facts, labels, width, most)
        made |= {f"{name}-{wider}": replace(figure, name=f"{name}-{wider}") for name, figure in found.items()}
    shown = decisive(facts, most)
    events = events_of(facts.edition, shown)
    if FEW <= len(events) <= MANY:
        drawn = across(facts.edition, events, labels, ACROSS, ACROSS)
        made["timeline-across"] = replace(drawn, facts=tuple(fact.id for fact in shown))
    return made


def unscaled(facts: Facts, labels: Labels, most: int) -> str:
    """What is said of the timeline across the page if its even steps stand for unequal times. Otherwise empty."""
    places = [event.position for event in events_of(facts.edition, decisive(facts, most))]
    steps = [after - before for before, after in pairwise(places)]
    return labels("not_to_scale") if steps and max(steps) > UNEVEN * min(steps) else ""


def across(edition: Edition, events: Sequence[Event], labels: Labels, least: float, most: float) -> Figure:
    """A timeline of a few events from left to right, from `least` to `most` millimetres wide."""
    alt, today = _alt_of_timeline(events, labels), _today(edition, labels)
    return draw.timeline_across(events, least=least, most=most, alt=alt, planned_label=labels("planned"), today=today)


def to_scale(edition: Edition, events: Sequence[Event], labels: Labels, least: float, most: float) -> Figure:
    """The same on an axis of years, which is to scale."""
    alt, today, planned = _alt_of_timeline(events, labels), _today(edition, labels), labels("planned")
    return draw.timeline_to_scale(
        events, least=least, most=most, alt=alt, planned_label=planned, today=today, numeral=labels.number
    )


def sources_code(edition: Edition, labels: Labels, width: float) -> Figure | None:
    """A QR code with the address of the list of sources, or else of the edition. None if the edition has neither."""
    address = edition.about.sources_url or edition.about.address
    if not address:
        return None
    shown = short_address(address, whole=True)
    return draw.address_code(
        address, words=labels("sources_online", address=f"\n{shown}"), width=width, alt=labels("alt_code", address=shown)
    )


def neighbours(edition: Edition, code: str) -> list[str]:
    """The codes of the edition's subjects that have a border with a country, in the edition's view of borders."""
    return draw.neighbours(edition.about.map.view, tuple(_states(edition)), code)


def _alt_of_timeline(events: Sequence[Event], labels: Labels) -> str:
    """The alternative text of a timeline."""
    listed = "; ".join(labels("event_planned" if e.planned else "event", date=e.when, phrase=e.label) for e in events)
    return labels("alt_timeline", list=listed)


def _today(edition: Edition, labels: Labels) -> Today:
    date = edition.about.as_of.countries
    return Today(labels("as_of", date=edition.about.says(date)), date.latest)


def of_edition(
    edition: Edition, labels: Labels, width: float = WIDE, side: float = 0.0,
    *, is_numbered: bool = True, is_counted: bool = False, is_coded: bool = True,
) -> dict[str, Figure]:  # fmt: skip
    """Map, counts and timeline of all countries, `width` millimetres wide. `side`: the width of a column for the legend beside the
    map. `is_numbered`: whether countries whose codes find no place nearby have numbers; `is_counted`: whether a legend below the
    map says how many countries stand at each step; `is_coded`: whether countries have their codes. Without dated facts there is no
    timeline, and without a scale there are no counts. A timeline that is too high for a page goes on in `timeline-2` and so on."""
    codes = {code: code.upper() for code in edition.names if len(code) == 2 and is_coded}
    made = {
        "map": draw.country_map(
            _states(edition),
            _steps(edition, labels),
            highlight=None,
            width=width,
            view=view(edition),
            labels=codes,
            words=map_words(edition, labels, labels("not_covered"), is_keyed=True),
            legend=bool(edition.steps or edition.not_covered),
            alt=labels("alt_map_all", list=_listed(edition, labels)) if edition.steps else labels("alt_map_all_plain"),
            side=side,
            numbers=numbers(edition) if side or is_counted else None,
            said=[_counted(edition, labels)] if (side or is_counted) and edition.steps else [],
            meant=[labels("list_item", label=step.label, n=step.meaning) for step in edition.steps.values()]
            * (side > 0 or is_counted),
            is_numbered=is_numbered,
        ),
    }
    if edition.steps:
        made["counts"] = _counts(edition, labels, None, width * 0.6)
    return made | {figure.name: figure for figure in _timelines(edition, labels, width)}


def map_of_step(edition: Edition, labels: Labels, width: float, step: str, *, is_coded: bool = True) -> Figure:
    """A map of all countries. Those at `step` of the scale stand out, and have their codes if it `is_coded`."""
    held = [edition.names[code] for code, standing in edition.standings.items() if standing.stance == step]
    said = labels("list_item", label=edition.steps[step].label, n=", ".join(held) or labels("nothing"))
    return draw.country_map(
        _states(edition),
        _steps(edition, labels),
        highlight=None,
        width=width,
        view=view(edition),
        labels={code: code.upper() for code, standing in edition.standings.items() if standing.stance == step and is_coded},
        words=map_words(edition, labels, labels("not_covered")),
        legend=False,
        alt=labels("alt_map_all", list=said),
        step=step,
        is_numbered=False,
    )


def for_slides(edition: Edition, labels: Labels, width: float, long: float, *, is_coded: bool = True) -> dict[str, Figure]:
    """The figures of `of_edition` for slides. The legend beside the map says how many countries stand at each step. There is no
    room for a row for each country, so the timeline has all of them in one lane, `long` millimetres wide. A map that is flatter
    than a slide fills it, with its legend below it."""
    flatness = _flatness(edition, width)
    wide, side = beside(flatness, width)
    if flatness * (1 + (side + APART) / wide) > FLATTEST:
        drawn = of_edition(edition, labels, FLAT, is_numbered=False, is_counted=True, is_coded=is_coded)
    else:
        drawn = of_edition(edition, labels, wide, side, is_numbered=False, is_coded=is_coded)
    made = {name: figure for name, figure in drawn.items() if not name.startswith("timeline")}
    rows = _rows(edition)
    if not any(row.events for row in rows):
        return made
    words = _timeline_words(labels, lambda shown: labels("alt_timeline", list=_told(shown, labels)), _today(edition, labels).label)
    return made | {"timeline": draw.lane_timeline(rows, width=long, words=words, as_of=_as_of(edition))}


def _flatness(edition: Edition, width: float) -> float:
    """The width of an edition's map, as a multiple of its height."""
    return width * MM / draw.map_height(view(edition), tuple(_states(edition)), width * MM)


def beside(flatness: float, width: float) -> tuple[float, float]:
    """The widths of a map on a slide and of the legend beside it, which together are as wide as the slide if that is neither too
    little nor too much for the legend. `width`: of a map that is about as wide as high."""
    wide = max([width, *(broader for least, broader in BROADER.items() if flatness > least)])
    return wide, max(BESIDE, min(BROADEST, wide * (SHAPE / flatness - 1) - APART))


def of_cover(edition: Edition, labels: Labels, width: float = WIDE) -> Figure:
    """A tile for each country, for the cover."""
    listed = _listed(edition, labels) if edition.steps else labels("covered")
    alt = labels("alt_tiles", list=listed)
    steps, absent = _steps(edition, labels), labels("not_covered")
    return draw.tiles(_states(edition), steps, width=width, not_covered=absent, alt=alt, numeral=labels.number)


def _timelines(edition: Edition, labels: Labels, width: float) -> list[Figure]:
    rows = _rows(edition)
    if not any(row.events for row in rows):
        return []
    words = _timeline_words(
        labels, lambda shown: labels("alt_timeline_all", list=_numbers_of(shown, labels)), _today(edition, labels).label
    )
    steps, as_of = _steps(edition, labels), _as_of(edition)
    return draw.overview_timelines(rows, steps, width=width, height=HIGH, words=words, as_of=as_of)


def _rows(edition: Edition) -> list[Row]:
    return [Row(edition.names[c.code], c.stance or UNRANKED, events_of(edition, c.facts)) for c in _by_stance(edition)]


def _as_of(edition: Edition) -> float:
    return edition.about.as_of.countries.position


def _timeline_words(labels: Labels, alt: Callable[[Sequence[Row]], str], today: str) -> TimelineWords:
    return TimelineWords(
        labels("not_covered"), labels("happened"), labels("planned"), alt, _named(labels), labels.number, labels("year_only"), today
    )


def _named(labels: Labels) -> Callable[[str, str], str]:
    """Writes a name before what belongs to it."""
    return lambda name, said: labels("list_item", label=name, n=said)


def _numbers_of(rows: Sequence[Row], labels: Labels) -> str:
    return "; ".join(labels("list_item", label=row.label, n=len(row.events)) for row in rows if row.events)


def _told(rows: Sequence[Row], labels: Labels) -> str:
    """The events of all countries in words: “July 2020: France: …”."""
    return "; ".join(
        labels("event_planned" if e.planned else "event", date=e.when, phrase=labels("list_item", label=row.label, n=e.label))
        for row in rows
        for e in row.events
    )


def events_of(edition: Edition, facts: Sequence[Fact]) -> list[Event]:
    """The dated facts in order of time."""
    says, language = edition.about.says, edition.about.language
    dated = sorted(((f.when, f) for f in facts if f.when), key=lambda pair: (position(pair[1]), pair[1].id))
    return [
        Event(
            says(when, short=True),
            casing.capitalised(f.short, language),
            f.due is not None,
            position(f),
            f.priority,
            *_only_years(when),
        )
        for when, f in dated
    ]


def _only_years(when: Date) -> tuple[int | None, int]:
    """The year of a date of which no more is known, or the first of its years, and how many they are; None of any other date."""
    is_whole = all(len(part) == len("2020") for part in when.text.split("/"))
    return (when.first.year, when.last.year - when.first.year + 1) if is_whole else (None, 1)


def position(fact: Fact) -> float:
    """Where a fact stands on the time axis, as a decimal year.

    A past event stands in the middle of the time that its date covers, a planned one at the end of that time.
    """
    assert fact.when
    return fact.when.latest if fact.due else fact.when.position


def _by_stance(edition: Edition) -> list[Country]:
    order = list(edition.steps)
    return sorted(edition.countries.values(), key=lambda c: (order.index(c.stance) if c.stance else 0, edition.rank(c.code)))


def _states(edition: Edition) -> dict[str, str | None]:
    states: dict[str, str | None] = {code: standing.stance or UNRANKED for code, standing in edition.standings.items()}
    return states | dict.fromkeys(edition.not_covered)


def _steps(edition: Edition, labels: Labels) -> list[ScaleEntry]:
    """The steps of the scale. Without a scale there is a single step, at which all countries of the edition are."""
    return [ScaleEntry(s.id, s.label.words) for s in edition.about.scale] or [ScaleEntry(UNRANKED, labels("covered"))]


def _map_of(facts: Facts, labels: Labels) -> str:
    """The alternative text of a country's map."""
    if facts.stance:
        return labels("alt_map", country=facts.name, stance=facts.stance.label)
    return labels("alt_map_plain", country=facts.name)


def view(edition: Edition) -> MapFrame:
    """The part of the world that the edition's maps show."""
    frame = edition.about.map
    insets = tuple(PlacedInset(tuple(i.countries), i.corner, i.share, i.name or "") for i in frame.insets)
    return MapFrame(tuple(frame.countries), insets, frame.view)


def map_words(edition: Edition, labels: Labels, absent: str, *, is_keyed: bool = False) -> MapWords:
    """The words of a map. `absent`: the words for countries without a colour. `is_keyed`: whether its notes say what is grey."""
    own = edition.about.map.disclaimer or edition.brand.defaults.briefs.disclaimer
    return MapWords(
        edition.names, absent, labels("not_drawn"), own or labels("map_disclaimer"), _named(labels), labels.number,
        dashed=labels("map_dashed"), elsewhere=labels("map_grey") if is_keyed else "",
    )  # fmt: skip


def _listed(edition: Edition, labels: Labels) -> str:
    """“Allowed: 9, On the fence: 7 …”, with the members that are not covered at the end."""
    shown = [(s.label.words, edition.counts[s.id]) for s in edition.about.scale]
    shown += [(labels("not_covered"), len(edition.not_covered))] if edition.not_covered else []
    return ", ".join(labels("list_item", label=label, n=number) for label, number in shown)


def _counts(edition: Edition, labels: Labels, highlight: str | None, width: float) -> Figure:
    names = [edition.names[code] for code in sorted(edition.not_covered, key=edition.rank)]
    absent = (labels("not_covered"), len(names)) if names else None
    return draw.counts(
        _steps(edition, labels),
        edition.counts,
        highlight=highlight,
        width=width,
        not_covered=absent,
        said=_said_of_counts(edition, names, labels) if highlight else (),
        alt=f"{labels('alt_counts', list=_listed(edition, labels))} {note(edition) if highlight else ''}".rstrip(),
        numeral=labels.number,
    )


def _said_of_counts(edition: Edition, absent: Sequence[str], labels: Labels) -> list[str]:
    """What stands below the bars of a country: the few countries that aren't covered, and how the steps are told."""
    named = labels("list_item", label=labels("not_covered"), n=", ".join(absent)) if 0 < len(absent) <= NAMED else ""
    return [text for text in (named, note(edition)) if text]


def note(edition: Edition) -> str:
    """The edition's note on the scale, if a picture can have it. Empty if it has citations, links or emphasis, or there is none."""
    said = edition.about.scale_note
    return said.words if said and not said.citations and not markdown.signs(said.markdown) else ""
