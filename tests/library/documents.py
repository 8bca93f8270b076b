"""Files of every kind, made by programs that know nothing of the readers; and some that people should not make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import docx
import pptx
from docx.document import Document
from docx.oxml import parse_xml
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
LINE = 14


def pdf(pages: Iterable[Sequence[str]], *, password: str = "") -> bytes:
    """Each page as its lines: "# " makes one large, "** " bold, "" leaves a gap."""
    buffer = io.BytesIO()
    encryption = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(buffer, pagesize=A4, encrypt=encryption, invariant=True)
    for lines in pages:
        y = A4[1] - 100
        for line in lines:
            font, size = ("Helvetica-Bold", 11) if line.startswith("** ") else ("Helvetica", 11)
            if line.startswith("# "):
                font, size = "Helvetica-Bold", 20
            canvas.setFont(font, size)
            canvas.drawString(72, y, line.removeprefix("# ").removeprefix("** "))
            y -= LINE if size < 20 else 2 * LINE
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def book(pages: int) -> bytes:
    """A long PDF with running heads and page numbers, each page with a sentence of its own."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, A4[1] - 40, "A History of Everything")
        canvas.drawString(290, 30, str(number))
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, A4[1] - 100, f"The fact numbered {number} is about topic{number} and nothing else.")
        for line in range(40):
            words = f"Line {line} of page {number} goes on about matters that are of no importance to anybody at all,"
            canvas.drawString(72, A4[1] - 130 - line * LINE, words)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan(pages: Sequence[str | None]) -> bytes:
    """A PDF whose pages are pictures; a page with a text has that, None is a picture of nothing."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    for text in pages:
        if text is None:
            canvas.rect(100, 100, 200, 200, fill=1)
        else:
            canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def word(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_notes() -> bytes:
    document = docx.Document()
    document.add_heading("Thermodynamics", 0)
    document.add_heading("Heat", 1)
    document.add_paragraph("Heat flows from warm to cold.")
    for text in ("conduction", "convection"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("measure", "compare"):
        document.add_paragraph(text, style="List Number")
    table = document.add_table(2, 2)
    for row, cells in enumerate((("Quantity", "Unit"), ("heat | work", "joule"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_heading("Work", 2)
    paragraph = document.add_paragraph("The kinetic energy is ")
    paragraph._p.append(parse_xml(KINETIC))
    document.add_paragraph("# is no heading here")
    return word(document)


def _run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


KINETIC = (
    f'<m:oMath xmlns:m="{MATH}"><m:f><m:num>{_run("1")}</m:num><m:den>{_run("2")}</m:den></m:f>{_run("m")}'
    f"<m:sSup><m:e>{_run('v')}</m:e><m:sup>{_run('2')}</m:sup></m:sSup>{_run('≤')}"
    f"<m:rad><m:deg/><m:e>{_run('α')}</m:e></m:rad></m:oMath>"
)


def slides() -> bytes:
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "Cells"
    body = first.placeholders[1].text_frame
    body.text = "The smallest unit of life"
    deeper = body.add_paragraph()
    deeper.text = "and of disease"
    deeper.level = 1
    first.notes_slide.notes_text_frame.text = "Mention Hooke and his microscope."
    second = show.slides.add_slide(show.slide_layouts[5])
    second.shapes.title.text = "Organelles"
    table = second.shapes.add_table(2, 2, 0, 0, 100, 100).table
    for row, cells in enumerate((("Part", "Task"), ("mitochondrion", "energy"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    box = second.shapes.add_textbox(0, 0, 10, 10)
    box.text_frame.text = "Plants have chloroplasts, too."
    show.slides.add_slide(show.slide_layouts[6])
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def archive(parts: Mapping[str, bytes | str], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()


def raw_word(body: str, prologue: str = "") -> bytes:
    """A Word file of nothing but this XML in its body."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return archive(
        {"word/document.xml": f'{prologue}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'}
    )


CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'


def ebook(chapters: Sequence[str], **parts: str) -> bytes:
    """An EPUB; parts: more of them, `__` for `/` and `_` for `.` in their names."""
    items = "".join(f'<item id="c{n}" href="text/chapter%20{n}.xhtml"/>' for n in range(len(chapters)))
    order = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/content.opf": f"<package><manifest>{items}</manifest><spine>{order}</spine></package>",
            **{f"OEBPS/text/chapter {n}.xhtml": chapter for n, chapter in enumerate(chapters)},
            **{name.replace("__", "/").replace("_", "."): part for name, part in parts.items()},
        }
    )


def drawn(text: str) -> bytes:
    """A PNG picture of a text in black on white."""
    picture = Image.new("L", (1400, 200), 255)
    ImageDraw.Draw(picture).text((40, 60), text, fill=0, font=ImageFont.load_default(48))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def pictured(picture: bytes) -> bytes:
    """A PDF of one page that is a picture."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    canvas.drawImage(ImageReader(io.BytesIO(picture)), 40, 500, width=515, preserveAspectRatio=True, anchor="nw")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
