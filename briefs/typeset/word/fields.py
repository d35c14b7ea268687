"""Writes fields and content controls of Word with their results, so that a file is complete when it is opened.

In: anchors, texts, page numbers. Out: OOXML as raw blocks and inlines of pandoc. A complex field consists of `begin`, its
instruction, `separate`, its result, and `end` (ECMA-376 part 1, 17.16); Word can update the result. No field is marked dirty, so
Word asks nothing when it opens the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from briefs.compose import tree
from briefs.compose.numbering import Caption, Heading
from briefs.compose.tree import Node

VALUE_TAG = "data-value"  # the tag of the content controls around values from the data


def inline(xml: str) -> Node:
    """Runs of WordprocessingML as an inline of pandoc."""
    return {"t": "RawInline", "c": ["openxml", xml]}


def block(xml: str) -> Node:
    """Paragraphs or tables of WordprocessingML, or a part of one, as a block of pandoc."""
    return {"t": "RawBlock", "c": ["openxml", xml]}


def run(text: str, *, bold: bool = False) -> str:
    """A run of plain text."""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{weight}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def field(instruction: str, result: str, *, bold: bool = False) -> str:
    """A complex field as runs. `result` is plain text."""
    return begin(instruction) + run(result, bold=bold) + END


def begin(instruction: str) -> str:
    """The runs that open a complex field. The caller adds its result and `END`."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction, quote=False)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_TAB = "<w:r><w:tab/></w:r>"


def sequence(label: str, number: str, kind: str) -> list[Node]:
    """The label of a caption, such as “Figure 3”, with its number as a SEQ field, so that Word can count captions."""
    before, _, after = label.partition(number)
    counted = field(f"SEQ {kind.title()} \\* ARABIC", number, bold=True)
    return [inline((run(before, bold=True) if before else "") + counted + (run(after, bold=True) if after else ""))]


def reference(words: str, anchor: str, number: str = "") -> Node:
    """A cross-reference as a REF field: to the number of a heading (`\\r`) if `number` is given, else to the words at the
    anchor."""
    if not number or number not in words:
        return inline(field(f"REF {anchor} \\h", words))
    before, _, after = words.partition(number)
    return inline((run(before) if before else "") + field(f"REF {anchor} \\r \\h", number) + (run(after) if after else ""))


def page(anchor: str, number: str) -> Node:
    """The number of the page on which a bookmark is, as a PAGEREF field."""
    return inline(field(f"PAGEREF {anchor} \\h", number))


def value(inlines: Sequence[Node]) -> list[Node]:
    """A value from the data in a content control of its own (17.5.2), by which it is recognised when an edited file is merged."""
    opening = f'<w:sdt><w:sdtPr><w:tag w:val="{VALUE_TAG}"/></w:sdtPr><w:sdtContent>'
    return [inline(opening), *inlines, inline("</w:sdtContent></w:sdt>")]


def contents(headings: Sequence[Heading], pages: Mapping[str, str]) -> list[Node]:
    """The table of contents: a TOC field of levels 1 and 2 with its entries, in the content control that Word uses for it."""
    entries = [
        (f"TOC{h.level}", h.number, tree.text_of(list(h.inlines)), h.anchor, pages.get(h.id, "")) for h in headings if h.level <= 2
    ]
    start = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>'
    return [block(start + _filled('TOC \\o "1-2" \\h \\z \\u', entries) + "</w:sdtContent></w:sdt>")] if entries else []


def lists(captions: Sequence[Caption], pages: Mapping[str, str]) -> list[Node]:
    """The lists of figures and of tables. Each is a TOC field for the SEQ fields of its kind, with its entries."""
    made = []
    for kind in ("figure", "table"):
        own = [c for c in captions if c.kind == kind]
        entries = [
            ("TableofFigures", "", f"{c.label}{c.gap}{tree.text_of(list(c.inlines))}", c.anchor, pages.get(c.id, "")) for c in own
        ]
        if entries:
            made.append(block(_filled(f'TOC \\h \\z \\c "{kind.title()}"', entries)))
    return made


def _filled(instruction: str, entries: Sequence[tuple[str, str, str, str, str]]) -> str:
    """A TOC field over several paragraphs: the first opens the field, the last closes it. Each entry is a link with a page number.

    `entries`: the style, number, text, anchor and page of each entry.
    """
    paragraphs = []
    for n, (style, number, text, anchor, page) in enumerate(entries):
        numbered = run(number) + _TAB if number else ""
        number_of_page = field(f"PAGEREF {anchor} \\h", page)
        line = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{numbered}{run(text)}{_TAB}{number_of_page}</w:hyperlink>'
        opened = begin(instruction) if n == 0 else ""
        closed = END if n == len(entries) - 1 else ""
        paragraphs.append(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{opened}{line}{closed}</w:p>')
    return "".join(paragraphs)
