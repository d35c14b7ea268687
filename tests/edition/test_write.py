"""Fields that are set, items that are moved, bodies that are rewritten: only these letters change."""

from __future__ import annotations

import difflib

import pytest

from briefs.edition import write
from briefs.edition.write import AnyChange, Move, NotWritable, SetBody, SetField, SetList, changed

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


def after(*changes: AnyChange, file: str = FILE, path: str = PATH) -> str:
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


CSV = b'\xef\xbb\xbfCountry;2018;2019\r\nEE;1;"2"\r\n"L\r\nV";3'


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (write.Reword("data/w.csv#C2", "3"), b'EE;1;"2"', b'EE;1;"3"'),
        (write.Reword("data/w.csv#B3", "a;b"), b'V";3', b'V";"a;b"'),
        (write.Reword("data/w.csv#C3", "9"), b'V";3', b'V";3;9'),  # the row ends before
        (write.Reword("data/w.csv#E1", "2021"), b"2019\r", b"2019;;2021\r"),
        (write.AddRow("data/w.csv", ("LT", "", 'a "b"')), b'V";3', b'V";3\r\nLT;;"a ""b"""'),
    ],
)
def test_a_table_changes_in_one_cell_or_by_one_row(change: write.AnyChange, before: bytes, after: bytes) -> None:
    assert write.changed({"data/w.csv": CSV}, [change]) == {"data/w.csv": CSV.replace(before, after)}


@pytest.mark.parametrize("anchor", ["A9", "Sheet!A1", "C"])
def test_a_cell_that_no_row_has_is_refused(anchor: str) -> None:
    with pytest.raises(write.NotWritable, match="no cell"):
        write.changed({"data/w.csv": CSV}, [write.Reword(f"data/w.csv#{anchor}", "9")])


VALUES = "code: be\ndata:\n  # a comment\n  rule: {value: yes, facts: [be-01]}\n  use:\n    value: 4.5\n# the end\n"


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (write.Reword("c/be.yaml#data/rule/value", "no"), "value: yes", "value: no"),
        (write.Reword("c/be.yaml#data/use/value", "4.50"), "4.5", "4.50"),
        (write.SetList("c/be.yaml#data/rule/sources", ("one",)), "[be-01]}", "[be-01], sources: [one]}"),
        (write.SetList("c/be.yaml#data/use/facts", ("be-01",)), "4.5\n", "4.5\n    facts: [be-01]\n"),
        (write.Remove("c/be.yaml#data/rule"), "  rule: {value: yes, facts: [be-01]}\n", ""),
        (write.Remove("c/be.yaml#data/use"), "  use:\n    value: 4.5\n", ""),
        (write.AddValue("c/be.yaml#data/new", "a: b", "2019"), "4.5\n", '4.5\n  new: {value: "a: b", period: 2019}\n'),
    ],
)
def test_a_value_in_a_country_s_file_changes_alone(change: write.AnyChange, before: str, after: str) -> None:
    assert write.changed({"c/be.yaml": VALUES.encode()}, [change]) == {"c/be.yaml": VALUES.replace(before, after).encode()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: One\n", 'title: One\nroles:\n  - id: a\n    label: "the A: B"\n'),
        ("roles: []\ntitle: One # mine\n", 'roles:\n  - id: a\n    label: "the A: B"\ntitle: One # mine\n'),
        ("roles:\n- {id: x}\n# after\ntitle: One\n", 'roles:\n- {id: x}\n- id: a\n  label: "the A: B"\n# after\ntitle: One\n'),
    ],
)
def test_an_item_is_added_at_the_end_of_a_list(before: str, after: str) -> None:
    change = write.AddItem("edition.yaml#roles", (("id", "a"), ("label", "the A: B")))
    assert write.changed({"edition.yaml": before.encode()}, [change]) == {"edition.yaml": after.encode()}
    for other in ("roles: [{id: x}]\n", "roles: word\n"):
        with pytest.raises(write.NotWritable):
            write.changed({"edition.yaml": other.encode()}, [change])


def test_a_second_value_of_a_column_in_a_country_s_file_is_refused() -> None:
    with pytest.raises(write.NotWritable, match="another time"):
        write.changed({"c/be.yaml": VALUES.encode()}, [write.AddValue("c/be.yaml#data/rule", "no", "2020")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("code: be\nsummary: Words.\n", "code: be\nsummary: Words.\nNEW"),
        ("code: be\n# values\ndata:\n  a: {value: 1}\n", "code: be\nNEW# values\ndata:\n  a: {value: 1}\n"),
        ("code: be\nfacts: []\nsummary: Words.\n", "code: be\nNEWsummary: Words.\n"),
    ],
)
def test_a_country_gets_its_first_fact(before: str, after: str) -> None:
    fact = write.AddFact("c/be.yaml", "market", "Words.", ("one",), more=(("due", "2020"),))
    new = "facts:\n  - id: be-01\n    topic: market\n    text: >-\n      Words.\n    due: 2020\n    sources: [one]\n"
    assert write.changed({"c/be.yaml": before.encode()}, [fact]) == {"c/be.yaml": after.replace("NEW", new).encode()}


def test_a_first_fact_beside_others_is_refused() -> None:
    with pytest.raises(write.NotWritable, match="has facts already"):
        write.changed({"c/be.yaml": b"code: be\nfacts:\n  - id: be-01\n"}, [write.AddFact("c/be.yaml", "market", "Words.")])


LISTS = "lists:\n  a: [x, y]\n  # of b\n  b:\n    - x # first\n    - y\n    # of z\n    - z\nmore: {k: [1], l: 2, m: 3}\n"


@pytest.mark.parametrize(
    ("change", "before", "wanted"),
    [
        (write.RemoveKey("p.yaml#lists/a"), "  a: [x, y]\n", ""),
        (write.RemoveKey("p.yaml#lists/b"), LISTS[LISTS.index("  b:") : LISTS.index("more")], ""),
        (write.RemoveKey("p.yaml#more/k"), "k: [1], ", ""),
        (write.RemoveKey("p.yaml#more/m"), ", m: 3", ""),
        (write.SetList("p.yaml#lists/b", ("x", "z")), "    - y\n", ""),
        (write.SetList("p.yaml#lists/b", ("y", "z")), "    - x # first\n", ""),
        (write.SetList("p.yaml#lists/b", ("y",)), "    - x # first\n    - y\n    # of z\n    - z\n", "    - y\n    # of z\n"),
        (write.SetList("p.yaml#lists/a", ("y",)), "[x, y]", "[y]"),
    ],
)
def test_what_is_taken_away_leaves_the_rest_as_it_is(change: AnyChange, before: str, wanted: str) -> None:
    assert after(change, file=LISTS, path="p.yaml") == LISTS.replace(before, wanted)


NAMES = (  # records of a source, and how each begins with another first author
    (
        "references:\n- id: x\n  author:  # of the report\n    # By weight.\n\n    - literal: A\n    - literal: B  # first\n",
        "references:\n- id: x\n  author:  # of the report\n    # By weight.\n\n    - {literal: C}\n    - literal: B  # first\n",
    ),
    (
        "references:\n  - author:\n      - literal: A\n      - literal: B\n    id: x\n",
        "references:\n  - author:\n      - {literal: C}\n      - literal: B\n    id: x\n",
    ),
    (
        "references:\n  - author: [{literal: A}]  # all\n    id: x\n",
        "references:\n  - author:  # all\n      - {literal: C}\n      - {literal: B}\n    id: x\n",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("before", "wanted"), NAMES)
def test_what_stands_before_the_first_name_stays(before: str, wanted: str) -> None:
    names = ((("literal", "C"),), (("literal", "B"),))
    assert after(write.SetNames("s.yaml#x/author", names), file=before, path="s.yaml") == wanted


def test_names_that_begin_their_record_are_not_taken_away() -> None:
    with pytest.raises(NotWritable, match="begins its item"):
        after(write.SetNames("s.yaml#x/author", ()), file=NAMES[1][0], path="s.yaml")


@pytest.mark.parametrize("word", ["null", "Null", "NULL", "~"])
def test_a_word_that_yaml_takes_for_no_value_is_quoted(word: str) -> None:
    made = after(write.SetNames("s.yaml#x/author", ((("literal", word),),)), file="references:\n  - id: x\n", path="s.yaml")
    assert f'literal: "{word}"' in made
    assert after(write.SetList("p.yaml#lists/a", (word,)), file=LISTS, path="p.yaml") == LISTS.replace("[x, y]", f'["{word}"]')


def test_a_mapping_goes_with_its_last_key() -> None:
    assert after(write.RemoveKey("p.yaml#b/c"), file="a: 1\nb:\n  c: 2\n", path="p.yaml") == "a: 1\n"
    for name in ("p.yaml#b/d", "p.yaml#a/c", "p.yaml#c"):
        with pytest.raises(NotWritable):
            after(write.RemoveKey(name), file="a: 1\nb:\n  c: 2\n", path="p.yaml")
    with pytest.raises(NotWritable, match="begins its item"):  # another key would have to stand beside the hyphen
        after(write.RemoveKey("p.yaml#x/c"), file="a:\n  - c: 1\n    id: x\n", path="p.yaml")
