"""Words behind which a raised number reads as a power: “5 km³” where the third source is cited behind “5 km”.

In: the words before the number of a note or a source. Out: those of them that it would seem to belong to.
"""

from __future__ import annotations

import re

LOOKED_AT = 40  # letters before the number
# A number by itself, so none of “G20”, “Covid-19” and “2019–20”; a unit of length behind a number; a power.
_READ_SO = re.compile(
    r"(?:(?<![^\s([“‘\"'$€£¥≈<>+−*_])\d(?:[\d.,'’\u00a0\u202f]*\d)?(?:\s?(?:[kcdmµμn]?m|ft|in|yd|mi|[ксм]?м))?"
    r"|[\w)][²³¹⁰⁴-⁹]|[\w)]\^\d+\^)$"
)
_DATED = re.compile(r"(?:1[4-9]|20|21)\d\d$|\d{1,2}\.\d{1,2}\.\d{2,4}$")  # a year or a day


def read_as_base(words: str) -> str:
    """The end of the words that a raised number behind it would be read as the power of, or empty. Empty for years and days."""
    found = _READ_SO.search(words[-LOOKED_AT:].rstrip("*_` \t\n\u00a0"))
    return "" if not found or _DATED.fullmatch(found[0]) else found[0]


def what(words: str, base: str) -> str:
    """What `check` says of it."""
    return f"the number of {words} stands right behind “{base}” and reads as a power"


HINT = "End the sentence there, or put another word between."
