"""The fonts that an edition needs, by the script of its language and the letters in it.

In: a theme, an edition. Out: the theme with these fonts; the files of these fonts and of those for the edition's other languages.
"""

from __future__ import annotations

from collections.abc import Mapping

from briefs.edition import names, texts
from briefs.edition.model import Edition
from briefs.theme import Theme


def of(theme: Theme, edition: Edition) -> Theme:
    """The theme with the fonts of an edition, also those of its brand. Most editions in Latin letters need no other fonts, so the
    theme stays the same."""
    made = theme.for_edition(names.script(edition.about.language), (text.markdown for text in texts.whole(edition)))
    return made.with_typefaces(edition.brand.typography.families, edition.typefaces.values())


def files(theme: Theme, edition: Edition) -> Mapping[str, list[str]]:
    """The font files that an edition needs, also for its other languages, by their packages."""
    found: dict[str, list[str]] = {}
    for own in (edition, *edition.translations.values()):
        for package, listed in of(theme, own).look.fonts.files.items():
            found[package] = list(dict.fromkeys([*found.get(package, []), *listed]))
    return found
