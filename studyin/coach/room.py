"""How much of what was said fits a model: an estimate of tokens, texts cut in their middle, and the newest history."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyin.coach.base import Said
from studyin.llm.base import ChatMessage

# of plain English, at the least
CHARACTERS_A_TOKEN = 3
# what a message costs beside its words
MESSAGE_TOKENS = 4
# in place of what a cut took away
GAP = "[…]"

_CITATION = re.compile(r"\s?\[\[\d+\]\]")
# A heading or a term, as questions name them; one of more words may be an order to a model.
_NAMED = re.compile(r"(\*{1,2})(?=\S)(?P<name>[^*\n]+?)(?<=\S)\1(?P<sections> \([^()\n]*\))?")
_NAME_WORDS = 3
_QUOTE = re.compile(r"(?:^[ \t]*>.*(?:\n|$))+", re.MULTILINE)


def tokens(text: str) -> int:
    """An estimate that is rather too high: three ASCII characters a token, else two bytes of UTF-8.

    English has about four characters a token in the tokenizers of today, code and digits three, Chinese one or two
    tokens a character, Cyrillic and Greek one for two characters.
    """
    if text.isascii():
        return len(text) // CHARACTERS_A_TOKEN + 1
    plain = len(text.encode("ascii", "ignore"))
    return plain // CHARACTERS_A_TOKEN + (len(text.encode(errors="replace")) - plain) // 2 + 1


def recent(history: Sequence[Said], room: int) -> list[ChatMessage]:
    """The newest messages that fit, oldest first; whole, but for a newest one that alone is too long.

    Roles alternate and the student speaks first, as the chat templates of many models demand.
    """
    spoken = _spoken(history)
    kept: list[ChatMessage] = []
    for message in reversed(spoken):
        taken = cost(message.content)
        if taken > room:
            if not kept and room > 2 * MESSAGE_TOKENS:
                kept.append(ChatMessage(message.role, shortened(message.content, room - MESSAGE_TOKENS)))
            break
        room -= taken
        kept.append(message)
    if kept and kept[-1].role == "assistant":
        kept.append(ChatMessage("user", GAP))
    if kept and kept[0].role == "user":  # the next one is the student's question
        kept.insert(0, ChatMessage("assistant", GAP))
    return kept[::-1]


def shortened(text: str, most: int) -> str:
    """At most so many tokens of a text: its beginning and its end, where questions and conclusions stand."""
    if tokens(text) <= most:
        return text
    least, fits = 0, 0  # characters on each side, found by bisection: the price of a character differs
    longest = len(text) // 2
    while least <= longest:
        middle = (least + longest) // 2
        if tokens(_cut(text, middle)) <= most:
            fits, least = middle, middle + 1
        else:
            longest = middle - 1
    return _cut(text, fits)


def _cut(text: str, side: int) -> str:
    return f"{text[:side]} {GAP} {text[len(text) - side :]}".strip()


def cost(text: str) -> int:
    """The tokens of a message with this text."""
    return tokens(text) + MESSAGE_TOKENS


def _spoken(history: Sequence[Said]) -> list[ChatMessage]:
    """Without empty replies; two of one role in a row, as failed turns leave them, are one.

    The numbers that earlier replies cite belonged to other passages than today's. And what they quote is the material's
    text, which must not speak outside its marks: a gap stands for it, as for a heading that is as long as a sentence.
    """
    spoken: list[ChatMessage] = []
    for said in history:
        content = said.content
        if said.role == "assistant":
            content = _CITATION.sub("", _NAMED.sub(_short_name, _QUOTE.sub(f"{GAP}\n", content))).strip()
        if not content.strip():
            continue
        if spoken and spoken[-1].role == said.role:
            content = f"{spoken.pop().content}\n\n{content}"
        spoken.append(ChatMessage(said.role, content))
    return spoken


def _short_name(named: re.Match[str]) -> str:
    short = len(named["name"].split()) <= _NAME_WORDS and not named["sections"]
    return named[0] if short else GAP
