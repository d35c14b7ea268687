"""Composes every document of an edition without typesetting it, to find all that is wrong with its content.

In: an edition, a theme, a cache. Out: the problems of each document. A document in which nothing is wrong is noted in the cache
under the hash of its inputs, and isn't composed again. What is wrong is found anew each time, since its line may move.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from briefs import interrupt
from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.press import build, worker
from briefs.press.allowance import COMPOSING, Allowance
from briefs.press.cache import Cache, hashed
from briefs.press.composer import Composer
from briefs.press.documents import Outcome, Target
from briefs.press.fingerprints import Fingerprinter
from briefs.problems import Problem
from briefs.theme import Theme

_QUOTED = re.compile(r"“([^”]+)”")
_MISSING = re.compile(r"nothing is named|there is no picture")


def targets(edition: Edition) -> list[Target]:
    """Every document that can be made of an edition, for each of its audiences, with the deck of each country, in all formats."""
    return [
        Target(kind.name, subject, _name(edition, subject), kind.formats, "a4", audience=id, language=edition.translation)
        for kind in KINDS.values()
        for id in kind.audiences_in(edition)
        for subject in kind.subjects_in(edition)
        if kind.is_in(edition, subject)
    ]


def _name(edition: Edition, subject: str) -> str:
    return edition.names.get(subject, subject or str(edition.about.title))


def compose_all(
    edition: Edition, theme: Theme, cache: Cache | None, done: Callable[[Target], None], times: float = 1
) -> dict[Target, Sequence[Problem]]:
    """Compose every document that isn't known to be right, and return what is wrong with each. `done` takes each as it comes.

    `times`: how many times the usual processor time they may take.
    """
    fingerprinter = Fingerprinter(edition, theme)
    found: dict[Target, Sequence[Problem]] = {}
    with ExitStack() as tools:
        composer: Composer | None = None
        wanted = targets(edition)
        allowance = Allowance(len(wanted), COMPOSING, times)
        for target in wanted:
            key = hashed(["composed", fingerprinter.inputs(target).key])
            if cache and cache.entry(key):
                found[target] = ()
            else:
                composer = composer or tools.enter_context(closing(Composer(edition, theme)))
                found[target] = worker.compose(composer, target, allowance)
                if cache and not found[target]:
                    cache.put(key, {})
            done(target)
            interrupt.raise_if_interrupted()
    if cache:
        cache.prune()
    return found


def further_problems(known: Sequence[Problem], composed: Iterable[Problem], files: Container[str]) -> list[Problem]:
    """The certain and new problems among those of documents that were composed of the valid part of an edition.

    `known`: the problems that the reader reported. Three sorts are left out: problems in no file of the content; problems about a
    word that a problem of the reader quotes; and problems that say that something is missing. The reader reports what is missing
    itself, unless a file that may have it is broken.
    """
    words = {(p.path, word) for p in known if p.severity == "error" for word in _quoted(p.message)}
    return [
        problem
        for problem in composed
        if problem.path in files
        and not _MISSING.match(problem.message)
        and not any((problem.path, word) in words for word in _quoted(problem.message))
    ]


def _quoted(message: str) -> set[str]:
    """The words that a message quotes, without the signs of citations and references."""
    return {word.strip("@#") for word in _QUOTED.findall(message)}


def lay_out(
    edition: Edition,
    theme: Theme,
    cache: Cache | None,
    jobs: int,
    wanted: Sequence[Target],
    done: Callable[[Outcome], None],
    times: float = 1,
) -> list[Problem]:
    """Make documents without keeping their files, and return what is wrong with them, such as a text too long for its page."""
    with TemporaryDirectory() as folder:
        request = build.BuildRequest(tuple(wanted), Path(folder), jobs, cache, times)
        return [problem for outcome in build.build(edition, theme, request, done) for problem in outcome.problems]
