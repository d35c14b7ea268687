"""The colours of a brand, in the files of a theme that hold their own.

In: a package made from reference.docx or reference.pptx, the theme. Out: the same package.
"""

from __future__ import annotations

from collections.abc import Iterable

from briefs.theme import Theme
from briefs.typeset.word.package import Package, fill


def recolour(package: Package, theme: Theme, parts: Iterable[str]) -> None:
    """Replace colours in the attributes of these parts."""
    colours = {fill(old): fill(new) for old, new in theme.recoloured.items()}
    for part in parts if colours else ():
        for element in package.xml(part).iter():
            for name, value in element.attrib.items():
                if value in colours:
                    element.set(name, colours[value])
