"""A source as a form: its record in a file of sources, or a new one.

In: the files of the edition, the key of the source. Out: a `SourceForm`, which turns texts that somebody wrote into changes for
`edition/write.py`. A new record goes into `sources.yaml`, in its place by the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from briefs.desk.forms import FileForm, FormField
from briefs.edition import csl, yamls
from briefs.edition.files import is_sources
from briefs.edition.model import Edition, place_of
from briefs.edition.write import AddItem, AnyChange, Names, SetField, SetNames
from briefs.edition.yamls import Data, YamlDocument
from briefs.problems import Problem

FILE = "sources.yaml"
TYPE, NAMES = "type", "author"
SORTS = (
    (TYPE, "choice"), ("title", "text"), (NAMES, "names"), ("container-title", "line"), ("publisher", "line"), ("issued", "date"),
    ("URL", "line"),
)  # fmt: skip
COMMON = (  # the types that are offered first
    "webpage", "report", "article-newspaper", "article-magazine", "article-journal", "book", "chapter", "legislation", "speech",
    "post-weblog",
)  # fmt: skip
_MISSING = re.compile(r"there is no source “([^“”]+)”")  # as `edition/check.py` says it
_NO_LINE = 1_000_000_000  # a line that no file has
_UNWRITTEN = {"id", "citation-key"}
_PARTICLES = ("dropping-particle", "non-dropping-particle")
_document = lru_cache(maxsize=20)(yamls.load)


@dataclass(frozen=True)
class SourceForm(FileForm):
    """The form of a source. `path` names the form; `file` is the file of its record, `key` its key. `begin`, `end`: the first line
    of the record and the line after it; 0 and 0 for a new one. `more`: the keys of the record that the form doesn't show. `kept`:
    the names of its authors as they are written."""

    file: str = FILE
    key: str = ""
    begin: int = 0
    end: int = 0
    more: tuple[str, ...] = ()
    kept: Names = ()

    def field_of(self, problem: Problem) -> str:
        return self.field_at(problem.line) if self.concerns(problem) else ""

    def concerns(self, problem: Problem) -> bool:
        return problem.path == self.file and self.begin <= problem.line < self.end

    def changes(self, texts: Mapping[str, str]) -> Iterator[AnyChange]:
        """The changes that give the source these texts. A source that isn't there yet is added."""
        own = {name.rpartition("/")[2]: one for name, one in self.all.items()}
        wanted = {part: texts.get(one.name, one.text).strip() for part, one in own.items()}
        changed = {part: text for part, text in wanted.items() if not own[part].same(text, own[part].text)}
        if not self.begin and changed:
            said = {part: self._names(text) if part == NAMES else " ".join(text.split()) for part, text in wanted.items() if text}
            yield AddItem(f"{self.file}#references", (("id", self.key), *said.items()), in_order=True)
            return
        for part, text in changed.items():
            place = f"{self.file}#{self.key}/{part}"
            yield SetNames(place, self._names(text)) if part == NAMES else SetField(place, " ".join(text.split()))

    def _names(self, text: str) -> Names:
        known = {_called(dict(name)): name for name in self.kept}
        lines = [" ".join(line.split()) for line in text.split("\n")]
        return tuple(known.get(line) or _name(line) for line in lines if line)


def is_key(words: str) -> bool:
    """Whether a source may have these words as its key, and a page of the desk."""
    return csl.is_key(words) and "/" not in words


def of(edition: Edition, files: Mapping[str, bytes], key: str) -> SourceForm | None:
    """The form of a source; of a new one if no file has it. None if its key can't name a page, if its file isn't YAML, or if there
    is no place for a new one."""
    paths = [path for path in sorted(files) if is_sources(path)]
    known = edition.sources.get(key)
    own = place_of(known.id).path if known else ""
    if not is_key(key):
        return None
    for path in [own, *paths] if own else paths:
        for document, number, record in _records(path, files):
            if record.get("id") == key:
                return _form(document, key, number, record)
    if known or (paths and FILE not in paths):
        return None
    fields = (_field(key, part, sort, COMMON[0] if part == TYPE else "", 0) for part, sort in SORTS)
    return SourceForm(f"sources/{key}", tuple(fields), file=FILE, key=key)


def keys(files: Mapping[str, bytes]) -> set[str]:
    """The keys of the sources of these files that have a form."""
    found = (record.get("id") for path in files if is_sources(path) for _, _, record in _records(path, files))
    return {key for key in found if isinstance(key, str) and is_key(key)}


def _records(path: str, files: Mapping[str, bytes]) -> Iterator[tuple[YamlDocument, int, Mapping[str, Data]]]:
    """The records of a file of sources, each with its number; none if the file isn't YAML."""
    document = _document(path, files.get(path, b"")) if path.endswith((".yaml", ".yml")) else None
    listed = document.mapping.get("references") if document else None
    for number, record in enumerate(listed if isinstance(listed, list) else ()):
        if document and isinstance(record, dict):
            yield document, number, record


def _form(document: YamlDocument, key: str, number: int, record: Mapping[str, Data]) -> SourceForm:
    keys = ("references", number)
    parts = [(part, sort) for part, sort in SORTS if _is_shown(sort, record.get(part))]
    lines = {part: document.keys[*keys, part].line if (*keys, part) in document.keys else 0 for part, _ in parts}
    fields = tuple(_field(key, part, sort, _text(record.get(part)), lines[part]) for part, sort in parts)
    shown = {part for part, _ in parts}
    listed = document.mapping["references"]
    is_last = not isinstance(listed, list) or number + 1 == len(listed)
    names = record.get(NAMES)
    return SourceForm(
        f"sources/{key}", fields, file=document.path, key=key, begin=document.place(keys).line,
        end=_NO_LINE if is_last else document.place(("references", number + 1)).line,
        more=tuple(name for name in record if name not in shown | _UNWRITTEN),
        kept=tuple(_parts(one) for one in names if isinstance(one, dict)) if isinstance(names, list) else (),
    )  # fmt: skip


def _is_shown(sort: str, value: Data) -> bool:
    """Whether a value can be written in a field: a text, or names of people and bodies."""
    if sort == "names" and isinstance(value, list):
        return all(isinstance(one, dict) and all(isinstance(said, str) for said in one.values()) for one in value)
    return value is None or isinstance(value, str)


def _parts(name: Mapping[str, Data]) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(said)) for key, said in name.items())


def _text(value: Data) -> str:
    if isinstance(value, list):
        return "\n".join(_called(dict(_parts(one))) for one in value if isinstance(one, dict))
    return str(value).strip() if isinstance(value, str) else ""


def _called(name: Mapping[str, str]) -> str:
    """A name on one line: `Family, Given`, or a body's name, in braces if it has a comma."""
    if "literal" in name:
        return f"{{{name['literal']}}}" if "," in name["literal"] else name["literal"]
    family = " ".join(name[part] for part in (*_PARTICLES, "family") if part in name)
    return ", ".join(filter(None, (family, name.get("given", ""), name.get("suffix", ""))))


def _name(line: str) -> tuple[tuple[str, str], ...]:
    """The parts of a name that was typed on one line."""
    family, comma, given = line.partition(",")
    if line.startswith("{") and line.endswith("}") and line[1:-1].strip():
        return (("literal", line[1:-1].strip()),)
    if not comma or not family.strip() or not given.strip():
        return (("literal", line.strip(" ,")),)
    return (("family", family.strip()), ("given", given.strip()))


def _field(key: str, part: str, sort: str, text: str, line: int) -> FormField:
    others = [name for name in get_args(csl.CslType) if name not in COMMON]
    choices = [(name, name) for name in (*COMMON, *others)] if sort == "choice" else ()
    return FormField(f"{key}/{part}", f"source_{part}", text, line, "text" if sort == "names" else sort, choices)


def missing(problem: Problem) -> str:
    """The key of the source that a problem says there isn't; empty if it says something else, or no source may have that key."""
    found = _MISSING.search(problem.message)
    return found[1] if found and is_key(found[1]) else ""


def key_at(files: Mapping[str, bytes], path: str, line: int) -> str:
    """The key of the source whose record holds a line of a file; empty if none does, or if the source has no form."""
    if not line or not is_sources(path):
        return ""
    found = ""
    for document, number, record in _records(path, files):
        if document.place(("references", number)).line <= line:
            found = str(record.get("id") or "")
    return found if is_key(found) else ""
