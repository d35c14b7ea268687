"""LibreOffice without a window, which lays out Word files as pages, and turns other documents into DOCX or PPTX.

In: bytes of an office file. Out: PDF, DOCX or PPTX bytes. Only `--check-word`, the tests, and `merge` of other formats need it.
https://help.libreoffice.org/latest/en-US/text/shared/guide/start_parameters.html
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from briefs import temporary
from briefs.problems import ToolError

SECONDS = 180
CPU, MEMORY = 60, 2_000_000_000  # seconds of processor time, and bytes, for a file from elsewhere (getrlimit(2))
_LIMITED = 'ulimit -c 0 && ulimit -t {} && ulimit -d {} && exec "$@"'
# Bookmarks become named destinations, so that the page of a bookmark can be found.
_EXPORT = 'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'


_FILTERS = {"docx": "docx:MS Word 2007 XML", "pptx": "pptx:Impress MS PowerPoint 2007 XML"}


def program() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        raise ToolError("LibreOffice is missing. Install it: sudo apt-get install libreoffice-writer")
    return found


def pdfs(files: Mapping[str, bytes], cache: Path) -> dict[str, bytes]:
    """A PDF of each office file, by the file's name. Names end in .docx or .pptx. LibreOffice is started once for all of them.

    Don't mix slides and Word files: bookmarks are kept only if all files are Word files.
    """
    profile = cache / "libreoffice"
    profile.mkdir(parents=True, exist_ok=True)
    way = "pdf" if any(n.endswith(".pptx") for n in files) else _EXPORT
    return _converted(files, way, ".pdf", profile)


def converted(data: bytes, suffix: str, format: str) -> bytes:
    """A Word file (`docx`) or presentation (`pptx`) made of a document in another format (`.odt`, `.rtf`, `.odp`). The profile is
    new, so no macro runs; time and memory have limits. Raises ToolError."""
    with tempfile.TemporaryDirectory(dir=temporary.folder()) as profile:
        name = f"sent{suffix}"
        return _converted({name: data}, _FILTERS[format], f".{format}", Path(profile), is_limited=True)[name]


def _converted(files: Mapping[str, bytes], way: str, suffix: str, profile: Path, *, is_limited: bool = False) -> dict[str, bytes]:
    """What LibreOffice makes of files. `way`: the format and its filter, `suffix`: how the names of the results end."""
    with tempfile.TemporaryDirectory(dir=temporary.folder()) as folder:
        work = Path(folder)
        for name, data in files.items():
            (work / name).write_bytes(data)
        start = [program(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        command = [*start, "--convert-to", way, "--outdir", str(work / "out"), *(str(work / n) for n in files)]
        said = _run(command, is_limited)
        made = {n: work / "out" / f"{Path(n).stem}{suffix}" for n in files}
        lost = [n for n, path in made.items() if not path.exists()]
        if lost:
            within = f" within {CPU} s of processor time and {MEMORY // 10**9} GB of memory" if is_limited else ""
            raise ToolError(f"LibreOffice could not read {', '.join(lost)}{within}: {said[-300:] or 'it said nothing'}")
        return {n: path.read_bytes() for n, path in made.items()}


def _run(command: Sequence[str], is_limited: bool) -> str:
    """Run LibreOffice to its end, and return what it said. Raises ToolError if it takes too long; its processes are ended then."""
    limits = ["sh", "-c", _LIMITED.format(CPU, MEMORY // 1024), "sh"] if is_limited else []
    whole = [*limits, *command]
    with subprocess.Popen(whole, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True) as run:
        try:
            return run.communicate(timeout=SECONDS)[0].strip()
        except subprocess.TimeoutExpired:
            raise ToolError(f"LibreOffice took more than {SECONDS} s and was stopped") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)  # the script that was started, and what it started


def pages(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    import pikepdf  # it takes long, and most commands only name this module

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def bookmarks(pdf: bytes, names: Iterable[str]) -> dict[str, int]:
    """The page (from 1) of each bookmark of a Word file, in the PDF that `pdfs` made of it."""
    import pikepdf  # it takes long, and most commands only name this module

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        numbers = {page.obj.objgen: number for number, page in enumerate(opened.pages, 1)}
        there: Any = opened.Root.get("/Dests", {})
        # LibreOffice writes an underscore as 5F, its code in hexadecimal.
        found = {name: there.get("/" + name.replace("_", "5F")) for name in names}
        return {name: numbers[at[0].objgen] for name, at in found.items() if at is not None}
