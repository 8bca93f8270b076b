"""PDF, page by page, through PDFium."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from studyin.language import in_figures, phrase, say
from studyin.library.formats.layout import Page, markdown
from studyin.library.formats.ocr import Ocr
from studyin.library.formats.pdf_lines import lines_of
from studyin.library.kinds import UNLOCK, unsupported
from studyin.library.reading import Reading
from studyin.library.remarks import remark
from studyin.library.reports import Job

# Enough for any book; a file that claims more was made to keep us busy.
MAX_PAGES = 20_000
# A file whose pages are broken one after the other has no good one further down.
MAX_BROKEN = 200

# The size of the body's type is told from so many pages spread over the file, before the first is read.
SAMPLED_PAGES = 8
# Running heads are told by pages that repeat them, at most so far apart: left and right ones differ.
NEIGHBOURS = 2

# Scans are read as pictures of 200 dots an inch, smaller where that would be more than 6 million dots.
OCR_SCALE = 200 / 72
MAX_PIXELS = 6_000_000


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE for what is locked or broken."""
    try:
        document = pdfium.PdfDocument(job.path)
        count = len(document)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            locked = say(
                "Expected a PDF that can be opened, got {filename}, which is locked with a password.",
                filename=job.filename,
            )
            raise unsupported(f"{locked} {say(UNLOCK)}") from None
        raise unsupported(
            say(
                "Expected a PDF that can be opened, got {filename}, which is damaged. Save or download it anew, and "
                "drop that in.",
                filename=job.filename,
            )
        ) from None
    if not count:
        raise unsupported(
            say("Expected a PDF with pages, got {filename}, which has none. Save it anew.", filename=job.filename)
        )
    reading = Reading(min(count, MAX_PAGES), iter(()))
    if count > MAX_PAGES:
        reading.remarks.append(
            say(
                "Only the first {most} of {number} pages were read; split the file.",
                most=in_figures(MAX_PAGES),
                number=in_figures(count),
            )
        )
    reading.texts = _Pages(document, reading, job).texts()
    return reading


class _Pages:
    """The pages of a document: those with text as Markdown, scans through OCR where there is one."""

    def __init__(self, document: pdfium.PdfDocument, reading: Reading, job: Job) -> None:
        self._document = document
        self._reading = reading
        self._job = job
        self._count = reading.pages or 0
        self._ocr = Ocr(job.languages)
        self._wordless: list[int] = []
        self._broken: list[int] = []

    def texts(self) -> Iterator[str]:
        body_size = self._body_size()
        before: deque[Page] = deque(maxlen=NEIGHBOURS)
        ahead: deque[Page] = deque()
        following = self._pages()
        while True:
            while len(ahead) <= NEIGHBOURS and (page := next(following, None)) is not None:
                ahead.append(page)
            if not ahead:
                break
            page = ahead.popleft()
            yield markdown(page, [*before, *list(ahead)[:NEIGHBOURS]], body_size)
            before.append(page)
        self._remark()

    def _pages(self) -> Iterator[Page]:
        broken = 0
        for number in range(1, self._count + 1):
            page = self._page(number)
            broken = broken + 1 if page is None else 0
            yield page or Page()
            if broken > MAX_BROKEN:
                return

    def _page(self, number: int) -> Page | None:
        """None for a page that can't be opened."""
        try:
            page = self._document[number - 1]
        except pdfium.PdfiumError:
            self._broken.append(number)
            return None
        try:
            lines = lines_of(page)
            if lines or not _has_pictures(page):
                return Page(lines, height=page.get_height())
            text = self._ocr.read(lambda: _drawn(page))
            if not text:
                self._wordless.append(number)
            return Page(text=text)
        except pdfium.PdfiumError:
            self._broken.append(number)
            return None
        finally:
            page.close()

    def _body_size(self) -> float:
        """The size that most characters have."""
        sizes: Counter[float] = Counter()
        step = max(self._count // SAMPLED_PAGES, 1)
        for number in range(0, self._count, step):
            try:
                page = self._document[number]
            except pdfium.PdfiumError:
                continue
            for line in lines_of(page):
                sizes[line.size] += len(line.text)
            page.close()
        return sizes.most_common(1)[0][0] if sizes else 0.0

    def _remark(self) -> None:
        remarks = self._reading.remarks
        if self._broken:
            remarks.append(
                remark(
                    self._broken,
                    phrase("Page {numbers} can't be opened: the file is damaged there."),
                    phrase("Pages {numbers} can't be opened: the file is damaged there."),
                )
            )
        if not self._wordless:
            return
        remarks.append(
            remark(
                self._wordless,
                phrase("Page {numbers} has no text: a scan?"),
                phrase("Pages {numbers} have no text: scans?"),
            )
        )
        if not self._ocr.is_there:
            remarks.append(say("With Tesseract installed, Studyin reads scans."))


def _has_pictures(page: pdfium.PdfPage) -> bool:
    """Whether there is anything on the page but blank paper."""
    return bool(pdfium_c.FPDFPage_CountObjects(page.raw))


def _drawn(page: pdfium.PdfPage) -> bytes:
    """The page as a grey picture (PGM, which is a line of head and the dots)."""
    width, height = page.get_size()
    scale = min(OCR_SCALE, math.sqrt(MAX_PIXELS / max(width * height, 1)))
    bitmap = page.render(scale=scale, grayscale=True)
    head = f"P5 {bitmap.width} {bitmap.height} 255\n".encode()
    dots = memoryview(bitmap.buffer).cast("B")
    rows = (dots[row * bitmap.stride : row * bitmap.stride + bitmap.width] for row in range(bitmap.height))
    picture = head + b"".join(rows)
    bitmap.close()
    return picture
