"""What a ZIP archive holds of sessions, read so that no bomb in one goes off, and nothing is taken on its word.

Its names only lead to what is looked at: nothing is ever unpacked to a disk.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from studyin.errors import Code, StudyinError
from studyin.language import phrase, say
from studyin.web.sound import too_many

MAX_ENTRIES = 20_000
MAX_DIRECTORY_BYTES = 4 * 2**20

# Ours, ChatGPT's, and the parts that ChatGPT makes of a long one.
_WORTH_READING = re.compile(r"(?:^|[/\\\\])(?:sessions|conversations(?:[-_]\d+)?)\.json$", re.IGNORECASE)
# Those that everybody packs with; another one may ask for gigabytes of memory before its first byte is out.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_START = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"
# The end of the directory: mark, number of this disk, of the directory's disk, entries on it, in all, bytes, offset,
# bytes of the comment behind it.
_END = struct.Struct("<4s4H2LH")
_MAX_COMMENT_BYTES = 0xFFFF
# Where a larger archive has the same in more bytes. None that may be sent here needs it.
_LONG_END, _LONG_END_BYTES = b"PK\x06\x07", 20


def is_parcel(file: IO[bytes]) -> bool:
    """Whether it begins as a ZIP archive does. Leaves the file at its beginning."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return head in (_START, _EMPTY)


def texts_in(file: IO[bytes], most_bytes: int) -> Iterator[bytes]:
    """The JSON texts of an archive, most_bytes at most in all. Raises StudyinError BAD_REQUEST or TOO_LARGE."""
    _look_at_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [each for each in archive.infolist() if _WORTH_READING.search(each.filename)]
            if not entries:
                raise StudyinError(
                    Code.BAD_REQUEST,
                    say(
                        "Expected an archive of all sessions, or the one that ChatGPT exports: this ZIP holds neither "
                        "a sessions.json nor a conversations.json. Notes in a ZIP have to be unpacked: drop in the "
                        "files."
                    ),
                )
            room = most_bytes
            for entry in entries:
                if entry.flag_bits & 1:
                    raise StudyinError(
                        Code.BAD_REQUEST,
                        say("Expected a ZIP archive that can be opened, got one that is locked with a password."),
                    )
                if entry.compress_type not in _METHODS:
                    raise _damaged()
                # Whatever size it claims: a byte more than there is room for is enough to know.
                with archive.open(entry) as part:
                    text = part.read(room + 1)
                if len(text) > room:
                    raise StudyinError(
                        Code.TOO_LARGE,
                        say(
                            "Expected at most {most} MB of sessions in a ZIP archive, got more. Unpack it, and import "
                            "its parts.",
                            most=most_bytes // 2**20,
                        ),
                        status=413,
                    )
                room -= len(text)
                yield text
    # What else a crafted archive makes of zipfile: an unknown method, a wrong checksum, an offset outside of the file.
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zlib.error, struct.error):
        raise _damaged() from None


def _look_at_directory(file: IO[bytes]) -> None:
    """Before zipfile makes an object of each entry: a directory of a hundred megabytes would take a gigabyte."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _MAX_COMMENT_BYTES - _LONG_END_BYTES))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_EMPTY)
    if at < 0 or len(tail) - at < _END.size:
        raise _damaged()
    _, _, _, _, entries, directory_bytes, _, comment_bytes = _END.unpack_from(tail, at)
    if at + _END.size + comment_bytes != len(tail):
        raise _damaged()
    is_long = at >= _LONG_END_BYTES and tail.startswith(_LONG_END, at - _LONG_END_BYTES)
    if is_long or entries > MAX_ENTRIES or directory_bytes > MAX_DIRECTORY_BYTES:
        raise too_many(
            phrase("Expected a ZIP archive of at most {most} files. Unpack it, and import its parts."),
            MAX_ENTRIES,
            entries,
        )


def _damaged() -> StudyinError:
    return StudyinError(
        Code.BAD_REQUEST,
        say("Expected a ZIP archive that can be opened, got one that is damaged. Download it anew, and import that."),
    )
