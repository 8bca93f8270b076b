"""A model's citations as they stream by: those that lead to a passage pass, all others never reach the reader."""

from __future__ import annotations

import re

# "[[1]]", and "[[1, 2]]", which models write for [[1]][[2]].
_CITED = re.compile(r"(?P<before>[ \t]?)\[\[(?P<numbers>[ \t]*\d+(?:[ \t]*[,;][ \t]*\d+)*[ \t]*)\]\]")
# What may yet become a citation, or become one when another within it is taken out.
_OPEN = re.compile(r"[ \t]?\[[\[\d \t,;]*\]?$")
# A longer one is no citation.
_MAX_OPEN = 200
# At the margin only: an indented one may belong to a list, and end with it.
_FENCE = re.compile(r"^(?:```[^`\n]*|~~~[^\n]*)$", re.MULTILINE)


class Citing:
    """Takes a text piece by piece. citations: [[1]] to [[citations]] lead somewhere.

    Only what may be the beginning of a citation is held back. In a fenced block of code [[9]] is code, and stays.
    """

    def __init__(self, citations: int) -> None:
        self._citations = citations
        self._held = ""
        self._passed: list[str] = []  # since the fences were counted last
        self._line = ""
        self._fences = 0

    def feed(self, piece: str) -> str:
        """What of the text so far may be shown, and was not given out yet."""
        if self._held:
            piece = self._held + piece
            self._held = ""
        elif "[" not in piece:
            self._passed.append(piece)
            return piece
        return self._take(piece)

    def end(self) -> str:
        """The rest. A citation that was begun and never ended is none, and left out."""
        held, self._held = self._held, ""
        return "" if "[[" in held else held

    def in_code(self, ahead: str = "") -> bool:
        """Whether a fenced block of code is open where the text stands, with what is ahead of it."""
        text = self._line + "".join(self._passed)
        start = text.rfind("\n") + 1
        self._fences += len(_FENCE.findall(text[:start]))
        self._line, self._passed = text[start:], []
        return (self._fences + len(_FENCE.findall(self._line + ahead))) % 2 == 1

    def _take(self, text: str) -> str:
        checked, before = self._without_dangling(text), text
        while checked != before:  # "[[[[9]]9]]": what is taken out may leave another one
            checked, before = self._without_dangling(checked), checked
        shown = _CITED.sub(lambda cited: "·" * len(cited[0]), checked)
        opened = _OPEN.search(shown)
        if opened and not self.in_code(checked[: opened.start()]):
            self._held = checked[opened.start() :]
            checked = checked[: opened.start()]
            if len(self._held) > _MAX_OPEN:
                self._held = ""
        self._passed.append(checked)
        return checked

    def _without_dangling(self, text: str) -> str:
        def check(cited: re.Match[str]) -> str:
            if self.in_code(text[: cited.start()]):
                return cited[0]
            numbers = [int(number) for number in re.findall(r"\d{1,9}", cited["numbers"])]
            kept = "".join(f"[[{number}]]" for number in numbers if 1 <= number <= self._citations)
            return f"{cited['before']}{kept}" if kept else ""

        return _CITED.sub(check, text)
