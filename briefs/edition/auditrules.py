"""`audit.yaml`: what the edition declares about its sources and claims for `audit` to check.

In: the files of an edition. Out: `AuditRules`, or the problems in them. No document depends on the rules; only `ledger/audit.py`
uses them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from briefs.edition import yamls
from briefs.edition.model import AuditRules, Edition, place_of
from briefs.problems import Problem, did_you_mean, error

FILE = "audit.yaml"


def read(files: Mapping[str, bytes]) -> AuditRules:
    """The rules in the files of an edition that has no errors."""
    return AuditRules.model_validate(yamls.load(FILE, files[FILE]).data) if FILE in files else AuditRules()


def problems(edition: Edition, rules: AuditRules) -> Iterator[Problem]:
    """An error for each source and fact that the rules name and the edition doesn't have, and for words without a file."""
    facts = {fact.id: fact for country in edition.countries.values() for fact in country.facts}
    for id in rules.contested:
        if id not in facts:
            hint = did_you_mean(id, facts, "List the ids of facts.")
            yield error(place_of(id), f"there is no fact “{id}”", hint)
    for key, other in rules.repeats.items():
        for name in (key, other):
            if name not in edition.sources:
                hint = did_you_mean(name, edition.sources, "sources.yaml lists them.")
                yield error(place_of(other), f"there is no source “{name}”", hint)
    for one in rules.accepted:
        if one.source and one.source not in edition.sources:
            hint = did_you_mean(one.source, edition.sources, "sources.yaml lists them.")
            yield error(place_of(one.source), f"there is no source “{one.source}”", hint)
        if bool(one.begins) != bool(one.claim and one.claim.endswith(".md")):
            hint = "Write the file, such as report/01-introduction.md, as `claim`, and the paragraph’s first words as `begins`."
            yield error(place_of(one.why), "a paragraph is known by its file and the words with which it begins", hint)
