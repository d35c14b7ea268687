"""The texts of an edition as a translator gets them, and as they come back.

In: an edition with its translations, and its files. Out: `Unit`s in the order of the files, with what a translator needs to know of
each: where it stands, how long it may be, which terms of the glossary are in it, what the source said when it was translated.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from briefs.edition import translations, yamls
from briefs.edition.model import KEY_PHRASE_LENGTH, Edition, Text, Translation, text_of
from briefs.edition.translations import State, TextState
from briefs.problems import TRANSLATIONS

_WHAT = {
    "text": "a fact of a country",
    "summary": "the summary at the top of a country’s brief",
    "title": "a title",
    "short": "a short title, for the head of the page",
    "subtitle": "a subtitle",
    "pull_quote": "a sentence of the section, word for word as it is translated there",
    "label": "a short label",
    "meaning": "what a step of the scale means",
    "note": "a note on a column of the data",
    "term": "a term of the glossary; leave it out if it is the same word",
}
_NARROW = {"label": KEY_PHRASE_LENGTH}  # the most characters of a text, by the last part of its id
_WORD = re.compile(r"\w+")
MOST_TERMS = 12  # the most terms of the glossary in the notes on one text


@dataclass(frozen=True)
class Unit:
    """A text for a translator. `path`, `id`: its file, and its place in that file. `of`: the hash of the source. `target`: the
    translation that the edition has, or empty.

    `confirmed`: the hash by which a translator has confirmed the translation; empty if none did.
    `before`: the source text from which a stale translation was made; empty if it isn't known. `limit`: the most characters that
    the translation may have; 0 if there is no limit. `may_lack`: the text needs no translation, because what is printed without one
    is right too.
    """

    path: str
    id: str
    source: str
    of: str
    state: State
    target: str = ""
    before: str = ""
    notes: tuple[str, ...] = ()
    limit: int = 0
    may_lack: bool = False
    confirmed: str = ""

    @property
    def name(self) -> str:
        return f"{self.path}#{self.id}"

    @property
    def was(self) -> str:
        """The hash of the translation that the translator gets; empty if there is none. When the file comes back, it shows whether
        the edition has got a newer translation since."""
        return digest(self.target)


def digest(target: str) -> str:
    """The hash of a translation; empty if there is none."""
    return hashlib.sha256(target.encode()).hexdigest()[:16] if target else ""


@dataclass(frozen=True)
class Language:
    """The translation of an edition into one language. `states`: the state of each text. `originals`: the source texts from which
    translations were made, by their hashes."""

    edition: Edition
    tag: str
    files: Mapping[str, bytes]

    @cached_property
    def originals(self) -> Mapping[str, Text]:
        data = self.files.get(translations.ORIGINALS)
        found = yamls.load(translations.ORIGINALS, data).mapping if data else {}
        return {hash: text_of(text) for hash, text in found.items() if isinstance(text, yamls.Scalar)}

    @cached_property
    def states(self) -> list[TextState]:
        """The state of every text, each text once."""
        paths = [path for path in self.files if path.startswith(f"{TRANSLATIONS}/{self.tag}/") and path.endswith(".yaml")]
        models = {path: Translation.model_validate(yamls.load(path, self.files[path]).mapping) for path in paths}
        entries = translations.entries(models, self.tag)
        found = translations.translated(self.edition, self.tag, entries, {}, self.originals).states
        return list({(state.path, state.id): state for state in reversed(found)}.values())[::-1]

    @cached_property
    def units(self) -> list[Unit]:
        return [self._unit(state) for state in self.states]

    def _unit(self, state: TextState) -> Unit:
        entry = state.entry
        before = self.originals.get(entry.of) if entry and state.state == "stale" else None
        return Unit(
            state.path,
            state.id,
            state.source.markdown,
            state.source.hash,
            state.state,
            entry.text.markdown if entry else "",
            before.markdown if before else "",
            tuple(self._notes(state)),
            _NARROW.get(state.id.rpartition("/")[2], 0) if state.path.startswith("countries/") else 0,
            state.may_lack,
            (entry.confirmed if entry else None) or "",
        )

    def _notes(self, state: TextState) -> Iterator[str]:
        yield f"{state.path}:{state.source.place.line}: {_what(state)}"
        if state.may_lack:
            yield "It may be left out."
        if state.source.key_phrase and state.path.startswith("countries/"):
            yield f"The words between ** and ** stand alone on a timeline: {KEY_PHRASE_LENGTH} letters at most."
        if terms := list(self._terms(state.source.markdown)):
            yield f"Glossary: {'; '.join(terms[:MOST_TERMS])}"

    def _terms(self, text: str) -> Iterator[str]:
        words = {*_WORD.findall(text)}
        for term in self.edition.glossary:
            if term in words and (term in self._glossary):
                yield f"{term} = {self._glossary[term]}"

    @cached_property
    def _glossary(self) -> Mapping[str, str]:
        """Each term of the glossary with its translation, and the translated meaning in brackets."""
        own = {state.id: state.entry.text.markdown for state in self.states if state.path == "glossary.yaml" and state.entry}
        return {term: f"{own.get(f'{term}/term', term)} ({own[term]})" for term in self.edition.glossary if term in own}


def _what(state: TextState) -> str:
    last = state.id.rpartition("/")[2]
    if state.path.endswith(".md") and re.fullmatch(r"[0-9a-f]{16}", state.id):
        return "a slide" if state.path.startswith("decks/") else "a passage of the report"
    return _WHAT.get(last, f"the text “{state.id}”")


@dataclass(frozen=True)
class Returned:
    """A translation that came back for the unit `name`. `of`: the hash of the source that it was made from; empty if the file has
    lost it. `was`: the hash of the translation that the translator got, or empty. `source`: the source text that the translator
    saw. `target`: the translation; empty if the translator deleted the one that went out."""

    name: str
    of: str
    was: str
    source: str
    target: str


@dataclass(frozen=True)
class ReturnedFile:
    """What a translator's file holds: the tag of the language, and the finished translations."""

    tag: str
    texts: list[Returned]


class UnreadableTranslation(Exception):
    """A file that can't be read as one that `translate export` wrote. The message says why."""
