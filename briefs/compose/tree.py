"""Pandoc's document tree as plain JSON objects: making nodes, walking them, reading their words.

In and out: what `pandoc -t json` writes (https://hackage.haskell.org/package/pandoc-types, Text.Pandoc.Definition): a node is
`{"t": name, "c": contents}`, an attribute list is `[id, [classes], [[key, value]]]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

Node = dict[str, Any]
API = [1, 23, 1]
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")


def attr(id: str = "", classes: Sequence[str] = (), **keys: str) -> list[Any]:
    return [id, list(classes), [[k.replace("_", "-"), v] for k, v in keys.items()]]


def words(text: str) -> list[Node]:
    """Plain text as inlines: no letter of it is Markdown. Other white space than spaces that don't break is one space."""
    together = _SPACE.sub(" ", text).strip(" ")
    return [{"t": "Str", "c": together}] if together else []


def joined(inlines: Sequence[Node]) -> list[Node]:
    """Inlines with words side by side as one, as pandoc’s writers join them: a third of the nodes is left."""
    out: list[Node] = []
    run: list[str] = []  # a word, and in turn spaces and words
    for node in [*inlines, {"t": "end"}]:
        if node["t"] == "Str":
            run.append(node["c"])
        elif node["t"] == "Space" and run and run[-1] != " ":
            run.append(" ")
        else:
            ends = run[-1:] == [" "]
            out += [{"t": "Str", "c": "".join(run[:-1] if ends else run)}] * bool(run) + [{"t": "Space"}] * ends + [node]
            run = []
    return out[:-1]


def span(inlines: Sequence[Node], id: str = "", classes: Sequence[str] = (), **keys: str) -> Node:
    return {"t": "Span", "c": [attr(id, classes, **keys), list(inlines)]}


def div(blocks: Sequence[Node], id: str = "", classes: Sequence[str] = (), **keys: str) -> Node:
    return {"t": "Div", "c": [attr(id, classes, **keys), list(blocks)]}


def link(inlines: Sequence[Node], target: str, classes: Sequence[str] = ()) -> Node:
    return {"t": "Link", "c": [attr("", classes), list(inlines), [target, ""]]}


def para(inlines: Sequence[Node]) -> Node:
    return {"t": "Para", "c": list(inlines)}


def plain(inlines: Sequence[Node]) -> Node:
    return {"t": "Plain", "c": list(inlines)}


def image(name: str, alt: str, **keys: str) -> Node:
    return {"t": "Image", "c": [attr("", (), **keys), words(alt), [name, ""]]}


def ordered(items: Sequence[Sequence[Node]]) -> Node:
    style = [1, {"t": "Decimal"}, {"t": "Period"}]
    return {"t": "OrderedList", "c": [style, [list(i) for i in items]]}


def document(blocks: Sequence[Node], meta: Mapping[str, Any] | None = None) -> Node:
    """A whole document, as pandoc reads it."""
    return {"pandoc-api-version": API, "meta": dict(meta or {}), "blocks": list(blocks)}


def meta_text(text: str) -> Node:
    return {"t": "MetaInlines", "c": words(text)}


def transform(value: Any, change: Callable[[Node], list[Node] | None], *kinds: str) -> Any:
    """A tree with each node of some kinds (of any, if none is named) replaced, innermost first, by what `change` returns; None
    keeps it. What stays as it is is shared, not copied. A list that begins with a text is attributes or such: no nodes."""
    return _transformed(value, change, frozenset(kinds))


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


def walk(value: Any) -> Iterator[Node]:
    """Every node of a tree, outermost first, in the order of the text. Attributes are passed by, as in `transform`."""
    open_: list[Iterator[Any]] = [iter((value,))]
    while open_:
        for item in open_[-1]:
            if isinstance(item, dict):
                if "t" in item:
                    yield item
                    item = item.get("c")
                if isinstance(item, dict):
                    open_.append(iter(item.values()))
                    break
            if isinstance(item, list) and item and not isinstance(item[0], str):
                open_.append(iter(item))
                break
        else:
            open_.pop()


def classes(node: Node) -> list[str]:
    """The classes of a Div, Span, Header, Link, Image, Code or Figure."""
    where = 1 if node["t"] == "Header" else 0
    return list(node["c"][where][1]) if node["t"] in {"Div", "Span", "Header", "Link", "Image", "Code", "Figure"} else []


_SILENT = {"Note", "RawInline", "RawBlock", "Image"}


def text_of(value: Any) -> str:
    """The words of a tree; notes, pictures and raw code left out."""
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
