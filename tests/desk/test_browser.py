"""A day's work in a real browser, and every page held against WCAG 2.2 by axe."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml

from tests.desk import browser

ROOT = Path(__file__).parents[2]
WAIT = 120_000  # milliseconds
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
IGNORED = re.compile(
    r"status of 4\d\d|^htmx:(afterRequest|sendError|sendAbort)"
)  # refusals are meant; a page was left while it asked
pytestmark = pytest.mark.skipif(not browser.CHROMIUM, reason="there is no Chromium here")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first edition, to be changed."""
    folder = tmp_path_factory.mktemp("edition") / "content"
    shutil.copytree(ROOT / "content", folder)
    with (folder / "edition.yaml").open("a") as file:
        file.write("roles:\n  - id: lawyer\n    label: Lawyer\n    required: false\n")
    (folder.parent / "people.yaml").write_text("sender: desk@example.org\nlists:\n  staff: [ann@example.org]\n")
    return folder


@pytest.fixture(scope="module")
def pages(content: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The desk's address, and a browser that has entered it. An error of a script, or of the policy, fails the test."""
    people = content.parent / "people.yaml"
    home = tmp_path_factory.mktemp("home")
    with browser.serving(content, home, "--people", str(people)) as address, browser.browsing() as chromium:
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(WAIT)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console", lambda said: errors.append(said.text) if said.type == "error" and not IGNORED.search(said.text) else None
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


def editor(page: Any, field: str) -> Any:
    """The editor of a field."""
    return page.locator(f"[data-field$='#{field}'] .cm-content")


def sent(page: Any, field: str) -> str:
    """What a form would send of a field."""
    return str(page.locator(f"[name='text:{field}']").input_value())


EDITS = {"position": "For now, ", "matters": "As far as is known, "}  # what somebody put before the texts of fields


def edited_brief(content: Path, folder: Path) -> Path:
    """Estonia's brief as a Word file in which somebody changed two texts."""
    command = [sys.executable, "-P", "-m", "briefs", "brief", "Estonia", "--format", "docx", "--content", str(content)]
    subprocess.run([*command, "--out", str(folder)], cwd=ROOT, check=True, capture_output=True, env=ENVIRONMENT)
    path = folder / "briefs" / "estonia.docx"
    file = docx.Document(str(path))
    country = yaml.safe_load((content / "countries/ee.yaml").read_text())
    for field, added in EDITS.items():
        (run,) = (run for run in _runs(file) if " ".join(run.text.split()).startswith(country[field][:60]))
        run.text = added + run.text
    file.save(str(path))
    return path


def _runs(file: Any) -> Iterator[Any]:
    """The runs of a Word file: those in cells, each once, and the others."""
    cells = {cell._tc: cell for table in file.tables for cell in table._cells}
    for part in (*cells.values(), file):
        yield from (run for paragraph in part.paragraphs for run in paragraph.runs)


def with_edit(text: str, field: str) -> str:
    """A country's file with the edit of a field in it, and no other."""
    start = re.search(rf"^{field}: >-\n  ", text, re.MULTILINE)
    assert start
    return text[: start.end()] + EDITS[field] + text[start.end() :]


def test_a_day_s_work(pages: tuple[str, Any], content: Path, tmp_path: Path) -> None:
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
    text = editor(page, "ee-01b/text")
    text.fill(sent(page, "ee-01b/text").replace("major Estonian cities", "every Estonian city"))
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
    assert page.evaluate("document.activeElement.closest('.field').dataset.field") == "countries/ee.yaml#position"

    # Save with the keyboard alone: only these letters are written.
    page.locator("#form button").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()
    saved = before.replace("major Estonian cities", "every Estonian city", 1)
    assert file.read_text() == saved

    # Build the briefs that are wanted, watch them being made, and download one.
    page.get_by_role("link", name="Files", exact=True).click()
    page.get_by_label("At a glance").check()
    page.get_by_role("button", name="Build").click()
    page.get_by_text("Done.").wait_for()

    # Upload an edited Word file: one edit is taken, the other left.
    page.get_by_role("link", name="Files that came back").click()
    page.locator("#file").set_input_files(edited_brief(content, tmp_path))
    page.get_by_role("button", name="Find the edits").click()
    page.get_by_role("heading", name="2 edits").wait_for()
    page.locator("fieldset.edit", has_text=EDITS["matters"]).get_by_role("checkbox").uncheck()
    assert browser.faults(page) == []
    page.get_by_role("button", name="Write the chosen edits").click()
    page.get_by_role("heading", name="Files that came back").wait_for()
    assert file.read_text() == with_edit(saved, "position")

    # Sign off.
    page.get_by_role("link", name="Signatures").click()
    page.get_by_label("Your name").fill("Ann Lawyer")
    page.get_by_label("Estonia: Lawyer").first.check()
    page.get_by_role("button", name="Sign what is chosen").click()
    page.get_by_text("signed by Ann Lawyer").wait_for()
    assert browser.faults(page) == []

    # Send to the outbox, after a look at who would get what; then download.
    page.get_by_role("link", name="Send").click()
    page.get_by_label("What", exact=True).fill("Estonia")
    page.get_by_role("button", name="Say who would get what").click()
    page.get_by_text("would be sent").wait_for()
    assert browser.faults(page) == []
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("Done.").wait_for()
    page.get_by_role("link", name="Files", exact=True).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="briefs/estonia.docx").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/documents",
        "/problems",
        "/sources",
        "/documents/brief/ee",
        "/files",
        "/incoming",
        "/write/countries/ee",
        "/write/sections/sec-bri",
        "/no-such-page",
    ],
)
@pytest.mark.parametrize("width", [1400, 320])  # 1280 pixels at 400 % (WCAG 1.4.10)
def test_pages_are_accessible_and_fit_their_window(pages: tuple[str, Any], path: str, width: int) -> None:
    pages[1].set_viewport_size({"width": width, "height": 900})
    page = open_page(pages, path)
    if path == "/":
        page.locator("svg.world").wait_for()
    assert browser.faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
    pages[1].set_viewport_size({"width": 1400, "height": 1000})


@pytest.mark.parametrize("width", [1366, 820, 390])
def test_no_column_of_the_countries_is_out_of_sight(pages: tuple[str, Any], width: int) -> None:
    pages[1].set_viewport_size({"width": width, "height": 900})
    page = open_page(pages, "/")
    page.locator("svg.world").wait_for()
    table = page.locator("#countries .scroll")
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth"), "it scrolls sideways"
    cells = table.locator("tbody tr").first.locator("th, td")
    assert cells.count() >= 6
    for cell in cells.all():
        box = cell.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, cell.inner_text()
    head = table.locator("thead").bounding_box()
    assert width > 400 or head["width"] * head["height"] <= 1, "the heads of columns lie on the rows"
    assert browser.faults(page) == []
    pages[1].set_viewport_size({"width": 1400, "height": 1000})


def test_a_clash_and_a_refusal_are_accessible_too(pages: tuple[str, Any], content: Path) -> None:
    page = open_page(pages, "/write/countries/fr")
    until_new_page(page, None)
    file = content / "countries/fr.yaml"
    file.write_text(re.sub(r"(?m)^(summary: >-\n  )\S+", r"\1Anew", file.read_text()))
    editor(page, "summary").fill("Wholly other words.")
    page.get_by_text("Somebody else changed the same words").wait_for()
    page.get_by_text("The files were changed by somebody else").wait_for()
    assert browser.faults(page) == []


def test_a_refusal_is_seen_and_after_a_save_one_is_at_the_same_place(pages: tuple[str, Any], content: Path) -> None:
    page, file = open_page(pages, "/write/countries/dk"), content / "countries/dk.yaml"
    until_new_page(page, None)
    before, ids = file.read_text(), re.findall(r"- id: (\S+)", file.read_text())
    focused = "document.activeElement.id || document.activeElement.value"

    # Where a problem goes, nothing moves from under the pointer until the next key.
    button, told = page.get_by_role("button", name="Add the fact"), page.locator("[id='p-new/sources']")
    page.locator("#fact-new .cm-content").fill("A **new thing** came.")
    page.locator("[id='f-new/sources']").fill("no-such-source")
    told.locator(".error").wait_for()
    button.scroll_into_view_if_needed()
    top = button.bounding_box()["y"]
    page.locator("[id='f-new/sources']").fill(page.locator(f"[name='text:{ids[0]}/sources']").input_value().split(",")[0])
    told.locator(".error").wait_for(state="detached")
    assert abs(button.bounding_box()["y"] - top) < 1
    page.keyboard.press("Shift")
    assert button.bounding_box()["y"] < top - 10

    # A refused fact: told at the top and at its field, also after the draft was checked. The saved pages are shown.
    page.locator("#fact-new .cm-content").fill("A **new thing** came.")
    page.locator("[id='f-new/date']").fill("2031-09")
    page.locator("[id='f-new/sources']").fill(page.locator(f"[name='text:{ids[0]}/sources']").input_value().split(",")[0])
    page.get_by_role("button", name="Add the fact").click()
    page.locator("#refused").wait_for()
    until_new_page(page, None)
    page.wait_for_timeout(1500)  # the check of the whole edition has been, too
    assert page.evaluate(focused) == "refused" and "as-of month" in page.locator("#refused").inner_text()
    assert "as-of month" in page.locator("[id='p-new/date']").inner_text()
    assert browser.faults(page) == []
    page.locator("#refused a").click()
    assert page.evaluate(focused) == "f-new/date" and file.read_text() == before

    # Mended, it is added, said, and has the focus.
    page.locator("[id='f-new/date']").fill("2019-09")
    page.get_by_role("button", name="Add the fact").click()
    page.get_by_text("was added.").first.wait_for()
    until_new_page(page, None)
    new = next(id for id in re.findall(r"- id: (\S+)", file.read_text()) if id not in ids)
    assert page.evaluate("document.activeElement.closest('fieldset').id") == f"fact-{new}"
    assert page.locator("#said").inner_text() == f"“{new}” was added."

    # Moving keeps the button where it is on the screen, under the focus.
    button = page.locator(f"button[value='up:{new}']")
    button.scroll_into_view_if_needed()
    top = button.bounding_box()["y"]
    button.evaluate("button => { button.focus(); button.click(); button.click(); }")
    page.get_by_text("was moved.").first.wait_for()
    until_new_page(page, None)
    assert page.evaluate(focused) == f"up:{new}" and abs(button.bounding_box()["y"] - top) < 3
    assert re.findall(r"- id: (\S+)", file.read_text())[-2] == new, "two clicks before the answer moved it by more than one place"


def test_a_source_that_isn_t_there_is_added_where_a_fact_names_it(pages: tuple[str, Any], content: Path) -> None:
    page = open_page(pages, "/write/countries/lt")
    field, told = page.locator("[name$='-01/sources']").first, page.locator("[id$='-01/sources'].told").first
    until_new_page(page, None)
    field.fill(f"{field.input_value()}, made-up-2020")
    told.get_by_role("link", name="Add the source “made-up-2020”").click()
    editor(page, "made-up-2020/title").wait_for()  # else the plain field is found, which is hidden when the editor comes
    page.get_by_role("textbox", name="Title").fill("A report: made up")
    page.get_by_role("textbox", name="Authors").fill("Ray, Jo")
    page.locator("#kept", has_text="Kept as a draft").wait_for()
    assert browser.faults(page) == []
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Saved.").wait_for()
    assert "- id: made-up-2020\n" in (content / "sources.yaml").read_text()
    open_page(pages, "/write/countries/lt")
    until_new_page(page, None)
    assert field.input_value().endswith(", made-up-2020") and told.locator(".error").count() == 0
    page.get_by_text("Give up the drafts", exact=True).click()
    page.get_by_role("button", name="Yes, give them up").click()
    page.get_by_text("The drafts are given up.").first.wait_for()


def test_a_translation_is_brought_up_to_date_beside_its_source_and_its_page(pages: tuple[str, Any], content: Path) -> None:
    file = content / "countries/de.yaml"
    file.write_text(re.sub(r"(?m)^(position: >-\n  )(\S+)", r"\1For years \2", file.read_text()))
    page = open_page(pages, "/write/countries/de")
    page.get_by_role("link", name="fr", exact=True).click()
    until_new_page(page, None)
    text = page.locator("#fact-position")
    text.get_by_text("Out of date").wait_for()
    assert "For years" in text.locator("ins").inner_text() and browser.faults(page) == []
    old, field = picture(page), text.locator(".cm-content")
    field.fill(f"Depuis des années, {sent(page, 'position/text')}")
    until_new_page(page, old)
    page.keyboard.press("Control+s")
    page.get_by_text("Saved.").wait_for()
    text.get_by_text("Translated.").wait_for()
    assert text.locator("select:visible").count() == 0
    assert "Depuis des années" in (content / "translations/fr/countries/de.yaml").read_text()


def test_a_section_is_written_with_the_keyboard_alone(pages: tuple[str, Any]) -> None:
    page = open_page(pages, "/write/sections/sec-bri")
    until_new_page(page, None)
    before = sent(page, "body")
    # A choice of older letters is disabled until those of the new ones are known, and Enter doesn't take it.
    choices = page.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) li")
    editor(page, "body").focus()
    page.keyboard.press("Control+End")
    for typed, wanted, more in (
        ("\nSee Eston", "Estonia", " and "),
        ("[@evc-2020-ap", "evc-2020-appendix", "] after "),
        ("[](#sec-bri-h", "sec-bri-history", ". "),
    ):
        page.keyboard.type(typed)
        for _ in range(5):
            choices.get_by_text(wanted).first.wait_for()
            page.wait_for_timeout(150)  # a choice that has only just come isn't taken by a key that was meant for the text
            page.keyboard.press("Enter")
            if not sent(page, "body").endswith("\n"):
                break
            page.keyboard.press("Backspace")  # it had changed meanwhile
            page.keyboard.press("Control+Space")
        page.keyboard.type(more)
    assert sent(page, "body").endswith("\nSee Estonia and [@evc-2020-appendix] after [](#sec-bri-history). ")

    # A mistake is underlined, and told in words to who doesn't see that.
    page.keyboard.type("[](#no-such-part)")
    page.locator(".cm-lintRange-error", has_text="no-such-part").wait_for()
    assert "no-such-part" in editor(page, "body").get_attribute("aria-description")
    assert browser.faults(page) == []

    # Escape and Tab lead out of the editor, Shift and Tab into it again; what was typed is taken back.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"  # that of the mistake, behind the editor
    page.keyboard.press("Shift+Tab")
    for _ in range(120):  # what is typed slowly is taken back letter by letter
        if sent(page, "body") == before:
            break
        page.keyboard.press("Control+z")
    assert sent(page, "body") == before


def test_without_scripts_texts_are_plain_fields(pages: tuple[str, Any]) -> None:
    page = (
        pages[1].context.browser.new_context(java_script_enabled=False, storage_state=pages[1].context.storage_state()).new_page()
    )
    page.goto(f"{pages[0]}/write/sections/sec-bri")
    field = page.locator("textarea[name='text:body']")
    assert field.is_visible() and "In November 2012" in field.input_value()
    page.context.close()


DROP = """
([target, name]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
  return new Promise((done) => canvas.toBlob((blob) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([blob], name, { type: "image/png" }));
    const { x, y } = target.getBoundingClientRect();
    const where = { clientX: x + 20, clientY: y + 5, bubbles: true, cancelable: true, composed: true };
    target.dispatchEvent(new DragEvent("drop", { dataTransfer, ...where }));
    done();
  }));
}
"""
PASTE = """
([target, html]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true }));
}
"""


def test_pictures_are_dropped_and_passages_pasted(pages: tuple[str, Any], content: Path) -> None:
    page = open_page(pages, "/write/sections/sec-structure")
    text = editor(page, "body")
    text.focus()
    page.keyboard.press("Control+End")
    page.evaluate(PASTE, [text.element_handle(), "<p>Pasted <b>words</b><script>alert(1)</script></p>"])
    for _ in range(200):
        if "Pasted **words**" in sent(page, "body"):
            break
        page.wait_for_timeout(50)
    before = sent(page, "body")
    assert before.endswith("Pasted **words**")

    page.evaluate(DROP, [text.locator(".cm-line").nth(2).element_handle(), "Two Masts.png"])
    page.get_by_role("dialog").wait_for()
    assert browser.faults(page) == []
    page.get_by_label("Caption").fill("Two masts")
    page.keyboard.press("Tab")
    page.keyboard.type("Two masts")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("say in other words what the picture shows").wait_for()
    page.get_by_label("What it shows").fill("A road between two steel masts")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("dialog").wait_for(state="hidden")
    assert '![Two masts](figures/two-masts.png){#fig-two-masts alt="A road between two steel masts"}' in sent(page, "body")
    assert (content / "figures/two-masts.png").read_bytes().startswith(b"\x89PNG")

    # It stands after the paragraph, whose lines are as they were, and nobody else has changed the files.
    lines = sent(page, "body").split("\n")
    at = next(number for number, line in enumerate(lines) if "figures/two-masts.png" in line)
    assert lines[at - 1] == "" == lines[at + 1] and lines[at + 2] != ""
    assert "\n".join([*lines[:at], *lines[at + 2 :]]) == before
    page.wait_for_timeout(3000)
    assert page.locator("#changed").inner_text() == ""


def test_a_click_on_a_page_of_the_report_leads_to_its_line_and_back(pages: tuple[str, Any]) -> None:
    page = open_page(pages, "/write/sections/sec-bri")
    until_new_page(page, None)
    spots = page.locator("svg.spots [data-field^='report/']")
    spot, line = spots.nth(3), int(spots.nth(3).get_attribute("data-line"))
    at = spot.bounding_box()
    page.mouse.click(at["x"] + 60, at["y"] + 4)
    start = int(page.locator("[data-field$='#body']").get_attribute("data-start"))
    assert int(page.locator(".editor.long").get_attribute("data-line")) == line - start + 1
    mark = page.locator("svg.spots .mark").first
    assert (mark.get_attribute("width"), mark.get_attribute("y")) == ("4", spot.get_attribute("y"))
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    lines = {int(one.get_attribute("data-line")): one.get_attribute("y") for one in spots.all()}
    assert mark.get_attribute("y") == lines[max(line for line in lines if line <= start + 1)] != spot.get_attribute("y")
    quote = page.locator("svg.spots [data-field$='#pull_quote']").bounding_box()
    page.mouse.click(quote["x"] + 60, quote["y"] + 4)
    page.wait_for_function("document.activeElement.closest('[data-field$=\"#pull_quote\"]')")
    head = page.locator("svg.spots").first.bounding_box()
    page.mouse.click(head["x"] + 60, head["y"] + 20)
    page.wait_for_function("document.activeElement.id === 'f-short'")


def test_a_link_to_a_fact_is_copied(pages: tuple[str, Any]) -> None:
    pages[1].context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_page(pages, "/write/countries/ee")
    until_new_page(page, None)
    page.get_by_role("button", name="Copy a link to this fact: ee-01b").click()
    page.get_by_text("Copied:").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{pages[0]}/write/countries/ee#fact-ee-01b" and page.locator("#fact-ee-01b").count() == 1
    page.get_by_role("button", name="Copy a link to these pages").click()
    page.get_by_text(f"Copied: {pages[0]}/documents/brief/ee").wait_for()


def tab_to(page: Any, selector: str, key: str = "Tab") -> None:
    """Press Tab until an element has the focus. Fails if the focus is caught somewhere."""
    for _ in range(400):
        page.keyboard.press(key)
        if page.evaluate("selector => Boolean(document.activeElement?.closest(selector))", selector):
            return
    raise AssertionError(f"the focus never came to {selector}")


def test_a_country_is_found_changed_and_saved_with_the_keyboard_alone(pages: tuple[str, Any], content: Path) -> None:
    page = open_page(pages, "/")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    tab_to(page, "input[name=words]")
    page.keyboard.type("latv")
    page.get_by_text("1 of 28 countries").wait_for()
    tab_to(page, "a[href='/write/countries/lv']")
    page.keyboard.press("Enter")
    until_new_page(page, None)
    old = picture(page)
    tab_to(page, "[data-field$='#position'] .editor")
    page.keyboard.press("Control+End")
    page.keyboard.type(" It is a small market.")
    until_new_page(page, old)
    assert page.evaluate("document.activeElement.className") == "editor", "the focus was lost when the page came"
    page.keyboard.press("Escape")
    tab_to(page, "#form button:not([type])", "Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert "It is a small market." in " ".join((content / "countries/lv.yaml").read_text().split())


def test_nothing_moves_for_who_wants_less_motion(pages: tuple[str, Any]) -> None:
    pages[1].emulate_media(reduced_motion="reduce")
    page = open_page(pages, "/write/countries/ee")
    moving = "[...document.querySelectorAll('*')].flatMap(one => one.getAnimations()).length"
    scrolls = "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one).scrollBehavior === 'smooth').length"
    assert (page.evaluate(moving), page.evaluate(scrolls)) == (0, 0)
    pages[1].emulate_media(reduced_motion="no-preference")
