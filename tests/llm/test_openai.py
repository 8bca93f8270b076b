"""What a well-meaning server says arrives as it was meant, in whatever way it says it."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp.client_proto import ResponseHandler

from studyin.llm import connection
from studyin.llm.base import ChatMessage, ChatRequest, Delta
from tests.llm.asking import HELLO, ask
from tests.llm.conftest import Connect
from tests.scripted_provider import HANG, Pause, Refuse, ScriptedProvider, Stream, Think, Whole

USAGE = {"prompt_tokens": 7, "completion_tokens": 3}


async def test_the_answer_is_the_pieces_joined_and_ends_with_figures(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    scripted.script(Stream("Cells ", "divide", ".", usage=(7, 3)))
    answer = await ask(connect(scripted.url))
    assert answer.error is None
    assert answer.text == "Cells divide."
    assert answer.last.usage == USAGE
    assert answer.last.finish == "stop"


async def test_a_piece_arrives_while_the_next_is_still_to_be_said(scripted: ScriptedProvider, connect: Connect) -> None:
    pause = Pause()
    scripted.script(Stream("Cells", pause, " divide."))
    stream = connect(scripted.url).stream(HELLO)
    assert await anext(stream) == Delta("Cells")
    pause.go.set()
    assert "".join([delta.text async for delta in stream]) == " divide."


async def test_pieces_that_come_together_are_one_delta(scripted: ScriptedProvider, connect: Connect) -> None:
    pause = Pause()
    together = b"".join(b'data: {"choices":[{"delta":{"content":"%d "}}]}\n\n' % n for n in range(100))
    scripted.script(Stream(pause, together))
    answering = asyncio.create_task(ask(connect(scripted.url)))
    await pause.reached.wait()
    pause.go.set()
    answer = await answering
    assert answer.deltas[0].text == "".join(f"{n} " for n in range(100))


async def test_what_comes_within_a_moment_waits_in_the_system_and_is_one_delta(
    scripted: ScriptedProvider, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, over, read = asyncio.Event(), asyncio.Event(), []
    receive = ResponseHandler.data_received

    async def rest(_: float) -> None:
        begun.set()
        await over.wait()

    def data_received(self: ResponseHandler, data: bytes) -> None:
        read.append(data)
        receive(self, data)

    monkeypatch.setattr(connection, "rest", rest)
    monkeypatch.setattr(ResponseHandler, "data_received", data_received)
    first, others = Pause(), Pause()
    scripted.script(Stream("Cells ", first, "divide, ", "and ", "grow.", others))
    stream = connect(scripted.url).stream(HELLO)
    assert await anext(stream) == Delta("Cells ")
    second = asyncio.ensure_future(anext(stream))
    await begun.wait()
    read.clear()
    first.go.set()
    await others.reached.wait()
    await asyncio.sleep(0.01)  # long enough for what was sent to arrive, were anybody there to read it
    assert not read
    over.set()
    assert await second == Delta("divide, and grow.")
    others.go.set()
    await stream.aclose()


async def test_who_stops_within_a_moment_is_gone_at_once(
    scripted: ScriptedProvider, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting = asyncio.Event()

    async def rest(_: float) -> None:
        resting.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(connection, "rest", rest)
    scripted.script(Stream("Cells ", HANG))
    answering = asyncio.create_task(ask(connect(scripted.url)))
    await resting.wait()
    answering.cancel()
    await (await scripted.received(1)).closed.wait()


@pytest.mark.parametrize(
    "stream",
    [
        Stream("Zwölf ", "Größen 漢字 🙂", usage=(7, 3), split=1),
        Stream("Zwölf ", "Größen 漢字 🙂", usage=(7, 3), newline="\r\n", split=5),
        Stream("Zwölf ", "Größen 漢字 🙂", usage=(7, 3), prefix="data:"),
        Stream("Zwölf ", "Größen 漢字 🙂", usage=(7, 3), prefix=": still here\nevent: message\nid: 3\ndata: "),
        Stream("Zwölf ", "Größen 漢字 🙂", usage=(7, 3), done=False),
        Stream("Zwölf ", "Größen 漢字 🙂", usage=(7, 3), finish=None),
        Stream("Zwölf ", "Größen 漢字 🙂", usage=(7, 3), content_type="text/plain"),
        Stream(b"\xef\xbb\xbf: OPENROUTER PROCESSING\n\n", "Zwölf ", "Größen 漢字 🙂", usage=(7, 3)),
        Stream("Zwölf Größen ", "漢字 \ud83d", "\ude42", usage=(7, 3)),
        Stream({"choices": [{"delta": {"content": None}}]}, "Zwölf ", "Größen 漢字 🙂", usage=(7, 3)),
        Stream({"type": "ping"}, {"choices": []}, "Zwölf ", {"choices": None}, "Größen 漢字 🙂", usage=(7, 3)),
        Stream({"choices": [{"delta": {"content": "Zwölf "}, "x": float("nan")}]}, "Größen 漢字 🙂", usage=(7, 3)),
        Whole("Zwölf Größen 漢字 🙂"),
    ],
    ids=[
        "byte by byte", "CRLF", "no space", "comments and fields", "no [DONE]", "no finish_reason", "plain text",
        "byte order mark", "an emoji in halves", "null at first", "pings and empty choices", "NaN", "not streamed",
    ],
)  # fmt: skip
async def test_dialects_of_the_stream_all_say_the_same(
    scripted: ScriptedProvider, connect: Connect, stream: Stream | Whole
) -> None:
    scripted.script(stream)
    answer = await ask(connect(scripted.url))
    assert answer.error is None
    assert answer.text == "Zwölf Größen 漢字 🙂"
    assert answer.last.usage == USAGE


@pytest.mark.parametrize(
    "stream",
    [
        Stream(Think("First, "), Think("cells."), "They divide."),
        Stream(Think("First, ", "reasoning"), Think("cells.", "reasoning"), "They divide."),
        Stream("<thi", "nk>First, ", "cells.</th", "ink>\n\n", "They divide."),
        Stream(
            {"choices": [{"delta": {"content": [{"type": "thinking", "thinking": [{"text": "First, cells."}]}]}}]},
            {"choices": [{"delta": {"content": [{"type": "text", "text": "They divide."}]}}]},
        ),
        Whole("They divide.", reasoning_content="First, cells."),
        Whole("<think>First, cells.</think>They divide."),
    ],
    ids=["reasoning_content", "reasoning", "tags in pieces", "parts", "not streamed", "tags, not streamed"],
)
async def test_thinking_comes_as_thinking_and_never_as_the_answer(
    scripted: ScriptedProvider, connect: Connect, stream: Stream | Whole
) -> None:
    scripted.script(stream)
    answer = await ask(connect(scripted.url))
    assert (answer.text, answer.thinking) == ("They divide.", "First, cells.")


async def test_half_a_character_never_leaves_the_provider(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(Stream("a\ud83d", "b", "c\ude42", Think("d\ud83d"), "e\ud83d"))
    answer = await ask(connect(scripted.url))
    assert answer.text == "a\ufffdbc\ufffde\ufffd"
    assert answer.thinking == "d\ufffd"


async def test_bytes_that_are_no_utf8_cost_no_more_than_themselves(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    scripted.script(Stream(b'data: {"choices":[{"delta":{"content":"a\xffb"}}]}\n\n', "c"))
    assert (await ask(connect(scripted.url))).text == "a\ufffdbc"


async def test_what_a_reply_was_cut_for_is_told(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(Stream("Cells div", finish="length"))
    answer = await ask(connect(scripted.url))
    assert (answer.text, answer.last.finish) == ("Cells div", "length")


async def test_a_server_that_never_ends_its_stream_does_not_hold_the_reply(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    finished = {"choices": [{"delta": {"content": "Cells divide."}, "finish_reason": "stop"}]}
    scripted.script(Stream(finished, HANG))
    answer = await ask(connect(scripted.url))
    assert (answer.text, answer.error) == ("Cells divide.", None)


@pytest.mark.parametrize("where", ["before the headers", "in the middle"])
async def test_closing_the_stream_closes_the_request(scripted: ScriptedProvider, connect: Connect, where: str) -> None:
    scripted.script(Stream(HANG) if where == "before the headers" else Stream("Cells", HANG))
    asking = asyncio.create_task(ask(connect(scripted.url)))
    received = await scripted.received()
    asking.cancel()
    async with asyncio.timeout(1):  # the promise: within a second
        await received.closed.wait()


async def test_a_reader_that_leaves_early_closes_the_request(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(Stream("Cells", HANG))
    stream = connect(scripted.url).stream(HELLO)
    await anext(stream)
    await stream.aclose()
    async with asyncio.timeout(1):
        await scripted.requests[0].closed.wait()


async def test_answers_one_after_the_other_share_a_connection(scripted: ScriptedProvider, connect: Connect) -> None:
    ports = set()
    handle = scripted.routes["POST", "/v1/chat/completions"]

    async def noting(request):  # type: ignore[no-untyped-def]
        ports.add(request.transport.get_extra_info("peername")[1])
        return await handle(request)

    scripted.routes["POST", "/v1/chat/completions"] = noting
    provider = connect(scripted.url)
    for _ in range(3):
        assert (await ask(provider)).error is None
    assert len(ports) == 1


async def test_the_request_says_what_was_asked_and_carries_the_key(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    messages = [ChatMessage("system", "Teach."), ChatMessage("user", "What is half of \ud83d?")]
    await ask(connect(scripted.url, key="sk-1", model="m"), ChatRequest(messages, 300, "low"))
    received = await scripted.received()
    assert received.headers["Authorization"] == "Bearer sk-1"
    assert received.body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Teach."}, {"role": "user", "content": "What is half of ??"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 300,
        "reasoning_effort": "low",
    }


async def test_a_server_without_a_key_gets_no_authorization(scripted: ScriptedProvider, connect: Connect) -> None:
    await ask(connect(scripted.url))
    assert "Authorization" not in (await scripted.received()).headers


async def test_a_request_of_megabytes_is_sent(scripted: ScriptedProvider, connect: Connect) -> None:
    long = "cell " * 300_000
    assert (await ask(connect(scripted.url), ChatRequest([ChatMessage("user", long)]))).error is None
    assert (await scripted.received()).body["messages"][0]["content"] == long


async def test_without_a_configured_model_the_first_that_can_chat_is_asked(connect: Connect) -> None:
    async with ScriptedProvider(models=["nomic-embed-text", "llama3.2", "qwen3"]) as server:
        provider = connect(server.url)
        await ask(provider)
        await ask(provider)
        assert [received.body["model"] for received in server.requests] == ["llama3.2", "llama3.2"]
        assert (provider.known_model, server.models_asked) == ("llama3.2", 1)


async def test_a_model_that_was_removed_meanwhile_is_replaced_by_the_first_of_the_list(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    scripted.script(
        lambda received: (
            Stream("Hello.")
            if received.body["model"] == "scripted-1"
            else Refuse(404, {"error": {"message": f"model '{received.body['model']}' not found"}})
        )
    )
    provider = connect(scripted.url)
    scripted.models = [{"id": "old"}]  # a bare list, as Together sends it
    assert await provider.model() == "old"
    scripted.models = {"data": [{"id": "scripted-1"}]}
    assert (await ask(provider)).text == "Hello."


async def test_a_flat_out_stream_arrives_whole_in_no_more_deltas_than_it_has_pieces(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    said = [f"{n} " for n in range(5000)]
    scripted.script(Stream(*said))
    answer = await ask(connect(scripted.url))
    assert answer.text == "".join(said)
    assert len(answer.deltas) <= len(said) + 1
