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

# Labels of locators as pandoc reads them in English, by CSL's names.
LABELS = {
    "page": "p.", "chapter": "chap.", "section": "sec.", "paragraph": "para.", "volume": "vol.", "figure": "fig.", "verse": "v.",
    "line": "l.", "note": "n.", "part": "pt.", "column": "col.", "folio": "fol.", "book": "bk.", "issue": "no.", "opus": "op.",
}  # fmt: skip
_UNPRINTED = {"abstract", "annote", "keyword"}  # variables for the author’s own use, which no style prints
_OTHERS = {
    "pp": "page",
    "pages": "page",
    "ch": "chapter",
    "chs": "chapter",
    "paras": "paragraph",
    "vols": "volume",
    "figs": "figure",
}
_WORDS = {label.rstrip("."): name for name, label in LABELS.items()} | {name: name for name in LABELS} | _OTHERS
_LOCATOR = re.compile(r"^,?\s*(?:([a-z]+)\.?\s+)?([\divxlc][\w–\-.]*(?:\s*[,–-]\s*[\divxlc][\w.]*)*)", re.I)


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
    prefix, after = tree.text_of(citation["citationPrefix"]).strip(), tree.text_of(citation["citationSuffix"])
    found: dict[str, Any] = {"prefix": f"{prefix} "} if prefix else {}
    match = _LOCATOR.match(after.replace("\u00a0", " "))
    label = _WORDS.get((match[1] or "p").lower()) if match else None
    if match and label:
        found |= {"locator": match[2], "label": label}
        after = after[match.end() :]
    found |= {"suffix": after} if after.strip() else {}
    return found | ({"suppress-author": True} if citation["citationMode"]["t"] == "SuppressAuthor" else {})


def cited(key: str, item: dict[str, Any]) -> Citation:
    """A citation of pandoc from a `citation-item`."""
    locator, label = str(item.get("locator", "")).strip(), LABELS.get(str(item.get("label", "page")), "")
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
