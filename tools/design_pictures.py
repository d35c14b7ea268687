#!/usr/bin/env python3
"""Makes pictures of finished pages: what `docs/design.md` describes, and what a change of the look is judged by.

Each picture is a sheet with pages of one PDF side by side: the report, briefs, comparisons, handouts. Build the documents first.

Usage: .venv/bin/python tools/design_pictures.py [DIST] [FOLDER] [PDF …]
       (dist, design-pictures; without PDFs: the report, `glance`, and three of each other kind)
"""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

ACROSS, GAP = 4, 12  # pages beside each other on a sheet; dots between them
SCALE = 1.0  # dots a point
GROUND = "#8c8c8c"
SHOWN = ("report.pdf", "glance.pdf", "briefs/*.pdf", "compare/*.pdf", "handouts/*.pdf")
MOST = 3  # of the files of a kind, and no more than two sheets of a file
SHEETS = 2


def main(arguments: list[str]) -> int:
    dist, folder = Path((arguments or ["dist"])[0]), Path((arguments[1:] or ["design-pictures"])[0])
    files = list(map(Path, arguments[2:])) or [path for pattern in SHOWN for path in sorted(dist.glob(pattern))[:MOST]]
    if not files:
        print(f"{dist}: has no PDF. Build documents first: python3 build.py", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        for picture in sheets(path, folder):
            print(picture)
    return 0


def sheets(path: Path, folder: Path) -> list[Path]:
    """The pictures of a PDF: sheets of two rows."""
    made = []
    with pypdfium2.PdfDocument(path) as document:
        count = min(len(document), SHEETS * 2 * ACROSS)
        for start in range(0, count, 2 * ACROSS):
            pages = [document[n].render(scale=SCALE).to_pil() for n in range(start, min(start + 2 * ACROSS, count))]
            made.append(folder / f"{path.parent.name}-{path.stem}-{start // (2 * ACROSS) + 1}.png")
            sheet(pages).save(made[-1])
    return made


def sheet(pages: list[Image.Image]) -> Image.Image:
    """Pages in rows, on grey."""
    rows = [pages[n : n + ACROSS] for n in range(0, len(pages), ACROSS)]
    wide = max(sum(page.width + GAP for page in row) for row in rows) + GAP
    high = sum(max(page.height for page in row) + GAP for row in rows) + GAP
    whole = Image.new("RGB", (wide, high), GROUND)
    y = GAP
    for row in rows:
        x = GAP
        for page in row:
            whole.paste(page, (x, y))
            x += page.width + GAP
        y += max(page.height for page in row) + GAP
    return whole


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
