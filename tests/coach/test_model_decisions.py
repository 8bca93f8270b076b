"""The model coach decides as the notes coach does, in the same dialogue; the model has its words and no more."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from studyin.coach.base import Ask, Controls, Profile, Said, Verbosity
from studyin.coach.model import ModelCoach
from studyin.config import Settings
from studyin.library import Library
from studyin.llm.openai import OpenAIProvider
from studyin.llm.server import Server
from tests.coach.desk import Paper
from tests.coach.student import Student
from tests.scripted_provider import ScriptedProvider, Stream

CONVERSATION = [
    "What is glycolysis?", "splitting glucose into two pyruvate", "it makes oxygen in the leaves", "hint", "hint",
    "just tell me", "chopping a sweet snack into pieces", "yes", "thanks", "quiz me on the Calvin cycle", "idk", "more",
    "What is the capital of France?", "What are the stages of respiration?", "pyruvate oxidation",
    "Exercise: a test has 99 % sensitivity and 5 % false positives. What is the posterior?", "0.2", "hint",
    "just tell me", "hello", "Summarise my notes", "next", "I don't get the question",
    "brain dump on the Calvin cycle", "it fixes carbon dioxide with rubisco and makes sugar", "asdfgh qwrtz",
    "let me think", "Compare photosynthesis and respiration", "quiz me",
    "brain dump on glycolysis: it splits glucose into pyruvate",
    "Solve 3x = 12", "I don't get the question", "let me think", "x = 4", "bye",
]  # fmt: skip


@dataclass
class Talk:
    """A student who talks with the model coach."""

    library: Library
    server: ScriptedProvider
    coach: ModelCoach
    controls: Controls = field(default_factory=Controls)
    dialogue: dict[str, Any] = field(default_factory=dict)
    history: list[Said] = field(default_factory=list)
    paper: Paper = field(default_factory=Paper)

    async def says(self, text: str) -> str:
        self.paper = Paper()
        ask = Ask("local", "session", text, self.controls, tuple(self.history), self.dialogue)
        outcome = await self.coach.reply(ask, self.paper)
        self.dialogue = dict(outcome.dialogue)
        self.citations = outcome.citations
        self.history += [Said("user", text), Said("assistant", self.paper.text)]
        return self.paper.text

    @property
    def prompt(self) -> tuple[str, str]:
        """The rules and the last message that the model got."""
        messages = self.server.requests[-1].body["messages"]
        return messages[0]["content"], messages[-1]["content"]


@pytest.fixture
async def server() -> AsyncIterator[ScriptedProvider]:
    async with ScriptedProvider() as scripted:
        scripted.script(Stream("It is so."))
        yield scripted


@pytest.fixture
async def talk(sampled: Library, server: ScriptedProvider) -> AsyncIterator[Talk]:
    provider = OpenAIProvider(Server(server.url))
    yield Talk(sampled, server, ModelCoach(provider, sampled, Settings()))
    await provider.close()


@pytest.mark.parametrize("profile", Profile)
async def test_whatever_the_model_says_the_dialogue_goes_on_as_with_the_notes_coach(
    talk: Talk, sampled: Library, profile: Profile
) -> None:
    student = Student(sampled, Controls(profile=profile))
    talk.controls = student.controls
    for said in CONVERSATION:
        heard = await student.says(said)
        reply = await talk.says(said)
        assert talk.dialogue == heard.dialogue, said
        assert reply.startswith("It is so.\n\n"), "a model that asks nothing gets the question added"
        if talk.dialogue["pending"] and talk.dialogue["pending"]["form"] != "problem":
            assert talk.dialogue["pending"]["text"] in reply or "?" in reply.rpartition("\n\n")[2]


async def test_a_session_goes_on_where_it_was_when_the_coach_changes(talk: Talk, sampled: Library) -> None:
    await talk.says("What is glycolysis?")
    student = Student(sampled, dialogue=talk.dialogue, history=talk.history)
    heard = await student.says("splitting glucose into two pyruvate")
    assert "You had “splitting glucose into two pyruvate”" in heard.text
    talk.dialogue, talk.history = student.dialogue, student.history
    await talk.says("hint")
    assert talk.dialogue["rung"] == 2
    rules, last = talk.prompt
    assert "The student is stuck. Give the hint" in rules
    assert "splitting glucose into two pyruvate" in last, "what the student had right is not forgotten"


async def test_an_attempt_is_graded_by_code_and_the_model_told_what_was_right_and_what_is_missing(talk: Talk) -> None:
    await talk.says("What is photosynthesis?")
    await talk.says("plants make sugar")
    rules, last = talk.prompt
    assert "It is partly right." in rules
    assert "⟧\n- plants make sugar\n⟦end of right in the answer" in last
    assert "⟦missing from the answer " in last
    assert "algae and some bacteria" in last


async def test_a_hint_or_a_first_try_shows_the_model_no_passage_that_it_could_give_away(talk: Talk) -> None:
    talk.controls = Controls(profile=Profile.DEEP)
    await talk.says("What is glycolysis?")
    assert "the student tries first" in talk.prompt[0]
    assert talk.paper.all("context") == [()]
    assert "pyruvate" not in talk.prompt[1]
    await talk.says("hint")
    assert "Think back to what your notes say under" in talk.prompt[1]
    assert "pyruvate" not in talk.prompt[1]


@pytest.mark.parametrize(("profile", "rung"), [(Profile.DEEP, 0), (Profile.STUDY, 1), (Profile.FAST, 3)])
async def test_a_problem_is_helped_with_rung_by_rung_and_the_rungs_left_are_told_to_nobody(
    talk: Talk, profile: Profile, rung: int
) -> None:
    talk.controls = Controls(profile=profile)
    await talk.says("Exercise: how likely is the disease, if the test has 5 % false positives?")
    for said in ["0.5", "hint", "0.2", "hint", "hint"]:
        rules, _ = talk.prompt
        assert f"Rung {rung} of the help" in rules
        assert not any(word in rules for word in (" of 5", "/5", "left."))
        if rung == 5:
            break
        await talk.says(said)
        rung += 1
    assert rung == 5
    assert "Give the whole solution" in talk.prompt[0]
    assert talk.dialogue["rung"] == {Profile.DEEP: 0, Profile.STUDY: 1, Profile.FAST: 3}[profile], (
        "its twin begins anew"
    )


async def test_a_question_that_was_asked_as_given_is_not_asked_again(talk: Talk, server: ScriptedProvider) -> None:
    server.script(Stream("It splits glucose [[1]].\n\nHow would you explain Glycolysis in your own words?"))
    assert (await talk.says("What is glycolysis?")).count("?") == 1
    assert talk.dialogue["pending"]["text"] == "How would you explain **Glycolysis** in your own words?"


async def test_a_question_of_the_models_own_stands_where_the_notes_can_grade_its_answer(
    talk: Talk, server: ScriptedProvider
) -> None:
    server.script(Stream("It splits glucose [[1]]. How many molecules of pyruvate does glycolysis split glucose into?"))
    reply = await talk.says("What is glycolysis?")
    assert reply.count("?") == 1
    assert talk.dialogue["pending"]["text"].startswith("How many molecules of pyruvate")
    assert "two molecules of pyruvate" in "".join(talk.dialogue["pending"]["expected"])
    server.script(Stream("It is so."))
    await talk.says("one glucose with six carbon atoms becomes two, with three carbon atoms each")
    assert "The answer was compared with the materials: It is right." in talk.prompt[0]


async def test_any_other_question_of_the_models_own_is_followed_by_the_one_that_was_decided(
    talk: Talk, server: ScriptedProvider
) -> None:
    server.script(Stream("It splits glucose [[1]]. What did you have for breakfast?"))
    reply = await talk.says("What is glycolysis?")
    assert reply.endswith("**Your turn.** How would you explain **Glycolysis** in your own words?")
    assert talk.dialogue["pending"]["text"] == "How would you explain **Glycolysis** in your own words?"


async def test_beside_the_notes_a_question_of_the_models_own_is_open_and_not_graded(
    talk: Talk, server: ScriptedProvider
) -> None:
    server.script(Stream("Paris. Which river flows through it?"))
    assert await talk.says("What is the capital of France?") == "Paris. Which river flows through it?"
    assert talk.dialogue["pending"]["expected"] == []
    await talk.says("the Loire")
    assert "follows a question that the materials say nothing to" in talk.prompt[0]
    assert "⟧\nWhich river flows through it?\n⟦end" in talk.prompt[1]
    await talk.says("What is glycolysis?")
    assert "Answer the student's question" in talk.prompt[0]


async def test_citations_that_lead_nowhere_are_gone_and_those_that_do_not_hold_are_told(
    talk: Talk, server: ScriptedProvider
) -> None:
    server.script(
        Stream("It splits glucose into pyruvate [[1]] ", "[", "[9", "]]. It freezes oceans at night [[1]]. Why?")
    )
    reply = await talk.says("What is glycolysis?")
    assert re.match(r"It splits glucose into pyruvate \[\[1\]\] ?\. It freezes oceans at night \[\[1\]\]\.", reply)
    assert [(each.number, each.supported) for each in talk.citations] == [(1, True), (1, False)]
    assert "not_in_passage" in talk.paper.all("notice")


async def test_a_model_that_goes_on_and_on_is_ended_and_its_request_closed(
    talk: Talk, server: ScriptedProvider
) -> None:
    talk.controls = Controls(verbosity=Verbosity.CONCISE)
    server.script(Stream(*["It goes on and on and on. "] * 4_000, pace=2_000))
    reply = await talk.says("What is glycolysis?")
    assert 180 <= len(reply.split()) < 220
    assert reply.endswith("on.\n\n**Your turn.** How would you explain **Glycolysis** in your own words?")
    assert talk.paper.all("notice") == ["ended_long"]
    await server.requests[-1].closed.wait()


async def test_the_model_gets_the_passage_of_the_answer_first_and_the_closing_question_word_for_word(
    talk: Talk,
) -> None:
    await talk.says("What is glycolysis?")
    rules, last = talk.prompt
    assert "Answer the student's question from the passages. End with the closing question, word for word" in rules
    assert "⟧\nHow would you explain **Glycolysis** in your own words?\n⟦end of the closing question " in last
    (found,) = talk.paper.all("context")
    assert found[0].passage.title == "Glycolysis"
    assert 1 < len(found) <= 4


async def test_the_model_gets_neighbouring_passages_as_one(talk: Talk) -> None:
    rows = "\n".join(f"| enzyme {n} | splits bonds of molecule {n} in the gut |" for n in range(60))
    table = f"| Name | What it does |\n| --- | --- |\n{rows}"
    await talk.library.add("local", "enzymes.md", f"# Enzymes\n\n{table}\n".encode())
    await talk.library.settled()
    await talk.says("Which enzymes split bonds in the gut?")
    (found,) = talk.paper.all("context")
    assert [each.passage.content for each in found if each.passage.filename == "enzymes.md"] == [table]


async def test_what_a_student_asks_for_at_once_is_told_at_once_and_checked_after(talk: Talk) -> None:
    talk.controls = Controls(profile=Profile.DEEP)
    await talk.says("Just tell me what glycolysis is")
    assert "Answer the student's question from the passages" in talk.prompt[0]
    await talk.says("just tell me")
    assert "The student wants to be told" in talk.prompt[0]
    assert talk.dialogue["pending"]["text"] in talk.paper.text
