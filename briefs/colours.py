"""Colours as `#rrggbb`: their contrast, the text colour that reads on them, and tints.

In: colours. Out: colours or ratios. Contrast is that of WCAG 2.1 (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio).
"""

from __future__ import annotations

INK, PAPER, BLACK = "#1a1a1a", "#ffffff", "#000000"
ENOUGH = 4.5  # contrast that text needs (WCAG 2.1, 1.4.3)
TINT = 0.14  # the share of a stance's colour in its tint behind text
PALE = 0.4  # its share in the tint of a country beside one that stands out


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, from 0 to 1 (https://www.w3.org/TR/WCAG21/#dfn-relative-luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_on(colour: str) -> str:
    """White or near-black, whichever has more contrast with `colour`. If neither has enough contrast, white or black, whichever has
    more."""
    found = max((PAPER, INK), key=lambda text: contrast(text, colour))
    return found if contrast(found, colour) >= ENOUGH else max((PAPER, BLACK), key=lambda text: contrast(text, colour))


def tint(colour: str, share: float = TINT) -> str:
    """A colour mixed with white; `share` of it is left."""
    return "#" + "".join(f"{round(255 - share * (255 - int(colour[i : i + 2], 16))):02x}" for i in (1, 3, 5))
