"""How long we take, and how long others take for the same documents. No test depends on it: `python3 build.py bench`."""
