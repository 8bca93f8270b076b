"""Names for new rows, and the time they are made."""

import secrets
import time


def new_id() -> str:
    """128 random bits as 32 lower-case hex digits: safe in a URL, not to be guessed."""
    return secrets.token_hex(16)


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def now_us() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1_000
