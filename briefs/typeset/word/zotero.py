"""Writes citations as fields of Zotero, so that a colleague who has Zotero can insert, change and refresh them.

In: the blocks of a document, the records of its sources. Out: the same blocks, in which the words of each citation, and the
bibliography, are in a field; and the preferences of the document, which Zotero reads from properties of 255 characters. The words
stay as they are: without Zotero, the document looks and behaves as it would without the fields. A record has an address (`uris`)
that is in no Zotero library. So Zotero uses the record that is embedded in the field; and it recognises two citations of one source
by the address. The fields follow the form that Zotero 6 and 7 write; they have not been tried with Zotero itself.
https://github.com/zotero/zotero/blob/main/chrome/content/zotero/xpcom/integration.js
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from briefs.compose import csljson, tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.typeset.word import fields
from briefs.typeset.word.package import BODY, Package, w

CITATION, BIBLIOGRAPHY = "ZOTERO_ITEM CSL_CITATION", "ZOTERO_BIBL"
ADDRESS = "urn:briefs:source:"  # the prefix of a source's address; the key of the source follows
LONGEST = 255  # the largest number of characters in a property
_SCHEMA = "https://github.com/citation-style-language/schema/raw/master/csl-citation.json"
_NO_CHANGES = '{"uncited":[],"omitted":[],"custom":[]} CSL_BIBLIOGRAPHY'


def blocks(manuscript: Manuscript) -> list[Node]:
    """The blocks of a manuscript, with fields for its citations. They stay as they are if the manuscript has no records."""
    if not manuscript.records:
        return list(manuscript.blocks)
    seen: Counter[str] = Counter()

    def change(node: Node) -> list[Node] | None:
        if node["t"] == "Cite":
            return [_cite(node, manuscript.records, seen)]
        return [_bibliography(node)] if tree.identifier(node) == "refs" and node["t"] == "Div" else None

    return tree.transform(list(manuscript.blocks), change, "Cite", "Div")


def _cite(node: Node, records: Mapping[str, Mapping[str, Any]], seen: Counter[str]) -> Node:
    """A citation whose words, or the words of its note, are in a field."""

    def note(inner: Node) -> list[Node] | None:
        own = tree.blocks(inner)
        if len(own) != 1 or own[0]["t"] != "Para":
            return None
        return [tree.with_blocks(inner, [tree.with_inlines(own[0], wrapped(tree.inlines(own[0])))])]

    def wrapped(inlines: Sequence[Node]) -> list[Node]:
        code = _code(node, tree.text_of(list(inlines)), records, seen)
        return [fields.inline(fields.begin(f"ADDIN {CITATION} {code}")), *inlines, fields.inline(fields.END)]

    inlines = tree.inlines(node)
    if any(inner["t"] == "Note" for inner in tree.walk(inlines)):
        return tree.with_inlines(node, tree.transform(inlines, note, "Note"))
    return tree.with_inlines(node, wrapped(inlines)) if inlines else node


def _code(node: Node, words: str, records: Mapping[str, Mapping[str, Any]], seen: Counter[str]) -> str:
    """The JSON of a citation. Its id is the same in every build, and differs from those of all other citations of the document."""
    items = []
    for one in tree.citations(node):
        key = one["citationId"]
        own = {"id": key, "uris": [f"{ADDRESS}{key}"], "itemData": dict(records[key])} if key in records else {"id": key}
        items.append({**own, **csljson.item(one)})
    what = json.dumps([{k: v for k, v in one.items() if k != "itemData"} for one in items], sort_keys=True)
    seen[what] += 1
    code = {
        "citationID": hashlib.sha256(f"{seen[what]} {what}".encode()).hexdigest()[:8],
        "properties": {"formattedCitation": words, "plainCitation": words},
        "citationItems": items,
        "schema": _SCHEMA,
    }
    return json.dumps(code, ensure_ascii=False, separators=(",", ":"))


def _bibliography(refs: Node) -> Node:
    """The bibliography in one field, from its first paragraph to its last."""
    paragraphs = [node for node in tree.walk(refs) if node["t"] == "Para"]
    if not paragraphs:
        return refs
    first, last = id(paragraphs[0]), id(paragraphs[-1])

    def change(node: Node) -> list[Node] | None:
        before = [fields.inline(fields.begin(f"ADDIN {BIBLIOGRAPHY} {_NO_CHANGES}"))] if id(node) == first else []
        after = [fields.inline(fields.END)] if id(node) == last else []
        return [tree.with_inlines(node, [*before, *tree.inlines(node), *after])] if before or after else None

    return tree.with_blocks(refs, tree.transform(tree.blocks(refs), change, "Para"))


def unwrap(package: Package) -> None:
    """Remove Zotero’s fields, but keep the words in them."""
    for name in [n for n in package.parts if n in {BODY, "word/footnotes.xml", "word/endnotes.xml"}]:
        open_: list[list[Any]] = []  # for each field that is open: its runs, except those of its result
        for run in list(package.xml(name).iter(w("r"))):
            kind = next((c.get(w("fldCharType")) for c in run.iter(w("fldChar"))), "")
            if kind == "begin":
                open_.append([])
            if open_ and (kind or run.find(w("instrText")) is not None):
                open_[-1].append(run)
            if kind == "end" and open_:
                own = open_.pop()
                said = "".join(t.text or "" for each in own for t in each.iter(w("instrText")))
                for each in own if said.strip().startswith("ADDIN ZOTERO_") else ():
                    each.getparent().remove(each)


def preferences(manuscript: Manuscript) -> dict[str, str]:
    """The preferences of the document for Zotero, in pieces, by the names of the properties. Empty if there are no records."""
    if not manuscript.records:
        return {}
    session = hashlib.sha256(manuscript.stem.encode()).hexdigest()[:8]
    style = quoteattr(f"http://www.zotero.org/styles/{manuscript.style}")
    data = (
        f'<data data-version="3" zotero-version="6.0.30"><session id="{session}"/>'
        f'<style id={style} locale={quoteattr(manuscript.language)} hasBibliography="1" bibliographyStyleHasBeenSet="1"/>'
        '<prefs><pref name="fieldType" value="Field"/><pref name="noteType" value="1"/></prefs></data>'
    )
    pieces = [data[n : n + LONGEST] for n in range(0, len(data), LONGEST)]
    return {f"ZOTERO_PREF_{n}": piece for n, piece in enumerate(pieces, 1)}
