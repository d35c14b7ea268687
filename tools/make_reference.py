#!/usr/bin/env python3
"""Writes templates/theme/reference.docx anew: the styles that Word files are made with.

The file is the designer's from then on: open it in Word, change a style, save it. This script is only where it began, and
how a new theme can begin. Sizes that the page fit changes (Fact, Lead, Source) are set again for each document.

Usage: python3 tools/make_reference.py [FILE]
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TEXT, TITLE = "Calibri", "Cambria"
INK, MUTED, RULE, PALE = "1A1A1A", "595959", "9A9A9A", "EFEEEB"


# Paragraph styles that Word itself knows by these names; the rest are ours or pandoc's.
KNOWN = {
    "Title",
    "Subtitle",
    "Date",
    "Body Text",
    "Block Text",
    "caption",
    "List Bullet",
    "footnote text",
    "toc 1",
    "toc 2",
    "table of figures",
    "header",
    "footer",
    "Bibliography",
    "TOC Heading",
}


def paragraph(
    name: str,
    *,
    based: str = "Normal",
    size: float = 0,
    line: float = 0,
    before: float = 0,
    after: float = 0,
    extra: str = "",
    run: str = "",
    then: str = "",
    face: str = "",
    bold: bool | None = None,
    colour: str = "",
    level: int | None = None,
    shown: bool = True,
) -> str:
    """A paragraph style; sizes and distances in points, `line` is exact line spacing. Children stand in the schema's order."""
    spacing = (
        f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"'
        + (f' w:line="{line * 20:.0f}" w:lineRule="exact"' if line else "")
        + "/>"
    )
    keep = "<w:keepNext/><w:keepLines/>" if level is not None else ""
    outline = f'<w:outlineLvl w:val="{level}"/>' if level is not None else ""
    properties = (
        keep + extra.replace("{none}", "")
        if "{none}" in extra
        else keep + extra.replace("{spacing}", spacing)
        if "{spacing}" in extra
        else keep + extra + spacing
    )
    fonts = f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:cs="{face}"/>' if face else ""
    weight = "" if bold is None else "<w:b/><w:bCs/>" if bold else '<w:b w:val="0"/><w:bCs w:val="0"/>'
    tint = f'<w:color w:val="{colour}"/>' if colour else ""
    points = f'<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>' if size else ""
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    following = f'<w:next w:val="{then}"/>' if then else ""
    default = ' w:default="1"' if name == "Normal" else "" if name in KNOWN or name.startswith("heading") else ' w:customStyle="1"'
    identifier = {"table of figures": "TableofFigures"}.get(name) or name.title().replace(" ", "").replace("Toc", "TOC")
    return (
        f'<w:style w:type="paragraph" w:styleId="{identifier}"{default}>'
        f'<w:name w:val="{name}"/>{base}{following}{"<w:qFormat/>" if shown else ""}'
        f"<w:pPr>{properties}{outline}</w:pPr><w:rPr>{fonts}{weight}{run}{tint}{points}</w:rPr></w:style>"
    )


def character(name: str, run: str) -> str:
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{name.title().replace(" ", "")}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr>{run}</w:rPr></w:style>'
    )


def border(*sides: str, space: int = 4) -> str:
    return "<w:pBdr>" + "".join(f'<w:{s} w:val="single" w:sz="4" w:space="{space}" w:color="{RULE}"/>' for s in sides) + "</w:pBdr>"


# A bar at the left and a tint, whose colours each document sets; the label stands before a tab.
KEY_POINT = (
    '<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="EEEEEE"/><w:left w:val="single" w:sz="27" w:space="9" w:color="808080"/>'
    '<w:bottom w:val="single" w:sz="4" w:space="4" w:color="EEEEEE"/><w:right w:val="single" w:sz="4" w:space="11" w:color="EEEEEE"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/>'
    '<w:tabs><w:tab w:val="left" w:pos="1896"/></w:tabs>{spacing}<w:ind w:left="1896" w:right="227" w:hanging="1647"/>'
)

STYLES = [
    paragraph("Normal", based="", size=10.5, line=15, colour=INK, face=TEXT, run=""),
    paragraph("Body Text", extra='{spacing}<w:ind w:firstLine="255"/>'),
    paragraph("First Paragraph", based="BodyText", then="BodyText", extra='{spacing}<w:ind w:firstLine="0"/>'),
    paragraph("Compact", based="BodyText", extra='{spacing}<w:ind w:firstLine="0"/>'),
    paragraph(
        "Title",
        size=36,
        line=41,
        before=84,
        after=11,
        face=TITLE,
        bold=True,
        then="BodyText",
        extra='<w:keepNext/>{spacing}<w:ind w:right="1134"/>',
    ),
    paragraph("Subtitle", size=16, line=22, after=28, colour=MUTED, face=TITLE),
    paragraph("Pack Title", based="Title", size=30, line=36, before=68, after=8.5, extra="{spacing}"),
    paragraph("Pack Subtitle", based="Subtitle", size=14, line=20, after=34.5, extra="{spacing}"),
    paragraph("Cover Note", size=13, line=17, before=22, after=8, bold=True),
    paragraph("Cover Publisher", size=10.5, line=14, before=25.5, bold=True, colour=MUTED),
    paragraph("Author", size=12, line=17),
    paragraph("Date", size=11, line=15),
    *[
        paragraph(f"heading {n}", size=s, line=leading, before=b, after=a, face=TITLE, bold=True, then="BodyText", level=n - 1)
        for n, s, leading, b, a in (
            (1, 24, 29, 2, 4),
            (2, 12, 15, 7, 3),
            (3, 11, 15, 8, 2),
            (4, 10.5, 15, 6, 2),
            (5, 10.5, 15, 6, 2),
            (6, 10.5, 15, 6, 2),
        )
    ],
    paragraph(
        "toc 1",
        line=15,
        before=4.3,
        bold=True,
        extra='<w:tabs><w:tab w:val="left" w:pos="340"/><w:tab w:val="right" w:leader="dot" w:pos="7087"/></w:tabs>{spacing}',
    ),
    paragraph(
        "toc 2",
        size=9.5,
        line=12.5,
        extra='<w:tabs><w:tab w:val="left" w:pos="907"/><w:tab w:val="right" w:leader="dot" w:pos="7087"/></w:tabs>{spacing}<w:ind w:left="454"/>',
    ),
    paragraph(
        "table of figures",
        size=9.5,
        line=13,
        before=2.8,
        extra='<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="7087"/></w:tabs>{spacing}',
    ),
    paragraph(
        "Pull Quote",
        size=13,
        line=18,
        after=14,
        face=TITLE,
        run="<w:i/><w:iCs/>",
        then="BodyText",
        extra=f'<w:keepNext/><w:keepLines/><w:pBdr><w:left w:val="single" w:sz="12" w:space="10" w:color="{INK}"/></w:pBdr>{{spacing}}<w:ind w:left="227"/>',
    ),
    paragraph(
        "Country Index",
        size=9.5,
        line=13.5,
        after=1.4,
        extra='<w:tabs><w:tab w:val="left" w:pos="1531"/></w:tabs>{spacing}<w:ind w:left="1531" w:hanging="1531"/>',
    ),
    paragraph("Country Index First", based="CountryIndex", before=9, after=1.4, extra=border("top", space=6)),
    paragraph("Imprint", size=8.5, line=11.5, before=1.5, colour=MUTED),
    paragraph("Imprint First", based="Imprint", before=11, extra=border("top", space=6)),
    paragraph(
        "Glossary",
        size=8.5,
        line=10.5,
        after=1.7,
        extra='<w:keepLines/><w:tabs><w:tab w:val="left" w:pos="850"/></w:tabs>{spacing}<w:ind w:left="850" w:hanging="850"/>',
    ),
    paragraph("Cell", size=8.5, line=11.5, after=3),
    paragraph("Table Header", based="Cell", bold=True, after=3, extra="<w:keepNext/>{spacing}"),
    paragraph("Page Number", size=8.5, line=11, colour=MUTED),
    paragraph(
        "Wide Figure",
        extra='<w:keepNext/><w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/><w:ind w:left="-1417"/>{none}',
    ),
    paragraph("Small Heading", based="Heading2", size=8.5, line=11, before=7, after=2, face=TEXT, extra=border("top"), level=1),
    paragraph("First Heading", based="Heading2", before=0, after=3),  # at the top of its column
    paragraph("Kicker", size=8.5, line=11, colour=MUTED),
    paragraph("Scale", size=8.5, line=15.3, colour=MUTED, extra='<w:tabs><w:tab w:val="right" w:pos="10092"/></w:tabs>{spacing}'),
    paragraph("Meaning", size=8.5, line=13, before=2, after=7, colour=MUTED, extra="<w:keepNext/>{spacing}"),
    paragraph("Key Fact Name", size=8, line=10, before=3.4, colour=MUTED),
    paragraph("Key Fact", size=9, line=11.5, after=4, colour=MUTED),
    paragraph("Key Point", size=9.5, line=12.5, after=3, extra=KEY_POINT),
    paragraph("Key Point First", based="KeyPoint", extra='<w:spacing w:before="190"/>{none}'),
    paragraph("Key Point Last", based="KeyPoint", after=9),
    paragraph("Lead", size=11, line=15, after=9, extra=f"{border('top', space=7)}{{spacing}}"),
    paragraph("List Bullet", after=5.7),
    # Nothing breaks within the facts; with widow control LibreOffice may leave a gap under their section.
    paragraph("Fact", based="ListBullet", size=9.5, line=12.5, after=4, extra='<w:widowControl w:val="0"/>'),
    paragraph("More", size=9.5, line=12.5, before=4, colour=MUTED, run="<w:i/><w:iCs/>"),
    paragraph("Source", size=7.5, line=9.5, extra="<w:keepLines/>{spacing}"),
    paragraph("Source Country", size=8, line=10.5, before=2, bold=True, extra="<w:keepNext/>"),
    paragraph("Appendix Text", size=10, line=14, after=6, extra='{spacing}<w:ind w:right="2780"/>'),  # 125 mm wide on A4
    paragraph("Standing", size=9.5, line=12.5, after=3),
    paragraph("Scale Note", size=7.5, line=9.5, before=4, colour=MUTED),
    paragraph("Figure", extra='<w:keepLines/><w:spacing w:before="0" w:after="180" w:line="240" w:lineRule="auto"/>{none}'),
    paragraph(
        "First Figure", based="Figure", extra='<w:spacing w:before="0" w:after="180"/>{none}'
    ),  # level with the first heading
    paragraph("Last Figure", based="Figure"),
    paragraph("Figure Across", based="Figure", extra='<w:spacing w:before="0"/>{none}'),
    paragraph("Captioned Figure", based="Figure", extra="<w:keepNext/>"),
    paragraph("caption", size=9, line=12, after=6),
    paragraph("Image Caption", based="Caption", after=17, extra='{spacing}<w:ind w:left="-1417"/>'),
    *[
        paragraph(
            f"{name}{level}",
            size=size,
            line=line,
            before=before,
            after=after,
            bold=is_bold,
            colour=colour,
            extra=f"{keep}{{spacing}}{ind}",
        )
        for name, size, line, before, after, is_bold, colour, keep in (
            ("Figure Title", 10, 13, 14, 1, True, INK, "<w:keepNext/><w:keepLines/>"),
            ("Figure Unit", 8.5, 11, 0, 3, False, MUTED, "<w:keepNext/><w:keepLines/>"),
            ("Figure Note", 7.5, 10, 0, 17, False, MUTED, "<w:keepLines/>"),
        )
        for level, ind in (("", '<w:ind w:left="-1417"/>'), (" Level", ""))
    ],
    paragraph("Table Caption", based="Caption", extra="<w:keepNext/>", after=4),
    paragraph("Block Text", before=8.5, after=8.5, extra='{spacing}<w:ind w:left="400" w:right="400"/><w:contextualSpacing/>'),
    *[
        paragraph(f"Block Text {n}", based="BlockText", extra=f'<w:ind w:left="{400 * n}" w:right="{400 * n}"/>{{none}}')
        for n in (2, 3)
    ],
    *[
        paragraph(f"Block List{n}", based="ListBullet", after=5.7, extra=f'{{spacing}}<w:ind w:right="{400 * int(n or 1)}"/>')
        for n in ("", " 2", " 3")
    ],
    paragraph("Bibliography", size=9, line=12, extra='{spacing}<w:ind w:left="340" w:hanging="340"/>', after=3.4),
    paragraph("footnote text", size=8, line=10.5, extra='{spacing}<w:ind w:left="340" w:hanging="340"/>'),
    paragraph("Footnote Block Text", based="FootnoteText"),
    paragraph("Definition Term", bold=True, extra="<w:keepNext/>"),
    paragraph("Definition", extra='{spacing}<w:ind w:left="340"/>'),
    paragraph("Definition List", based="ListBullet", after=5.7),
    paragraph("TOC Heading", based="Heading1", extra='{spacing}<w:outlineLvl w:val="9"/>', before=0, after=23),
    paragraph(
        "Front Heading",
        based="TOCHeading",
        size=14,
        line=18,
        before=14,
        after=5.7,
        extra='<w:pageBreakBefore w:val="0"/>{spacing}<w:outlineLvl w:val="9"/>',
    ),
    paragraph("header", size=8, line=10, colour=MUTED),
    paragraph("footer", size=7.5, line=9.5, colour=MUTED, extra=border("top")),
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
    character("Body Text Char", ""),
    character("Verbatim Char", '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas"/>'),
    character(
        "Step",
        f'<w:bdr w:val="single" w:sz="4" w:space="2" w:color="{PALE}"/><w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>',
    ),
    character("Step Here", "<w:b/><w:bCs/>"),
    character("Seam", '<w:sz w:val="10"/><w:szCs w:val="10"/>'),
    character("Stamp", f'<w:color w:val="{INK}"/><w:bdr w:val="single" w:sz="4" w:space="2" w:color="{RULE}"/>'),
    character("Badge", f'<w:rFonts w:ascii="{TEXT}" w:hAnsi="{TEXT}" w:cs="{TEXT}"/><w:b/><w:bCs/>'),
    character("Point Label", "<w:b/><w:bCs/>"),
    character("Key Value", f'<w:color w:val="{INK}"/>'),
    character("Draft", f'<w:b/><w:bCs/><w:color w:val="{INK}"/>'),
    character("Note", f'<w:i/><w:iCs/><w:color w:val="{INK}"/>'),
    '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/><w:basedOn w:val="DefaultParagraphFont"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>',
    # The numbers of notes in the notes. LibreOffice has a style of this name for them, and takes no other look.
    character("Footnote Characters", f'<w:color w:val="{MUTED}"/><w:vertAlign w:val="baseline"/>'),
    '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:basedOn w:val="DefaultParagraphFont"/><w:rPr/></w:style>',
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    f'<w:style w:type="table" w:customStyle="1" w:styleId="Table"><w:name w:val="Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/><w:bottom w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders><w:tblCellMar><w:top w:w="79" w:type="dxa"/><w:left w:w="113" w:type="dxa"/><w:bottom w:w="79" w:type="dxa"/><w:right w:w="113" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/></w:style>',
]

DEFAULTS = (
    f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{TEXT}" w:hAnsi="{TEXT}" w:eastAsia="{TEXT}" w:cs="{TEXT}"/>'
    '<w:kern w:val="2"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault><w:pPr><w:widowControl/></w:pPr></w:pPrDefault></w:docDefaults>"
)

PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{t}+xml"/>'
        for n, t in (("document", "document.main"), ("styles", "styles"), ("settings", "settings"))
    )
    + "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + "".join(
        f'<Relationship Id="rId{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{n}" Target="{n}.xml"/>'
        for i, n in enumerate(("styles", "settings"), 1)
    )
    + "</Relationships>",
    "word/document.xml": f'<w:document {W}><w:body><w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Styles of the theme</w:t></w:r></w:p><w:p><w:r><w:t>Change a style in Word and save this file; every Word document is made with it.</w:t></w:r></w:p>'
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="907" w:right="907" w:bottom="1077" w:left="907" w:header="0" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>',
    "word/styles.xml": f"<w:styles {W}>{DEFAULTS}{''.join(STYLES)}</w:styles>",
    "word/settings.xml": f'<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>',
}


def main() -> None:
    target = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parents[1] / "templates/theme/reference.docx"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 10, 1, 0, 0, 0)), HEAD + text, zipfile.ZIP_DEFLATED)
    print(f"wrote {target}")


if __name__ == "__main__":
    main()
