"""A day's work in a real browser, and every page held against WCAG 2.2 by axe."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk import browser

ROOT = Path(__file__).parents[2]
WAIT = 120_000  # milliseconds
IGNORED = re.compile(r"status of 4\d\d|^htmx:(afterRequest|sendError)")  # refusals are meant; a page was left while it asked
pytestmark = pytest.mark.skipif(not browser.CHROMIUM, reason="there is no Chromium here")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first edition, to be changed."""
    folder = tmp_path_factory.mktemp("edition") / "content"
    shutil.copytree(ROOT / "content", folder)
    return folder


@pytest.fixture(scope="module")
def pages(content: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The desk's address, and a browser that has entered it. An error of a script, or of the policy, fails the test."""
    with browser.serving(content, tmp_path_factory.mktemp("home")) as address, browser.browsing() as chromium:
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(WAIT)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console", lambda said: errors.append(said.text) if said.type == "error" and "status of 4" not in said.text else None
        )
        page.goto(address)
        yield re.match(r"http://[^/]+", address)[0], page  # type: ignore[index]
        assert errors == []


def open_page(pages: tuple[str, Any], path: str) -> Any:
    origin, page = pages
    page.goto(origin + path)
    return page


def until_new_page(page: Any, old: str | None) -> None:
    """Wait until the page beside the form is another one than `old`. Playwright's own waiting for a function needs `eval`."""
    shown = page.locator("#pages img").first
    shown.wait_for()
    for _ in range(WAIT // 50):
        if shown.get_attribute("src") != old:
            return
        page.wait_for_timeout(50)
    raise AssertionError("no new page came")


def picture(page: Any) -> str | None:
    shown = page.locator("#pages img")
    return shown.first.get_attribute("src") if shown.count() else None


def test_a_day_s_work(pages: tuple[str, Any], content: Path) -> None:
    file = content / "countries/ee.yaml"
    before = file.read_text()

    # Find Estonia: in the table as one types, and on the map.
    page = open_page(pages, "/")
    page.get_by_label("Find a country").fill("eston")
    page.get_by_text("1 of 28 countries").wait_for()
    page.locator("svg.world a[aria-label^='Estonia']").wait_for()
    page.get_by_role("link", name="Estonia", exact=True).click()
    until_new_page(page, None)

    # Change a fact, and see the page change. The draft is kept.
    old = picture(page)
    text = page.locator("[name='text:ee-01b/text']")
    text.fill("Estonia expects **5G in every Estonian city by 2023**.")
    until_new_page(page, old)
    assert page.locator("#kept").inner_text() == "Kept as a draft" and file.read_text() == before

    # A mistake stands under its field, and the last good page stays. Mend it.
    old = picture(page)
    sources = page.locator("[name='text:ee-01b/sources']")
    sources.fill("evc-2020-apendix")
    page.locator("[id='p-ee-01b/sources'] .error").wait_for()
    assert "evc-2020-appendix" in page.locator("[id='p-ee-01b/sources']").inner_text() and picture(page) == old
    sources.fill("evc-2020-appendix")
    page.locator("[id='p-ee-01b/sources'] .error").wait_for(state="detached")

    # A click on the page leads to the field.
    spot = page.locator("svg.spots [data-field='countries/ee.yaml#position']").bounding_box()
    page.mouse.click(spot["x"] + 60, spot["y"] + 4)
    assert page.evaluate("document.activeElement.name") == "text:position"

    # Save with the keyboard alone: only these letters are written.
    page.locator("#form button").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert file.read_text() == before.replace("5G in major Estonian cities", "5G in every Estonian city")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/documents",
        "/problems",
        "/sources",
        "/documents/brief/ee",
        "/write/countries/ee",
        "/write/sections/sec-bri",
        "/no-such-page",
    ],
)
@pytest.mark.parametrize("width", [1400, 390])
def test_pages_are_accessible_and_fit_their_window(pages: tuple[str, Any], path: str, width: int) -> None:
    pages[1].set_viewport_size({"width": width, "height": 900})
    page = open_page(pages, path)
    if path == "/":
        page.locator("svg.world").wait_for()
    assert browser.faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
    pages[1].set_viewport_size({"width": 1400, "height": 1000})


def test_a_clash_and_a_refusal_are_accessible_too(pages: tuple[str, Any], content: Path) -> None:
    page = open_page(pages, "/write/countries/fr")
    until_new_page(page, None)
    file = content / "countries/fr.yaml"
    file.write_text(re.sub(r"(?m)^(summary: >-\n  )\S+", r"\1Anew", file.read_text()))
    page.locator("[name='text:summary']").fill("Wholly other words.")
    page.get_by_text("Somebody else changed the same words").wait_for()
    page.get_by_text("The files were changed by somebody else").wait_for()
    assert browser.faults(page) == []
