"""A BibTeX or BibLaTeX file as CSL records, through pandoc.

In: the bytes of a `.bib` file. Out: what `yamls.load` returns for the same records in CSL's JSON, but the place of every value is
where its record's `@type{key,` begins. Pandoc reads the records. This module also finds the fields of each entry, to report those
that pandoc drops, and to restore a few values that pandoc alters. No file that a field names is opened.
https://pandoc.org/MANUAL.html#citations, https://ctan.org/pkg/biblatex (section 2, the database)
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from graphlib import CycleError, TopologicalSorter

from briefs.edition import yamls
from briefs.edition.bibfields import (
    KNOWN,
    SILENT,
    Field,
    abbreviations,
    entry_fields,
    expanded,
    in_braces,
    spelled_out,
    texts_of_abbreviations,
)
from briefs.edition.csldates import CslDate
from briefs.edition.csltypes import type_named
from briefs.edition.latexletters import with_letters
from briefs.edition.records import MOST_LETTERS, RecordWarnings
from briefs.problems import Place, Problem, error
from briefs.tools.pandoc import Pandoc, PandocError, PandocTooSlow

_ENTRY = re.compile(r"(?:^|(?<=\}))[ \t]*@(\w+)[ \t]*\{\s*([^\s,{}()=]+)\s*,", re.M)
_UNTYPED = (
    frozenset(  # types of entries that have no field `type` in BibLaTeX; EndNote writes its own type there: “Journal Article”
        [
            "article",
            "book",
            "bookinbook",
            "booklet",
            "collection",
            "conference",
            "inbook",
            "incollection",
            "inproceedings",
            "inreference",
            "mvbook",
            "mvcollection",
            "mvproceedings",
            "mvreference",
            "periodical",
            "proceedings",
            "reference",
            "suppbook",
            "suppcollection",
            "suppperiodical",
        ]
    )
)
_DEGREES = {"phdthesis": "phdthesis", "mastersthesis": "mathesis"}
_IN_BOOKS = {"incollection", "inproceedings", "conference"}
_NO_ENTRY = {"comment", "preamble", "string"}
_ADDRESS = re.compile(r"\\(?:url|href)\s*\{\s*(https?://[^{}\s]+?)\s*\}")
_WITH_ADDRESSES = ("howpublished", "note", "addendum", "title", "booktitle")  # fields that may hold an address, the likeliest first
_PARENTS = {"crossref", "xdata"}
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_OPENING = re.compile(r"(?:^|[\s(\[“])’(?=\w)")
_LATEX = re.compile("\ue000([^\ue000\ue001]*)\ue001")  # pandoc.lua puts LaTeX that it can't read between these letters
_PREPRINT = {"type": "article", "publisher": "arXiv"}
_ENGLISH = {"english", "american", "british", "usenglish", "ukenglish", "canadian", "australian", "newzealand", "en", "en-gb"}
_AND = {"publisher", "institution", "school", "organization", "location", "address", "origlocation", "origpublisher"}
_WORD_AND = re.compile(r"(?<=\s)and(?=\s)", re.I)
# A per cent sign outside addresses, which TeX would read as a comment. At the end of a line it is a comment, which joins lines.
_PER_CENT = re.compile(r"(\\(?:url|href|path)\s*\{[^{}]*\}|\\%)|%(?!\s*\n)")
_DOLLAR = re.compile(r"(?<!\\)\$")
_PARAMETER = re.compile(r"(?<!\\)#(?=\d)")
# Fields whose signs stay as they are: they aren't read as LaTeX, or `_changes` treats them in another way.
_AS_WRITTEN = {"url", "doi", "eprint", "file", "pdf", "langid", "hyphenation", "month", "type"}
_MONTH = re.compile(r"[\s{\"#]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[\s}\"#]*", re.I)
_DAY_AND_MONTH = re.compile(  # such as `mar # "~12"` and `{12 March}`
    r"[\s{\"#~]*+(?P<first>\d{1,2})?[\s.,{}\"#~]*+(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*+"
    r"[\s.,{}\"#~]*+(?P<last>(?(first)(?!)|\d{1,2}))?[\s}\"#~]*+",
    re.I,
)
_DATES = {"date": "issued", "urldate": "accessed", "eventdate": "event-date", "origdate": "original-date"}
_VERBATIM = {"URL", "DOI", "ISBN", "ISSN", "PMID", "PMCID"}
_DOTLESS = re.compile("ı(?=[\u0300-\u036f])")  # for LaTeX, an i under an accent is written without its dot
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = re.compile(r"\b(" + _MONTH_NAMES.replace(" ", "|") + r")[a-z]*")
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SPAN = re.compile(r"(\d{4})\s*(?:--?|–|/)\s*(\d{4})")
_CIRCA = re.compile(r"(?:c|ca|circa)\.?\s*(\d{4})", re.I)
_NAMES = re.compile(r"author$|editor[abc]?$|(?:transl|annot|comment)ator$|^(?:holder|introduction|foreword|afterword)$")
_ANY_COMMAND = re.compile(r"\\[A-Za-z]")
_NEXT_NAME = re.compile(r"\sand\s", re.I)
_IN_BRACES = re.compile(r"\{[^{}]*\}")
_SEVERAL_NAMES = re.compile(r";|\s\\?&\s|\bet\.?\s+al\b|,[^,]*,[^,]*,")
_INSTEAD = {"collaboration": "Write it as another author: `and {The Collaboration}`."}
_BODY = re.compile(  # words in the names of bodies, which BibTeX takes for persons if no braces stand round them
    r"\b(?:department|ministry|ministère|ministerium|minister[iy]o|bundes\w+|organi[sz]ations?|institut[eo]?|universit\w+|universidad"
    r"|council|commission|committee|agency|association|foundation|bureau|secretariat|united nations|world bank|european union)\b",
    re.I,
)
MOST_NAMES = 1_000  # the most names in one field
_SECONDS = 30.0  # a limit, since pandoc never returns if two entries inherit from each other


@dataclass
class _BibEntry:
    """An entry in the file. `start`: where its fields begin; `text`: from there to the next entry; `twice`: fields that are
    repeated."""

    place: Place
    kind: str  # the type, as it is written
    at: int  # where the type stands
    start: int
    text: str
    fields: dict[str, Field] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    type_in_words: str = ""  # the field `type` without its LaTeX, if it has any


def load(path: str, data: bytes) -> yamls.YamlDocument:
    """Read BibTeX or BibLaTeX. Errors are in the `problems` of the result, whose `data` is then None or incomplete."""
    document = yamls.YamlDocument(path)
    text, document.problems = yamls.decode(path, data)
    if document.problems:
        return document
    text = in_braces(text)
    entries = list(_entries(path, text))
    if not entries:
        what = "there is no entry" if text.strip() else "the file is empty"
        document.problems.append(error(Place(path, line=1), what, "An entry begins with a line `@type{key,`."))
        return document
    document.problems += [*_too_large(path, text, entries), *_too_many(entries), *_in_circles(entries)]
    if document.problems:
        return document
    try:
        made, unread = _converted(text, entries)
    except PandocError as fault:
        document.problems.append(_broken(path, str(fault), text.split("\n")))
        return document
    read = yamls.load(f"{path}.json", made)
    for problem in read.problems:
        document.problems.append(error(Place(path, line=1), f"as CSL’s JSON, {problem.message}", problem.hint))
    document.problems += [_unknown(entry, latex) for entry, latex in unread]
    _records(document, read, entries)
    return document


def _converted(text: str, entries: Sequence[_BibEntry]) -> tuple[bytes, list[tuple[_BibEntry, str]]]:
    """The records as CSL's JSON, and the LaTeX in names that pandoc leaves out unsaid. Raises PandocError, whose message names the
    place in the original file if the text is broken."""
    with Pandoc(_SECONDS) as pandoc:
        try:
            _read_types(pandoc, entries)
            return pandoc.references(_as_pandoc_needs_it(text, entries)), list(_left_out_of_names(pandoc, entries))
        except PandocTooSlow:
            raise
        except PandocError:
            pandoc.references(text)
            raise


def _left_out_of_names(pandoc: Pandoc, entries: Sequence[_BibEntry]) -> Iterator[tuple[_BibEntry, str]]:
    """The LaTeX in names that pandoc doesn't know, found by having each such name read as a title."""
    names = [(e, f) for e in entries for f in e.fields.values() if _NAMES.search(f.name) and _ANY_COMMAND.search(f.value)]
    for (entry, _), title in zip(names, _as_titles(pandoc, [name for _, name in names]), strict=True):
        yield from ((entry, latex) for latex in _LATEX.findall(title))


def _read_types(pandoc: Pandoc, entries: Sequence[_BibEntry]) -> None:
    """Read the LaTeX in the field `type`, which pandoc prints as it is written."""
    typed = [e for e in entries if "type" in e.fields and re.search(r"[\\{}]", e.fields["type"].value[1:-1])]
    for entry, words in zip(typed, _as_titles(pandoc, [e.fields["type"] for e in typed]), strict=True):
        entry.type_in_words = re.sub(r"</?span[^<>]*>", "", words)


def _as_titles(pandoc: Pandoc, fields: Sequence[Field]) -> list[str]:
    """What pandoc makes of each value as a title. In English it would change capitals."""
    titles = (f"@misc{{n{n}, langid = {{zxx}}, title = {_with_signs(one.value, has_and=False)}}}" for n, one in enumerate(fields))
    read = json.loads(pandoc.references("\n".join(titles))) if fields else []
    found = {record["id"]: str(record.get("title", "")) for record in read}
    return [found.get(f"n{n}", "") for n in range(len(fields))]


def _entries(path: str, text: str) -> Iterator[_BibEntry]:
    """The entries in the order of the file."""
    matches = [m for m in _ENTRY.finditer(text) if m[1].lower() not in _NO_ENTRY]
    line, counted = 1, 0
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        at = match.start(1) - 1
        line, counted = line + text.count("\n", counted, at), at
        place = Place(path, match[2], line, at - text.rfind("\n", 0, at))
        entry = _BibEntry(
            place, match[1], match.start(1), match.end(), text[match.end() : following.start() if following else None]
        )
        for found in entry_fields(entry.text):
            if found.name in entry.fields:
                entry.twice.append(found.name)
            entry.fields[found.name] = found
        yield entry


def _as_pandoc_needs_it(text: str, entries: Sequence[_BibEntry]) -> str:
    """The text for pandoc, with the changes of `_changes`. Each line keeps its number."""
    pieces, at = [], 0
    strings = texts_of_abbreviations(text)
    for entry in entries:
        for start, end, new in sorted(_changes(entry, strings)):
            pieces += [text[at : entry.start + start], new]
            at = entry.start + end
    return "".join([*pieces, text[at:]])


def _changes(entry: _BibEntry, strings: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """The changes of an entry's text that pandoc needs: each is a start, an end, and the new text between them. `strings`: the
    abbreviations of the file.

    If an entry's language is English, or it names none, pandoc puts its title into small letters; so it gets another language. An
    “and” in the name of a publisher would divide the name; so it gets braces.
    """
    fields = entry.fields
    if entry.kind.lower() == "conference":  # an older name of the type, which pandoc doesn't know
        at = entry.at - entry.start
        yield at, at + len(entry.kind), "inproceedings"
    language = fields.get("langid") or fields.get("hyphenation")
    if language and language.plain.lower() in _ENGLISH:
        yield language.start, language.end, "{zxx}" + "\n" * language.value.count("\n")
    elif not language and not {"crossref", "xdata"} & fields.keys():
        yield 0, 0, " langid = {zxx},"
    if "month" in fields and (match := _MONTH.fullmatch(fields["month"].value)):
        yield fields["month"].start, fields["month"].end, match[1].lower()
    elif "month" in fields and "day" not in fields and (match := _DAY_AND_MONTH.fullmatch(fields["month"].value)):
        yield fields["month"].start, fields["month"].end, f"{match['month'].lower()}, day = {match['first'] or match['last']}"
    if "issue" in fields and "number" not in fields:
        yield fields["issue"].start_of_name, fields["issue"].start_of_name + len("issue"), "number"
    if "type" in fields and fields["type"].plain.lower() == "thesis" and entry.kind.lower() in _DEGREES:  # as EndNote writes it
        yield fields["type"].start, fields["type"].end, f"{{{_DEGREES[entry.kind.lower()]}}}"
    elif entry.type_in_words:
        yield fields["type"].start, fields["type"].end, f"{{{entry.type_in_words}}}" + "\n" * fields["type"].value.count("\n")
    if "crossref" in fields and "subtitle" not in fields and entry.kind.lower() in {*_IN_BOOKS, "inbook"}:
        yield 0, 0, " subtitle = {},"  # pandoc gives a chapter the subtitle of its book
    if "maintitle" in fields:  # pandoc gives a set the subtitle of its volume
        yield 0, 0, "".join(f" {name} = {{}}," for name in ("mainsubtitle", "maintitleaddon") if name not in fields)
    for name, value in fields.items():
        written = (name in _AND and spelled_out(value.value, strings)) or value.value
        if name not in _AS_WRITTEN and (new := _with_signs(written, has_and=name in _AND)) != value.value:
            yield value.start, value.end, new + "\n" * (value.value.count("\n") - new.count("\n"))


def _with_signs(value: str, *, has_and: bool) -> str:
    """A value with letters for commands that pandoc doesn't know, and in which `%`, a single `$` and `#1` are escaped, since they
    aren't meant as a comment, a formula or a parameter of TeX.

    `has_and`: an “and” in the value is a plain word, and doesn't separate names.
    """
    value = with_letters(value)
    value = _PER_CENT.sub(lambda match: match[0] if match[1] else "\\%", value)
    value = _DOLLAR.sub(r"\\$", value) if len(_DOLLAR.findall(value)) == 1 else value
    if value[:1] != "{":
        return value
    value = _PARAMETER.sub(r"\\#", value)
    return _WORD_AND.sub("{and}", value) if has_and else value


def _too_large(path: str, text: str, entries: Sequence[_BibEntry]) -> Iterator[Problem]:
    """An error for abbreviations and entries that are too long once their abbreviations are put in. Each
    abbreviation may use the one before it twice, so lengths can double again and again."""
    sizes: dict[str, int] = {}
    for short in abbreviations(text):
        sizes[short.name] = expanded(short.value, sizes)
        if sizes[short.name] > MOST_LETTERS:
            place = Place(path, line=text.count("\n", 0, short.start_of_name) + 1, column=1)
            what = f"the abbreviation “{short.name[:60]}” stands for over {MOST_LETTERS:,} letters"
            yield error(place, what, "Shorten it.")
            return
    letters = sum(sizes.values())
    for entry in entries:
        letters += sum(expanded(f.value, sizes) for f in (entry_fields(entry.text) if entry.twice else entry.fields.values()))
        if letters > yamls.MAX_BYTES:
            what = f"the entries up to this one have over {yamls.MAX_BYTES:,} letters with their abbreviations"
            yield error(entry.place, what, "Shorten the abbreviations, or divide the file.")
            return


def _too_many(entries: Sequence[_BibEntry]) -> Iterator[Problem]:
    """An error for the first entry that has too many names, or with which the file comes to have too many values."""
    values = 0
    for entry in entries:
        names = max(
            (len(_NEXT_NAME.findall(found.value)) + 1 for name, found in entry.fields.items() if _NAMES.search(name)), default=0
        )
        values += 6 + 2 * len(entry.fields) + 5 * names
        if names > MOST_NAMES:
            yield error(
                entry.place,
                f"“{entry.place.anchor[:60]}” has over {MOST_NAMES:,} names",
                "Write `and others` after the first ones.",
            )
            return
        if values > yamls.MAX_VALUES:
            yield error(entry.place, f"the entries up to this one hold over {yamls.MAX_VALUES:,} values", "Divide the file.")
            return


def _in_circles(entries: Sequence[_BibEntry]) -> Iterator[Problem]:
    """An error for each entry in a circle of entries that inherit from one another, on which pandoc would never end."""
    parents = {
        entry.place.anchor: [key.strip() for name in _PARENTS & entry.fields.keys() for key in entry.fields[name].plain.split(",")]
        for entry in entries
    }
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as fault:
        for entry in entries:
            if entry.place.anchor in fault.args[1]:
                yield error(entry.place, f"“{entry.place.anchor}” inherits from itself", "Take out its `crossref` or `xdata`.")


def _alone(entries: Sequence[_BibEntry], warnings: RecordWarnings) -> None:
    """A warning for each entry that inherits from an entry that isn't in the file."""
    keys = {entry.place.anchor for entry in entries}
    for entry in entries:
        parent = entry.fields.get("crossref")
        if parent and parent.plain not in keys:
            warnings.warn(entry.place, f"there is no entry “{parent.plain[:60]}” to inherit from", lambda: "Add it to this file.")


def _records(document: yamls.YamlDocument, read: yamls.YamlDocument, entries: Sequence[_BibEntry]) -> None:
    """Put the records into `document`, each with the place of its entry. If two entries share a key, each record has the place of
    its own entry."""
    waiting: dict[str, list[_BibEntry]] = {}
    for entry in entries:
        waiting.setdefault(entry.place.anchor, []).append(entry)
    records = read.data if isinstance(read.data, list) else []
    made: list[yamls.Data] = []
    warnings = RecordWarnings()
    for record in records:
        if not isinstance(record, dict):
            continue
        known = waiting.get(str(record.get("id"))) or [_BibEntry(Place(document.path, line=1), "", 0, 0, "")]
        entry = known.pop(0) if len(known) > 1 else known[0]
        document.places["references", len(made)] = entry.place
        made.append(_record(document, record, entry, warnings))
    _alone(entries, warnings)
    document.data = {"references": made}
    document.parents = frozenset(e.fields[name].plain for e in entries for name in ("crossref", "xref") if name in e.fields)
    document.problems += warnings.problems


def _record(document: yamls.YamlDocument, record: dict[str, yamls.Data], entry: _BibEntry, warnings: RecordWarnings) -> yamls.Data:
    """A record with the place of its entry, and with the values restored that pandoc left out or altered."""
    for latex in (found for text in _texts(record) for found in _LATEX.findall(text)):
        document.problems.append(_unknown(entry, latex))
    found: dict[str, yamls.Data] = {k: v for k, v in record.items() if v not in (None, "")}
    found.setdefault("type", yamls.Scalar("document", entry.place))
    if found.get("language") == "zxx":
        del found["language"]
    own = next((entry.fields[n].plain for n in ("langid", "language", "hyphenation") if n in entry.fields), "")
    if own and "language" not in found:
        found["language"] = yamls.Scalar("English" if own.lower() in _ENGLISH else own, entry.place)
    if found.pop("other-ids", None):
        hint = f"Cite “{entry.place.anchor}”."
        warnings.warn(entry.place, "the other keys in `ids` can’t be cited", partial(str, hint))
    _mend(found, entry)
    _retype(found, entry)
    if found["type"] == "legal_case" and "publisher" in found and "authority" not in found:
        found["authority"] = found.pop("publisher")  # the court; https://docs.citationstyles.org/en/stable/specification.html
    if entry.kind.lower() in _UNTYPED and "type" in entry.fields and found.pop("genre", None):
        what = f"the type “{entry.fields['type'].plain[:60]}” isn’t printed"
        warnings.warn(entry.place, what, lambda: f"Only reports, theses, manuals and patents have one, and this is @{entry.kind}.")
    if (role := _role(entry)) not in {"", "editor", "director", "compiler"} and "editor" in found:
        what = f"the {role[:60]} is printed as editor"
        warnings.warn(entry.place, what, lambda: "CSL knows editors, directors and compilers. Take `editortype` out.")
    _addresses(found, entry, warnings)
    _dates(document, found, entry, warnings)
    document.problems += [*_twice(entry), *_run_together(entry)]
    for name in _bodies(entry):
        hint = "Put braces round the name of a body: `{{…}}`. Write a person as `Family, Given`."
        warnings.warn(entry.place, f"“{name[:60]}” is read as the name of a person", partial(str, hint))
    if found["type"] == "document" and entry.kind.lower() != "misc":
        what = f"“@{entry.kind[:60]}” is no type of BibLaTeX that is set; the source is set as @misc"
        warnings.warn(entry.place, what, lambda: "Give it another type, such as @book, @report or @online.")
    _lost(found, entry, warnings)
    return {k: _at(entry.place, v, k) for k, v in found.items()}


def _unknown(entry: _BibEntry, latex: str) -> Problem:
    return error(entry.place, f"the LaTeX “{latex[:60]}” isn’t known", "Write it as plain text.")


def _run_together(entry: _BibEntry) -> Iterator[Problem]:
    """An error for each name that seems to be several names. BibTeX has “and” between names, and pandoc drops what follows a third
    comma."""
    for found in (found for name, found in entry.fields.items() if _NAMES.search(name)):
        outside = found.value[1:-1]
        while (shorter := _IN_BRACES.sub("", outside)) != outside:
            outside = shorter
        for one in _NEXT_NAME.split(outside):
            if "=" not in one and _SEVERAL_NAMES.search(one):  # `family=Doe, given=Ann, prefix=de` is one name
                hint = "Write `and` between names, `and others` after the last one, and braces round the name of a body: {{…}}."
                yield error(entry.place, f"“{' '.join(one.split())[:60]}” is read as one name", hint)


def _bodies(entry: _BibEntry) -> Iterator[str]:
    """The names of persons that seem to be those of bodies."""
    for found in (found for name, found in entry.fields.items() if _NAMES.search(name)):
        outside = found.value[1:-1]
        for one in _NEXT_NAME.split(outside):
            if not {*"{},="} & set(one) and " " in one.strip() and _BODY.search(one):
                yield " ".join(one.split())


def _mend(record: dict[str, yamls.Data], entry: _BibEntry) -> None:
    """Restore values that pandoc leaves out or alters: an article's number in place of pages, the lines of a note, an edition whose
    number is a word, as BibTeX has it (https://ctan.org/pkg/biblatex, section 2.2.2)."""
    number, note, edition = entry.fields.get("eid"), entry.fields.get("note"), entry.fields.get("edition")
    if entry.kind.lower() == "standard":  # pandoc takes a standard for a law
        record["type"] = yamls.Scalar("standard", entry.place)
    if entry.kind.lower() in {"misc", "online"} and "booktitle" in entry.fields:  # Mendeley writes the name of a web site there
        record.setdefault("container-title", yamls.Scalar(entry.fields["booktitle"].plain, entry.place))
    if entry.kind.lower() == "periodical" and "issuetitle" not in entry.fields:  # pandoc takes its title for that of the issue too
        record.pop("container-title", None)
    if entry.kind.lower() == "article" and "issuetitle" in entry.fields:
        record.setdefault("volume-title", yamls.Scalar(entry.fields["issuetitle"].plain, entry.place))
    if {"address", "location"} <= entry.fields.keys() and record["type"] == "paper-conference":  # as the ACM exports them
        record.setdefault("event-place", yamls.Scalar(entry.fields["location"].plain, entry.place))
    _mend_preprint(record, entry)
    _mend_artwork(record, entry)
    if "compiler" in _role(entry) and "editor" in record:
        record["compiler"] = record.pop("editor")
    if edition and edition.plain.lower() in _ORDINALS:
        record["edition"] = yamls.Scalar(str(_ORDINALS.index(edition.plain.lower()) + 1), entry.place)
    if isinstance(publisher := record.get("publisher"), str):  # Citavi writes one body as `publisher` and as `institution`
        record["publisher"] = yamls.Scalar("; ".join(dict.fromkeys(publisher.split("; "))), entry.place)
    twice = {entry.fields[name].plain for name in ("number", "issue") if name in entry.fields}
    if len(twice) == 1 and "issue" in record and "issue" in entry.fields:  # pandoc prints both
        record["issue"] = yamls.Scalar(twice.pop(), entry.place)
    if number and "page" not in record:
        record["page"] = yamls.Scalar(number.plain, entry.place)
    if note and "note" in record and "\n" in note.value and not re.search(r"[\\{}$]", note.value[1:-1]):
        record["note"] = yamls.Scalar(note.value[1:-1], entry.place)  # each line may hold a variable


def _mend_preprint(record: dict[str, yamls.Data], entry: _BibEntry) -> None:
    """Set an entry as arXiv exports it as a preprint, with the number and the class that arXiv gives it
    (https://info.arxiv.org/help/hypertex/bibstyles/index.html)."""
    texts = {name: field.plain for name, field in entry.fields.items()}
    archive = texts.get("archiveprefix", texts.get("eprinttype", ""))
    if archive.lower() != "arxiv" or "eprint" not in texts or {"container-title", "publisher"} & record.keys():
        return
    kind = texts.get("primaryclass", texts.get("eprintclass", ""))
    number = "arXiv:" + texts["eprint"].removeprefix("arXiv:") + (f" [{kind}]" if kind and "/" not in texts["eprint"] else "")
    record |= {name: yamls.Scalar(text, entry.place) for name, text in _PREPRINT.items()} | {
        "number": yamls.Scalar(number, entry.place)
    }


def _mend_artwork(record: dict[str, yamls.Data], entry: _BibEntry) -> None:
    """Set what a work of art is made of, and the collection that has it, with its place. Pandoc takes both for the publisher."""
    both, place = record.get("publisher"), record.get("publisher-place", "")
    if (
        record["type"] != "graphic"
        or not isinstance(both, str)
        or not isinstance(place, str)
        or "publisher" in entry.fields
        or "medium" in record
    ):
        return
    is_kept = bool({"institution", "organization", "school"} & entry.fields.keys())
    first, _, second = both.partition("; ") if is_kept else ("", "", both)
    found = {"archive": first, "medium": second, "archive-place": place}
    record.pop("publisher-place", None)
    del record["publisher"]
    record |= {name: yamls.Scalar(text, entry.place) for name, text in found.items() if text}


def _role(entry: _BibEntry) -> str:
    """What an entry calls its editors; empty if it doesn't say."""
    return entry.fields["editortype"].plain.lower() if "editortype" in entry.fields else ""


def _retype(record: dict[str, yamls.Data], entry: _BibEntry) -> None:
    """Set the record's type if the field `type`, which pandoc takes for a genre, holds a program's name of a type: “Web Page”
    (EndNote)."""
    named = entry.fields["type"].plain if "type" in entry.fields else ""
    kind = type_named(named) if " " in named or named.lower() == "generic" else None
    is_open = entry.kind.lower() in {"article", "misc", "online", "electronic", "www"}
    is_said_twice = entry.kind.lower() in _UNTYPED and kind == record["type"]
    if kind and (is_open or is_said_twice) and record.pop("genre", None):
        record["type"] = yamls.Scalar(kind, entry.place)
        volume, number = entry.fields.get("volume"), entry.fields.get("number")
        if (
            kind == "webpage" and volume and number and re.fullmatch(r"\d{4}", volume.plain)
        ):  # EndNote puts the date of access there
            record["accessed"] = {"raw": yamls.Scalar(f"{number.plain} {volume.plain}", entry.place)}
            for name in ("volume", "number"):
                del entry.fields[name]
                record.pop(name, None)


def _addresses(record: dict[str, yamls.Data], entry: _BibEntry, warnings: RecordWarnings) -> None:
    """Set the record's URL to an address in one of its texts, where older styles of BibTeX want it. Pandoc drops addresses in
    `\\href`."""
    if "url" in entry.fields and entry.fields["url"].plain.startswith("<Go to ISI>"):  # EndNote's, of the Web of Science
        warnings.warn(entry.place, "“<Go to ISI>” is no address, so it isn’t printed", lambda: "Delete the field `url`.")
        del entry.fields["url"]
        record.pop("URL", None)
    texts = [entry.fields[name].value for name in _WITH_ADDRESSES if name in entry.fields]
    for address in (re.sub(r"\\([%_&#~$])", r"\1", found) for text in texts for found in _ADDRESS.findall(text)):
        if not {"URL", "DOI"} & record.keys():
            record["URL"] = yamls.Scalar(address, entry.place)
            if record.get("publisher") == address:
                del record["publisher"]
        elif address not in (record.get("URL"), record.get("publisher")):
            what = f"the address “{address[:60]}” isn’t printed"
            warnings.warn(entry.place, what, lambda: "A source has one address: write the one that readers need as `url`.")


def _texts(value: yamls.Data) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _dates(document: yamls.YamlDocument, record: dict[str, yamls.Data], entry: _BibEntry, warnings: RecordWarnings) -> None:
    """Set dates as the entry writes them, since pandoc drops a “?”. A year in words stays as it is written. Any other date that
    can't be read is an error, unless the entry has a year as well."""
    for field_, key in _DATES.items():
        written = _day_first(entry.fields[field_].plain) if field_ in entry.fields else ""
        if field_ in entry.fields and _is_date(written):
            record[key] = yamls.Scalar(written, entry.place)
        elif field_ == "date" and written and "year" in entry.fields:
            record[key] = {"raw": yamls.Scalar(_year(entry.fields["year"].plain), entry.place)}
            what = f"of the date “{written[:40]}” only the year is printed, as it can’t be read"
            warnings.warn(entry.place, what, lambda: "Write `date = {2019-05-12}`.")
        elif field_ in entry.fields:
            record.pop(key, None)
            hint = "Write 2019, 2019-09, 2019-09-12 or a span 2019-09/2019-11."
            document.problems.append(error(entry.place, f"the date of “{entry.place.anchor}” ({key}) can’t be read", hint))
    held, year, month = record.get("issued"), entry.fields.get("year"), entry.fields.get("month")
    if isinstance(held, dict) and not held.get("date-parts"):
        del record["issued"]
        if year and year.plain and "status" not in record:
            record["issued"] = {"raw": yamls.Scalar(_year(year.plain), entry.place)}
    months = _MONTHS.findall(month.plain.lower()) if month else []
    if len(months) == 2 and year and re.fullmatch(r"\d{4}", year.plain):
        ends = (f"{year.plain}-{_MONTH_NAMES.index(name) // 4 + 1:02}" for name in months)
        record["issued"] = yamls.Scalar("/".join(ends), entry.place)


def _day_first(text: str) -> str:
    """A date as Citavi writes it, `14.09.2020`, in EDTF. Any other text stays as it is."""
    found = _DAY_FIRST.fullmatch(text.strip())
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _year(words: str) -> str:
    """A year that isn't a number, in EDTF if it can be: `c. 1950`, `2018--2019`. Other words stay as they are."""
    circa, span = _CIRCA.fullmatch(words), _SPAN.fullmatch(words)
    return f"{circa[1]}~" if circa else f"{span[1]}/{span[2]}" if span else words


def _is_date(text: str) -> bool:
    try:
        return CslDate.parse(text) is not None
    except ValueError:
        return False


def _twice(entry: _BibEntry) -> Iterator[Problem]:
    for name in dict.fromkeys(entry.twice):
        yield error(entry.place, f"the field “{name}” stands twice in “{entry.place.anchor}”", "Keep one of the two.")


def _lost(record: dict[str, yamls.Data], entry: _BibEntry, warnings: RecordWarnings) -> None:
    """A warning for each field that isn't in the record, unless another field says the same."""
    said = {field_.plain for name, field_ in entry.fields.items() if KNOWN.get(name, frozenset()) & record.keys()}
    for name, written in entry.fields.items():
        if name in SILENT or name.startswith(("bdsk-", "mendeley-")) or not written.plain or name in _DATES:
            continue
        if name not in KNOWN and written.plain in said:
            continue
        if not KNOWN.get(name, frozenset()) & record.keys():
            unread = f"@{entry.kind} has no place for it, or it can’t be read."
            hint = unread if name in KNOWN else _INSTEAD.get(name, "CSL has no variable for it. Write it as `titleaddon`.")
            warnings.warn(entry.place, f"the field “{name[:60]}” isn’t printed", partial(str, hint))
    if entry.kind.lower() in _IN_BOOKS and not {"container-title", "volume-title"} & record.keys():
        warnings.warn(entry.place, "the title of the book isn’t known", lambda: "Write it as `booktitle`.")
    issued = record.get("issued")
    if "month" in entry.fields and entry.fields["month"].plain and "date" not in entry.fields and not _has_month(issued):
        warnings.warn(entry.place, "the month isn’t printed", lambda: "Write `month = may`, or a `date`.")


def _has_month(issued: yamls.Data) -> bool:
    parts = issued.get("date-parts") if isinstance(issued, dict) else issued
    return isinstance(parts, str) or (isinstance(parts, list) and isinstance(parts[0], list) and len(parts[0]) > 1)


def _at(place: Place, value: yamls.Data, anchor: str) -> yamls.Data:
    """A value in which every text has the place of its entry. Fields such as URL lose the backslashes and braces that LaTeX
    needs."""
    if isinstance(value, dict):
        return {k: _at(place, v, f"{anchor}/{k}") for k, v in value.items()}
    if isinstance(value, list):
        return [_at(place, v, f"{anchor}/{n}") for n, v in enumerate(value, 1)]
    if value is None:
        return None
    text = (
        unicodedata.normalize("NFC", _DOTLESS.sub("i", _LATEX.sub(r"\1", value)))
        .replace("\ue002", '<span class="nocase">')
        .replace("\ue003", "</span>")
    )
    if "‘" not in text and _OPENING.search(text):  # LaTeX takes straight quotation marks for closing ones
        text = text.replace("’", "'")
    if anchor in _VERBATIM:
        text = re.sub(r"\\([%_&#~$])", r"\1", text.replace("\\textasciitilde", "~").replace("\\url", ""))
        text = re.sub(r"[{}]", "", text)
    return yamls.Scalar(text, replace(place, anchor=f"{place.anchor}/{anchor}"))


def _broken(path: str, words: str, lines: Sequence[str]) -> Problem:
    """Pandoc's message as a problem, at the line that it names."""
    match = re.search(r"line (\d+), column (\d+)\):?\s*(.*)", words, re.S)
    line = min(int(match[1]), len(lines)) if match else 1
    place = Place(path, "", line, _letter(lines[line - 1], int(match[2]))) if match else Place(path, line=1)
    what = match[3].split("\n")[0] if match else words
    return error(place, f"broken BibLaTeX: {what}", "Is a brace or a comma missing before this line?")


def _letter(line: str, column: int) -> int:
    """The number of the letter at one of pandoc's columns. In these, a tab reaches to the next multiple of four."""
    at = 1
    for number, letter in enumerate(line, 1):
        if at >= column:
            return number
        at += 4 - (at - 1) % 4 if letter == "\t" else 1
    return len(line) + 1
