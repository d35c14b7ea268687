"""Word files. `document.py` writes one from a manuscript; `slides.py` writes a handout."""
