"""Notes that are defined apart from their call, so that what is wrong with a note is told where it is written.

In: the text of a section or deck, and a block of it with its tree. Out: each note of the block with the text of its definition.
https://pandoc.org/MANUAL.html#extension-footnotes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.edition.markdown import read
from briefs.edition.model import Text

_DEFINITION = re.compile(
    r"^ {0,3}\[\^([^\]\s]+)\]:(?:.*)(?:\n(?!\s*\n|[ ]{0,3}\[\^[^\]\s]+\]:).*|(?:\n[ \t]*)+\n(?: {4}|\t).*)*", re.M
)
_LINK = re.compile(r"^ {0,3}(\[[^\]^@\n][^\]\n]*\]):[ \t]*\S.*$", re.M)
_CALL = re.compile(r"\[\^([^\]\s]+)\]|\^\[")
_WORD = re.compile(r"\w+")


def definitions(text: Text) -> dict[str, Text]:
    """The definition of each note by its name, such as `[^1]: The note.`, with its place."""
    found = _DEFINITION.finditer(read(text.markdown)) if "[^" in text.markdown else ()
    return {m[1]: Text(text.markdown[m.start() : m.end()], text.place_at(m.start())) for m in found}


def defined_in(texts: Iterable[str]) -> dict[str, str]:
    """The definitions of notes and links in texts of one file by the signs that call them: `[^1]`, `[site]`."""
    found: dict[str, str] = {}
    for text in texts:
        plain = read(text)
        found |= {f"[^{m[1]}]": text[m.start() : m.end()] for m in _DEFINITION.finditer(plain)}
        found |= {text[m.start(1) : m.end(1)]: text[m.start() : m.end()] for m in _LINK.finditer(plain)}
    return found


def with_definitions(markdown: str, defined: Mapping[str, str]) -> str:
    """A text, followed by the definitions of notes and links that it calls but doesn't hold, so that it can be parsed by itself."""
    folded = markdown.casefold()
    needed = [text for call, text in defined.items() if call.casefold() in folded and f"{call.casefold()}:" not in folded]
    return "\n\n".join([markdown, *needed])


def calls(markdown: str) -> list[str]:
    """The names of the notes that a text calls, such as `1` in `[^1]`."""
    return sorted(match[1] for match in _CALL.finditer(read(markdown)) if match[1])


def without_definitions(text: Text) -> Text:
    """The text with spaces in place of the definitions of notes."""
    found = _DEFINITION.finditer(read(text.markdown))
    shown = text.markdown
    for match in found:
        shown = shown[: match.start()] + re.sub(r"[^\n]", " ", match[0]) + shown[match.end() :]
    return Text(shown, text.place)


def apart(text: Text, blocks: Sequence[Node], defined: Mapping[str, Text]) -> tuple[list[Node], list[tuple[Text, Node]]]:
    """The blocks, in which each note that is defined apart is an empty paragraph, and these notes with their definitions.

    Calls and notes are paired in their order. If they don't agree, every note stays where it is called.
    """
    notes = [node for node in tree.walk(list(blocks)) if node["t"] == "Note"] if defined else []
    calls = [match[1] for match in _CALL.finditer(_DEFINITION.sub("", read(text.markdown)))] if notes else []
    pairs = [(defined[name], note) for name, note in zip(calls, notes, strict=False) if name in defined]
    if len(calls) != len(notes) or not all(_is_of(*pair) for pair in pairs):
        return list(blocks), []
    moved = {id(note) for _, note in pairs}
    empty: Node = {"t": "Note", "c": [tree.plain([])]}
    return tree.transform(list(blocks), lambda note: [empty] if id(note) in moved else None, "Note"), pairs


def _is_of(definition: Text, note: Node) -> bool:
    """Whether a note could come from this definition: whether the definition has the note's first word."""
    first = _WORD.search(tree.text_of(tree.blocks(note)))
    return first is None or first[0] in definition.markdown
