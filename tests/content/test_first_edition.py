"""The first edition holds all of its source: every bullet of the appendix, every note of the text, every erratum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs.compose import tree
from briefs.edition.csl import Source
from briefs.edition.model import Edition, Section
from briefs.edition.read import files_of, read
from briefs.tools.pandoc import Pandoc
from briefs.translate.units import Language

CONTENT = Path(__file__).parents[2] / "content"

BULLETS = {  # of the source's appendix, in its order: grouped by stance, alphabetical within each
    "bg": 5,
    "gr": 3,
    "hu": 3,
    "is": 4,
    "lv": 5,
    "lt": 8,
    "lu": 2,
    "mk": 3,
    "tr": 6,
    "ca": 7,
    "de": 11,
    "it": 3,
    "pl": 7,
    "pt": 7,
    "sk": 5,
    "es": 9,
    "hr": 4,
    "cz": 4,
    "dk": 5,
    "ee": 6,
    "no": 4,
    "ro": 5,
    "si": 3,
    "be": 12,
    "fr": 11,
    "al": 7,
    "gb": 12,
    "us": 14,
}
STANCES = {
    "allowed": "bg gr hu is lv lt lu mk tr",
    "on-the-fence": "ca de it pl pt sk es",
    "unlikely": "hr cz dk ee no ro si",
    "restrictions": "be fr",
    "ban": "al gb us",
}
NOTES = {  # of the source's text, by section; the findings, the summary and the introduction have none
    "sec-findings": 0,
    "sec-summary": 0,
    "sec-introduction": 0,
    "sec-structure": 20,
    "sec-surveillance": 17,
    "sec-bri": 9,
    "sec-strategy": 18,
    "sec-intelligence": 9,
    "sec-measures": 6,
    "sec-conclusion": 9,
}


@pytest.fixture(scope="module")
def edition() -> Edition:
    found = read(CONTENT)
    assert found.edition, "\n".join(map(str, found.problems))
    return found.edition


def test_the_edition_has_no_problem_but_what_is_not_translated_yet() -> None:
    """Translations that are out of date, or aren't there yet, are warnings as long as the edition is a draft."""
    left = [p for p in read(CONTENT).problems if "translated into" not in p.message and not p.path.startswith("translations/")]
    assert left == []


@pytest.mark.parametrize("tag", ["fr", "de"])
def test_three_states_the_summary_and_the_overview_are_translated(tag: str) -> None:
    found, _ = files_of(CONTENT)
    reading = read(CONTENT)
    assert reading.edition
    states = Language(reading.edition, tag, found).states
    files = {"edition.yaml", "columns.yaml", "decks/overview.md", "report/00-summary.md"}
    files |= {f"countries/{code}.yaml" for code in ("de", "ee", "fr")}
    assert {state.path for state in states if state.entry} >= files
    assert sum(state.entry is not None for state in states if state.path in files) >= 150


# The countries -------------------------------------------------------------------------------------------------------


def test_the_table_of_bullets_is_the_source_s() -> None:
    assert sum(BULLETS.values()) == 175


@pytest.mark.parametrize("code", BULLETS)
def test_every_bullet_of_the_appendix_is_told(edition: Edition, code: str) -> None:
    told = {fact.origin for fact in edition.countries[code].facts}
    assert told == {f"{code}-{number:02d}" for number in range(1, BULLETS[code] + 1)}


def test_the_ids_of_facts_follow_their_origin(edition: Edition) -> None:
    wrong = [f.id for c in edition.countries.values() for f in c.facts if not re.fullmatch(rf"{f.origin}[b-z]?", f.id)]
    assert wrong == []


@pytest.mark.parametrize("step", STANCES)
def test_countries_stand_where_the_source_has_them(edition: Edition, step: str) -> None:
    assert {c.code for c in edition.countries.values() if c.stance == step} == set(STANCES[step].split())


def test_the_scale_runs_from_allowed_to_ban(edition: Edition) -> None:
    labels = [str(step.label) for step in edition.about.scale]
    assert labels == ["Allowed", "On the fence", "Unlikely to use", "Restrictions", "Ban in effect"]
    assert list(edition.steps) == list(STANCES)


def test_the_notes_on_stances(edition: Edition) -> None:
    """The source's own words stand in quotation marks; the others say with what in its entry a stance sits oddly."""
    notes = {c.code: str(c.stance_note) for c in edition.countries.values() if c.stance_note}
    quoted = {code: note for code, note in notes.items() if note.startswith("“")}
    assert quoted == {"bg": "“no decision yet”", "hr": "“basically will not use”"}
    assert notes.keys() - quoted.keys() == {"al", "cz", "gr", "lt", "pt"}


def test_the_appendix_names_the_stances_that_sit_oddly(edition: Edition) -> None:
    appendix = edition.about.appendix
    assert appendix is not None
    sentence = next(s for s in str(appendix.introduction).split(". ") if "sit oddly" in s)
    assert {code for code, name in edition.names.items() if name in sentence} == {"al", "bg", "cz", "gr", "lt", "pt"}


def test_two_members_are_not_covered_and_not_guessed(edition: Edition) -> None:
    assert set(edition.not_covered) == {"me", "nl"}
    assert len(edition.countries) == 28


def test_countries_without_addresses_cite_the_appendix_itself(edition: Edition) -> None:
    without = [c for c in edition.countries.values() if not any(_address(edition, k) for f in c.facts for k in f.sources)]
    assert {c.code for c in without} == {"it", "pl", "pt", "cz", "dk", "ee", "no"}
    assert {k for c in without for f in c.facts for k in f.sources} == {"evc-2020-appendix"}


def _address(edition: Edition, key: str) -> bool:
    return bool(edition.sources[key].URL)


def test_every_country_has_the_two_topics_dates_and_a_summary(edition: Edition) -> None:
    assert [t.id for t in edition.about.topics] == ["market", "policy"]
    assert edition.about.as_of.countries.text == "2020-08"
    for country in edition.countries.values():
        sentences = re.findall(r"[.!?](?=\s|$)", str(country.summary))
        assert 2 <= len(sentences) <= 4, f"{country.code}: {country.summary}"


# The text and its notes ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trees(edition: Edition) -> dict[str, list[tree.Node]]:
    """Each section's blocks, as pandoc reads them."""
    with Pandoc() as pandoc:
        parsed = pandoc.parse([s.body.markdown for s in edition.sections])
    return dict(zip((s.head.id for s in edition.sections), parsed, strict=True))


def test_88_citing_points_in_the_sections_order(trees: dict[str, list[tree.Node]]) -> None:
    counted = {name: sum(n["t"] == "Cite" for n in tree.walk(blocks)) for name, blocks in trees.items()}
    assert counted == NOTES
    assert list(counted) == list(NOTES), "the sections stand in the source's order"
    assert sum(counted.values()) == 88


def test_six_numbered_sections(edition: Edition) -> None:
    assert [s.head.id for s in edition.sections if s.head.numbered] == list(NOTES)[3:9]


def test_the_text_is_as_deep_as_the_source(trees: dict[str, list[tree.Node]]) -> None:
    """The page of findings and what stands round figures are this edition's own."""
    told = [block for name, blocks in trees.items() if name != "sec-findings" for block in blocks]
    words = sum(len(tree.text_of(block).split()) for block in told if "figure" not in tree.classes(block))
    assert words == pytest.approx(7600, rel=0.12)


def test_every_numbered_section_has_a_pull_quote_word_for_word(edition: Edition) -> None:
    quotes = {s.head.id: _words(str(s.head.pull_quote)) for s in edition.sections if s.head.pull_quote}
    assert list(quotes) == list(NOTES)[3:9]
    for section in edition.sections:
        if section.head.id in quotes:
            quote, body = quotes[section.head.id], _words(section.body.markdown)
            at = body.find(quote)
            assert at >= 0, section.head.id
            assert quote.endswith((".", "?")) and re.search(r"(^|[.\]}] )$", body[:at]), f"{section.head.id}: a whole sentence"


def _words(text: str) -> str:
    return " ".join(text.split())


def test_notes_keep_their_comments(trees: dict[str, list[tree.Node]]) -> None:
    cites = [n for blocks in trees.values() for n in tree.walk(blocks) if n["t"] == "Cite"]
    for number in (1, 5, 14, 15):
        said = " ".join(tree.text_of(c["citationPrefix"] + c["citationSuffix"]) for c in cites[number - 1]["c"][0])
        assert len(said.split()) > 5, number


def test_original_titles_keep_their_letters_and_language(edition: Edition) -> None:
    czech = [str(s.title) for s in edition.sources.values() if s.language == "cs"]
    assert len(czech) == 2 and all(re.search("[ěščřžýáíéůú]", title) for title in czech)
    text = " ".join(s.body.markdown for s in edition.sections)
    chinese = re.findall(r"\[[^\[\]]*[\u4e00-\u9fff][^\[\]]*\]\{lang=zh\}", text)
    assert len(re.findall(r"[\u4e00-\u9fff]+", text)) == len(chinese) >= 4
    for source in edition.sources.values():
        if re.search(r"[\u0370-\u03ff\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff]", str(source.title or "")):
            assert source.language, f"{source.id}: whose letters are these?"


# The records ---------------------------------------------------------------------------------------------------------

HOUSED = {"article-newspaper", "article-magazine", "article-journal", "post-weblog"}  # say in what they appeared
ADDRESSED = {*HOUSED, "webpage", "speech"}  # are read on the net
# What the source gives no more of: its note or its address shows neither.
NO_TITLE = "an address of the appendix that shows no title"
UNTITLED: dict[str, str] = {}
NO_ADDRESS = {
    "report-2020": "our copy names neither title nor address; described in brackets",
    "evc-2020-appendix": "a part of the report",
    "mcgregor-2010-party": "a book",
    "rolland-2017-century": "a book",
    "xing-hu": "a paper of which the note gives author and title only",
}
UNDATED = {
    "xing-hu": "a paper of which the note gives author and title only",
}
FAMILY_NAME_ONLY = {"kaye-2018-australia": "the note calls the second author Westbrook"}


@pytest.fixture(scope="module")
def noted(edition: Edition) -> dict[str, Source]:
    return {k: edition.sources[k] for s in edition.sections for k in s.body.citations}


def test_every_record_of_a_note_is_complete_for_its_kind(noted: dict[str, Source]) -> None:
    assert _faults(noted.values()) == []
    assert [s.id for s in noted.values() if not s.title] == [], "a note always has a title"


def test_every_record_of_the_appendix_is_complete_for_its_kind(edition: Edition, noted: dict[str, Source]) -> None:
    rest = [s for s in edition.sources.values() if s.id not in noted]
    assert _faults(rest) == []
    untitled = [s for s in rest if not s.title]
    assert all(s.URL for s in untitled), NO_TITLE
    assert {s.id for s in untitled if s.type not in {"article-newspaper", "webpage"}} <= set(UNTITLED)


def _faults(sources: object) -> list[str]:
    return [fault for source in sources for fault in _missing(source)]  # type: ignore[attr-defined]


def _missing(source: Source) -> Iterator[str]:
    if not (source.author or source.publisher or source.container_title or source.id == "report-2020"):
        yield f"{source.id}: nobody wrote or published it"
    if source.type in HOUSED and not source.container_title:
        yield f"{source.id}: in which paper?"
    if source.type in {"report", "book"} and not (source.publisher or source.id == "report-2020"):
        yield f"{source.id}: which publisher?"
    if source.type in {"report", "book"} and not source.issued:
        yield f"{source.id}: which year?"
    if not source.URL and source.id not in NO_ADDRESS:
        yield f"{source.id}: no address"
    if not (source.issued or source.accessed or source.URL or source.id in UNDATED):
        yield f"{source.id}: neither issued, accessed nor an address"
    if source.accessed and not source.URL:
        yield f"{source.id}: accessed where?"
    for name in source.author:
        if name.literal is None and not (name.family and name.given) and source.id not in FAMILY_NAME_ONLY:
            yield f"{source.id}: half an author"


def test_the_exceptions_are_needed(edition: Edition) -> None:
    assert {k for k in NO_ADDRESS if not edition.sources[k].URL} == set(NO_ADDRESS)
    assert {k for k in UNDATED if not edition.sources[k].issued} == set(UNDATED)
    assert {k for k in UNTITLED if not edition.sources[k].title} == set(UNTITLED)


def test_addresses_are_whole(edition: Edition) -> None:
    for source in edition.sources.values():
        if source.URL:
            assert not re.search(r"https?://.*https?(?!://(web\.archive|$))://", source.URL) or "archive" in source.URL, source.URL
            assert not re.search(r"[?&](utm_|fbclid|gclid)|\s", source.URL), source.URL
            assert source.URL[-1] not in ".,;", source.URL


# How it is told ------------------------------------------------------------------------------------------------------


def _prose(edition: Edition) -> Iterator[tuple[str, str]]:
    for section in edition.sections:
        yield section.path, _bare(section)
    for country in edition.countries.values():
        for text in [country.summary, *(f.text for f in country.facts)]:
            if text:
                yield f"{text.place.path}#{text.place.anchor}", _words(str(text))


def _bare(section: Section) -> str:
    """A section without attributes, where straight quotes are Markdown's."""
    return _words(re.sub(r"\{[^{}]*\}", "", section.body.markdown))


def test_quotations_are_curly_and_paired(edition: Edition) -> None:
    for where, text in _prose(edition):
        assert '"' not in text, where
        assert "'" not in text, where
        depth = 0
        for mark in re.findall("[“”]", text):
            depth += 1 if mark == "“" else -1
            assert depth in {0, 1}, f"{where}: {text}"
        assert depth == 0, f"{where}: {text}"


SPEAKER = re.compile(r"(?<!^)\b[A-Z][\w’]+|^(Huawei|Ren|Xi|Yu)\b|\b[Tt]he (report|title|company|order)\b")


def test_each_quotation_names_its_speaker_in_its_sentence(edition: Edition) -> None:
    """As far as a program sees it: beside the quotation the sentence has a name, or one of the bodies that speak here."""
    lost = []
    for where, text in _prose(edition):
        text = re.sub(r"\[[^\]]*@[^\]]*\]", "", text)
        for sentence in re.split(r"(?<=[.!?])(?<!Mr\.)\s+(?=[A-Z\[])", _joined(text)):
            if "“" in sentence and not SPEAKER.search(re.sub("“[^”]*”", "", sentence)):
                lost.append(f"{where}: {sentence}")
    assert lost == []


def _joined(text: str) -> str:
    """Full stops inside quotations end no sentence of ours."""
    return re.sub("“[^”]*”", lambda m: m[0].replace(". ", "· "), text)


@pytest.mark.parametrize("word", ["GCHQ", "PRC", "ZTE", "NCSC"])
def test_the_glossary_has_the_abbreviations(edition: Edition, word: str) -> None:
    assert str(edition.glossary[word])


def test_the_glossary_has_no_abbreviation_that_nothing_uses(edition: Edition) -> None:
    whole = re.sub(r"\[[^\]]*@[^\]]*\]", "", " ".join(text for _, text in _prose(edition)))
    assert [word for word in edition.glossary if not re.search(rf"\b{re.escape(word)}\b", whole)] == []


@pytest.mark.parametrize(
    "told",
    [
        r"Ren Zhengfei is called “Huawei CFO”",
        r"centenary.*2050|2050.*centenary",
        r"[Nn]ote 65\b.*2020",
        r"[Nn]ote 25\b",
        r"[Nn]ote 28\b",
        r"NSCS",
        r"he national 5G strategy",
    ],
)
def test_the_errata_list_what_was_wrong(told: str) -> None:
    lines = (CONTENT / "errata.md").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("- ") and re.search(told, line) for line in lines)


def test_the_text_has_none_of_the_known_errors(edition: Edition) -> None:
    whole = " ".join(text for _, text in _prose(edition))
    assert "NSCS" not in whole
    assert not re.search(r"CFO,? Ren|Ren Zhengfei, (the )?(CFO|chief financial)", whole)
    assert edition.sources["trump-2019-order"].issued.text.startswith("2019-05")  # type: ignore[union-attr]
