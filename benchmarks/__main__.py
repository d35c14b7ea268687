"""`python -m benchmarks`, which `python3 build.py bench` runs. Progress goes to standard error, the outcome to standard output."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks.bench import MEASURES, Bench, data, table
from benchmarks.peers import PEERS


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    measures = arguments.only.split(",")
    if unknown := set(measures) - set(MEASURES):
        parser.error(f"--only takes {', '.join(MEASURES)}, not {', '.join(sorted(unknown))}")
    bench = Bench(arguments.runs, arguments.jobs, arguments.peers.split(","), lambda line: print(line, file=sys.stderr, flush=True))
    bench.run(measures)
    print(json.dumps(data(bench), indent=1) if arguments.json else table(bench))
    return 1 if bench.failed else 0


sys.exit(main())
