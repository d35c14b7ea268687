"""References to captions keep their numbers when LibreOffice updates the fields of a Word file."""

from __future__ import annotations

import subprocess
from pathlib import Path

from briefs.press.session import Session
from briefs.tools import libreoffice
from briefs.typeset.word import package
from briefs.typeset.word.package import w
from tests import small

SECTION = """---
id: a
title: A section
---

See [](#fig-all) and [](#fig-counted).

::: {#fig-counted .figure data=counts}
How many.
:::

::: {#fig-all .figure data=map}
All of them.
:::
"""
PYTHON = "/usr/bin/python3"  # the system's, which has UNO


def test_references_keep_their_numbers(session: Session, tmp_path: Path) -> None:
    made = small.make(small.with_edition(session, small.edition(more={"report/01-a.md": SECTION})), "report", "", ("docx",))
    (tmp_path / "report.docx").write_bytes(made.files["docx"])
    script, profile = str(Path(__file__).parent / "uno_update.py"), tmp_path / "profile"
    files = [str(tmp_path / name) for name in ("report.docx", "report.txt")]
    subprocess.run([PYTHON, script, *files, str(profile), libreoffice.program()], check=True, timeout=300)
    text = (tmp_path / "report.txt").read_text(encoding="utf-8-sig")
    assert "See Figure 2 and Figure 1." in text and "Figure 2. All of them." in text
    body = package.read(made.files["docx"]).xml(package.BODY)
    counted = [p for p in body.iter(w("p")) if any("SEQ " in (code.text or "") for code in p.iter(w("instrText")))]
    assert len(counted) >= 2 and all(p.find(f"{w('pPr')}/{w('sectPr')}") is None for p in counted)
