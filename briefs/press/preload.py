"""What a worker has loaded before it has work, mostly before it is forked. In: nothing. Out: nothing; importing it is all.

https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_forkserver_preload
"""

import gc

import pypdfium2  # noqa: F401

gc.disable()  # nothing of what is loaded is garbage
import briefs.press.handout  # noqa: E402
import briefs.press.session  # noqa: E402, F401
from briefs.compose.kinds import KINDS  # noqa: E402
from briefs.engine import load as typesetter  # noqa: E402

for kind in KINDS.values():
    kind.load()
typesetter.load()
gc.freeze()  # nor need workers look at it again, and copy its pages by doing so
gc.enable()
