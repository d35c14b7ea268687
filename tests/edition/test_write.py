"""Fields that are set, items that are moved, bodies that are rewritten: only these letters change."""

from __future__ import annotations

import difflib

import pytest

from briefs.edition.write import Change, Move, NotWritable, SetBody, SetField, SetList, changed

PATH = "countries/be.yaml"
FILE = """\
# Belgium
code: be
stance: wary  # as of May
summary: >-
  Some words that
  go on.

# What is known
facts:
  - id: be-01
    topic: market
    text: One.
    date: 2019-03
    # why this source
    sources: [one]
  # the second
  - id: be-02
    topic: policy
    text: "Two."
    sources: [two]
"""


def after(*changes: Change, file: str = FILE, path: str = PATH) -> str:
    return changed({path: file.encode()}, changes)[path].decode()


def diff(new: str, old: str = FILE) -> list[str]:
    """The lines that went, with a minus, and those that came, with a plus."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("summary", "Some words that go on and on.", ["-  go on.", "+  go on and on."]),
        ("stance", "closed", ["-stance: wary  # as of May", "+stance: closed  # as of May"]),
        ("be-01/date", "2020", ["-    date: 2019-03", "+    date: 2020"]),
        ("be-01/date", "", ["-    date: 2019-03"]),
        ("be-02/due", "2021-05", ["+    due: 2021-05"]),
        ("be-01/label", "A label: with a colon", ['+    label: "A label: with a colon"']),
        ("next", "A decision.", ["+next: A decision."]),
        ("next", "yes", ['+next: "yes"']),
        ("next", "null", ['+next: "null"']),
        ("ask", "One.\n\nTwo.", ["+ask: >-", "+  One.", "+", "+", "+  Two."]),
    ],
)
def test_a_field_is_set_alone(name: str, text: str, wanted: list[str]) -> None:
    assert diff(after(SetField(f"{PATH}#{name}", text))) == wanted


def test_a_new_field_comes_before_the_lists_and_their_comments() -> None:
    made = after(SetField(f"{PATH}#next", "A decision."), SetField(f"{PATH}#be-01/label", "A label"))
    assert "next: A decision.\n# What is known\nfacts:" in made
    assert "    label: A label\n    # why this source\n    sources: [one]" in made


def test_a_list_of_words_is_set_in_its_own_style() -> None:
    block = FILE.replace("sources: [two]", "sources:\n    - two\n    - one")
    assert diff(after(SetList(f"{PATH}#be-01/sources", ("two", "one")))) == ["-    sources: [one]", "+    sources: [two, one]"]
    assert diff(after(SetList(f"{PATH}#be-02/sources", ("three",)), file=block), block) == [
        "-    - two",
        "-    - one",
        "+    - three",
    ]


def test_windows_line_ends_stay() -> None:
    made = after(SetField(f"{PATH}#next", "A decision."), file=FILE.replace("\n", "\r\n"))
    assert made == after(SetField(f"{PATH}#next", "A decision.")).replace("\n", "\r\n")


@pytest.mark.parametrize("name", ["be-03/label", "facts/label", "be-01/sources", "be-01/id"])
def test_what_is_no_field_is_refused(name: str) -> None:
    with pytest.raises(NotWritable):
        after(SetField(f"{PATH}#{name}", "" if name.endswith("/id") else "words"))


FIRST = FILE[FILE.index("  - id: be-01") : FILE.index("  # the second")]
SECOND = FILE[FILE.index("  # the second") :]


def test_an_item_moves_with_the_comment_above_it() -> None:
    wanted = FILE[: FILE.index(FIRST)] + SECOND + FIRST
    assert after(Move(f"{PATH}#be-02", "")) == wanted
    assert after(Move(f"{PATH}#be-01", "be-02")) == wanted
    assert changed({PATH: FILE.encode()}, [Move(f"{PATH}#be-02", ""), Move(f"{PATH}#be-02", "be-01")]) == {}


def test_an_item_moves_behind_no_stranger() -> None:
    with pytest.raises(NotWritable):
        after(Move(f"{PATH}#be-01", "be-09"))


def test_a_body_is_written_letter_by_letter() -> None:
    path, file = "report/01.md", "---\ntitle: One  # sic\nid: one\n---\nOld   words.\n"
    assert (
        after(SetBody(path, "New   words.  \n\n* a\n"), file=file, path=path)
        == "---\ntitle: One  # sic\nid: one\n---\nNew   words.  \n\n* a\n"
    )
    with pytest.raises(NotWritable):
        after(SetBody(path, "x"), file="no front matter", path=path)
