"""The numbers and letters of lists, as every format prints them.

In: an OrderedList of pandoc's tree, and the Markdown that it was read from. Out: the marker of each item (`5.`, `(b)`, `iv)`), the
list in a form that all of pandoc's writers number alike, and what is wrong where another marker was written than is printed.
https://pandoc.org/MANUAL.html#ordered-lists
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefs.compose import tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node
from briefs.edition import digits
from briefs.edition.markdown import read, without_code

BOXES = frozenset("☐☒")  # the boxes that pandoc makes of `[ ]` and `[x]`
LETTERS = 26  # the last number that is printed as a letter: after z, programs count on in different ways
ROMANS = 3999
_DEFAULTS = {"DefaultStyle": "Decimal", "Example": "Decimal", "DefaultDelim": "Period"}
_DELIMITERS = {"Period": "{}.", "OneParen": "{})", "TwoParens": "({})"}
_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN = list(zip(_VALUES, ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"), strict=True))
_MARKER = re.compile(r"^[ \t>:~*+-]*?(\(?(?:[0-9]+|[A-Za-z]+|#)[.)])(?:[ \t]+(.*)|$)", re.M)
_INNER = re.compile(r"^[ \t]*\(?(?:[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+|#)[.)][ \t]+(?=\S)")
_WORD = re.compile(r"[^\W_]+")
_WORDS = ("Para", "Plain")
_ESCAPED_BOX = re.compile(r"\\\[[ xX]\\?\]|\[[ xX]\\\]")
_WRITTEN_BOX = re.compile(r"^[ \t>]*(?:(?:[-+*:]|\(?(?:\w{1,9}|#|@[\w-]*)[.)])[ \t]+)+(\\?\[[ xX]\\?\])[ \t]+(?=\S)", re.M)


def alike(node: Node) -> list[Node] | None:
    """For `tree.transform` with OrderedList: spell out the default style and delimiter, on which pandoc's writers differ."""
    start, style, delimiter = tree.numbering(node)
    plain = _DEFAULTS.get(style, style), _DEFAULTS.get(delimiter, delimiter)
    return None if plain == (style, delimiter) else [tree.ordered(tree.list_items(node), start, *plain)]


def markers(node: Node, numerals: str = digits.WESTERN) -> list[str]:
    """The marker of each item of an OrderedList, in the digits of a numbering system."""
    start, style, delimiter = tree.numbering(node)
    frame = _DELIMITERS[_DEFAULTS.get(delimiter, delimiter)]
    return [
        frame.format(digits.written(_numeral(number, style), numerals)) for number, _ in enumerate(tree.list_items(node), start)
    ]


def _numeral(number: int, style: str) -> str:
    if style.endswith("Alpha") and 1 <= number <= LETTERS:
        return chr((64 if style == "UpperAlpha" else 96) + number)
    if style.endswith("Roman") and 1 <= number <= ROMANS:
        made = _roman(number)
        return made if style == "UpperRoman" else made.lower()
    return str(number)


def _roman(number: int) -> str:
    made = ""
    for value, sign in _ROMAN:
        made, number = made + sign * (number // value), number % value
    return made


def box(item: Sequence[Node]) -> str:
    """The box of an item of a task list; empty if it has none."""
    words = tree.text_of(list(item[:1])) if item and item[0]["t"] in {"Para", "Plain"} else ""
    return words[0] if words[:1] in BOXES and words[1:2] == " " else ""


def with_brackets(markdown: str, blocks: list[Node]) -> list[Node]:
    """The blocks, in which boxes are brackets again where the author has escaped the brackets: `- \\[ \\] words`. Pandoc makes
    boxes of these too."""
    boxed = _boxed(blocks) if _ESCAPED_BOX.search(markdown) else []
    written = [match[1] for match in _WRITTEN_BOX.finditer(without_code(markdown))]
    if not boxed or len(written) != len(boxed):
        return blocks
    escaped = {id(first): sign.replace("\\", "") for first, sign in zip(boxed, written, strict=True) if "\\" in sign}
    return tree.transform(blocks, lambda node: _in_brackets(node, escaped[id(node)]) if id(node) in escaped else None, *_WORDS)


def _boxed(blocks: Sequence[Node]) -> list[Node]:
    """The first block of each item that begins with a box, in the order of the text."""
    lists_ = [node for node in tree.walk(list(blocks)) if node["t"] in {"BulletList", "OrderedList"}]
    firsts = {id(item[0]) for node in lists_ for item in tree.list_items(node) if box(item)}
    return [node for node in tree.walk(list(blocks)) if id(node) in firsts]


def _in_brackets(block: Node, sign: str) -> list[Node]:
    return [tree.with_inlines(block, [*tree.words(sign), tree.SPACE, *_after_box(tree.inlines(block))])]


def without_box(item: Sequence[Node]) -> list[Node]:
    """The blocks of an item of a task list without its box."""
    first, *others = item
    return [tree.with_inlines(first, _after_box(tree.inlines(first))), *others]


def _after_box(inlines: Sequence[Node]) -> list[Node]:
    first, *others = inlines
    if not tree.text_of(first):  # an empty inline, such as a bookmark
        return [first, *_after_box(others)]
    if first["t"] != "Str":
        return [tree.with_inlines(first, _after_box(tree.inlines(first))), *others]
    words = tree.text(first)[1:].lstrip(" ")
    if words:
        return [tree.string(words), *others]
    return others[1:] if others and others[0]["t"] == "Space" else others


def faults(markdown: str, blocks: Sequence[Node]) -> Iterator[tuple[int, Fault]]:
    """Each marker of an item that is printed otherwise than it was written: its offset in the text, what is wrong, what to write.
    And a doubt about each list that was hardly meant as one.

    Pandoc reads the first number of a list and counts on. If every item has the same `1.`, that was meant.
    """
    written = [(match.start(1), match[1], _first_word(match[2] or "")) for match in _MARKER.finditer(read(markdown))]
    for node in [n for n in tree.walk(list(blocks)) if n["t"] == "OrderedList" and tree.numbering(n)[1] != "Example"]:
        found = list(_written(node, written))
        printed = markers(node)
        if found and _is_hardly_meant(node):
            offset, sign, _ = found[0]
            what = f"“{sign}” begins a list here, since it stands at the beginning of a paragraph"
            yield offset, Fault(what, f"Write `{sign[:-1]}\\{sign[-1]}` if it belongs to a sentence.", is_doubt=True)
        is_lazy = tree.numbering(node)[0] == 1 and len({sign for _, sign, _ in found}) == 1
        if found and printed[-1].strip("().").isdigit() and tree.numbering(node)[1].endswith("Alpha"):
            yield found[0][0], Fault("a list goes on after the letter z", "Number it `1.`, or divide it.")
        elif not is_lazy:
            for offset, sign, marker in found:
                if sign != marker and "#" not in sign:
                    yield offset, Fault(f"“{sign}” would be printed as “{marker}”, since a list counts on", _INSTEAD.format(marker))


_INSTEAD = "Write `{0}`, or begin another list with a line `<!-- -->` and an empty line before and after it."


def _is_hardly_meant(node: Node) -> bool:
    """Whether a list begins where lists seldom do: at a year or, as the only item, at a number over 99, a letter (`c.`), at the
    `i.` of “i. e.” or at a “(c)” before a year."""
    start, style, delimiter = tree.numbering(node)
    is_alone = len(tree.list_items(node)) == 1
    if style.startswith("Lower"):
        first = next(iter(tree.list_items(node)[0]), None)
        if first is None:  # an empty item
            return False
        is_shortened = start > 1 and (delimiter == "Period" or (delimiter == "TwoParens" and tree.text_of(first)[:1].isdigit()))
        return is_alone and (is_shortened or (first["t"] == "OrderedList" and len(tree.list_items(first)) == 1))
    return style == "Decimal" and start > (99 if is_alone else 999)


def _written(node: Node, waiting: list[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """For each item of a list that is found in `waiting`: its offset, its marker as it was written and as it is printed.

    `waiting`: the markers in the Markdown. What is found is taken out of it.
    """
    after = -1
    for item, marker in zip(tree.list_items(node), markers(node), strict=True):
        word = _first_word(next(filter(str.strip, (tree.text_of([block]) for block in item)), ""))
        likely = [w for w in waiting if w[0] > after and _same(w[2], word)]
        if likely:
            best = next((w for w in likely if w[1] == marker), likely[0])
            waiting.remove(best)
            after = best[0]
            yield best[0], best[1], marker


def _first_word(text: str) -> str:
    while match := _INNER.match(text):  # an item that begins with a list
        text = text[match.end() :]
    found = _WORD.search(text)
    return found[0] if found else ""


def _same(one: str, other: str) -> bool:
    return one == other or bool(one and other and (one.startswith(other) or other.startswith(one)))
