"""The alphabetical order of names in a language.

In: an edition, a running pandoc. Out: the codes of its subjects in the order of their names. Citeproc sorts a bibliography by the
Unicode collation algorithm with the tailorings of CLDR (UTS 10 and 35). So it is given sources whose titles are the names, and
sorts these.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from briefs.compose import tree
from briefs.edition import casing
from briefs.edition import names as languages
from briefs.edition.model import Edition
from briefs.tools.pandoc import Pandoc

_STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
<info><title>order</title><id>order</id><updated>2020-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><sort><key variable="title"/></sort><layout><text variable="title"/></layout></bibliography></style>"""

_LETTERS = re.compile("[A-Za-z ]*")
_FIRST_IDEOGRAPH, _UNLISTED_IDEOGRAPHS, _CELLS = 0x4E00, 0x20000, 94


def ordered(edition: Edition, pandoc: Pandoc) -> Edition:
    """The edition with its subjects in the order of its language. Raises PandocError."""
    return replace(edition, alphabet=alphabet(edition.names, edition.about.language, pandoc))


def alphabet(names: Mapping[str, str], language: str, pandoc: Pandoc) -> tuple[str, ...]:
    """The codes of subjects in the order of their names in a language, for every document and page. Raises PandocError. English
    names of plain letters and spaces need no pandoc; other signs are sorted by rules of their own, and in Czech “Chile” follows
    “Honduras”."""
    if language.partition("-")[0] == "en" and _LETTERS.fullmatch("".join(names.values())):
        return tuple(sorted(names, key=lambda code: names[code].lower()))
    return tuple(order(names, language, pandoc))


def order(names: Mapping[str, str], language: str, pandoc: Pandoc) -> list[str]:
    """The keys of `names` in the alphabetical order of the names. Raises PandocError."""
    style = f"data:application/xml;base64,{base64.b64encode(_STYLE.encode()).decode()}"
    return ranked([_record(key, name) for key, name in names.items()], style, language, pandoc)


def ranked(records: Sequence[tree.Node], style: str, language: str, pandoc: Pandoc) -> list[str]:
    """The ids of records in the order in which a bibliography of a style has them. Raises PandocError."""
    meta: dict[str, tree.Node] = {
        "references": {"t": "MetaList", "c": [_sortable(record, language) for record in records]},
        "csl": {"t": "MetaString", "c": style},
        "lang": {"t": "MetaString", "c": "en" if _is_japanese(language) else _tailored(language)},
        "nocite": {"t": "MetaInlines", "c": [_all()]},
    }
    made, _ = pandoc.cite(tree.document([tree.div([], "refs")], meta))
    divs = (tree.identifier(node) for node in tree.walk(made["blocks"]) if node["t"] == "Div")
    return [name.removeprefix("ref-") for name in divs if name.startswith("ref-")]


def is_known(language: str) -> bool:
    """Whether citeproc sorts by the tag of a language alone. It takes the capital I of Turkish for i, mixes Japanese kana, and has
    several orders of Chinese."""
    return not casing.has_dots(language) and language.partition("-")[0] not in {"ja", "zh"}


def _tailored(language: str) -> str:
    """The tag of a language with the order to use: Chinese by pinyin, in traditional characters by strokes."""
    if language.partition("-")[0] != "zh":
        return language
    order = "stroke" if languages.script(language) == "Hant" else "pinyin"
    return f"{language}-u-co-{order}"


def _is_japanese(language: str) -> bool:
    return language.partition("-")[0] == "ja"


def _sortable(record: tree.Node, language: str) -> tree.Node:
    fields = {name: value if name == "id" else _keyed(value, language) for name, value in record["c"].items()}
    return {**record, "c": fields}


def _keyed(value: Any, language: str) -> Any:
    """A part of a record with the letters by which it is sorted."""
    if isinstance(value, list):
        return [_keyed(part, language) for part in value]
    if not isinstance(value, dict):
        return value
    if value.get("t") in {"Str", "MetaString"}:
        words = casing.lower(value["c"], language)
        return {**value, "c": "".join(map(_by_jis, words)) if _is_japanese(language) else words}
    return {key: _keyed(part, language) for key, part in value.items()}


def _by_jis(letter: str) -> str:
    """A letter for an order by code points. Kanji stand as in JIS X 0208, which has the common ones by reading; others follow."""
    if unicodedata.name(letter, "").startswith("CJK UNIFIED"):
        try:
            row, cell = letter.encode("euc_jp")
        except ValueError:  # not in JIS X 0208
            return chr(_UNLISTED_IDEOGRAPHS + ord(letter) % _UNLISTED_IDEOGRAPHS)
        return chr(_FIRST_IDEOGRAPH + (row - 0xB0) * _CELLS + cell - 0xA1)
    return letter


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
