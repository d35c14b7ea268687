"""Keeps a process that makes documents from printing tracebacks of Python's own, such as of a MemoryError while it starts.

In: nothing. Out: nothing; importing this module is all. The command says which documents were lost with the process, and `logs.py`
prints to the stream that the process was started with.
"""

import os
import sys

sys.stderr = open(os.devnull, "w")  # noqa: SIM115  it stays open as long as the process
