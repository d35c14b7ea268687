"""Slides. `presentation.py` writes a deck as PPTX; `handout.py` arranges slides on pages."""
