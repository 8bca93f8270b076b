"""How alike two words are to the eye: slips of the keyboard, other endings, words within words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypedDict

from studyin.library.languages import ENGLISH, Language

# What a word counts that is not the one that was asked for, but like it.
SLIP = 0.9
OTHER_ENDING = 0.8
COMPOUND = 0.7
# English sets its compounds apart. What is one word there may be near (a storm, a thunderstorm) or another thing
# (osmosis, chemiosmosis): enough to be found, and too little to be taken for an answer.
ENGLISH_COMPOUND = 0.4

# In letters. A shorter beginning or part says too little: "inter" begins everything.
LEAST_STEM = 5
LEAST_PART = 5
LONGEST_ENDING = 3
LONGEST_ENDING_OF_LONG = 5
LONG_STEM = 9
MOST_SPELLINGS = 6


def is_slip(written: str, meant: str) -> bool:
    """Whether one folded word is the other with a slip of the keyboard: one edit from 5 letters on, two from 9.

    Written here, as the one function that was needed of an edit-distance library cost 6 MB and 25 ms at start.
    """
    most = 2 if len(meant) >= 9 else 1 if len(meant) >= 5 else 0
    if not most or abs(len(written) - len(meant)) > most or written[:1] != meant[:1] or len(written) < 4:
        return False
    return len(set(written) ^ set(meant)) <= 2 * most and _distance(written, meant, most) <= most


def likeness(word: str, other: str, compound: float = COMPOUND) -> float:
    """How far a word of the notes, 0 to 1, may stand for one that they don't have. compound: where one is part of the
    other."""
    # "Cakes" for "cases" is as near as a slip, and another word: of five letters only a swap is one.
    if is_slip(word, other) and (len(other) > LEAST_STEM or sorted(word) == sorted(other)):
        return SLIP
    shared = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(map(len, (word, other)))
    )
    endings = max(len(word), len(other)) - shared
    most = LONGEST_ENDING_OF_LONG if shared >= LONG_STEM else LONGEST_ENDING
    if shared >= LEAST_STEM and endings <= most and endings < shared:
        return OTHER_ENDING
    part, whole = sorted((word, other), key=len)
    if len(part) >= LEAST_PART and (whole.startswith(part) or whole.endswith(part)):
        return compound
    return 0.0


class Parts(TypedDict):
    """The parts by one of which a word is found that may stand for another: see PassageIndex.spelt_like."""

    begin: Sequence[str]
    end: Sequence[str]
    have: Sequence[str]


def parts(word: str) -> Iterator[Parts]:
    """Parts of which a word like this one has one unharmed: its halves where there is one slip, which is the rule and
    finds few others; then, for a long word, its thirds, for two."""
    half = max(len(word) // 2, 2)
    yield Parts(begin=[word[:half]], end=[word[half:]], have=[])
    if len(word) >= 9:
        third = len(word) // 3
        yield Parts(begin=[word[:third]], end=[word[-third:]], have=[word[third : 2 * third]])


def spellings(word: str, candidates: Iterable[str], language: Language | None, *, missing: bool) -> Mapping[str, float]:
    """Those of the candidates that stand for a word, the nearest first, and how far, 0 to 1.

    language: whose other forms of the word are the word itself; missing: whether the notes don't have the word, and
    what is merely like it may stand for it.
    """
    scored = {}
    compound = ENGLISH_COMPOUND if language is ENGLISH else COMPOUND
    for candidate in candidates:
        same = language is not None and language.stem(candidate) == language.stem(word)
        alike = 1.0 if same else likeness(word, candidate, compound) if missing else 0.0
        if alike and candidate != word:
            scored[candidate] = alike
    best = max(scored.values(), default=0.0)
    # Beside a slip, words that merely begin alike mean something else.
    nearest = sorted(
        (form for form, alike in scored.items() if alike >= min(best, SLIP)), key=lambda form: -scored[form]
    )
    return {form: scored[form] for form in nearest[:MOST_SPELLINGS]}


@lru_cache(maxsize=4096)
def _distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words; above `most` it doesn't matter."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
