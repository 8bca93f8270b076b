"""A session that is limited to some materials: both coaches know nothing else."""

import pytest

from studyin.coach.base import Ask
from studyin.coach.model import ModelCoach
from studyin.config import Settings
from studyin.library import Library
from studyin.llm.openai import OpenAIProvider
from studyin.llm.server import Server
from studyin.store.materials import Material
from tests.coach.desk import Paper
from tests.coach.student import Student
from tests.scripted_provider import ScriptedProvider, Stream

CELLS = """# Cells

The mitochondrion is the organelle that makes most of the cell's ATP.

The ribosome is the particle that makes the proteins of the cell.
"""
STARS = """# Stars

A red dwarf is a small and cool star that burns its hydrogen slowly.

A supernova is the explosion that ends the life of a massive star.
"""


@pytest.fixture
async def cells(library: Library) -> Material:
    return await _added(library, "cells.md", CELLS)


@pytest.fixture
async def stars(library: Library) -> Material:
    return await _added(library, "stars.md", STARS)


async def _added(library: Library, name: str, text: str) -> Material:
    material = await library.add("local", name, text.encode())
    await library.settled()
    return material


async def test_the_notes_coach_answers_from_the_chosen_materials_alone(
    library: Library, cells: Material, stars: Material
):
    student = Student(library, material_ids=(stars.id,))
    about_stars = await student.says("What is a red dwarf?")
    assert {each.passage.filename for each in about_stars.found} == {"stars.md"}
    about_cells = await student.says("What is the mitochondrion?")
    assert "Nothing in the notes chosen for this session answers that." in about_cells.text
    assert "Cells" not in about_cells.text  # nor does it name a heading that was not chosen
    assert not about_cells.found
    student.material_ids = None
    assert "makes most of the cell's ATP" in (await student.says("What is the mitochondrion?")).text


async def test_it_quizzes_and_summarises_from_the_chosen_materials_alone(
    library: Library, cells: Material, stars: Material
):
    for said in ("Quiz me.", "Summarise my notes.", "Hello!", "more"):
        student = Student(library, material_ids=(cells.id,))
        heard = await student.says(said)
        assert "Stars" not in heard.text, said
        assert {each.passage.filename for each in heard.found} <= {"cells.md"}
    student = Student(library, material_ids=(cells.id,))
    asked_about, last = set(), await student.says("Quiz me.")
    for _ in range(12):
        asked_about |= {each.passage.filename for each in last.found}
        assert not {"dwarf", "supernova"} & set(last.text.lower().split())
        last = await student.says("just tell me")
        if "every question" in last.text:
            break
    assert asked_about == {"cells.md"}
    assert "every question I can make from the notes chosen for this session" in last.text


async def test_a_name_of_a_material_that_was_not_chosen_names_nothing(
    library: Library, cells: Material, stars: Material
):
    heard = await Student(library, material_ids=(cells.id,)).says("Quiz me on stars.")
    assert "Nothing in the notes chosen for this session answers that." in heard.text


async def test_what_goes_on_in_materials_that_are_not_chosen_any_more_goes_on_no_longer(
    library: Library, cells: Material, stars: Material
):
    student = Student(library, material_ids=(stars.id,))
    await student.says("What is a red dwarf?")
    student.material_ids = (cells.id,)
    heard = await student.says("just tell me")  # the open question keeps its source
    assert "red dwarf" in heard.text
    for said in ("more", "quiz me"):
        heard = await student.says(said)
        assert {each.passage.filename for each in heard.found} <= {"cells.md"}


async def test_chosen_materials_that_could_not_be_read_are_named_and_no_others(library: Library, cells: Material):
    broken = await _added(library, "broken.pdf", "%PDF-1.4 and nothing more")
    heard = await Student(library, material_ids=(broken.id,)).says("What is the mitochondrion?")
    assert "None of the notes chosen for this session could be read." in heard.text
    assert "broken.pdf" in heard.text


async def test_the_model_coach_gets_passages_of_the_chosen_materials_alone(
    library: Library, cells: Material, stars: Material
):
    async with ScriptedProvider() as server:
        server.script(Stream("Well."))
        provider = OpenAIProvider(Server(server.url))
        coach = ModelCoach(provider, library, Settings())
        for chosen, notices in (((stars.id,), ["not_in_notes"]), ((cells.id,), []), (None, [])):
            paper = Paper()
            about = Ask("local", "session", "What is the mitochondrion?", material_ids=chosen)
            await coach.reply(about, paper)
            (found,) = paper.all("context")
            assert {each.passage.filename for each in found} == (set() if notices else {"cells.md"})
            assert paper.all("notice") == notices
        await provider.close()
