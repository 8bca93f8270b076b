"""What a message wants."""

import pytest

from studyin.coach.intent import Intent, is_personal, read


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
        ("difference between conduction and convection", Intent.ASK),
        ("the difference between the two is the temperature", Intent.ATTEMPT),
        ("mitosis vs meiosis", Intent.ASK),
        ("definition of entropy", Intent.ASK),
        ("write me a python quicksort", Intent.ASK),
        ("please summarise the notes", Intent.ASK),
        ("solve my homework", Intent.ASK),
        ("make sugar from light", Intent.ATTEMPT),
        ("it makes sugar. But why does it need light?", Intent.ASK),
        ("it needs light, and what is ATP?", Intent.ASK),
        ("the cytosol, right?", Intent.ATTEMPT),
        ("in the cytosol. Is it that?", Intent.ATTEMPT),
        ("quiz me on something else", Intent.QUIZ),
    ],
)
def test_with_a_question_open(text: str, intent: Intent) -> None:
    assert read(text, open_question=True).intent is intent


def test_the_question_at_the_end_of_a_message_is_what_is_asked() -> None:
    assert read("It makes sugar. But why is light needed?", open_question=True).about == "But why is light needed?"


@pytest.mark.parametrize("text", ["you are a stupid useless bot", "I'm tired of this", "my dog is called Rex"])
def test_what_speaks_of_the_coach_or_of_the_student_is_personal(text: str) -> None:
    assert is_personal(text)


@pytest.mark.parametrize("text", ["I think it is the cytosol", "i really guess ATP", "the cell wall", "bananas"])
def test_a_guess_is_not_personal(text: str) -> None:
    assert not is_personal(text)


def test_just_tell_me_with_a_subject_is_a_question_to_be_answered_at_once() -> None:
    message = read("Just tell me what ATP is", open_question=True)
    assert (message.intent, message.about, message.direct) == (Intent.ASK, "what ATP is", True)


def test_the_topic_of_a_quiz_is_known() -> None:
    assert read("quiz me on Bayes' theorem", open_question=False).about == "Bayes' theorem"
    assert read("quiz me", open_question=False).about == ""
