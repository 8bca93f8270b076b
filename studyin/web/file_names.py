"""What a file that a browser saves is called: by what it holds, in letters that every system takes."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

# Of the name without its suffix: systems take 255 bytes, and browsers put " (1)" and ".part" behind it.
MAX_CHARS = 80
MAX_BYTES = 200

# What no system has in a name, or some take for a path, a stream or a pattern.
_FORBIDDEN = re.compile(r'[\s/\\:*?"<>|]+')
# Windows keeps these for its devices, whatever suffix they have.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)", re.IGNORECASE)


def safe_name(title: str, otherwise: str) -> str:
    """The title as a file's name, without suffix: short, no path, no device; `otherwise` where nothing is left."""
    # Cf among them: an override of the direction would show "exe.md" for "dm.exe".
    words = "".join(
        " " if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") else each
        for each in unicodedata.normalize("NFC", title)
        if unicodedata.category(each) not in ("Cs", "Co", "Cn")
    )
    name = _cut(_FORBIDDEN.sub(" ", words).strip(" .-"))
    return f"{otherwise} {name}" if _DEVICES.match(name) else name or otherwise


def attachment(name: str) -> str:
    """Content-Disposition (RFC 6266) for a name from `safe_name` with a suffix: as it is, and in ASCII for the old."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    # Some take a % for the start of a code.
    stem, _, suffix = re.sub(r"[^\w .,()'+=&!-]+", "_", plain).rpartition(".")
    fallback = f"{stem.strip(' ._') or 'studyin'}.{suffix}"
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def _cut(name: str) -> str:
    short = name[:MAX_CHARS].encode()[:MAX_BYTES].decode(errors="ignore")
    if len(short) < len(name):
        # Between words, where there is room between them.
        whole, _, _ = short.rpartition(" ")
        short = whole if len(whole) > MAX_CHARS // 2 else short
    return short.rstrip(" .-")
