"""Counts the layouts of a cold build, and measures how long they take: all of them, and the last one of each document or part.

Usage: python -m benchmarks.layouts CONTENT OUT

In: a content folder, an output folder. Out: a table of seconds of processor time, for a build in one process without the cache. The
last layouts are the least that a build with WeasyPrint needs, beside the writing of its PDFs.
"""

from __future__ import annotations

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from briefs.cli import main
from briefs.engine.render import RenderedDocument
from briefs.typeset.page.chunks import Chunk
from briefs.typeset.page.layout import PageLayout, Typesetter

_TITLE = re.compile("<title>(.*?)</title>")


def timed(work: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
    """The same function, which also gives `note` its seconds of processor time, its result and its arguments."""

    def measured(*arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        result = work(*arguments, **named)
        note(time.process_time() - start, result, *arguments, **named)
        return result

    return measured


def run(content: str, out: str) -> None:
    """Build all documents, and print the table."""
    seconds: dict[str, list[float]] = defaultdict(list)
    last: dict[tuple[str, ...], tuple[float, int]] = {}

    def laid_out(
        took: float,
        layout: PageLayout,
        typesetter: Typesetter,
        styles: tuple[str, ...],
        html: str,
        figures: Mapping[str, str | bytes],
        chunk: Chunk | None = None,
    ) -> None:
        seconds["all layouts"].append(took)
        last[*styles, chunk.name if chunk else "", *_TITLE.findall(html)] = took, layout.pages

    def written(took: float, *rest: Any, **named: Any) -> None:
        seconds["PDFs as WeasyPrint writes them"].append(took)

    Typesetter.lay_out = timed(Typesetter.lay_out, laid_out)  # type: ignore[method-assign]
    RenderedDocument.write_pdf = timed(RenderedDocument.write_pdf, written)  # type: ignore[method-assign]
    start = time.process_time()
    main(["all", "--content", content, "--out", out, "--jobs", "1", "--no-cache", "--quiet", "--timings"])
    seconds["the last layout of each"] = [took for took, _ in last.values()]
    for name, each in seconds.items():
        print(f"{name}: {len(each)}, {sum(each):.2f} s")
    print(f"pages: {sum(pages for _, pages in last.values())}; the process: {time.process_time() - start:.2f} s")


if __name__ == "__main__":
    run(*sys.argv[1:])
