"""Files that are broken, locked, endless or made to do harm: each ends in a sentence, none in a crash or a hang."""

from __future__ import annotations

import asyncio
import io
import random
import re
import struct
import zipfile
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import pytest

from studyin.errors import StudyinError
from studyin.library import Library, Limits
from studyin.store.database import Database
from studyin.store.materials import Material, MaterialStatus, MaterialStore
from tests.library import documents
from tests.library.conftest import readers_left

pytestmark = pytest.mark.thorough

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRM = (
    '<e><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></EncryptedData></e>'
)

# Generous: the machine is shared. What hangs takes for ever.
PATIENCE_SECONDS = 90


def raw_pdf(*objects: str) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    data = b"%PDF-1.7\n"
    starts = []
    for number, content in enumerate(objects, start=1):
        starts.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()


CATALOGUE = "<</Type/Catalog/Pages 2 0 R>>"


def locked_zip() -> bytes:
    """Every part says that it is encrypted."""
    data = bytearray(documents.word_notes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            struct.pack_into("<H", data, at + offset, struct.unpack_from("<H", data, at + offset)[0] | 1)
            at = data.find(mark, at + 4)
    return bytes(data)


def lying_zip() -> bytes:
    """A bomb whose list of parts claims that each is small."""
    bomb = documents.archive({"word/document.xml": b"<a>" + b" " * (80 << 20)})
    data = bytearray(bomb)
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1000)
    return bytes(data)


def many_parts() -> bytes:
    return documents.archive({"word/document.xml": "<a/>", **{f"{n}": "" for n in range(20_001)}}, compression=0)


def zip_in_zip() -> bytes:
    data = b"notes"
    for _ in range(20):
        data = documents.archive({"inner.zip": data})
    return data


def laughs() -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE w:document [<!ENTITY l0 "ha">{lines}]>'


def old_office(part: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + part.encode("utf-16-le") + bytes(512)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked.pdf": (lambda: documents.pdf([["Secret."]], password="x"), "locked with a password"),
    "cut off.pdf": (lambda: documents.book(3)[:900], "damaged"),
    "noise.pdf": (lambda: b"%PDF-1.7\n" + random.Random(3).randbytes(5_000), "damaged"),
    "no pages.pdf": (lambda: raw_pdf(CATALOGUE, "<</Type/Pages/Kids[]/Count 0>>"), "pages|damaged"),
    "claims.pdf": (lambda: raw_pdf(CATALOGUE, "<</Type/Pages/Kids[]/Count 2000000000>>"), "damaged|pages"),
    "its own child.pdf": (
        lambda: raw_pdf(CATALOGUE, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 500000>>"),
        "can't be opened|damaged|pages",
    ),
    "blank.pdf": (lambda: documents.pdf([[]] * 50), "no words in blank.pdf"),
    "bomb.docx": (lambda: documents.raw_word(" " * (80 << 20)), "unpacks to more than 64 MB"),
    "liar.docx": (lying_zip, "unpacks to more than|damaged"),
    "elements.docx": (lambda: documents.raw_word("<w:p/>" * 10_000_000), "."),
    "deep.docx": (lambda: documents.raw_word("<w:p>" * 50_000 + "</w:p>" * 50_000), "nests its parts without end"),
    "tables.docx": (
        lambda: documents.raw_word("<w:tbl><w:tr><w:tc>" * 600 + "</w:tc></w:tr></w:tbl>" * 600),
        "without end|no words",
    ),
    "laughs.docx": (lambda: documents.raw_word("<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>", laughs()), "XML entities"),
    "spy.docx": (
        lambda: documents.raw_word(
            "<w:p><w:r><w:t>&spy;</w:t></w:r></w:p>",
            '<!DOCTYPE w:document [<!ENTITY spy SYSTEM "file:///etc/passwd">]>',
        ),
        "XML entities",
    ),
    "locked.docx": (locked_zip, "locked"),
    "new with a password.docx": (lambda: old_office("EncryptedPackage"), "locked with a password"),
    "cut off.docx": (lambda: documents.word_notes()[:-2_000], "Expected"),
    "cut in two.pptx": (lambda: documents.slides()[:9_000], "Expected"),
    "noise.docx": (lambda: b"PK\x03\x04" + random.Random(3).randbytes(3_000) + b"word/document.xml", "damaged"),
    "no document.docx": (lambda: documents.archive({"word/document.xml.bak": "x"}), "damaged"),
    "no XML.docx": (lambda: documents.archive({"word/document.xml": "words"}), "damaged"),
    "empty.docx": (lambda: documents.raw_word(""), "no words in empty.docx"),
    "parts.docx": (many_parts, "20,002 parts"),
    "no slides.pptx": (lambda: documents.archive({"ppt/presentation.xml": "<p/>"}), "no words"),
    "shop.epub": (lambda: documents.ebook(["<p>x"], **{"META-INF__encryption_xml": DRM}), "locked \\(DRM\\)"),
    "outside.epub": (
        lambda: documents.archive(
            {"mimetype": "application/epub+zip", "META-INF/container.xml": documents.CONTAINER,
             "OEBPS/content.opf": '<p><manifest><item id="a" href="../../../../etc/passwd"/></manifest>'
             '<spine><itemref idref="a"/></spine></p>'}
        ),
        "no words",
    ),
    "no package.epub": (lambda: documents.archive({"META-INF/container.xml": "<c/>"}), "damaged"),
    "in one another.zip": (zip_in_zip, "a ZIP archive"),
    "blank.html": (lambda: b"<!DOCTYPE html><html><body>" + b"<p></p>" * 9_000, "no words"),
    "script.html": (lambda: b"<html><script>" + b"x=1;" * 90_000, "no words"),
    "no text.html": (lambda: b"<html>" + random.Random(5).randbytes(90_000), "isn't text"),
    "old.doc": (lambda: old_office("WordDocument"), "save it as .docx, .pptx or .csv"),
    "sheet.xlsx": (lambda: documents.archive({"xl/workbook.xml": "<w/>"}), "save the sheet as CSV"),
    "text.odt": (
        lambda: documents.archive({"mimetype": "application/vnd.oasis.opendocument.text"}, compression=0),
        "save it as a Word file",
    ),
    "rich.rtf": (lambda: b"{\\rtf1 hello}", "save it as a Word file"),
    "photo.heic": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(100), "Save it as JPEG or PNG"),
    "no picture.png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "picture"),
    "program.md": (lambda: b"\x7fELF\x02\x01\x01" + bytes(500), "a program"),
}  # fmt: skip


@cache
def hostile(filename: str) -> bytes:
    """The file, made once: bombs take a second to make."""
    return FILES[filename][0]()


@pytest.fixture
async def careful(database: Database) -> AsyncIterator[Library]:
    library = Library(database, limits=Limits(seconds=60))
    yield library
    await library.close()


async def end_of(library: Library, filename: str, data: bytes) -> Material | str:
    """What became of a file: the material, or the sentence with which it was refused."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            material = await library.add("local", filename, data)
        except StudyinError as error:
            return error.message
        await library.settled()
    return await library.get("local", material.id)


@pytest.mark.parametrize("filename", FILES)
async def test_it_ends_in_a_sentence(careful: Library, inbox: Path, filename: str) -> None:
    end, words = await end_of(careful, filename, hostile(filename)), FILES[filename][1]
    message = end if isinstance(end, str) else end.error or ""
    assert not isinstance(end, Material) or end.status is MaterialStatus.FAILED, end
    assert re.search(words, message), message
    assert message.endswith((".", "?"))
    assert message.startswith("Expected")
    assert filename in message
    assert "/etc" not in message
    assert list(inbox.iterdir()) == []
    assert not readers_left()


READABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "deep.html": (lambda: b"<html>" + b"<div>" * 100_000 + b"words", ""),
    "wide.csv": (lambda: b"\n".join(b",".join(b"%d" % n for n in range(5_000)) for _ in range(20)), "0"),
    "one line.txt": (lambda: b"word " * 1_000_000, "word"),
    "one word.txt": (lambda: b"x" * 2_000_000, "x"),
    "quotes.csv": (lambda: b'a,b\n1,2\n3,4\n5,"' + b"x\n" * 200_000, ""),
    "fences.md": (lambda: b"```\n" * 100_000 + b"words", "words"),
    "stars.md": (lambda: b"# Stars\n\n" + b"*" * 300_000 + b" words", ""),
    "brackets.md": (lambda: b"# Links\n\n" + b"[" * 300_000 + b" words", ""),
    "spaces.md": (lambda: b"a" + b" " * 2_000_000 + b"b", "a"),
    "attributes.html": (lambda: b"<html><p " + b"a=b " * 300_000 + b">words", "words"),
    "open tags.html": (lambda: b"<html>" + b"<b>" * 200_000 + b"words", ""),
    "unclosed.html": (lambda: b"<html><p>" + b"<" * 300_000 + b"words", ""),
}


@pytest.mark.parametrize("filename", READABLE)
async def test_odd_files_are_read_or_end_in_a_sentence(careful: Library, database: Database, filename: str) -> None:
    make, words = READABLE[filename]
    end = await end_of(careful, filename, make())
    assert isinstance(end, Material)
    if end.status is MaterialStatus.FAILED and not words:
        assert end.error
        assert end.error.startswith("Expected")
        return
    assert end.status is MaterialStatus.READY, end.error
    assert words in await MaterialStore(database).text("local", end.id)


async def test_a_file_of_thousands_of_pages_is_read(careful: Library) -> None:
    end = await end_of(careful, "endless.pdf", documents.pdf([[f"This is page {n}."] for n in range(1, 3_001)]))
    assert isinstance(end, Material)
    assert (end.status, end.pages, end.pages_read, end.notice) == (MaterialStatus.READY, 3_000, 3_000, None)
    found = await careful.find("local", "page 2876")
    assert found[0].passage.page == 2_876


async def test_of_a_text_without_end_the_beginning_is_read_and_the_rest_is_named(database: Database) -> None:
    library = Library(database, limits=Limits(characters=50_000))
    end = await end_of(library, "endless.txt", b"Words without end. " * 20_000)
    assert isinstance(end, Material)
    assert end.status is MaterialStatus.READY
    assert end.notice == (
        "Only the first 50,000 characters were read; split the file, or raise STUDYIN_MAX_MATERIAL_CHARS."
    )
    assert len(await MaterialStore(database).text("local", end.id)) == 50_000
    await library.close()


async def test_of_a_book_that_breaks_off_what_was_read_is_kept(careful: Library) -> None:
    data = bytearray(documents.book(12))
    marks = [at for at in range(len(data)) if data.startswith(b"/Type /Page\n", at)]
    for at in marks[6:]:
        data[at : at + 11] = b"/Type /Pxxx"
    end = await end_of(careful, "book.pdf", bytes(data))
    assert isinstance(end, Material)
    assert end.status is MaterialStatus.READY
    assert await careful.find("local", "What is topic2?")


async def test_a_good_file_is_read_beside_and_after_a_hostile_one(careful: Library) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        bad = [
            await careful.add("local", name, hostile(name)) for name in ("elements.docx", "deep.docx", "laughs.docx")
        ]
        good = await careful.add("local", "notes.docx", documents.word_notes())
        await careful.settled()
    assert (await careful.get("local", good.id)).status is MaterialStatus.READY
    assert {(await careful.get("local", each.id)).status for each in bad} == {MaterialStatus.FAILED}


def test_no_file_of_the_corpus_is_larger_than_a_student_would_wait_for() -> None:
    """Small to send, however large it wants to become: bombs are."""
    assert max(len(hostile(name)) for name in FILES) < 4 << 20


def test_a_bomb_is_what_it_claims_to_be() -> None:
    bomb = hostile("bomb.docx")
    with zipfile.ZipFile(io.BytesIO(bomb)) as file:
        assert sum(part.file_size for part in file.infolist()) > 100 * len(bomb)
