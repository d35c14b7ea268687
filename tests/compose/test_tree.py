"""The accessors for pandoc's nodes, on what pandoc itself parses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from briefs.compose import tree
from briefs.tools.pandoc import Pandoc

TEXT = """\
## A *title* {#here .big .bold key=value}

Words with [a link](https://example.org "Title"), 'quoted' `code`{.lang} and a note.[^1] [@key, p. 3]

- one
- two

3. three

term

:   its meaning

:   another meaning

![A caption](figures/a.png){#fig width=50%}

::: {.notes}
inside
:::

| a | b |
|---|---|
| 1 | 2 |

: A table's caption {#tab}

<b>raw</b>

> cited

```python
code
```

[^1]: Its words.
"""


@pytest.fixture(scope="module")
def nodes() -> Iterator[dict[str, list[tree.Node]]]:
    """Every node of TEXT, by its constructor."""
    found: dict[str, list[tree.Node]] = {}
    with Pandoc() as pandoc:
        for node in tree.walk(pandoc.parse([TEXT])[0]):
            found.setdefault(node["t"], []).append(node)
    yield found


def test_an_attribute_is_read_from_every_node_that_has_one(nodes: dict[str, list[tree.Node]]) -> None:
    header, figure, table = nodes["Header"][0], nodes["Figure"][0], nodes["Table"][0]
    assert (tree.identifier(header), tree.classes(header), tree.attributes(header)) == ("here", ["big", "bold"], {"key": "value"})
    assert (tree.identifier(figure), tree.attributes(nodes["Image"][0]), tree.identifier(table)) == ("fig", {"width": "50%"}, "tab")
    assert [tree.classes(nodes[t][0]) for t in ("Div", "CodeBlock", "Code")] == [["notes"], ["python"], ["lang"]]
    assert (tree.identifier(nodes["Para"][0]), tree.classes(nodes["Para"][0]), tree.attributes(nodes["Para"][0])) == ("", [], {})
    assert tree.with_attr(header, tree.attr("there"))["c"] == [2, ["there", [], []], header["c"][2]]


def test_the_contents_of_each_kind_of_node_are_read(nodes: dict[str, list[tree.Node]]) -> None:
    assert tree.level(nodes["Header"][0]) == 2
    link, image = nodes["Link"][0], nodes["Image"][0]
    assert [(tree.target(n), tree.text_of(tree.inlines(n))) for n in (link, image)] == [
        ("https://example.org", "a link"),
        ("figures/a.png", "A caption"),
    ]
    assert [tree.text_of(tree.blocks(nodes[t][0])) for t in ("Note", "Div", "BlockQuote")] == ["Its words.", "inside", "cited"]
    assert [tree.text_of(tree.caption(nodes[t][0])) for t in ("Figure", "Table")] == ["A caption", "A table’s caption"]
    assert tree.blocks(nodes["Figure"][0])[0] == {"t": "Plain", "c": [image]}
    assert [tree.text(nodes[t][0]) for t in ("Str", "Code", "CodeBlock", "RawInline")] == ["A", "code", "code", "<b>"]
    assert (tree.raw_format(nodes["RawInline"][0]), tree.quotation_marks(nodes["Quoted"][0])) == ("html", ("‘", "’"))
    assert [c["citationId"] for c in tree.citations(nodes["Cite"][0])] == ["key"]
    assert tree.text_of(tree.inlines(nodes["Cite"][0])) == "[@key, p. 3]"


def test_lists_are_read_and_written_with_other_items(nodes: dict[str, list[tree.Node]]) -> None:
    bullets, ordered = nodes["BulletList"][0], nodes["OrderedList"][0]
    assert [[tree.text_of(i) for i in tree.list_items(n)] for n in (bullets, ordered)] == [["one", "two"], ["three"]]
    assert tree.with_list_items(bullets, tree.list_items(bullets)[1:])["c"] == bullets["c"][1:]
    assert tree.with_list_items(ordered, [])["c"] == [ordered["c"][0], []]
    (term, meanings), *_ = tree.definitions(nodes["DefinitionList"][0])
    assert (tree.text_of(term), [tree.text_of(m) for m in meanings]) == ("term", ["its meaning", "another meaning"])


def test_a_copy_with_other_contents_leaves_the_node_as_it_was(nodes: dict[str, list[tree.Node]]) -> None:
    for kind in ("Header", "Link", "Image", "Emph", "Para", "Quoted"):
        node = nodes[kind][0]
        before = repr(node)
        other = tree.with_inlines(node, tree.words("other"))
        assert (tree.inlines(other), tree.attr_of(other)) == (tree.words("other"), tree.attr_of(node))
        assert tree.with_inlines(other, tree.inlines(node)) == node and repr(node) == before
    for kind in ("Div", "Figure", "BlockQuote", "Note"):
        node = nodes[kind][0]
        other = tree.with_blocks(node, [])
        assert (tree.blocks(other), tree.attr_of(other)) == ([], tree.attr_of(node)) and tree.blocks(node)


def test_asking_for_a_part_that_a_node_cannot_have_fails(nodes: dict[str, list[tree.Node]]) -> None:
    with pytest.raises(KeyError):
        tree.inlines(nodes["Div"][0])
    with pytest.raises(KeyError):
        tree.blocks(nodes["Para"][0])


def test_a_cut_keeps_code_whole_and_counts_quotation_marks() -> None:
    code = {"t": "Code", "c": [["", [], []], "stop; start"]}
    nodes = [tree.string("Say"), tree.SPACE, code, tree.SPACE, tree.string("now")]
    assert tree.first(nodes, 9) == nodes[:3] and tree.after(nodes, 9) == nodes[3:]
    quoted = {"t": "Quoted", "c": [{"t": "DoubleQuote"}, [tree.string("stop;"), tree.SPACE, tree.string("start")]]}
    assert tree.text_of(tree.first([quoted], 6)) == "“stop;”" and tree.text_of(tree.after([quoted], 7)) == "“start”"
