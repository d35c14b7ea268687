"""The titles of a country's slides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from briefs.compose import tree
from briefs.compose.figures import drawing
from briefs.compose.headlines import balanced, balanced_at_phrase, sentences
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import TemplateFiller
from briefs.compose.spacing import NBSP
from briefs.edition.model import Edition
from briefs.press.session import Session
from tests import small

ROOT = Path(__file__).parents[2]
LONG = "A sentence that goes on, and on, and on, until there is no room left for it in a title of two lines, nor in three."
CHINESE = "这份名单由一个研究中心整理而成，其中列出了所有成员国。"
PLANNED = small.fact("The **auction begins** then.", due="2021")


def composed(session: Session, edition: Edition) -> Manuscript:
    kind = next(kind for kind in KINDS.values() if kind.layout == "slides")
    return kind.compose(kind.share(edition, "be"), TemplateFiller(ROOT / "templates", session.pandoc), "be")


def slides(session: Session, edition: Edition) -> dict[str, str]:
    """The words of each slide by its title."""
    found = [b for b in composed(session, edition).blocks if "slide" in tree.classes(b)]
    parts = [tree.blocks(slide)[:2] for slide in found]
    return {clean(tree.text_of(title)): clean(tree.text_of(body)) for title, body in parts}


@pytest.mark.parametrize(("position", "title", "left"), [
    ("Belgium waits.", "Belgium waits", ""),
    (f"Belgium will wait for the others; {LONG}", "Belgium will wait for the others", f"Position {LONG}"),
    (f"The *ministry* of Belgium will wait. {LONG}", "The ministry of Belgium will wait", f"Position {LONG}"),
    (LONG.replace("and on", "and on and on"), "Belgium: Wary", f"Position {LONG.replace('and on', 'and on and on')}"),
    (f"The ministry of Belgium will wait.[@one] {LONG}", "Belgium: Wary", f"Position The ministry of Belgium will wait.1 {LONG}"),
])  # fmt: skip
def test_key_points_are_headed_by_the_position_which_is_not_repeated(
    position: str, title: str, left: str, session: Session
) -> None:
    made = slides(session, small.edition(country={"position": position, "ask": "What now?"}))
    assert list(made)[1] == title
    assert made[title].replace("\N{WORD JOINER}", "") == f"Wary Some limits.{left}"
    assert list(made.items())[-1] == ("Belgium: What to ask", "What now?")


def test_the_last_slide_is_the_question_below_a_title_that_says_what_comes_next(session: Session) -> None:
    country = {"next": "The law comes in 2021.", "ask": "What now?"}
    made = slides(session, small.edition(country=country))
    assert list(made.items())[-1] == ("The law comes in 2021", "What to askWhat now?")
    made = slides(session, small.edition(country={**country, "next": f"The law of the new networks comes in 2021; {LONG}"}))
    assert list(made.items())[-1] == ("The law of the new networks comes in 2021", f"What to askWhat now?What comes next: {LONG}")
    made = slides(session, small.edition(country={**country, "next": LONG.replace("and on", "and on and on")}))
    assert list(made)[-1] == "Belgium: What to ask"
    made = slides(session, small.edition(country={"next": country["next"]}))
    assert list(made.items())[-1] == ("Belgium: What comes next", "The law comes in 2021.")


def test_a_long_key_point_is_cut_at_a_clause_and_goes_on_in_the_notes(session: Session) -> None:
    long = f"Belgium has many partners there: {LONG}"
    made = composed(session, small.edition(country={"position": "Belgium waits.", "matters": long}))
    slide = next(b for b in made.blocks if tree.text_of(tree.blocks(b)[:1]) == "Belgium waits")
    _, body, *_, notes = tree.blocks(slide)
    assert tree.text_of(body).endswith("Why it matters Belgium has many partners there.")
    assert tree.text_of(notes).endswith(f"Why it matters: {LONG}") and "partners" not in tree.text_of(notes)


@pytest.mark.parametrize(("shown", "sign"), [
    ("La Belgique a pris trois mesures", " : "),
    ("La Belgique a pris trois mesures", "\u00a0; "),
    ("Belgium has partners there (so far: three; then four) and more", "; "),
    ("比利时在那里与邻国和欧洲联盟的伙伴一起采取了一些措施（例如：审查）和其他", "；"),
])  # fmt: skip
def test_a_key_point_is_cut_before_the_space_of_the_sign_and_never_within_brackets(shown: str, sign: str, session: Session) -> None:
    made = composed(session, small.edition(country={"position": "Belgium waits.", "matters": f"{shown}{sign}{LONG}"}))
    slide = next(b for b in made.blocks if tree.text_of(tree.blocks(b)[:1]) == "Belgium waits")
    assert tree.text_of(tree.blocks(slide)[1]).replace("\N{WORD JOINER}", "").endswith(f"Why it matters {shown}.")


def clean(words: str) -> str:
    return words.replace(NBSP, " ")


@pytest.mark.parametrize("sign", ["`stop; start`", "$a; b$"])
def test_a_sign_within_code_or_a_formula_ends_no_clause(sign: str, session: Session) -> None:
    said = f"The rules of the body say {sign} to all"
    goes_on = f"{said} {LONG}"
    made = slides(session, small.edition(country={"next": goes_on, "ask": "What now?", "matters": f"{said}: {LONG}"}))
    assert re.search(rf"What comes next: The rules of the body say \S.*; .* to all {LONG}$", clean(made["Belgium: What to ask"]))
    assert any(re.search(r"Why it matters The rules of the body say \S.*; .* to all\.", clean(words)) for words in made.values())


def test_a_bracket_within_code_opens_none(session: Session) -> None:
    made = slides(session, small.edition(country={"next": f"The rules of the body say `f(x` to all; {LONG}", "ask": "What now?"}))
    assert made["The rules of the body say f(x to all"].endswith(LONG)


def test_the_clause_of_a_title_ends_before_the_space_of_the_sign(session: Session) -> None:
    made = slides(session, small.edition(country={"position": f"La Belgique va attendre les autres ; {LONG}"}))
    assert made["La Belgique va attendre les autres"].endswith(LONG)


def parts_of(made: Manuscript, title: str) -> dict[str, str]:
    """The words of the slide with this title: of its body, and of its foot and its notes if it has them."""
    slide = next(
        b for b in made.blocks if "slide" in tree.classes(b) and tree.text_of(tree.blocks(b)[:1]).replace(NBSP, " ") == title
    )
    return {tree.classes(part)[0]: tree.text_of([part]).replace(NBSP, " ") for part in tree.blocks(slide)[1:]}


def test_a_slide_of_facts_is_headed_by_one_that_stands_on_it(session: Session) -> None:
    facts = [small.fact("No law."), small.fact(f"**Belgium bans nobody** so far, {LONG}"), small.fact(LONG)]
    shown = parts_of(composed(session, small.edition(facts=facts)), "Belgium bans nobody")
    assert "Belgium bans nobody so far" in shown["slide-body"]
    shown = parts_of(
        composed(session, small.edition(facts=[*facts[:1], small.fact(f"**Belgium waits**; {LONG}")])), "Belgium waits"
    )
    assert "Belgium waits; A sentence" in shown["slide-body"]
    told = [small.fact("No law."), small.fact(f"**Belgium waits** for the others in 2020; {LONG}")]
    shown = parts_of(composed(session, small.edition(facts=told)), "Belgium waits for the others in 2020")
    assert clean(shown["slide-body"]).replace("\N{WORD JOINER}", "") == f"{LONG}1No law.1", "the title isn't repeated, and goes on"
    within = [small.fact(f"**No law is planned** in Belgium, {LONG}"), small.fact(f"In Belgium **nobody is banned**, {LONG}")]
    assert "nobody is banned" in parts_of(composed(session, small.edition(facts=within)), "Nobody is banned")["slide-body"]


def test_a_foot_has_only_sources_whose_numbers_stand_on_its_slide(session: Session) -> None:
    """The notes cite other sources than the slide, and a timeline has no numbers."""
    long = small.fact(LONG * 3, sources=["one"])
    facts = [long, small.fact(LONG, sources=["two"]), small.fact("A **law passed**.", date="2019"), PLANNED]
    country = {"position": "Belgium waits.", "ask": "What now?"}
    made = composed(session, small.edition(country=country, facts=facts))
    for slide in [b for b in made.blocks if "slide" in tree.classes(b)]:
        _, body, *others = tree.blocks(slide)
        marks = {tree.text_of(n).replace("\N{WORD JOINER}", "") for n in tree.walk([body]) if n["t"] == "Superscript"}
        foot = next((tree.text_of([b]) for b in others if "slide-source" in tree.classes(b)), "")
        assert {part.split(NBSP)[0] for part in foot.split(" · ") if NBSP in part} == {n for mark in marks for n in mark.split(",")}
    assert (
        parts_of(made, "Belgium: 1 of 2 key dates still planned, as of August 2020")["slide-source"]
        == "Source: The Paper, 4 May 2020"
    )
    assert "slide-source" not in parts_of(made, "Belgium: What to ask")


def test_figures_of_stances_have_the_note_on_them(session: Session) -> None:
    made = composed(session, small.edition(about={"scale_note": "Stances are the editors’ reading."}))
    assert parts_of(made, "1 of 1 countries stands at “Wary”: Belgium")["slide-source"] == "Stances are the editors’ reading."
    cover = next(b for b in made.blocks if "title" in tree.classes(b))
    assert not [b for b in tree.blocks(cover) if "slide-source" in tree.classes(b)]


def test_of_a_long_note_on_stances_a_slide_has_the_first_sentences(session: Session) -> None:
    note = (
        "Source: the list of a centre. "
        + "Much more is said of it in this long sentence, which goes on and on and has no finish. " * 2
    )
    made = composed(session, small.edition(about={"scale_note": note.strip()}))
    assert parts_of(made, "1 of 1 countries stands at “Wary”: Belgium")["slide-source"] == (
        "Source: the list of a centre. Much more is said of it in this long sentence, which goes on and on and has no finish."
    )


@pytest.mark.parametrize(
    ("title", "last"),
    [
        ("Nine of the states stand at “Allowed” now, among them Belgium", "among them Belgium"),
        ("The Belt and Road will outlast the company, the report expects", "report expects"),
        ("A title of one line is left as it is", "is"),
    ],
)
def test_no_word_stands_alone_on_the_last_line_of_a_title(title: str, last: str) -> None:
    made = tree.text_of(balanced(tree.words(title)))
    assert made.replace(NBSP, " ") == title
    assert made.split(" ")[-1] == last.replace(" ", NBSP)


@pytest.mark.parametrize(("title", "last"), [
    ("Huawei is complicit in surveillance in the states, the report alleges", "the report alleges"),
    ("The operators, which are owned by states, will not part with the company’s antennas", "company’s antennas"),
])  # fmt: skip
def test_a_phrase_behind_the_last_comma_of_a_title_is_its_last_line(title: str, last: str) -> None:
    made = tree.text_of(balanced_at_phrase(tree.words(title)))
    assert made.replace(NBSP, " ") == title
    assert made.split(" ")[-1] == last.replace(" ", NBSP)


def test_the_body_rises_below_a_title_of_one_line(session: Session) -> None:
    facts = [small.fact(f"**Belgium bans nobody** so far, {LONG}"), small.fact(f"{LONG[:80]}; {LONG} {LONG}", "policy")]
    made = composed(session, small.edition(facts=facts))
    short = {tree.text_of(tree.blocks(b)[:1]): "short" in tree.classes(b) for b in made.blocks if "slide" in tree.classes(b)}
    assert short["Belgium bans nobody"] and not short["Belgium"]
    assert not any(is_short for title, is_short in short.items() if title.startswith(LONG[:20]))


def test_a_title_in_a_wider_face_has_fewer_letters(session: Session) -> None:
    """A slide that the program fills may not fail because the font of a brand is wide."""
    position = "Belgium will not ban anybody from its networks, as a minister of its government announced in July 2020."
    made = small.edition(country={"position": position, "ask": "What now?"})
    assert list(slides(session, made))[1] == position[:-1]
    with drawing.widths_of([65] * 95):
        assert list(slides(session, made))[1] == "Belgium: Wary"


def test_a_long_position_gives_way_to_the_stance(session: Session) -> None:
    """A key phrase of a fact would be a title of what isn't on the slide."""
    facts = [small.fact("So far **no law binds operators**.", priority=1), *small.FACTS]
    country = {"position": LONG.replace("and on", "and on and on"), "ask": "What now?"}
    assert list(slides(session, small.edition(country=country, facts=facts)))[1] == "Belgium: Wary"


@pytest.mark.parametrize(("more", "title"), [
    ({}, "1 of 1 countries stands at “Wary”: Belgium"),
    ({"fr": "wary", "it": "open"}, "2 of 3 countries stand at “Wary”, among them Belgium"),
])  # fmt: skip
def test_a_map_is_headed_by_how_many_stand_there(more: Mapping[str, str], title: str, session: Session) -> None:
    files = {f"countries/{c}.yaml": f"code: {c}\nstance: {s}\nsummary: Words.\n" for c, s in more.items()}
    made = composed(session, small.edition(more=files))
    slide = next(b for b in made.blocks if tree.text_of(tree.blocks(b)[:1]).replace(NBSP, " ") == title)
    (drawn,) = (figure for name, figure in made.figures.items() if name == "map-be")
    assert any("Wary”: France" in row["text"].replace(NBSP, " ") for row in drawn.texts) is ("fr" in more)
    assert "France" not in tree.text_of(tree.blocks(slide)[-1])  # the notes don't say again what the slide says


def test_few_facts_share_a_slide(session: Session) -> None:
    facts = [small.fact("One short fact of the market."), small.fact(LONG, "policy"), small.fact(LONG, "policy")]
    made = slides(session, small.edition(facts=facts))
    assert any(LONG in body and "One short fact of the market" in body for body in made.values())


def test_a_long_fact_has_another_beside_it_if_both_fit(session: Session) -> None:
    """One of 44 words alone leaves its slide half empty."""
    first, second, third = (" ".join([name] * 43 + ["end."]) for name in ("First", "Second", "Third"))
    made = slides(session, small.edition(facts=[small.fact(first), small.fact(second), small.fact(third)]))
    (body,) = (body for body in made.values() if first in body)
    assert second in body and third not in body


@pytest.mark.parametrize(("facts", "title"), [
    ([small.fact("A **law passed**.", date="2019"), PLANNED], "Belgium: 1 of 2 key dates still planned, as of August 2020"),
    ([small.fact("A **law passed**.", date="2019"), small.fact("A **test began**.", date="2020")], "Belgium: key dates, 2019–2020"),
    ([small.fact("A **law passed**.", date=f"2019-0{n}") for n in (2, 3)], "Belgium: 2 of 2 key dates in 2019"),
    ([*(small.fact(f"The **test {n} began**.", date=f"2018-0{n}") for n in range(1, 8)), PLANNED],
     "Belgium: 1 of 7 key dates still planned, as of August 2020"),  # of those on the timeline, which has no room for one
    ([small.fact("A **law passed**.", date="2018/2019"), small.fact("A **test began**.", date="2019-02"),
      small.fact("A **test ended**.", date="2020-02")], "Belgium: key dates, 2018–2019–Feb 2020"),
    ([PLANNED], ""),
])  # fmt: skip
def test_a_timeline_of_two_dates_or_more_is_headed_by_how_many_are_when(
    facts: list[dict[str, Any]], title: str, session: Session
) -> None:
    made = composed(session, small.edition(facts=facts))
    heads = {tree.text_of(tree.blocks(b)[:1]): b for b in made.blocks if "slide" in tree.classes(b)}
    figures = [
        clean(h) for h, b in heads.items() if any(tree.target(n) == "timeline-be.svg" for n in tree.walk(b) if n["t"] == "Image")
    ]
    assert figures == ([title] if title else [])


def test_a_slide_of_an_own_deck_names_a_section_and_has_large_words(session: Session) -> None:
    deck = "---\ntitle: Talk\n---\n\n## Costs\n\n::: large\n75 billion\n:::\n\n::: {.source section=sec-costs}\n:::\n"
    section = "---\ntitle: Costs\nid: sec-costs\nnumbered: true\n---\n\nWords of the report.\n"
    edition = small.edition(more={"decks/talk.md": deck, "report/01-costs.md": section})
    kind = next(kind for kind in KINDS.values() if kind.layout == "slides")
    share = kind.share(edition, "talk")
    assert [section.body.markdown for section in share.sections] == [""]  # a deck has no text of the report
    made = kind.compose(share, TemplateFiller(ROOT / "templates", session.pandoc), "talk")
    assert parts_of(made, "Costs") == {"slide-body": "75 billion", "slide-source": "Source: Small things, Section 1"}
    (large,) = (node for node in tree.walk(list(made.blocks)) if node["t"] == "Div" and "large" in tree.classes(node))
    assert "huge" in tree.classes(large)
    wrong = small.reading(more={"decks/talk.md": deck.replace("sec-costs", "sec-cost"), "report/01-costs.md": section})
    assert any("there is no section “sec-cost”" in str(problem) for problem in wrong.errors)
    both = {"decks/talk.md": deck.replace("sec-costs", '"sec-costs sec-gains"'), "report/01-costs.md": section}
    both["report/02-gains.md"] = section.replace("costs", "gains").replace("Costs", "Gains")
    edition = kind.share(small.edition(more=both), "talk")
    made = kind.compose(edition, TemplateFiller(ROOT / "templates", session.pandoc), "talk")
    assert parts_of(made, "Costs")["slide-source"] == "Source: Small things, Section 1 and Section 2"
    del both["report/02-gains.md"]
    assert any("there is no section “sec-gains”" in str(problem) for problem in small.reading(more=both).errors)


@pytest.mark.parametrize(
    ("words", "is_huge", "text"),
    [
        ("Up to 75 billion", True, "Up to\u00a075\u00a0billion"),
        ("Bis zu 75 Milliarden Dollar", True, "Bis zu 75 Milliarden Dollar"),  # “Milliarden Dollar” has no room in a column
        ("Wettbewerbsbehörden prüfen", False, "Wettbewerbsbehörden prüfen"),
        ("北约国家限制华为参与建设第五代网络", True, "北约国家限制华为参与建设第五代网络"),
    ],
)
def test_large_words_have_room_in_a_column(session: Session, words: str, is_huge: bool, text: str) -> None:
    columns = f"::::: columns\n:::: column\n::: large\n{words}\n:::\n::::\n:::: column\nMore.\n::::\n:::::\n"
    made = of_deck(session, f"## Costs\n\n{columns}")
    (large,) = (node for node in tree.walk(list(made.blocks)) if node["t"] == "Div" and "large" in tree.classes(node))
    assert ("huge" in tree.classes(large)) == is_huge
    assert tree.text_of(tree.blocks(large)) == text


def of_deck(session: Session, deck: str, **changes: Any) -> Manuscript:
    """The deck `talk` of an edition."""
    kind = next(kind for kind in KINDS.values() if kind.layout == "slides")
    edition = small.edition(**changes, more={"decks/talk.md": f"---\ntitle: Talk\n---\n\n{deck}"})
    return kind.compose(kind.share(edition, "talk"), TemplateFiller(ROOT / "templates", session.pandoc), "talk")


def test_large_words_keep_their_language(session: Session) -> None:
    made = of_deck(session, "## Words\n\n::: {.large lang=ar dir=rtl}\nسلام\n:::\n")
    (large,) = (node for node in tree.walk(list(made.blocks)) if node["t"] == "Div" and "large" in tree.classes(node))
    assert tree.attributes(large) == {"lang": "ar", "dir": "rtl"}


@pytest.mark.parametrize(("text", "first"), [
    ("The list is that of Dr. Smith. " + "It goes on " * 20, "The list is that of Dr. Smith."),
    ("A text without an end, " * 20, ""),
    ("The list was made by the centre. It names e.g. Belgium and Dr. " + "Smith again " * 20, "The list was made by the centre."),
    ("Die Liste stammt vom Zentrum. Sie nennt z. B. Belgien; " + "sie geht weiter " * 20, "Die Liste stammt vom Zentrum."),
    (f"{CHINESE}{'其余由编者判断，' * 25}", CHINESE),
    ("Short. And whole.", "Short. And whole."),
])  # fmt: skip
def test_the_first_sentences_of_a_text_are_whole(text: str, first: str) -> None:
    assert sentences(text, 180) == first


@pytest.mark.parametrize("figure", ["data=map step=wary", "data=counts", "data=map"])
def test_the_list_of_sources_has_the_note_on_stances_if_a_figure_shows_any(figure: str, session: Session) -> None:
    note = {"scale_note": "Stances are the editors’ reading."}
    made = of_deck(session, f"## Stances\n\n::: {{.figure {figure}}}\n:::\n\n## Costs\n\nHigh.[@one]\n", about=note)
    (listed,) = (block for block in made.blocks if "sources" in tree.classes(block))
    assert "editors’ reading" in tree.text_of([listed])
    made = of_deck(session, "## Costs\n\nHigh.[@one]\n", about=note)
    (listed,) = (block for block in made.blocks if "sources" in tree.classes(block))
    assert "editors’ reading" not in tree.text_of([listed])


@pytest.mark.parametrize(("language", "title", "span"), [
    ("en-GB", "Belgium: 1 of 2 key dates still planned, as of August 2020", "Belgium: key dates, 2019–2020"),
    ("fr", "Belgique : 1 dates clés sur 2 encore prévues (Situation : août 2020)", "Belgique : dates clés, 2019–2020"),
    ("zh", "比利时：2个重要日期中有1个仍在计划中，截至2020年8月", "比利时：重要日期，2019–2020"),
    ("ja", "ベルギー：主な日付2件のうち1件は予定（2020年8月現在）", "ベルギー：主な日付、2019–2020"),
])  # fmt: skip
def test_the_title_of_a_timeline_has_the_signs_of_its_language(language: str, title: str, span: str, session: Session) -> None:
    past = small.fact("A **law passed**.", date="2019")
    for fact, head in ((PLANNED, title), (small.fact("A **test began**.", date="2020"), span)):
        made = composed(session, small.edition(about={"language": language}, facts=[past, fact]))
        heads = [tree.text_of(tree.blocks(block)[:1]) for block in made.blocks if "slide" in tree.classes(block)]
        assert head in [clean(words).replace("\u202f", " ") for words in heads], heads


def test_a_timeline_is_as_wide_as_its_slide_and_the_notes_have_the_other_dates(session: Session) -> None:
    facts = [small.fact(f"The **longer test of many words number {n} began**.", date=f"2018-0{n}") for n in range(1, 10)]
    made = composed(session, small.edition(facts=facts))
    figure = made.figures["timeline-be"]
    assert figure.height <= 0.43 * figure.width, "a slide would make it smaller than it is wide"
    assert sum(shape.get("name") in {"happened", "planned"} for shape in figure.shapes) == 7
    notes = parts_of(made, "Belgium: 7 of 7 key dates in 2018")["notes"]
    assert clean(notes).startswith("Not on the slide: ") and clean(notes).count("(") == 2


def test_dates_that_a_slide_leaves_out_stand_in_the_brackets_of_the_language(session: Session) -> None:
    facts = [small.fact(f"The **test {n} began**.", date=f"201{n}") for n in range(9)]
    made = composed(session, small.edition(about={"language": "zh"}, facts=facts))
    notes = [clean(tree.text_of([node])) for node in tree.walk(made.blocks) if "notes" in tree.classes(node)]
    assert [text.count("（201") for text in notes if text.startswith("幻灯片上未列：")] == [2]


@pytest.mark.parametrize(("words", "said"), [("High.", "The numbers are those of the notes."), ("High.[@one]", "From number 2 on")])
def test_the_list_says_where_its_numbers_stand(words: str, said: str, session: Session) -> None:
    made = of_deck(session, f"## Costs\n\n{words}\n\n::: notes\nThey rise.[@two]\n:::\n")
    (listed,) = (block for block in made.blocks if "sources" in tree.classes(block))
    assert said in tree.text_of([listed]).replace(NBSP, " ")


def test_a_map_of_a_step_gives_its_slide_the_colour_and_a_handout_a_map_without_codes(session: Session) -> None:
    deck = "## Wary\n\n::: {.figure data=map step=wary}\n:::\n"
    made = of_deck(session, deck)
    (slide,) = (block for block in made.blocks if "slide" in tree.classes(block) and "title" not in tree.classes(block))
    assert "step-wary" in tree.classes(slide)
    assert [*made.figures] == ["map-wary"], "its label is a name"
    kind = next(kind for kind in KINDS.values() if kind.layout == "slides")
    other = {"countries/fr.yaml": "code: fr\nstance: open\nsummary: Words.\n", "decks/talk.md": f"---\ntitle: Talk\n---\n\n{deck}"}
    share = kind.share(small.edition(more=other), "talk")
    made = kind.compose(share, TemplateFiller(ROOT / "templates", session.pandoc), "talk")
    shown = {name: [row["text"] for row in figure.texts] for name, figure in made.figures.items()}
    assert "BE" in shown["map-wary"] and "BE" not in shown["map-wary-uncoded"]
