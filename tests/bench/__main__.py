"""`python -m tests.bench [measure …] [--rounds N] [--minutes N]`: measure, and print each figure beside its target."""

import argparse
import sys

from tests.bench.measures import MEASURES
from tests.bench.soak import soak
from tests.bench.storm import CROWDS, storm

parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
parser.add_argument(
    "measures",
    nargs="*",
    choices=[*MEASURES, "soak", "storm", []],
    help="which to take; where none is named all but soak and storm",
)
parser.add_argument("--rounds", type=int, default=3, help="how often each pair is run in turn (3)")
parser.add_argument("--minutes", type=float, default=10.0, help="how long soak lasts (10)")
parser.add_argument("--kinds", nargs="*", choices=CROWDS, default=(), help="of whom storm consists (all)")
arguments = parser.parse_args()
for name in arguments.measures or MEASURES:
    if name in MEASURES:
        MEASURES[name](arguments.rounds)
    elif not (soak(arguments.minutes) if name == "soak" else storm(arguments.kinds)):
        sys.exit(1)
