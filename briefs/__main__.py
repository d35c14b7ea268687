"""`python -m briefs`: the same words as the `briefs` command."""

import sys

from briefs.cli import main

sys.exit(main())
