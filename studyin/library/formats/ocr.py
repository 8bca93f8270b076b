"""Words from pictures, through Tesseract where that is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable

# A page of small print takes about five seconds.
SECONDS_A_PAGE = 45
MAX_BYTES = 1_000_000


class Ocr:
    def __init__(self, languages: str) -> None:
        self._program = shutil.which("tesseract")
        self._languages = languages

    @property
    def is_there(self) -> bool:
        return self._program is not None

    def read(self, draw: Callable[[], bytes]) -> str:
        """The words of a picture that draw makes; "" where there are none, or nobody to read them."""
        if self._program is None:
            return ""
        # The picture goes in by a pipe and the words come out by one: a reader may write no file.
        command = [self._program, "stdin", "stdout", "-l", self._languages, "--psm", "3"]
        try:
            done = subprocess.run(  # noqa: S603 - the languages were checked when they were set
                command,
                input=draw(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS_A_PAGE,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError):
            return ""
        if done.returncode:
            return ""
        return _paragraphs(done.stdout[:MAX_BYTES].decode(errors="replace"))


def _paragraphs(text: str) -> str:
    """Tesseract ends each line and each page; a hyphen at a line's end is most often none of the word."""
    text = text.replace("\f", "").replace("\r", "")
    text = re.sub(r"(?<=[^\W\d_])-\n(?=[^\W\d_A-Z])", "", text)
    paragraphs = (re.sub(r"\s+", " ", paragraph).strip() for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join(paragraph for paragraph in paragraphs if re.search(r"\w", paragraph))
