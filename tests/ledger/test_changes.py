"""What changed between two states of an edition: exactly what happened, and nothing else."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import pypdfium2
import pytest

from briefs.cli import main
from briefs.compose.changed import stances
from briefs.compose.labels import Labels
from briefs.delivery.store import File, Store
from briefs.edition.changed import Changed, PastStances, is_marked
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.ledger import changes, listing
from briefs.press import contents
from briefs.tools.pandoc import Pandoc
from tests import small
from tests.ledger import history


@pytest.fixture(scope="module")
def states() -> Iterator[dict[str, changes.State]]:
    with Pandoc() as pandoc:
        found = {}
        for day, files in history.states().items():
            reading = read_files(files)
            assert reading.edition, reading.problems
            found[day] = changes.state(day, reading.edition, pandoc)
        yield found


def told(found: list[changes.Change]) -> list[history.Event]:
    return [(c.item, c.action, c.subject, c.id, c.before, c.after) for c in found]


@pytest.mark.parametrize("before, day", list(zip(history.DAYS, history.DAYS[1:], strict=False)))
def test_each_event_is_told_and_nothing_else(states: dict[str, changes.State], before: str, day: str) -> None:
    assert told(changes.between(states[before], states[day])) == history.EVENTS[day]


def test_there_are_twenty_events() -> None:
    assert sum(len(events) for events in history.EVENTS.values()) == 20


def test_nothing_changed_since_today(states: dict[str, changes.State]) -> None:
    assert all(not changes.between(state, state) for state in states.values())


def test_the_way_back_is_told_too(states: dict[str, changes.State]) -> None:
    back = changes.between(states["2026-02-11"], states["2024-03-01"])
    assert ("fact", "number", "be", "be-01") in {told_one[:4] for told_one in told(back)}
    assert ("country", "dropped", "fr", "", "France", "") in told(back)


def test_a_country_that_went_is_told_at_its_file(states: dict[str, changes.State]) -> None:
    files = history.states()["2026-02-11"]
    named = {path.replace("countries/fr.yaml", "countries/fr.yml"): data for path, data in files.items()}
    edition = read_files(named).edition
    assert edition
    with Pandoc() as pandoc:
        back = changes.between(changes.state("later", edition, pandoc), states["2024-03-01"])
    assert [one.place for one in back if one.action == "dropped" and one.item == "country"] == ["countries/fr.yml"]


def test_over_two_years_each_item_is_told_once_as_it_is_now(states: dict[str, changes.State]) -> None:
    found = told(changes.between(states["2024-03-01"], states["2026-02-11"]))
    assert ("stance", "changed", "be", "", "wary", "closed") in found
    assert ("fact", "date", "be", "be-02", "due 2024-11", "due 2025-02") in found
    assert ("fact", "source-added", "be", "be-02", "", "one") in found
    assert ("fact", "source-dropped", "be", "be-02", "two", "") in found
    assert [one[:4] for one in found].count(("fact", "reworded", "ee", "ee-01")) == 1
    assert not any(one[2] == "fr" and one[0] != "country" for one in found), "all of a new country is new"


def test_an_editor_reads_what_happened(states: dict[str, changes.State]) -> None:
    then, now = states["2024-03-01"], states["2024-09-15"]
    assert list(listing.lines(changes.between(then, now), then, now)) == [
        "Belgium",
        "  stance changed from “Wary” to “Closed”",
        "  number in fact be-01: 35 → 30: “The operator **reaches** 30 per cent of homes.”",
        "  fact be-02: date moved from due November 2024 to due February 2025",
        "Estonia",
        "  fact ee-01 reworded: **Tests began** in [-Tallinn.-] {+Tallinn and in Tartu.+}",
    ]


# From the command line.


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return history.commit(tmp_path_factory.mktemp("history"))


def since(content: Path, when: str, capsys: pytest.CaptureFixture[str], *more: str) -> list[history.Event]:
    assert main(["changes", "--since", when, "--content", str(content), "--json", *more]) == ExitCode.DONE
    found = json.loads(capsys.readouterr().out)
    assert found["since"] == when
    return [(c["item"], c["action"], c["subject"], c["id"], c["before"], c["after"]) for c in found["changes"]]


@pytest.mark.parametrize("when", ["v2025-10-05", "2025-10-05", "2025-11", "2025"])
def test_a_date_means_the_state_at_its_end(content: Path, when: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert since(content, when, capsys) == history.EVENTS["2026-02-11"]


def test_a_date_that_git_cannot_read_is_the_last_that_it_can(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert since(content, "9999-12-31", capsys) == []


def test_a_list_is_told_what_changed_since_it_was_sent_the_last_file(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.yaml"
    people.write_text("sender: a@example.org\nlists:\n  ministers: [m@example.org, n@example.org]\n  press: [p@example.org]\n")
    store, states = Store(tmp_path / "store"), history.states()
    for day, to in (("2024-03-01", "M@example.org"), ("2025-10-05", "n@example.org"), ("2026-02-11", "p@example.org")):
        when = datetime.fromisoformat(f"{day}T12:00:00+00:00").astimezone(UTC)
        with store.locked():
            store.begin(
                day, to, "smtp", [File("briefs/belgium.pdf", "brief", "be", "a4", b"x")], store.add_content(states[day]), when
            )
            store.end(day, "sent", when)
    where = ("--people", str(people), "--store", str(tmp_path / "store"))
    assert since(content, "sent:ministers", capsys, *where) == history.EVENTS["2026-02-11"]
    assert since(content, "sent:m@example.org", capsys, *where) != history.EVENTS["2026-02-11"]
    assert since(content, "sent:press", capsys, *where) == []


@pytest.mark.parametrize(
    "when, said",
    [
        ("2019", "has no revision in git that is as old as 2019-12-31"),
        ("nowhere", "git knows no revision “nowhere”"),
        ("sent:nobody", "no list “nobody”"),
        ("sent:press", "nothing was sent to press yet"),
    ],
)
def test_what_is_no_state_is_told(content: Path, tmp_path: Path, when: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    people = tmp_path / "people.yaml"
    people.write_text("sender: a@example.org\nlists:\n  press: [p@example.org]\n")
    where = ["--content", str(content), "--people", str(people), "--store", str(tmp_path / "store")]
    assert main(["changes", "--since", when, *where]) == ExitCode.USAGE
    assert said in capsys.readouterr().err


def test_older_content_that_takes_long_to_read_is_refused_at_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people, store = tmp_path / "people.yaml", Store(tmp_path / "store")
    people.write_text("sender: a@example.org\nlists:\n  press: [p@example.org]\n")
    files = {**small.files(), "report/01-a.md": b"---\nid: sec-a\ntitle: A section\n---\n\n" + b"[" * 5_000}
    with store.locked():
        content, when = store.add_content(files), datetime(2026, 1, 1, tzinfo=UTC)
        store.begin("a", "p@example.org", "smtp", [File("briefs/be.docx", "brief", "be", "a4", b"PK")], content, when)
        store.end("a", "sent", when)
    words = ["--content", str(small.write(tmp_path / "content")), "--people", str(people), "--store", str(store.folder)]
    assert main(["changes", "--since", "sent:press", *words]) == ExitCode.CONTENT
    assert re.search(r"sent:press:report/01-a\.md:6:1: error: a hundred or more “\[” in a row", capsys.readouterr().err)


# As documents.


@pytest.fixture
def edited(content: Path, tmp_path: Path) -> Path:
    """A copy of the history whose documents say what changed since its third state, and how stances did since its first."""
    shutil.copytree(content.parent, tmp_path / "repository")
    path = tmp_path / "repository/content/edition.yaml"
    path.write_text(path.read_text() + "changes: {since: [v2024-03-01, v2025-01-20], report: yes}\n")
    return path.parent


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


TOLD = [  # on the page, in this order
    "What has changed since March 2024",
    "Belgium Summary: Before: Belgium weighs new limits for suppliers. Now: Belgium has adopted limits",
    "Fact, source no longer cited: About two",
    "Rule: in draft \u2192 in force",
    "Estonia Fact, new: An auction was held.",
    "France New: France",
    "How it began No longer said: The second paragraph counts the countries that have rules.",
    "What follows New: What follows",
    "Small things As of January 2024 \u2192 September 2025",
]


def test_the_page_the_report_and_the_briefs_tell_it(edited: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["--content", str(edited), "--out", str(out), "--jobs", "1", "--quiet", "--no-cache"]
    assert main(["all", "--kinds", "changes,report,brief", *arguments]) == ExitCode.DONE
    document = docx.Document(io.BytesIO((out / "changes.docx").read_bytes()))
    page, word = (
        words_of((out / "changes.pdf").read_bytes()),
        " ".join(" ".join(paragraph.text for paragraph in document.paragraphs).split()),
    )
    report = words_of((out / "report.pdf").read_bytes())
    assert all("Belgium: 1 fact, summary, Rule \u00b7 Estonia: 1 fact \u00b7 France: new" in text for text in (page, word))
    for text in (page, word, report):
        at = [text.find(told) for told in TOLD[1:]]
        assert -1 not in at and at == sorted(at), text
    assert "Since March 2024: 1 fact, summary, Rule" in words_of((out / "briefs/belgium.pdf").read_bytes())
    assert "Since March 2024: new" in words_of((out / "briefs/france.pdf").read_bytes())
    assert "Since March 2024: 1 fact" in words_of((out / "briefs/estonia.pdf").read_bytes())


@pytest.mark.parametrize("command", ["check", "brief"])
def test_an_older_edition_that_git_does_not_know_is_an_error_at_its_line(
    command: str, edited: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is found again while nothing changes, and gone once git knows it."""
    path = edited / "edition.yaml"
    path.write_text(path.read_text().replace("[v2024-03-01, v2025-01-20]", "[v2023, 2019, v2025-01-20]"))
    line = path.read_text().splitlines().index("changes: {since: [v2023, 2019, v2025-01-20], report: yes}") + 1
    arguments = [command, *(["Estonia", "--out", str(tmp_path / "out")] if command == "brief" else []), "--content", str(edited)]
    for _ in range(2):
        assert main(arguments) == ExitCode.CONTENT
        said = capsys.readouterr().err
        assert f"edition.yaml:{line}:19: error: documents can’t say what changed since then: git knows no revision “v2023”" in said
        assert (
            f"edition.yaml:{line}:26: error: documents can’t say what changed since then" in said and "as old as 2019-12-31" in said
        )
    if command == "check":
        path.write_text(path.read_text().replace(" 2019,", ""))
        subprocess.run(["git", "tag", "v2023", "v2024-03-01"], cwd=edited, check=True)
        assert main(arguments) == ExitCode.DONE


@pytest.mark.parametrize(("dates", "drawn"), [(("2022", "2023"), 1), (("2024", "2023"), 0), (("2023",), 0)])
def test_stances_are_drawn_over_editions_of_different_dates(dates: tuple[str, ...], drawn: int) -> None:
    """Belgium, which is wary now, moved; the others didn't. An axis whose dates are equal would tell nothing."""
    edition = small.edition(about={"date": "2024"})
    past = tuple(PastStances(date, {"be": "open"}) for date in dates)
    found = stances(replace(edition, changes=Changed("2023", (), past)), Labels.of(edition), 130)
    assert len(found) == drawn
    assert all("Belgium: Open \u2192 Wary." in figure.alt for figure in found)


def test_a_page_is_made_on_demand_and_only_then(content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--content", str(content), "--out", str(tmp_path / "out"), "--quiet"]
    assert main(["changes", "--since", "v2025-10-05", "--format", "pdf", *where]) == ExitCode.DONE
    assert [path.name for path in (tmp_path / "out").glob("changes.*")] == ["changes.pdf"]
    assert "Fact, new: An auction was held." in words_of((tmp_path / "out/changes.pdf").read_bytes())
    assert main(["all", "--kinds", "changes", *where]) == ExitCode.USAGE
    assert "say since when" in capsys.readouterr().err


def test_an_older_output_folder_means_the_content_that_it_was_built_from(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of it too. On another account it is known if one of its files went out."""
    store, states = Store(tmp_path / "store"), history.states()
    small.write(tmp_path / "then")
    for path, data in states["2025-10-05"].items():
        (tmp_path / "then" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "then" / path).write_bytes(data)
    dist, where = tmp_path / "dist-2025", ["--store", str(tmp_path / "store")]
    build = ["brief", "Estonia", "--content", str(tmp_path / "then"), "--out", str(tmp_path / "dist"), "--format", "pdf", "--quiet"]
    assert main(build) == ExitCode.DONE
    shutil.copytree(tmp_path / "dist", dist)
    assert since(content, str(dist), capsys, *where) == history.EVENTS["2026-02-11"]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another account"))
    assert main(["changes", "--since", str(dist), "--content", str(content), *where]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "isn’t known here" in said and "Name the git revision of that build or its date." in said
    file = File("briefs/estonia.pdf", "brief", "ee", "a4", (dist / "briefs/estonia.pdf").read_bytes())
    store.record_export([file], states["2025-10-05"], datetime(2025, 10, 6, tzinfo=UTC))
    assert since(content, str(dist), capsys, *where) == history.EVENTS["2026-02-11"]


def test_content_is_kept_again_where_nothing_had_to_be_made(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was damaged counts as missing. Nobody else can read what is kept."""
    out, build = tmp_path / "dist", ["brief", "Estonia", "--content", str(content), "--format", "pdf", "--quiet", "--out"]
    assert main([*build, str(out)]) == ExitCode.DONE
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert contents.of(out) is None
    assert main([*build, str(out)]) == ExitCode.DONE
    kept = contents.of(out)
    assert kept and kept["countries/ee.yaml"] == (content / "countries/ee.yaml").read_bytes()
    files = [path for path in contents.folder().iterdir()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600} and contents.folder().stat().st_mode & 0o777 == 0o700
    next(path for path in files if not path.suffix).write_bytes(b"damaged")
    assert contents.of(out) is None
    assert contents.of(tmp_path) is None  # no output folder


def test_a_rewording_is_marked_for_these_two_states_only(content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(content.parent, tmp_path / "repository")
    own = tmp_path / "repository/content"
    mark = ["changes", "--since", "v2024-03-01", "--content", str(own)]
    assert main([*mark, "--reworded", "ee-01"]) == ExitCode.DONE
    assert "ee-01: other words, same meaning" in capsys.readouterr().out

    def is_rewording() -> bool:
        assert main([*mark, "--json"]) == ExitCode.DONE
        changed = json.loads(capsys.readouterr().out)["changes"]
        return next(bool(one["is_rewording"]) for one in changed if one["id"] == "ee-01" and one["action"] == "reworded")

    assert is_rewording()
    assert main(mark) == ExitCode.DONE
    assert "fact ee-01 in other words, with the same meaning" in capsys.readouterr().out
    path = own / "countries/ee.yaml"
    path.write_text(path.read_text().replace("and in Tartu", "and in Narva"))
    assert not is_rewording(), "another edit is a change again"
    assert main([*mark, "--reworded", "be-01"]) == ExitCode.USAGE
    assert "“be-01” was not reworded since v2024-03-01" in capsys.readouterr().err


def test_marked_rewordings_lead_from_one_state_over_others_to_a_third() -> None:
    steps = [("a", "b"), ("b", "c"), ("x", "y")]
    assert is_marked("a", "c", steps) and is_marked("b", "c", steps)
    assert not is_marked("c", "a", steps) and not is_marked("a", "y", steps) and not is_marked("a", "a", steps)


def test_a_country_that_moved_on_the_scale_comes_first_in_badges(content: Path, tmp_path: Path) -> None:
    """Two editions need no figure. The words that differ are marked: struck out in the old text, bold in the new one."""
    git = ["git", "-C", str(content)]
    subprocess.run([*git, "checkout", "-q", "v2024-09-15"], check=True)
    try:
        where = ["--content", str(content), "--out", str(tmp_path), "--quiet"]
        assert main(["changes", "--since", "v2024-03-01", "--format", "docx", *where]) == ExitCode.DONE
    finally:
        subprocess.run([*git, "checkout", "-q", "-"], check=True)
    document = docx.Document(io.BytesIO((tmp_path / "changes.docx").read_bytes()))
    assert not document.inline_shapes
    texts = [re.sub(r"\s+", " ", paragraph.text) for paragraph in document.paragraphs]
    assert any(text.startswith("Belgium: stance, 2 facts \u00b7 Estonia: 1 fact") for text in texts)
    own = texts.index("Belgium")
    assert texts[own + 1].strip() == "Position on the scale: Wary \u2192 Closed" and own < texts.index("Estonia")
    struck = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.strike]
    bold = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold]
    assert struck == ["35", "Tallinn."] and {"30", "Tallinn and in Tartu."} <= {*bold}
