"""A quiz keeps to its topic and says where it ends, and what a reply offers a "yes" starts: in English and German."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from studyin.coach.base import Ask, Controls, Profile
from studyin.coach.cards import Deck
from studyin.coach.dialogue import Dialogue
from studyin.coach.notes import NotesCoach
from studyin.coach.question import Form
from studyin.coach.remembering import RememberingCoach
from studyin.language import speaking
from studyin.library import Library
from studyin.library.terms import fold, plain
from studyin.store.database import Database
from tests.coach.desk import Paper
from tests.coach.student import Student, at_once
from tests.coach.test_notes import with_notes
from tests.coach.texts import CELLS, GERMAN, HISTORY, LAW

LANGUAGES = ("en", "de")
# What is said to steer, by language.
UNKNOWING = {"en": "I don't know", "de": "weiß nicht"}
YES = {"en": "yes", "de": "ja"}
NO = {"en": "no thanks", "de": "nein danke"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


@pytest.fixture
async def shelf(library: Library, language: str) -> Library:
    return await with_notes(library, *((GERMAN,) if language == "de" else (CELLS, HISTORY, LAW)))


TOPIC = {"en": ("quiz me on organelles", "Organelles"), "de": ("Frag mich zur Mitose ab", "Mitose")}


async def test_a_quiz_stays_on_its_topic_until_that_is_used_up_and_then_says_so(shelf: Library, language: str) -> None:
    asked, topic = TOPIC[language]
    student = Student(shelf)
    heard, seen = await student.says(asked), list[str]()
    while heard.dialogue["pending"]:
        assert heard.dialogue["pending"]["heading"].endswith(topic), heard.text
        seen.append(heard.dialogue["pending"]["key"])
        assert len(seen) < 12
        heard = await student.says(
            {"en": "skip", "de": "überspringen"}[language] if len(seen) == 2 else UNKNOWING[language]
        )
    assert len(seen) == len(set(seen)) >= 3
    assert {"en": f"That was every question I can make on *{topic}*.", "de": f"alle Fragen, die ich zu *{topic}*"}[
        language
    ] in heard.text
    other = {"en": "such as *The Industrial Revolution*", "de": "etwa *Meiose*"}[language]
    assert other in heard.text or language == "en"
    assert heard.own_words.count("?") == 1
    again = await student.says(YES[language])
    assert again.dialogue["pending"]["key"] == seen[0]
    assert again.dialogue["quiz"] == topic


async def used_up(shelf: Library, language: str) -> Student:
    student = Student(shelf)
    heard = await student.says(TOPIC[language][0])
    while heard.dialogue["pending"]:
        heard = await student.says(UNKNOWING[language])
    return student


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({"en": "osmosis", "de": "Osmose"}, "a quiz on another topic"),
        ({"en": "ok, on osmosis please", "de": "Osmose, bitte"}, "a quiz on another topic"),
        ({"en": "what is osmosis?", "de": "Was ist die Osmose?"}, "an answer"),
        ({"en": "once more", "de": "noch einmal"}, "the same"),
        (NO, "nothing"),
        ({"en": "end the quiz", "de": "beenden"}, "nothing"),
        ({"en": "stop", "de": "stopp"}, "nothing"),
        ({"en": "quantum frogs", "de": "Quantenfrösche"}, "nothing found"),
    ],
)
async def test_behind_the_end_of_a_quiz_comes_what_is_wanted(
    shelf: Library, language: str, said: dict[str, str], then: str
) -> None:
    heard = await (await used_up(shelf, language)).says(said[language])
    pending = heard.dialogue["pending"]
    match then:
        case "a quiz on another topic":
            assert heard.dialogue["quiz"].casefold().startswith("osmos"), heard.text
            assert "osmos" in "".join(pending["expected"]).casefold()
        case "the same":
            assert heard.dialogue["quiz"] == TOPIC[language][1]
        case "an answer":
            assert (heard.dialogue["quiz"], len(heard.quotes)) == ("", 1)
        case "nothing found":
            assert heard.text.startswith(("Nothing in", "Nichts in"))
        case _:
            assert (pending, heard.dialogue["quiz"], heard.dialogue["offer"]) == (None, "", None), heard.text


async def test_a_quiz_goes_back_to_its_topic_after_a_question_about_another(shelf: Library, language: str) -> None:
    student = Student(shelf)
    await student.says(TOPIC[language][0])
    aside = await student.says({"en": "What is osmosis?", "de": "Was ist die Osmose?"}[language])
    assert "osmos" in aside.quotes[0][0].casefold()
    heard = await student.says(UNKNOWING[language])
    assert {"en": "**Back to Organelles**", "de": "**Zurück zu Mitose**"}[language] in heard.text
    # Another quiz is another topic, and one without any goes through the notes.
    heard = await student.says({"en": "quiz me on osmosis", "de": "Frag mich zur Osmose ab"}[language])
    assert heard.dialogue["quiz"].casefold().startswith("osmos")
    assert (await student.says({"en": "quiz me", "de": "frag mich ab"}[language])).dialogue["quiz"] == ""


async def test_a_brain_dump_takes_the_topic_that_is_named_else_the_last_one_and_says_which(
    shelf: Library, language: str
) -> None:
    dump = {"en": "brain dump", "de": "Gedächtnisprotokoll"}[language]
    which = {"en": "Which topic shall it be?", "de": "Zu welchem Thema?"}[language]
    topic = {"en": "the Golgi apparatus", "de": "Osmose"}[language]
    student = Student(shelf)
    assert (await student.says(dump)).text.endswith(which)
    heard = await student.says(topic)  # and is no question now
    assert (heard.dialogue["pending"]["form"], heard.dialogue["pending"]["answer"]) == ("recall", topic)
    student = Student(shelf)
    await student.says({"en": "What is osmosis?", "de": "Was ist die Osmose?"}[language])
    await student.says(TOPIC[language][0])
    heard = await student.says(dump)
    assert heard.dialogue["pending"]["answer"] == TOPIC[language][1]
    assert f"*{TOPIC[language][1]}*" in heard.text.split("\n\n")[0]
    heard = await student.says(f"{dump} {topic}")
    assert heard.dialogue["pending"]["answer"] == topic
    assert f"**{topic}**" in heard.text


async def test_a_brain_dump_wants_no_more_than_what_the_notes_say_of_its_topic(library: Library) -> None:
    student = Student(await with_notes(library, CELLS))
    heard = await student.says("brain dump osmosis")
    assert all("osmosis" in each.casefold() for each in heard.dialogue["pending"]["expected"])


async def test_what_the_coach_can_do_is_told_whole_with_what_is_there(shelf: Library, language: str) -> None:
    heard = await Student(shelf).says({"en": "What can you do?", "de": "Was kannst du?"}[language])
    ways = {
        "en": ["quiz me on", "brain dump", "summarise", "compare", "practise", "hint", "just tell me", "skip"],
        "de": [
            "frag mich zu",
            "Gedächtnisprotokoll",
            "zusammen*",
            "vergleiche",
            "üben",
            "Hinweis",
            "sag es mir einfach",
        ],
    }[language]
    assert [way for way in ways if f"*{way}" not in heard.text and way not in heard.text] == []
    assert all(f"*notes {number}*" in heard.text for number in range(1 if language == "de" else 3))
    assert len(heard.text.split()) <= 120
    quiz = await Student(shelf, dialogue=heard.dialogue).says(YES[language])
    assert quiz.dialogue["pending"]
    assert quiz.dialogue["quiz"]
    # Each command that it shows is one.
    for said in re.findall(r"^- \*([^*]+)\*", heard.text, re.MULTILINE):
        shown_by = await Student(shelf).says(said)
        assert not shown_by.text.startswith(("Nothing in", "Nichts in")), said


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("level", [1, 3])
async def test_no_gap_is_asked_whose_answer_stands_right_above_it(
    library: Library, level: int, profile: Profile
) -> None:
    shelf = await with_notes(library, CELLS, HISTORY, LAW)
    gaps = 0
    for scene in (
        ["quiz me", *["I don't know"] * 25], ["quiz me on organelles", *["the nucleus"] * 8],
        ["What is osmosis?", *["just tell me"] * 6], ["When was the Factory Act?", *["I don't know"] * 6],
        ["brain dump on organelles", "the nucleus holds the DNA", "I don't know", "skip"],
        ["brain dump on the industrial revolution", "coal", "I don't know", "I don't know"],
        ["Who invented the spinning jenny?", "Hargreaves", "skip", "more", "more"],
    ):  # fmt: skip
        student = Student(shelf, Controls(level=level, profile=profile))
        before: dict[str, Any] | None = None
        for said in scene:
            heard = await student.says(said)
            pending = heard.dialogue["pending"]
            if pending and pending["form"] == Form.GAP and (before is None or pending["key"] != before["key"]):
                above = heard.text[: heard.text.rindex(pending["text"])]
                answer = rf"(?<!\w){re.escape(fold(pending['answer']))}(?!\w)"
                assert not re.search(answer, fold(plain(above))), heard.text
                gaps += 1
            before = pending
    assert gaps > 10


async def test_who_practises_without_cards_is_told_and_offered_a_quiz(
    shelf: Library, language: str, database: Database
) -> None:
    notes = NotesCoach(shelf, sleep=at_once)
    coach = RememberingCoach(notes, notes, shelf, Deck(database))

    async def say(text: str, dialogue: Any) -> tuple[str, Dialogue]:
        paper = Paper()
        outcome = await coach.reply(Ask("local", "s", text, dialogue=dialogue), paper)
        return paper.text, Dialogue.of(outcome.dialogue)

    practise = {"en": "practise", "de": "üben"}[language]
    text, offered = await say(practise, {})
    assert {"en": "You have no cards yet.", "de": "Du hast noch keine Karten."}[language] in text
    assert offered.pending is None
    assert text.endswith("?")
    _, quiz = await say(YES[language], offered.shape())
    assert quiz.pending
    assert quiz.offer is None
    _, declined = await say(NO[language], offered.shape())
    assert (declined.pending, declined.offer) == (None, None)
    # An offer is good for the next message alone.
    _, passed = await say({"en": "thanks", "de": "danke"}[language], offered.shape())
    assert passed.offer is None
    # What is open stays open.
    text, still = await say(practise, quiz.shape())
    assert still.pending == quiz.pending
    assert text.endswith(quiz.pending.text)


async def test_the_one_heading_that_comes_near_is_explained_at_a_yes(library: Library) -> None:
    student = Student(await with_notes(library, "# Waves\n\n## Interference\n\nTwo waves add up where they meet.\n"))
    heard = await student.says("Do purple frogs in Africa fear interference most?")
    assert heard.text.endswith("Is it that?")
    assert (await student.says("yes")).quotes[0][0] == "Two waves add up where they meet."
