"""The edition in a browser, for people who never open a terminal.

In: a content folder. Out: a server on 127.0.0.1 that shows the edition, its documents and what is wrong, until Ctrl-C. It has no
logic of its own that a command lacks. `app.py` lists every route, `access.py` says who gets in.
"""
