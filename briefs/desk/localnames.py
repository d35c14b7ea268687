"""What countries, stances, topics and groups are called in the language of the interface.

In: the edition, a language. Out: names by code, labels by id. A language that the edition is written in or translated into has the
edition's own words. In any other one, countries have the names of CLDR, as in a translation, and all else has the edition's words.
"""

from __future__ import annotations

from collections.abc import Mapping

from briefs.edition.model import Edition
from briefs.edition.names import is_iso, knows_language, name_of


def countries(edition: Edition, language: str) -> Mapping[str, str]:
    """The names of all subjects, by code. Subjects that are no countries of ISO 3166 keep the edition's names."""
    own = _in_language(edition, language)
    if own is not None or not knows_language(language):
        return (own or edition).names
    return {code: name_of(code, language) if is_iso(code) else name for code, name in edition.names.items()}


def steps(edition: Edition, language: str) -> Mapping[str, str]:
    """The labels of the scale's steps, by id."""
    own = _in_language(edition, language) or edition
    return {id: str(step.label) for id, step in own.steps.items()}


def topics(edition: Edition, language: str) -> Mapping[str, str]:
    """The labels of the topics, by id."""
    own = _in_language(edition, language) or edition
    return {topic.id: str(topic.label) for topic in own.about.topics}


def groups(edition: Edition, language: str) -> Mapping[str, str]:
    """The labels of the groups of countries, by id."""
    own = _in_language(edition, language) or edition
    return {group.id: str(group.label) for group in own.about.groups}


def _in_language(edition: Edition, language: str) -> Edition | None:
    """The edition as it is in a language: its own, or one into which it is translated, whatever the region."""
    editions = {edition.about.language: edition, **edition.translations}
    same = (own for tag, own in editions.items() if tag.partition("-")[0] == language.partition("-")[0])
    return next(same, None) if language else edition
