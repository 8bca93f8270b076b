"""What kind of file something is: told by its content, refused in words."""

import io
import zipfile
from pathlib import Path

import pytest

from studyin.errors import Code, StudyinError
from studyin.library.kinds import Format, told


def refusal(tmp_path: Path, filename: str, data: bytes) -> StudyinError:
    with pytest.raises(StudyinError) as raised:
        tell(tmp_path, filename, data)
    return raised.value


def tell(tmp_path: Path, filename: str, data: bytes) -> Format:
    path = tmp_path / "arrived"
    path.write_bytes(data)
    return told(path, filename)


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "application/epub+zip" if name == "mimetype" else "content")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", Format.PDF),
        (b"\n\n%PDF-1.4\n" + b"x" * 3000 + b"startxref\n0\n%%EOF", Format.PDF),
        (archive("[Content_Types].xml", "word/document.xml"), Format.DOCX),
        (archive("ppt/presentation.xml"), Format.PPTX),
        (archive("mimetype", "OEBPS/content.opf"), Format.EPUB),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html><body>Hi</body></html>", Format.HTML),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', Format.HTML),
        (b"name,born\nHooke,1635\n", Format.TEXT),
    ],
)
def test_a_file_is_what_is_in_it_whatever_its_name(tmp_path: Path, data: bytes, format: Format) -> None:
    assert tell(tmp_path, "notes.md", data) is format


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(20), b"\xff\xd8\xff\xe0\x00\x10JFIF", b"RIFF\x10\x00\x00\x00WEBPVP8 "]
)
def test_pictures_are_read_where_tesseract_is_and_refused_where_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    program = tmp_path / "tesseract"
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tell(tmp_path, "board.jpg", data) is Format.PICTURE
    program.unlink()
    assert (
        "got a picture named board.jpg. Studyin reads pictures only where"
        in refusal(tmp_path, "board.jpg", data).message
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (archive("xl/workbook.xml"), "an Excel file (XLSX)"),
        (archive("notes.txt"), "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old Office file"),
        (b"{\\rtf1\\ansi hello}", "a rich text file (RTF)"),
        (b"\x00\x00\x00\x18ftypheic", "a HEIC or AVIF picture"),
        (b"ID3\x04\x00", "a sound file (MP3)"),
        (b"\x00\x00\x00\x18ftypmp42", "a film (MP4)"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\x7fELF\x02\x01", "a program"),
    ],
)
def test_other_files_are_named_by_what_is_in_them(tmp_path: Path, data: bytes, what: str) -> None:
    error = refusal(tmp_path, "notes.md", data)
    assert (error.code, error.status) == (Code.UNSUPPORTED_TYPE, 415)
    assert error.message.startswith(
        f"Expected a PDF, Word, PowerPoint, EPUB, HTML, CSV, Markdown or text file, got {what}"
    )
    assert "named notes.md." in error.message
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "ID3 is an algorithm that builds decision trees.",
        "The ftyp box comes first in an MP4 file.",
        "%PDF-1.7 is how a PDF file begins?".replace("%", "The mark %"),
        "MZ is the mark of a DOS program.",
        "BM25 ranks documents. RIFF is a container. PK is a person.",
        "In HTML, <html> is the root element.",
    ],
)
def test_notes_about_file_formats_are_notes(tmp_path: Path, text: str) -> None:
    assert tell(tmp_path, "formats.pdf", text.encode()) is Format.TEXT


def test_an_empty_file_is_told_so(tmp_path: Path) -> None:
    error = refusal(tmp_path, "notes.md", b"")
    assert error.code is Code.EMPTY
    assert "an empty file named notes.md" in error.message
