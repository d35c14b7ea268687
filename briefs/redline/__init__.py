"""Two states of a document as one Word file with tracked changes."""
