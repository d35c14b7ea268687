"""What a browser sends while somebody types: to the drafts, whatever has the focus; and Ctrl-S, which leaves no words behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import small
from tests.desk import browser

pytestmark = pytest.mark.skipif(not browser.CHROMIUM, reason="there is no Chromium here")
WAIT = 120_000  # milliseconds
SELECT = (
    "const one = document.getElementById('f-stance'); one.value = 'open'; one.dispatchEvent(new Event('input', { bubbles: true }))"
)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Any]:
    """The form of a country of a small edition, in a browser."""
    small.write(tmp_path / "content")
    with browser.country_form(tmp_path, WAIT) as page:
        yield page


def test_a_form_is_typed_in_left_and_saved(page: Any, tmp_path: Path) -> None:
    # A field that changes without the focus is a draft, and Ctrl-S adds the fact that was begun.
    file = tmp_path / "content/countries/be.yaml"
    page.locator("[name='text:stance']").select_option("wary")
    page.locator("#f-summary").evaluate("one => one.closest('.field').querySelector('.editor').view.focus()")
    page.keyboard.press("End")
    page.keyboard.type(" Typed.")
    page.get_by_text("Kept as a draft").wait_for()
    page.keyboard.press("Control+s")
    page.locator("#undo").wait_for()
    saved = file.read_text()
    assert "Typed." in saved

    # Undo has the focus; another field changes by itself, as by a browser that fills in forms.
    page.locator("#pages img").first.wait_for()
    page.locator("#undo").focus()
    with page.expect_request(lambda one: one.method == "POST") as asked:
        page.evaluate(SELECT)
    assert asked.value.url.endswith("/write/countries/be/draft")
    page.get_by_text("Kept as a draft").wait_for()
    assert file.read_text() == saved

    # What was begun of a new fact is there again after the page was left, and Ctrl-S adds it.
    page.locator("#fact-new .cm-content").fill("A thing came.")
    page.locator("[id='f-new/sources']").fill("one")
    with page.expect_response(lambda one: one.url.endswith("/draft") and one.status == 200):
        page.locator("[id='f-new/due']").fill("2031")
    page.reload()
    assert page.locator("[id='f-new/sources']").input_value() == "one"
    page.locator("[id='f-new/due']").fill("")
    page.keyboard.press("Control+s")
    page.get_by_text("“be-03” was added.").first.wait_for()
    page.locator("#fact-be-03:focus-within").wait_for()  # one goes on where the new fact stands
    assert "A thing came." in file.read_text() and "stance: open" in file.read_text()

    # On a phone all entries of the menu are on the screen.
    page.set_viewport_size({"width": 390, "height": 800})
    rights = page.locator("nav a").evaluate_all("links => links.map((one) => one.getBoundingClientRect().right)")
    assert len(rights) > 6 and max(rights) <= 390
