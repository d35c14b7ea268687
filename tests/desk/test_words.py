"""The words of the desk's own pages, in each of its languages."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from briefs.desk import words
from briefs.problems import Problem, said
from tests.desk.conftest import OpenDesk
from tests.desk.conftest import words as shown

FILES = sorted(words.FOLDER.glob("*.yaml"))
ENGLISH = yaml.safe_load((words.FOLDER / "en.yaml").read_text(encoding="utf-8"))
HTML = words.FOLDER.parent / "html"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_is_in_every_language_with_the_same_gaps(file: Path) -> None:
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert found.keys() == ENGLISH.keys()
    for name, text in found.items():
        assert isinstance(text, str) and text.strip(), name
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", ENGLISH[name])), name


def test_there_are_english_french_and_german() -> None:
    assert words.languages() >= {"en", "fr", "de"}


def test_pages_name_no_text_that_there_isn_t() -> None:
    for file in HTML.iterdir():
        html = file.read_text(encoding="utf-8")
        assert {*re.findall(r"""\bt\(["'](\w+)["'][,)]""", html)} <= ENGLISH.keys(), file.name
        counted = re.findall(r"""\bt\.of_number\(["'](\w+)["']""", html)
        assert {f"{name}_{form}" for name in counted for form in ("one", "other")} <= ENGLISH.keys(), file.name


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        ("en;q=0.2,de-AT;q=0.9", "de"),
        ("xx,de;q=0,fr;q=0.1", "fr"),
        ("xx", "en"),
        ("../../etc/passwd", "en"),
        (";;;,,,q=;q=9", "en"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_would_rather_have(accepted: str, wanted: str) -> None:
    assert words.preferred(accepted) == wanted


def test_a_language_is_chosen_on_the_page(opened: OpenDesk) -> None:
    def chosen(tag: str, at: str) -> Any:
        return opened.browser.post("/language", data={"csrf": opened.keys.csrf, "tag": tag, "at": at}, follow_redirects=False)

    answer = chosen("de", "/sources")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources")
    assert "httponly" in answer.headers["set-cookie"].lower() and "samesite=strict" in answer.headers["set-cookie"].lower()
    assert '<html lang="de"' in opened.browser.get("/", headers={"accept-language": "fr"}).text
    for strange in ("//evil.example", "https://evil.example", "/\\evil.example", "x", ""):
        assert chosen("en", strange).headers["location"] == "/"
    assert chosen("xx", "/").status_code == 404 and '<html lang="en"' in opened.get("/")


def test_each_browser_has_its_own_language(opened: OpenDesk) -> None:
    german = opened.browser.get("/", headers={"accept-language": "de"}).text
    assert '<html lang="de" dir="ltr">' in german and "Zum Inhalt springen" in german
    assert '<html lang="en" dir="ltr">' in opened.get("/")
    assert "Cette page n’existe pas" in opened.browser.get("/nothing", headers={"accept-language": "fr"}).text


@pytest.fixture
def arabic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language that runs from right to left."""
    for file in FILES:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "ar.yaml").write_text("edition: الإصدار\n", encoding="utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    for kept in (words.languages, words._texts):
        kept.cache_clear()
    yield
    for kept in (words.languages, words._texts):
        kept.cache_clear()


def test_a_language_from_right_to_left_turns_the_page_round(arabic: None, opened: OpenDesk) -> None:
    html = opened.browser.get("/", headers={"accept-language": "ar"}).text
    assert '<html lang="ar" dir="rtl">' in html and "الإصدار" in html and "Skip to the content" in html


def test_the_style_sheet_names_no_side() -> None:
    css = (words.FOLDER.parent / "static/desk.css").read_text(encoding="utf-8")
    css += (words.FOLDER.parent / "static/editor.js").read_text(encoding="utf-8")
    assert not re.findall(
        r"(?:margin|padding|border)-?(?:left|right|Left|Right)|text-align: (?:left|right)|float: (?:left|right)", css
    )


def test_a_message_of_the_program_is_marked_as_english_in_another_language(opened: OpenDesk) -> None:
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text() + "data: {nothing: {value: 7}}\n")
    for path in ("/problems", "/write/countries/be"):
        german = opened.browser.get(path, headers={"accept-language": "de"}).text
        assert re.search(r'<span lang="en">[Tt]here is no column “nothing”', german) and "(auf Englisch)" in german
        english = opened.get(path)
        assert "no column “nothing”" in english and '<span lang="en">' not in english and "(in English)" not in english


def test_a_message_of_the_program_is_in_the_language_of_the_desk(opened: OpenDesk) -> None:
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("2019-03", "12. Mai 2020").replace("- one", "- onne"))
    for path in ("/problems", "/write/countries/be"):
        german = shown(opened.browser.get(path, headers={"accept-language": "de"}).text)
        assert "„12. Mai 2020“ ist kein Datum; schreiben Sie 2019, 2019-09" in german
        assert "es gibt keine Quelle „onne“. Meinten Sie „one“?" in german and "(auf Englisch)" not in german
        french = shown(opened.browser.get(path, headers={"accept-language": "fr"}).text)
        assert "il n’y a pas de source « onne »" in french and "(en anglais)" not in french


def test_every_translated_message_is_one_of_the_program_with_its_gaps() -> None:
    """A message whose English was changed would be shown in English again."""
    parsed = [ast.parse(path.read_text(encoding="utf-8")) for path in words.FOLDER.parents[1].rglob("*.py")]
    written = {node.value for tree in parsed for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    for message in yaml.safe_load(words.MESSAGES.read_text(encoding="utf-8")):
        assert message["en"] in written
        assert message.keys() == words.languages()
        gaps = [{*re.findall(r"{\w+}", message[tag])} for tag in ("en", *message)]
        assert all(own <= gaps[0] for own in gaps), message


def test_a_message_stays_itself_on_its_way_to_another_process() -> None:
    told = said("{first} {second}", first=said("Write “{words}”.", words="a {b}"), second=said("Delete it."))
    again = pickle.loads(pickle.dumps(told))
    assert again == told == "Write “a {b}”. Delete it."
    assert words.Words("de").translated(Problem("error", "", 0, 0, again)).message == "Schreiben Sie „a {b}“. Löschen Sie es."


def test_a_message_of_the_desk_is_not_marked_as_english(opened: OpenDesk) -> None:
    sent = {"csrf": opened.keys.csrf, "what": "", "to": ""}
    german = opened.browser.post("/send", data=sent, headers={"accept-language": "de"}).text
    assert ENGLISH["send_what"] not in german and "(auf Englisch)" not in german and 'role="alert"' in german
