"""What is kept of a past edition of which today's models don't take everything."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from briefs.edition import faults


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
