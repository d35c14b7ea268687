"""Builds documents: which are fresh, the others on how many processes, into which files.

In: an edition, a theme, the documents asked for. Out: files in the output folder, each written whole or not at all, and an
`Outcome` a document.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefs import interrupt
from briefs.clock import clock
from briefs.press import job as jobs
from briefs.press.cache import Cache, Inputs, digest, versions
from briefs.press.job import Job, Outcome, Target, folder
from briefs.problems import Problem, Problems

if TYPE_CHECKING:  # the typesetter is imported where something is made, the edition where it is read
    from briefs.edition.model import Edition
    from briefs.press.fingerprints import Fingerprinter
    from briefs.press.session import Session
    from briefs.theme import Theme


def build(
    edition: Edition,
    theme: Theme,
    targets: Sequence[Target],
    out: Path,
    jobs: int,
    done: Callable[[Outcome], None],
    cache: Cache | None = None,
    session: Session | None = None,
    press: Fingerprinter | None = None,
) -> list[Outcome]:
    """Make every target that isn't fresh; `done` hears of each as it ends. The result is in the order of the targets.

    Without a `cache` everything is made. With a `session` that is warm all is made in it, what is short first. A `press` of this
    edition and theme knows what it hashed before.
    """
    from briefs.press import fingerprints as hashes

    press = press or hashes.Fingerprinter(edition, theme)
    outcomes: dict[Target, Outcome] = {}
    waiting = []
    for target in targets:
        inputs = press.inputs(target)
        outcome = _fresh(target, inputs, out, cache) if cache and not target.check_word else None
        if outcome:
            outcomes[target] = outcome
            done(outcome)
        else:
            waiting.append(Job(target, inputs))
    waiting.sort(key=lambda job: _length(edition, job.target), reverse=not session)
    try:
        for outcome in _run(edition, theme, waiting, out, jobs, cache, session):
            outcomes[outcome.target] = outcome
            done(outcome)
            interrupt.raise_if_interrupted()
    finally:  # also after Ctrl-C: what was made until then is entered
        _enter(out, list(outcomes.values()))
    if cache and waiting:
        cache.prune()
    return [outcomes[t] for t in targets]


def _count(waiting: Sequence[Job], most: int) -> int:
    """How many processes have something to do: a report is work for several."""
    from briefs.compose.kinds import KINDS

    several = any(KINDS[job.target.kind].layout == "chapters" for job in waiting)
    return max(1, most if several else min(most, len(waiting)))


def unchanged(documents: Sequence[tuple[Target, Inputs]], out: Path, cache: Cache) -> list[Outcome] | None:
    """All these documents as they were made before, as `build` finds them; None if it has to make one."""
    outcomes = []
    for target, inputs in documents:
        outcome = _fresh(target, inputs, out, cache)
        if outcome is None or outcome.problems:
            return None
        outcomes.append(outcome)
    _enter(out, outcomes)
    return outcomes


def _enter(out: Path, outcomes: Sequence[Outcome]) -> None:
    from briefs.press import manifest

    try:
        manifest.write(out, outcomes, versions())
    except OSError as fault:
        hint = "Look at the folder’s rights and at the disk’s space."
        raise Problems([Problem("error", str(out / manifest.NAME), 0, 0, f"can’t be written: {fault.strerror}", hint)]) from None


def _length(edition: Edition, target: Target) -> int:
    """What takes longest goes first, so that no worker ends long after the others."""
    from briefs.compose.kinds import KINDS

    layout = KINDS[target.kind].layout
    if layout == "chapters":
        return 1_000_000
    country = edition.countries.get(target.subject)
    text = sum(len(f.text.markdown) for f in country.facts) if country else 100_000
    return text + (10_000 if layout == "slides" else 0)


def _fresh(target: Target, inputs: Inputs, out: Path, cache: Cache) -> Outcome | None:
    """The document as it was made before; its files are put back where they are missing or were changed."""
    start = time.perf_counter()
    known = cache.told(inputs.key)
    if not known:
        return None
    place = folder(out, target)
    wrong: dict[str, bytes] = {}
    try:
        for format, file in known["files"].items():
            path = place / f"{known['stem']}.{format}"
            if not path.is_file() or digest(path.read_bytes()) != file["sha256"]:
                data = cache.file(inputs.key, format, file["sha256"])
                if data is None:
                    return None
                wrong[format] = data
        jobs.write(known["stem"], wrong, place)
    except OSError as fault:
        return jobs.unwritten(target, fault, out)
    files = tuple(place / f"{known['stem']}.{format}" for format in known["files"])
    size = sum(file["size"] for file in known["files"].values())
    seconds = time.perf_counter() - start
    gone, pieces = tuple(known["gone"]), known["pieces"]
    return Outcome(target, files, size, known["pages"], known["step"], gone, seconds, inputs, pieces, fresh=True)


def _run(
    edition: Edition, theme: Theme, waiting: Sequence[Job], out: Path, most: int, cache: Cache | None, session: Session | None
) -> Iterator[Outcome]:
    if not waiting:
        return
    if most > 1 and not session:
        from briefs.press import workers

        if workers.possible():
            yield from workers.run(edition, theme, waiting, out, _count(waiting, most), cache)
            return
    yield from _in_turn(edition, theme, waiting, out, cache, session)


def _in_turn(
    edition: Edition, theme: Theme, waiting: Sequence[Job], out: Path, cache: Cache | None, warm: Session | None
) -> Iterator[Outcome]:
    from briefs.press.session import Session

    with clock.stage("start"):
        session = warm or Session(edition, theme)
    try:
        for job in waiting:
            yield replace(jobs.make(session, job, out, cache), stages=clock.taken())
    finally:
        if not warm:
            session.close()
