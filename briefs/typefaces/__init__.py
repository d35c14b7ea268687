"""What does a font from content hold?

In: the bytes of a font file. Out: the same font as the OpenType Sanitizer writes it, with its family, its weight and what its
licence bits allow. Fonts are read in a process of their own, which `tools/typefaces.py` runs.
"""
