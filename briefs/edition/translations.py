"""Makes an edition in another language: the source edition with each text replaced by its translation.

In: the source edition, and the entries of `translations/TAG/`, by the files that they translate. Out: an `Edition`, and for each
text its `TextState`: translated, stale or missing. Data, dates, stances, sources and structure stay the same. A text that isn't
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

ORIGINALS = f"{TRANSLATIONS}/originals.yaml"  # the source texts that translations were made from, by their hashes
MOST_PAIRS = 4_000_000  # the most pairs of a passage and an entry of one file that are compared
WORDS = 400  # words of a text that are compared
MOST_COMPARED = 1_000  # texts of one language that are compared word by word with what a translation was made from
ALIKE = 0.4  # the least likeness, from 0 to 1, of a translation's original and the new version of that original

Entries = Mapping[str, Sequence[TranslatedText]]  # texts of a language, by the path of the file that they translate
State = Literal["translated", "stale", "missing"]


@dataclass(frozen=True)
class TextState:
    """Whether a text of the source is translated into a language. `id`: the text's name in the file of translations. `entry`: its
    translation, if there is one. `may_lack`: the text needs no translation, because what is printed without one is right too, such
    as CLDR's name of a country."""

    source: Text
    path: str  # the path of the file that holds the source
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
    """An edition in a language, the state of each text, and the entries whose source is gone."""

    edition: Edition
    states: Sequence[TextState]
    orphans: Sequence[TranslatedText]


def file_of(path: str, tag: str) -> str:
    """The path of the file that holds the translation of a content file: `translations/fr/report/04-bri.md.yaml`."""
    return f"{TRANSLATIONS}/{tag}/{path}{'.yaml' if path.endswith('.md') else ''}"


def entries(files: Mapping[str, Translation], tag: str) -> Entries:
    """The entries of a language by the paths of the files that they translate. `files`: the files of all languages, by their
    paths."""
    own = f"{TRANSLATIONS}/{tag}/"
    return {Place(path).source: file.texts for path, file in files.items() if path.startswith(own)}


def translated(
    edition: Edition, tag: str, entries: Entries, own_labels: Mapping[str, Text], originals: Mapping[str, Text]
) -> Translated:
    """The edition in the language `tag`. `own_labels`: the labels in that language from the edition's folder `labels/`.
    `originals`: the source texts that translations were made from, by their hashes."""
    work = _Work(edition, tag, entries, originals)
    about = work.model(edition.about, "edition.yaml")
    kept = [subject.name for subject in edition.about.subjects]
    declared = {s.code: s.name.words for s in about.subjects if s.name and not (s.name in kept and names.is_iso(s.code))}
    own = [subject.in_sentences for subject in edition.about.subjects]
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
        named_in_sentences={s.code: s.in_sentences.words for s in about.subjects if s.in_sentences and s.in_sentences not in own},
    )
    return Translated(made, work.states, list(work.orphans()))


def _path_of(country: Any) -> str:
    return str(getattr(country.code, "place", Place("")).path)


def _written(work: _Work, written: Any) -> Any:
    """A section or a deck in the language of `work`."""
    assert isinstance(written, Section | Deck)
    return replace(written, head=work.model(written.head, written.path), body=work.body(written.body))


@dataclass
class _Work:
    """The work of translating one edition into one language."""

    edition: Edition
    tag: str
    entries: Entries
    originals: Mapping[str, Text]
    states: list[TextState] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # the `id()`s of the entries that translate a text
    compared: int = 0  # how many texts were compared word by word so far

    def __post_init__(self) -> None:
        self.by_id = {(path, entry.id): entry for path, own in self.entries.items() for entry in reversed(own)}
        self.by_hash = {(path, entry.of): entry for path, own in self.entries.items() for entry in reversed(own)}

    def model(self, model: Any, path: str, inside: str = "") -> Any:
        """A model from the file `path`, in which each text is replaced by its translation. `inside`: the model's path in the
        file."""
        return texts.mapped(model, lambda text, id: self.field(text, path, id), inside)

    def field(self, text: Text, path: str, id: str, *, may_lack: bool = False) -> Text:
        """The translation of a field, or the field as it is. If no entry with the field's id was made from this text, an entry with
        another id is taken that was: the text has got another name or number since."""
        entry = self.by_id.get((path, id))
        if entry is None or entry.of != text.hash:
            entry = self.by_hash.get((path, text.hash)) or entry
        may_lack = may_lack or self._may_lack(path, id)
        return self.noted(TextState(text, path, id, entry, may_lack))

    def noted(self, state: TextState) -> Text:
        """The text that is printed for a text in this state: the translation or the source. Records the state."""
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
        """The edition's own labels in this language. For a label without a translation, the program has its own words,
        or else the source's words stay."""
        known = {labels.base(name) for name in labels.of_language(self.tag)}
        for name, text in self.edition.labels.items():
            may_lack = labels.base(name) in known
            made = self.field(text, text.place.path, name, may_lack=may_lack)
            if made is not text or not may_lack:
                yield name, made

    def glossary(self) -> Iterator[tuple[str, Text]]:
        """The terms with their explanations. A term may be translated itself, in the entry `TERM/term`. Without such an
        entry the term stays the same word."""
        for term, text in self.edition.glossary.items():
            place = replace(text.place, anchor=f"{text.place.anchor}/term")
            own = self.field(Text(term, place), text.place.path, f"{term}/term", may_lack=True)
            yield own.markdown, self.field(text, text.place.path, term)

    def body(self, text: Text) -> Text:
        """The body of a section or deck, put together from its translated passages."""
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
        """The translation of each passage. A translation whose own passage is gone is paired with a passage between the same
        neighbours that has no translation, because that is probably the new version of its passage."""
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
        """The names of the fields that were looked up in a file so far. The file's other entries are for passages."""
        return {(state.path, state.id) for state in self.states if state.path == path}

    def _versions(self, free: Sequence[Text], loose: Sequence[TranslatedText]) -> Iterator[tuple[int, TranslatedText]]:
        """Pairs translations with new versions of their passages. `free`, `loose`: passages without a translation, and translations
        without a passage, between the same neighbours. The passage most like a translation's original is its new version. If nobody
        knows the original, translations and passages are paired in order, if there are as many of both."""
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
        """The entries that translate no text of the source."""
        yield from (entry for own in self.entries.values() for entry in own if id(entry) not in self.used)


def _once(hashes: Sequence[str]) -> list[tuple[str, int]]:
    """Each hash, paired with the number of times that it occurs before. So no pair occurs twice: with many equal items, difflib
    would take a cubic time."""
    seen: Counter[str] = Counter()
    found = []
    for hash in hashes:
        found.append((hash, seen[hash]))
        seen[hash] += 1
    return found


def _likeness(one: str, other: str) -> float:
    """How alike two texts are by their words, from 0 to 1."""
    return difflib.SequenceMatcher(None, one.split()[:WORDS], other.split()[:WORDS], autojunk=False).ratio()
