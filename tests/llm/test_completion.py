"""An answer is read within bounds, whatever is in it."""

from __future__ import annotations

import json

import pytest

from studyin.llm import completion
from studyin.llm.base import Delta
from studyin.llm.completion import CompletionReader, Wrong


def event(text: str, **more: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}], **more}).encode() + b"\n\n"


@pytest.mark.parametrize("begin", [b"data: ", b"{"], ids=["an event", "a whole answer"])
def test_an_answer_without_an_end_is_given_up_before_it_fills_the_memory(begin: bytes) -> None:
    reader = CompletionReader()
    reader.feed(begin)
    chunk = b"x" * (1 << 16)
    fed = 0
    while reader.trouble is None:
        reader.feed(chunk)
        fed += len(chunk)
        assert fed <= completion.LONGEST_WHOLE + len(chunk)
    assert reader.trouble.wrong is Wrong.MALFORMED


@pytest.mark.parametrize(("depth", "wrong"), [(500, None), (100_000, Wrong.MALFORMED)])
def test_a_deeply_nested_field_is_passed_over_or_refused_but_never_raises(depth: int, wrong: Wrong | None) -> None:
    reader = CompletionReader()
    assert reader.feed(event("a")) == Delta("a")
    reader.feed(b'data: {"x": ' + b"[" * depth + b"]" * depth + b"}\n\n")
    assert (reader.trouble.wrong if reader.trouble else None) is wrong


def test_fields_of_another_type_do_not_cost_the_answer() -> None:
    reader = CompletionReader()
    assert reader.feed(event("a", usage="none", error=None, id=7)) == Delta("a")
    assert reader.feed(b'data: {"choices":[{"delta":{"content":"b","reasoning":{"x":1}},"index":"0"}]}\n\n') == Delta(
        "b"
    )
    assert reader.feed(b'data: {"choices":[],"usage":{"prompt_tokens":"many","completion_tokens":3}}\n\n') is None
    assert reader.end() == Delta(usage={"completion_tokens": 3})


def test_nothing_is_read_behind_done() -> None:
    reader = CompletionReader()
    assert reader.feed(event("a") + b"data: [DONE]\n\n" + event("b")) == Delta("a")
    assert reader.over
    assert reader.end() is None
    assert reader.trouble is None
