"""Words behind which a raised number reads as a power: “5 km³” where the third source is cited behind “5 km”.

In: the words before the number of a note or a source. Out: those of them that it would seem to belong to.
"""

from __future__ import annotations

import re

# A number by itself, so none of “G20” or “Covid-19”; a unit of length or time behind a number; a power.
_READ_SO = re.compile(
    r"(?:(?<![^\s([“‘\"'$€£¥≈<>–+−*_])\d(?:[\d.,'’\u00a0\u202f]*\d)?(?:\s?(?:[kcdmµμn]?m|ft|in|yd|mi|s|[ксм]?м))?"
    r"|[\w)][²³¹⁰⁴-⁹]|[\w)]\^[^\s^]+\^)$"
)
_YEAR = re.compile(r"(?:1[4-9]|20|21)\d\d$")
_ENDS = re.compile(r"[*_`\s]*$")  # emphasis that ends there


def read_as_base(words: str) -> str:
    """The end of the words that a raised number behind it would be read as the power of, or empty. A year isn't read so."""
    found = _READ_SO.search(_ENDS.sub("", words))
    return "" if not found or _YEAR.fullmatch(found[0]) else found[0]


def what(words: str, base: str) -> str:
    """What `check` says of it."""
    return f"the number of {words} stands right behind “{base}” and reads as a power"


HINT = "End the sentence there, or put another word between."
