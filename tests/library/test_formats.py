"""Each format, written by another program and read back: what is kept, and as what."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import docx
import pytest

from studyin.errors import StudyinError
from studyin.library.formats.csv_table import as_table
from studyin.library.formats.markup import markdown
from studyin.library.kinds import told
from studyin.library.reading import read
from studyin.library.reports import Batch, Began, Ended, Job
from studyin.store.passages import Draft
from tests.library import documents


class Read:
    """What became of a file: its text, passages and remarks."""

    def __init__(self, tmp_path: Path, data: bytes, filename: str = "notes") -> None:
        path = tmp_path / "arrived"
        path.write_bytes(data)
        self.text = ""
        self.drafts: list[Draft] = []
        for report in read(Job(str(path), filename, told(path, filename))):
            if isinstance(report, Batch):
                self.text += report.text
                self.drafts += report.drafts
            elif isinstance(report, Began):
                self.pages = report.pages
            elif isinstance(report, Ended):
                self.remarks = report.remarks

    def of_page(self, page: int) -> str:
        return "\n".join(draft.content for draft in self.drafts if draft.page == page)


def test_a_pdf_has_pages_headings_and_paragraphs(tmp_path: Path) -> None:
    first = [
        "# Photosynthesis",
        "Plants turn light into sugar. They do so in their chloro-",
        "plasts, which are green.",
        "",
    ]
    first += ["** Light reactions", "Water is split.", "• oxygen", "• electrons"]
    read = Read(tmp_path, documents.pdf([first, ["Page two says more."]]))
    assert read.pages == 2
    assert read.text == (
        "# Photosynthesis\n\nPlants turn light into sugar. They do so in their chloroplasts, which are green.\n\n"
        "#### Light reactions\n\nWater is split.\n\n- oxygen\n- electrons\n\f\nPage two says more."
    )
    assert [(draft.page, draft.heading) for draft in read.drafts] == [
        (1, "Photosynthesis"),
        (1, "Photosynthesis › Light reactions"),
        (2, "Photosynthesis › Light reactions"),
    ]
    assert all(read.text[draft.start : draft.end] == draft.content for draft in read.drafts)
    assert read.remarks == []


def test_running_heads_and_page_numbers_are_no_text(tmp_path: Path) -> None:
    read = Read(tmp_path, documents.book(6))
    assert "History of Everything" not in read.text
    for page in range(1, 7):
        assert read.of_page(page).startswith(f"The fact numbered {page} is about topic{page}")
        assert not read.of_page(page).endswith(f" {page}")


def test_pages_without_text_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no Tesseract there
    read = Read(tmp_path, documents.scan(["Words.", None, "More.", None, None, None]))
    assert read.remarks == [
        "Pages 2 and 4 to 6 have no text: scans?",
        "With Tesseract installed, Studyin reads scans.",
    ]
    assert read.of_page(3) == "More."
    assert Read(tmp_path, documents.scan(["Words.", None])).remarks[0].startswith("Page 2 has no text: a scan?")


def test_a_pdf_of_nothing_but_scans_is_refused_with_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StudyinError, match=r"no words in notes. Pages 1 and 2 have no text: scans\?"):
        Read(tmp_path, documents.scan([None, None]))


def test_scans_are_read_where_tesseract_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tesseract at its edge: it gets a whole picture by its input, and what it says is taken."""
    fake = tmp_path / "tesseract"
    fake.write_text(
        "#!/bin/sh\n"
        '[ "$*" = "stdin stdout -l eng --psm 3" ] || exit 1\n'
        "head -c 2 | grep -q P5 || exit 1\n"
        "cat > /dev/null\n"
        "printf 'A cell has a mem-\\nbrane.\\n\\nAnd a\\nkernel.\\n\\f'\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    read = Read(tmp_path, documents.scan([None, "Words."]))
    assert read.of_page(1) == "A cell has a membrane.\n\nAnd a kernel."
    assert read.remarks == []


def test_a_word_file_keeps_headings_lists_tables_and_formulas(tmp_path: Path) -> None:
    read = Read(tmp_path, documents.word_notes())
    assert read.pages is None
    assert read.text == (
        "# Thermodynamics\n\n# Heat\n\nHeat flows from warm to cold.\n\n- conduction\n- convection\n"
        "1. measure\n2. compare\n\n| Quantity | Unit |\n| --- | --- |\n| heat \\| work | joule |\n\n## Work\n\n"
        r"The kinetic energy is $\frac{1}{2}mv^{2}\le \sqrt{\alpha}$" + "\n\n\\# is no heading here"
    )
    assert [draft.heading for draft in read.drafts] == ["", "Heat", "Heat › Work"]


def test_a_word_file_says_what_it_says_once_struck_out(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>It is </w:t></w:r><w:del><w:r><w:delText>not </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>so</w:t></w:r></w:ins><w:r><w:tab/><w:t>indeed.</w:t><w:br/><w:t>Yes.</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Held by a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert Read(tmp_path, documents.raw_word(body)).text == "It is so indeed.\nYes.\n\nHeld by a control."


def test_slides_are_pages_with_their_notes(tmp_path: Path) -> None:
    read = Read(tmp_path, documents.slides())
    assert read.pages == 3
    assert read.text == (
        "# Cells\n\n- The smallest unit of life\n  - and of disease\n\n**Notes:**\n\nMention Hooke and his microscope."
        "\n\f\n# Organelles\n\n| Part | Task |\n| --- | --- |\n| mitochondrion | energy |\n\n"
        "Plants have chloroplasts, too.\n\f\n"
    )
    assert [(draft.page, draft.heading) for draft in read.drafts] == [(1, "Cells"), (2, "Organelles")]


def test_a_book_has_its_chapters_as_pages(tmp_path: Path) -> None:
    chapters = [
        '<?xml version="1.0"?><!DOCTYPE html><html><head><title>x</title></head><body><h1>One</h1>'
        "<p>It&nbsp;was &mdash; so.</p></body></html>",
        "<html><body><h1>Two</h1><p>It is.</p></body></html>",
    ]
    read = Read(tmp_path, documents.ebook(chapters))
    assert read.pages == 2
    assert [(draft.page, draft.heading, draft.content) for draft in read.drafts] == [
        (1, "One", "It was — so."),
        (2, "Two", "It is."),
    ]


def test_a_web_page_keeps_what_it_says_and_loses_what_surrounds_it(tmp_path: Path) -> None:
    page = """<!DOCTYPE html><html><head><title>Cells</title><style>p{}</style></head><body><nav>Home</nav>
    <h1>Cells</h1><p>A cell is <b>the
    smallest</b> unit.<br>Hooke saw it.</p><ul><li>wall<li>kernel<ul><li>DNA</ul></ul><ol><li>look<li>draw</ol>
    <table><tr><th>Part<th>Task<tr><td>wall<td>hold</table><pre>x = 1
    y = 2</pre><script>alert(1)</script><p hidden>secret</p>
    <p>Energy is <math><mi>E</mi><annotation encoding="application/x-tex">E = mc^2</annotation></math>.</p>
    <div>Loose words <p>and a paragraph.</div># none<footer>End</footer></body></html>"""
    assert Read(tmp_path, page.encode()).text == (
        "# Cells\n\nA cell is the smallest unit.\nHooke saw it.\n\n- wall\n- kernel\n   - DNA\n1. look\n2. draw\n\n"
        "| Part | Task |\n| --- | --- |\n| wall | hold |\n\n```\nx = 1\n    y = 2\n```\n\nEnergy is $E = mc^2$.\n\n"
        "Loose words\n\nand a paragraph.\n\n\\# none\n\nEnd"
    )


def test_a_page_without_headings_is_headed_by_its_title() -> None:
    assert markdown("<title>Cells</title><p>They live.") == "# Cells\n\nThey live."


def test_values_in_rows_become_a_table(tmp_path: Path) -> None:
    data = b'name;born\n"Hooke; Robert";1635\nDarwin;1809\nMendel;1822\n'
    assert Read(tmp_path, data).text == (
        "| name | born |\n| --- | --- |\n| Hooke; Robert | 1635 |\n| Darwin | 1809 |\n| Mendel | 1822 |"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Roses are red, violets are blue\nSugar is sweet, and so are you\nThis is a poem, all of it true\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
        "- one, two\n- three, four\n- five, six\n",
        "One line\nanother\nand a third\n",
        "a,b\n1,2\n",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert as_table(text) is None


@pytest.mark.skipif(
    shutil.which("tesseract") is None and not os.environ.get("CI"),
    reason="Tesseract is not installed; in CI it has to be",
)
def test_a_real_scan_is_read(tmp_path: Path) -> None:
    drawn = documents.drawn("Mitochondria make energy for the cell.")
    assert "Mitochondria make energy" in Read(tmp_path, documents.pictured(drawn)).of_page(1)
    assert "Mitochondria make energy" in Read(tmp_path, drawn).text


def test_word_footnotes_and_text_boxes_are_read(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    document.element.body.insert(
        0,
        docx.oxml.parse_xml(
            '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r><w:t>Box:</w:t></w:r>'
            "<mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p>"
            "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p>"
            "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>"
        ),
    )
    assert Read(tmp_path, documents.word(document)).text == "Box:\n\nIn the box.\n\nBefore."
