"""The model coach, with a real server behind it: what it asks, what it passes on, and what it tells when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from studyin.coach.base import Controls, Effort, Said
from studyin.coach.model import ModelCoach
from studyin.config import Settings
from studyin.errors import Code, StudyinError
from studyin.library import Library
from studyin.llm.openai import OpenAIProvider
from studyin.llm.server import Server
from tests.coach.desk import Paper, asked, noted
from tests.scripted_provider import CUT, HANG, Received, Refuse, ScriptedProvider, Stream, Think

NOTES = """# Mitochondria

A mitochondrion is the part of a cell that makes its ATP.

# Ribosomes

A ribosome makes proteins.

# Vacuoles

A vacuole stores water.
"""
TOO_LONG = "This model's maximum context length is 2000 tokens. However, you requested 9000 tokens."


@pytest.fixture
async def server() -> AsyncIterator[ScriptedProvider]:
    async with ScriptedProvider(models=["llama3.2"]) as scripted:
        yield scripted


@pytest.fixture
async def provider(server: ScriptedProvider) -> AsyncIterator[OpenAIProvider]:
    made = OpenAIProvider(Server(server.url))
    yield made
    await made.close()


@pytest.fixture
def coach(provider: OpenAIProvider, library: Library) -> ModelCoach:
    return ModelCoach(provider, library, Settings())


@pytest.fixture
def paper() -> Paper:
    return Paper()


def words(received: Received, role: str) -> list[str]:
    return [message["content"] for message in received.body["messages"] if message["role"] == role]


async def test_a_reply_is_the_passages_then_the_thinking_then_the_answer(
    server: ScriptedProvider, coach: ModelCoach, library: Library, paper: Paper
) -> None:
    await noted(library, NOTES)
    server.script(Stream(Think("ATP."), "They make ", "ATP [[1]]. Why?", usage=(90, 12)))
    outcome = await coach.reply(asked(), paper)
    assert paper.written[0][0] == "context"
    assert paper.written[0][1][0].passage.content == "A mitochondrion is the part of a cell that makes its ATP."
    assert paper.written[1:3] == [("think", "ATP."), ("say", "They make ATP [[1]]. Why?")]
    assert outcome.model == "llama3.2"
    assert outcome.usage == {"prompt_tokens": 90, "completion_tokens": 12}
    assert coach.name == "openai"
    assert coach.model == "llama3.2"


async def test_the_request_has_rules_history_and_question_apart_from_each_other(
    server: ScriptedProvider, coach: ModelCoach, library: Library, paper: Paper
) -> None:
    await noted(library, NOTES)
    history = (Said("user", "What is a cell?"), Said("assistant", "The smallest unit [[3]]. What is in it?"))
    controls = Controls(level=1, effort=Effort.LOW)
    await coach.reply(asked("And a mitochondrion?", history=history, controls=controls), paper)
    received = await server.received()
    assert [message["role"] for message in received.body["messages"]] == ["system", "user", "assistant", "user"]
    (rules,) = words(received, "system")
    assert "ATP" not in rules
    assert "cell" not in rules
    assert words(received, "assistant") == ["The smallest unit. What is in it?"], "old numbers mean other passages"
    first, last = words(received, "user")
    assert first == "What is a cell?"
    assert "part of a cell that makes its ATP." in last
    assert last.endswith("And a mitochondrion?")
    assert received.body["reasoning_effort"] == "low"
    assert received.body["max_completion_tokens"] > 1000


async def test_without_a_passage_the_page_sees_none_and_the_model_is_told(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper
) -> None:
    await coach.reply(asked(), paper)
    assert paper.written[0] == ("context", ())
    received = await server.received()
    assert "Nothing in the student's materials answers this" in words(received, "system")[0]
    assert words(received, "user")[0].endswith("What does a mitochondrion do?")


@pytest.mark.parametrize(
    ("notes", "question", "told"),
    [(NOTES, "What is entropy?", ["not_in_notes"]), (NOTES, "Thanks!", []), ("", "What is entropy?", [])],
    ids=["asked beside the notes", "nothing asked", "no notes yet"],
)
async def test_that_the_notes_do_not_answer_is_said_by_the_coach_and_not_left_to_the_model(
    coach: ModelCoach, library: Library, paper: Paper, notes: str, question: str, told: list[str]
) -> None:
    if notes:
        await noted(library, notes)
    await coach.reply(asked(question), paper)
    assert paper.all("notice") == told


async def test_a_small_material_is_given_whole_and_a_large_one_by_its_best_passages(
    server: ScriptedProvider, coach: ModelCoach, library: Library, paper: Paper
) -> None:
    await noted(library, NOTES)
    await coach.reply(asked(), paper)
    assert len(paper.written[0][1]) == 3
    assert "A ribosome makes proteins." in words(await server.received(), "user")[-1]
    await noted(library, "\n\n".join(f"# Part {n}\n\nAnother organelle, number {n}." for n in range(20)), "more.md")
    again = Paper()
    await coach.reply(asked("What is organelle number 7?"), again)
    assert again.written[0][1][0].passage.title == "Part 7"
    assert len(again.written[0][1]) <= 4


@pytest.mark.parametrize("act", [Stream(HANG), Stream("Mito", HANG)], ids=["before the answer", "within it"])
async def test_stopping_a_reply_closes_the_request_at_the_server(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper, act: Stream
) -> None:
    server.script(act)
    replying = asyncio.create_task(coach.reply(asked(), paper))
    received = await server.received()
    replying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await replying
    async with asyncio.timeout(1):  # the promise: within a second
        await received.closed.wait()


async def test_a_failure_half_way_keeps_what_was_said(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper
) -> None:
    server.script(Stream("They make", CUT))
    with pytest.raises(StudyinError) as failure:
        await coach.reply(asked(), paper)
    assert failure.value.code is Code.PROVIDER_CUT
    assert paper.text == "They make"


@pytest.mark.parametrize(
    ("finish", "notices"), [("stop", []), ("length", ["cut_short"]), ("content_filter", ["content_filter"])]
)
async def test_a_reply_that_was_ended_early_says_so(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper, finish: str, notices: list[str]
) -> None:
    server.script(Stream("They make", finish=finish))
    await coach.reply(asked(), paper)
    assert paper.all("notice") == notices


@pytest.mark.parametrize(
    ("stream", "retryable", "advice"),
    [
        (Stream(), True, "try again"),
        (Stream(" \n"), True, "try again"),
        (Stream(Think("Hm."), finish="length"), True, "a lower effort, then try again"),
        (Stream("<think>Hm."), True, "try again"),
        (Stream(finish="content_filter"), False, "ask in other words"),
    ],
)
async def test_an_answer_without_a_word_in_it_is_a_failure(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper, stream: Stream, retryable: bool, advice: str
) -> None:
    server.script(stream)
    with pytest.raises(StudyinError) as failure:
        await coach.reply(asked(), paper)
    assert failure.value.code is Code.PROVIDER_FAILED
    assert failure.value.retryable is retryable
    assert advice in failure.value.message
    assert f"llama3.2 at {coach.provider.where}" in failure.value.message
    assert paper.text.strip() == ""


class Small:
    """A model that takes so many characters, and complains in a vendor's words."""

    def __init__(self, characters: int, words: str = TOO_LONG) -> None:
        self.characters = characters
        self.words = words

    def __call__(self, received: Received) -> Stream | Refuse:
        size = sum(len(message["content"]) for message in received.body["messages"])
        if size > self.characters:
            return Refuse(400, {"error": {"message": self.words, "code": "context_length_exceeded"}})
        return Stream("They make ATP. Why?")


LONG_HISTORY = tuple(
    Said(role, f"{role} says {number}. " + "word " * 100)
    for number in range(20)
    for role in ("user", "assistant")
)  # fmt: skip


@pytest.mark.parametrize("vendor", [TOO_LONG, "the request exceeds the available context size, try increasing it"])
async def test_an_over_long_conversation_is_trimmed_and_tried_once_more_and_the_student_told(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper, vendor: str
) -> None:
    server.script(Small(14_000, vendor))
    await coach.reply(asked(history=LONG_HISTORY), paper)
    assert paper.text == "They make ATP. Why?"
    assert paper.all("notice") == ["context_trimmed"]
    assert len(paper.all("context")) == 1
    kept = words(server.requests[-1], "user")
    assert kept[-1].endswith("⟧\n\nWhat does a mitochondrion do?"), "the question is whole"
    assert "user says 19" in kept[-2], "the newest messages stay"
    assert "user says 0." not in "".join(kept)


async def test_a_limit_the_server_named_is_kept_to_from_then_on(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper
) -> None:
    server.script(Small(6_000))
    await coach.reply(asked(history=LONG_HISTORY), paper)
    asked_before = len(server.requests)
    again = Paper()
    await coach.reply(asked(history=LONG_HISTORY), again)
    assert len(server.requests) == asked_before + 1
    assert again.all("notice") == []


async def test_a_question_that_alone_is_too_long_is_cut_and_the_student_told(
    server: ScriptedProvider, coach: ModelCoach
) -> None:
    server.script(Small(6_000))
    question = "First word. " + "word " * 4000 + "What does it mean?"
    for _ in range(2):
        paper = Paper()
        await coach.reply(asked(question), paper)
        assert paper.all("notice") == ["context_trimmed"]
        (sent,) = words(server.requests[-1], "user")
        assert "⟧\n\nFirst word. " in sent
        assert sent.endswith("What does it mean?")


async def test_a_conversation_that_is_too_long_even_so_says_what_to_do(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper
) -> None:
    server.script(Small(10))
    with pytest.raises(StudyinError) as failure:
        await coach.reply(asked(history=LONG_HISTORY), paper)
    assert failure.value.code is Code.CONTEXT_TOO_LONG
    assert "start a new session" in failure.value.message
    # with and without a cap on the reply, then the same for the shorter prompt
    assert len(server.requests) == 4


async def test_where_nothing_can_be_left_out_nothing_is_tried_again(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper
) -> None:
    server.script(Small(10))
    with pytest.raises(StudyinError) as failure:
        await coach.reply(asked("Why?"), paper)
    assert failure.value.code is Code.CONTEXT_TOO_LONG
    assert paper.all("notice") == []
    assert len(server.requests) == 2, "with a cap on the reply, and without"


async def test_a_context_that_is_full_half_way_does_not_start_the_reply_again(
    server: ScriptedProvider, coach: ModelCoach, paper: Paper
) -> None:
    full: dict[str, Any] = {"error": {"message": "Reached context length of 4096 tokens with model."}}
    server.script(Stream("They make", full))
    with pytest.raises(StudyinError) as failure:
        await coach.reply(asked(history=LONG_HISTORY), paper)
    assert failure.value.code is Code.CONTEXT_TOO_LONG
    assert "in the middle of its reply" in failure.value.message
    assert paper.text == "They make"
    assert len(server.requests) == 1
