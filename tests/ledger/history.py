"""A made-up edition through two years: six states of its content, and what happened between them.

    states()                                 the files of each state, by day
    EVENTS[day]                              what happened since the state before: item, action, subject, id, before, after
    commit(folder)                           the states as a git history

Each state is the one before with some letters replaced, so that an event is exactly what stands in `EDITS`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests import small

COUNTRIES = {
    "be": """\
code: be
stance: wary
summary: Belgium weighs new limits for suppliers.
facts:
  - {id: be-01, topic: market, text: "The operator **reaches** 35 per cent of homes.", date: 2023-05, sources: [one]}
  - {id: be-02, topic: policy, text: "A **law on suppliers** is being prepared.", due: 2024-11, sources: [two]}
data:
  rule: {value: in draft, facts: [be-02]}
""",
    "ee": """\
code: ee
stance: open
summary: Estonia tests networks and has no rule.
facts:
  - {id: ee-01, topic: market, text: "**Tests began** in Tallinn.", date: 2023-02, sources: [one]}
  - {id: ee-02, topic: policy, text: "Talks with the regulator were announced.", sources: [two]}
""",
    "fr": """\
code: fr
stance: wary
summary: France licenses each part of a network.
facts:
  - {id: fr-01, topic: policy, text: "Licences end after eight years.", sources: [two]}
""",
}
SECTION = """\
---
id: opening
title: How it began
---

The first paragraph says why networks matter to governments.

The second paragraph counts the countries that have rules.
"""
CLOSING = """\
---
id: closing
title: What follows
---

The last paragraph looks ahead to the auctions of next year.
"""
COLUMNS = """\
columns:
  - id: rule
    label: Rule
    kind: category
    values: [{id: in-draft, label: in draft}, {id: in-force, label: in force}]
"""
DAYS = ("2024-03-01", "2024-09-15", "2025-01-20", "2025-06-30", "2025-10-05", "2026-02-11")
EDITS: Mapping[str, list[tuple[str, str, str]]] = {  # file, what stands there, what takes its place
    "2024-09-15": [
        ("countries/be.yaml", "stance: wary", "stance: closed"),
        ("countries/be.yaml", "35 per cent", "30 per cent"),
        ("countries/be.yaml", "2024-11", "2025-02"),
        ("countries/ee.yaml", "in Tallinn", "in Tallinn and in Tartu"),
    ],
    "2025-01-20": [
        ("countries/be.yaml", "due: 2025-02, sources: [two]", "due: 2025-02, sources: [two, one]"),
        (
            "countries/ee.yaml",
            '  - {id: ee-02, topic: policy, text: "Talks with the regulator were announced.", sources: [two]}\n',
            "",
        ),
        ("report/01-opening.md", "says why networks matter", "explains why networks matter"),
    ],
    "2025-06-30": [
        ("countries/fr.yaml", "", COUNTRIES["fr"]),
        ("countries/be.yaml", "weighs new limits for suppliers", "has adopted limits for suppliers"),
        ("countries/ee.yaml", "topic: market", "topic: policy"),
        ("countries/ee.yaml", "sources: [one]", "sources: [one], priority: 1"),
    ],
    "2025-10-05": [
        ("report/02-closing.md", "", CLOSING),
        ("countries/be.yaml", "value: in draft", "value: in force"),
        ("edition.yaml", "countries: 2024-01", "countries: 2025-09"),
        ("glossary.yaml", "", "Core: The middle of a network.\n"),
    ],
    "2026-02-11": [
        ("sources.yaml", "About one", "About the first"),
        ("countries/be.yaml", "sources: [two, one]", "sources: [one]"),
        ("countries/fr.yaml", "stance: wary", "stance: wary\nstance_note: Inferred from its licences."),
        ("countries/ee.yaml", "facts:", 'facts:\n  - {id: ee-03, topic: market, text: "An auction was held.", sources: [two]}'),
        ("report/01-opening.md", "\nThe second paragraph counts the countries that have rules.\n", ""),
    ],
}
_REACH = "The operator **reaches** {} per cent of homes."
_LIMITS = "Belgium {} limits for suppliers."
Event = tuple[str, str, str, str, str, str]
EVENTS: Mapping[str, list[Event]] = {
    "2024-09-15": [
        ("stance", "changed", "be", "", "wary", "closed"),
        ("fact", "number", "be", "be-01", _REACH.format(35), _REACH.format(30)),
        ("fact", "date", "be", "be-02", "due 2024-11", "due 2025-02"),
        ("fact", "reworded", "ee", "ee-01", "**Tests began** in Tallinn.", "**Tests began** in Tallinn and in Tartu."),
    ],
    "2025-01-20": [
        ("fact", "source-added", "be", "be-02", "", "one"),
        ("fact", "dropped", "ee", "ee-02", "Talks with the regulator were announced.", ""),
        (
            "paragraph", "reworded", "report/01-opening.md", "report/01-opening.md#1",
            "The first paragraph says why networks matter to governments.",
            "The first paragraph explains why networks matter to governments.",
        ),
    ],
    "2025-06-30": [
        ("point", "reworded", "be", "summary", _LIMITS.format("weighs new"), _LIMITS.format("has adopted")),
        ("fact", "topic", "ee", "ee-01", "market", "policy"),
        ("fact", "priority", "ee", "ee-01", "2", "1"),
        ("country", "new", "fr", "", "", "France"),
    ],
    "2025-10-05": [
        ("edition", "date", "", "as_of/countries", "2024-01", "2025-09"),
        ("value", "changed", "be", "rule", "in draft", "in force"),
        ("section", "new", "report/02-closing.md", "closing", "", "What follows"),
        ("word", "new", "", "Core", "", "The middle of a network."),
    ],
    "2026-02-11": [
        ("fact", "source-dropped", "be", "be-02", "two", ""),
        ("fact", "new", "ee", "ee-03", "", "An auction was held."),
        ("stance", "new", "fr", "note", "", "Inferred from its licences."),
        (
            "paragraph", "dropped", "report/01-opening.md", "report/01-opening.md#2",
            "The second paragraph counts the countries that have rules.", "",
        ),
        ("source", "changed", "", "one", "title: About one", "title: About the first"),
    ],
}  # fmt: skip


def states() -> dict[str, dict[str, bytes]]:
    """The files of each state, by day."""
    more: dict[str, str | bytes | None] = {f"countries/{code}.yaml": COUNTRIES[code] for code in ("be", "ee")}
    more |= {"report/01-opening.md": SECTION, "columns.yaml": COLUMNS}
    files = {
        path: data.decode()
        for path, data in small.files(about={"date": "2024-03", "as_of": {"countries": "2024-01"}}, more=more).items()
    }
    found = {DAYS[0]: dict(files)}
    for day in DAYS[1:]:
        for path, old, new in EDITS[day]:
            assert not old or files[path].count(old) == 1, (day, path, old)
            files[path] = files[path].replace(old, new) if old else new
        found[day] = dict(files)
    return {day: {path: text.encode() for path, text in found[day].items()} for day in found}


def commit(folder: Path) -> Path:
    """A repository in `folder` whose commits are the states. Returns the content folder, with the last of them."""
    content = folder / "content"
    subprocess.run(["git", "init", "-q", folder], check=True)
    for day, files in states().items():
        for path, data in files.items():
            (content / path).parent.mkdir(parents=True, exist_ok=True)
            (content / path).write_bytes(data)
        when = f"{day}T12:00:00+00:00"
        who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment = os.environ | who | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", "-C", folder, "add", "-A"], check=True)
        subprocess.run(["git", "-C", folder, "commit", "-q", "-m", day], check=True, env=environment)
        subprocess.run(["git", "-C", folder, "tag", f"v{day}"], check=True)
    return content
