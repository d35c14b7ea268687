"""WeasyPrint, behind a small interface (`render.py`, `boxes.py`), and everything that is replaced in it (`patches.py`)."""
