"""A provider tries again where that helps, learns what a server takes, and gives up where a student would."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from studyin.errors import Code
from studyin.llm.base import ChatMessage, ChatRequest, ContextTooLongError
from studyin.llm.failures import retry_after
from studyin.llm.openai import OpenAIProvider
from studyin.llm.server import Server
from tests.llm.asking import HELLO, Waits, ask
from tests.llm.conftest import Connect
from tests.scripted_provider import CUT, HEADERS, Received, Refuse, ScriptedProvider, Stream

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "hiccup",
    [Refuse(429), Refuse(500), Refuse(529), Refuse(503, "<h1>Busy</h1>"), Stream(CUT), Stream(HEADERS, CUT)],
)
async def test_a_hiccup_before_the_first_word_goes_unnoticed(
    scripted: ScriptedProvider, connect: Connect, hiccup: Refuse | Stream
) -> None:
    scripted.script(hiccup, hiccup, Stream("Hello."))
    answer = await ask(connect(scripted.url, model="m"))
    assert (answer.text, answer.error) == ("Hello.", None)


async def test_a_connection_the_server_closed_while_it_was_idle_is_no_failure(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    provider = connect(scripted.url, model="m")
    assert (await ask(provider)).error is None
    await scripted.close()
    await scripted.start()
    assert (await ask(provider)).error is None


async def test_the_wait_is_what_the_server_asks_for(scripted: ScriptedProvider, connect: Connect, waits: Waits) -> None:
    scripted.script(Refuse(429, headers={"Retry-After": "7"}), Stream("Hello."))
    assert (await ask(connect(scripted.url, model="m"))).text == "Hello."
    assert 7 <= waits.seconds[0] <= 7 * 1.25


async def test_a_wait_too_long_for_a_student_is_told_instead(
    scripted: ScriptedProvider, connect: Connect, waits: Waits
) -> None:
    scripted.script(Refuse(429, headers={"Retry-After": "90"}))
    error = (await ask(connect(scripted.url, model="m"))).refusal
    assert (error.code, error.retryable) == (Code.PROVIDER_RATE_LIMITED, True)
    assert "try again in 90 seconds" in error.message
    assert waits.seconds == []


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 30.0),
        (format_datetime(NOW - timedelta(seconds=30), usegmt=True), 0.0),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(given: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": given}, NOW) == seconds


async def test_waiting_for_a_busy_server_can_be_cancelled(scripted: ScriptedProvider) -> None:
    waiting = asyncio.Event()

    async def wait(_: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    scripted.script(Refuse(503))
    provider = OpenAIProvider(Server(scripted.url, model="m"), sleep=wait)
    asking = asyncio.create_task(ask(provider))
    await waiting.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await provider.close()
    assert len(scripted.requests) == 1


class Picky:
    """A server that refuses some parameters in one vendor's words, and answers everything else."""

    def __init__(self, words: str, *fields: str, status: int = 400) -> None:
        self.words = words
        self.fields = fields
        self.status = status

    def __call__(self, received: Received) -> Stream | Refuse:
        for field in self.fields:
            if field in received.body:
                return Refuse(self.status, {"error": {"message": self.words.format(field), "param": None}})
        return Stream("Hello.")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Unrecognized request argument supplied: {}", 400),
        ("Unsupported parameter: '{}' is not supported with this model.", 400),
        ("With model m, the argument {} is not supported.", 400),
        ("body.{}: Extra inputs are not permitted", 422),
        ("Unknown field", 400),
    ],
)
@pytest.mark.parametrize(
    "fields",
    [
        ("max_completion_tokens",),
        ("max_completion_tokens", "max_tokens"),
        ("reasoning_effort",),
        ("stream_options",),
        ("stream_options", "reasoning_effort", "max_completion_tokens", "max_tokens"),
    ],
)
async def test_refused_parameters_are_left_out_and_stay_left_out(
    scripted: ScriptedProvider, connect: Connect, waits: Waits, words: str, status: int, fields: tuple[str, ...]
) -> None:
    scripted.script(Picky(words, *fields, status=status))
    provider = connect(scripted.url, model="m")
    request = ChatRequest(HELLO.messages, 300, "high")
    assert (await ask(provider, request)).text == "Hello."
    asked = len(scripted.requests)
    assert (await ask(provider, request)).text == "Hello."
    assert len(scripted.requests) == asked + 1, "what was refused is remembered"
    body = scripted.requests[-1].body
    assert not set(fields) & set(body)
    if fields == ("max_completion_tokens",) and "{}" in words:
        assert body["max_tokens"] == 300
        assert body["reasoning_effort"] == "high"
    assert waits.seconds == [], "learning needs no waiting"


async def test_an_effort_the_model_does_not_know_gives_way_to_the_next_one(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    def o3(received: Received) -> Stream | Refuse:
        if received.body.get("reasoning_effort") == "minimal":
            words = "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model."
            return Refuse(400, {"error": {"message": words, "param": "reasoning_effort"}})
        return Stream("Hello.")

    scripted.script(o3)
    provider = connect(scripted.url, model="o3")
    await ask(provider, ChatRequest(HELLO.messages, effort="minimal"))
    await ask(provider, ChatRequest(HELLO.messages, effort="high"))
    assert [received.body["reasoning_effort"] for received in scripted.requests] == ["minimal", "low", "high"]


@pytest.mark.parametrize(
    "words", ["System role not supported", "Unsupported value: 'messages[0].role' does not support 'system'."]
)
async def test_a_model_without_a_system_role_gets_the_rules_at_the_head_of_the_first_message(
    scripted: ScriptedProvider, connect: Connect, words: str
) -> None:
    def gemma(received: Received) -> Stream | Refuse:
        if received.body["messages"][0]["role"] == "system":
            return Refuse(400, {"error": {"message": words}})
        return Stream("Hello.")

    scripted.script(gemma)
    messages = [ChatMessage("system", "Teach."), ChatMessage("user", "A?"), ChatMessage("assistant", "B.")]
    provider = connect(scripted.url, model="gemma")
    for count in (2, 3):
        assert (await ask(provider, ChatRequest([*messages, ChatMessage("user", "C?")]))).text == "Hello."
        assert len(scripted.requests) == count, "once learnt, it is remembered"
    sent = [(message["role"], message["content"]) for message in scripted.requests[-1].body["messages"]]
    assert sent == [("user", "Teach.\n\nA?"), ("assistant", "B."), ("user", "C?")]


async def test_a_server_that_refuses_what_was_never_sent_is_not_asked_for_ever(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    for words in ("System role not supported", "Unknown field", "Unrecognized request argument: reasoning_effort"):
        scripted.script(Refuse(400, {"error": {"message": words}}))
        error = (await ask(connect(scripted.url, model="m"))).refusal
        assert error.code is Code.PROVIDER_FAILED
        assert words in error.message
    assert len(scripted.requests) <= 3 * 4


async def test_two_requests_may_learn_the_same_at_once(scripted: ScriptedProvider, connect: Connect) -> None:
    scripted.script(Picky("Unknown parameter: {}", "max_completion_tokens"))
    provider = connect(scripted.url, model="m")
    answers = await asyncio.gather(*(ask(provider) for _ in range(5)))
    assert [answer.text for answer in answers] == ["Hello."] * 5
    assert "max_tokens" in scripted.requests[-1].body


async def test_the_api_is_found_with_v1_and_without(connect: Connect) -> None:
    async with ScriptedProvider(root="") as bare, ScriptedProvider(root="/api/v1") as router:
        for url, server in ((bare.url, bare), (router.url + "/api", router), (router.url + "/api/v1/", router)):
            provider = connect(url)
            assert (await ask(provider)).text == "Hello world?"
            assert (await ask(provider)).text == "Hello world?"
            assert len(server.requests) % 2 == 0


async def test_a_wrong_path_leaves_the_next_question_the_same_chances(connect: Connect) -> None:
    async with ScriptedProvider(root="/elsewhere/v1") as server:
        provider = connect(server.url, model="m")
        for _ in range(2):
            error = (await ask(provider)).refusal
            assert (error.code, error.retryable) == (Code.PROVIDER_PROTOCOL, False)
        assert (await ask(connect(server.url + "/elsewhere", model="m"))).text == "Hello world?"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (Stream(b"Just some words.\n\n", finish=None, done=False), "got something else"),
        (Refuse(200, "<!doctype html><title>Login</title>"), "got an HTML page"),
        (Refuse(404, "<h1>Not found</h1>"), "got status 404"),
    ],
)
@pytest.mark.parametrize("root", ["/v1", ""])
async def test_of_two_paths_the_one_where_something_is_is_told(
    connect: Connect, root: str, act: Refuse | Stream, words: str
) -> None:
    async with ScriptedProvider(root=root) as server:
        server.script(act)
        error = (await ask(connect(server.url, model="m"))).refusal
    assert (error.code, words in error.message) == (Code.PROVIDER_PROTOCOL, True), error.message


CONTEXT = [
    ("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", 8192),
    ("Your input exceeds the context window of this model. Please adjust your input and try again.", None),
    ("This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4500 in the messages, "
     "500 in the completion). Please reduce the length of the messages or completion.", 4096),
    ("'max_tokens' or 'max_completion_tokens' is too large: 500. This model's maximum context length is 4096 tokens "
     "and your request has 4000 input tokens (500 > 4096 - 4000).", 4096),
    ("The decoder prompt (length 5000) is longer than the maximum model length of 4096.", 4096),
    ("the request exceeds the available context size, try increasing it", None),
    ("request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096),
    ("Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context "
     "length of only 4096 tokens, which is not enough.", 4096),
    ("prompt is too long: 210000 tokens > 200000 maximum", 200000),
    ("input length and `max_tokens` exceed context limit: 199000 + 8000 > 200000, decrease input length", 200000),
    ("Please reduce the length of the messages or completion.", None),
    ("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", 1048576),
    ("Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", 32768),
    ("Input validation error: `inputs` must have less than 4095 tokens. Given: 5000", 4095),
    ("Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4500", 4096),
    ("The input (5000 tokens) is longer than the model's context length (4096 tokens).", 4096),
    ("This model's maximum prompt length is 131072 but the request contains 537812 tokens.", 131072),
    ("The prompt is too long: 5000, model maximum context length: 4096", 4096),
]  # fmt: skip


@pytest.mark.parametrize(("words", "limit"), CONTEXT)
async def test_an_over_long_conversation_is_known_in_every_vendors_words(
    scripted: ScriptedProvider, connect: Connect, words: str, limit: int | None
) -> None:
    error = {"error": {"message": words, "code": 400}}
    for act in (Refuse(400, error), Refuse(500, error), Stream(error)):
        scripted.script(act)
        refusal = (await ask(connect(scripted.url, model="m"))).refusal
        assert isinstance(refusal, ContextTooLongError), words
        assert refusal.limit == limit
        assert "m at 127.0.0.1" in refusal.message


@pytest.mark.parametrize(
    "act",
    [
        Refuse(413, "<h1>Too large</h1>"),
        Refuse(400, {"error": {"message": "Too long.", "type": "exceed_context_size_error", "n_ctx": 4096}}),
    ],
)
async def test_an_over_long_conversation_is_known_by_its_status_or_type(
    scripted: ScriptedProvider, connect: Connect, act: Refuse
) -> None:
    scripted.script(act)
    assert (await ask(connect(scripted.url, model="m"))).refusal.code is Code.CONTEXT_TOO_LONG


async def test_a_cap_that_leaves_no_room_for_the_prompt_is_left_out(
    scripted: ScriptedProvider, connect: Connect
) -> None:
    words = "This model's maximum context length is 4096 tokens. However, you requested 4500 tokens."

    def vllm(received: Received) -> Stream | Refuse:
        capped = "max_completion_tokens" in received.body
        return Refuse(400, {"object": "error", "message": words}) if capped else Stream("Hello.")

    scripted.script(vllm)
    assert (await ask(connect(scripted.url, model="m"))).text == "Hello."


async def test_a_server_elsewhere_is_asked_through_the_proxy_and_one_here_never(
    scripted: ScriptedProvider, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with ScriptedProvider() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert (await ask(connect("http://models.example", model="m"))).text == "Hello world?"
        assert len(proxy.requests) == 1
        assert (await ask(connect(scripted.url, model="m"))).text == "Hello world?"
        assert len(proxy.requests) == 1
