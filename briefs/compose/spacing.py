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
from functools import partial

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.compose.tree import Node

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
