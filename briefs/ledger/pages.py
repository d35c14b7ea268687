"""The words of finished files, page by page, and where a passage stands in them.

In: the bytes of a PDF, Word or PowerPoint file. Out: `PrintedPage`s; `Hit`s. Passages are compared by their letters and digits
alone, so that hyphens, quotation marks, marks of notes and the ends of lines don't matter. A passage may go on over the end of a
page. Files are read by a limited process (`python -m briefs.ledger`), because an output folder or a record may hold a stranger's.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import PurePosixPath

from briefs.edition.data.table import TableStore
from briefs.problems import Problem, Problems
from briefs.tools.limited import LimitedProcess, LimitReached

FEWEST = 8  # letters: a passage with fewer before the end of a page doesn't count as begun there

_PROCESS = LimitedProcess("briefs.ledger")


@dataclass(frozen=True)
class Hit:
    """A passage on a page: the page's number in the file and the number of the line on it, from 1; the words as they are printed.

    A Word file has no pages until it is laid out: both numbers are 0.
    """

    page: int
    line: int
    words: str


@dataclass(frozen=True)
class PrintedPage:
    """A page or slide: its number, and its text with the lines as they are printed. `known`: its `letters`, if they were worked out
    before; else empty."""

    number: int
    text: str
    known: str = field(default="", repr=False, compare=False)

    @cached_property
    def letters(self) -> str:
        """The page's text as `folded` returns it: letters and digits only, without case."""
        return self.known or self.text.translate(_FOLDED)

    @cached_property
    def _ends(self) -> list[int]:
        """For each character of `text`, where what it has become in `letters` ends."""
        return list(accumulate(map(len, map(_FOLDED.__getitem__, map(ord, self.text)))))

    def begins_line(self, letters: str) -> bool:
        """Whether a line begins with these letters, behind signs and bullets. The page's `letters` have them."""
        at = self.letters.find(letters)
        while at >= 0:
            first = bisect(self._ends, at)
            if not any(map(str.isalnum, self.text[self.text.rfind("\n", 0, first) + 1 : first])):
                return True
            at = self.letters.find(letters, at + 1)
        return False

    def hit(self, start: int, end: int) -> Hit:
        """The hit from one position in `letters` to another."""
        first, last = bisect(self._ends, start), bisect(self._ends, end - 1) + 1
        line = sum(
            _is_line(one) for one in self.text[: self.text.find("\n", first) if "\n" in self.text[first:] else None].split("\n")
        )
        words = self.text[first:last].replace("\ufffe\n", "").replace("\ufffe", "")
        return Hit(self.number, line if self.number else 0, " ".join(words.split()))


def _is_line(line: str) -> bool:
    """Whether it is a line of words, and not a bullet or the raised number of a note."""
    return any(map(str.isalpha, line))


def folded(text: str) -> str:
    """The letters and digits of a text, without case (Unicode NFKC, case folding)."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


class _Folds(dict[int, str]):
    """What `folded` makes of each character, by its code point. It is worked out when the character first occurs."""

    def __missing__(self, number: int) -> str:
        self[number] = folded(chr(number))
        return self[number]


_FOLDED = _Folds()


def read(name: str, data: bytes, kept: TableStore | None = None) -> list[PrintedPage]:
    """The pages of a file, by its suffix. Files of other kinds have none. Raises Problems if it can't be read.

    `kept`: where the pages of files are kept by the hashes of their bytes, since reading them takes long."""
    if not name.lower().endswith((".pdf", ".docx", ".pptx", ".html", ".htm", ".txt")):
        return []
    key = f"pages {PurePosixPath(name).suffix.lower()} {hashlib.sha256(data).hexdigest()}"
    known = kept.get(key) if kept else None
    if known is not None:
        return [PrintedPage(number, text, letters) for number, text, letters in json.loads(known)]
    found = _read(name, data)
    if kept:
        kept.put(key, json.dumps([[page.number, page.text, page.letters] for page in found]).encode())
    return found


def _read(name: str, data: bytes) -> list[PrintedPage]:
    try:
        answer = _PROCESS.ask(json.dumps({"name": name, "size": len(data)}).encode() + b"\n" + data)
    except LimitReached as limit:
        raise _unreadable(name, f"can’t be read within {limit}, or ends the program that reads it") from None
    line, _, rest = answer.partition(b"\n")
    head = json.loads(line)
    if "fault" in head:
        raise _unreadable(name, f"can’t be read: {head['fault']}")
    return [PrintedPage(number, text) for number, text in json.loads(rest)]


def start(gives_way: bool = False) -> None:
    """Start the process that reads files, so that the first file takes less time. `gives_way`: other processes go first."""
    _PROCESS.start(gives_way)


def stop() -> None:
    """End the process that reads files, from another thread than the one that reads: a file that is being read can’t be."""
    _PROCESS.stop()


def close() -> None:
    """End the process that reads files. The next file would start a new one."""
    _PROCESS.close()


def _unreadable(name: str, what: str) -> Problems:
    return Problems([Problem("error", name, 0, 0, what, "Build it again.")])


def find(pages: Sequence[PrintedPage], parts: Sequence[str]) -> Iterator[Hit]:
    """Each place where a passage begins and is printed whole, on one page or over the end of it. If a page has all of it, it goes
    on over the end of another only where its rest begins a line: other words may begin or end like it."""
    wanted = [letters for part in parts if (letters := folded(part))]
    is_whole = bool(wanted) and any(wanted[0] in page.letters for page in pages)
    for number, page in enumerate(pages):
        after = pages[number + 1] if number + 1 < len(pages) and page.number else None
        if wanted:
            yield from _on(page, after, wanted, is_whole)


def _on(page: PrintedPage, after: PrintedPage | None, wanted: Sequence[str], is_whole: bool) -> Iterator[Hit]:
    """The places on a page where a passage begins. `is_whole`: whether a page has all of its first part."""
    start = page.letters.find(wanted[0])
    while start >= 0:
        end = _end(page, after, wanted, start)
        if end:
            yield page.hit(start, end)
        start = page.letters.find(wanted[0], start + len(wanted[0]))
    begun = _begun(page, after, wanted[0]) if after and wanted[0] not in page.letters else None
    if after and begun and (not is_whole or after.begins_line(wanted[0][begun[1] - begun[0] :])):
        yield page.hit(*begun)


def _end(page: PrintedPage, after: PrintedPage | None, wanted: Sequence[str], start: int) -> int:
    """Where the passage that begins at `start` ends on this page. 0 if the passage isn't printed whole."""
    end = start + len(wanted[0])
    for number, part in enumerate(wanted[1:], 1):
        at = page.letters.find(part, end)
        if at < 0:
            return end if after and _goes_on(page, after, wanted[number:], end) else 0
        end = at + len(part)
    return end


def _goes_on(page: PrintedPage, after: PrintedPage, left: Sequence[str], end: int) -> bool:
    """Whether the rest of a passage is on the next page, or begins on this one and ends there."""
    if not (left[0] in after.letters or _begun(page, after, left[0])):
        return False
    return all(part in after.letters for part in left[1:])


def _begun(page: PrintedPage, after: PrintedPage, part: str) -> tuple[int, int] | None:
    """Where a part of a passage begins and ends on this page, if it is divided by the end of the page. None if the next page has
    the whole part, or if this page doesn't have its beginning."""
    if part in after.letters or part[:FEWEST] not in page.letters:
        return None
    low, high = 0, len(part)
    while low < high:  # the longest beginning that the page has
        middle = (low + high + 1) // 2
        low, high = (middle, high) if part[:middle] in page.letters else (low, middle - 1)
    if low < min(FEWEST, len(part) - 1) or part[low:] not in after.letters:
        return None
    start = page.letters.rfind(part[:low])
    return start, start + low
