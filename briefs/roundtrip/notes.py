"""Recognises the notes of reference managers by their sources, because such a program may write a note in other words. Also
recognises the numbers of sources that became plain words.

In: pieces before and after an edit, the records of the content. Out: the pieces after it, in which a note of the same sources is
the note before the edit, whatever its words; and a citation of the content for a citation that was added or changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from briefs.compose import csljson
from briefs.compose.tree import Node
from briefs.edition import addresses
from briefs.edition.csl import Source
from briefs.wordfile.citations import CitationField, CitedItem
from briefs.wordfile.pieces import Piece, changes, of_text, words

_NUMBERS = re.compile(r"\d+(,\d+)*")  # numbers of sources


def restored(before: Sequence[Piece], after: Sequence[Piece]) -> list[Piece]:
    """The pieces of `after`. A note that a reference manager wrote anew for the same sources is replaced by the note of
    `before`."""
    spare = [p for p in before if p.citation]
    own = {p.text for p in after if p.kind == "cite"}
    out: list[Piece] = []
    for piece in after:
        same = next((p for p in spare if _is_same(p, piece)), None)
        if same and piece.text not in {p.text for p in spare} and same.text not in own:
            spare = [p for p in spare if p is not same]
            piece = same
        out.append(piece)
    return out


def renumbered(before: Sequence[Piece], after: Sequence[Piece]) -> list[Piece]:
    """The pieces of `after`. A source number that became a plain word, because somebody cleared the formatting, is a citation
    again."""
    out: list[Piece] = []
    at = shift = 0
    for start, end, new in changes(before, after):
        first = start + shift
        out += after[at:first]
        out += _with_citations(new, [p for p in before[start:end] if p.kind == "cite" and _NUMBERS.fullmatch(p.text)])
        shift += len(new) - (end - start)
        at = first + len(new)
    return [*out, *after[at:]]


def _with_citations(new: Sequence[Piece], citations: Sequence[Piece]) -> list[Piece]:
    """New words in which words that are equal to a citation's text are replaced by the citation. Both must be in the same order."""
    out = list(new)
    at = 0
    for citation in citations:
        size = len(of_text(citation.text))
        same = (n for n in range(at, len(out)) if [p.kind for p in out[n : n + size]] == ["word"] * size)
        found = next((n for n in same if words(out[n : n + size]) == citation.text), None)
        if found is not None:
            out[found : found + size] = [citation]
            at = found + 1
    return out


def _is_same(sent: Piece, piece: Piece) -> bool:
    one, other = sent.citation, piece.citation
    return bool(one and other and one.signature == other.signature and other.is_untouched(piece.text))


def cite(field: CitationField, sources: Mapping[str, Source]) -> Node | None:
    """A citation of the content; None if one of its sources isn’t there."""
    keys = [key_of(item, sources) for item in field.items]
    if not all(keys):
        return None
    return csljson.cite([csljson.cited(key, dict(item.details)) for key, item in zip(keys, field.items, strict=True)])


def key_of(item: CitedItem, sources: Mapping[str, Source]) -> str:
    """The key of a cited source: as the field says, or that of the one record with the same DOI, address, or title and year."""
    if item.key in sources:
        return item.key
    record = item.record
    for names in (("DOI",), ("URL",), ("title", "issued")):
        wanted = [_comparable(name, record.get(name)) for name in names]
        found = [key for key, s in sources.items() if [_comparable(n, csljson.record(s).get(n)) for n in names] == wanted]
        if all(wanted) and len(found) == 1:
            return found[0]
    return ""


def _comparable(name: str, value: object) -> str:
    if name == "issued" and isinstance(value, Mapping):
        parts = value.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts else None
        return str(first[0]) if isinstance(first, list) and first else ""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if name == "DOI":
        return (addresses.doi(text) or "").lower()
    return text.rstrip("/").removeprefix("https://").removeprefix("http://") if name == "URL" else text.casefold()


def offered(field: CitationField, sources: Mapping[str, Source]) -> str:
    """The records that the content lacks, as CSL’s JSON on one line."""
    missing = [dict(item.record) for item in field.items if item.record and not key_of(item, sources)]
    return json.dumps(missing, ensure_ascii=False)
