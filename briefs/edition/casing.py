"""Capitals and small letters by the rules of a language.

In: words and a BCP 47 tag. Out: the words with other letters. Turkish and Azerbaijani have İ for i and I for ı, Dutch has IJ for
ij at the beginning (Unicode Standard, 3.13; CLDR's transforms).
"""

from __future__ import annotations

_DOTTED = {"tr", "az"}


def capitalised(words: str, language: str) -> str:
    """The words with a capital letter at the beginning, as at the beginning of a sentence."""
    tag = language.partition("-")[0]
    if has_dots(language) and words.startswith("i"):
        return f"İ{words[1:]}"
    if tag == "nl" and words.startswith("ij"):
        return f"IJ{words[2:]}"
    return words[:1].title() + words[1:]


def has_dots(language: str) -> bool:
    """Whether the capital of i is İ."""
    return language.partition("-")[0] in _DOTTED


def lower(words: str, language: str) -> str:
    """The words in small letters."""
    if has_dots(language):
        words = words.replace("İ", "i").replace("I", "ı")
    return words.lower()
