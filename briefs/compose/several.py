"""How documents about several countries, or in two languages, are named. Nothing of the program is imported here, because
even a command with nothing to do needs this module.

In: codes of countries, or of one with the tags of two languages; or the path of a document's files. Out: a subject; or the parts
that the path is made of.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

FEWEST, MOST = 2, 6  # the fewest and the most countries of one document
LONGEST = 200  # letters in the name of a file; file systems allow 255 bytes, which include the suffix
_JOIN = "+"  # between codes and tags, none of which has this sign


def subject(codes: Sequence[str]) -> str:
    """Several countries, or one and two languages, as the subject of a document."""
    return _JOIN.join(codes)


def codes(subject: str) -> list[str]:
    """The countries, or the country and the two languages, that a subject joins."""
    return subject.split(_JOIN)


def file_name(names: Sequence[str], codes: Sequence[str]) -> str:
    """The names of the countries' own files with hyphens between them, or the codes if that is too long."""
    long = "-".join(names)
    return long if len(long) <= LONGEST else "-".join(codes)


def parts_of(stem: str, parts: Container[str]) -> list[str]:
    """The parts of which a path about several countries is made. The path `compare/belgium-france` is made of the parts
    `compare/belgium-` and `compare/france-`. Empty if the path isn't made of these parts."""
    folder, slash, name = stem.rpartition("/")
    found = _split(f"{folder}{slash}", name.split("-"), parts, MOST)
    return found if len(found) >= FEWEST else []


def _split(folder: str, words: Sequence[str], parts: Container[str], most: int) -> list[str]:
    """The first way to make all these words of no more than `most` parts; empty if there is none."""
    for count in range(1, len(words) + 1) if most else ():
        first = f"{folder}{'-'.join(words[:count])}-"
        if first in parts:
            rest = _split(folder, words[count:], parts, most - 1)
            if rest or count == len(words):
                return [first, *rest]
    return []
