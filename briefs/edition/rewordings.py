"""`rewordings.yaml`: texts whose words an editor has changed without changing what they say.

In: the model of the file. Out: for each text the marked steps from one state to the next, as hashes; the bytes of the file with
more marks. A mark holds only for its two states: if the text is edited again, that counts as a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import yaml

from briefs.edition.model import Rewordings

HEAD = "# Written by `changes --reworded`: texts that say the same in other words, with the hashes of both states.\n"


def steps(listed: Rewordings) -> dict[str, tuple[tuple[str, str], ...]]:
    """The steps that an editor has marked as rewordings (the hashes before and after), by the name of their text."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for one in listed.rewordings:
        found[str(one.text)] = (*found.get(str(one.text), ()), (str(one.before), str(one.after)))
    return found


def text(known: Mapping[str, Sequence[tuple[str, str]]], more: Iterable[tuple[str, str, str]]) -> bytes:
    """The bytes of the file with more marks: each is the name of a text, the hash of its old words and the hash of its new ones."""
    listed = {(name, *step): None for name, steps in known.items() for step in steps} | dict.fromkeys(more)
    plain = [{"text": name, "from": before, "to": after} for name, before, after in sorted(listed)]
    return (HEAD + yaml.safe_dump({"rewordings": plain}, allow_unicode=True, sort_keys=False, width=1000)).encode()
