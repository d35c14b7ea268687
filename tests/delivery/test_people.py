"""The people file: errors are reported at their place, and only real addresses are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from briefs.delivery import people
from briefs.delivery.people import Person
from briefs.problems import NotUnderstood, Problems

ROOT = Path(__file__).parents[2]
GOOD = "sender: desk@example.org\nlists:\n  staff: [Ann <ann@example.org>, bob@example.org]\n  board: [ANN@example.org]\n"


def read(folder: Path, text: str) -> people.People:
    (folder / "people.yaml").write_text(text)
    return people.read(folder / "people.yaml", folder / "content")


def test_the_example_is_valid_and_shows_every_key() -> None:
    found = people.read(ROOT / "people.example.yaml", ROOT / "content")
    assert str(found.sender) == "Policy Desk <desk@example.org>" and found.replies == Person("", "edits@example.org")
    assert list(found.lists) == ["staff", "board"] and people.People.model_fields.keys() == found.model_fields_set


def test_a_person_in_two_lists_is_returned_once(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert [str(p) for p in found.named(["staff", "board"])] == ["Ann <ann@example.org>", "bob@example.org"]
    assert [p.address for p in found.named(["board", "BOB@example.org"])] == ["ANN@example.org", "bob@example.org"]
    for word, hint in (("stuff", "Did you mean “staff”?"), ("nobody-at-all", "There are staff, board."), ("", "There are")):
        with pytest.raises(NotUnderstood, match=hint.replace("?", r"\?")):
            found.named([word])


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@example.org", "ann@example.org"),
        ("  Ann Example  <ann@example.org> ", "Ann Example <ann@example.org>"),
        ('"Example, Ann" <a.b+c@x-y.example.org>', "Example, Ann <a.b+c@x-y.example.org>"),
        ("Zoë Müller <zoe@münchen.example>", "Zoë Müller <zoe@xn--mnchen-3ya.example>"),
        ("<ann@localhost>", "ann@localhost"),
    ],
)
def test_valid_addresses_are_read(text: str, address: str) -> None:
    assert str(people.person(text)) == address


BAD = [
    "", "@", "ann", "ann@", "@example.org", "a b@example.org", "ann@@example.org", "ann@example..org",
    "ann@-example.org", ".a@example.org", "a..b@example.org", "a.@example.org", "ann@example.org, eve@example.com",
    "ann@example.org\nBcc: eve@x.org", "ann@[127.0.0.1]", "ann@exa\nmple.org",
    "Ann\nBcc: eve@example.com <ann@example.org>", "Ann <ann@example.org", "ann@example.org>",
    "A <a@example.org> <eve@example.com>", "zoë@example.org", '"a b"@example.org', "a(x)@example.org",
    "g: a@example.org;", "a@example.org\0", "a" * 65 + "@example.org", "a@" + "b" * 64 + ".org",
    "a@" + ".".join(["b" * 60] * 5), "a@example.org.", "a%0a@exa%0ample.org",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_invalid_addresses_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a mail address|is longer than 60 letters or holds"):
        people.person(text)


@given(some.one_of(some.text(max_size=60), some.lists(some.sampled_from([*'ab@<>.\r\n \t,;:"=?()', "example.org"])).map("".join)))
def test_no_text_is_read_as_an_address_with_a_line_break_or_as_two(text: str) -> None:
    try:
        found = people.person(text)
    except ValueError:
        return
    assert found.address.isascii() and found.address.count("@") == 1 and not set(found.address) & set(' \t\r\n<>,;:"()\\')
    assert not set(found.name) & set("\r\n<>")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bob@example.org", "bob", "3:34: error: “bob” is not a mail address. Write `name@example.org` or `Full Name"),
        ("sender: desk@example.org\n", "", "1:1: error: “sender” is missing. Add `sender:` here."),
        ("sender:", "sendr:", "1:1: error: the key “sendr” isn’t known here. Did you mean “sender”?"),
        ("desk@example.org", '"desk@example.org\\nBcc: eve@example.com"', "1:9: error: “desk@example.org Bcc: eve@"),
        ("desk@example.org", '"desk@example.org\\r"', "1:9: error: “\\r” in double quotes is read as a control character"),
        ("desk@example.org", "[a, b]", "1:1: error: “sender”: there should be an address here."),
        ("[Ann <ann@example.org>, bob@example.org]", "", "3:3: error: “staff” should be a list."),
        ("[Ann <ann@example.org>, bob@example.org]", "ann@example.org", "3:10: error: “staff” should be a list, and is a text."),
        ("[Ann <ann@example.org>, bob@example.org]", "[]", "3:3: error: “staff” needs at least 1."),
        ("  board", "  staff", "4:3: error: the key “staff” stands twice."),
        ("  board", "\tboard", "4:1: error: there is a tab. "),
        (GOOD, "- a\n", "1: error: there should be keys and values here. people.example.yaml shows them."),
        (GOOD, "", "1: error: the file is empty."),
        ("[ANN@example.org]", "&x [ANN@example.org]", "4:10: error: “&” at the beginning of a text isn’t allowed here."),
    ],
)  # fmt: skip
def test_an_error_is_reported_at_its_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(Problems) as caught:
        read(tmp_path, GOOD.replace(old, new))
    lines = str(caught.value).splitlines()
    assert any(line.startswith(f"{tmp_path / 'people.yaml'}:{said}") for line in lines), lines


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(Problems) as caught:
        read(tmp_path, GOOD.replace("bob@example.org", "bob").replace("desk@example.org", "desk").replace("ANN@", "ANN@@"))
    assert len(caught.value.problems) == 3


def test_a_missing_file_and_a_folder_in_its_place_are_reported(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"there is no people file\. Copy people.example.yaml to it"):
        people.read(tmp_path / "people.yaml", tmp_path / "content")
    with pytest.raises(Problems, match="can’t be read: Is a directory"):
        people.read(tmp_path, tmp_path / "content")


@pytest.mark.parametrize("how", ["a device", "a pipe", "too large", "not UTF-8"])
def test_a_file_that_never_ends_is_not_read(how: str, tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    if how == "a device":
        path = Path("/dev/zero")
    elif how == "a pipe":
        os.mkfifo(path)
    else:
        path.write_bytes(b"\xff\n" if how == "not UTF-8" else b"# x\n" * 2_000_000)
    with pytest.raises(Problems, match=r"can’t be read: it is no plain file, or has more than|UTF-8"):
        people.read(path, tmp_path / "content")


@pytest.mark.parametrize("place", ["content/people.yaml", "content/figures/x.yaml", "link.yaml"])
def test_the_people_file_can_not_be_in_the_content_folder(place: str, tmp_path: Path) -> None:
    (tmp_path / "content/figures").mkdir(parents=True)
    real = tmp_path / ("content/x.yaml" if place == "link.yaml" else place)
    real.write_text(GOOD)
    if place == "link.yaml":
        (tmp_path / place).symlink_to(real)
    with pytest.raises(Problems, match="can’t be in the content folder"):
        people.read(tmp_path / place, tmp_path / "content")
