"""What every reply of the notes coach keeps: word for word, with its source, within its cap, with one question."""

import itertools
import json
import re

import pytest

from studyin.coach.base import Controls, Profile, Verbosity
from studyin.library import Library
from tests.coach.student import Heard, Student
from tests.library.sample_questions import ANSWERED, UNANSWERED

LONG_ANSWER = (
    "the rate depends on whether two electrons or protons, one glucose and water, move into the matrix, and the "
    "probability of an event given the evidence is a share of the expected values of people"
)
THEN = [
    "no idea what that is", "hint", LONG_ANSWER, "just tell me", "next", "a", "more", "why?", "quiz me", "thanks",
    "something about light", "What is the capital of France?", "hello",
]  # fmt: skip


def broken_promises(heard: Heard, cap: int, notes: str) -> list[str]:
    broken = []
    if len(heard.text.split()) > cap:
        broken.append(f"{len(heard.text.split())} words, {cap} allowed")
    if heard.own_words.count("?") > 1:
        broken.append("more than one question")
    for number in re.findall(r"\[\[(\d+)\]\]", heard.text):
        if not 1 <= int(number) <= len(heard.found):
            broken.append(f"[[{number}]] leads nowhere")
    for quote, number in heard.quotes:
        source = heard.found[number - 1].passage.content if number else notes
        lines = quote.removesuffix("…").strip().split("\n")
        if "\n".join(lines) not in source and not all(line.removeprefix("- ") in source for line in lines):
            broken.append(f"not word for word: {quote!r}")
    if json.loads(json.dumps(heard.dialogue)) != heard.dialogue:
        broken.append("a dialogue that is no JSON")
    return broken


WAYS = [*itertools.product(Profile, Verbosity, [3]), *itertools.product(Profile, [Verbosity.BALANCED], [1, 5])]


@pytest.mark.parametrize("way", range(len(WAYS)))
async def test_every_reply_keeps_what_the_coach_promises(sampled: Library, way: int) -> None:
    """Each way of being taught is asked a share of the questions, so that all of them are asked."""
    profile, verbosity, level = WAYS[way]
    materials = (await sampled.list("local")).materials
    passages = [passage for each in materials for passage in await sampled.passages("local", each.id, limit=100)]
    notes = "\n".join(passage.content for passage in passages)
    for question in [*(question for question, _ in ANSWERED[way :: len(WAYS)]), UNANSWERED[way % len(UNANSWERED)]]:
        student = Student(sampled, Controls(level, profile, None, verbosity))
        for text in [question, *THEN]:
            heard = await student.says(text)
            assert broken_promises(heard, verbosity.words, notes) == [], f"{question} … {text}\n\n{heard.text}"


async def test_answers_end_with_a_question_that_waits_for_an_answer(sampled: Library) -> None:
    for question, _ in ANSWERED:
        heard = await Student(sampled).says(question)
        assert heard.quotes, question
        assert heard.dialogue["pending"]["text"] in heard.text
        assert heard.text.endswith(heard.dialogue["pending"]["text"])


async def test_answers_quote_the_passage_that_answers(sampled: Library) -> None:
    missed = []
    for question, heading in ANSWERED:
        heard = await Student(sampled).says(question)
        if heading not in [found.passage.title for found in heard.found]:
            missed.append(question)
    assert len(missed) <= 0.05 * len(ANSWERED), missed


async def test_where_the_notes_answer_nothing_nothing_is_quoted_as_an_answer(sampled: Library) -> None:
    for question in UNANSWERED:
        heard = await Student(sampled).says(question)
        assert heard.text.startswith("Nothing in your notes answers that"), question
        assert not heard.found or "The nearest they come" in heard.text
