"""Sentences about what could not be read."""

from __future__ import annotations

from collections.abc import Sequence


def listed(noun: str, numbers: Sequence[int]) -> str:
    """ "Page 3", "Pages 3 and 5 to 9", "Pages 1, 3 and 5": ascending numbers, runs of three and more joined."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    if len(parts) > 12:
        parts = [*parts[:11], "others"]
    words = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{noun.capitalize()}{'s' if len(numbers) > 1 else ''} {words}"
