"""The two things that a question sets against each other."""

from __future__ import annotations

import re

from studyin.library.terms import subject

# More words than that are no name of a thing.
MAX_NAME_WORDS = 6

_PAIR = re.compile(
    r"\W*(?:.*\b(?:compare|contrast|comparison of)\s+(?P<a1>.+?)\s+(?:and|with|to|against)\s+(?P<b1>.+)"
    r"|.*\b(?:differences?|distinction|similarit(?:y|ies)|comparison)\s+(?:between\s+|of\s+)?(?P<a2>.+?)"
    r"\s+(?:and|with|from)\s+(?P<b2>.+)"
    r"|(?:are|is)\s+(?P<a7>.+?)\s+and\s+(?P<b7>.+?)\s+the\s+same(?:\s+thing)?"
    r"|.*\bdistinguish\w*\s+(?P<a3>.+?)\s+(?:from|and)\s+(?P<b3>.+)"
    r"|how (?:do|does|is|are)\s+(?P<a4>.+?)\s+(?:differ(?:ent)?\s+from|compared? (?:to|with)|unlike)\s+(?P<b4>.+)"
    r"|how (?:do|are|is)\s+(?P<a5>.+?)\s+and\s+(?P<b5>.+?)\s+differ(?:ent)?"
    r"|(?P<a6>.+?)\s+(?:vs\.?|versus)\s+(?P<b6>.+))\W*",
    re.IGNORECASE | re.DOTALL,
)
_BARE = re.compile(r"(?:an?|the|what is|what's|what are)\s+", re.IGNORECASE)


def pair(question: str) -> tuple[str, str] | None:
    """The two things that a question names to compare them."""
    match = _PAIR.fullmatch(question[:300].strip())
    if match is None:
        return None
    one, other = (_BARE.sub("", name.strip(" .?!,"), count=1) for name in match.groups() if name)
    fits = all(subject(name) and len(name.split()) <= MAX_NAME_WORDS for name in (one, other))
    return (one, other) if fits else None
