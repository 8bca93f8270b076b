"""The library as a whole: a file goes in, its passages are found, and nothing is left half done."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from studyin.errors import Code, StudyinError
from studyin.language import speaking
from studyin.library import Library, reading, reading_room, samples
from studyin.library.reading_room import SHORT_BYTES
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.materials import Material, MaterialStatus, MaterialStore
from studyin.store.passages import Draft, PassageStore
from tests.library import documents
from tests.library.conftest import Changes, readers_left

NOTES = b"# Heat\n\nHeat is energy that flows from warm to cold.\n\n# Work\n\nWork is energy moved by a force.\n"


async def test_a_file_is_queued_read_and_found(library: Library, changes: Changes) -> None:
    material = await library.add("local", "heat.md", NOTES)
    assert material.status is MaterialStatus.QUEUED
    await library.settled()
    assert list(dict.fromkeys(changes.of(material))) == [("queued", 0), ("reading", 0), ("reading", 2), ("ready", 2)]
    found = await library.find("local", "What is heat?")
    assert [(each.passage.heading, each.passage.content, each.coverage) for each in found] == [
        ("Heat", "Heat is energy that flows from warm to cold.", 1.0)
    ]
    assert await library.recall("local", found[0].passage.id) == found[0].passage
    shown = await library.surroundings("local", material.id, 1)
    assert shown.before.startswith("# Heat")


async def test_the_same_file_again_is_the_material_it_was(library: Library, changes: Changes) -> None:
    first = await library.add("local", "heat.md", NOTES)
    await library.settled()
    changes.clear()
    again = await library.add("local", "copy of heat.md", NOTES)
    assert (again.id, again.filename, again.status) == (first.id, "heat.md", MaterialStatus.READY)
    assert changes == []


async def test_the_same_file_dropped_in_several_times_at_once_is_read_once(library: Library) -> None:
    added = await asyncio.gather(*(library.add("local", "heat.md", NOTES) for _ in range(5)))
    await library.settled()
    assert len({material.id for material in added}) == 1
    assert len(await library.passages("local", added[0].id)) == 2


async def test_a_refused_file_leaves_nothing_behind(library: Library, changes: Changes) -> None:
    with pytest.raises(StudyinError) as raised:
        await library.add("local", "heat.md", b"\x7fELF ...")
    assert raised.value.code is Code.UNSUPPORTED_TYPE
    assert (await library.list("local")).materials == []
    assert changes == []


async def test_names_are_tidied_before_they_are_kept_or_said(library: Library) -> None:
    material = await library.add("local", "../../etc/my\x00 notes\u202e.md", NOTES)
    assert material.filename == "my notes.md"
    with pytest.raises(StudyinError, match=r"named x\.md"):
        await library.add("local", "C:\\temp\\x.md", b"")


async def test_a_long_file_is_read_in_batches_and_found_meanwhile(
    library: Library, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    notes = "\n".join(f"# Law {n}\n\nThe law numbered {n} says something.\n" for n in range(5))
    material = await library.add("local", "laws.md", notes.encode())
    await library.settled()
    assert changes.of(material)[3:] == [("reading", 2), ("reading", 4), ("reading", 5), ("ready", 5)]


async def test_what_a_dead_server_left_half_read_is_read_at_the_next_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 1)
    halfway = asyncio.Event()
    append = PassageStore.append

    async def append_once(
        self: PassageStore, account_id: str, material_id: str, position: int, drafts: Sequence[Draft], **text: Any
    ) -> Material | None:
        if position == 1:
            halfway.set()
            await asyncio.Event().wait()
        return await append(self, account_id, material_id, position, drafts, **text)

    monkeypatch.setattr(PassageStore, "append", append_once)
    dying = Library(database)
    material = await dying.add("local", "heat.md", NOTES)
    queued = await dying.add("local", "more.md", NOTES + b"More.")
    await halfway.wait()
    await dying.close()
    assert (await dying.get("local", material.id)).status is MaterialStatus.READING
    assert (await dying.get("local", queued.id)).status is MaterialStatus.QUEUED

    monkeypatch.setattr(PassageStore, "append", append)
    library = Library(database)
    await library.resume()
    await library.settled()
    for unfinished in (material, queued):
        assert (await library.get("local", unfinished.id)).status is MaterialStatus.READY
    assert [passage.position for passage in await library.passages("local", material.id)] == [0, 1]
    await library.close()


async def test_nothing_is_read_again_where_nothing_was_left(library: Library, changes: Changes) -> None:
    await library.add("local", "heat.md", NOTES)
    await library.settled()
    changes.clear()
    await library.resume()
    await library.settled()
    assert changes == []


async def test_a_file_of_metadata_alone_fails_with_a_sentence_and_may_be_tried_again(
    library: Library, changes: Changes
) -> None:
    data = b"---\ntitle: Heat\n---\n"
    material = await library.add("local", "heat.md", data)
    await library.settled()
    failed = await library.get("local", material.id)
    assert failed.status is MaterialStatus.FAILED
    assert failed.error is not None
    assert failed.error == "Expected notes, got nothing but metadata in heat.md. Add words."
    again = await library.add("local", "heat.md", data)
    assert (again.id, again.status) == (material.id, MaterialStatus.QUEUED)


async def test_what_can_not_be_read_is_said_in_the_language_of_who_added_it(
    library: Library, database: Database
) -> None:
    broken = b"%PDF-1.7 and nothing behind it"  # read in a process of its own
    with speaking("de"):
        with pytest.raises(StudyinError, match="gekommen ist ein ZIP-Archiv namens notes"):
            await library.add("local", "notes.md", b"PK\x03\x04")
        theirs = [
            await library.add("local", "eins.pdf", broken),
            await library.add("local", "zwei.md", b"---\ntitle: Heat\n---\n"),
        ]
        lost, _ = await MaterialStore(database).add(
            "local", material_id=new_id(), filename="drei.pdf", sha256="x", size=1
        )
    # On lanes that a German began.
    mine = await library.add("local", "four.pdf", broken + b" either")
    await library.resume()  # as after a restart, in nobody's language
    await library.settled()
    errors = [(await library.get("local", each.id)).error or "" for each in (*theirs, lost, mine)]
    expected = ("eins.pdf, und das ist beschädigt.", "in zwei.md stehen nur Metadaten.", "hat drei.pdf verloren")
    assert [part in error for part, error in zip((*expected, "four.pdf, which is damaged."), errors, strict=True)] == (
        [True] * 4
    ), errors


async def test_one_file_that_breaks_the_reader_does_not_stop_the_next(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = reading.Cutter.cut
    monkeypatch.setattr(reading.Cutter, "cut", lambda self, page: 1 // 0 if "Heat" in page else cut(self, page))
    broken = await library.add("local", "heat.md", NOTES)
    fine = await library.add("local", "light.md", b"Light is fast.")
    await library.settled()
    assert (await library.get("local", broken.id)).error == "Unexpected server error."
    assert (await library.get("local", fine.id)).status is MaterialStatus.READY


async def test_a_deleted_material_is_not_found_any_more(library: Library) -> None:
    material = await library.add("local", "heat.md", NOTES)
    await library.settled()
    assert await library.find("local", "heat")
    await library.delete("local", material.id)
    assert await library.find("local", "heat") == []
    with pytest.raises(StudyinError):
        await library.get("local", material.id)


async def test_a_material_deleted_while_it_waits_is_not_read(library: Library) -> None:
    material = await library.add("local", "heat.md", NOTES)
    await library.delete("local", material.id)
    await library.settled()
    assert (await library.list("local")).materials == []


async def test_a_file_is_on_disk_until_it_is_read_and_gone_after(library: Library, inbox: Path) -> None:
    material = await library.add("local", "heat.md", NOTES)
    assert (inbox / material.id).read_bytes() == NOTES
    await library.settled()
    assert list(inbox.iterdir()) == []
    await library.add("local", "heat.md", NOTES)
    assert list(inbox.iterdir()) == []


async def test_an_upload_that_breaks_off_leaves_nothing_behind(library: Library, inbox: Path) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b"# Heat"
        assert [path.suffix for path in inbox.iterdir()] == [".part"]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await library.add("local", "heat.md", half())
    assert list(inbox.iterdir()) == []
    assert (await library.list("local")).materials == []


async def test_what_a_dead_server_left_over_is_swept_and_what_it_lost_is_told(
    library: Library, database: Database, inbox: Path
) -> None:
    lost = new_id()
    await MaterialStore(database).add("local", material_id=lost, filename="lost.pdf", sha256="a", size=9)
    inbox.mkdir()
    (inbox / "half.part").write_bytes(b"half")
    (inbox / new_id()).write_bytes(b"of no material")
    await library.resume()
    await library.settled()
    assert list(inbox.iterdir()) == []
    assert (await library.get("local", lost)).error == "The server lost lost.pdf before it was read. Add it again."


async def test_what_can_not_be_removed_or_read_does_not_keep_the_server_from_starting(
    library: Library, database: Database, inbox: Path
) -> None:
    unread = new_id()
    await MaterialStore(database).add("local", material_id=unread, filename="heat.pdf", sha256="a", size=9)
    # As a file of another user is to a server: there, and not to be opened.
    (inbox / unread).mkdir(parents=True)
    (inbox / "lost+found").mkdir()
    await library.resume()
    await library.settled()
    assert (await library.get("local", unread)).error == "The server lost heat.pdf before it was read. Add it again."


async def test_an_account_takes_no_more_than_its_share(database: Database) -> None:
    library = Library(database, account_bytes=len(NOTES) + 5)
    await library.add("local", "heat.md", NOTES)
    await library.add("local", "the same.md", NOTES)
    with pytest.raises(StudyinError) as raised:
        await library.add("local", "more.md", b"Light is fast.")
    assert (raised.value.code, raised.value.status) == (Code.TOO_LARGE, 413)
    assert f"at most {len(NOTES) + 5} bytes in all; more.md would be one too many" in raised.value.message
    await library.add("local", "less.md", b"x = 1")
    await library.close()


async def test_of_files_that_come_at_once_no_more_are_kept_than_fit(database: Database, inbox: Path) -> None:
    library = Library(database, account_bytes=50)
    files = [b"# Law %d\n\nIt says so itself.\n" % number for number in range(5)]
    ends = await asyncio.gather(*(library.add("local", "law.md", each) for each in files), return_exceptions=True)
    await library.settled()
    refused = [each for each in ends if isinstance(each, StudyinError)]
    assert (len(refused), len((await library.list("local")).materials)) == (4, 1)
    assert list(inbox.iterdir()) == []
    await library.close()


async def test_a_large_text_is_read_apart_whole_and_in_order(library: Library, database: Database) -> None:
    notes = "".join(f"# Law {n}\n\nThe law numbered {n} says something about {n * n}.\n\n" for n in range(6_000))
    material = await library.add("local", "laws.md", notes.encode())
    assert material.bytes > SHORT_BYTES
    await library.settled()
    read = await library.get("local", material.id)
    assert (read.status, read.error, read.passages) == (MaterialStatus.READY, None, 6_000)
    assert await MaterialStore(database).text("local", material.id) == notes
    shown = await library.surroundings("local", material.id, 4_321)
    assert shown.passage.content == f"The law numbered 4321 says something about {4321**2}."
    assert notes[shown.passage.start : shown.passage.end] == shown.passage.content
    assert shown.before + shown.passage.content + shown.after in notes


@pytest.mark.thorough
async def test_a_book_is_found_from_its_first_pages_on_before_the_whole_is_read(database: Database) -> None:
    seen: asyncio.Queue[Material] = asyncio.Queue()
    library = Library(database, on_change=seen.put_nowait)
    material = await library.add("local", "book.pdf", documents.book(300))
    assert material.status is MaterialStatus.QUEUED
    while not (early := await seen.get()).passages:
        assert early.status in (MaterialStatus.QUEUED, MaterialStatus.READING)
    assert (early.status, early.pages) == (MaterialStatus.READING, 300)
    assert 0 < early.pages_read < 300
    found = await library.find("local", "What is topic1?")
    assert (found[0].passage.page, found[0].passage.content[:22]) == (1, "The fact numbered 1 is")
    await library.settled()
    whole = await library.get("local", material.id)
    assert (whole.status, whole.pages_read, whole.notice) == (MaterialStatus.READY, 300, None)
    found = await library.find("local", "What is topic300?")
    assert found[0].passage.page == 300
    await library.close()


async def test_a_book_that_is_deleted_while_it_is_read_is_read_no_further(database: Database, inbox: Path) -> None:
    seen: asyncio.Queue[Material] = asyncio.Queue()
    library = Library(database, on_change=seen.put_nowait)
    material = await library.add("local", "book.pdf", documents.book(300))
    while not (await seen.get()).passages:
        continue
    await library.delete("local", material.id)
    await library.settled()
    assert not readers_left()
    assert list(inbox.iterdir()) == []
    assert await library.find("local", "What is topic1?") == []
    await library.close()


@pytest.mark.thorough
async def test_a_book_that_a_dead_server_left_half_read_is_read_again_from_its_start(database: Database) -> None:
    seen: asyncio.Queue[Material] = asyncio.Queue()
    dying = Library(database, on_change=seen.put_nowait)
    material = await dying.add("local", "book.pdf", documents.book(300))
    while not (await seen.get()).passages:
        continue
    await dying.close()
    assert (await dying.get("local", material.id)).status is MaterialStatus.READING
    assert not readers_left()
    library = Library(database)
    await library.resume()
    await library.settled()
    whole = await library.get("local", material.id)
    assert (whole.status, whole.pages_read) == (MaterialStatus.READY, 300)
    assert (await library.find("local", "What is topic300?"))[0].passage.page == 300
    await library.close()


async def test_a_file_that_could_not_be_stored_is_kept_for_the_next_start(
    database: Database, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = asyncio.Event()

    async def full(*_: Any, **__: Any) -> Material:
        tried.set()
        raise StudyinError(Code.STORAGE_UNAVAILABLE, "The disk is full.", status=503, retryable=True)

    with monkeypatch.context() as full_disk:
        full_disk.setattr(PassageStore, "append", full)
        unlucky = Library(database)
        material = await unlucky.add("local", "heat.md", NOTES)
        await tried.wait()
        await unlucky.close()
    assert (inbox / material.id).read_bytes() == NOTES
    library = Library(database)
    await library.resume()
    await library.settled()
    assert (await library.get("local", material.id)).status is MaterialStatus.READY
    await library.close()


async def test_a_file_that_could_not_be_stored_is_read_by_itself_once_there_is_room(
    database: Database, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_room, "STORAGE_SECONDS", 0.01)
    append, tries = PassageStore.append, 0

    async def full_twice(self: PassageStore, *arguments: Any, **others: Any) -> Material | None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise StudyinError(Code.STORAGE_UNAVAILABLE, "The disk is full.", status=503, retryable=True)
        return await append(self, *arguments, **others)

    monkeypatch.setattr(PassageStore, "append", full_twice)
    material = await library.add("local", "heat.md", NOTES)
    await library.settled()
    read = await library.get("local", material.id)
    assert (read.status, read.error) == (MaterialStatus.READY, None)
    assert read.passages == len(await library.passages("local", material.id))


async def test_several_files_are_read_at_once(library: Library) -> None:
    files = {"a.pdf": documents.book(20), "b.docx": documents.word_notes(), "c.pptx": documents.slides()}
    added = await asyncio.gather(*(library.add("local", name, data) for name, data in files.items()))
    await library.settled()
    assert [(await library.get("local", each.id)).status for each in added] == [MaterialStatus.READY] * 3


async def test_a_large_file_that_is_no_text_ends_in_a_sentence(library: Library) -> None:
    material = await library.add("local", "noise.md", b"words " * 20_000 + random.Random(7).randbytes(400_000))
    await library.settled()
    read = await library.get("local", material.id)
    assert read.status is MaterialStatus.FAILED
    assert read.error is not None
    assert "noise.md that isn't text" in read.error


async def test_sample_notes_are_listed_and_added_by_name(library: Library) -> None:
    assert [sample.filename for sample in samples()] == [
        "Cellular respiration and photosynthesis.md",
        "Probability and Bayes' theorem.md",
    ]
    with speaking("de"):
        german = samples()
    assert [sample.filename for sample in german] == ["Die Weimarer Republik.md", "Zellatmung und Fotosynthese.md"]
    for sample in german:  # a page in German may be open when its account reads English
        assert (await library.add_sample("local", sample.name)).filename == sample.filename
    material = await library.add_sample("local", samples()[0].name)
    assert (material.filename, material.bytes) == (samples()[0].filename, samples()[0].bytes)
    with pytest.raises(StudyinError) as raised:
        await library.add_sample("local", "astrology")
    assert raised.value.code is Code.NOT_FOUND
    assert samples()[0].name in raised.value.message
