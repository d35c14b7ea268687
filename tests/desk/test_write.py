"""Writing: drafts on the disk, the page as it would be, saving all or none, two people in one text."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from briefs.desk.access import Visitor
from briefs.desk.drafts import Draft, Drafts
from briefs.desk.saves import SaveDeed
from tests.desk.conftest import SECTION, OpenDesk, open_desk, words

COUNTRY = "/write/countries/be"


class Form:
    """The form of a page, as a browser would send it."""

    def __init__(self, opened: OpenDesk, address: str = COUNTRY):
        self.opened, self.address = opened, address
        self.page = opened.get(address)
        self.fields = fields(self.page)

    def fill(self, **texts: str) -> Form:
        for name, text in texts.items():
            key = "text:" + name.replace("__", "/").replace("_0", "-0")
            assert key in self.fields, key
            self.fields[key] = text
        return self

    def post(self, path: str = "", **more: str) -> Any:
        sent = {**self.fields, **{key.replace("new__", "text:new/").replace("__", ":"): value for key, value in more.items()}}
        return self.opened.browser.post(self.address + path, data=sent, follow_redirects=False)

    def undo(self) -> Any:
        return self.opened.browser.post("/undo", data=self.fields, follow_redirects=False)

    def draft(self, **more: str) -> str:
        answer = self.post("/draft", **more)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def save(self, **more: str) -> Any:
        return self.post(**more)


def fields(page: str) -> dict[str, str]:
    """The values of a page's form."""
    found = {}
    for tag in re.findall(r"<input [^>]+>", page):
        named = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in named and named.get("type") != "radio":
            found[named["name"]] = html.unescape(named.get("value", ""))
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(r'<option value="([^"]*)"', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def country(opened: OpenDesk) -> str:
    return (opened.content / "countries/be.yaml").read_text()


def test_a_form_has_the_fields_and_facts_of_the_file(opened: OpenDesk) -> None:
    found = Form(opened).fields
    assert found["text:stance"] == "wary" and found["text:summary"] == "A summary of two sentences. It says what matters."
    assert found["text:be-01/date"] == "2019-03" and found["text:be-02/sources"] == "two" and found["text:be-01/topic"] == "market"
    assert found["text:next"] == "" and found["text:be-01/label"] == ""


def test_a_value_of_the_country_is_a_field_under_its_label(tmp_path: Path) -> None:
    from tests import small

    columns = "columns:\n  - id: speed\n    label: Speed of networks\n"
    small.write(
        tmp_path / "content", country={"data": {"speed": {"value": "12", "sources": ["one"]}}}, more={"columns.yaml": columns}
    )
    found = open_desk(tmp_path)
    form = Form(found)
    assert '<label for="f-data/speed/value">Speed of networks</label>' in form.page
    assert form.fill(data__speed__value="13").save().status_code == 303
    assert "value: 13" in country(found)
    found.desk.close()


def test_a_saved_field_changes_only_its_letters(opened: OpenDesk) -> None:
    before = country(opened)
    answer = Form(opened).fill(summary="A summary of three sentences. It says what matters.").save()
    assert (answer.status_code, answer.headers["location"]) == (303, f"{COUNTRY}?said=saved&fields=summary")
    assert country(opened) == before.replace("of two", "of three")
    assert "Saved." in opened.get(f"{COUNTRY}?said=saved")


def test_fields_come_and_go(opened: OpenDesk) -> None:
    Form(opened).fill(
        next="A decision in May.", be_01__date="", be_01__due="2021", be_02__sources="two, one", be_02__priority="1"
    ).save()
    now = opened.desk.workspace.now()
    assert now.edition and now.is_sound
    found = now.edition.countries["be"]
    assert str(found.next) == "A decision in May." and found.facts[0].date is None and found.facts[0].due
    assert [*map(str, found.facts[1].sources)] == ["two", "one"] and found.facts[1].priority == 1


def test_what_is_typed_is_kept_without_waiting_for_the_pages(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened.desk.typesetting, "typeset", lambda *words: pytest.fail("nobody asked for pages"))
    said = Form(opened).fill(summary="Words that nobody saved.").draft(only="1")
    assert "Kept as a draft" in said and opened.desk.drafts.of("countries/be.yaml")["summary"].text == "Words that nobody saved."
    assert "Kept" not in Form(opened).fill(summary=fields(Form(opened).page)["base:summary"]).draft(only="1")


def test_a_draft_is_on_the_disk_before_it_is_acknowledged_and_outlives_the_server(opened: OpenDesk, tmp_path: Path) -> None:
    before = country(opened)
    assert "Kept as a draft" in Form(opened).fill(summary="Words that nobody saved.").draft()
    kept = Drafts(tmp_path / "drafts").of("countries/be.yaml")
    assert kept["summary"].text == "Words that nobody saved." and kept["summary"].base.startswith("A summary of two")
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (tmp_path / "drafts").iterdir())
    again = open_desk(tmp_path)
    form = Form(again)
    assert form.fields["text:summary"] == "Words that nobody saved." and country(opened) == before
    form.save()
    assert "Words that nobody saved." in country(opened) and Drafts(tmp_path / "drafts").of("countries/be.yaml") == {}
    again.desk.close()


def test_an_older_draft_that_comes_late_changes_nothing(opened: OpenDesk) -> None:
    form = Form(opened)
    form.fill(summary="Newer words.").draft(number="7")
    form.fill(summary="Older words.").draft(number="6")
    assert opened.desk.drafts.of("countries/be.yaml")["summary"].text == "Newer words."
    assert form.fill(summary="Newest words.").save(number="8").status_code == 303
    form.fill(summary="Newer words.").draft(number="7")
    assert opened.desk.drafts.of("countries/be.yaml") == {} and "Newest words." in country(opened)


def test_a_draft_that_is_typed_back_is_none(opened: OpenDesk) -> None:
    form = Form(opened)
    old = form.fields["text:summary"]
    form.fill(summary="Other words.").draft()
    form.fill(summary=old).draft()
    assert opened.desk.drafts.of("countries/be.yaml") == {} and opened.desk.drafts.paths() == []


def test_a_draft_that_is_given_up_is_gone(opened: OpenDesk) -> None:
    form = Form(opened).fill(summary="Other words.")
    form.draft()
    assert form.post("/discard").status_code == 303
    assert Form(opened).fields["text:summary"].startswith("A summary of two")


def test_a_damaged_draft_counts_as_none(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.keep("a.yaml", {"x": Draft("", "y")})
    for broken in ("", "[]", '{"texts": {"x": {"other": 1}}}', '{"texts": []}', "\xff"):
        next(tmp_path.glob("*.json")).write_bytes(broken.encode("latin-1"))
        assert drafts.of("a.yaml") == {}


def test_the_page_is_the_draft_s(opened: OpenDesk) -> None:
    import pypdfium2

    said = Form(opened).fill(be_01__text="A **zebra** crossed the market.").draft()
    key = re.search(r'src="/pages/(\w+)/1.png', said)[1]  # type: ignore[index]
    text = pypdfium2.PdfDocument(opened.desk.shelf.get(key).pdf)[0].get_textpage().get_text_range()
    assert "zebra" in text and "zebra" not in country(opened)
    assert 'data-field="countries/be.yaml#be-01/text"' in said and 'data-field="countries/be.yaml#summary"' in said
    assert "Step of the fit" in said


def test_problems_stand_under_their_field_and_the_last_good_page_stays(opened: OpenDesk) -> None:
    said = Form(opened).fill(be_02__sources="tow").draft(blank="")
    under = re.search(r'<div id="p-be-02/sources"[^>]*>(.*?)</div>', said, re.S)[1]  # type: ignore[index]
    assert "tow" in words(under) and "two" in words(under)  # what is wrong, and what was perhaps meant
    assert 'id="incoming"' not in said and "last state in which nothing was wrong" in said
    before = country(opened)
    answer = Form(opened).fill(be_02__sources="tow").save()
    assert answer.status_code == 422 and country(opened) == before
    under = re.search(r'<div id="p-be-02/sources"[^>]*>(.*?)</div>', answer.text, re.S)[1]  # type: ignore[index]
    assert "tow" in words(under) and fields(answer.text)["text:be-02/sources"] == "tow"


def test_beside_a_form_without_pages_the_saved_ones_are_shown(opened: OpenDesk) -> None:
    said = Form(opened).fill(be_02__sources="tow").draft()
    assert 'src="/pages/' in said and "last state in which nothing was wrong" in said
    assert '<input id="blank" hx-swap-oob="delete">' in said  # the next draft leaves them in their place


def test_after_a_refused_save_the_last_state_without_a_mistake_is_shown(opened: OpenDesk) -> None:
    import pypdfium2

    def shown(page: str) -> str:
        key = re.search(r'src="/pages/(\w+)/1.png', page)[1]  # type: ignore[index]
        return str(pypdfium2.PdfDocument(opened.desk.shelf.get(key).pdf)[0].get_textpage().get_text_range())

    form = Form(opened).fill(summary="A zebra came by.")
    form.draft()
    assert form.fill(be_01__date="some day").save().status_code == 422
    said = Form(opened).draft()  # the page that was made anew has no pages yet
    assert "last state in which nothing was wrong" in said and "zebra" in shown(said)
    form.post("/discard")
    assert "zebra" not in shown(Form(opened).draft())
    assert "zebra" not in shown(Form(opened).fill(be_01__date="some day").draft())


def test_problems_that_no_page_shows_are_told_a_little_later(opened: OpenDesk) -> None:
    Form(opened).fill(stance_note="A note with a [@missing] source.").draft()
    said = opened.get(f"{COUNTRY}/checked")
    under = re.search(r'<div id="p-stance_note"[^>]*>(.*?)</div>', said, re.S)[1]  # type: ignore[index]
    assert "missing" in words(under)


def test_two_people_in_one_text_are_merged(opened: OpenDesk) -> None:
    form = Form(opened)
    file = opened.content / "countries/be.yaml"
    file.write_text(country(opened).replace("A summary", "The summary").replace("second thing", "other thing"))
    assert form.fill(summary="A summary of two sentences. It says what is at stake.").save().status_code == 303
    assert "The summary of two sentences. It says what is at stake." in country(opened) and "other thing" in country(opened)


def test_a_clash_is_shown_from_both_sides_and_decided(opened: OpenDesk) -> None:
    file = opened.content / "countries/be.yaml"
    for choice, wanted in (("mine", "of nine sentences"), ("theirs", "of seven sentences")):
        file.write_text(re.sub(r"of \w+ sentences", "of two sentences", country(opened)))
        form = Form(opened).fill(summary="A summary of nine sentences. It says what matters.")
        file.write_text(country(opened).replace("of two", "of seven"))
        assert "Two people changed the same words" in form.draft()
        answer = form.save()
        assert answer.status_code == 409 and "of seven sentences" in country(opened)
        shown = words(re.search(r'<fieldset class="clash">(.*?)</fieldset>', answer.text, re.S)[1])  # type: ignore[index]
        assert "of two sentences" in shown and "of nine sentences" in shown and "of seven sentences" in shown
        decision = re.search(rf'name="clash:summary" value="({choice}:\w+)"', answer.text)[1]  # type: ignore[index]
        assert form.save(clash__summary=decision).status_code == 303
        assert wanted in country(opened) and opened.desk.drafts.of("countries/be.yaml") == {}


def test_a_decision_counts_for_what_was_shown_only(opened: OpenDesk) -> None:
    form = Form(opened).fill(summary="A summary of nine sentences. It says what matters.")
    file = opened.content / "countries/be.yaml"
    file.write_text(country(opened).replace("of two", "of seven"))
    decision = re.search(r'value="(mine:\w+)"', form.save().text)[1]  # type: ignore[index]
    file.write_text(country(opened).replace("of seven", "of eight"))
    assert form.save(clash__summary=decision).status_code == 409 and "of eight" in country(opened)


def test_two_windows_do_not_write_over_each_other(opened: OpenDesk) -> None:
    one, other = Form(opened), Form(opened)
    one.fill(summary="Words of the first window.").draft()
    said = other.fill(summary="Words of the second window.").draft()
    assert "Words of the first window." in said and "Two people changed the same words" in said
    assert opened.desk.drafts.of("countries/be.yaml")["summary"].text == "Words of the first window."
    third = Form(opened)  # it shows the draft, and goes on with it
    assert "clash" not in third.fill(summary="Words of the first window, and more.").draft()
    assert opened.desk.drafts.of("countries/be.yaml")["summary"].text.endswith("and more.")


def test_all_or_none_is_saved(opened: OpenDesk) -> None:
    before = country(opened)
    answer = Form(opened).fill(summary="Good words.", be_01__date="some day").save()
    assert answer.status_code == 422 and country(opened) == before
    assert opened.desk.drafts.of("countries/be.yaml").keys() == {"summary", "be-01/date"}


def test_an_error_that_was_there_before_stops_no_save(opened: OpenDesk) -> None:
    file = opened.content / "countries/be.yaml"
    file.write_text(country(opened).replace("2019-03", "some day"))
    form = Form(opened)
    assert "some day" in form.fields["text:be-01/date"]
    assert form.fill(summary="Good words.").save().status_code == 303 and "Good words." in country(opened)
    assert Form(opened).fill(be_01__date="2019").save().status_code == 303 and opened.desk.workspace.now().is_sound


def test_facts_are_added_ordered_and_deleted(opened: OpenDesk) -> None:
    def ids() -> list[str]:
        return re.findall(r"- id: (\S+)", country(opened))

    add = {
        "do": "add",
        "new__topic": "policy",
        "new__text": "A **third thing** came.",
        "new__sources": "one",
        "new__date": "2020-05",
    }
    assert Form(opened).fill(summary="Saved with it.").post("/facts", **add).status_code == 303
    assert ids() == ["be-01", "be-02", "be-03"] and "Saved with it." in country(opened)
    assert Form(opened).post("/facts", do="up:be-03").status_code == 303 and ids() == ["be-01", "be-03", "be-02"]
    assert Form(opened).post("/facts", do="up:be-03").status_code == 303 and ids() == ["be-03", "be-01", "be-02"]
    assert Form(opened).post("/facts", do="down:be-03").status_code == 303 and ids() == ["be-01", "be-03", "be-02"]
    assert Form(opened).post("/facts", do="delete:be-03").status_code == 303 and ids() == ["be-01", "be-02"]
    assert Form(opened).post("/facts", do="delete:be-09").status_code == 404 and ids() == ["be-01", "be-02"]
    assert opened.desk.workspace.now().is_sound


def test_a_new_fact_that_is_wrong_is_refused_and_stays_in_the_form(opened: OpenDesk) -> None:
    before = country(opened)
    answer = Form(opened).post("/facts", do="add", new__topic="policy", new__text="A thing.", new__sources="nobody")
    assert answer.status_code == 422 and country(opened) == before
    assert fields(answer.text)["text:new/text"] == "A thing." and "nobody" in told(answer.text, "new/sources")
    assert answer.text.count("Add the source “nobody”") == 2 and "nobody" not in told(answer.text, "be-02/priority")


def told(page: str, name: str) -> str:
    """What a page tells under a field."""
    return words(re.search(rf'<div id="p-{name}"[^>]*>(.*?)</div>', page, re.S)[1])  # type: ignore[index]


def refused(page: str) -> str:
    """What stopped a save, as the page says it at its top."""
    return re.search(r'<section id="refused"[^>]*>(.*?)</section>', page, re.S)[1]  # type: ignore[index]


def test_a_refused_save_says_at_the_top_what_is_wrong_and_leads_there(opened: OpenDesk) -> None:
    answer = Form(opened).fill(be_01__date="2020-09", be_02__sources="tow").save()
    assert answer.status_code == 422
    said = refused(answer.text)
    assert '<a href="#f-be-01/date">fact be-01, Date</a>' in said and "2020-08" in said
    assert '<a href="#f-be-02/sources">fact be-02, Keys of its sources</a>' in said
    assert "Nothing was saved" in said and 'id="refused"' not in Form(opened).page


def test_all_mistakes_of_a_fact_are_told_at_once_each_without_the_name_of_its_field(opened: OpenDesk) -> None:
    form = Form(opened).fill(be_01__date="31 Febuary 2021", be_01__sources="tow")
    for page in (form.save().text, form.draft()):
        assert told(page, "be-01/date").startswith("error “31 Febuary 2021” is not a date")
        assert "“tow”" in told(page, "be-01/sources") and "“two”" in told(page, "be-01/sources")
    assert "Date</a>: “31 Febuary 2021” is" in refused(form.save().text)


def test_a_new_fact_is_on_the_page_before_it_is_added_and_its_mistakes_are_told_there(opened: OpenDesk) -> None:
    import pypdfium2

    new = {"new__topic": "policy", "new__text": "A **zebra** came.", "new__sources": "one"}
    said = Form(opened).draft(**new)
    key = re.search(r'src="/pages/(\w+)/1.png', said)[1]  # type: ignore[index]
    assert "zebra" in pypdfium2.PdfDocument(opened.desk.shelf.get(key).pdf)[0].get_textpage().get_text_range()
    said = Form(opened).draft(**new, new__date="2020-09")
    assert "2020-08" in told(said, "new/date") and told(said, "be-02/priority") == ""
    assert told(Form(opened).draft(**{**new, "new__sources": ""}, new__date="2020-09"), "new/date") == ""  # it isn't asked for yet


NEW = {"new__topic": "policy", "new__text": "A **third thing** came.", "new__sources": "one", "new__date": "2020-05"}


def test_a_new_fact_is_a_draft_until_it_is_added(opened: OpenDesk, tmp_path: Path) -> None:
    before = country(opened)
    assert "Kept as a draft" in Form(opened).draft(new__text="A third thing.")
    assert Drafts(tmp_path / "drafts").of("countries/be.yaml")["new/text"].text == "A third thing."
    Form(opened).draft(**NEW)
    again = open_desk(tmp_path)
    form = Form(again)
    assert {key: form.fields[key.replace("new__", "text:new/")] for key in NEW} == NEW
    assert "Kept as a draft" in form.draft() and country(opened) == before  # nothing was typed since
    assert form.post("/facts", do="add").headers["location"].endswith("?said=added&fact=be-03")
    assert "A **third thing** came." in country(opened) and Form(again).fields["text:new/text"] == ""
    assert again.desk.drafts.of("countries/be.yaml") == {}
    again.desk.close()


def test_save_adds_the_fact_that_was_begun_or_says_why_not(opened: OpenDesk) -> None:
    before = country(opened)
    answer = Form(opened).fill(summary="Saved with it.").save(new__text="A third thing came.")
    assert answer.status_code == 422 and country(opened) == before
    assert '<a href="#f-new/sources">A new fact, Keys of its sources</a>' in refused(answer.text)
    assert fields(answer.text)["text:new/text"] == "A third thing came."
    answer = Form(opened).save(**NEW)
    assert answer.headers["location"].endswith("?said=added&fact=be-03")
    assert "A **third thing** came." in country(opened) and "Saved with it." in country(opened)
    assert Form(opened).save(new__topic="policy").headers["location"].endswith("?said=saved")  # a topic alone is no fact


def test_moving_a_fact_leaves_the_one_that_was_begun_a_draft(opened: OpenDesk) -> None:
    before = country(opened)
    assert Form(opened).post("/facts", do="up:be-02", **NEW).headers["location"].endswith("?said=moved&fact=be-02")
    assert "third thing" not in country(opened) and Form(opened).fields["text:new/text"] == NEW["new__text"]
    opened.browser.post("/undo", data={"csrf": opened.keys.csrf})
    assert country(opened) == before and Form(opened).fields["text:new/text"] == NEW["new__text"]


def test_an_empty_fact_is_not_added(opened: OpenDesk) -> None:
    before = country(opened)
    answer = Form(opened).post("/facts", do="add")
    assert answer.status_code == 422 and country(opened) == before and 'href="#f-new/text"' in refused(answer.text)


def test_a_fact_on_which_a_value_rests_is_deleted_after_that_value(tmp_path: Path) -> None:
    from tests import small

    columns = "columns:\n  - id: speed\n    label: Speed of networks\n"
    data = {"speed": {"value": "12", "facts": ["be-01"]}}
    small.write(tmp_path / "content", country={"data": data}, more={"columns.yaml": columns})
    found = open_desk(tmp_path)
    answer = Form(found).fill(summary="Typed words.").post("/facts", do="delete:be-01")
    assert answer.status_code == 422 and "be-01" in country(found)
    said = refused(answer.text)
    assert '<a href="#fact-be-01">fact be-01</a>: “Speed of networks” in the data rests on this fact' in html.unescape(said)
    assert '<a href="/write/values/speed#f-be/facts">Speed of networks</a>' in said
    assert 'id="f-be/facts"' in found.get("/write/values/speed")
    assert fields(answer.text)["text:summary"] == "Typed words."
    assert Form(found).post("/facts", do="delete:be-02").status_code == 303
    found.desk.close()


def test_a_new_fact_has_a_priority(opened: OpenDesk) -> None:
    add = {"do": "add", "new__topic": "policy", "new__text": "A third thing came.", "new__sources": "one", "new__priority": "2"}
    Form(opened).post("/facts", **add)
    assert fields(Form(opened).page)["text:be-03/priority"] == "2"


def test_it_is_said_what_was_done_and_what_was_undone(opened: OpenDesk) -> None:
    def said(answer: Any) -> str:
        page = opened.get(answer.headers["location"].partition("#")[0])
        return words(re.search(r'<p id="said"[^>]*>(.*?)</p>', page, re.S)[1])  # type: ignore[index]

    def undo() -> Any:
        return opened.browser.post("/undo", data={"csrf": opened.keys.csrf}, follow_redirects=False)

    add = {"do": "add", "new__topic": "policy", "new__text": "A third thing came.", "new__sources": "one"}
    assert said(Form(opened).post("/facts", **add)) == "“be-03” was added."
    moved = Form(opened).post("/facts", do="up:be-03")
    assert moved.headers["location"].endswith("fact=be-03") and said(moved) == "“be-03” was moved."
    assert said(Form(opened).post("/facts", do="delete:be-01")) == "“be-01” was deleted."
    assert "Undo the last save (“be-01” was deleted.)" in html.unescape(Form(opened).page)
    assert said(undo()) == "Undone: “be-01”, which had been deleted, is back."
    assert said(undo()) == "Undone: “be-03” is back in its old place."
    assert said(undo()) == "Undone: “be-03”, which had been added, is gone."
    assert "was added" not in opened.get(f"{COUNTRY}?said=added&fact=%3Cb%3E")


def test_a_problem_of_a_whole_fact_is_told_at_that_fact(opened: OpenDesk) -> None:
    said = Form(opened).fill(be_02__text="").draft()
    assert told(said, "be-02") and told(said, "be-01/priority") == ""


def test_a_page_undoes_what_concerns_it_alone(opened: OpenDesk) -> None:
    """Another page's save is neither offered nor undone there; a save from elsewhere that changed the file is, by its name."""
    section = opened.content / "report/01-one.md"
    Form(opened, "/write/sections/one").fill(title="Another title").save()
    assert 'id="undo"' not in Form(opened).page
    answer = Form(opened).undo()
    assert answer.headers["location"] == f"{COUNTRY}?said=nothing_to_undo" and "Another title" in section.read_text()
    Form(opened).fill(summary="Other words.").save()
    now = opened.desk.workspace.now()
    after = now.files["report/01-one.md"].replace(b"Another paragraph", b"A new paragraph")
    opened.desk.workspace.put(now.files, {"report/01-one.md": after}, Visitor(""), SaveDeed(title="back.docx"))
    form = Form(opened, "/write/sections/one")
    assert "Undo the last save (back.docx)" in form.page and "Undo the last save</button>" in Form(opened).page
    assert form.undo().headers["location"] == "/write/sections/one?said=undone_saved"
    assert "Another paragraph" in section.read_text() and "Other words." in country(opened)
    assert Form(opened, "/write/sections/one").undo().headers["location"].endswith("undone_saved&fields=title")
    assert "The first section" in section.read_text() and "Other words." in country(opened)
    for at in ("/write/countries/xx", "/write/secrets/be"):
        answer = opened.browser.post("/undo", data={"csrf": opened.keys.csrf, "at": at}, follow_redirects=False)
        assert answer.status_code == 404 or "said=undone" in answer.headers["location"]


def test_the_last_save_can_be_undone(opened: OpenDesk) -> None:
    before = country(opened)
    form = Form(opened).fill(summary="Other words.")
    form.save()
    answer = opened.browser.post("/undo", data={"csrf": opened.keys.csrf}, follow_redirects=False)
    assert answer.headers["location"] == f"{COUNTRY}?said=undone_saved&fields=summary" and country(opened) == before
    assert "as they were before the last save. Summary</p>" in opened.get(answer.headers["location"])
    assert "script" not in opened.get(f"{COUNTRY}?said=undone_saved&fields=<script>").partition('id="said"')[2].partition("</p>")[0]
    Form(opened).fill(summary="Other words.").save()
    (opened.content / "countries/be.yaml").write_text(country(opened).replace("Other", "Foreign"))
    answer = opened.browser.post("/undo", data={"csrf": opened.keys.csrf}, follow_redirects=False)
    assert answer.status_code == 409 and "Foreign words." in country(opened)


def test_a_section_is_written_as_markdown_and_shown_alone(opened: OpenDesk) -> None:
    form = Form(opened, "/write/sections/one")
    body = "A paragraph of the section, *changed* [@one].\n\n* One\n* Two\n"
    said = form.fill(body=body).draft()
    assert "page numbers are provisional" in said and 'src="/pages/' in said
    assert form.save().status_code == 303
    assert (opened.content / "report/01-one.md").read_text() == f"---\ntitle: The first section\nid: one\n---\n{body}"


def test_a_fact_s_sources_are_suggested_with_their_titles(opened: OpenDesk) -> None:
    assert '<option value="one">About one</option>' in opened.get(COUNTRY)


def test_the_running_head_and_the_pull_quote_of_a_section_are_fields(opened: OpenDesk) -> None:
    form = Form(opened, "/write/sections/one")
    said = form.fill(short="The first", pull_quote="Another paragraph.").draft()
    assert "After @ come the keys of sources" in form.page
    assert 'data-field="report/01-one.md#pull_quote"' in said and 'data-head="short"' in form.page
    assert form.save().status_code == 303
    file = opened.content / "report/01-one.md"
    head = "title: The first section\nid: one\nshort: The first\npull_quote: Another paragraph.\n"
    assert file.read_text() == SECTION.replace("title: The first section\nid: one\n", head)
    said = Form(opened, "/write/sections/one").fill(pull_quote="Other words.").save().text
    assert "not in the section" in words(re.search(r'<div id="p-pull_quote"[^>]*>(.*?)</div>', said, re.S)[1])  # type: ignore[index]
    assert Form(opened, "/write/sections/one").fill(short="", pull_quote="").save().status_code == 303
    assert file.read_text() == SECTION


def test_a_problem_in_a_section_is_told_with_its_line(opened: OpenDesk) -> None:
    said = Form(opened, "/write/sections/one").fill(body="One.\n\nTwo [@nobody].\n").draft()
    under = words(re.search(r'<div id="p-body"[^>]*>(.*?)</div>', said, re.S)[1])  # type: ignore[index]
    assert "line 3" in under and "nobody" in under


@pytest.mark.parametrize(
    "path", ["/write/countries/xx", "/write/sections/be", "/write/decks/none", "/write/files/be", "/write/countries/..%2f"]
)
def test_only_what_the_edition_has_is_written(opened: OpenDesk, path: str) -> None:
    assert opened.browser.get(path).status_code == 404
    assert opened.browser.post(path, data={"csrf": opened.keys.csrf, "text:summary": "x"}).status_code == 404


def test_names_of_fields_that_there_are_not_write_nothing(opened: OpenDesk) -> None:
    before = country(opened)
    form = Form(opened)
    form.fields |= {"text:code": "xx", "text:../edition.yaml#title": "x", "text:be-01/id": "be-99", "text:": "x"}
    assert form.save().status_code == 303 and country(opened) == before


def test_drafts_of_two_windows_that_come_at_the_same_moment_are_both_kept(tmp_path: Path) -> None:
    """Each request has its own `Drafts`."""
    names = [str(number) for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: Drafts(tmp_path, "ann").keep("a.yaml", {name: Draft("", name)}), names))
    assert sorted(Drafts(tmp_path, "ann").of("a.yaml")) == sorted(names)


def test_what_is_typed_while_a_save_is_at_work_stays_a_draft(tmp_path: Path) -> None:
    kept = Drafts(tmp_path)
    saved = {"here": Draft("a", "b", "1"), "there": Draft("a", "b", "1"), "same": Draft("a", "b", "1")}
    typed = {"here": Draft("a", "c", "1"), "there": Draft("a", "c", "2")}
    kept.keep("a.yaml", {**saved, **typed, "other": Draft("x", "y")})
    kept.drop_saved("a.yaml", saved)
    assert kept.of("a.yaml") == {"here": Draft("b", "c", "1"), "there": Draft("a", "c", "2"), "other": Draft("x", "y")}


@pytest.mark.parametrize("do", ["up:be-02", "delete:be-02"])
def test_no_fact_is_moved_or_deleted_with_a_text_that_cant_be_printed(do: str, opened: OpenDesk) -> None:
    before, form = country(opened), Form(opened).fill(summary="More [@one, as noted.")
    assert "doesn’t begin a citation" in told(form.draft(), "summary")
    answer = form.post("/facts", do=do)
    assert answer.status_code == 422 and "doesn’t begin a citation" in told(answer.text, "summary") and country(opened) == before
    assert form.fill(summary="More [@one], as noted.").post("/facts", do=do).status_code == 303 and "More [@one]" in country(opened)


def test_a_fact_whose_text_cant_be_printed_is_deleted(opened: OpenDesk) -> None:
    form = Form(opened).fill(be_02__text="More [@one, as **noted**.")
    form.draft()
    assert form.post("/facts", do="delete:be-02").status_code == 303 and "be-02" not in country(opened)


def test_a_text_with_which_no_document_can_be_made_is_not_saved(opened: OpenDesk) -> None:
    form = Form(opened, "/write/sections/one")
    before, body = (opened.content / "report/01-one.md").read_text(), form.fields["text:body"]
    form.fields["text:body"] = f"{body}\nMore [@one, as noted.\n"
    assert "doesn’t begin a citation" in told(form.draft(), "body")
    assert "doesn’t begin a citation" in told(opened.get("/write/sections/one/checked"), "body"), "the check takes it away again"
    answer = form.save()
    assert answer.status_code == 422 and "doesn’t begin a citation" in answer.text
    assert (opened.content / "report/01-one.md").read_text() == before
    form.fields["text:body"] = f"{body}\nMore [@one], as noted.\n"
    assert form.save().status_code == 303 and "More [@one], as noted." in (opened.content / "report/01-one.md").read_text()
