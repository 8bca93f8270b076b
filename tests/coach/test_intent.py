"""What a message wants."""

import pytest

from studyin.coach.intent import Intent, is_personal, read
from studyin.coach.phrases import own_question
from studyin.coach.practice import Wish
from studyin.language import speaking


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
        ("it makes sugar. But why does it need light?", Intent.ATTEMPT),
        ("it needs light, and what is ATP?", Intent.ATTEMPT),
        ("the cytosol, right?", Intent.ATTEMPT),
        ("in the cytosol. Is it that?", Intent.ATTEMPT),
        ("quiz me on something else", Intent.QUIZ),
    ],
)
def test_with_a_question_open(text: str, intent: Intent) -> None:
    assert read(text, open_question=True).intent is intent


@pytest.mark.parametrize(
    ("text", "attempt", "asked"),
    [
        ("It makes sugar. But why is light needed?", "It makes sugar.", "But why is light needed?"),
        ("I think it's the ribosome, but what does it do?", "I think it's the ribosome", "what does it do?"),
        ("the cytosol and where is that?", "the cytosol", "where is that?"),
    ],
)
def test_a_question_behind_an_attempt_is_told_from_it(text: str, attempt: str, asked: str) -> None:
    message = read(text, open_question=True)
    assert (message.intent, message.about, message.asked) == (Intent.ATTEMPT, attempt, asked)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("write all you know about glycolysis", "glycolysis"),
        ("Brain dump on the Calvin cycle.", "the Calvin cycle"),
        ("let me write all I know about Bayes' theorem!", "Bayes' theorem"),
        ("Let's do a brain dump about ATP", "ATP"),
        ("everything I remember about cells", "cells"),
        ("brain dump", ""),
        ("brain dump TCP", "TCP"),
        ("Alles, was ich über die Osmose weiß", "Osmose"),
        ("todo lo que sé sobre la ósmosis", "ósmosis"),
    ],
)
@pytest.mark.parametrize("open_question", [True, False])
def test_a_brain_dump_is_told_with_its_topic(text: str, topic: str, open_question: bool) -> None:
    message = read(text, open_question=open_question)
    assert (message.intent, message.about, message.text) == (Intent.RECALL, topic, "")


def test_a_brain_dump_may_come_with_what_is_known() -> None:
    message = read("Brain dump on glycolysis:\nit splits glucose\ninto pyruvate", open_question=False)
    assert (message.about, message.text) == ("glycolysis", "it splits glucose\ninto pyruvate")


def test_to_be_told_all_there_is_to_know_is_no_brain_dump() -> None:
    assert read("tell me all you know about glycolysis", open_question=False).intent is Intent.ASK


@pytest.mark.parametrize(
    "text",
    ["bye", "thanks, that's all", "ok thank you, bye", "see you tomorrow", "that's it for today", "I'm done",
     "stop", "please stop", "Stopp!", "hör auf", "halt",
     "danke, tschüss", "das war's", "adiós", "gracias, eso es todo"],
)  # fmt: skip
@pytest.mark.parametrize("open_question", [True, False])
def test_a_farewell_is_told(text: str, open_question: bool) -> None:
    assert read(text, open_question=open_question).intent is Intent.GOODBYE


@pytest.mark.parametrize("text", ["thanks", "that is all the energy there is", "see you at the cell wall it goes"])
def test_what_only_begins_like_a_farewell_is_none(text: str) -> None:
    assert read(text, open_question=True).intent is not Intent.GOODBYE


@pytest.mark.parametrize(
    ("text", "intent", "about"),
    [
        ("Frag mich ab!", Intent.QUIZ, ""),
        ("frag mich ab über die Revolution", Intent.QUIZ, "Revolution"),
        ("Quiz mich zur Revolution", Intent.QUIZ, "Revolution"),
        ("/quiz networks", Intent.QUIZ, "networks"),
        ("/compare TCP and UDP", Intent.ASK, "compare TCP and UDP"),
        ("/summarise UDP", Intent.ASK, "summarise UDP"),
        ("/vergleiche A und B", Intent.ASK, "compare A and B"),
        ("/tmp is a folder", Intent.ATTEMPT, "/tmp is a folder"),
        ("frag mich zur Mitose ab", Intent.QUIZ, "Mitose"),
        ("Stell mir eine Frage über die Osmose", Intent.QUIZ, "Osmose"),
        ("Hazme preguntas sobre la mitosis", Intent.QUIZ, "mitosis"),
        ("ponme a prueba", Intent.QUIZ, ""),
        ("Fasse die Mitose zusammen", Intent.ASK, "summarise Mitose"),
        ("resumen de la mitosis", Intent.ASK, "summarise mitosis"),
        ("Definiere Osmose", Intent.ASK, "define Osmose"),
        ("¿Qué es la ósmosis?", Intent.ASK, "what is ósmosis?"),
        ("Was ist der Unterschied zwischen Mitose und Meiose?", Intent.ASK, "compare Mitose and Meiose"),
        ("compara la mitosis con la meiosis", Intent.ASK, "compare mitosis and meiosis"),
        ("Gib mir einen Tipp", Intent.HINT, "hint"),
        ("dame una pista, por favor", Intent.HINT, "hint"),
        ("Sag mir einfach die Antwort", Intent.TELL, "answer"),
        ("no lo sé", Intent.TELL, "i don't know"),
        ("weiß ich nicht", Intent.TELL, "i don't know"),
        ("noch ein Tipp, bitte".replace(",", ""), Intent.HINT, "hint"),
        ("Sag’s mir einfach", Intent.TELL, "answer"),
        ("/lösung", Intent.TELL, "answer"),
        ("Lösung", Intent.ATTEMPT, "Lösung"),
        ("Überspringen", Intent.SKIP, "skip"),
        ("Was meinst du damit?", Intent.PUZZLED, "what do you mean"),
        ("Das ist mir zu schwer!", Intent.FEELING, "whatever"),
        ("Lass mich kurz überlegen …", Intent.THINKING, "wait"),
        ("Was kannst du?", Intent.ABOUT, "what can you do"),
        ("Erzähl mir mehr.", Intent.MORE, "more"),
        ("Erklär mir das", Intent.MORE, "explain it"),
        ("Erkläre mir die Osmose", Intent.ASK, "explain Osmose"),
        ("Was sind die wichtigsten Gedanken in Zellbiologie?", Intent.ASK, "what are the main ideas in Zellbiologie?"),
        ("Was sind die wichtigsten Punkte?", Intent.ASK, "what are the main ideas?"),
        ("Frag mich zu Zellbiologie ab.", Intent.QUIZ, "Zellbiologie"),
        ("Teste mich zu Osmose", Intent.QUIZ, "Osmose"),
        ("Fass Zellbiologie zusammen.", Intent.ASK, "summarise Zellbiologie"),
        ("Fass es zusammen", Intent.ASK, "summarise it"),
        ("Zusammenfassung von Osmose", Intent.ASK, "summarise Osmose"),
        ("Nenne die ersten drei Phasen der Mitose", Intent.ASK, "list the first three Phasen der Mitose"),
        ("Was kommt nach der Prophase?", Intent.ASK, "what comes after Prophase?"),
        ("Worin unterscheiden sich Mitose und Meiose?", Intent.ASK, "compare Mitose and Meiose"),
        ("Vergleiche Mitose mit Meiose", Intent.ASK, "compare Mitose and Meiose"),
        ("Gedächtnisprotokoll zur Mitose", Intent.RECALL, "Mitose"),
        ("Danke!", Intent.THANKS, "thanks"),
        ("muchas gracias", Intent.THANKS, "thanks"),
        ("ja", Intent.ATTEMPT, "yes"),
        ("nein", Intent.ATTEMPT, "no"),
        ("sí", Intent.ATTEMPT, "yes"),
        ("die Teilung des Zellkerns", Intent.ATTEMPT, "die Teilung des Zellkerns"),
        ("el paso de agua", Intent.ATTEMPT, "el paso de agua"),
        ("渗透作用是什么", Intent.ATTEMPT, "渗透作用是什么"),
    ],
)
def test_german_and_spanish_steer_the_coach_too(text: str, intent: Intent, about: str) -> None:
    message = read(text.replace(", por", " por"), open_question=True)
    assert (message.intent, message.about) == (intent, about)


@pytest.mark.parametrize(
    "text",
    ["you are a stupid useless bot", "I'm tired of this", "my dog is called Rex", "du bist doof", "Ich bin müde"],
)
def test_what_speaks_of_the_coach_or_of_the_student_is_personal(text: str) -> None:
    assert is_personal(text)


@pytest.mark.parametrize(
    "text", ["I think it is the cytosol", "i really guess ATP", "the cell wall", "bananas", "Ich glaube, die Zellwand"]
)
def test_a_guess_is_not_personal(text: str) -> None:
    assert not is_personal(text)


def test_just_tell_me_with_a_subject_is_a_question_to_be_answered_at_once() -> None:
    message = read("Just tell me what ATP is", open_question=True)
    assert (message.intent, message.about, message.direct) == (Intent.ASK, "what ATP is", True)


@pytest.mark.parametrize(
    "text",
    ["Frag mich meine fälligen Karten ab.", "Karten üben", "Lass uns die Lernkarten wiederholen", "/karten",
     "meine fälligen Karten"],
)  # fmt: skip
def test_cards_are_asked_for_in_german_too(text: str) -> None:
    assert Wish(text).names_cards


@pytest.mark.parametrize("text", ["Karten", "Was sind Karten?", "Karten der Erde zeigen Länder"])
def test_maps_are_no_cards(text: str) -> None:
    assert not Wish(text).names_cards


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("was ist die Osmose", "Was ist die Osmose?"),
        ("Warum gibt es die Meiose?", "Warum gibt es die Meiose?"),
        ("Erkläre die Osmose!", "Erkläre die Osmose."),
        ("Warum ist das so?", ""),
        ("Wozu dient sie?", ""),
        ("Wann teilt das Bakterium sich?", "Wann teilt das Bakterium sich?"),
        ("Osmose", ""),
        ("What is osmosis?", ""),
        ("wo " * 30, ""),
    ],
)
def test_a_german_question_is_asked_back_where_it_stands_alone(message: str, question: str) -> None:
    assert own_question(message) == ""
    with speaking("de"):
        assert own_question(message) == question


def test_the_topic_of_a_quiz_is_known() -> None:
    assert read("quiz me on Bayes' theorem", open_question=False).about == "Bayes' theorem"
    assert read("quiz me", open_question=False).about == ""
