"""A model's words on their way to the reader: checked as they come, and ended kindly where they go on far too long."""

from __future__ import annotations

import re
from math import inf

from studyin.coach.base import Reply
from studyin.coach.stream_citations import Citing

# Of the words a reply may have: where it is looked for a sentence to end with, and where it ends in any case.
FAR_ABOVE = 1.5
IN_ANY_CASE = 2.0

_SENTENCE_END = re.compile(r"(?<!\d)[.!?…]+[*_]{0,3}[\"'”’»)\]]*[*_]{0,3}(?=\s)|[。！？]+[」』”）]*|\n[ \t]*\n")
# From here on a character is a syllable or a word of its own: Chinese, Japanese, Korean.
_FIRST_WIDE = "⺀"
_WORDS_A_WIDE_CHARACTER = 0.5
_DISPLAY = "$$"
# In characters: without a blank in so many, there are no words to count.
_LONGEST = 4_000


class Wording:
    """citations: how many passages may be cited. cap: the words that the reply may have; None: as many as there are.

    Costs next to nothing for each piece: a word is counted by the blank behind it, and nothing is looked at twice.
    """

    def __init__(self, reply: Reply, citations: int, cap: int | None) -> None:
        self._reply = reply
        self._citing = Citing(citations)
        most = inf if cap is None else cap
        self._far, self._end = most * FAR_ABOVE, most * IN_ANY_CASE
        self._words = 0.0
        self._said: list[str] = []
        self._last: str | None = None  # what is held back for its end, once the reply is far above its cap
        self.was_cut = False

    @property
    def text(self) -> str:
        """All that was said."""
        return "".join(self._said)

    def say(self, piece: str) -> bool:
        """Pass on what comes; False where enough was said, and the rest is not wanted any more."""
        piece = self._citing.feed(piece)
        before = self._words
        self._words += piece.count(" ") + piece.count("\n")
        if not piece.isascii():
            self._words += _WORDS_A_WIDE_CHARACTER * sum(character >= _FIRST_WIDE for character in piece)
        if self._words <= self._far:
            self._pass(piece)
            return True
        if self._last is None:  # a server that does not stream sends all of it at once
            allowed = int(len(piece) * (self._far - before) / (self._words - before))
            self._pass(piece[:allowed])
            self._last, piece = "", piece[allowed:]
        return self._look_for_the_end(self._last + piece)

    def end(self) -> None:
        """The model has ended by itself."""
        self._pass((self._last or "") + self._citing.end())
        self._last = None

    def add(self, text: str) -> None:
        """Words of the dialogue's own, as a paragraph behind the model's."""
        if text:
            self._close()
            # It may quote notes that have brackets of their own.
            self._pass(self._citing.feed(f"\n\n{text}") + self._citing.end())

    def _pass(self, piece: str) -> None:
        if piece:
            self._said.append(piece)
            self._reply.say(piece)

    def _look_for_the_end(self, rest: str) -> bool:
        """rest: what came since the reply was far above its cap."""
        match = None if self._citing.in_code() else _SENTENCE_END.search(rest)
        if match is None and self._words <= self._end and len(rest) <= _LONGEST:
            self._last = rest
            return True
        if match is None:
            rest = rest[: int(len(rest) * (self._end - self._far) / max(self._words - self._far, 1))]
        kept = rest[: match.end()] if match else rest.rpartition(" ")[0]
        self._pass(kept.rstrip())
        self._close()
        self.was_cut = True
        return False

    def _close(self) -> None:
        """What was opened and would swallow all that follows."""
        if self._citing.in_code():
            self._pass("\n```")
        elif self.text.count(_DISPLAY) % 2:
            self._pass(f"\n{_DISPLAY}")
