"""Reads a content folder into an `Edition`.

In: the folder's files as bytes. Out: `Reading`: the edition (None if it has errors), and all errors and warnings. An edition in an
older format is first brought into today's format in memory (`migrate.py`). Each file is read and validated by itself. Then
`check.py` checks what only all of them together can show.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from briefs import __version__
from briefs.edition import (
    auditrules,
    bib,
    brandfiles,
    check,
    corrections,
    evidence,
    faults,
    files,
    labels,
    names,
    partial,
    records,
    rewordings,
    signoff,
    style,
    yamls,
)
from briefs.edition.changed import REWORDINGS
from briefs.edition.csl import Source
from briefs.edition.data.table import DataTable, TableStore
from briefs.edition.markdown import PICTURES
from briefs.edition.model import (
    FORMAT,
    About,
    AuditRules,
    Brand,
    Column,
    Columns,
    Corrections,
    Country,
    Deck,
    DeckHead,
    Edition,
    Journey,
    Rewordings,
    Section,
    SectionHead,
    SignOff,
    StyleSheet,
    Text,
    Translation,
    place_of,
    text_of,
)
from briefs.problems import TRANSLATIONS, Place, Problem, Problems, error, said
from briefs.tools.typefaces import Typeface

M = TypeVar("M", bound=BaseModel)
Seen = dict[str, tuple[bytes, yamls.YamlDocument]]  # by path, the bytes of a YAML file and what was read from them last time
TABLES = {".csv", ".tsv", ".tab", ".txt", ".xlsx", ".ods"}
MESSAGE = 400  # characters; a message may quote content of any length
_log = logging.getLogger(__name__)
FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.S)

# Values that stand in for faulty keys, so that the rest can be checked. An edition with an error is never returned.
_STEPS = [
    {"id": "one", "label": "-", "colour": "#000000", "meaning": "-"},
    {"id": "two", "label": "-", "colour": "#ffffff", "meaning": "-"},
]
_ABOUT = {
    "title": "-",
    "date": "2000",
    "as_of": {"countries": "9999"},
    "language": "en",
    "scale": _STEPS,
    "topics": [{"id": "none", "label": "-"}],
}


@dataclass(frozen=True)
class Reading:
    """The result of reading a folder. `edition`: None if there are errors. `problems`: errors and warnings. `files`: what was read.

    `valid`: the valid part of an edition with errors, which may be composed to find what else is wrong; None if that could take too
    long. `unread`: errors in values of a past edition that today's program refuses and has left out. `seen`, `is_preview`: what was
    parsed, and whether only a preview was read. Both are needed to read an older state in the same way.
    """

    edition: Edition | None
    problems: tuple[Problem, ...]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    valid: Edition | None = None
    unread: tuple[Problem, ...] = ()
    seen: Seen = field(default_factory=dict, repr=False, compare=False)
    is_preview: bool = False

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self.problems if p.severity == "error"]


def read(root: Path, seen: Seen | None = None, store: TableStore | None = None, *, is_preview: bool = False) -> Reading:
    """Read the content folder `root`. Raises Problems if it doesn't exist, but never because of its contents.

    To read a folder again and again, pass the same `seen` each time: a YAML file whose bytes are the same isn't parsed again.
    `store` keeps tables from one process to the next. `is_preview`: see `read_files`.
    """
    found, problems = files_of(root)
    reading = read_files(found, problems, seen, store=store, is_preview=is_preview)
    _log.debug("%s: read %d files, found %d problems", root, len(found), len(reading.problems))
    return reading


def files_of(root: Path) -> tuple[Mapping[str, bytes], list[Problem]]:
    """The files of a content folder. Raises Problems if it doesn't exist."""
    if not root.is_dir():
        what = "this is not a folder" if root.exists() else "there is no content folder"
        hint = "Name it with --content DIR, or make one with `new DIR`."
        raise Problems([Problem("error", files.printable(str(root)), 0, 0, what, hint)])
    return files.read_folder(root)


def read_files(
    found: Mapping[str, bytes],
    problems: Sequence[Problem] = (),
    seen: Seen | None = None,
    *,
    is_past: bool = False,
    is_unfinished: bool = False,
    is_preview: bool = False,
    store: TableStore | None = None,
) -> Reading:
    """Read an edition from the bytes of its files, without using the disk. `problems`: those that were found when the files were
    fetched. `is_past`: see `read_past`. `is_unfinished`: a text that isn't translated, or whose translation is out of date, is no
    error even in a final edition. `is_preview`: translations and rules of style are left out, because no page in the source's
    language needs them. `store`: keeps tables as they were read."""
    reader = _EditionReader(found, problems, {} if seen is None else seen, is_past, is_unfinished, store, is_preview)
    head = reader.parsed("edition.yaml") if "edition.yaml" in found else _empty("edition.yaml")
    number = format_of(head)
    if number > FORMAT:  # other problems of such an edition would only confuse
        return Reading(None, (too_new(head, number),), found)
    if number < FORMAT:
        from briefs.edition import migrate  # editions of today's format don't need it

        current = migrate.migrated(found, number)
        reader = _EditionReader(current.files, problems, reader.seen, is_past, is_unfinished, store, is_preview)
        reader.problems += current.guesses
    edition = reader.edition()
    ordered = sorted(map(_tidy, reader.problems), key=lambda p: (p.path, p.line, p.column, p.message))
    found_all = tuple(dict.fromkeys(ordered))
    if any(p.severity == "error" for p in ordered):
        return Reading(None, found_all, found, partial.consistent(edition) if check.is_bounded(edition) else None)
    return Reading(edition, found_all, found, unread=tuple(map(_tidy, reader.unread)), seen=reader.seen, is_preview=is_preview)


def read_past(found: Mapping[str, bytes], beside: Reading | None = None) -> Reading:
    """Read a past edition, to compare it with today's.

    Today's program composes its documents, and words the labels that didn't exist then. Rules that no document needs don't count,
    because they may be younger than the edition. A value that today's rules refuse, such as a link or an unknown key, is left out
    and listed in `unread`, unless no document can be made without it.

    `beside`: the reading of today's edition. A file with the same bytes isn't parsed again. If that reading is a preview, this one
    is a preview too.
    """
    seen, is_preview = (beside.seen, beside.is_preview) if beside else (None, False)
    return read_files(found, seen=seen, is_past=True, is_preview=is_preview)


def format_of(head: yamls.YamlDocument) -> int:
    """The format that edition.yaml names, or 1 if it names none.

    If the key can't be read, this is today's format, and the model reports the key later.
    """
    if not isinstance(head.data, dict):
        return FORMAT
    written = head.data.get("format") or "1"
    return int(written) if isinstance(written, str) and re.fullmatch(r"[1-9][0-9]{0,99}", written) else FORMAT


def too_new(head: yamls.YamlDocument, number: int) -> Problem:
    """The error for an edition whose format only a newer version of the program knows."""
    what = f"the edition is written in format {number}; this version of the program reads formats up to {FORMAT}"
    return error(head.place(("format",)), what, f"Install a newer version of the program: this is {__version__}.")


def _tidy(problem: Problem) -> Problem:
    """A copy of a problem whose message and hint are on one line and not too long, whatever content they quote."""
    return replace(problem, message=_short(problem.message), hint=_short(problem.hint))


def _short(words: str) -> str:
    line = " ".join(words.split())
    if len(line) > MESSAGE:
        return f"{line[:MESSAGE]}…"
    return words if line == words else line


class _EditionReader:
    """Reads the files, kind by kind. Collects problems, and the names that faulty items declare."""

    def __init__(
        self,
        found: Mapping[str, bytes],
        problems: Sequence[Problem],
        seen: Seen,
        is_past: bool,
        is_unfinished: bool,
        store: TableStore | None,
        is_preview: bool = False,
    ):
        self.store = store
        self.is_preview = is_preview
        self.files = found
        self.is_past, self.is_unfinished = is_past, is_unfinished
        self.seen = seen
        self.problems = list(problems)
        self.unread: list[Problem] = []
        self.used: set[str] = set()
        self.parents: set[str] = set()  # sources to which others point as their parents
        self.cited: list[yamls.Scalar] = []  # the sources of all facts, including faulty ones
        self.lost: set[str] = {p.path for p in problems}  # files that could not be read at all

    def edition(self) -> Edition:
        head = self.mapping("edition.yaml") if "edition.yaml" in self.files else self.missing("edition.yaml")
        about = self.model(About, head, _ABOUT)
        countries = self.countries(about)
        records, sources = self.sources()
        sections = self.sections()
        named = self.names(about, countries)
        columns, data = self.data(about, countries, named)
        brand, fonts, logos = self.brand()
        edition = Edition(
            about,
            {c.code: c for c in countries},
            named,
            tuple(sections),
            sources,
            self.labels(about.language),
            self.texts("glossary.yaml"),
            self.pictures(),
            self.decks(),
            columns=dict(reversed({column.id: column for column in reversed(columns)}.items())),
            data=data,
            journeys=self.journeys(),
            brand=brand,
            typefaces=fonts,
            logos=logos,
            named_in_sentences={s.code: s.in_sentences.words for s in about.subjects if s.in_sentences},
        )
        sheet = self.model(StyleSheet, self.mapping("style.yaml"), {}) if "style.yaml" in self.files else StyleSheet()
        edition, countries = self.with_stances(edition, countries)
        self.audit_rules(edition)
        edition = self.with_corrections(edition)
        self.used.add(REWORDINGS)
        if REWORDINGS in self.files and not self.is_past:
            edition = replace(edition, rewordings=rewordings.steps(self.model(Rewordings, self.mapping(REWORDINGS), {})))
        self.used |= {n for n in self.files if n == "errata.md"}
        told = {(problem.path, problem.line, problem.column) for problem in self.problems}
        known = check.DeclaredNames(
            steps=dict.fromkeys(map(str, _written(head.mapping, "scale"))),
            topics=_ids(head.mapping, "topics"),
            subjects=_ids(head.mapping, "subjects", "code"),
            sources=records,
            parents=frozenset(self.parents),
            lost=frozenset(self.lost),
            cited=[key for key in self.cited if (key.place.path, key.place.line, key.place.column) not in told],
            whole=not any(p.severity == "error" for p in self.problems),
        )
        self.problems += self.agreement(edition, columns, records)
        self.problems += check.needed(edition, countries, known)
        if not self.is_past:
            # Steps and topics are looked at together, because `edition.yaml#ban` must be one place.
            ids = [*_written(head.mapping, "scale"), *_written(head.mapping, "topics")]
            self.problems += _twice(ids, "id", "Give each step and each topic its own.")
            self.problems += _twice(_written(head.mapping, "roles"), "role", "Give each role an id of its own.")
            self.problems += check.rules(edition, countries, known)
        if not (self.is_past or self.is_preview):
            self.problems += style.check(edition, sheet)
        edition = self.with_signatures(edition)
        edition = edition if self.is_preview else self.with_translations(edition)
        if not self.is_preview:
            self.problems += files.unknown_files(self.files, self.used)
        return edition

    def audit_rules(self, edition: Edition) -> None:
        """Check `audit.yaml`, on which no document depends."""
        self.used |= {auditrules.FILE, *evidence.used(self.files, edition.sources)}
        if auditrules.FILE in self.files and not self.is_past:
            rules = self.model(AuditRules, self.mapping(auditrules.FILE), {})
            self.problems += check.limited(auditrules.problems(edition, rules))

    def with_corrections(self, edition: Edition) -> Edition:
        """The edition with the corrections that were made after documents went out."""
        self.used.add(corrections.FILE)
        if corrections.FILE not in self.files:
            return edition
        listed = self.model(Corrections, self.mapping(corrections.FILE), {})
        if not self.is_past:
            self.problems += check.limited(corrections.problems(edition, listed))
        return replace(edition, corrections=corrections.by_id(listed))

    def with_signatures(self, edition: Edition) -> Edition:
        """The edition with the roles that have yet to sign each piece."""
        if self.is_past or not (edition.about.roles or signoff.FILE in self.files):
            self.used.add(signoff.FILE)
            return edition
        signed = self.model(SignOff, self.mapping(signoff.FILE), {}) if signoff.FILE in self.files else SignOff()
        self.problems += check.limited(signoff.problems(edition, signed))
        return replace(edition, unsigned=signoff.unsigned(edition, signed))

    def missing(self, path: str) -> yamls.YamlDocument:
        self.problems.append(error(Place(path), f"the edition has no {path}", "`new DIR` writes one to start from."))
        self.lost.add(path)
        return _empty(path)

    def document(self, path: str, document: yamls.YamlDocument | None = None) -> yamls.YamlDocument:
        """A YAML file. Records its problems, and that it is used."""
        self.used.add(path)
        document = document or self.parsed(path)
        (self.unread if self.is_past and document.data is not None else self.problems).extend(document.problems)
        if document.data is None:
            self.lost.add(path)
        return document

    def parsed(self, path: str) -> yamls.YamlDocument:
        """The data of a YAML file, from `seen` if its bytes are the same."""
        data = self.files[path]
        before, document = self.seen.get(path, (None, None))
        if document is None or before != data:
            document = bib.load(path, data) if path.endswith(".bib") else yamls.load(path, data)
            self.seen[path] = data, document
        return document

    def mapping(self, path: str, document: yamls.YamlDocument | None = None) -> yamls.YamlDocument:
        """A file of keys and values. Empty, with a problem, if it holds something else."""
        document = self.document(path, document)
        if document.data is not None and not isinstance(document.data, dict):
            hint = "Write `key: value` lines; see docs/content.md."
            self.problems.append(error(document.place(()), "there should be keys and values here", hint))
            self.lost.add(path)
        return document if isinstance(document.data, dict) else _empty(path)

    def model(self, kind: type[M], document: yamls.YamlDocument, stand_in: Mapping[str, object]) -> M:
        """A document as a model. Each error becomes a problem; the model then has only the valid part. `stand_in`: values for
        faulty keys."""
        if document.path in self.lost:
            return kind.model_validate(stand_in)
        try:
            model: M = document.model or kind.model_validate(document.data)
            document.model = model
            return model
        except ValidationError as fault:
            found = [dict(f) for f in fault.errors(include_url=False)]
            problems = [faults.problem(kind, document, (), f) for f in found]
            read = faults.readable(kind, document.mapping, found) if self.is_past else None
            (self.problems if read is None else self.unread).extend(problems)
            return read or faults.valid_part(kind, document.mapping, found, stand_in)

    def countries(self, about: About) -> list[Country]:
        """The countries of all files that can be read. In a broken file, the file's name stands in for the code."""
        found = []
        for path in sorted(filter(files.is_country, self.files)):
            stand_in = {"code": _code_of(path) or "x", "summary": "-"}
            if about.scale and not about.computed_stance:
                stand_in["stance"] = about.scale[0].id
            document = self.mapping(path)
            country = self.model(Country, document, stand_in)
            self.problems += _twice(_written(document.mapping, "facts"), "fact", "Each fact has its own id.")
            for named in _sources_of_facts(document.mapping):
                self.problems += _twice(named, "source", "Name it once.") if not self.is_past else ()
                self.cited += named
            if path not in self.lost:
                found.append(country)
        return found

    def under(self, folder: str, suffixes: set[str]) -> list[str]:
        return sorted(
            n
            for n in self.files
            if n.startswith(folder) and n.count("/") == folder.count("/") and Path(n).suffix.lower() in suffixes
        )

    def names(self, about: About, countries: list[Country]) -> dict[str, str]:
        """The name of each country. One whose file can't be read is known too, so that no other file is blamed for naming it."""
        declared = {s.code: s.name.words for s in about.subjects if s.name}
        lost = [code for path in sorted(self.lost) if path.startswith("countries/") and (code := _code_of(path))]
        codes = [*(c.code for c in countries), *(s.code for s in about.subjects), *lost]
        language = self.known_language(about)
        return {c: declared.get(c) or names.name_of(c, language) for c in dict.fromkeys(codes)}

    def known_language(self, about: About) -> str:
        """The edition's language, or English if no names are known in it (`check.py` reports that)."""
        return about.language if names.knows_language(about.language) else "en"

    def sources(self) -> tuple[frozenset[str] | None, dict[str, Source]]:
        """The ids of all records, including faulty ones (None if a file can't be read), and the valid records of all files."""
        foreign = list(files.foreign_sources(self.files))
        self.problems += foreign
        self.used |= {problem.path for problem in foreign}
        paths = sorted(n for n in self.files if files.is_sources(n))
        if len(paths) == 1:
            return self.records(self.document(paths[0]))
        ids: list[frozenset[str] | None] = []
        found: dict[str, Source] = {}
        for path in paths:
            known, own = self.records(self.document(path))
            ids.append(known)
            for key, source in own.items():
                if found.setdefault(key, source) != source:
                    self.problems.append(_differs(source, found[key]))
        lost = None in ids or foreign or (not paths and "sources.yaml" in self.lost)
        return (None if lost else frozenset().union(*(known for known in ids if known))), found

    def records(self, document: yamls.YamlDocument) -> tuple[frozenset[str] | None, dict[str, Source]]:
        """The ids of a file's records (None if it can't be read), and the valid records by id."""
        keys: faults.Keys = ("references",) if isinstance(document.data, dict) else ()
        listed = document.mapping.get("references") if keys else document.data
        if not isinstance(listed, list):
            if document.data is not None:
                hint = "Begin with `references:` and a list under it."
                self.problems.append(error(document.place(keys), "there is no list of sources", hint))
            return None, {}
        if not document.model:
            document.model = self.valid(document, keys, listed)
        found, problems = document.model
        self.problems += problems
        self.parents |= document.parents
        return _ids({"": listed}, "") | found.keys(), found

    def valid(
        self, document: yamls.YamlDocument, keys: faults.Keys, listed: Sequence[yamls.Data]
    ) -> tuple[dict[str, Source], list[Problem]]:
        """The valid records by id, and the problems. A second record with the same id is a problem."""
        found: dict[str, Source] = {}
        problems: list[Problem] = []
        warnings = records.RecordWarnings()
        seen: set[str] = set()
        for number, record in enumerate(listed):
            name = record.get("id") if isinstance(record, dict) else None
            if isinstance(name, yamls.Scalar) and name in seen:
                hint = "Give each its own id, or delete one."
                problems.append(error(name.place, said("the source “{key}” stands twice", key=name), hint))
            if isinstance(name, yamls.Scalar):
                seen.add(name)
            source, errors = _source(document, (*keys, number), record, warnings, self.is_past)
            (self.unread if source else problems).extend(errors)
            if source:
                found.setdefault(source.id, source)
        return found, [*problems, *warnings.problems]

    def sections(self) -> list[Section]:
        return [s for path in self.under("report/", {".md"}) if (s := self.section(path))]

    def section(self, path: str) -> Section | None:
        """A section. Its text is checked even if its front matter is faulty."""
        found = self.written(path, SectionHead, {"title": "-", "id": "x"}, "section")
        return Section(*found) if found else None

    def decks(self) -> dict[str, Deck]:
        """The decks by name: the name of a deck is that of its file."""
        found = {Path(p).stem: self.written(p, DeckHead, {"title": "-"}, "deck") for p in self.under("decks/", {".md"})}
        return {name: Deck(name, *parts) for name, parts in found.items() if parts}

    def written(self, path: str, kind: type[M], stand_in: Mapping[str, object], what: str) -> tuple[M, Text] | None:
        """The front matter of a Markdown file, and the text after it."""
        self.used.add(path)
        text, problems = yamls.decode(path, self.files[path])
        self.problems += problems
        match = None if problems else FRONT_MATTER.match(text)
        if not match:
            self.lost.add(path)
        if not match and not problems:
            said = f"the {what} has no front matter" if text.strip() else "the file is empty"
            said = f"the front matter of the {what} has no end" if text.startswith("---") else said
            hint = f"Begin with a line `---`, then {' and '.join(stand_in)}, then `---`."
            self.problems.append(error(Place(path, line=1), said, hint))
        if not match:
            return None
        document = self.mapping(path, yamls.load(path, (match[1] or "{}").encode(), line=2))
        head = self.model(kind, document, stand_in)
        body = text[match.end() :]
        if not body.strip():
            self.problems.append(error(Place(path, line=1), f"the {what} has no text", "Write it or delete the file."))
        return head, Text(body, Place(path, "", text.count("\n", 0, match.end()) + 1, 1))

    def labels(self, language: str) -> dict[str, Text]:
        """The labels that the edition words itself in a language. Files of labels in other languages may be in the same folder."""
        self.used |= {n for n in self.files if re.fullmatch(r"labels/[\w-]+\.yaml", n)}
        path = next((path for tag in labels.candidates(language) if (path := f"labels/{tag}.yaml") in self.files), "")
        if not path:
            return {}
        found = self.texts(path)
        wrong = [_unknown_gaps(name, text) for name, text in found.items()]
        (self.unread if self.is_past else self.problems).extend(filter(None, wrong))
        return {name: text for (name, text), fault in zip(found.items(), wrong, strict=True) if not (fault and self.is_past)}

    def texts(self, path: str) -> dict[str, Text]:
        """A file that maps words to texts. Empty if there is no such file."""
        document = self.mapping(path) if path in self.files else _empty(path)
        found: dict[str, Text] = {}
        for key, value in document.mapping.items():
            if isinstance(value, yamls.Scalar) and value.strip():
                found[key] = text_of(value)
            else:
                self.problems.append(error(document.place((key,)), f"“{key}” has no text", "Write `word: text`."))
        return found

    def with_translations(self, edition: Edition) -> Edition:
        """The edition with its translations, each as an edition. Translations are made and checked only if the edition has no
        errors."""
        paths = self.under_any(f"{TRANSLATIONS}/")
        if not paths and not edition.about.languages:
            return edition
        is_final = edition.about.status == "final" and not self.is_unfinished
        from briefs.edition import translated, translations  # rarely needed

        files = {path: self.model(Translation, self.mapping(path), {}) for path in paths if translated.file_language(path)}
        originals = self.texts(translations.ORIGINALS)
        is_sound = not any(problem.severity == "error" for problem in self.problems)
        self.problems += translated.strangers(edition, paths)
        made: dict[str, Edition] = {}
        for tag in translated.languages(edition) if is_sound else ():
            if names.knows_language(tag):
                own = translations.entries(files, tag)
                found = translations.translated(edition, tag, own, self.labels(tag), originals)
                made[tag] = replace(found.edition, pictures=self.pictures_of(edition, tag))
                if not self.is_past:
                    self.problems += translated.check(edition, found, originals, self.of_translation, is_final=is_final)
        return replace(edition, translations=made)

    def of_translation(self, edition: Edition) -> list[Problem]:
        """What is wrong with a translated edition. Only its texts can be wrong, because everything else is the source's."""
        countries = list(edition.countries.values())
        known = check.DeclaredNames(frozenset(), frozenset(), frozenset(), None, frozenset(), frozenset(), [], whole=False)
        return [*check.needed(edition, countries, known), *check.rules(edition, countries, known)]

    def under_any(self, folder: str) -> list[str]:
        """The YAML files in a folder, at any depth."""
        return sorted(n for n in self.files if n.startswith(folder) and n.endswith(".yaml"))

    def pictures_of(self, edition: Edition, tag: str) -> dict[str, bytes]:
        """The pictures of a translated edition: a picture in `translations/TAG/figures/` takes the place of the source's."""
        own = f"{TRANSLATIONS}/{tag}/"
        found = {name: self.files[f"{own}{name}"] for name in edition.pictures if f"{own}{name}" in self.files}
        self.used |= {f"{own}{name}" for name in found}
        return {**edition.pictures, **found}

    def journeys(self) -> dict[str, Journey]:
        """The journeys by name: the name of a journey is that of its file."""
        paths = self.under("journeys/", {".yaml"})
        return {Path(path).stem: self.model(Journey, self.mapping(path), {"title": "-", "countries": ["x"]}) for path in paths}

    def data(self, about: About, countries: Sequence[Country], named: Mapping[str, str]) -> tuple[list[Column], DataTable]:
        """The columns, and the values of all tables."""
        tables = {path: self.files[path] for path in self.under("data/", TABLES)}
        if "columns.yaml" not in self.files and not tables and not any(country.data for country in countries):
            return [], DataTable()  # most of what follows is slow to import
        from briefs.edition.data import read as data
        from briefs.edition.data.countries import CountryFinder
        from briefs.edition.data.kept import KeptTables

        self.used |= set(tables)
        columns = self.model(Columns, self.mapping("columns.yaml"), {}) if "columns.yaml" in self.files else Columns()
        if tables and not columns.columns and "columns.yaml" not in self.lost:
            hint = "Write columns.yaml, with the id, label and kind of each column; see docs/content.md."
            self.problems.append(error(Place(min(tables)), "nothing says what this table’s columns mean", hint))
        if tables and not columns.columns:
            return [], DataTable()
        aliases, language, as_of = {s.code: s.aliases for s in about.subjects}, self.known_language(about), about.as_of.countries
        basis = repr((self.files.get("columns.yaml"), sorted(named.items()), sorted(aliases.items()), language, as_of.text))
        kept = KeptTables(self.store, basis) if self.store else None
        found = data.read(tables, columns, countries, CountryFinder(named, aliases, language), as_of, kept)
        self.problems += found.problems
        return columns.columns, found.data

    def agreement(self, edition: Edition, columns: list[Column], sources: frozenset[str] | None) -> list[Problem]:
        """Whether columns, values and groups agree with the rest of the edition."""
        if not (columns or edition.about.groups or edition.about.key_facts):
            return []
        from briefs.edition.data import check as agreement

        is_sound = not any(problem.severity == "error" for problem in self.problems)
        return list(agreement.check(edition, columns, sources, is_sound=is_sound))

    def with_stances(self, edition: Edition, countries: list[Country]) -> tuple[Edition, list[Country]]:
        """The edition and its countries with the stances that are computed from the data, if the edition computes them."""
        how = edition.about.computed_stance
        if not how or any(problem.severity == "error" for problem in self.problems):
            return edition, countries
        from briefs.edition.data import stances  # rarely needed

        found, problems = stances.computed(edition, how)
        self.problems += problems
        placed = [c.model_copy(update={"stance": found[c.code]}) if c.code in found else c for c in countries]
        return replace(edition, countries={c.code: c for c in placed}), placed

    def brand(self) -> tuple[Brand, dict[str, Typeface], dict[str, bytes]]:
        """The brand, its fonts and its pictures. The fonts of a past edition aren't read, because it is set in today's."""
        brand = self.model(Brand, self.mapping("brand.yaml"), {}) if "brand.yaml" in self.files else Brand()
        fonts, faults = brandfiles.read_typefaces(brand, self.files) if not self.is_past else ({}, [])
        logos, missing = brandfiles.read_logos(brand, self.files)
        if not self.is_past:
            self.problems += [*faults, *missing, *brandfiles.warnings(brand, fonts)]
        self.used |= {file.path for font in brand.typography.fonts for file in font.files} | {*logos}
        return brand, fonts, logos

    def pictures(self) -> dict[str, bytes]:
        found = {n: d for n, d in self.files.items() if n.startswith("figures/") and Path(n).suffix.lower() in PICTURES}
        self.used |= set(found)
        return found


def _source(
    document: yamls.YamlDocument, keys: faults.Keys, record: yamls.Data, warnings: records.RecordWarnings, is_past: bool
) -> tuple[Source | None, list[Problem]]:
    """A record as a source (None if it is faulty), and its errors. In YAML, emphasis may be written in Markdown.

    In a past edition, faulty values of a record are left out, if the rest is still a source.
    """
    made: object = record
    if isinstance(record, dict):
        if document.path.endswith(".yaml"):
            record = {key: records.markdown_as_csl(value, key) for key, value in record.items()}
        made = records.prepared(document, keys, record, warnings)
    try:
        return Source.model_validate(made), []
    except ValidationError as fault:
        found = [dict(f) for f in fault.errors(include_url=False)]
        read = faults.readable(Source, made, found) if is_past else None
        return read, [faults.problem(Source, document, keys, f) for f in found]


def _differs(source: Source, first: Source) -> Problem:
    place, other = place_of(source.id), place_of(first.id)
    what = f"the source “{source.id}” stands in {other.path}:{other.line} too, with another record"
    return error(place, what, "Keep one of the two, or give each its own id.")


def _unknown_gaps(name: str, text: Text) -> Problem | None:
    """What is wrong with a label that has gaps which the program doesn't fill."""
    known = labels.gaps_of(name)
    if known is None or labels.gaps(text.markdown) <= known:
        return None
    hint = f"It may have {', '.join(f'{{{gap}}}' for gap in sorted(known)) or 'no gaps'}."
    return error(text.place, f"the label “{name}” has a gap that nothing fills", hint)


def _empty(path: str) -> yamls.YamlDocument:
    document = yamls.YamlDocument(path)
    document.data = {}
    return document


def _written(data: Mapping[str, yamls.Data], key: str, name: str = "id") -> list[yamls.Scalar]:
    """The ids of a list's items in their order, including faulty ones."""
    items = data.get(key)
    found = [item.get(name) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [id for id in found if isinstance(id, yamls.Scalar)]


def _sources_of_facts(data: Mapping[str, yamls.Data]) -> Iterator[list[yamls.Scalar]]:
    """The keys of the sources of each fact, including faulty facts."""
    items = data.get("facts")
    for item in items if isinstance(items, list) else []:
        named = item.get("sources") if isinstance(item, dict) else None
        yield [key for key in named if isinstance(key, yamls.Scalar)] if isinstance(named, list) else []


def _ids(data: Mapping[str, yamls.Data], key: str, name: str = "id") -> frozenset[str]:
    return frozenset(str(id).lower() if name == "code" else str(id) for id in _written(data, key, name))


def _twice(ids: Iterable[yamls.Scalar], what: str, hint: str) -> Iterator[Problem]:
    """An error for each id that stands for the second time, also in an item that has other faults."""
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            yield error(id.place, f"the {what} “{id}” stands twice", hint)
        seen.add(id)


def _code_of(path: str) -> str:
    """The code that the name of a country's file stands for, or nothing."""
    code = Path(path).stem.lower()
    return code if re.fullmatch(r"[a-z]{2}", code) else ""
