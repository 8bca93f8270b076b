"""What students say in other languages to steer the coach, put in English: the rest of the coach reads that.

One module a language, one row a phrase. Whoever adds a language adds its rows, and nothing else. COMMANDS: a message
that is nothing but this means what the English one behind it means; FRAMES: what is asked about is taken over into the
English frame. Patterns match a whole message in small letters, without its closing marks.
"""

from __future__ import annotations

import re

from studyin.coach import german, spanish
from studyin.language import current

# "It", which means what was spoken of before.
_POINTING = frozenset(["es", "das", "dies", "dieses", "sie", "ihn", "diese", "diesen", "lo", "esto", "eso"])
_ARTICLE = re.compile(
    r"(?:der|die|das|den|dem|des|eine?[nmrs]?|el|la|los|las|lo|una?|unos|unas|meine?[nmr]?|mis?)\s+", re.IGNORECASE
)
_ABOUT = re.compile(r" (?:on|in) \{x\}")
_COMPILED = [
    (re.compile(pattern, re.IGNORECASE), english)
    for pattern, english in (*german.COMMANDS, *spanish.COMMANDS, *german.FRAMES, *spanish.FRAMES)
]
_OWN_QUESTION = {"de": german.own_question}


def english(message: str) -> str:
    """A message that steers the coach in German or Spanish, put in English; any other as it is."""
    bare = " ".join(message.split()).strip(" .!?¡¿…")
    for pattern, said in _COMPILED:
        match = pattern.fullmatch(bare)
        if match:
            return _filled(said, match)
    return message


def own_question(message: str) -> str:
    """A student's question as it can be asked back, where it is in the language that is spoken here and that is not
    English; else empty."""
    ask_back = _OWN_QUESTION.get(current())
    return ask_back(message) if ask_back else ""


def _filled(said: str, match: re.Match[str]) -> str:
    """The frame with what was asked about; where it leaves out nothing that was said, without "on"."""
    given = {name: _bare(value) for name, value in match.groupdict().items() if value}
    about = given.get("x") or given.get("y") or given.get("z") or ""
    if "{x}" in said and not about:
        return _ABOUT.sub("", said)
    number = given.get("n", "").casefold()
    names = {"x": about, "a": given.get("a", ""), "b": given.get("b", ""), "n": german.NUMBERS.get(number, number)}
    return said.format(**names)


def _bare(name: str) -> str:
    if name.strip().casefold() in _POINTING:
        return "it"
    stripped = _ARTICLE.sub("", name.strip(), count=1) if _ARTICLE.match(name.strip()) else name.strip()
    return stripped or name
