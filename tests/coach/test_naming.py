"""Questions that name a material by the name of its file."""

import pytest

from studyin.coach.base import Controls, Verbosity
from studyin.library import Library
from tests.coach.student import Student

THERMO = """# Thermodynamics

## The four laws

The **zeroth law** says that two systems in equilibrium with a third are in equilibrium with each other.
The **first law** states that energy is conserved in every process.

## Heat transfer

**Conduction** is the transfer of heat through direct contact. It is fast in metals.
**Convection** is the transfer of heat by a moving fluid.

## Entropy

**Entropy** is a measure of the number of ways in which a system can be arranged.
It never decreases in an isolated system.
"""


@pytest.fixture
async def shelf(sampled: Library) -> Library:
    await sampled.add("local", "Thermo_week-2.md", THERMO.encode())
    await sampled.settled()
    return sampled


@pytest.mark.parametrize(
    "asked",
    [
        "What are the main ideas in thermo week 2?",
        "Summarise Thermo_week-2.",
        "give me an overview of Thermo_week-2.md",
        "What is thermo week 2 about?",
        "my week 2 thermo notes, the key points please",
    ],
)
async def test_an_overview_quotes_how_the_first_headings_of_the_material_begin(shelf: Library, asked: str) -> None:
    heard = await Student(shelf).says(asked)
    assert [found.passage.title for found in heard.found] == ["The four laws", "Heat transfer", "Entropy"]
    assert heard.quotes[1][0] == "**Conduction** is the transfer of heat through direct contact."
    assert [number for _, number in heard.quotes] == [1, 2, 3]
    assert heard.dialogue["pending"]["filename"] == "Thermo_week-2.md"


@pytest.mark.parametrize("verbosity", Verbosity)
async def test_an_overview_stays_within_the_cap(shelf: Library, verbosity: Verbosity) -> None:
    heard = await Student(shelf, Controls(verbosity=verbosity)).says("Summarise thermo week 2")
    assert heard.quotes
    assert len(heard.text.split()) <= verbosity.words


async def test_a_quiz_on_a_material_asks_about_that_material(shelf: Library) -> None:
    student = Student(shelf)
    for _ in range(3):
        heard = await student.says("Quiz me on Thermo_week-2.")
        assert heard.dialogue["pending"]["filename"] == "Thermo_week-2.md"


async def test_a_question_about_something_in_a_material_is_answered_from_it(shelf: Library) -> None:
    heard = await Student(shelf).says("What does thermo week 2 say about energy?")
    assert heard.text.startswith("I answer from your notes alone")
    assert heard.quotes[0][0].endswith("energy is conserved in every process.")
    assert {found.passage.filename for found in heard.found} == {"Thermo_week-2.md"}


async def test_a_name_that_is_also_a_topic_stays_a_topic(library: Library) -> None:
    await library.add("local", "entropy.md", THERMO.encode())
    await library.settled()
    heard = await Student(library).says("What is entropy?")
    assert heard.quotes[0][0].startswith("**Entropy** is a measure")


async def test_a_file_called_notes_is_not_named_by_every_question_about_notes(library: Library) -> None:
    await library.add("local", "notes.md", THERMO.encode())
    await library.settled()
    heard = await Student(library).says("What do my notes say about convection?")
    assert heard.quotes[0][0].startswith("**Convection** is the transfer")
