"""Which documents, when, on what? A request in, files in `dist/` out."""
