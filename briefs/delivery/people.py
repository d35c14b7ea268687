"""Reads the people file: the lists of people who get files.

In: a YAML file outside the content. Out: `People`: the sender, the person to whom edited files are returned, lists of persons; or
every problem in the file with line and column. Content never chooses a recipient.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from briefs.edition.model import Model
from briefs.edition.settings import SettingsFile
from briefs.problems import NotUnderstood, did_you_mean

MAX_PERSONS = 1000  # persons in a list
MAX_NAME = 60  # letters; a longer name would be folded in a mail's header
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?!.{{65}}){_ATOM}(\.{_ATOM})*")  # RFC 5321, 4.1.2 and 4.5.3.1.1: a dot-string
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?!.{{254}}){_LABEL}(\.{_LABEL})*")  # RFC 1123, 2.1
_HINT = "Write `name@example.org` or `Full Name <name@example.org>`."


@dataclass(frozen=True)
class Person:
    """A person with a mail address. `name` may be empty."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def person(text: str) -> Person:
    """Read `name@example.org` or `Full Name <name@example.org>`. Raises ValueError with what is wrong.

    The domain may be in any script (IDNA, RFC 3490). Before the @ only ASCII is allowed, because not every server accepts more, and
    no quoted text.
    """
    name, angle, rest = text.strip().rpartition("<")
    address = rest.removesuffix(">").strip() if angle and rest.endswith(">") else text.strip()
    name = name.strip().strip('"').strip() if angle else ""
    local, _, domain = address.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    if not (_LOCAL.fullmatch(local) and _HOST.fullmatch(domain)):
        raise ValueError(f"“{' '.join(address.split())[:80]}” is not a mail address")
    if len(name) > MAX_NAME or any(ord(letter) < 32 or letter in "<>" for letter in name):
        raise ValueError(f"the name in “{' '.join(text.split())[:80]}” is longer than {MAX_NAME} letters or holds < or >")
    return Person(name, f"{local}@{domain}")


def _person(value: Any) -> Person:
    if not isinstance(value, str):
        raise PydanticCustomError("text", "there should be an address here")
    try:
        return person(value)
    except ValueError as fault:
        raise PydanticCustomError("whole", "{msg}", {"msg": str(fault)}) from None


_Person = Annotated[Person, PlainValidator(_person)]


class People(Model):
    """`people.yaml`: `sender` writes the mails, `replies` receives edited files (else the sender does), `lists` receive files.

    `markings`: the markings of documents that each list may have. `audiences`: lists that get only files that were made for an
    audience of the edition, by its id.
    """

    sender: _Person
    replies: _Person | None = None
    lists: Annotated[dict[str, Annotated[list[_Person], Field(min_length=1, max_length=MAX_PERSONS)]], Field(min_length=1)]

    audiences: Annotated[dict[str, str], Field(default_factory=dict)]
    markings: Annotated[dict[str, list[str]], Field(default_factory=dict)]

    @model_validator(mode="after")
    def _of_lists(self) -> People:
        for key, named in (("audiences", self.audiences), ("markings", self.markings)):
            if unknown := [name for name in named if name not in self.lists]:
                raise PydanticCustomError("whole", "{msg}", {"msg": f"`{key}` names the list “{unknown[0]}”, which there is not"})
        return self

    def check(self, words: Iterable[str], audience: str) -> None:
        """Raise NotUnderstood if a list may not get files for this audience; an empty one stands for files for everyone.

        A person who is named by an address may get what any of their lists may."""
        for word in words:
            own = [word] if word in self.lists else [name for name, people in self.lists.items() if _has(people, word)]
            wanted = [self.audiences.get(name, "") for name in own]
            if wanted and all(one and one != audience for one in wanted):
                which = f"those for “{audience}”" if audience else "those for everyone"
                hint = f"Write --for {wanted[0]}."
                raise NotUnderstood(f"“{word}” gets only files for the audience “{wanted[0]}”, and not {which}. {hint}")

    def named(self, words: Iterable[str]) -> list[Person]:
        """The persons in these lists, each once. A word may also be an address in one of the lists. Raises NotUnderstood."""
        known = {p.address.lower(): p for people in self.lists.values() for p in people}
        found: dict[str, Person] = {}
        for word in words:
            people = self.lists.get(word) or ([known[word.lower()]] if word.lower() in known else [])
            if not people:
                hint = did_you_mean(word, [*self.lists, *known], f"There are {', '.join(self.lists)}.")
                raise NotUnderstood(f"no list “{word}”, and no address in one. {hint}")
            for one in people:
                found.setdefault(one.address.lower(), one)
        return list(found.values())

    def markings_of(self, word: str) -> set[str]:
        """The markings that a list, or an address in lists, may have."""
        own = [word] if word in self.lists else [name for name, people in self.lists.items() if _has(people, word)]
        return {marking for name in own for marking in self.markings.get(name, ())}

    def person(self, address: str) -> Person:
        """The person with an address, by the name that a list gives; without a name if no list has the address."""
        known = (person for people in self.lists.values() for person in people)
        return next((one for one in known if one.address.lower() == address.lower()), Person("", address))


_FILE = SettingsFile(
    People, "people file", "people.example.yaml", "--people", "content must not choose recipients", hints={"whole": _HINT}
)


def _has(people: Iterable[Person], address: str) -> bool:
    return any(one.address.lower() == address.lower() for one in people)


def read(path: Path, content: Path) -> People:
    """Read the file. Raises Problems for errors in it, or if it is in the content folder."""
    return _FILE.read(path, content)
