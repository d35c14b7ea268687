"""The edition in a browser, for people who never open a terminal.

In: a content folder. Out: a server on 127.0.0.1 that shows the edition, its documents and what is wrong, until Ctrl-C. It has
no rules of its own about the content: it calls what the commands call. `app.py` lists every route, `access.py` says who gets in.
"""
