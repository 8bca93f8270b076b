"""Who answers: what was configured, what is found on this machine, or the notes; and nobody waits for finding out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from studyin.coach.base import Ask, Outcome, Reply
from studyin.coach.choose import FRESH, Coaches
from studyin.config import Settings
from studyin.errors import Code, StudyinError
from studyin.library import Library
from tests.coach.desk import Paper, asked
from tests.scripted_provider import HANG, Refuse, ScriptedProvider, Stream


class Notes:
    """A coach that says one word."""

    name = "notes"
    model = None

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        reply.say("Noted.")
        return Outcome()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


NOTES = Notes()
Choose = Callable[..., Coaches]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def choose(clock: Clock, closed_port: int, library: Library) -> AsyncIterator[Choose]:
    """choose(server, …, coach=…): coaches that look for local servers at these, and have these settings."""
    made: list[Coaches] = []

    def make(*servers: ScriptedProvider, **settings: Any) -> Coaches:
        ports = [port_of(server) for server in servers] or [closed_port]
        made.append(Coaches(Settings(**settings), library, NOTES, local_ports=ports, clock=clock))
        return made[-1]

    yield make
    for coaches in made:
        await coaches.close()


def port_of(server: ScriptedProvider) -> int:
    return int(server.url.rpartition(":")[2])


async def settled(coaches: Coaches) -> str:
    await coaches.start()
    await coaches.settled()
    return coaches.describe()


async def test_with_nothing_configured_and_nothing_found_the_notes_answer(choose: Choose) -> None:
    coaches = choose()
    assert await settled(coaches) == "notes"
    assert coaches.current is NOTES


async def test_a_local_server_with_a_model_is_found_and_answers(choose: Choose) -> None:
    async with ScriptedProvider(models=["nomic-embed-text", "llama3.2"]) as server:
        coaches = choose(server)
        assert await settled(coaches) == f"openai · llama3.2 at localhost:{port_of(server)}"
        paper = Paper()
        outcome = await coaches.current.reply(asked(), paper)
        assert (paper.text.split("\n")[0], outcome.model) == ("Hello world?", "llama3.2")


async def test_the_first_place_that_answers_is_preferred(choose: Choose) -> None:
    async with ScriptedProvider(models=["a"]) as first, ScriptedProvider(models=["b"]) as second:
        assert await settled(choose(first, second)) == f"openai · a at localhost:{port_of(first)}"
        first.models = {"object": "list", "data": None}
        assert await settled(choose(first, second)) == f"openai · b at localhost:{port_of(second)}"


@pytest.mark.parametrize(
    "act",
    [
        Refuse(200, {"object": "list", "data": []}),
        Refuse(200, {"data": [{"id": "text-embedding-nomic"}]}),
        Refuse(200, "<h1>Something else</h1>"),
        Refuse(200, ["no", "list", "of", 5]),
        Refuse(404),
        Refuse(503),
        Stream(HANG),
        Stream(b'{"data": [{"id": "llama3.2"', HANG),
    ],
    ids=["no model", "no chat model", "a web page", "odd JSON", "not found", "failing", "silent", "half an answer"],
)
async def test_what_listens_on_the_port_but_has_no_model_for_us_is_passed_over(choose: Choose, act: Refuse) -> None:
    async with ScriptedProvider() as server:
        server.models_act = act
        assert await settled(choose(server)) == "notes"


async def test_a_hanging_server_delays_nobody(choose: Choose) -> None:
    async with ScriptedProvider() as server:
        server.models_act = Stream(HANG)
        coaches = choose(server)
        await coaches.start()
        assert coaches.current is NOTES
        assert coaches.describe() == "notes"
        async with asyncio.timeout(5):
            await coaches.settled()


async def test_a_server_that_is_started_later_is_found_by_a_later_turn(choose: Choose, clock: Clock) -> None:
    server = ScriptedProvider(models=["llama3.2"])
    await server.start()
    await server.close()
    coaches = choose(server)
    assert await settled(coaches) == "notes"
    await server.start()
    try:
        clock.now += FRESH
        assert coaches.current is NOTES, "the last look is good for a minute"
        assert server.models_asked == 0
        clock.now += 1
        assert coaches.current is NOTES, "nobody waits for the next look"
        await coaches.settled()
        assert coaches.current is not NOTES
        assert server.models_asked == 1
    finally:
        await server.close()


async def test_a_server_that_went_away_gives_way_to_the_notes_and_may_come_back(choose: Choose, clock: Clock) -> None:
    async with ScriptedProvider() as server:
        coaches = choose(server)
        await settled(coaches)
        first = coaches.current
        for expected in (NOTES, first):
            await (server.close() if expected is NOTES else server.start())
            clock.now += FRESH + 1
            _ = coaches.current
            await coaches.settled()
            assert coaches.current is expected, "and what was learnt about the server is kept"


@pytest.mark.parametrize("coach", ["auto", "openai"])
@pytest.mark.thorough
async def test_a_configured_server_stays_chosen_while_it_is_down(choose: Choose, closed_port: int, coach: str) -> None:
    async with ScriptedProvider() as local:
        url = f"http://127.0.0.1:{closed_port}"
        coaches = choose(local, coach=coach, openai_base_url=url, openai_model="qwen3")
        assert await settled(coaches) == f"openai · qwen3 at 127.0.0.1:{closed_port}"
        with pytest.raises(StudyinError) as failure:
            await coaches.current.reply(asked(), Paper())
        assert failure.value.code is Code.PROVIDER_UNREACHABLE
        assert local.models_asked == 0, "nobody looks for another"


async def test_a_configured_server_is_asked_for_its_model_so_that_people_see_it(choose: Choose) -> None:
    async with ScriptedProvider(models=["qwen3"], key="sk-1") as server:
        coaches = choose(openai_base_url=server.url, openai_api_key="sk-1")
        assert coaches.describe() == f"openai · {server.url.removeprefix('http://')}"
        assert await settled(coaches) == f"openai · qwen3 at {server.url.removeprefix('http://')}"


async def test_a_key_alone_means_openai(choose: Choose) -> None:
    assert choose(openai_api_key="sk-1", openai_model="gpt-5").describe() == "openai · gpt-5 at api.openai.com"


async def test_the_notes_are_kept_to_where_they_were_chosen(choose: Choose) -> None:
    async with ScriptedProvider() as server:
        coaches = choose(server, coach="notes", openai_base_url=server.url)
        assert await settled(coaches) == "notes"
        assert server.models_asked == 0


async def test_a_local_server_never_gets_a_key_and_is_asked_for_the_model_that_was_set(choose: Choose) -> None:
    async with ScriptedProvider(models=["a", "b"]) as server:
        coaches = choose(server, openai_model="b")
        await settled(coaches)
        await coaches.current.reply(asked(), Paper())
        received = await server.received()
        assert received.body["model"] == "b"
        assert "Authorization" not in received.headers


async def test_closing_in_the_middle_of_a_look_leaves_nothing_behind(choose: Choose) -> None:
    async with ScriptedProvider() as server:
        server.models_act = Stream(HANG)
        coaches = choose(server)
        await coaches.start()
        await coaches.close()
        assert coaches.describe() == "notes"
