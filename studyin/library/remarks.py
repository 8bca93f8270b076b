"""Sentences about what could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from studyin.language import enumerated, say


def remark(numbers: Sequence[int], one: str, other: str) -> str:
    """`one` or `other` of two phrases, with its {numbers}: "Page 3", "Pages 3 and 5 to 9", "Pages 1, 3 and 5".

    Ascending numbers, runs of three and more joined.
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [say("{first} to {last}", first=run[0], last=run[-1])] if len(run) > 2 else map(str, run)
    if len(parts) > 12:
        parts = [*parts[:11], say("others")]
    return say(one if len(numbers) == 1 else other, numbers=enumerated(parts))
