"""Dates as people type them, and the ones that a form offers instead."""

from __future__ import annotations

import datetime

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from briefs.desk import typeddates, words
from briefs.edition.dates import Date
from tests.desk.conftest import OpenDesk
from tests.desk.test_write import Form

DAYS = st.dates(min_value=datetime.date(1000, 1, 1))


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("May 2020", "en", "2020-05"), ("may, 2020", "de", "2020-05"), ("5/2020", "en", "2020-05"), ("2020-5", "en", "2020-05"),
        ("2020/05", "en", "2020-05"), ("05.2020", "de", "2020-05"), ("12.5.2020", "de", "2020-05-12"),
        ("juil. 2019", "fr", "2019-07"), ("juin 2019", "fr", "2019-06"), ("Sept. 2019", "en", "2019-09"),
        ("12th September 2019", "en", "2019-09-12"), ("September 12, 2019", "en", "2019-09-12"),
        ("1er mars 2021", "fr", "2021-03-01"),
        ("Mai 2020", "de", "2020-05"), ("31/12/2020", "en", "2020-12-31"), ("12/31/2020", "en", "2020-12-31"),
        ("2020-5-3", "en", "2020-05-03"), ("2019-2020", "en", "2019/2020"), ("2019 – 2021", "en", "2019/2021"),
    ],
)  # fmt: skip
def test_a_date_that_was_meant_is_found(typed: str, language: str, meant: str) -> None:
    assert typeddates.suggested(typed, language) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "2020-05", "2020", "yesterday", "5/12/2020", "31 February 2021", "31 Febuary 2021", "5/20", "2020-13", "2021-2020", "May",
     "May June 2020", "jui 2020", "2019-09/2019-11", "x" * 1000, "1 2 3 2020", "٥ 2020"],
)  # fmt: skip
def test_what_is_right_already_or_not_clear_has_no_other_date(typed: str) -> None:
    assert typeddates.suggested(typed, "en") == ""


@given(DAYS, st.sampled_from(sorted(words.languages())), st.sampled_from(["d MMMM y", "MMMM d, y", "y MMMM d", "d MMM y"]))
def test_a_day_in_words_is_that_day(day: object, language: str, form: str) -> None:
    assert typeddates.suggested(format_date(day, form, locale=language), language) == Date.parse(str(day)).text


def test_a_form_offers_the_date_under_its_field(opened: OpenDesk) -> None:
    page = Form(opened).fill(be_01__date="May 2020").draft()
    assert 'data-write="2020-05">Write 2020-05</button>' in page
    form = Form(opened)
    assert 'data-write="2020-05"' in form.save().text
    checked = opened.browser.get("/write/countries/be/checked", headers={"accept-language": "de"}).text
    assert 'data-write="2020-05">2020-05 schreiben</button>' in checked
    assert "data-write" not in Form(opened).fill(be_01__date="5/12/2020").draft()
    assert "data-write" not in Form(opened).fill(be_01__date="2019-03", be_01__text="May 2020").draft()
    assert 'data-write="2018"' not in Form(opened).fill(new__due="2018").draft()
