"""Finds what pandoc read as something else than words in a text: a list, a heading, HTML, a command of TeX.

In: a text's Markdown and its tree. Out: what it was read as, what to write instead, and the words of the text that it is about.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from briefs.compose import csljson, lists, tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node
from briefs.edition import powers

WORDS = frozenset({"Para", "Plain"})
_SIGNS = {  # the sign that opens a block, by its kind in pandoc
    "BulletList": re.compile(r"^ *([-+*])(?=\s)", re.M),
    "OrderedList": re.compile(r"^ *(\(?\w+[.)])(?=\s|$)", re.M),
    "Header": re.compile(r"^(#+)", re.M),
    "BlockQuote": re.compile(r"^ *(>)", re.M),
    "LineBlock": re.compile(r"^(\|)", re.M),
    "DefinitionList": re.compile(r"^ *([:~])(?=\s)", re.M),
}
_READ_AS = {
    "BulletList": "an item of a list",
    "OrderedList": "the number of an item of a list",
    "Header": "a heading",
    "BlockQuote": "a quotation of its own",
    "LineBlock": "a line of verse",
    "DefinitionList": "the meaning of a term",
}
_CALLED = {
    "Table": "a table",
    "CodeBlock": "code",
    "HorizontalRule": "a line across",
    "Div": "a block between :::",
    "Figure": "a figure",
}
_BEGINS = {  # the beginning of blocks of other kinds
    "Table": re.compile(r"^ *([|+]|-{3})", re.M),
    "CodeBlock": re.compile(r"^ *(```|~~~)", re.M),
    "HorizontalRule": re.compile(r"^ *([-*_])(?: *\1){2,} *$", re.M),
    "Div": re.compile(r"^ *(:::)", re.M),
}
_NOT_IN_NOTES = {**{kind: name for kind, name in _CALLED.items() if kind != "CodeBlock"}, "Header": "a heading"}
_HOLDERS = {  # blocks whose headings would be chapters of their own
    **dict.fromkeys(["BulletList", "OrderedList"], "an item of a list"),
    "DefinitionList": "the meaning of a term",
    "BlockQuote": "a quotation",
    "Table": "a table",
}
_TAG = re.compile(r"</?(\w+)")
_EMPHASIS = "Write *…* for italics and **…** for bold."
_LEADING = re.compile(  # what leads to a source, at the beginning of a clause
    r"(?:^|[(,;:.–—]\s*)(see(?: also)?|cf\.|vgl\.|siehe|voir|véase|vedi|zie|zob\.)\s*$", re.I
)
_BREAK = "End the line with a backslash to break it."
_GRID = "Write a grid table: its cells can have several lines, paragraphs and lists."
_INSTEAD_OF_TAG = {
    "br": _BREAK,
    "sub": "Write H~2~O for lowered letters.",
    "sup": "Write x^2^ for raised letters.",
    "a": "Write [words](https://…) for a link, {#sec-name} for a name.",
    "img": "Write ![Words](figures/…) for a picture.",
    **dict.fromkeys(["table", "tr", "td", "th", "tbody", "thead"], "Write a table with | signs."),
    **dict.fromkeys(["p", "div", "center", "span", "font"], "Delete the tag; how things look is the theme’s."),
    **dict.fromkeys(["ul", "ol", "li"], "Write `- ` or `1. ` before each item."),
    **dict.fromkeys(["details", "summary", "mark"], "Delete the tag; there is nothing like it on paper."),
    **dict.fromkeys(["u", "ins"], "Write [words]{.underline} for a line below words."),
    **dict.fromkeys(["del", "s", "strike"], "Write ~~…~~ for words that are struck."),
    **dict.fromkeys(["code", "pre", "kbd"], "Write `…` for code."),
}
_OF_LINES = frozenset({"br", "p", "div", "ul", "ol", "li"})
_COMMAND = re.compile(r"\\(\w+)")
_INSTEAD_OF_COMMAND = {
    **dict.fromkeys(["ref", "autoref", "cref", "Cref", "pageref", "nameref"], "Write [](#fig-map) to point at a figure."),
    **dict.fromkeys(["cite", "citep", "citet", "autocite", "parencite", "textcite", "footcite"], "Write [@key] to cite a source."),
    **dict.fromkeys(["newpage", "pagebreak", "clearpage", "vspace", "bigskip", "noindent"], "Delete it; pages are the theme’s."),
    **dict.fromkeys(["textbf", "textit", "emph", "underline"], _EMPHASIS),
    "footnote": "Write ^[The note.] for a note.",
    "linebreak": _BREAK,
}
_SEVERAL = {  # the plural labels of what has pages of its own, by the singular ones without their full stop
    one.rstrip("."): several
    for name in ("volume", "book", "part", "chapter", "section", "issue", "opus", "figure", "note")
    for one, several in csljson.pairs(name)
}
_ROMAN = r"(?=[ivxlc])c{0,4}(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})"  # what pandoc takes for a number: not `vv` and `ll`
_NUMBERS_AFTER_PART = re.compile(  # such as `, vol. 10, 33, 35`
    rf",?\s*(({'|'.join(_SEVERAL)})\.?)\s+([\w.–-]+),\s+(\d+[a-z]?|{_ROMAN})(?!\.?\w)(?:\.\s+(\d\S*))?", re.I
)
_IN_FULL = {
    short.rstrip("."): full for (short, _), (full, _) in map(csljson.pairs, ("verse", "line"))
}  # `v.` and `l.` are numerals too
_WORD = re.compile(r"[^\W_]+")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:", re.M)
_UNPRINTED = re.compile(  # in the text of a table: comments, names of notes, links and examples, attributes, the mark of a caption
    r"<!--.*?-->|(?<=\])\{[^{}\n]*\}|\[\^[^\]\n]*\]:?|\]\[[^\]\n]*\]|\(@[\w-]*\)|^ *([Tt]able)?:", re.S | re.M
)
_ITEM = re.compile(r"[-+*•]")
# A line that begins with such a sign counts as an item only if the paragraph's first line begins with the same sign.
_DASH = re.compile(r"[–—·▪◦‣] ")
_NUMBER = re.compile(r"(\(?)(\d{1,2}|[ivx]+|[a-zA-Z])([.)])(?= )")
_CLOSE = re.compile(r"([-+•]|\d{1,2}[.)])(?=[^\W\d_])")  # the sign of an item, with its words right after it
_CAPITAL = re.compile(r"[A-Z]\. ")
_TWO_SPACES = "Leave an empty line before the list, and put two spaces after a capital letter and its full stop."


def not_words(markdown: str, blocks: Sequence[Node]) -> Iterator[Fault]:
    """The faults of a text that may have paragraphs only: one for each other kind of block in it, at the first block of the
    kind."""
    for kind in dict.fromkeys(block["t"] for block in blocks if block["t"] not in WORDS | {"RawBlock", "Figure"}):
        sign = _SIGNS[kind].search(markdown) if kind in _SIGNS else None
        if sign:
            escaped = sign[1][:-1] + "\\" + sign[1][-1]  # such as 1492\.
            yield Fault(
                f"“{sign[1]}” at the beginning of a line is read as {_READ_AS[kind]}",
                f"Write `{escaped}` to print it, or write a sentence.",
                _rest_of_line(markdown, sign.start(1)),
            )
        else:
            called = _CALLED.get(kind) or _READ_AS.get(kind, "more than words")
            begin = _BEGINS[kind].search(markdown) if kind in _BEGINS else None
            yield Fault(
                f"{called} can’t stand in this text: there is room for words only",
                "Write sentences; a section of the report can hold one.",
                _rest_of_line(markdown, begin.start(1)) if begin else "",
            )


def _rest_of_line(text: str, offset: int) -> str:
    return text[offset:].partition("\n")[0]


def raw(node: Node, *, is_in_cell: bool = False) -> Fault:
    """The fault of HTML or TeX within a text, or in a cell of a table."""
    shown, source = " ".join(tree.text(node).split())[:40], _rest_of_line(tree.text(node).strip(), 0)
    if tree.raw_format(node) == "html":
        tag = _TAG.match(source)
        name = tag[1].lower() if tag else ""
        instead = _GRID if is_in_cell and name in _OF_LINES else _INSTEAD_OF_TAG.get(name, _EMPHASIS)
        hint = f"{instead} `\\<` prints the sign."
        return Fault(f"“{shown}” is read as HTML, which isn’t printed", hint, source)
    if tree.raw_format(node) in {"tex", "latex"}:
        command = _COMMAND.match(source)
        hint = f"{_INSTEAD_OF_COMMAND.get(command[1] if command else '', '')} `\\\\` prints a backslash.".lstrip()
        return Fault(f"“{shown}” is read as a command of TeX, which isn’t printed", hint, source)
    return Fault(f"“{shown}” is raw {tree.raw_format(node)}, which isn’t printed", "Write it in Markdown.", source)


def in_notes(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for a note without words, and for what a note can't hold: a table, a figure, a heading, a line across, a block
    between :::, and another note."""
    for note in (tree.blocks(node) for node in tree.walk(blocks) if node["t"] == "Note"):
        if not note:
            yield Fault("a note has no words", "Write some, or delete its sign.")
        kinds = {node["t"] for node in tree.walk(note)}
        for name in (name for kind, name in _NOT_IN_NOTES.items() if kind in kinds):
            yield Fault(f"{name} can’t stand in a note", "Write sentences or a list, or put it into the text.")
        if "Note" in kinds:
            yield Fault("a note can’t stand in another note", "Write it in brackets.")


def lost_from_tables(markdown: str, blocks: Sequence[Node]) -> Iterator[tuple[int, Fault]]:
    """The offset of each line of a table with a word that isn't in the table's tree, and the fault.

    Pandoc drops the cells of a row that has more than the header, and parts words that reach over the edge of a column.
    """
    if not any(node["t"] == "Table" for node in tree.walk(blocks)):
        return
    printed = set(_WORD.findall(json.dumps(blocks, ensure_ascii=False)))
    for node in (node for node in tree.walk(blocks) if node["t"] == "OrderedList"):
        printed.update(marker.strip("().") for marker in lists.markers(node))
    is_table = all(node["t"] == "Table" for node in blocks) and not _DEFINITION.search(markdown)
    offset = 0
    for line in _UNPRINTED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), markdown).split("\n"):
        lost = [word for word in _WORD.findall(html.unescape(line)) if word not in printed]
        if lost and (is_table or line.lstrip(" >").startswith("|")):
            hint = "Give each row as many cells as the header, and keep words within their column."
            yield offset + max(0, line.rfind(lost[0])), Fault(f"“{lost[0]}” is in no cell of the table", hint)
        offset += len(line) + 1


def empty_items(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each list with an item without words, such as a cell `1.` or a note `2019.`. Word files have no such items."""
    for node in tree.walk(blocks):
        if node["t"] == "OrderedList" and [] in tree.list_items(node):
            sign = lists.markers(node)[tree.list_items(node).index([])]
            hint = f"Write `{sign[:-1]}\\{sign[-1]}` to print it, or words behind it."
            yield Fault(f"“{sign}” is read as the number of an item of a list, which has no words", hint, sign)
        elif node["t"] == "BulletList" and [] in tree.list_items(node):
            yield Fault("an item of a list has no words", "Write some, or a backslash before its sign, `\\-`, to print it.")


def headings(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each heading that has no words, whose words seem to go on below it, or that stands in another block."""
    for block in (node for node in tree.walk(blocks) if node["t"] in _HOLDERS):
        for heading in (node for node in tree.walk(block["c"]) if node["t"] == "Header"):
            source = "#" * tree.level(heading) + " " + tree.text_of(tree.inlines(heading)).partition(" ")[0]
            yield Fault(
                f"a heading can’t stand in {_HOLDERS[block['t']]}", "Write **words** for bold, or begin it outside.", source
            )
    for heading in (node for node in tree.walk(blocks) if node["t"] == "Header"):
        if tree.inlines(heading)[-1:] == [tree.LINE_BREAK]:
            yield Fault("this heading ends with a break; what follows isn’t part of it", "Write the heading on one line.")
        if not tree.text_of(tree.inlines(heading)).strip():
            yield Fault("this heading has no words", "Write some, or delete its line.")


def open_ends(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each paragraph that ends with a backslash: it would break a line after which nothing comes."""
    for block in tree.walk(blocks):
        if block["t"] in WORDS and tree.inlines(block)[-1:] == [tree.LINE_BREAK]:
            last = tree.text_of(tree.inlines(block)).split()[-1:]
            yield Fault("the backslash at the end isn’t printed", "Delete it, or write `\\\\` to print it.", "".join(last))


def more_than_numbers(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each citation that says more than which source it means, for a text that prints sources as numbers."""
    for cited in (tree.citations(node) for node in tree.walk(blocks) if node["t"] == "Cite"):
        if cited[0]["citationMode"]["t"] == "AuthorInText":
            key = cited[0]["citationId"]
            hint = f"Write the name, and the source in brackets: Name [@{key}]."
            yield Fault(f"the source “{key}” prints only a number here, no name", hint, f"@{key}")
        parts = [tree.text_of(part).strip(" ,") for one in cited for part in (one["citationPrefix"], one["citationSuffix"])]
        if shown := " … ".join(filter(None, parts)):
            hint = "Say it in the sentence, or leave it out."
            yield Fault(f"“{shown[:40]}” isn’t printed: here a source is only a number", hint, f"@{cited[0]['citationId']}")


def names_before_citations(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each `@key` in a sentence that is followed by a citation. If a punctuation mark comes after both, citeproc would
    move it before each of them."""
    for node in (node for node in tree.walk(blocks) if node["t"] in tree.WITH_INLINES):
        for first, second in pairwise(tree.inlines(node)):
            if first["t"] == second["t"] == "Cite" and tree.citations(first)[0]["citationMode"]["t"] == "AuthorInText":
                one, other = (tree.citations(cite)[0]["citationId"] for cite in (first, second))
                yield Fault(f"a citation stands right behind “@{one}”", f"Write both as one: @{one} [@{other}].", f"@{one}")


def words_before_notes(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A warning for each “see” that stands before a citation, not in it, so that it would be left alone before the number."""
    for node in (node for node in tree.walk(blocks) if node["t"] in tree.WITH_INLINES):
        inlines = tree.inlines(node)
        for number, inline in enumerate(inlines):
            before = _LEADING.search(tree.text_of(inlines[max(0, number - 8) : number])) if inline["t"] == "Cite" else None
            cited = tree.citations(inline)[0] if before else None
            if before and cited and cited["citationMode"]["t"] != "AuthorInText" and not cited["citationPrefix"]:
                key, word = cited["citationId"], before[1]
                hint = f"Write it into the citation: [{word} @{key}]."
                yield Fault(f"“{word}” stays in the text, and the source goes into a note", hint, f"{word} [@{key}", is_doubt=True)


def raised_numbers(blocks: Sequence[Node], *, is_note_style: bool) -> Iterator[Fault]:
    """A warning for each note or citation whose number would be read as a power. `is_note_style`: citations become notes, so that
    their numbers stand behind a punctuation mark that follows."""
    for node in (node for node in tree.walk(blocks) if node["t"] in tree.WITH_INLINES):
        inlines, before = tree.inlines(node), ""
        for inline, after in pairwise([*inlines, tree.SPACE]):
            is_cite = inline["t"] == "Cite" and tree.citations(inline)[0]["citationMode"]["t"] != "AuthorInText"
            is_behind_mark = is_cite and is_note_style and tree.text_of([after])[:1] in tuple(".,;:!?")
            if (inline["t"] == "Note" or is_cite) and not is_behind_mark and (base := powers.read_as_base(before)):
                yield Fault(powers.what("a source" if is_cite else "a note", base), powers.HINT, base, is_doubt=True)
            words = tree.text_of([inline])
            before = (before + (f"^{words}^" if inline["t"] == "Superscript" else words))[-powers.LOOKED_AT :]


def citations_in_citations(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each `@key` among the words of another citation, which would be a note within a note."""
    for one in (one for node in tree.walk(blocks) if node["t"] == "Cite" for one in tree.citations(node)):
        for inner in tree.walk([one["citationPrefix"], one["citationSuffix"]]):
            if inner["t"] == "Cite":
                key, other = one["citationId"], tree.citations(inner)[0]["citationId"]
                hint = f"Put a semicolon between the two: [@{key}; @{other}], with words before or after a key as you like."
                yield Fault(f"“@{other}” stands among the words of the citation of “{key}”", hint, f"@{other}")


def pages_of_parts(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each bare number behind “vol. 10,” or the like in a citation. Citeproc would take it for a second volume."""
    for one in (one for node in tree.walk(blocks) if node["t"] == "Cite" for one in tree.citations(node)):
        if found := _NUMBERS_AFTER_PART.match(tree.text_of(one["citationSuffix"]).replace("\u00a0", " ")):
            label, singular, part, number, own = found.groups()
            several = f"{_SEVERAL[singular.lower()]} {part}, {number}"
            hint = f"Write `{label} {part}, p. {number}` for a page, or `{several}` for several."
            if own and number in _IN_FULL:
                hint = f"Write `{label} {part}, {_IN_FULL[number]} {own}`."
            what = f"“{number}” would be printed as another “{label}” in the citation of “{one['citationId']}”"
            yield Fault(what, hint, f"{label} {part}, {number}")


def lists_in_paragraphs(blocks: Sequence[Node], *, is_field: bool) -> Iterator[Fault]:
    """A fault for each paragraph that was written as a list: its lines begin as items do, but nothing makes them items."""
    in_cells = tree.inside_cells(blocks)
    for block in tree.walk(blocks):
        if block["t"] in WORDS and (close := _items_without_space(tree.inlines(block))):
            hint = f"Write a space after “{close[1]}”, and an empty line before the list."
            yield Fault(
                f"“{close.string[:30]}” is read as running text, not as an item of a list", hint, close.string.split(" ")[0]
            )
        elif block["t"] in WORDS and (shown := _first_item(tree.inlines(block))):
            apart = _TWO_SPACES if _CAPITAL.match(shown) else "Leave an empty line before the list."
            hint = "Write a sentence: this text holds no list." if is_field else apart
            hint = f"{hint} Only a grid table holds lists." if id(block) in in_cells else hint
            yield Fault(f"“{shown}” is read as running text, not as an item of a list", hint, " ".join(shown.split(" ")[:2]))
        if block["t"] == "OrderedList" and (shown := _swallowed_item(block)):
            yield Fault(f"“{shown}” is read as running text, not as an item of a list", _TWO_SPACES, " ".join(shown.split(" ")[:2]))


def _swallowed_item(node: Node) -> str:
    """The beginning of the first line within an item that starts with the next item's marker. Pandoc takes “V. ” for initials."""
    items = tree.list_items(node)
    following = lists.markers(tree.ordered([*items, []], *tree.numbering(node)))[1:]
    for item, marker in zip(items, following, strict=True):
        for line in (line for block in item if block["t"] in WORDS for line in _lines(tree.inlines(block))[1:]):
            if line.startswith(f"{marker} "):
                return line[:30]
    return ""


def _lines(inlines: Sequence[Node]) -> list[str]:
    """The beginning of each line of a paragraph as it is written."""
    starts = [-1, *(at for at, node in enumerate(inlines) if node["t"] == "SoftBreak")]
    return [tree.text_of([*inlines[at + 1 : at + 8]]).strip() for at in starts]


def _items_without_space(inlines: Sequence[Node]) -> re.Match[str] | None:
    """The sign of the first of at least two lines that begin with one, if no space follows the sign."""
    found = [match for line in _lines(inlines) if (match := _CLOSE.match(line))]
    return found[0] if len(found) > 1 else None


def _first_item(inlines: Sequence[Node]) -> str:
    """The beginning of the first line in a paragraph that looks like an item. One number alone may be a number in a text."""
    first, *lines = _lines(inlines)
    items = [line for line in lines if _ITEM.match(line) and line[1:2] == " "]
    items = items or [line for line in lines if _DASH.match(line) and line[0] == first[:1]]
    numbers = [line for line in (first, *lines) if _NUMBER.match(line)]
    return next(iter(items or (numbers if len(numbers) > 1 and lines else [])), "")[:30]
