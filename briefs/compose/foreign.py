"""What other programs read in a text otherwise than pandoc: formulas in `\\(…\\)`, `\\@ref(…)`, code that is run, front matter.

In: a text's Markdown and its tree. Out: the offset of each, what is wrong, what to write instead. What pandoc leaves as it stands
is found by `leftovers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefs.compose import tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node
from briefs.edition.markdown import without_code

_FORMULA = re.compile(r"(?<!\\)(\\\((.*?)\\\)|\\\[(.*?)\\\])(?![^\W\d_])", re.S)
_PLAIN_WORD = re.compile(r"(?<!\\)\b[^\W\d_]{3,}")
_OF_FORMULA = re.compile(r"[\^_=<>\\]|\w *\+ *\w|\A\s*(?![aAI]\b)[^\W\d_](?:\(\w\))?\s*\Z")
_ITEM = re.compile(r"^[ >]*(?:[-*+] +)?\\\(\w+\\\) ", re.M)
_REFERENCE = re.compile(r"\\@ref\([^()\n]*\)|\(\\#[\w:-]+\)")
_CHUNK = re.compile(r"\{[\w-]+(?:[ ,][^{}]*)?\}\s")
_RUN = re.compile(r"\{(?:r|python|julia|ojs|js|bash)\} ?|r ")
DRAWN = frozenset({"mermaid", "plantuml", "graphviz", "geojson", "topojson", "dataview", "math"})  # other programs draw such code
_FENCE = re.compile(r"^[ >]*(?:`{3,}|~{3,}) *\{?\.?([\w-]+)", re.M)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]^@\n][^\]\n]*)\]:[ \t]*(\S*)", re.M)
_TABLED = r"-{3}|\|.*\|[ \t]*$|.*\n[ \t]*-+(?:[ \t]+-+)*[ \t]*$"  # the beginning of a table
# A paragraph after a note that is indented by one to three spaces: GitHub takes two for the note, pandoc needs four.
_BESIDE_NOTE = re.compile(rf"^ {{0,3}}\[\^[^\]\s]+\]:.*\n(?:.*\S.*\n)*(?:[ \t]*\n)+ {{1,3}}(?=[^\s\[])(?!{_TABLED})", re.M)
# A term right below a meaning, with no empty line between, as kramdown reads it.
_TERM = re.compile(r"^[ >]*[:~][ \t]+\S.*\n(?![ >]*[:~][ \t])([> ]*)(?=\S)(?=.*\n\1[:~][ \t])", re.M)
_UNDERLINED = re.compile(r"^(.*\S.*\n)-+[ \t]*(?=\n|\Z)", re.M)
_BLOCK_OF_KEYS = re.compile(r"^---[ \t]*\n(?:[\w-]+:.*\n)+(?:---|\.\.\.)[ \t]*(?=\n|\Z)", re.M)
_TITLE = re.compile(r"\s*% ")
_SENTENCE = re.compile(r"[.!?;:][”’\"')]*\s*\Z")
_SPACE = re.compile(r"\s+")
# LaTeX's thin space, hyphen for the end of a line, and accents: pandoc drops the backslash and prints the sign.
_TEX = re.compile(r"(?<=\w)\\,(?=\w)|(?<=[^\W\d_])\\-(?=[^\W\d_])|(?<![\s\\])\\\"(?=[aeiouAEIOU]\w)")
_LETTER = "A-Za-z\u00c0-\u058f"  # letters of scripts with spaces; other scripts write 月~金 for a range
_TIE = re.compile(rf"(?<=[{_LETTER}][.,])~(?=\w)|(?<!\\)~(?:\\.|[^\s~\\])*~|(?<=\w)~(?=[{_LETTER}])|(?<=[{_LETTER}])~(?=\d)")
_ADDRESS = re.compile(r"(?:://|www\.|\]\()\S*\Z")
_INSTEAD_OF_TEX = {
    ",": "`10\\ kg` has a space at which no line ends.",
    "-": "Words are hyphenated by themselves.",
    '"': "Write ä, ö, ü themselves.",
}
_CODE = "Write ```` ```python ```` without braces to print the code, or the result as words."
_COLONS = re.compile(r"(?<![\\:]):{3,}")
_MARKERS = re.compile(r"(?:[ \t>]|[-*+] |\w{1,4}[.)] |[:~] )*")  # what may stand before a block on its line


def faults(markdown: str, blocks: Sequence[Node], *, is_section: bool) -> Iterator[tuple[int, Fault]]:
    """The offset and fault of each passage that other programs read otherwise. `is_section`: the text is a section or deck."""
    source = without_code(markdown)
    yield from _formulas(source)
    for match in _REFERENCE.finditer(source):
        yield match.start(), Fault(f"“{match[0]}” is printed as it stands", "Write [](#fig-map) to point at a figure.")
    for match in _TEX.finditer(source):
        yield match.start(), Fault(f"“{match[0]}” is printed as “{match[0][1]}”", f"Delete it. {_INSTEAD_OF_TEX[match[0][1]]}")
    for match in _TIE.finditer(source):  # `H~2~`, `P~a\ b~` and `~~words~~` are passed over
        if len(match[0]) == 1 and not _ADDRESS.search(source[: match.start()]):
            yield match.start(), Fault("“~” makes no space here", "`\\ ` is a space at which no line ends, `\\~` the sign.")
    yield from _code(markdown, blocks)
    yield from _unused_links(source, blocks)
    if is_section:
        yield from _front_matter(source, blocks)
        for match in _TERM.finditer(source) if _has_terms(blocks) else ():
            term = source[match.end() :].partition("\n")[0][:40]
            hint = "Leave an empty line before a term, and indent the lines of a meaning."
            yield match.end(), Fault(f"“{term}” is read as part of the meaning above it", hint)
        for match in _BESIDE_NOTE.finditer(source):
            hint = "Indent it by four spaces if it belongs to the note, or else by none."
            yield match.end(), Fault("this paragraph stands in the text, not in the note before it", hint, is_doubt=True)


def _has_terms(blocks: Sequence[Node]) -> bool:
    return any(node["t"] == "DefinitionList" for node in tree.walk(list(blocks)))


def _formulas(source: str) -> Iterator[tuple[int, Fault]]:
    for match in _formulas_in(source):
        shown = _SPACE.sub(" ", match[1])[:40]
        inner = (match[2] or match[3] or "").strip()[:40]
        yield match.start(), Fault(f"“{shown}” is not read as a formula", f"Write `${inner}$`.")


def _formulas_in(source: str) -> Iterator[re.Match[str]]:
    items = {match.end() for match in _ITEM.finditer(source)}
    for match in _FORMULA.finditer(source) if "\\(" in source or "\\[" in source else ():
        inner = match[2] or match[3] or ""
        if not any(map(str.isalnum, inner)):  # signs in brackets, such as `\[\*\]`
            continue
        if _OF_FORMULA.search(inner) and not _PLAIN_WORD.search(inner) and match.end() + 1 not in items:
            yield match


def brackets_as_signs(markdown: str) -> str:
    """A text as pandoc writes it, with `[x]` for the `\\[x\\]` that `faults` would take for a formula of another program.

    A bracket that follows gets a backslash, because `[x](y)` would be a link."""
    for match in reversed([*_formulas_in(without_code(markdown))]):
        inner, after = markdown[match.start() + 2 : match.end() - 2], markdown[match.end() :]
        escape = "\\" if match[1].endswith("]") and after.startswith(("(", "[", "{")) else ""
        markdown = f"{markdown[: match.start()]}{match[1][1]}{inner}{match[1][-1]}{escape}{after}"
    return markdown


def fences_as_signs(markdown: str) -> str:
    """A text as pandoc writes it, with `\\:::` for each `:::` within a line, which pandoc leaves as it is."""
    for match in reversed([*_COLONS.finditer(without_code(markdown))]):
        before, after = markdown[: match.start()], markdown[match.start() :]
        markdown = before + after if _MARKERS.fullmatch(before.rpartition("\n")[2]) else f"{before}\\{after}"
    return markdown


def _code(markdown: str, blocks: Sequence[Node]) -> Iterator[tuple[int, Fault]]:
    """A fault for each piece of code that other programs run, or draw as a picture."""
    for node in tree.walk(list(blocks)):
        if node["t"] in tree.WITH_INLINES and any(inline["t"] == "Code" for inline in tree.inlines(node)):
            alone = len(tree.inlines(node)) == 1
            for text in (tree.text(inline) for inline in tree.inlines(node) if inline["t"] == "Code"):
                if _RUN.match(text) or (alone and _CHUNK.match(text) and "```{" in markdown):
                    at = max(0, markdown.find(text.split()[0]))
                    yield at, Fault(f"the code “{_SPACE.sub(' ', text)[:30]}” isn’t run here, but printed", _CODE)
    for match in _FENCE.finditer(markdown) if any(node["t"] == "CodeBlock" for node in tree.walk(list(blocks))) else ():
        if match[1] in DRAWN:
            yield match.start(1), Fault(f"code for “{match[1]}” isn’t drawn here, but printed", "Put the picture into figures/.")


def _unused_links(source: str, blocks: Sequence[Node]) -> Iterator[tuple[int, Fault]]:
    """A fault for each line such as `[Speaker]: Words`. It isn't printed, because it is read as the definition of a link; but no
    text has such a link.

    `[//]: # (Words)` and `[comment]: <> (Words)` are comments.
    """
    found = list(_DEFINITION.finditer(source)) if "]:" in source else []
    printed, names = tree.text_of(list(blocks)) if found else "", _name(source)
    for match in found:
        name, address = match[1], match[2].strip("<>")
        is_comment = not address or address == "#"
        if is_comment or f"[{name}]:" in printed or names.count(f"[{_name(name)}]") > 1:
            continue
        what = f"“[{name}]:” is read as the address of a link; nothing uses it, so the line isn’t printed"
        yield match.start(1) - 1, Fault(what, "Delete the line, or write `\\[` to print it.")


def _name(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def _front_matter(source: str, blocks: Sequence[Node]) -> Iterator[tuple[int, Fault]]:
    """Faults: a title written as `% Title`, keys that aren't at the beginning, text that hyphens below it make a heading."""
    if match := _TITLE.match(source):
        yield (
            match.end() - 2,
            Fault("“%” begins no title here, and is printed", "Write the title between the `---` lines, after `title:`."),
        )
    for match in _BLOCK_OF_KEYS.finditer(source):
        yield (
            match.start(),
            Fault("front matter is only read at the beginning of a file", "Write these keys there, or delete them."),
        )
    headings = {_name(tree.text_of(tree.inlines(n))) for n in tree.walk(list(blocks)) if n["t"] == "Header" and tree.level(n) == 2}
    for match in _UNDERLINED.finditer(source) if headings else ():
        if _SENTENCE.search(match[1]) and any(_name(match[1].strip()).startswith(heading[:9]) for heading in headings):
            what = "this line is read as a heading, because hyphens stand below it"
            yield match.start(), Fault(what, "Leave an empty line between the two, or delete the hyphens.")
