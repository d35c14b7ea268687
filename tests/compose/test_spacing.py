"""Spaces at which no line may end: French punctuation, words of one letter."""

from __future__ import annotations

import io
from functools import partial

import docx
import pypdfium2
import pytest

from briefs.compose import separators, spacing, tree
from briefs.edition import dates
from briefs.press.session import Session
from briefs.wordfile import pieces
from tests import small

N = "\u00a0"


@pytest.mark.parametrize(
    ("language", "markdown", "words"),
    [
        ("fr", "Un règlement ; deux : trois ! quatre ?", f"Un règlement{N}; deux{N}: trois{N}! quatre{N}?"),
        ("fr-CA", "Des « principes *partagés* » ici", f"Des «{N}principes partagés{N}» ici"),
        ("fr", "**Gras** ; *« italique »*", f"Gras{N}; «{N}italique{N}»"),
        ("fr", "Sans espace: ici, et 12:30", "Sans espace: ici, et 12:30"),
        ("fr", "Le mot [word ; word]{lang=en} ; fin", f"Le mot word ; word{N}; fin"),
        ("fr", "Une ligne\n; suite", f"Une ligne{N}; suite"),
        ("pl", "Byłem w domu i z *psem* o świcie", f"Byłem w{N}domu i{N}z{N}psem o{N}świcie"),
        ("pl", "(a nie) USA i 5 zł", f"(a{N}nie) USA i{N}5{N}zł"),
        ("fr", "En 2019 300 sacs, 12 000 000 € et 12 *%*", f"En 2019 300 sacs, 12{N}000{N}000{N}€ et 12{N}%"),
        ("de", "Um 20 % und 5 km², 5 kmx, 3 Hunde, 1,5 Mio. Tonnen", f"Um 20{N}% und 5{N}km², 5 kmx, 3 Hunde, 1,5{N}Mio. Tonnen"),
        ("cs", "celkem 12 000 lidí a sítě 5 G", f"celkem 12{N}000 lidí a{N}sítě 5{N}G"),
        ("en", "12 000 or 5 km", "12 000 or 5 km"),
        ("cs", "k lesu, v lese 5 let", f"k{N}lesu, v{N}lese 5 let"),
        ("uk", "у місті з людьми", f"у{N}місті з{N}людьми"),
        ("en", "A word ; a word !", "A word ; a word !"),
    ],
)  # fmt: skip
def test_lines_do_not_end_there(session: Session, language: str, markdown: str, words: str) -> None:
    (blocks,) = session.pandoc.parse([markdown])
    made = spacing._changed(blocks, language) if spacing._rule(language) else blocks
    assert tree.text_of(made) == words


def test_pages_and_word_files_have_them_and_content_stays_without(session: Session) -> None:
    made = small.edition(about={"language": "fr"}, country={"summary": "Un « résumé » : deux phrases ; c’est dit !"})
    files = small.brief(session, made, "pdf", "docx").files
    wanted = f"Un «{N}résumé{N}»{N}: deux phrases{N}; c’est dit{N}!"
    assert any(wanted in paragraph.text for paragraph in docx.Document(io.BytesIO(files["docx"])).paragraphs)
    pdf = pypdfium2.PdfDocument(files["pdf"])
    assert (
        "«\u00a0résumé\u00a0»" in pdf[0].get_textpage().get_text_range() or "« résumé »" in pdf[0].get_textpage().get_text_range()
    )
    assert made.countries["be"].summary and N not in made.countries["be"].summary.markdown


def test_what_comes_back_from_word_reads_the_same() -> None:
    """The program's own no-break spaces are spaces to the comparison; an author's before a word isn't one."""
    for printed, source in [
        (f"12{N}000{N}%", "12 000 %"),
        (f"Un «{N}mot{N}»{N}: fin", "Un « mot » : fin"),
        (f"w{N}domu", "w domu"),
        (f"on 11{N}June{N}2015, 5{N}août", "on 11 June 2015, 5 août"),
    ]:
        assert pieces.of_text(printed) == pieces.of_text(source)
    assert pieces.of_text(f"5{N}mots") != pieces.of_text("5 mots")


@pytest.mark.parametrize(
    ("language", "date", "words"),
    [
        ("fr", "2020-09-01", "1er septembre 2020"),
        ("fr", "2020-09-21", "21 septembre 2020"),
        ("uk", "2020-08-05", "5 серпня 2020\u202fр."),
        ("el", "2020-08-05", "5 Αυγούστου 2020"),
        ("pl", "2020-08-05", "5 sierpnia 2020"),
        ("ja", "2020-08-05", "2020年8月5日"),
    ],
)
def test_dates_have_the_case_and_form_of_the_language(language: str, date: str, words: str) -> None:
    assert dates.Date.parse(date).words(language) == words


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("实行“限塑令”，商店。", "实行“限塑令‹”›，商店。"),
        ("（《意见》）。「『あ』」", "（‹《›意见‹》›‹）›‹。›「‹『›あ‹』›」"),
        ("中文，没有。", "中文，没有。"),
        ("A (B), “C”.", "A (B), “C”."),
    ],
)
def test_signs_side_by_side_take_half_their_width(session: Session, markdown: str, shown: str) -> None:
    (blocks,) = session.pandoc.parse([markdown])
    made = tree.transform(spacing._with_halves(blocks), lambda node: [tree.string(f"‹{tree.text_of(tree.inlines(node))}›")], "Span")
    assert tree.text_of(made) == shown and tree.text_of(spacing._with_halves(blocks)) == tree.text_of(blocks)


_CHANGES = {name: partial(separators._widened, signs) for name, signs in separators._SIGNS.items()} | {
    "fr": separators._spaced,
    **dict.fromkeys(("ar", "fa", "ur"), separators._arabic),
}


def wide(session: Session, language: str, markdown: str) -> str:
    (blocks,) = session.pandoc.parse([markdown])
    made = separators._Separators(_CHANGES[language], {"own"}).blocks(blocks)
    return tree.text_of(made)


@pytest.mark.parametrize(
    ("language", "markdown", "words"),
    [
        ("ja", "青空書房, *廃棄物*, 2021", "青空書房、廃棄物、2021"),
        ("zh", "**部分限制:** 一些城市. 又; 完", "部分限制：一些城市。又；完"),
        ("ja", "佐藤花子, 経済学 (青空書房, 2021年), 45.", "佐藤花子、経済学（青空書房、2021年）、45。"),
        ("ja", "Press (UNEP, 2018年), 12; 佐藤", "Press (UNEP, 2018年), 12; 佐藤"),  # after Latin letters they stay
        ("ja", "連絡先: [desk@example.org](mailto:desk@example.org)", "連絡先：desk@example.org"),
        ("ja", "語: [漢字, 漢字 (字)。]{#own}", "語：漢字, 漢字 (字)。"),  # content keeps its signs
        ("fr", "A. Émile, éd.; B. [un; deux]{#own}; 12", f"A. Émile, éd.{N}; B. un; deux{N}; 12"),
        ("fr", "**Peu probable:** pas [d’accord: non]{#own} à 12:30", f"Peu probable{N}: pas d’accord: non à 12:30"),
        ("fr", "Paris: *Net: it*, [Bill: an act]{.nocase}, [A: x]{lang=en}", f"Paris{N}: Net: it, Bill: an act, A: x"),
        ("zh", "《环境科学》 41, 第3期, 45, 67", "《环境科学》 41，第3期，45, 67"),
        ("zh", "*环境科学* 41, 第3期: 45–67.", "环境科学41，第3期：45–67。"),  # a title has brackets in place of the space
        ("zh", "陈静. *如何“限塑”*, 2021. <https://example.org/a.b>.", "陈静。如何“限塑”，2021. https://example.org/a.b。"),
        ("zh", "*法律，“这”* (中文版, 2018), 第2章; 又", "法律，“这”（中文版，2018），第2章；又"),  # also after a quotation mark
        ("zh", "[*环境* 41.]{#own}", "环境 41."),
        ("zh", "陈静, *Single-Use Plastics* 41. UNEP, 2018.", "陈静，Single-Use Plastics 41. UNEP, 2018."),
        ("ar", "حداد, سمير. “وداعا”, 3 يوليو 2019; 12, عدد", "حداد، سمير. “وداعا”، 3 يوليو 2019؛ 12، عدد"),
        ("fa", "*آلمان, فرانسه*, ۲۰۲۱; [الف, ب]{#own}", "آلمان, فرانسه، ۲۰۲۱؛ الف, ب"),  # titles and content keep theirs
        ("ur", "UNEP, 2018; 12,000 لاہور", "UNEP, 2018; 12,000 لاہور"),  # after Latin letters they stay
        ("ja", "時刻 12:30, 3.5 GHz", "時刻 12:30, 3.5 GHz"),
    ],
)  # fmt: skip
def test_signs_of_the_program_are_those_of_the_language(session: Session, language: str, markdown: str, words: str) -> None:
    assert wide(session, language, markdown) == words


def test_the_stop_behind_many_addresses_is_found_in_the_time_of_one() -> None:
    def ending(text: str) -> str:
        return "".join(separators._widened(separators._SIGNS["zh"], [(letter, "program") for letter in text]))[-1]

    addresses = "https://" * 200
    assert [ending(f"书 {addresses}{end}") for end in (".", " x.", "a..")] == ["。", ".", "。"]


def test_a_citation_s_note_has_them_and_an_author_s_note_does_not(session: Session) -> None:
    (blocks,) = session.pandoc.parse(["語^[著者, 注。]"])
    (para,) = blocks
    cited = {"t": "Cite", "c": [[], [{"t": "Note", "c": [tree.para(tree.words("佐藤, 経済学"))]}]]}
    made = separators._Separators(_CHANGES["ja"], ()).blocks([tree.with_inlines(para, [*tree.inlines(para), cited])])
    assert [tree.text_of(tree.blocks(node)) for node in tree.walk(made) if node["t"] == "Note"] == ["著者, 注。", "佐藤、経済学"]


def test_a_figure_s_label_before_a_number_has_the_wide_sign() -> None:
    words = partial(separators._wide_words, separators._SIGNS["zh"])
    assert words("越南：1; 韩国：1, 日本") == "越南：1；韩国：1，日本"
    assert words("泰国: 75家, 又: 零") == "泰国：75家，又：零" and words("UN: 75") == "UN: 75"
