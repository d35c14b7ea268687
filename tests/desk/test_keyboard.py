"""A day's work with the keyboard alone, and pages at other sizes and in the other direction, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.desk import browser
from tests.desk.test_browser import EDITS, content, edited_brief, open_page, pages, picture, sent, until_new_page, with_edit

__all__ = ["content", "pages"]  # fixtures
pytestmark = pytest.mark.skipif(not browser.CHROMIUM, reason="there is no Chromium here")

MOST = 600  # stops of the Tab key on a page
FOCUS = """
() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  const shown = focused.closest(".cm-editor") ?? focused.closest("svg.world a")?.firstElementChild ?? focused;
  const style = getComputedStyle(shown), { top, bottom } = shown.getBoundingClientRect();
  const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || parseFloat(style.strokeWidth) > 1;
  const isThere = focused === document.body || (isMarked && bottom > 0 && top < innerHeight);
  return [isThere, focused.outerHTML.slice(0, 200)];
}
"""


def assert_seen(page: Any) -> None:
    """The element that has the focus is in the window, and marked. An editor is marked a moment later."""
    for _ in range(100):
        is_there, html = page.evaluate(FOCUS)
        if is_there:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"nobody sees that this has the focus: {html}")


def press_to(page: Any, selector: str, key: str = "Tab") -> None:
    """Press a key until an element has the focus. Every stop must be seen; the focus may not be caught anywhere."""
    for _ in range(MOST):
        page.keyboard.press(key)
        assert_seen(page)
        if page.evaluate("selector => Boolean(document.activeElement?.closest(selector))", selector):
            return
    there, heading = page.locator(selector).count(), page.locator("h1").first.inner_text()
    raise AssertionError(f"of {there} elements {selector} on {page.url} ({heading}), none ever had the focus")


def follow(page: Any, address: str) -> None:
    """Go to a link, and follow it."""
    press_to(page, f"a[href='{address}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_a_day_s_work_with_the_keyboard_alone(pages: tuple[str, Any], content: Path, tmp_path: Path) -> None:
    page, file = open_page(pages, "/"), content / "countries/ee.yaml"
    before = file.read_text()

    # Find Estonia, past the links at the top.
    press_to(page, ".skip")
    page.keyboard.press("Enter")
    press_to(page, "input[name=words]")
    page.keyboard.type("eston")
    page.get_by_text("1 of 28 countries").wait_for()
    follow(page, "/write/countries/ee")
    until_new_page(page, None)

    # Change a fact. The focus stays in it when the page comes.
    old = picture(page)
    press_to(page, "[data-field$='#ee-01b/text'] .editor")
    page.keyboard.press("Control+a")
    page.keyboard.type(sent(page, "ee-01b/text").replace("major Estonian cities", "every Estonian city"))
    until_new_page(page, old)
    assert page.evaluate("document.activeElement.closest('[data-field]').dataset.field") == "countries/ee.yaml#ee-01b/text"

    # A mistake is told to who can't see it, and mended; then everything is saved.
    press_to(page, "[name='text:ee-01b/sources']")
    page.keyboard.press("End")
    page.keyboard.type("x")
    page.locator("[id='p-ee-01b/sources'] .error").wait_for()
    focused = "document.activeElement.getAttribute('aria-describedby')"
    assert page.evaluate(focused) == "p-ee-01b/sources", "the focus was lost when the problem came"
    page.keyboard.press("Backspace")
    page.locator("[id='p-ee-01b/sources'] .error").wait_for(state="detached")
    page.keyboard.press("Control+s")
    page.get_by_text("Saved.").wait_for()
    saved = before.replace("major Estonian cities", "every Estonian city", 1)
    assert file.read_text() == saved

    # Build, and bring back an edited Word file: one edit is taken, the other left.
    follow(page, "/files")
    press_to(page, "[name='kind:glance']")
    page.keyboard.press("Space")
    press_to(page, "form[action='/build'] button")
    page.keyboard.press("Enter")
    page.get_by_text("Done.").wait_for()
    page.on("filechooser", lambda _: None)  # the browser then asks us from the first key on, and opens no window of its own
    follow(page, "/incoming")
    press_to(page, "#file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(edited_brief(content, tmp_path))
    press_to(page, "form[action='/incoming'] button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2 edits").wait_for()
    other = page.locator("fieldset.edit", has_text=EDITS["matters"]).get_by_role("checkbox").get_attribute("name")
    press_to(page, f"[name='{other}']")
    page.keyboard.press("Space")
    press_to(page, "form[action^='/incoming/'] button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Files that came back").wait_for()
    assert file.read_text() == with_edit(saved, "position")

    # Sign off, look at who would get what, send, and download.
    follow(page, "/sign")
    press_to(page, "[name=by]")
    page.keyboard.type("Ann Lawyer")
    press_to(page, "[name$=':countries/ee.yaml']")
    page.keyboard.press("Space")
    press_to(page, "form[action='/sign'] button:not([name])", "Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_text("signed by Ann Lawyer").wait_for()
    follow(page, "/send")
    press_to(page, "[name=what]")
    page.keyboard.type("Estonia")
    press_to(page, "[value=try]")
    page.keyboard.press("Enter")
    page.get_by_text("would be sent").wait_for()
    press_to(page, "[value=send]")
    page.keyboard.press("Enter")
    page.get_by_text("Done.").wait_for()
    follow(page, "/files")
    press_to(page, "a[href='/files/briefs/estonia.docx']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


@pytest.mark.parametrize("path", ["/", "/write/countries/be", "/write/values/spectrum", "/documents/brief/ee"])
def test_the_focus_goes_through_the_whole_page_and_out_of_it(pages: tuple[str, Any], path: str) -> None:
    page = open_page(pages, path)
    press_to(page, ".skip")
    page.keyboard.press("Tab")
    press_to(page, ".skip")


@pytest.mark.parametrize(
    "path", ["/", "/write/countries/ee", "/write/sections/sec-bri", "/write/values/spectrum", "/files", "/sign"]
)
def test_pages_fit_at_200_per_cent_and_from_right_to_left(pages: tuple[str, Any], path: str) -> None:
    def turned(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('dir="ltr"', 'dir="rtl"'))

    page = pages[1]
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    try:
        page.set_viewport_size({"width": 700, "height": 450})  # 1400 × 900 pixels at 200 %
        open_page(pages, path)
        assert page.evaluate(fits)
        page.set_viewport_size({"width": 1400, "height": 900})
        page.route(lambda address: address.endswith(path), turned)
        open_page(pages, path)
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl" and page.evaluate(fits)
        link = page.locator("nav a").first.bounding_box()
        assert link["x"] > 700, "the first link isn't on the right"
        assert browser.faults(page) == []
    finally:
        page.unroute_all()
        page.set_viewport_size({"width": 1400, "height": 1000})


def test_a_value_of_the_data_is_changed_with_the_keyboard(pages: tuple[str, Any], content: Path) -> None:
    page = open_page(pages, "/write/values/spectrum")
    press_to(page, "[name='text:fr/value']")
    before = sent(page, "fr/value")
    page.keyboard.press("ArrowDown")
    wanted = sent(page, "fr/value")
    page.locator("#kept", has_text="Kept as a draft").wait_for()
    page.keyboard.press("Control+s")
    page.get_by_text("Saved.").wait_for()
    assert wanted != before and f"value: {wanted}" in (content / "countries/fr.yaml").read_text()
