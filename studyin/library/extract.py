"""From the bytes of a file to its text.

Markdown and plain text alone; studyin.library.formats reads the rest. Detecting an encoding takes time on a large file.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.library.kinds import unsupported

# A line of its own, so that it ends whatever stands before it.
PAGE_END = "\n\f\n"

# More control characters than these, and than this share of a file, and it is no text.
STRAY_CONTROLS = 3
MAX_CONTROL_SHARE = 0.01

# How much of a file the encoding is told from.
SAMPLE_BYTES = 64 * 1024

# Encodings that notes are found in besides Unicode, the likelier first. The detector knows a hundred, and takes a short
# text for a rare one.
WINDOWS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"]
UNIX = ["iso8859_2", "iso8859_15", "koi8_r"]
OLDER = ["mac_roman", "cp437", "cp850"]
EAST_ASIAN = ["shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"]
_ENCODINGS = WINDOWS + UNIX + OLDER + EAST_ASIAN

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONG_RUN = re.compile(rb"[\x80-\xff]{3}")
_CONTROL_BYTES = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
# Line ends of other systems, and what no reader sees but a search stumbles over.
_LINE_END = re.compile("\r\n?|[\x0b\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says. Pages, where the format has them, are kept apart by PAGE_END."""

    content: str

    @property
    def pages(self) -> list[str]:
        """One where there are no pages."""
        return self.content.split(PAGE_END)


def extract(filename: str, data: bytes) -> Text:
    """The text of a file, in NFC, with \\n line ends, without NULs, lone surrogates or other unseen characters.

    Form feeds, as programs that turn PDFs into text leave them, end pages. Raises StudyinError
    UNSUPPORTED_TYPE or EMPTY with a sentence that says what to do instead.
    """
    text = decode(data)
    if text is None:
        raise unsupported(
            say(
                "Expected a PDF, Word, PowerPoint, EPUB, HTML, CSV, Markdown or text file, got a file named {filename} "
                "that isn't text. Open it in the program that made it, save it as a PDF or as plain text (UTF-8), and "
                "drop that in.",
                filename=filename,
            )
        )
    text = tidy(text)
    if not text.strip():
        raise StudyinError(
            Code.EMPTY,
            say(
                "Expected notes, got only blank space in a file named {filename}. Check that it was saved.",
                filename=filename,
            ),
        )
    # No expression for a form feed with blanks around it: a run of blanks would take the square of its length.
    first, *others = text.removesuffix("\f").split("\f")
    if not others:
        return Text(first)
    return Text(PAGE_END.join([first.rstrip(), *(page.strip() for page in others[:-1]), others[-1].lstrip()]))


def decode(data: bytes) -> str | None:
    """The text in its own encoding; None where the bytes are no text."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    utf16 = _unmarked_utf16(data[:SAMPLE_BYTES])
    if utf16:
        return data.decode(utf16, "replace")
    control = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if control > max(STRAY_CONTROLS, len(data) * MAX_CONTROL_SHARE):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    # A few broken bytes in what is UTF-8 otherwise: better a mark where they stood than the whole text misread.
    letters = sum(len(run) for run in re.findall("[^\x00-\x7f\ufffd]+", text))
    if letters > 4 * text.count("\ufffd"):
        return text
    guess = None if b"\x00" in data else _guess(data)
    return data.decode(guess, "replace") if guess else None


def _unmarked_utf16(sample: bytes) -> str | None:
    """Text of mostly Latin letters in UTF-16 has a NUL in every other byte, even where it lacks its mark."""
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    first, second = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if second > 0.4 * pairs and first < 0.02 * pairs:
        return "utf-16-le"
    return "utf-16-be" if first > 0.4 * pairs and second < 0.02 * pairs else None


def _guess(data: bytes) -> str | None:
    # 28 ms and 6 MB that a server whose notes are all UTF-8 never pays.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    sample = data[:SAMPLE_BYTES]
    if len(sample) < len(data):  # a character cut in two would rule its encoding out
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1] or sample
    guesses = from_bytes(sample, cp_isolation=_ENCODINGS)
    best = guesses.best()
    # A few accents among plain letters tell no language, and then the detector's order is the alphabet's: "niño" in
    # Western European comes out as Polish. _ENCODINGS puts the likelier first.
    if (best is None or best.coherence < 0.2) and not _LONG_RUN.search(sample):
        return _ENCODINGS[0]
    if best is None:
        return None
    tied = {guess.encoding for guess in guesses if (guess.chaos, guess.coherence) == (best.chaos, best.coherence)}
    return next(encoding for encoding in _ENCODINGS if encoding in tied)


def tidy(text: str) -> str:
    """NFC, \\n line ends, no character that is not seen."""
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))
