"""Writes `briefs/edition/terms.json`: the quotation marks and seasons of each language.

    npm pack cldr-misc-full@48.2.0 && tar xzf cldr-misc-full-48.2.0.tgz
    PYTHONPATH=. .venv/bin/python tools/make_terms.py package/main

Seasons come from the locales of the CSL project (CC BY-SA 3.0) as pandoc's citeproc has them, or from `locales.yaml`, “BC” and
quotation marks from CLDR (Unicode licence), these in the folder that is named. https://github.com/citation-style-language/locales, https://cldr.unicode.org
"""

from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path

from briefs.compose import tree
from briefs.edition import citationlocale
from briefs.edition.dates import locale_of
from briefs.tools.pandoc import Pandoc

FILE = Path(__file__).parents[1] / "briefs/edition/terms.json"
LANGUAGES = (
    "af ar az bg bn ca cs cy da de el en es et eu fa fi fr he hi hr hu hy id is it ja ka kk ko la lt lv mk mn ms nb nl nn pl pt "
    "pt-BR pt-PT ro ru sk sl sq sr sv th tr uk ur vi zh zh-Hant"
)
OF_CSL = {"zh-Hant": "zh-TW"}  # names of the CSL project's locales
OF_CLDR = {"pt-BR": "pt"}
# Languages for which CLDR follows the press of another country than most of their publishers, or has the same marks inside
# quotations: the CSL project's marks.
NOT_CLDRS = {"es", "fr", "nl", "bg"}
# The marks of articles' titles and of quotations in them, where these aren't those of a quotation (GB/T 15834-2011, 4.15).
TITLES = {"zh": "《》“”", "zh-Hant": "〈〉「」"}
STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
<info><title>terms</title><id>terms</id><updated>2020-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><sort><key variable="note"/></sort><layout><text variable="title" quotes="true"/><text value="|"/>
<date variable="issued" form="text"/>
<text value="|"/><text term="season-01"/><text value="|"/><text term="season-02"/>
<text value="|"/><text term="season-03"/><text value="|"/><text term="season-04"/></layout></bibliography></style>"""


def record(season: int) -> tree.Node:
    inner: tree.Node = {"t": "Quoted", "c": [{"t": "SingleQuote"}, [tree.string("2")]]}
    title = [tree.string("1"), inner, tree.string("3")]
    texts = {"id": str(season), "type": "book", "issued": f"9999-{season}", "note": str(season)}
    fields = {key: {"t": "MetaString", "c": value} for key, value in texts.items()}
    return {"t": "MetaMap", "c": {**fields, "title": {"t": "MetaInlines", "c": title}}}


def terms(pandoc: Pandoc, language: str, cldr: Path) -> dict[str, str | bool | list[str]]:
    """The outer and inner quotation marks, the word for “before Christ”, and the four seasons of a year as patterns with `{year}`.

    Where months are numbers, citeproc writes a season as month 21 to 24; the pattern then has its name in place of the number.
    """
    address = f"data:application/xml;base64,{base64.b64encode(STYLE.encode()).decode()}"
    meta: dict[str, tree.Node] = {
        "references": {"t": "MetaList", "c": [record(season) for season in range(21, 25)]},
        "csl": {"t": "MetaString", "c": address},
        "lang": {"t": "MetaString", "c": OF_CSL.get(language, language)},
        "nocite": {"t": "MetaInlines", "c": [_all()]},
    }
    entries = pandoc.cite(tree.document([], meta))[0]["blocks"][0]
    lines = [tree.text_of(entry).split("|") for entry in tree.blocks(entries)]
    marks = re.fullmatch("(.*)1(.*)2(.*)3(.*)", lines[0][0])
    assert marks
    own = [marks[n] for n in (1, 4, 2, 3)]
    seasons = [season(line[1], n, lines[0][2 + n], language) for n, line in enumerate(lines)]
    return {
        "quotes": own if language in NOT_CLDRS else quotes(cldr / OF_CLDR.get(language, language) / "delimiters.json"),
        **({"titles": list(TITLES[language])} if language in TITLES else {}),
        "bc": locale_of(language).eras["abbreviated"][0],
        "seasons": seasons,
        "numbered": "21" in lines[0][1],
    }


def season(written: str, number: int, name: str, language: str) -> str:
    """The pattern of a season, from a date that citeproc wrote. What follows the season at the end would be the day's."""
    made = re.sub(f"{21 + number}[월月]", name, written).replace("9999", "{year}")
    made = made if made.endswith("}") or made.startswith(name) else made.partition(name)[0] + name
    return made.replace(name, citationlocale.season(number, language) or name)


def quotes(file: Path) -> list[str]:
    """The outer and inner quotation marks of a language in CLDR."""
    (found,) = json.loads(file.read_text(encoding="utf-8"))["main"].values()
    ends = ("quotationStart", "quotationEnd", "alternateQuotationStart", "alternateQuotationEnd")
    return [found["delimiters"][name] for name in ends]


def _all() -> tree.Node:
    cite = {"citationId": "*", "citationPrefix": [], "citationSuffix": [], "citationMode": {"t": "NormalCitation"}}
    return {"t": "Cite", "c": [[{**cite, "citationNoteNum": 0, "citationHash": 0}], []]}


def _lines(found: dict[str, dict[str, str | bool | list[str]]]) -> str:
    """JSON with a language on each line."""
    rows = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in found.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main() -> None:
    with Pandoc() as pandoc:
        found = {language: terms(pandoc, language, Path(sys.argv[1])) for language in LANGUAGES.split()}
    FILE.write_text(_lines(found), encoding="utf-8")


if __name__ == "__main__":
    main()
