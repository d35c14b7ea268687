"""Older states of an edition, by the names that people have for them.

In: `v1.0` (a git revision), `2026-05-01` (a day), or `sent:ministers` (what a list of people was sent last). Out: the content as it
was then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from briefs.delivery.people import Person
from briefs.delivery.store import Sent, Store
from briefs.edition.dates import Date
from briefs.press import manifest
from briefs.problems import NotUnderstood
from briefs.redline.documents import Revision, at_revision, from_files
from briefs.tools import git

SENT = "sent:"  # before the name of a list, or an address in one


def at(since: str, content: Path) -> Revision:
    """The content at a git revision; or, if `since` is a date, at the end of the last day that it may mean, in UTC.

    Raises NotUnderstood if git knows no such state; Problems if the content had errors then; ToolError if git is missing.
    """
    try:
        return at_revision(since, content)
    except git.NotThere as fault:
        try:
            day = Date.parse(since).last
        except ValueError:
            hint = f"{fault.hint} A date is written 2026-05 or 2026-05-01, and what a list was sent last sent:LIST."
            raise NotUnderstood(f"{fault.what}. {hint}") from None
    try:
        return replace(at_revision(git.revision_on(content, day), content), name=since)
    except git.NotThere as fault:
        raise NotUnderstood(f"{fault.what}. {fault.hint}") from None


def of_output(since: str, store: Store) -> Revision:
    """The content from which an older output folder was built, if one of its files went out since: then the record has it.

    Raises NotUnderstood if none did, or it is no output folder; Problems if the record is damaged or the content had errors then.
    """
    entries: Mapping[str, Mapping[str, str]] = manifest.read(Path(since)).get("files", {})
    hashes = {str(entry.get("sha256")) for entry in entries.values()}
    found = next((sent for sent in reversed(store.sent()) if sent.sha256 in hashes), None)
    if found is None:
        why = "none of its files is in the record of what went out" if entries else "it is a folder, and no build wrote it"
        raise NotUnderstood(f"the content that {since} was built from isn’t known: {why}. Name a git revision or a date.")
    return from_files(since, store.content(found))


def last_sent(since: str, people: Sequence[Person], store: Store) -> Revision:
    """The content from which the newest file was made that any of these people was sent, or may have been.

    Raises NotUnderstood if they were sent nothing; Problems if the record is damaged or the content had errors then.
    """
    found = newest(people, store)
    if found is None:
        hint = "`send --to` sends files; `export` doesn't know who gets them."
        raise NotUnderstood(f"nothing was sent to {since.removeprefix(SENT)} yet. {hint}")
    return from_files(since, store.content(found))


def newest(people: Sequence[Person], store: Store) -> Sent | None:
    """The newest record of a file that any of these people was sent, or may have been."""
    addresses = {person.address.lower() for person in people}
    return next((sent for sent in reversed(store.sent()) if sent.to.lower() in addresses), None)
