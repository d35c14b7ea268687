"""Pandoc, kept warm: one process of `pandoc lua` answers any number of requests.

In: Markdown texts, trees (pandoc's JSON, as Python objects) and bytes of pictures. Out: trees, HTML, DOCX. The program comes
from the package `pypandoc_binary`. Whatever pandoc logs is a failure: `PandocError` carries its words.
https://pandoc.org/lua-filters.html, https://hackage.haskell.org/package/pandoc-types
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from briefs.problems import ToolError

Tree = dict[str, Any]
SERVER = Path(__file__).with_name("pandoc.lua")
MARKDOWN = "markdown-yaml_metadata_block-pandoc_title_block-mmd_title_block-example_lists-latex_macros"
SECONDS = 60.0
MEGABYTES = 1000  # of heap; the report of 40 pages takes 100
_HEAP_EXHAUSTED = 251  # https://downloads.haskell.org/ghc/latest/docs/users_guide/runtime_control.html (-M)


class PandocError(Exception):
    """Pandoc could not do it, or had a warning; the message is pandoc's own."""


class Pandoc:
    """A warm pandoc. Use as a context manager, or `close` it."""

    def __init__(self, seconds: float = SECONDS):
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Pandoc:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next request would start a new one."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):  # it died before it read all
                if pipe:
                    pipe.close()
        process.kill()
        process.wait()

    def parse(self, texts: Sequence[str], format: str = MARKDOWN) -> list[list[Any]]:
        """The blocks of each Markdown text, read on its own."""
        if not texts:
            return []
        answer = self._ask({"job": "parse", "texts": list(texts), "format": format})
        return [json.loads(tree)["blocks"] for tree in answer["trees"]]

    def cite(self, tree: Tree) -> Tree:
        """The tree with its citations in words and a bibliography, by its metadata's `references` and `csl`."""
        answer = self._ask({"job": "cite", "tree": json.dumps(tree)})
        cited: Tree = json.loads(answer["tree"])
        return cited

    def references(self, biblatex: str) -> str:
        """The records of a BibLaTeX file as YAML front matter: CSL under `references`, texts in Markdown. Reads no file."""
        return str(self._ask({"job": "references", "text": biblatex})["text"])

    def html(self, tree: Tree) -> str:
        """The body of an HTML page (no head)."""
        options = {"wrap_text": "none", "section_divs": False, "html_math_method": "plain"}
        answer = self._ask({"job": "write", "tree": json.dumps(tree), "format": "html5", "options": options})
        return str(answer["text"])

    def markdown(self, tree: Tree) -> str:
        """Markdown as content is written: quotation marks as they are, lines broken where the tree has soft breaks."""
        options = {"wrap_text": "preserve", "reference_links": False, "columns": 100}
        answer = self._ask({"job": "write", "tree": json.dumps(tree), "format": f"{MARKDOWN}-smart", "options": options})
        return str(answer["text"])

    def docx(self, tree: Tree, reference: Path, media: Mapping[str, bytes]) -> bytes:
        """A DOCX file in the styles of `reference`; `media` are the pictures that the tree names."""
        return self._office("docx", tree, {"reference_doc": str(reference)}, media)

    def pptx(self, tree: Tree, reference: Path) -> bytes:
        """A PPTX file in the layouts of `reference`: a slide a heading of level 1 or 2. It has no pictures."""
        return self._office("pptx", tree, {"reference_doc": str(reference), "slide_level": 2}, {})

    def _office(self, format: str, tree: Tree, options: Mapping[str, Any], media: Mapping[str, bytes]) -> bytes:
        bag = {n: {"type": media_type(n), "data": base64.b64encode(b).decode()} for n, b in media.items()}
        request = {"job": "write", "tree": json.dumps(tree), "format": format, "binary": True, "options": options, "media": bag}
        return base64.b64decode(self._ask(request)["data"])

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        process = self._started()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = _line(process.stdout.fileno(), self.seconds)
        except (BrokenPipeError, EOFError):
            full = process.wait() == _HEAP_EXHAUSTED
            self.close()
            raise PandocError(f"pandoc needed more than {MEGABYTES} MB" if full else "pandoc stopped without an answer") from None
        except TimeoutError:
            self.close()
            raise PandocError(f"pandoc took more than {self.seconds:.0f} s and was stopped") from None
        except BaseException:  # given up in the middle: the answer that is still to come would be taken for the next one
            self.close()
            raise
        answer: dict[str, Any] = json.loads(line)
        if "fault" in answer:
            raise PandocError(str(answer["fault"]))
        if answer.get("log"):
            raise PandocError("; ".join(answer["log"]))
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [program(), "+RTS", f"-M{MEGABYTES}m", "-RTS", "lua", str(SERVER)]
            environment = {**os.environ, "LC_ALL": "C.UTF-8"}
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
        return self._process


def program() -> str:
    """Where the pandoc of `pypandoc_binary` lies."""
    import pypandoc

    found = Path(pypandoc.__file__).parent / "files" / "pandoc"
    if not found.exists():
        raise ToolError("pandoc is missing. Set up again with `python3 build.py`, or `pip install pypandoc_binary`.")
    return str(found)


def _line(handle: int, seconds: float) -> bytes:
    """Read up to the next line end, waiting at most `seconds` for each piece."""
    pieces: list[bytes] = []
    while True:
        if not select.select([handle], [], [], seconds)[0]:
            raise TimeoutError
        piece = os.read(handle, 1 << 20)
        if not piece:
            raise EOFError
        pieces.append(piece)
        if piece.endswith(b"\n"):
            return b"".join(pieces)


def media_type(name: str) -> str:
    """The media type of a picture, by the end of its name (RFC 6838)."""
    kinds = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
    return kinds[Path(name).suffix.lower()]
