"""`check` composes every document, and says at once all that a build would say."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from briefs.press import memory, trial
from briefs.press.cache import Cache
from briefs.press.session import Session
from briefs.problems import Problem, merged
from tests import small

SECTION = "---\ntitle: A section\nid: one\n---\n\n"
FAULTY = """Some <b>raw</b> HTML.

A [relative link](other.md).

![No alternative](figures/dot.svg)

::: {.figure data=nothing}
A caption.
:::

A flag 🇪🇪.
"""
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9mm" height="9mm"><rect width="9" height="9"/></svg>'


def problems(session: Session, cache: Cache | None = None, **changes: object) -> list[Problem]:
    found = trial.compose_all(small.edition(**changes), session.theme, cache, lambda target: None)
    return merged(problem for problems in found.values() for problem in problems)


def test_every_document_of_the_edition_is_composed(session: Session) -> None:
    made = small.edition(more={"report/01-a.md": SECTION + "Text.", "decks/talk.md": "---\ntitle: A talk\n---\n\n## One\n\nText."})
    assert [(t.kind, t.subject) for t in trial.targets(made)] == [
        ("report", ""), ("brief", "be"), ("glance", ""), ("handout", "talk"), ("handout", "be"),
    ]  # fmt: skip


def test_all_faults_of_a_document_are_found_at_once_each_at_its_line(session: Session) -> None:
    found = problems(session, more={"report/01-a.md": SECTION + FAULTY, "figures/dot.svg": DOT})
    assert [(p.path, p.line) for p in found] == [("report/01-a.md", line) for line in (6, 6, 8, 10, 12, 16)]
    words = " ".join(p.message for p in found)
    for said in ("“<b>”", "“</b>”", "“other.md”", "no alternative text", "“nothing”", "U+1F1EA"):
        assert said in words


def test_a_doubt_is_a_warning_and_the_document_is_made(session: Session) -> None:
    changes = {"more": {"report/01-a.md": SECTION + "2021. It was a year."}}
    [found] = problems(session, **changes)
    assert (found.severity, found.line) == ("warning", 6)
    made = small.make(small.with_edition(session, small.edition(**changes)), "report", "", ("docx",))
    assert made.files["docx"]


def test_faults_of_several_documents_are_found_at_once_and_a_common_one_once(session: Session) -> None:
    facts = [small.fact("With <i>tags</i> in it.", sources=["one"])]
    found = problems(session, facts=facts, more={"report/01-a.md": SECTION + "A \\alpha."})
    assert [(p.path, p.message) for p in found] == [
        ("countries/be.yaml", "“<i>” is read as HTML, which isn’t printed"),
        ("countries/be.yaml", "“</i>” is read as HTML, which isn’t printed"),
        ("report/01-a.md", "“\\alpha” is read as a command of TeX, which isn’t printed"),
    ]


def beside(session: Session, **changes: object) -> list[str]:
    """What composing the valid part of an edition with errors adds to them."""
    reading = small.reading(**changes)
    assert reading.edition is None and reading.valid
    composed = trial.compose_all(reading.valid, session.theme, None, lambda target: None)
    found = trial.further_problems(reading.problems, (p for problems in composed.values() for p in problems), reading.files)
    return [f"{p.path}: {p.message}" for p in merged(found)]


BROKEN: dict[str, dict[str, str | bytes | None]] = {
    "a country that can’t be read": {"countries/fr.yaml": 'code: "fr\n'},
    "a section that can’t be read": {"report/02-b.md": "---\ntitle: @b\n---\n\nA [link](#one) and [another](#two).\n"},
    "sources that can’t be read": {"sources.yaml": "references: @x\n"},
    "no edition.yaml": {"edition.yaml": None},
    "a language that nobody knows": {
        "edition.yaml": small.files(about={"language": "xx"})["edition.yaml"],
        "labels/xx.yaml": small.LABELS.read_bytes(),
    },
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_hides_no_fault_of_the_others_and_invents_none(broken: str, session: Session) -> None:
    section = {"report/01-a.md": SECTION + "Some <b>raw* words, see [](#two). [@one]"}
    found = beside(session, facts=[small.fact("With a \\command in it.", sources=["one"])], more={**section, **BROKEN[broken]})
    assert found == [
        "countries/be.yaml: “\\command” is read as a command of TeX, which isn’t printed",
        "report/01-a.md: “<b>” is read as HTML, which isn’t printed",
    ]


def test_an_unknown_name_hides_no_fault_beside_it_and_is_told_once(session: Session) -> None:
    facts = [small.fact("A **text** <u>here @dpo.", topic="nowhere", sources=["one", "lost"], date="2019")]
    more = {"report/01-a.md": SECTION + "See [](#lost), [@gone]."}
    found = beside(session, facts=facts, country={"stance": "unknown"}, sources=[small.source("one")], more=more)
    assert found == [
        "countries/be.yaml: “<u>” is read as HTML, which isn’t printed",
    ]


@pytest.mark.parametrize(
    "broken", [{"topic": None}, {"topic": None, "topics": "market"}, {"sources": "one"}, {"sources": ["a b"]}, {"priority": 9}]
)
def test_a_faulty_key_of_a_fact_hides_no_fault_of_its_text_and_invents_none(broken: dict[str, object], session: Session) -> None:
    changes = {"country": {"facts": [small.fact("A <u>here.", id="be-01") | broken]}, "sources": [small.source("one")]}
    errors = small.reading(**changes).errors
    assert [p.path for p in errors] == ["countries/be.yaml"] * (1 + ("topics" in broken))
    assert beside(session, **changes) == ["countries/be.yaml: “<u>” is read as HTML, which isn’t printed"]


def test_what_could_take_too_long_is_not_composed() -> None:
    assert small.reading(facts=[small.fact("[" * 13)]).valid is None


def test_a_sound_document_is_not_composed_again_and_a_faulty_one_is(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed: list[str] = []
    original = trial.worker.compose

    def compose(composer: object, target: trial.Target, allowance: object) -> object:
        composed.append(target.kind)
        return original(composer, target, allowance)  # type: ignore[arg-type]

    monkeypatch.setattr(trial.worker, "compose", compose)
    cache, faulty = Cache(tmp_path), {"report/01-a.md": SECTION + "A <b>tag."}
    first = problems(session, cache, more=faulty)
    assert composed == ["report", "brief", "glance", "handout"]
    moved = problems(session, cache, more={"report/01-a.md": SECTION + "\n\nA <b>tag."})
    assert composed == ["report", "brief", "glance", "handout", "report"]
    assert [p.line for p in first] == [6] and [p.line for p in moved] == [8]


def test_only_pages_show_that_a_brief_is_too_long(session: Session, tmp_path: Path) -> None:
    long = small.edition(facts=[small.fact("A very long story goes on. " * 400, priority=1)])
    assert not any(trial.compose_all(long, session.theme, None, lambda target: None).values())
    wanted = [target for target in trial.targets(long) if target.kind == "brief"]
    [found] = trial.lay_out(long, session.theme, None, 1, wanted, lambda outcome: None)
    assert "too long for its page" in found.message and found.path == "countries/be.yaml"


def test_a_check_of_the_same_bytes_is_remembered(session: Session, tmp_path: Path) -> None:
    content, cache = small.write(tmp_path / "content"), Cache(tmp_path / "cache")
    files = {p.relative_to(content).as_posix(): p.read_bytes() for p in content.rglob("*") if p.is_file()}
    check = memory.RememberedCheck([Problem("error", "countries/be.yaml", 3, 1, "wrong")], "1 country")
    memory.keep_check(cache, session.templates, session.theme, files, False, check)
    assert memory.recall_check(cache, content, session.templates, False) == check
    assert memory.recall_check(cache, content, session.templates, True) is None
    (content / "countries/be.yaml").write_text("code: be\n")
    assert memory.recall_check(cache, content, session.templates, False) is None


def test_a_check_in_which_the_program_failed_is_not_remembered(session: Session, tmp_path: Path) -> None:
    content, cache = small.write(tmp_path / "content"), Cache(tmp_path / "cache")
    check = memory.RememberedCheck([Problem("error", "brief Belgium", 0, 0, "internal error")], "")
    files = {p.relative_to(content).as_posix(): p.read_bytes() for p in content.rglob("*") if p.is_file()}
    memory.keep_check(cache, session.templates, session.theme, files, False, check)
    assert memory.recall_check(cache, content, session.templates, False) is None


def test_pictures_and_letters_of_a_deck_are_told_at_their_lines(session: Session, tmp_path: Path) -> None:
    columns = ":::: columns\n::: column\n![](figures/a.svg)\n:::\n::: column\n![A mast](figures/b.svg)\n:::\n::::\n"
    deck = f"---\ntitle: T\n---\n\n## A\n\n{columns}\n## B\n\n- One\n- Two \U00013080\n"
    found = problems(session, Cache(tmp_path), more={"decks/t.md": deck, "figures/a.svg": "<svg/>", "figures/b.svg": "<svg"})
    assert [(p.line, p.column) for p in found] == [(9, 5), (12, 11), (19, 7)], list(map(str, found))


def test_a_list_on_a_slide_that_powerpoint_would_count_on_is_refused_at_its_line(session: Session, tmp_path: Path) -> None:
    lists = "1. one\n2. two\n\n<!-- -->\n\n{} again\n"
    deck = "---\ntitle: T\n---\n\n## A\n\n" + lists
    [found] = problems(session, Cache(tmp_path), more={"decks/t.md": deck.format("1.")})
    assert (found.line, found.column) == (12, 1) and "PowerPoint would count on" in found.message
    assert problems(session, Cache(tmp_path), more={"decks/t.md": deck.format("5.")}) == []


def test_no_outline_is_placed_to_find_what_is_wrong(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps take a quarter of the time that composing takes, and nothing in the content can make them fail."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("briefs.compose.figures.map._geography", never)
    text = SECTION + "::: {#fig-map .figure data=map}\nA map.\n:::\n\n::: {.figure data=mapp}\nNone.\n:::\n"
    [found] = problems(session, more={"report/01-a.md": text})
    assert (found.path, found.line) == ("report/01-a.md", 10) and "“mapp”" in found.message


def test_what_a_picture_has_that_no_page_shows_is_a_warning_at_its_place(session: Session) -> None:
    animated, frames = io.BytesIO(), [Image.new("RGB", (90, 60), colour) for colour in ("red", "blue")]
    frames[0].save(animated, "GIF", save_all=True, append_images=frames[1:])
    section = '---\ntitle: A\nid: a\n---\n\nWords.[@one]\n\n![A caption](figures/a.gif){alt="What it shows"}\n'
    [problem] = problems(session, more={"report/01-a.md": section, "figures/a.gif": animated.getvalue()})
    assert (problem.severity, problem.line) == ("warning", 8) and "without the pictures after the first of its 2" in problem.message


def test_paragraphs_of_a_fact_that_are_printed_as_one_are_told(session: Session) -> None:
    [problem] = problems(session, facts=[small.fact("A first paragraph.\n\nA second one.")])
    assert problem.severity == "warning" and problem.message == "this paragraph is printed behind the one above, as one"
