"""Spaces at which no line may end, and signs that are set close together, by the rules of a language.

In: a manuscript. Out: the same, with no-break spaces in French before `; : ! ? »` and after `«`, and after words of one letter in
Czech, Polish, Slovak, Russian and Ukrainian; and between a number and its unit or its next three digits in the languages of Europe
in RULES. Where the content has no space, none is put in. Passages in another language follow its rules. A Word file that comes back
is read without them (`wordfile/pieces.py`), so they never get into the content.

In Chinese and Japanese a punctuation mark takes half its width beside another one, so that no gap is left between the two. A
closing mark does so before any other mark, an opening one after an opening one (GB/T 15834-2011, 5.1.5; JLREQ 3.1.4). It is in a
span of the class `half`, which the style sheet sets by the font's own `halt`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Literal

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node
from briefs.edition.dates import locale_of

NBSP = "\N{NO-BREAK SPACE}"
NEAR = 5  # letters on each side of a space that a rule may look at
_BLOCKS = ("Para", "Plain", "Header")
_SPACES = {"Space", "SoftBreak"}
UNITS = (  # signs of units and currencies behind a number, and what doesn't go on with letters
    r"[%‰€£$¥°]|(?:[kcdmµ]?m|[kmµ]?g|[hkcm]?l|ha|t|h|s|min|[kMGT]?W|[kMGT]?Wh|[kMGT]?Hz|[kMGT][Bo]|[2-6]?G|Kč|zł|Mio|Mrd|M|Md)(?![^\W_²³])"
)
_NUMBER, _UNIT = re.compile(r"\d$"), re.compile(UNITS)
_GROUP, _GROUPS = re.compile(r"(?<!\d)(?<!\d[.,])\d{1,3}$"), re.compile(r"\d{3}(?!\d)")
_ONE_LETTER = re.compile(r"(?:^|[\s(„«“\"'\[])[^\W\d_]$")

Rule = Callable[[str, str], bool]  # whether a line may not end between what stands before a space and what stands after it


def _in_number(before: str, after: str) -> bool:
    """Between a number and its unit, or between the groups of its digits."""
    return bool((_NUMBER.search(before) and _UNIT.match(after)) or (_GROUP.search(before) and _GROUPS.match(after)))


def _french(before: str, after: str) -> bool:
    return after[:1] in {";", ":", "!", "?", "»"} or before[-1:] == "«" or _in_number(before, after)


def _after_one_letter(before: str, after: str) -> bool:
    return bool(after and _ONE_LETTER.search(before)) or _in_number(before, after)


RULES: Mapping[str, Rule] = {
    "fr": _french,
    **dict.fromkeys(("cs", "pl", "sk", "ru", "uk"), _after_one_letter),
    **dict.fromkeys(("de", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "hu"), _in_number),
}


LANGUAGES = ("en", *RULES)  # in whose dates Word files have no-break spaces
_OPENING, _CLOSING = "（「『【〈《〔［｛“‘", "）」』】〉》〕］｝”’。．，、；：！？"
_PAIR = re.compile(f"([{_CLOSING}])(?=[{_CLOSING}{_OPENING}])|(?<=[{_OPENING}])([{_OPENING}])")
HALF = "half"


def spaced(manuscript: Manuscript) -> Manuscript:
    """The manuscript with the spaces and signs of its language. It is unchanged in a language without such rules."""
    if manuscript.language.partition("-")[0] in {"zh", "ja"}:
        change = _with_halves
    elif _rule(manuscript.language) is not None:
        change = partial(_changed, language=manuscript.language)
    else:
        return manuscript
    return replace(manuscript, blocks=change(manuscript.blocks), whole=change(manuscript.whole))


@cache
def dates(*languages: str) -> re.Pattern[str]:
    """Finds the spaces between a day, the name of a month and a year, as “15 July 2020” has them, in these languages."""
    from babel.dates import get_month_names  # slow to import

    locales = list(map(locale_of, languages))
    widths: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
    names = {name for width in widths for locale in locales for name in get_month_names(width, locale=locale).values()}
    month = "|".join(sorted(map(re.escape, names), reverse=True))
    space = f"[ {NBSP}]"
    return re.compile(rf"(?<!\d)\d{{1,2}}\.?{space}(?=(?:{month})(?!\w))(?:(?:{month}){space}(?=\d{{4}}(?!\d)))?")


def with_dates_kept(found: re.Pattern[str], tie: str, node: Node) -> list[Node] | None:
    """Tie day, month and year in the dates of a paragraph by `tie`. Nothing is done for dates of which a part is in another
    style."""
    if not found.search(tree.text_of(tree.inlines(node))):
        return None
    return [tree.with_inlines(node, _dates_kept(found, tie, tree.inlines(node)))]


def _dates_kept(found: re.Pattern[str], tie: str, inlines: Sequence[Node]) -> list[Node]:
    out: list[Node] = []
    for at, node in enumerate(inlines):
        if node["t"] == "Str":
            out.append(tree.string(found.sub(lambda date: date[0].replace(" ", tie), tree.text(node))))
        elif node["t"] in _SPACES and _is_in_date(found, inlines, at):
            out.append(tree.string(tie))
        elif node["t"] in tree.WITH_INLINES:
            out.append(tree.with_inlines(node, _dates_kept(found, tie, tree.inlines(node))))
        else:
            out.append(node)
    return out


def _is_in_date(found: re.Pattern[str], inlines: Sequence[Node], at: int) -> bool:
    """Whether the space at the index `at` stands between two parts of a date."""
    before, after = (tree.text_of(list(part)) for part in (inlines[max(0, at - 3) : at], inlines[at + 1 : at + 4]))
    return any(date.start() <= len(before) < date.end() for date in found.finditer(f"{before} {after}"))


def with_common_dates(text: str) -> str:
    """A text with common spaces in its dates, in any of the languages of LANGUAGES."""
    return dates(*LANGUAGES).sub(lambda date: date[0].replace(NBSP, " "), text)


def _with_halves(blocks: Sequence[Node]) -> list[Node]:
    """The blocks with signs that take half their width. Only signs within one Str are looked at."""

    def change(node: Node) -> list[Node] | None:
        text, made, start = tree.text(node), [], 0
        for match in _PAIR.finditer(text):
            made += [tree.string(text[start : match.start()]), tree.span([tree.string(match[0])], "", [HALF])]
            start = match.end()
        return [part for part in (*made, tree.string(text[start:])) if part["c"]] if made else None

    return tree.transform(list(blocks), change, "Str")


def _rule(language: str) -> Rule | None:
    return RULES.get(language.partition("-")[0])


def _changed(blocks: Sequence[Node], language: str) -> list[Node]:
    def change(node: Node) -> list[Node]:
        return [tree.with_inlines(node, _inlines(tree.inlines(node), language))]

    return tree.transform(list(blocks), change, *_BLOCKS)


def _inlines(nodes: Sequence[Node], language: str) -> list[Node]:
    """Inlines with no-break spaces, each passage by the rule of its own language."""
    rule = _rule(language)
    made: list[Node] = []
    for number, node in enumerate(nodes):
        kind = node["t"]
        if kind in tree.WITH_INLINES:
            own = tree.attributes(node).get("lang", language) if kind == "Span" else language
            made.append(tree.with_inlines(node, _inlines(tree.inlines(node), own)))
        elif rule and (kind in _SPACES or (kind == "Str" and " " in tree.text(node))):
            before, after = (
                tree.text_of(list(part)) for part in (nodes[max(0, number - 3) : number], nodes[number + 1 : number + 2])
            )
            words = tree.text(node) if kind == "Str" else " "
            changed = _words(before, words, after, rule)
            made.append(node if changed == words else tree.string(changed))
        else:
            made.append(node)
    return made


def _words(before: str, words: str, after: str, rule: Rule) -> str:
    """Words with no-break spaces, where the rule asks for them. `before`, `after`: the text on either side."""

    def space(match: re.Match[str]) -> str:
        start, end = match.span()
        is_bound = rule(before[-NEAR:] + words[max(0, start - NEAR) : start], words[end : end + NEAR] or after[:NEAR])
        return NBSP if is_bound else " "

    return re.sub(" ", space, words)
