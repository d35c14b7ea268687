"""Reads a content folder into an `Edition`.

In: the folder's files as bytes. Out: `Reading`: the edition (None if it has errors) and every problem found, errors and
warnings. Each file is read and validated alone; then `check.py` asks what only the whole can answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from briefs.edition import check, files, names, yamls
from briefs.edition.model import About, Country, Edition, Section, SectionHead, Source, Text
from briefs.problems import Place, Problem, Problems, did_you_mean, error

M = TypeVar("M", bound=BaseModel)
PICTURES = {".svg", ".png", ".jpg", ".jpeg"}


@dataclass(frozen=True)
class Reading:
    """What came of reading a folder: an edition, or none and the reasons; warnings come with either."""

    edition: Edition | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self.problems if p.severity == "error"]


def read(root: Path) -> Reading:
    """Read the content folder `root`. Never raises for what stands in it; raises Problems if it isn't there."""
    if not root.is_dir():
        hint = "Name it with --content DIR, or make one with `new DIR`."
        raise Problems([Problem("error", str(root), 0, 0, "there is no content folder", hint)])
    found, problems = files.read_folder(root)
    return read_files(found, problems)


def read_files(found: Mapping[str, bytes], problems: list[Problem] | None = None) -> Reading:
    """Read an edition from its files' bytes: pure, no disk."""
    reader = _Reader(found, problems or [])
    edition = reader.edition()
    ordered = sorted(reader.problems, key=lambda p: (p.path, p.line, p.column, p.message))
    failed = any(p.severity == "error" for p in ordered)
    return Reading(None if failed else edition, tuple(dict.fromkeys(ordered)))


class _Reader:
    def __init__(self, found: Mapping[str, bytes], problems: list[Problem]):
        self.files = found
        self.problems = problems
        self.used: set[str] = set()

    def edition(self) -> Edition | None:
        about = self.about()
        countries = self.countries()
        sources = self.sources()
        sections = self.sections()
        labels = self.labels(about.language if about else "en")
        glossary = self.texts("glossary.yaml")
        pictures = self.pictures()
        self.used |= {n for n in self.files if n == "errata.md" or n.startswith("decks/")}
        self.problems += files.unknown_files(self.files, self.used)
        if about is None:
            return None
        edition = Edition(
            about, {c.code: c for c in countries}, self.names(about, countries), tuple(sections),
            sources, labels, glossary, pictures)
        self.problems += check.whole(edition, countries)
        return edition

    def yaml(self, path: str) -> yamls.Document | None:
        self.used.add(path)
        document = yamls.load(path, self.files[path])
        self.problems += document.problems
        return None if document.data is None else document

    def model(self, kind: type[M], document: yamls.Document, keys: tuple[str | int, ...] = ()) -> M | None:
        """Validate the part of a document at `keys`; each fault becomes a problem at its place."""
        data = document.data
        for key in keys:
            data = data[key]
        if not isinstance(data, dict):
            self.problems.append(error(document.place(keys), "there should be keys and values here", "See docs/content.md."))
            return None
        try:
            return kind.model_validate(data)
        except ValidationError as faults:
            self.problems += [_problem(kind, document, keys, dict(f)) for f in faults.errors(include_url=False)]
            return None

    def about(self) -> About | None:
        if "edition.yaml" not in self.files:
            self.problems.append(error(Place("edition.yaml"), "the edition has no edition.yaml", "`new DIR` writes one to start from."))
            return None
        document = self.yaml("edition.yaml")
        return self.model(About, document) if document else None

    def countries(self) -> list[Country]:
        read = []
        for path in self.under("countries/", {".yaml", ".yml"}):
            document = self.yaml(path)
            country = self.model(Country, document) if document else None
            if country:
                read.append(country)
        return read

    def under(self, folder: str, suffixes: set[str]) -> list[str]:
        return sorted(n for n in self.files if n.startswith(folder) and n.count("/") == folder.count("/")
                      and Path(n).suffix.lower() in suffixes)

    def names(self, about: About, countries: list[Country]) -> dict[str, str]:
        declared = {s.code: s.name.markdown for s in about.subjects if s.name}
        codes = [*(c.code for c in countries), *(s.code for s in about.subjects)]
        try:
            return {c: declared.get(c) or names.name_of(c, about.language) for c in dict.fromkeys(codes)}
        except ValueError:  # UnknownLocaleError is one
            place = Place("edition.yaml", line=1)
            self.problems.append(error(place, f"no names are known for the language “{about.language}”", "Write a BCP 47 tag such as en or de."))
            return {c: declared.get(c, c.upper()) for c in codes}

    def sources(self) -> dict[str, Source]:
        paths = [n for n in ("sources.yaml", "sources.json", "sources.bib") if n in self.files]
        if len(paths) > 1:
            self.problems.append(error(Place(paths[1]), f"there is {paths[0]} too", "Keep one file of sources."))
        found: dict[str, Source] = {}
        for path in paths[:1]:
            document = self.bibliography(path)
            if document is None:
                continue
            keys: tuple[str | int, ...] = ("references",) if isinstance(document.data, dict) else ()
            records = document.data.get("references") if keys else document.data
            if not isinstance(records, list):
                self.problems.append(error(document.place(()), "there is no list of sources", "Begin with `references:` and a list under it."))
                continue
            for number in range(len(records)):
                source = self.model(Source, document, (*keys, number))
                if source and source.id in found:
                    self.problems.append(error(document.place((*keys, number, "id")), f"the source “{source.id}” stands twice", "Give each its own id, or delete one."))
                elif source:
                    found[source.id] = source
        return found

    def bibliography(self, path: str) -> yamls.Document | None:
        """The sources as a document; BibLaTeX goes through pandoc to CSL first, its records keep their lines."""
        if not path.endswith(".bib"):
            return self.yaml(path)
        from briefs.edition import bib

        self.used.add(path)
        document = bib.load(path, self.files[path])
        self.problems += document.problems
        return None if document.data is None else document

    def sections(self) -> list[Section]:
        found: list[Section] = []
        for path in self.under("report/", {".md"}):
            self.used.add(path)
            section = self.section(path)
            if section:
                found.append(section)
        return found

    def section(self, path: str) -> Section | None:
        text, problems = yamls.decode(path, self.files[path])
        self.problems += problems
        if problems:
            return None
        match = re.match(r"---[ \t]*\n(.*?\n)---[ \t]*\n", text, re.S)
        if not match:
            what = "the file is empty" if not text.strip() else "the section has no front matter"
            self.problems.append(error(Place(path, line=1), what, "Begin with a line `---`, then title and id, then `---`."))
            return None
        document = yamls.load(path, match[1].encode(), line=2)
        self.problems += document.problems
        head = self.model(SectionHead, document) if document.data is not None else None
        body = text[match.end():]
        if not body.strip():
            self.problems.append(error(Place(path, line=1), "the section has no text", "Write it or delete the file."))
            return None
        line = text.count("\n", 0, match.end()) + 1
        return Section(head, Text(body, Place(path, "", line, 1))) if head else None

    def labels(self, language: str) -> dict[str, Text]:
        paths = [f"labels/{tag}.yaml" for tag in (language, language.split("-")[0])]
        path = next((p for p in paths if p in self.files), None)
        self.used |= {n for n in self.files if re.fullmatch(r"labels/[\w-]+\.yaml", n)}
        if path is None:
            self.problems.append(error(Place(paths[-1]), "the words that templates print are missing", f"Copy labels/en.yaml to {paths[-1]} and translate it."))
            return {}
        return self.texts(path)

    def texts(self, path: str) -> dict[str, Text]:
        """A file that maps words to texts."""
        if path not in self.files:
            return {}
        document = self.yaml(path)
        if document is None:
            return {}
        if not isinstance(document.data, dict):
            self.problems.append(error(document.place(()), "there should be `word: text` lines here"))
            return {}
        for key, value in document.data.items():
            if not isinstance(value, yamls.Scalar) or not value.strip():
                self.problems.append(error(document.place((str(key),)), f"“{key}” has no text"))
        return {str(k): Text(v.strip(), v.place) for k, v in document.data.items() if isinstance(v, yamls.Scalar)}

    def pictures(self) -> dict[str, bytes]:
        found = {n: d for n, d in self.files.items() if n.startswith("figures/") and Path(n).suffix.lower() in PICTURES}
        self.used |= set(found)
        return found


_SAID = {
    "missing": "“{key}” is missing",
    "extra_forbidden": "the key “{key}” isn't known here",
    "list_type": "“{key}” should be a list",
    "string_type": "“{key}” should be a text",
    "dict_type": "“{key}” should hold keys and values",
    "model_type": "“{key}” should hold keys and values",
    "int_parsing": "“{key}” should be a whole number, not “{input}”",
    "int_type": "“{key}” should be a whole number",
    "greater_than_equal": "“{key}” is too small: “{input}”",
    "less_than_equal": "“{key}” is too large: “{input}”",
    "literal_error": "“{key}” can't be “{input}”",
    "string_pattern_mismatch": "“{key}” can't be “{input}”",
    "string_too_long": "“{key}” is too long: “{input}”",
    "too_short": "“{key}” needs at least {min_length}",
    "too_long": "“{key}” has too many",
    "bool_parsing": "“{key}” is yes or no, not “{input}”",
    "text": "“{key}”: {msg}",
}
_HINTS = {
    "id": "Use lower-case letters, digits and hyphens.",
    "code": "Use an ISO 3166 code such as be, or one that edition.yaml declares under `subjects`.",
    "colour": "Write it as #rrggbb.",
    "language": "Write a BCP 47 tag such as en, de or zh.",
    "URL": "Write the whole address, from http:// or https:// on, without spaces.",
    "priority": "1 stays whatever happens, 2 is usual, 3 gives way first.",
    "sources": "Name at least one key of the sources file.",
    "text": "Write one or two sentences.",
}


def _problem(kind: type[BaseModel], document: yamls.Document, keys: tuple[str | int, ...], fault: dict[str, Any]) -> Problem:
    """Pydantic's fault in our words, at its place. Its `loc` walks the data, so it leads to the place."""
    path = tuple(k for k in fault["loc"] if not (isinstance(k, str) and k.startswith("function-")))
    key = next((str(k) for k in reversed(path) if isinstance(k, str)), "")
    shown = str(fault.get("input"))[:60] if isinstance(fault.get("input"), str) else ""
    form = _SAID.get(fault["type"], "{msg}")
    if fault["type"] == "value_error" or not key:
        form = "{msg}"
    message = form.format(key=key, input=shown, msg=fault["msg"], **fault.get("ctx", {}))
    hint = _HINTS.get(key, "")
    if fault["type"] == "extra_forbidden":
        hint = did_you_mean(key, _keys_at(kind, path), "See docs/content.md for the keys.")
    elif fault["type"] == "literal_error":
        words = re.findall(r"'([^']+)'", fault["ctx"]["expected"])
        hint = did_you_mean(shown, words, f"Write one of {', '.join(words[:12])}.")
    elif fault["type"] == "missing":
        hint = f"Add `{key}:` here. {hint}".strip()
    return error(document.place((*keys, *path)), message, hint)


def _keys_at(kind: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that the model knows where `path` ends."""
    for key in path[:-1]:
        if isinstance(key, int):
            continue
        named = next((f for n, f in kind.model_fields.items() if key in {n, f.alias}), None)
        inner = _model_in(named.annotation) if named else None
        if inner is None:
            return []
        kind = inner
    return [f.alias or n for n, f in kind.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in getattr(annotation, "__args__", ()) if (m := _model_in(a))), None)
