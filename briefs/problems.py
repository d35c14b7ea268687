"""Everything that can be wrong, in one form.

In: nothing. Out: `Problem`, one thing that is wrong at one place, and the exceptions that carry problems up to the command line.
Every package reports through this module, and `cli/output.py` prints what is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

TRANSLATIONS = "translations"  # the folder of an edition that mirrors it in other languages: `translations/fr/countries/be.yaml`
COMPARED = 500  # how many words a word is compared with at most

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """Where a piece of content is: file (relative to the content folder), anchor in it, line and column (from 1).

    `name` (`countries/be.yaml#be-07/text`) stays the same while lines move. Bookmarks, the cache and merge identify a
    piece of content by it. Line and column are for people.
    """

    path: str
    anchor: str = ""
    line: int = 0
    column: int = 0

    @property
    def name(self) -> str:
        return f"{self.path}#{self.anchor}" if self.anchor else self.path

    @property
    def source(self) -> str:
        """The path of the file; if it is a translation, that of the file that it translates."""
        if not self.path.startswith(f"{TRANSLATIONS}/"):
            return self.path
        return self.path.split("/", 2)[-1].replace(".md.yaml", ".md")


class Said(str):
    """A message or a hint in English, which remembers how it was made, so that it can be said in another language too.

    `words`: the English with names in its gaps (`str.format`); `gaps`: what fills them."""

    words: str
    gaps: Mapping[str, object]

    def __new__(cls, words: str, gaps: Mapping[str, object]) -> Said:
        made = super().__new__(cls, filled(words, gaps))
        made.words, made.gaps = words, gaps
        return made

    def __reduce__(self) -> tuple[type[Said], tuple[str, Mapping[str, object]]]:
        return Said, (self.words, self.gaps)


def filled(words: str, gaps: Mapping[str, object]) -> str:
    """Words with their gaps filled. Without gaps they may have braces of their own."""
    return words.format(**gaps) if gaps else words


def said(words: str, /, **gaps: object) -> Said:
    """A message or a hint whose gaps are filled: `said("there is no source “{key}”", key=key)`."""
    return Said(words, gaps)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it (`hint`, a sentence).

    `traceback` is set for internal errors only. It is for developers: neither equality nor the text nor JSON includes it.
    """

    severity: Severity
    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    traceback: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        place = ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}: {self.severity}: {self.message}.{hint}"

    def to_dict(self) -> dict[str, str | int]:
        """For JSON."""
        return {name: value for name, value in vars(self).items() if name != "traceback"}


def error(place: Place, message: str, hint: str = "") -> Problem:
    """An error at a place of the content."""
    return Problem("error", place.path, place.line, place.column, message, hint)


def warning(place: Place, message: str, hint: str = "") -> Problem:
    """A warning at a place of the content. A build goes on."""
    return Problem("warning", place.path, place.line, place.column, message, hint)


NO_MEMORY, MORE_MEMORY = "it needs more memory than there is", "Divide the content, or look for what is very large in it."
_LOADER_SAYS = ("failed to map segment", "Cannot allocate memory")  # dlopen(3) where memory is short, as an ImportError says it


def lacks_memory(exception: BaseException) -> bool:
    """Whether memory ran out: for an object, for a library that was to be loaded, or for a thread's stack."""
    said = str(exception)
    return (
        isinstance(exception, MemoryError)
        or (isinstance(exception, ImportError) and any(words in said for words in _LOADER_SAYS))
        or (isinstance(exception, RuntimeError) and said == "can't start new thread")  # CPython, Modules/_threadmodule.c
    )


def internal_error(name: str, exception: BaseException) -> Problem:
    """The error for an exception that no code expected. `name` says what stopped: a document, a file or the whole command.

    The message gives the last line of our own code on the way to the exception, since the innermost one may be a library's.
    Want of memory is no fault of the program, and is said as such.
    """
    import traceback

    if lacks_memory(exception):
        return Problem("error", name, 0, 0, NO_MEMORY, MORE_MEMORY)
    package = Path(__file__).parent
    frames = traceback.extract_tb(exception.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    where = f" at {Path(own[-1].filename).relative_to(package.parent)}:{own[-1].lineno}" if own else ""
    text = " ".join(str(exception).split())[:100]
    message = f"internal error: {type(exception).__name__}{f' ({text})' if text else ''}{where}"
    hint = "This is a fault in the program, not in your content or files. Run again with --traceback, and report what it prints."
    return Problem("error", name, 0, 0, message, hint, "".join(traceback.format_exception(exception)).rstrip())


class Problems(Exception):
    """The content has errors. Carries all of them, and the warnings that were found with them."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = merged(problems)
        super().__init__("\n".join(map(str, self.problems)))


Report = Callable[[Iterable[Problem]], None]  # what is done with problems that are found: raise them, or keep them and go on


def raise_all(problems: Iterable[Problem]) -> None:
    """The `Report` that stops at the first errors. Raises Problems if there are any; warnings alone are passed over."""
    found = list(problems)
    if any(problem.severity == "error" for problem in found):
        raise Problems(found)


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in the order of files and lines."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.path, p.line, p.column, p.message))


@contextmanager
def reported(report: Report) -> Iterator[None]:
    """Report the Problems that are raised in this context. If the report keeps them, the work goes on after the context."""
    try:
        yield
    except Problems as fault:
        report(fault.problems)


class NotUnderstood(Exception):
    """Something that was asked for doesn't exist. The message names what comes nearest."""


class UnreadableText(ValueError):
    """A text isn't what it should be. `hint`: what to write instead."""

    def __init__(self, message: str, hint: str = ""):
        self.hint = hint
        super().__init__(message)


class ToolError(Exception):
    """An outside program or a font is missing or failed. The message says what to do next."""


def nearest(word: str, known: Iterable[str], *, count: int = 1, cutoff: float = 0.6) -> Sequence[str]:
    """The known words that look most like `word` (difflib's ratio), best first, at most `count`."""
    import difflib

    words = list(known)
    return difflib.get_close_matches(word, words if len(words) <= COMPARED else _alike(word, words), n=count, cutoff=cutoff)


def _alike(word: str, known: Iterable[str]) -> Sequence[str]:
    """The words that begin or end like a word: a first selection, because difflib would take long to compare very many words."""
    return sorted(other for other in known if other[:2] == word[:2] or other[-2:] == word[-2:])[:COMPARED]


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest known word, or `otherwise` if none is near."""
    near = nearest(word, known)
    return said("Did you mean “{word}”?", word=near[0]) if near else otherwise
