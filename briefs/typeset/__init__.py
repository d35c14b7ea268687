"""Typesets manuscripts. In: a `Manuscript`, a theme, a paper. Out: bytes. Each medium has a folder; the fit is shared."""
