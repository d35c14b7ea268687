"""Which sources each claim of an edition rests on, and which claims look weakly sourced.

In: an edition, its rules of audit, its texts. Out: `Claim`s with their sources, `AuditFinding`s with their places, a score for each
country. A finding is certain, or a question if a program can only guess, such as whether words name a speaker.

A source that only repeats another counts as that one. Ages are counted from the as-of date, so an audit of the same edition is the
same on every day.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from briefs.edition import markdown
from briefs.edition.csl import Source
from briefs.edition.csldates import CslDate
from briefs.edition.dates import Date
from briefs.edition.model import AcceptedFinding, AuditRule, AuditRules, Country, Edition, Fact, Text, place_of
from briefs.problems import Place

QUESTIONS: frozenset[AuditRule] = frozenset(
    {
        "perhaps one source", "contested", "perhaps contested", "no speaker", "figure without a source",
        "source older than the claim", "no saved copy", "source refuses programs", "source looks lost", "source moved",
    }
)  # fmt: skip
QUOTED = re.compile(r"“([^”]{20,})”|\"([^\"]{20,})\"|«([^»]{20,})»|„([^“”]{20,})[“”]")
_NUMBER = re.compile(r"(?<![\w-])\d+(?:[.,]\d+)*(?!\w)")
_CAPTION = re.compile(r"!\[[^\]]")
_SMALL = 10  # numbers up to this are often words of order or counts of what the text lists
# Words that name a speaker, by language. In other languages there are no findings about speakers.
_SPEAKERS = {
    "en": r"according to|account|says?|said|saying|writes?|wrote|reports?|reported(?:ly)?|calls?|called|claims?|claimed|"
    r"states?|stated|told|tells|warns?|warned|quotes?|quoted|quoting|describes?|described|argues?|argued|in the words of|"
    r"in (?:his|her|its) words|adds?|added|holds?|asks?|asked|concludes?|concluded|announced|declared|declares|promised|"
    r"named|names|notes?|noted|voices?|voiced",
    "de": r"laut|zufolge|sagt\w*|schreibt|schrieb|berichte\w*|nennt|nannte|erklär\w*|warn\w*|zitier\w*|beschreib\w*|behaupte\w*",
    "fr": r"selon|d’après|dit|écri\w*|rapport\w*|appel\w*|affirm\w*|déclar\w*|avert\w*|cit\w*|décri\w*",
}

# Words that say that something is disputed, by language.
_DISPUTED = {
    "en": r"disputed?|disputes|contested|controversial|allegedly|alleged|unconfirmed|rumou?red",
    "de": r"umstritten\w*|strittig\w*|angeblich\w*|mutmaßlich\w*|unbestätigt\w*",
    "fr": r"contestée?s?|controversée?s?|prétendue?s?|présumée?s?|non confirmée?s?",
}


@dataclass(frozen=True)
class Claim:
    """A text that states something. `name`: a fact's id, or the name of the text in its file or of its place. `country`: the code
    of the country that it is about, or empty. `sources`: the keys of its sources. `date`: the date of a fact, if it has one."""

    name: str
    text: Text
    country: str
    sources: tuple[str, ...]
    date: Date | None = None

    @property
    def place(self) -> Place:
        return self.text.place


@dataclass(frozen=True)
class AuditFinding:
    """A weakness of a claim: the rule that found it, its place, the claim's name, the country's code, and the finding in `words`.
    `source`: the key of the source that it is about, or empty; `accepted`: why an editor accepts it, or empty."""

    rule: AuditRule
    place: Place
    claim: str
    country: str
    words: str
    source: str = ""
    accepted: str = ""

    @property
    def is_question(self) -> bool:
        return self.rule in QUESTIONS

    def to_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "rule": self.rule,
            "file": self.place.path,
            "line": self.place.line,
            "claim": self.claim,
            "country": self.country,
            "words": self.words,
            "source": self.source,
            "question": self.is_question,
            "accepted": self.accepted,
        }


@dataclass(frozen=True)
class Audit:
    """All claims and the findings about them. `scores`: by the code of each country, the percentage of its claims without a
    finding. Findings that are questions don't lower it. Findings that editors accept do, since accepting makes no source better.
    `accepted`: the entries of `audit.yaml`, each with the number of findings that it accepts."""

    claims: Sequence[Claim]
    findings: Sequence[AuditFinding]
    scores: Mapping[str, int]
    accepted: Sequence[tuple[AcceptedFinding, int]] = ()

    @property
    def open(self) -> list[AuditFinding]:
        """The findings that no editor has accepted."""
        return [finding for finding in self.findings if not finding.accepted]


def claims(edition: Edition, texts: Mapping[str, Text]) -> list[Claim]:
    """All that an edition claims. `texts`: all of its texts by the names of their places (`edition/texts.py`)."""
    return [*_of_countries(edition), *_of_blocks(texts)]


def audit(edition: Edition, rules: AuditRules, texts: Mapping[str, Text], more: Iterable[AuditFinding] = ()) -> Audit:
    """Audit an edition. `texts`: as for `claims`; `more`: what others found, such as quotations that aren't in their sources."""
    made = claims(edition, texts)
    auditor = _Auditor(edition, rules)
    found = [*(one for claim in made for one in auditor.findings(claim)), *more]
    thin = {finding.place.name for finding in found if not finding.is_question}
    scores = {}
    for code in edition.countries:
        own = [claim.place.name not in thin for claim in made if claim.country == code]
        scores[code] = round(100 * sum(own) / len(own)) if own else 100
    accepted = _Accepted(rules, made)
    return Audit(made, [accepted.marked(finding) for finding in found], scores, list(accepted.counts()))


class _Accepted:
    """The findings that editors accept."""

    def __init__(self, rules: AuditRules, made: Iterable[Claim]):
        self.numbers = [(one, 0) for one in rules.accepted]
        self.texts = {claim.place.name: " ".join(claim.text.markdown.split()) for claim in made}

    def marked(self, found: AuditFinding) -> AuditFinding:
        """A finding, with the reason of the first entry that accepts it."""
        for number, (one, times) in enumerate(self.numbers):
            if self._is_of(one, found):
                self.numbers[number] = (one, times + 1)
                return replace(found, accepted=str(one.why))
        return found

    def counts(self) -> Iterator[tuple[AcceptedFinding, int]]:
        yield from self.numbers

    def _is_of(self, one: AcceptedFinding, found: AuditFinding) -> bool:
        if one.rule != found.rule or (one.source and one.source != found.source):
            return False
        if one.begins:
            text = self.texts.get(found.place.name, "")
            return found.place.path == one.claim and text.startswith(" ".join(one.begins.split()))
        return not one.claim or one.claim in {found.claim, found.place.name}


def _of_countries(edition: Edition) -> Iterator[Claim]:
    """The claims of countries. A fact has its own sources. A summary or key point has the sources that it cites; if it cites none,
    those of all facts of the country. Also the values in countries' files."""
    for code, country in edition.countries.items():
        for fact in country.facts:
            yield Claim(fact.id, fact.text, code, tuple(fact.sources), fact.date)
        for text in filter(None, [country.summary, *country.points.values()]):
            yield Claim(text.place.anchor, text, code, tuple(text.citations) or _all_sources(country))
        yield from _of_cells(edition, country)


def _of_cells(edition: Edition, country: Country) -> Iterator[Claim]:
    """The values in a country's file. Each rests on its own sources and on those of the facts it names, or else on its column's."""
    of_fact = {fact.id: fact.sources for fact in country.facts}
    for id, cell in country.data.items():
        own = [*cell.sources, *(key for fact in cell.facts for key in of_fact.get(fact, ()))]
        column = edition.columns.get(id)
        keys = own or ([column.source] if column and column.source else [])
        yield Claim(f"data/{id}", Text(str(cell.value), place_of(cell.value)), str(country.code), tuple(dict.fromkeys(keys)))


def _all_sources(country: Country) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for fact in country.facts for key in fact.sources))


def _of_blocks(texts: Mapping[str, Text]) -> Iterator[Claim]:
    """The claims of sections and decks: blocks that begin with a letter, and captions of pictures. Headings and rules aren't
    claims."""
    for name, text in texts.items():
        path, _, anchor = name.partition("#")
        if path.endswith(".md") and anchor.isdecimal() and (text.markdown[:1].isalpha() or _CAPTION.match(text.markdown)):
            yield Claim(name, text, "", tuple(dict.fromkeys(text.citations)))


def origins(repeats: Mapping[str, str]) -> dict[str, str]:
    """For each source that repeats another, the source that it repeats in the end. Sources that repeat each other in a circle count
    as the first of them."""
    found: dict[str, str] = {}
    for key in repeats:
        way: set[str] = set()
        while key in repeats and key not in found and key not in way:
            way.add(key)
            key = repeats[key]
        found |= dict.fromkeys(way, str(found.get(key, key)))
    return found


class _Auditor:
    """Holds claims against the rules of an edition."""

    def __init__(self, edition: Edition, rules: AuditRules):
        self.edition, self.rules = edition, rules
        language = edition.about.language.partition("-")[0].lower()
        self.facts = {fact.id for country in edition.countries.values() for fact in country.facts}
        self.origins, self.contested = origins(rules.repeats), set(rules.contested)
        self.speakers, self.disputes = (_words(listed.get(language, "")) for listed in (_SPEAKERS, _DISPUTED))

    def findings(self, claim: Claim) -> Iterator[AuditFinding]:
        """The findings about a claim."""
        yield from self._number_of_sources(claim)
        for key in dict.fromkeys(claim.sources):
            if key in self.edition.sources and (claim.date or not claim.country):
                yield from self._age(claim, key, self.edition.sources[key])
        yield from self._speaker(claim)
        yield from self._figures(claim)

    def _number_of_sources(self, claim: Claim) -> Iterator[AuditFinding]:
        """A finding if a claim has no source, or if the sources of a fact all go back to one."""
        if not claim.sources:
            yield finding("no source", claim, "no source is given")
        elif claim.name in self.facts and len({self._origin(key) for key in claim.sources}) == 1:
            repeated = " that others repeat" if len(claim.sources) > 1 else ""
            origin = self._origin(claim.sources[0])
            yield finding("one source", claim, f"it rests on one source alone{repeated}: {origin}", origin)
        elif claim.name in self.facts:
            yield from self._alike(claim)

    def _alike(self, claim: Claim) -> Iterator[AuditFinding]:
        """A question for each source of a fact that has the title of another, and isn't declared to repeat it."""
        seen: dict[str, str] = {}
        for key in claim.sources:
            title = " ".join(str(self.edition.sources[key].title or "").casefold().split()) if key in self.edition.sources else ""
            if title and title in seen and self._origin(key) != self._origin(seen[title]):
                yield finding("perhaps one source", claim, f"{key} has the title of {seen[title]}: does it repeat that?", key)
            seen.setdefault(title, key)

    def _origin(self, key: str) -> str:
        """The source that a source repeats in the end, or the source itself."""
        return self.origins.get(key, key)

    def _age(self, claim: Claim, key: str, source: Source) -> Iterator[AuditFinding]:
        """Findings if a source has no date, is older than the claim, is later than the as-of date, or is too old."""
        first, last = _days(source.issued)
        if first is None or last is None:
            if source.accessed is None:
                which = "no certain date" if source.issued else "no date"
                yield finding("source without a date", claim, f"{key} has {which}", key)
            return
        if claim.date and last < claim.date.first:
            yield finding("source older than the claim", claim, f"{key} is of {last.isoformat()}, before what it is cited for", key)
        as_of = as_of_claim(claim, self.edition).last
        if first > as_of:
            yield finding("source after the as-of date", claim, f"{key} is of {first.isoformat()}, after the as-of date", key)
        years = (as_of - last).days // 365
        if self.rules.age and years >= self.rules.age:
            yield finding("old source", claim, f"{key} was {years} years old at the as-of date", key)

    def _speaker(self, claim: Claim) -> Iterator[AuditFinding]:
        """A finding if a contested claim or a quotation names no speaker. Guessed by words, in the languages of `_SPEAKERS`."""
        if self.speakers is None or self.disputes is None or self.speakers.search(markdown.without_code(claim.text.markdown)):
            return
        if claim.name in self.contested:
            yield finding("contested", claim, "it is contested, and no word names whose claim it is")
        elif word := self.disputes.search(claim.text.markdown):
            yield finding("perhaps contested", claim, f"it says “{word[0]}”, and no word names whose claim it is")
        elif quoted := QUOTED.search(claim.text.markdown):
            yield finding("no speaker", claim, f"who says {quoted[0][:60]}?")

    def _figures(self, claim: Claim) -> Iterator[AuditFinding]:
        """Numbers in a summary or key point that no fact or value of the country has."""
        country = self.edition.countries.get(claim.country)
        if country is None or claim.name in self.facts or claim.text.citations:
            return
        known = {number for text in _texts(country) for number in _numbers(text)}
        for number in _numbers(claim.text.markdown):
            if number not in known and not (number.isdigit() and int(number) <= _SMALL):
                yield finding("figure without a source", claim, f"no fact or value of the country has {number}")


def _words(pattern: str) -> re.Pattern[str] | None:
    """The words, given as a pattern, as a compiled pattern of whole words. None if `pattern` is empty."""
    return re.compile(rf"\b(?:{pattern})\b", re.I) if pattern else None


def _texts(country: Country) -> Iterator[str]:
    """The texts of a country's facts, their dates in words and in figures, and the country's values as texts."""
    for fact in country.facts:
        yield fact.text.markdown
        yield from _dates(fact)
    yield from (str(cell.value) for cell in country.data.values())


def _dates(fact: Fact) -> Iterator[str]:
    if fact.when:
        yield fact.when.words("en-GB")
        yield fact.when.text.replace("-", " ").replace("/", " ")


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)


def _days(date: CslDate | None) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and last day that a source's date may mean. None if there is no date, or it is open or only words."""
    try:
        parsed = Date.parse(date.text) if date else None
    except ValueError:
        return None, None
    return (parsed.first, parsed.last) if parsed else (None, None)


def basis(claim: Claim, edition: Edition) -> Iterator[dict[str, object]]:
    """Each source of a claim, for JSON: its key, its kind (a CSL type), its date, and `days`. These are the days from the claim’s
    date, or else from the as-of date, to the source’s date: negative if the source is older, None if it has no date."""
    of_claim = claim.date or as_of_claim(claim, edition)
    for key in claim.sources:
        if source := edition.sources.get(key):
            first, last = _days(source.issued)
            distance = _distance(of_claim, first, last) if first and last else None
            yield {"source": key, "kind": source.type, "date": source.issued.text if source.issued else "", "days": distance}


def as_of_claim(claim: Claim, edition: Edition) -> Date:
    """The as-of date of a claim: that of countries, or for sections and decks that of the report, if it has its own."""
    as_of = edition.about.as_of
    return as_of.countries if claim.country else as_of.report or as_of.countries


def _distance(claim: Date, first: datetime.date, last: datetime.date) -> int:
    """The days from a claim's date to a source's, at their nearest: negative if the source is older, 0 if the two spans meet."""
    if last < claim.first:
        return (last - claim.first).days
    return max(0, (first - claim.last).days)


def finding(rule: AuditRule, claim: Claim, words: str, source: str = "") -> AuditFinding:
    """A finding about a claim, at the claim's place."""
    return AuditFinding(rule, claim.place, claim.name, claim.country, words, source)


def lines(found: Audit, edition: Edition) -> Iterator[str]:
    """Each finding at its place, what editors have accepted, then the score of each country."""
    for finding in found.open:
        kind = "question" if finding.is_question else "finding"
        yield f"{finding.place.path}:{finding.place.line}: {kind}: {finding.claim}: {finding.words}"
    for one, number in found.accepted:
        place = place_of(one.why)
        told = f"{number} accepted" if number else "accepts nothing that is found, take it out"
        yield f"{place.path}:{place.line}: {told}: {one.rule}: {one.why}"
    for code in sorted(found.scores, key=edition.rank):
        yield f"{edition.names[code]}: {found.scores[code]} of 100"


def counts(found: Audit) -> dict[str, int]:
    """How many findings there are by rule, and how many editors have accepted."""
    numbers: dict[str, int] = {}
    for finding in found.open:
        numbers[finding.rule] = numbers.get(finding.rule, 0) + 1
    accepted = len(found.findings) - len(found.open)
    return numbers | ({"accepted": accepted} if accepted else {})
