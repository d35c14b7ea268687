"""A deck of slides: one of the edition's own, or the deck of a country, which is a template filled with the country's data.

In: the edition, and a deck's name or a country's code. Out: its `Manuscript`. Each slide is a `Div.slide` of a heading, a
`Div.slide-body` and, if there are speaker notes, a `Div.notes`. `Div.notes-heading` follows, for handouts on which the notes come
after the slides. `Div.sources` comes last, the numbered list of their sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from babel.lists import format_list

from briefs.compose import charts, identity, pictures, tree
from briefs.compose.brief import rank
from briefs.compose.country import Facts, computed_stance, unsigned
from briefs.compose.figures import Event, Figure
from briefs.compose.figures.drawing import letters
from briefs.compose.headlines import POSITION, Headlines, balanced, balanced_at_phrase, has_one_line, sentences
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript
from briefs.compose.pictures import Picture
from briefs.compose.plotrequests import Unplottable, is_plot
from briefs.compose.plots import PlotMaker
from briefs.compose.slots import Blocks, Inlines, TemplateFiller
from briefs.compose.sources import Numbered, cite
from briefs.compose.tree import Node
from briefs.compose.wordcount import runs_in, words_in
from briefs.edition import decks
from briefs.edition.markdown import picture_named
from briefs.edition.model import Deck, Edition, Fact, KeyPoint, Text, Topic
from briefs.problems import Place, Problem, Problems, did_you_mean, error, reported

WIDE = 80.0  # millimetres: the width of maps; slides enlarge them
UNCODED = "-uncoded"  # the end of the name of a map without codes, which stands on a handout for the one of the slide
STEP = 92.0  # millimetres: the width of maps of one step
LONG = 120.0  # millimetres: the width of timelines
SHORT = 87.0  # millimetres: the least width of a country's timeline, whose letters the slide enlarges to 26 points
WORDS, FEW = 75, 40  # about the most words of facts on a slide; a topic with fewer than `FEW` shares a slide
PAIR = 95  # the most words of two facts of which the first would leave a slide half empty
NOTED = 110  # about the most words in the facts of a slide's notes
FLAT = 0.5  # the greatest height of a map of values, as a part of its width
PLOT_WIDE, BARS = 80.0, 20  # the width of figures of values in millimetres; the most bars of a ranking
WIDTHS, LOW = 8, 0.427  # so many wider ones are tried; the greatest height of a timeline, as a part of its width
EVENTS = 7  # the most events on a country's timeline
LISTED, NAMES = 12, 40  # the most countries that have a line each, and in a paragraph
RESERVED = "reserved"  # the class of the note on a country's stance
CREDITS = 140  # the most letters in the line of sources at the foot of a slide
NOTE = 180  # the most letters of the note on the stances there
CLOSING: tuple[KeyPoint, ...] = ("ask", "next")  # the key points of the last slide
FIGURE = 32  # letters: large words that are no longer are larger still
NUMBER = 11  # letters: so many stand together at their end, such as a number and its unit
RUN = 14  # letters: so many of them have room in a line of a column


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
    """The deck `subject`, which is a deck's name or a country's code. Every kind takes `gone`; in a deck nothing gives way."""
    data = DeckData(edition, writer)
    deck = edition.decks.get(subject)
    if deck:
        title, accent = deck.head.title.words, ""
        body = _of_file(deck, data)
    else:
        facts = Facts(edition, subject, edition.countries[subject].facts)
        title, accent = f"{facts.name}: {edition.about.title.words}", facts.stance.id if facts.stance else ""
        body = writer.fill(kind.template, data.of_country(facts))
    slides = _slides(body, data.labels)
    writer.report(_unfit(slides, writer.places))
    numbered = Numbered(edition, with_addresses=True)
    about = edition.about
    made = [_title(edition, data.labels, deck, subject, data), *slides]
    note = about.scale_note if not deck or any(_is_of_stances(slide, data) for slide in made) else None
    shown = [_sourced(slide, numbered, data) for slide in made]
    marked = len(numbered.keys)
    # The numbers that stand on slides come first, then the sources of figures, then those of notes, so that no foot skips any.
    numbered.add(key for slide in shown for key in _behind_figures(slide, data))
    own = len(numbered.keys)
    slides = [_noted_sources(slide, numbered) for slide in shown]
    listed = _sources(data.labels, numbered, own if marked else 0, note, writer) if numbered.keys else []
    used = {tree.target(n) for n in tree.walk(slides) if n["t"] == "Image"}
    return replace(
        writer.manuscript(kind, edition, subject, title, [*(_coloured(s, accent) for s in slides), *_noted(data.labels), *listed]),
        figures={n: f for n, f in data.figures.items() if f"{n.removesuffix(UNCODED)}.svg" in used} | data.plots.figures,
        accent=accent,
        running=" · ".join([title, *_of_edition(edition, data.labels, title), *_published(edition)]),
        pictures=data.pictures | identity.of_page(edition, writer.report, "small").pictures,
        data=tuple(data.plots.attachments),
    )


class DeckData:
    """What a deck may take from the edition by name: figures, the countries with a stance, a country's facts."""

    def __init__(self, edition: Edition, writer: TemplateFiller):
        self.edition = edition
        self.writer = writer
        self.labels = Labels.of(edition, writer.report)
        self.figures: dict[str, Figure] = {}
        self.behind: dict[str, list[str]] = {}  # the sources of figures, by the names of their files
        self.pictures: dict[str, Picture] = {}
        self.text = Text("", Place("decks"))  # the text of the current block
        self.plots = PlotMaker(edition, self.labels, writer, PLOT_WIDE, BARS, FLAT)
        self.headlines = Headlines(self.labels, writer.inlines)

    @property
    def place(self) -> Place:
        """The place of the current block."""
        return self.text.place

    def __call__(self, node: Node) -> list[Node] | None:
        """For `tree.transform`: fill the fenced divs that name data."""
        names = tree.classes(node) if node["t"] == "Div" else []
        keys = tree.attributes(node) if names else {}
        kind = next((name for name in ("figure", "countries", "facts", "source") if name in names), "")
        # `decks.check` has found such faults before, but not inside a quotation, because it reads lines.
        if kind and (faults := list(decks.faults(self.edition, kind, keys))):
            raise Problems(error(self.place, *fault) for fault in faults)
        if kind and tree.text_of(tree.blocks(node)).strip():
            raise Problems([error(self.place, f"the words inside a `.{kind}` would be lost", "Write them above it or below it.")])
        if "figure" in names and is_plot(keys):
            return [self.plot(keys)]
        if "figure" in names and "data" in keys:
            return [self.figure(keys["data"], keys.get("country", ""), keys.get("width", ""), keys.get("step", ""))]
        if "countries" in names:
            return [self.countries(keys["step"])]
        if "facts" in names and "country" in keys:
            return [self.facts(keys["country"], keys.get("topic", ""))]
        if "source" in names:
            return [tree.div([tree.para(tree.words(self.retold(keys["section"].split())))], "", ["section-source"])]
        return None

    def section(self, name: str) -> str:
        """“Section 2”: a section of the report by its number, or if it has none by its title."""
        heads = [section.head for section in self.edition.sections]
        head = next(head for head in heads if head.id == name)
        number = sum(one.numbered for one in heads[: heads.index(head) + 1])
        return self.labels("ref_section", n=self.labels.number(number)) if head.numbered else (head.short or head.title).words

    def retold(self, names: Sequence[str]) -> str:
        """“Source: The Title of the Edition, Section 1 and Section 2”: the sections of the report that a slide retells."""
        said = format_list([*map(self.section, names)], locale=self.labels.locale)
        return self.labels("plot_source", list=f"{self.edition.about.title.words}, {said}")

    def figure(self, name: str, code: str = "", width: str = "", step: str = "") -> Node:
        """A figure of all countries or of one, in a paragraph of its own. `width` is relative to its place (`50%`); on a map the
        countries at a `step` stand out."""
        key = "-".join(filter(None, [name, code or step]))
        if key not in self.figures and step:
            drawn, uncoded = (charts.map_of_step(self.edition, self.labels, STEP, step, is_coded=coded) for coded in (True, False))
            self.figures |= self._with_uncoded(key, drawn, uncoded)
        elif key not in self.figures:
            made = self._of_country(code) if code else self._of_all()
            self.figures |= {f"{n}-{code}" if code else n: f for n, f in made.items()}
        return picture(f"{key}.svg", self.figures[key].alt, width, step)

    def _of_all(self) -> dict[str, Figure]:
        made = charts.for_slides(self.edition, self.labels, WIDE, LONG)
        uncoded = charts.for_slides(self.edition, self.labels, WIDE, LONG, is_coded=False)["map"]
        return made | self._with_uncoded("map", made["map"], uncoded)

    def _with_uncoded(self, name: str, drawn: Figure, uncoded: Figure) -> dict[str, Figure]:
        """A map by its name; and the same without labels for handouts, unless its labels are the names of countries."""
        has_names = any(row["text"] in self.edition.names.values() for row in drawn.texts)
        made = {name: drawn} if has_names else {name: drawn, name + UNCODED: uncoded}
        return {key: replace(figure, name=key) for key, figure in made.items()}

    def plot(self, keys: Mapping[str, str]) -> Node:
        """A figure of a column's values."""
        try:
            made = self.plots.make(keys)
        except Unplottable as fault:
            raise Problems([error(self.place, *fault.fault)]) from None
        return picture(f"{made.name}.svg", made.alt, keys.get("width", ""))

    def _of_country(self, code: str) -> dict[str, Figure]:
        facts = Facts(self.edition, code, self.edition.countries[code].facts)
        drawn = charts.slide_map_of(facts, self.labels, WIDE)
        made = charts.of_country(facts, self.labels, WIDE, drawn_map=drawn)
        if scale := charts.ladder(facts, self.labels, LONG):
            made["ladder"] = scale
        dated = _dated(facts)
        if events := charts.events_of(self.edition, dated):
            made["timeline"] = self._timeline(events)
            self.behind[f"timeline-{code}.svg"] = [key for fact in sorted(dated, key=charts.position) for key in fact.sources]
        first = min((fact.priority for fact in facts.facts), default=0)  # the key points beside the scale sum up these facts
        self.behind[f"ladder-{code}.svg"] = [key for fact in facts.facts if fact.priority == first for key in fact.sources]
        return made

    def _timeline(self, events: Sequence[Event]) -> Figure:
        """The timeline of a country: the narrowest that a slide need not make smaller than itself, since the type gets larger."""
        widths = (SHORT + (LONG - SHORT) * step / WIDTHS for step in range(WIDTHS + 1))
        made = [charts.to_scale(self.edition, events, self.labels, width, LONG) for width in widths]
        return next((figure for figure in made if figure.height <= LOW * figure.width), made[-1])

    def drawn_by_hand(self, block: Node) -> list[Node] | None:
        """For `tree.transform`: a picture as content has it, `![Alt](figures/…)`: a Figure, or a paragraph with nothing else."""
        if block["t"] == "Figure":
            image = next(n for n in tree.walk(tree.blocks(block)) if n["t"] == "Image")
        elif block["t"] == "Para" and len(inner := _bare(tree.inlines(block))) == 1 and inner[0]["t"] == "Image":
            image = inner[0]
        else:
            return None
        path = tree.target(image)
        if not path.startswith("figures/"):
            return None
        keys = tree.attributes(image) | tree.attributes(block)
        alt = keys.get("alt") or tree.alternative(image)
        caption = tree.text_of(tree.caption(block)) if block["t"] == "Figure" else alt
        at = self.text.markdown.find(f"({path}")
        place = self.text.place_at(at + 1) if at >= 0 else self.place
        made: list[Node] = []
        with reported(self.writer.report):
            if caption.strip() not in {"", alt.strip()}:
                hint = "Write them as a paragraph, or delete `alt`: the words in brackets are the alternative text."
                raise Problems([error(place, f"“{caption[:60]}” isn’t printed: a picture on a slide has no caption", hint)])
            found = self._read(path, alt, place)
            self.pictures[found.name] = replace(found, place=place)
            made = [picture(found.name, found.alt, keys.get("width", ""))]
        return made

    def _read(self, path: str, alt: str, place: Place) -> Picture:
        """A picture of the content. Raises Problems."""
        file = picture_named(path, self.edition.pictures)
        if not file:
            hint = did_you_mean(path, self.edition.pictures, "Put it into the folder figures/.")
            raise Problems([error(place, f"there is no picture “{path}”", hint)])
        if not alt:
            raise Problems([error(place, f"the picture “{path}” has no alternative text", "Write ![What it shows](…).")])
        try:
            return pictures.read(f"picture-{len(self.pictures) + 1}", file, self.edition.pictures[file], alt)
        except ValueError as fault:
            raise Problems([error(place, f"the picture “{path}” {fault}")]) from None

    def countries(self, step: str, but: str = "") -> Node:
        """The names of the countries with the stance `step`, each with the note on its stance. The country `but` is left out."""
        codes = [code for code, standing in self.edition.standings.items() if standing.stance == step and code != but]
        named = [self._named(code) for code in sorted(codes, key=self.edition.rank)]
        if len(named) <= LISTED:
            lines = [node for n, words in enumerate(named) for node in (*[tree.LINE_BREAK] * bool(n), *words)]
            listed = [tree.para(lines)] if named else []
        else:
            parts = [named[start : start + NAMES] for start in range(0, len(named), NAMES)]
            listed = [tree.para(_run_in(part)) for part in parts]
        return tree.div(listed, "", ["countries", f"step-{step}"])

    def _named(self, code: str) -> list[Node]:
        """A country's name, with the note on its stance."""
        note = self.edition.standings[code].note
        words = self.writer.inlines(note) if note else []
        noted = tree.span([tree.string("("), *words, tree.string(")")], "", [RESERVED])
        qualified = [tree.SPACE, noted] if words else []
        return [tree.strong(tree.words(self.edition.names[code])), *qualified]

    def opening(self, facts: Facts) -> dict[str, object]:
        """The slide of where a country stands and why that matters: its title, which is what the position says; its rows, by their
        labels; and for the notes what rows leave out. What the title says isn't repeated below. Empty if
        there are no key points about that."""
        points = {str(name): text for name, text in facts.country.points.items() if name not in CLOSING}
        title, left = self.headlines.opening(facts, points)
        rows = {name: said for name, text in points.items() if (said := left.get(name, text)) is not None}
        cut = {name: self.headlines.row(text) if isinstance(text, Text) else (text, None) for name, text in rows.items()}
        shown, rest = {name: said for name, (said, _) in cut.items()}, {name: left for name, (_, left) in cut.items() if left}
        return {"title": title, "rows": self._labelled(shown), "cut": self._labelled(rest)} if points else {}

    def closing(self, facts: Facts) -> dict[str, object]:
        """The slide of what to ask, in large type below a title that says what comes next; or of one of the two. Its title; the
        label of its text and the text; and what the title leaves out of what comes next, as a row. Empty if there is neither."""
        points = {name: facts.country.points[name] for name in CLOSING if name in facts.country.points}
        if not points:
            return {}
        first, *others = points
        said: dict[str, Text | Inlines] = {name: points[name] for name in others}
        title = self.labels("deck_topic", country=facts.name, topic=self.labels(f"point_{first}"))
        clause, left = self.headlines.clause(points["next"], POSITION) if others else ("", None)
        if clause:
            title, said = clause, {"next": left} if left else {}
        label = self.labels(f"point_{first}") if clause else ""
        return {"title": title, "label": label, "text": points[first], "rows": self._labelled(said)}

    def _labelled(self, points: Mapping[str, Text | Inlines]) -> list[tuple[str, Text | Inlines]]:
        return [(self.labels(f"point_{name}"), text) for name, text in points.items()]

    def groups(self, facts: Facts) -> list[list[Topic]]:
        """The topics of a country's facts, by slide: a few facts share a slide with those of the topic before or after them."""
        made: list[list[Topic]] = []
        before = 0  # words of the last slide
        for topic in self.edition.about.topics:
            own = sum(words_in(fact.text.markdown) for fact in facts.facts if fact.topic == topic.id)
            is_small = min(before, own) < FEW or before + own <= WORDS
            if own and made and is_small:
                made[-1].append(topic)
            elif own:
                made.append([topic])
            before = before + own if is_small else own
        return made

    def of_topics(self, facts: Facts, topics: Sequence[Topic]) -> dict[str, Blocks | str]:
        """A slide of facts. `title`: what one of them says in few words, or else the topics; `facts`: as many as fit; `rest`: the
        notes, with the next facts."""
        own = sorted((f for f in facts.facts if f.topic in {topic.id for topic in topics}), key=rank)
        shown = _within(own, WORDS)
        shown = _within(own, PAIR)[:2] if len(shown) == 1 else shown
        title, told, left = self.headlines.topics(facts.name, topics, shown)
        listed = sorted(shown, key=lambda fact: fact is not told)  # what the title says goes on in the first item
        return {
            "title": title,
            "facts": Blocks([self._listed(listed, title, left)]),
            "rest": Blocks([self._rest(own[len(shown) :])]),
        }

    def facts(self, code: str, topic: str = "") -> Node:
        """The first facts of a country, as many as fit on a slide."""
        own = sorted((f for f in self.edition.countries[code].facts if topic in {"", f.topic}), key=rank)
        return self._listed(_within(own, WORDS))

    def _rest(self, rest: Sequence[Fact]) -> Node:
        """For the speaker notes: the next facts, and how many more there are."""
        noted = _within(rest, NOTED)
        left = len(rest) - len(noted)
        more = [tree.div([tree.para(tree.words(self.labels("more", n=left)))], "", ["more"])] if left else []
        return tree.div([*([self._listed(noted)] if noted else []), *more])

    def _listed(self, facts: Sequence[Fact], title: str = "", left: Inlines | None = None) -> Node:
        """The facts as a list. The key phrase that is the `title` of their slide isn't emphasised again. `left`: what the first of
        them says after the title."""
        items = []
        for number, fact in enumerate(facts):
            words = left.nodes if left and not number else self.writer.inlines(fact.text)
            is_told = self.labels.sentence(fact.text.key_phrase) == title
            items.append([tree.plain([*(_plain(words) if is_told else words), *cite(fact.sources)])])
        return tree.div([tree.bullets(items)] if items else [], "", ["facts"])

    def not_shown(self, facts: Facts) -> str:
        """“Not on the slide: law passed (March 2018); …”: the dated facts that the timeline has no room for."""
        shown = _dated(facts)
        events = charts.events_of(self.edition, [f for f in facts.facts if f.when and f not in shown])
        listed = "; ".join(self.labels("dated_event", phrase=event.label, date=event.when) for event in events)
        return self.labels("not_shown", list=listed) if listed else ""

    def of_country(self, facts: Facts) -> dict[str, object]:
        """The context of `templates/country-deck.md.j2`."""
        code, country, labels = facts.code, self.edition.countries[facts.code], self.labels
        drawn = Blocks([self.figure("map", code)])
        ladder = Blocks([self.figure("ladder", code)]) if facts.stance else ""
        return {
            "edition": self.edition.about, "country": country, "name": facts.name, "stance": facts.stance, "label": labels,
            "computed": computed_stance(self.edition, labels), "opening": self.opening(facts), "closing": self.closing(facts),
            "map": drawn, "ladder": ladder, "stance_title": charts.finding(facts, labels, is_bound=True),
            "others": charts.others(facts, NAMES, labels) if charts.has_more_others(facts) else "",
            "topics": [self.of_topics(facts, topics) for topics in self.groups(facts)],
            "dates_title": self.headlines.dates(facts, dated) if len(dated := _dated(facts)) > 1 else "",
            "figure": lambda name: Blocks([self.figure(name, code)]), "not_shown": self.not_shown(facts),
        }  # fmt: skip


def _dated(facts: Facts) -> list[Fact]:
    """The dated facts that a country's timeline shows."""
    return charts.decisive(facts, EVENTS, planned_first=True)


def _plain(words: Sequence[Node]) -> list[Node]:
    """Inlines without strong emphasis."""
    return tree.transform(list(words), lambda node: tree.inlines(node), "Strong")


def _run_in(parts: Sequence[Sequence[Node]]) -> list[Node]:
    """Names in one paragraph, with commas between them."""
    return [node for n, part in enumerate(parts) for node in (*([tree.string(","), tree.SPACE] if n else []), *part)]


def picture(name: str, alt: str, width: str = "", step: str = "") -> Node:
    """A picture in a paragraph. Typesetting gives it the size that its place on the slide has. `step`: of a map of one step."""
    names = ["figure", *([f"step-{step}"] if step else [])]
    return tree.div([tree.para([tree.image(name, alt, **({"width": width} if width else {}))])], "", names)


def _within(facts: Sequence[Fact], words: int) -> list[Fact]:
    """The first fact, and those after it that keep the total within `words` words."""
    taken: list[Fact] = []
    for fact in facts:
        length = words_in(fact.text.markdown)
        if not taken or length <= words:
            taken.append(fact)
            words -= length
    return taken


def _of_file(deck: Deck, data: DeckData) -> list[Node]:
    """The blocks of a deck, with data and pictures filled in."""
    (cut,) = data.writer.cut([deck.body])
    data.writer.report(_outside_slides(cut))
    out: list[Node] = []
    for text, nodes in cut:
        data.text = text
        with reported(data.writer.report):
            drawn = tree.transform(tree.transform(nodes, data), data.drawn_by_hand)
            out += drawn
            if any(node["t"] == "Image" and tree.target(node).startswith("figures/") for node in tree.walk(drawn)):
                hint = "Give it a paragraph of its own: ![What it shows](figures/….svg)."
                raise Problems([error(text.place, "a picture can’t stand within a text", hint)])
    return out


def _outside_slides(cut: Sequence[tuple[Text, list[Node]]]) -> Iterator[Problem]:
    """An error for each block before the first slide, and for each block below a title of level 1, except notes."""
    under = 0  # the level of the last heading
    for text, nodes in cut:
        for node in nodes:
            if node["t"] == "Header" and tree.level(node) <= 2:
                under = tree.level(node)
            elif under != 2 and not (under and "notes" in tree.classes(node)):
                what = "only notes may stand under a title of level 1" if under else "this stands on no slide"
                yield error(text.place, what, "Begin a slide with a heading, `## Title`.")


def _title(edition: Edition, labels: Labels, deck: Deck | None, code: str, data: DeckData) -> Node:
    """The first slide: the deck's title and subtitle, or the country's name and its step of the scale; then the edition and its
    date."""
    title = deck.head.title.words if deck else edition.names[code]
    stance = None if deck else edition.stance(code)
    lines = [deck.head.subtitle.words] if deck and deck.head.subtitle else []
    lines += [stance.meaning.words] if stance else []
    published = [" · ".join(_of_edition(edition, labels, title)), *_published(edition)]
    heading, scale = tree.header(1, tree.words(title)), [data.figure("ladder", code)] if stance else []
    small = tree.div([tree.para(balanced(tree.words(line))) for line in published], "", ["published"])
    body = tree.div([*scale, *(tree.para(balanced(tree.words(line))) for line in lines), small], "", ["slide-body"])
    return tree.div([heading, body], "slide-1", ["slide", "title"])


def _of_edition(edition: Edition, labels: Labels, title: str) -> list[str]:
    """The title of the edition, if the deck's own doesn't name it, up to when the facts reach, and that a draft is one."""
    named = edition.about.title.words
    return [*([named] if named not in title else []), *_state(edition, labels)]


def _state(edition: Edition, labels: Labels) -> list[str]:
    """Up to when the facts reach, and that a draft is one."""
    about, missing = edition.about, unsigned(edition, labels)
    draft = [", ".join(filter(None, [labels("draft"), missing]))] if about.status == "draft" else []
    return [labels("as_of", date=about.says(about.as_of.countries)), *draft]


def _published(edition: Edition) -> list[str]:
    """Who publishes the edition, if it says so."""
    return [edition.about.publisher.words] if edition.about.publisher else []


def _slides(blocks: Sequence[Node], labels: Labels) -> list[Node]:
    """The blocks as slides. A slide begins at each heading of level 1 or 2. Its notes are put after its other blocks."""
    slides: list[tuple[Node, list[Node], list[Node]]] = []
    for block in blocks:
        if block["t"] == "Header" and tree.level(block) <= 2:
            slides.append((block, [], []))
        elif slides:
            noted = block["t"] == "Div" and "notes" in tree.classes(block)
            own = tree.blocks(block) if noted else [block]
            (slides[-1][2] if noted else slides[-1][1]).extend(own)
    made = []
    for number, (heading, body, notes) in enumerate(_continued(slides, labels), 2):
        body = tree.transform(body, _large, "Div")
        parts = [tree.div(body, "", ["slide-body"]), *([tree.div(notes, "", ["notes"])] if notes else [])]
        divider = ["divider"] if tree.level(heading) == 1 else []
        title = tree.header(2, tree.inlines(heading))
        made.append(tree.div([title, *parts], f"slide-{number}", ["slide", *divider, *_step(body)]))
    return made


def _large(node: Node) -> list[Node] | None:
    """For `tree.transform`: a paragraph in large type has no word alone on its last line; one that is as short as a number has the
    class `huge` too."""
    if "large" not in tree.classes(node):
        return None
    paragraphs = tree.blocks(node)
    is_figure = len(tree.text_of(paragraphs).strip()) <= FIGURE and _longest(paragraphs) <= RUN
    form = (NUMBER, NUMBER) if is_figure else ()
    tied = [tree.para(balanced(tree.inlines(b), *form)) if b["t"] in {"Para", "Plain"} else b for b in paragraphs]
    if is_figure and _longest(tied) > RUN:
        tied = paragraphs
    names = ["large", "huge"] if is_figure else ["large"]
    return [tree.with_attr(tree.with_blocks(node, tied), ["", names, tree.attr_of(node)[2]])]


def _longest(blocks: list[Node]) -> float:
    """The length in letters of the longest run of a text that no line break can part."""
    return max(map(letters, runs_in(tree.text_of(blocks))))


def _sourced(slide: Node, numbered: Numbered, data: DeckData) -> Node:
    """A slide with numbers for its citations. Its foot names the publishers of the sources whose numbers stand on it, or those
    behind its figures, or the note on the stances that its figures show, or the section of the report that it retells."""
    heading, whole, *notes = tree.blocks(slide)
    retold = [block for block in tree.blocks(whole) if "section-source" in tree.classes(block)]
    body = tree.with_blocks(whole, [block for block in tree.blocks(whole) if block not in retold])
    is_short = not {"title", "divider"} & {*tree.classes(slide)} and has_one_line(tree.inlines(heading))
    balanced_title = heading if is_short else tree.with_inlines(heading, balanced_at_phrase(tree.inlines(heading)))
    shown = numbered.cited([balanced_title, body])
    cited = dict.fromkeys(_cited([heading, body]))
    said = numbered.credits(cited, CREDITS) if cited else tree.words(tree.text_of(retold)) or _behind(slide, numbered, data)
    line = [tree.div([tree.para(said)], "", ["slide-source", *(["credits"] if cited else [])])] if said else []
    names = [*tree.classes(slide), *(["short"] if is_short else [])]
    return tree.div([*shown, *line, *notes], tree.identifier(slide), names)


def _noted_sources(slide: Node, numbered: Numbered) -> Node:
    """A slide with numbers for the citations of its notes."""
    return tree.with_blocks(slide, numbered.cited(tree.blocks(slide)))


def _behind(slide: Node, numbered: Numbered, data: DeckData) -> list[Node]:
    """“Source: The Paper, 2019; Reuters”: what the figures of a slide were made from. Empty on a cover."""
    if keys := _behind_figures(slide, data):
        return tree.words(data.labels("plot_source", list=numbered.publishers(keys, CREDITS)))
    note = data.edition.about.scale_note
    return tree.words(sentences(note.words, NOTE)) if note and _is_of_stances(slide, data) else []


def _is_of_stances(slide: Node, data: DeckData) -> bool:
    """Whether a slide shows a figure of stances."""
    shown = (name.removesuffix(".svg") for name in _pictures(slide))
    return any(name in data.figures and not name.startswith("timeline-") for name in shown)


def _behind_figures(slide: Node, data: DeckData) -> list[str]:
    """The keys of the sources from which the figures of a slide were made."""
    return [*dict.fromkeys(key for name in _pictures(slide) for key in data.behind.get(name, []))]


def _pictures(slide: Node) -> list[str]:
    """The names of the pictures on a slide. None on a cover, where the scale is an ornament."""
    return [] if "title" in tree.classes(slide) else [tree.target(node) for node in tree.walk([slide]) if node["t"] == "Image"]


def _cited(blocks: Sequence[Node]) -> list[str]:
    """The keys of all citations."""
    found = [tree.citations(node) for node in tree.walk(list(blocks)) if node["t"] == "Cite"]
    return [cited["citationId"] for cites in found for cited in cites]


def _continued(
    slides: Sequence[tuple[Node, list[Node], list[Node]]], labels: Labels
) -> Iterator[tuple[Node, list[Node], list[Node]]]:
    """The slides. A list of countries that fills more than one slide goes on on further slides, whose titles say so."""
    for heading, body, notes in slides:
        more: list[Node] = []

        def first_part(node: Node, more: list[Node] = more) -> list[Node] | None:
            if "countries" not in tree.classes(node) or len(tree.blocks(node)) < 2:
                return None
            first, *others = tree.blocks(node)
            more += [tree.with_blocks(node, [part]) for part in others]
            return [tree.with_blocks(node, [first])]

        yield heading, tree.transform(body, first_part, "Div"), notes
        title = labels("continued", country=tree.text_of(tree.inlines(heading)))
        for part in more:
            yield tree.header(2, tree.words(title)), [part], []


def _unfit(slides: Sequence[Node], places: Mapping[str, Place]) -> list[Problem]:
    """An error for each thing on the slides that at least one of the three formats of a deck can't show."""
    problems = []
    for slide in slides:
        heading, outer, *notes = tree.blocks(slide)
        body = [block for block in tree.blocks(outer) if "section-source" not in tree.classes(block)]
        parts = [b for b in body if "columns" in tree.classes(b)]
        title = tree.text_of(tree.inlines(heading))[:60]
        if parts and (len(body) > 1 or sum("column" in tree.classes(b) for b in tree.blocks(parts[0])) != 2):
            what = f"the slide “{title}” has columns, but not two, or more beside them"
            problems.append(error(_place([slide], places), what, "Put all of the slide’s body into two columns, or into none."))
        noted = list(tree.walk(notes))
        if any(n["t"] == "Image" for n in noted):
            problems.append(
                error(_place([slide], places), f"the notes of the slide “{title}” hold a picture", "Put it on the slide.")
            )
        for block in [*tree.walk(tree.inlines(heading)), *tree.walk(body), *noted]:
            if block["t"] in _SAID:
                what = f"the slide “{title}” holds a {_SAID[block['t']]}"
                instead = _INSTEAD.get(block["t"], "A slide holds paragraphs, lists, pictures and columns.")
                problems.append(error(_place([block, slide], places), what, instead))
        for second in _joined_lists([*body, *(inner for part in parts for inner in tree.blocks(part))]):
            what = f"on the slide “{title}” a list follows one like it, so PowerPoint would count on"
            problems.append(error(_place([second, slide], places), what, "Write words between the two, or number it otherwise."))
    return problems


def _joined_lists(blocks: Sequence[Node]) -> Iterator[Node]:
    """Each numbered list that directly follows another one of the same form and first number. `blocks`: the blocks of a slide and
    of its columns."""
    for outer in [blocks, *(tree.blocks(block) for block in blocks if block["t"] == "Div")]:
        for first, second in pairwise(outer):
            if first["t"] == second["t"] == "OrderedList" and tree.numbering(first) == tree.numbering(second):
                yield second


_SAID = {
    "Table": "table", "CodeBlock": "block of code", "HorizontalRule": "line across", "DefinitionList": "list of definitions",
    "Header": "heading of level 3", "Note": "footnote", "BlockQuote": "quotation of its own",
}  # fmt: skip
_INSTEAD = {
    "Table": "Write it as a list or in two columns, or draw it as a picture in figures/.",
    "BlockQuote": "Write it as a paragraph, between quotation marks.",
    "Note": "Put it among the slide’s notes, or cite a source.",
}


def _place(nodes: list[Node], places: Mapping[str, Place]) -> Place:
    """The place of the first text of the content in these nodes."""
    named = (tree.identifier(n) for n in tree.walk(nodes) if n["t"] == "Span")
    return next((places[n] for n in named if n in places), Place("decks"))


def _bare(inlines: Sequence[Node]) -> Sequence[Node]:
    """Inlines without the span that names their place."""
    while len(inlines) == 1 and inlines[0]["t"] == "Span":
        inlines = tree.inlines(inlines[0])
    return inlines


def _step(body: Sequence[Node]) -> list[str]:
    """The class for the colour of a slide that shows or lists the countries with one stance. Empty if it has several or none."""
    steps = [c for n in tree.walk(list(body)) for c in tree.classes(n) if c.startswith("step-")]
    return steps[:1] if len(set(steps)) == 1 else []


def _coloured(slide: Node, accent: str) -> Node:
    """A slide of a country's deck in the colour of the country's stance; a slide of another deck as it is."""
    names = tree.classes(slide)
    own = [n for n in names if not n.startswith("step-")] if accent else names
    return tree.div(tree.blocks(slide), tree.identifier(slide), [*own, *([f"step-{accent}"] if accent else [])])


def _noted(labels: Labels) -> list[Node]:
    """The heading of notes that come after all slides."""
    return [tree.div([tree.header(2, tree.words(labels("notes")), "", ["small-head"])], "", ["notes-heading"])]


def _sources(labels: Labels, numbered: Numbered, own: int, note: Text | None, writer: TemplateFiller) -> list[Node]:
    """The numbered list of sources. Below it a sentence says from which number on only the notes cite them, after the `own` ones of
    the slides, or that all numbers are those of the notes; and the note that says whose judgement the stances are."""
    heading = tree.header(2, tree.words(labels("sources")), "sources", ["small-head"])
    count = len(numbered.keys)
    first = labels.number(own + 1)
    told = [tree.para(tree.words(labels("noted_from" if own else "noted_numbers", n=first)))] if own < count else []
    said = [tree.para(numbered.cited(writer.inlines(note)))] if note else []
    return [tree.div([heading, numbered.entries(), *told, *said], "", ["sources"])]
