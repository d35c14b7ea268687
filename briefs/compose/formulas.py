"""Formulas, printed as letters in every format: x², CO₂, α ≤ β.

In: pandoc's Math, and what pandoc makes of each in letters. Out: the tree with these letters, and what is wrong: formulas that
letters can't show, such as fractions, and prices that were read as formulas. https://pandoc.org/MANUAL.html#math
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefs.compose import tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node

_COMMAND = re.compile(r"\\(?:text|mathrm|mathit|mathbf|textbf|textit|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+|\\.")
_WORD = re.compile(r"[^\W\d_]{3,}")
_PRICE = re.compile(r"(?=\d)[^=+<>^_\\/*]*\s[^=+<>^_\\/*]*")
_SPACES = re.compile("[\u2000-\u200a\u205f]")  # spaces of the widths that formulas use; few fonts have them
_FUNCTION = re.compile(
    r"(?:arc(?:cos|sin|tan)|arg|cosh?|coth?|csc|deg|det|dim|exp|gcd|hom|inf|ker|lg|lim(?:inf|sup)?|ln|log|max|min|Pr|sec|sinh?|sup|tanh?)$"
)
_BEFORE_BRACKET = re.compile(r"(?<=[a-z])\u2006(?=[(\[])")
_SCRIPTS = {"Subscript", "Superscript"}
PRICES = "Write `\\$` for each dollar. Words in a formula are \\text{words}."
ALONE = "Write it as a paragraph of its own, or between single dollars."
LETTERS = "Write it in letters, such as (a + b)/2, or draw it as a picture in figures/. For prices write `\\$`."


def of(blocks: Sequence[Node]) -> list[Node]:
    """The formulas of a text, in its order."""
    return [node for node in tree.walk(list(blocks)) if node["t"] == "Math"]


def kind_and_text(node: Node) -> tuple[str, str]:
    """InlineMath or DisplayMath, and the TeX."""
    return str(node["c"][0]["t"]), tree.text(node)


def replaced(blocks: list[Node], found: Sequence[Node], made: Sequence[list[Node] | None]) -> list[Node]:
    """The blocks, in which the inlines that pandoc made of a formula take the formula's place. Formulas of which it made none are
    left out."""
    letters = {
        kind_and_text(node): tree.transform(_with_spaces(inlines or []), _spaced, "Str")
        for node, inlines in zip(found, made, strict=True)
    }
    return tree.transform(blocks, lambda node: letters[kind_and_text(node)], "Math")


def _with_spaces(inlines: Sequence[Node]) -> list[Node]:
    """The inlines of a formula with a space between a function with raised or lowered letters and what follows, as in log₁₀ x, and
    without one before its bracket or the formula."""
    out: list[Node] = []
    is_function = False
    for node in inlines:
        words = tree.text(node) if node["t"] == "Str" else ""
        if node["t"] in _SCRIPTS:
            out.append(node)
            continue
        after_script = bool(out) and out[-1]["t"] in _SCRIPTS
        if is_function and after_script and (node["t"] == "Emph" or words[:1].isalnum()):
            out.append(tree.string("\u00a0"))
        words = _BEFORE_BRACKET.sub("", words if out else words.lstrip())
        out.append(tree.string(words) if node["t"] == "Str" else node)
        is_function = bool(_FUNCTION.search(words))
    return out


def _spaced(node: Node) -> list[Node] | None:
    return [tree.string(_SPACES.sub("\u00a0", tree.text(node)))] if _SPACES.search(tree.text(node)) else None


def faults(
    markdown: str, blocks: Sequence[Node], found: Sequence[Node], made: Sequence[list[Node] | None]
) -> Iterator[tuple[int, Fault]]:
    """For each formula that isn't printed as it was meant: its offset in the text, what is wrong, what to write. `blocks`: the tree
    of the text, with its formulas."""
    after = 0
    apart = {id(block["c"][0]) for block in tree.walk(list(blocks)) if block["t"] in {"Para", "Plain"} and len(block["c"]) == 1}
    for node, inlines in zip(found, made, strict=True):
        kind, text = kind_and_text(node)
        is_display = kind == "DisplayMath"
        at = max(markdown.find(f"$${text}$$" if is_display else f"${text}$", after), 0)
        after = at + 1
        if _is_prose(text, markdown[max(0, at - 1) : at]):
            yield at, Fault(f"“${text[:40]}$” is read as a formula", PRICES)
        elif inlines is None:
            yield at, Fault(f"the formula “{text[:40]}” can’t be printed", LETTERS)
        elif is_display and id(node) not in apart:
            yield at, Fault(f"“$${text[:40]}$$” within a sentence isn’t set apart", ALONE)


def _is_prose(text: str, before: str) -> bool:
    """Whether words or prices stand between two dollars. `before`: the character before the first dollar."""
    bare = _COMMAND.sub(" ", text)
    is_joined = before.isalnum() and text[0] not in "_^"  # as in 5$-6$, but not in CO$_2$
    return is_joined or bool(_WORD.search(bare) or _PRICE.fullmatch(text))
