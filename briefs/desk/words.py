"""The words of the desk's own pages, in the language of its interface.

In: the tag of a language. Out: `Words`, which gives each text by its name and fills its gaps. English is complete; what another
language lacks is in English.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from briefs.compose import bidi
from briefs.problems import NotUnderstood, Problem, Said, filled

FOLDER = Path(__file__).parent / "languages"
MESSAGES = Path(__file__).parent / "messages.yaml"  # messages of the program by their English words, in other languages
FIRST = "en"


class OwnProblem(Problem):
    """A problem in the language of the desk. All others are in English."""


class NotUnderstoodHere(NotUnderstood):
    """What was asked for doesn't exist, and the desk says so in its own words."""


class Words:
    """Texts by name: `words("save")`, `words("problems", n=3)`."""

    def __init__(self, tag: str):
        self.tag = tag if tag in languages() else FIRST
        self.direction = bidi.direction(self.tag)
        self._texts = {**_texts(FIRST), **_texts(self.tag)}

    def __call__(self, name: str, /, **gaps: object) -> str:
        """The text of that name. Raises KeyError if there is none."""
        return self._texts[name].format(**gaps)

    def kind(self, name: str) -> str:
        """What the documents of a kind are called."""
        return self._texts.get(f"kind_{name}", name)

    def hint(self, name: str) -> str:
        """What a person should know of a field; empty if its name says it all."""
        return self._texts.get(f"hint_{name}", "")

    def suffix(self, name: str) -> str:
        """What files with a suffix such as `.docx` are called."""
        return self._texts.get(f"suffix_{name.removeprefix('.')}", name)

    def field(self, name: str) -> str:
        """What a field is called. A column of the data is called by its id."""
        return self._texts.get(f"field_{name}", name)

    def choice(self, field: str, value: str, said: str) -> str:
        """What a choice of a field is called; `said` if the desk has no words of its own for it."""
        return self._texts["no_value"] if value == ".." else self._texts.get(f"{field}_{value}", said)

    def outcome(self, name: str) -> str:
        """The outcome of a mail, in words."""
        return self._texts.get(f"outcome_{name}", name)

    def translated(self, problem: Problem) -> Problem:
        """A problem in the desk's language, if both its message and its hint are known in it; otherwise as it is, in English."""
        message, hint = self._message(problem.message), self._message(problem.hint)
        if not message or (problem.hint and not hint) or isinstance(problem, OwnProblem):
            return problem
        return OwnProblem(problem.severity, problem.path, problem.line, problem.column, message, hint)

    def _message(self, english: str) -> str:
        """A message or a hint in the desk's language. Empty if the words, or those of a message in a gap, aren't known in it."""
        words, gaps = (english.words, english.gaps) if isinstance(english, Said) else (english, {})
        own = {name: self._message(gap) if isinstance(gap, Said) else gap for name, gap in gaps.items()}
        known = _messages().get(words, {}).get(self.tag, "")
        return filled(known, own) if known and "" not in own.values() else ""

    @staticmethod
    def names() -> list[tuple[str, str]]:
        """The languages of the interface: each tag, and what the language calls itself."""
        return [(tag, _texts(tag).get("language_name", tag)) for tag in sorted(languages())]

    def of_number(self, name: str, number: int, **gaps: object) -> str:
        """The text for a number of things: `name_one` or `name_other`."""
        return self(f"{name}_{'one' if number == 1 else 'other'}", n=number, **gaps)


def preferred(accepted: str) -> str:
    """The interface's language that a browser likes best (RFC 9110, Accept-Language); English if it accepts none of them."""
    wanted: list[tuple[float, str]] = []
    for item in accepted[:1000].split(","):
        tag, _, weight = item.partition(";q=")
        number = float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight.strip()) else 1.0
        wanted.append((-number, tag.strip().partition("-")[0].lower()))
    return next((tag for weight, tag in sorted(wanted, key=lambda one: one[0]) if weight and tag in languages()), FIRST)


@cache
def languages() -> frozenset[str]:
    """The languages that the interface has words in."""
    return frozenset(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def _messages() -> dict[str, dict[str, str]]:
    """The translations of the program's messages: by the English words, with their gaps, the words in each language."""
    listed: list[dict[str, str]] = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    return {message.pop(FIRST): message for message in listed}


@cache
def _texts(tag: str) -> dict[str, str]:
    found = yaml.safe_load((FOLDER / f"{tag}.yaml").read_text(encoding="utf-8"))
    return {str(name): str(text) for name, text in found.items()}
