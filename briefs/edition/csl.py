"""Bibliographic records as CSL 1.0.2 defines them: every variable, name and type.

In: a record of strings with places, under CSL's keys (`records.py` makes it). Out: a `Source`. Its texts are CSL's rich text: plain
text with `<i>`, `<b>`, `<sub>`, `<sup>`, small capitals and `nocase` (`compose/richtext.py` reads it).
https://docs.citationstyles.org/en/stable/specification.html, https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from briefs.edition import addresses
from briefs.edition.csldates import CslDate
from briefs.edition.yamls import Scalar
from briefs.problems import Place

MOST_OF_A_KEY = 200  # characters
_KEY = r"^[^\s{}\[\];,@\"]+$"  # keys that `[@key]` or `[@{key}]` can cite, and that can stand in a list of YAML

CslType = Literal[
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "event",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
]


def _text(value: object) -> object:
    """The text of a variable, with single spaces, and with its place."""
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "there is no text")
    if not value.strip():
        raise PydanticCustomError("text", "the text is empty")
    return Scalar(" ".join(value.split()), getattr(value, "place", Place("")))


def _address(value: object) -> object:
    """A web address. `www.` gets `https://` before it, and letters that an address can't have are escaped (RFC 3986, 2.1)."""
    text = _text(value)
    assert isinstance(text, Scalar)
    whole = f"https://{text}" if re.match(r"www\.", text, re.I) else str(text)
    whole = re.sub(r'[\s<>"{}|\\^`]', lambda m: quote(m[0]), whole)
    if not addresses.is_web(whole):
        raise PydanticCustomError("string_pattern_mismatch", "no address")
    return Scalar(whole, text.place)


def _doi(value: object) -> object:
    """A DOI alone, without the address or the word `doi:` before it."""
    text = _text(value)
    assert isinstance(text, Scalar)
    name = addresses.doi(text)
    if name is None:
        raise PydanticCustomError("string_pattern_mismatch", "no DOI")
    return Scalar(name, text.place)


def _key(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "there is no text")
    if not is_key(value):
        raise PydanticCustomError("string_pattern_mismatch", "no key")
    return value


def is_key(words: str) -> bool:
    """Whether a source may have these words as its key."""
    return bool(re.fullmatch(_KEY, words)) and len(words) <= MOST_OF_A_KEY


def _date(value: object) -> object:
    if value is None or isinstance(value, CslDate):
        return value
    try:
        return CslDate.parse(value)
    except ValueError as fault:
        raise PydanticCustomError("date", "{why}", {"why": str(fault)}) from None


def _yes(value: object) -> bool:
    return str(value).lower() in {"true", "yes", "1"}


_DATE = {"type": ["string", "integer", "object", "array"], "description": "A date in EDTF, or as CSL’s exports write it."}
Variable = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": "string", "minLength": 1})]
Address = Annotated[str, PlainValidator(_address), WithJsonSchema({"type": "string", "pattern": r"^([Hh]ttps?://|[Ww]{3}\.)"})]
Doi = Annotated[str, PlainValidator(_doi), WithJsonSchema({"type": "string", "minLength": 1})]
CitationKey = Annotated[str, PlainValidator(_key), WithJsonSchema({"type": "string", "pattern": _KEY})]
DateVariable = Annotated[CslDate | None, PlainValidator(_date), WithJsonSchema(_DATE)]
Flag = Annotated[bool, PlainValidator(_yes), WithJsonSchema({"type": ["boolean", "string", "integer"]})]


def alias(field: str) -> str:
    """CSL's name of a field: with hyphens for underscores, except two variables that CSL writes with underscores."""
    return field if field in {"archive_collection", "archive_location"} else field.replace("_", "-")


class _Csl(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", arbitrary_types_allowed=True, alias_generator=alias)


class Name(_Csl):
    """A person (family, given) or a body (literal)."""

    family: Variable | None = None
    given: Variable | None = None
    literal: Variable | None = None
    suffix: Variable | None = None
    non_dropping_particle: Variable | None = None
    dropping_particle: Variable | None = None
    comma_suffix: Flag | None = None
    static_ordering: Flag | None = None

    @model_validator(mode="after")
    def _some_name(self) -> Self:
        if not (self.family or self.literal):
            raise PydanticCustomError("whole", "a name has `family` (and `given`) or `literal`")
        return self


class Source(_Csl):
    """A bibliographic record."""

    hints: ClassVar[Mapping[str, str]] = {"id": "Use letters, digits and signs such as - _ : . without spaces."}

    id: CitationKey
    type: CslType
    title: Variable | None = None
    title_short: Variable | None = None
    author: list[Name] = []
    editor: list[Name] = []
    translator: list[Name] = []
    container_title: Variable | None = None
    container_title_short: Variable | None = None
    collection_title: Variable | None = None
    publisher: Variable | None = None
    publisher_place: Variable | None = None
    issued: DateVariable = None
    accessed: DateVariable = None
    URL: Address | None = None
    DOI: Doi | None = None
    language: Variable | None = None

    chair: list[Name] = []
    collection_editor: list[Name] = []
    compiler: list[Name] = []
    composer: list[Name] = []
    container_author: list[Name] = []
    contributor: list[Name] = []
    curator: list[Name] = []
    director: list[Name] = []
    editor_translator: list[Name] = []
    editorial_director: list[Name] = []
    executive_producer: list[Name] = []
    guest: list[Name] = []
    host: list[Name] = []
    illustrator: list[Name] = []
    interviewer: list[Name] = []
    narrator: list[Name] = []
    organizer: list[Name] = []
    original_author: list[Name] = []
    performer: list[Name] = []
    producer: list[Name] = []
    recipient: list[Name] = []
    reviewed_author: list[Name] = []
    script_writer: list[Name] = []
    series_creator: list[Name] = []

    available_date: DateVariable = None
    event_date: DateVariable = None
    original_date: DateVariable = None
    submitted: DateVariable = None

    abstract: Variable | None = None
    annote: Variable | None = None
    archive: Variable | None = None
    archive_collection: Variable | None = None
    archive_location: Variable | None = None
    archive_place: Variable | None = None
    authority: Variable | None = None
    call_number: Variable | None = None
    chapter_number: Variable | None = None
    citation_label: Variable | None = None
    collection_number: Variable | None = None
    dimensions: Variable | None = None
    division: Variable | None = None
    edition: Variable | None = None
    event_place: Variable | None = None
    event_title: Variable | None = None
    genre: Variable | None = None
    ISBN: Variable | None = None
    ISSN: Variable | None = None
    issue: Variable | None = None
    jurisdiction: Variable | None = None
    keyword: Variable | None = None
    license: Variable | None = None
    locator: Variable | None = None
    medium: Variable | None = None
    note: Variable | None = None
    number: Variable | None = None
    number_of_pages: Variable | None = None
    number_of_volumes: Variable | None = None
    original_publisher: Variable | None = None
    original_publisher_place: Variable | None = None
    original_title: Variable | None = None
    page: Variable | None = None
    page_first: Variable | None = None
    part_number: Variable | None = None
    part_title: Variable | None = None
    PMCID: Variable | None = None
    PMID: Variable | None = None
    printing_number: Variable | None = None
    references: Variable | None = None
    reviewed_genre: Variable | None = None
    reviewed_title: Variable | None = None
    scale: Variable | None = None
    section: Variable | None = None
    source: Variable | None = None
    status: Variable | None = None
    supplement_number: Variable | None = None
    version: Variable | None = None
    volume: Variable | None = None
    volume_title: Variable | None = None
    volume_title_short: Variable | None = None
    year_suffix: Variable | None = None

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if not (self.title or self.publisher or self.container_title):
            raise PydanticCustomError("whole", "a source needs a title, a publisher or a container-title")
        if not (self.issued or self.accessed or self.URL or self.DOI or self.author):
            raise PydanticCustomError("whole", "a source needs an author, a date (`issued`, `accessed`) or a `URL`")
        return self

    @property
    def house(self) -> str:
        """The short name of a source, as rich text: its newspaper or site, else its publisher, else its first author."""
        first = self.author[0] if self.author else None
        return self.container_title or self.publisher or (first and (first.literal or first.family)) or ""


_VARIABLES = {name: info for name, info in Source.model_fields.items() if name not in {"id", "type"}}
NAMES = frozenset(alias(name) for name, info in _VARIABLES.items() if info.default == [])
DATES = frozenset({"issued", "accessed", "available-date", "event-date", "original-date", "submitted"})
VARIABLES = frozenset(map(alias, _VARIABLES))  # all of CSL's variables
