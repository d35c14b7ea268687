"""Word files that are made to do harm are refused with a clear message or do no harm, in limited time and memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from briefs.problems import Problems
from briefs.roundtrip.folder import merge_files
from briefs.theme import Theme
from briefs.wordfile import docx
from briefs.wordfile.paragraphs import accept_all
from tests import small
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.hostile import CASES, Hostile
from tests.wordfile.word import Word, w

ROOT = Path(__file__).parents[2]
MEGABYTES = 700  # the program itself needs 50, the largest file that is accepted about 300
DEEP = {"4,000 paragraphs of one word", "700 long paragraphs", "2,000 runs at the end of thirty paragraphs"}


def outcomes(cases: Sequence[Hostile], harness: MergeHarness, folder: Path) -> Iterator[tuple[Hostile, str, int]]:
    """The outcome of each file, and how many megabytes it needed. One program merges all of them, one at a time."""
    for path, data in harness.files.items():
        (folder / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / path).write_bytes(data)
    (folder / "exchange").symlink_to(harness.store.folder)
    for number, case in enumerate(cases):
        (folder / f"{number}.docx").write_bytes(case.make(harness.sent["report"]))
    run = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("hostile_run.py")), str(folder), str(ROOT / "templates")],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=1200,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) == len(cases)
    return ((cases[int(number)], said, megabytes) for number, said, _, megabytes in found)


@pytest.mark.parametrize("deep", [False, pytest.param(True, marks=pytest.mark.long)])
def test_hostile_files_are_refused_or_do_no_harm(deep: bool, harness: MergeHarness, tmp_path: Path) -> None:
    wrong = {}
    for case, said, megabytes in outcomes([c for c in CASES if (c.name in DEEP) is deep], harness, tmp_path):
        as_meant = re.search(f"^refused.*({case.refused})", said, re.DOTALL) if case.refused else said.startswith("taken")
        if not as_meant or megabytes > MEGABYTES:
            wrong[case.name] = said, megabytes
    assert wrong == {}


def test_our_own_files_are_not_refused(harness: MergeHarness) -> None:
    for name, data in harness.sent.items():
        assert docx.open_docx(data, name).parts


@pytest.mark.parametrize("what", ["a pipe", "a device", "a folder", "nothing", "a link to a device"])
def test_something_that_is_not_a_file_is_not_read(what: str, harness: MergeHarness, tmp_path: Path, theme: Theme) -> None:
    path = tmp_path / "x.docx"
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "a folder":
        path.mkdir()
    elif what == "a link to a device":
        path.symlink_to("/dev/zero")
    given = Path("/dev/zero") if what == "a device" else path
    content = small.write(tmp_path / "content")
    with pytest.raises(Problems, match=r"can’t be read: (this is not a file|there is no such file)"):
        merge_files([given], content, harness.store, theme, accept_all)


# Text that would be markup in the source is merged as text, or not merged.

WORDS = [
    "{{ 7*7 }} and {% include 'x' %} and {## x ##}",
    "--- title: x",
    "key: # value",
    "- [ ] a task",
    "<script>alert(1)</script> and <b onclick='x()'>",
    "<!-- a comment --> &amp; &lt;",
    "![](file:///etc/passwd)",
    "[x](javascript:alert(1)) and [y]: http://example.org",
    "[@nope] and @nope and [-@nope, p. 3]",
    "[^1] and ^[a note] and [^1]: words",
    "$\\write18{touch x}$ and $$x$$ and \\input{/etc/passwd}",
    "`code`{=openxml} and ``x``",
    "::: {.figure data=map} :::",
    "[words]{style=\"color:red\"} and {#id .class}",
    "| a | b | and +---+ and ~~~ and ```",
    "!!python/object/apply:os.system ['x'] and &a *a",
    "\\ at the end \\\\ and \\n and %0a",
    "https://example.org/a_b_c?d=*e* and <https://example.org>",
    "'single' \"double\" “curly” ‘curly’ '' \"\"",
    "1) one 2. two (3) three # four",
    "A. A letter and i. a numeral",
    "~sub~ ^super^ ~~gone~~ ==marked== :smile: #tag",
]  # fmt: skip


PLACES = ["start", "middle", "fact", "folded", "title", "item", "cell"]
PAIRS = [(text, PLACES[(n + m) % 7], m) for n, text in enumerate(WORDS) for m in range(7)]


@pytest.mark.parametrize(("text", "where"), [pytest.param(t, p, marks=[pytest.mark.long] * bool(m)) for t, p, m in PAIRS])
def test_text_that_looks_like_markup_is_merged_as_text(
    text: str, where: str, harness: MergeHarness, request: pytest.FixtureRequest
) -> None:
    document, old = {
        "start": ("report", "What is not returned"), "middle": ("report", "Nobody counts"), "fact": ("brief", "more often than"),
        "folded": ("brief", "the large brewers"), "title": ("brief", "Bottles and deposits"),
        "item": ("report", "would rather not"),
        "cell": ("report", "a little"),
    }[where]  # fmt: skip
    word = Word(harness.sent[document])
    word.replace(old, text)
    data = word.saved()
    merged = harness.merge(data)
    if merged.unmerged:
        assert (
            not merged.files and len(merged.unmerged) == 1 and re.search("can’t be written|would break", merged.unmerged[0].reason)
        )
        return
    now = {**harness.files, **merged.files}
    again = harness.merge(data, files=now)  # the content says exactly this now
    assert (diff(now, again.files), unmerged(again)) == ("", [])
    if not request.config.getoption("--long"):
        return
    built = Word(harness.built(now, document))
    assert _flat(text) in _flat("\n".join("".join(t.text or "" for t in p.iter(w("t"))) for p in built.body.iter(w("p"))))


def _flat(text: str) -> str:
    """Text as it compares whatever kind of quotation marks and dashes it has."""
    for old, new in {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "—": "---", "–": "--"}.items():
        text = text.replace(old, new)
    return "".join(text.split())


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "../../secret.txt", "#nowhere)"]
)
def test_a_forbidden_link_is_not_merged(address: str, harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.link("trucks that drive", address)
    merged = harness.merge(word.saved())
    assert merged.files == {} and len(merged.unmerged) == 1 and "trucks that drive" in unmerged(merged)[0]


@pytest.mark.parametrize("text", ["Pay \u202enetmyap\u202c now.", "A\ufeffB\u2028C"])
def test_forbidden_characters_are_not_merged(text: str, harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"])
    word.replace("the large brewers", text)
    merged = harness.merge(word.saved())
    assert merged.files == {} and len(merged.unmerged) == 1
