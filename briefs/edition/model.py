"""The edition as typed data: the models of all content files, and `Edition`, which holds them together.

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

from briefs.edition import addresses, digits, markdown
from briefs.edition.changed import Changed
from briefs.edition.csl import Source
from briefs.edition.csldates import CslDate
from briefs.edition.data.table import DataTable, Value
from briefs.edition.dates import Date
from briefs.edition.yamls import Scalar, SourceLine
from briefs.problems import Place
from briefs.tools.typefaces import Typeface

KEY_PHRASE = re.compile(r"\*\*(.+?)\*\*", re.S)
MOST_FACTS = 500  # the most facts of one country
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
    """A text in Markdown and its place. `lines`: where the lines of its source in YAML begin, if they differ from the text's lines.

    `language`: the tag of the text's language, if it isn't translated into the edition's language; empty otherwise. `parts`: the
    texts that a translated section or deck is put together from, each with the line (from 0) of the whole on which it begins.
    """

    markdown: str
    place: Place
    lines: tuple[SourceLine, ...] = field(default=(), compare=False, repr=False)
    language: str = ""
    parts: tuple[tuple[int, Text], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return self.markdown

    @property
    def words(self) -> str:
        """The words of a text that holds no Markdown, on one line, as they are printed where the text isn't parsed."""
        return markdown.typographic(self.markdown)

    @property
    def key_phrase(self) -> str:
        """See `key_phrase_of`."""
        return key_phrase_of(self.markdown)

    @property
    def citations(self) -> list[str]:
        """The keys of all `@key`, in order."""
        return [key for _, key in markdown.citations(self.markdown)]

    @property
    def hash(self) -> str:
        """The hash by which a Word file identifies the text that it was made from: 16 hexadecimal digits of the text's SHA-256."""
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
        """The part of `parts` that has the line `line` (from 0), or the last part before that line; and the line on which this part
        begins."""
        return self.parts[max(0, bisect_right(self.parts, line, key=lambda part: part[0]) - 1)]

    @cached_property
    def _source_starts(self) -> Sequence[int]:
        """For each line of the source, the offset of its first word in the text."""
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
        escaped = {"'": "'", '"': '"\\'}.get(source.style, "")  # in the source, each of these signs is written as two
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
        raise PydanticCustomError("date", "{why}", {"why": fault.args[0]}) from None


def _moment(value: object) -> object:
    """A moment in ISO 8601 with its offset from UTC, as it was written. Without an offset it would be another
    moment in another time zone."""
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


def key_phrase_of(text: str) -> str:
    """The words between the first pair of `**` in some Markdown, on one line. Empty if there are none."""
    match = KEY_PHRASE.search(text)
    return markdown.plain(" ".join(match[1].split())) if match else ""


def hash_of(words: str) -> str:
    """16 hexadecimal digits of the SHA-256 of words in UTF-8."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def texts_in(value: object) -> Iterator[Text]:
    """The texts in a model, or in a list or mapping of models, at any depth, in the order of the fields."""
    if value is None or isinstance(value, str | float | int):  # a shortcut, since nearly all values are such
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
    """A validator that refuses a text with the same message and hint as for a text that doesn't fit its pattern."""

    def check(value: str) -> str:
        if not is_allowed(value):
            raise PydanticCustomError("string_pattern_mismatch", "no such address is allowed")
        return value

    return AfterValidator(check)


# Pydantic turns a Scalar into a plain string. This validator checks the value, but returns the Scalar, because that has a place.
_KEEP = WrapValidator(lambda value, check: (check(value), value)[1])

PartialDate = Annotated[Date, _DateSchema]
Key = Annotated[str, _KEEP]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60), _KEEP]
Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=20), _KEEP, BeforeValidator(_lower)]
Words = Annotated[str, Field(pattern=r"^\S+( \S+)*$", max_length=100), _KEEP]
Condition = Annotated[str, Field(min_length=1, max_length=200), _KEEP]  # a condition as `--where` takes it
Moment = Annotated[str, _KEEP, BeforeValidator(_moment)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$"), _KEEP]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), _KEEP]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>\"{}|\\^`]+$", max_length=1000), _allowed(addresses.is_web)]
ItemHash = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$"), _KEEP]
Contact = Annotated[str, Field(pattern=r"^(https?://[^\s<>\"]+|[^@\s<>\":/?#]+@[^@\s<>\":/?#]+)$"), _allowed(addresses.is_contact)]


class Model(BaseModel):
    """The base of all models. `plain`: the names of fields that hold plain words for readers, not Markdown."""

    plain: ClassVar[frozenset[str]] = frozenset()
    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _given(cls, data: object) -> object:
        """The data without the known keys that have no value: these count as missing. Unknown keys stay, so that they are
        reported."""
        known = {*cls.model_fields, *(field.alias for field in cls.model_fields.values())}
        return {k: v for k, v in data.items() if v is not None or k not in known} if isinstance(data, dict) else data


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
    """A country, or what an edition has instead of countries. It is declared only to give it a name, or
    to say that it isn't covered. `in_sentences`: its name as it stands within a sentence, such as one with an article."""

    code: Code
    name: Text | None = None
    in_sentences: Text | None = None
    aliases: list[str] = []
    covered: bool = True


class StanceRule(Model):
    """A stance, and the conditions that a country must all fulfil to have it, such as `supplier-rule=in force`."""

    hints: ClassVar[dict[str, str]] = {
        "stance": "Write the `id` of a step of the scale.",
        "where": "List conditions, such as `internet>=80` or `supplier-rule=in force`.",
    }

    stance: Slug
    where: Annotated[list[Condition], Field(min_length=1, max_length=20)]


class ComputedStance(Model):
    """How stances are computed from columns: by limits between the steps of the scale, in its order, or by rules.

    A value that equals a limit belongs to the step that begins at the limit.
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
    """The dates up to which the data of countries and the text of the report are up to date."""

    countries: PartialDate
    report: PartialDate | None = None


class CountryGroup(Model):
    """A group of the edition's countries. Commands, figures and comparisons use it by its id."""

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
        "table": "Write yes or no.",
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
    table: bool = False

    @model_validator(mode="after")
    def _of_columns(self) -> BriefFigure:
        if not self.ids:
            raise PydanticCustomError("whole", "a figure of values names its `column`, or its `columns`")
        return self

    @property
    def ids(self) -> list[str]:
        """The ids of the columns that the figure shows."""
        return [*([self.column] if self.column else []), *self.columns]

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys and values that a `.figure` in a text would have between its braces for the same figure."""
        periods = {"year": self.year, "from": self.first, "to": self.to}
        lists = {"columns": self.columns, "countries": self.countries, "breaks": self.breaks}
        words = {"data": self.data, "column": self.column, "title": self.title, "alt": self.alt, "by": self.by}
        found: dict[str, str | None] = {**words, "classes": self.classes, "middle": self.middle}
        found |= {key: period.text for key, period in periods.items() if period}
        found |= {key: " ".join(listed) for key, listed in lists.items()}
        found |= {"table": "yes"} if self.table else {}
        return {key: value for key, value in found.items() if value}


BriefBlock = Literal[
    "stance", "summary", "position", "matters", "next", "ask", "key-facts", "map", "counts", "timeline", "figures", "facts",
    "sources", "data",
]  # fmt: skip


class Audience(Model):
    """An audience for whom separate briefs are made, and what these briefs have.

    `blocks`: the parts of the page; the block `data` is the file that is attached to the PDF. `topics`, `columns`: if they are
    empty, the briefs have all topics and all columns. `priority`: the briefs have facts of this priority and of higher ones
    (smaller numbers).
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
    """A small map of distant subjects at a side of the map. `share`: the width of the inset as a part of the map's width.

    `name`: what is printed in the inset, and on the map where that shows the same countries.
    """

    plain: ClassVar[frozenset[str]] = frozenset({"name"})

    countries: Annotated[list[Code], Field(min_length=1)]
    corner: Literal["top left", "top right", "bottom left", "bottom right", "left", "right"] = "left"
    share: Annotated[float, Field(gt=0.05, lt=0.6)] = 0.24
    name: Annotated[str, Field(pattern=r"^\S+( \S+)*$", max_length=40), _KEEP] | None = None


class MapView(Model):
    """The part of the world that the map shows: all of these subjects, or all subjects of the edition if none is named.

    `view`: whose view of the borders the map takes, by a name in `compose/views.yaml`. `disclaimer`: the line below every map,
    instead of the label `map_disclaimer`. The words on dashed lines (`map_dashed`) and on what is grey (`map_grey`) stand beside
    it.
    """

    plain: ClassVar[frozenset[str]] = frozenset({"disclaimer"})

    view: Literal["un", "natural-earth"] = "un"
    disclaimer: Annotated[str, Field(pattern=r"^\S+( \S+)*$", max_length=300), _KEEP] | None = None
    countries: list[Code] = []
    insets: list[MapInset] = []


BrandColour = Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6}|[a-z][a-z0-9_-]*)$"), _KEEP]  # a colour, or the name of a colour


class BrandColours(Model):
    """The colours of a brand, each as `#rrggbb` or by its name in `palette`.

    `foreground` is the colour of text, `secondary` that of less important text, `primary` that of bands, figures and slides without
    a stance, and `link` that of links.
    """

    palette: Annotated[dict[str, Colour], Field(max_length=200)] = {}
    foreground: BrandColour | None = None
    primary: BrandColour | None = None
    secondary: BrandColour | None = None
    link: BrandColour | None = None

    @property
    def named(self) -> Mapping[str, str]:
        """The colours that the brand sets, by their uses, as brand.yaml writes them."""
        uses = {name: getattr(self, name) for name in ("foreground", "primary", "secondary", "link")}
        return {name: colour for name, colour in uses.items() if colour}

    def value(self, colour: str) -> str | None:
        """A colour as `#rrggbb`, or None if it is a name that the palette doesn't have."""
        return colour if colour.startswith("#") else self.palette.get(colour)


class BrandMeta(Model):
    """The organisation whose brand it is."""

    name: Text | None = None


BrandPath = Annotated[str, Field(pattern=r"^brand/[^/\\\s]+(/[^/\\\s]+)*$"), _KEEP]  # the path of a file in the folder brand/


def _named(key: str) -> BeforeValidator:
    """A validator that takes a text in place of a mapping: the text becomes the value of `key`."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class BrandImage(Model):
    """A picture of the brand, with its alternative text."""

    path: BrandPath
    alt: Words | None = None


class BrandLogoPair(Model):
    """A logo for light and one for dark backgrounds, each as the name of a picture in `images` or as a path."""

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
        """The names and paths of pictures that the three sizes refer to, as brand.yaml writes them."""
        pairs = filter(None, (self.small, self.medium, self.large))
        return [name for pair in pairs for name in (pair.light, pair.dark) if name]

    def image(self, size: LogoSize, background: Literal["light", "dark"] = "light") -> BrandImage | None:
        """The picture of a size for a background, or else that of the nearest size. None if no size has a picture for the
        background."""
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
WEIGHTS = get_args(FontWeight)[:9]  # the names of the weights 100, 200 and so on


class BrandFontFile(Model):
    """A file of a font. `weight`, `style`: needn't be written, since the file has them; if they are, they must be those of the
    file."""

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
    """The family in which a kind of text is set."""

    family: Words


Face = Annotated[BrandFace, _named("family")]


class BrandTypography(Model):
    """The fonts of a brand. Without `headings`, headings are set in the family of `base`."""

    fonts: Annotated[list[BrandFont], Field(max_length=10)] = []
    base: Face | None = None
    headings: Face | None = None
    monospace: Face | None = None

    @property
    def families(self) -> Mapping[str, str]:
        """The family of each kind of text for which the brand names one."""
        faces = {"base": self.base, "headings": self.headings or self.base, "monospace": self.monospace}
        return {use: face.family for use, face in faces.items() if face}


class BriefsDefaults(Model):
    """Keys that this program adds to those of brand.yml: a text at the foot of pages, the line below every map, and a picture that
    fills the band on covers."""

    plain: ClassVar[frozenset[str]] = frozenset({"disclaimer"})

    footer: Text | None = None
    disclaimer: Words | None = None
    cover_pattern: BrandPath | None = None


class BrandDefaults(Model):
    briefs: BriefsDefaults = BriefsDefaults()


class Brand(Model):
    """`brand.yaml`: an organisation's identity, under the keys of https://posit-dev.github.io/brand-yml/."""

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
    """A role in which somebody signs pieces of the edition, such as lawyer. `required`: whether a final edition needs its
    signatures."""

    hints: ClassVar[dict[str, str]] = {"id": "Use the word that `sign --as` takes.", "required": "Write yes or no."}

    id: Slug
    label: Text
    required: bool = True


PiecePath = Annotated[str, Field(pattern=r"^[^/\s]+/[^/]+$", max_length=300), _KEEP]
SigningTime = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), _KEEP]  # to the second, in UTC


class Signature(Model):
    """The signature of a piece. `piece`: the path of its file. `role`, `by`, `when`: the role, the signer and the time. `items`:
    the hash of each item that was signed.

    `labels`: the hash of the edition's labels at that time. `ssh`, `minisign`: a cryptographic signature of all these values with
    the signer's SSH or minisign key, or empty.
    """

    hints: ClassVar[dict[str, str]] = {
        "piece": "Write the path of a file, such as countries/be.yaml.",
        "role": "Write the id of a role of edition.yaml.",
        "items": "`sign` writes them: sign the piece again.",
    }

    piece: PiecePath
    role: Slug
    by: Words
    when: SigningTime
    labels: ItemHash
    items: Annotated[dict[str, ItemHash], Field(max_length=20_000)]
    ssh: Annotated[str, Field(max_length=20_000), _KEEP] = ""
    minisign: Annotated[str, Field(max_length=20_000), _KEEP] = ""


class Withdrawal(Model):
    """The withdrawal of the signature of `piece` in `role` that was made at the time `signed`. `by`, `when`: who withdrew it, and
    the time. The signature itself stays in the file."""

    hints: ClassVar[dict[str, str]] = {
        "piece": "Write the path of a file, such as countries/be.yaml.",
        "role": "Write the id of a role of edition.yaml.",
        "signed": "Write the `when` of the signature.",
    }

    piece: PiecePath
    role: Slug
    signed: SigningTime
    by: Words
    when: SigningTime


class SignOff(Model):
    """`signoff.yaml`: who has signed what, and who has withdrawn which signature."""

    hints: ClassVar[dict[str, str]] = {"signatures": "`sign` writes them.", "withdrawals": "`sign --withdraw` writes them."}

    signatures: Annotated[list[Signature], Field(max_length=10_000)] = []
    withdrawals: Annotated[list[Withdrawal], Field(max_length=10_000)] = []


AuditRule = Literal[
    "no source", "one source", "perhaps one source", "source older than the claim", "old source", "source after the as-of date",
    "source without a date", "contested", "perhaps contested", "no speaker", "figure without a source", "not in the saved copy",
    "no saved copy", "source unreachable", "source refuses programs", "source looks lost", "source moved",
]  # fmt: skip


class AcceptedFinding(Model):
    """Findings of one rule that an editor has considered and accepts, with the reason.

    `claim`: the id of a fact, the place of another text, or the file of a paragraph that `begins` with some words; `source`: the
    key of the source that they are about. Without either, all findings of the rule are accepted.
    """

    hints: ClassVar[dict[str, str]] = {
        "rule": f"Write what `audit` counts at its end: {', '.join(get_args(AuditRule))}.",
        "claim": "Write the id of a fact, a place such as countries/be.yaml#summary, or the file of a paragraph.",
        "begins": "Write the words with which the paragraph begins.",
        "why": "Say why the finding is accepted.",
    }

    rule: Annotated[AuditRule, _KEEP]
    claim: Key | None = None
    begins: Key | None = None
    source: Key | None = None
    why: Key


class AuditRules(Model):
    """`audit.yaml`: what `audit` is told about sources and claims.

    `age`: after how many years, counted back from the as-of date, a source is reported as old. `repeats`: the keys of sources that
    only repeat another source, each with the key of that one. `contested`: the ids of facts that somebody disputes; their texts
    must say who claims them. `accepted`: findings that editors have considered.
    """

    hints: ClassVar[dict[str, str]] = {
        "age": "Write a number of years.",
        "repeats": "Write `key: key of the source that it repeats`.",
        "contested": "List the ids of facts.",
    }

    age: Annotated[int, Field(ge=1, le=200)] | None = None
    repeats: Annotated[dict[str, Key], Field(max_length=10_000)] = {}
    contested: Annotated[list[Key], Field(max_length=10_000)] = []
    accepted: Annotated[list[AcceptedFinding], Field(max_length=10_000)] = []


class Correction(Model):
    """A correction of a fact, another text or a value that was wrong in documents that went out.

    `country`: the country that it is about, if it is about one. `fact`: the id of the fact; or `text`: the place of another text;
    or `value`: the country's code, the column's id and perhaps the period of a value, with slashes between. `wrong`: the wrong
    words, in each wording that went out. `right`: the right words, or None if the statement is withdrawn. `date`: the day of the
    correction. `why`: what went wrong, for readers.
    """

    hints: ClassVar[dict[str, str]] = {
        "id": "Use the fact’s id; add -2 for a second correction of the same fact.",
        "country": "Write the code of a country of the edition.",
        "fact": "Write the id of the fact; of another text, write its place as `text`.",
        "text": "Write the place of the text, such as countries/be.yaml#summary.",
        "value": "Write the country, the column and perhaps the period, such as be/internet/2019.",
        "wrong": "List the words that were wrong.",
    }

    id: Slug
    country: Code | None = None
    fact: Slug | None = None
    text: Annotated[str, Field(pattern=r"^\S+#\S+$", max_length=300), _KEEP] | None = None
    value: Annotated[str, Field(pattern=r"^[^\s#/]+/[^\s#]+$", max_length=300), _KEEP] | None = None
    date: PartialDate
    wrong: Annotated[list[Text], Field(min_length=1, max_length=50)]
    right: Text | None = None
    why: Text | None = None

    @property
    def what(self) -> str:
        """The fact, text or value that it corrects. Empty if it names none."""
        return str(self.fact or self.text or self.value or "")


class Corrections(Model):
    """`corrections.yaml`: what was corrected after documents went out."""

    hints: ClassVar[dict[str, str]] = {"corrections": "`recall` writes them."}

    corrections: Annotated[list[Correction], Field(max_length=10_000)] = []


class Rewording(Model):
    """A change of a text that an editor has marked as one of words only: the text's name, and its hashes before and after the
    change."""

    hints: ClassVar[dict[str, str]] = {"text": "`changes --reworded` writes it."}

    text: Annotated[str, Field(min_length=1, max_length=300), _KEEP]
    before: Annotated[ItemHash, Field(alias="from")]
    after: Annotated[ItemHash, Field(alias="to")]


class Rewordings(Model):
    """`rewordings.yaml`: texts whose words changed, but not their meaning."""

    hints: ClassVar[dict[str, str]] = {"rewordings": "`changes --reworded` writes them."}

    rewordings: Annotated[list[Rewording], Field(max_length=20_000)] = []


class ShownChanges(Model):
    """Which changes documents show. `since`: older editions, each as a git revision or a date, the latest last; changes since the
    latest are shown. `report`: whether the report has a section of changes."""

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
    """`edition.yaml`: what the edition is, and what its documents have. `digits`: the numbering system of CLDR in which the program
    writes numbers in a language, if not in the usual one."""

    hints: ClassVar[dict[str, str]] = {"digits": "Write the tag of a language and a numbering system of CLDR: fa: latn."}

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
    digits: Annotated[dict[Language, Slug], Field(max_length=40)] = {}
    licence: Text | None = None
    status: Literal["draft", "final"] = "draft"
    embargo: Moment | None = None
    marking: Words | None = None
    retells: list[Key] = []
    scale_note: Text | None = None
    appendix: Appendix | None = None
    scale: Annotated[list[Stance], Field(min_length=2, max_length=9)] = []  # if it is empty, the edition has no stances
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

    @property
    def numerals(self) -> str:
        """The numbering system of the numbers that the program prints."""
        return self.digits.get(self.language) or digits.usual(self.language)

    def says(self, date: Date | CslDate, *, short: bool = False) -> str:
        """A date as people write it in the edition's language, in its digits."""
        return digits.written(date.words(self.language, short=short), self.numerals)

    @model_validator(mode="before")
    @classmethod
    def _first_language(cls, data: object) -> object:
        """The data with `language` filled in from `languages`, whose first item is the source's language."""
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

    # Values for faulty keys, so that the text of the fact can be checked.
    stand_ins: ClassVar[Mapping[str, object]] = {"topic": "x", "sources": ["x"], "priority": 2}

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
        """What a timeline prints of the fact: its label, or else its key phrase. Empty if the fact has neither."""
        return self.label.words if self.label else self.text.key_phrase


class DataCell(Model):
    """A country's value in a column, and what supports the value: facts of the country, or sources."""

    value: Annotated[str, Field(min_length=1, max_length=300), _KEEP]
    facts: list[Key] = []
    sources: list[Key] = []
    period: PartialDate | None = None


class Country(Model):
    """`countries/be.yaml`. `embargo` and `marking` take the place of those of the edition."""

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
    """An entry of a file of translations. `id`: the place of the source text in its file, such as `ee-01/text`. `of`: the hash of
    the source that the translation was made from. `text`: the translation. Entries for passages of a section or deck are found by
    `of`; their `id` is only a name. `confirmed`: the hash of both texts, by which a translator says that they say the same, though
    the program finds other figures, units, list items or emphasis. It holds until either changes."""

    hints: ClassVar[dict[str, str]] = {
        "id": "Write the place of the text in its file, such as summary or ee-01/text.",
        "of": "Write the 16 digits and letters that `translate status` gives for the source text.",
        "text": "Write the translation.",
        "confirmed": "Write the 16 digits and letters that `check` gives for the translation.",
    }

    id: Annotated[str, Field(pattern=r"^\S(.*\S)?$", max_length=300), _KEEP]
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$"), _KEEP]
    text: Text
    confirmed: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$"), _KEEP] | None = None


class Translation(Model):
    """`translations/fr/countries/be.yaml`: the texts of a content file in another language."""

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
    """Words that the edition's texts avoid, and what to write instead."""

    words: Annotated[list[Words], Field(min_length=1, max_length=100)]
    write: Words
    files: Annotated[list[Words], Field(max_length=100)] = []


class Preferred(Model):
    """The one form of a word that the edition's texts use, and its other forms."""

    form: Words
    variants: Annotated[list[Words], Field(min_length=1, max_length=100)]
    files: Annotated[list[Words], Field(max_length=100)] = []


class StyleSheet(Model):
    """`style.yaml`: which words the edition's texts avoid, and which forms they prefer."""

    avoid: list[Avoided] = []
    prefer: list[Preferred] = []


ColumnKind = Literal["number", "share", "category", "yes-no", "date", "text"]
CellWords = Annotated[str, Field(min_length=1, max_length=200), _KEEP]  # the words of a cell in a table


class Category(Model):
    """One of the possible values of a column of categories. The column lists them in their order."""

    id: Slug
    label: Text
    colour: Colour | None = None


class Comparison(Model):
    """What a value is compared with: the median or the best value of a group (without a group, of all countries), or the value of
    the period before."""

    to: Literal["median", "best", "previous"]
    group: Slug | None = None


class Column(Model):
    """A column of the data: one quantity or quality of each country, perhaps for several periods."""

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
    """How to read a file in `data/`, as far as the file's own headings don't say it."""

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
    """What a document may show of a country that it isn't about. No other change in such a country makes the document out of date.

    `stance`: None if the edition has no scale."""

    stance: str | None
    note: Text | None = None


@dataclass(frozen=True)
class Edition:
    """A whole content folder, read and checked; or a document's share of one (`compose/shares.py`).

    A share holds only those countries that its document is about; `shown` is then what the document may show of every country, by
    code. `audience`: the audience for which the edition was reduced, or None (`audiences.py`). `alphabet`: the codes of the
    subjects, in the order of their names in the edition's language (`compose/collation.py`). `unsigned`: the labels of the roles
    that have yet to sign a piece, by the path of the piece's file (`signoff.py`). `corrections`: the corrections by their ids, the
    latest first. `rewordings`: for each text, by its name, the changes that an editor has marked as ones of words only, as pairs of
    hashes. `changes`: what changed since an older edition, if documents show it. `brand`: the publisher's identity; `typefaces` and
    `logos`: its fonts and its pictures, by their paths. `translations`: the same edition in other languages, by their tags.
    `translation`: in one of those, the tag of its language, which is also the folder of its documents; empty in the source edition.
    `named_in_sentences`: the names that differ within a sentence, by code.
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
    named_in_sentences: Mapping[str, str] = field(default_factory=dict)

    def in_sentence(self, code: str) -> str:
        """The name of a subject as it stands within a sentence: “the United States”."""
        return self.named_in_sentences.get(code) or self.names[code]

    def rank(self, code: str) -> int:
        """The rank of a subject, by its code, in the order of names."""
        return self._ranks[code]

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        codes = self.alphabet or sorted(self.names, key=lambda code: self.names[code])
        return {code: rank for rank, code in enumerate(codes)}

    @cached_property
    def about_texts(self) -> Sequence[Text]:
        """The texts of edition.yaml, which every share of the edition has."""
        return tuple(texts_in(self.about))

    def shows(self, block: BriefBlock) -> bool:
        """Whether briefs of this edition have a block. They have all blocks, unless the edition is reduced for an audience."""
        return self.audience is None or block in self.audience.blocks

    def sources_of(self, column: Column, code: str, value: Value) -> list[str]:
        """The keys of the sources that a country's value in a column rests on: those that it names itself, and those of the facts
        that it names. If there are none, the key of the column's source."""
        country = self.countries.get(code)
        facts = [fact for fact in country.facts if fact.id in value.facts] if country else []
        keys = dict.fromkeys([*value.sources, *(key for fact in facts for key in fact.sources)])
        return list(keys) or ([column.source] if column.source else [])

    @cached_property
    def steps(self) -> Mapping[str, Stance]:
        return {step.id: step for step in self.about.scale}

    @cached_property
    def not_covered(self) -> tuple[str, ...]:
        """Codes of the subjects that the edition names but has no data about."""
        return tuple(s.code for s in self.about.subjects if s.code not in self.standings)

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """The stance of each country with its note, by the country's code."""
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
        """The stance of a country. None if the edition has no scale."""
        return self.steps.get(self.standings[code].stance or "")
