"""The place of each word of a text in its file, however the YAML is written."""

from __future__ import annotations

import pickle
import re

import pytest

from briefs.edition.model import Text, text_of
from briefs.edition.yamls import Scalar, load

WRITTEN = {
    "plain": "a: One two three.\n",
    "plain, on several lines": "a: One two\n  three\n\n    four.\nb: x\n",
    "plain, below its key": "b:\n  a:\n    One two\n    three.\n",
    "single quotes": "a: 'One it''s two: ''three'' four.'\n",
    "single quotes, on several lines": "a: 'One it''s two\n\n  it''s   three four.'\nb: x\n",
    "double quotes": 'a: "One \\"two\\" C:\\\\x three \\"four."\n',
    "double quotes, on several lines": 'a: "One \\"two\n   three\\n\\\n   four five."\n',
    "folded": "b: 1\na: >-\n\n  One two\n  three\n\n  four\n     five six.\n\nc: 1\n",
    "literal": "a: |2\n     One two\n    three four.\n",
    "in a list": "b:\n  - a: >\n      One two\n      three.",
    "with accents and emoji": "a: 'Ōne 🇪🇪 two ''three''\n\n  Çfour’'\n",
}


def of(written: str, offset: int = 0) -> tuple[Text, list[str]]:
    """The value of `a` as a text, and the lines of the file."""
    document = load("x.yaml", written.encode(), line=1 + offset)
    assert not document.problems
    data = document.mapping
    inner = data.get("a") or data["b"]
    value = inner if isinstance(inner, Scalar) else (inner[0] if isinstance(inner, list) else inner)["a"]  # type: ignore[index,call-overload]
    assert isinstance(value, Scalar)
    return text_of(pickle.loads(pickle.dumps(value))), written.split("\n")


@pytest.mark.parametrize("written", WRITTEN.values(), ids=list(WRITTEN))
def test_every_word_is_where_its_place_says(written: str) -> None:
    text, lines = of(written)
    words = list(re.finditer(r"[^\W\d_]+", text.markdown))
    assert len(words) >= 3
    for word in words:
        place = text.place_at(word.start())
        assert lines[place.line - 1][place.column - 1 :].startswith(word[0]), (word[0], place)
        assert place.name == text.place.name


def test_lines_count_from_the_beginning_of_the_file() -> None:
    text, _ = of(WRITTEN["folded"], offset=5)
    assert text.place_at(text.markdown.index("four")).line == 12


def test_the_lines_of_a_source_are_no_part_of_its_text() -> None:
    text, _ = of(WRITTEN["folded"])
    bare = Text(text.markdown, text.place)
    assert text.lines and bare == text and hash(bare) == hash(text)
