"""Terms, dates and quotation marks of notes in the languages of the world."""

from __future__ import annotations

import re

import pytest

from briefs.compose import references, tree
from briefs.compose.report import STYLE
from briefs.edition import citationlocale, labels, terms
from briefs.edition.csldates import CslDate
from briefs.press.session import Session
from tests import small

AUTHORS = [{"family": "A", "given": "B"}, {"family": "C", "given": "D"}]
SOURCES = [
    small.source("one", accessed="2021-03-05", author=AUTHORS),
    small.source("two", issued=None, accessed="2021-03-05"),
    small.source("three", type="chapter", edition="3", volume="2", author=[{"family": "I", "given": "J"}],
                 editor=[{"family": "E", "given": "F"}],
                 translator=[{"family": "G", "given": "H"}], **{"container-title": "Book"}),
    small.source("four", type="book", **{"number-of-volumes": "3"}),
    small.source("five", issued=None, type="thesis", genre="Z", accessed="2021-03-05"),
    small.source("season", issued="2020-21", type="article-journal", **{"container-title": "Paper"}),
    small.source("ancient", issued="-0043", type="book"),
    small.source("month", issued="2020-07", type="article-newspaper"),
    small.source("first", issued="2020-07-01", type="article-newspaper"),
    small.source("paged", type="article-journal", page="10-30", **{"container-title": "Paper"}),
    small.source("quoted", type="article-journal", title="A “b” c", issue="4", volume="2", **{"container-title": "Paper"}),
]  # fmt: skip
LABELLED = [tag for tag in labels.languages() if tag != "en"]


def notes(session: Session, language: str, *keys: str) -> str:
    edition = small.edition(about={"language": language}, sources=SOURCES)
    (blocks,) = session.pandoc.parse([" ".join(f"A.[@{key}]" for key in keys or ("one", "two"))])
    cited = references.cite(edition, blocks, STYLE, session.pandoc).blocks
    made = " ".join(tree.text_of(node["c"]) for node in tree.walk(cited) if node["t"] == "Note")
    return made.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "words"),
    [("hi", ["और", "4 मई 2020", "अभिगमन तिथि 5 मार्च 2021"]), ("sq-AL", ["dhe", "4 maj 2020", "parë më 5 mars 2021"]),
     ("mk", ["4 мај 2020", "пристапено на"]), ("ka", ["4 მაისი, 2020"])],
)  # fmt: skip
def test_dates_and_terms_are_the_languages(language: str, words: list[str], session: Session) -> None:
    made = notes(session, language)
    assert all(word in made for word in words), made
    assert not {"and", "accessed", "May", "March"} & set(made.replace(",", " ").split())


def test_a_term_keeps_its_accents_where_they_belong(session: Session) -> None:
    """The Greek locale of the project has ή at the beginning of “ημερομηνία”."""
    assert "ημερομηνία πρόσβασης" in citationlocale.of("el")
    assert "ήμερομηνία" not in notes(session, "el", "five").lower()


def test_thai_names_have_spaces_around_and(session: Session) -> None:
    """CLDR joins names in Thai letters without spaces, which no Latin name may stand beside."""
    assert " และ " in (made := notes(session, "th")), made


@pytest.mark.parametrize(("language", "words", "wrong"), [("cs", "sv. 2", "roč"), ("th", "เล่ม 2", "ปี 2 ")])
def test_a_volume_of_a_book_is_no_year_of_a_journal(language: str, words: str, wrong: str, session: Session) -> None:
    assert words in (made := notes(session, language, "three")) and wrong not in made, made


@pytest.mark.parametrize(
    ("language", "words"),
    [("hi", "अध्याय 2"), ("sq", "kap. 2"), ("he", "פרק 2"), ("ja", "第2章"), ("ko", "제2장"), ("zh", "第2章"), ("zh-Hant", "第2章"),
     ("en", "chap. 2")],
)  # fmt: skip
def test_a_locator_has_the_word_of_the_language(language: str, words: str, session: Session) -> None:
    assert words in notes(session, language, "month, ch. 2")


@pytest.mark.parametrize(("language", "date"), [("tr", "4 Mayıs 2020"), ("sv", "4 maj 2020"), ("eu", "2020(e)ko maiatzaren 4")])
def test_dates_are_cldrs_where_the_projects_locale_has_wrong_ones(language: str, date: str, session: Session) -> None:
    assert f" {date}" in notes(session, language)


@pytest.mark.parametrize("language", ["en-GB", "xx"])
def test_english_and_unknown_languages_have_no_locale_of_ours(language: str) -> None:
    assert citationlocale.of(language) == ""


@pytest.mark.parametrize(
    ("language", "first", "month"),
    [("cs", "1. července 2020", "červenec 2020"), ("el", "1 Ιουλίου 2020", "Ιούλιος 2020"),
     ("uk", "1 липня 2020 р.", "липень 2020 р."),
     ("pl", "1 lipca 2020", "lipiec 2020"), ("ru", "1 июля 2020 г.", "июль 2020 г."), ("sk", "1. júla 2020", "júl 2020"),
     ("hr", "1. srpnja 2020.", "srpanj 2020."), ("lt", "2020 m. liepos 1 d.", "2020 m. liepa"),
     ("fr", "1er juillet 2020", "juillet 2020"),
     ("he", "1 ביולי 2020", "יולי 2020"), ("es", "1 de julio de 2020", "julio de 2020"), ("th", "1 กรกฎาคม 2020", "กรกฎาคม 2020"),
     ("ja", "2020年7月1日", "2020年7月")],
)  # fmt: skip
def test_a_month_has_its_form_after_a_day_and_by_itself(language: str, first: str, month: str, session: Session) -> None:
    assert f" {first}" in notes(session, language, "first")
    alone = notes(session, language, "month")
    assert f" {month}" in alone
    assert "(The Paper, 2020" in notes(session, language, "four") and not citationlocale.is_marked(alone)


@pytest.mark.parametrize("language", [*LABELLED, "sq", "mk", "ka", "hy", "bn", "ur", "ms", "az", "kk", "sk"])
def test_no_term_of_a_note_is_english(language: str, session: Session) -> None:
    made = notes(session, language, "one", "three", "four", "five", "month")
    season = notes(session, language, "season", "ancient")
    assert "Spring" not in season and ("BC" not in season or terms.before_christ(language) == "BC")
    assert f"44 {terms.before_christ(language)}" in season and not citationlocale.is_marked(season)
    assert not re.search(r"\b(?:accessed|n\.d\.|3rd|eds?\. by|edited|trans\. by|translated|and|July|March)", made), made
    assert not citationlocale.is_marked(made)


@pytest.mark.parametrize(
    ("language", "season"),
    [("uk", "весна 2020 р."), ("hi", "वसंत 2020"), ("sq", "pranverë 2020"), ("ko", "2020년 봄"), ("ru", "весна 2020"),
     ("ja", "2020年春季"), ("sr", "пролеће 2020."), ("ms", "musim bunga 2020"), ("de", "Frühjahr 2020")],
)  # fmt: skip
def test_seasons_are_in_the_language(language: str, season: str, session: Session) -> None:
    assert f" {season}" in notes(session, language, "season")
    date = CslDate.parse("2020-21")
    assert date and season.removesuffix(" р.") in date.words(language)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-Hans", ["收入Book", "第3版", "第2卷", "编：F. E", "译：H. G", "共3卷", "访问日期：2021年3月5日"]),
     ("zh-TW", ["編：F. E", "譯：H. G"]),
     ("ja", ["第3版", "第2巻", "全3巻", "閲覧日：2021年3月5日"]), ("ko", ["제3판", "제2권", "전3권"]), ("th", ["พิมพ์ครั้งที่ 3"]),
     ("ar", ["ط 3", "مجلدات"]), ("uk", ["3-тє вид.", "за ред. F. E"]), ("el", ["3η έκδ."]), ("hi", ["संस्करण 3", "खंड 2"])],
)  # fmt: skip
def test_labels_stand_where_the_language_has_them(language: str, words: list[str], session: Session) -> None:
    made = notes(session, language, "one", "three", "four", "five")
    assert all(word in made for word in words), made


@pytest.mark.parametrize(
    ("language", "title"),
    [("cs", "„A ‚b‘ c“"), ("el", "«A “b” c»"), ("uk", "«A „b“ c»"), ("he", "”A ’b’ c”"), ("ar", "”A ’b‘ c“"), ("fa", "«A ‹b› c»"),
     ("pl", "„A «b» c”"), ("de", "„A ‚b‘ c“"), ("fr", "« A “b” c »"), ("es", "«A “b” c»"), ("sv", "”A ’b’ c”"),
     ("zh-Hans", "《A “b” c》"), ("zh-Hant", "〈A 「b」 c〉"), ("ja", "「A 『b』 c」"), ("ko", "“A ‘b’ c”"), ("sk", "„A ‚b‘ c“")],
)  # fmt: skip
def test_quotation_marks_alternate_by_language(language: str, title: str, session: Session) -> None:
    assert title in notes(session, language, "quoted")


@pytest.mark.parametrize(
    ("language", "own", "chapter"),
    [("de", "S. 3", "Kap. 2"), ("cs", "s. 3", "kap. 2"), ("el", "σελίδα 3", "κεφ. 2"), ("fr", "p. 3", "chap. 2"),
     ("ru", "с. 3", "гл. 2"),
     ("en-GB", "page 3", "ch. 2"), ("en", "pp. 3", "chap. 2"), ("hi", "pp. 3", "अध्याय 2"),
     ("sq", "pp. 3", "kap. 2"), ("he", "pp. 3", "פרק 2")],
)  # fmt: skip
def test_english_labels_of_locators_are_read_in_every_language(language: str, own: str, chapter: str, session: Session) -> None:
    made = [notes(session, language, f"paged, {locator}") for locator in ("p. 3", own, "ch. 2")]
    assert made[0] == made[1] and re.search(r", 3\.?$", made[0]) and "30" not in made[0], made
    assert made[2].rstrip(".").endswith(chapter.rstrip(".")), made


def test_a_region_has_the_marks_of_its_script() -> None:
    assert terms.quotes("zh-TW") == ["「", "」", "『", "』"] and terms.quotes("zh-CN") == ["“", "”", "‘", "’"]


def test_a_key_after_a_letter_of_a_script_without_spaces_is_a_citation(session: Session) -> None:
    """Pandoc alone would read the letter and the key as one word."""
    (blocks,) = session.pandoc.parse(["他说[参见@one，第12页; @two]。王@one说。邮箱a@b.cn，`码@x`。"])
    cites = [node for node in tree.walk(blocks) if node["t"] == "Cite"]
    keys = [[citation["citationId"] for citation in tree.citations(cite)] for cite in cites]
    assert keys == [["one", "two"], ["one说"]]  # a letter after the key belongs to it: then there is no such source
    assert tree.text_of(tree.citations(cites[0])[0]["citationPrefix"]) == "参见"
    assert "\u2064" not in str(blocks) and "a@b.cn" in tree.text_of(blocks) and "码@x" in tree.text_of(blocks)


@pytest.mark.parametrize(
    ("language", "families"),
    [*((tag, "安 陈 李 王 张 重") for tag in ("zh", "zh-Hans", "zh-CN")),  # by pinyin
     ("zh-Hant", "王 李 張"), ("zh-TW", "王 李 張"),  # by strokes
     ("tr", "Çelik Ilgaz Irmak İnci İpek Şen Tan"), ("az", "Irmaq İsmayıl"),
     ("ja", "いとう イトウ佐 ドイツ フランス 安倍 中川 日野"), ("sv", "Zorn Åberg Öberg"), ("cs", "Hora Chalupa Jan"),
     ("ko", "가 나 한"), ("hi", "अमर ईश कमल"), ("ar", "أمين بدر تامر"), ("fa", "پارسا تهرانی ژاله گلستان")],
)  # fmt: skip
def test_a_bibliography_stands_in_the_order_of_the_language(language: str, families: str, session: Session) -> None:
    names = families.split()
    written = [small.source(f"S{n}", author=[{"family": name, "given": "X"}], accessed="2021-03-05", issued=None)
               for n, name in enumerate(sorted(names))]  # fmt: skip
    edition = small.edition(about={"language": language}, sources=[*SOURCES, *written])
    (blocks,) = session.pandoc.parse(["A." + "".join(f"[@S{n}]" for n in range(len(names))) + "\n\n::: {#refs}\n:::\n"])
    cited = references.cite(edition, blocks, STYLE, session.pandoc).blocks
    entries = [tree.text_of(node) for node in tree.walk(cited) if node["t"] == "Div" and "csl-entry" in tree.classes(node)]
    assert [next(name for name in names if entry.startswith(name)) for entry in entries] == names
    assert language[:2] != "zh" or "2021年3月5日" in entries[0]


@pytest.mark.parametrize("spoken", [None, "tr", "en"])
def test_capitals_of_a_turkish_bibliography_keep_their_dots(spoken: str | None, session: Session) -> None:
    """Whatever the language of the source; its title is no other by that."""
    book = {"container-title": "a book", "publisher": "istanbul baskısı", "title": "in its words", "language": spoken}
    edition = small.edition(about={"language": "tr"}, sources=[*SOURCES, small.source("S", type="chapter", **book)])
    (blocks,) = session.pandoc.parse(["A.[@S]\n\n::: {#refs}\n:::\n"])
    cited = references.cite(edition, blocks, STYLE, session.pandoc).blocks
    (entry,) = [tree.text_of(node) for node in tree.walk(cited) if node["t"] == "Div" and "csl-entry" in tree.classes(node)]
    assert "İçinde a book" in entry and "İstanbul baskısı" in entry and "in its words" in entry, entry
