"""What is put into texts from elsewhere: passages from Word and web pages, and pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from briefs.desk import pasted
from briefs.problems import NotUnderstood
from briefs.tools.pandoc import Pandoc
from tests.desk.conftest import OpenDesk

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{color:red}</style></head><body>
<!--StartFragment--><h1>A heading</h1><p class=MsoNormal>Some <b>bold</b> and <i>slanted</i> words<o:p></o:p> and a
<a href="https://example.org/x">link</a>.</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>·<span>&nbsp; </span></span><![endif]>One</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]>·<![endif]>Two</p>
<p style='mso-list:l1 level1 lfo2'><!--[if !supportLists]-->1.<!--[endif]-->First</p>
<table border=1><tr><td colspan=2><p>A</p><p>B</p></td><td>C</td></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>
<!--EndFragment--></body></html>"""


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as started:
        yield started


def test_a_passage_from_word_becomes_our_markdown(pandoc: Pandoc) -> None:
    made = pasted.markdown(WORD, pandoc, is_field=False)
    assert made == (
        "## A heading\n\nSome **bold** and *slanted* words and a [link](https://example.org/x).\n\n- One\n- Two\n\n1.  First\n\n"
        "| A B |     | C   |\n|-----|-----|-----|\n| 1   | 2   | 3   |"
    )


def test_a_field_gets_one_paragraph(pandoc: Pandoc) -> None:
    made = pasted.markdown(WORD, pandoc, is_field=True)
    assert made.startswith("A heading Some **bold** and") and "\n" not in made


def test_bold_around_everything_is_not_bold(pandoc: Pandoc) -> None:
    assert pasted.markdown('<b style="font-weight:normal;" id="docs"><p>Plain <i>words</i></p></b>', pandoc, is_field=False) == (
        "Plain *words*"
    )


@pytest.mark.parametrize(
    "html",
    [
        "words<script>alert(1)</script>",
        "words<img src=x onerror=alert(1)>",
        "words<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
        "<p onclick=alert(1) style='background:url(//evil.example)'>words</p>",
        "words<iframe src=//evil.example></iframe><object data=x></object><style>@import '//evil.example'</style>",
        "words<!-- alert(1) --><svg onload=alert(1)></svg><math><mtext>x</mtext></math>"[:60],
        "<a href='javascript:alert(1)'>words</a>",
        "<a href=' java\nscript:alert(1)'>words</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>words</a>",
        "<a href='file:///etc/passwd'>words</a>",
        "<a href='/write/countries/be'>words</a>",
    ],
)
def test_nothing_active_survives(html: str, pandoc: Pandoc) -> None:
    assert pasted.markdown(html, pandoc, is_field=False) == "words"


def test_what_looks_like_markdown_stays_words(pandoc: Pandoc) -> None:
    html = "<p>[@one] `x` $y$ &lt;b&gt; {#id} ![a](figures/b.png) ::: # * - 1.</p><p># One</p><p>::: note</p>"
    made = pasted.markdown(html, pandoc, is_field=False)
    kinds = {node["t"] for node in _walk(pandoc.parse([made])[0])}
    assert kinds <= {"Para", "Str", "Space"}, made


def _walk(blocks: object) -> Iterator[dict[str, object]]:
    from briefs.compose import tree

    yield from tree.walk(blocks)  # type: ignore[misc]


def test_too_much_is_refused(pandoc: Pandoc) -> None:
    with pytest.raises(NotUnderstood, match="without its format"):
        pasted.markdown("x" * (pasted.MOST + 1), pandoc, is_field=False)


def test_the_page_asks_for_clean_text(opened: OpenDesk) -> None:
    form = {"csrf": opened.keys.csrf, "html": "<h2>Head</h2><p>Words <script>x</script></p>"}
    assert opened.browser.post("/clean", data={**form, "field": "body"}).text == "## Head\n\nWords"
    assert opened.browser.post("/clean", data={**form, "field": "summary"}).text == "Head Words"


def png(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def send(opened: OpenDesk, name: str, data: bytes, path: str = "sections/one", **form: str) -> tuple[int, str]:
    words = {"csrf": opened.keys.csrf, "alt": 'Two "masts" beside a road', "caption": "Masts [in] 2020", **form}
    answer = opened.browser.post(
        f"/write/{path}/picture", data=words, files={"picture": (name, data)}, headers={"hx-request": "true"}
    )
    return answer.status_code, answer.text


def test_a_picture_is_saved_and_shown(opened: OpenDesk) -> None:
    status, made = send(opened, "../../My Masts.PNG", png())
    assert status == 200 and (opened.content / "figures/my-masts.png").read_bytes() == png()
    assert made == '![Masts \\[in\\] 2020](figures/my-masts.png){#fig-my-masts alt="Two \\"masts\\" beside a road"}'
    assert send(opened, "my masts.png", png(50))[1].startswith("![Masts \\[in\\] 2020](figures/my-masts-1.png){#fig-my-masts-1")
    file = opened.content / "report/01-one.md"
    file.write_text(f"{file.read_text()}\n{made}\n")
    assert [problem.message for problem in opened.desk.workspace.now().problems if problem.severity == "error"] == []


@pytest.mark.parametrize(
    ("name", "data", "form", "said"),
    [
        ("masts.png", png(), {"alt": " "}, "say in other words what the picture shows"),
        ("masts.png", png(), {"alt": "The same", "caption": "The same"}, "say in other words"),
        ("masts.exe", png(), {}, "is no picture"),
        ("masts", png(), {}, "is no picture"),
        ("masts.png", b"no picture at all", {}, "the picture"),
        ("masts.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", {}, "the picture"),
    ],
    ids=["no alternative text", "the caption again", "a program", "no suffix", "no picture", "a script"],
)
def test_a_picture_that_can_t_be_shown_is_refused(
    opened: OpenDesk, name: str, data: bytes, form: dict[str, str], said: str
) -> None:
    status, text = send(opened, name, data, **form)
    assert status == 409 and said in text and not (opened.content / "figures").exists()


def test_the_page_knows_the_files_after_its_own_picture(opened: OpenDesk) -> None:
    before = opened.desk.workspace.now().version
    form = {"csrf": opened.keys.csrf, "alt": "Two masts", "caption": "Masts"}
    answer = opened.browser.post("/write/sections/one/picture", data=form, files={"picture": ("masts.png", png())})
    told = answer.headers["edition-version"]
    assert told == opened.desk.workspace.now().version != before
    assert "changed by somebody else" in opened.get(f"/changed?since={before}")
    assert "changed by somebody else" not in opened.get(f"/changed?since={told}")


def test_a_country_s_file_takes_no_picture(opened: OpenDesk) -> None:
    assert send(opened, "masts.png", png(), "countries/be")[0] == 404
