"""The texts of a file in another language as a form, each beside its source.

In: the edition and its files, a language, the path of a file of the content. Out: a `TranslationForm`, which turns texts that
somebody wrote into changes for `edition/write.py`, each with the hash of its source. A translation that is out of date can be said
to hold still; one that the program takes to say something else can be confirmed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from briefs.desk.forms import Choices, FactFields, FileForm, FormField
from briefs.edition import translations, yamls
from briefs.edition.model import Edition, Text, hash_of
from briefs.edition.passages import has_words
from briefs.edition.write import AnyChange, Remove, SetField, Translate
from briefs.edition.yamls import YamlDocument
from briefs.problems import Place, Problem
from briefs.translate import bring
from briefs.translate.units import Language, Unit

TEXT, HOLDS, CONFIRMED = "text", "holds", "confirmed"  # how the names of a text's fields end
YES: Choices = (("", ""), ("yes", "yes"))
_HASH = re.compile(r"[0-9a-f]{16}")
_BY_HAND = re.compile(r" ?If both say the same, write `confirmed: .*$")  # what the form has a field for


@dataclass(frozen=True)
class TranslationForm(FileForm):
    """The form of a file of translations. `language`: the translation of the edition; `units`: the texts, by the titles of their
    fields; `dated`: the lines that say from which source a translation is that is out of date."""

    language: Language | None = field(default=None, repr=False, compare=False)
    units: Mapping[str, Unit] = field(default_factory=dict)
    dated: frozenset[int] = frozenset()

    def concerns(self, problem: Problem) -> bool:
        """Whether a problem is one of this form. That a translation is out of date is marked at its text."""
        return problem.path == self.path and problem.line not in self.dated

    def said(self, problem: Problem) -> Problem:
        """A problem as the form says it."""
        told = super().said(problem)
        return replace(told, hint=_BY_HAND.sub("", told.hint)) if _BY_HAND.search(told.hint) else told

    def changes(self, texts: Mapping[str, str]) -> Iterator[AnyChange]:
        """The changes that give texts these translations."""
        before = ""
        for unit in self.units.values():
            text = texts.get(f"{unit.id}/{TEXT}", unit.target).strip()
            deeds = {deed for deed in (HOLDS, CONFIRMED) if texts.get(f"{unit.id}/{deed}")}
            yield from self._changes(unit, text, deeds, before)
            before = unit.id

    def _changes(self, unit: Unit, text: str, deeds: set[str], after: str) -> Iterator[AnyChange]:
        is_new = text != unit.target.strip()
        if not text:
            yield from [Remove(f"{self.path}#{unit.id}")] if unit.target else []
            return
        if is_new or HOLDS in deeds:
            yield Translate(f"{self.path}#{unit.id}/text", text, unit.of, after)
        if CONFIRMED in deeds:
            yield SetField(f"{self.path}#{unit.id}/confirmed", hash_of(f"{unit.of} {Text(text, Place('')).hash}"))

    def beside(self, changed: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """The source texts of new translations, which go with them."""
        if self.path not in changed or not self.language:
            return {}
        old, new = (_hashes(files.get(self.path, b"")) for files in (self.language.files, changed))
        sources = {unit.of: unit.source for unit in self.units.values() if unit.of in new - old}
        kept = bring.originals(replace(self.language, files={**self.language.files, **changed}), sources)
        return {translations.ORIGINALS: kept} if kept and sources else {}


def _hashes(data: bytes) -> set[str]:
    """All hashes in a file of translations."""
    return {*_HASH.findall(data.decode("utf-8", "replace"))}


def of(edition: Edition, files: Mapping[str, bytes], tag: str, path: str) -> TranslationForm:
    """The form of the texts of a file in a language."""
    language, own = Language(edition, tag, files), translations.file_of(path, tag)
    document = yamls.load(own, files.get(own, b""))
    try:
        found = [unit for unit in language.units if unit.path == path and _has_field(unit)]
    except ValidationError:
        return TranslationForm(own, (), is_broken=True)
    lines = {str(one.get("id")): number for number, one in enumerate(_listed(document)) if isinstance(one, dict)}
    units = dict(_titled(found))
    facts = tuple(_fields(title, unit, document, lines.get(unit.id)) for title, unit in units.items())
    stale = (lines[unit.id] for unit in units.values() if unit.state == "stale" and unit.id in lines)
    dated = frozenset(document.keys["texts", number, "of"].line for number in stale)
    return TranslationForm(own, (), facts, language=language, units=units, dated=dated)


def _has_field(unit: Unit) -> bool:
    """Whether a text is in the form. Without words and a translation it isn't, unless it counts as missing."""
    return has_words(unit.source) or unit.state != "missing" or not unit.may_lack


def _listed(document: YamlDocument) -> list[object]:
    listed = document.mapping.get("texts")
    return [*listed] if isinstance(listed, list) else []


def _titled(units: Iterable[Unit]) -> Iterator[tuple[str, Unit]]:
    """Each text with a name for people: a passage is called by its number, a field by its place in the file."""
    passages = 0
    for unit in units:
        passages += bool(_HASH.fullmatch(unit.id))
        name = f"¶ {passages}" if _HASH.fullmatch(unit.id) else unit.id.removeprefix("facts/").removesuffix("/text")
        yield name, unit


def _fields(title: str, unit: Unit, document: YamlDocument, number: int | None) -> FactFields:
    begin = document.place(("texts", number)).line if number is not None else 0
    line = document.keys["texts", number, "text"].line if number is not None else 0
    fields = [FormField(f"{unit.id}/{TEXT}", "translation", unit.target, line)]
    if unit.state == "stale":
        fields.append(FormField(f"{unit.id}/{HOLDS}", HOLDS, "", 0, "choice", YES))
    fields.append(FormField(f"{unit.id}/{CONFIRMED}", CONFIRMED, "", 0, "choice", YES))
    return FactFields("", title, begin, tuple(fields))


def counts(language: Language) -> Mapping[str, Counter[str]]:
    """How many texts of each file are translated, stale and missing. A text that needs no translation doesn't count as missing."""
    found: dict[str, Counter[str]] = {}
    for unit in language.units:
        if not (unit.state == "missing" and unit.may_lack):
            found.setdefault(unit.path, Counter())[unit.state] += 1
    return found
