"""What the pages show: the edition, what is wrong where, documents with their pages."""

from __future__ import annotations

import io
import os
import re
import signal
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pypdfium2
import pytest
import yaml
from PIL import Image

from briefs.delivery import persons
from briefs.delivery.chains import Channel
from briefs.delivery.store import Sent
from briefs.desk import completions, forms, freshness, localnames, overview, problempage
from briefs.desk.overview import CountryRow
from briefs.desk.typesetting import TypesetDocument, TypesettingProcess, TypesettingProcesses
from briefs.press.documents import Target
from briefs.press.fingerprints import Fingerprinter
from briefs.templates import OWN
from tests import small
from tests.desk.conftest import OpenDesk, open_desk, words
from tests.wordfile.word import PNG


def row(
    name: str, rank: int = 0, errors: int = 0, warnings: int = 0, stale: int = 0, changed: str = "", **more: object
) -> CountryRow:
    values = {"unsigned": (), "holders": 0, "sent": "", "stance": "Open" if rank == 0 else "Wary", **more}
    return CountryRow(
        code=name[:2].lower(),
        name=name,
        colour="#000000",
        rank=rank,
        errors=errors,
        warnings=warnings,
        stale=stale,
        changed=changed,
        **values,
    )  # type: ignore[arg-type]


ROWS = [
    row("Albania", rank=1, warnings=2, changed="2026-01-02"),
    row("Belgium", errors=1, stale=4, changed="2026-01-03", unsigned=("Lawyer",)),
    row("Canada", rank=1, changed="2026-01-01", holders=3),
]


@pytest.mark.parametrize(
    ("words", "stance", "sort", "wanted"),
    [
        ("", "", "name", ["Albania", "Belgium", "Canada"]),
        ("ALB", "", "name", ["Albania"]),
        ("", "Wary", "name", ["Albania", "Canada"]),
        ("", "", "stance", ["Belgium", "Albania", "Canada"]),
        ("", "", "problems", ["Belgium", "Albania", "Canada"]),
        ("", "", "unsigned", ["Belgium", "Albania", "Canada"]),
        ("", "", "stale", ["Belgium", "Albania", "Canada"]),
        ("", "", "changed", ["Belgium", "Albania", "Canada"]),
        ("", "", "sent", ["Canada", "Albania", "Belgium"]),
        ("", "", "no such order", ["Albania", "Belgium", "Canada"]),
    ],
)
def test_countries_are_filtered_and_sorted(words: str, stance: str, sort: str, wanted: list[str]) -> None:
    assert [found.name for found in overview.chosen(ROWS, words, stance, sort)] == wanted


@pytest.mark.parametrize("words", ["The Baltic states", "baltic", "states", "états b", "l’Est", "(eu)"])
def test_a_group_is_found_from_the_beginning_of_any_of_its_words(words: str) -> None:
    rows = [*ROWS, row("Estonia", groups=("The Baltic states (EU)", "États baltes de l’Est"))]
    assert [found.name for found in overview.chosen(rows, words, "", "name")] == ["Estonia"]
    assert not overview.chosen(rows, "altic", "", "name")


def test_the_content_of_a_document_is_hashed_once_until_it_changes(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(freshness, "Fingerprinter", lambda *given: made.append(given) or Fingerprinter(*given))
    desk, now = opened.desk, opened.desk.now()
    first = freshness.contents(desk, now, [now.targets["brief/be"]])
    assert first and freshness.contents(desk, desk.now(), [now.targets["brief/be"]]) == first and len(made) == 1
    assert first.items() < freshness.contents(desk, now, now.targets.values()).items() and len(made) == 2
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("second thing", "other thing"))
    after = freshness.contents(desk, desk.now(), [now.targets["brief/be"]])
    assert after.keys() == first.keys() and after != first and len(made) == 3


def test_no_file_is_called_old_if_the_theme_cant_be_used(opened: OpenDesk, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/theme.yaml").write_text("palette: [\n")
    opened.desk.workspace.folders = replace(opened.desk.folders, templates=tmp_path / "templates")
    assert opened.desk.folders.templates == tmp_path / "templates"
    now = opened.desk.now()
    assert freshness.contents(opened.desk, now, now.targets.values()) == {}


def sent(sha256: str, to: str, when: str, channel: Channel = "smtp") -> Sent:
    return Sent(sha256, "albania.pdf", "brief", "al", "a4", when, to, channel, "", "", is_certain=True)


def test_it_is_told_who_has_which_version() -> None:
    went_out = [
        sent("one", "ann@example.org", "2026-01-01T10:00:00Z"),
        sent("one", "bob@example.org", "2026-01-05T10:00:00Z"),
        sent("one", f"{persons.ERASED}:1", "2026-01-05T10:00:00Z"),
        sent("two", "Ann@example.org", "2026-02-01T10:00:00Z"),
        sent("two", "", "2026-03-01T10:00:00Z"),  # an export
    ]
    now, old = overview.versions(went_out, {"two": False})
    assert (now.day, now.is_current, now.people) == ("2026-02-01", True, ("Ann@example.org",))
    assert (old.day, old.is_current, old.people) == ("2026-01-01", False, ("bob@example.org", ""))


def test_mails_in_the_outbox_are_told_apart_from_those_that_were_sent() -> None:
    went_out = [
        sent("one", "ann@example.org", "2026-01-01T10:00:00Z"),
        sent("one", "bob@example.org", "2026-01-01T11:00:00Z", "outbox"),
    ]
    found = [(one.people, one.is_waiting, one.is_old) for one in overview.versions(went_out, {"one": True})]
    assert found == [(("ann@example.org",), False, True), (("bob@example.org",), True, True)]


def test_the_first_page_has_the_edition(opened: OpenDesk) -> None:
    said = words(opened.get("/"))
    assert "Small things" in said and "1 of 1 countries" in said and "Belgium" in said and "Wary" in said
    assert "The first section" in said and "2 sources" in said and "The content has no errors." in said


def test_the_page_that_is_open_is_marked_among_the_links(opened: OpenDesk) -> None:
    found = re.findall(r'<a href="([^"]+)" aria-current="page">', opened.get("/sources") + opened.get("/write/countries/be"))
    assert found == ["/sources"]


def test_countries_stand_in_the_order_of_the_language(tmp_path: Path) -> None:
    """By pinyin: Déguó, Fǎguó, Zhōngguó. By their characters, China would be the first."""
    names = {"cn": "中国", "de": "德国", "fr": "法国"}
    about = {"language": "zh", "subjects": [{"code": code, "name": name} for code, name in names.items()]}
    facts = "facts:\n- {id: CODE-01, topic: market, text: 一句话。, sources: [one]}\n"
    text = f"code: CODE\nstance: open\nsummary: 摘要。\n{facts}"
    countries = {f"countries/{code}.yaml": text.replace("CODE", code) for code in names}
    small.write(tmp_path / "content", about=about, sources=[small.source("one")], more={"countries/be.yaml": None, **countries})
    with closing(open_desk(tmp_path).desk) as desk:
        now = desk.workspace.now()
        assert now.edition and [row.code for row in overview.countries(now, desk.folders.content, [])] == ["de", "fr", "cn"]
        assert completions.of(now.edition)["countries"] == ["德国", "法国", "中国"]
        assert [one.subject for one in now.targets.values() if one.kind == "brief"] == ["de", "fr", "cn"]


def test_each_country_of_the_map_leads_to_it(opened: OpenDesk) -> None:
    assert re.search(r'<a href="/[^"]*be" aria-label="Belgium: Wary"><path d="M', opened.get("/map"))


def test_errors_are_told_with_their_lines_and_the_last_good_state_stays(opened: OpenDesk) -> None:
    assert "Nothing is wrong" in opened.get("/problems")
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("stance: wary", "stance: shaky"))
    said = words(opened.get("/problems"))
    assert "countries/be.yaml" in said and "error line 2" in said and "shaky" in said
    said = words(opened.get("/"))
    assert "The content has errors. What is shown is the last good state." in said and "1 error" in said and "Wary" in said


def test_files_that_are_broken_from_the_beginning_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/edition.yaml").write_text("title: [")
    found = open_desk(tmp_path)
    assert "An edition that can’t be read yet" in found.get("/") and "edition.yaml" in found.get("/problems")
    answer = found.browser.get("/documents")
    assert answer.status_code == 409 and "line 1" in answer.text
    found.desk.close()


def test_a_change_by_another_program_is_noticed(opened: OpenDesk) -> None:
    version = opened.desk.workspace.now().version
    assert opened.get(f"/changed?since={version}").strip() == ""
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("A summary", "Another summary"))
    assert "in another program" in opened.get(f"/changed?since={version}")


def test_a_document_is_shown_beside_its_file_with_its_fit(opened: OpenDesk) -> None:
    page = opened.get("/documents/brief/be")
    assert "countries/be.yaml" in page and "A summary of two sentences." in page and 'hx-get="/typeset/brief/be' in page
    pages = opened.get("/typeset/brief/be")
    said = words(pages)
    assert re.search(r"Step of the fit: \w+ \(\d of \d\) · Room for \d+ more lines?", said)
    picture = opened.browser.get(re.search(r'src="(/pages/[^"]+)"', pages)[1].replace("&amp;", "&"))
    assert picture.headers["content-type"] == "image/png"
    shown = Image.open(io.BytesIO(picture.content))
    assert shown.size == (1191, 1684) and len(shown.convert("L").getcolors() or ()) > 10  # A4 at two dots a point, with ink on it
    assert opened.browser.get("/pages/" + "0" * 24 + "/1.png").status_code == 404
    assert opened.browser.get(re.search(r"/pages/\w+", pages)[0] + "/2.png").status_code == 404


def test_the_room_is_less_when_a_page_has_more(tmp_path: Path) -> None:
    long = "A summary that goes on. " * 9
    rooms = []
    for name, summary in (("a", "Short."), ("b", long)):
        small.write(tmp_path / name / "content", country={"summary": summary})
        found = open_desk(tmp_path / name)
        now = found.desk.workspace.now()
        made = found.desk.typesetting.typeset(now.version, now.files, {}, now.targets["brief/be"])
        rooms.append((made.of[0], -(made.room or 0)))
        found.desk.close()
    assert rooms[0] < rooms[1]


def test_what_has_no_room_on_the_timeline_is_told_with_the_fit(tmp_path: Path) -> None:
    """A short page has four of seven dates, across it. A longer one has all of them, but not where others stand."""
    facts = [small.fact(f"Thing {n}.", date=f"201{n}", label=f"Label {n}") for n in range(7)]
    said = []
    for name, length in (("short", 1), ("long", 25)):
        longer = [{**fact, "text": f"{fact['text']} {'It goes on for long. ' * length}"} for fact in facts]
        small.write(tmp_path / name / "content", facts=longer)
        found = open_desk(tmp_path / name)
        said.append(words(found.browser.get("/typeset/brief/be", headers={"accept-language": "de"}).text))
        found.desk.close()
    assert "weit (1 von 6)" in said[0] and said[0].endswith("Weggelassen: die Daten von be-01, be-02, be-03, auf dem Zeitstrahl")
    assert "eng (4 von 6)" in said[1] and said[1].endswith("Weggelassen: wo andere Länder stehen")


def test_a_document_that_has_errors_has_no_pages_and_says_why(opened: OpenDesk) -> None:
    now = opened.desk.workspace.now()
    bad = now.files["countries/be.yaml"].replace(b"wary", b"shaky")
    made = opened.desk.typesetting.typeset(now.version, now.files, {"countries/be.yaml": bad}, now.targets["brief/be"])
    assert not made.pdf and any("shaky" in problem.message for problem in made.problems)
    good = opened.desk.typesetting.typeset(now.version, now.files, {}, now.targets["brief/be"])
    assert good.pdf and not good.problems


def test_a_process_that_is_ended_is_replaced(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from briefs.desk import typesetting

    now, process = opened.desk.workspace.now(), opened.desk.typesetting
    monkeypatch.setattr(typesetting, "LONGEST", 0.0)
    made = process.typeset(now.version, now.files, {}, now.targets["brief/be"])
    assert not made.pdf and "took longer than 0 seconds" in made.problems[0].message
    monkeypatch.undo()
    assert process.typeset(now.version, now.files, {}, now.targets["brief/be"]).pdf


def test_the_desk_closes_at_once_while_a_document_is_typeset(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefs.desk.typesetting.LONGEST", 10_000.0)
    opened.desk.warm_up()
    made = opened.desk.typesetting
    assert isinstance(made, TypesettingProcess) and made._process
    os.kill(made._process.pid or 0, signal.SIGSTOP)
    asking = Thread(target=opened.get, args=("/typeset/brief/be",), daemon=True)
    asking.start()
    while not made._lock.locked():
        pass
    ending = Thread(target=made.close, daemon=True)
    ending.start()
    ending.join(60)
    asking.join(60)
    assert not ending.is_alive() and not asking.is_alive()


def test_who_types_fast_waits_for_the_last_text_only(opened: OpenDesk) -> None:
    now, process = opened.desk.workspace.now(), opened.desk.typesetting
    made: dict[int, TypesetDocument] = {}

    def ask(number: int, window: str) -> None:
        made[number] = process.typeset(now.version, now.files, {}, now.targets["brief/be"], window=window)

    threads = [Thread(target=ask, args=(number, window)) for number, window in enumerate(["one", "one", "other", "one"])]
    with process._lock:  # as if it were at work
        for thread in threads:
            thread.start()
            time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert [bool(made[number].pdf) for number in range(4)] == [False, False, True, True]


def test_a_team_s_window_keeps_its_process_or_takes_an_idle_one(opened: OpenDesk) -> None:
    now, team = opened.desk.workspace.now(), TypesettingProcesses(OWN, 2)
    target = now.targets["brief/be"]

    def ask(window: str) -> TypesetDocument:
        return team.typeset(now.version, now.files, {}, target, window=window)

    try:
        assert ask("one").pdf and ask("other").pdf and ask("one").pdf
        home = team._homes["one"]
        taken = team._taken("one")
        assert taken is home, "its text is warm there"
        team._homes["other"] = taken
        assert ask("other").pdf and team._homes["other"] is not home, "the other one is idle"
        last = team._taken("two")
        assert last and last is not taken
        answers: dict[int, TypesetDocument] = {}
        threads = [Thread(target=lambda n=n: answers.update({n: ask("three")})) for n in range(2)]
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(team._waiting) < number:
                time.sleep(0.01)
        team._give_back(last, "two")
        for thread in threads:
            thread.join()
        assert [bool(answers[n].pdf) for n in range(2)] == [False, True], "the window asked again meanwhile"
    finally:
        team.close()


def test_a_team_s_window_has_one_document_at_work(opened: OpenDesk) -> None:
    now, team = opened.desk.workspace.now(), TypesettingProcesses(OWN, 2)
    target = now.targets["brief/be"]
    answers: dict[int, TypesetDocument] = {}

    def ask(number: int) -> None:
        answers[number] = team.typeset(now.version, now.files, {}, target, window="one")

    try:
        older = team._taken("one")
        assert older
        threads = [Thread(target=ask, args=(number,)) for number in range(2)]
        for number, thread in enumerate(threads, 1):
            thread.start()
            while team._last["one"] < number:
                time.sleep(0.01)
        with team._changed:
            assert len(team._idle) == 1 and not team._waiting, "the idle process is left to the others"
        other = team._taken("other")
        assert other and other is not older, "nobody waits behind this window"
        team._give_back(older, "one")
        for thread in threads:
            thread.join()
        assert [bool(answers[n].pdf) for n in range(2)] == [False, True] and team._homes["one"] is older
    finally:
        team.close()


def test_sources_are_counted(opened: OpenDesk) -> None:
    assert re.search(r"one About one 2 two About two 1", words(opened.get("/sources")))


def test_a_search_for_the_fit_ends_at_the_same_one_wherever_it_begins(tmp_path: Path) -> None:
    from briefs.press.makers import page
    from briefs.press.session import Session
    from briefs.theme import read as theme

    long = "A fact that needs more than a line of the page, however it is set. " * 3
    edition = small.edition(facts=[small.fact(f"{long}{n}", priority=3) for n in range(25)])
    target = Target("brief", "be", "Belgium", ("pdf",), "a4")
    with closing(Session(edition, theme(OWN))) as session:
        fits = [page.fitted_page(session, target, first=first) for first in (None, page.FirstTry(0, 0), page.FirstTry(20, 3))]
    assert len({(fit.step, fit.manuscript.gone) for fit in fits}) == 1 and fits[0].manuscript.gone


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join("".join(page.get_textpage().get_text_range() for page in document).split())


def test_a_section_beside_remembered_ones_is_as_beside_new_ones(tmp_path: Path) -> None:
    head = "---\ntitle: The {0} part\nid: {0}\n---\n"
    one, two = (
        head.format("one") + "## Inner {#inner}\n\nWords of one [@one].\n",
        head.format("two") + "Words [@one], after [](#inner).\n",
    )
    small.write(tmp_path / "content", more={"report/01-one.md": one, "report/02-two.md": two})
    found = open_desk(tmp_path)
    now = found.desk.workspace.now()

    def pages(path: str = "02-two", text: str = two) -> str:
        made = found.desk.typesetting.typeset(
            now.version, now.files, {f"report/{path}.md": text.encode()}, now.targets["report/"], "report/02-two.md"
        )
        assert not made.problems
        return text_of(made.pdf)

    warm = [pages(text=f"{two}More {n}.") for n in range(3)]
    other = pages("01-one", one.replace("Inner {", "Renamed {").replace("id: one", "id: one\nnumbered: false"))
    assert "More 2." in warm[2] and "Renamed" in other and "More" not in other
    found.desk.close()
    found = open_desk(tmp_path)  # a new process remembers nothing
    assert pages(text=f"{two}More 2.") == warm[2]
    found.desk.close()


def test_a_section_alone_says_what_the_report_says(tmp_path: Path) -> None:
    """Its notes have the numbers that they have in the report, and its references lead to the other sections."""
    text = "---\ntitle: Part {0}\nid: part{0}\n---\nWords {0} of a part [@one], see [](#part{1}).[^n]\n\n[^n]: Note.\n"
    parts = {f"report/0{n}-part.md": text.format(n, 3 - n) for n in (1, 2)}
    small.write(tmp_path / "content", more=parts)
    found = open_desk(tmp_path)
    now, target = found.desk.workspace.now(), found.desk.workspace.now().targets["report/"]
    whole = text_of(found.desk.typesetting.typeset(now.version, now.files, {}, target).pdf)
    for path, number in (("report/01-part.md", 1), ("report/02-part.md", 2)):
        alone = found.desk.typesetting.typeset(now.version, now.files, {}, target, path)
        said = re.search(rf"(Words {number} of a part.*?Section \d\. \d) (\d .*?) (\d Note\.)", text_of(alone.pdf))
        assert said and all(part in whole for part in said.groups()), alone
    found.desk.close()


def test_what_a_text_rests_on_is_shown_beside_it(opened: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `audit` says it, of the saved text; only the claims of that file."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    shown = words(opened.get("/write/countries/be/audit"))
    assert "one (webpage, 2020-05-04)" in shown and "two (webpage, 2020-05-04)" in shown
    assert 'href="#f-be-01/text"' in opened.get("/write/countries/be/audit")
    section = words(opened.get("/write/sections/one/audit"))
    assert "one (webpage" in section and "no source" in section
    assert opened.browser.get("/write/sections/no-such/audit").status_code == 404


def test_countries_have_their_names_in_the_language_of_the_interface(opened: OpenDesk) -> None:
    """Of CLDR, in their order; what isn't a country, stances and documents keep the edition's words. A search knows both names."""
    for code in ("at", "ee", "nl"):
        (opened.content / f"countries/{code}.yaml").write_text(f"code: {code}\nstance: wary\nsummary: Words.\n")

    def german(path: str) -> str:
        return words(opened.browser.get(path, headers={"accept-language": "de"}).text)

    assert re.findall("Belgien|Estland|Niederlande|Österreich", german("/countries")) == [
        "Belgien", "Estland", "Niederlande", "Österreich"
    ]  # fmt: skip
    assert "Belgien" in german("/documents") and "Belgium" not in german("/documents")
    assert "Wary" in german("/countries") and "Belgien" in german("/write/countries/be") and "Belgium" not in german("/countries")
    for typed in ("öster", "austr", "at"):
        assert "1 von 4" in german(f"/countries?words={typed}") or typed == "at"
        assert "Österreich" in german(f"/countries?words={typed}")
    assert "Belgium" in words(opened.get("/countries")) and "Belgique" in words(
        opened.browser.get("/countries", headers={"accept-language": "fr"}).text
    )
    assert re.search("Belgium.*Netherlands", words(opened.get("/countries")))


def test_a_translation_s_names_and_stances_are_those_of_the_interface(opened: OpenDesk) -> None:
    edition = small.edition()
    french = replace(edition, names={"be": "La Belgique"}, translation="fr")
    both = replace(edition, translations={"fr-CA": french})
    assert localnames.countries(both, "fr") == {"be": "La Belgique"} and localnames.countries(both, "de") == {"be": "Belgien"}
    own = replace(edition, names={"be": "Belgium", "x1": "The Union"})
    assert localnames.countries(own, "de") == {"be": "Belgien", "x1": "The Union"} and localnames.countries(own, "en") == own.names
    path = "countries/be.yaml"
    form = forms.of_country(
        path, (opened.content / path).read_bytes(), edition, {"open": "Offen", "wary": "Vorsichtig"}, {"market": "Der Markt"}
    )
    assert [*form.all["stance"].choices] == [("", ""), ("open", "Offen"), ("wary", "Vorsichtig")]
    assert [*form.all["be-01/topic"].choices] == [("market", "Der Markt")]
    assert localnames.countries(own, "") == own.names and localnames.steps(own, "de")["wary"] == "Wary"


def test_topics_and_groups_are_those_of_the_interface_s_language(opened: OpenDesk) -> None:
    about = {"languages": ["en-GB", "fr"], "groups": [{"id": "two", "label": "Both of them", "members": ["be"]}]}
    small.write(opened.content, about=about)
    reading = opened.desk.workspace.now().edition
    assert reading
    topic, group = reading.about.topics[0].label, reading.about.groups[0].label
    texts = {topic.place.anchor: (topic, "Le marché"), group.place.anchor: (group, "Les deux")}
    entries = [{"id": id, "of": text.hash, "text": said} for id, (text, said) in texts.items()]
    file = opened.content / "translations/fr/edition.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(yaml.safe_dump({"texts": entries}, allow_unicode=True))
    for tag, one, other in (("fr", "Le marché", "Les deux"), ("de", "The market", "Both of them")):
        form, files = (
            opened.browser.get(path, headers={"accept-language": tag}).text for path in ("/write/countries/be", "/files")
        )
        assert f'<option value="market" selected>{one}</option>' in form and f'<option value="two">{other}</option>' in files


def test_a_line_that_a_hint_tells_to_type_stays_as_it_is(opened: OpenDesk) -> None:
    hint = "Run `briefs merge countries/be.yaml:1 x.docx`, or see countries/be.yaml:1."
    pieces = [*problempage._pieces(opened.desk.words, opened.desk.now(), hint)]
    assert [words for words, address in pieces if not address] == [hint.rpartition("countries")[0], "."] and len(pieces) == 3


def test_problems_are_listed_under_the_names_of_pages(opened: OpenDesk) -> None:
    file = opened.content / "countries/be.yaml"
    file.write_text(file.read_text().replace("stance: wary", "stance: shaky"))
    page = opened.get("/problems")
    assert '<h2><a href="/write/countries/be">Belgium</a></h2>' in page and "countries/be.yaml" in page
    assert "`" not in words(page)


def test_a_translation_that_fell_behind_leads_to_its_text(opened: OpenDesk) -> None:
    entry = {"id": "summary", "of": small.edition().countries["be"].summary.hash, "text": "Un résumé de deux phrases."}
    more = {"translations/fr/countries/be.yaml": yaml.safe_dump({"texts": [entry]})}
    small.write(opened.content, about={"languages": ["en-GB", "fr"]}, country={"summary": "Other words."}, more=more)
    page = opened.get("/problems")
    assert 'Look at <a href="/write/countries/be#f-summary">Belgium, Summary</a>, correct this text, or say in its form' in page
    assert (
        "of:" not in words(page)
        and "translate status" not in words(page)
        and '<a href="/translations">Translations</a> lists' in page
    )
    assert words(page).count("The heading leads to the form in which it is translated.") == 1
    assert "Belgium, translation (fr)" in page and 'href="/write/translations/fr@countries@be.yaml"' in page
    assert 'id="f-summary' in opened.get("/write/countries/be")


def test_completed_names_have_the_words_that_they_lead_to(opened: OpenDesk) -> None:
    text = '# A part {#sec-part}\n\n![A **plate**](figures/a.png){#fig-a alt="x"}\n\n::: {#box .note}\nWords.\n:::\n'
    edition = small.edition(more={"report/01.md": f"---\ntitle: A title\nid: one\n---\n{text}", "figures/a.png": PNG})
    found = dict(completions.of(edition)["targets"])  # type: ignore[arg-type]
    assert found == {"one": "A title", "sec-part": "A part", "fig-a": "A **plate**", "box": "A title"}


def test_a_country_is_found_by_its_groups_and_its_names_in_other_languages(opened: OpenDesk) -> None:
    named = {"code": "be", "name": "Côte d'Or"}
    groups = [{"id": "low", "label": "The Low Countries", "members": ["be"]}]
    about = {"languages": ["en-GB", "fr"], "subjects": [named], "groups": groups}
    small.write(opened.content, about=about, more={"translations/fr/countries/be.yaml": "texts: []\n"})
    for words_typed, number in (("low co", 1), ("belgique", 1), ("countries", 1), ("ountries", 0), ("d'or", 1), ("cote d’or", 1)):
        assert f"{number} of 1 countries" in words(opened.get(f"/countries?words={words_typed}")), words_typed
