"""Choosing countries: by group, by condition, and by names that several countries share."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from briefs.edition import names
from briefs.edition.data import where
from briefs.edition.model import Edition
from briefs.press import plan
from briefs.press.request import Request
from briefs.problems import NotUnderstood
from tests import small

COLUMNS = [
    {"id": "internet", "label": "Internet users", "kind": "share", "source": "one"},
    {"id": "core-rule", "label": "Core rule", "kind": "category", "source": "one",
     "values": [{"id": "in-force", "label": "in force"}, {"id": "draft", "label": "in draft"}]},
    {"id": "signed", "label": "Signed", "kind": "date", "source": "one"},
]  # fmt: skip
TABLE = "code,year,internet,core-rule,signed\nbe,2018,70\nbe,2019,88,in force,2020-05-04\nee,2019,90,in draft,2019\nlv,2019,..\n"
BALTICS = {"id": "baltics", "label": "The Baltic states", "members": ["ee", "lv"]}


def edition(**more: Any) -> Edition:
    """Belgium (wary), Estonia (closed) and Latvia (open)."""
    others = {
        f"countries/{code}.yaml": yaml.safe_dump({"code": code, "stance": stance, "summary": "A b.", "facts": [_fact(code)]})
        for code, stance in (("ee", "closed"), ("lv", "open"))
    }
    files = {"columns.yaml": yaml.safe_dump({"columns": COLUMNS}), "data/t.csv": TABLE, **others}
    return small.edition(about={"groups": [BALTICS]}, more=files, **more)


def _fact(code: str) -> dict[str, Any]:
    return small.fact("Something.", id=f"{code}-01")


@pytest.mark.parametrize(
    ("conditions", "codes"),
    [
        (["stance=wary"], ["be"]),
        (["stance != Wary"], ["ee", "lv"]),
        (["group=baltics"], ["ee", "lv"]),
        (["group=the baltic states", "stance=open"], ["lv"]),
        (["group!=baltics"], ["be"]),
        (["internet>=88"], ["be", "ee"]),
        (["internet<80"], []),
        (["Internet users = 90"], ["ee"]),
        (["core_rule=in force"], ["be"]),
        (["core-rule!=in-force"], ["ee"]),
        (["core-rule=not recorded"], ["lv"]),
        (["core-rule!=not recorded"], ["be", "ee"]),
        (["signed=2020"], ["be"]),
        (["signed<2020"], ["ee"]),
        (["signed>2019"], ["be"]),
        (["signed>=2019"], ["be", "ee"]),
        (["signed<=2020-05"], ["be", "ee"]),
        (["signed<=2019-06"], []),
        (["signed>2019-06"], ["be"]),
        (["signed>2020"], []),
        (["signed=.."], ["lv"]),
        (["core-rule==in force"], ["be"]),
    ],
)
def test_conditions_choose_countries(conditions: list[str], codes: list[str]) -> None:
    assert where.chosen(edition(), conditions) == codes


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("stance", "“stance” is no condition. Write column=value, such as --where stance=open."),
        ("stance=clsoed", "there is no stance “clsoed”. Did you mean “closed”?"),
        ("stance>open", "a stance can’t be compared by >. Write stance=… or stance!=…."),
        ("interet=1", "there is no column “interet”. Did you mean “internet”?"),
        ("group=baltic", "there is no group “baltic”. Did you mean “baltics”?"),
        (
            "internet=many",
            "“many” stands in the column “internet” of numbers. Write internet>=50, for example, or internet!=not recorded.",
        ),
        (
            "internet=120",
            "“120” isn’t between 0 and 100, and the column “internet” is a share. Write internet>=50, for example, or "
            "internet!=not recorded.",
        ),
        (
            "signed=soon",
            "“soon” is not a date; write 2019, 2019-09, 2019-09-12 or a span 2019-09/2019-11. Write signed>=2020, for example, "
            "or signed!=not recorded.",
        ),
        ("core-rule=forced", "“forced” is no value of the column “core-rule”. Did you mean “in force”?"),
        (
            "core-rule=in force or in draft",
            "“in force or in draft” is no value of the column “core-rule”. It has in force, in draft. "
            "A condition names one of them.",
        ),
        ("core-rule=in drft", "“in drft” is no value of the column “core-rule”. Did you mean “in draft”?"),
        ("core-rule<draft", "“draft” can’t be compared by <. Write core-rule=… or core-rule!=…."),
        ("internet>not recorded", "“not recorded” can’t be compared by >. Write internet=… or internet!=…."),
        ("core rule", '“core rule” is no condition. Write column=value, such as --where "core-rule=in force".'),
        ("rule=draft", "there is no column “rule”. Did you mean “core-rule”?"),
        ("users=1", "there is no column “users”. Did you mean “internet”?"),
        ("q=1", "there is no column “q”. There are internet, core-rule, signed, stance, group."),
    ],
)
def test_a_condition_that_is_not_understood_says_what_is_near(condition: str, said: str) -> None:
    with pytest.raises(NotUnderstood) as fault:
        where.chosen(edition(), [condition])
    assert str(fault.value) == said


def subjects(request: Request) -> list[str]:
    return [target.subject for target in plan.plan(edition(), request).targets]


def test_a_group_is_built_like_its_countries() -> None:
    assert subjects(Request(("Baltics",), kinds=("brief",))) == ["ee", "lv"]
    assert subjects(Request(("northern-europe", "be"), kinds=("brief",))) == ["ee", "lv", "be"]
    assert subjects(Request(("baltics",), where=("stance=closed",), kinds=("brief",))) == ["ee"]


def test_a_group_without_such_a_country_builds_nothing() -> None:
    with pytest.raises(NotUnderstood, match="of no country stance=wary is true"):
        subjects(Request(("baltics",), where=("stance=wary",), kinds=("brief",)))
    with pytest.raises(NotUnderstood, match=r"is true\. For 1 of 3 countries “signed” is not recorded: list"):
        subjects(Request((), where=("signed>2020",), kinds=("brief",)))
    with pytest.raises(NotUnderstood, match="Did you mean baltics"):
        subjects(Request(("balticks",), kinds=("brief",)))


@pytest.mark.parametrize(
    ("typed", "known", "expected"),
    [
        ("Congo", ["cg", "cd"], None),
        ("korea", ["kp", "kr"], None),
        ("Guinea", ["gn", "gw", "gq"], None),
        ("gn", ["gn", "gw", "gq"], "gn"),
        ("Guinea", ["gn", "fr"], "gn"),
        ("Burma", ["mm"], "mm"),
        ("DRC", ["cg", "cd"], "cd"),
        ("Swaziland", ["sz"], "sz"),
        ("ivory coast", ["ci"], "ci"),
        ("Côte d'Ivoire", ["ci"], "ci"),
        ("Congo, Dem. Rep.", ["cg", "cd"], "cd"),
        ("Democratic Republic of the Congo", ["cg", "cd"], "cd"),
        ("Republic of Congo", ["cg", "cd"], "cg"),
        ("Palestine", ["ps", "pk"], "ps"),
        ("UAE", ["ae", "ua"], "ae"),
        ("The Gambia", ["gm", "zm"], "gm"),
    ],
)
def test_a_name_that_several_countries_share_asks_which_is_meant(typed: str, known: list[str], expected: str | None) -> None:
    listed = {code: names.name_of(code, "en") for code in known}
    code, near = names.find(typed, names.spellings(listed, {}, "en"), listed)
    assert code == expected
    if expected is None:
        assert set(near) == set(listed.values())


def test_a_shared_name_of_which_the_edition_has_one_country_is_answered_with_it_once() -> None:
    listed = {"cd": names.name_of("cd", "en"), "be": "Belgium"}
    assert names.find("Congo", names.spellings(listed, {}, "en"), listed) == (None, ["Congo – Kinshasa"])


def test_the_codes_tell_countries_apart_that_share_a_name() -> None:
    subjects_ = [{"code": code, "covered": "no"} for code in ("gn", "gw")]
    said = r"may mean several countries of this edition\. Write gn \(Guinea\) or gw \(Guinea-Bissau\)\."
    with pytest.raises(NotUnderstood, match=said):
        plan.codes(small.edition(about={"subjects": subjects_}), ["Guinea"])


def test_an_edition_may_say_which_country_a_shared_name_means() -> None:
    listed = {code: names.name_of(code, "en") for code in ("cg", "cd")}
    assert names.find("Congo", names.spellings(listed, {"cd": ["Congo"]}, "en"), listed) == ("cd", [])


def test_a_condition_of_many_spaces_is_read_at_once() -> None:
    for text in (" " * 100_000, "x" + " " * 100_000, "x" + " " * 100_000 + "= "):
        with pytest.raises(NotUnderstood, match="is no condition"):
            where.test(small.edition(), text)


def test_a_condition_with_a_bar_is_quoted_whole() -> None:
    with pytest.raises(NotUnderstood, match=r"“1\|2” stands in the column “internet” of numbers"):
        where.chosen(edition(), ["internet>=1|2"])
