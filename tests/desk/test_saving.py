"""A save, a move or a deletion in a browser: only what changed is put into the page; a section's line ends stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.desk import forms
from briefs.edition import write
from tests import small
from tests.desk import browser

WAIT = 120_000  # milliseconds
in_browser = pytest.mark.skipif(not browser.CHROMIUM, reason="there is no Chromium here")
WRAPPED = """---
title: The first section
id: one
---
A paragraph of the section
whose lines end where its
writer ended them [@one].

::: {.note}
A box
of two lines.
:::

- An item that
  goes on.
- Another.
"""
FACTS = [*small.FACTS, small.fact("A third thing, which is the last one.")]
FOCUSED = "(one => one.value || one.id || one.closest('[data-field]').dataset.field)(document.activeElement)"
TOP = "document.activeElement.getBoundingClientRect().top"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small edition."""
    found = tmp_path_factory.mktemp("saving")
    small.write(found / "content", facts=FACTS, more={"report/01-one.md": WRAPPED})
    return found


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Any]:
    """The form of a country of this edition, in a browser. An error of a script fails a test."""
    with browser.country_form(folder, WAIT, viewport={"width": 1200, "height": 700}) as page:
        yield page


@pytest.fixture
def page(shared: Any) -> Any:
    """The form of the country, just opened."""
    shared.goto(re.sub("/write/.*", "/write/countries/be", shared.url))
    shared.locator("#pages img").first.wait_for()
    return shared


def said(page: Any, words: str) -> None:
    page.locator("#said", has_text=words).wait_for()


def facts(page: Any) -> list[str]:
    return [str(one.get_attribute("id")) for one in page.locator("fieldset.fact").all()]


def text_of(page: Any, field: str) -> Any:
    return page.locator(f"[data-field$='#{field}'] .cm-content")


@in_browser
def test_only_what_a_save_changed_is_put_into_the_page(page: Any, folder: Path) -> None:
    file = folder / "content/countries/be.yaml"
    before = file.read_text()
    page.evaluate("window.isTheSame = true")  # a page that is loaded anew forgets it

    # A save keeps the focus, the place, the printed page, and the steps that can be taken back in the editor.
    text_of(page, "be-03/text").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Typed")
    page.get_by_text("Kept as a draft").wait_for()
    top = page.evaluate(TOP)
    page.keyboard.press("Control+s")
    said(page, "Saved. fact be-03, Text")
    assert "the last one. Typed" in file.read_text() and page.evaluate(FOCUSED) == "countries/be.yaml#be-03/text"
    assert abs(page.evaluate(TOP) - top) < 5 and page.locator("#pages img").count() == 1
    page.keyboard.type(" twice")
    page.get_by_text("Kept as a draft").wait_for()
    page.keyboard.press("Control+s")
    page.wait_for_timeout(200)
    said(page, "Saved. fact be-03, Text")
    assert "the last one. Typed twice" in file.read_text()

    # A move changes the order, a deletion takes a fact away, and undoing it brings it back and leads to it.
    page.locator("button[value='up:be-03']").click()
    said(page, "“be-03” was moved.")
    assert facts(page) == ["fact-be-01", "fact-be-03", "fact-be-02", "fact-new"] and page.evaluate(FOCUSED) == "up:be-03"
    assert page.locator("button[value='down:be-02']").is_disabled() and page.locator("button[value='up:be-02']").is_enabled()
    page.locator("button[value='delete:be-02']").click()
    said(page, "“be-02” was deleted.")
    assert facts(page) == ["fact-be-01", "fact-be-03", "fact-new"] and "be-02" not in file.read_text()
    page.locator("#undo", has_text="be-02").click()
    said(page, "Undone")
    assert facts(page) == ["fact-be-01", "fact-be-03", "fact-be-02", "fact-new"]
    assert page.evaluate("document.activeElement.closest('fieldset').id") == "fact-be-02"
    text_of(page, "be-02/text").fill("Policy is **another** thing.")  # it has an editor again
    page.get_by_text("Kept as a draft").wait_for()
    page.keyboard.press("Control+s")
    said(page, "Saved.")
    assert "Policy is **another** thing." in file.read_text()

    # A refusal is told at the top and has the focus; once it is mended, it is gone.
    page.locator("[id='f-be-01/date']").fill("May 2019")
    page.keyboard.press("Control+s")
    page.locator("#refused").wait_for()
    assert page.evaluate(FOCUSED) == "refused" and "2019-05" not in file.read_text()
    page.locator("[data-write='2019-05']").click()
    assert page.evaluate(FOCUSED) == "2019-05"
    page.get_by_text("Kept as a draft").wait_for()
    page.keyboard.press("Control+s")
    said(page, "Saved. fact be-01, Date")
    assert page.locator("#refused").count() == 0 and "2019-05" in file.read_text()

    # A new fact gets its own fields, and the empty ones are there for another.
    text_of(page, "new/text").fill("A new thing.")
    page.locator("[id='f-new/sources']").fill("one")
    page.get_by_role("button", name="Add the fact").click()
    said(page, "“be-04” was added.")
    assert facts(page)[-2:] == ["fact-be-04", "fact-new"] and page.locator("[id='f-new/sources']").input_value() == ""
    assert page.evaluate("document.activeElement.closest('fieldset').id") == "fact-be-04"
    for _ in range(6):
        page.locator("#undo").click()
        page.locator("#said", has_text="Undone").wait_for()
        page.evaluate("document.getElementById('said').textContent = ''")
    assert file.read_text() == before and page.evaluate("window.isTheSame")


@in_browser
def test_a_refusal_in_plain_text_is_told(page: Any) -> None:
    """The gate refuses a browser that has no cookie, as after a restart of the desk, before any page is made."""
    cookies = page.context.cookies()
    page.context.clear_cookies()
    text_of(page, "be-03/text").click()
    page.keyboard.type("Typed ")
    page.locator("#kept", has_text="The desk didn’t take this request.").wait_for()
    page.keyboard.press("Control+s")
    notice = page.locator("main > .notice")
    notice.wait_for()
    assert notice.locator("h2").inner_text() == page.locator("#kept").inner_text() != ""
    assert page.evaluate("document.activeElement.className") == "notice"
    page.context.add_cookies(cookies)


@in_browser
def test_a_paragraph_is_shown_as_one_line_and_keeps_its_line_ends(page: Any, folder: Path) -> None:
    file = folder / "content/report/01-one.md"
    page.goto(re.sub("/write/.*", "/write/sections/one", page.url))
    body = text_of(page, "body")
    body.wait_for()
    shown = [line.inner_text().strip() for line in body.locator(".cm-line").all()]
    assert shown[0] == "A paragraph of the section whose lines end where its writer ended them [@one]."
    assert {"::: {.note}", ":::", "- An item that goes on.", "- Another."} <= {*shown}
    assert page.locator("[name='text:body']").input_value() == WRAPPED.split("---\n", 2)[2]

    # A word that is typed changes its line alone. Enter begins a paragraph.
    page.locator("[data-field$='#body'] .editor").evaluate("one => { one.goTo(2); one.view.focus(); }")
    page.keyboard.type("New words, ")
    page.get_by_text("Kept as a draft").wait_for()
    page.keyboard.press("Control+s")
    said(page, "Saved.")
    assert file.read_text() == (typed := WRAPPED.replace("whose lines", "New words, whose lines"))
    page.keyboard.press("Control+Home")
    page.keyboard.type("First.")
    page.keyboard.press("Enter")
    page.get_by_text("Kept as a draft").wait_for()
    page.keyboard.press("Control+s")
    page.wait_for_timeout(300)
    said(page, "Saved.")
    assert file.read_text().split("---\n")[2] == "First.\n\n" + typed.split("---\n")[2]


KINDS = [
    "Words of a line",
    "- an item",
    "  more of it",
    "",
    "::: {.note}",
    "| a | b |",
    "# Heading {#x}",
    "é  ",
    "\tdeep",
    "> said",
]
LINES = st.lists(st.sampled_from(KINDS), max_size=12)


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.data())
def test_a_text_that_is_opened_and_saved_changes_no_byte_and_a_word_changes_its_line(lines: list[str], end: str, data: Any) -> None:
    whole = ["---", "title: A title", "id: one", "---", *lines, ""]
    files = {"report/01.md": end.join(whole).encode()}
    sheet = forms.of_section("report/01.md", files["report/01.md"])
    text = sheet.all[forms.BODY].text
    assert write.changed(files, [*sheet.changes({forms.BODY: text})]) == {}
    if not lines:
        return
    at = data.draw(st.integers(0, len(lines) - 1))
    edited = "\n".join([*lines[:at], lines[at] + " more", *lines[at + 1 :], ""])
    made = write.changed(files, [*sheet.changes({forms.BODY: edited})])["report/01.md"].decode()
    assert made.split(end) == [*whole[: at + 4], lines[at] + " more", *whole[at + 5 :]]
