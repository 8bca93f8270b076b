"""Parts a model's thinking from its answer, where both come in one stream as <think>…</think>."""

from __future__ import annotations

_OPEN = "<think>"
_CLOSE = "</think>"


class ThinkTags:
    """Takes the stream in any pieces, also ones that break a tag.

    A tag within `code` or a fenced block is what the answer is about, and stays: a tag counts only after an even number
    of backticks. A closing tag that nothing opened is dropped.
    """

    def __init__(self) -> None:
        self._thinking = False
        self._held = ""  # what may yet become a tag
        self._in_code = False
        self._trim = False  # the blank lines between thinking and answer belong to neither

    def feed(self, text: str) -> tuple[str, str]:
        """What of it, and of what was held before, is (answer, thinking)."""
        if not (self._thinking or self._held or self._trim or "<" in text):
            if "`" in text:
                self._in_code ^= text.count("`") % 2 == 1
            return text, ""
        text, self._held = self._held + text, ""
        answer: list[str] = []
        thinking: list[str] = []
        while text:
            if self._thinking:
                before, tag, text = text.partition(_CLOSE)
                if not tag:
                    before = self._hold(before, _CLOSE)
                thinking.append(before)
                if tag:
                    self._thinking, self._trim = False, True
            else:
                text = self._answer(text, answer)
        return "".join(answer), "".join(thinking)

    def end(self) -> tuple[str, str]:
        """What was held, now that no tag can come of it."""
        held, self._held = self._held, ""
        return ("", held) if self._thinking else (held, "")

    def _answer(self, text: str, answer: list[str]) -> str:
        """Move the answer up to the next tag; what is left follows it."""
        if self._trim:
            text = text.lstrip()
            self._trim = not text
        found = [(at, tag) for tag in (_OPEN, _CLOSE) if (at := text.find(tag)) >= 0]
        at, tag = min(found, default=(len(text), ""))
        before, rest = text[:at], text[at + len(tag) :]
        if not tag:
            before = self._hold(before, _OPEN, _CLOSE)
        self._in_code ^= before.count("`") % 2 == 1
        answer.append(before)
        if tag and self._in_code:
            answer.append(tag)
        elif tag == _OPEN:
            self._thinking = True
        elif tag == _CLOSE:
            self._trim = True
        return rest

    def _hold(self, text: str, *tags: str) -> str:
        """Keep back the end of the text, where it may be the beginning of a tag."""
        at = text.rfind("<")
        if at < 0 or not any(tag.startswith(text[at:]) for tag in tags):
            return text
        self._held = text[at:]
        return text[:at]
