"""Names in the order of the edition's language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest
from babel import Locale

from briefs import cli
from briefs.compose import collation, tree
from briefs.edition.data import where
from briefs.press import plan
from briefs.press.documents import Target
from briefs.press.session import Session
from briefs.tools.pandoc import Pandoc
from tests import small

ORDERS = {
    "de": ["Estland", "Norwegen", "Österreich", "Polen", "Zypern"],
    "sv": ["Estland", "Norge", "Zypern", "Åland", "Österrike"],
    "es": ["Nauru", "Níger", "Nueva Zelanda", "Ñandubay", "Omán"],
    "cs": ["Dánsko", "Honduras", "Chile", "Chorvatsko", "Itálie", "Rumunsko", "Řecko"],
    "tr": ["Cezayir", "Çin", "Danimarka", "Irak", "İngiltere"],
    "zh": ["阿富汗", "德国", "法国", "美国", "中国"],  # by pinyin: a, de, fa, mei, zhong
    "zh-Hans-CN": ["阿富汗", "德国", "法国", "美国", "中国"],
    "zh-TW": ["中國", "丹麥", "法國", "美國", "德國"],  # by strokes: 4, 4, 8, 9, 15
    "ja": ["アメリカ合衆国", "イギリス", "ドイツ", "ブラジル", "フランス", "大韓民国", "中国", "日本"],  # dai, chuu, nichi
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


def test_letters_of_two_signs_are_sorted_too(session: Session) -> None:
    """Names without any letter beyond ASCII still stand in the order of the language."""
    subjects = [{"code": code, "covered": False} for code in ("cl", "hn", "il")]
    edition = small.edition(about={"language": "cs", "subjects": subjects})
    assert {*edition.names.values()} == {"Belgie", "Honduras", "Chile", "Izrael"}
    ordered = collation.ordered(edition, session.pandoc)
    assert sorted(ordered.names, key=ordered.rank) == ["be", "hn", "cl", "il"]


def test_documents_and_bars_have_the_countries_in_that_order(session: Session) -> None:
    more = {f"countries/{code}.yaml": f"code: {code}\nstance: wary\n" for code in ("at", "pl")}
    subjects = [{"code": code, "covered": False} for code in ("cy", "eg")]
    edition = small.edition(about={"language": "de", "subjects": subjects}, more=more)
    ordered = collation.ordered(edition, session.pandoc)
    assert plan.codes(ordered, []) == where.chosen(ordered, []) == ["be", "at", "pl"]
    composer = session.for_edition(edition)
    drawn = composer.compose(Target("brief", "be", "", ("pdf",), "a4")).figures
    texts = [text["text"] for figure in drawn.values() for text in figure.texts]
    assert any("Ägypten, Zypern" in text for text in texts), texts


def test_names_in_plain_letters_ask_nobody(session: Session) -> None:
    plain = {code: name for code, name in Locale("en").territories.items() if re.fullmatch("[A-Za-z ]+", name)}
    known = {**plain, "x-usa": "USA", "x-small": "eSwatini of old", "x-long": "Southland"}
    nobody = cast(Pandoc, None)
    assert collation.alphabet(known, "en-GB", nobody) == tuple(collation.order(known, "en-GB", session.pandoc))


def test_terms_of_the_glossary_stand_in_the_order_of_the_language(session: Session) -> None:
    terms = ["Zoll", "BIP", "Änderung", "eID", "e. V.", "ÖPNV"]
    more = {"glossary.yaml": "".join(f'"{term}": Meaning of {term}\n' for term in terms)}
    composer = session.for_edition(small.edition(about={"language": "de"}, more=more))
    blocks = composer.compose(Target("report", "", "", ("pdf",), "a4")).blocks
    (made,) = (node for node in tree.walk(blocks) if node["t"] == "DefinitionList")
    assert [tree.text_of(term) for term, _ in made["c"]] == ["Änderung", "BIP", "e. V.", "eID", "ÖPNV", "Zoll"]


def test_the_list_of_countries_stands_in_the_order_of_the_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = {f"countries/{code}.yaml": f"code: {code}\nstance: wary\n" for code in ("at", "pl")}
    content = small.write(tmp_path, about={"language": "de"}, more=more)
    assert cli.main(["list", "--content", str(content)]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[:3]] == ["be", "at", "pl"]
