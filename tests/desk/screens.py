"""Makes the pictures of docs/desk.md: `python3 -m tests.desk.screens [FOLDER]`.

In: the first edition. Out: PNGs of 128 colours of the desk's pages, on a wide screen and on a phone.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.desk import browser

SCREENS = {  # name: path, width and height in pixels, what must be there first
    "edition": ("/", 1280, 800, "svg.world"),
    "writing": ("/write/countries/ee", 1280, 800, "#pages img"),
    "section": ("/write/sections/sec-bri", 1280, 800, "#pages img"),
    "values": ("/write/values/spectrum", 1280, 800, "#pages img"),
    "phone": ("/write/countries/ee", 390, 780, "#pages img"),
}
COLOURS = 128


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        content = Path(made) / "content"
        shutil.copytree(browser.ROOT / "content", content)
        with browser.serving(content, Path(made) / "home") as address, browser.browsing() as chromium:
            page = chromium.new_page()
            page.set_default_timeout(120_000)
            page.goto(address)
            origin = re.match(r"http://[^/]+", address)[0]  # type: ignore[index]
            for name, (path, width, height, wanted) in SCREENS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(origin + path)
                page.locator(wanted).first.wait_for()
                shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                shown.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else browser.ROOT / "docs" / "desk"))
