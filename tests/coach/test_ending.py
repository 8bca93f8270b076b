"""How a model's reply is found to end: with which question, or with none."""

import pytest

from studyin.coach.ending import asks, is_same
from studyin.coach.question import Form, Question


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ("It makes ATP. What does it need for that?", "What does it need for that?"),
        ("It makes ATP. Why? Take your time.", "Why?"),
        ("It makes ATP. **What is NADH?** [[1]]", "What is NADH?"),
        ("It makes ATP.\n\n- What is NADH?", "- What is NADH?"),
        ("Es macht ATP. Was braucht es dazu?", "Was braucht es dazu?"),
        ("Sie macht ATP.\n\n光合作用在哪里进行？", "光合作用在哪里进行？"),
        ("It makes ATP.\n\nNow explain glycolysis in your own words.", "Now explain glycolysis in your own words."),
        ("Try it with 12 and 5.", "Try it with 12 and 5."),
        ("What belongs in the gap?\n\n> It makes ____.", "What belongs in the gap? It makes ____."),
    ],
)
def test_a_question_or_task_at_the_end_is_found(reply: str, asked: str) -> None:
    assert asks(reply) == asked


@pytest.mark.parametrize(
    "reply", ["", "It makes ATP.", "What is ATP? It is a carrier. It stores energy. Cells make it.", "Does it?\n\nYes."]
)
def test_a_reply_that_asks_nothing_at_its_end_asks_nothing(reply: str) -> None:
    assert asks(reply) == ""


def question(text: str, form: Form = Form.EXPLAIN) -> Question:
    return Question(form, text, ("ATP is made there.",), "p1", "cells.md")


def test_a_given_question_is_known_again_where_it_was_put_a_little_differently() -> None:
    given = question("How would you explain **glycolysis** in your own words?")
    assert is_same("So it splits.\n\nIn your own words, how would you explain glycolysis?", given)
    assert not is_same("So it splits.\n\nHow much ATP does it gain?", given)
    gap = question("What belongs in the gap?\n\n> It makes ____ in the cell.", Form.GAP)
    assert is_same("So.\n\nWhat belongs in the gap?\n\n> It makes ____ in the cell.", gap)
    assert not is_same("So.\n\nWhat does it make in the cell?", gap)
