"""The lines of a PDF page, with where they stand and how large their type is."""

from __future__ import annotations

import re
from ctypes import byref, create_string_buffer

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from studyin.library.formats.layout import Line

# A page may hold text that nobody sees, a million characters of it.
MAX_CHARACTERS = 100_000

BOLD_WEIGHT = 600
MAX_FONT_NAME = 200

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_UNSEEN = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


def lines_of(page: pdfium.PdfPage) -> list[Line]:
    """In the order of the file, which for most programs is the order of reading, also in columns."""
    textpage = page.get_textpage()
    try:
        return _lines(textpage.raw)
    finally:
        textpage.close()


def _lines(raw: pdfium_c.FPDF_TEXTPAGE) -> list[Line]:
    lines: list[Line] = []
    letters: list[str] = []
    first = 0
    count = min(pdfium_c.FPDFText_CountChars(raw), MAX_CHARACTERS)
    for index in range(count + 1):
        code = pdfium_c.FPDFText_GetUnicode(raw, index) if index < count else 0x0A
        if code not in (0x0A, 0x0D):
            letters.append(chr(code) if code < 0x110000 else "\ufffd")
            continue
        text = "".join(letters)
        if text.strip():
            begin = first + len(text) - len(text.lstrip())
            end = first + len(text.rstrip()) - 1
            lines.append(_line(raw, text.strip(), begin, end))
        letters.clear()
        first = index + 1
    return lines


def _line(raw: pdfium_c.FPDF_TEXTPAGE, text: str, first: int, last: int) -> Line:
    left, bottom, _, top = _box(raw, first)
    _, _, right, _ = _box(raw, last)
    # Letters in the middle have the type of the line more often than its first one, which may be a note's number.
    middle = (first + last) // 2
    _, low, _, high = _box(raw, middle)
    return Line(
        text=_UNSEEN.sub("", text.translate(_LIGATURES)),
        left=left,
        right=right,
        bottom=bottom,
        top=top,
        size=round(max(high - low, 0.0), 1),
        bold=_is_bold(raw, middle),
    )


def _is_bold(raw: pdfium_c.FPDF_TEXTPAGE, index: int) -> bool:
    """By the font's weight, or by its name where the file does not say."""
    if pdfium_c.FPDFText_GetFontWeight(raw, index) >= BOLD_WEIGHT:
        return True
    name = create_string_buffer(MAX_FONT_NAME)
    length = pdfium_c.FPDFText_GetFontInfo(raw, index, name, MAX_FONT_NAME, None)
    return bool(length) and b"bold" in name.value.lower()


def _box(raw: pdfium_c.FPDF_TEXTPAGE, index: int) -> tuple[float, float, float, float]:
    """left, bottom, right, top in points, as high as the type is, whatever the letter."""
    box = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(raw, index, byref(box)):
        return 0.0, 0.0, 0.0, 0.0
    return box.left, box.bottom, box.right, box.top
