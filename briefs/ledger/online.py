"""Whether the addresses of sources still answer, as it was last asked.

In: an edition, a way to ask. Out: `AddressAnswer`s with their day and status, kept in `evidence/addresses.yaml`; findings about
those that don't lead to the source any more. Whether a page that answers still says what it said is for a person to see. An archive
of the web is asked for copies only if somebody wants that.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import Annotated
from urllib.parse import urlsplit

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from briefs.edition import evidence, yamls
from briefs.edition.model import AuditRule, Edition, Model, place_of
from briefs.ledger.audit import AuditFinding
from briefs.problems import Problem, Problems
from briefs.tools.web import WebAnswer

ARCHIVE_SECONDS, ARCHIVE_PAUSE = 120.0, 15.0  # an archive fetches the page itself, and takes few addresses a minute
HEAD = "# What the addresses of sources answered. Written by `audit --online`.\n"
LONGEST = 5000  # letters of an address
_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)", re.I)
_LOST = re.compile(
    r"\b404\b|not found|no longer (?:available|exists)|page (?:doesn.t|does not) exist|nicht gefunden|existiert nicht|introuvable"
    r"|n.existe (?:pas|plus)|no encontrada|non trovata|niet gevonden",
    re.I,
)


class AddressAnswer(Model):
    """What an address answered. `url`: the address. `asked`: the day. `status`: the status of HTTP, 0 if there was no answer.
    `moved`: the address to which it led, or empty. `lost`: why there was no answer, or why the answer looks like a page that says
    “not found”; else empty. `archived`: the address of the copy that an archive made when it was asked, or empty."""

    url: Annotated[str, Field(max_length=LONGEST)]
    asked: datetime.date
    status: Annotated[int, Field(ge=0, le=999)]
    moved: Annotated[str, Field(max_length=LONGEST)] = ""
    lost: Annotated[str, Field(max_length=300)] = ""
    archived: Annotated[str, Field(max_length=LONGEST)] = ""


_ANSWERS: TypeAdapter[list[AddressAnswer]] = TypeAdapter(list[AddressAnswer])


def addresses(edition: Edition) -> dict[str, list[str]]:
    """The addresses of all sources, each with the keys of the sources that have it. A source's addresses are its `URL`, and its
    `archive` if that is an address of the web."""
    found: dict[str, list[str]] = {}
    for key, source in edition.sources.items():
        for url in (source.URL, source.archive):
            if url and re.match(r"https?://", url):
                found.setdefault(str(url), []).append(key)
    return found


def ask(urls: Iterable[str], asked: Callable[[str], WebAnswer], today: datetime.date) -> Iterator[AddressAnswer]:
    """Ask each address once."""
    for url in urls:
        answer = asked(url)
        is_long = len(answer.moved) > LONGEST
        lost = f"it leads to an address of {len(answer.moved):,} letters" if is_long else answer.fault or _looks_lost(answer)
        moved = "" if is_long else answer.moved
        yield AddressAnswer(url=url, asked=today, status=answer.status, moved=moved, lost=lost[:300])


def _looks_lost(answer: WebAnswer) -> str:
    """Why an answer looks like a page that says “not found” (a soft 404). Empty if it doesn't look so."""
    if answer.status != 200:
        return ""
    deep, led = urlsplit(answer.url), urlsplit(answer.moved)
    if answer.moved and deep.path.strip("/") and not led.path.strip("/") and not led.query:
        return "it leads to the first page of the site"
    title = _TITLE.search(answer.body.decode("utf-8", "replace")) if "html" in answer.media_type else None
    words = " ".join(unescape(title[1]).split()) if title else ""
    return f"its title is “{words[:80]}”" if _LOST.search(words) else ""


# Copies in an archive.


def without_copy(edition: Edition, answers: Iterable[AddressAnswer]) -> list[str]:
    """The addresses that answered as they should, and of which neither a source nor the record has a copy in an archive."""
    archived = {str(source.URL) for source in edition.sources.values() if source.archive}
    archived |= {str(source.archive) for source in edition.sources.values() if source.archive}
    sound = (one for one in answers if one.status == 200 and not one.lost and not one.archived)
    return [one.url for one in sound if one.url not in archived]


def submit(urls: Iterable[str], service: str, asked: Callable[[str], WebAnswer]) -> Iterator[tuple[str, str, str]]:
    """Ask an archive to save each address. Yields the address, the address of the copy, and why there is none.

    `service`: what is put before the address to ask for a copy. The answer names the copy in Content-Location, or leads to it."""
    for url in urls:
        answer = asked(service + url)
        copy = answer.stands_at or answer.moved
        if answer.status == 200 and re.match(r"https?://", copy) and len(copy) <= LONGEST:
            yield url, copy, ""
        else:
            yield url, "", answer.fault or (f"it answered {answer.status}" + (", and no copy" if answer.status == 200 else ""))


def with_copies(answers: Iterable[AddressAnswer], copies: Mapping[str, str]) -> list[AddressAnswer]:
    """The answers with the addresses of their copies."""
    return [one.model_copy(update={"archived": copies[one.url]}) if one.url in copies else one for one in answers]


def lines(edition: Edition, answers: Sequence[AddressAnswer]) -> Iterator[str]:
    """For each source without an `archive` whose address has a copy: what to write into its record."""
    copies = {one.url: one.archived for one in answers if one.archived}
    for key, source in edition.sources.items():
        if not source.archive and (copy := copies.get(str(source.URL))):
            place = place_of(source.id)
            yield f"{place.path}:{place.line}: {key}: an archive has a copy; write `archive: {copy}` into its record"


# The record.


def read(files: Mapping[str, bytes]) -> list[AddressAnswer]:
    """The recorded answers; none if there is no record. Raises Problems if the file isn't one that `audit --online` wrote."""
    if evidence.ANSWERS not in files:
        return []
    document = yamls.load(evidence.ANSWERS, files[evidence.ANSWERS])
    if document.problems:
        raise Problems(document.problems)
    try:
        return _ANSWERS.validate_python(document.data or [])
    except ValidationError:
        hint = "Delete it; `audit --online` writes it anew."
        raise Problems([Problem("error", evidence.ANSWERS, 1, 0, "it isn’t as `audit --online` writes it", hint)]) from None


def text(answers: Iterable[AddressAnswer]) -> bytes:
    """The file, in the order of addresses."""
    listed = sorted(answers, key=lambda one: one.url)
    plain = [{name: value for name, value in one.model_dump(mode="json").items() if value != ""} for one in listed]
    return (HEAD + yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=1000)).encode()


def findings(edition: Edition, answers: Iterable[AddressAnswer]) -> Iterator[AuditFinding]:
    """A finding for each address whose answer is a failure, looks lost or leads elsewhere. Its place is the source's record."""
    keys = addresses(edition)
    for one in answers:
        if found := _finding(one):
            rule, words = found
            for key in keys.get(one.url, ()):
                source = edition.sources[key]
                what = "its archived copy" if source.archive == one.url else "its address"
                yield AuditFinding(rule, place_of(source.id), key, "", f"{what} {words} ({one.asked.isoformat()}): {one.url}", key)


def _finding(one: AddressAnswer) -> tuple[AuditRule, str] | None:
    if one.status == 0:
        return "source unreachable", f"doesn’t answer: {one.lost}"
    if one.status in {401, 403, 429, 451}:
        return "source refuses programs", f"answered {one.status}, which may be meant for programs only"
    if one.status >= 300:
        return "source unreachable", f"answered {one.status}{' without leading anywhere' if one.status < 400 else ''}"
    if one.lost:
        return "source looks lost", f"answered {one.status}, and {one.lost}"
    return ("source moved", f"leads to {one.moved}") if one.moved else None
