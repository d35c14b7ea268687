"""WeasyPrint: how it is loaded, and everything that is changed in it."""
