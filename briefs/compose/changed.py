"""What changed since an older edition: a page, a section of the report, and a line in each brief that changed.

In: an edition with its `Changed`. Out: the `Manuscript` of the page; the blocks of the changes by subject; the line of a brief.
The words round them are in `templates/changes.md.j2`. Texts are printed in plain words, as they were and as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from babel.lists import format_list

from briefs.compose import differences, figures, tree
from briefs.compose.country import unsigned
from briefs.compose.figures import Figure
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript, figure_image
from briefs.compose.separators import titled
from briefs.compose.slots import Blocks, Inlines, TemplateFiller, link
from briefs.compose.tree import Node
from briefs.edition.changed import Change
from briefs.edition.dates import Date
from briefs.edition.model import Edition, Text
from briefs.problems import Place

ARROW = " \N{RIGHTWARDS ARROW} "
FIGURE = 2  # how many older editions a figure of stances needs
ROWS = 24  # the most countries in a figure of stances
WIDE = 130.0  # millimetres: the width of a figure of stances
_UNSHOWN = frozenset({"topic", "priority"})  # the changes of facts that readers do not see
_POINTS = {"position": "point_position", "matters": "point_matters", "next": "point_next", "ask": "point_ask"}


@dataclass(frozen=True)
class SubjectChanges:
    """The changes of a country, a section, a deck or the edition: its name, and a block for each change."""

    name: str
    blocks: Blocks


def mark(edition: Edition, code: str, labels: Labels) -> str:
    """What changed about a country, in a few words: “Since March 2024: stance, 2 facts”. Empty if nothing did."""
    parts = _parts(edition, code, labels)
    if edition.changes is None or not parts:
        return ""
    named = format_list(parts, style="unit", locale=labels.locale)
    return labels("changes_mark", date=_words(edition.changes.date, edition), list=named)


def _parts(edition: Edition, code: str, labels: Labels) -> list[str]:
    """The kinds of things that changed about a country, in words."""
    own = [change for change in _shown(edition) if change.subject == code and not change.is_rewording]
    is_new = any(change.item == "country" for change in own)
    facts = {change.id for change in own if change.item == "fact"}
    parts = [labels("change_new")] if is_new else []
    parts += [labels("change_stance")] if any(change.item == "stance" for change in own) else []
    parts += [labels("change_facts", n=len(facts))] if facts else []
    parts += [labels("change_texts")] if any(change.item == "point" for change in own) else []
    columns = [change.id for change in own if change.item == "value" and change.id in edition.columns]
    return [*parts, *(edition.columns[id].label.words for id in columns)]


def title(edition: Edition, labels: Labels) -> str:
    """The title: “What has changed since March 2024”. Empty if no older edition is known."""
    return labels("changes", date=_words(edition.changes.date, edition)) if edition.changes else ""


def listed(edition: Edition, labels: Labels, writer: TemplateFiller) -> list[SubjectChanges]:
    """The changes that readers see, by what they are about: the edition, countries, sections, decks, sources and words."""
    printer = _Printer(edition, labels, writer)
    return [SubjectChanges(printer.name(subject), Blocks([*map(printer.block, own)])) for subject, own in _by_subject(edition)]


def overview(edition: Edition, labels: Labels) -> Inlines:
    """What changed about each country in a few words, in the order of `listed`: “Germany: stance, 1 fact · Belgium: 1 fact”."""
    told = [(edition.names[code], _parts(edition, code, labels)) for code, _ in _by_subject(edition) if code in edition.names]
    lines = [[tree.strong(tree.words(f"{name}:")), tree.SPACE, *tree.words(", ".join(parts))] for name, parts in told if parts]
    return Inlines([inline for line in lines for inline in (tree.SPACE, *tree.words("·"), tree.SPACE, *line)][3:])


def _shown(edition: Edition) -> list[Change]:
    """The changes that readers see."""
    return [change for change in edition.changes.changes if _is_shown(change)] if edition.changes else []


def _by_subject(edition: Edition) -> Iterator[tuple[str, list[Change]]]:
    """The changes that readers see, by what they are about: first the countries that now stand elsewhere, then the other countries,
    then sections and decks, then the edition. What a country's stance was stands before its other changes."""
    moved = {change.subject for change in _shown(edition) if _is_move(change)}

    def order(change: Change) -> tuple[bool, bool, bool, bool]:
        return not change.subject, change.subject not in edition.names, change.subject not in moved, not _is_move(change)

    ordered = sorted(_shown(edition), key=lambda change: order(change)[:3])
    for subject, own in groupby(ordered, key=lambda change: change.subject):
        yield subject, sorted(own, key=order)


def _is_move(change: Change) -> bool:
    """Whether a country now stands elsewhere on the scale."""
    return change.item == "stance" and not change.id


def _is_shown(change: Change) -> bool:
    return change.action not in _UNSHOWN


def stances(edition: Edition, labels: Labels, width: float) -> list[Figure]:
    """The countries whose stance changed, over at least two older editions and this one, as figures of at most `ROWS` countries
    each. None if fewer are known, or if two have the same date: badges then say it all."""
    past = edition.changes.past if edition.changes else ()
    if len(past) < FIGURE or not edition.steps:
        return []
    states = [*(one.stances for one in past), {code: standing.stance or "" for code, standing in edition.standings.items()}]
    dates = [_words(date, edition, short=True) for date in (*(one.date for one in past), edition.about.date.text)]
    if len({*dates}) < len(dates):
        return []
    codes = [code for code in sorted(edition.countries, key=edition.rank) if len({one.get(code) for one in states}) > 1]
    entries = [figures.ScaleEntry(step.id, step.label.words) for step in edition.about.scale]
    made = []
    for number in range(0, len(codes), ROWS):
        own = {edition.names[code]: [one.get(code) or None for one in states] for code in codes[number : number + ROWS]}
        told = "; ".join(f"{name}: {_course(edition, course, labels)}" for name, course in own.items())
        alt = labels("alt_stances", list=told)
        made.append(figures.stance_steps(own, entries, dates, width=width, name=f"stances-{number // ROWS + 1}", alt=alt))
    return made


def _course(edition: Edition, course: Sequence[str | None], labels: Labels) -> str:
    """The stances of a country in the order of the editions. A stance that stays the same is named once."""
    runs = [id for id, _ in groupby(course)]
    found = [edition.steps.get(id or "") for id in runs]
    return ARROW.join(step.label.words if step else labels("not_covered") for step in found)


def _words(date: str, edition: Edition, *, short: bool = False) -> str:
    return edition.about.says(Date.parse(date), short=short)


class _Printer:
    """Prints changes in the edition's language."""

    def __init__(self, edition: Edition, labels: Labels, writer: TemplateFiller):
        self.edition, self.labels, self.writer = edition, labels, writer
        titles = {section.path: section.head.title for section in edition.sections}
        self.titles = titles | {deck.path: deck.head.title for deck in edition.decks.values()}

    def name(self, subject: str) -> str:
        """The name of the country, section or deck that changes are about, or of the edition."""
        if not subject:
            return self.edition.about.title.words
        return self.edition.names.get(subject) or self._plain(self.titles[subject]) if subject in self.known else subject

    @property
    def known(self) -> set[str]:
        return {*self.edition.names, *self.titles}

    def block(self, change: Change) -> Node:
        """A change as a paragraph: what changed in bold type, then what it was and what it is."""
        before, after = (self._text(change, words, is_now=now) for now, words in ((False, change.before), (True, change.after)))
        if change.id == "as_of/countries":
            return tree.para(tree.words(self.labels.sentence(self.labels("as_of", date=f"{before}{ARROW}{after}"))))
        what = self._what(change)
        return tree.para([*([tree.strong(tree.words(f"{what}:"))] if what else []), *self._told(change, before, after)])

    def _what(self, change: Change) -> str:
        """What changed and how, such as “Fact, new”. Empty if its texts say it themselves."""
        parts = [*self._item(change), *self._action(change)]
        return self.labels.sentence(", ".join(part for part in parts if part))

    def _item(self, change: Change) -> Iterator[str]:
        match change.item:
            case "stance":
                yield self.labels("scale")
            case "point":
                yield self.labels(_POINTS.get(change.id, "summary"))
            case "fact":
                yield self.labels("change_fact")
            case "value":
                column = self.edition.columns.get(change.id)
                yield column.label.words if column else change.id
            case "source":
                yield self.labels("sources")
            case "word":
                yield change.id

    def _action(self, change: Change) -> Iterator[str]:
        names = {
            "new": "change_new", "dropped": "change_dropped", "source-added": "change_source_added",
            "source-dropped": "change_source_dropped", "date": "change_date",
        }  # fmt: skip
        if change.is_rewording:
            yield self.labels("change_rewording")
        elif change.action in names:
            yield self.labels(names[change.action])
        elif not (change.before and change.after):
            yield self.labels("change_reworded")

    def _told(self, change: Change, before: str, after: str) -> list[Node]:
        if not before or not after:
            return [tree.SPACE, *tree.words(after or before)]
        if _is_move(change):
            badges = [self._badge(change.before, before), tree.SPACE, *tree.words(ARROW.strip()), tree.SPACE]
            return [tree.SPACE, *badges, self._badge(change.after, after)]
        if change.item in {"stance", "value"} or change.action == "date":
            return [tree.SPACE, *tree.words(f"{before}{ARROW}{after}")]
        was, now = (tree.emph(tree.words(self.labels(name))) for name in ("change_before", "change_now"))
        old, new = before.split(), after.split()
        lines = [was, tree.SPACE, *differences.gone(old, new)], [now, tree.SPACE, *differences.new(new, old)]
        return [inline for line in lines for inline in (tree.LINE_BREAK, *line)]

    def _badge(self, id: str, words: str) -> Node:
        """A step of the scale in its colour, or the name of a step that the scale no longer has."""
        return tree.span(tree.words(words), "", ["badge", f"stance-{id}"] if id in self.edition.steps else [])

    def _text(self, change: Change, words: str, *, is_now: bool) -> str:
        """The words or value of a change as people read it."""
        if not words:
            return ""
        if change.item == "stance" and not change.id:
            step = self.edition.steps.get(words)
            return step.label.words if step else words
        if change.action == "date":
            return self._date(words)
        if change.action in {"source-added", "source-dropped"} or change.item == "source":
            source = self.edition.sources.get(words if change.item != "source" else change.id)
            return str(source.title or words) if source and change.item != "source" else words
        if change.item in {"value", "country"}:
            return words
        return self._plain(Text(words, Place(change.place.partition("#")[0])), is_now=is_now)

    def _date(self, words: str) -> str:
        due, date = ("due ", words[4:]) if words.startswith("due ") else ("", words)
        said = self.edition.about.says(Date.parse(date))
        return f"{said} ({self.labels('planned')})" if due else said

    def _plain(self, text: Text, *, is_now: bool = True) -> str:
        """A text in plain words. Values are filled in only if it is the present text: those of the older edition are not known."""
        blocks = self.writer.pandoc.parse_quietly([text.markdown])[0]
        values = self.writer.values
        if is_now and values and "]{" in text.markdown:
            blocks = values.put(text, blocks)
        bare = tree.transform(list(blocks), lambda node: [], "Cite")
        return " ".join(" ".join(tree.text_of(block) for block in bare).split())


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The page of what changed. Nothing gives way."""
    about = edition.about
    labels = Labels.of(edition, writer.report)
    drawn = stances(edition, labels, WIDE)
    context = {
        "edition": about,
        "title": title(edition, labels),
        "as_of": labels("as_of", date=about.says(about.as_of.countries)),
        "figures": Blocks([block for figure in drawn for block in placed(figure)]),
        "overview": overview(edition, labels),
        "subjects": listed(edition, labels, writer),
        "label": labels,
        "unsigned": unsigned(edition, labels),
        "link": link,
    }
    return replace(
        writer.manuscript(kind, edition, subject, titled(title(edition, labels), edition), writer.fill(kind.template, context)),
        figures={figure.name: figure for figure in drawn},
    )


def placed(figure: Figure) -> list[Node]:
    """A figure in a paragraph of its own, in a `Div.figure`."""
    return [tree.div([tree.para([figure_image(figure)])], "", ["figure"])]
