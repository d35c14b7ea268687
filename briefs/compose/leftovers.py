"""Signs of Markdown that pandoc didn't read as such, so that they would be printed.

In: a text's Markdown and its tree, and pandoc's reader. Out: each sign that is left over: its offset, what is wrong, what to write.
What was escaped, stands in code or is an address was meant to be printed. So before a sign counts, the text is read again with
other letters in place of escaped ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from briefs.compose import gridtables, tree
from briefs.compose.attributes import Fault
from briefs.compose.signs import CITED, HIDDEN, IN_CELLS, IN_TEXT, IN_VERSE, MARKDOWN, OTHERS, Sign
from briefs.compose.tree import Node
from briefs.edition.markdown import hidden_escapes, read

_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![A-Za-z0-9@])")
_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)\S+")
_WORD = re.compile(r"\w+")
_MOST_TRIED = 50  # places of a sign that are compared by the word after it
_EMPTY = {"Subscript": "~~", "Superscript": "^^"}
_QUICK = re.compile(
    r"\A\* |[\\\[\]@`|>${}#+&:–—-]|\*\*|__|~~|\^\^|==|<[!<%]|[!?/]{3}|%%"
    r"|(?<=\s)[*_^]\w|[~^]\S|\n~|\. ?\. |\((?:ref|PART|APP)|\)=|!in"
)


def faults(markdown: str, blocks: Sequence[Node], parse: Callable[[str], list[Node]]) -> Iterator[tuple[int, Fault]]:
    """The signs that are left over in a text, and the faulty grid tables, in which any sign may be. `parse`: pandoc's reader of
    one text."""
    tables = [*gridtables.faulty(markdown, blocks)]
    yield from ((table.at, table.fault) for table in tables)
    yield from (found for found in _left_over(markdown, blocks, parse) if not any(t.start <= found[0] < t.end for t in tables))


def _left_over(markdown: str, blocks: Sequence[Node], parse: Callable[[str], list[Node]]) -> Iterator[tuple[int, Fault]]:
    if not any(True for _ in _found(blocks)):
        return
    hidden = hidden_escapes(markdown)
    source, after = read(hidden), 0
    for sign, word, shown, rest in _found(parse(hidden) if hidden != markdown else blocks):
        at = _offset(source, sign, word, shown, rest, after)
        at = max(0, hidden.rfind(shown)) if at < 0 else at  # `source` has no code that isn't closed
        after = at + 1
        yield at, Fault(sign.what.format(shown.strip()), sign.instead.format(shown.strip()), is_doubt=sign.is_doubt)


def _offset(source: str, sign: Sign, word: str, shown: str, rest: str, after: int) -> int:
    """Where a sign stands in the Markdown: at `after` or later, if it is found there. First its whole word is looked for.

    It is -1 if the sign isn't found.
    """
    alone, *parts = rf"(?<!\S){re.escape(word)}(?!\S)", re.escape(word), re.escape(shown)
    patterns = [sign.source] if sign.source else map(re.compile, (alone, *parts))
    searches = (chain(pattern.finditer(source, after), pattern.finditer(source)) for pattern in patterns)
    for found in searches:
        if first := next(found, None):
            matches = islice(chain([first], found), _MOST_TRIED) if sign.source else ()
            match = next((m for m in matches if _first_word(source, m.end()) == _first_word(rest)), first)
            return match.start() + max(0, match[0].find(shown))
    return -1


def _first_word(text: str, start: int = 0) -> str:
    found = _WORD.search(text, start)
    return found[0] if found else ""


def _found(blocks: Sequence[Node]) -> Iterator[tuple[Sign, str, str, str]]:
    """Each sign in the printed text: the word that it stands in, the sign, and what follows it."""
    for text, own in _texts(blocks):
        if not _QUICK.search(text):
            continue
        bare = _ADDRESS.sub(_blank, _EMAIL.sub(_blank, text))
        taken: set[int] = set()
        for sign in (*OTHERS, *MARKDOWN, *own):
            for match in sign.pattern.finditer(bare):
                if taken.isdisjoint(range(match.start(), match.end())):
                    taken |= set(range(match.start(), match.end()))
                    yield sign, _word(text, match.start()), match[0], text[match.end() :]


def _blank(match: re.Match[str]) -> str:
    return HIDDEN * len(match[0])


def _word(text: str, at: int) -> str:
    start = max(text.rfind(sign, 0, at + 1) for sign in (" ", "\n", HIDDEN, CITED)) + 1
    return re.split(rf"[\s{HIDDEN}{CITED}]", text[min(start, at) :], maxsplit=1)[0]


def _texts(blocks: Sequence[Node]) -> Iterator[tuple[str, Sequence[Sign]]]:
    """The printed text of each paragraph, heading, cell, term and line of verse, and the signs that only such a text can have."""
    in_cells = tree.inside_cells(blocks)
    for node in tree.walk(list(blocks)):
        if node["t"] in {"Para", "Plain", "Header"}:
            text = _shown(tree.inlines(node))
            lowered = "~" * (text.split("\n")[0] == "~~")  # a line of `~~~` alone is read as lowered letters
            in_text = IN_TEXT if node["t"] != "Header" else ()
            yield lowered + text, IN_CELLS if id(node) in in_cells else in_text
        elif node["t"] == "LineBlock":
            yield from ((_shown(line), (IN_VERSE,)) for line in node["c"])
        elif node["t"] == "DefinitionList":
            yield from ((_shown(term), ()) for term, _ in tree.definitions(node))
        elif node["t"] == "Cite":
            for part in tree.citations(node):
                yield _shown(part["citationPrefix"]), ()
                yield HIDDEN + _shown(part["citationSuffix"]), ()


def _shown(inlines: Sequence[Node]) -> str:
    return "".join(map(_letters, inlines))


def _letters(node: Node) -> str:
    kind = node["t"]
    if kind == "Str":
        return tree.text(node)
    if kind in {"Space", "SoftBreak", "LineBreak"}:
        return " " if kind == "Space" else "\n"
    if kind == "Cite":
        return HIDDEN if tree.text_of(tree.inlines(node)).startswith("[") else CITED
    if kind in _EMPTY and not tree.inlines(node):  # what pandoc makes of `~~` and `^^`
        return _EMPTY[kind]
    if kind not in tree.WITH_INLINES or {"uri", "email"} & set(tree.classes(node)):
        return HIDDEN
    return _shown(tree.inlines(node))
