"""Events are found whatever the network does to their bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyin.llm import sse
from studyin.llm.sse import EventSplitter, EventTooLongError


def data_of(*chunks: bytes) -> list[bytes]:
    splitter = EventSplitter()
    found = [data for chunk in chunks for data in splitter.feed(chunk)]
    return found + splitter.end()


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b'data: {"a":1}\n\ndata: {"b":2}\n\n', [b'{"a":1}', b'{"b":2}']),
        (b"data:no space\n\n", [b"no space"]),
        (b"data:  two spaces, one is ours\n\n", [b" two spaces, one is ours"]),
        (b": a comment\n\ndata: x\n\n: another\n\n", [b"x"]),
        (b"event: delta\nid: 7\nretry: 10\ndata: x\n\n", [b"x"]),
        (b"data: one\ndata: event\n\n", [b"one\nevent"]),
        (b"\n\n\ndata: x\n\n\n\ndata: y\n\n", [b"x", b"y"]),
        (b"data: no blank line at the end", [b"no blank line at the end"]),
        (b"data: x\n\ndata: [DONE]\n", [b"x", b"[DONE]"]),
        (b"datum: x\n\nevent: ping\n\n", []),
        (b"", []),
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_data_is_found_under_every_line_end_and_at_every_place_a_chunk_may_end(
    stream: bytes, events: list[bytes], line_end: bytes
) -> None:
    stream = stream.replace(b"\n", line_end)
    assert data_of(stream) == events
    for at in range(len(stream)):
        assert data_of(stream[:at], stream[at:]) == events, at
    assert data_of(*(stream[at : at + 1] for at in range(len(stream)))) == events


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1), max_size=5), st.data())
def test_no_text_is_lost_or_doubled_by_chunks_of_any_size(texts: list[str], draw: st.DataObject) -> None:
    stream = b"".join(b"data: " + text.encode() + b"\n\n" for text in texts)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [data.decode() for data in data_of(*chunks)] == texts


def test_a_stream_without_events_is_given_up_before_it_fills_the_memory() -> None:
    splitter = EventSplitter()
    for _ in range(sse.LONGEST // 1024):
        splitter.feed(b"x" * 1024)
    with pytest.raises(EventTooLongError):
        splitter.feed(b"x")


def test_a_long_event_within_the_limit_is_read() -> None:
    long = b"x" * (sse.LONGEST // 2)
    assert data_of(b"data: " + long[:1000], long[1000:], b"\n\n") == [long]
