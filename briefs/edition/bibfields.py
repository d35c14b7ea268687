"""The fields of an entry of a BibTeX file: where each stands, and which CSL variables pandoc makes of it.

In: the text of an entry after `@type{key,`. Out: its fields. Pandoc's own reader (`Text.Pandoc.Citeproc.BibTeX`) makes the records.
`KNOWN` lists the variables that this reader makes of each field. https://ctan.org/pkg/biblatex, section 2.2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_NAME = re.compile(r"\s*(?:,\s*)?([A-Za-z][\w:+.-]*)\s*=\s*")
_STRING = re.compile(r"@string\s*\{\s*([\w:+.-]+)\s*=\s*", re.I)
_ROUND = re.compile(r"^[ \t]*@(?!comment)\w+[ \t]*\(", re.M | re.I)
_PLAIN = re.compile(r"[{}\"#]")


@dataclass(frozen=True)
class Field:
    """A field: its name in small letters, its value as written, and where name and value stand in the text."""

    name: str
    value: str
    start_of_name: int
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.value)

    @property
    def plain(self) -> str:
        """The value without braces and quotes."""
        return " ".join(_PLAIN.sub("", self.value).split())


def in_braces(text: str) -> str:
    """A file in which entries and abbreviations that stand in round brackets, as BibTeX allows, stand in braces."""
    found = list(text)
    for match in _ROUND.finditer(text):
        end = _end_of_value(text, match.end(), ")")
        if end < len(text):
            found[match.end() - 1], found[end] = "{", "}"
    return "".join(found)


def entry_fields(text: str) -> Iterator[Field]:
    """The fields of an entry, up to its closing brace or to the first text that can't be read. Pandoc says what is wrong there."""
    at = 0
    while match := _NAME.match(text, at):
        end = _end_of_value(text, match.end())
        yield Field(match[1].lower(), text[match.end() : end].rstrip(), match.start(1), match.end())
        at = end


def abbreviations(text: str) -> Iterator[Field]:
    """The abbreviations that the `@string`s of a file define, in their order."""
    for match in _STRING.finditer(text):
        end = _end_of_value(text, match.end())
        yield Field(match[1].lower(), text[match.end() : end].rstrip(), match.start(), match.end())


def expanded(value: str, sizes: Mapping[str, int]) -> int:
    """How many letters a value has once its abbreviations are put in. `sizes`: the number of letters of each abbreviation."""
    total = at = 0
    while at < len(value):
        end = _end_of_value(value, at, "#")
        part = value[at:end].strip()
        total, at = total + sizes.get(part.lower(), len(part)), end + 1
    return total


def texts_of_abbreviations(text: str) -> dict[str, str]:
    """What the abbreviations of a file stand for, each as one line in braces. Those with names that aren't known are left out."""
    found: dict[str, str] = {}
    for short in abbreviations(text):
        if whole := spelled_out(short.value, found):
            found[short.name] = whole.replace("\n", " ")
    return found


def spelled_out(value: str, strings: Mapping[str, str]) -> str:
    """A value as one text in braces, with its abbreviations put in. `strings`: the text of each, in braces. Empty if the value has
    a name that isn't among them."""
    inner, at = "", 0
    while at < len(value):
        end = _end_of_value(value, at, "#")
        part, at = value[at:end].strip(), end + 1
        part = part if part[:1] + part[-1:] in {'""', "{}"} else f"{{{part}}}" if part.isdigit() else strings.get(part.lower(), "")
        if not part:
            return ""
        inner += part[1:-1]
    return f"{{{inner}}}"


def _end_of_value(text: str, at: int, signs: str = ",}") -> int:
    """Where a value ends: at the first of the `signs` that is outside braces and quotes."""
    depth, quoted = 0, False
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            at += 1
        elif sign == '"' and depth == 0:
            quoted = not quoted
        elif sign == "{":
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
        elif not quoted and depth == 0 and sign in signs:
            break
        at += 1
    return min(at, len(text))


KNOWN = {
    name: frozenset(variables.split())
    for names, variables in {
        "title subtitle titleaddon issuetitle issuesubtitle": "title volume-title container-title",
        "maintitle mainsubtitle maintitleaddon": "title container-title",
        "booktitle booksubtitle booktitleaddon": "container-title volume-title",
        "journal journaltitle journalsubtitle": "container-title",
        "shorttitle": "title-short container-title-short",
        "shortjournal": "container-title-short",
        "series": "collection-title",
        "eventtitle": "event event-title",
        "origtitle": "original-title",
        "author": "author",
        "bookauthor": "container-author",
        "editor": "editor director compiler",
        "translator": "translator",
        "date year month day": "issued status",
        "eventdate eventyear eventmonth": "event-date",
        "origdate origyear origmonth": "original-date",
        "urldate urlyear urlmonth urlday": "accessed",
        "pages eid": "page",
        "volume part": "volume",
        "volumes": "number-of-volumes",
        "pagetotal": "number-of-pages",
        "chapter": "chapter-number",
        "edition": "edition",
        "version": "version",
        "number": "number issue collection-number",
        "issue": "issue",
        "school institution organization publisher": "publisher authority archive",
        "howpublished": "publisher URL medium",
        "origpublisher": "original-publisher",
        "venue": "event-place",
        "address location": "publisher-place jurisdiction archive-place",
        "origlocation": "original-publisher-place",
        "url eprint eprinttype archiveprefix": "URL",
        "doi": "DOI",
        "isbn": "ISBN",
        "issn": "ISSN",
        "pmid": "PMID",
        "pmcid": "PMCID",
        "library": "call-number",
        "annotation annote": "annote",
        "abstract": "abstract",
        "keywords": "keyword",
        "note addendum": "note",
        "pubstate": "status",
        "type": "genre type",
        "langid hyphenation language": "language",
    }.items()
    for name in names.split()
}
# Fields that programs write for themselves or for LaTeX, and that no style prints.
_SILENT = """
abstract annotation annote arxivid authortype biburl bibsource category citeulike-article-id comment comments contributor
creationdate crossref date-added date-modified day doi-url editortype entrysubtype eprintclass file gender groups hyphenation
ids indextitle interhash intrahash isrc key keyword keywords label langid langidopts language lccn localfile modificationdate
month mrclass mrnumber nationality numpages options owner pagination bookpagination presort primaryclass priority printed
qualityassured ranking readstatus related relatedstring relatedtype relevance shorthand sortkey sortname sorttitle sortyear
timestamp username urlday urlmonth rights copyright price xdata xref __markedentry zblnumber arxiv_url adsurl adsnote
"""
SILENT = frozenset(_SILENT.split())
