"""From a question to its passages: the right ones are found, and where nothing answers, nothing is."""

import pytest

from studyin.library import Library
from studyin.store.database import Database
from tests.library.sample_questions import ANSWERED, UNANSWERED


async def test_questions_about_the_sample_notes_find_their_passage_among_the_first_four(sampled: Library) -> None:
    missed = []
    for question, heading in ANSWERED:
        found = await sampled.find("local", question, limit=4)
        if heading not in [each.passage.heading.rpartition(" › ")[2] for each in found]:
            missed.append(question)
    recall = 1 - len(missed) / len(ANSWERED)
    assert recall >= 0.95, f"recall {recall:.3f}, missed: {missed}"


async def test_questions_about_something_else_find_nothing_that_covers_them(sampled: Library) -> None:
    taken_for_answers = []
    for question in UNANSWERED:
        found = await sampled.find("local", question)
        if any(each.coverage > 0.5 for each in found):
            taken_for_answers.append(question)
    assert taken_for_answers == []


async def test_a_question_without_a_subject_finds_nothing(sampled: Library) -> None:
    assert await sampled.find("local", "what is it?") == []
    assert await sampled.find("local", "") == []
    assert await sampled.find("local", "?!") == []


@pytest.mark.parametrize("question", ["What is 2+2?", "32", "what is 6 * 7.5 and 2?", "bake 2 cakes"])
async def test_bare_numbers_alone_are_no_evidence(sampled: Library, question: str) -> None:
    assert await sampled.find("local", question) == []


async def test_a_number_in_a_question_with_a_subject_helps(library: Library) -> None:
    notes = "# A\n\nStage 1 is rest.\n\n# B\n\nStage 2 is growth.\n\n# C\n\nIn 1789 it began."
    await library.add("local", "stages.md", notes.encode())
    await library.settled()
    assert (await library.find("local", "What is stage 2?"))[0].passage.heading == "B"
    assert (await library.find("local", "What happened in 1789?"))[0].passage.heading == "C"


async def test_coverage_is_the_share_of_the_question_weighted_by_rarity(library: Library) -> None:
    notes = "# A\n\nThe cell has a nucleus.\n\n# B\n\nThe cell has a membrane.\n\n# C\n\nThe cell divides."
    await library.add("local", "cell.md", notes.encode())
    await library.settled()
    nucleus, *others = await library.find("local", "the nucleus of the cell")
    assert nucleus.coverage == 1.0
    assert all(0 < other.coverage < 0.5 for other in others)
    rarity = await library.rarity("local", ["cell", "nucleus", "unheard"])
    assert 0 < rarity["cell"] < rarity["nucleus"] < rarity["unheard"]


async def test_a_plural_that_no_stemmer_joins_is_found(library: Library) -> None:
    await library.add("local", "cell.md", b"Mitochondria release energy.")
    await library.settled()
    (found,) = await library.find("local", "What does a mitochondrion do?")
    assert found.coverage == 1.0


async def test_other_languages_are_found_with_all_their_words(library: Library) -> None:
    await library.add("local", "zelle.md", b"# Zelle\n\nDie Mitose ist die Teilung des Zellkerns.")
    await library.add("local", "cellule.md", b"# Cellule\n\nLa mitose est la division du noyau.")
    await library.settled()
    assert (await library.find("local", "Was ist die Mitose?"))[0].passage.filename == "zelle.md"
    assert (await library.find("local", "Qu'est-ce que la division du noyau ?"))[0].passage.filename == "cellule.md"


async def test_nobody_finds_what_is_somebody_elses(database: Database, library: Library) -> None:
    async with database.write() as tx:
        await tx.execute("INSERT INTO accounts (id, name, created_at) VALUES ('stranger', 'Stranger', 0)")
    await library.add("stranger", "cell.md", b"The cell has a nucleus.")
    await library.settled()
    assert await library.find("local", "cell nucleus") == []
    assert len(await library.find("stranger", "cell nucleus")) == 1


async def test_what_was_added_or_deleted_counts_at_once(library: Library) -> None:
    await library.add("local", "one.md", b"The cell has a nucleus.")
    await library.settled()
    assert await library.find("local", "membrane potential") == []
    second = await library.add("local", "two.md", b"The membrane potential is negative.")
    await library.settled()
    assert (await library.find("local", "membrane potential"))[0].coverage == 1.0
    await library.delete("local", second.id)
    assert await library.find("local", "membrane potential") == []


@pytest.mark.parametrize(
    "question", ['" OR 1', "NEAR(a b)", "cell AND NOT", "a" * 5_000, "cell " * 2_000, "{cell}:", "*"]
)
async def test_any_question_can_be_asked(sampled: Library, question: str) -> None:
    assert len(await sampled.find("local", question)) <= 4
