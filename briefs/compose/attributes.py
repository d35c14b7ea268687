"""The attributes that content may use: identifiers, classes, and keys with values.

In: the tree of a text of the content. Out: what is wrong with its attributes. Style sheets, templates and code use many other
classes. Content that could write them would change how a page looks, or lose words. docs/content.md lists what is allowed.
https://pandoc.org/MANUAL.html#divs-and-spans
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.edition.names import is_language
from briefs.problems import Place, Problem, error, warning

ANYWHERE = frozenset({"lang"})
DIRECTIONS = frozenset({"ltr", "rtl"})  # directions that a passage may have: `[words]{dir=rtl}`
PICTURES = frozenset({"alt", "width"})
NAMED = frozenset({"Header", "Figure", "Image", "Table"})  # a reference can point at these, and at the div of a figure
OWN = {"Link": {"uri", "email"}, "Header": {"unnumbered"}}  # classes that pandoc itself gives, as to `<https://…>`
CODE = frozenset({"Code", "CodeBlock"})  # their classes name a language, and are dropped: code is printed in one colour


class Fault(NamedTuple):
    """What is wrong with a text, what to write instead, and the words of the text at fault, as they were written (`source`).

    `is_doubt`: the text may be meant as it is printed, so this is a warning.
    """

    message: str
    hint: str = ""
    source: str = ""
    is_doubt: bool = False

    def at(self, place: Place) -> Problem:
        """The fault as a problem at a place of the content."""
        return (warning if self.is_doubt else error)(place, self.message, self.hint)


@dataclass(frozen=True)
class DivClass:
    """A class of fenced divs. `keys`: the attributes that it may have. `needs`: the attribute that it must have, or empty. `where`:
    `top` if it may stand only outside all other blocks, `columns` if only directly in columns, or `anywhere`.
    `has_words_only`: whether it holds paragraphs without pictures, and nothing else."""

    keys: frozenset[str] = frozenset()
    needs: str = ""
    where: Literal["top", "columns", "anywhere"] = "top"
    has_words_only: bool = False


_WHAT = ("column", "columns", "countries", "country", "year", "from", "to")
_HOW = ("by", "classes", "breaks", "middle", "title", "alt", "table")
PLOT = frozenset((*_WHAT, *_HOW))  # the attributes of a figure of values
REPORT = {"figure": DivClass(PLOT | {"data", "width"}, "data")}
DECK = {
    "figure": DivClass((PLOT - {"table"}) | {"data", "width", "step"}, "data", "anywhere"),
    "countries": DivClass(frozenset({"step"}), "step", "anywhere"),
    "facts": DivClass(frozenset({"country", "topic"}), "country", "anywhere"),
    "columns": DivClass(),
    "column": DivClass(where="columns"),
    "large": DivClass(frozenset({"dir"}), where="anywhere", has_words_only=True),
    "source": DivClass(frozenset({"section"}), "section"),
    "notes": DivClass(),
}
VALUES = {
    "value": frozenset({"column", "country", "year", "unit"}),
    "rank": frozenset({"column", "country", "year", "group"}),
    "median": frozenset({"column", "year", "group", "unit"}),
    "change": frozenset({"column", "country", "from", "to", "unit"}),
}  # spans that print a value of the data, and their keys
OUTSIDE = {"top": "Put it outside every list, quotation and other block.", "columns": "Put it directly into `:::: columns`."}


def faults(path: str, blocks: Sequence[Node]) -> Iterator[Fault]:
    """What is wrong with the attributes in the blocks of a text. `path`: the text's file in the edition."""
    known = _known(path)
    nodes = [node for node in tree.walk(list(blocks)) if tree.has_attr(node)]
    columns = [inner for node in nodes if node["t"] == "Div" and "columns" in tree.classes(node) for inner in tree.blocks(node)]
    inside = {"top": {id(block) for block in blocks}, "columns": set(map(id, columns)), "anywhere": set(map(id, nodes))}
    for node in nodes:
        names = tree.classes(node)
        div = known.get(names[0]) if node["t"] == "Div" and names else None
        if div and id(node) not in inside[div.where]:
            yield Fault(f"a `.{names[0]}` can’t stand here", OUTSIDE[div.where], names[0])
        if div and div.has_words_only and not _is_of_words(tree.blocks(node)):
            yield Fault(f"a `.{names[0]}` holds paragraphs of words only", "Put lists, tables and pictures outside it.", names[0])
        yield from _classes(node, names, known, div)
        yield from _keys(node, names, div)
        if (name := tree.identifier(node)) and not (node["t"] in NAMED or (div and names[0] == "figure")):
            hint = "Name a heading, a figure or a table with a caption."
            yield Fault(f"“#{name[:40]}” names nothing that can be pointed at", hint, f"#{name}")


def _is_of_words(blocks: Sequence[Node]) -> bool:
    return all(block["t"] in {"Para", "Plain"} for block in blocks) and all(node["t"] != "Image" for node in tree.walk(blocks))


def allowed(path: str, node: Node) -> tree.Attr:
    """The identifier, classes and keys of a node, without those that content may not have. `path`: the file of its text."""
    names = tree.classes(node)
    div = _known(path).get(names[0]) if node["t"] == "Div" and names else None
    classes = names[:1] if div else [name for name in names if node["t"] in CODE or name in OWN.get(node["t"], ())]
    keys = _keys_of(node, div)
    pairs = [[key, value] for key, value in tree.attr_of(node)[2] if key in keys and _may_be(key, value)]
    return [tree.identifier(node) if node["t"] in NAMED or div else "", classes, pairs]


def _keys_of(node: Node, div: DivClass | None) -> frozenset[str]:
    """The attributes that a node may have."""
    own = {"Image": PICTURES, "Figure": PICTURES, "Span": frozenset({"dir"}), "Div": frozenset({"dir"})}
    return ANYWHERE | (div.keys if div else own.get(node["t"], frozenset()))


def _may_be(key: str, value: str) -> bool:
    """Whether an attribute may have this value."""
    return is_language(value) if key == "lang" else value in DIRECTIONS if key == "dir" else True


def _known(path: str) -> Mapping[str, DivClass]:
    """The classes of fenced divs in a file."""
    return REPORT if path.startswith("report/") else DECK if path.startswith("decks/") else {}


def _classes(node: Node, names: Sequence[str], known: Mapping[str, DivClass], div: DivClass | None) -> Iterator[Fault]:
    """A fault for each class that the node may not have."""
    if node["t"] in CODE:
        return
    if node["t"] == "Span" and names[:1] and names[0] in VALUES:
        names = names[1:]
    for name in names[1:] if div else names:
        if name not in OWN.get(node["t"], ()):
            there = f"Fenced divs may be {_listed(known)}." if node["t"] == "Div" and known else "Take it out."
            written = name if node["t"] == "Div" else f".{name}"
            yield Fault(f"the class “{name[:40]}” isn’t allowed", f"{there} How things look is the theme’s.", written)


def _keys(node: Node, names: Sequence[str], div: DivClass | None) -> Iterator[Fault]:
    """A fault for each key that the node may not have, and for a required key that it lacks."""
    keys = {key for key, _ in tree.attr_of(node)[2]}  # not `attributes`: a key may occur twice
    allowed = _keys_of(node, div)
    if node["t"] == "Span" and names:
        allowed |= VALUES.get(names[0], frozenset())
    for key in sorted(keys - allowed):
        hint = f"Here there {_are(allowed)}; how things look is the theme’s."
        yield Fault(f"the attribute “{key[:40]}” isn’t allowed", hint, f"{key}=")
    for tag in (value for key, value in tree.attr_of(node)[2] if key == "lang"):
        if not is_language(tag):
            yield Fault(f"“{tag[:40]}” is no language", "Write a BCP 47 tag such as `lang=zh` or `lang=pt-BR`.", "lang=")
    for value in (value for key, value in tree.attr_of(node)[2] if key == "dir" and key in allowed):
        if value not in DIRECTIONS:
            yield Fault(f"“{value[:40]}” is no direction of text", "Write `dir=rtl` or `dir=ltr`.", "dir=")
    if div and div.needs and div.needs not in keys:
        yield Fault(f"a `.{names[0]}` names its `{div.needs}`", f"Write {{.{names[0]} {div.needs}=…}}.", names[0])


def _are(keys: Collection[str]) -> str:
    return f"{'is' if len(keys) == 1 else 'are'} {', '.join(f'`{key}`' for key in sorted(keys))}"


def _listed(known: Mapping[str, DivClass]) -> str:
    return ", ".join(f"`.{name}`" for name in known)


def without_language_of_code(node: Node) -> list[Node] | None:
    """For `tree.transform` with Code and CodeBlock: drop the class that names the language."""
    return [tree.with_attr(node, tree.attr())] if tree.classes(node) else None
