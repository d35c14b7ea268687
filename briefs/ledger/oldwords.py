"""Finds words and values in files that went out which the edition no longer has.

In: an edition, the record of what went out, and what a person typed: the id of a fact (`be-07`), the place of a text
(`countries/be.yaml#summary`), a value of the data (`be/internet`, `be/internet/2019`), or words of a text in quotation marks.
Out: a finder, which returns the wrong words in a file that went out.

The older wording of a fact is found by its id, that of another text by its place, that of a paragraph by its words. The old words
are then looked for in the files themselves. A value may be drawn in a map or chart, so every file that may show the value counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from briefs.compose.kinds import KINDS
from briefs.compose.values import ValuePrinter
from briefs.delivery.store import Sent, Store
from briefs.edition import corrections, files, texts, translations, yamls
from briefs.edition.data.table import Series, Value
from briefs.edition.dates import Date
from briefs.edition.model import Correction, Edition, Text, hash_of, place_of
from briefs.edition.textnames import file_of, is_block, is_fact, names_today
from briefs.ledger import pages, where
from briefs.ledger.passages import Excerpt, PastEditions, PastFacts, PastTexts, of_text
from briefs.problems import NotUnderstood, Place, did_you_mean, raise_all
from briefs.tools.pandoc import Pandoc

NAMED = 4  # texts that a message names
_CITED = re.compile(r"\s*\[[^\[\]]*@[^\[\]]*\]")


class OldWords(Protocol):
    """Finds the wrong words in a file that went out. `name`: the fact's id, the text's place or the value's name, as a correction
    has it; `slug`: an id for the correction; `country`: the code of the country that it is about, or empty."""

    @property
    def name(self) -> str: ...

    @property
    def slug(self) -> str: ...

    @property
    def country(self) -> str: ...

    @property
    def today(self) -> str:
        """The right words. Ask for them after all files were looked at. Empty if the edition no longer has the fact, text or
        value."""

    def __call__(self, sent: Sent) -> str:
        """The words that a file has and the edition no longer has. Empty if there are none."""

    def is_of(self, one: Correction) -> bool:
        """Whether a correction is of the same fact, text or value, whatever its words are."""


def finder(edition: Edition, what: str, store: Store, pandoc: Pandoc) -> OldWords:
    """The finder for what a person typed. Raises NotUnderstood if neither the edition nor a file that went out has it; Problems if
    the record is damaged; PandocError."""
    if " " in what:
        return _with_words(edition, what, store, pandoc)
    if "#" in what:
        return _TextFinder(edition, store, _text(edition, what, store, pandoc), pandoc)
    if "/" in what:
        return _ValueFinder(edition, store, what)
    return _TextFinder(edition, store, _fact(edition, what, store), pandoc)


@dataclass(frozen=True)
class _Wanted:
    """A fact or text that is recalled. `name`: the fact's id or the text's place; `path`: the path of its file; `now`, `when`: its
    text and date today, or None. `then`: a function that takes a file that went out, and returns the words and the date in the
    content from which that file was made. `phrase`: if the place doesn't identify the text, words that a correction of it has."""

    name: str
    path: str
    now: Text | None
    when: Date | None
    then: Callable[[Sent], tuple[str, str]]
    phrase: str = ""

    @property
    def anchors(self) -> set[str]:
        """The ids that the entry of its translation may have."""
        return {f"{self.name}/text", self.name.partition("#")[2]}


def _fact(edition: Edition, id: str, store: Store) -> _Wanted:
    """The fact with this id, as it is recalled. Raises NotUnderstood if neither the edition nor a file that went out has it."""
    past = PastFacts(store)
    facts = {fact.id: fact for country in edition.countries.values() for fact in country.facts}
    now = facts.get(id)
    paths = [now.text.place.path] if now else [path for one in store.sent() if (path := _past_file(store, past, one, id))]
    if not paths:
        hint = (
            "Name a fact such as be-07, a text by its place, such as countries/be.yaml#summary, or words of it in quotation marks."
        )
        raise NotUnderstood(f"there is no fact “{id[:60]}”, and none went out. {did_you_mean(id, facts, hint)}")

    def then(sent: Sent) -> tuple[str, str]:
        fields = past.fact(sent.content, paths[-1], id)
        return past.text(sent.content, paths[-1], id), str(fields.get("date") or fields.get("due") or "")

    return _Wanted(id, paths[-1], now.text if now else None, now.when if now else None, then)


def _text(edition: Edition, name: str, store: Store, pandoc: Pandoc) -> _Wanted:
    """The text at this place, as it is recalled. Raises NotUnderstood if neither the edition nor a file that went out has it."""
    past = PastTexts(store, edition, name, pandoc)
    now = past.today.get(name)
    if now is None and not any(map(past.words, store.sent())):
        hint = "`where` and `changes --json` print places of texts. Name a paragraph that was taken out by its words, in quotes."
        raise NotUnderstood(f"there is no text at “{name[:80]}”, and none went out. {did_you_mean(name, past.today, hint)}")
    return _Wanted(name, file_of(name), now, None, lambda sent: (past.words(sent), ""))


def _past_file(store: Store, past: PastFacts, sent: Sent, id: str) -> str:
    """The file of the country that had a fact in the content from which a file was made. Empty if none had."""
    paths = filter(files.is_country, store.tree(sent.content))
    return next((path for path in paths if past.fact(sent.content, path, id)), "")


# A text by words that it had.


def _with_words(edition: Edition, phrase: str, store: Store, pandoc: Pandoc) -> OldWords:
    """The finder for the text that had these words when a file went out, whether the edition still has the text or not.

    Raises NotUnderstood if no text had them, or several had."""
    past = _PastPhrase(store, edition, phrase, pandoc)
    had = [past.texts(sent) for sent in reversed(store.sent())]  # the newest first
    kept = list(dict.fromkeys(name for one in had for name in one.kept))
    gone = next((list(one.gone) for one in had if one.gone), [])
    if not kept and not gone:
        raise NotUnderstood(
            f"no text that went out has the words “{phrase[:60]}”. `where` looks for words in the files themselves."
        )
    if len(kept) + len(gone) > 1:
        named = ", ".join([*kept, *gone][:NAMED])
        raise NotUnderstood(f"several texts that went out have the words “{phrase[:60]}”: {named}. Type more of its words.")
    if kept:
        return finder(edition, kept[0], store, pandoc)
    wanted = _Wanted(gone[0], file_of(gone[0]), None, None, lambda sent: (past.words(sent), ""), phrase)
    return _TextFinder(edition, store, wanted, pandoc)


@dataclass(frozen=True)
class _WithPhrase:
    """The texts with a phrase in an older state. `kept`: facts, and texts that the edition still has, each as a person would type
    it for `recall`. `gone`: the words of all other texts, by the names that they had."""

    kept: list[str]
    gone: dict[str, str]


class _PastPhrase:
    """The texts that had a phrase in the content that sent files were made from."""

    def __init__(self, store: Store, edition: Edition, phrase: str, pandoc: Pandoc):
        self.past, self.pandoc = PastEditions(store), pandoc
        self._today = texts.of(edition, pandoc)
        self._phrase = pages.folded(phrase)
        self._known: dict[str, _WithPhrase] = {}

    def texts(self, sent: Sent) -> _WithPhrase:
        """The texts that had the phrase. Raises Problems if the record is damaged, or the content had errors by today's rules;
        PandocError."""
        if sent.content not in self._known:
            before = texts.of(self.past.edition(sent), self.pandoc)
            now = names_today(before, self._today)
            found = _WithPhrase([], {})
            for name, text in before.items():
                if file_of(name) != corrections.FILE and self._phrase in pages.folded(plain(text.markdown)):
                    own = now.get(name, "") if is_block(name) else name
                    if is_fact(name):
                        found.kept.append(name.partition("#")[2].removesuffix("/text"))
                    elif own in self._today:
                        found.kept.append(own)
                    else:
                        found.gone[name] = text.markdown.strip()
            self._known[sent.content] = found
        return self._known[sent.content]

    def words(self, sent: Sent) -> str:
        """The words of the text that had the phrase and is gone. Empty if there was none."""
        return next(iter(self.texts(sent).gone.values()), "")


# Finders.


class _TextFinder:
    """Finds the old words of a fact or text in a file that went out. It is an `OldWords`."""

    def __init__(self, edition: Edition, store: Store, wanted: _Wanted, pandoc: Pandoc):
        self.edition, self.store, self.wanted, self.pandoc = edition, store, wanted, pandoc
        self._known: dict[tuple[str, str], str] = {}
        self.are_dates_wrong = False

    @property
    def name(self) -> str:
        return self.wanted.name

    @property
    def slug(self) -> str:
        """The id of a fact; for another text its file and field: `be-summary` for `countries/be.yaml#summary`."""
        path, _, anchor = self.name.rpartition("#")
        return slug(f"{PurePosixPath(path).stem}-{anchor}" if path else self.name)

    @property
    def country(self) -> str:
        path = self.wanted.path
        if not path.startswith("countries/"):
            return ""
        own = (code for code, country in self.edition.countries.items() if place_of(country.code).path == path)
        return next(own, PurePosixPath(path).stem)

    @property
    def today(self) -> str:
        """Today's words. The date is added if a file with another date went out."""
        now, when = self.wanted.now, self.wanted.when
        words = plain(now.markdown) if now else ""
        return self._dated(words, when.text if when else "") if now and self.are_dates_wrong else words

    def is_of(self, one: Correction) -> bool:
        phrase = pages.folded(self.wanted.phrase)
        return one.what == self.name and any(phrase in pages.folded(wrong.markdown) for wrong in one.wrong)

    def __call__(self, sent: Sent) -> str:
        key = (sent.sha256, sent.content)
        if key not in self._known:
            self._known[key] = self._found(sent)
        return self._known[key]

    def _found(self, sent: Sent) -> str:
        (words, date), now, when = self.wanted.then(sent), self.wanted.now, self.wanted.when
        has_other_date = bool(when and date and date != when.text)
        if not words or (now and words.split() == now.markdown.split() and not has_other_date):
            return ""
        looked_for = [of_text(self.name, Text(words, Place(self.wanted.path)), self.pandoc), *self._translated(sent, words)]
        printed = where.in_file(self.store, sent, looked_for).get(self.name)
        if not printed:
            return ""
        self.are_dates_wrong |= has_other_date
        old = plain(words) if "]{" not in words else printed  # the words hold a value, which may have changed since
        return self._dated(old, date) if has_other_date else old

    def _dated(self, words: str, date: str) -> str:
        """Words with a date in brackets, in the edition's language. Without it if the date can't be read."""
        try:
            return f"{words} ({Date.parse(date).words(self.edition.about.language)})"
        except ValueError:
            return words

    def _translated(self, sent: Sent, words: str) -> Iterator[Excerpt]:
        """The words that the text had in the language of a file. A block's translation is found by the hash of the source."""
        own = translations.file_of(self.wanted.path, PurePosixPath(sent.name).parts[0])
        listed = yamls.load(own, self.store.content_file(sent.content, own)).mapping.get("texts")
        for entry in listed if isinstance(listed, list) else []:
            if not isinstance(entry, dict) or entry.get("id") not in {*self.wanted.anchors, hash_of(words)}:
                continue
            if isinstance(text := entry.get("text"), str):
                yield of_text(self.name, Text(text.strip(), Place(own)), self.pandoc)


class _ValueFinder:
    """Finds values that differ from today's in documents that may show them. A document may show a value if the value is in its
    share of the edition. It is an `OldWords`."""

    def __init__(self, edition: Edition, store: Store, name: str):
        """`name`: a country's code, a column's id, and perhaps a period. Raises NotUnderstood if the edition has no such country or
        column."""
        self.country, _, rest = name.partition("/")
        self.column, _, self.period = rest.partition("/")
        self.edition, self.name, self.past = edition, name, PastEditions(store)
        for known, asked, what in ((edition.countries, self.country, "country"), (edition.columns, self.column, "column")):
            if asked not in known:
                hint = did_you_mean(asked, known, "Name a value as be/internet or be/internet/2019, and a text by its place.")
                raise NotUnderstood(f"there is no {what} “{asked[:60]}” in this edition. {hint}")
        self._wrong: set[str] = set()  # the periods in which a file has another value

    @property
    def slug(self) -> str:
        """`be-internet-2019` of `be/internet/2019`."""
        return slug(self.name)

    @property
    def today(self) -> str:
        now = self._shown(self.edition)
        return self._words(self.edition, {period: now[period] for period in sorted(self._wrong or now) if period in now})

    def is_of(self, one: Correction) -> bool:
        return one.what == self.name

    def __call__(self, sent: Sent) -> str:
        then, now = self.past.edition(sent), self._shown(self.edition)
        kind = KINDS.get(sent.kind)
        if kind is None or kind.subjects == "correction" or not kind.is_in(then, sent.subject):
            return ""
        before = self._shown(kind.share(then, sent.subject))
        wrong = {period: value for period, value in before.items() if period not in now or value.content != now[period].content}
        self._wrong |= wrong.keys()
        return self._words(then, wrong)

    def _shown(self, share: Edition) -> Series:
        series = share.data.series(self.column, self.country).items()
        return {period: value for period, value in series if value.content is not None and self.period in {"", period}}

    def _words(self, edition: Edition, values: Mapping[str, Value]) -> str:
        """Values in words with the name of their column: “Homes with fibre, 2019: 35 per cent”."""
        if not values:
            return ""
        column, printer = edition.columns[self.column], ValuePrinter(edition, raise_all)
        language, label = edition.about.language, plain(column.label.markdown)
        dated = {f"{label}, {Date.parse(period).words(language)}" if period else label: value for period, value in values.items()}
        return "; ".join(f"{name}: {printer.words(column, value)}" for name, value in dated.items())


def plain(words: str) -> str:
    """Words on one line, without citations, whose sources may be gone."""
    return " ".join(_CITED.sub("", words).split())


def slug(words: str) -> str:
    """An id made of words: `be-summary` of “be summary”."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:50].strip("-")
