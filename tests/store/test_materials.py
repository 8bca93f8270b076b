"""Materials and passages as rows: kept, listed, found, and kept apart between accounts."""

import sqlite3
from pathlib import Path

import pytest

from studyin.errors import Code, StudyinError
from studyin.language import speaking
from studyin.store import migrations
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.materials import Material, MaterialStatus, MaterialStore
from studyin.store.passage_index import PassageIndex
from studyin.store.passages import Draft, PassageStore

TEXT = "Heat is energy that flows from warm to cold. Work is energy moved by a force. Entropy tends to grow."


@pytest.fixture
def materials(database: Database) -> MaterialStore:
    return MaterialStore(database)


@pytest.fixture
def passages(database: Database) -> PassageStore:
    return PassageStore(database)


@pytest.fixture
def index(database: Database) -> PassageIndex:
    return PassageIndex(database)


async def add(materials: MaterialStore, name: str, *, account_id: str = "local") -> Material:
    material, _ = await materials.add(
        account_id, material_id=new_id(), filename=name, sha256=f"hash of {name}", size=len(TEXT)
    )
    return material


def sentences(text: str) -> list[Draft]:
    drafts, start = [], 0
    for sentence in text.split(". "):
        drafts.append(Draft(sentence, "Physics", None, start, start + len(sentence)))
        start += len(sentence) + 2
    return drafts


async def read(
    materials: MaterialStore, passages: PassageStore, name: str, *, account_id: str = "local", content: str = TEXT
) -> Material:
    material = await add(materials, name, account_id=account_id)
    await materials.begin(account_id, material.id)
    await passages.append(account_id, material.id, 0, sentences(content), text=content)
    finished = await materials.finish(account_id, material.id)
    assert finished is not None
    return finished


async def test_a_material_is_kept_queued(materials: MaterialStore) -> None:
    material_id = new_id()
    material, new = await materials.add("local", material_id=material_id, filename="heat.md", sha256="abc", size=99)
    assert new
    assert (material.id, material.filename, material.bytes, material.passages) == (material_id, "heat.md", 99, 0)
    assert material.status is MaterialStatus.QUEUED
    assert await materials.get("local", material.id) == material


async def test_a_material_is_admitted_by_what_its_account_has_already(materials: MaterialStore, stranger: str) -> None:
    seen: list[int] = []

    async def keep(account_id: str, sha256: str) -> bool:
        name, new_one = f"{sha256}.md", new_id()
        told = {"material_id": new_one, "filename": name, "sha256": sha256, "size": 99, "admit": seen.append}
        return (await materials.add(account_id, **told))[1]  # type: ignore[arg-type]

    assert [await keep("local", each) for each in "aab"] == [True, False, True]
    assert await keep(stranger, "a")
    assert seen == [0, 99, 0]


async def test_the_same_file_is_recognised_by_its_hash(materials: MaterialStore) -> None:
    first = await add(materials, "heat.md")
    again, new = await materials.add("local", material_id=new_id(), filename="copy.md", sha256=first.sha256, size=1)
    assert (again, new) == (first, False)
    assert await materials.find_by_hash("local", first.sha256) == first


async def test_a_text_that_comes_in_parts_is_one_text(materials: MaterialStore, passages: PassageStore) -> None:
    material = await add(materials, "heat.md")
    await materials.begin("local", material.id)
    await materials.count_pages("local", material.id, 2)
    for start in range(0, len(TEXT), 7):
        drafts = [draft for draft in sentences(TEXT) if start < draft.end <= start + 7]
        position = len(await passages.of("local", material.id))
        progress = await passages.append(
            "local", material.id, position, drafts, text=TEXT[start : start + 7], start=start, pages_read=1
        )
    assert progress is not None
    assert (progress.pages, progress.pages_read, progress.passages) == (2, 1, 3)
    assert await materials.text("local", material.id) == TEXT
    for position in range(3):
        shown = await passages.surroundings("local", material.id, position)
        assert shown.before + shown.passage.content + shown.after == TEXT
        near = await passages.surroundings("local", material.id, position, characters=20)
        assert near.before + near.passage.content + near.after in TEXT


async def test_what_could_not_be_read_is_kept_until_it_is_read_anew(materials: MaterialStore) -> None:
    material = await add(materials, "heat.md")
    finished = await materials.finish("local", material.id, "Page 2 has no text: a scan?")
    assert finished is not None
    assert (finished.status, finished.notice) == (MaterialStatus.READY, "Page 2 has no text: a scan?")
    begun = await materials.begin("local", material.id)
    assert begun is not None
    assert begun.notice is None


async def test_a_material_remembers_the_language_of_who_wants_it_read(materials: MaterialStore) -> None:
    with speaking("de"):
        material = await add(materials, "heat.md")
        with pytest.raises(StudyinError, match="ist nicht unter deinen Notizen"):
            await materials.delete("local", new_id())
    assert (material.language, (await materials.get("local", material.id)).language) == ("de", "de")
    again = await materials.queue("local", material.id)
    assert again is not None
    assert again.language == "en"


@pytest.mark.parametrize("has_rows", [False, True], ids=["empty", "with rows"])
async def test_materials_of_an_older_file_speak_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_rows: bool
) -> None:
    path = tmp_path / "old" / "studyin.sqlite3"
    with monkeypatch.context() as before:
        before.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
        await (await Database.open(path)).close()
    if has_rows:
        raw = sqlite3.connect(path)
        raw.execute(
            "INSERT INTO materials (id, account_id, filename, sha256, bytes, status, created_at)"
            " VALUES ('m', 'local', 'old.md', 'h', 9, 'failed', 1)"
        )
        raw.commit()
        raw.close()
    database = await Database.open(path)
    listed = (await MaterialStore(database).list("local")).materials
    assert [(each.filename, each.language) for each in listed] == ([("old.md", "en")] if has_rows else [])
    with speaking("de"):
        assert (await add(MaterialStore(database), "new.md")).language == "de"
    await database.close()


async def test_the_same_file_of_another_account_is_another_material(materials: MaterialStore, stranger: str) -> None:
    mine = await add(materials, "heat.md")
    theirs = await add(materials, "heat.md", account_id=stranger)
    assert mine.id != theirs.id


async def test_materials_are_listed_newest_first_in_pages(materials: MaterialStore) -> None:
    added = [await add(materials, f"{n}.md") for n in range(5)]
    first = await materials.list("local", limit=3)
    second = await materials.list("local", before=first.next, limit=3)
    assert second.next is None
    listed = [*first.materials, *second.materials]
    assert sorted(listed, key=lambda m: (m.created_at, m.id), reverse=True) == listed
    assert {material.id for material in listed} == {material.id for material in added}


async def test_a_cursor_that_was_made_up_is_refused(materials: MaterialStore) -> None:
    with pytest.raises(StudyinError) as raised:
        await materials.list("local", before="yesterday")
    assert raised.value.code is Code.BAD_REQUEST


async def test_what_was_left_unread_is_known_at_the_next_start(
    materials: MaterialStore, passages: PassageStore
) -> None:
    await read(materials, passages, "done.md")
    queued, reading, failed = [await add(materials, name) for name in ("queued.md", "reading.md", "failed.md")]
    await materials.begin("local", reading.id)
    await materials.fail("local", failed.id, "Expected words, got none.")
    assert {material.id for material in await materials.unfinished()} == {queued.id, reading.id}


async def test_reading_anew_replaces_what_was_half_read(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex
) -> None:
    material = await add(materials, "heat.md")
    await materials.begin("local", material.id)
    await passages.append("local", material.id, 0, sentences(TEXT)[:2])
    await materials.begin("local", material.id)
    assert await passages.of("local", material.id) == []
    progress = await passages.append("local", material.id, 0, sentences(TEXT))
    assert progress is not None
    assert (progress.status, progress.passages) == (MaterialStatus.READING, 3)
    assert [passage.position for passage in await passages.of("local", material.id)] == [0, 1, 2]
    found = await index.match("local", ["energy"], 9)
    assert sorted(passage.position for passage in found) == [0, 1]


async def test_a_material_deleted_while_it_is_read_stays_deleted(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex
) -> None:
    material = await add(materials, "heat.md")
    await materials.begin("local", material.id)
    await materials.delete("local", material.id)
    assert await passages.append("local", material.id, 0, sentences(TEXT)) is None
    assert await materials.finish("local", material.id) is None
    assert await materials.begin("local", material.id) is None
    assert await index.match("local", ["energy"], 9) == []


async def test_deleting_a_material_takes_its_passages_out_of_the_index(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex
) -> None:
    material = await read(materials, passages, "heat.md")
    await materials.delete("local", material.id)
    assert await index.match("local", ["energy"], 9) == []
    assert await index.frequencies("local", {"energy": ["energy"]}) == {"energy": 0}
    with pytest.raises(StudyinError) as raised:
        await materials.text("local", material.id)
    assert raised.value.code is Code.NOT_FOUND


async def test_deleting_what_is_not_there_is_told(materials: MaterialStore) -> None:
    with pytest.raises(StudyinError) as raised:
        await materials.delete("local", "nothing")
    assert (raised.value.code, raised.value.status) == (Code.NOT_FOUND, 404)


async def test_a_failed_material_keeps_its_reason_until_it_is_read_again(materials: MaterialStore) -> None:
    material = await add(materials, "heat.md")
    failed = await materials.fail("local", material.id, "Expected words, got none.")
    assert failed is not None
    assert (failed.status, failed.error) == (MaterialStatus.FAILED, "Expected words, got none.")
    queued = await materials.queue("local", material.id)
    assert queued is not None
    assert (queued.status, queued.error) == (MaterialStatus.QUEUED, None)


async def test_a_passage_is_shown_in_its_surroundings(materials: MaterialStore, passages: PassageStore) -> None:
    material = await read(materials, passages, "heat.md")
    shown = await passages.surroundings("local", material.id, 1, characters=20)
    assert (shown.before, shown.passage.content, shown.after) == (
        "from warm to cold. ",
        "Work is energy moved by a force",
        ". Entropy tends to",
    )
    whole = await passages.surroundings("local", material.id, 1)
    assert whole.before + whole.passage.content + whole.after == TEXT


async def test_surroundings_count_characters_not_bytes(materials: MaterialStore, passages: PassageStore) -> None:
    material = await read(materials, passages, "wärme.md", content="Wärme 🔥 fließt. Größe zählt. Übung hilft")
    shown = await passages.surroundings("local", material.id, 1)
    assert (shown.before, shown.after) == ("Wärme 🔥 fließt. ", ". Übung hilft")


async def test_a_passage_that_is_not_there_is_told(materials: MaterialStore, passages: PassageStore) -> None:
    material = await read(materials, passages, "heat.md")
    with pytest.raises(StudyinError) as raised:
        await passages.surroundings("local", material.id, 3)
    assert raised.value.code is Code.NOT_FOUND


async def test_the_best_match_comes_first_and_forms_of_a_word_are_joined(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex
) -> None:
    await read(materials, passages, "heat.md")
    found = await index.match("local", ["flowing", "energies"], 9)
    assert [passage.content[:4] for passage in found] == ["Heat", "Work"]
    assert found[0].filename == "heat.md"
    assert await index.frequencies("local", {"both": ["energies", "entropy"], "none": ["x"]}) == {
        "both": 3,
        "none": 0,
    }


@pytest.mark.parametrize(
    "phrase", ['heat" OR "work', "heat NEAR work", "heading:heat", "heat*", "^heat", "(heat", "--", ""]
)
async def test_what_is_asked_is_never_taken_for_syntax(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex, phrase: str
) -> None:
    await read(materials, passages, "heat.md")
    assert len(await index.match("local", [phrase], 9)) <= 1
    assert (await index.frequencies("local", {"it": [phrase]}))["it"] <= 1


async def test_headings_are_listed_once_in_reading_order(materials: MaterialStore, passages: PassageStore) -> None:
    material = await add(materials, "notes.md")
    await materials.begin("local", material.id)
    headings = ["Zoology", "", "Anatomy", "Zoology", "Botany"]
    await passages.append("local", material.id, 0, [Draft("words", heading, None, 0, 5) for heading in headings])
    assert await passages.headings("local", material.id) == ["Zoology", "Anatomy", "Botany"]


async def test_nobody_sees_or_changes_what_is_somebody_elses(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex, stranger: str
) -> None:
    mine = await read(materials, passages, "heat.md")
    theirs = await read(materials, passages, "theirs.md", account_id=stranger, content="Heat is theirs. And energy too")
    passage = (await passages.of("local", mine.id))[0]
    assert await passages.find("local", passage.id) == passage

    assert await materials.find(stranger, mine.id) is None
    assert await materials.find_by_hash(stranger, mine.sha256) is None
    assert [material.id for material in (await materials.list(stranger)).materials] == [theirs.id]
    assert await materials.begin(stranger, mine.id) is None
    assert await materials.fail(stranger, mine.id, "no") is None
    assert await passages.append(stranger, mine.id, 3, sentences(TEXT)) is None
    assert await passages.find(stranger, passage.id) is None
    assert await passages.of(stranger, mine.id) == []
    assert await passages.headings(stranger, mine.id) == []
    assert (await passages.count("local"), await passages.count(stranger)) == (3, 2)
    asked = {"energy": ["energy"]}
    assert await index.frequencies("local", asked) == {"energy": 2}
    assert await index.frequencies(stranger, asked) == {"energy": 1}
    assert [found.material_id for found in await index.match(stranger, ["heat"], 9)] == [theirs.id]
    for refused in (materials.text, materials.delete):
        with pytest.raises(StudyinError):
            await refused(stranger, mine.id)
    with pytest.raises(StudyinError):
        await passages.surroundings(stranger, mine.id, 0)
    assert await materials.get("local", mine.id) == mine
    assert len(await passages.of("local", mine.id)) == 3


async def test_words_are_told_by_how_they_begin_end_or_what_they_have(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex, stranger: str
) -> None:
    mine = await read(materials, passages, "heat.md")
    await read(materials, passages, "theirs.md", account_id=stranger, content="Energetic")
    assert await index.spelt_like("local", begin=["ene"]) == ["energy"]
    assert await index.spelt_like("local", end=["opy"]) == ["entropy"]
    assert await index.spelt_like("local", have=["hys"]) == ["physics"]
    assert sorted(await index.spelt_like("local", begin=["en"], end=["ce"])) == ["energy", "entropy", "force"]
    assert await index.spelt_like("local", begin=["nergy"], end=["energ"], have=["en"]) == []
    assert await index.spelt_like("local", begin=['en" OR "x']) == []
    assert await index.spelt_like("local", begin=["en"], material_ids=[mine.id]) != []
    assert await index.spelt_like("local", begin=["en"], material_ids=[]) == []
    await materials.begin("local", mine.id)
    assert await index.spelt_like("local", begin=["en"]) == []


async def test_writing_without_spaces_is_found_by_pairs_and_single_characters(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex, database: Database
) -> None:
    material = await read(materials, passages, "细胞.md", content="细胞核储存遗传物质. Energy flows")
    assert await index.has_folded("local")
    for found in (["胞核"], ["核"], ["physics"]):
        assert [passage.position for passage in await index.match_folded("local", found, 9)] == [0]
    assert await index.match_folded("local", ["核细", "energy"], 9) == []
    assert await index.folded_frequencies("local", {"核": ["核"], "energy": ["energy"]}) == {"核": 1, "energy": 0}
    await materials.delete("local", material.id)
    assert not await index.has_folded("local")
    for table in ("folded_fts", "words_fts"):
        await database.fetch_all(f"SELECT count(*) FROM {table} WHERE {table} MATCH '\"phys\"'")
    assert await index.match_folded("local", ["胞核"], 9) == []


@pytest.mark.parametrize("word", ['"', '" OR "', "a\0b", "AND", "*", "content:"])
async def test_a_folded_word_is_never_taken_for_syntax(
    materials: MaterialStore, passages: PassageStore, index: PassageIndex, word: str
) -> None:
    await read(materials, passages, "细胞.md", content="细胞核")
    assert await index.match_folded("local", [word], 9) == []
