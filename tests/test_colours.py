"""Colours: the text that reads on each."""

from __future__ import annotations

from itertools import product

from briefs.colours import BLACK, ENOUGH, INK, PAPER, contrast, text_on


def test_text_reads_on_any_colour() -> None:
    for red, green, blue in product(range(0, 256, 17), repeat=3):
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        assert contrast(text_on(colour), colour) >= ENOUGH, colour


def test_white_or_the_colour_of_texts_where_either_is_enough() -> None:
    assert [text_on(colour) for colour in ("#123456", "#fdb863", "#8073ac")] == [PAPER, INK, BLACK]
