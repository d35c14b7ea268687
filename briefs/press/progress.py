"""What a person sees while documents are built or sent: a progress bar on a terminal, and a line about each document.

In: outcomes as they come. Out: the bar on standard error, the lines on standard output; and the same as JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from briefs.clock import STAGES
from briefs.press.documents import Outcome, gave_way


@contextmanager
def progress_bar(
    total: int, *, quiet: bool, summary: Callable[[Any], str] | None = None, doing: str = "building"
) -> Iterator[Callable[[Any], None]]:
    """Yield a function that takes each outcome as it comes: it prints its `summary` (of a document, unless another is given) if
    that isn't empty, and moves the bar on if standard error is a terminal."""
    summary = summary or summary_line
    if quiet or not total:
        yield lambda outcome: None
    elif not sys.stderr.isatty():
        yield lambda outcome: _print(summary(outcome))
    else:
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(doing, total=total)

            def done(outcome: Any) -> None:
                line = summary(outcome)
                if line and sys.stdout.isatty():
                    bar.console.print(line, highlight=False, markup=False)
                else:
                    _print(line)
                bar.advance(task)

            yield done


def _print(line: str) -> None:
    if line:
        print(line, flush=True)


def summary_line(outcome: Outcome) -> str:
    """A document on one line: pages, step of the ladder, size, seconds and files; or that it failed."""
    name = str(outcome.target)
    if outcome.problems:
        return f"{name}: failed, {len(outcome.problems)} problem{'s' if len(outcome.problems) > 1 else ''}"
    files = " ".join(str(file) for file in outcome.files)
    if outcome.fresh:
        return f"{name}: up to date  {files}"
    pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
    gone = f", {gave_way(outcome.dropped_facts)} gave way" if outcome.dropped_facts else ""
    again = ", made again after its worker was ended from outside" if outcome.retried else ""
    return f"{name}: {pages}, fit {outcome.step}{gone}{again}, {outcome.size / 1000:.0f} kB, {outcome.seconds:.2f} s  {files}"


def timings(outcomes: Sequence[Outcome], reading: Mapping[str, float], elapsed: float) -> list[str]:
    """A table of the seconds of each stage, summed over all documents and processes, the document that took longest, and
    the speed-ups that are off.

    `reading`: the seconds of the stages before the first document. `elapsed`: the seconds that the whole command took.
    """
    from briefs.engine import patches

    stages = {name: sum(part.get(name, 0.0) for part in [reading, *(o.stages for o in outcomes)]) for name in STAGES}
    total = sum(stages.values())
    rows = [f"{name:<9}{seconds:8.2f} s{100 * seconds / total:5.0f} %" for name, seconds in stages.items()]
    rows.append(f"{'together':<9}{total:8.2f} s, {elapsed:.2f} s by the clock")
    made = [outcome for outcome in outcomes if not outcome.fresh]
    if made:
        slowest = max(made, key=lambda outcome: outcome.seconds)
        rows.append(f"longest: {slowest.target}, {slowest.seconds:.2f} s")
    return [*rows, *patches.switched_off()]


def to_dict(outcome: Outcome) -> dict[str, Any]:
    """An outcome for `--json`."""
    return {
        "kind": outcome.target.kind,
        "subject": outcome.target.subject,
        "name": outcome.target.name,
        "paper": outcome.target.paper,
        **({"audience": outcome.target.audience} if outcome.target.audience else {}),
        **({"language": outcome.target.language} if outcome.target.language else {}),
        "files": [str(file) for file in outcome.files],
        "bytes": outcome.size,
        "pages": outcome.pages,
        "fit": outcome.step,
        "gave_way": list(outcome.dropped_facts),
        "up_to_date": outcome.fresh,
        "executor": outcome.executor or None,
        "seconds": round(outcome.seconds, 3),
        "stages": {name: round(seconds, 3) for name, seconds in outcome.stages.items()},
        "problems": [problem.to_dict() for problem in outcome.problems],
    }
