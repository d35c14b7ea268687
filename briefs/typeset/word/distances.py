"""Makes the distances on a page of a Word file grow, so that the page is filled.

In: the package of a one-page document, and by how much its distances grow. Out: the same package, with larger distances in its
styles. ECMA-376 part 1, 17.3.1.33 (spacing).
"""

from __future__ import annotations

from briefs.typeset.page.justify import Stretch
from briefs.typeset.word import styles
from briefs.typeset.word.package import Package, w


def stretch(package: Package, by: Stretch) -> None:
    """Increase the distances above headings, between figures and above a figure across the page, which stands about halfway between
    the columns and the sources, as in the PDF. The sources need nothing: they stand at the page's foot.

    The distances above the first figure and the first heading stay, because both stand at the top of a column. So does the distance
    below the first figure: that is the map, and its legend follows.
    """
    grown = {
        "Heading2": (by.headings, 0.0),
        "Figure": (0.0, by.figures),
        "FigureAcross": (by.across, 0.0),
    }
    for style in package.xml(styles.PART).iter(w("style")):
        for side, points in zip(("before", "after"), grown.get(str(style.get(w("styleId"))), ()), strict=False):
            spacing = style.find(f"{w('pPr')}/{w('spacing')}")
            spacing.set(w(side), str(int(spacing.get(w(side), "0")) + int(points * 20)))
