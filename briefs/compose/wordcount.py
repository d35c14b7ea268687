"""How many words a text has, as its script counts them, and between which of them a line may end.

In: a text. Out: a number, or its parts.
"""

from __future__ import annotations

import re

_IDEOGRAPHS = re.compile("[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")  # Chinese and Japanese; Korean has spaces
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer


def words_in(text: str) -> int:
    """About how many words a text has. In scripts without spaces, two ideographs or six letters count as one word."""
    return len(text.split()) + len(_IDEOGRAPHS.findall(text)) // 2 + len(_UNSPACED.findall(text)) // 6


def runs_in(text: str) -> list[str]:
    """The parts of a text that no line break parts: what stands between spaces that aren't bound. In scripts without spaces a line
    may end behind about every letter."""
    return _UNSPACED.sub(r" \g<0> ", _IDEOGRAPHS.sub(r" \g<0> ", text)).replace("\n", " ").split(" ")
