"""Who does what to whom, as far as small words tell it: what comes from where, what is made, what is kept in what.

An answer may have all the words of a sentence and turn it round: "acid and base form from salt and water".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from studyin.coach.families import root
from studyin.coach.keys import Said, Word
from studyin.coach.meaning import EMPTY, has_opposite, meanings, opposites

_TURNING = (
    "make",
    "become",
    "cause",
    "follow",
    "absorb",
    "release",
    "reflect",
    "gain",
    "lose",
    "attract",
    "repel",
    "store",
)
# What stands behind one of these has a part to play that what stands before it has not.
_PREPOSITIONS = {"from": "from", "to": "to", "into": "to", "in": "in", "than": "than", "against": "against"}
_PREPOSITIONS |= {"below": "below", "under": "below", "beneath": "below", "above": "above", "over": "above"}
_VERBS = {meaning: verb for verb in _TURNING for meaning in meanings(verb)}
_CLAUSE_ENDS = re.compile(r"[,.;:!?]")
_NEXT_CLAUSE = re.compile(r"[,.;:]\s|\b(?:and|but|while|whereas)\b", re.IGNORECASE)
_PRONOUNS = frozenset({"it", "they", "we", "you", "he", "she", "i"})
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "gets", "get", "got"})
# All of it, or some of it.
_ALL = frozenset({"all", "every", "always", "entirely", "completely", "fully", "whole", "each"})
_SOME = frozenset({"some", "part", "partly", "partially", "sometimes", "few"})
# So many telling words behind it belong to it.
REACH = 4


def exchanged(expected: Said, told: Said) -> list[tuple[int, int]]:
    """Where an answer gives a part to another word of the sentence, and the right one stands elsewhere in it."""
    meant, said = _parts(expected), _parts(told)
    in_expected, in_told = _means(expected.words), _means(told.words)
    found: list[tuple[int, int]] = []
    for marker in meant.keys() & said.keys():
        # "The oceanic plate below the continental plate": the plate tells nothing.
        common = _means(meant[marker]) & _means(_beside(expected, meant[marker]))
        right, given = _means(meant[marker]) - common, _means(said[marker]) - common
        elsewhere = given & (in_expected - right) and right & (in_told - given)
        if not (elsewhere and not given & right) and not _opposed(meant[marker], said[marker], in_expected):
            continue
        found += [(word.start, word.end) for word in said[marker] if word.means & in_expected]
    return found or _turned_passive(expected.words, told.words)


def _beside(text: Said, words: Sequence[Word]) -> list[Word]:
    """What else stands in the clauses of some words."""
    within = [clause for clause in _clauses(text) if any(word in clause for word in words)]
    return [word for clause in within for word in clause if word not in words]


def overstated(expected: Sequence[Word], told: Sequence[Word]) -> list[tuple[int, int]]:
    """Where an answer says all of what the notes say of some, or some of what they say of all."""
    meant, said = {word.text for word in expected}, {word.text for word in told}
    for one, other in ((_SOME, _ALL), (_ALL, _SOME)):
        if not meant & one or meant & other or not said & other or said & one:
            continue
        of_told, of_expected = _means(_quantified(told, other)), _means(_quantified(expected, one))
        # "All plants" is said of something else than "some bacteria" is.
        if not of_told & _means(expected) or of_told & of_expected:
            return [(word.start, word.end) for word in told if word.text in other]
    return []


def _quantified(words: Sequence[Word], quantifiers: frozenset[str]) -> list[Word]:
    """The first telling word behind each quantifier."""
    at = [n for n, word in enumerate(words) if word.text in quantifiers]
    return [next(iter(filter(_tells, words[n + 1 :])), words[n]) for n in at]


def _opposed(meant: Sequence[Word], said: Sequence[Word], in_expected: set[str]) -> bool:
    """Whether the one says "the side with more" where the other has less, and the sentence speaks of both."""
    against = {each for word in meant for each in opposites(word.text)}
    right = {root(word.text) for word in meant}
    return any(root(word.text) in against - right and word.means & in_expected for word in said)


def _turned_passive(expected: Sequence[Word], told: Sequence[Word]) -> list[tuple[int, int]]:
    """Where who acts is acted upon: "the ribosome is made by the protein", for a ribosome that makes it."""
    telling = [word for word in expected if _tells(word)]
    by = next((at for at, word in enumerate(told) if word.text == "by" and at > 1), None)
    if by is None or not telling or any(word.text == "by" for word in expected) or told[by - 2].text not in _BE:
        return []
    agent = [word for word in told[by + 1 : by + 1 + REACH] if _tells(word)]
    if not _means(told[: by - 2]) & telling[0].means or not _means(agent) & _means(telling[1:]) - telling[0].means:
        return []
    return [(word.start, word.end) for word in agent]


def _parts(text: Said) -> Mapping[str, list[Word]]:
    """The telling words behind each marker, up to the next one or the end of the clause.

    A passive ("is made by") has its parts the other way round, and is left out.
    """
    found: dict[str, list[Word]] = {}
    words = text.words
    for at, word in enumerate(words):
        marker = _marker(word)
        if marker is None or (marker not in _PREPOSITIONS.values() and _acts_on_what_is_before(words, at)):
            continue
        behind: list[Word] = []
        for before, other in pairwise(words[at:]):
            ended = _CLAUSE_ENDS.search(text.text, before.end, other.start) is not None
            # "Than in air" is one marker.
            doubled = before is word and marker == "than"
            other_marker = other.text in _PREPOSITIONS or (marker in _VERBS.values() and _marker(other))
            if ended or (other_marker and not doubled) or len(behind) == REACH:
                break
            behind += [other] if _tells(other) and other.text not in _PREPOSITIONS else []
        found.setdefault(marker, []).extend(behind)
    return {marker: behind for marker, behind in found.items() if behind}


def _marker(word: Word) -> str | None:
    return _PREPOSITIONS.get(word.text) or next((_VERBS[each] for each in sorted(word.means) if each in _VERBS), None)


def _acts_on_what_is_before(words: Sequence[Word], at: int) -> bool:
    """For a passive, and for "the energy they lose"."""
    if at > 1 and words[at - 1].text in _PRONOUNS and _tells(words[at - 2]):
        return True
    before, behind = words[max(at - 2, 0) : at], words[at + 1 : at + 2]
    return any(word.text in _BE for word in before) or any(word.text == "by" for word in behind)


def _tells(word: Word) -> bool:
    return (word.text not in EMPTY and len(word.text) > 1) or has_opposite(word.text)


def _means(words: Sequence[Word]) -> set[str]:
    return {meaning for word in words if _tells(word) for meaning in word.means}


def crossed(names: tuple[str, str], expected: Sequence[Said], told: Said) -> list[tuple[int, int]]:
    """Where an answer says of the one of two things what the notes say of the other."""
    one, other = (_own_words(name, its_opposite) for name, its_opposite in (names, names[::-1]))
    if not one or not other:
        return []  # as with "continuous" and "uniformly continuous"
    its, others = _said_of(expected, one, other), _said_of(expected, other, one)
    found = []
    for clause in _clauses(told):
        means = _means(clause)
        for name, counterpart, right, wrong in (
            (one, other, its - others, others - its),
            (other, one, others - its, its - others),
        ):
            about_it = _is_named(name, means) and not any(word & means for word in counterpart)
            if about_it and len(means & wrong) > len(means & right):
                of_name = {each for word in name for each in word}
                found += [(word.start, word.end) for word in clause if word.means & (of_name | wrong)]
    return found


def _own_words(name: str, other: str) -> list[set[str]]:
    """What the words of a name mean, without those that the other has as well."""
    shared = _means(Said(other).words)
    return [own for word in Said(name).words if _tells(word) and (own := set(word.means) - shared)]


def _is_named(name: Sequence[set[str]], means: set[str]) -> bool:
    """Whether all words of a name are there: "sort" alone is not yet "merge sort"."""
    return all(word & means for word in name)


def _said_of(expected: Sequence[Said], name: Sequence[set[str]], other: Sequence[set[str]]) -> set[str]:
    """What the clauses about a thing mean, from the one that names it to the one that names the other."""
    found: set[str] = set()
    about_it = False
    for text in expected:
        for clause in _clauses(text):
            means = _means(clause)
            about_it = _is_named(name, means) or (about_it and not _is_named(other, means))
            found |= means if about_it else set()
    return found - {each for word in (*name, *other) for each in word}


def _clauses(text: Said) -> list[list[Word]]:
    ends = [match.start() for match in _NEXT_CLAUSE.finditer(text.text)]
    found: list[list[Word]] = [[] for _ in range(len(ends) + 1)]
    for word in text.words:
        found[bisect_right(ends, word.start)].append(word)
    return [clause for clause in found if clause]
