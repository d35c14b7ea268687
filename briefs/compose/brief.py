"""The one-page brief of a country.

In: the edition, a country's code, and how many facts have given way. Out: its `Manuscript`. The words around the facts are in
`templates/brief.md.j2`. This module decides what the template may print, in which order the facts stand, and which of them give
way first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from briefs.compose import changed, charts, correction, data, identity, peers, tree
from briefs.compose.country import Facts, computed_stance, unsigned
from briefs.compose.figures import Figure
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import KEY_FACTS, PLOT, DataAttachment, Manuscript, figure_image, for_audience
from briefs.compose.plotrequests import Unplottable
from briefs.compose.plots import PlotMaker
from briefs.compose.separators import titled
from briefs.compose.slots import Blocks, Inlines, TemplateFiller, link
from briefs.compose.sources import Numbered, cite
from briefs.compose.values import ValuePrinter
from briefs.edition.data.table import Value
from briefs.edition.dates import Date
from briefs.edition.model import BriefBlock, BriefFigure, Column, Country, Edition, Fact, Text, Topic, place_of
from briefs.problems import Report, error

STRIPS = f"{PLOT}strips"  # the name of the figure that a brief has if the edition declares none
APART = 3.4  # millimetres between two figures beside the facts
# About how high these parts of the page are, in millimetres: all that is below the head, a line of the box or summary, the row of
# key facts, and a row of three sources side by side.
PAGE, LEAD_LINE, KEY_FACT_ROW, THREE_SOURCES = 215.0, 5.0, 11.0, 8.0
KEY_FACT = 0.18  # the width of a key fact but the last, as a part of the row
LEAD_LETTERS = 95  # letters on a line of the box or summary
# The block of the page that each figure belongs to.
_BLOCKS: Mapping[str, BriefBlock] = {"map": "map", "counts": "counts", "timeline": "timeline", "code": "sources"}
# The most events on a timeline: on any page, on one with much room, and on one that fills the room beside the facts.
EVENTS, MORE_EVENTS, MOST_EVENTS = 2, 4, 8
BARS = 12  # the most bars of a ranking beside the facts
GIVES_WAY = 3  # facts of this priority or a lower one (a larger number) may give way


@dataclass(frozen=True)
class FactLine:
    """A fact as the template prints it: its text and a citation of its sources."""

    text: Text
    marks: Inlines


@dataclass(frozen=True)
class KeyPointLine:
    """A key point as the template prints it."""

    label: str
    text: Text


@dataclass(frozen=True)
class Group:
    """A topic and its facts."""

    label: Text
    facts: Sequence[FactLine]


@dataclass(frozen=True)
class Drawn:
    """The figures of a brief.

    `all`: all figures, by name. `beside`: the figures of values that stand beside the facts. `without`: the names of figures of
    values that were drawn but are left out, because there is no room for them.
    """

    all: Mapping[str, Figure]
    beside: Sequence[Figure]
    without: Sequence[str]


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, code: str, gone: int = 0) -> Manuscript:
    """The brief about the country `code`, without the first `gone` of the parts that may give way. These are, in this order: the
    strips of its key facts, its facts of low priority, the key facts, the edition's figures of values."""
    country = edition.countries[code]
    labels = Labels.of(edition, writer.report)
    key_facts = _key_facts(edition, code, labels, writer)
    wanted = _wanted(edition, code)
    waiting = _waiting(country.facts, wanted, with_key_facts=key_facts is not None)
    left = frozenset(waiting[:gone])
    facts = Facts(edition, code, [fact for fact in country.facts if fact.id not in left])
    plots = PlotMaker(edition, labels, writer, charts.SIDE, BARS)
    values = _plots(plots, {name: figure for name, figure in wanted.items() if name not in left}, code, writer.report)
    country_map = writer.versions.figure("map", lambda: charts.map_of(facts, labels))
    drawn = _drawn(facts, labels, values, left, country_map, room=_room(edition, country, with_key_facts=key_facts is not None))
    numbered = Numbered(edition, with_addresses=True)
    if edition.shows("sources") and KEY_FACTS not in left:  # they are the first on the page
        numbered.add(_sources_of_key_facts(edition, code))
    own = identity.of_page(edition, writer.report)
    context = {
        "logo": own.block,
        **_texts(facts, labels, numbered),
        **_figure_context(drawn.all, drawn.beside),
        "scale_note": _note_at_foot(edition, drawn.all, numbered),
        **_additions(edition, code, labels, shown=not left),
        "key_facts": None if KEY_FACTS in left else key_facts,
        "more": _more(left, labels),
        "sources": Blocks([numbered.entries()]) if edition.shows("sources") else "",
    }
    whole = writer.fill(kind.template, context)
    whole = numbered.cited(whole) if edition.shows("sources") else correction.uncited(whole)
    made = replace(
        writer.manuscript(kind, edition, code, titled(facts.name, edition), whole),
        figures=drawn.all,
        whole=whole,
        drawn=drawn.all,
        taller=charts.taller(facts, labels, drawn.all, EVENTS, MOST_EVENTS),
        accent=facts.stance.id if facts.stance else "",
        pictures=own.pictures,
        waiting=tuple(waiting[gone:]),
        gone=tuple(waiting[:gone]),
        without=tuple(drawn.without),
        data=(data.attached(edition, labels, [code]), *_of_figures(plots, drawn.all)) if edition.shows("data") else (),
    ).with_additions(())
    return for_audience(made, edition.audience.id) if edition.audience else made


def _waiting(facts: Sequence[Fact], wanted: Mapping[str, BriefFigure], *, with_key_facts: bool) -> list[str]:
    """The names of the parts that may give way, in the order in which they do."""
    return [
        *(name for name in wanted if name == STRIPS),
        *(fact.id for fact in giving_way(facts)),
        *([KEY_FACTS] if with_key_facts else []),
        *(name for name in reversed(list(wanted)) if name != STRIPS),
    ]


def _more(left: Collection[str], labels: Labels) -> str:
    """How many facts gave way, in words. Empty if none did."""
    facts = [name for name in left if name != KEY_FACTS and not name.startswith(PLOT)]
    return labels("more", n=len(facts)) if facts else ""


def _texts(facts: Facts, labels: Labels, numbered: Numbered) -> dict[str, object]:
    """The words that the template gets. Numbers the sources in the order in which the page cites them: the key points or the
    summary first, then the facts by topic."""
    edition, country, about = facts.edition, facts.country, facts.edition.about
    lead = country.points.values() or filter(None, [country.summary])
    for text in lead if edition.shows("sources") else ():
        numbered.add(text.citations)
    return {
        "edition": about,
        "footer": edition.brand.defaults.briefs.footer,
        "issued": about.says(about.date),
        "country": country,
        "name": facts.name,
        "series": _series(edition, facts.code, labels),
        "as_of": labels("as_of", date=about.says(about.as_of.countries)),
        "scale": Inlines(scale(edition, facts.code)),
        "stance": facts.stance,
        "computed": computed_stance(edition, labels),
        "points": [KeyPointLine(labels(f"point_{name}"), text) for name, text in country.points.items()],
        "groups": [group for topic in about.topics if (group := _group(facts, topic, numbered)).facts],
        "label": labels,
        "unsigned": unsigned(edition, labels),
        "changed": changed.mark(edition, facts.code, labels),
        "corrected": correction.mark(edition, facts.code, labels),
        "link": link,
    }


def _series(edition: Edition, code: str, labels: Labels) -> str:
    """Which of the edition's countries it is, in the order of their names: “Country brief 9 of 28”. Empty if it is the only one."""
    codes = sorted(edition.standings, key=edition.rank)
    return labels("series", n=codes.index(code) + 1, total=len(codes)) if len(codes) > 1 and code in codes else ""


def _note_at_foot(edition: Edition, figures: Mapping[str, Figure], numbered: Numbered) -> Text | None:
    """The edition's note on the scale, if it doesn't stand below the bars. Numbers its sources, which are the last on the page."""
    note = edition.about.scale_note
    if not note or ("counts" in figures and charts.note(edition)):
        return None
    if edition.shows("sources"):
        numbered.add(note.citations)
    return note


def _figure_context(figures: Mapping[str, Figure], beside: Sequence[Figure]) -> dict[str, object]:
    """The figures that the template gets."""
    return {
        "figures": figures,
        "figure": lambda name: _placed(figures[name], name) if name in figures else Blocks([]),
        "plots": [_placed(figure, "plot") for figure in beside],
    }


def _additions(edition: Edition, code: str, labels: Labels, *, shown: bool) -> dict[str, object]:
    """What the template gets for the additions to a page with much room, which has them if nothing gave way."""
    return {
        "sides": [*(f"-{wider}" for wider in charts.WIDER if shown), ""],
        "standing": list(peers.lines(edition, code, labels)) if shown and edition.shows("counts") else [],
    }


def _drawn(
    facts: Facts, labels: Labels, values: Mapping[str, Figure], left: Collection[str], country_map: Figure, room: float
) -> Drawn:
    """The figures of a brief. `left`: the names of the parts that gave way; `room`: the height of all figures beside the facts."""
    edition = facts.edition
    figures = _standing_figures(facts, labels, country_map, most=EVENTS)
    everything = Facts(edition, facts.code, facts.country.facts)
    fullest = _standing_figures(everything, labels, country_map, most=EVENTS) if values and left else figures
    beside = _with_room(values, room - sum(figure.height + APART for name, figure in fullest.items() if name in figures))
    figures |= {figure.name: figure for figure in beside.values()}
    if not left:  # additions to a page with much room
        larger = charts.larger(facts, labels, MORE_EVENTS)
        shown = {name: figure for name, figure in larger.items() if edition.shows(_BLOCKS[name.partition("-")[0]])}
        figures |= charts.titled(shown, facts, labels, {"timeline-across": charts.unscaled(facts, labels, MORE_EVENTS)})
    return Drawn(figures, list(beside.values()), [name for name in values if name not in beside and name != STRIPS])


def _standing_figures(facts: Facts, labels: Labels, country_map: Figure, most: int) -> dict[str, Figure]:
    """The figures that every brief has, without those that its audience doesn't get: map, counts, timeline of at most `most`
    events, and the code of the list of sources."""
    figures = charts.of_country(facts, labels, most=most, drawn_map=country_map)
    figures = charts.titled({name: figure for name, figure in figures.items() if facts.edition.shows(_BLOCKS[name])}, facts, labels)
    if (code := charts.sources_code(facts.edition, labels, charts.SIDE)) and facts.edition.shows(_BLOCKS["code"]):
        figures["code"] = code
    return figures


def _placed(figure: Figure, name: str) -> Blocks:
    return Blocks([tree.div([tree.para([figure_image(figure)])], "", [name, "figure"])])


def _wanted(edition: Edition, code: str) -> dict[str, BriefFigure]:
    """The figures of values of a brief, by name. They are the figures that the edition declares. If it declares none, there is one
    figure: it shows where the country stands in those of its key facts that are numbers."""
    if edition.about.figures or not edition.shows("figures"):
        return {f"{PLOT}{number}": figure for number, figure in enumerate(edition.about.figures, 1)}
    columns = [id for id in edition.about.key_facts if id in edition.columns and edition.columns[id].is_numeric]
    known = [id for id in columns if edition.data.series(id, code).get(edition.data.latest(id), Value(None)).content is not None]
    return {STRIPS: BriefFigure(data="strips", columns=known)} if known else {}


def _plots(plots: PlotMaker, wanted: Mapping[str, BriefFigure], code: str, report: Report) -> dict[str, Figure]:
    """The figures of values, drawn. Reports those that can't be drawn."""
    drawn = {}
    for name, figure in wanted.items():
        try:
            drawn[name] = plots.make(figure.keys, [code])
        except Unplottable as fault:
            report([error(place_of(figure.ids[0]), *fault.fault)])
    return drawn


def _of_figures(plots: PlotMaker, figures: Mapping[str, Figure]) -> list[DataAttachment]:
    """The attachments with the numbers of the figures of values that the brief has."""
    return [file for file in plots.attachments if file.name.removesuffix(".csv") in figures]


def _room(edition: Edition, country: Country, *, with_key_facts: bool) -> float:
    """About how many millimetres high the figures beside the facts may be."""
    lead = country.points.values() or filter(None, [country.summary])
    lines = sum(ceil(len(text.markdown) / LEAD_LETTERS) for text in lead)
    keys = {key for fact in country.facts for key in fact.sources}
    sources = len(keys.union(_sources_of_key_facts(edition, country.code)))
    return PAGE - LEAD_LINE * lines - KEY_FACT_ROW * with_key_facts - THREE_SOURCES * ceil(sources / 3)


def _with_room(drawn: Mapping[str, Figure], room: float) -> dict[str, Figure]:
    """The figures of values for which there is room beside the facts. `room`: the height that is left, in millimetres."""
    kept = {}
    for name, figure in drawn.items():
        if figure.height + APART <= room:
            kept[name] = figure
            room -= figure.height + APART
    return kept


def _key_facts(edition: Edition, code: str, labels: Labels, writer: TemplateFiller) -> Blocks | None:
    """The values of the columns that the edition prints as key facts, in a table of one row. The last cell names what isn't
    recorded. None if the edition prints no key facts."""
    columns = [edition.columns[id] for id in edition.about.key_facts if id in edition.columns]
    if not columns:
        return None
    unknown = [column.label.words for column in columns if not edition.data.value(column.id, code)]
    row = _recorded(edition, code, writer) + [(labels("unrecorded"), tree.words(", ".join(unknown)))] * bool(unknown)
    table = tree.table([tree.words(name) for name, _ in row], [[cell for _, cell in row]], min(KEY_FACT, 1 / len(row)))
    return Blocks([tree.div([table], "", ["key-facts"])])


def _recorded(edition: Edition, code: str, writer: TemplateFiller) -> list[tuple[str, list[tree.Node]]]:
    """The key facts of which the country has a value: the head and the cell of each."""
    printer = ValuePrinter(edition, writer.report)
    return [
        (_dated(edition, column, period), _key_fact(printer, column, code, period, value))
        for column, period, value in _known(edition, code)
    ]


def _known(edition: Edition, code: str) -> list[tuple[Column, str, Value]]:
    """The columns of the key facts of which the country has a value, each with the period of the value, and the value."""
    columns = [edition.columns[id] for id in edition.about.key_facts if id in edition.columns]
    return [(column, *found) for column in columns if (found := edition.data.value(column.id, code))]


def _sources_of_key_facts(edition: Edition, code: str) -> list[str]:
    """The keys of the sources that the key facts rest on, in the order of the page."""
    return [key for column, _, value in _known(edition, code) for key in edition.sources_of(column, code, value)]


def _dated(edition: Edition, column: Column, period: str) -> str:
    """The label of a column, with the period of a value if it has one."""
    return f"{column.label.words}, {edition.about.says(Date.parse(period), short=True)}" if period else column.label.words


def _key_fact(printer: ValuePrinter, column: Column, code: str, period: str, value: Value) -> list[tree.Node]:
    """A value with a citation of its sources, and below it what its column compares it with."""
    other = printer.comparison(column, code, period)
    said = [
        tree.strong(tree.words(printer.words(column, value, short=True))),
        *cite(printer.edition.sources_of(column, code, value)),
    ]
    return [*said, *([tree.LINE_BREAK, *tree.words(other)] if other else [])]


def giving_way(facts: Sequence[Fact]) -> list[Fact]:
    """The facts of low priority, in the order in which they give way: undated before dated, older before newer."""
    low = [f for f in facts if f.priority >= GIVES_WAY]
    return sorted(low, key=lambda f: (-f.priority, f.when is not None, f.when.position if f.when else 0, f.id))


def scale(edition: Edition, code: str) -> list[tree.Node]:
    """All steps of the scale in order. The country's own stance is a badge."""
    here = edition.countries[code].stance
    out: list[tree.Node] = []
    for step in edition.about.scale:
        names = ["step", "here", f"stance-{step.id}"] if step.id == here else ["step"]
        out += [tree.SPACE] * bool(out) + [tree.span(tree.words(step.label.words), "", names)]
    return out


def _group(facts: Facts, topic: Topic, numbered: Numbered) -> Group:
    own = sorted((f for f in facts.facts if f.topic == topic.id), key=rank)
    lines = []
    for fact in own:
        numbered.add([*fact.text.citations, *fact.sources] if numbered.edition.shows("sources") else ())
        lines.append(FactLine(fact.text, Inlines(cite(fact.sources))))
    return Group(topic.label, lines)


def rank(fact: Fact) -> tuple[object, ...]:
    """The sort key of facts: by priority, then by date, with undated facts last."""
    return fact.priority, fact.when is None, fact.when.position if fact.when else 0, fact.id
