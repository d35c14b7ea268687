"""What somebody pastes from Word or a web page, as the Markdown of our content.

In: HTML, as a browser puts it into the clipboard. Out: Markdown with headings, lists, tables, emphasis and links of the web.
Nothing else is left of it, such as scripts, pictures, styles and comments. Pandoc reads it within its limits of time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefs.compose import tree
from briefs.compose.tree import Node
from briefs.edition.addresses import link_target
from briefs.problems import NotUnderstood
from briefs.tools.pandoc import Pandoc, PandocError

MOST = 2_000_000  # characters of pasted HTML
_ITEM = re.compile(r"<p\b[^>]*mso-list:[^>]*>", re.I)  # Word writes the items of lists as paragraphs
_MARKER = re.compile(r"<!(?:--)?\[if !supportLists\](?:--)?>(.*?)<!(?:--)?\[endif\](?:--)?>", re.S | re.I)
_UPRIGHT = re.compile(r"<b\b[^>]*font-weight:\s*normal[^>]*>", re.I)  # Google Docs puts this around all that is copied
_TAG = re.compile(r"<[^>]*>")
_OFFICE = re.compile(r"</?[a-z]+:[^>]*>", re.I)  # tags of Office, such as `o:p`
_READ_ANEW = re.compile(r"^:::|(?<![\\\w/])@", re.M)  # pandoc writes these unescaped, and would read them as a fence or a citation
_GONE = {"Image", "RawInline", "RawBlock", "Note", "Math", "HorizontalRule"}
_OPENED = {"Div", "BlockQuote", "Figure"}
_PLAIN = {"Underline", "SmallCaps", "Strikeout", "Cite"}
_LISTS = {"BulletList", "OrderedList"}


def markdown(html: str, pandoc: Pandoc, *, is_field: bool) -> str:
    """The Markdown of a passage. `is_field`: all on one line. Raises NotUnderstood if it is too long or takes too long."""
    if len(html) > MOST:
        raise NotUnderstood(f"more than {MOST:,} characters were pasted; paste it in parts, or without its format")
    try:
        read = pandoc.html_blocks(_with_lists(_UPRIGHT.sub("<span>", _OFFICE.sub("", html))))
        clean = _joined(_clean(read))
        if is_field:
            clean = [tree.para(_in_one(clean))] if clean else []
        return _READ_ANEW.sub(r"\\\g<0>", pandoc.markdown(tree.document(clean)).strip())
    except PandocError as fault:
        raise NotUnderstood(f"what was pasted can’t be read ({fault}); paste it without its format") from None


def _with_lists(html: str) -> str:
    """HTML in which the paragraphs that Word means as items of lists are lists of one item each."""
    return "</p>".join(map(_with_list, re.split(r"</p>", html, flags=re.I)))


def _with_list(piece: str) -> str:
    begin = _ITEM.search(piece)
    if not begin:
        return _MARKER.sub("", piece)
    marker = _MARKER.search(piece)
    sign = _TAG.sub("", marker[1]).replace("&nbsp;", "").strip() if marker else ""
    name = "ol" if re.match(r"\w+[.)]", sign) else "ul"
    return f"{piece[: begin.start()]}<{name}><li>{_MARKER.sub('', piece[begin.end() :])}</li></{name}>"


def _clean(blocks: Sequence[Node]) -> list[Node]:
    """The blocks and inlines that our content may have, without attributes."""
    return tree.transform(list(blocks), _kept)


def _kept(node: Node) -> list[Node] | None:
    kind = node["t"]
    if kind in _GONE:
        return []
    if kind in _OPENED:
        return tree.blocks(node)
    if kind == "Span" or kind in _PLAIN:
        return tree.inlines(node)
    if kind in {"LineBreak", "SoftBreak"}:
        return [tree.SPACE]
    if kind == "Code":
        return [tree.string(tree.text(node))]
    if kind == "CodeBlock":
        return [tree.para(tree.words(tree.text(node)))]
    if kind == "Table":
        return [_even(node)]
    if kind == "Header":
        return [tree.header(max(2, tree.level(node)), tree.inlines(node))]
    if kind == "Link":
        address = link_target(tree.target(node))
        return [tree.link(tree.inlines(node), address)] if address and address.startswith("http") else tree.inlines(node)
    return [] if kind in {"Para", "Plain"} and not tree.text_of(node).strip() else None


def _even(table: Node) -> Node:
    """A table whose rows have equally many cells, each with one line of words. The first row is its head."""
    _, _, _, head, bodies, foot = table["c"]
    rows = [row for _, own in (head, foot) for row in own]
    rows[len(head[1]) : len(head[1])] = [row for _, _, first, others in bodies for row in (*first, *others)]
    cells = [[one for _, _, _, span, blocks in row[1] for one in (_in_one(blocks), *[[] for _ in range(span - 1)])] for row in rows]
    width = max(map(len, cells), default=0)
    even = [[*row, *[[] for _ in range(width - len(row))]] for row in cells]
    return tree.table(even[0], even[1:]) if width else tree.para([])


def _joined(blocks: Sequence[Node]) -> list[Node]:
    """The blocks, in which lists of the same sort that follow one another are one."""
    made: list[Node] = []
    for block in blocks:
        if made and block["t"] in _LISTS and made[-1]["t"] == block["t"]:
            made[-1] = tree.with_list_items(made[-1], [*tree.list_items(made[-1]), *tree.list_items(block)])
        else:
            made.append(block)
    return made


def _in_one(blocks: Sequence[Node]) -> list[Node]:
    """All words of blocks on one line, with their emphasis and links."""
    lines = [tree.inlines(node) for node in tree.walk(list(blocks)) if node["t"] in {"Para", "Plain", "Header"}]
    return [node for number, line in enumerate(lines) for node in ([tree.SPACE] if number else []) + line]
