#!/usr/bin/env python3
"""Writes templates/theme/reference.pptx anew: the layouts that decks of slides are made with.

The file is the designer's from then on: open it in PowerPoint, change the slide master, save it. This script is only where it began, and
how a new theme can begin; it reads the distances, type and colours from theme.yaml. Pandoc needs the seven layouts by their names.

Usage: python3 tools/make_reference_pptx.py [FILE]
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import yaml

THEME = Path(__file__).parents[1] / "templates/theme"
LOOK = yaml.safe_load((THEME / "theme.yaml").read_text())
SLIDE, COLOUR = LOOK["slide"], {k: v[1:].upper() for k, v in LOOK["palette"].items()}
RUNG = next(step for step in LOOK["ladder"]["slide"] if step["name"] == "normal")
AFTER = 0.4  # the distance after a paragraph, as a part of the leading
TEXT, TITLE = LOOK["fonts"]["text"]["word"], LOOK["fonts"]["title"]["word"]
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
NS = f'{A} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument"
MAP = '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
GROUP = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
WIDTH, HEIGHT = 12192000, 6858000
Box = tuple[float, float, float, float]


def emu(millimetres: float) -> int:
    return round(millimetres * 36000)


def frame(box: Box) -> str:
    x, y, w, h = map(emu, box)
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'


FULL = SLIDE["width"] - 2 * SLIDE["margin"]
HALF = (FULL - SLIDE["gutter"]) / 2
LEFT, SECOND = SLIDE["margin"], SLIDE["margin"] + HALF + SLIDE["gutter"]
TITLE_BOX = (LEFT, SLIDE["title"], FULL, SLIDE["title_height"])
BODY = (LEFT, SLIDE["body"], FULL, SLIDE["body_height"])
HALVES = ((LEFT, SLIDE["body"], HALF, SLIDE["body_height"]), (SECOND, SLIDE["body"], HALF, SLIDE["body_height"]))
BIG = (LEFT, SLIDE["body"] + 15, FULL, 46)
SUBTITLE = (LEFT, SLIDE["body"] + 65, FULL, 60)
COVER = (LEFT, 9, FULL, SLIDE["cover"] - 15)  # the title of a deck, in the band of the first slide
BELOW = (LEFT, SLIDE["cover"] + 12, FULL, 68)
FOOT = (SLIDE["width"] - LEFT - 40, SLIDE["height"] - 11, 40, 7)


def shape(
    number: int, name: str, kind: str, box: Box | None, *, style: str = "", words: str = "", body: str = "<a:bodyPr/>"
) -> str:
    """A placeholder; `kind` are the attributes of its p:ph."""
    place = f"{frame(box)}" if box else ""
    geometry = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>' if box else ""
    inner = words or f"<a:p><a:r><a:rPr/><a:t>{name}</a:t></a:r></a:p>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}{geometry}</p:spPr><p:txBody>{body}<a:lstStyle>{style}</a:lstStyle>{inner}</p:txBody></p:sp>"
    )


NUMBER = '<a:p><a:fld id="{C5EF2332-01BF-834F-8236-50238282D533}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld></a:p>'
PLAIN = '<a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="t"><a:noAutofit/></a:bodyPr>'
LOW = PLAIN.replace('anchor="t"', 'anchor="b"')
SMALL = '<a:lvl1pPr algn="r"><a:defRPr sz="1200"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:defRPr></a:lvl1pPr>'
LARGE = '<a:lvl1pPr><a:lnSpc><a:spcPts val="5600"/></a:lnSpc><a:defRPr sz="4500"/></a:lvl1pPr>'
LARGEST = LARGE.replace("5600", "6500").replace("4500", "5400")
QUIET = (
    '<a:lvl1pPr marL="0" indent="0"><a:buNone/><a:defRPr><a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:defRPr></a:lvl1pPr>'
)
CAPTION = '<a:lvl1pPr marL="0" indent="0"><a:buNone/><a:defRPr/></a:lvl1pPr>'


def level(
    number: int,
    size: float,
    leading: float,
    *,
    face: str,
    bullet: str = "",
    before: float = 0,
    after: float = 0,
    bold: bool = False,
) -> str:
    """A level of a text style; `number` from 1, sizes in points."""
    step = emu(9)
    margin = f'marL="{step * number}" indent="-{step}"' if bullet else 'marL="0" indent="0"'
    mark = f'<a:buFont typeface="Arial"/><a:buChar char="{bullet}"/>' if bullet else "<a:buNone/>"
    weight = ' b="1"' if bold else ""
    return (
        f'<a:lvl{number}pPr {margin} algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1">'
        f'<a:lnSpc><a:spcPts val="{leading * 100:.0f}"/></a:lnSpc><a:spcBef><a:spcPts val="{before * 100:.0f}"/></a:spcBef>'
        f'<a:spcAft><a:spcPts val="{after * 100:.0f}"/></a:spcAft>{mark}'
        f'<a:defRPr sz="{size * 100:.0f}"{weight} kern="1200"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        f'<a:latin typeface="+{face}-lt"/><a:ea typeface="+{face}-ea"/><a:cs typeface="+{face}-cs"/></a:defRPr></a:lvl{number}pPr>'
    )


def styles() -> str:
    size, leading = RUNG["text"]
    large, high = RUNG["lead"]
    after = leading * AFTER
    body = "".join(level(n, size, leading, face="mn", bullet="•–•–•–•–•"[n - 1], after=after) for n in range(1, 10))
    other = "".join(level(n, 18, 22, face="mn") for n in range(1, 10))
    return (
        f"<p:txStyles><p:titleStyle>{level(1, large, high, face='mj', bold=True)}</p:titleStyle>"
        f"<p:bodyStyle>{body}</p:bodyStyle><p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )


MASTER = (
    f'<p:sldMaster {NS}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>{GROUP}'
    + shape(2, "Title", 'type="title"', TITLE_BOX, body=PLAIN)
    + shape(3, "Text", 'type="body" idx="1"', BODY, body=PLAIN)
    + shape(
        4,
        "Slide Number",
        'type="sldNum" sz="quarter" idx="4"',
        FOOT,
        body=LOW,
        style=SMALL,
        words=NUMBER,
    )
    + f"</p:spTree></p:cSld>{MAP}<p:sldLayoutIdLst>"
    + "".join(f'<p:sldLayoutId id="{2147483648 + n}" r:id="rId{n}"/>' for n in range(1, 8))
    + f"</p:sldLayoutIdLst>{styles()}</p:sldMaster>"
)

FOOTED = shape(9, "Slide Number", 'type="sldNum" sz="quarter" idx="12"', None, words=NUMBER)
LAYOUTS = [
    (
        "title",
        "Title Slide",
        shape(2, "Title", 'type="ctrTitle"', COVER, style=LARGEST, body=LOW)
        + shape(3, "Subtitle", 'type="subTitle" idx="1"', BELOW, style=CAPTION),
    ),
    ("obj", "Title and Content", shape(2, "Title", 'type="title"', None) + shape(3, "Content", 'idx="1"', None) + FOOTED),
    (
        "secHead",
        "Section Header",
        shape(2, "Title", 'type="title"', BIG, style=LARGE, body=LOW)
        + shape(3, "Text", 'type="body" idx="1"', SUBTITLE, style=QUIET)
        + FOOTED,
    ),
    (
        "twoObj",
        "Two Content",
        shape(2, "Title", 'type="title"', None)
        + shape(3, "Content 1", 'sz="half" idx="1"', HALVES[0])
        + shape(4, "Content 2", 'sz="half" idx="2"', HALVES[1])
        + FOOTED,
    ),
    (
        "twoTxTwoObj",
        "Comparison",
        shape(2, "Title", 'type="title"', None)
        + shape(3, "Text 1", 'type="body" idx="1"', (LEFT, SLIDE["body"], HALF, 30), style=CAPTION)
        + shape(4, "Content 1", 'sz="half" idx="2"', (LEFT, SLIDE["body"] + 32, HALF, SLIDE["body_height"] - 32))
        + shape(5, "Text 2", 'type="body" sz="quarter" idx="3"', (SECOND, SLIDE["body"], HALF, 30), style=CAPTION)
        + shape(6, "Content 2", 'sz="quarter" idx="4"', (SECOND, SLIDE["body"] + 32, HALF, SLIDE["body_height"] - 32))
        + FOOTED,
    ),
    (
        "objTx",
        "Content with Caption",
        shape(2, "Title", 'type="title"', None)
        + shape(3, "Content", 'idx="1"', HALVES[1])
        + shape(4, "Text", 'type="body" sz="half" idx="2"', HALVES[0], style=CAPTION)
        + FOOTED,
    ),
    ("blank", "Blank", FOOTED),
]


def layout(kind: str, name: str, shapes: str) -> str:
    return f'<p:sldLayout {NS} type="{kind}" preserve="1"><p:cSld name="{name}"><p:spTree>{GROUP}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>'


NOTES = (
    f'<p:notesMaster {NS}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>{GROUP}'
    '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr>'
    f'<p:spPr>{frame((16, 16, 158.5, 89.2))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln w="6350"><a:solidFill><a:schemeClr val="bg2"/></a:solidFill></a:ln></p:spPr></p:sp>'
    + shape(3, "Notes", 'type="body" sz="quarter" idx="3"', (16, 112, 158.5, 125), body=PLAIN)
    + shape(4, "Number", 'type="sldNum" sz="quarter" idx="5"', (134.5, 240, 40, 7), body=PLAIN, style=SMALL, words=NUMBER)
    + f"</p:spTree></p:cSld>{MAP}<p:notesStyle>{''.join(level(n, 11, 14, face='mn', after=4) for n in range(1, 10))}</p:notesStyle></p:notesMaster>"
)


def theme(name: str) -> str:
    """Our colours and fonts; fills and lines are flat."""
    colours = {
        "dk1": COLOUR["ink"], "lt1": COLOUR["paper"], "dk2": COLOUR["muted"], "lt2": COLOUR["rule"],
        "accent1": COLOUR["accent"], "accent2": COLOUR["muted"], "accent3": COLOUR["rule"], "accent4": COLOUR["absent"],
        "accent5": COLOUR["land"], "accent6": COLOUR["ink"], "hlink": COLOUR["link"], "folHlink": COLOUR["link"],
    }  # fmt: skip
    scheme = "".join(f'<a:{k}><a:srgbClr val="{v}"/></a:{k}>' for k, v in colours.items())
    faces = "".join(
        f'<a:{k}><a:latin typeface="{f}"/><a:ea typeface=""/><a:cs typeface=""/></a:{k}>'
        for k, f in (("majorFont", TITLE), ("minorFont", TEXT))
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3
    lines = "".join(
        f'<a:ln w="{w}" cap="flat" cmpd="sng" algn="ctr"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill><a:prstDash val="solid"/></a:ln>'
        for w in (6350, 12700, 19050)
    )
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'<a:theme {A} name="{name}"><a:themeElements><a:clrScheme name="{name}">{scheme}</a:clrScheme><a:fontScheme name="{name}">{faces}</a:fontScheme>'
        f'<a:fmtScheme name="{name}"><a:fillStyleLst>{fill}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>'
        f"<a:bgFillStyleLst>{fill}</a:bgFillStyleLst></a:fmtScheme></a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


def relations(*pairs: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def parts() -> dict[str, str]:
    """Every part of the file by its name."""
    override = {
        "presentation": "presentation.main", "presProps": "presProps", "viewProps": "viewProps", "tableStyles": "tableStyles",
        "slideMasters/slideMaster1": "slideMaster", "notesMasters/notesMaster1": "notesMaster",
        **{f"slideLayouts/slideLayout{n}": "slideLayout" for n in range(1, 8)},
    }  # fmt: skip
    types = "".join(f'<Override PartName="/ppt/{n}.xml" ContentType="{TYPE}.presentationml.{t}+xml"/>' for n, t in override.items())
    types += "".join(f'<Override PartName="/ppt/theme/theme{n}.xml" ContentType="{TYPE}.theme+xml"/>' for n in (1, 2))
    made = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'<p:presentation {NS} saveSubsetFonts="1"><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:notesMasterIdLst><p:notesMasterId r:id="rId2"/></p:notesMasterIdLst><p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/><p:notesSz cx="6858000" cy="9144000"/>'
        f"<p:defaultTextStyle>{''.join(level(n, 18, 22, face='mn') for n in range(1, 10))}</p:defaultTextStyle></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            ("slideMaster", "slideMasters/slideMaster1.xml"), ("notesMaster", "notesMasters/notesMaster1.xml"), ("presProps", "presProps.xml"),
            ("viewProps", "viewProps.xml"), ("theme", "theme/theme1.xml"), ("tableStyles", "tableStyles.xml")),
        "ppt/presProps.xml": f"<p:presentationPr {NS}/>",
        "ppt/viewProps.xml": f"<p:viewPr {NS}/>",
        "ppt/tableStyles.xml": f'<a:tblStyleLst {A} def="{{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}}"/>',
        "ppt/theme/theme1.xml": theme("Briefs"),
        "ppt/theme/theme2.xml": theme("Briefs notes"),
        "ppt/slideMasters/slideMaster1.xml": MASTER,
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(*(("slideLayout", f"../slideLayouts/slideLayout{n}.xml") for n in range(1, 8)), ("theme", "../theme/theme1.xml")),
        "ppt/notesMasters/notesMaster1.xml": NOTES,
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": relations(("theme", "../theme/theme2.xml")),
    }  # fmt: skip
    for number, described in enumerate(LAYOUTS, 1):
        made[f"ppt/slideLayouts/slideLayout{number}.xml"] = layout(*described)
        made[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = relations(
            ("slideMaster", "../slideMasters/slideMaster1.xml")
        )
    return made


def main() -> None:
    target = Path(sys.argv[1]) if sys.argv[1:] else THEME / "reference.pptx"
    made = parts()  # before the file is opened, so that a fault in a part doesn't empty it
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in made.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 10, 1, 0, 0, 0)), HEAD + text, zipfile.ZIP_DEFLATED)
    print(f"wrote {target}")


if __name__ == "__main__":
    main()
