"""The alphabetical order of names in a language.

In: an edition, a running pandoc. Out: the codes of its subjects in the order of their names. Citeproc sorts a bibliography by the
Unicode collation algorithm with the tailorings of CLDR (UTS 10 and 35). So it is given sources whose titles are the names, and
sorts these.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace

from briefs.compose import tree
from briefs.edition import casing
from briefs.edition.model import Edition
from briefs.tools.pandoc import Pandoc

_STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
<info><title>order</title><id>order</id><updated>2020-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><sort><key variable="title"/></sort><layout><text variable="title"/></layout></bibliography></style>"""

_TAILORED = {"zh": "zh-u-co-pinyin"}  # the order to use, for a language of which CLDR has several


def ordered(edition: Edition, pandoc: Pandoc) -> Edition:
    """The edition with its subjects in the order of its language. Raises PandocError."""
    if all(name.isascii() for name in edition.names.values()):
        return edition
    return replace(edition, alphabet=tuple(order(edition.names, edition.about.language, pandoc)))


def order(names: Mapping[str, str], language: str, pandoc: Pandoc) -> list[str]:
    """The keys of `names` in the alphabetical order of the names. Raises PandocError."""
    style = f"data:application/xml;base64,{base64.b64encode(_STYLE.encode()).decode()}"
    meta: dict[str, tree.Node] = {
        "references": {"t": "MetaList", "c": [_record(key, casing.lower(name, language)) for key, name in names.items()]},
        "csl": {"t": "MetaString", "c": style},
        "lang": {"t": "MetaString", "c": _TAILORED.get(language.partition("-")[0], language)},
        "nocite": {"t": "MetaInlines", "c": [_all()]},
    }
    made, _ = pandoc.cite(tree.document([tree.div([], "refs")], meta))
    found = (tree.identifier(node).removeprefix("ref-") for node in tree.walk(made["blocks"]) if node["t"] == "Div")
    return [key for key in found if key in names]


def _record(key: str, name: str) -> tree.Node:
    fields = {"id": key, "type": "book", "title": name}
    return {"t": "MetaMap", "c": {field: {"t": "MetaString", "c": value} for field, value in fields.items()}}


def _all() -> tree.Node:
    """`@*`, which stands for all sources."""
    citation = {
        "citationId": "*", "citationPrefix": [], "citationSuffix": [], "citationMode": {"t": "AuthorInText"},
        "citationNoteNum": 0, "citationHash": 0,
    }  # fmt: skip
    return {"t": "Cite", "c": [[citation], [tree.string("@*")]]}
