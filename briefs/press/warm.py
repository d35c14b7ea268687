"""What a worker has loaded before it is forked. In: nothing. Out: nothing; importing it is all.

https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_forkserver_preload
"""

import briefs.press.pipeline  # noqa: F401
from briefs.tools import typesetter

typesetter.load()
