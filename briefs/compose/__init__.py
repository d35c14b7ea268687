"""What does this document say? An `Edition`, a kind and a subject in, a `Manuscript` out."""
