"""Everything that a worker loads before it has work, mostly before it is forked.

In: nothing. Out: nothing; importing this module is all.
https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_forkserver_preload
"""

import gc
from importlib import import_module

import pypdfium2  # noqa: F401

gc.disable()  # nothing that is loaded is garbage
import briefs.press.session  # noqa: E402
import briefs.press.worker  # noqa: E402, F401
from briefs.compose.kinds import KINDS  # noqa: E402
from briefs.engine import load as typesetter  # noqa: E402
from briefs.press.makers import MAKERS  # noqa: E402

for module in MAKERS.values():
    import_module(f"briefs.press.makers.{module}")
for kind in KINDS.values():
    kind.load()
typesetter.load()
gc.freeze()  # else the collector would visit all that is loaded, and so copy the memory that workers share
gc.enable()
