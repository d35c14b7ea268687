"""Slips in YAML are told at their own place, in words for people who don't know YAML."""

from __future__ import annotations

import pytest

from briefs.edition.yamls import load

SLIPS = [  # the text, line and column of the slip, words of the message
    ('a: 1\nstance: "in-force\nsummary: x\nfacts:\n  - id: y\n', "2:9", 'quotation mark " that opens here is never closed'),
    ("a: 1\nstance: 'in-force\nsummary: it's x\n", "2:9", "quotation mark ' that opens here is never closed"),
    ('a: "one\nb: "two"\nc: 3\n', "1:4", "never closed"),
    ('facts:\n  - id: x\n    text: "Some words.\n    sources: [one]\n  - id: y\n', "3:11", "never closed"),
    ('a: "Emoji \\ud83d\\ude00"\nb: 3\n', "1:11", "is a letter in two halves"),
    ('a: "\\\\\\uD83D\\uDE00"\nb: 3\n', "1:7", "“\\uD83D\\uDE00” is a letter in two halves"),
    ('a: "\\\\UD83D\\ude00"\nb: 3\n', "1:14", "can’t be read here"),
    ('a: "one" two\nb: 3\n', "1:9", "ends before “two”"),
    ("a: 'it's'\n", "1:8", "ends before"),
    ('a: "b", "c"\n', "1:7", "ends before"),
    ("title: Ireland: a study\nb: 1\n", "1:15", "“Ireland:” within a text is read as a key"),
    ("facts:\n  - text: Rates: 15 cent\n", "2:16", "“Rates:”"),
    ("sources:\n  - a: b: c\n", "2:9", "“b:”"),
    ("text: @dpo says so\n", "1:7", "“@”"),
    ("text: `code` here\n", "1:7", "“`”"),
    ("text: %5 of\n", "1:7", "“%”"),
    ("text: &co is\n", "1:7", "“&”"),
    ("text: **Bold** start\n", "1:7", "“*”"),
    ("text: !important words\n", "1:7", "“!”"),
    ("text: [link](http://x) more\n", "1:7", "“[” at the beginning of a text is read as the beginning of a list"),
    ("text: {x} more\n", "1:7", "“{”"),
    ("text: > quote\n", "1:7", "“>”"),
    ("text: |x\n", "1:7", "“|”"),
    ("text: - 5 degrees\n", "1:7", "“-” at the beginning of a text is read as an item of a list"),
    ("text: ? what\n", "1:7", "“?”"),
    ("a:\n\tb: 1\n", "2:1", "there is a tab"),
    ("a: 1\n  \tb: 1\n", "2:3", "there is a tab"),
    ("title:Ireland\nb: 1\n", "1:6", "no space after “title:”"),
    ("facts:\n  - id: a\n    text: b\n   topic: c\n", "4:4", "“topic:” begins in column 4, where nothing begins"),
    ("facts:\n  - id: a\n - id: b\n", "3:2", "doesn’t stand below"),
    ("text: >-\nHello world\nb: 1\n", "2:1", "neither a key nor part of the text above it"),
    ("text: one line\ntwo lines here\nid: x\n", "2:1", "neither a key nor part of the text above it"),
    ("sources: [a, b\ntopic: c\n", "1:10", "“[” that opens here is never closed"),
    ("sources: [@one, two]\n", "1:11", "“@” can’t begin a key in a list"),
    ("sources: [one, @two]\n", "1:16", "“@” can’t begin a key in a list"),
    ('a: "C:\\Documents"\n', "1:7", "no code “\\D”"),
    ("a\nb: 1\n", "1:1", "no colon after the key"),
]
JARGON = ("mapping", "scalar", "token", "YAML", "stream", "block", "flow", "anchor", "alias", "node", "indicator")


@pytest.mark.parametrize(("text", "place", "words"), SLIPS)
def test_a_slip_is_told_where_it_is(text: str, place: str, words: str) -> None:
    [found] = load("a.yaml", text.encode()).problems
    assert f"{found.line}:{found.column}" == place and words in found.message and found.hint
    assert not any(word in f"{found.message} {found.hint}" for word in JARGON)


@pytest.mark.parametrize(
    "text",
    [
        'a: "one\n  two"\nb: @c\n',  # a text in quotes may have several lines
        'a: >-\n  Some: "words\n\n  @more\nb: @c\n',  # nothing in a block of text is a slip
        'a: [one,\n  two]\n# a comment: with @ and "\nb: @c\n',
        "a: it's fine\nurl: https://example.org/a:b\nb: @c\n",
    ],
)
def test_what_stands_before_a_slip_and_is_right_is_passed_over(text: str) -> None:
    [found] = load("a.yaml", text.encode()).problems
    assert (found.line, found.column) == (text.count("\n"), 4)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("text: it won lot #3 in 2020\nb: 1\n", "1:18", "“#3 in 2020” is read as a comment"),
        ("text: Number #3 and more\n", "1:14", "“#3 and more” is read as a comment"),
        ("text: it won\n  the lot # 3 in 2020\n", "2:11", "“# 3 in 2020” is read as a comment"),
        ("text: it won\n  continuation # lost a\n", "2:16", "“# lost a” is read as a comment"),
        ("text: it won\n  # 9 in 2020\nb: 1\n", "2:3", "“# 9 in 2020” is read as a comment"),
        ("- id: x\n  text: it won\n    # 9 in 2020\n", "3:5", "“# 9 in 2020” is read as a comment"),
        ("text:\n  it won\n  # 9 in 2020\n", "3:3", "“# 9 in 2020” is read as a comment"),
        ('a: "C:\\temp is full"\n', "1:7", "“\\t” in double quotes is read as a tab"),
        ('a: "C:\\new is full"\n', "1:7", "“\\n” in double quotes is read as the end of a line"),
        ('a: "The rate $x \\neq 5$ and so."\n', "1:17", "“\\n” in double quotes is read as the end of a line"),
        ('a: "It is $x\\_1$."\n', "1:13", "“\\_” in double quotes is read as a no-break space"),
        ('a: "It is $\\rho$."\n', "1:4", "“\\r” in double quotes is read as a control character (U+000D)"),
        ('a: "It is $\\Pi$."\n', "1:4", "“\\P” in double quotes is read as a control character (U+2029)"),
        ('a: "A \\x1b."\n', "1:4", "“\\x1b” in double quotes is read as a control character (U+001B)"),
        ('a: ["\\\\", "\\\\L one\n  \\u2028."]\n', "1:11", "“\\u2028” in double quotes is read as a control character (U+2028)"),
    ],
)
def test_what_yaml_would_alter_in_silence_is_an_error(text: str, place: str, words: str) -> None:
    (problem,) = load("a.yaml", text.encode()).problems
    assert f"{problem.line}:{problem.column}" == place and words in problem.message


@pytest.mark.parametrize("line", ["a\\n", "a\\_ b "])
def test_a_formula_that_is_never_closed_is_read_in_one_pass(line: str) -> None:
    assert not load("a.yaml", f'a: "${line * (3_999_000 // len(line))}"\n'.encode()).problems


@pytest.mark.parametrize(
    "text",
    [
        "a: two words\n# note\n",
        "- a: two words\n  # b: c\n  d: e\n",
        "- two words\n# note\n",
        "a: word\n  # note\n",
        "a: [two words,\n  # note\n  b]\n",
        "a: two words  # note\n",
        "a: word # note\n",
        "a: 'won #3' # x\n",
        'a: "one\\ntwo"\n',
        'a: "It costs $5\\nor $6."\n',
        'a: "It is $x$.\\nSo is $y$."\n',
        'a: "C:\\\\temp"\n',
        "a: C#\n",
    ],
)
def test_comments_and_escapes_that_are_meant_are_no_error(text: str) -> None:
    assert not load("a.yaml", text.encode()).problems


def test_a_line_in_a_folded_text_that_looks_like_a_comment_is_a_warning() -> None:
    [found] = load("a.yaml", b"a:\n  - text: >-\n      It **begins**.\n      # note to self\n      And so on.\n    b: c\n").problems
    assert (found.severity, found.line, found.column) == ("warning", 4, 7)
    assert found.message.startswith("“# note to self” is printed") and "`\\#`" in found.hint


@pytest.mark.parametrize(
    "text",
    ["a: >-\n  Words.\n# note\nb: c\n", "a: >-\n  Words\n  \\# 1\n  #1\nb: c\n", "a: |\n  Words\n  # x\n", "a: >\n  b\n # c\n"],
)
def test_other_lines_beside_a_folded_text_are_no_doubt(text: str) -> None:
    assert not load("a.yaml", text.encode()).problems


@pytest.mark.parametrize(("path", "text"), [("a.yaml", "a: [b, {c"), ("a.json", '[{"a": #'), ("a.json", '["a')])
def test_a_file_that_ends_too_early_is_told_in_its_last_line(path: str, text: str) -> None:
    [found] = load(path, text.encode()).problems
    assert found.line == 1 and found.column <= len(text) + 1


MANY = """# Ireland
code: ie
stance: "in-force
summary: Rates: 15 cent
facts:
  - id: ie-01
    text: @dpo says
    sources: [one
    priority: 1
  - id: ie-02
    text: >-
      Words: "here
      - text: a: b
    sources: [x]
  - id: ie-03
    text: It is so
   topic: c
  - id: ie-04
    text: Fine
  - id: ie-05
\ttopic: c
note: %5
"""


def test_every_slip_of_a_file_is_told_at_once() -> None:
    found = load("a.yaml", MANY.encode()).problems
    assert [(p.line, p.column) for p in found] == [(3, 9), (4, 15), (7, 11), (8, 14), (17, 4), (21, 1), (22, 7)]
    assert len(set(map(str, found))) == len(found)


def test_slips_of_a_list_without_a_key_above_it_are_told_at_once() -> None:
    found = load("a.yaml", b"- id: a\n  title: b: c\n- id: d\n- id: e\n  title: @f\n").problems
    assert [p.line for p in found] == [2, 5]


def test_marks_of_a_conflict_are_named() -> None:
    found = load("a.yaml", b"a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n").problems
    assert [p.line for p in found] == [2, 4, 6] and all("a conflict" in p.message for p in found)
