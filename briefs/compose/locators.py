"""Tells citeproc what follows the key of a citation, so that it prints what was written.

In: the inlines after a key, such as `, chap. 4, pp. 10-12`, the source, and the edition's language. Out: inlines. Citeproc reads
the first locator only, takes the numbers behind it for more of the same, and makes a label singular or plural by them. A locator
in braces ends where the braces do. https://pandoc.org/MANUAL.html#citation-syntax
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from briefs.compose import csljson, tree
from briefs.compose.tree import Node
from briefs.edition.csl import Source

# Labels in other languages: those of volumes; those of parts that citeproc would print in the plural before a page; the rest.
_LABELS = {
    "de": ("bd band", "bd band", "s seite seiten bde bände kap kapitel abschn abs rn rz anm abb sp z teil"),
    "es": ("vol volumen", "volumen", "p pp página páginas vols cap caps capítulo sec párr párrs fig n t tomo lib nota"),
    "fr": ("vol t tome", "numéro nᵒ", "p pp page pages chap chapitre sect paragr fig n col art livre note"),
    "it": ("vol volume", "cap capitolo", "p pp pagina pagine voll capp sez par parr fig n nn fasc lib nota"),
    "nl": ("vol volume dl deel", "", "p pp pag pagina blz hfst hfdst hoofdstuk par fig noot"),
    "pl": ("t tom", "", "s str strona strony rozdz cz par rys ryc poz przyp"),
    "ru": ("т том", "т том ч часть п параграф", "с стр гл разд рис"),
    "sv": ("vol volym bd band", "", "s sid sida sidor sidorna kap kapitel avs avsn del fig not st"),
}
# Types of sources whose volume the style leaves out, or prints as that of a collection of laws.
_WITHOUT_VOLUME = {"article-magazine", "article-newspaper", "hearing", "patent", "post", "webpage"}
_WITHOUT_VOLUME |= {"bill", "legal_case", "legislation", "regulation", "treaty"}
_ROMAN = re.compile(r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_PAGES = re.compile(rf"{_ROMAN.pattern}([-–]{_ROMAN.pattern})?(?=,?$)")  # without a label, pages in Roman numerals
_AND = {"and", "&"}
# The style prints no label before pages, and none before a chapter, line or verse that isn't a mere number.
_FOLLOWED = "|".join(csljson.labels(*(csljson.LOCATORS.keys() - {"page", "chapter", "line", "verse"})))
_FOLLOWING = re.compile(rf"^,? *((?:{_FOLLOWED})\.? \d+) ?(ff?\b\.?)")  # a number and those that follow: “168 ff.”
_RANGE = re.compile(r"(?<![\w-])(\d+[a-z]?|[ivxlc]+)-(\d+[a-z]?|[ivxlc]+)(?![\w-])")
_DASHED = r"\1–\2"
_NUMBERED = re.compile(r"(?<![\w-])([A-Z]{1,4})-(?=\d)")  # one number, such as page “A-3”: citeproc would make a dash of its hyphen
_HYPHENED = "\\1\u2011"


def told(suffix: Sequence[Node], source: Source, language: str) -> list[Node]:
    """What follows a key, with a volume that the source has said once, with locators that end where they were meant to, and with
    dashes in the ranges of numbers."""
    run = list(takewhile(lambda node: node["t"] in {"Str", "Space", "SoftBreak"}, suffix))
    text = tree.text_of(run).replace("\u00a0", " ")
    made = _ended(_without_volume(text, source, language), language)
    return _with_dashes(suffix if made == text else [*_words(made), *suffix[len(run) :]], language)


def _without_volume(text: str, source: Source, language: str) -> str:
    """The text without “vol. 3,” if the source has that volume, which is printed anyway."""
    if not source.volume or source.type in _WITHOUT_VOLUME:
        return text
    labels = "|".join(["volume", "vol", *_of(language)[0]])
    return re.sub(rf"^,? *(?:{labels})\.? *{re.escape(source.volume)}(?=,|$)", "", text, flags=re.I)


def _ended(text: str, language: str) -> str:
    """The text with its locator in braces where citeproc would take a page for a second volume, or “168 ff.” for one number."""
    parts = "|".join(_of(language)[1])
    if parts and (found := re.match(rf"^,? *((?:{parts})\.? [\w–-]+)(, ?(?:\d|{_ROMAN.pattern}\b)[\d, –-]*)", text, re.I)):
        return f", {{{found[1]}}}{_RANGE.sub(_DASHED, found[2])}{text[found.end() :]}"
    return _FOLLOWING.sub(r", {\1 \2}", text)


def _words(text: str) -> list[Node]:
    """Words and the spaces between them, as pandoc has them."""
    made = [node for word in text.split() for node in (tree.SPACE, tree.string(word))]
    made = made[1:] if text[:1].strip() else made
    return [*made, tree.SPACE] if text[-1:].isspace() else made


def _with_dashes(suffix: Sequence[Node], language: str) -> list[Node]:
    made, is_locator, is_first = list[Node](), False, True
    for node in _with_label(suffix, language):
        if node["t"] == "Str":
            word = tree.text(node)
            is_label = _label(language).match(word)
            is_numbered = (is_first or is_locator) and _NUMBERED.match(word)
            is_locator = bool(
                is_label or is_numbered or (is_locator and (_PAGES.match(word) or word[:1].isdigit() or word in _AND))
            )
            is_first = is_first and word == ","
            made.append(tree.string(_NUMBERED.sub(_HYPHENED, _RANGE.sub(_DASHED, word)) if is_locator else word))
        else:
            is_locator &= node["t"] in {"Space", "SoftBreak"}
            made.append(node)
    return made


def _with_label(suffix: Sequence[Node], language: str) -> list[Node]:
    """What follows a key, with a label before pages in Roman numerals, which citeproc takes for words."""
    at = next((n for n, node in enumerate(suffix) if node != tree.string(",") and node["t"] != "Space"), len(suffix))
    pages = _PAGES.match(tree.text(suffix[at])) if suffix[at:] and suffix[at]["t"] == "Str" else None
    if not pages or suffix[:1] != [tree.string(",")]:
        return list(suffix)
    after = [tree.text(node) for node in suffix[at + 1 :] if node["t"] == "Str"]
    is_word = after and not pages[1] and not tree.text(suffix[at]).endswith(",") and after[0] not in _AND
    if is_word and not _label(language).match(after[0]):
        return list(suffix)  # a word, such as Swedish “i synnerhet”
    return [*suffix[:at], tree.string("pp." if pages[1] else "p."), tree.SPACE, *suffix[at:]]


@cache
def _of(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The labels of a language other than English: those of volumes, those of parts, and all. Each also with a capital."""
    volumes, parts, others = (frozenset(words.split()) for words in _LABELS.get(language.partition("-")[0], ("", "", "")))
    both = volumes | parts | others
    return volumes, parts, both | frozenset(map(str.capitalize, both))


@cache
def _label(language: str) -> re.Pattern[str]:
    """A word that begins a locator: “pp.”, alone or with its numbers behind a no-break space. Those of issues may have hyphens."""
    english = frozenset(csljson.labels(*(name for name in csljson.LOCATORS if name != "issue")))
    return re.compile(rf"(?:{'|'.join(sorted(english | _of(language)[2]))})\.?(?!\S)")
