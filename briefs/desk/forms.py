"""The fields of a file of the content, as a form shows them, and the changes that a form makes.

In: the bytes of a country's file, a section or a deck. Out: `FileForm`: its fields by name, each with its text and the line on
which it begins; from edited texts, changes for `edition/write.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from briefs.edition import yamls
from briefs.edition.model import KEY_POINTS, Column, Edition
from briefs.edition.read import FRONT_MATTER
from briefs.edition.write import AddFact, AnyChange, Remove, Reword, SetBody, SetField, SetList
from briefs.edition.yamls import Data, YamlDocument
from briefs.problems import Place, Problem, Said

BODY = "body"  # the name of the field that has the text after the front matter
FACTS = "facts"
NEW = "new"  # the name of the fact that a form adds: its fields are `new/text`, `new/date` and so on
NOWHERE = Place("")
NONE_RECORDED = ".."  # says that there is no value
PRIORITIES = (("", ""), ("1", "1"), ("2", "2"), ("3", "3"))
Choices = Sequence[tuple[str, str]]  # values and their names for people


@dataclass(frozen=True)
class FormField:
    """A field of a form. `name`: its id in the form (`summary`, `be-07/text`). `word`: the name of its label in `languages/`, or
    the label of its column. `text`: its text.

    `line`: the line of its value in the file, 0 if the file lacks it. `sort`: text (of several lines), line, date, choice or list.
    `place`: the file and line of its value, if the form shows several files.
    """

    name: str
    word: str
    text: str
    line: int
    sort: str = "text"
    choices: Choices = ()
    place: Place = NOWHERE

    def same(self, one: str, other: str) -> bool:
        """Whether two texts of the field would be written into the file alike."""
        if self.sort == "list":
            return keys_in(one) == keys_in(other)
        return one == other if self.name == BODY else one.strip() == other.strip()


@dataclass(frozen=True)
class FactFields:
    """A fact: its id, its name for people, the line on which it begins, and its fields."""

    id: str
    title: str
    line: int
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class FileForm:
    """A file as a form: its own fields, and those of its facts, in the order of the file. `is_country`: whether it may
    have facts. `new`: the empty fields of a fact that can be added. `is_broken`: whether the file can't be read as YAML, so that
    fields may be missing. `head`: the name of the field that is printed at the head of pages."""

    path: str
    fields: tuple[FormField, ...]
    facts: tuple[FactFields, ...] = ()
    is_country: bool = False
    new: FactFields | None = None
    is_broken: bool = False
    head: str = ""

    @property
    def all(self) -> Mapping[str, FormField]:
        """Every field by its name."""
        facts = (*self.facts, self.new) if self.new else self.facts
        return {one.name: one for one in (*self.fields, *(field for fact in facts for field in fact.fields))}

    def field_at(self, line: int) -> str:
        """The name of the field that a line of the file is in, or of its fact if it is in none of the fact's fields; else empty."""
        begun = [(fact.line, 0, fact.title) for fact in self.facts] + [(field.line, 1, name) for name, field in self.all.items()]
        return max((one for one in begun if 0 < one[0] <= line), default=(0, 0, ""))[2]

    def field_of(self, problem: Problem) -> str:
        """The name of the field that a problem is in; empty if it is in none, or in another file."""
        return self.field_at(problem.line) if problem.path == self.path else ""

    def concerns(self, problem: Problem) -> bool:
        """Whether a problem of the edition is one of this form."""
        return problem.path == self.path

    def said(self, problem: Problem) -> Problem:
        """A problem as the form says it: its message doesn't begin with the name of the field."""
        gaps = problem.message.gaps if isinstance(problem.message, Said) else {}
        own, is_of_field = gaps.get("msg"), gaps.get("key") == self.field_of(problem).rpartition("/")[2]
        return replace(problem, message=own) if is_of_field and isinstance(own, Said) else problem

    def beside(self, changed: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Further files that are written with the changed ones."""
        return {}

    def changes(self, texts: Mapping[str, str]) -> Iterator[AnyChange]:
        """The changes that give fields these texts. A field that has its text already needs no change."""
        for name, text in texts.items():
            field = self.all.get(name)
            if field is None or field.same(text, field.text) or _is_new(name):
                continue
            place = f"{self.path}#{name}"
            if name == BODY:
                yield SetBody(self.path, text)
            elif field.sort == "list":
                yield SetList(place, tuple(keys_in(text)))
            elif name.startswith("data/"):
                yield Reword(place, text.strip()) if text.strip() else Remove(place.removesuffix("/value"))
            else:
                yield SetField(place, text.strip())
        if self.new and adds_fact(texts):
            yield self._added({one.name: texts.get(one.name, one.text).strip() for one in self.new.fields})

    def _added(self, texts: Mapping[str, str]) -> AddFact:
        own = {name.removeprefix(f"{NEW}/"): text for name, text in texts.items()}
        topic, text, sources = own.pop("topic"), own.pop("text"), tuple(keys_in(own.pop("sources")))
        after = f"{self.path}#{self.facts[-1].id}" if self.facts else self.path
        return AddFact(after, topic, text, sources, more=tuple((key, value) for key, value in own.items() if value))


def _is_new(name: str) -> bool:
    return name.startswith(f"{NEW}/")


def adds_fact(texts: Iterable[str]) -> bool:
    """Whether texts that were typed begin a new fact; `texts`: the names of their fields. The topic, which always has a value,
    begins none."""
    return any(_is_new(name) and name != f"{NEW}/topic" for name in texts)


def without_new(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts that were typed, without those of a new fact."""
    return {name: text for name, text in texts.items() if not _is_new(name)}


def of_country(path: str, data: bytes, edition: Edition, stances: Mapping[str, str], named: Mapping[str, str]) -> FileForm:
    """The form of a country's file. `stances`: what the steps of the scale are called, by their ids; `named`: the same of the
    topics."""
    document = yamls.load(path, data)
    steps = [("", ""), *stances.items()]
    own = []
    if edition.about.scale and not edition.about.computed_stance:
        own.append(_field(document, (), "stance", "choice", steps))
    names = ["stance_note"] if edition.about.scale else []
    own += [_field(document, (), name) for name in (*names, "summary", *KEY_POINTS)]
    cells = document.mapping.get("data")
    for column in cells if isinstance(cells, dict) else ():
        own.append(_value(document, column, edition.columns.get(column)))
    topics = [*named.items()]
    listed = document.mapping.get(FACTS)
    items = listed if isinstance(listed, list) else []
    facts = tuple(_fact(document, number, fact, topics) for number, fact in enumerate(items))
    new = _new_fact(topics) if not facts or facts[-1].id else None
    return FileForm(path, tuple(own), facts, True, new, _is_broken(document))


def _is_broken(document: YamlDocument) -> bool:
    return any(problem.severity == "error" for problem in document.problems)


def _value(document: YamlDocument, name: str, column: Column | None) -> FormField:
    """The value of a column in a country's file. `column`: None if the edition has no such column."""
    field = _field(document, ("data", name), "value", "line", (), f"data/{name}/value", str(column.label) if column else name)
    choices = choices_of(column, field.text) if column else ()
    return replace(field, sort="choice", choices=choices) if choices else field


def choices_of(column: Column, written: str) -> Choices:
    """The values from which a person chooses, for a column of categories or of yes and no. Empty for other columns. `written`: the
    value that is there, which may be the id of a category instead of its label."""
    labels = [(one.id if one.id == written else one.label.markdown, one.label.markdown) for one in column.values]
    choices = labels if column.kind == "category" else []
    choices = [("yes", "yes"), ("no", "no")] if column.kind == "yes-no" else choices
    return [("", ""), *choices, (NONE_RECORDED, NONE_RECORDED)] if choices else []


def _fact(document: YamlDocument, number: int, fact: Data, topics: Choices) -> FactFields:
    keys = (FACTS, number)
    id = str(fact.get("id") or "") if isinstance(fact, dict) else ""
    anchor = id or f"{FACTS}/{number + 1}"
    fields = tuple(_field(document, keys, name, sort, choices, f"{anchor}/{name}") for name, sort, choices in _sorts(topics))
    return FactFields(id, anchor, document.place(keys).line, fields)


def _new_fact(topics: Choices) -> FactFields:
    """The fields of a fact that can be added. It gets its id from the last one."""
    first = next((value for value, _ in topics), "")
    sorts = _sorts(topics)
    fields = (FormField(f"{NEW}/{key}", key, first if key == "topic" else "", 0, sort, choices) for key, sort, choices in sorts)
    return FactFields("", NEW, 0, tuple(fields))


def _sorts(topics: Choices) -> Sequence[tuple[str, str, Choices]]:
    """The fields of a fact: the key of each, its sort, and its choices."""
    return (
        ("text", "text", ()), ("label", "line", ()), ("topic", "choice", topics), ("date", "date", ()), ("due", "date", ()),
        ("sources", "list", ()), ("priority", "choice", PRIORITIES),
    )  # fmt: skip


def _field(
    document: YamlDocument, keys: tuple[str | int, ...], key: str, sort: str = "text", choices: Choices = (), name: str = "",
    word: str = "",
) -> FormField:  # fmt: skip
    value: Data = document.data
    for part in (*keys, key):
        if isinstance(value, list) and isinstance(part, int):
            value = value[part]
        else:
            value = value.get(str(part)) if isinstance(value, dict) else None
    line = document.keys[*keys, key].line if (*keys, key) in document.keys else 0
    return FormField(name or key, word or key, _text(value), line, sort, choices)


def _text(value: Data) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value).strip() if isinstance(value, str) else ""


SECTION_LINES, DECK_LINES = ("title", "short"), ("title", "subtitle")  # what of the front matter is one line of a form


def of_section(path: str, data: bytes) -> FileForm:
    """The form of a section: its title, running head and pull quote, and its text as Markdown."""
    return _of_writing(path, data, SECTION_LINES, ("pull_quote",), head="short")


def of_deck(path: str, data: bytes) -> FileForm:
    """The form of a deck: its title and subtitle, and its text as Markdown."""
    return _of_writing(path, data, DECK_LINES)


def _of_writing(path: str, data: bytes, lines: Sequence[str], texts: Sequence[str] = (), head: str = "") -> FileForm:
    text, _ = yamls.decode(path, data)
    match = FRONT_MATTER.match(text)
    front = yamls.load(path, (match[1] or "{}").encode(), line=2) if match else YamlDocument(path)
    start = match.end() if match else 0
    body = FormField(BODY, BODY, text[start:], text.count("\n", 0, start) + 1)
    own = (*(_field(front, (), name, "line") for name in lines), *(_field(front, (), name) for name in texts))
    return FileForm(path, (*own, body), is_broken=_is_broken(front), head=head)


def by_field(sheet: FileForm, problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """The problems, by the name of the field that they are in; those in no field, or in another file, under an empty name."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(sheet.field_of(problem), []).append(sheet.said(problem))
    return found


def keys_in(text: str) -> list[str]:
    """The keys of sources in a list that was typed."""
    return [word for word in re.split(r"[\s,;]+", text) if word]


def anchor_of(place_anchor: str) -> str:
    """The name of the field that has a printed text: its anchor without the numbers of block and repetition."""
    return re.sub(r"(/\d+)?(@\d+)?$", "", place_anchor) if "/" in place_anchor else place_anchor.partition("@")[0]
