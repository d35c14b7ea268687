"""Sources at the desk: a new one, offered where a text names it, and corrections of those that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from briefs.desk import sourceforms
from briefs.desk.editing import place_named
from tests import small
from tests.desk.conftest import OpenDesk, open_desk, words
from tests.desk.test_write import Form


def test_only_lines_of_sources_are_looked_up_among_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    files = dict.fromkeys(("sources.yaml", "sources/more.yaml", "countries/be.yaml"), b"references:\n- id: one\n- id: two\n")
    assert [sourceforms.key_at(files, path, 3) for path in files] == ["two", "two", ""]
    monkeypatch.setattr(sourceforms, "_document", None)  # what isn't asked for costs no parsing
    assert [sourceforms.key_at(files, path, line) for path, line in (("countries/be.yaml", 3), ("sources.yaml", 0))] == ["", ""]


@pytest.mark.parametrize("tag", ["en", "fr", "de"])
def test_every_type_of_source_has_a_name(opened: OpenDesk, tag: str) -> None:
    page = opened.browser.get("/write/sources/one", headers={"accept-language": tag}).text
    chosen = re.search(r'<select id="f-one/type".*?</select>', page, re.S)
    assert chosen and len(names := re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', chosen[0])) > 40
    assert not [value for value, said in names if value == said] and len({said for _, said in names}) == len(names)


def test_a_new_source_is_offered_where_a_fact_names_it_and_added_in_its_place(opened: OpenDesk) -> None:
    said = Form(opened).fill(be_01__sources="one, press-2021").draft()
    assert "there is no source “press-2021”" in said
    link = re.search(r'href="(/source\?key=press-2021)"', said)
    assert link and "Add the source “press-2021”" in words(said)
    answer = opened.browser.get(link[1], follow_redirects=False)
    assert answer.headers["location"] == "/write/sources/press-2021"
    before = (opened.content / "sources.yaml").read_text()
    form = Form(opened, "/write/sources/press-2021")
    assert "No brief cites this source." in form.page
    form.fields |= {
        "text:press-2021/title": "Networks: what’s next?",
        "text:press-2021/author": "Ray, Jo\n{Ministry of Roads, Rails and Nets}\nReuters",
        "text:press-2021/issued": "2021-02-03", "text:press-2021/URL": "https://example.org/next",
    }  # fmt: skip
    assert form.save().status_code == 303
    after = (opened.content / "sources.yaml").read_text()
    found = yaml.safe_load(after)["references"]
    assert [one["id"] for one in found] == ["one", "press-2021", "two"]
    assert found[1] == {
        "id": "press-2021", "type": "webpage", "title": "Networks: what’s next?",
        "author": [{"family": "Ray", "given": "Jo"}, {"literal": "Ministry of Roads, Rails and Nets"}, {"literal": "Reuters"}],
        "issued": found[1]["issued"], "URL": "https://example.org/next",
    }  # fmt: skip
    assert "issued: 2021-02-03" in after
    at = after.index("- id: press-2021")
    assert after.startswith(before[:10]) and after[:at] + after[after.index("- id: two") :] == before
    assert Form(opened).save().status_code == 303, "the draft that names the source can be saved now"
    assert "press-2021" in (opened.content / "countries/be.yaml").read_text()
    assert "Cited by facts and sections: 1" in words(opened.get("/write/sources/press-2021"))


RECORD = """references:
  # Known since 2019.
  - id: one
    type: report
    title: About one
    author:
      - {family: Berg, given: Ann, non-dropping-particle: van der}  # of Delft
      - literal: A Body
    issued: 2020-05-04
    editor: [{family: Smith}]
  - id: two
    type: webpage
    title: About two
    issued: {date-parts: [[2020, 5]]}
    URL: https://example.org/two
"""


@pytest.fixture
def recorded(tmp_path: Path) -> OpenDesk:
    small.write(tmp_path / "content", more={"sources.yaml": RECORD})
    return open_desk(tmp_path)


def test_a_source_is_corrected_and_all_else_of_its_record_stays(recorded: OpenDesk) -> None:
    form = Form(recorded, "/write/sources/one")
    assert form.fields["text:one/author"] == "van der Berg, Ann\nA Body"
    assert "Also written in sources.yaml, and kept: editor." in words(form.page) and "Cited by facts and sections: 1" in words(
        form.page
    )
    form.fields |= {"text:one/title": "About the one", "text:one/publisher": "P"}
    form.fields |= {"text:one/author": "A Body\nvan der Berg, Ann\nNew, Jo"}
    assert form.save().status_code == 303
    berg, body = RECORD.splitlines(keepends=True)[6:8]
    wanted = RECORD.replace("About one", "About the one").replace(berg + body, f"{body}{berg}      - {{family: New, given: Jo}}\n")
    assert (recorded.content / "sources.yaml").read_text() == wanted.replace("    author:", "    publisher: P\n    author:")
    assert form.undo().status_code == 303 and (recorded.content / "sources.yaml").read_text() == RECORD
    recorded.desk.close()


def test_a_date_that_no_field_can_show_isn_t_a_field_and_stays(recorded: OpenDesk) -> None:
    form = Form(recorded, "/write/sources/two")
    assert "text:two/issued" not in form.fields and "kept: issued." in words(form.page)
    form.fields |= {"text:two/URL": ""}
    assert form.save().status_code == 303
    assert (recorded.content / "sources.yaml").read_text() == RECORD.replace("    URL: https://example.org/two\n", "")
    recorded.desk.close()


def test_what_is_wrong_with_a_source_stands_under_its_field(recorded: OpenDesk) -> None:
    form = Form(recorded, "/write/sources/one")
    form.fields |= {"text:one/URL": "nowhere"}
    answer = form.save()
    assert answer.status_code == 422
    assert re.search(r'id="p-one/URL" class="told">\s*<ul', answer.text), answer.text
    assert (recorded.content / "sources.yaml").read_text() == RECORD
    recorded.desk.close()


@pytest.mark.parametrize("key", ["", "a b", "a/b", "../x", "a,b", "x" * 300])
def test_what_is_no_key_gets_no_form(opened: OpenDesk, key: str) -> None:
    answer = opened.browser.get("/source", params={"key": key})
    assert answer.status_code == 409 and "Here a key has no spaces" in answer.text


def test_a_source_whose_key_has_a_slash_has_no_link_to_a_form(tmp_path: Path) -> None:
    records = [small.source(key) for key in ("one", "two", "10.1000/xyz")]
    small.write(tmp_path / "content", sources=records)
    found = open_desk(tmp_path)
    listed = found.get("/sources")
    assert "10.1000/xyz" in listed and re.findall(r'href="/write/sources/([^"]+)"', listed) == ["one", "two"]
    now = found.desk.workspace.now()
    line = now.files["sources.yaml"].decode().split("10.1000")[0].count("\n") + 1
    assert not place_named(found.desk.words, now, now.files, "sources.yaml", line).address
    assert found.browser.get("/source", params={"key": "10.1000/xyz"}, follow_redirects=False).status_code == 409
    found.desk.close()


def test_sources_of_another_program_are_left_to_it(tmp_path: Path) -> None:
    record = "@misc{KEY, title={About KEY}, url={https://example.org/KEY}, year=2020}\n"
    bib = "".join(record.replace("KEY", key) for key in ("one", "two"))
    small.write(tmp_path / "content", more={"sources.yaml": None, "sources.bib": bib})
    found = open_desk(tmp_path)
    assert "/write/sources/one" not in found.get("/sources")
    for key in ("one", "new"):
        answer = found.browser.get("/source", params={"key": key})
        assert answer.status_code == 409 and "kept in a file that the desk doesn’t write" in answer.text
    found.desk.close()
