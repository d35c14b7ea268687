"""Bibliographic records and citations as the JSON that CSL's programs exchange.

In: a `Source`; a `Cite` of pandoc's tree. Out: values for `json`. Rich text stays as CSL writes it (`<i>…</i>`).
https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json and csl-citation.json
"""

from __future__ import annotations

import re
from typing import Any

from briefs.compose import tree
from briefs.compose.tree import Citation, Node
from briefs.edition import csl
from briefs.edition.csl import Source
from briefs.edition.csldates import CslDate

# English labels of locators by CSL's names: pairs of singular and plural, the first of them what a citation from a Word file gets.
LOCATORS = {
    "page": "p. pp. page pages", "chapter": "chap. chaps. chapter chapters ch. chs.", "section": "sec. secs. section sections",
    "paragraph": "para. paras. paragraph paragraphs", "volume": "vol. vols. volume volumes", "figure": "fig. figs. figure figures",
    "verse": "v. vv. verse verses", "line": "l. ll. line lines", "note": "n. nn. note notes", "part": "pt. pts. part parts",
    "column": "col. cols. column columns", "folio": "fol. fols. folio folios", "book": "bk. bks. book books",
    "issue": "no. nos. issue issues", "opus": "op. opp. opus opera",
}  # fmt: skip
_UNPRINTED = {"abstract", "annote", "keyword"}  # variables for the author’s own use, which no style prints
_LABELS = {name: words.split()[0] for name, words in LOCATORS.items()}
_NAMES = {word.rstrip("."): name for name, words in LOCATORS.items() for word in words.split()}
_LOCATOR = re.compile(r"^,?\s*(?:([a-z]+)\.?\s+)?([\divxlc][\w–\-.]*(?:\s*[,–-]\s*[\divxlc][\w.]*)*)", re.I)
_BRACED = re.compile(r"^, \{([^{}]*)\}")  # pandoc's sign of where a locator ends


def pairs(name: str) -> list[tuple[str, str]]:
    """The English labels of a locator, singular and plural: `[("vol.", "vols."), ("volume", "volumes")]`."""
    words = LOCATORS[name].split()
    return list(zip(words[::2], words[1::2], strict=True))


def labels(*names: str) -> list[str]:
    """All English labels of locators without their full stops."""
    return [label.rstrip(".") for name in names for label in LOCATORS[name].split()]


def record(source: Source) -> dict[str, Any]:
    """A record: names as objects, dates as `date-parts`, everything else as text. What no style prints is left out."""
    found: dict[str, Any] = {}
    for name in type(source).model_fields:
        value, key = getattr(source, name), csl.alias(name)
        if key in _UNPRINTED:
            continue
        if isinstance(value, CslDate):
            found[key] = _date(value)
        elif isinstance(value, list):
            found |= {key: [one.model_dump(by_alias=True, exclude_none=True) for one in value]} if value else {}
        elif value:
            found[key] = str(value)
    return found


def _date(date: CslDate) -> dict[str, Any]:
    if not date.parts:
        return {"literal": date.text}
    return {"date-parts": [list(part) for part in date.parts]} | ({"circa": True} if date.circa else {})


def item(citation: Citation) -> dict[str, Any]:
    """A citation’s prefix, locator with its label, and suffix, as a `citation-item` without its record."""
    prefix, after = tree.text_of(citation["citationPrefix"]).strip(), _BRACED.sub(r", \1", tree.text_of(citation["citationSuffix"]))
    found: dict[str, Any] = {"prefix": f"{prefix} "} if prefix else {}
    match = _LOCATOR.match(after.replace("\u00a0", " "))
    label = _NAMES.get((match[1] or "p").lower()) if match else None
    if match and label:
        found |= {"locator": match[2], "label": label}
        after = after[match.end() :]
    found |= {"suffix": after} if after.strip() else {}
    return found | ({"suppress-author": True} if citation["citationMode"]["t"] == "SuppressAuthor" else {})


def cited(key: str, item: dict[str, Any]) -> Citation:
    """A citation of pandoc from a `citation-item`."""
    locator, label = str(item.get("locator", "")).strip(), _LABELS.get(str(item.get("label", "page")), "")
    after = (f", {label} {locator}" if locator else "") + str(item.get("suffix", "")).rstrip()
    mode = "SuppressAuthor" if item.get("suppress-author") else "NormalCitation"
    return {
        "citationId": key, "citationPrefix": tree.words(str(item.get("prefix", "")).strip()), "citationSuffix": tree.words(after),
        "citationMode": {"t": mode}, "citationNoteNum": 0, "citationHash": 0,
    }  # fmt: skip


def cite(citations: list[Citation]) -> Node:
    """A `Cite` in square brackets."""
    keys = "; ".join(f"@{one['citationId']}" for one in citations)
    return {"t": "Cite", "c": [citations, [tree.string(f"[{keys}]")]]}
