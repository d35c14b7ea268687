"""The fit: what shrinks or goes in which order, and that no word is lost silently."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import docx
import pytest
from pydantic import ValidationError

from briefs.compose.brief import giving_way
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.edition.model import Edition
from briefs.press.documents import Target
from briefs.press.makers.page import MAKER, FittedPage, fit_page
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.theme import SMALLEST, SMALLEST_SOURCE, LadderStep, Theme
from briefs.tools import libreoffice
from briefs.typeset.fit import Fitted, TooLong, fit
from briefs.typeset.page import estimate, html
from briefs.typeset.page.layout import Typesetter
from tests import small
from tests.conftest import PAPERS
from tests.emptiness import inked, widest_gap
from tests.samewords import of_docx, of_pdf

SENTENCE = (
    "says that the operators may go on with what they have built so far and that nobody has yet decided what comes after that"
)


class Page:
    """A page that is `lines` too long. A step saves the lines in `steps`, a dropped fact saves `fact`. Records what is laid out."""

    def __init__(self, lines: int, steps: Sequence[int] = (0, 2, 4, 6), fact: int = 3, facts: int = 10, name: str = "f"):
        self.lines, self.steps, self.fact, self.facts, self.name = lines, steps, fact, facts, name
        self.seen: list[tuple[int, int]] = []

    def compose(self, gone: int) -> Manuscript:
        ids = [f"{self.name}{n}" for n in range(self.facts)]
        return Manuscript(KINDS["brief"], "x", "T", "en", "2020", [], {}, {}, {}, waiting=tuple(ids[gone:]), gone=tuple(ids[:gone]))

    def lay_out(self, manuscript: Manuscript, step: int) -> tuple[int, int]:
        self.seen.append((step, len(manuscript.gone)))
        return self.seen[-1]

    def excess(self, layout: tuple[int, int]) -> int:
        return max(0, self.lines - self.steps[layout[0]] - layout[1] * self.fact)

    def fit(self, **options: Any) -> Fitted[tuple[int, int]]:
        return fit(self.compose, len(self.steps), self.lay_out, self.excess, **options)


@pytest.mark.parametrize(("lines", "step"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 3), (6, 3)])
def test_type_shrinks_first_and_only_as_far_as_necessary(lines: int, step: int) -> None:
    page = Page(lines)
    fitted = page.fit()
    assert (fitted.step, fitted.manuscript.gone, fitted.layout) == (step, (), (step, 0))
    assert page.seen == [(n, 0) for n in range(step + 1)]


@pytest.mark.parametrize("lines", range(7, 37))
def test_then_as_few_facts_as_possible_give_way_at_the_last_step(lines: int) -> None:
    page = Page(lines)
    fitted = page.fit()
    fewest = -(-(lines - 6) // 3)
    assert (fitted.step, fitted.manuscript.gone) == (3, tuple(f"f{n}" for n in range(fewest)))
    assert fitted.layout == (3, fewest)
    assert page.seen[:4] == [(0, 0), (1, 0), (2, 0), (3, 0)] and {step for step, _ in page.seen[4:]} == {3}


@pytest.mark.parametrize("guess", [0, 1, 4, 9, 10])
@pytest.mark.parametrize("lines", range(7, 37))
def test_a_guess_of_how_many_facts_give_way_changes_nothing_but_what_is_tried(lines: int, guess: int) -> None:
    page = Page(lines)
    fitted = page.fit(guess_gone=lambda compose, most, step: guess)
    assert (fitted.step, len(fitted.manuscript.gone)) == (3, -(-(lines - 6) // 3))


def test_a_good_guess_of_how_many_facts_give_way_saves_layouts() -> None:
    page = Page(24)
    page.fit(guess_gone=lambda compose, most, step: 6)
    assert page.seen == [(3, 6), (3, 5)]


def test_a_guess_that_is_too_high_leaves_no_fact_out_that_has_room() -> None:
    fitted = Page(3).fit(guess_gone=lambda compose, most, step: 5)
    assert (fitted.step, fitted.manuscript.gone) == (2, ())


@pytest.mark.parametrize(("lines", "step", "gone"), [(1, 1, 0), (3, 0, 1), (4, 1, 1), (32, 1, 10), (33, 2, 10), (36, 3, 10)])
def test_facts_give_way_before_the_type_gets_smaller_than_the_theme_says(lines: int, step: int, gone: int) -> None:
    fitted = Page(lines).fit(yields=1)
    assert (fitted.step, len(fitted.manuscript.gone)) == (step, gone)


def test_a_smaller_step_gets_back_the_facts_that_it_has_room_for() -> None:
    fitted = Page(33, steps=(0, 2, 20, 30)).fit(yields=1)
    assert (fitted.step, len(fitted.manuscript.gone)) == (2, 5)


def test_what_is_too_long_at_all_steps_fails_with_its_lines_at_the_last() -> None:
    with pytest.raises(TooLong) as failure:
        Page(38).fit(yields=1)
    assert (failure.value.lines, failure.value.gone) == (2, 10)


@pytest.mark.parametrize(("lines", "step"), [(7, 2), (9, 3), (10, 2), (8, 3)])
def test_where_only_figures_of_values_gave_way_the_type_is_as_large_as_it_can_be(lines: int, step: int) -> None:
    fitted = Page(lines, name="figure/").fit()
    assert fitted.step == step == fitted.layout[0]
    assert len(fitted.manuscript.gone) == -(-(lines - 6) // 3)


@pytest.mark.parametrize(("facts", "lines", "over"), [(10, 37, 1), (10, 50, 14), (0, 7, 1), (1, 20, 11)])
def test_then_it_fails_and_reports_how_many_lines_are_too_many(facts: int, lines: int, over: int) -> None:
    with pytest.raises(TooLong) as caught:
        Page(lines, facts=facts).fit()
    assert (caught.value.lines, caught.value.gone) == (over, facts)


@pytest.mark.parametrize("guessed", range(4))
@pytest.mark.parametrize("lines", range(12))
def test_a_guess_changes_only_what_is_laid_out_not_the_result(lines: int, guessed: int) -> None:
    plain, page = Page(lines).fit(), Page(lines)
    fitted = page.fit(guess=lambda manuscript: guessed)
    assert (fitted.step, fitted.manuscript.gone, fitted.layout) == (plain.step, plain.manuscript.gone, plain.layout)
    assert page.seen[0] == (guessed, 0) and len(page.seen) == len(set(page.seen))


def test_a_right_guess_with_a_proof_is_laid_out_once() -> None:
    page = Page(3)
    assert page.fit(guess=lambda manuscript: 2, sure=lambda layout, step: True).step == 2 and page.seen == [(2, 0)]


@pytest.mark.parametrize("lines, fewest, asked", [(0, 0, [0]), (1, 1, [0, 5, 3, 2, 1]), (30, 10, [0, 5, 8, 9])])
def test_a_page_that_should_hold_all_is_composed_once(
    lines: int, fewest: int, asked: list[int], theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    class Room:
        def __init__(self, manuscript: Manuscript):
            self.holds = 3 * len(manuscript.gone) >= lines

    def compose(gone: int) -> Manuscript:
        seen.append(gone)
        return Page(lines).compose(gone)

    monkeypatch.setattr(estimate, "_room", lambda words, *rest: Room(words.manuscript))
    assert estimate.gone(compose, 10, 0, theme=theme, paper="a4") == fewest and seen == asked


@pytest.fixture(scope="module", params=PAPERS)
def fits(request: pytest.FixtureRequest, session: Session, edition: Edition) -> tuple[str, Mapping[str, Fitted[FittedPage]], int]:
    """A paper, every brief of the edition on it by its country, and how many layouts that took."""
    made, laid_out = {}, 0
    original = Typesetter.lay_out

    def counted(press: Typesetter, *rest: Any) -> Any:
        nonlocal laid_out
        laid_out += 1
        return original(press, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Typesetter, "lay_out", counted)
        for code in edition.countries:
            target = Target("brief", code, edition.names[code], ("pdf",), request.param)
            made[code] = fit_page(session, target, MAKER.open(session, target).state)
    return request.param, made, laid_out


def test_most_briefs_are_laid_out_once_and_the_proofs_are_true(
    fits: tuple[str, Mapping[str, Fitted[FittedPage]], int], session: Session, theme: Theme
) -> None:
    paper, made, laid_out = fits
    steps, proved = theme.look.ladder["brief"], 0
    for fitted in made.values():
        if fitted.step and estimate.step_above_overflows(fitted.layout.layout, steps[fitted.step], steps[fitted.step - 1]):
            proved += 1
            content = html.body(fitted.manuscript, session.pandoc)
            text = html.page(fitted.manuscript, content, theme, paper, steps[fitted.step - 1])
            assert session.typesetter.lay_out(("brief",), text, session.drawn(fitted.manuscript)).overflow_lines(steps[-1].text[1])
    assert proved > (2 if paper == "a4" else 0) and laid_out < 2 * len(made)


def test_no_brief_leaves_much_of_its_page_empty(fits: tuple[str, Mapping[str, Fitted[FittedPage]], int], theme: Theme) -> None:
    """Measured on the PDF: the widest white band, and how far apart the columns end. The sources stand at the foot."""
    paper, made, _ = fits
    page, size = theme.look.page["brief"], theme.look.paper[paper]
    for code, fitted in made.items():
        fitted.layout.fill()
        pdf = fitted.layout.layout.pdf(printed=False)
        assert widest_gap(pdf) < 25, code
        bottom = max(row for row in inked(pdf) if row < size.height - page.bottom + 1)
        assert bottom > size.height - page.bottom - 3, f"{code}: the sources end at {bottom:.0f} mm"
        assert "key_facts" not in fitted.manuscript.gone, code


def test_a_brief_says_where_the_others_stand_unless_its_facts_need_the_room(
    fits: tuple[str, Mapping[str, Fitted[FittedPage]], int],
) -> None:
    _, made, _ = fits
    without = {code for code, fitted in made.items() if "standing" not in fitted.manuscript.added}
    assert not without & {"dk", "ro", "sk"}  # their figures could be larger instead


# The theme's ladder.


def test_the_ladder_only_shrinks(theme: Theme) -> None:
    steps = theme.look.ladder["brief"]
    for part in ("text", "lead", "sources"):
        for dimension in (0, 1):
            sizes = [getattr(r, part)[dimension] for r in steps]
            assert sizes == sorted(sizes, reverse=True)
    assert all(r.text[0] >= SMALLEST and r.sources[0] >= SMALLEST_SOURCE for r in steps)


@pytest.mark.parametrize("change", [{"text": (8.4, 11)}, {"sources": (6.9, 9)}])
def test_a_step_below_the_limits_is_refused(change: dict[str, Any], theme: Theme) -> None:
    step = theme.look.ladder["brief"][0].model_dump()
    assert LadderStep.model_validate(step)
    with pytest.raises(ValidationError, match="greater than or equal to"):
        LadderStep.model_validate(step | change)


# Real pages.


def overfull(facts: int, spare: int, priority: int = 2) -> Edition:
    """A country with too many facts. Every second one of the first `2 * spare` may give way; some of these are dated."""
    made = []
    for number in range(facts):
        low = number < 2 * spare and number % 2
        dated = {"date": f"20{10 + number % 9}-01"} if number % 4 == 1 else {}
        made.append(small.fact(f"**Minister no. {number:02}** {SENTENCE}.", priority=3 if low else priority, **dated))
    return small.edition(facts=made)


def said(words: list[str]) -> set[str]:
    """The numbers of the ministers quoted in the facts of a document. The alternative text of the timeline lacks “says”."""
    return set(re.findall(r"no \. (\d\d) says", " ".join(words)))


@pytest.fixture(scope="module")
def full(session: Session) -> Any:
    edition = overfull(27, 8)
    return edition, small.brief(session, edition, "pdf", "docx")


def test_facts_give_way_in_the_documented_order_and_a_line_counts_them(full: Any, session: Session) -> None:
    edition, made = full
    facts = edition.countries["be"].facts
    order = [f.id for f in giving_way(facts)]
    assert made.step == session.theme.look.ladder["brief"][-1].name and 0 < len(made.dropped_facts) < len(order)
    assert list(made.dropped_facts) == order[: len(made.dropped_facts)]
    # The order: undated before dated, older before newer.
    low = [f for f in facts if f.priority == 3]
    assert order == [f.id for f in low if not f.date] + [
        f.id for f in sorted((f for f in low if f.date), key=lambda f: (f.date.text, f.id))
    ]
    for words in (of_pdf(made.files["pdf"]), of_docx(made.files["docx"])):
        assert said(words) == {f"{n:02}" for n, f in enumerate(facts) if f.id not in made.dropped_facts}
        assert f"{len(made.dropped_facts)} further facts in the report’s appendix" in " ".join(words)


def test_the_page_does_not_fit_with_one_more_fact(full: Any, session: Session) -> None:
    edition, made = full
    back = made.dropped_facts[-1]
    facts = [f.model_copy(update={"priority": 2}) if f.id == back else f for f in edition.countries["be"].facts]
    country = edition.countries["be"].model_copy(update={"facts": facts})
    other = type(edition)(edition.about, {"be": country}, edition.names, (), edition.sources, edition.labels)
    assert back not in small.brief(session, other).dropped_facts
    assert len(small.brief(session, other).dropped_facts) >= len(made.dropped_facts)


def test_the_word_file_alone_is_fitted_in_the_same_way(full: Any, session: Session) -> None:
    edition, made = full
    assert small.brief(session, edition, "docx").files == {"docx": made.files["docx"]}
    assert small.brief(session, edition, "pdf").files == {"pdf": made.files["pdf"]}


def test_a_country_that_is_too_long_fails_and_the_hint_names_facts_that_could_go(session: Session) -> None:
    edition = overfull(50, 3)
    with pytest.raises(Problems) as caught:
        small.brief(session, edition, "pdf")
    (problem,) = caught.value.problems
    assert problem.path == "countries/be.yaml" and problem.line == 1
    found = re.fullmatch(
        r"the brief of Belgium is (\d+) lines too long for its page after 3 facts of low priority gave way", problem.message
    )
    assert found and 20 < int(found[1]) < 200
    assert "be-01" in problem.hint and "be-50" in problem.hint and "be-02," not in problem.hint


def test_the_number_of_lines_is_about_right(session: Session) -> None:
    """One more fact makes a brief longer by the lines of that fact."""

    def lines(facts: int) -> int:
        with pytest.raises(Problems) as caught:
            small.brief(session, overfull(facts, 0, priority=1))
        (problem,) = caught.value.problems
        assert problem.hint == "Shorten its summary or its facts."
        return int(re.findall(r"(\d+) lines", problem.message)[0])

    assert 10 * 2 <= lines(40) - lines(30) <= 10 * 4


def test_check_word_shrinks_both_formats_if_the_word_file_is_longer(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    step = next(step for step in session.theme.look.ladder["brief"] if step.text[0] < 9.5)  # two steps have that size
    monkeypatch.setattr(libreoffice, "pdfs", lambda files, cache: files)
    monkeypatch.setattr(libreoffice, "pages", lambda word_file: 1 if _type_of_facts(word_file) == step.text[0] else 2)
    made = small.make(small.with_edition(session, small.edition()), "brief", "be", ("pdf", "docx"), "a4", check_word=True)
    assert made.step == step.name
    assert _type_of_facts(made.files["docx"]) == step.text[0]


def _type_of_facts(word_file: bytes) -> float:
    size: float = docx.Document(io.BytesIO(word_file)).styles["Fact"].font.size.pt
    return size
