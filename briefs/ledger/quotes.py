"""Quotations compared with the saved copies of their sources.

In: claims, the files of an edition. Out: a `QuoteCheck` for each quotation: the copies in which it stands, with page and line; and
findings about those that stand in none. Letters and digits are compared, so quotation marks, hyphens and the ends of lines don't
matter; `…` and what is in square brackets stand for words that the source has or hasn't. Copies are read by the limited process of
`pages.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from briefs.edition import evidence, markdown
from briefs.ledger import pages
from briefs.ledger.audit import QUOTED, AuditFinding, Claim, finding
from briefs.ledger.pages import PrintedPage

_LEFT_OUT = re.compile(r"\s*(?:\[[^\]]*\]|…|\.\.\.)\s*")
LONGEST = 60  # letters of a quotation in a message


@dataclass(frozen=True)
class QuotePlace:
    """Where a quotation stands. `file`: the path of a saved copy. `page`: the page of a PDF, 0 for other files. `line`: the line on
    the page or in the text file, 0 for HTML. Pages and lines are counted from 1."""

    file: str
    page: int
    line: int

    def __str__(self) -> str:
        page = f", page {self.page}" if self.page else ""
        return f"{self.file}{page}{f', line {self.line}' if self.line else ''}"


@dataclass(frozen=True)
class QuoteCheck:
    """A quotation in a claim: its words. `copies`: the paths of the saved copies of the claim's sources; `places`: where the
    quotation stands in them."""

    claim: Claim
    words: str
    copies: tuple[str, ...]
    places: tuple[QuotePlace, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "file": self.claim.place.path,
            "line": self.claim.place.line,
            "claim": self.claim.name,
            "words": self.words,
            "copies": list(self.copies),
            "places": [vars(place) for place in self.places],
        }


def check(claims: Iterable[Claim], files: Mapping[str, bytes]) -> list[QuoteCheck]:
    """Look for each quotation in the saved copies of its claim's sources. Raises Problems if a copy can't be read."""
    listed = [claim for claim in claims if QUOTED.search(claim.text.markdown)]
    copies = evidence.copies(files, {key for claim in listed for key in claim.sources})
    read: dict[str, Sequence[PrintedPage]] = {}
    checks = []
    for claim in listed:
        own = [path for key in dict.fromkeys(claim.sources) for path in copies.get(key, ())]
        for path in own:
            if path not in read:
                read[path] = pages.read(path, files[path])
        for words in _quotations(claim):
            places = tuple(place for path in own for place in _places(path, read[path], words))
            checks.append(QuoteCheck(claim, words, tuple(own), places))
    return checks


def _quotations(claim: Claim) -> Iterator[str]:
    for found in QUOTED.finditer(markdown.without_code(claim.text.markdown)):
        yield " ".join(next(filter(None, found.groups())).split())


def _places(path: str, read: Sequence[PrintedPage], words: str) -> Iterator[QuotePlace]:
    parts = [part for part in _LEFT_OUT.split(words) if part.strip()]
    suffix = PurePosixPath(path).suffix.lower()
    for hit in pages.find(read, parts):
        if suffix == ".pdf":
            yield QuotePlace(path, hit.page, hit.line)
        else:
            yield QuotePlace(path, 0, _line(read[0].text, hit.line) if suffix == ".txt" else 0)


def _line(text: str, number: int) -> int:
    """The number of a file's n-th line with letters, among all its lines. 0 if there is none."""
    lettered = [at for at, line in enumerate(text.split("\n"), 1) if any(map(str.isalpha, line))]
    return lettered[number - 1] if 0 < number <= len(lettered) else 0


def findings(checks: Iterable[QuoteCheck]) -> Iterator[AuditFinding]:
    """The quotations that stand in no saved copy, and those whose sources have none."""
    for one in checks:
        said = f"“{one.words[:LONGEST]}”"
        if not one.copies:
            yield finding("no saved copy", one.claim, f"no source of it has a copy in {evidence.FOLDER}/ to look in for {said}")
        elif not one.places:
            yield finding("not in the saved copy", one.claim, f"{said} doesn’t stand in {', '.join(one.copies)}")


def lines(checks: Iterable[QuoteCheck]) -> Iterator[str]:
    """A line for each quotation that was found: where it stands."""
    for one in checks:
        if one.places:
            where = "; ".join(map(str, one.places))
            yield f"{one.claim.place.path}:{one.claim.place.line}: {one.claim.name}: “{one.words[:LONGEST]}” stands in {where}"
