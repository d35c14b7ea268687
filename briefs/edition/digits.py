"""The digits in which a language writes numbers.

In: a language, a number. Out: the name of a numbering system of CLDR (UTS 35, part 3), and the number in its digits. Only what the
program prints is written so: content keeps the digits of its author.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

WESTERN = "latn"
_ZEROS = {
    WESTERN: 0x30, "arab": 0x660, "arabext": 0x6F0, "nkoo": 0x7C0, "deva": 0x966, "beng": 0x9E6, "guru": 0xA66, "gujr": 0xAE6,
    "orya": 0xB66, "tamldec": 0xBE6, "telu": 0xC66, "knda": 0xCE6, "mlym": 0xD66, "thai": 0xE50, "laoo": 0xED0, "tibt": 0xF20,
    "mymr": 0x1040, "khmr": 0x17E0, "mong": 0x1810, "olck": 0x1C50,
}  # fmt: skip
_DIGITS = re.compile(r"\d+")


def symbols(system: str) -> str:
    """The ten digits of a numbering system, from zero."""
    return "".join(chr(_ZEROS[system] + number) for number in range(10))


def written(number: object, system: str) -> str:
    """A number, or words with numbers, in the digits of a numbering system."""
    return str(number) if system == WESTERN else str(number).translate(dict(zip(range(0x30, 0x3A), symbols(system), strict=True)))


def western(text: str) -> str:
    """The text with its digits as Western ones."""
    return _DIGITS.sub(lambda found: "".join(str(unicodedata.digit(sign)) for sign in found[0]), text)


def is_latin(letter: str) -> bool:
    """Whether a letter is a Latin one."""
    return letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN")


def others(text: str, system: str) -> re.Match[str] | None:
    """The first number in a text whose digits aren't those of a system. None if there is no such number. If the system isn't the
    Western one, Western digits are allowed in a text with Latin letters: they may belong to a name, an address or a title."""
    own = set(symbols(system))
    has_latin = system != WESTERN and any(map(is_latin, text))
    found = (match for match in _DIGITS.finditer(text) if not own.issuperset(match[0]))
    return next((match for match in found if not (has_latin and match[0].isascii())), None)


@cache
def usual(language: str) -> str:
    """The numbering system that readers of a language (a BCP 47 tag) expect, by CLDR."""
    from babel import Locale

    system = str(Locale.parse(language, sep="-").default_numbering_system)
    return system if system in _ZEROS else WESTERN


@cache
def possible(language: str) -> tuple[str, ...]:
    """The numbering systems in which numbers of a language can be written, the usual one first."""
    from babel import Locale

    native = Locale.parse(language, sep="-").other_numbering_systems.get("native", WESTERN)
    return tuple(dict.fromkeys([usual(language), *(system for system in (WESTERN, native) if system in _ZEROS)]))
