"""Writes the headers and footers of a Word file, which depend on the layout of the document.

In: the package and its body, the manuscript, the theme. Out: the same package with header and footer parts, and references to them
in the properties of its sections. ECMA-376 part 1, 17.10 (headers and footers).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from lxml import etree

from briefs.compose import tree
from briefs.compose.manuscript import Manuscript
from briefs.theme import Page, Theme
from briefs.typeset.word import logo, sections, shading
from briefs.typeset.word.package import BODY, NAMES, WORD, Element, Package, R, W, element, style, twips, w

_HEADER = re.compile(r"word/header\d+\.xml")
PAGE = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
Foot = Sequence[Element]  # the paragraphs that run at the foot of the pages


def take_footer(body: Element) -> Foot:
    """Remove the paragraphs of the running foot from the body, and return them."""
    found: list[Element] = body.xpath("w:p[w:pPr/w:pStyle/@w:val='Footer']", namespaces=NAMES)
    for paragraph in found:
        body.remove(paragraph)
    return found


def one_page(package: Package, body: Element, manuscript: Manuscript, theme: Theme, foot: Foot) -> None:
    """Add the band and the footer to the first section. The following sections inherit them."""
    section = next(body.iter(w("sectPr")))
    section.insert(0, _reference("headerReference", _band(package, manuscript, theme)))
    section.insert(1, _reference("footerReference", _footer(package, foot)))


def bound(package: Package, body: Element, manuscript: Manuscript, theme: Theme, foot: Foot) -> None:
    """Add the footer with the page number at its right, and the band to every page: each document that is bound has one in the
    colour of its stance."""
    numbered_pages(package, body, manuscript, theme, foot)
    for number, side in enumerate(sections.sides(body), 1):
        own = replace(manuscript, accent=shading.stance_of(side) or manuscript.accent)
        first = next(section for each in side for section in each.iter(w("sectPr")))
        first.insert(0, _reference("headerReference", _band(package, own, theme, number)))


def two_sides(package: Package, body: Element, manuscript: Manuscript, theme: Theme, foot: Foot) -> None:
    """Add the band to both pages, and to each page the footer in its language."""
    half = len(foot) // 2  # both sides have equally many paragraphs, as they are made from the same template
    one_page(package, body, manuscript, theme, foot[:half])
    second = next(section for section in [*body.iter(w("sectPr"))][1:] if sections.begins_page(section))
    second.insert(0, _reference("footerReference", _footer(package, foot[half:], 2)))


def numbered_pages(package: Package, body: Element, manuscript: Manuscript, theme: Theme, foot: Foot) -> None:
    """Add the footer, with the page number at its right."""
    page, sheet = theme.look.page[manuscript.kind.page], next(body.iter(w("pgSz"))).get(w("w"))
    right = int(sheet) - int(twips(page.left + page.right))
    for paragraph in foot:
        named = style(paragraph)
        assert named is not None
        named.addnext(etree.fromstring(f'<w:tabs xmlns:w="{W}"><w:tab w:val="right" w:pos="{right}"/></w:tabs>'))
        named.addnext(etree.fromstring(f'<w:pBdr xmlns:w="{W}"><w:top w:val="nil"/></w:pBdr>'))
        for part in etree.fromstring(f'<w:p xmlns:w="{W}"><w:r><w:tab/></w:r>{PAGE}</w:p>'):
            paragraph.append(part)
    next(body.iter(w("sectPr"))).insert(0, _reference("footerReference", _footer(package, foot)))


def chapters(package: Package, body: Element, manuscript: Manuscript, theme: Theme, foot: Foot) -> None:
    """Add the band to the cover, and page numbers and running heads to the pages from the second section on.

    LibreOffice prints the head of the first chapter over all that run on, so theirs is the report's title.
    """
    (cover, _), *others = sections.with_headings(body)
    cover.insert(0, _reference("headerReference", _band(package, manuscript, theme)))
    wide, words = 0, _words_of_running_heads(manuscript)
    for count, (section, heading) in enumerate(others, 2):
        after = [following for following, other in others[count - 1 : count] if other is not heading]
        title = manuscript.title if _is_run_on([section, *after]) else ""
        head = _running_head(section, heading, words, theme.look.page[manuscript.kind.page], title)
        section.insert(0, _reference("headerReference", _added(package, f"header{count}", head)))
        if sections.text_width(section) != wide:  # a section has the footer of the one before it, unless it has its own
            wide = sections.text_width(section)
            section.insert(
                1, _reference("footerReference", _added(package, f"footer{count}", _numbered_foot(wide, manuscript.title)))
            )


def _is_run_on(pair: Sequence[Element]) -> bool:
    """Whether the second of two sections goes on on the page of the first, which begins a page."""
    starts = [section.find(w("type")).get(w("val")) for section in pair]
    return len(starts) == 2 and starts[0] != "continuous" and starts[1] == "continuous"


def _numbered_foot(right: int, title: str) -> str:
    """A footer with the page number at the left, and the title at the right margin."""
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{right}"/></w:tabs>'
    named = f"<w:r><w:tab/><w:t>{escape(title)}</w:t></w:r>"
    return f'<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="PageNumber"/>{tabs}</w:pPr>{PAGE}{named}</w:p></w:ftr>'


def restrict(package: Package, body: Element, manuscript: Manuscript, theme: Theme) -> None:
    """Add the document's embargo and marking to every header, or a header with them if there is none."""
    if not manuscript.restriction:
        return
    before = "40"
    if not any(_HEADER.fullmatch(name) for name in package.parts):
        made = _added(package, "header1", f'<w:hdr xmlns:w="{W}"/>')
        next(body.iter(w("sectPr"))).insert(0, _reference("headerReference", made))
        before = twips(0.45 * theme.look.page[manuscript.kind.page].top)  # a header begins at the edge of the page
    spacing = f'<w:spacing w:before="{before}" w:after="0" w:line="220" w:lineRule="exact"/>'
    words = f"<w:r><w:rPr><w:b/></w:rPr><w:t>{escape(manuscript.restriction)}</w:t></w:r>"
    line = f'<w:p xmlns:w="{W}"><w:pPr><w:pStyle w:val="Header"/>{spacing}<w:jc w:val="end"/></w:pPr>{words}</w:p>'
    for name in filter(_HEADER.fullmatch, [*package.parts]):
        package.xml(name).append(etree.fromstring(line))


def _running_head(section: Element, heading: Element | None, words: Mapping[str, str], page: Page, title: str = "") -> str:
    """The header of a section, which names the section's heading: by a REF field to the heading's bookmark, so that it follows when
    the heading is edited. There is no field if the heading has other words for the running head, or a note, or if `title` stands
    in its place.

    A STYLEREF field wouldn't do: LibreOffice 24.2 doesn't find a heading by its level (`STYLEREF 1`), and the names of Word's styles
    differ between its languages."""
    hangs = section.find(w("pgMar")).get(w("left")) == twips(page.left)
    indent = f'<w:ind w:left="-{twips(page.hang)}"/>' if hangs else ""
    inner = [] if heading is None else list(heading.iter(w("t"), w("bookmarkStart"), w("footnoteReference")))
    text = "".join(each.text or "" for each in inner if each.tag == w("t"))
    bookmark = next((name for each in inner if (name := each.get(w("name"))) in words), "")
    said = f"<w:r><w:t>{escape(title or words.get(bookmark, text))}</w:t></w:r>"
    if not title and words.get(bookmark) == text and all(each.tag != w("footnoteReference") for each in inner):
        said = f'<w:fldSimple w:instr=" REF {bookmark} ">{said}</w:fldSimple>'
    return f'<w:hdr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Header"/>{indent}</w:pPr>{said}</w:p></w:hdr>'


def _words_of_running_heads(manuscript: Manuscript) -> dict[str, str]:
    """What running heads say of each title of the text, by the title's bookmark."""
    anchors = {heading.id: heading.anchor for heading in manuscript.headings}
    titles = (node for node in tree.walk(list(manuscript.blocks)) if node["t"] == "Header" and tree.identifier(node) in anchors)
    return {anchors[tree.identifier(node)]: tree.attributes(node).get("short", "") for node in titles if tree.level(node) == 1}


def _band(package: Package, manuscript: Manuscript, theme: Theme, number: int = 1) -> str:
    """Add a header with the band of colour at the top edge of the page: a shaded paragraph without words, as wide as the page.
    Returns the header's relationship."""
    page = theme.look.page[manuscript.kind.page]
    left = page.left - page.hang  # the left margin of a cover is that of headings
    colour = manuscript.colours.get(manuscript.accent, theme.look.palette["accent"])[1:]
    width = int(next(package.xml(BODY).iter(w("pgSz"))).get(w("w"))) * 25.4 / 1440
    pictures = logo.runs(package, f"word/header{number}.xml", manuscript, theme, width)
    shade = "" if logo.is_over_band(manuscript) else f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'
    return _added(
        package,
        f"header{number}",
        f'<w:hdr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Header"/>{shade}'
        f'<w:spacing w:before="0" w:after="0" w:line="{twips(page.band)}" w:lineRule="exact"/><w:ind w:left="-{twips(left)}" w:right="-{twips(page.right)}"/></w:pPr>{pictures}</w:p></w:hdr>',
    )


def _added(package: Package, name: str, xml: str) -> str:
    """Add a header or footer part; returns its relationship."""
    kind = name.rstrip("0123456789")
    package.add(f"word/{name}.xml", xml.encode(), f"{WORD}.{kind}+xml")
    return package.relate(BODY, f"{R}/{kind}", f"{name}.xml")


def _reference(name: str, relationship: str) -> Element:
    made = element(name, type="default")
    made.set(f"{{{R}}}id", relationship)
    return made


def _footer(package: Package, foot: Foot, number: int = 1) -> str:
    """Add the footer as a part. Returns its relationship."""
    name = f"word/footer{number}.xml"
    root = etree.Element(w("ftr"), nsmap={"w": W, "r": R})
    for paragraph in foot:
        root.append(copy.deepcopy(paragraph))
    if not foot:
        etree.SubElement(root, w("p"))
    package.add(name, b"", f"{WORD}.footer+xml")
    _move_links(package, root, name)
    package.trees[name] = root
    return package.relate(BODY, f"{R}/footer", f"footer{number}.xml")


def _move_links(package: Package, footer: Element, name: str) -> None:
    """Move the relationships of the footer's links from the body's part to the footer's part."""
    relations = {e.get("Id"): e for e in package.xml("word/_rels/document.xml.rels")}
    kept = {link.get(f"{{{R}}}id") for link in package.xml(BODY).iter(w("hyperlink"))}
    for link in footer.iter(w("hyperlink")):
        old = link.get(f"{{{R}}}id")
        if old in relations:
            relation = relations[old]
            link.set(f"{{{R}}}id", package.relate(name, f"{R}/hyperlink", relation.get("Target"), external=True))
            if old not in kept and relation.getparent() is not None:
                relation.getparent().remove(relation)
