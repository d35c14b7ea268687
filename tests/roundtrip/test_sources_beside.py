"""Citations beside each other print one row of numbers. An edit of the words around them keeps each citation as it is."""

from __future__ import annotations

import pytest

from briefs.delivery.store import Store
from briefs.press.session import Session
from tests import small
from tests.roundtrip.harness import DOCUMENTS, MergeHarness, diff, unmerged
from tests.wordfile.word import Word

ROWS = ("[@one][@two]", "[@one; @two]", " [@two] [@one]", " *[@one]*[@two]")
SAID = [f"Claim{number} says{row} that crate{number} comes back{number}.{row}" for number, row in enumerate(ROWS, 1)]
SLIDES = "---\ntitle: A talk\n---\n" + "".join(f"\n## A slide\n\n- {said}\n" for said in SAID)
SECTION = "---\ntitle: A section\nid: sec-a\n---\n\nWords.\n"


@pytest.fixture(scope="module")
def sent(session: Session, tmp_path_factory: pytest.TempPathFactory) -> MergeHarness:
    sources = [small.source("one"), small.source("two")]
    files = small.files(
        facts=list(map(small.fact, SAID)), sources=sources, more={"decks/talk.md": SLIDES, "report/01-a.md": SECTION}
    )
    made = MergeHarness(files, {}, Store(tmp_path_factory.mktemp("sent")), session.pandoc, session)
    made.sent = {name: made.built(files, name) for name in DOCUMENTS}
    return made


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("word", ["Claim{}", "crate{}", "back{}", "Claim{} says"])
def test_an_edit_keeps_the_citations_beside_it(sent: MergeHarness, document: str, word: str) -> None:
    path = "decks/talk.md" if document == "handout" else "countries/be.yaml"
    edited, wanted = Word(sent.sent[document]), sent.files[path].decode()
    for number in range(1, len(ROWS) + 1):
        old, new = word.format(number), word.format(number).replace("says", "wrote") if " " in word else f"word{number}"
        edited.replace(old, new)
        wanted = wanted.replace(old, new)
    merged = sent.merge(edited.saved())
    assert {**sent.files, **merged.files}[path].decode() == wanted, diff(sent.files, merged.files)
    assert not unmerged(merged)
