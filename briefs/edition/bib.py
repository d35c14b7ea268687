"""A BibLaTeX file as CSL records, through pandoc.

In: the bytes of `sources.bib`. Out: what `yamls.load` returns for the same records in YAML; the place of every value is where its
record's `@type{key,` begins. LaTeX in a field becomes Markdown. No file that a field names is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from briefs.edition import yamls
from briefs.edition.model import Source, Text
from briefs.problems import Place, Problem, error
from briefs.tools.pandoc import Pandoc, PandocError

_ENTRY = re.compile(r"^[ \t]*@(\w+)[ \t]*\{\s*([^\s,{}()=]+)\s*,", re.M)
_NO_ENTRY = {"comment", "preamble", "string"}
_CAPITALS = {"url": "URL", "doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "pmid": "PMID", "pmcid": "PMCID"}
_MARKDOWN = {f.alias or n for n, f in Source.model_fields.items() if Text in get_args(f.annotation)}
_DATES = {"issued": re.compile(r"\b(?:date|year)\s*=", re.I), "accessed": re.compile(r"\burldate\s*=", re.I)}
_LATEX = re.compile(r"`([^`]*)`\{=latex\}")
_SECONDS = 10.0  # pandoc never returns if two entries inherit from each other


@dataclass(frozen=True)
class _BibEntry:
    """An entry in the file: its place and its text."""

    place: Place
    text: str


def load(path: str, data: bytes) -> yamls.YamlDocument:
    """Read BibLaTeX. Errors are in the `problems` of the result, whose `data` is then None or incomplete."""
    document = yamls.YamlDocument(path)
    text, document.problems = yamls.decode(path, data)
    if document.problems:
        return document
    entries = _entries(path, text)
    if not entries:
        what = "there is no entry" if text.strip() else "the file is empty"
        document.problems.append(error(Place(path, line=1), what, "An entry begins with a line `@type{key,`."))
        return document
    try:
        with Pandoc(_SECONDS) as pandoc:
            yaml = pandoc.references(text)
    except PandocError as fault:
        document.problems.append(_broken(path, str(fault)))
        return document
    read = yamls.load(path, yaml.removeprefix("---").rstrip().removesuffix("---").encode())
    records = read.mapping.get("references")
    found = [r for r in records if isinstance(r, dict)] if isinstance(records, list) else []
    document.data = {"references": [_record(document, n, r, entries) for n, r in enumerate(found)]}
    return document


def _entries(path: str, text: str) -> dict[str, list[_BibEntry]]:
    """The entries by key, in the order of the file."""
    found: dict[str, list[_BibEntry]] = {}
    matches = [m for m in _ENTRY.finditer(text) if m[1].lower() not in _NO_ENTRY]
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        at = match.start(1) - 1
        place = Place(path, match[2], text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        found.setdefault(match[2], []).append(_BibEntry(place, text[at : following.start() if following else None]))
    return found


def _record(
    document: yamls.YamlDocument, number: int, record: dict[str, yamls.Data], entries: dict[str, list[_BibEntry]]
) -> yamls.Data:
    """A record whose values have the place of its entry. If two entries share a key, each record has the place of its own."""
    waiting = entries.get(str(record.get("id"))) or [_BibEntry(Place(document.path, line=1), "")]
    entry = waiting.pop(0) if len(waiting) > 1 else waiting[0]
    document.places["references", number] = entry.place
    for key, written in _DATES.items():
        if written.search(entry.text) and key not in record:
            hint = "Write 2019, 2019-09, 2019-09-12 or a span 2019-09/2019-11."
            document.problems.append(error(entry.place, f"the date of “{record.get('id')}” ({key}) can’t be read", hint))
    for latex in _LATEX.findall(str(record).replace("\\\\", "\\")):
        document.problems.append(error(entry.place, f"the LaTeX “{latex[:60]}” isn’t known", "Write it as plain text."))
    return {_CAPITALS.get(k, k): _at(entry.place, v, k) for k, v in record.items()}


def _at(place: Place, value: yamls.Data, anchor: str) -> yamls.Data:
    """A value with a place. Texts that the model doesn't read as Markdown lose the backslashes that Markdown needs."""
    if isinstance(value, dict):
        return {k: _at(place, v, f"{anchor}/{k}") for k, v in value.items()}
    if isinstance(value, list):
        return [_at(place, v, f"{anchor}/{n}") for n, v in enumerate(value, 1)]
    if value is None:
        return None
    plain = value if anchor in _MARKDOWN else re.sub(r"\\([^\w\s])", r"\1", value)
    return yamls.Scalar(plain, Place(place.path, f"{place.anchor}/{anchor}", place.line, place.column))


def _broken(path: str, words: str) -> Problem:
    """Pandoc's message as a problem, at the line that it names."""
    match = re.search(r"line (\d+), column (\d+)\):?\s*(.*)", words, re.S)
    place = Place(path, "", int(match[1]), int(match[2])) if match else Place(path, line=1)
    what = match[3].split("\n")[0] if match else words
    return error(place, f"broken BibLaTeX: {what}", "Is a brace or a comma missing before this line?")
