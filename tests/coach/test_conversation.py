"""What students say besides questions and answers: slips of the keyboard, topics, two things at once, a farewell."""

import pytest

from studyin.coach.base import Controls, Profile
from studyin.library import Library
from tests.coach.student import Student
from tests.coach.test_notes import with_notes
from tests.coach.texts import CELLS, CHEMISTRY, CHINESE, GERMAN, HISTORY, LAW, SPANISH


@pytest.fixture
async def shelf(library: Library) -> Library:
    return await with_notes(library, HISTORY, LAW, CHEMISTRY, CELLS)


@pytest.mark.parametrize("said", ["asdf", "qwertz", "xkcdq", "lalala", "sdfsdf jkl"])
async def test_gibberish_is_not_understood_and_no_attempt(shelf: Library, said: str) -> None:
    student = Student(shelf, Controls(profile=Profile.STUDY))
    before = (await student.says("What is a buffer?")).dialogue
    heard = await student.says(said)
    assert heard.text.startswith(f"I didn't understand “{said}”, so nothing is marked.")
    assert heard.dialogue == before


@pytest.mark.parametrize("said", ["water", "H2O", "pH", "rhythm method", "DNA", "property", "7.4"])
async def test_short_words_are_no_gibberish(shelf: Library, said: str) -> None:
    student = Student(shelf)
    await student.says("What is a buffer?")
    assert "understand" not in (await student.says(said)).text


async def test_a_noun_that_the_notes_lack_is_no_attempt_at_an_explanation(shelf: Library) -> None:
    student = Student(shelf, Controls(profile=Profile.STUDY))
    before = (await student.says("What is a buffer?")).dialogue
    heard = await student.says("bananas")
    assert heard.text.startswith("There is no “bananas” in your notes, so nothing is marked.")
    assert heard.dialogue == before


@pytest.mark.parametrize("said", ["osmosis", "The Luddites", "Postal rule"])
async def test_a_topic_of_the_notes_is_taken_up_and_not_marked(shelf: Library, said: str) -> None:
    student = Student(shelf)
    await student.says("What is a buffer?")
    heard = await student.says(said)
    assert "Not quite" not in heard.text
    assert any(said.casefold().removeprefix("the ") in quote.casefold() for quote, _ in heard.quotes)


async def test_an_expected_term_alone_is_an_attempt(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("What is a buffer?")
    assert (await student.says("conjugate base")).text.startswith("Partly.")


async def test_a_question_behind_an_attempt_is_answered_after_the_grade(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("define misrepresentation")
    heard = await student.says("a false statement of fact, but what does the nucleus hold?")
    assert "You had “false statement of fact”" in heard.text
    assert "The **nucleus** holds the DNA and controls what the cell makes." in heard.text
    assert heard.own_words.count("?") == 1
    assert heard.text.endswith(heard.dialogue["pending"]["text"])


async def test_the_answer_to_a_question_behind_a_wrong_attempt_does_not_give_ours_away(shelf: Library) -> None:
    student = Student(shelf, Controls(profile=Profile.STUDY))
    await student.says("What is a buffer?")
    heard = await student.says("it is a strong acid, but what is a buffer?")
    assert heard.quotes == []
    assert "so that one first" in heard.text


async def test_how_many_is_answered_by_the_list_with_its_number(shelf: Library) -> None:
    heard = await Student(shelf).says("How many things are needed for a contract?")
    quote = "\n".join(text for text, _ in heard.quotes)
    assert "Three things are needed for it:" in quote
    assert quote.count("\n1.") == quote.count("\n3.") == 1
    heard = await Student(shelf).says("How many bases form a codon?")
    assert heard.quotes[0][0] == "Three bases form a **codon**, which stands for one amino acid."


async def test_the_first_two_of_a_list_are_quoted_and_all_of_it_asked_for(shelf: Library) -> None:
    student = Student(shelf)
    heard = await student.says("List the first two things needed for a contract")
    assert heard.text.startswith("The first 2 of 3 that your notes list under *Formation*:")
    assert "Consideration" not in heard.text
    assert heard.text.endswith("Which three?")
    assert (await student.says("offer, acceptance and consideration")).text.startswith(
        ("Right", "Exactly", "Yes", "That")
    )


@pytest.mark.parametrize(
    ("asked", "quoted"),
    [
        ("What comes after acceptance?", "**Consideration**"),
        ("what comes before acceptance", "**Offer**"),
        ("What comes after Buffers?", None),
        ("which section comes after the pH scale?", "In a **neutralisation**"),
    ],
)
async def test_what_comes_next_is_told_by_the_order_of_the_notes(
    shelf: Library, asked: str, quoted: str | None
) -> None:
    heard = await Student(shelf).says(asked)
    assert quoted is None or heard.quotes[0][0].startswith(quoted)


@pytest.mark.parametrize(
    "asked",
    ["compare a condition and a warranty", "condition vs warranty", "How does a condition differ from a warranty?",
     "difference between condition and warranty"],
)  # fmt: skip
async def test_two_things_are_set_against_each_other(shelf: Library, asked: str) -> None:
    heard = await Student(shelf).says(asked)
    said = " ".join(quote for quote, _ in heard.quotes)
    assert "A **condition** is a term so important" in said
    assert "A **warranty** is a minor term" in said
    assert heard.text.endswith("how do condition and warranty differ?")


async def test_each_of_two_things_is_cited_from_its_own_place_also_when_it_is_told_later(shelf: Library) -> None:
    student = Student(shelf)
    await student.says("compare a buffer and a ribosome")
    heard = await student.says("I don't know")
    assert [(quote.split()[1], heard.found[(number or 0) - 1].passage.title) for quote, number in heard.quotes] == [
        ("**buffer**", "Buffers"),
        ("**ribosome**", "Making proteins"),
    ]


async def test_a_thing_to_compare_that_the_notes_lack_is_named(shelf: Library) -> None:
    heard = await Student(shelf).says("compare a buffer and a quasar")
    assert heard.text.startswith("Nothing in your notes is about quasar.")


async def test_a_heading_is_summarised_in_the_order_of_the_notes(shelf: Library) -> None:
    heard = await Student(shelf).says("Summarise acids and bases")
    assert heard.text.startswith("*Acids and bases* in short")
    titles = [found.passage.title for found in heard.found]
    assert titles == ["Definitions", "The pH scale", "Neutralisation and titration", "Buffers"]
    assert heard.quotes[2][0].startswith("In a **neutralisation** an acid reacts")


@pytest.mark.parametrize("said", ["bye", "thanks, that's all"])
async def test_a_farewell_names_what_to_look_at_next(shelf: Library, said: str) -> None:
    student = Student(shelf)
    await student.says("What is a buffer?")
    heard = await student.says(said)
    assert "One stayed open, on *Buffers*" in heard.text
    assert heard.dialogue["pending"] is None
    assert heard.own_words.count("?") == 1


async def test_a_farewell_with_nothing_open_names_where_the_notes_go_on(shelf: Library) -> None:
    student = Student(shelf)
    dialogue = (await student.says("What is the pH?")).dialogue
    student.dialogue = {**dialogue, "pending": None}
    assert "Your notes go on with *Neutralisation and titration*" in (await student.says("bye")).text


@pytest.mark.parametrize("said", ["hmm", "uh…", "let me think", "what?", "I don't understand the question"])
async def test_thinking_aloud_and_not_understanding_are_no_attempt(shelf: Library, said: str) -> None:
    student = Student(shelf)
    before = (await student.says("What is a buffer?")).dialogue
    heard = await student.says(said)
    assert heard.dialogue == before
    assert before["pending"]["text"] in heard.text


@pytest.mark.parametrize("said", ["this is stupid", "whatever", "lol no", "you suck"])
async def test_temper_is_not_marked(shelf: Library, said: str) -> None:
    student = Student(shelf)
    before = (await student.says("What is a buffer?")).dialogue
    assert (await student.says(said)).dialogue == before


async def test_a_greeting_with_a_story_is_greeted(shelf: Library) -> None:
    heard = await Student(shelf).says("Hello! I am Ola from Poland, can you help me please?")
    assert heard.text.startswith("Hello!")


@pytest.mark.parametrize(
    ("notes", "turns"),
    [
        (GERMAN, [
            ("Was ist die Osmose?", "Wanderung von Wasser"),
            ("Wasser wandert durch eine Membran zur Seite mit der höheren Konzentration",
             "“Wasser wandert durch eine Membran zur Seite"),
            ("Definiere Meiose", "Die **Meiose** ist die Teilung"),
            ("Gib mir einen Tipp", "belong in it"),
            ("Vergleiche Mitose und Meiose", "how do Mitose and Meiose differ?"),
            ("keine Ahnung", "Here it is"),
            ("Wie viele Phasen hat die Mitose?", "> - Telophase"),
            ("Fasse Zellbiologie zusammen", "in short"),
            ("Alles, was ich über die Osmose weiß", "Write down everything you know about **Osmose**"),
            ("Sie braucht keine Energie", "1 of the 2 points"),
            ("Frag mich ab", "From *"),
            ("Danke, tschüss", "See you."),
        ]),
        (SPANISH, [
            ("¿Qué es la ósmosis?", "paso de agua"),
            ("el agua pasa por una membrana hacia el lado con más concentración", "You had “"),
            ("compara la mitosis con la meiosis", "how do mitosis and meiosis differ?"),
            ("dame una pista", "belong in it"),
            ("no lo sé", "Here it is"),
            ("¿cuántas fases tiene la mitosis?", "> - Telofase"),
            ("resumen de la mitosis", "in short"),
            ("hazme preguntas sobre la ósmosis", "From *"),
            ("adiós", "See you."),
        ]),
        (CHINESE, [
            ("渗透作用", "渗透作用"),
            ("有丝分裂", "有丝分裂是细胞核分裂的过程"),
        ]),
    ],
    ids=["German", "Spanish", "Chinese"],
)  # fmt: skip
async def test_notes_in_other_languages_are_taught_from(
    library: Library, notes: str, turns: list[tuple[str, str]]
) -> None:
    student = Student(await with_notes(library, notes))
    for said, expected in turns:
        heard = await student.says(said)
        assert expected in heard.text, f"{said}\n\n{heard.text}"


async def test_all_notes_are_summarised_material_by_material(sampled: Library) -> None:
    heard = await Student(sampled).says("Summarise my notes, please.")
    assert {each.passage.filename for each in heard.found} == {
        material.filename for material in (await sampled.list("local")).materials
    }
    assert heard.text.startswith("This is how your notes begin, under *")
