"""Reviewers' comments: threads, what is resolved, and the words that they are about."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pptx
from lxml import etree

from briefs.delivery.store import Store
from briefs.roundtrip import folder, slidediscussion
from briefs.roundtrip.base import edition_of
from briefs.roundtrip.discussion import Remark, with_comments
from briefs.roundtrip.merge import MergeOutcome
from briefs.theme import Theme
from briefs.typeset.word.package import w
from briefs.wordfile import docx, opened, paragraphs, slides
from briefs.wordfile.paragraphs import Comment
from tests.roundtrip.harness import MergeHarness, unmerged
from tests.roundtrip.test_unedited import TWO_LANGUAGES
from tests.wordfile.word import Word, rezipped

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"


def with_threads(data: bytes, threads: str) -> bytes:
    """The file with ids at its comments' paragraphs (1, 2, …) and the part that says how they hang together."""

    def change(files: dict[str, bytes]) -> None:
        root: Any = etree.fromstring(files["word/comments.xml"])
        for number, paragraph in enumerate(root.iter(w("p")), 1):
            paragraph.set(W14, f"{number:08X}")
        files["word/comments.xml"] = etree.tostring(root)
        files["word/commentsExtended.xml"] = f'<w15:commentsEx xmlns:w15="{W15}">{threads}</w15:commentsEx>'.encode()

    return rezipped(data, change)


def test_a_reply_names_what_it_answers_and_a_resolved_thread_is_ticked_off(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.comment("Nobody counts", "Is this so?")
    word.comment("Nobody counts", "It is.")
    threads = (
        '<w15:commentEx w15:paraId="00000001" w15:done="1"/><w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001"/>'
    )
    told = unmerged(harness.merge(with_threads(word.saved(), threads)))
    assert told == [
        "report/01-opening.md:10: comment by Ann, 2026-03-04 on “Nobody counts”, resolved: Is this so?",
        "report/01-opening.md:10: comment by Ann, 2026-03-04 on “Nobody counts”, in reply to “Is this so?”, resolved: It is.",
    ]


def test_a_comment_on_several_paragraphs_has_the_words_of_all(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.comment("Nobody counts the crates.", "All of this.")
    end = next(word.body.iter(w("commentRangeEnd")))
    word.runs("The second paragraph speaks of shops.")[-1].addnext(end)
    [located] = harness.merge(word.saved()).comments
    about = located.comment.about
    assert about == "Nobody counts the crates. The second paragraph speaks of shops."


SHOPS = "Shops in Liège take back bottles: every one of them, by their own account."
THREAD = (
    Remark(Comment("Ann Example", "2026-03-04T10:00:00Z", "Which shops?\nAll?", "Shops in Liège", 0), SHOPS),
    Remark(Comment("Bo", "2026-03-05T10:00:00Z", "Ghent’s too.", "Shops in Liège", 0, "Which shops?\nAll?"), SHOPS),
    Remark(Comment("Bo", "2026-03-05T11:00:00Z", "Done.", "every one", 0, "", True), SHOPS.replace("take back", "accept")),
    Remark(Comment("Bo", "2026-03-05T12:00:00Z", "Why?", "lost words", 0), "A line that nobody finds again anywhere."),
)


def test_a_discussion_is_read_back_from_the_next_file(harness: MergeHarness) -> None:
    made = with_comments(harness.sent["brief"], THREAD, "2026-03-04")
    text = paragraphs.read(docx.open_docx(made, "belgium.docx"))
    found = [(c.author, c.date, c.text, c.about, c.answers, c.is_resolved) for c in text.comments]
    wanted = [(c.author, c.date, c.text, c.about, c.answers, c.is_resolved) for c in (r.comment for r in THREAD)]
    assert found[:3] == wanted[:3]
    assert found[3][2] == "(On “lost words”) Why?" and text.comments[3].paragraph == 0
    assert all(text.paragraphs[c.paragraph].text.startswith("Shops in Liège") for c in text.comments[:3])
    assert not harness.merge(made, "belgium.docx").files  # a comment is no edit


def test_the_next_file_has_the_comments_and_is_on_record(harness: MergeHarness, theme: Theme, tmp_path: Path) -> None:
    content = tmp_path / "content"
    for path, data in harness.files.items():
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_bytes(data)
    word = Word(harness.sent["brief"])
    word.replace("every one of them", "all of them")
    word.comment("Shops in Liège", "Which shops?")
    returned, store = tmp_path / "belgium.docx", Store(tmp_path / "exchange")
    returned.write_bytes(word.saved())
    merged = harness.merge(returned.read_bytes(), "belgium.docx")
    outcome = MergeOutcome((merged,), harness.files, merged.files)
    folder.write_content(outcome, content)
    (made,) = folder.put_comments(outcome, [returned], content, store, theme)
    text = paragraphs.read(docx.open_docx(made.read_bytes(), made.name))
    assert made.name == "belgium-next.docx"
    assert [(c.text, c.about) for c in text.comments] == [("Which shops?", "Shops in Liège")]
    assert any("all of them, by their own account" in p.text for p in text.paragraphs)
    assert [sent.name for sent in store.sent()] == ["briefs/belgium.docx"]
    assert folder.put_comments(outcome, [returned], content, store, theme)[0].name == "belgium-next-2.docx"


AUDIENCE = b"audiences:\n- {id: press, label: The press, blocks: [facts]}\n"
FRENCH = b"languages: [en-GB, fr]\n"


def next_of(
    data: bytes, name: str, content: dict[str, bytes], harness: MergeHarness, theme: Theme, folder_: Path
) -> tuple[Any, str]:
    """The text of the next file of a returned one, and the name under which the store has it."""
    merged = harness.merge(data, name, content, store=Store(folder_ / "exchange"))
    returned, store = folder_ / name, Store(folder_ / "exchange")
    for path, own in content.items():
        (folder_ / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder_ / "content" / path).write_bytes(own)
    returned.write_bytes(data)
    (made,) = folder.put_comments(MergeOutcome((merged,), content, {}), [returned], folder_ / "content", store, theme)
    return opened.read(opened.open_file(made.read_bytes(), made.name)), store.sent()[0].name


def test_the_next_file_for_an_audience_is_for_that_audience(harness: MergeHarness, theme: Theme, tmp_path: Path) -> None:
    content = {**harness.files, "edition.yaml": harness.files["edition.yaml"] + AUDIENCE}
    word = Word(harness.built_from(edition_of(content), "brief", "be", "press"))
    word.comment("Shops in Liège", "Which shops?")
    text, name = next_of(word.saved(), "belgium.docx", content, harness, theme, tmp_path)
    assert [(c.text, c.about) for c in text.comments] == [("Which shops?", "Shops in Liège")]
    assert name == "press/briefs/belgium.docx"


def test_the_next_file_in_another_language_is_in_that_language(harness: MergeHarness, theme: Theme, tmp_path: Path) -> None:
    draft = harness.files["edition.yaml"].replace(b"status: final", b"status: draft") + FRENCH
    content = {**harness.files, **TWO_LANGUAGES, "edition.yaml": draft}
    word = Word(harness.built_from(edition_of(content).translations["fr"], "handout", "talk"))
    word.comment("Pourquoi les bouteilles", "Vraiment ?")
    text, name = next_of(word.saved(), "talk.docx", content, harness, theme, tmp_path)
    assert [(c.text, c.about) for c in text.comments] == [("Vraiment ?", "Pourquoi les bouteilles")]
    assert name == "fr/handouts/talk.docx"


def test_the_next_presentation_has_the_discussion_on_its_slides(harness: MergeHarness, theme: Theme, tmp_path: Path) -> None:
    sent = harness.built_from(edition_of(harness.files), "handout", "talk", "", "pptx")
    titles = [p for p in opened.read(opened.open_file(sent, "talk.pptx")).paragraphs if p.style == slides.TITLE]
    said = [("Ann", "Is this so?", ""), ("Bo", "It is.", "Is this so?"), ("Ann", "Good.", "")]
    remarks = [
        Remark(Comment(author, "2026-03-04T10:00:00Z", text, "", 0, answers, text == "Good."), titles[1].text)
        for author, text, answers in said
    ]
    remarks.append(Remark(Comment("Bo", "", "Where?", "", 0), "A title that no slide has any more"))
    data = slidediscussion.with_comments(sent, remarks, "2026-03-04")
    text, name = next_of(data, "talk.pptx", dict(harness.files), harness, theme, tmp_path)
    on = [(c.author, c.text, c.answers, text.paragraphs[c.paragraph].page) for c in text.comments]
    page = titles[1].page
    first = ("Bo", "(On “A title that no slide has any more”) Where?", "", 1)
    assert on == [first, *((author, text.replace("Good", "(resolved) Good"), answers, page) for author, text, answers in said)]
    assert name == "handouts/talk.pptx"
    presentation = pptx.Presentation(tmp_path / "talk-next.pptx")
    assert len(presentation.slides) == len(pptx.Presentation(io.BytesIO(sent)).slides)
