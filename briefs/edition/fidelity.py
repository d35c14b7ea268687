"""Whether a translation says what its source says, as far as a program can tell: figures, citations, links, attributes.

In: a text and its translation. Out: what the translation lacks or adds. Figures are compared as `quantities.py` reads them: in the
way of each language, with their minus signs. A text may repeat a figure that the other doesn't, unless another figure gives way for
it. Numbers in words aren't compared. A translation may have more notes and list items than the source, but not fewer. Emphasis
is told if it is gone altogether and no quotation marks or title marks stand for it. A plus sign is told if the translation adds
it. A per cent sign that the translation adds is told, and one that it leaves out if it has no word for it either. A unit is
told if both languages' names of units are known (`units.py`) and one took the place of another: “5 miles” for “5 km”, “5 km”
for “5 km/h”. Raised and lowered digits are the same however they are written. A raised digit after a letter belongs to a unit,
which may be a word in the translation: so it is told if another one took its place. The same goes
for currencies, whatever names them (`currencies.py`). Percentage points and a word for minus are told if only one text has them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from briefs.edition import currencies, markdown, numberwords, quantities, units
from briefs.edition.model import Text, hash_of, key_phrase_of

_CODE = re.compile(r"\{[^{}\n]*\}|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|<https?://[^<>\s]*>|\[\^[^\]\s]+\]")
_ADDRESS = re.compile(r"\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)|<(https?://[^<>\s]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>:@\n]*>")
_PERCENT = re.compile(r"[%٪％]")
_AFTER_PERCENT = re.compile(r"(?:[%٪％]|yüzde|ร้อยละ|百分之)\s?$", re.I)
_PERCENT_WORDS = {  # what words for a per cent sign have in common, by language
    "en": r"per\s?cent", "fr": r"pour\s?cent", "de": "prozent", "es": r"por\s?cien", "pt": r"por\scento", "it": r"per\s?cent",
    "nl": "procent", "pl": r"procent|proc\.", "cs": "procent", "sv": "procent", "el": r"τοις\sεκατό", "tr": "yüzde",
    "uk": "відсот|процент", "ru": "процент", "ar": "مائة|مئة",
    "he": "אחוז", "fa": "درصد", "zh": "百分", "ja": "パーセント",
    "ko": "퍼센트|프로", "hi": "प्रतिशत|फ़ीसदी|फीसदी", "th": "เปอร์เซ็นต์|ร้อยละ",
}  # fmt: skip
_PERCENT_WORD = re.compile(rf"[%٪％]|{'|'.join(_PERCENT_WORDS.values())}", re.I)
_PERCENT_ONLY = re.compile(rf"[%٪％]|(?:{'|'.join(_PERCENT_WORDS.values())})(?!\w)", re.I)  # not “percentage points”
_POINTS = re.compile(  # “percentage points”
    r"\d\W{0,2}(?:percentage point|points?\sde\spourcentage|prozentpunkt|puntos?\sporcentual|pontos?\spercentua"
    r"|punt[oi]\spercentual|procentpunt|punkt\w*\sprocentow|procentní\w*\sbod|procentenhet|procentpoint|процентн\w*\sпункт|відсотков\w*\sпункт"
    r"|ποσοστια\w+\sμον|نقطة\sمئوية|נקודות\sאחוז|个百分点|個百分點|ポイント|%\s?포인트|प्रतिशत\sअंक|จุดร้อยละ)",
    re.I,
)
_RAISED, _DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"
_RAISE, _UNRAISE = str.maketrans(_DIGITS, _RAISED), str.maketrans(_RAISED, _DIGITS)
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_RAISED_IN_MARKDOWN, _LOWERED_IN_MARKDOWN = re.compile(r"\^(-?\d+)\^"), re.compile(r"~(\d+)~")
_POWER = re.compile(rf"(?<=\d)[{_RAISED}]+")  # behind a digit
_EXPONENT = re.compile(rf"(?<=[^\W\d_])[{_RAISED}]+")  # behind a letter
_SQUARE = re.compile(r"(?<![^\W\d_])([cdkm]?m|[кмсд]?м)([23])(?!\w)")  # an exponent that isn't raised: “km2”
_PLACEHOLDER = re.compile(r"\{(\w+)\}")  # a gap in a label
_FENCED = re.compile(r"^:{3,}.*$", re.M)
_NOTE = re.compile(r"^ {0,3}\[\^[^\]\s]+\]:|(\^\[|\[\^[^\]\s]+\])", re.M)  # a definition, or a note or its call
_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)]|#\.)[ \t]+\S")
_BLOCKS = re.compile(r"\n(?:[ \t]*\n)+|^(?::{3,}|#{1,6}[ \t]).*\n", re.M)  # what stands between paragraphs and lists
_BOLD, _ITALIC = re.compile(r"(?<![\\*])\*\*(?=[^\s*])"), re.compile(r"(?<![\\*])\*(?=[^\s*])|(?<![\w\\_])_(?=[^\s_])")
_MARKED = re.compile("[《〈『「«“„‹]")  # marks that stand for italics in some languages
_PLUS = re.compile(r"(?<![\w+])[+＋]$")
_OF = re.compile(r"^\s?d(?:[ei]\s|['’])")  # “2 millions d’années”
_MOST = 50_000  # pairs of texts whose differences are remembered, for a process that reads an edition again and again
Difference = tuple[int, str, str]  # the offset in the translation, what is wrong, and what to do


def differences(
    source: Text,
    translation: Text,
    languages: tuple[str, str] = ("", ""),
    confirmed: str | None = None,
    where: str = "beside `text` in the file of translations",
) -> Iterator[Difference]:
    """The differences between a text and its translation: the offset in the translation, what is wrong, and what to do.
    `languages`: the tags of both languages, if they are known. `confirmed`: the hash of a text and its translation that say the
    same, as a translator has confirmed; if it is that of these two, what the program may be mistaken about isn't compared: figures,
    units, list items and emphasis. `where`: where to write it."""
    yield from _marks(source.markdown, translation.markdown)
    both = hash_of(f"{source.hash} {translation.hash}")
    if confirmed != both:
        said = f"If both say the same, write `confirmed: {both}` {where}."
        yield from (
            (at, what, f"{hint} {said}") for at, what, hint in _statements(source.markdown, translation.markdown, languages)
        )


@lru_cache(_MOST)
def _marks(own: str, other: str) -> tuple[Difference, ...]:
    """The differences in citations, tags, links, attributes, notes and the key phrase."""
    return tuple(_different_marks(own, other))


def _different_marks(own: str, other: str) -> Iterator[Difference]:
    cited, cites = (Counter(key for _, key in markdown.citations(text)) for text in (own, other))
    for key, count in (cited - cites).items():
        yield 0, f"the citation “@{key}” of the source is missing here{_times(count)}", "Write it where it belongs."
    for key in cites - cited:
        yield other.find(f"@{key}"), f"the source doesn’t cite “@{key}” here", "Cite what the source cites."
    for tag in _tags(other) - _tags(own):
        yield max(0, other.find(tag)), f"the source has no “{tag[:60]}”", "Write Markdown: HTML isn’t printed."
    for name, find in (("link", _addresses), ("attribute", _attributes)):
        here, there = find(own), find(other)
        for one in here - there:
            yield 0, f"the {name} “{one[:60]}” of the source is missing here", "Write it as the source has it."
        for one in there - here:
            yield max(0, other.find(one)), f"the source has no {name} “{one[:60]}”", "Write it as the source has it."
    yield from _fewer("note", _notes(own), _notes(other))
    if bool(key_phrase_of(own)) != bool(key_phrase_of(other)) and own.count("**") == 2:
        yield (
            0,
            "the key phrase that the source marks with **…** isn’t marked here",
            "Mark the same words: the timeline prints them.",
        )


@lru_cache(_MOST)
def _statements(own: str, other: str, languages: tuple[str, str]) -> tuple[Difference, ...]:
    """The differences in figures, their units and signs, list items and emphasis."""
    return tuple(_different_statements(own, other, languages))


def _different_statements(own: str, other: str, languages: tuple[str, str]) -> Iterator[Difference]:
    yield from _figures(own, other, languages)
    yield from _units(own, other, languages)
    yield from _lost_percentages(own, other, languages[1])
    yield from _signs(own, other, languages)
    yield from _points(own, other, languages)
    yield from _minus(own, other, languages)
    for number in sorted(_with_plus(other) - _with_plus(own)):
        yield max(0, other.find(number)), f"the source has no plus sign before “{number}”", "Write the figure of the source."
    yield from _fewer("list item", _items(own), _items(other))
    is_bold_lost = own.count("**") > 2 and _lost(_BOLD, own, other)  # a key phrase alone is told by itself
    if is_bold_lost or (_lost(_ITALIC, own, other) and not _MARKED.search(other)):
        yield 0, "words that the source emphasises aren’t emphasised here", "Mark the same words."


def _fewer(name: str, had: int, has: int) -> Iterator[Difference]:
    if has < had:
        yield 0, f"the source has {had} × {name} here, and this text {has}", "Write as many as the source has."


def _notes(text: str) -> int:
    """The number of notes and calls of notes."""
    return sum(bool(call) for call in _NOTE.findall(markdown.without_code(text)))


def _items(text: str) -> int:
    """The number of list items. A line that looks like one but goes on with a paragraph, as “am⏎3. Juli”, isn't one."""
    blocks = _BLOCKS.split(markdown.without_code(text))
    return sum(bool(_ITEM.match(line)) for block in blocks if _ITEM.match(block) for line in block.split("\n"))


def _lost(pattern: re.Pattern[str], own: str, other: str) -> bool:
    """Whether a text has some such marks and its translation none."""
    return bool(pattern.search(markdown.own_words(own))) and not pattern.search(markdown.own_words(other))


def _with_plus(text: str) -> set[str]:
    """The numbers with a plus sign before them."""
    plain = _plain(text)
    found = (match for match in quantities.NUMBER.finditer(plain) if _PLUS.search(plain[: match.start()][-2:]))
    return {quantities.value(match[0]) for match in found}


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""


def _tags(text: str) -> Counter[str]:
    return Counter(_TAG.findall(markdown.without_code(text)))


def _addresses(text: str) -> Counter[str]:
    return Counter(one or other for one, other in _ADDRESS.findall(markdown.without_code(text)))


def _attributes(text: str) -> Counter[str]:
    """The attributes in braces, the gaps of labels, and the lines of fenced divs, without words for readers (`title=`, `alt=`)."""
    plain = markdown.without_code(text)
    found = [re.sub(r"""\b(?:title|alt)=("[^"]*"|'[^']*'|\S+)""", "", one) for one in re.findall(r"\{[^{}\n]*\}", plain)]
    fenced = [line.partition("{")[0].strip() for line in _FENCED.findall(plain)]
    return Counter(" ".join(one.split()) for one in (*found, *fenced))


def _figures(own: str, other: str, languages: tuple[str, str]) -> Iterator[Difference]:
    texts = [quantities.read(_flat_powers(text), tag) for text, tag in zip((own, other), languages, strict=True)]
    lost, new, swapped = quantities.paired(*texts)
    for one in lost:
        yield (
            0,
            f"the figure “{_with_power(texts[0].plain, one)}” of the source is missing here",
            "Write the figures of the source, in digits.",
        )
    for one in new:
        yield (
            max(0, other.find(one.written)),
            f"the source has no figure “{_with_power(texts[1].plain, one)}” here",
            "Write the figures of the source.",
        )
    for more, fewer in swapped:
        what = f"the source has “{more.written}” less often than this text, and “{fewer.written}” more often"
        yield max(0, other.rfind(more.written)), what, "Write each figure where the source has it."
    yield from _months(*texts)
    there = {one.values[0]: one.written for one in texts[1].figures}
    for number in _percentages(other, _PERCENT) - _percentages(own, _PERCENT_WORD):
        if number in there and any(number in one.values for one in texts[0].figures):
            what = f"the figure “{there[number]}” is no percentage in the source"
            yield max(0, other.find(there[number])), what, "Write the unit of the source."


def _with_power(plain: str, one: quantities.Quantity) -> str:
    """A figure as its text has it, with the power of ten behind it."""
    return plain[one.start - one.written.startswith(("-", "−")) : one.end] if one.zeros else one.written


def _months(own: quantities.Quantities, other: quantities.Quantities) -> Iterator[Difference]:
    """The months of dates that took the place of others."""
    lost, new = own.months - _short_numbers(other), other.months - _short_numbers(own)
    if lost and new:
        what = f"the source names month {min(lost)} beside a number, and this text month {min(new)}"
        yield 0, what, "Write the date of the source."


def _short_numbers(numbers: quantities.Quantities) -> set[int]:
    """What a text says, in words or in one or two digits, that may be a month."""
    digits = {value for one in numbers.figures for value in one.values if len(value) < 3 and value.isdecimal()}
    return {*map(int, numbers.in_words | digits)}


def _units(own: str, other: str, languages: tuple[str, str]) -> Iterator[Difference]:
    """The numbers whose unit is another one in the translation."""
    texts = [(_plain(text), tag) for text, tag in zip((own, other), languages, strict=True)]
    here, there = (_measured(*text) for text in texts)
    for number, (written, found) in there.items():
        before = here[number][1] if number in here else []
        added = [unit for unit in found if not any(units.may_be_one(one, unit, *texts) for one in before)]
        if added and any(not any(units.may_be_one(unit, one, *texts) for one in found) for unit in before):
            what = f"the figure “{written}” has another unit in the source: “{here[number][0]}”"
            yield max(0, other.find(written)), what, "Write the unit of the source."


def _lost_percentages(own: str, other: str, language: str) -> Iterator[Difference]:
    """The percentages of a text whose translation has neither a per cent sign nor a word for it."""
    if language.partition("-")[0] in _PERCENT_WORDS and not _PERCENT_WORD.search(_plain(other)):
        numbers = {one.values[0]: one.written for one in quantities.read(_flat_powers(other)).figures}
        for number in sorted((_percentages(own, _PERCENT_ONLY) & numbers.keys()) - _measured(_plain(other), language).keys()):
            what = f"the figure “{numbers[number]}” is a percentage in the source"
            yield max(0, other.find(numbers[number])), what, "Write it with a per cent sign, or with the word for it."


def _signs(own: str, other: str, languages: tuple[str, str]) -> Iterator[tuple[int, str, str]]:
    """The signs of units and the currencies that took the place of others."""
    money = [currencies.named(tag, _plain(text)) for text, tag in zip((own, other), languages, strict=True)]
    for here, there in ((_exponents(own), _exponents(other)), money):
        missing, new = here - there, there - here
        if missing and new:
            what = f"the source has no “{min(new)}” here but “{min(missing)}”"
            yield max(0, other.find(min(new))), what, "Write the unit of the source."


def _points(own: str, other: str, languages: tuple[str, str]) -> Iterator[tuple[int, str, str]]:
    """Percentage points that took the place of per cent."""
    if all(languages) and _POINTS.search(_plain(other)) and _PERCENT_ONLY.search(_plain(own)) and not _POINTS.search(_plain(own)):
        yield 0, "the source has a percentage here, and no percentage points", "Write the unit of the source."


def _minus(own: str, other: str, languages: tuple[str, str]) -> Iterator[tuple[int, str, str]]:
    """The numbers below nought that aren't so in the translation, where a word says minus."""
    here, there = (quantities.read(_flat_powers(text), tag).figures for text, tag in zip((own, other), languages, strict=True))
    below = {value for one in there for value in one.values if value.startswith("-")}
    above = {one.values[0]: one.written for one in there}
    for one in here:
        negative = one.values[0] in above and f"-{one.values[0]}" in one.values
        if negative and f"-{one.values[0]}" not in below and all(map(numberwords.knows_minus, languages)):
            written = above[one.values[0]]
            yield max(0, other.find(written)), f"the figure “{written}” is below nought in the source", "Write its minus sign."


def _exponents(text: str) -> set[str]:
    return set(_EXPONENT.findall(_plain(text)))


def _plain(text: str) -> str:
    """The prose of a text. Raised digits are those of Unicode, whether Markdown or nothing raises them: “km²” for “km^2^” and
    “km2”. Lowered ones stand as others do: “CO2” for “CO~2~” and “CO₂”."""
    plain = _CODE.sub(" ", markdown.own_words(text)).translate(_LOWERED)
    plain = _LOWERED_IN_MARKDOWN.sub(r"\1", plain)
    plain = _RAISED_IN_MARKDOWN.sub(lambda m: m[1].translate(_RAISE), plain)
    return _SQUARE.sub(lambda m: m[1] + m[2].translate(_RAISE), plain)


def _measured(plain: str, language: str) -> dict[str, tuple[str, list[frozenset[str]]]]:
    """The numbers of some prose that have a unit in a language, by their values: how the text writes the first of each with what
    follows, and its units."""
    read = quantities.read(plain, language)
    found: dict[str, tuple[str, list[frozenset[str]]]] = {}
    for one in read.figures if language else ():
        after = read.plain[one.end : one.end + 40]
        if unit := units.named(language, _OF.sub("", after) if one.zeros else after):
            found.setdefault(one.values[0], (_with_words(read.plain, one), []))[1].append(unit)
    return found


def _with_words(plain: str, one: quantities.Quantity) -> str:
    """A figure as its text has it, with a word behind it."""
    return " ".join(plain[one.start : one.end + 20].split()[: 3 if one.zeros else 2]).rstrip(".,;:!?([")


def _percentages(text: str, sign: re.Pattern[str]) -> set[str]:
    """The numbers before or after a per cent sign. In “5–7 %” both are such numbers."""
    plain = _plain(text)
    found: set[str] = set()
    for match in quantities.NUMBER.finditer(plain):
        after = plain[match.end() : match.end() + 40]
        number = quantities.value(match[0])
        ends = {0, quantities.end_of_range(number, after)}
        before = plain[max(0, match.start() - 9) : match.start()]
        if _AFTER_PERCENT.search(before) or any(sign.match(after[end:].lstrip()) for end in ends):
            found.add(number)
    return found


def _flat_powers(text: str) -> str:
    """The prose of a text, with the power behind a digit as a number of its own."""
    return _POWER.sub(lambda power: f" ^ {power[0].translate(_UNRAISE)}", _plain(text))
