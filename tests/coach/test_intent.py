"""What a message wants."""

import pytest

from studyin.coach.intent import Intent, read


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi", Intent.GREETING),
        ("Good morning, coach!", Intent.GREETING),
        ("hello there", Intent.GREETING),
        ("thanks!", Intent.THANKS),
        ("ok cool thanks", Intent.THANKS),
        ("thanks so much", Intent.THANKS),
        ("ok", Intent.AGREED),
        ("I see, makes sense", Intent.AGREED),
        ("yes", Intent.MORE),
        ("What is glycolysis?", Intent.ASK),
        ("glycolysis", Intent.ASK),
        ("quiz me", Intent.QUIZ),
        ("Can you quiz me on Bayes' theorem?", Intent.QUIZ),
        ("ask me something about cells", Intent.QUIZ),
        ("give me a hint", Intent.QUIZ),
        ("another question", Intent.SKIP),
        ("tell me more", Intent.MORE),
        ("go on", Intent.MORE),
        ("why?", Intent.ASK),
        ("help", Intent.ABOUT),
        ("i don't know", Intent.ABOUT),
    ],
)
def test_without_an_open_question(text: str, intent: Intent) -> None:
    assert read(text, open_question=False).intent is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("pyruvate", Intent.ATTEMPT),
        ("pyruvate?", Intent.ATTEMPT),
        ("is it pyruvate?", Intent.ATTEMPT),
        ("I think it splits glucose", Intent.ATTEMPT),
        ("the splitting of glucose into two?", Intent.ATTEMPT),
        ("no", Intent.ATTEMPT),
        ("the root tip", Intent.ATTEMPT),
        ("yes", Intent.ATTEMPT),
        ("hint", Intent.HINT),
        ("Can I get a hint please?", Intent.HINT),
        ("I'm stuck", Intent.HINT),
        ("help", Intent.HINT),
        ("I don't know", Intent.TELL),
        ("idk", Intent.TELL),
        ("no idea what that is", Intent.TELL),
        ("just tell me", Intent.TELL),
        ("what's the answer?", Intent.TELL),
        ("?", Intent.TELL),
        ("skip", Intent.SKIP),
        ("next question please", Intent.SKIP),
        ("What is ATP?", Intent.ASK),
        ("why", Intent.ASK),
        ("ok but how does the Krebs cycle work", Intent.ASK),
        ("does glycolysis need oxygen?", Intent.ASK),
        ("Wie viele Zellen entstehen?", Intent.ASK),
        ("thanks", Intent.THANKS),
        ("ok", Intent.AGREED),
        ("quiz me on something else", Intent.QUIZ),
    ],
)
def test_with_a_question_open(text: str, intent: Intent) -> None:
    assert read(text, open_question=True).intent is intent


def test_just_tell_me_with_a_subject_is_a_question_to_be_answered_at_once() -> None:
    message = read("Just tell me what ATP is", open_question=True)
    assert (message.intent, message.about, message.direct) == (Intent.ASK, "what ATP is", True)


def test_the_topic_of_a_quiz_is_known() -> None:
    assert read("quiz me on Bayes' theorem", open_question=False).about == "Bayes' theorem"
    assert read("quiz me", open_question=False).about == ""
