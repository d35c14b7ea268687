"""Typesets slides. `presentation.py` writes a deck as PPTX; `handout.py` arranges slides on the pages of a handout."""
