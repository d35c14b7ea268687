"""Pages: a manuscript as HTML, laid out and written as PDF."""
