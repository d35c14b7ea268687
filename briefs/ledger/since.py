"""Today's edition with what changed since older ones, so that documents can print it.

In: an edition, older states of it. Out: the edition with its `Changed`, also in each of its languages that all these states had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from briefs.edition.changed import Changed, PastStances
from briefs.edition.model import Edition, place_of
from briefs.edition.read import Reading
from briefs.ledger import changes
from briefs.problems import Problems, error
from briefs.redline import revisions
from briefs.redline.revisions import Revision
from briefs.tools import git
from briefs.tools.pandoc import Pandoc


def with_changes(edition: Edition, content: Path, beside: Reading | None = None) -> Edition:
    """The edition with what changed since the older ones that its edition.yaml names. If it names none, the edition stays as it is.
    `beside`: today's reading.

    Raises Problems if git knows no such state, or the content had errors then; ToolError; PandocError.
    """
    if edition.about.changes is None or edition.changes is not None:
        return edition
    older = _known(edition.about.changes.since, content, beside)
    with Pandoc() as pandoc:
        return since_then(edition, older, pandoc)


def commits(edition: Edition, content: Path) -> tuple[str, ...]:
    """The commits that `with_changes` compares the edition with. Raises git.NotThere and ToolError."""
    names = edition.about.changes.since if edition.about.changes else ()
    return tuple(revisions.commit_of(name, content) for name in names)


def _known(names: Sequence[str], content: Path, beside: Reading | None) -> list[Revision]:
    """The older states. Raises Problems with each that git doesn't know, at its place."""
    found, problems = [], []
    for since in names:
        try:
            found.append(revisions.known(since, content, beside))
        except git.NotThere as fault:
            hint = "Name a revision or a date that this copy of the content has in git, or take it out."
            problems.append(error(place_of(since), f"documents can’t say what changed since then: {fault.what}", hint))
    if problems:
        raise Problems(problems)
    return found


def since_then(edition: Edition, older: Sequence[Revision], pandoc: Pandoc) -> Edition:
    """The edition with what changed since the last of the older states, also in each language that all of them had. Raises
    PandocError."""
    translations = {
        tag: replace(own, changes=_changed(own, [one.in_language(tag) for one in older], pandoc))
        if all(tag in one.edition.translations for one in older)
        else own
        for tag, own in edition.translations.items()
    }
    return replace(edition, changes=_changed(edition, older, pandoc), translations=translations)


def _changed(edition: Edition, older: Sequence[Revision], pandoc: Pandoc) -> Changed:
    last = older[-1]
    found = changes.between(*changes.states(last.name, last.edition, edition, pandoc))
    stances = (PastStances(one.edition.about.date.text, _stances(one.edition)) for one in older)
    return Changed(last.edition.about.date.text, tuple(found), tuple(stances))


def _stances(edition: Edition) -> dict[str, str]:
    return {code: standing.stance or "" for code, standing in edition.standings.items()}
