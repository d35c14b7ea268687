"""Reads citations in a Word file: the fields of Zotero, and the fields of Word itself.

In: the instruction of a field, the part with Word's sources. Out: `CitationField`s. Other programs wrote all of this, so data that
isn't in the expected form is left out. For the form of Zotero's fields see `typeset/word/zotero.py`; for the form of Word's fields,
ECMA-376 part 1, 17.16.5.8 and 22.6.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from briefs.typeset.word.zotero import ADDRESS, CITATION

MAX_CITED = 100  # sources of one citation; any further ones are left out
_BIBLIOGRAPHY = "{http://schemas.openxmlformats.org/officeDocument/2006/bibliography}"
_TYPES = {
    "Book": "book", "BookSection": "chapter", "JournalArticle": "article-journal", "ArticleInAPeriodical": "article-newspaper",
    "ConferenceProceedings": "paper-conference", "Report": "report", "InternetSite": "webpage",
    "DocumentFromInternetSite": "webpage",
}  # fmt: skip
_TEXTS = {
    "Title": "title", "Publisher": "publisher", "City": "publisher-place", "URL": "URL", "DOI": "DOI",
    "JournalName": "container-title",
}  # fmt: skip
Records = Mapping[str, Mapping[str, Any]]  # CSL’s JSON, by tag


@dataclass(frozen=True)
class CitedItem:
    """One source of a citation. `key`: the key that the source has in the content, if the field names it. `record`: the source as
    CSL's JSON, as far as the file has it. `details`: locator, label, prefix, suffix and `suppress-author`."""

    key: str
    record: Mapping[str, Any] = field(default_factory=dict, compare=False)
    details: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def signature(self) -> tuple[str, str]:
        """A value that is equal for citations of the same place in the same source."""
        named = self.key or str(self.record.get("id", "")) or str(self.record.get("title", ""))
        return named, str(self.details.get("locator", ""))


@dataclass(frozen=True)
class CitationField:
    """A citation. `words`: the words that the program wrote for it. If the document has other words, somebody typed them."""

    items: tuple[CitedItem, ...]
    words: str = ""

    @property
    def signature(self) -> tuple[tuple[str, str], ...]:
        return tuple(item.signature for item in self.items)

    def is_untouched(self, words: str) -> bool:
        """Whether these words are the ones that the program wrote. Differences in white space are ignored."""
        return self.words.split() == words.split()


def read(instruction: str, records: Records) -> CitationField | None:
    """The citation in a field; None if the field isn't a citation. `records`: the records of Word’s own sources."""
    name, _, rest = instruction.strip().partition(" ")
    if name.upper() == "CITATION" and rest.strip():
        tags = [rest.split()[0], *re.findall(r"\\m\s+(\S+)", rest)]
        return CitationField(tuple(CitedItem("", {"id": tag, **records.get(tag, {})}) for tag in tags[:MAX_CITED]))
    if name.upper() != "ADDIN" or not rest.strip().startswith(CITATION):
        return None
    try:
        code, _ = json.JSONDecoder().raw_decode(rest.strip().removeprefix(CITATION).strip())
    except (ValueError, RecursionError):
        return None
    own = code if isinstance(code, dict) else {}
    properties, listed = own.get("properties"), own.get("citationItems")
    words = properties.get("plainCitation") if isinstance(properties, dict) else ""
    items = tuple(_items(listed if isinstance(listed, list) else ()))
    return CitationField(items, words if isinstance(words, str) else "") if items else None


def _items(listed: Iterable[object]) -> Iterator[CitedItem]:
    for one in list(listed)[:MAX_CITED]:
        if not isinstance(one, dict):
            continue
        addresses = one.get("uris") or one.get("uri") or ()
        ours = (a for a in (addresses if isinstance(addresses, list) else ()) if isinstance(a, str) and a.startswith(ADDRESS))
        record = one.get("itemData")
        details = {k: v for k in ("locator", "label", "prefix", "suffix") if isinstance(v := one.get(k), str) and v}
        silent = {"suppress-author": True} if one.get("suppress-author") is True else {}
        yield CitedItem(next(ours, "").removeprefix(ADDRESS), record if isinstance(record, dict) else {}, details | silent)


def word_sources(root: etree._Element) -> dict[str, dict[str, Any]]:
    """The records of Word's own sources by their tags."""
    found: dict[str, dict[str, Any]] = {}
    for source in root.iter(f"{_BIBLIOGRAPHY}Source"):
        tag, year = _value(source, "Tag"), _value(source, "Year")
        made: dict[str, Any] = {csl: text for name, csl in _TEXTS.items() if (text := _value(source, name))}
        people = source.findall(f"{_BIBLIOGRAPHY}Author/{_BIBLIOGRAPHY}Author/{_BIBLIOGRAPHY}NameList/{_BIBLIOGRAPHY}Person")
        names = [{"family": _value(p, "Last"), "given": _value(p, "First")} for p in people]
        body = _value(source, f"Author/{_BIBLIOGRAPHY}Author/{_BIBLIOGRAPHY}Corporate")
        author = [{k: v for k, v in name.items() if v} for name in names] or ([{"literal": body}] if body else [])
        made |= {"author": author} if author else {}
        made |= {"issued": {"date-parts": [[int(year)]]}} if year.isascii() and year.isdigit() else {}
        found[tag] = {"id": tag, "type": _TYPES.get(_value(source, "SourceType"), "document"), **made}
    return found


def _value(node: etree._Element, name: str) -> str:
    return " ".join((node.findtext(f"{_BIBLIOGRAPHY}{name}") or "").split())
