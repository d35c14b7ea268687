"""What a person sees while documents are made, or sent: a bar, then a line a document; plain lines where there is no terminal.

In: outcomes as they come. Out: text on standard error (the bar) and standard output (the lines).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from briefs.clock import STAGES
from briefs.press.job import Outcome


@contextmanager
def watching(
    total: int, *, quiet: bool, said: Callable[[Any], str] | None = None, doing: str = "building"
) -> Iterator[Callable[[Any], None]]:
    """Give a function that hears of each outcome and prints it as `said` does; it draws a bar if standard error is a terminal."""
    said = said or line
    if quiet or not total:
        yield lambda outcome: None
    elif not sys.stderr.isatty():
        yield lambda outcome: print(said(outcome), flush=True)
    else:
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(doing, total=total)

            def done(outcome: Any) -> None:
                print(said(outcome), flush=True) if not sys.stdout.isatty() else bar.console.print(
                    said(outcome), highlight=False, markup=False
                )
                bar.advance(task)

            yield done


def line(outcome: Outcome) -> str:
    """A document on one line: files, pages, step of the fit, size, seconds; or that it failed."""
    name = f"{outcome.target.kind} {outcome.target.name}"
    if outcome.problems:
        return f"{name}: failed, {len(outcome.problems)} problem{'s' if len(outcome.problems) > 1 else ''}"
    gone = f", {len(outcome.gone)} facts gave way" if outcome.gone else ""
    pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
    where = " ".join(str(f) for f in outcome.files)
    if outcome.fresh:
        return f"{name}: up to date  {where}"
    again = ", made again after its worker was ended from outside" if outcome.again else ""
    return f"{name}: {pages}, fit {outcome.step}{gone}{again}, {outcome.size / 1000:.0f} kB, {outcome.seconds:.2f} s  {where}"


def timings(outcomes: Sequence[Outcome], reading: Mapping[str, float], elapsed: float) -> list[str]:
    """A table: the seconds of each stage, all processes and documents together, and the document that took longest."""
    whole = {name: sum(part.get(name, 0.0) for part in [reading, *(o.stages for o in outcomes)]) for name in STAGES}
    total = sum(whole.values())
    rows = [f"{name:<9}{seconds:8.2f} s{100 * seconds / total:5.0f} %" for name, seconds in whole.items()]
    rows.append(f"{'together':<9}{total:8.2f} s, {elapsed:.2f} s by the clock")
    made = [o for o in outcomes if not o.fresh]
    if made:
        slowest = max(made, key=lambda o: o.seconds)
        rows.append(f"longest: {slowest.target.kind} {slowest.target.name}, {slowest.seconds:.2f} s")
    return rows


def record(outcome: Outcome) -> dict[str, Any]:
    """An outcome for `--json`."""
    return {
        "kind": outcome.target.kind,
        "subject": outcome.target.subject,
        "name": outcome.target.name,
        "paper": outcome.target.paper,
        "files": [str(f) for f in outcome.files],
        "bytes": outcome.size,
        "pages": outcome.pages,
        "fit": outcome.step,
        "gave_way": list(outcome.gone),
        "up_to_date": outcome.fresh,
        "seconds": round(outcome.seconds, 3),
        "stages": {name: round(seconds, 3) for name, seconds in outcome.stages.items()},
        "problems": [vars(p) for p in outcome.problems],
    }
