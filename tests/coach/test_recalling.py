"""Brain dumps: all that a student writes about a topic, compared with all that the notes say of it."""

from itertools import cycle

import pytest

from studyin.coach.base import Controls, Profile, Verbosity
from studyin.library import Library
from tests.coach.student import Student
from tests.coach.test_notes import with_notes
from tests.coach.texts import CELLS, HISTORY, LAW


@pytest.fixture
async def shelf(library: Library) -> Library:
    return await with_notes(library, HISTORY, LAW, CELLS)


@pytest.mark.parametrize(
    "asked",
    ["write all you know about the Luddites", "brain dump on Luddites", "let me write all I know about luddites"],
)
async def test_the_coach_asks_for_all_that_is_known_of_a_heading(shelf: Library, asked: str) -> None:
    heard = await Student(shelf).says(asked)
    assert "Write down everything you know about **The Luddites**" in heard.text
    assert heard.dialogue["pending"]["form"] == "recall"
    assert heard.quotes == []


async def test_what_is_there_is_told_with_its_source_and_what_is_missing_is_quoted_in_order(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("brain dump on organelles")
    heard = await student.says(
        "The mitochondrion releases energy from glucose. The golgi sorts proteins into vesicles."
    )
    assert heard.text.startswith("*Organelles*: 2 of the 4 points in your notes.")
    assert "“mitochondrion releases energy from glucose” [[1]]" in heard.text
    assert [quote for quote, _ in heard.quotes] == [
        "The **nucleus** holds the DNA and controls what the cell makes.",
        "**Lysosomes** digest worn-out parts of the cell with enzymes.",
    ]
    assert all(number == 1 for _, number in heard.quotes)
    # What was quoted just now can't be a gap: it is to be said again in other words.
    assert heard.dialogue["pending"]["form"] == "explain"
    assert heard.dialogue["pending"]["expected"] == [quote for quote, _ in heard.quotes]


async def test_a_topic_reaches_over_all_that_stands_under_its_heading(shelf: Library) -> None:
    student = Student(shelf, Controls(verbosity=Verbosity.DETAILED))
    await student.says("brain dump on the industrial revolution")
    heard = await student.says(
        "cheap coal. The jenny could spin eight threads at once. The Factory Act forbade child labour."
    )
    titles = {found.passage.title for found in heard.found}
    assert {"The Industrial Revolution", "Why it began in Britain", "Inventions", "Life in the towns"} <= titles


async def test_the_opposite_of_what_the_notes_say_is_told(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("brain dump on the Luddites")
    heard = await student.says("Weavers and knitters broke machines for lower wages.\nThey hated machines.")
    assert "“They hated machines.” is not what your notes say." in heard.text
    assert "They did not hate machines as such." in [quote for quote, _ in heard.quotes]


async def test_a_brain_dump_may_come_at_once(shelf: Library) -> None:
    heard = await Student(shelf).says("brain dump on formation:\noffer\nacceptance\nconsideration")
    assert heard.text.startswith("*Formation*: 3 of the 10 points in your notes.")


async def test_all_of_it_is_followed_by_the_next_question(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("brain dump on organelles")
    heard = await student.says(
        "The nucleus holds the DNA and controls what the cell makes. "
        "Mitochondria release energy from glucose and store it in ATP. "
        "Lysosomes digest worn-out parts with enzymes. The Golgi sorts proteins and packs them into vesicles."
    )
    assert heard.text.startswith("*Organelles*: all 4 points in your notes.")
    assert "**Next" in heard.text
    assert heard.quotes == []


async def test_giving_up_shows_what_the_notes_have(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("brain dump on organelles")
    heard = await student.says("I don't know")
    assert heard.text.startswith("*Organelles*, as your notes have it:")
    assert heard.quotes[0][0].startswith("The **nucleus** holds")


async def test_hints_for_a_brain_dump_climb_and_keep_it_open(shelf: Library) -> None:
    student = Student(shelf, Controls(profile=Profile.DEEP))
    await student.says("brain dump on organelles")
    for rung in ("4 points", "letters)", "`"):
        heard = await student.says("hint")
        assert rung in heard.text
        assert heard.dialogue["pending"]["form"] == "recall"
    assert (await student.says("hint")).quotes


async def test_a_brain_dump_on_what_the_notes_lack_says_so(shelf: Library) -> None:
    heard = await Student(shelf).says("brain dump on black holes")
    assert heard.text.startswith("Nothing in your notes answers that.")
    assert heard.dialogue["pending"] is None


async def test_a_brain_dump_without_a_topic_takes_the_one_at_hand(shelf: Library) -> None:
    student = Student(shelf)
    assert (await student.says("brain dump")).text.startswith("A brain dump on what?")
    await student.says("What is osmosis?")
    assert (await student.says("brain dump")).dialogue["pending"]["form"] == "recall"


async def test_what_was_deleted_since_is_quoted_without_a_source(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("brain dump on organelles")
    for material in (await shelf.list("local")).materials:
        if material.filename == "notes 2.md":
            await shelf.delete("local", material.id)
    heard = await student.says("enzymes")
    assert "no longer among your materials" in heard.text
    assert "[[" not in heard.text


@pytest.mark.thorough
@pytest.mark.parametrize("topic", ["the industrial revolution", "contract law", "the cell"])
async def test_a_brain_dump_stays_within_the_cap(shelf: Library, topic: str) -> None:
    texts = ("coal and machines and offers", "i don't know", LAW, HISTORY, "water " * 300)
    for text, verbosity in zip(texts, cycle(Verbosity), strict=False):
        student = Student(shelf, Controls(verbosity=verbosity))
        await student.says(f"brain dump on {topic}")
        heard = await student.says(text)
        assert len(heard.text.split()) <= verbosity.words, heard.text
        assert heard.own_words.count("?") <= 1
