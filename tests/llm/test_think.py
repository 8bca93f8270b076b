"""Thinking never shows up in the answer, and an answer about tags keeps its tags."""

from __future__ import annotations

import pytest

from studyin.llm.think import ThinkTags


def parted(*pieces: str) -> tuple[str, str]:
    tags = ThinkTags()
    both = [tags.feed(piece) for piece in pieces] + [tags.end()]
    return "".join(answer for answer, _ in both), "".join(thinking for _, thinking in both)


@pytest.mark.parametrize(
    ("text", "answer", "thinking"),
    [
        ("<think>hm, cells</think>\n\nCells divide.", "Cells divide.", "hm, cells"),
        ("Cells <think>or not?</think> divide.", "Cells divide.", "or not?"),
        ("<think>one</think>A.<think>two</think> B.", "A.B.", "onetwo"),
        ("<think>never closed", "", "never closed"),
        ("a closing tag</think>\nthat nothing opened", "a closing tagthat nothing opened", ""),
        ("a < b, <thin> air and <thinking>", "a < b, <thin> air and <thinking>", ""),
        ("Write `<think>` to begin.", "Write `<think>` to begin.", ""),
        ("```\n<think>x</think>\n```\n<think>y</think>z", "```\n<think>x</think>\n```\nz", "y"),
        ("<think>a ` in thought</think>b", "b", "a ` in thought"),
        ("ends with <th", "ends with <th", ""),
        ("<think>a < b</think>c", "c", "a < b"),
        ("<<think>x</think>y", "<y", "x"),
        ("<think></think>", "", ""),
        ("", "", ""),
    ],
)
def test_answer_and_thinking_are_parted_wherever_the_pieces_end(text: str, answer: str, thinking: str) -> None:
    assert parted(text) == (answer, thinking)
    for at in range(len(text)):
        assert parted(text[:at], text[at:]) == (answer, thinking), at
    assert parted(*text) == (answer, thinking)


def test_plain_text_is_passed_on_at_once() -> None:
    tags = ThinkTags()
    assert tags.feed("Cells divide.") == ("Cells divide.", "")
    assert tags.feed(" 1 < 2") == (" 1 < 2", "")
    assert tags.feed("<") == ("", "")
    assert tags.feed("b>bold") == ("<b>bold", "")
