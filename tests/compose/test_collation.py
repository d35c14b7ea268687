"""Names in the order of the edition's language."""

from __future__ import annotations

import pytest

from briefs.compose import collation
from briefs.press.session import Session
from tests import small

ORDERS = {
    "de": ["Estland", "Norwegen", "Österreich", "Polen", "Zypern"],
    "sv": ["Estland", "Norge", "Zypern", "Åland", "Österrike"],
    "es": ["Nauru", "Níger", "Nueva Zelanda", "Ñandubay", "Omán"],
    "cs": ["Dánsko", "Honduras", "Chile", "Chorvatsko", "Itálie", "Rumunsko", "Řecko"],
    "tr": ["Cezayir", "Çin", "Danimarka", "Irak", "İngiltere"],
    "zh": ["阿富汗", "德国", "法国", "美国", "中国"],  # by pinyin: a, de, fa, mei, zhong
    "fr": ["Égypte", "Espagne", "Éthiopie", "Finlande"],
}


@pytest.mark.parametrize("language", ORDERS)
def test_names_stand_in_the_order_of_their_language(language: str, session: Session) -> None:
    names = {str(number): name for number, name in enumerate(sorted(ORDERS[language]))}
    assert [names[key] for key in collation.order(names, language, session.pandoc)] == ORDERS[language]


def test_the_rank_of_a_subject_is_that_of_its_name(session: Session) -> None:
    subjects = [{"code": code, "covered": False} for code in ("at", "pl", "ee")]
    edition = small.edition(about={"language": "de", "subjects": subjects}, country={"code": "be"})
    assert sorted(edition.names, key=edition.rank) == ["be", "ee", "pl", "at"]  # by the numbers of the letters: Ö comes last
    assert sorted(edition.names, key=collation.ordered(edition, session.pandoc).rank) == ["be", "ee", "at", "pl"]


def test_names_in_plain_letters_ask_nobody(session: Session) -> None:
    edition = small.edition()
    assert collation.ordered(edition, session.pandoc) is edition
