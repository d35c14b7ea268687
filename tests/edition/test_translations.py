"""An edition in several languages: texts by id and by hash, what is out of date, what a translation says otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from briefs.edition import fidelity, passages, texts
from briefs.edition.model import Edition, Text, hash_of
from briefs.edition.read import Reading, read_files
from briefs.problems import Place
from tests import small, translated
from tests.translated import in_french

SECTION = """---
title: The start
id: sec-start
pull_quote: One sentence stands here.
---

First paragraph. One sentence stands here.

## A heading

- First item of 12,000 words.

- Second item [with a link](https://example.org/a).

::: {.figure data=map}
:::

Last paragraph, with a source.[@one]
"""
DECK = "---\ntitle: Slides\n---\n\n## One\n\n- A point\n- Another\n\n::: notes\nSpoken words.\n:::\n"
MORE = {
    "report/01-start.md": SECTION,
    "decks/talk.md": DECK,
    "glossary.yaml": "EU: European Union\n",
    "columns.yaml": "columns:\n  - {id: rule, label: Rule, kind: category, values: [{id: drafted, label: in draft}]}\n",
    "journeys/tour.yaml": "title: A tour\ncountries: [be]\n",
    "brand.yaml": "defaults: {briefs: {disclaimer: These borders are nobody’s.}}\n",
}
ABOUT = {
    "languages": ["en-GB", "fr"], "authors": ["Ann Author"], "subtitle": "Large and small", "scale_note": "By us.",
    "groups": [{"id": "low", "label": "Low countries", "members": ["be"]}], "map": {"disclaimer": "No view of borders."},
}  # fmt: skip


def files(about: Mapping[str, Any] = {}, more: Mapping[str, str] = {}, **changes: Any) -> dict[str, bytes]:
    return small.files(about={**ABOUT, **about}, more={**MORE, **more}, **changes)


def both(source: Mapping[str, bytes], translation: Mapping[str, bytes]) -> Reading:
    return read_files({**source, **translation})


def french(reading: Reading) -> Edition:
    assert reading.edition, [str(problem) for problem in reading.errors]
    return reading.edition.translations["fr"]


def told(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems if "translations/" in problem.path or "translated" in problem.message]


def test_every_text_is_replaced_and_nothing_else() -> None:
    source = files()
    reading = both(source, translated.files_of(source, in_french))
    assert not told(reading)
    made, edition = french(reading), reading.edition
    assert edition
    for text in texts.whole(made):
        assert "fr:" in text.markdown or text.place.path.startswith("labels/") or text is made.sections[0].head.pull_quote, text
    assert (
        made.about.language == "fr" and made.about.date == edition.about.date and made.about.authors[0].markdown == "fr:Ann Author"
    )
    assert (
        made.about.map.disclaimer == "fr:No view of borders."
        and made.brand.defaults.briefs.disclaimer == "fr:These borders are nobody’s."
    )
    assert made.columns["rule"].values[0].label.markdown == "fr:in draft"
    assert made.glossary["fr:EU"].markdown == "fr:European Union"
    assert made.names["be"] == "Belgique" and edition.names["be"] == "Belgium"
    assert made.countries["be"].facts[0].date == edition.countries["be"].facts[0].date
    assert made.sources == edition.sources and made.standings["be"].stance == "wary"
    body = made.sections[0].body
    wanted = SECTION.partition("here.\n---\n")[2].strip()
    for words in ("First p", "A heading", "First item", "Second item", "Last"):
        wanted = wanted.replace(words, f"fr:{words}")
    assert body.markdown == wanted


def test_each_text_has_its_place_in_the_translation() -> None:
    source = files()
    made = french(both(source, translated.files_of(source, in_french)))
    fact = made.countries["be"].facts[0].text
    assert fact.place.name == "translations/fr/countries/be.yaml#facts/be-01/text/text"
    assert fact.place.source == "countries/be.yaml"
    body = made.sections[0].body
    at = body.place_at(body.markdown.index("Last"))
    assert at.path == "translations/fr/report/01-start.md.yaml" and at.source == "report/01-start.md"
    written = translated.files_of(source, in_french)["translations/fr/report/01-start.md.yaml"].decode().split("\n")
    assert "fr:Last paragraph" in written[at.line - 1]


def test_many_files_that_are_translated_in_part_are_one_warning() -> None:
    names = [f"report/{number:02}-one.md" for number in range(2, 10)]
    more = {name: SECTION.replace("sec-start", f"sec-{name[7:9]}") for name in names}
    translation = translated.files_of(files(more=more), in_french)
    longer = {name: text.replace("## A heading", "A new paragraph.\n\n## A heading") for name, text in more.items()}
    (problem,) = told(both(files(more=longer), translation))
    assert "warning: 8 files are translated into “fr” in part: report/02-one.md, " in problem and "`translate status fr`" in problem


def test_an_inserted_paragraph_is_untranslated_and_none_is_stale() -> None:
    """Paragraphs are matched by the hash of their original."""
    translation = translated.files_of(files(), in_french)
    longer = SECTION.replace("## A heading", "A new paragraph.\n\n## A heading")
    reading = both(files(more={"report/01-start.md": longer}), translation)
    (problem,) = told(reading)
    assert "1 of the texts of report/01-start.md isn’t translated: line 9" in problem and ": warning:" in problem
    body = french(reading).sections[0].body
    (plain,) = (part for _, part in body.parts if part.language)
    assert plain.markdown == "A new paragraph." and plain.language == "en-GB"


@pytest.mark.parametrize("originals", [True, False])
def test_a_changed_paragraph_is_stale(originals: bool) -> None:
    translation = translated.files_of(files(), in_french, originals=originals)
    changed = SECTION.replace("12,000 words", "13,000 words").replace(
        "Last paragraph", "## New\n\nQuite another one.\n\nLast paragraph"
    )
    reading = both(files(more={"report/01-start.md": changed}), translation)
    stale, missing = sorted(told(reading), key=lambda line: "isn’t" in line or "aren’t" in line)
    assert "the source of this text has changed" in stale and "write `of: " in stale
    assert ("“12,000” is now “13,000”" in stale) == originals
    assert "2 of the texts" in missing
    line = int(stale.split(":")[1])
    written = translation["translations/fr/report/01-start.md.yaml"].decode().split("\n")
    assert written[line - 1].strip().startswith("of: ") and "fr:First item" in written[line]
    assert "- First item of 13,000 words." in french(reading).sections[0].body.markdown


def test_a_moved_paragraph_keeps_its_translation() -> None:
    translation = translated.files_of(files(), in_french)
    first, last = "First paragraph. One sentence stands here.\n\n", "Last paragraph, with a source.[@one]\n"
    moved = SECTION.replace(first, "") + "\n" + first
    assert last in moved
    assert not told(both(files(more={"report/01-start.md": moved}), translation))


def test_a_changed_field_is_stale_and_a_renamed_fact_isn_t() -> None:
    translation = translated.files_of(files(), in_french, originals=True)
    first = small.fact("A **first thing** happened in the market twice.", date="2019-03")
    facts = [first, small.fact("Policy is a second thing.", "policy", sources=["two"], id="be-07")]
    reading = both(files(facts=facts), translation)
    (stale,) = told(reading)
    assert "“market.” is now “market twice.”" in stale and "countries/be.yaml:" in stale
    made = french(reading).countries["be"].facts
    assert made[0].text.language == "en-GB" and made[1].text.markdown == "fr:Policy is a second thing."


@pytest.mark.parametrize(("status", "severity"), [("draft", "warning"), ("final", "error")])
def test_what_is_untranslated_or_stale_fails_a_final_edition(status: str, severity: str) -> None:
    source = files({"status": status})
    some = translated.files_of(source, lambda one: in_french(one) if "summary" not in one.id else None)
    reading = both(files({"status": status}, country={"position": "Against it."}), some)
    assert {p.severity for p in reading.problems if "translated" in p.message} == {severity}
    none = read_files(source)
    (problem,) = (p for p in none.problems if "translated" in p.message)
    assert (
        problem.severity == severity and problem.path == "edition.yaml" and "files aren’t translated into “fr”" in problem.message
    )


def test_what_translations_may_lack() -> None:
    """Names of countries come from CLDR, and labels from the program. Names of authors may stay."""
    subjects = [{"code": "be", "name": "Belgium!", "in_sentences": "the Belgium"}]
    source = files({"subjects": subjects}, more={"labels/en-GB.yaml": "as_of: about {date}\n"})
    lacking = {"authors/1", "subjects/be/name", "subjects/be/in_sentences", "as_of", "EU/term"}
    reading = both(source, translated.files_of(source, lambda one: None if one.id in lacking else in_french(one)))
    assert not told(reading)
    made = french(reading)
    assert made.names["be"] == made.in_sentence("be") == "Belgique"
    assert "as_of" not in made.labels and not made.about.authors[0].language


def test_names_in_sentences_have_curly_marks_in_a_translation_too() -> None:
    source = files({"subjects": [{"code": "be", "in_sentences": "the Golden Coast"}]})
    more = translated.files_of(source, lambda one: "la Côte d'Or" if one.id == "subjects/be/in_sentences" else in_french(one))
    assert french(both(source, more)).in_sentence("be") == "la Côte d’Or"


def test_entries_and_files_that_translate_nothing() -> None:
    source = files()
    more = {"translations/fr/countries/be.yaml": b"texts:\n  - {id: sumary, of: 0123456789abcdef, text: X}\n",
            "translations/fr/countries/xx.yaml": b"texts:\n  - {id: summary, of: 0123456789abcdef, text: X}\n",
            "translations/it/edition.yaml": b"texts: []\n"}  # fmt: skip
    lines = [str(problem) for problem in both(source, more).problems]
    assert any("the source has no text “sumary” any more. Did you mean “summary”?" in line for line in lines)
    assert any(line.startswith("translations/fr/countries/xx.yaml:2") and "no text “summary”" in line for line in lines)
    assert any("doesn’t list the language “it”" in line for line in lines)


def test_languages_are_listed_source_first() -> None:
    assert small.edition(about={"language": None, "languages": ["en-GB", "fr"]}).about.language == "en-GB"
    (wrong,) = small.reading(about={"languages": ["fr", "en-GB"]}).errors
    assert "the first of `languages` must be `language`" in wrong.message
    (twice,) = small.reading(about={"languages": ["en-GB", "fr", "fr"]}).errors
    assert "twice" in twice.message


PLACE = Place("x.yaml", line=1, column=1)


@pytest.mark.parametrize(
    ("source", "language", "translation", "is_told"),
    [
        ("35% of all", "fr", "35 de tous", True),
        ("35 per cent of all", "fr", "35 points de tous", True),
        ("35% of all", "fr", "35 pour cent de tous", False),
        ("35% of all", "th", "ร้อยละ 35", False),
        ("35% of all", "ar", "35 بالمئة", False),
        ("35% of all", "zh", "百分之35", False),
        ("35% of all", "sq", "35 të gjithë", False),  # a language whose word isn't known
        ("5 percentage points", "fr", "5 points", False),
        ("35% of all", "fr", "35 pour\ncent de tous", False),
        ("35% of all", "fr", "35 pour\u00a0cent de tous", False),
    ],
)  # fmt: skip
def test_a_percentage_stays_one(source: str, language: str, translation: str, is_told: bool) -> None:
    found = [what for _, what, _ in fidelity.differences(Text(source, PLACE), Text(translation, PLACE), ("en-GB", language))]
    assert ["is a percentage in the source" in what for what in found] == [True] * is_told, found


def test_a_label_that_nothing_prints_is_told_once_at_its_file() -> None:
    source = files(
        more={"labels/en-GB.yaml": "apendix: Annexe\nown_word: Ours\n", "labels/fr.yaml": "sumary: x\nown_word: Nôtre\nzzz: x\n"}
    )
    found = [(p.path, p.line, p.message) for p in both(source, {}).problems if "label “" in p.message]
    assert found == [
        ("labels/en-GB.yaml", 1, "the program prints no label “apendix”"),
        ("labels/fr.yaml", 1, "no label “sumary” is ever printed"),
        ("labels/fr.yaml", 3, "no label “zzz” is ever printed"),
    ]


def test_a_picture_may_have_words_in_the_language() -> None:
    source = {**files(), "figures/a.svg": b"<svg/>", "figures/b.svg": b"<svg/>"}
    made = french(both(source, {"translations/fr/figures/a.svg": b"<svg id='fr'/>"}))
    assert made.pictures == {"figures/a.svg": b"<svg id='fr'/>", "figures/b.svg": b"<svg/>"}


@pytest.mark.parametrize(
    ("source", "translation", "said"),
    [
        ("In 2019, 12,000 of 28", "Sur 28, 12 000 en 2019", []),
        ("$14.4 billion", "14,4 milliards de dollars", []),
        ("3.4–3.8 GHz, 20–30 September", "de 3,4 à 3,8 GHz, du 20 au 30 septembre", []),
        ("12,000 words", "١٢٬٠٠٠ كلمة", []),
        ("seven states", "sept États", []),
        ("12.5 cents", "−12,5 centimes", ["figure “12.5” of the source is missing", "no figure “−12,5”"]),
        ("−3 and 4-5, 2019–20, COVID-19", "-3 et 4–5, 2019-20, COVID-19", []),
        ("27 members", "27 % des membres", ["“27” is no percentage"]),
        ("27 per cent of 12", "27 % de 12", []),
        ("27% of 12", "yüzde 27, 12", []),
        ("27% of 12", "%27, 12", []),
        ("yüzde 27", "27%", []),
        ("12,500 at −3.5%", "۱۲٬۵۰۰ در −۳٫۵٪", []),
        ("125,000 bags", "1,25,000 थैले", []),
        ("5–7 per cent, or 9 and 11 per cent", "5 % à 7 %, ou 9 % et 11 %", []),
        ("an area of 5 km^2^", "une surface de 5 km²", []),
        ("an area of 5 km2", "5 平方公里", []),
        ("CO~2~ and CO2", "du CO₂", []),
        ("10^6^ or 10^-3^", "10⁶ ou 10⁻³", []),
        ("10^6^ bags", "10⁹ sacs", ["figure “6” of the source is missing", "no figure “9”"]),
        ("10^-3^ of it", "10^3^", ["figure “-3” of the source is missing", "no figure “3”"]),
        ("x^2^ is less", "x³", ["no “³” here but “²”"]),
        ("€5", "5 $", ["no “$” here but “€”"]),
        ("€5", "5 euros", []),
        ("Each one.", "<b>Chacun</b>.", ["no “<b>”", "no “</b>”"]),
        ("by 2023", "d’ici à 2032", ["figure “2023” of the source is missing", "no figure “2032”"]),
        ("Words.[@one; @two]", "Mots.[@two]", ["“@one” of the source is missing"]),
        ("Words.", "Mots.[@two]", ["doesn’t cite “@two”"]),
        ("See [it](https://a.example/1).", "Voir [ici](https://a.example/1).", []),
        ("See [it](https://a.example/1).", "Voir [ici](https://b.example/1).", ["link “https://a.example/1”", "no link “https://b.exa"]),
        ("::: {.figure data=map title='A b'}\n:::", "::: {.figure data=map title='C d'}\n:::", []),
        ("::: {.figure data=map}\n:::", "::: {.figure data=counts}\n:::", ["{.figure data=map}", "{.figure data=counts}"]),
        ("as of {date}", "au {jour}", ["{date}", "{jour}"]),
        ("The **key phrase** is here", "La phrase est ici", ["key phrase"]),
    ],
)  # fmt: skip
def test_what_a_translation_says_otherwise(source: str, translation: str, said: list[str]) -> None:
    found = [what for _, what, _ in fidelity.differences(Text(source, PLACE), Text(translation, PLACE))]
    assert len(found) == len(said) and all(words in what for words, what in zip(said, found, strict=True)), found


@pytest.mark.parametrize(
    ("source", "language", "translation"),
    [
        ("On 3 July 2019", "ja", "2019年7月3日"),
        ("On 3 July 2019", "zh", "2019年7月3日"),
        ("On 3 July 2019", "ko", "2019년 7월 3일"),
        ("On 3 July 2019", "de", "am 03.07.2019"),
        ("On 3 July 2019", "ru", "3 июля 2019 года"),
        ("In July 2019", "fr", "en 07/2019"),
        ("In 2020. In June of that year, by mid-July 40", "de", "2020. Im Juni jenes Jahres bis Mitte Juli 40"),
        ("In 2020. By June of that year, 40 by mid-July", "de", "2020. Im Juni jenes Jahres bis Mitte Juli 40"),
        ("1.5 million bags", "ja", "150万枚"),
        ("1.5 million bags", "hi", "15 लाख थैले"),
        ("25 million bags", "hi", "2.5 करोड़ थैले"),
        ("3 billion bags", "zh", "30亿个袋子"),
        ("150 million bags", "zh", "1亿5000万个袋子"),
        ("30 million bags", "zh", "3千万个袋子"),
        ("5 million and 7 thousand", "el", "5 εκατομμυρίων και 7 χιλιάδων"),
        ("3 billion bags", "es", "3 mil millones de bolsas"),
        ("3 billion bags", "es", "3.000 millones de bolsas"),
        ("5–7 million bags", "ja", "500万〜700万枚"),
        ("1.5 million bags", "fr", "1 500 000 sacs"),
        ("12,000 bags", "zh", "1.2万个袋子"),
        ("3 billion bags", "he", "3 מיליארד שקיות"),
        ("in the 1990s", "zh", "20世纪90年代"),
        ("in the 1990s", "ru", "90-х годов"),
        ("in the 1990s", "fr", "dans les années 1990"),
        ("the 21st century", "fr", "le XXIe siècle"),
        ("the 21st century", "fr", "le XXI^e^ siècle"),
        ("the 5th century", "ru", "V век"),
        ("at 5 p.m.", "fr", "à 17 h"),
        ("at 5 pm", "de", "um 17:00 Uhr"),
        ("at 5:30 p.m.", "fr", "à 17 h 30"),
        ("at 17:00", "ja", "午後5時に"),
        ("at 12 a.m.", "fr", "à 0 h"),
        ("−5 degrees", "fr", "moins 5 degrés"),
        ("−5 degrees", "de", "5 Grad unter null"),
        ("−5 degrees", "ja", "氷点下5度"),
        ("3.50 euros", "fr", "3,5 euros"),
        ("1/2 of all", "fr", "½ de tous"),
        ("2½ years", "fr", "2 ans et demi"),
        ("In 2018/19 and 2018–19", "de", "2018-2019 und 2018/2019"),
        ("€3.5bn of it", "ja", "35億ユーロ"),
        ("In 2019 over 1.5 million bags", "zh", "2019年有150万个袋子"),
        ("In 2019 some 1.5 million bags", "ja", "2019年に約150万枚"),
        ("In 2019, then 2019, 1.5 million bags", "fr", "En 2019, puis en 2019 à 1,5 million de sacs"),
        ("5 to 7 million bags", "ja", "500万から700万枚"),
        ("5 or 7 million bags", "zh", "500万或700万个袋子"),
        ("In 2019, some 35 per cent of it", "fr", "En 2019 les 35 % de cela"),
    ],
)  # fmt: skip
def test_the_same_number_in_the_way_of_another_language(source: str, language: str, translation: str) -> None:
    assert not list(fidelity.differences(Text(source, PLACE), Text(translation, PLACE), ("en-GB", language)))


@pytest.mark.parametrize(
    ("source", "language", "translation", "said"),
    [
        ("On 3 July 2019", "ja", "2019年8月3日", ["no figure “8”"]),
        ("On 3 July 2019", "fr", "le 3 août 2019", ["month 7 beside a number, and this text month 8"]),
        ("On 3 July 2019", "de", "am 03.08.2019", ["no figure “08”"]),
        ("1.5 million bags", "ja", "15万枚", ["“1.5 million” of the source is missing", "no figure “15万”"]),
        ("5 million bags", "fr", "5 milliards de sacs", ["“5 million” of the source is missing", "no figure “5 milliards”"]),
        ("1.5 million bags", "hi", "15 करोड़ थैले", ["“1.5 million” of the source is missing", "no figure “15 करोड़”"]),
        ("in the 1990s", "zh", "20世纪80年代", ["“1990” of the source is missing", "no figure “80”"]),
        ("in 1990", "fr", "en 90", ["“1990” of the source is missing", "no figure “90”"]),
        ("the 21st century", "fr", "le XXe siècle", ["“21” of the source is missing"]),
        ("at 5 p.m.", "fr", "à 18 h", ["“5” of the source is missing", "no figure “18”"]),
        ("at 5 a.m.", "fr", "à 17 h", ["“5” of the source is missing", "no figure “17”"]),
        ("−5 degrees", "fr", "5 degrés", ["“−5” of the source is missing", "no figure “5”"]),
        ("3.50 euros", "fr", "3,05 euros", ["“3.50” of the source is missing", "no figure “3,05”"]),
        ("1/2 of all", "fr", "¼ de tous", ["“2” of the source is missing", "no figure “4”"]),
        ("In 2018/19", "de", "2018-2020", ["“19” of the source is missing", "no figure “2020”"]),
        ("2018 and 2018, then 2019", "fr", "2018 et 2019, puis 2019", ["“2019” less often than this text, and “2018” more often"]),
        ("2018 and 2018, then 2019", "fr", "2018 deux fois, puis 2019", []),
        ("5 million, 5 million, 7", "de", "5 Millionen, 7, 7", ["“7” less often than this text, and “5” more often"]),
    ],
)  # fmt: skip
def test_another_number_in_the_way_of_another_language(source: str, language: str, translation: str, said: list[str]) -> None:
    found = [what for _, what, _ in fidelity.differences(Text(source, PLACE), Text(translation, PLACE), ("en-GB", language))]
    assert len(found) == len(said) and all(words in what for words, what in zip(said, found, strict=True)), found


@pytest.mark.parametrize(
    ("source", "language", "translation", "is_told"),
    [
        ("within 5 km", "fr", "à 5 kilomètres", False),
        ("within 5 km", "fr", "à moins de 5 miles", True),
        ("within 5 km", "en-GB", "within 5 miles", True),
        ("5 kilometres of road", "ar", "5 كيلومترات", False),
        ("5 kilometres of road", "zh", "5公里的路", False),
        ("5 kilometres of road", "zh", "5英里的路", True),
        ("35 per cent of all", "de", "35 % aller", False),
        ("35 % of all", "de", "35 Prozent aller", False),
        ("35% of all", "de", "35 Promille aller", True),
        ("1,200 MW and 5 days", "de", "5 Tage und 1.200 Megawatt", False),
        ("1,200 MW", "de", "1.200 GW", True),
        ("3.6 GHz", "de", "3,6 MHz", True),
        ("5 km in 5 days", "fr", "5 jours pour 5 km", False),
        ("12 weeks", "pl", "12 tygodniami", False),  # a form that CLDR lacks
        ("27 members in 2015", "lt", "2015 m. 27 nariai", False),
        ("at 50 km per hour", "de", "mit 50 km/h", False),
        ("at 50 kilometres per hour", "de", "mit 50 km in der Stunde", False),
        ("at 50 km an hour", "de", "mit 50 km/h", False),
        ("500 kilowatt hours", "fr", "500 kWh", False),
        ("100 MW to 200 MW", "es", "de 100 a 200 MW", False),
        ("100 MW in Warsaw", "pl", "100 w Warszawie", False),
        ("an area of 5 km2", "de", "eine Fläche von 5 km2", False),
        ("a width of 5 m.", "fr", "une largeur de 5 m.", False),
        ("5 years", "es", "5 días", True),
        ("an area of 5 km²", "fr", "une surface de 5 km", True),
        ("an area of 5 km2", "fr", "une surface de 5 km", True),
        ("5 km of road", "fr", "5 km^2^ de route", True),
        ("90 km of road", "fr", "90 km/h de route", True),
        ("at 90 km/h", "fr", "90 km de route", True),
        ("at 90 km/h", "fr", "à 90 km à l’heure", False),
        ("at 90 km/h", "zh", "每小时90公里", False),
        ("at 90 km/h", "zh", "时速90公里", False),
        ("at 90 km/h", "ja", "時速90キロメートル", False),
        ("at 90 km/h", "tr", "saatte 90 km", False),
        ("at 90 km an hour", "tr", "90 km/sa", False),
        ("5 kg on it", "fr", "5 kg/m² dessus", True),
        ("5 kg/m² on it", "fr", "5 kg par mètre carré", False),
        ("500 kWh of it", "fr", "500 kW", True),
        ("5 MW", "zh", "5 kW", True),
        ("5 MW", "zh", "5兆瓦", False),
        ("5 GB", "fr", "5 MB", True),
        ("5 GB", "fr", "5 Go", False),
        ("5 MWh of it", "fr", "5 MW", True),
        ("5 MWh of it", "zh", "5 MWh", False),
        ("5 MW of it", "fr", "5 mégawatts", False),
        ("2 million years", "fr", "2 millions de mois", True),
        ("2 million years", "fr", "2 millions d’années", False),
        ("2 million years", "de", "2 Millionen Monate", True),
        ("2 million years", "zh", "200万年", False),
        ("2 million years", "ja", "200万か月", True),
        ("2 million years", "ru", "2 миллиона лет", False),
        ("2 million km", "de", "2 Millionen Meilen", True),
        ("2 million km", "de", "2 Mio. Kilometer", False),
        ("3 million tonnes", "fr", "3 millions de kilogrammes", True),
        ("3 million tonnes", "es", "3 millones de toneladas", False),
    ],
)  # fmt: skip
def test_another_unit_is_told_and_another_form_of_it_is_not(source: str, language: str, translation: str, is_told: bool) -> None:
    found = [what for _, what, _ in fidelity.differences(Text(source, PLACE), Text(translation, PLACE), ("en-GB", language))]
    assert [("another unit" in what) for what in found] == [True] * is_told, found


@pytest.mark.parametrize(
    ("source", "language", "translation", "said"),
    [
        ("$5 million", "fr", "5 millions d’euros", ["the source has no “€” here but “$”"]),
        ("$5 million", "fr", "5 millions de dollars", []),
        ("€5 a bag", "fr", "5 livres le sac", ["the source has no “£” here but “€”"]),
        ("€5 a book", "fr", "Le livre coûte 5 euros", []),
        ("US$5 a bag", "ru", "5 долларов", []),
        ("€3.5 million", "ja", "350万ユーロ", []),
        ("€5 a bag", "zh", "5美元", ["the source has no “$” here but “€”"]),
        ("5 euros a bag", "de", "5 EUR", []),
        ("5 million Swiss francs", "fr", "5 millions de francs", []),
        ("5 Polish zlotys", "de", "5 polnische Złoty", []),
        ("5 Polish zlotys", "fr", "5 francs suisses", ["the source has no “CHF” here but “zł”"]),
        ("5 million Swiss francs", "fr", "5 millions de roubles russes", ["the source has no “₽” here but “CHF”"]),
        ("3 Swedish police officers", "de", "3 schwedische Polizisten", []),
        ("$5 million to India in 2019", "hi", "2019 में भारत को 50 लाख डॉलर", []),
        ("In 2019 Japan’s government paid $5 million", "ko", "2019년 일본 정부는 500만 달러를 냈다", []),
        ("In 2019 only three did", "cs", "V roce 2019 jen tři", []),
        ("3 Swiss police officers", "de", "3 Schweizer Polizisten", []),
        ("5 French police officers", "fr", "5 policiers français", []),
        ("5 Polish cities", "de", "5 polnische Städte", []),
        ("8 British ports", "de", "8 britische Häfen", []),
        ("4 Russian ships off Denmark", "de", "4 russische Schiffe vor Dänemark", []),
        ("6 European states", "zh", "6 个欧洲国家", []),
        ("6 states, with France", "es", "6 Estados, con Francia", []),
        ("3 Turkish courts", "fr", "3 tribunaux turcs", []),
        ("7 Indian firms", "es", "7 empresas indias", []),
        ("9 Swiss cantons", "fr", "9 cantons suisses", []),
        ("2 Franco-German talks", "de", "2 deutsch-französische Gespräche", []),
        ("5 Slovenian mayors", "es", "5 alcaldes eslovenos", []),
        ("3 Chinese laws", "zh", "3 部中国法律", []),
        ("3 French laws", "ja", "3件のフランス法", []),
        ("5 euros a bag", "de", "5 Dollar", ["the source has no “$” here but “€”"]),
        ("by 5 per cent", "fr", "de 5 points de pourcentage", ["the source has a percentage here, and no percentage points"]),
        ("by 5 percentage points", "fr", "de 5 points de pourcentage", []),
        ("minus 5 degrees", "fr", "5 degrés", ["the figure “5” is below nought in the source"]),
        ("minus 5 degrees", "fr", "moins 5 degrés", []),
        ("minus 5 degrees", "de", "−5 Grad", []),
        ("15 lakh", "hi", "15 करोड़",
         ["the figure “15 lakh” of the source is missing here", "the source has no figure “15 करोड़” here"]),
        ("15 lakh", "hi", "15 लाख", []),
        ("25 crore", "fr", "250 millions", []),
    ],
)  # fmt: skip
def test_money_points_and_minus_are_told(source: str, language: str, translation: str, said: list[str]) -> None:
    found = fidelity.differences(Text(source, PLACE), Text(translation, PLACE), ("en-GB", language))
    assert [what for _, what, _ in found] == said


def test_the_words_of_a_unit_end_before_a_sign() -> None:
    texts = Text("For 400 years.[@one]", PLACE), Text("Pour 400 mois.[@one]", PLACE)
    (found,) = fidelity.differences(*texts, ("en", "fr"))
    assert found[1] == "the figure “400 mois” has another unit in the source: “400 years”"


def test_a_changed_figure_is_an_error_at_its_place() -> None:
    source = files()
    wrong = translated.files_of(source, lambda one: in_french(one).replace("12,000", "21,000"))
    found = [p for p in both(source, wrong).errors if "21,000" in p.message]
    written = wrong["translations/fr/report/01-start.md.yaml"].decode().split("\n")
    assert len(found) == 1 and "21,000" in written[found[0].line - 1]
    assert written[found[0].line - 1][found[0].column - 1 :].startswith("21,000")


def test_a_translator_confirms_a_figure_in_another_form() -> None:
    """The confirmation covers figures, and holds until either text changes."""
    source = files()
    made = translated.files_of(source, lambda one: in_french(one).replace("12,000", "douze mille"))
    path, before = "translations/fr/report/01-start.md.yaml", made["translations/fr/report/01-start.md.yaml"].decode()
    (problem,) = (p for p in both(source, made).errors if "12,000" in p.message)
    found = re.search(r"write `(confirmed: [0-9a-f]{16})` beside `text`", problem.hint)
    assert found
    lines = before.split("\n")
    number = max(n for n, line in enumerate(lines[: problem.line]) if " of: " in line)
    lines.insert(number + 1, f"{lines[number].partition('of:')[0]}{found[1]}")
    confirmed = "\n".join(lines)
    assert not both(source, {**made, path: confirmed.encode()}).errors
    changed = confirmed.replace("douze mille", "treize mille")
    assert any("12,000" in p.message for p in both(source, {**made, path: changed.encode()}).errors)
    other = files(more={**MORE, "report/01-start.md": SECTION.replace("12,000", "13,000")})
    hashes = [hash_of(f"- First item of {number} words.") for number in ("12,000", "13,000")]
    followed = confirmed.replace(f"of: {hashes[0]}", f"of: {hashes[1]}")
    assert followed != confirmed and any("13,000" in p.message for p in both(other, {**made, path: followed.encode()}).errors)


def test_a_lost_citation_cannot_be_confirmed() -> None:
    source, translation = Text("A 2.[@one]", PLACE), Text("B.", PLACE)
    hints = [hint for _, _, hint in fidelity.differences(source, translation)]
    found = re.search("confirmed: ([0-9a-f]{16})", " ".join(hints))
    assert found and len(hints) == 2
    (left,) = fidelity.differences(source, translation, confirmed=found[1])
    assert "“@one” of the source is missing" in left[1] and "confirmed" not in left[2]


@pytest.mark.parametrize(
    ("source", "translation", "said"),
    [
        ("Some^[A note.] words", "Des mots", ["1 × note here, and this text 0"]),
        ("Some[^a] words\n\n[^a]: Note.", "Des mots\n\n[^a]: Note.", ["1 × note here, and this text 0"]),
        ("- one\n- two", "- un", ["2 × list item here, and this text 1"]),
        ("- one\n- two", "* un\n* deux", []),
        ("## One\n- one\n  - two\n\nWords", "## Un\n- un\n\nMots", ["2 × list item here, and this text 1"]),
        ("Words. It ended in\n2019. Then", "Mots. Fini en 2019. Puis", []),
        ("- one in\n- two", "- un\n\nle\n- deux", ["2 × list item here, and this text 1"]),
        ("The law[^a] says", "La loi[^a]: elle dit", []),
        ("The law[^a]: it says\n\n[^a]: Note.", "La loi: elle dit\n\n[^a]: Note.", ["1 × note here, and this text 0"]),
        ("Of *some* words", "Des mots", ["aren’t emphasised"]),
        ("In *The Paper*", "在《报纸》", []),
        ("Of _some_ snake_case words", "Des mots *de* snake_case", []),
        ("Of **some** and **other** words", "Des mots", ["aren’t emphasised"]),
        ("It was 5 %", "C’était +5 %", ["no plus sign before “5”"]),
        ("Call +49 30", "Appelez le +49 30", []),
        ("by +5 %", "de 5 %", []),
    ],
)  # fmt: skip
def test_what_a_translation_may_not_lose_or_add(source: str, translation: str, said: list[str]) -> None:
    found = [what for _, what, _ in fidelity.differences(Text(source, PLACE), Text(translation, PLACE), ("en-GB", "fr"))]
    assert len(found) == len(said) and all(words in what for words, what in zip(said, found, strict=True)), found


def test_a_pull_quote_stands_in_the_translated_section() -> None:
    source = files()
    other = translated.files_of(source, lambda one: "fr:Autre chose." if one.id == "pull_quote" else in_french(one))
    assert any("the pull quote is not in the section" in line for line in told(both(source, other)))


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("One\n\nTwo\n\n\nThree\n", ["One", "Two", "Three"]),
        ("```\na\n\nb\n```\n\nEnd", ["```\na\n\nb\n```", "End"]),
        ("- a\n- b\n\n- c\n\n  more of c\n\nEnd", ["- a\n- b", "- c\n\n  more of c", "End"]),
        ("[^1]: A note.\n\n    Its second paragraph.\n\nEnd", ["[^1]: A note.\n\n    Its second paragraph.", "End"]),
        ("| a |\n|---|\n| b |\n\nTable: Words {#tbl}\n\nEnd", ["| a |\n|---|\n| b |\n\nTable: Words {#tbl}", "End"]),
        ("", []),
    ],
)  # fmt: skip
def test_passages(markdown: str, found: list[str]) -> None:
    own = passages.of(markdown)
    assert [passage.markdown for passage in own] == found
    assert [markdown.split("\n")[p.line] for p in own] == [p.markdown.split("\n")[0] for p in own]


def test_yaml_of_the_tests_is_read_as_it_is_written() -> None:
    written = translated.files_of(files(), in_french)["translations/fr/decks/talk.md.yaml"]
    assert [entry["text"] for entry in yaml.safe_load(written)["texts"]][:2] == ["fr:Slides", "## fr:One"]


def test_a_text_that_stands_twice_is_refused() -> None:
    source = files()
    made = translated.files_of(source, in_french)
    path = "translations/fr/countries/be.yaml"
    twice = {**made, path: made[path] + b"- {id: summary, of: 0123456789abcdef, text: Autre chose.}\n"}
    (problem,) = (problem for problem in both(source, twice).errors)
    assert problem.message == "the text “summary” stands twice" and problem.path == path


def test_many_passages_that_are_alike_take_no_long_time() -> None:
    """A few thousand of the same passage, and as many entries of other sources: the time grows with their number only."""
    body = "---\ntitle: A\nid: a\n---\n\n" + "\n\n".join(["Same."] * 1500)
    entries = "".join(f"- {{id: e{n}, of: '{n % 3:016x}', text: Autre.}}\n" for n in range(1500))
    more = {"translations/fr/report/01-a.md.yaml": f"texts:\n{entries}".encode()}
    reading = read_files({**small.files(about=ABOUT, more={"report/01-a.md": body}), **more})
    assert any("the source of this text has changed" in p.message or "no text" in p.message for p in reading.problems)


def test_a_passage_without_words_needs_no_translation() -> None:
    """The lines of a fenced div, and figures: what is there is printed, and nothing is missing."""
    source = files()
    made = translated.files_of(source, lambda one: None if one.source.markdown.startswith("::: {.figure") else in_french(one))
    reading = both(source, made)
    assert not told(reading)
    assert "::: {.figure data=map}\n:::" in french(reading).sections[0].body.markdown
    assert not any(part.language for _, part in french(reading).sections[0].body.parts)
