"""Pandoc, kept running: one process of `pandoc lua` answers any number of requests.

In: Markdown texts, trees (pandoc's JSON as Python objects), and the bytes of pictures. Out: trees, HTML, Markdown, DOCX, PPTX. The
program comes from the package `pypandoc_binary`. Every message that pandoc logs is a failure: `PandocError` has its words.
https://pandoc.org/lua-filters.html, https://hackage.haskell.org/package/pandoc-types
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from briefs.clock import clock
from briefs.problems import ToolError
from briefs.tools.pipes import piece, processor_time

Tree = Mapping[str, object]  # a document as JSON
SERVER = Path(__file__).with_name("pandoc.lua")
# The extensions of Markdown that content may not use, each with what occurs in every text that uses it. To switch an extension off
# takes pandoc longer than to read a short text. So only those that a text may use are switched off. In a text without an example
# list, `(@key)` is a citation.
UNWANTED = {
    "yaml_metadata_block": re.compile(r"^(---|\.\.\.)", re.M),
    "pandoc_title_block": re.compile(r"^\s*%"),
    "example_lists": re.compile(r"\A(?!(?:.*\n)*? {0,3}\(@[\w-]*\)\s)[\s\S]*?(?<![\[\w])@"),
    "latex_macros": re.compile(r"\\"),
}
# A letter of a script that is written without spaces, before the key of a citation. Pandoc would read both as one word, so an
# invisible character parts them there.
_AFTER_LETTER = re.compile(r"(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff])@(?=[\w{])")
_APART = "\u2064"
SECONDS = 60.0  # seconds by the clock for a request
BUDGET = 30.0  # seconds of processor time for all requests of one document; a report of 40 pages takes one
LEAST = 5.0  # seconds: the least budget, which halves with each document that takes too long
SEARCH = 10.0  # seconds of processor time to find which text of a document takes too long
TRIES = 2  # times that a request is tried, if its process is ended from outside
MEGABYTES = 1000  # megabytes of heap; a report of 40 pages takes 100
ENDING = 0.5  # seconds in which the process may end by itself
NURSERY = 64  # megabytes of the allocation area (-A): saves a seventh of the time, and costs 30 MB for the report
TOO_SLOW = "pandoc takes too long for this"
_HEAP_EXHAUSTED = 251  # https://downloads.haskell.org/ghc/latest/docs/users_guide/runtime_control.html (-M)


class PandocError(Exception):
    """Pandoc failed or logged a warning. The message is pandoc's own."""


class PandocTooSlow(PandocError):
    """A text takes pandoc too long, or the texts of a document do together."""


class OutOfTime(Exception):
    """A document needs more processor time than other documents have left of the time for all documents. No text is at fault."""


class PandocLost(OSError):
    """Pandoc was ended from outside, again and again. That is no fault of the document."""


class _Killed(Exception):
    """A signal has ended pandoc."""


class Pandoc:
    """A running pandoc. Use it as a context manager, or `close` it."""

    def __init__(self, seconds: float = SECONDS, budget: float = BUDGET):
        self.seconds = seconds
        self.budget = budget  # seconds of processor time for a document. A document that takes more halves it
        self.used = 0.0  # seconds of processor time until now
        self._left: float | None = None  # seconds of processor time for the rest of the document
        self._is_rest = False  # whether `_left` is what other documents have left
        self._slow: set[str] = set()  # texts that aren't parsed again
        self._process: subprocess.Popen[bytes] | None = None

    def begin_document(self, seconds: float | None = None, is_rest: bool = False) -> None:
        """Limit the processor time of all requests together until the next call, to `seconds` or, by default, to the budget.

        `is_rest`: whether `seconds` are what other documents have left of the time for all. A request that needs more then raises
        OutOfTime.
        """
        self._left, self._is_rest = self.budget if seconds is None else seconds, is_rest

    @contextlib.contextmanager
    def searching(self) -> Iterator[None]:
        """Limit the processor time of all requests within the block, which look for the text that took too long."""
        before, self._left = self._left, SEARCH
        try:
            yield
        finally:
            self._left = None if before is None else max(before, LEAST)

    def refuse(self, text: str) -> None:
        """Never parse a text again, because it takes too long."""
        self._slow.add(text)

    def __enter__(self) -> Pandoc:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process early. Otherwise the first request starts it. Raises ToolError if pandoc is missing."""
        self._started()

    def close(self) -> None:
        """End the process. The next request would start a new one.

        An idle process ends when its input does, and removes its temporary file. A busy one is killed.
        """
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):  # pandoc died before it had read everything
                if pipe:
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDING)
        process.kill()
        process.wait()

    def parse(self, texts: Sequence[str]) -> list[list[Any]]:
        """The blocks of each Markdown text, each parsed separately."""
        return self._parsed("parse", texts)

    def parse_quietly(self, texts: Sequence[str]) -> list[list[Any]]:
        """Like `parse`, but what pandoc logs is ignored."""
        return self._parsed("parse_quietly", texts)

    def html_blocks(self, html: str) -> list[Any]:
        """The blocks of HTML from elsewhere. Scripts, comments and unknown tags are left out; nothing is loaded."""
        made = self._ask({"job": "parse_quietly", "texts": [html], "formats": ["html-native_divs-native_spans"]})
        found: list[Any] = json.loads(made)[0]["blocks"]
        return found

    def _parsed(self, job: str, texts: Sequence[str]) -> list[list[Any]]:
        if not self._slow.isdisjoint(texts):
            raise PandocTooSlow(TOO_SLOW)
        if not texts:
            return []
        made = self._ask({"job": job, "texts": list(map(_keys_apart, texts)), "formats": [_markdown(text) for text in texts]})
        return [tree["blocks"] for tree in json.loads(made.replace(_APART.encode(), b""))]

    def cite(self, tree: Tree) -> tuple[dict[str, Any], list[str]]:
        """The tree with its citations in words and a bibliography, and what citeproc logged.

        Its metadata has `references` and `csl`.
        """
        answer = json.loads(self._made_of(tree, {"job": "cite"}))
        return answer["tree"], answer["log"]

    def formulas(self, formulas: Sequence[tuple[str, str]]) -> list[list[Any] | None]:
        """The inlines of each formula in letters; None for one that letters can't show, such as a fraction.

        A formula is InlineMath or DisplayMath, and its TeX.
        """
        made = self._ask({"job": "formulas", "formulas": [{"kind": kind, "text": text} for kind, text in formulas]})
        return [tree and tree["blocks"][0]["c"] for tree in json.loads(made)]

    def references(self, biblatex: str) -> bytes:
        """The records of a BibTeX or BibLaTeX file as CSL's JSON. No file is read.

        LaTeX that pandoc doesn't know stands between U+E000 and U+E001, letters whose case stays between U+E002 and U+E003.
        """
        return self._ask({"job": "references", "text": biblatex})

    def html(self, tree: Tree) -> str:
        """The body of an HTML page, without a head."""
        options = {"wrap_text": "none", "section_divs": False, "html_math_method": "plain"}
        return self._made_of(tree, {"job": "write", "format": "html5", "options": options}).decode()

    def markdown(self, tree: Tree) -> str:
        """Markdown in the style of the content: quotation marks and line ends as in the tree, tables as pipe tables."""
        options = {"wrap_text": "preserve", "reference_links": False, "columns": 100}
        format = "-".join(["markdown", *UNWANTED, "smart", "simple_tables", "multiline_tables", "grid_tables"])
        return self._made_of(tree, {"job": "write", "format": format, "options": options}).decode()

    def docx(self, tree: Tree, reference: Path, media: Mapping[str, bytes]) -> bytes:
        """A DOCX file in the styles of `reference`. `media` are the pictures that the tree names."""
        options = {"reference_doc": str(reference)}
        return self._made_of(tree, {"job": "write", "format": "docx", "options": options}, media)

    def pptx(self, tree: Tree, reference: Path) -> bytes:
        """A PPTX file in the layouts of `reference`. Each heading of level 1 or 2 begins a slide. It has no pictures."""
        options = {"reference_doc": str(reference), "slide_level": 2}
        return self._made_of(tree, {"job": "write", "format": "pptx", "options": options})

    def _made_of(self, tree: Tree, request: Mapping[str, object], media: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
        """The answer to a request about a tree and its pictures. These are sent after the request, as raw bytes."""
        text = json.dumps(tree, check_circular=False).encode()
        bag = [{"name": name, "type": media_type(name), "size": len(data)} for name, data in media.items()]
        return self._ask({**request, "tree": len(text), "media": bag}, b"".join([text, *media.values()]))

    def _ask(self, request: Mapping[str, object], raw: bytes = b"") -> bytes:
        """The answer to a request and the bytes that follow it."""
        with clock.stage("pandoc"):
            try:
                return self._answer(json.dumps(request).encode() + b"\n" + raw)
            except PandocTooSlow:
                if self._is_rest:
                    raise OutOfTime from None
                self.budget = max(LEAST, self.budget / 2)
                raise

    def _answer(self, data: bytes) -> bytes:
        if self._left is not None and self._left <= 0:
            raise PandocTooSlow("pandoc took too long for the texts of the document together")
        for _ in range(TRIES):
            with contextlib.suppress(_Killed):
                return self._answer_once(data)
        raise PandocLost(errno.ECHILD, "pandoc was ended from outside, again and again")

    def _answer_once(self, data: bytes) -> bytes:
        process = self._started()
        assert process.stdin and process.stdout
        before, allowed = processor_time(process.pid), self.budget if self._left is None else self._left
        _limit_processor_time(process.pid, before + allowed)
        try:
            process.stdin.write(data)
            process.stdin.flush()
            line, made = _read(process.stdout.fileno(), self.seconds)
        except (BrokenPipeError, EOFError):
            self.used += allowed
            raise self._died(process.wait()) from None
        except TimeoutError:
            self.used += processor_time(process.pid) - before
            self.close()
            raise PandocTooSlow(f"pandoc took more than {self.seconds:.0f} s and was stopped") from None
        except BaseException:  # interrupted: the late answer would be taken for the next one
            self.close()
            raise
        took = processor_time(process.pid) - before
        self.used += took
        if self._left is not None:
            self._left -= took
        answer: dict[str, Any] = json.loads(line)
        if "fault" in answer:
            raise PandocError(str(answer["fault"]))
        if answer.get("log"):
            raise PandocError("; ".join(answer["log"]))
        return made

    def _died(self, code: int) -> Exception:
        """Why pandoc ended without an answer. `code`: the exit code of the process."""
        self.close()
        if code == -signal.SIGXCPU:
            self._left = None if self._left is None else 0.0
            return PandocTooSlow(TOO_SLOW)
        if code < 0:
            return _Killed()
        full = code == _HEAP_EXHAUSTED
        return PandocError(f"pandoc needed more than {MEGABYTES} MB" if full else "pandoc stopped without an answer")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [program(), "+RTS", f"-M{MEGABYTES}m", f"-A{NURSERY}m", "-RTS", "lua", str(SERVER)]
            from tempfile import gettempdir  # imported late, because quick commands need no pandoc

            environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8"}  # readers of BibTeX look at LANG
            environment["TMPDIR"] = gettempdir()  # pandoc ends at once if it can't write where TMPDIR says
            environment.pop("SOURCE_DATE_EPOCH", None)  # `package.write` sets the dates, and pandoc fails after 2107
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
        return self._process


class RememberingPandoc(Pandoc):
    """A running pandoc that parses no text twice. Nobody may change the trees that it returns."""

    def __init__(self) -> None:
        super().__init__()
        self._trees: dict[tuple[str, str], list[Any]] = {}  # by job and text

    def _parsed(self, job: str, texts: Sequence[str]) -> list[list[Any]]:
        new = [text for text in dict.fromkeys(texts) if (job, text) not in self._trees]
        self._trees |= {(job, text): blocks for text, blocks in zip(new, super()._parsed(job, new), strict=True)}
        return [self._trees[job, text] for text in texts]


def program() -> str:
    """The path of the pandoc in `pypandoc_binary`. Raises ToolError."""
    import pypandoc

    found = Path(pypandoc.__file__).parent / "files" / "pandoc"
    if not found.exists():
        raise ToolError("pandoc is missing. Set up again with `python3 build.py`, or `pip install pypandoc_binary`.")
    return str(found)


def _keys_apart(text: str) -> str:
    """A text in which no key of a citation (`@key`) directly follows a letter of a script without spaces. There pandoc would read
    it as a part of the word."""
    return _AFTER_LETTER.sub(f"{_APART}@", text) if _APART not in text else text


def _markdown(text: str) -> str:
    """The name of pandoc's Markdown format without the extensions that content may not use."""
    return "markdown" + "".join(f"-{name}" for name, sign in UNWANTED.items() if sign.search(text))


def _read(handle: int, seconds: float) -> tuple[bytes, bytes]:
    """An answer: a line with the number of bytes that follow it, a line of JSON, and those bytes.

    Waits at most `seconds` for all of it.
    """
    end = time.monotonic() + seconds
    data = b""
    while data.count(b"\n") < 2:
        data += piece(handle, end)
    size, line, first = data.split(b"\n", 2)
    pieces, left = [first], int(size) - len(first)
    while left > 0:
        pieces.append(piece(handle, end))
        left -= len(pieces[-1])
    return line, b"".join(pieces)


def _limit_processor_time(process: int, seconds: float) -> None:
    """Let the kernel end a process (SIGXCPU) when it has used so much processor time in all. Only Linux has this (prlimit(2))."""
    with contextlib.suppress(OSError, AttributeError):  # the process has ended by itself
        _, hard = resource.prlimit(process, resource.RLIMIT_CPU)
        soft = max(1, math.ceil(seconds))
        resource.prlimit(process, resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def media_type(name: str) -> str:
    """The media type of a picture, by the suffix of its name (RFC 6838)."""
    kinds = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
    return kinds[Path(name).suffix.lower()]
