"""Signs of Markdown that pandoc didn't read as such, so that they would be printed.

In: a text's Markdown and its tree, and pandoc's reader. Out: each sign that is left over: its offset, what is wrong, what to write.
What was escaped, stands in code or is an address was meant to be printed. So before a sign counts, the text is read again with
other letters in place of escaped ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from briefs.compose import tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node
from briefs.edition.markdown import hidden_escapes, read

HIDDEN, CITED = "\0", "\1"  # stand for what isn't text, and for a citation without brackets


@dataclass(frozen=True)
class Sign:
    """A sign that is left over. `pattern`: in the printed text, after smart punctuation; `source`: in the Markdown, if it differs.
    In `what` and `instead`, `{0}` is the sign."""

    pattern: re.Pattern[str]
    what: str
    instead: str
    source: re.Pattern[str] | None = None


def _sign(pattern: str, what: str, instead: str, source: str = "") -> Sign:
    return Sign(re.compile(pattern, re.M), what, instead, re.compile(source, re.M) if source else None)


_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![A-Za-z0-9@])")
_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)\S+")
_SIGNS = (
    _sign(r"\[\^[^\]\s\[]*\]", "no note “{0}” is defined", "Define it with `{0}: The note.`, or write `\\[` to print the bracket."),
    _sign(r"\^\[", "the note that “^[” begins isn’t closed", "Write `]` after it, or `\\^` to print the sign."),
    _sign(rf"\[(?:[^\[\]\n{HIDDEN}]* )?(?:@|-?{CITED})", "“[” doesn’t begin a citation here",
          "Write [@key, p. 3], with a source’s key, and close the bracket. `\\[` prints it.", r"\[[^\[\]]*@"),
    _sign(r"(?<=\w)@\w+", "“{0}” after a letter is read as text, not as a citation",
          "Write a space before it, or [{0}]; or `\\@` to print the sign."),
    _sign(r"!\[", "a picture is left as text", "Write ![Words](figures/…) without a space between the brackets."),
    _sign(r"\]\[", "no link of this name is defined",
          "Define it on a line `[name]: https://…` with an empty line before it. `\\[` prints a bracket."),
    _sign(r"\]\(", "a link is left as text", "Write [words](https://…), without signs that end it. `\\[` prints a bracket."),
    _sign(r"\A\*\[[^\]\n]+\]:", "“{0}” doesn’t define an abbreviation here", "Write it into glossary.yaml."),
    _sign(r"^\[[^\]\n]+\]:(?=\s)", "“{0}” isn’t read as the address of a link",
          "Leave an empty line before it, and write `[name]: https://…`."),
    _sign(r"\A(?:`{3,}|~{3,}|:{3,})|`{3,}", "“{0}” begins no block here",
          "Write the same signs on lines of their own before and after the block."),
    _sign("`", "“`” is left as a sign", "Close the code with “`”. For quotation marks write “…” or ‘…’; `\\`` prints the sign."),
    _sign(r"\*{2,}", "“{0}” is left as signs",
          "Write **words** without a space at its inner sides, and close it. `\\*\\*` prints the signs."),
    _sign(r"__+", "“{0}” is left as signs", "Write **words** for bold. `\\_\\_` prints the signs."),
    _sign(r"~~+", "“{0}” is left as signs", "Close it: ~~words~~. `\\~\\~` prints the signs."),
    _sign(r"\^\^+", "“{0}” is left as signs", "Write x^2^ for a raised letter. `\\^\\^` prints the signs."),
    _sign(r"==+", "“{0}” is left as signs; nothing is highlighted", "Write **words** for bold. `\\=\\=` prints the signs."),
    _sign(r":{3,}", "“{0}” is left as signs: it doesn’t begin or end a block here",
          "Leave an empty line before it, and write a class after the first one: `::: notes`."),
    _sign(r"\$\$", "“$$” is left as signs", "Write `\\$` for each dollar."),
    _sign(r"\|[ \t]*:?[-–—]+:?[ \t]*(?:\||$)|^\+[-–—=]+\+", "a table is left as text",
          "Leave an empty line before it, begin it with the line of its heads, and give each line the same number of columns.",
          r"\|[ \t]*:?-+:?[ \t]*(?:\||$)|^\+[-=]+\+"),
    _sign(r"\{(?:[.#][\w-]|[\w-]+=)", "attributes in braces are left as text",
          "Write them right after what they belong to. `\\{{` prints the brace."),
    _sign(r"<!(?:--|–|—)", "a comment isn’t closed", "Write `-->` after it.", "<!--"),
    _sign(r"(?:\A#+(?=[^\W\d])|\A##+(?=\w))|(?:(?<=\n)#{1,6} )", "“{0}” is left as signs: no heading begins here",
          "Leave an empty line before a heading, and a space after its signs. `\\#` prints the sign."),
    _sign(r"(?<=\n)> ", "“>” is left as a sign: no quotation begins here",
          "Leave an empty line before the quotation. `\\>` prints the sign."),
    _sign(r"^[-–—]{2,}[-–— ]*$", "a line of hyphens is left as text",
          "Leave an empty line before and after it, or take it out.", r"^[ ]*--[- ]*$"),
    _sign(rf"\A{HIDDEN}:", "“:” right after a key is left as a sign", "Write a comma: [@key, p. 3].", r"@[^\s\]]*:"),
    _sign(r"\\$", "“\\” at the end is left as a sign",
          "In a cell of a table with | signs a line can’t be broken. `\\\\` prints the sign."),
    _sign(r"\A: ", "“:” at the beginning is left as a sign",
          "Write a caption right before or after its table, a meaning right after its term."),
    _sign(r"&(?:[A-Za-z][A-Za-z0-9]+|#[0-9]+|#x[0-9A-Fa-f]+);", "“{0}” is the name of no letter", "Write the letter itself."),
)  # fmt: skip
_IN_VERSE = _sign(
    r"\|",
    "a line that begins with “|” is read as verse",
    "A table has a line such as `|---|---|` below its heads; `\\|` prints the sign.",
)
_WORD = re.compile(r"\w+")
_EMPTY = {"Subscript": "~~", "Superscript": "^^"}
_QUICK = re.compile(r"[\\\[\]@`|>${}#+&:–—-]|\*\*|__|~~|\^\^|==|<!")


def faults(markdown: str, blocks: Sequence[Node], parse: Callable[[str], list[Node]]) -> Iterator[tuple[int, Fault]]:
    """The signs that are left over in a text. `parse`: pandoc's reader of one text."""
    if not any(True for _ in _found(blocks)):
        return
    hidden = hidden_escapes(markdown)
    source, after = read(hidden), 0
    for sign, word, shown, rest in _found(parse(hidden) if hidden != markdown else blocks):
        at = _offset(source, sign, word, shown, rest, after)
        at = max(0, hidden.rfind(shown)) if at < 0 else at  # `source` has no code that isn't closed
        after = at + 1
        yield at, Fault(sign.what.format(shown.strip()), sign.instead.format(shown.strip()))


def _offset(source: str, sign: Sign, word: str, shown: str, rest: str, after: int) -> int:
    """Where a sign stands in the Markdown, after the last one if it is found there. First its whole word is looked for.

    It is -1 if the sign isn't found.
    """
    alone = re.compile(rf"(?<!\S){re.escape(word)}(?!\S)")
    for pattern in [sign.source] if sign.source else [alone, re.compile(re.escape(word)), re.compile(re.escape(shown))]:
        found = [*pattern.finditer(source, after), *pattern.finditer(source)]
        for match in [m for m in found if sign.source and _first_word(source[m.end() :]) == _first_word(rest)] + found[:1]:
            return match.start() + max(0, match[0].find(shown))
    return -1


def _first_word(text: str) -> str:
    found = _WORD.search(text)
    return found[0] if found else ""


def _found(blocks: Sequence[Node]) -> Iterator[tuple[Sign, str, str, str]]:
    """Each sign in the printed text: the word that it stands in, the sign, and what follows it."""
    for text, is_verse in _texts(blocks):
        if not _QUICK.search(text):
            continue
        bare = _ADDRESS.sub(_blank, _EMAIL.sub(_blank, text))
        taken: set[int] = set()
        for sign in (*_SIGNS, _IN_VERSE) if is_verse else _SIGNS:
            for match in sign.pattern.finditer(bare):
                if taken.isdisjoint(range(match.start(), match.end())):
                    taken |= set(range(match.start(), match.end()))
                    yield sign, _word(text, match.start()), match[0], text[match.end() :]


def _blank(match: re.Match[str]) -> str:
    return HIDDEN * len(match[0])


def _word(text: str, at: int) -> str:
    start = max(text.rfind(sign, 0, at + 1) for sign in (" ", "\n", HIDDEN, CITED)) + 1
    return re.split(rf"[\s{HIDDEN}{CITED}]", text[min(start, at) :], maxsplit=1)[0]


def _texts(blocks: Sequence[Node]) -> Iterator[tuple[str, bool]]:
    """The printed text of each paragraph, heading, cell, term and line of verse, and whether it is one of verse."""
    for node in tree.walk(list(blocks)):
        if node["t"] in {"Para", "Plain", "Header"}:
            text = _shown(tree.inlines(node))
            yield "~" * (text.split("\n")[0] == "~~") + text, False  # a line of `~~~` alone is read as lowered letters
        elif node["t"] == "LineBlock":
            yield from ((_shown(line), True) for line in node["c"])
        elif node["t"] == "DefinitionList":
            yield from ((_shown(term), False) for term, _ in tree.definitions(node))
        elif node["t"] == "Cite":
            for part in tree.citations(node):
                yield _shown(part["citationPrefix"]), False
                yield HIDDEN + _shown(part["citationSuffix"]), False


def _shown(inlines: Sequence[Node]) -> str:
    return "".join(map(_letters, inlines))


def _letters(node: Node) -> str:
    kind = node["t"]
    if kind == "Str":
        return tree.text(node)
    if kind in {"Space", "SoftBreak", "LineBreak"}:
        return " " if kind == "Space" else "\n"
    if kind == "Cite":
        return CITED if tree.citations(node)[0]["citationMode"]["t"] == "AuthorInText" else HIDDEN
    if kind in _EMPTY and not tree.inlines(node):  # what pandoc makes of `~~` and `^^`
        return _EMPTY[kind]
    if kind not in tree.WITH_INLINES or {"uri", "email"} & set(tree.classes(node)):
        return HIDDEN
    return _shown(tree.inlines(node))
