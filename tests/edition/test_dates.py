"""Partial dates: what may be written, what it means, how it reads."""

from __future__ import annotations

import datetime
import re

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from briefs.edition import dates
from briefs.edition.csldates import CslDate
from briefs.edition.dates import Date

DAY = datetime.date(2020, 7, 1)
DAYS = st.dates(min_value=datetime.date(1, 1, 1))
PARTS = st.builds(lambda day, length: day.isoformat()[:length], DAYS, st.sampled_from([4, 7, 10]))


@given(PARTS)
def test_a_part_reads_back(text: str) -> None:
    date = Date.parse(text)
    assert date.text == text
    assert date.first <= date.last
    assert date.first.isoformat().startswith(text) and date.last.isoformat().startswith(text)
    following = date.last.toordinal() + 1
    if following <= datetime.date.max.toordinal():
        assert not datetime.date.fromordinal(following).isoformat().startswith(text)


@given(PARTS, PARTS)
def test_a_span_runs_forward(one: str, other: str) -> None:
    first, last = Date.parse(one), Date.parse(other)
    if last.first < first.first:
        with pytest.raises(ValueError, match="ends before it begins"):
            Date.parse(f"{one}/{other}")
    else:
        span = Date.parse(f"{one}/{other}")
        assert (span.first, span.last, span.end) == (first.first, last.last, last)


@given(DAYS, st.sampled_from(["en", "de", "fr", "ja", "tr"]), st.booleans())
def test_words_hold_the_year(day: datetime.date, language: str, short: bool) -> None:
    words = Date.parse(day.isoformat()).words(language, short=short)
    assert re.search(rf"\b0*{day.year}", words)


@given(st.text())
def test_any_text_is_a_date_or_a_clear_fault(text: str) -> None:
    try:
        assert Date.parse(text).text == text.strip()
    except ValueError as fault:
        assert str(fault).startswith(("“", "there is no", text.strip()[:4]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019-9",
        "19-09",
        "2019-00",
        "2019-13",
        "2019-02-29",
        "2019-04-31",
        "0000",
        "2019/",
        "/2019",
        "2019-09-12T10",
        "٢٠١٩",
        "20 19",
    ],
)
def test_not_a_date(text: str) -> None:
    with pytest.raises(ValueError):
        Date.parse(text)


@pytest.mark.parametrize(
    ("text", "language", "words", "short"),
    [
        ("2019", "en-GB", "2019", "2019"),
        ("2019-09", "en-GB", "September 2019", "Sept 2019"),
        ("2019-09-12", "en-GB", "12 September 2019", "12 Sept 2019"),
        ("2019-09-12", "de", "12. September 2019", "12. Sept. 2019"),
        ("2019-09-12", "ja", "2019年9月12日", "2019年9月12日"),
        ("2019-09-12", "ko", "2019년 9월 12일", "2019년 9월 12일"),
        ("2019-09-12", "ar", "12 سبتمبر 2019", "12 سبتمبر 2019"),
        ("2019-09", "fr", "septembre 2019", "sept. 2019"),
        ("2019-09/2019-11", "en-GB", "September–November 2019", "Sept–Nov 2019"),
    ],
)
def test_words(text: str, language: str, words: str, short: str) -> None:
    assert (Date.parse(text).words(language), Date.parse(text).words(language, short=True)) == (words, short)


def test_position_is_the_middle() -> None:
    assert Date.parse("2019").position == pytest.approx(2019.5, abs=0.01)
    assert Date.parse("2019-01-01").position < Date.parse("2019-01").position < Date.parse("2019").position


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"date-parts": [[0]]}, "span of two"),
        ({"date-parts": [[0, 4]]}, "span of two"),
        ({"date-parts": [[2019], [0, 4]]}, "no year 0"),
        ({"date-parts": [[2019], [2020], [2021]]}, "span of two"),
        ({"date-parts": [[2019, 4, 1, 12]]}, "2019-4-1-12"),
        ({"date-parts": [[12019]]}, "12019"),
        ({"date-parts": [[-44, 17]]}, "no day"),
        ("2019-21-05", "a season has no days"),
    ],
)
def test_a_date_of_an_export_that_is_none_is_told(value: object, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        CslDate.parse(value)


@pytest.mark.parametrize(
    ("value", "text", "words"),
    [
        ({"date-parts": [[2019, 4], [0, 0, 0]]}, "2019-04/..", "April 2019–"),
        ({"date-parts": [[-44, 3, 15]]}, "-0043-03-15", "44 BC"),
        ({"date-parts": [["2019", "04"]]}, "2019-04", "April 2019"),
        ("2019-04?/", "2019-04~/..", "[April 2019–?]"),
    ],
)
def test_a_date_of_an_export_is_read(value: object, text: str, words: str) -> None:
    found = CslDate.parse(value)
    assert found and (found.text, found.words("en-GB")) == (text, words)


def test_a_languages_months_are_its_own() -> None:
    """Babel alone would give each language the months of the first that was asked for and has none for dates without a day."""
    words = {language: format_date(DAY, "LLLL", dates.locale_of(language)) for language in ("he", "es", "th")}
    assert words == {"he": "יולי", "es": "julio", "th": "กรกฎาคม"}


def test_a_season_of_thousands_of_digits_is_none() -> None:
    with pytest.raises(ValueError, match="there is no season 9999"):
        CslDate.parse({"date-parts": [["2020"]], "season": "9" * 5000})
