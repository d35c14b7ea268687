"""Reads Word files and presentations, whichever program wrote them."""
