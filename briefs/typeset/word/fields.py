"""Writes fields and content controls of Word with their results, so that a file is complete when it is opened.

In: anchors, texts, page numbers. Out: OOXML as raw blocks and inlines of pandoc. A complex field consists of `begin`, its
instruction, `separate`, its result, and `end` (ECMA-376 part 1, 17.16); Word can update the result. No field is marked dirty, so
Word asks nothing when it opens the file.

LibreOffice counts the pages of references itself, but keeps the stored text of those inside a TOC field. So the marks of that field
are alternate content (ECMA-376 part 3, 7.5) for programs that know the words of Word 2013, as LibreOffice doesn't.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from briefs.compose import tree
from briefs.compose.numbering import Caption, Heading
from briefs.compose.tree import Node

_BOLD = "<w:rPr><w:b/></w:rPr>"
VALUE_TAG = "data-value"  # the tag of the content controls around values from the data


def inline(xml: str) -> Node:
    """Runs of WordprocessingML as an inline of pandoc."""
    return {"t": "RawInline", "c": ["openxml", xml]}


def block(xml: str) -> Node:
    """Paragraphs or tables of WordprocessingML, or a part of one, as a block of pandoc."""
    return {"t": "RawBlock", "c": ["openxml", xml]}


def run(text: str, *, bold: bool = False) -> str:
    """A run of plain text."""
    return f'<w:r>{_BOLD if bold else ""}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def field(instruction: str, result: str, *, bold: bool = False) -> str:
    """A complex field as runs. `result` is plain text. LibreOffice gives it the look of its last mark."""
    end = END.replace("<w:r>", f"<w:r>{_BOLD}") if bold else END
    return begin(instruction) + run(result, bold=bold) + end


def begin(instruction: str) -> str:
    """The runs that open a complex field. The caller adds its result and `END`."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction, quote=False)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_MARK = re.compile(r"(?<=<w:r>).*?(?=</w:r>)")
_FOR_WORD = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" Requires="w15">{}</mc:Choice></mc:AlternateContent>'
)
_TAB = "<w:r><w:tab/></w:r>"
_LEADER = '<w:r><w:rPr><w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="9A9A9A"/></w:rPr><w:tab/></w:r>'


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


def _for_word(marks: str) -> str:
    """The runs of a field's marks, which only Word reads. Other programs read the result alone."""
    return _MARK.sub(lambda mark: _FOR_WORD.format(mark[0]), marks)


def _filled(instruction: str, entries: Sequence[tuple[str, str, str, str, str]]) -> str:
    """A TOC field over several paragraphs: the first opens the field, the last closes it. Each entry is a link with a page number.

    `entries`: the style, number, text, anchor and page of each entry.
    """
    paragraphs = []
    for n, (style, number, text, anchor, page) in enumerate(entries):
        numbered = run(number) + _TAB if number else ""
        number_of_page = field(f"PAGEREF {anchor} \\h", page)
        line = (
            f'<w:hyperlink w:anchor="{anchor}" w:history="1">{numbered}{run(text)}{_LEADER}{run(" ")}{number_of_page}</w:hyperlink>'
        )
        opened = _for_word(begin(instruction)) if n == 0 else ""
        closed = _for_word(END) if n == len(entries) - 1 else ""
        paragraphs.append(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{opened}{line}{closed}</w:p>')
    return "".join(paragraphs)
