"""The types of CSL by the names that other programs give to kinds of sources.

In: a name such as `journalArticle`, `journal-article`, `Web Page` or `techreport`. Out: CSL's type. The names are those of
Zotero and Crossref, with the types that these programs choose themselves, and those of EndNote and BibTeX.
https://aurimasv.github.io/z2csl/typeMap.xml, https://api.crossref.org/types, https://ctan.org/pkg/biblatex (section 2.1)
"""

from __future__ import annotations

import re
from typing import get_args

from briefs.edition.csl import CslType

_OTHERS = {
    "article": "preprint posted-content",
    "article-journal": "journal-article electronic-article",
    "article-magazine": "magazine-article magazine",
    "article-newspaper": "newspaper-article newspaper",
    "book": "monograph edited-book electronic-book reference-book book-set book-series proceedings manual mvbook e-book",
    "broadcast": "podcast radio-broadcast tv-broadcast television-episode",
    "chapter": "book-section book-chapter book-part book-track electronic-book-section in-collection in-book",
    "classic": "classical-work ancient-text",
    "dataset": "database online-database aggregated-database",
    "document": "misc generic other component grant press-release",
    "entry": "reference-entry",
    "entry-dictionary": "dictionary-entry dictionary",
    "entry-encyclopedia": "encyclopedia-article encyclopedia",
    "figure": "chart-or-table",
    "graphic": "artwork",
    "legal_case": "case jurisdiction",
    "legislation": "statute",
    "manuscript": "unpublished unpublished-work",
    "motion_picture": "film video-recording film-or-broadcast audiovisual-material video movie",
    "pamphlet": "booklet",
    "paper-conference": "conference-paper proceedings-article conference-proceedings in-proceedings conference",
    "periodical": "journal journal-issue journal-volume serial",
    "personal_communication": "email letter instant-message",
    "post": "forum-post discussion-forum social-media",
    "post-weblog": "blog-post blog",
    "regulation": "legal-rule-or-regulation",
    "report": "tech-report technical-report government-document report-series report-component",
    "review": "peer-review",
    "software": "computer-program",
    "song": "audio-recording music",
    "speech": "presentation",
    "thesis": "dissertation phd-thesis masters-thesis",
    "webpage": "web-page website web-site www online electronic online-multimedia",
}


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


_TYPES = {_folded(other): kind for kind, others in _OTHERS.items() for other in others.split()}
_TYPES |= {_folded(kind): kind for kind in get_args(CslType)}


def type_named(name: str) -> str | None:
    """CSL's type for another program's name of a type, however the words of the name are joined. None if no program has the
    name."""
    return _TYPES.get(_folded(name))
