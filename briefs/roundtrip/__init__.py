"""Edits of a Word file, brought back into the content."""
