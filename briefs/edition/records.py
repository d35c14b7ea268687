"""Turns records as programs export them into records with CSL's keys.

In: a record of `sources.yaml`, `.json` or `.bib`: strings with places. Out: the record for `csl.Source`, and a warning for each
part of it that no document can print. Known peculiarities are mended: other spellings of keys and types, variables that stand in
the note (Zotero's “Extra”), names of languages, numbers with a word before them.
https://www.zotero.org/support/kb/item_types_and_fields#citing_fields_from_extra
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial

from briefs.edition import addresses, csl
from briefs.edition.csldates import PARTS_OF_A_YEAR, CslDate
from briefs.edition.csltypes import type_named
from briefs.edition.names import is_language
from briefs.edition.yamls import MAX_REPEATS, Data, Scalar, YamlDocument
from briefs.problems import Place, Problem, did_you_mean, error, warning

Record = dict[str, Data]
MOST_KINDS = 200  # kinds of warnings about one file

# Other names of variables: from CSL 1.0.1, citeproc-js and Crossref.
_OTHER = {
    "shorttitle": "title-short",
    "short-title": "title-short",
    "journalabbreviation": "container-title-short",
    "event": "event-title",
    "part": "part-number",
    "printing": "printing-number",
    "supplement": "supplement-number",
    "publication-title": "container-title",
    "licence": "license",
}
# Keys that programs write for themselves, and that are of no use to a reader.
_BOOKKEEPING = {
    "categories",
    "citation-key",
    "citation-number",
    "custom",
    "first-reference-note-number",
    "system_id",
    "member",
    "prefix",
    "score",
    "indexed",
    "deposited",
    "created",
    "reference-count",
    "references-count",
    "is-referenced-by-count",
    "relation",
    "published",
    "published-print",
    "published-online",
    "journal-issue",
    "reference",
    "link",
    "resource",
    "content-domain",
    "alternative-id",
}
OTHER_KEYS = frozenset(
    {"shortTitle", "journalAbbreviation", "event", "citation-key", "categories", "custom", "system_id"}
)  # keys of exports that aren't variables of CSL; the JSON Schema allows them
_NAME_PARTS = {*(csl.alias(name) for name in csl.Name.model_fields), "parse-names", "orcid", "authenticated-orcid", "sequence"}
_SILENT_PARTS = {"parse-names", "orcid", "authenticated-orcid", "sequence"}
_WORDS = r"[\w-]+(?: +[\w-]+)*"  # there is only one way to match it, so a long note takes no long time
_EXTRA = re.compile(rf"\{{:\s*({_WORDS})\s*:\s*([^{{}}]*)\}}|^[ \t]*((?=[A-Za-z]){_WORDS})[ \t]*:[ \t]*(\S.*)$", re.M)
_NEXT_EXTRA = re.compile(r"[ \t]+(?=([A-Z][\w-]*(?: [A-Z][\w-]*)?|_eprint):[ \t])")
_IGNORED_EXTRA = re.compile(r"^[ \t]*(?:citation key|tex\.[\w.-]+|bibtex)\s*[:=].*$\n?", re.M | re.I)
_ESCAPED_AGAIN = re.compile(r"&(?:amp;)+(?=(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[\da-f]{1,5});)", re.I)
_ESCAPED_TAG = re.compile(r"&lt;(/?)(i|b|em|strong|sub|sup|sc)&gt;", re.I)
_TAG = re.compile(r"</?([a-zA-Z][\w:-]*)(?:\s[^<>]*)?/?>")
_LABELLED = re.compile(  # the number of an issue or volume, after a word for it, which the style prints too
    r"(?:no|nos|nr|num|number|n[°º]|№|#|issue|heft|h|vol|vols|volume|v|band|bd|jg|jahrgang)(?:\.\s*|\s+|(?<=[°º№#]))"
    r"(\d[\w/–-]*|[IVXLCDM]+)",
    re.I,
)
_LABELLED_PAGES = re.compile(r"(?:pp?\.\s*|pp?\s+|pages?\s+|S\.\s*|Seiten?\s+)(?=\d|[ivxlc]+\b)", re.I)
_END_OF_TITLE = re.compile(r"(?<![\w.])([^\W\d_]{2,})(\.)((?:</\w+>)?)$")
_SHORTENED = """
al approx assn assoc ave bd bros bzw ca cf cie co corp dept dr ed eds est etc ff fig gov hrsg inc int jg jr ltd mme mr mrs ms mt no
nos nr op plc pp prof pt rev sr st str trans univ usw vol vols vs
"""
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_ANY_ADDRESS = re.compile(r"https?://\S+")
_BEFORE_ADDRESS = re.compile(r"\b(?:available|online|at|from|see|retrieved|accessed|url)\b", re.I)
_NEXT_ADDRESS = re.compile(r"[\s,;][(<]?(?:https?://|www\.)", re.I)
_VERSION = re.compile(r"(?:version|ver|v)\.?\s*(\d\S*)", re.I)
_RANGE = re.compile(r"\d+-\d+")
_HYPHENS = re.compile(r"(?<=\s)---?(?=\s)|(?<=\w)---?(?=\w)")
_BRACED = re.compile(r"\{{1,2}([^{}]+)\}{1,2}")
_QUOTED = re.compile(r'"([^"]+)"')
_PART_OF_YEAR = re.compile(r"(?P<first>[A-Za-z]+)\.?(?:\s*[/–&-]\s*(?P<last>[A-Za-z]+)\.?)?,?\s*(?P<year>\d{4})?")
_TEXTS = csl.VARIABLES - csl.NAMES - csl.DATES - {"title", "URL"}
MOST_LETTERS, MOST_NAMES = 20_000, 5_000  # the most letters of a printed text and names of a list; citeproc takes minutes for more
_VERBATIM = {"URL", "DOI"}
_WITH_PAGES = {"article-journal", "review", "review-book"}
_UNPRINTED = {"abstract", "annote", "keyword", "note"}
_TAGS = {"br", "p", "div", "i", "b", "em", "strong", "sub", "sup", "sc", "span"}


@dataclass
class RecordWarnings:
    """The warnings about a file's records: the first ones of each kind, and how many there are of each. Warnings with the same
    message are of one kind."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def warn(self, place: Place, what: str, hint: Callable[[], str]) -> None:
        """Record a warning. `hint` is only called while there are few kinds, because looking for a similar name takes time."""
        self.counts[what] += 1
        if self.counts[what] == MAX_REPEATS:
            what, hint = f"{what}; more records are like this one", lambda: ""
        if self.counts[what] <= MAX_REPEATS and len(self.counts) <= MOST_KINDS:
            self.problems.append(warning(place, what, hint()))
        elif len(self.counts) == MOST_KINDS + 1:
            self.problems.append(warning(place, "there are more warnings like those above from here on"))


@dataclass
class _Preparation:
    """The work on one record. `made`: the new record."""

    document: YamlDocument
    keys: tuple[str | int, ...]
    warnings: RecordWarnings
    made: Record = field(default_factory=dict)

    def warn(self, key: str, value: object, what: str, hint: str | Callable[[], str]) -> None:
        place = self.document.keys.get((*self.keys, key)) or getattr(value, "place", None)
        self.warnings.warn(place or self.document.place(self.keys), what, hint if callable(hint) else lambda: hint)


def prepared(document: YamlDocument, keys: tuple[str | int, ...], record: Record, warnings: RecordWarnings) -> Record:
    """The record at `keys` of a document, made ready for `csl.Source`. Warnings about it are added to `warnings`."""
    work = _Preparation(document, keys, warnings)
    _variables(work, record)
    _key(work, record)
    _extra(work)
    _issue_once(work)
    _author_once(work)
    for name, mend in _MENDED.items():
        if isinstance(value := work.made.get(name), Scalar):
            mend(work, name, value)
    _pages(work)
    _chapter(work)
    _case(work)
    _conference(work)
    _interview(work)
    for name in csl.DATES & work.made.keys():
        _date(work, name, work.made[name])
    for name in csl.NAMES & work.made.keys():
        work.made[name] = _names(work, name, work.made[name])
    for name, value in work.made.items():
        if isinstance(value, Scalar) and name not in _UNPRINTED | _VERBATIM:
            work.made[name] = _with_dashes(_with_tags(value))
            _tags(work, name, value)
    work.made.update({name: _bounded(work, name, value) for name, value in work.made.items() if name not in _UNPRINTED})
    return work.made


def _bounded(work: _Preparation, name: str, value: Data) -> Data:
    """The value, cut if it is longer than a record may hold. Then an error is recorded."""
    kept: Data
    if isinstance(value, Scalar) and len(value) > MOST_LETTERS:
        what, kept = f"“{name}” has {len(value):,} letters; {MOST_LETTERS:,} is the most", Scalar(value[:1000], value.place)
    elif isinstance(value, list) and name in csl.NAMES and len(value) > MOST_NAMES:
        what, kept = f"“{name}” has {len(value):,} names; {MOST_NAMES:,} is the most", value[:10]
    else:
        return value
    place = work.document.keys.get((*work.keys, name)) or work.document.place(work.keys)
    work.warnings.problems.append(error(place, what, "Shorten it."))
    return kept


def _variables(work: _Preparation, record: Record) -> None:
    """Store the values under CSL's names. Warn of keys that CSL doesn't have."""
    for key, value in record.items():
        name = _name_of(key)
        if value is None or value == [] or (isinstance(value, str) and not value.strip()) or _folded(key) in _BOOKKEEPING:
            continue  # programs write empty values
        if not name:
            work.warn(key, value, f"the key “{key[:60]}” isn’t known here, so it isn’t printed", partial(_meant, key))
        elif name in _TEXTS and not isinstance(_text_of(value), Scalar):
            work.warn(key, value, f"“{key}” isn’t printed: it holds no text", "Write a text.")
        elif name in work.made and work.made[name] != value:
            work.warn(key, value, f"“{key}” isn’t printed: “{name}” is there too", "Keep one of the two.")
        else:
            work.made[name] = _text_of(value) if name not in csl.NAMES | csl.DATES else value


def _key(work: _Preparation, record: Record) -> None:
    """Take the citation key as the record's id, if the id is the address of an item, as Zotero writes it."""
    own, key = work.made.get("id"), record.get("citation-key")
    if isinstance(own, Scalar) and isinstance(key, Scalar) and "://" in own:
        work.made["id"] = key


def _meant(key: str) -> str:
    return did_you_mean(key, _known().values(), "CSL has no such variable; see docs/content.md.")


def _text_of(value: Data) -> Data:
    """A list of texts as one text, because Crossref writes titles and numbers as lists. Any other value itself."""
    if isinstance(value, list) and value and all(isinstance(v, Scalar) for v in value):
        return Scalar("; ".join(map(str, value)), getattr(value[0], "place", Place("")))
    return value


def _name_of(key: str) -> str | None:
    return _known().get(_folded(key))


def _folded(key: str) -> str:
    return re.sub(r"\s+", "-", key.strip().lower())


@lru_cache
def _known() -> dict[str, str]:
    """CSL's names of variables by other spellings, such as `doi`, or `original-date` for `Original Date`."""
    return {**{_folded(name): name for name in (*csl.VARIABLES, "id", "type")}, **_OTHER}


def _extra(work: _Preparation) -> None:
    """Set the variables that stand in the note, each on its own line or in `{:…}`. As in Zotero, they replace the values of
    fields."""
    note = work.made.get("note")
    if not isinstance(note, Scalar):
        return
    found: dict[str, list[str]] = {}

    def take(match: re.Match[str]) -> str:
        name, value = _name_of(match[1] or match[3]), (match[2] or match[4] or "").rstrip(" \t")
        if not name or not value or name in {"id", "note", "abstract", "references", "keyword"}:
            return match[0]
        found.setdefault(name, []).append(value)
        return ""

    written = _on_lines(note) if note.place.path.endswith(".bib") else note
    rest = _EXTRA.sub(take, _IGNORED_EXTRA.sub("", written)).strip()
    work.made.pop("note")
    if rest:
        work.made["note"] = Scalar(rest, note.place)
        if note.place.path.endswith(".bib") and not _is_address(rest, work.made.get("URL")):  # BibTeX's own styles print it
            work.warn("note", note, "the field “note” or “addendum” isn’t printed", "Write what readers need as `titleaddon`.")
    for name, values in found.items():
        work.made[name] = _of_extra(name, [Scalar(v, note.place) for v in values])


def _is_address(note: str, printed: Data) -> bool:
    """Whether a note has only the address that is printed, perhaps after words such as “available at”."""
    found = [address.rstrip(".,;)") for address in _ANY_ADDRESS.findall(note)]
    return bool(found) and set(found) <= {printed} and not _BEFORE_ADDRESS.sub("", _ANY_ADDRESS.sub("", note)).strip(" .,:;()")


def _on_lines(note: str) -> str:
    """A note with a line for each variable. Zotero writes them into BibTeX's `note` on one: “Number: 3 Publisher: Nature”."""
    return _NEXT_EXTRA.sub(lambda m: "\n" if m[1] in {"_eprint", "Conference Name", "Place"} or _name_of(m[1]) else m[0], note)


def _issue_once(work: _Preparation) -> None:
    """Leave out a number that is that of the issue. The style would print it in place of the pages."""
    if work.made.get("number") == work.made.get("issue"):
        work.made.pop("number", None)


def _author_once(work: _Preparation) -> None:
    """Leave out the author of the whole book who is that of the part, as biblatex does."""
    if work.made.get("container-author") == work.made.get("author"):
        work.made.pop("container-author", None)


def _pages(work: _Preparation) -> None:
    """Warn of pages that the style leaves out, because it prints the number of an article in their place."""
    kind, number, page = (work.made.get(name) for name in ("type", "number", "page"))
    if isinstance(kind, str) and isinstance(number, Scalar) and isinstance(page, Scalar) and kind in _WITH_PAGES and number != page:
        what = f"the pages “{page[:40]}” aren’t printed: the article’s own number, “{number[:40]}”, is printed in their place"
        work.warn("number", number, what, "Delete one of the two. The number of an issue is written as “issue”.")


def _chapter(work: _Preparation) -> None:
    """Warn of the chapter of a whole book, which the style leaves out."""
    number = work.made.get("chapter-number")
    is_whole = work.made.get("type") in ("book", "chapter") and "container-title" not in work.made
    if is_whole and isinstance(number, Scalar):
        hint = "Cite it with its chapter, as in `[@key, chap. 12]`, or give the title of the chapter and that of the book."
        work.warn("chapter-number", number, f"the chapter “{number[:40]}” of a whole book isn’t printed", hint)


def _case(work: _Preparation) -> None:
    """Print the number of a case, which the style leaves out for a place in a reporter, if the record names a reporter and no
    place in it. A neutral citation, `[2017] UKSC 5`, has the name of the reporter in it."""
    number, reporter = work.made.get("number"), work.made.get("container-title")
    if work.made.get("type") != "legal_case" or {"volume", "page"} & work.made.keys():
        return
    if isinstance(number, Scalar) and isinstance(reporter, Scalar):
        del work.made["container-title"]
        if reporter not in number:
            what = f"the reporter “{reporter[:40]}” isn’t printed, as the record has no volume or page of it"
            work.warn("container-title", reporter, what, "Add volume and page, or delete it.")


def _conference(work: _Preparation) -> None:
    """Print where a paper was given. The style prints the publisher's place, as that of the proceedings; but the conference's own
    if the record says what it was called or when it was."""
    made = work.made
    if made.get("type") != "paper-conference":
        return
    if "event-place" in made:
        made["publisher-place"] = made["event-place"]
    elif "publisher-place" in made and {"event", "event-title", "event-date"} & made.keys():
        if "publisher" not in made:
            made["event-place"] = made["publisher-place"]
            return
        what = f"the publisher’s place, “{str(made['publisher-place'])[:40]}”, isn’t printed, as the conference is"
        hint = "If the conference was there, write it as `event-place` (`venue` in BibLaTeX). If not, delete it."
        work.warn("publisher-place", made["publisher-place"], what, hint)


def _interview(work: _Preparation) -> None:
    """Warn of an interview of which nothing says that it is one."""
    made = work.made
    if made.get("type") == "interview" and not {"title", "interviewer"} & made.keys():
        what = "the first note doesn’t say that this is an interview: it has no title and no interviewer"
        work.warn("type", made["type"], what, "Add a `title`, such as “Interview with the author”, or the `interviewer`.")


def _of_extra(name: str, values: list[Scalar]) -> Data:
    if name in csl.NAMES:
        return [_name_of_extra(value) for value in values]
    return {"raw": values[-1]} if name in csl.DATES else values[-1]


def _name_of_extra(value: Scalar) -> Data:
    """A name that is written as `Family || Given`, or as the name of a body."""
    family, both, given = value.partition("||")
    if not both:
        return {"literal": value}
    parts = {"family": family.strip(), "given": given.strip()}
    return {key: Scalar(part, value.place) for key, part in parts.items() if part}


def _type(work: _Preparation, name: str, value: Scalar) -> None:
    """Replace another program's name of a type, such as `journalArticle` or `Legal case`, by CSL's."""
    work.made[name] = Scalar(type_named(value) or value, value.place)
    if work.made[name] == "article" and "container-title" in work.made and {"volume", "issue"} & work.made.keys():
        what = "the type “article” is CSL’s word for a preprint, and prints “preprint”"
        work.warn(name, value, what, "Write article-journal for an article in a journal.")


def _doi(work: _Preparation, name: str, value: Scalar) -> None:
    """Leave out an invalid DOI, with a warning: its link would lead nowhere. Another kind of address, such as
    `file:`, stays, and is an error later."""
    if addresses.doi(value) is None and not addresses.is_other(value):
        del work.made[name]
        hint = "Write it as 10.1000/182, or as https://doi.org/10.1000/182."
        work.warn(name, value, f"“{value[:60]}” isn’t printed: it is no DOI", hint)


def _address(work: _Preparation, name: str, value: Scalar) -> None:
    """Keep the first of several addresses, with a warning, because a source has one link. Programs that read web pages leave `&`
    as HTML writes it."""
    work.made[name] = value = Scalar(value.replace("&amp;", "&"), value.place)
    following = _NEXT_ADDRESS.search(value)
    if following:
        first = value[: following.start()].split(maxsplit=1)[0]
        others = value[len(first) :].lstrip(",; \n")
        work.made[name] = Scalar(first.rstrip(",;"), value.place)
        hint = "A source has one address: write the one that readers need."
        work.warn(name, value, f"“{others[:60]}” isn’t printed: it follows another address", hint)


def _date(work: _Preparation, name: str, value: Data) -> None:
    """Warn of a date that a program wrote in words, if it has digits and can't be read."""
    if not isinstance(value, dict) or value.get("date-parts"):
        return
    raw = value.get("raw")
    if isinstance(raw, Scalar) and any(map(str.isdecimal, raw)) and not CslDate.of_words(raw).parts:
        hint = "Write it as 2019, 2019-09, 2019-09-12 or a span 2019-09/2019-11."
        work.warn(name, value, f"the date “{raw[:40]}” can’t be read, so it is printed as it stands", hint)


def _version(work: _Preparation, name: str, value: Scalar) -> None:
    """Take away the word before a version (`v3`), because the style prints it itself."""
    if match := _VERSION.fullmatch(value):
        work.made[name] = Scalar(match[1], value.place)


def _language(work: _Preparation, name: str, value: Scalar) -> None:
    tag = language_tag(value)
    if tag:
        work.made[name] = Scalar(tag, value.place)
    else:
        del work.made[name]
        work.warn(name, value, f"the language “{value[:60]}” isn’t known", "Write a BCP 47 tag such as en, de or zh.")


def _title(work: _Preparation, name: str, value: Scalar) -> None:
    """Take away the full stop with which catalogues such as PubMed end a title. That of an abbreviation stays."""
    if (match := _END_OF_TITLE.search(value)) and match[1].lower() not in _ABBREVIATIONS and work.made.get("type") != "legal_case":
        work.made[name] = Scalar(value[: match.start(2)] + match[3], value.place)


def _page(work: _Preparation, name: str, value: Scalar) -> None:
    """Take away the word before pages (`pp. 3-15`), because the style prints pages without one."""
    if match := _LABELLED_PAGES.match(value):
        work.made[name] = Scalar(value[match.end() :], value.place)


def _number(work: _Preparation, name: str, value: Scalar) -> None:
    """Take away the word before a number (`no. 5`, `Vol. 3`), because the style prints such a word itself.

    A season or month in place of the number becomes part of the date.
    """
    if match := _LABELLED.fullmatch(value):
        work.made[name] = value = Scalar(match[1], value.place)
    if _RANGE.fullmatch(value):
        work.made[name] = Scalar(value.replace("-", "–"), value.place)
    elif (match := _PART_OF_YEAR.fullmatch(value)) and (dated := _with_part(work.made.get("issued"), match)):
        del work.made[name]
        work.made["issued"] = Scalar(dated, value.place)


def _with_part(issued: Data, named: re.Match[str]) -> str:
    """A date in EDTF, with the season or month that was found added to it. Empty if the date has another year, month or season."""
    year = named["year"] or ""
    try:
        date = CslDate.parse({"raw": year} if issued is None else issued)
    except ValueError:
        return ""
    if not date or len(date.parts) != 1 or date.circa or year not in ("", f"{date.parts[0][0]:04}"):
        return ""
    first, *others = date.parts[0]
    numbers = [PARTS_OF_A_YEAR.get(word.lower(), 0) for word in (named["first"], named["last"]) if word]
    return "/".join(f"{first:04}-{number:02}" for number in numbers) if all(numbers) and (not others or others == numbers) else ""


_MENDED: dict[str, Callable[[_Preparation, str, Scalar], None]] = {
    "type": _type,
    "DOI": _doi,
    "URL": _address,
    "version": _version,
    "language": _language,
    "issue": _number,
    "volume": _number,
    "page": _page,
    "title": _title,
}


def language_tag(words: str) -> str | None:
    """The BCP 47 tag of a language that is written as a tag, as a code of ISO 639-2 (`ger`), or by its English name.

    A word with one capital letter at its beginning is a name rather than a tag: `Ga` is spoken in Ghana, `ga` is Irish.
    """
    from babel.core import get_global

    word = words.strip()
    if word[:1].isupper() and not word.isupper() and (named := _languages().get(word.lower())):
        return named
    first, _, rest = word.replace("_", "-").partition("-")
    code = get_global("language_aliases").get(first.lower(), first.lower())
    tag = f"{code}-{rest}" if rest else code
    return tag if is_language(tag) else _languages().get(word.lower())


@lru_cache
def _languages() -> dict[str, str]:
    """The tags of languages by their English names in small letters."""
    from babel import Locale

    return {name.lower(): code.replace("_", "-") for code, name in Locale("en").languages.items()}


def _names(work: _Preparation, name: str, value: Data) -> Data:
    """Names without the parts that CSL doesn't know. Warn of each such part, unless programs write it only for themselves."""
    return [_name(work, name, person) for person in value] if isinstance(value, list) else value


def _name(work: _Preparation, name: str, person: Data) -> Data:
    if not isinstance(person, dict):
        return person
    for key, value in person.items():
        if _folded(key) not in _NAME_PARTS and value not in (None, []):
            work.warn(name, value, f"“{key}” of a name under “{name}” isn’t printed", "CSL’s names have no such part.")
    known = _NAME_PARTS - _SILENT_PARTS
    return {_folded(k): _bare(v, _folded(k)) for k, v in person.items() if _folded(k) in known and v is not None and str(v).strip()}


def _bare(part: Data, name: str) -> Data:
    """A part of a name without the braces that keep the name of a body together in BibTeX, and a family name without the straight
    quotation marks that keep a particle with it in Zotero (`"de Man"`)."""
    signs = [_BRACED, _QUOTED] if name == "family" else [_BRACED]
    match = next(filter(None, (sign.fullmatch(part) for sign in signs)), None) if isinstance(part, Scalar) else None
    return Scalar(match[1], part.place) if match and isinstance(part, Scalar) else part


def _with_tags(value: Scalar) -> Scalar:
    """A text with the tags and signs that a catalogue has escaped once too often, such as `&lt;sub&gt;` and `&amp;amp;`.

    A tag that is never closed stays: the title may be about it.
    """
    if "&" not in value:
        return value
    text = _ESCAPED_AGAIN.sub("&", value)
    closed = {name.lower() for slash, name in _ESCAPED_TAG.findall(text) if slash}
    return Scalar(_ESCAPED_TAG.sub(lambda m: f"<{m[1]}{m[2].lower()}>" if m[2].lower() in closed else m[0], text), value.place)


def _with_dashes(value: Scalar) -> Scalar:
    """A text with a dash for the two or three hyphens that catalogues write. Options, such as `--force`, keep theirs."""
    return Scalar(_HYPHENS.sub(lambda m: "—" if m[0] == "---" else "–", value), value.place) if "--" in value else value


def _tags(work: _Preparation, name: str, value: Scalar) -> None:
    unknown = sorted({match[1].lower() for match in _TAG.finditer(value)} - _TAGS) if "<" in value else []
    if unknown:
        what = f"“{name}” has <{unknown[0]}>, which is printed as it stands"
        work.warn(name, value, what, "CSL’s texts know <i>, <b>, <sub>, <sup> and <span>.")


def markdown_as_csl(value: Data, name: str) -> Data:
    """The texts of a YAML file as CSL's rich text. Their emphasis may be written in pandoc's Markdown, as Better BibTeX does.
    Addresses and keys, which their `name` tells, have none."""
    if isinstance(value, dict):
        return {k: markdown_as_csl(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [markdown_as_csl(v, name) for v in value]
    if _name_of(name) in {*_VERBATIM, "id"} or not isinstance(value, Scalar) or not any(sign in value for sign in "*~^\\"):
        return value
    return Scalar("".join(_pieces(value)), value.place)


_MARKDOWN = re.compile(
    r"\\([\[*~^\\])"
    r"|(?<![\w*])\*\*(?=\S)(?P<b>[^*\n]+?)(?<=\S)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?=\S)(?P<i>[^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?<!~)~(?P<sub>[^\s~]{1,30})~(?!~)"
    r"|\^(?P<sup>[^\s^]{1,30})\^"
)


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for match in _MARKDOWN.finditer(text):
        yield text[at : match.start()]
        kind = match.lastgroup
        yield f"<{kind}>{match[kind]}</{kind}>" if kind else match[1]
        at = match.end()
    yield text[at:]
