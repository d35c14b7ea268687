"""Replaces the colours and typefaces of the theme's own reference files by those of a brand.

In: a package made from reference.docx or reference.pptx, the theme. Out: the same package, changed.
"""

from __future__ import annotations

from collections.abc import Iterable

from briefs.theme import Theme
from briefs.typeset.word.package import NAMES, Element, Package, element, fill


def links(styles: Element, theme: Theme) -> None:
    """Give links in a Word file the colour of the brand's links."""
    for run in styles.xpath("w:style[@w:styleId='Hyperlink']/w:rPr", namespaces=NAMES) if theme.link else ():
        run.append(element("color", val=fill(theme.link)))


def scheme(package: Package, theme: Theme) -> None:
    """Give links on slides the colour of the brand's links, in the scheme of the theme."""
    for name in [name for name in package.parts if name.startswith("ppt/theme/")] if theme.link else ():
        for colour in package.xml(name).xpath("//a:hlink/a:srgbClr | //a:folHlink/a:srgbClr", namespaces=NAMES):
            colour.set("val", fill(theme.link))


def faces_and_colours(package: Package, theme: Theme, parts: Iterable[str]) -> None:
    """Replace colours and names of typefaces in the attributes of these parts, as `theme.replaced` says."""
    for part in parts if theme.replaced else ():
        for each in package.xml(part).iter():
            for name, value in each.attrib.items():
                if value in theme.replaced:
                    each.set(name, theme.replaced[value])
