"""Translations by form: each text beside its source, saved with the source's hash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from briefs.desk.editing import place_named
from briefs.edition.model import Text, hash_of
from briefs.problems import Place
from tests import small
from tests.desk.conftest import SECTION, OpenDesk, open_desk, words
from tests.desk.test_write import Form

SUMMARY = "A summary of two sentences. It says what matters."
OLD = "A summary of three sentences. It says what matters."
FORM = "/write/translations/fr@countries@be.yaml"
FRENCH = "translations/fr/countries/be.yaml"


def hash_of_text(words: str) -> str:
    return Text(words, Place("")).hash


TRANSLATED = f"""# From the bureau.
texts:
  - id: summary
    of: {hash_of_text(OLD)}
    text: Un résumé en deux phrases.  # by JR
"""
ORIGINALS = f"'{hash_of_text(OLD)}': '{OLD}'\n"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenDesk]:
    more = {FRENCH: TRANSLATED, "translations/originals.yaml": ORIGINALS, "report/01-one.md": SECTION}
    small.write(tmp_path / "content", about={"languages": ["en-GB", "fr"]}, more=more)
    found = open_desk(tmp_path)
    yield found
    found.desk.close()


def test_each_text_stands_beside_its_source_and_says_whether_it_follows_it(opened: OpenDesk) -> None:
    page = Form(opened, FORM).page
    assert "three</del> <ins>two</ins>" in re.sub(r"<(del|ins)>\s*", r"<\1>", page)
    said = words(page)
    assert "Out of date: the source has changed since." in said and said.count("Not translated yet") == 2
    assert '<a href="/write/translations/fr@countries@be.yaml">fr</a>' in opened.get("/write/countries/be")
    listed = opened.get("/translations")
    assert re.search(r"Belgium</a></th><td>1</td><td>2</td><td>0</td>", listed), listed
    assert 'href="/write/translations/fr@countries@be.yaml"' in opened.get("/problems")


def test_a_translation_is_saved_with_the_hash_of_its_source_and_the_source_itself(opened: OpenDesk) -> None:
    form = Form(opened, FORM)
    form.fields |= {
        "text:summary/text": "Un résumé de deux phrases.",
        "text:facts/be-02/text/text": "La politique vient en second.",
    }
    assert form.save().status_code == 303
    wanted = TRANSLATED.replace("en deux", "de deux").replace(hash_of_text(OLD), hash_of_text(SUMMARY))
    policy = hash_of_text("Policy is a second thing.")
    added = f"  - id: facts/be-02/text\n    of: {policy}\n    text: >-\n      La politique vient en second.\n"
    assert (opened.content / FRENCH).read_text() == wanted + added
    originals = yaml.safe_load((opened.content / "translations/originals.yaml").read_text())
    assert originals == {hash_of_text(SUMMARY): SUMMARY, policy: "Policy is a second thing."}
    assert "Out of date" not in words(Form(opened, FORM).page)
    assert form.undo().status_code == 303 and (opened.content / FRENCH).read_text() == TRANSLATED
    assert (opened.content / "translations/originals.yaml").read_text() == ORIGINALS


def test_a_translation_that_still_holds_is_said_to_without_a_letter_changed(opened: OpenDesk) -> None:
    form = Form(opened, FORM)
    form.fields["text:summary/holds"] = "yes"
    assert form.save().status_code == 303
    assert (opened.content / FRENCH).read_text() == TRANSLATED.replace(hash_of_text(OLD), hash_of_text(SUMMARY))


def test_another_figure_is_refused_until_it_is_confirmed_and_anew_when_the_text_changes(tmp_path: Path) -> None:
    facts = [small.fact("It has 300 networks.", id="be-01")]
    small.write(tmp_path / "content", about={"languages": ["en-GB", "fr"]}, facts=facts, more={FRENCH: "texts:\n"})
    found = open_desk(tmp_path)
    name = "text:facts/be-01/text"
    form = Form(found, FORM)
    form.fields[f"{name}/text"] = "Il y a trois centaines de réseaux."
    answer = form.save()
    assert answer.status_code == 422 and "write `confirmed" not in answer.text and "<code>confirmed" not in answer.text
    assert re.search(r'id="p-facts/be-01/text/text" class="told">\s*<ul', answer.text)
    assert (found.content / FRENCH).read_text() == "texts:\n"
    form.fields[f"{name}/confirmed"] = "yes"
    assert form.save().status_code == 303
    both = hash_of(f"{hash_of_text('It has 300 networks.')} {hash_of_text('Il y a trois centaines de réseaux.')}")
    assert yaml.safe_load((found.content / FRENCH).read_text())["texts"][0]["confirmed"] == both
    anew = Form(found, FORM)
    anew.fields[f"{name}/text"] = "Il y a trois centaines de réseaux mobiles."
    assert anew.save().status_code == 422, "a confirmation holds for the two texts that were confirmed"
    found.desk.close()


def test_a_section_s_paragraphs_are_translated_one_by_one(opened: OpenDesk) -> None:
    form = Form(opened, "/write/translations/fr@report@01-one.md")
    name = hash_of_text("Another paragraph.")
    form.fields[f"text:{name}/text"] = "Un autre paragraphe."
    assert form.save().status_code == 303
    found = yaml.safe_load((opened.content / "translations/fr/report/01-one.md.yaml").read_text())["texts"]
    assert found == [{"id": name, "of": name, "text": "Un autre paragraphe."}]
    assert "¶ 2" in form.page


def test_an_empty_field_takes_the_translation_away(opened: OpenDesk) -> None:
    form = Form(opened, FORM)
    form.fields |= {"text:summary/text": "", "text:facts/be-02/text/text": "La politique vient en second."}
    assert form.save().status_code == 303
    assert [one["id"] for one in yaml.safe_load((opened.content / FRENCH).read_text())["texts"]] == ["facts/be-02/text"]


def test_the_only_translation_is_taken_away(opened: OpenDesk) -> None:
    form = Form(opened, FORM)
    form.fields["text:summary/text"] = ""
    assert form.save().status_code == 303
    assert (opened.content / FRENCH).read_text() == "# From the bureau.\ntexts:\n"


def test_a_first_translation_is_in_the_history_and_can_be_undone(opened: OpenDesk) -> None:
    originals, file = opened.content / "translations/originals.yaml", opened.content / "translations/fr/report/01-one.md.yaml"
    before = originals.read_bytes()
    form = Form(opened, "/write/translations/fr@report@01-one.md")
    form.fields[f"text:{hash_of_text('Another paragraph.')}/text"] = "Un autre paragraphe."
    assert form.save().status_code == 303 and file.exists() and originals.read_bytes() != before
    page = opened.get(f"{form.address}/history")
    assert "Un autre paragraphe." in opened.get(f"{form.address}/history/save-1") and "save-1" in page
    assert "Undo the last save" in opened.get(form.address)
    assert form.undo().headers["location"] == f"{form.address}?said=undone_saved&fields={hash_of_text('Another paragraph.')}/text"
    assert not file.exists() and originals.read_bytes() == before
    assert "Undo the last save" not in opened.get(form.address)
    again = Form(opened, "/write/translations/fr@report@01-one.md")
    again.fields[f"text:{hash_of_text('Another paragraph.')}/text"] = "Un autre paragraphe."
    assert again.save().status_code == 303
    file.write_text(file.read_text().replace("autre", "second"))
    assert form.undo().status_code == 409 and file.exists(), "somebody has changed it since"


def test_what_counts_as_missing_has_a_field(tmp_path: Path) -> None:
    deck = "---\ntitle: '2026'\n---\n## A slide\n\nWords [@one].\n\n## 2030\n\n1 + 1\n"
    small.write(tmp_path / "content", about={"languages": ["en-GB", "fr"]}, more={"decks/talk.md": deck})
    found = open_desk(tmp_path)
    form = Form(found, "/write/translations/fr@decks@talk.md")
    listed = re.search(r"2026</a></th><td>0</td><td>(\d+)</td><td>0</td>", page := found.get("/translations"))
    assert listed, page
    assert len([name for name in form.fields if re.fullmatch("text:.*/text", name)]) == int(listed[1])
    form.fields["text:title/text"] = "2026"
    assert form.save().status_code == 303
    found.desk.close()


def test_the_page_beside_is_the_translated_one(opened: OpenDesk) -> None:
    form = Form(opened, FORM)
    form.fields["text:summary/text"] = "Un résumé de deux phrases."
    said = form.draft()
    assert f'data-field="{FRENCH}#summary/text"' in said and "<img" in said


@pytest.mark.parametrize("name", ["xx@countries@be.yaml", "fr@countries@xx.yaml", "fr@..@edition.yaml", "fr", "fr@sources.yaml"])
def test_there_is_no_form_of_what_isn_t_translated(opened: OpenDesk, name: str) -> None:
    assert opened.browser.get(f"/write/translations/{name}").status_code == 404


def test_problems_name_the_text_of_a_translation(opened: OpenDesk) -> None:
    file = opened.content / FRENCH
    file.write_text(file.read_text().replace("text: Un", "text: '[@one] Un").replace("phrases.  # by JR", "phrases.'"))
    named = place_named(opened.desk.words, opened.desk.now(), opened.desk.now().files, FRENCH, 5)
    assert (named.title, named.address) == ("Belgium (fr), summary, Translation", f"{FORM}#f-summary/text")
