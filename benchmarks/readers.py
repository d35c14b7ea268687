"""How long an edition is read at 1, 4 and 16 times a size: `python -m benchmarks.readers [SIZE]`. Each content repeats one thing.

In: how often it is repeated at first (500). Out: a line for each sort of content: the seconds, and the kilobytes of the largest.
What is linear takes about four times as long at each step.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from briefs.edition.read import read_files
from tests import small
from tests.small import fact, source

FACTORS = (1, 4, 16)
SECTION = "---\nid: a\ntitle: A\n---\n\n"
DECK = "---\ntitle: T\n---\n\n## A\n\n"
AVOID = "avoid:\n  - words: [bad]\n    write: good\n"


def section(text: str, **more: str) -> Mapping[str, Any]:
    return {"more": {"report/01-a.md": f"{SECTION}{text}", **more}}


def deck(text: str) -> Mapping[str, Any]:
    return {"more": {"decks/t.md": f"{DECK}{text}"}}


def each(count: int, text: Callable[[int], str]) -> str:
    return "".join(map(text, range(count)))


def sources(count: int) -> list[dict[str, Any]]:
    return [source(name) for name in ("one", "two", *(f"s{n}" for n in range(count)))]


CONTENT: dict[str, Callable[[int], Mapping[str, Any]]] = {
    "paragraphs": lambda count: section("Words, and more of them.\n\n" * count),
    "headings": lambda count: section(each(count, lambda n: f"## Head {n}\n\nWords.\n\n")),
    "slides": lambda count: deck(each(count, lambda n: f"## Slide {n}\n\nWords.\n\n")),
    "texts on no slide": lambda count: {"more": {"decks/t.md": "---\ntitle: T\n---\n\n" + "Words.\n\n" * count}},
    "figures": lambda count: section(each(count, lambda n: f"::: {{#fig-{n} .figure data=map}}\nCaption.\n:::\n\n")),
    "figures of nothing": lambda count: deck(each(count, lambda n: f"::: {{.figure data=nothing{n}}}\n:::\n\n")),
    "pictures that aren't there": lambda count: section(each(count, lambda n: f"![A](figures/{n}.png)\n\n")),
    "unknown citations": lambda count: section(each(count, lambda n: f"Words.[@unknown{n}]\n\n")),
    "unknown among many": lambda count: {"sources": sources(count), **section(each(count, lambda n: f"Words.[@unknown{n}]\n\n"))},
    "unknown references": lambda count: section(each(count, lambda n: f"## H {{#h{n}}}\n\nAs in [](#x{n}).\n\n")),
    "facts": lambda count: {"facts": [fact(f"A fact {n}.") for n in range(count)]},
    "facts of unknown topics": lambda count: {"facts": [fact("A fact.", f"topic{n}") for n in range(count)]},
    "facts with wrong dates": lambda count: {"facts": [fact("A fact.", date=f"x{n}") for n in range(count)]},
    "sources": lambda count: {"sources": sources(count)},
    "cited sources": lambda count: {"sources": sources(count), **section(each(count, lambda n: f"Words.[@s{n}]\n\n"))},
    "unknown keys of sources": lambda count: {"sources": [source(f"s{n}", **{f"key{n}": "x"}) for n in range(count)], "facts": []},
    "unknown keys": lambda count: {"country": {f"key{n}": "x" for n in range(count)}},
    "sections": lambda count: {"more": {f"report/{n}.md": f"---\nid: a{n}\ntitle: A\n---\n\nWords.\n" for n in range(count)}},
    "decks": lambda count: {"more": {f"decks/t{n}.md": f"{DECK}Words.\n" for n in range(count)}},
    "avoided words": lambda count: section("Some bad words. " * count, **{"style.yaml": AVOID}),
    "avoided words in facts": lambda count: {"facts": [fact("A bad one.") for _ in range(count)], "more": {"style.yaml": AVOID}},
    "many words to avoid": lambda count: {
        "facts": [fact("A fact.") for _ in range(count)],
        "more": {"style.yaml": "avoid:\n" + each(count, lambda n: f"  - words: [word{n}]\n    write: x\n")},
    },
    **{
        f"signs {sign!r}": lambda count, sign=sign: section(sign * count)  # type: ignore[misc]
        for sign in ("` ", "```\n", "~~~ ", "[", "](", "{#", "{a=b ", "<a:", "@", "@a:", "![", "*a ", ":::\n", "::: a\n", "<!-- ")
    },
}


def seconds(content: Mapping[str, Any]) -> float:
    """How long it takes to read."""
    files = small.files(**content)
    start = time.perf_counter()
    read_files(files)
    return time.perf_counter() - start


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for name, made in CONTENT.items():
        taken = "".join(f"{seconds(made(size * factor)):9.3f}" for factor in FACTORS)
        largest = sum(map(len, small.files(**made(size * FACTORS[-1])).values())) // 1000
        print(f"{name:<28}{taken} s {largest:7,} kB", flush=True)


if __name__ == "__main__":
    main()
