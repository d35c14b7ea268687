"""The words that templates print, as the program has them in many languages.

In: the tag of a language (BCP 47). Out: its labels, and what is missing in it. The files are `briefs/labels/TAG.yaml`. An edition's
own `labels/TAG.yaml` has only the labels that the edition words in another way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path

import yaml

from briefs.edition import names

FOLDER = Path(__file__).parents[1] / "labels"
DEFAULT = "en"  # the language of the labels that another language lacks
FORMS = ("zero", "one", "two", "few", "many", "other")  # the categories of plurals in CLDR (UTS 35, part 3)

# A gap holds only a name. Python's `str.format` would read attributes of objects, and could pad a word to a gigabyte.
GAP = re.compile(r"\{\{|\}\}|\{(\w+)\}|[{}]")


@cache
def languages() -> tuple[str, ...]:
    """The tags of the languages that the program has labels in."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def of_language(tag: str) -> Mapping[str, str]:
    """The labels that the program has in a language, by name. A label with a number has a form for each plural, such as `more.few`.

    Empty for a language that the program doesn't know. Chinese is looked up by its script: `zh-TW` is `zh-Hant`.
    """
    for candidate in candidates(tag):
        if candidate in languages():
            return _file(candidate)
    return {}


@cache
def with_default(tag: str) -> Mapping[str, str]:
    """The labels of a language, with the English ones for those that it lacks."""
    own = of_language(tag)
    named = {base(name) for name in own}
    return {name: words for name, words in of_language(DEFAULT).items() if base(name) not in named} | dict(own)


def missing(tag: str, worded: Set[str] = frozenset()) -> list[str]:
    """The names of the labels that are printed in English in a language, because neither the program nor the edition words them.

    `worded`: the names of the labels that the edition words itself, with or without the forms of plurals.
    """
    known = {base(name) for name in (*of_language(tag), *worded)}
    return sorted({base(name) for name in of_language(DEFAULT)} - known)


def base(name: str) -> str:
    """A label's name without the form of its plural: `more` for `more.one`."""
    head, dot, form = name.rpartition(".")
    return head if dot and form in FORMS else name


def gaps(words: str) -> set[str]:
    """The names of the gaps in a label: `date` of “as of {date}”."""
    return {found[1] for found in GAP.finditer(words) if found[1]}


def gaps_of(name: str) -> Set[str] | None:
    """The names of the gaps that the program fills in one of its labels. None if the program has no label of that name."""
    return _gaps_by_base().get(base(name))


@cache
def _gaps_by_base() -> Mapping[str, Set[str]]:
    found: dict[str, set[str]] = {}
    for name, words in of_language(DEFAULT).items():
        found.setdefault(base(name), set()).update(gaps(words))
    return found


def candidates(tag: str) -> list[str]:
    """The tags under which a language may stand in files, the nearest first: `zh-TW`, `zh-Hant`, `zh`.

    The script is the tag's own, or else the likely one (CLDR's likely subtags). `zh` alone stands for the simplified script.
    """
    language, script = tag.partition("-")[0], names.script(tag)
    return list(dict.fromkeys(filter(None, (tag, f"{language}-{script}" if script else "", language))))


@cache
def _file(tag: str) -> Mapping[str, str]:
    read = yaml.load((FOLDER / f"{tag}.yaml").read_bytes(), yaml.CBaseLoader)
    return {str(name): str(words) for name, words in read.items()}
