"""PO, the format of gettext, which Poedit, Weblate and many others read.

In: `Unit`s, or a PO file that came back. Out: the bytes of a PO file, or the translations in the one that came back. The context of
a message is the name of its text, so that two texts with the same words stay apart. A translation that is out of date is marked as
fuzzy. Fuzzy translations aren't taken back.
https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message

from briefs.translate.units import Returned, ReturnedFile, Unit, UnreadableTranslation

_KEY = re.compile(r"briefs: of=([0-9a-f]{16}) was=([0-9a-f]{16})?")


class _AllMessages(Catalog):
    """A catalog that keeps every message of a file in `found`. Babel keeps the first one of each context and source."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Message] = []

    def __setitem__(self, id: Any, message: Message) -> None:
        self.found.append(message)
        super().__setitem__(id, message)


def write(units: Sequence[Unit], target: str) -> bytes:
    """The units as a PO file. `target`: the tag of the translations' language."""
    catalog = Catalog(fuzzy=False, header_comment="# Translations of an edition. Context: the place of the text.")
    for unit in units:
        notes = [*unit.notes, *([f"{unit.limit} characters at most"] if unit.limit else []), f"briefs: of={unit.of} was={unit.was}"]
        flags = {"fuzzy"} if unit.state == "stale" else set()
        before = [unit.before] if unit.before else []
        catalog.add(unit.source, unit.target, flags=flags, auto_comments=notes, context=unit.name, previous_id=before)
    out = io.BytesIO()
    pofile.write_po(out, catalog, width=100, omit_header=True, include_previous=True)
    head = f'msgid ""\nmsgstr ""\n"Language: {target}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    head += '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    return head.encode() + out.getvalue()


def read(data: bytes) -> ReturnedFile:
    """The translations in a PO file. Raises UnreadableTranslation."""
    try:
        text = data.decode("utf-8-sig")
        catalog = _AllMessages()
        pofile.PoFileParser(catalog, ignore_obsolete=True, abort_invalid=True).parse(io.BytesIO(text.encode()))
    except (UnicodeDecodeError, ValueError, LookupError, pofile.PoFileError) as fault:
        raise UnreadableTranslation(f"it can’t be read as PO: {str(fault)[:120]}") from None
    found = re.search(r'"Language: ([\w-]+)\\n"', text)
    texts = []
    for message in catalog.found:
        key = next((match for note in message.auto_comments if (match := _KEY.search(note))), None)
        of, was = (key[1], key[2] or "") if key else ("", "")
        if message.id and isinstance(message.string, str) and (message.string.strip() or was) and not message.fuzzy:
            texts.append(Returned(message.context or "", of, was, str(message.id), message.string.strip()))
    if not found:
        raise UnreadableTranslation("its header names no language")
    return ReturnedFile(found[1], texts)
