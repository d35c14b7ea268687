"""Older states of an edition, by the names that people have for them.

In: `v1.0` (a git revision), `2026-05-01` (a day), or `sent:ministers` (what a list of people was sent last). Out: the content as it
was then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from briefs.delivery.people import Person
from briefs.delivery.store import Sent, Store
from briefs.edition.read import Reading
from briefs.press import contents, manifest
from briefs.problems import NotUnderstood
from briefs.redline.revisions import Revision, from_files, is_date, known
from briefs.tools import git

_BUILT_ELSEWHERE = (
    "It was built by another account or machine, or by an older version of the program, and none of its files went out. "
    "Name the git revision of that build or its date."
)
SENT = "sent:"  # comes before the name of a list, or before an address in one


def at(since: str, content: Path, beside: Reading | None = None) -> Revision:
    """The content at a git revision; or, if `since` is a date, at the end of the last day that it may mean, in UTC.

    `beside`: today's reading, for `read_past`.

    Raises NotUnderstood if git knows no such state; Problems if the content had errors then; ToolError if git is missing.
    """
    try:
        return known(since, content, beside)
    except git.NotThere as fault:
        more = "" if is_date(since) else " A date is written 2026-05 or 2026-05-01, and what a list was sent last sent:LIST."
        raise NotUnderstood(f"{fault.what}. {fault.hint}{more}") from None


def of_output(since: str, store: Store, beside: Reading | None = None) -> Revision:
    """The content from which an older output folder was built. It is what the build kept; or else, if one of the folder's files
    went out, what the record of what went out has.

    Raises NotUnderstood if neither has it, or it is no output folder; Problems if the record is damaged or the content had errors
    then.
    """
    out = Path(since)
    if kept := contents.of(out):
        return from_files(since, kept, beside)
    entries: Mapping[str, Mapping[str, str]] = manifest.read(out).get("files", {})
    if not entries:
        raise NotUnderstood(
            f"{since} is a folder, and no build wrote it. Name the output folder of a build, a git revision or a date."
        )
    hashes = {str(entry.get("sha256")) for entry in entries.values()}
    found = next((sent for sent in reversed(store.sent()) if sent.sha256 in hashes), None)
    if found is None:
        raise NotUnderstood(f"the content that {since} was built from isn’t known here. {_BUILT_ELSEWHERE}")
    return from_files(since, store.content(found), beside)


def last_sent(since: str, people: Sequence[Person], store: Store, beside: Reading | None = None) -> Revision:
    """The content of the newest file that was sent, or may have been sent, to any of these people.

    Raises NotUnderstood if they were sent nothing; Problems if the record is damaged or the content had errors then.
    """
    found = newest(people, store)
    if found is None:
        hint = "What `send` and `export --to` give to people is recorded; see who is meant in people.yaml."
        raise NotUnderstood(f"nothing was sent to {since.removeprefix(SENT)} yet. {hint}")
    return from_files(since, store.content(found), beside)


def newest(people: Sequence[Person], store: Store) -> Sent | None:
    """The newest record of a file that was sent, or may have been sent, to any of these people. None if there is none."""
    addresses = {person.address.lower() for person in people}
    return next((sent for sent in reversed(store.sent()) if sent.to.lower() in addresses), None)
