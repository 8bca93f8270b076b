"""The ladder for a problem: where it starts, what moves it, what each rung gives away, and that its twin follows."""

import pytest

from studyin.coach.base import Controls, Profile
from studyin.coach.problems import is_problem
from studyin.library import Library
from tests.coach.student import Student
from tests.library.sample_questions import ANSWERED, UNANSWERED

TEST = "A test has a sensitivity of 99 % and 5 % false positives. What is the posterior if the prior is 1 %?"


@pytest.mark.parametrize(
    "text",
    [
        "Solve 2x + 3 = 7",
        "please calculate 3/5 * 2/4",
        "Can you help me find the derivative of x^2?",
        "Exercise 4b: show that the events are independent.",
        "Integrate $\\int x^2 dx$",
        "A bag has 3 red and 2 blue balls. You draw two without putting any back. How likely are two red ones?",
        TEST,
        "Löse 2x + 3 = 7",
        "Aufgabe 4b: zeige, dass die Ereignisse unabhängig sind.",
        "Eine Urne hat 3 rote und 2 blaue Kugeln. Du ziehst zwei ohne Zurücklegen. Wie wahrscheinlich sind zwei rote?",
    ],
)
def test_what_is_to_be_worked_out_is_a_problem(text: str) -> None:
    assert is_problem(text)


@pytest.mark.parametrize(
    "text",
    [
        "Find my notes on glycolysis",
        "What happened in 1789 and in 1793?",
        "What is type 2?",
        "Solve the mystery",
        "0.3",
        "Bestimme die Wortarten",
        "Was geschah 1789 und 1793?",
        "Übung macht den Meister",
    ]
    + [question for question, _ in ANSWERED]
    + UNANSWERED,
)
def test_what_asks_about_a_subject_is_none(text: str) -> None:
    assert not is_problem(text)


@pytest.mark.parametrize(
    ("profile", "rung", "said"),
    [
        (Profile.DEEP, 0, "What have you tried so far"),
        (Profile.STUDY, 1, "Which rule there fits"),
        (Profile.FAST, 3, "Can you do the same"),
    ],
)
async def test_a_problem_starts_on_the_rung_of_its_mode(
    sampled: Library, profile: Profile, rung: int, said: str
) -> None:
    heard = await Student(sampled, Controls(profile=profile)).says(TEST)
    assert heard.dialogue["rung"] == rung
    assert heard.dialogue["pending"]["text"] == TEST
    assert said in heard.text


async def test_an_attempt_and_a_hint_move_one_rung_and_the_rule_is_quoted_on_its_own_only(sampled: Library) -> None:
    student = Student(sampled, Controls(profile=Profile.DEEP))
    rungs = []
    for said in [TEST, "I'd multiply 0.99 and 0.01", "hint", "0.0099 / 0.05, so 20 %", "hint"]:
        heard = await student.says(said)
        rungs.append(heard.dialogue["rung"])
        assert bool(heard.quotes) == (heard.dialogue["rung"] >= 2), heard.text
    assert rungs == [0, 1, 2, 3, 4]
    assert heard.dialogue["attempts"] == 2


@pytest.mark.parametrize("said", ["just tell me", "hint"])
async def test_behind_the_last_rung_a_twin_waits_with_a_ladder_of_its_own(sampled: Library, said: str) -> None:
    student = Student(sampled, Controls(profile=Profile.STUDY))
    await student.says(TEST)
    for _ in range(1 if said == "just tell me" else 4):
        heard = await student.says(said)
    assert heard.text.endswith("Now change one number of the problem: what comes out then?")
    assert heard.dialogue["pending"]["text"] == TEST
    assert (heard.dialogue["shown"], heard.dialogue["rung"], heard.dialogue["attempts"]) == (True, 1, 0)


async def test_just_solve_it_goes_to_the_last_rung_at_once(sampled: Library) -> None:
    heard = await Student(sampled, Controls(profile=Profile.DEEP)).says(f"Just tell me: {TEST}")
    assert "All that your notes have to it" in heard.text
    assert heard.dialogue["shown"] is True


async def test_where_the_notes_have_no_rule_that_is_said(sampled: Library) -> None:
    heard = await Student(sampled).says("Solve 2x + 3 = 7")
    assert "Your notes have no rule for this" in heard.text
    assert heard.quotes == []
    assert heard.dialogue["pending"]["text"] == "Solve 2x + 3 = 7"


async def test_another_question_leaves_the_problem(sampled: Library) -> None:
    student = Student(sampled, Controls(profile=Profile.STUDY))
    await student.says(TEST)
    heard = await student.says("What is glycolysis?")
    assert heard.dialogue["pending"]["form"] == "explain"


async def test_what_the_student_had_right_is_remembered_in_their_words(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    heard = await student.says("splitting glucose into two pyruvate")
    assert heard.dialogue["known"] == ["splitting glucose into two pyruvate"]
    heard = await student.says("just tell me")
    assert heard.dialogue["known"] == ["splitting glucose into two pyruvate"]


async def test_an_answer_to_a_question_that_the_notes_say_nothing_to_is_not_graded(sampled: Library) -> None:
    own = {"form": "explain", "text": "What is a black hole?", "expected": [], "passage_id": "", "filename": ""}
    for said in ["A dead star", "hint", "just tell me"]:
        student = Student(sampled, dialogue={"pending": own | {"heading": "", "answer": "", "key": ""}})
        heard = await student.says(said)
        assert heard.text.startswith("Your notes say nothing to that question, so I can't tell."), heard.text
        assert heard.dialogue["pending"]["expected"]
