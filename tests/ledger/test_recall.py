"""Who holds files with an error, the record of its correction, and that exactly these people are told, once."""

from __future__ import annotations

import email
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pypdfium2
import pytest
import yaml

from briefs.cli import main
from briefs.delivery.store import File, Sent, Store
from briefs.edition.model import hash_of
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.ledger import oldwords, where
from briefs.ledger import recall as recalls
from briefs.press.session import Session
from briefs.tools.pandoc import Pandoc
from tests import small
from tests.ledger import history

WRONG, RIGHT = "The operator **reaches** 35 per cent of homes.", "The operator **reaches** 30 per cent of homes."
SENT = [  # day, document, people; nobody knows who has what was exported
    ("2024-03-01", "be", ["m@example.org", "n@example.org"]),
    ("2024-03-01", "ee", ["p@example.org"]),
    ("2024-03-01", "be", [""]),
    ("2024-09-15", "be", ["m@example.org", "q@example.org"]),
]
PEOPLE = "sender: Desk <desk@example.org>\nlists:\n  staff: [Em <m@example.org>, p@example.org, q@example.org]\n"
NAMES = {"be": "briefs/belgium.pdf", "ee": "briefs/estonia.pdf"}


@pytest.fixture
def folder(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The content of September 2024, a people file, and the record of what went out before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRIEFS_SMTP_HOST", raising=False)
    store, states = Store(tmp_path / "exchange"), history.states()
    made: dict[tuple[str, str], bytes] = {}
    for day, code, people in SENT:
        edition = read_files(states[day]).edition
        assert edition
        if (day, code) not in made:
            made[day, code] = small.brief(session, edition, "pdf", code=code).files["pdf"]
        for to in people:
            when, by = datetime.fromisoformat(f"{day}T12:00:00+00:00").astimezone(UTC), "smtp" if to else "export"
            with store.locked():
                file = File(NAMES[code], "brief", code, "a4", made[day, code])
                store.begin(f"{day} {code} {to}", to, by, [file], store.add_content(states[day]), when)  # type: ignore[arg-type]
                store.end(f"{day} {code} {to}", "sent", when)
    write(tmp_path / "content", states["2024-09-15"])
    (tmp_path / "people.yaml").write_text(PEOPLE)
    return tmp_path


def write(content: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_bytes(data)


def recall(fact: str, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    assert main(["recall", fact, *more, "--jobs", "1", "--json"]) == ExitCode.DONE
    return json.loads(capsys.readouterr().out)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_it_says_who_holds_the_old_words_and_sends_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = recall("be-01", capsys)
    assert (found["wrong"], found["right"], found["recorded"]) == ([WRONG], RIGHT, False)
    assert [(one["to"], one["file"], one["when"][:10], one["newer"][:10], one["told"]) for one in found["held"]] == [
        ("m@example.org", "briefs/belgium.pdf", "2024-03-01", "2024-09-15", ""),
        ("n@example.org", "briefs/belgium.pdf", "2024-03-01", "", ""),
        ("", "briefs/belgium.pdf", "2024-03-01", "", ""),
    ]
    assert found["would_send"] == [
        {"to": ["m@example.org", "n@example.org"], "files": ["corrections/be-01.pdf", "briefs/belgium.pdf"]}
    ]
    assert not (folder / "content/corrections.yaml").exists() and not (folder / "outbox").exists()


def test_who_was_erased_from_the_record_is_listed_and_not_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "erase", "n@example.org", "--json"]) == ExitCode.DONE
    capsys.readouterr()
    found = recall("be-01", capsys)
    assert any(one["to"].startswith("erased:") for one in found["held"])
    assert [to for one in found["would_send"] for to in one["to"]] == ["m@example.org"]


def test_a_date_that_was_wrong_is_recalled_with_both_dates(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = recall("be-02", capsys)
    assert found["wrong"] == ["A **law on suppliers** is being prepared. (November 2024)"]
    assert found["right"] == "A **law on suppliers** is being prepared. (February 2025)"


def test_a_fact_that_was_taken_out_is_withdrawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "content", history.states()["2025-01-20"])
    found = recall("ee-02", capsys)
    assert (found["wrong"], found["right"]) == (["Talks with the regulator were announced."], "")
    assert found["would_send"] == [{"to": ["p@example.org"], "files": ["corrections/ee-02.pdf", "briefs/estonia.pdf"]}]


@pytest.mark.parametrize("suffix", [".yml", ".YAML"])
def test_a_fact_that_is_gone_is_known_by_every_name_of_a_countrys_file(tmp_path: Path, suffix: str) -> None:
    state, path = history.states()["2024-03-01"], f"countries/ee{suffix}"
    named = {name: data for name, data in state.items() if name != "countries/ee.yaml"} | {path: state["countries/ee.yaml"]}
    store, before = Store(tmp_path), read_files(named).edition
    assert before and before.countries["ee"]
    with store.locked():
        file = File("briefs/estonia.txt", "brief", "ee", "a4", b"Talks with the regulator were announced.")
        store.begin("a", "", "export", [file], store.add_content(named), datetime(2024, 3, 1, tzinfo=UTC))
    edition = read_files(history.states()["2025-01-20"]).edition
    assert edition
    with Pandoc() as pandoc:
        assert oldwords.finder(edition, "ee-02", store, pandoc).name == "ee-02"


def test_a_summary_is_recalled_by_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "content/countries/be.yaml"
    before = read_files(history.states()["2024-03-01"]).edition
    assert before and before.countries["be"].summary
    old = before.countries["be"].summary.markdown
    path.write_text(path.read_text().replace(old, "Belgium has limits for suppliers."))
    found = recall("countries/be.yaml#summary", capsys)
    assert (found["id"], found["country"], found["wrong"]) == ("be-summary", "be", [old])
    assert {one["to"] for one in found["held"]} == {"m@example.org", "n@example.org", "q@example.org", ""}
    recall("countries/be.yaml#summary", capsys, "--send")
    (one,) = yaml.safe_load((folder / "content/corrections.yaml").read_text())["corrections"]
    assert (one["id"], one["country"], one["text"]) == ("be-summary", "be", "countries/be.yaml#summary") and "fact" not in one
    note = words_of((folder / "dist/corrections/be-summary.pdf").read_bytes())
    assert f"What was wrong {old} What is right Belgium has limits for suppliers." in note
    assert main(["recall", "countries/be.yaml#sumary"]) == ExitCode.USAGE
    assert "there is no text at “countries/be.yaml#sumary”, and none went out. Did you mean" in capsys.readouterr().err


def test_a_paragraph_of_the_report_is_recalled_though_its_number_has_changed(
    session: Session, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its note is about the edition, and needs no country."""
    old = {**history.states()["2024-09-15"], "report/01-opening.md": history.SECTION.encode()}
    edition = read_files(old).edition
    assert edition
    report = small.make(session.for_edition(edition), "report", "", ("pdf",)).files["pdf"]
    when, file = datetime(2024, 9, 16, tzinfo=UTC), File("report.pdf", "report", "", "a4", report)
    Store(folder / "exchange").record_export([file], old, when, "m@example.org")
    new = history.SECTION.replace("The first", "A paragraph that is new.\n\nThe first").replace("to governments", "to states")
    write(folder / "content", {**old, "report/01-opening.md": new.encode()})
    found = recall("report/01-opening.md#2", capsys)
    assert (found["id"], found["country"]) == ("01-opening-2", "")
    assert found["wrong"] == ["The first paragraph says why networks matter to governments."]
    assert [(one["to"], one["file"]) for one in found["held"]] == [("m@example.org", "report.pdf")]
    recall("report/01-opening.md#2", capsys, "--send")
    note = words_of((folder / "dist/corrections/01-opening-2.pdf").read_bytes())
    assert "Correction: Small things" in note and "What is right The first paragraph says why networks matter to states." in note
    assert main(["check"]) == ExitCode.DONE


def test_nobody_is_told_of_what_did_not_change_or_never_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recall("ee-02", capsys)["held"] == []
    assert main(["recall", "be-09"]) == ExitCode.USAGE
    assert "there is no fact “be-09”, and none went out" in capsys.readouterr().err


def test_the_record_keeps_what_an_editor_wrote_in_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "content/corrections.yaml"
    before = (
        "# Ours.\ncorrections:\n- id: ee-09  # an old one\n  country: ee\n  fact: ee-09\n  date: 2024-04\n  wrong: [Nonsense.]\n"
    )
    path.write_text(before)
    recall("be-01", capsys, "--send")
    assert path.read_text().startswith(before)
    assert [one["id"] for one in yaml.safe_load(path.read_text())["corrections"]] == ["ee-09", "be-01"]


def test_exactly_those_who_hold_it_are_told_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The note and today's brief go to those two, in one mail each; the note, the brief and the report say it."""
    results = recall("be-01", capsys, "--send")
    assert {(one["to"], one["outcome"]) for one in results} == {("m@example.org", "written"), ("n@example.org", "written")}
    mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted((folder / "outbox").iterdir())]
    assert sorted(str(mail["To"]) for mail in mails) == ["Em <m@example.org>", "n@example.org"]
    for mail in mails:
        assert "correction on Belgium" in str(mail["Subject"])
        files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
        assert set(files) == {"be-01.pdf", "belgium.pdf"}
        note, brief = words_of(files["be-01.pdf"]), words_of(files["belgium.pdf"])
        assert "What was wrong The operator reaches 35 per cent of homes. What is right The operator reaches 30 per cent" in note
        assert "30 per cent" in brief and "35 per cent" not in brief and "Corrected on " in brief

    (one,) = yaml.safe_load((folder / "content/corrections.yaml").read_text())["corrections"]
    assert (one["id"], one["country"], one["wrong"], one["right"]) == ("be-01", "be", [WRONG], RIGHT)
    assert one["date"] == datetime.now(UTC).date()

    again = recall("be-01", capsys)
    assert again["recorded"] and [bool(holder["told"]) for holder in again["held"]] == [True, True, False]
    assert {one["outcome"] for one in recall("be-01", capsys, "--send")} == {"had"}
    assert len(list((folder / "outbox").iterdir())) == 2


FRENCH = """\
texts:
  - {id: be-01/text, of: %s, text: "L’opérateur **atteint** %s pour cent des foyers."}
"""


def test_a_file_in_another_language_is_found_by_its_translation_and_made_again_in_it(
    session: Session, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, translation = folder / "content", "translations/fr/countries/be.yaml"
    head = {"edition.yaml": (content / "edition.yaml").read_bytes() + b"languages: [en-GB, fr]\n"}
    old = {**history.states()["2024-03-01"], **head, translation: (FRENCH % (hash_of(WRONG), 35)).encode()}
    edition = read_files(old, is_unfinished=True).edition
    assert edition
    french = small.brief(session, edition.translations["fr"], "pdf").files["pdf"]
    store = Store(folder / "exchange")
    file = File("fr/briefs/belgique.pdf", "brief", "be", "a4", french)
    store.record_export([file], old, datetime(2024, 3, 2, tzinfo=UTC), "f@example.org")
    write(content, {**head, translation: (FRENCH % (hash_of(RIGHT), 30)).encode()})
    found = recall("be-01", capsys)
    assert {"to": ["f@example.org"], "files": ["corrections/be-01.pdf", "fr/briefs/belgique.pdf"]} in found["would_send"]
    recall("be-01", capsys, "--send")
    assert "atteint 30 pour cent" in words_of((folder / "dist/fr/briefs/belgique.pdf").read_bytes())


def test_nothing_is_written_if_the_marking_allows_it_to_none_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "content/countries/be.yaml"
    path.write_text(path.read_text() + "marking: Official\n")
    assert main(["recall", "be-01", "--send"]) == ExitCode.USAGE
    assert "marked “Official”, which m@example.org, n@example.org may not have" in capsys.readouterr().err
    assert not (folder / "content/corrections.yaml").exists() and not (folder / "outbox").exists()


CORRECTIONS = f"""\
corrections:
  - id: be-01
    country: be
    fact: be-01
    date: 2024-09-20
    wrong: [{WRONG}]
    right: {RIGHT}
    why: The first figure was that of the whole market.
  - {{id: ee-02, country: ee, fact: ee-02, date: 2025-01-21, wrong: [Talks were announced.]}}
"""


def test_the_report_lists_corrections_the_latest_first_in_both_formats(session: Session) -> None:
    edition = small.edition(
        about={"as_of": {"countries": "2024-01"}},
        more={
            "countries/ee.yaml": history.COUNTRIES["ee"],
            "report/01-opening.md": history.SECTION,
            "corrections.yaml": CORRECTIONS,
        },
        facts=[small.fact(RIGHT), small.fact("Policy is a second thing.", "policy", sources=["two"])],
    )
    made = small.make(session.for_edition(edition), "report", "", ("pdf", "docx"))
    document = docx.Document(io.BytesIO(made.files["docx"]))
    for text in (words_of(made.files["pdf"]), " ".join(paragraph.text for paragraph in document.paragraphs)):
        listed = text[text.rindex("Estonia · Corrected on 21 January 2025") :]
        assert listed.index("This statement is withdrawn.") < listed.index("Belgium · Corrected on 20 September 2024")
        assert "What was wrong: The operator reaches 35 per cent of homes." in listed
        assert "Why: The first figure was that of the whole market." in listed


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("    fact: be-01\n", "", "doesn’t name one fact, text or value"),
        ("    fact: be-01\n", "    fact: be-01\n    text: countries/be.yaml#summary\n", "doesn’t name one fact, text or value"),
        ("    country: be\n", "", "the correction “be-01” has no country"),
    ],
)
def test_a_correction_is_of_a_fact_of_a_country_or_of_a_text(old: str, new: str, said: str) -> None:
    problems = small.reading(more={"corrections.yaml": CORRECTIONS.replace(old, new)}).errors
    assert said in problems[0].message and problems[0].line == 2


def test_a_correction_of_no_country_and_one_that_stands_twice_are_told() -> None:
    twice = CORRECTIONS.replace("id: ee-02", "id: be-01")
    problems = small.reading(more={"corrections.yaml": twice}).errors
    assert [(one.line, one.message) for one in problems] == [
        (9, "the correction “be-01” stands twice"),
        (9, "there is no country “ee”"),
    ]


# What was taken out, and values.


@pytest.fixture
def report_out(session: Session, folder: Path) -> Path:
    """The folder, with the report of September 2024 in the record, which has both paragraphs and the value `in draft`."""
    old = history.states()["2024-09-15"]
    edition = read_files(old).edition
    assert edition
    report = small.make(session.for_edition(edition), "report", "", ("pdf",)).files["pdf"]
    file = File("report.pdf", "report", "", "a4", report)
    Store(folder / "exchange").record_export([file], old, datetime(2024, 9, 16, tzinfo=UTC), "r@example.org")
    return folder


def test_a_paragraph_that_was_taken_out_is_recalled_by_its_words(report_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another paragraph has its number now."""
    path = report_out / "content/report/01-opening.md"
    path.write_text(path.read_text().replace("The second paragraph counts the countries that have rules.", "Nothing is counted."))
    found = recall("the second paragraph counts", capsys)
    assert (found["wrong"], found["right"]) == (["The second paragraph counts the countries that have rules."], "")
    assert found["would_send"] == [{"to": ["r@example.org"], "files": ["corrections/01-opening-2.pdf", "report.pdf"]}]
    recall("the second paragraph counts", capsys, "--send")
    assert recall("the second paragraph counts", capsys)["recorded"]
    assert "This statement is withdrawn" in words_of((report_out / "dist/corrections/01-opening-2.pdf").read_bytes())
    assert main(["check"]) == ExitCode.DONE


def test_words_of_a_text_that_stands_are_recalled_as_that_text(report_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recall("reaches 35 per cent", capsys)["what"] == "be-01"


@pytest.mark.parametrize(
    "words, said",
    [
        ("the moon is made", "no text that went out has the words “the moon is made”"),
        ("paragraph ", "several texts that went out have the words"),
        ("be/rules", "there is no column “rules” in this edition. Did you mean"),
        ("bee/rule", "there is no country “bee” in this edition"),
    ],
)
def test_what_is_not_one_text_or_value_is_told(words: str, said: str, report_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recall", words]) == ExitCode.USAGE
    assert said in capsys.readouterr().err


def test_a_value_is_recalled_from_those_whose_documents_may_show_it(report_out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = report_out / "content/countries/be.yaml"
    same = recall("be/rule", capsys)
    assert (same["wrong"], same["right"], same["held"]) == ([], "Rule: in draft", [])
    path.write_text(path.read_text().replace("value: in draft", "value: in force"))
    found = recall("be/rule", capsys)
    assert (found["id"], found["country"], found["wrong"], found["right"]) == (
        "be-rule", "be", ["Rule: in draft"], "Rule: in force",
    )  # fmt: skip
    assert {(one["to"], one["file"]) for one in found["held"]} == {
        ("m@example.org", "briefs/belgium.pdf"),
        ("n@example.org", "briefs/belgium.pdf"),
        ("q@example.org", "briefs/belgium.pdf"),
        ("r@example.org", "report.pdf"),
        ("", "briefs/belgium.pdf"),
    }  # and not Estonia's brief
    recall("be/rule", capsys, "--send")
    (one,) = yaml.safe_load((report_out / "content/corrections.yaml").read_text())["corrections"]
    assert (one["country"], one["value"]) == ("be", "be/rule") and not {"fact", "text"} & one.keys()
    note = words_of((report_out / "dist/corrections/be-rule.pdf").read_bytes())
    assert "What was wrong Rule: in draft What is right Rule: in force" in note
    assert recall("be/rule", capsys)["recorded"]


def test_each_file_of_a_long_record_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of 4,000 files took over a minute when each holder was compared with all that followed."""
    sent = [Sent(f"{n % 7}", NAMES["be"], "brief", "be", "a4", f"{n}", f"{n % 9}@b.c", "smtp", "", "", True) for n in range(500)]
    old = SimpleNamespace(today="new", slug="be-01", name="be-01", country="be", is_of=lambda one: False)
    looked: list[Sent] = []
    real = where._document
    monkeypatch.setattr(where, "_document", lambda one: (looked.append(one), real(one))[1])
    monkeypatch.setattr(oldwords, "finder", lambda *_: type("Finder", (), {**vars(old), "__call__": lambda self, one: "old"})())
    found = recalls.find(small.edition(), "be-01", SimpleNamespace(sent=lambda: sent), None)  # type: ignore[arg-type]
    assert len(found.holders) == len(looked) == 500
    assert [holder.newer for holder in found.holders] == [sent_after(one, sent) for one in sent]


def sent_after(one: Sent, sent: Sequence[Sent]) -> str:
    """When somebody was last sent another version after this one; empty if never."""
    later = [new for new in sent if int(new.when) > int(one.when) and new.to == one.to and new.sha256 != one.sha256]
    return later[-1].when if later else ""
