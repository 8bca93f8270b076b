"""From a question to its passages: the right ones are found, and where nothing answers, nothing is."""

import pytest

from studyin.library import Library
from studyin.store.database import Database
from studyin.store.materials import MaterialStore
from tests.library.sample_questions import ANSWERED, PARAPHRASED, UNANSWERED


@pytest.mark.parametrize("asked", [ANSWERED, PARAPHRASED], ids=["in the notes' words", "in a student's words"])
async def test_questions_about_the_sample_notes_find_their_passage_among_the_first_four(
    sampled: Library, asked: list[tuple[str, str]]
) -> None:
    missed = []
    for question, heading in asked:
        found = await sampled.find("local", question, limit=4)
        if heading not in [each.passage.heading.rpartition(" › ")[2] for each in found]:
            missed.append(question)
    recall = 1 - len(missed) / len(asked)
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


NOTES = """# Mitochondria

Mitochondria release energy. Their photosynthetic relatives are plastids.

# Thunderstorms

A thunderstorm discharges electricity.

# Storage

Batteries hold electricity. Chloroplasts hold chlorophyll.

# Law

A contract binds two parties.
"""


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("What is mitochondrial respiration?", "Mitochondria"),
        ("what do mitocondria release", "Mitochondria"),
        ("What is photosynthesis?", "Mitochondria"),
        ("What is a storm?", "Thunderstorms"),
        ("What is thunder?", "Thunderstorms"),
        ("what is clorophyl", "Storage"),
        ("chlorohpyll", "Storage"),
        ("electricty", "Thunderstorms"),
    ],
)
async def test_a_word_that_the_notes_spell_otherwise_is_found(library: Library, question: str, heading: str) -> None:
    await library.add("local", "notes.md", NOTES.encode())
    await library.settled()
    found = await library.find("local", question)
    assert heading in [each.passage.heading for each in found]
    assert 0.3 < max(each.coverage for each in found) < 1.0


async def test_a_word_that_the_notes_have_stands_for_itself_alone(library: Library) -> None:
    notes = "# A\n\nThe hypotonic cell swells.\n\n# B\n\nThe hypertonic cell shrinks.\n\n# C\n\nContrast is no contact."
    await library.add("local", "cell.md", notes.encode())
    await library.settled()
    (found,) = await library.find("local", "hypertonic")
    assert (found.passage.heading, found.coverage) == ("B", 1.0)
    assert await library.spellings("local", "hypertonic swels") == {
        "hypertonic": ("hypertonic",),
        "swels": ("swels", "swells"),
    }


async def test_other_spellings_are_looked_for_among_the_chosen_materials(library: Library) -> None:
    await library.add("local", "cell.md", b"Chlorophyll is green.")
    other = await library.add("local", "atom.md", b"Chlorine is green.")
    await library.settled()
    assert await library.find("local", "clorophyll", material_ids=[other.id]) == []
    assert len(await library.find("local", "clorophyll")) == 1


async def test_signs_that_are_folded_are_found_as_they_are_typed(library: Library) -> None:
    await library.add("local", "notes.md", "FADH₂ gives electrons.\n\n# B\n\nThe ﬁrst Ångström.".encode())
    await library.settled()
    for question in ("FADH2", "first", "angstrom"):
        (found,) = await library.find("local", question)
        assert found.coverage == 1.0


async def test_other_languages_are_found_by_their_subject(library: Library) -> None:
    await library.add("local", "zelle.md", b"# Zelle\n\nDie Mitose ist die Teilung des Zellkerns.")
    await library.add("local", "cellule.md", b"# Cellule\n\nLa mitose est la division du noyau.")
    await library.settled()
    assert (await library.find("local", "Was ist die Mitose?"))[0].passage.filename == "zelle.md"
    assert (await library.find("local", "Qu'est-ce que la division du noyau ?"))[0].passage.filename == "cellule.md"


async def test_nobody_finds_what_is_somebody_elses(database: Database, library: Library) -> None:
    await database.transact(
        lambda tx: tx.execute("INSERT INTO accounts (id, name, created_at) VALUES ('stranger', 'Stranger', 0)").rowcount
    )
    await library.add("stranger", "cell.md", "The cell has a nucleus. 细胞核".encode())
    await library.settled()
    for question in ("cell nucleus", "nuclues", "细胞"):
        assert await library.find("local", question) == []
    assert len(await library.find("stranger", "nuclues")) == 1
    assert len(await library.find("stranger", "细胞")) == 1
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


async def test_a_search_is_limited_to_the_chosen_materials(library: Library) -> None:
    notes = {
        "cell.md": b"# Cell\n\nThe cell has a nucleus.",
        "atom.md": b"# Atom\n\nThe atom has a nucleus.",
        "comet.md": b"# Comet\n\nA comet has a nucleus of ice.",
    }
    cell, atom, comet = [(await library.add("local", name, data)).id for name, data in notes.items()]
    await library.settled()

    async def found(*material_ids: str) -> set[str]:
        hits = await library.find("local", "What is the nucleus?", material_ids=material_ids)
        return {hit.passage.material_id for hit in hits}

    assert await found(atom) == {atom}
    assert await found(cell, comet) == {cell, comet}
    assert await found() == set()
    assert len(await library.find("local", "What is the nucleus?")) == 3
    assert await library.find("local", "comet ice", material_ids=[cell]) == []
    assert (await library.count("local"), await library.count("local", material_ids=[cell])) == (3, 1)
    everywhere = await library.rarity("local", ["comet"])
    there = await library.rarity("local", ["comet"], material_ids=[comet])
    assert there["comet"] < everywhere["comet"]
    await library.delete("local", atom)
    assert await found(atom) == set()


async def test_materials_of_somebody_else_cant_be_chosen(database: Database, library: Library) -> None:
    await database.transact(
        lambda tx: tx.execute("INSERT INTO accounts (id, name, created_at) VALUES ('stranger', 'Stranger', 0)").rowcount
    )
    theirs = await library.add("stranger", "cell.md", b"The cell has a nucleus.")
    await library.settled()
    assert await library.find("local", "cell nucleus", material_ids=[theirs.id]) == []
    assert await library.count("local", material_ids=[theirs.id]) == 0
    assert await library.whole("local", material_ids=[theirs.id], room=1000) == []
    assert await library.in_order("local", material_ids=[theirs.id]) == []


async def test_small_materials_are_given_whole_in_their_order(library: Library) -> None:
    first = await library.add("local", "one.md", b"# A\n\nAlpha cells.\n\n# B\n\nBeta cells.")
    await library.settled()
    second = await library.add("local", "two.md", b"Gamma rays.")
    await library.settled()
    long = await library.add("local", "long.md", b"\n\n".join(b"# %d\n\nLong text." % n for n in range(120)))
    await library.settled()
    whole = await library.whole("local", material_ids=[second.id, first.id], room=1000, question="gamma rays")
    assert whole is not None
    assert [each.passage.content for each in whole] == ["Alpha cells.", "Beta cells.", "Gamma rays."]
    assert [each.coverage for each in whole] == [0.0, 0.0, 1.0]
    size = len("AAlpha cells." + "BBeta cells.")
    assert await library.whole("local", material_ids=[first.id], room=size - 1) is None
    assert len(await library.whole("local", material_ids=[first.id], room=size) or ()) == 2
    every = await library.whole("local", room=10_000)
    assert every is not None
    assert [each.passage.position for each in every if each.passage.material_id == long.id] == list(range(120))
    assert await library.whole("local", material_ids=[long.id], room=1000) is None
    assert await library.whole("local", material_ids=[], room=1000) == []


async def test_what_is_still_being_read_is_not_given_whole(database: Database, library: Library) -> None:
    await library.add("local", "one.md", b"Alpha cells.")
    await library.settled()
    await MaterialStore(database).add("local", material_id="b", filename="b.md", sha256="b", size=1)
    assert await library.whole("local", room=1000) is None


async def test_passages_are_taken_in_order_some_of_each_material(library: Library) -> None:
    ids = []
    for name in "ab":
        text = "\n\n".join(f"# {name}{n}\n\nText {name}{n}." for n in range(4))
        ids.append((await library.add("local", f"{name}.md", text.encode())).id)
        await library.settled()

    async def headings(limit: int, each: int | None = None, material_ids: list[str] | None = None) -> str:
        passages = await library.in_order("local", material_ids=material_ids, limit=limit, each=each)
        return " ".join(passage.heading for passage in passages)

    assert await headings(5) == "a0 a1 a2 a3 b0"
    assert await headings(9, each=2) == "a0 a1 b0 b1"
    assert await headings(3, each=2) == "a0 a1 b0"
    assert await headings(2, material_ids=[ids[1]]) == "b0 b1"


@pytest.mark.parametrize(
    "question", ['" OR 1', "NEAR(a b)", "cell AND NOT", "a" * 5_000, "cell " * 2_000, "{cell}:", "*"]
)
async def test_any_question_can_be_asked(sampled: Library, question: str) -> None:
    assert len(await sampled.find("local", question)) <= 4


async def test_words_weigh_the_same_where_there_is_nothing_to_find(library: Library) -> None:
    weights = await library.rarity("local", ["osmosis", "water"])
    assert weights["osmosis"] == weights["water"] > 0


async def test_an_english_word_at_the_end_of_another_is_not_that_word(sampled: Library) -> None:
    found = await sampled.find("local", "What is osmosis?")  # the notes have chemiosmosis
    assert all(each.coverage < 0.5 for each in found)
