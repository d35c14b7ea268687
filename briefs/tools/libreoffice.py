"""LibreOffice, without a window: lays out Word files as pages.

In: DOCX bytes. Out: PDF bytes. Only `--check-word` and the tests need it. https://help.libreoffice.org/latest/en-US/text/shared/guide/start_parameters.html
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from briefs.problems import ToolError

SECONDS = 180


def program() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        raise ToolError("LibreOffice is missing. Install it: sudo apt-get install libreoffice-writer")
    return found


def pdfs(files: Mapping[str, bytes], cache: Path) -> dict[str, bytes]:
    """Each office file as PDF, by the same name; `names` end in .docx or .pptx. One start lays out all of them."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, data in files.items():
            (work / name).write_bytes(data)
        profile = cache / "libreoffice"
        profile.mkdir(parents=True, exist_ok=True)
        command = [program(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "pdf",
                   "--outdir", str(work / "out"), *(str(work / n) for n in files)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise ToolError(f"LibreOffice took more than {SECONDS} s and was stopped") from None
        made = {n: work / "out" / f"{Path(n).stem}.pdf" for n in files}
        lost = [n for n, path in made.items() if not path.exists()]
        if lost:
            raise ToolError(f"LibreOffice could not lay out {', '.join(lost)}: {(run.stderr or run.stdout).strip()[-300:]}")
        return {n: path.read_bytes() for n, path in made.items()}


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)
