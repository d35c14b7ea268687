"""What messages say of the errors of models, and what is kept of an edition that these don't take as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from briefs.edition import faults
from tests import small


class Numbers(BaseModel):
    """A list that takes whole numbers."""

    numbers: list[int]


def test_every_faulty_item_of_a_long_list_goes_and_no_other() -> None:
    """The item at 10 is dropped before the one at 9, after which it would have another index."""
    data = {"numbers": [*range(9), "nine", "ten", 11, 12]}
    try:
        Numbers.model_validate(data)
    except ValidationError as fault:
        found = faults.readable(Numbers, data, [dict(one) for one in fault.errors()])
    assert found is not None and found.numbers == [*range(9), 11, 12]


@pytest.mark.parametrize(
    ("about", "hint"),
    [
        ({"roles": [{"id": "Chief Editor", "label": "Editor"}]}, "Use the word that `sign --as` takes."),
        ({"groups": [{"id": "g", "label": "G", "members": []}]}, "List the codes of its countries."),
        ({"groups": [{"id": "g", "label": "G", "memberz": ["be"]}]}, "Did you mean “members”?"),
    ],
)
def test_the_hint_is_that_of_the_model_in_which_the_key_stands(about: dict[str, Any], hint: str) -> None:
    assert any(hint in problem.hint for problem in small.reading(about=about).errors)


def test_a_figure_of_briefs_without_a_column_is_told_at_its_line() -> None:
    (found,) = small.reading(about={"figures": [{"data": "strip"}]}).errors
    assert (found.path, found.line > 1) == ("edition.yaml", True)
    assert found.message == "a figure of values names its `column`, or its `columns`"
