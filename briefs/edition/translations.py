"""Makes an edition in another language: the source's, in which every text is replaced by its translation.

In: the source edition, and the texts of `translations/TAG/`, by the files that they translate. Out: an `Edition`, and for each text
its `TextState`: translated, stale or missing. Data, dates, stances, sources and structure are the source's. A text that isn't
translated, or whose source has changed since, stays in the source's language and says so (`Text.language`).
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from briefs.edition import corrections, labels, names, passages, texts
from briefs.edition.model import Deck, Edition, Section, Text, TranslatedText, Translation
from briefs.problems import TRANSLATIONS, Place

ORIGINALS = f"{TRANSLATIONS}/originals.yaml"  # source texts by their hashes, as translations were made from them
MOST_PAIRS = 4_000_000  # of passages and entries of a file that are compared
WORDS = 400  # of a text that are compared
MOST_COMPARED = 1_000  # texts of one language that are compared word by word with what a translation was made from
ALIKE = 0.4  # how alike a passage and the original of a translation are at least if one is a new version of the other

Entries = Mapping[str, Sequence[TranslatedText]]  # texts of a language, by the path of the file that they translate
State = Literal["translated", "stale", "missing"]


@dataclass(frozen=True)
class TextState:
    """How a text of the source is translated into a language. `id`: its name in the translation's file. `entry`: its translation,
    if there is one. `may_lack`: what is printed without one is right too, such as CLDR's name of a country."""

    source: Text
    path: str  # of the source's file
    id: str
    entry: TranslatedText | None
    may_lack: bool = False

    @property
    def state(self) -> State:
        if self.entry is None:
            return "missing"
        return "translated" if self.entry.of == self.source.hash else "stale"


@dataclass(frozen=True)
class Translated:
    """An edition in a language, how each text stands, and the translations whose source is gone."""

    edition: Edition
    states: Sequence[TextState]
    orphans: Sequence[TranslatedText]


def file_of(path: str, tag: str) -> str:
    """The file with the translation of a file: `translations/fr/report/04-bri.md.yaml`."""
    return f"{TRANSLATIONS}/{tag}/{path}{'.yaml' if path.endswith('.md') else ''}"


def entries(files: Mapping[str, Translation], tag: str) -> Entries:
    """The texts of a language by the files that they translate. `files`: the translations of all languages by their paths."""
    own = f"{TRANSLATIONS}/{tag}/"
    return {Place(path).source: file.texts for path, file in files.items() if path.startswith(own)}


def translated(
    edition: Edition, tag: str, entries: Entries, own_labels: Mapping[str, Text], originals: Mapping[str, Text]
) -> Translated:
    """The edition in the language `tag`. `own_labels`: what the edition's own `labels/` say in that language."""
    work = _Work(edition, tag, entries, originals)
    about = work.model(edition.about, "edition.yaml")
    kept = [subject.name for subject in edition.about.subjects]
    declared = {s.code: s.name.markdown for s in about.subjects if s.name and not (s.name in kept and names.is_iso(s.code))}
    made = replace(
        edition,
        about=about.model_copy(update={"language": tag}),
        countries={code: work.model(country, _path_of(country)) for code, country in edition.countries.items()},
        names={code: declared.get(code) or names.name_of(code, tag) for code in edition.names},
        sections=tuple(_written(work, section) for section in edition.sections),
        labels={**own_labels, **dict(work.labels())},
        glossary=dict(work.glossary()),
        decks={name: _written(work, deck) for name, deck in edition.decks.items()},
        columns={id: work.model(column, "columns.yaml", f"columns/{id}") for id, column in edition.columns.items()},
        brand=work.model(edition.brand, "brand.yaml"),
        journeys={name: work.model(journey, journey.title.place.path) for name, journey in edition.journeys.items()},
        corrections={id: work.model(one, corrections.FILE, f"corrections/{id}") for id, one in edition.corrections.items()},
        translations={},
        translation=tag,
    )
    return Translated(made, work.states, list(work.orphans()))


def _path_of(country: Any) -> str:
    return str(getattr(country.code, "place", Place("")).path)


def _written(work: _Work, written: Any) -> Any:
    """A section or a deck in the language."""
    assert isinstance(written, Section | Deck)
    return replace(written, head=work.model(written.head, written.path), body=work.body(written.body))


@dataclass
class _Work:
    """The translation of one edition into one language."""

    edition: Edition
    tag: str
    entries: Entries
    originals: Mapping[str, Text]
    states: list[TextState] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # entries, by id()
    compared: int = 0  # texts that were compared word by word

    def __post_init__(self) -> None:
        self.by_id = {(path, entry.id): entry for path, own in self.entries.items() for entry in reversed(own)}
        self.by_hash = {(path, entry.of): entry for path, own in self.entries.items() for entry in reversed(own)}

    def model(self, model: Any, path: str, inside: str = "") -> Any:
        """A model of a file in which all texts are replaced. `inside`: its path in the file."""
        return texts.mapped(model, lambda text, id: self.field(text, path, id), inside)

    def field(self, text: Text, path: str, id: str, *, may_lack: bool = False) -> Text:
        """The translation of a field, or the field as it is. An entry with another id that was made from the same text will do: its
        item has got another name or number."""
        entry = self.by_id.get((path, id))
        if entry is None or entry.of != text.hash:
            entry = self.by_hash.get((path, text.hash)) or entry
        may_lack = may_lack or self._may_lack(path, id)
        return self.noted(TextState(text, path, id, entry, may_lack))

    def noted(self, state: TextState) -> Text:
        """What is printed of a text that stands so."""
        self.states.append(state)
        if state.entry:
            self.used.add(id(state.entry))
        if state.entry and state.state == "translated":
            return state.entry.text
        if state.may_lack:
            return state.source
        place = state.entry.text.place if state.entry else Place(file_of(state.path, self.tag), f"{state.id}/text", 1, 1)
        return Text(state.source.markdown, place, language=self.edition.about.language)

    def _may_lack(self, path: str, id: str) -> bool:
        first, _, rest = id.partition("/")
        named = path == "edition.yaml" and first == "subjects" and names.is_iso(rest.partition("/")[0])
        return named or (path == "edition.yaml" and first == "authors")

    def labels(self) -> Iterator[tuple[str, Text]]:
        """The edition's own labels in this language. One that isn't translated is worded by the program, unless it has none."""
        known = {labels.base(name) for name in labels.of_language(self.tag)}
        for name, text in self.edition.labels.items():
            may_lack = labels.base(name) in known
            made = self.field(text, text.place.path, name, may_lack=may_lack)
            if made is not text or not may_lack:
                yield name, made

    def glossary(self) -> Iterator[tuple[str, Text]]:
        """The terms with their explanations. A term may have an entry of its own, `TERM/term`; without one it is the same word."""
        for term, text in self.edition.glossary.items():
            place = replace(text.place, anchor=f"{text.place.anchor}/term")
            own = self.field(Text(term, place), text.place.path, f"{term}/term", may_lack=True)
            yield own.markdown, self.field(text, text.place.path, term)

    def body(self, text: Text) -> Text:
        """The text of a section or deck, put together from its passages in the language."""
        found = passages.of(text.markdown)
        sources = [
            Text(passage.markdown, Place(text.place.path, str(number), text.place.line + passage.line, 1))
            for number, passage in enumerate(found, 1)
        ]
        parts: list[tuple[int, Text]] = []
        line = 0
        for source, entry in zip(sources, self._paired(text.place.path, sources), strict=True):
            id, wordless = entry.id if entry else source.hash, not passages.has_words(source.markdown)
            part = self.noted(TextState(source, text.place.path, id, entry, wordless))
            parts.append((line, part))
            line += part.markdown.count("\n") + 2
        return Text("\n\n".join(part.markdown for _, part in parts), text.place, parts=tuple(parts))

    def _paired(self, path: str, sources: Sequence[Text]) -> list[TranslatedText | None]:
        """The translation of each passage. A translation whose own passage is gone goes with a passage between the same neighbours
        that has none: that is its new version."""
        entries = [entry for entry in self.entries.get(path, ()) if (path, entry.id) not in self._fields(path)]
        hashes = [source.hash for source in sources]
        known = {entry.of: entry for entry in reversed(entries)}
        found = [known.get(hash) for hash in hashes]
        if len(hashes) * len(entries) > MOST_PAIRS:
            return found
        matcher = difflib.SequenceMatcher(None, _once(hashes), _once([entry.of for entry in entries]), autojunk=False)
        for _, first, last, begin, end in matcher.get_opcodes():
            loose = [entry for entry in entries[begin:end] if entry.of not in hashes]
            free = [number for number in range(first, last) if found[number] is None]
            for number, entry in self._versions([sources[n] for n in free], loose):
                found[free[number]] = entry
        return found

    def _fields(self, path: str) -> set[tuple[str, str]]:
        """The names of fields that were looked up in a file: what remains are its passages."""
        return {(state.path, state.id) for state in self.states if state.path == path}

    def _versions(self, free: Sequence[Text], loose: Sequence[TranslatedText]) -> Iterator[tuple[int, TranslatedText]]:
        """Which of the passages between two neighbours is a new version of what a translation was made from: the one most like it,
        or, if nobody knows that text, the next one if there are as many of both."""
        left = list(range(len(free)))
        for at, entry in enumerate(loose):
            original = self.originals.get(entry.of)
            self.compared += len(left)
            if original is None or self.compared > MOST_COMPARED:
                if len(free) == len(loose):
                    yield at, entry
                continue
            alike = {n: _likeness(original.markdown, free[n].markdown) for n in left}
            best = max(alike, key=lambda n: alike[n], default=-1)
            if best >= 0 and alike[best] >= ALIKE:
                left.remove(best)
                yield best, entry

    def orphans(self) -> Iterator[TranslatedText]:
        """The entries that translate nothing in the source."""
        yield from (entry for own in self.entries.values() for entry in own if id(entry) not in self.used)


def _once(hashes: Sequence[str]) -> list[tuple[str, int]]:
    """Each hash with how often it stood before, so that none stands twice. Many alike would take difflib a cubic time."""
    seen: Counter[str] = Counter()
    found = []
    for hash in hashes:
        found.append((hash, seen[hash]))
        seen[hash] += 1
    return found


def _likeness(one: str, other: str) -> float:
    """How many words two texts share, from 0 to 1."""
    return difflib.SequenceMatcher(None, one.split()[:WORDS], other.split()[:WORDS], autojunk=False).ratio()
