"""Makes documents: finds which ones a request asks for and which are stale, has them made, and writes their files into `dist/`."""
