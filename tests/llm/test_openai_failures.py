"""Each way a model server can fail has its own code, a sentence that names the server, and something to do about it."""

from __future__ import annotations

import asyncio
import socket

import pytest

from studyin.errors import Code
from tests.llm.asking import HELLO, Waits, ask
from tests.llm.conftest import Connect
from tests.scripted_provider import CUT, HANG, HEADERS, Pause, Refuse, ScriptedProvider, Stream, Think, Whole

KEY = "sk-proj-abcdefghijklmnop1234"


def of(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, **more}}


@pytest.mark.parametrize(
    ("act", "code", "words"),
    [
        (Refuse(401, of(f"Incorrect API key provided: {KEY}.")), Code.PROVIDER_AUTH, "check OPENAI_API_KEY"),
        (Refuse(403, of("Country not supported")), Code.PROVIDER_AUTH, "“Country not supported”"),
        (Refuse(402, of("Insufficient Balance")), Code.PROVIDER_RATE_LIMITED, "no credit left"),
        (Refuse(429, of("You exceeded your current quota", code="insufficient_quota")), Code.PROVIDER_RATE_LIMITED,
         "no credit left"),
        (Refuse(404, "<h1>Not found</h1>"), Code.PROVIDER_PROTOCOL, "check OPENAI_BASE_URL"),
        (Refuse(405, {"detail": "Method Not Allowed"}), Code.PROVIDER_PROTOCOL, "check OPENAI_BASE_URL"),
        (Refuse(200, "<!doctype html><title>Login</title>"), Code.PROVIDER_PROTOCOL, "got an HTML page"),
        (Refuse(200, {"models": []}), Code.PROVIDER_PROTOCOL, "got something else"),
        (Stream(b"Just some words.\n\n", finish=None, done=False), Code.PROVIDER_PROTOCOL, "got something else"),
        (Refuse(400, [of("Invalid JSON payload", status="INVALID_ARGUMENT")]), Code.PROVIDER_FAILED,
         "“Invalid JSON payload”"),
        (Refuse(422, {"detail": [{"loc": ["body"], "msg": "Field required"}]}), Code.PROVIDER_FAILED,
         "“Field required”"),
        (Refuse(400, of("messages[0].role is wrong")), Code.PROVIDER_FAILED, "“messages[0].role is wrong”"),
        (Refuse(308, {}, {"Location": "https://evil.example/v1?key=1"}), Code.PROVIDER_PROTOCOL,
         "a redirect to https://evil.example/v1; set OPENAI_BASE_URL"),
    ],
)  # fmt: skip
async def test_what_a_retry_can_not_cure_is_said_at_once(
    scripted: ScriptedProvider, connect: Connect, waits: Waits, act: Refuse | Stream, code: Code, words: str
) -> None:
    scripted.script(act)
    provider = connect(scripted.url + "/v1", key=KEY, model="m")
    error = (await ask(provider)).refusal
    assert error.code is code
    assert words in error.message
    assert provider.where in error.message
    assert KEY not in error.message
    assert not error.retryable
    assert "try again" not in error.message
    assert (len(scripted.requests), waits.seconds) == (1, [])


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (Refuse(429, of("Slow down")), Code.PROVIDER_RATE_LIMITED),
        (Refuse(429, of("Rate limit reached. Add a payment method at /account/billing.")), Code.PROVIDER_RATE_LIMITED),
        (Refuse(500, of("out of memory; please try again later")), Code.PROVIDER_FAILED),
        (Refuse(502, "<h1>Bad gateway</h1>"), Code.PROVIDER_FAILED),
        (Refuse(503, of("Loading model", code=503)), Code.PROVIDER_FAILED),
        (Stream(of("Overloaded", code=503)), Code.PROVIDER_FAILED),
        (Stream(of("Slow down", code="rate_limit_exceeded")), Code.PROVIDER_RATE_LIMITED),
        (Stream({"object": "error", "message": "CUDA error", "code": 500}), Code.PROVIDER_FAILED),
        (Stream(CUT), Code.PROVIDER_CUT),
        (Stream(HEADERS, CUT), Code.PROVIDER_CUT),
        (Stream(finish=None, done=False), Code.PROVIDER_CUT),
    ],
)
async def test_what_may_pass_is_tried_three_times_and_then_said_to_be_retryable(
    scripted: ScriptedProvider, connect: Connect, waits: Waits, act: Refuse | Stream, code: Code
) -> None:
    scripted.script(act)
    provider = connect(scripted.url, model="m")
    error = (await ask(provider)).refusal
    assert error.code is code
    assert provider.where in error.message
    assert error.retryable
    assert error.message.count("try again") == 1
    assert len(scripted.requests) == 3
    first, second = waits.seconds
    assert 0.5 <= first < second <= 1.25


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (Stream("Cells ", "div", CUT), Code.PROVIDER_CUT),
        (Stream("Cells ", "div", b'data: {"choices":[{"del', CUT), Code.PROVIDER_CUT),
        (Stream("Cells ", "div", finish=None, done=False), Code.PROVIDER_CUT),
        (Stream("Cells ", "div", b'data: {"choices":[{"del', finish=None, done=False), Code.PROVIDER_CUT),
        (Stream("Cells ", "div", b"data: {nonsense}\n\n", " more"), Code.PROVIDER_PROTOCOL),
        (Stream("Cells ", "div", b"data: 7\n\n", " more"), Code.PROVIDER_PROTOCOL),
        (Stream("Cells ", "div", b"data: " + b"[" * 100_000 + b"\n\n"), Code.PROVIDER_PROTOCOL),
        (Stream("Cells ", "div", of("CUDA error"), " more"), Code.PROVIDER_FAILED),
        (
            Stream("Cells ", "div", {"choices": [{"delta": {}, "finish_reason": "error"}], **of("Overloaded")}),
            Code.PROVIDER_FAILED,
        ),
    ],
)
async def test_what_was_said_before_a_failure_is_kept_and_nothing_is_asked_twice(
    scripted: ScriptedProvider, connect: Connect, waits: Waits, act: Stream, code: Code
) -> None:
    scripted.script(act)
    answer = await ask(connect(scripted.url, model="m"))
    assert answer.text == "Cells div"
    assert answer.refusal.code is code
    assert answer.refusal.retryable
    assert (len(scripted.requests), waits.seconds) == (1, [])


async def test_thinking_counts_as_a_first_word(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(Stream(Think("First, "), CUT))
    answer = await ask(connect(scripted.url, model="m"))
    assert (answer.thinking, answer.refusal.code) == ("First, ", Code.PROVIDER_CUT)
    assert len(scripted.requests) == 1


async def test_a_tag_that_was_never_finished_is_given_out_before_the_error(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    scripted.script(Stream("1 <", CUT))
    answer = await ask(connect(scripted.url, model="m"))
    assert (answer.text, answer.refusal.code) == ("1 <", Code.PROVIDER_CUT)


@pytest.mark.parametrize("act", [Stream(HANG), Stream(HEADERS, HANG)], ids=["before the headers", "after them"])
async def test_a_server_that_takes_too_long_to_begin_is_named_with_the_setting(
    scripted: ScriptedProvider, connect: Connect, act: Stream
) -> None:
    scripted.script(act)
    error = (await ask(connect(scripted.url, model="m", first_byte=0.1))).refusal
    assert (error.code, error.retryable) == (Code.PROVIDER_TIMEOUT, True)
    assert "0.1 seconds" in error.message
    assert "STUDYIN_PROVIDER_FIRST_BYTE_TIMEOUT" in error.message
    await scripted.requests[0].closed.wait()
    assert len(scripted.requests) == 1


async def test_a_server_that_falls_silent_half_way_keeps_what_it_said(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    scripted.script(Stream("Cells", HANG))
    answer = await ask(connect(scripted.url, model="m", idle=0.1))
    assert answer.text == "Cells"
    assert answer.refusal.code is Code.PROVIDER_TIMEOUT
    assert "STUDYIN_PROVIDER_IDLE_TIMEOUT" in answer.refusal.message
    await scripted.requests[0].closed.wait()


async def test_a_slow_but_steady_server_is_never_called_silent(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(Stream(*"abcdefghijkl", pace=10))  # longer than the deadline in all, far shorter between two
    answer = await ask(connect(scripted.url, model="m", first_byte=1, idle=1))
    assert (answer.text, answer.error) == ("abcdefghijkl", None)


async def test_a_slow_reader_is_not_taken_for_a_silent_server(scripted: ScriptedProvider, connect: Connect) -> None:
    pause = Pause()
    scripted.script(Stream("a", pause, "b"))
    stream = connect(scripted.url, model="m", idle=0.1).stream(HELLO)
    assert (await anext(stream)).text == "a"
    pause.go.set()
    await asyncio.sleep(0.3)  # what is tested is that this much time does no harm
    assert "".join([delta.text async for delta in stream]) == "b"


async def test_nobody_at_the_port_says_to_start_the_server(connect: Connect, waits: Waits) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening: connections are refused
        provider = connect(f"http://127.0.0.1:{taken.getsockname()[1]}", model="m")
        error = (await ask(provider)).refusal
    assert (error.code, error.retryable) == (Code.PROVIDER_UNREACHABLE, True)
    assert error.message.startswith(f"No model server answers at {provider.where}; start it")
    assert len(waits.seconds) == 2


async def test_a_name_that_nobody_has_is_not_tried_again(connect: Connect, waits: Waits) -> None:
    error = (await ask(connect("http://no-such-host.invalid:1234", model="m"))).refusal
    assert (error.code, waits.seconds) == (Code.PROVIDER_UNREACHABLE, [])
    assert "no host of that name" in error.message
    assert "no-such-host.invalid:1234" in error.message


async def test_a_server_that_takes_no_connection_is_given_up_in_time(connect: Connect) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)  # a queue of one, which the next line fills: from then on, nothing answers
        address = full.getsockname()
        with socket.create_connection(address):
            provider = connect(f"http://127.0.0.1:{address[1]}", model="m", connect=0.2)
            error = (await ask(provider)).refusal
    assert (error.code, error.retryable) == (Code.PROVIDER_TIMEOUT, True)
    assert "no connection within 0.2 seconds" in error.message


async def test_a_server_without_encryption_under_https_is_told_apart(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    error = (await ask(connect(scripted.url.replace("http://", "https://"), model="m"))).refusal
    assert error.code is Code.PROVIDER_PROTOCOL
    assert "should begin with http://" in error.message


async def test_something_that_is_no_web_server_is_told_apart(connect: Connect) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        error = (await ask(connect(f"http://127.0.0.1:{port}", model="m"))).refusal
    assert error.code is Code.PROVIDER_PROTOCOL
    assert "no HTTP" in error.message


@pytest.mark.parametrize("location", ["", "/login?next=secret", "http://[broken"])
async def test_a_redirect_to_nowhere_is_told_without_its_target(
    scripted: ScriptedProvider, connect: Connect, location: str
) -> None:
    scripted.script(Refuse(302, "", {"Location": location}))
    error = (await ask(connect(scripted.url, model="m"))).refusal
    assert "got a redirect; set OPENAI_BASE_URL" in error.message


async def test_a_redirect_never_takes_the_key_to_another_host(scripted: ScriptedProvider, connect: Connect) -> None:
    async with ScriptedProvider() as other:
        scripted.script(Refuse(307, {}, {"Location": other.url + "/v1/chat/completions"}))
        error = (await ask(connect(scripted.url, key=KEY, model="m"))).refusal
        assert other.requests == []
    assert other.url in error.message


async def test_a_missing_key_is_asked_for_by_its_name(connect: Connect) -> None:
    async with ScriptedProvider(key=KEY) as server:
        error = (await ask(connect(server.url))).refusal
        assert (error.code, "set OPENAI_API_KEY" in error.message) == (Code.PROVIDER_AUTH, True)
        assert (await ask(connect(server.url, key=KEY))).text == "Hello world?"


@pytest.mark.parametrize(
    "act",
    [
        Refuse(404, of("The model `gpt-9` does not exist or you do not have access to it.", code="model_not_found")),
        Refuse(404, of('model "gpt-9" not found, try pulling it first', type="api_error")),
        Refuse(404, {"object": "error", "message": "The model `gpt-9` does not exist.", "type": "NotFoundError"}),
        Refuse(400, of("gpt-9 is not a valid model ID", code=400)),
        Refuse(400, of("Model Not Exist", code="invalid_request_error")),
        Refuse(400, of("The model `gpt-9` has been decommissioned and is no longer supported.")),
        Stream(of("The model `gpt-9` does not exist.", code=404)),
    ],
    ids=["OpenAI", "Ollama", "vLLM", "OpenRouter", "DeepSeek", "Groq", "within the stream"],
)
async def test_an_unknown_model_is_named_beside_those_the_server_has(connect: Connect, act: Refuse | Stream) -> None:
    async with ScriptedProvider(models=["qwen3", "llama3.2"]) as server:
        server.script(act)
        error = (await ask(connect(server.url, model="gpt-9"))).refusal
    assert error.code is Code.PROVIDER_MODEL
    assert "no model gpt-9 for you; it has qwen3, llama3.2; change OPENAI_DEFAULT_MODEL." in error.message


async def test_a_server_without_models_says_so(connect: Connect) -> None:
    async with ScriptedProvider(models=["nomic-embed-text"]) as server:
        error = (await ask(connect(server.url))).refusal
        assert (error.code, "install one there" in error.message) == (Code.PROVIDER_MODEL, True)
        server.models = {"object": "list", "data": None}  # Ollama with none at all
        assert (await ask(connect(server.url))).refusal.code is Code.PROVIDER_MODEL


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (Refuse(200, "<html>"), Code.PROVIDER_PROTOCOL),
        (Refuse(200, {"hello": "world"}), Code.PROVIDER_PROTOCOL),
        (Refuse(500, of("no")), Code.PROVIDER_FAILED),
        (Refuse(401), Code.PROVIDER_AUTH),
        (Stream(CUT), Code.PROVIDER_CUT),
    ],
)
async def test_a_list_of_models_that_is_none_is_told_like_any_other_failure(
    scripted: ScriptedProvider, connect: Connect, act: Refuse, code: Code
) -> None:
    scripted.models_act = act
    assert (await ask(connect(scripted.url))).refusal.code is code
    assert scripted.requests == []


async def test_a_server_without_a_list_of_models_wants_one_to_be_set(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    scripted.models_act = Refuse(404)
    error = (await ask(connect(scripted.url))).refusal
    assert error.code is Code.PROVIDER_PROTOCOL
    assert "set OPENAI_DEFAULT_MODEL" in error.message
    assert (await ask(connect(scripted.url, model="m"))).text == "Hello world?"


async def test_a_server_may_quote_itself_but_no_key_and_no_book(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(
        Refuse(400, of(f"Bad key {KEY}\n or sk-other-0123456789 or Bearer abc\ud83d skepticism " + "word " * 200))
    )
    message = (await ask(connect(scripted.url, key=KEY, model="m"))).refusal.message
    assert "“Bad key … or … or … skepticism word" in message
    assert len(message) < 400


async def test_a_body_that_is_no_error_is_never_quoted(scripted: ScriptedProvider, connect: Connect) -> None:
    for body in ("<p>secret</p>", {"trace": "secret"}, {"error": None, "input": "secret"}):
        scripted.script(Refuse(400, body))
        assert "secret" not in (await ask(connect(scripted.url, model="m"))).refusal.message


async def test_an_answer_in_one_piece_may_be_an_error_too(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(Refuse(200, of("Overloaded", code=503)), Whole("Cells divide."))
    assert (await ask(connect(scripted.url, model="m"))).text == "Cells divide."
