"""The edition as typed data: what each content file may hold, and all of them together.

In: strings with places, as `yamls.load` returns them. Out: frozen pydantic models. `check.py` checks what a single file can't show,
such as whether a source exists. The JSON Schemas in `docs/schema/` are generated from these models.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WrapValidator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from briefs.edition import addresses, markdown
from briefs.edition.changed import Changed
from briefs.edition.csl import Source
from briefs.edition.data.table import DataTable
from briefs.edition.dates import Date
from briefs.edition.yamls import Scalar, SourceLine
from briefs.problems import Place
from briefs.tools.typefaces import Typeface

KEY_PHRASE = re.compile(r"\*\*(.+?)\*\*", re.S)
MOST_FACTS = 500  # per country
KEY_PHRASE_LENGTH = 40
KeyPoint = Literal["position", "matters", "next", "ask"]
KEY_POINTS: tuple[KeyPoint, ...] = ("position", "matters", "next", "ask")
FORMAT = 2  # the format of editions in this version; older ones are migrated (`migrate.py`)


@lru_cache(maxsize=16)
def line_starts(text: str) -> Sequence[int]:
    """The offset at which each line of a text begins."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


@dataclass(frozen=True)
class Text:
    """A Markdown field and its place. `lines`: those of its source in YAML, where they differ from those of the text.

    `language`: that of a text that isn't in the edition's language, because it isn't translated. `parts`: the texts that a
    translated section or deck is put together from, each with the line of the whole, from 0, on which it begins.
    """

    markdown: str
    place: Place
    lines: tuple[SourceLine, ...] = field(default=(), compare=False, repr=False)
    language: str = ""
    parts: tuple[tuple[int, Text], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return self.markdown

    @property
    def key_phrase(self) -> str:
        """The words between the first pair of `**`, on one line. Empty if there are none."""
        match = KEY_PHRASE.search(self.markdown)
        return markdown.plain(" ".join(match[1].split())) if match else ""

    @property
    def citations(self) -> list[str]:
        """The keys of all `@key`, in order."""
        return [key for _, key in markdown.citations(self.markdown)]

    @property
    def hash(self) -> str:
        """The hash by which a Word file identifies the text it was made from: 16 hexadecimal digits of its SHA-256."""
        return hash_of(self.markdown)

    def place_at(self, offset: int) -> Place:
        """The place of a character of the text in its file."""
        if self.parts:
            line, part = self.part_at(self.markdown.count("\n", 0, offset))
            inner = offset - line_starts(self.markdown)[line]
            return part.place_at(min(inner, max(0, len(part.markdown) - 1)))
        if self.lines:
            return self._place_in_source(offset)
        starts = line_starts(self.markdown)
        line = bisect_right(starts, offset) - 1
        column = offset - starts[line] + (1 if line else self.place.column)
        return replace(self.place, line=self.place.line + line, column=column)

    def part_at(self, line: int) -> tuple[int, Text]:
        """The part that a line of the text, from 0, is in or follows, and the line on which that part begins."""
        return self.parts[max(0, bisect_right(self.parts, line, key=lambda part: part[0]) - 1)]

    @cached_property
    def _source_starts(self) -> Sequence[int]:
        """The offset in the text of the first word of each line of the source."""
        starts: list[int] = []
        before, waiting = 0, deque(line.before for line in self.lines)
        for word in re.finditer(r"\S+", self.markdown):
            while waiting and waiting[0] < before + len(word[0]):
                starts.append(word.start() + waiting.popleft() - before)
            before += len(word[0])
        return starts

    def _place_in_source(self, offset: int) -> Place:
        starts = self._source_starts
        number = max(0, bisect_right(starts, offset) - 1)
        source, start = self.lines[number], starts[number] if starts else offset
        escaped = {"'": "'", '"': '"\\'}.get(source.style, "")  # each of these is written as two
        column = source.column + offset - start + sum(self.markdown.count(sign, start, offset) for sign in escaped)
        return replace(self.place, line=source.line, column=max(1, column))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(_text)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "minLength": 1}


def _text(value: object) -> Text:
    if isinstance(value, Text):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "there is no text")
    if not value.strip():
        raise PydanticCustomError("text", "the text is empty")
    return text_of(value) if isinstance(value, Scalar) else Text(str(value).strip(), Place(""))


def text_of(scalar: Scalar) -> Text:
    """A value of a YAML file as a text."""
    return Text(scalar.strip(), scalar.place, scalar.lines)


def _date(value: object) -> object:
    if isinstance(value, Date):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("date", "there is no date")
    try:
        return Date.parse(value, getattr(value, "place", None))
    except ValueError as fault:
        raise PydanticCustomError("date", "{why}", {"why": str(fault)}) from None


def _moment(value: object) -> object:
    """A moment in ISO 8601 with its offset from UTC, as it was written. Without an offset it would be another one elsewhere."""
    try:
        moment = datetime.datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or "T" not in str(value):
        raise PydanticCustomError("date", "{why}", {"why": f"“{str(value)[:60]}” is no moment; write 2026-12-01T10:00+01:00"})
    return value


class _DateSchema:
    @classmethod
    def __get_pydantic_json_schema__(cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        part = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
        return {"type": ["string", "integer"], "pattern": rf"^{part}(/{part})?$", "minimum": 1, "maximum": 9999}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(_date)


def _lower(value: object) -> object:
    return Scalar(value.lower(), place_of(value)) if isinstance(value, str) else value


def hash_of(words: str) -> str:
    """16 hexadecimal digits of the SHA-256 of words in UTF-8."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def texts_in(value: object) -> Iterator[Text]:
    """The texts of a model, or of what models are in, at any depth, in the order of the fields."""
    if value is None or isinstance(value, str | float | int):  # nearly all values are
        return
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        own = value.__dict__
        for name in type(value).model_fields:
            yield from texts_in(own[name])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_in(item)


def place_of(value: object) -> Place:
    """The place of a validated value in the content. An empty place if the value doesn't come from a file."""
    return getattr(value, "place", None) or Place("")


def _allowed(is_allowed: Callable[[str], bool]) -> AfterValidator:
    """Refuses a text with the words and the hint that a text has which doesn't fit its pattern."""

    def check(value: str) -> str:
        if not is_allowed(value):
            raise PydanticCustomError("string_pattern_mismatch", "no such address is allowed")
        return value

    return AfterValidator(check)


# Pydantic turns a Scalar into a plain string. So check it, and then keep the Scalar, which has its place.
_KEEP = WrapValidator(lambda value, check: (check(value), value)[1])

PartialDate = Annotated[Date, _DateSchema]
Key = Annotated[str, _KEEP]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60), _KEEP]
Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=20), _KEEP, BeforeValidator(_lower)]
Words = Annotated[str, Field(pattern=r"^\S+( \S+)*$", max_length=100), _KEEP]
Condition = Annotated[str, Field(min_length=1, max_length=200), _KEEP]  # as `--where` takes it
Moment = Annotated[str, _KEEP, BeforeValidator(_moment)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$"), _KEEP]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), _KEEP]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>\"{}|\\^`]+$", max_length=1000), _allowed(addresses.is_web)]
ItemHash = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$"), _KEEP]
Contact = Annotated[str, Field(pattern=r"^(https?://[^\s<>\"]+|[^@\s<>\":/?#]+@[^@\s<>\":/?#]+)$"), _allowed(addresses.is_contact)]


class Model(BaseModel):
    """`plain`: the names of fields that hold plain words for readers, and no Markdown."""

    plain: ClassVar[frozenset[str]] = frozenset()
    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _given(cls, data: object) -> object:
        """A key without a value counts as a key that isn't there."""
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data


class Stance(Model):
    """A step of the edition's ordered scale of stances."""

    id: Slug
    label: Text
    colour: Colour
    meaning: Text


class Topic(Model):
    id: Slug
    label: Text


class Subject(Model):
    """A country, or what an edition has instead of countries. It is declared to give it a name, or to say that it isn't covered."""

    code: Code
    name: Text | None = None
    aliases: list[str] = []
    covered: bool = True


class StanceRule(Model):
    """A stance, and the conditions of which all are true of the countries that have it: `supplier-rule=in force`."""

    hints: ClassVar[dict[str, str]] = {
        "stance": "Write the `id` of a step of the scale.",
        "where": "List conditions, such as `internet>=80` or `supplier-rule=in force`.",
    }

    stance: Slug
    where: Annotated[list[Condition], Field(min_length=1, max_length=20)]


class ComputedStance(Model):
    """How stances are computed from columns: by the limits between the steps of the scale, in its order, or by rules.

    A number that is a limit belongs to the step that begins there.
    """

    hints: ClassVar[dict[str, str]] = {
        "column": "Write the id of a column of numbers or shares.",
        "limits": "List the numbers at which the second and each later step of the scale begins.",
        "rules": "List the steps, each with `stance` and `where`.",
    }

    column: Slug | None = None
    limits: Annotated[list[float], Field(max_length=8)] = []
    rules: Annotated[list[StanceRule], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _one_way(self) -> ComputedStance:
        if bool(self.column) != bool(self.limits) or bool(self.column) == bool(self.rules):
            raise PydanticCustomError("whole", "stances are computed from `column` and `limits`, or by `rules`")
        return self


class AsOf(Model):
    """The month up to which the data, and the text of the report, are up to date."""

    countries: PartialDate
    report: PartialDate | None = None


class CountryGroup(Model):
    """Some of the edition's countries, under a name that commands, figures and comparisons use."""

    hints: ClassVar[dict[str, str]] = {"members": "List the codes of its countries."}

    id: Slug
    label: Text
    members: Annotated[list[Code], Field(min_length=1, max_length=300)]


PlotName = Literal["ranking", "strip", "strips", "lines", "multiples", "slope", "shares", "table", "bars", "map"]
PlotWord = Annotated[str, Field(min_length=1, max_length=200), _KEEP]


class BriefFigure(Model):
    """A figure of values that every brief has, with its own country marked."""

    hints: ClassVar[dict[str, str]] = {
        "data": f"Write {', '.join(get_args(PlotName)[:-1])} or {get_args(PlotName)[-1]}.",
        "columns": "List the ids of columns, for a figure of several.",
        "countries": "List groups and codes of countries; without it, all countries are shown.",
        "title": "Say in a few words what is to be seen.",
        "alt": "Say in at most 500 letters what the figure shows, for those who can't see it.",
        "from": "Write the first period.",
        "to": "Write the last period.",
        "by": "Write natural, quantiles or equal.",
        "classes": "Write how many classes the map has.",
        "breaks": "List the numbers at which a class of the map begins.",
        "middle": "Write the number in the middle of a scale of two colours.",
    }
    plain: ClassVar[frozenset[str]] = frozenset({"title", "alt"})

    data: PlotName
    column: Slug | None = None
    columns: Annotated[list[Slug], Field(max_length=8)] = []
    countries: Annotated[list[Slug], Field(max_length=300)] = []
    year: PartialDate | None = None
    first: Annotated[PartialDate | None, Field(alias="from")] = None
    to: PartialDate | None = None
    title: PlotWord | None = None
    alt: Annotated[str, Field(min_length=1, max_length=500), _KEEP] | None = None
    by: PlotWord | None = None
    classes: PlotWord | None = None
    breaks: Annotated[list[PlotWord], Field(max_length=8)] = []
    middle: PlotWord | None = None

    @property
    def ids(self) -> list[str]:
        """The columns that it shows."""
        return [*([self.column] if self.column else []), *self.columns]

    @property
    def keys(self) -> Mapping[str, str]:
        """What a `.figure` in a text would have between its braces."""
        periods = {"year": self.year, "from": self.first, "to": self.to}
        lists = {"columns": self.columns, "countries": self.countries, "breaks": self.breaks}
        words = {"data": self.data, "column": self.column, "title": self.title, "alt": self.alt, "by": self.by}
        found: dict[str, str | None] = {**words, "classes": self.classes, "middle": self.middle}
        found |= {key: period.text for key, period in periods.items() if period}
        found |= {key: " ".join(listed) for key, listed in lists.items()}
        return {key: value for key, value in found.items() if value}


BriefBlock = Literal[
    "stance", "summary", "position", "matters", "next", "ask", "key-facts", "map", "counts", "timeline", "figures", "facts",
    "sources", "data",
]  # fmt: skip


class Audience(Model):
    """Readers for whom briefs of their own are made: what these briefs have.

    `blocks`: parts of the page; `data` is the file that is attached to the PDF. Without `topics` and `columns` they have all of
    these. `priority`: facts of this priority and of higher ones (smaller numbers).
    """

    hints: ClassVar[dict[str, str]] = {
        "blocks": "List what its briefs have, such as position, matters, facts, sources.",
        "topics": "List topics of the edition; without it, the facts of all topics are there.",
        "priority": "Write 1, 2 or 3: facts of this priority and of higher ones are there.",
        "columns": "List columns of columns.yaml; without it, all are there.",
    }

    id: Slug
    label: Text
    blocks: Annotated[list[BriefBlock], Field(min_length=1)]
    topics: list[Slug] = []
    priority: Annotated[int, Field(ge=1, le=3)] = 3
    columns: list[Slug] = []


class MapInset(Model):
    """Distant subjects, drawn small at a side of the map. `share` is its width as a part of the map's."""

    countries: Annotated[list[Code], Field(min_length=1)]
    corner: Literal["top left", "top right", "bottom left", "bottom right", "left", "right"] = "left"
    share: Annotated[float, Field(gt=0.05, lt=0.6)] = 0.24


class MapView(Model):
    """The part of the world that the map shows: all of these subjects, or all subjects of the edition if none is named.

    `view`: whose view of the borders it takes, by the names of `compose/views.yaml`. `disclaimer`: the line below every map,
    instead of the label.
    """

    plain: ClassVar[frozenset[str]] = frozenset({"disclaimer"})

    view: Literal["un", "natural-earth"] = "un"
    disclaimer: Annotated[str, Field(pattern=r"^\S+( \S+)*$", max_length=300), _KEEP] | None = None
    countries: list[Code] = []
    insets: list[MapInset] = []


BrandColour = Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6}|[a-z][a-z0-9_-]*)$"), _KEEP]  # or the name of one


class BrandColours(Model):
    """The colours of a brand, each as `#rrggbb` or by its name in `palette`.

    `foreground` is the colour of text, `secondary` that of what is less important, `primary` that of bands, figures and slides
    without a stance, and `link` that of links.
    """

    palette: Annotated[dict[str, Colour], Field(max_length=200)] = {}
    foreground: BrandColour | None = None
    primary: BrandColour | None = None
    secondary: BrandColour | None = None
    link: BrandColour | None = None

    @property
    def named(self) -> Mapping[str, str]:
        """The colours by their uses: those that the brand sets, as it writes them."""
        uses = {name: getattr(self, name) for name in ("foreground", "primary", "secondary", "link")}
        return {name: colour for name, colour in uses.items() if colour}

    def value(self, colour: str) -> str | None:
        """A colour as `#rrggbb`, or None if the palette hasn't its name."""
        return colour if colour.startswith("#") else self.palette.get(colour)


class BrandMeta(Model):
    """Whose brand it is."""

    name: Text | None = None


BrandPath = Annotated[str, Field(pattern=r"^brand/[^/\\\s]+(/[^/\\\s]+)*$"), _KEEP]  # of a file beside brand.yaml


def _named(key: str) -> BeforeValidator:
    """A text alone stands for a mapping in which it is the value of `key`."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class BrandImage(Model):
    """A picture of the brand, with its alternative text."""

    path: BrandPath
    alt: Words | None = None


class BrandLogoPair(Model):
    """A logo for light and for dark backgrounds: the name of a picture in `images`, or a path."""

    light: Annotated[str, _KEEP] | None = None
    dark: Annotated[str, _KEEP] | None = None


LogoPair = Annotated[BrandLogoPair, _named("light")]
LogoSize = Literal["small", "medium", "large"]


class BrandLogo(Model):
    """The logo in up to three sizes."""

    images: Annotated[dict[str, Annotated[BrandImage, _named("path")]], Field(max_length=50)] = {}
    small: LogoPair | None = None
    medium: LogoPair | None = None
    large: LogoPair | None = None

    @property
    def named(self) -> Sequence[str]:
        """The names and paths that the sizes have, as they are written."""
        pairs = filter(None, (self.small, self.medium, self.large))
        return [name for pair in pairs for name in (pair.light, pair.dark) if name]

    def image(self, size: LogoSize, background: Literal["light", "dark"] = "light") -> BrandImage | None:
        """The picture of a size, or else of the nearest one, for a background. None if there is none for it."""
        for name in _NEAREST[size]:
            pair: BrandLogoPair | None = getattr(self, name)
            if pair and (found := getattr(pair, background)):
                return self.images.get(found) or BrandImage(path=found)
        return None


_NEAREST: Mapping[LogoSize, Sequence[str]] = {
    "small": ("small", "medium", "large"),
    "medium": ("medium", "small", "large"),
    "large": ("large", "medium", "small"),
}


FontWeight = Literal["thin", "extra-light", "light", "normal", "medium", "semi-bold", "bold", "extra-bold", "black",
                     "100", "200", "300", "400", "500", "600", "700", "800", "900"]  # fmt: skip
WEIGHTS = get_args(FontWeight)[:9]  # their names, from 100 on


class BrandFontFile(Model):
    """A file of a font. Its weight and style are its own; where they are written, they have to be these."""

    path: BrandPath
    weight: Annotated[FontWeight, _KEEP] | None = None
    style: Annotated[Literal["normal", "italic"], _KEEP] | None = None

    @property
    def weight_class(self) -> int | None:
        """The weight as a number from 100 to 900 (usWeightClass of OpenType)."""
        if self.weight is None:
            return None
        return 100 * (WEIGHTS.index(self.weight) + 1) if self.weight in WEIGHTS else int(self.weight)


class BrandFont(Model):
    """A family of fonts, and its files."""

    family: Words
    source: Literal["file"]
    files: Annotated[list[Annotated[BrandFontFile, _named("path")]], Field(min_length=1, max_length=20)]


class BrandFace(Model):
    """What a kind of text is set in."""

    family: Words


Face = Annotated[BrandFace, _named("family")]


class BrandTypography(Model):
    """The fonts of a brand. `headings` are set in the family of `base` if they have none."""

    fonts: Annotated[list[BrandFont], Field(max_length=10)] = []
    base: Face | None = None
    headings: Face | None = None
    monospace: Face | None = None

    @property
    def families(self) -> Mapping[str, str]:
        """The family of each kind of text that the brand sets."""
        faces = {"base": self.base, "headings": self.headings or self.base, "monospace": self.monospace}
        return {use: face.family for use, face in faces.items() if face}


class BriefsDefaults(Model):
    """What this program adds to the names of brand.yml: a text at the foot of pages, the line below every map, and a picture that
    fills the band on covers."""

    plain: ClassVar[frozenset[str]] = frozenset({"disclaimer"})

    footer: Text | None = None
    disclaimer: Words | None = None
    cover_pattern: BrandPath | None = None


class BrandDefaults(Model):
    briefs: BriefsDefaults = BriefsDefaults()


class Brand(Model):
    """`brand.yaml`: an organisation's identity, by the names of https://posit-dev.github.io/brand-yml/."""

    hints: ClassVar[dict[str, str]] = {
        "palette": "Give each colour a name, and write it as #rrggbb.",
        **dict.fromkeys(("foreground", "primary", "secondary", "link"), "Write #rrggbb, or the name of a colour in `palette`."),
        "source": "Write file, put the font’s files into the folder brand/, and list them under `files`.",
        **dict.fromkeys(("path", "cover_pattern"), "Write the path of a file in the folder brand/: brand/logo.svg."),
        "weight": "Write a number such as 400 or 700, or a name such as normal or bold.",
        "files": "List the files of the font, each by its path: brand/Name-Regular.ttf.",
    }

    meta: BrandMeta = BrandMeta()
    logo: Annotated[BrandLogo, _named("medium")] = BrandLogo()
    color: BrandColours = BrandColours()
    typography: BrandTypography = BrandTypography()
    defaults: BrandDefaults = BrandDefaults()

    @property
    def colours(self) -> Mapping[str, str]:
        """The colours by their uses, as `#rrggbb`."""
        found = {use: self.color.value(colour) for use, colour in self.color.named.items()}
        return {use: colour for use, colour in found.items() if colour}


class Role(Model):
    """Someone who signs pieces of the edition, such as a lawyer. `required`: whether a final edition needs the signature."""

    hints: ClassVar[dict[str, str]] = {"id": "Use the word that `sign --as` takes.", "required": "Write yes or no."}

    id: Slug
    label: Text
    required: bool = True


class Signature(Model):
    """That someone has signed a piece: the path of its file, the role, who and when, and the hash of each item that was signed.

    `labels`: the hash of the edition's labels at that time. `ssh`, `minisign`: the signature of all this with the signer's key of
    that sort, or empty.
    """

    hints: ClassVar[dict[str, str]] = {
        "piece": "Write the path of a file, such as countries/be.yaml.",
        "role": "Write the id of a role of edition.yaml.",
        "items": "`sign` writes them: sign the piece again.",
    }

    piece: Annotated[str, Field(pattern=r"^[^/\s]+/[^/]+$", max_length=300), _KEEP]
    role: Slug
    by: Words
    when: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), _KEEP]
    labels: ItemHash
    items: Annotated[dict[str, ItemHash], Field(max_length=20_000)]
    ssh: Annotated[str, Field(max_length=20_000), _KEEP] = ""
    minisign: Annotated[str, Field(max_length=20_000), _KEEP] = ""


class SignOff(Model):
    """`signoff.yaml`: who has signed what."""

    hints: ClassVar[dict[str, str]] = {"signatures": "`sign` writes them."}

    signatures: Annotated[list[Signature], Field(max_length=10_000)] = []


class AuditRules(Model):
    """`audit.yaml`: what `audit` is told about sources and claims.

    `age`: after how many years, counted from the as-of date, a source is told as old. `repeats`: sources that only repeat another
    one, by key. `contested`: the ids of facts that somebody disputes, so that they must say whose claim they are.
    """

    hints: ClassVar[dict[str, str]] = {
        "age": "Write a number of years.",
        "repeats": "Write `key: key of the source that it repeats`.",
        "contested": "List the ids of facts.",
    }

    age: Annotated[int, Field(ge=1, le=200)] | None = None
    repeats: Annotated[dict[str, Key], Field(max_length=10_000)] = {}
    contested: Annotated[list[Key], Field(max_length=10_000)] = []


class Correction(Model):
    """What an edition had wrong in a fact or another text, in documents that went out.

    `country`: the one that it is about, if it is about one; `fact`: its id, or `text`: the place of the text;
    `wrong`: the words that went out, each in its wording; `right`: those that are right, or none if the statement is withdrawn;
    `date`: the day of the correction; `why`: what went wrong, for readers.
    """

    hints: ClassVar[dict[str, str]] = {
        "id": "Use the fact’s id; add -2 for a second correction of the same fact.",
        "country": "Write the code of a country of the edition.",
        "fact": "Write the id of the fact; of another text, write its place as `text`.",
        "text": "Write the place of the text, such as countries/be.yaml#summary.",
        "wrong": "List the words that were wrong.",
    }

    id: Slug
    country: Code | None = None
    fact: Slug | None = None
    text: Annotated[str, Field(pattern=r"^\S+#\S+$", max_length=300), _KEEP] | None = None
    date: PartialDate
    wrong: Annotated[list[Text], Field(min_length=1, max_length=50)]
    right: Text | None = None
    why: Text | None = None


class Corrections(Model):
    """`corrections.yaml`: what was corrected after it went out."""

    hints: ClassVar[dict[str, str]] = {"corrections": "`recall` writes them."}

    corrections: Annotated[list[Correction], Field(max_length=10_000)] = []


class Rewording(Model):
    """A text that says the same in other words, as an editor has marked it: its name, and the hashes of both states."""

    hints: ClassVar[dict[str, str]] = {"text": "`changes --reworded` writes it."}

    text: Annotated[str, Field(min_length=1, max_length=300), _KEEP]
    before: Annotated[ItemHash, Field(alias="from")]
    after: Annotated[ItemHash, Field(alias="to")]


class Rewordings(Model):
    """`rewordings.yaml`: texts whose words changed and whose meaning didn't."""

    hints: ClassVar[dict[str, str]] = {"rewordings": "`changes --reworded` writes them."}

    rewordings: Annotated[list[Rewording], Field(max_length=20_000)] = []


class ShownChanges(Model):
    """Since when documents say what changed. `since`: git revisions or dates of older editions, the latest last, which the changes
    are counted from. `report`: whether the report has a section of them."""

    hints: ClassVar[dict[str, str]] = {
        "since": "List git revisions or dates of older editions, such as [v1.0, 2025-05].",
        "report": "Write yes or no.",
    }

    since: Annotated[list[Annotated[Words, _KEEP]], Field(min_length=1, max_length=12)]
    report: bool = False


class Appendix(Model):
    """The report's table of all countries: its title, and the text above it."""

    title: Text
    introduction: Text | None = None


class About(Model):
    """`edition.yaml`."""

    format: Annotated[int, Field(ge=1)] = FORMAT
    title: Text
    subtitle: Text | None = None
    authors: list[Text] = []
    publisher: Text | None = None
    address: Url | None = None
    sources_url: Url | None = None
    contact: Contact | None = None
    cite_as: Text | None = None
    date: PartialDate
    as_of: AsOf
    language: Language
    languages: Annotated[list[Language], Field(max_length=40)] = []
    licence: Text | None = None
    status: Literal["draft", "final"] = "draft"
    embargo: Moment | None = None
    marking: Words | None = None
    retells: list[Key] = []
    scale_note: Text | None = None
    appendix: Appendix | None = None
    scale: Annotated[list[Stance], Field(min_length=2, max_length=9)] = []  # without it the edition has no stances
    computed_stance: ComputedStance | None = None
    topics: Annotated[list[Topic], Field(min_length=1, max_length=6)]
    subjects: list[Subject] = []
    key_points: list[KeyPoint] = []
    key_facts: Annotated[list[Slug], Field(max_length=6)] = []
    groups: Annotated[list[CountryGroup], Field(max_length=200)] = []
    figures: Annotated[list[BriefFigure], Field(max_length=4)] = []
    audiences: Annotated[list[Audience], Field(max_length=20)] = []
    roles: Annotated[list[Role], Field(max_length=20)] = []
    changes: ShownChanges | None = None
    map: MapView = MapView()

    @model_validator(mode="before")
    @classmethod
    def _first_language(cls, data: object) -> object:
        """The first of several languages is the source's, so `language` may be left out."""
        if isinstance(data, dict) and "language" not in data and isinstance(data.get("languages"), list) and data["languages"]:
            return {**data, "language": data["languages"][0]}
        return data

    @model_validator(mode="after")
    def _source_first(self) -> About:
        if self.languages and self.languages[0] != self.language:
            raise PydanticCustomError("whole", "the first of `languages` must be `language`, which the source is written in")
        if len({*map(str.lower, self.languages)}) < len(self.languages):
            raise PydanticCustomError("whole", "a language stands twice in `languages`")
        return self

    @model_validator(mode="after")
    def _whole_scale(self) -> About:
        if self.computed_stance and not self.scale:
            raise PydanticCustomError("whole", "`computed_stance` needs a `scale`, whose steps it gives to countries")
        return self


class Fact(Model):
    """A sourced statement about a country, under a topic."""

    id: Slug
    topic: Slug
    text: Text
    label: Text | None = None
    date: PartialDate | None = None
    due: PartialDate | None = None
    sources: Annotated[list[Key], Field(min_length=1)]
    priority: Annotated[int, Field(ge=1, le=3)] = 2
    origin: Slug | None = None

    @model_validator(mode="after")
    def _one_date(self) -> Fact:
        if self.date and self.due:
            raise PydanticCustomError("whole", "a fact has `date` or `due`, not both")
        return self

    @property
    def when(self) -> Date | None:
        return self.date or self.due

    @property
    def short(self) -> str:
        """What a timeline prints: the label, or else the key phrase. Empty if the fact has neither."""
        return " ".join(self.label.markdown.split()) if self.label else self.text.key_phrase


class DataCell(Model):
    """A country's value in a column, and what it rests on: facts of the country, or sources."""

    value: Annotated[str, Field(min_length=1, max_length=300), _KEEP]
    facts: list[Key] = []
    sources: list[Key] = []
    period: PartialDate | None = None


class Country(Model):
    """`countries/be.yaml`. `embargo` and `marking` take the place of the edition's."""

    code: Code
    embargo: Moment | None = None
    marking: Words | None = None
    stance: Slug | None = None
    stance_note: Text | None = None
    summary: Text | None = None
    position: Text | None = None
    matters: Text | None = None
    next: Text | None = None
    ask: Text | None = None
    facts: Annotated[list[Fact], Field(max_length=MOST_FACTS)] = []
    data: dict[Slug, DataCell] = {}

    @property
    def points(self) -> Mapping[KeyPoint, Text]:
        """The key points that the country has, by the names of their fields, in the order of the page."""
        found = {name: getattr(self, name) for name in KEY_POINTS}
        return {name: text for name, text in found.items() if text}


class TranslatedText(Model):
    """A text of a translation: the place of its source in the file, such as `ee-01/text`, and the hash of the source that it was
    made from. Those of a section's blocks are found by that hash, and their `id` is only a name."""

    hints: ClassVar[dict[str, str]] = {
        "id": "Write the place of the text in its file, such as summary or ee-01/text.",
        "of": "Write the 16 digits and letters that `translate status` gives for the source text.",
        "text": "Write the translation.",
    }

    id: Annotated[str, Field(pattern=r"^\S(.*\S)?$", max_length=300), _KEEP]
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$"), _KEEP]
    text: Text


class Translation(Model):
    """`translations/fr/countries/be.yaml`: the texts of a file in another language."""

    hints: ClassVar[dict[str, str]] = {"texts": "List the texts, each with `id`, `of` and `text`."}

    texts: list[TranslatedText] = []


class SectionHead(Model):
    """The front matter of a section of the report."""

    title: Text
    id: Slug
    short: Text | None = None
    numbered: bool = True
    pull_quote: Text | None = None


class Avoided(Model):
    """Words that the edition's texts avoid, and what they have instead."""

    words: Annotated[list[Words], Field(min_length=1, max_length=100)]
    write: Words
    files: Annotated[list[Words], Field(max_length=100)] = []


class Preferred(Model):
    """The one form of a word that the edition's texts use, and its other forms."""

    form: Words
    variants: Annotated[list[Words], Field(min_length=1, max_length=100)]
    files: Annotated[list[Words], Field(max_length=100)] = []


class StyleSheet(Model):
    """`style.yaml`."""

    avoid: list[Avoided] = []
    prefer: list[Preferred] = []


ColumnKind = Literal["number", "share", "category", "yes-no", "date", "text"]
CellWords = Annotated[str, Field(min_length=1, max_length=200), _KEEP]  # as a cell of a table has them


class Category(Model):
    """One of the values that a column of categories has, in their order."""

    id: Slug
    label: Text
    colour: Colour | None = None


class Comparison(Model):
    """What a value is compared with: the median or the best of a group (without one, of all countries), or the period before."""

    to: Literal["median", "best", "previous"]
    group: Slug | None = None


class Column(Model):
    """A column: a thing that is known about each country, perhaps for several years."""

    hints: ClassVar[dict[str, str]] = {
        "kind": "Write number, share, category, yes-no, date or text.",
        "decimals": "Write how many digits stand behind the decimal sign: 0 to 6.",
        "better": "Write higher or lower, or leave it out.",
        "source": "Write the key of a source.",
        "scale": "Write what each value is multiplied by: 100 for parts of one.",
        "headings": "List the headings and codes that tables have for this column.",
    }

    id: Slug
    label: Text
    kind: ColumnKind = "number"
    unit: Text | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    better: Literal["higher", "lower"] | None = None
    values: Annotated[list[Category], Field(max_length=40)] = []
    source: Key | None = None
    as_of: PartialDate | None = None
    scale: Annotated[float, Field(gt=0)] = 1
    compare: Comparison | None = None
    note: Text | None = None
    headings: Annotated[list[CellWords], Field(max_length=100)] = []

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Column:
        if self.kind == "category" and not self.values:
            raise PydanticCustomError("whole", "a column of categories needs `values`: the id and label of each")
        if self.kind != "category" and self.values:
            raise PydanticCustomError("whole", "only a column of the kind category has `values`")
        if not self.is_numeric and (self.decimals is not None or self.better or self.scale != 1 or self.compare):
            raise PydanticCustomError("whole", "only numbers and shares have `decimals`, `better`, `scale` and `compare`")
        return self

    @property
    def is_numeric(self) -> bool:
        return self.kind in {"number", "share"}


class TableFile(Model):
    """How a file in `data/` is to be read, where its own headings don't say it."""

    hints: ClassVar[dict[str, str]] = {
        "decimal": "Write point or comma: the decimal sign of the numbers that are texts.",
        "sheets": "List the names of the sheets to be read; without it all are.",
        "skip": "List what stands in place of a country in rows that aren’t to be read, such as World.",
    }

    file: Annotated[str, Field(pattern=r"^data/[^/]+$"), _KEEP]
    column: Slug | None = None
    period: PartialDate | None = None
    decimal: Literal["point", "comma"] = "point"
    sheets: Annotated[list[CellWords], Field(max_length=100)] = []
    skip: Annotated[list[CellWords], Field(max_length=1000)] = []


class Columns(Model):
    """`columns.yaml`: what each column of the data means, and how its tables are to be read."""

    columns: Annotated[list[Column], Field(max_length=500)] = []
    tables: Annotated[list[TableFile], Field(max_length=500)] = []


class DeckHead(Model):
    """The front matter of a deck."""

    title: Text
    subtitle: Text | None = None


@dataclass(frozen=True)
class Section:
    """A section of the report: its front matter, and the Markdown after it, which begins on line `body.place.line`."""

    head: SectionHead
    body: Text

    @property
    def path(self) -> str:
        return self.body.place.path


@dataclass(frozen=True)
class Deck:
    """A deck of slides: its name (that of the file), its front matter, and the slides as Markdown, each under a heading."""

    name: str
    head: DeckHead
    body: Text

    @property
    def path(self) -> str:
        return self.body.place.path


class Journey(Model):
    """`journeys/baltics.yaml`: the countries of a journey, whose briefs are bound together."""

    hints: ClassVar[dict[str, str]] = {"countries": "List the codes of its countries, in the order of the journey."}

    title: Text
    subtitle: Text | None = None
    countries: Annotated[list[Code], Field(min_length=1, max_length=60)]


@dataclass(frozen=True)
class Standing:
    """What a document may show of a country that it is not about. Nothing else of such a country makes the document stale.

    `stance`: None if the edition has no scale."""

    stance: str | None
    note: Text | None = None


@dataclass(frozen=True)
class Edition:
    """A whole content folder, read and checked; or a document's share of one (`compose/shares.py`).

    A share holds only those countries that its document is about; `shown` is then what it shows of every country. `audience`: for
    whom alone it is (`audiences.py`). `alphabet`: the codes of its subjects in the order of its language (`compose/collation.py`).
    `unsigned`: the labels of the roles that have yet to sign a piece, by the path of its file (`signoff.py`). `corrections`: those
    of what went out, by their ids, the latest first. `rewordings`: the steps of each text that an editor has
    marked as ones of words only, as hashes. `changes`: since an older edition, if documents say them.
    `brand`: the identity of who publishes it; `typefaces`: its fonts, and `logos`: its pictures, by their paths. `translations`:
    the same edition in other languages, by their tags. `translation`: the tag of the language, if this is one of them; it is the
    folder of its documents.
    """

    about: About
    countries: Mapping[str, Country]
    names: Mapping[str, str]
    sections: tuple[Section, ...]
    sources: Mapping[str, Source]
    labels: Mapping[str, Text]
    glossary: Mapping[str, Text] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    decks: Mapping[str, Deck] = field(default_factory=dict)
    shown: Mapping[str, Standing] | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)
    data: DataTable = field(default_factory=DataTable)
    audience: Audience | None = None
    brand: Brand = field(default_factory=Brand)
    typefaces: Mapping[str, Typeface] = field(default_factory=dict)
    logos: Mapping[str, bytes] = field(default_factory=dict)
    unsigned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    journeys: Mapping[str, Journey] = field(default_factory=dict)
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    rewordings: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    changes: Changed | None = None
    alphabet: tuple[str, ...] = ()
    translations: Mapping[str, Edition] = field(default_factory=dict, repr=False)
    translation: str = ""

    def rank(self, code: str) -> int:
        """The place of a subject in the order of names."""
        return self._ranks[code]

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        codes = self.alphabet or sorted(self.names, key=lambda code: self.names[code])
        return {code: rank for rank, code in enumerate(codes)}

    @cached_property
    def about_texts(self) -> Sequence[Text]:
        """The texts of edition.yaml, which every share has."""
        return tuple(texts_in(self.about))

    def shows(self, block: BriefBlock) -> bool:
        """Whether a brief of this edition has a block: any, unless the edition is reduced to what is for an audience."""
        return self.audience is None or block in self.audience.blocks

    @cached_property
    def steps(self) -> Mapping[str, Stance]:
        return {step.id: step for step in self.about.scale}

    @cached_property
    def not_covered(self) -> tuple[str, ...]:
        """Codes of the subjects that the edition names but has no data about."""
        return tuple(s.code for s in self.about.subjects if s.code not in self.standings)

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Where each country stands, by code."""
        own = {code: Standing(country.stance, country.stance_note) for code, country in self.countries.items()}
        return own if self.shown is None else self.shown

    @cached_property
    def stances(self) -> Mapping[str, Standing]:
        """Like `standings`, but without the notes on the stances."""
        return {code: Standing(standing.stance) for code, standing in self.standings.items()}

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of countries with each stance, in the order of the scale."""
        return {step: sum(s.stance == step for s in self.standings.values()) for step in self.steps}

    def stance(self, code: str) -> Stance | None:
        """Where a country stands. None if the edition has no scale."""
        return self.steps.get(self.standings[code].stance or "")
