"""The signs between words that the program puts together, in the form that the language asks for.

In: a manuscript. Out: the same. In Chinese and Japanese `, `, `. `, `: `, `; ` and ` (…)` after a letter of these scripts become
signs of full width, without the space: “青空書房, 2021” is “青空書房、2021” (GB/T 15834-2011; JIS Z 8301). So does the stop that
ends a paragraph in such letters, also behind a number or an address. A title is in brackets, so no space is left after it. In
French a colon or semicolon has a no-break space before it. In the Arabic script `,` and `;` are `،` and `؛`, unless the last letter
before them is of another script. Such signs come from templates, from the lists of sources and from citations. Content keeps those
that its author wrote, and so do titles of sources.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from briefs.compose import tree
from briefs.compose.figures import Figure
from briefs.compose.manuscript import Manuscript
from briefs.compose.spacing import NBSP
from briefs.compose.tree import Node
from briefs.edition import names
from briefs.edition.model import Edition

_WIDE = "\u3001-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60"
_AFTER_WIDE = rf"(?:(?<=[{_WIDE}])|(?<=[{_WIDE}][’”]))"
_SIGN = re.compile(rf"{_AFTER_WIDE}([,.:;])( |$)")
# An atomic group, since `++` around alternatives misses matches in Python 3.11.2 (python/cpython#106052).
_STOP = re.compile(rf"[{_WIDE}](?:https?://(?>(?:[^\s.]|\.(?!$))+)|(?![{_WIDE}])[\W\d_])*?(\.)$")
_AFTER_TITLE = re.compile(rf"{_AFTER_WIDE} ")
_OPENED = re.compile(rf"{_AFTER_WIDE} \(")
_BETWEEN = re.compile(rf"(?<=[{_WIDE}])([,.:;]) (?=[{_WIDE}\d])")
_SIGNS = {"zh": dict(zip(",.:;", "，。：；", strict=True)), "ja": dict(zip(",.:;", "、。：；", strict=True))}
_AFTER_NUMBER = re.compile(rf"(?<=\d)(,)( )(?=[{_WIDE}])")
_LISTED = re.compile(rf"(?<=\d)([,;]) (?=[{_WIDE}])")  # within the words of a figure
_ARABIC_SIGN = re.compile(r"[,;](?= |$)")
_ARABIC = {",": "،", ";": "؛"}
_COLON = re.compile(r"(?<=[\w»”).])[:;](?= |$)")
_COLONS = {"fr": f"{NBSP}: ", "ja": "：", "zh": "："}
TITLE = "nocase"  # the class of titles whose capitals stay, which may have neither brackets nor quotation marks
_BLOCKS = ("Para", "Plain", "Header")
_TITLES = {"Emph", "Quoted"}  # titles of sources are nodes of these types
_NOTED = "Noted"  # the type of paragraphs of notes while signs are changed; pandoc has no such type
_NO_LETTERS, _GONE = "\ufffc", "\0"
Writer = Literal["program", "title", "content"]  # who wrote a letter. A title is content to which the program adds brackets
Letter = tuple[str, Writer]


def separated(manuscript: Manuscript) -> Manuscript:
    """The manuscript with the signs of its language. It is unchanged unless this is Chinese, Japanese, French, or in
    the Arabic script."""
    language = manuscript.language.partition("-")[0]
    words: Callable[[str], str]
    if language == "fr":
        change, words = _Separators(_spaced, manuscript.places.keys()), str  # labels have their spaces already
    elif signs := _SIGNS.get(language):
        change, words = _Separators(partial(_widened, signs), manuscript.places.keys()), partial(_wide_words, signs)
    elif names.script(manuscript.language) == "Arab":
        change, words = _Separators(_arabic, manuscript.places.keys()), _arabic_words
    else:
        return manuscript
    blocks, whole = change.blocks(manuscript.blocks), change.blocks(manuscript.whole)
    return replace(manuscript.with_figures(lambda figure: _figure(figure, words)), blocks=blocks, whole=whole)


def _figure(figure: Figure, words: Callable[[str], str]) -> Figure:
    """A figure with the signs of its language in its words, which the program has put together."""
    texts = [{**text, "text": words(text["text"])} for text in figure.texts]
    return replace(figure, texts=texts, alt=words(figure.alt))


def _wide_words(signs: dict[str, str], text: str) -> str:
    return _LISTED.sub(lambda sign: signs[sign[1]], _BETWEEN.sub(lambda sign: signs[sign[1]], text))


def _arabic_words(text: str) -> str:
    return "".join(_arabic([(letter, "program") for letter in text]))


def titled(name: str, edition: Edition) -> str:
    """The title of a file: what it is about, and the edition’s title."""
    return f"{name}{_COLONS.get(edition.about.language.partition('-')[0], ': ')}{edition.about.title.words}"


class _Separators:
    """Changes the blocks of a manuscript. `changed`: returns what replaces each letter, perhaps several letters, or `_GONE`.
    `content`: the names of the spans whose words are content."""

    def __init__(self, changed: Callable[[Sequence[Letter]], list[str]], content: Container[str]):
        self.changed, self.content = changed, content

    def blocks(self, blocks: Sequence[Node]) -> list[Node]:
        """The blocks with the signs of the language. Notes stay as they are, because they are content, except those that citeproc
        made of citations. To tell them apart, paragraphs of notes have another type (`_NOTED`) while signs are changed."""
        named = tree.transform(list(blocks), lambda note: [tree.transform(note, _as(_NOTED), "Para")], "Note")
        cited = tree.transform(named, lambda cite: [tree.transform(cite, self._noted, _NOTED)], "Cite")
        made = tree.transform(cited, lambda node: [self._paragraph(node)], *_BLOCKS)
        return list(tree.transform(made, _as("Para"), _NOTED))

    def _noted(self, node: Node) -> list[Node]:
        return [self._paragraph({**node, "t": "Para"})]

    def _paragraph(self, node: Node) -> Node:
        inlines = tree.inlines(node)
        letters = list(self._letters(inlines, "program"))
        made = self.changed(letters)
        if made == [letter for letter, _ in letters]:
            return node
        return tree.with_inlines(node, list(_rebuilt(inlines, iter("" if letter == _GONE else letter for letter in made))))

    def _letters(self, inlines: Iterable[Node], writer: Writer) -> Iterator[Letter]:
        """The letters of inlines. A space, and each node without letters, counts as one letter."""
        for node in inlines:
            kind = node["t"]
            if kind == "Str":
                yield from ((letter, writer) for letter in tree.text(node))
            elif kind in tree.WITH_INLINES:
                yield from self._letters(tree.inlines(node), self._writer(node) if writer == "program" else writer)
            else:
                yield (" " if kind in {"Space", "SoftBreak"} else _NO_LETTERS, writer)

    def _writer(self, node: Node) -> Writer:
        """Who wrote the words in a node that the program put where it is."""
        if node["t"] in _TITLES:
            return "title"
        if node["t"] != "Span":
            return "program"
        is_content = tree.identifier(node) in self.content or TITLE in tree.classes(node) or "lang" in tree.attributes(node)
        return "content" if is_content else "program"


def _spaced(letters: Sequence[Letter]) -> list[str]:
    """Letters with a no-break space before each colon and semicolon that the program wrote after a word."""
    made = [letter for letter, _ in letters]
    for match in _COLON.finditer("".join(made)):
        made[match.start()] = f"{NBSP}{match[0]}" if letters[match.start()][1] == "program" else match[0]
    return made


def _arabic(letters: Sequence[Letter]) -> list[str]:
    """Letters with the comma and the semicolon of the Arabic script, where the program wrote one after words in it."""
    made = [letter for letter, _ in letters]
    for match in _ARABIC_SIGN.finditer("".join(made)):
        before = next((letter for letter in reversed(made[: match.start()]) if letter.isalpha()), "")
        if letters[match.start()][1] == "program" and unicodedata.name(before, "").startswith("ARABIC"):
            made[match.start()] = _ARABIC[match[0]]
    return made


def _widened(signs: dict[str, str], letters: Sequence[Letter]) -> list[str]:
    """Letters with wide signs and brackets. `_GONE` stands for a space that is left out beside its sign."""
    made = [letter for letter, _ in letters]
    _widen_brackets(made, letters)
    text = "".join(made)
    for match in [*_SIGN.finditer(text), *_AFTER_NUMBER.finditer(text), *_STOP.finditer(text)]:
        at = match.start(1)
        if all(writer == "program" for _, writer in letters[at : match.end()]):
            made[at : match.end()] = [signs[match[1]], *[_GONE] * (match.end() - at - 1)]
    for match in _AFTER_TITLE.finditer(text):
        if [writer for _, writer in letters[match.start() - 1 : match.end()]] == ["title", "program"]:
            made[match.start()] = _GONE
    return made


def _widen_brackets(made: list[str], letters: Sequence[Letter]) -> None:
    """Widen the brackets that the program wrote after a letter of the script, each with the one that closes it."""
    for match in _OPENED.finditer("".join(made)):
        opened, closed = match.end() - 1, _closing(made, match.end())
        if closed is not None and all(letters[at][1] == "program" for at in (match.start(), opened, closed)):
            made[match.start()], made[opened], made[closed] = _GONE, "（", "）"


def _closing(made: Sequence[str], start: int) -> int | None:
    """Where the bracket is closed that was opened before `start`."""
    depth = 1
    for at in range(start, len(made)):
        depth += {"(": 1, ")": -1}.get(made[at], 0)
        if not depth:
            return at
    return None


def _rebuilt(inlines: Iterable[Node], made: Iterator[str]) -> Iterator[Node]:
    """The inlines with the letters `made` in place of their own, in the order in which `_letters` gave these."""
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            if text := "".join(next(made) for _ in tree.text(node)):
                yield tree.string(text)
        elif kind in tree.WITH_INLINES:
            yield tree.with_inlines(node, list(_rebuilt(tree.inlines(node), made)))
        elif next(made):
            yield node


def _as(kind: str) -> Callable[[Node], list[Node]]:
    return lambda node: [{**node, "t": kind}]
