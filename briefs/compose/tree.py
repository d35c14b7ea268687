"""Pandoc's document tree as plain JSON: making its nodes, reading their parts, walking and changing a tree.

In and out: what `pandoc -t json` writes. A node is `{"t": constructor, "c": contents}`, an attribute `[identifier, [class],
[[key, value]]]`. The names are those of pandoc-types: https://hackage.haskell.org/package/pandoc-types, Text.Pandoc.Definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict, TypeVar


class Node(TypedDict):
    """A block or an inline: `t` is its constructor in pandoc-types, `c` what that constructor holds."""

    t: str
    c: NotRequired[Any]


class Citation(TypedDict):
    """One of the citations of a Cite."""

    citationId: str
    citationPrefix: list[Node]
    citationSuffix: list[Node]
    citationMode: Node
    citationNoteNum: int
    citationHash: int


Attr = list[Any]  # [identifier, [class], [[key, value]]]
Tree = TypeVar("Tree")
API = [1, 23, 1]
SPACE: Node = {"t": "Space"}
LINE_BREAK: Node = {"t": "LineBreak"}
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")

# Where the parts of a node stand in its contents; None: they are its contents.
_ATTR = {"Div": 0, "Span": 0, "Link": 0, "Image": 0, "Code": 0, "CodeBlock": 0, "Figure": 0, "Table": 0, "Header": 1}
_INLINES = {
    **dict.fromkeys(["Plain", "Para", "Emph", "Underline", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps"]),
    **{"Header": 2, "Span": 1, "Link": 1, "Image": 1, "Quoted": 1, "Cite": 1},
}
WITH_INLINES = frozenset(_INLINES)
_BLOCKS = {"Div": 1, "Figure": 2, "BlockQuote": None, "Note": None}
_NO_ATTR: Attr = ["", [], []]


# Making nodes


def attr(id: str = "", classes: Sequence[str] = (), **keys: str) -> Attr:
    """An attribute. An underscore in a key stands for a hyphen: `custom_style` is `custom-style`."""
    return [id, list(classes), [[k.replace("_", "-"), v] for k, v in keys.items()]]


def string(text: str) -> Node:
    """A Str: text without spaces as pandoc reads it; `joined` makes Strs that hold spaces."""
    return {"t": "Str", "c": text}


def words(text: str) -> list[Node]:
    """Plain text as inlines; nothing in it is read as Markdown. A run of white space becomes one space, no-break spaces stay."""
    together = _SPACES.sub(" ", text).strip(" ")
    return [string(together)] if together else []


def joined(inlines: Sequence[Node]) -> list[Node]:
    """The same inlines with adjacent words and spaces in one Str, as pandoc’s writers join them. It has a third as many nodes."""
    out: list[Node] = []
    run: list[str] = []  # words, with one space between two of them
    for node in [*inlines, Node(t="end")]:
        if node["t"] == "Str":
            run.append(node["c"])
        elif node["t"] == "Space" and run:
            run += [" "] * (run[-1] != " ")
        else:
            ends = run[-1:] == [" "]
            together = [string("".join(run[:-1] if ends else run))] * bool(run)
            out += [*together, *[SPACE] * ends, node]
            run = []
    return out[:-1]


NOTE_COMMA: Node = {"t": "Superscript", "c": [string(","), SPACE]}  # stands between the numbers of two notes


def without_notes(nodes: Sequence[Node]) -> list[Node]:
    """Inlines without notes, and without the space before a note unless a word follows it. Of a citation that citeproc has
    written out, the words in the text are left."""
    flat = [node for node in transform(list(nodes), inlines, "Cite") if node != NOTE_COMMA]
    out: list[Node] = []
    for node, following in zip(flat, [*flat[1:], SPACE], strict=False):  # not strict: if `flat` is empty, SPACE is left over
        if node["t"] != "Note":
            out.append(with_inlines(node, without_notes(inlines(node))) if node["t"] in _INLINES else node)
        elif out and out[-1] == SPACE and following["t"] != "Str":
            out.pop()
    return out


def without_citations(nodes: Sequence[Node]) -> list[Node]:
    """Inlines without notes and citations, for a tree in which citeproc has not yet written these out."""
    return without_notes(transform(list(nodes), lambda node: [{"t": "Note", "c": []}], "Cite"))


def first(nodes: Sequence[Node], length: int) -> list[Node]:
    """The inlines that hold the first `length` characters of the text. Code or a formula that is cut is among them, whole."""
    out: list[Node] = []
    for node in nodes:
        size = len(text_of(node))
        if length <= 0:
            break
        if size <= length:
            out.append(node)
        elif node["t"] == "Str":
            out.append(string(text(node)[:length]))
        elif node["t"] in WITH_INLINES:
            out.append(with_inlines(node, first(inlines(node), _within(node, length))))
        else:
            out.append(node)
        length -= size
    return out


def after(nodes: Sequence[Node], length: int) -> list[Node]:
    """The inlines that hold the text after its first `length` characters. A span that is cut keeps no name. Code or a
    formula that is cut isn't among them."""
    out: list[Node] = []
    for node in nodes:
        size = len(text_of(node))
        if length <= 0:
            out.append(node)
        elif size > length and node["t"] == "Str":
            out.append(string(text(node)[length:]))
        elif size > length and node["t"] == "Span":
            out += after(inlines(node), length)
        elif size > length and node["t"] in WITH_INLINES:
            out.append(with_inlines(node, after(inlines(node), _within(node, length))))
        length -= size
    return out


def _within(node: Node, length: int) -> int:
    """How many of the first `length` characters of a node are its inlines': a quotation begins with its mark."""
    return max(0, length - 1) if node["t"] == "Quoted" else length


def emph(inlines: Sequence[Node]) -> Node:
    return {"t": "Emph", "c": list(inlines)}


def strong(inlines: Sequence[Node]) -> Node:
    return {"t": "Strong", "c": list(inlines)}


def strikeout(inlines: Sequence[Node]) -> Node:
    return {"t": "Strikeout", "c": list(inlines)}


def span(inlines: Sequence[Node], id: str = "", classes: Sequence[str] = (), **keys: str) -> Node:
    return {"t": "Span", "c": [attr(id, classes, **keys), list(inlines)]}


def link(inlines: Sequence[Node], target: str, classes: Sequence[str] = ()) -> Node:
    return {"t": "Link", "c": [attr("", classes), list(inlines), [target, ""]]}


def image(name: str, alt: str, **keys: str) -> Node:
    return {"t": "Image", "c": [attr("", (), **keys), words(alt), [name, ""]]}


def alternative(image: Node) -> str:
    """The alternative text of a picture: its attribute `alt`, or the words in its brackets."""
    return attributes(image).get("alt") or text_of(inlines(image)).strip()


def with_alternative(image: Node, words_: str) -> Node:
    """A copy of a picture with another alternative text."""
    identifier, names, keys = attr_of(image)
    if "alt" in dict(keys):
        return with_attr(image, [identifier, names, [[k, words_ if k == "alt" else v] for k, v in keys]])
    return with_inlines(image, words(words_))


def para(inlines: Sequence[Node]) -> Node:
    return {"t": "Para", "c": list(inlines)}


def plain(inlines: Sequence[Node]) -> Node:
    return {"t": "Plain", "c": list(inlines)}


def header(level: int, inlines: Sequence[Node], id: str = "", classes: Sequence[str] = (), **keys: str) -> Node:
    return {"t": "Header", "c": [level, attr(id, classes, **keys), list(inlines)]}


def div(blocks: Sequence[Node], id: str = "", classes: Sequence[str] = (), **keys: str) -> Node:
    return {"t": "Div", "c": [attr(id, classes, **keys), list(blocks)]}


def bullets(items: Sequence[Sequence[Node]]) -> Node:
    """A BulletList; each item is a list of blocks."""
    return {"t": "BulletList", "c": [list(i) for i in items]}


def ordered(items: Sequence[Sequence[Node]], start: int = 1, style: str = "Decimal", delimiter: str = "Period") -> Node:
    """An OrderedList, by default numbered 1., 2., 3.; each item is a list of blocks."""
    return {"t": "OrderedList", "c": [[start, {"t": style}, {"t": delimiter}], [list(i) for i in items]]}


def document(blocks: Sequence[Node], meta: Mapping[str, Node] | None = None) -> dict[str, Any]:
    """A whole document, as pandoc reads it."""
    return {"pandoc-api-version": API, "meta": dict(meta or {}), "blocks": list(blocks)}


def meta_text(text: str) -> Node:
    return {"t": "MetaInlines", "c": words(text)}


# The parts of a node. An accessor for parts that a node of this kind can't have raises KeyError.


def attr_of(node: Node) -> Attr:
    """The attribute of a Header, Div, Figure, Table, CodeBlock, Span, Link, Image or Code; an empty one for any other node."""
    at = _ATTR.get(node["t"])
    attribute: Attr = _NO_ATTR if at is None else node["c"][at]
    return attribute


def has_attr(node: Node) -> bool:
    """Whether a node of this kind has an attribute."""
    return node["t"] in _ATTR


def identifier(node: Node) -> str:
    """The identifier in a node's attribute; empty if it has none."""
    return str(attr_of(node)[0])


def classes(node: Node) -> list[str]:
    """The classes in a node's attribute."""
    return list(attr_of(node)[1])


def attributes(node: Node) -> dict[str, str]:
    """The keys and values in a node's attribute."""
    return dict(attr_of(node)[2])


def with_attr(node: Node, attribute: Attr) -> Node:
    """A copy of a node with another attribute. The node must be of a kind that has one."""
    contents = list(node["c"])
    contents[_ATTR[node["t"]]] = attribute
    return {"t": node["t"], "c": contents}


def inlines(node: Node) -> list[Node]:
    """The inlines of a Plain, Para or Header, or of an inline that holds others: Emph, Strong, Span, Link, Image, Quoted, Cite …"""
    return _part(node, _INLINES[node["t"]])


def with_inlines(node: Node, inlines: Sequence[Node]) -> Node:
    """A copy of a node that holds inlines, with other inlines."""
    return _with(node, _INLINES[node["t"]], list(inlines))


def blocks(node: Node) -> list[Node]:
    """The blocks of a Div, Figure, BlockQuote or Note."""
    return _part(node, _BLOCKS[node["t"]])


def with_blocks(node: Node, blocks: Sequence[Node]) -> Node:
    """A copy of a node that holds blocks, with other blocks."""
    return _with(node, _BLOCKS[node["t"]], list(blocks))


def _part(node: Node, at: int | None) -> list[Node]:
    part: list[Node] = node["c"] if at is None else node["c"][at]
    return part


def _with(node: Node, at: int | None, part: list[Node]) -> Node:
    return {"t": node["t"], "c": part if at is None else [*node["c"][:at], part, *node["c"][at + 1 :]]}


def level(header: Node) -> int:
    """The level of a Header, from 1."""
    return int(header["c"][0])


def target(node: Node) -> str:
    """The address of a Link, or the file of an Image."""
    return str(node["c"][2][0])


def target_title(node: Node) -> str:
    """The title that a Link or Image gives its address: `[words](address "title")`."""
    return str(node["c"][2][1])


def with_target(node: Node, address: str) -> Node:
    """A copy of a Link or Image with another address or file."""
    attribute, content, (_, title) = node["c"]
    return {"t": node["t"], "c": [attribute, content, [address, title]]}


def text(node: Node) -> str:
    """The text of a Str, Code, Math, CodeBlock, RawInline or RawBlock."""
    return str(node["c"] if node["t"] == "Str" else node["c"][1])


def raw_format(node: Node) -> str:
    """The format of a RawInline or RawBlock, such as `html`."""
    return str(node["c"][0])


def quotation_marks(quoted: Node) -> tuple[str, str]:
    """The marks of a Quoted: ‘ and ’, or “ and ”."""
    return ("‘", "’") if quoted["c"][0]["t"] == "SingleQuote" else ("“", "”")


def citations(cite: Node) -> list[Citation]:
    """The citations of a Cite."""
    found: list[Citation] = cite["c"][0]
    return found


def numbering(node: Node) -> tuple[int, str, str]:
    """The first number of an OrderedList, its style and its delimiter: `(5, "Decimal", "Period")`."""
    start, style, delimiter = node["c"][0]
    return int(start), str(style["t"]), str(delimiter["t"])


def list_items(node: Node) -> list[list[Node]]:
    """The items of a BulletList or OrderedList, each a list of blocks."""
    found: list[list[Node]] = node["c"][1] if node["t"] == "OrderedList" else node["c"]
    return found


def with_list_items(node: Node, items: Sequence[Sequence[Node]]) -> Node:
    """A copy of a BulletList or OrderedList, with other items."""
    own = [list(item) for item in items]
    return {"t": node["t"], "c": [node["c"][0], own] if node["t"] == "OrderedList" else own}


def definitions(node: Node) -> list[tuple[list[Node], list[list[Node]]]]:
    """The items of a DefinitionList: each a term (inlines) and its definitions (each a list of blocks)."""
    return [(term, meanings) for term, meanings in node["c"]]


def caption(node: Node) -> list[Node]:
    """The caption of a Figure or Table: blocks."""
    found: list[Node] = node["c"][1][1]
    return found


def cells(table: Node) -> Iterator[list[Node]]:
    """The blocks of each cell of a Table: of its head, its bodies, its foot."""
    _, _, _, head, bodies, foot = table["c"]
    parts = [head[1], *(rows for body in bodies for rows in body[2:]), foot[1]]
    yield from (cell[4] for rows in parts for _, row in rows for cell in row)


def inside_cells(blocks: Sequence[Node]) -> set[int]:
    """The identities (`id`) of all nodes that stand in cells of tables."""
    tables = [node for node in walk(list(blocks)) if node["t"] == "Table"]
    return {id(node) for table in tables for cell in cells(table) for node in walk(cell)}


def table(head: Sequence[Sequence[Node]], rows: Sequence[Sequence[Sequence[Node]]], each: float | None = None) -> Node:
    """A table: the inlines of each heading, and those of each cell of each row. All columns have the same width. `each`: the width
    of each column but the last, which gets the rest, as a part of the whole."""

    def made(cells: Sequence[Sequence[Node]]) -> list[object]:
        return [attr(), [[attr(), {"t": "AlignDefault"}, 1, 1, [plain(cell)]] for cell in cells]]

    same = 1 / len(head)
    widths = [same] * len(head) if each is None else [each] * (len(head) - 1) + [1 - each * (len(head) - 1)]
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidth", "c": width}] for width in widths]
    body = [attr(), 0, [], [made(row) for row in rows]]
    return {"t": "Table", "c": [attr(), [None, []], columns, [attr(), [made(head)]], [body], [attr(), []]]}


def with_caption(table: Node, caption: Sequence[Node]) -> Node:
    """A copy of a Figure or Table with another caption."""
    return {"t": table["t"], "c": [table["c"][0], [None, list(caption)], *table["c"][2:]]}


# A tree as a whole


def transform(value: Tree, change: Callable[[Node], list[Node] | None], *kinds: str) -> Tree:
    """A tree in which `change` has replaced each node of these kinds (of any kind, if none is named), innermost first.

    `change` returns the nodes that take its place, or None to keep it. What no change reaches is shared with the old tree, not
    copied. A list that begins with a text is an attribute or the like and holds no nodes.
    """
    changed: Tree = _transformed(value, change, frozenset(kinds))
    return changed


def _transformed(value: Any, change: Callable[[Node], list[Node] | None], kinds: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {k: _transformed(v, change, kinds) if isinstance(v, (dict, list)) else v for k, v in value.items()}
    out: list[Any] = []
    changed = False
    for item in value:
        new = item
        if isinstance(item, dict):
            inner = item.get("c")
            if isinstance(inner, list) and inner and not isinstance(inner[0], str):
                made = _transformed(inner, change, kinds)
                new = item if made is inner else {"t": item["t"], "c": made}
            elif inner is None and "t" not in item:  # a citation of a Cite
                new = _transformed(item, change, kinds)
            if (item.get("t") in kinds if kinds else "t" in item) and (replaced := change(new)) is not None:
                out += replaced
                changed = True
                continue
        elif isinstance(item, list) and item and not isinstance(item[0], str):
            new = _transformed(item, change, kinds)
        out.append(new)
        changed = changed or new is not item
    return out if changed else value


def walk(value: object) -> Iterator[Node]:
    """Every node of a tree, outermost first, in the order of the text. Attributes are skipped, as in `transform`."""
    open_: list[Iterator[Any]] = [iter((value,))]
    while open_:
        for item in open_[-1]:
            if isinstance(item, dict):
                if "t" in item:
                    yield item  # type: ignore[misc]
                    item = item.get("c")
                if isinstance(item, dict):
                    open_.append(iter(item.values()))
                    break
            if isinstance(item, list) and item and not isinstance(item[0], str):
                open_.append(iter(item))
                break
        else:
            open_.pop()


_SILENT = {"Note", "RawInline", "RawBlock", "Image"}


def text_of(value: object) -> str:
    """The words of a tree, without notes, pictures and raw code."""
    if isinstance(value, list):
        return "".join(map(text_of, value))
    if not isinstance(value, dict) or value.get("t") in _SILENT:
        return ""
    kind: str = value.get("t", "")
    inner: Any = value.get("c")
    if kind == "Str":
        return str(inner)
    if kind in {"Space", "SoftBreak", "LineBreak"}:
        return " "
    if kind in {"Code", "Math"}:
        return str(inner[1])
    if kind == "Quoted":
        opened, closed = "‘’" if inner[0]["t"] == "SingleQuote" else "“”"
        return opened + text_of(inner[1]) + closed
    return text_of(inner)
