"""`python -m tests.bench [measure …] [--rounds N]`: measure, and print each figure beside its target."""

import argparse

from tests.bench.measures import MEASURES

parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
parser.add_argument("measures", nargs="*", choices=[*MEASURES, []], help="which to take; all where none is named")
parser.add_argument("--rounds", type=int, default=3, help="how often each pair is run in turn (3)")
arguments = parser.parse_args()
for name in arguments.measures or MEASURES:
    MEASURES[name](arguments.rounds)
