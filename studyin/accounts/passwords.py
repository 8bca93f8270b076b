"""Passwords as hashes: argon2id, away from the event loop, a few at a time."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# Each takes 64 MB for a tenth of a second: however many knock, the server keeps its memory and the others a processor.
AT_ONCE = 2


class Passwords:
    """Hashes and checks passwords with argon2id, at the costs of RFC 9106's second recommended option."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(_hash, password)

    async def check(self, stored: str | None, password: str) -> bool:
        """Whether it is the password of this hash. Without a hash it takes as long, and is False."""
        async with self._turns:
            if self._decoy is None:
                # Made before any check, so that the first one takes as long for a known name as for an unknown one.
                self._decoy = await asyncio.to_thread(_hash, secrets.token_hex())
            fits = await asyncio.to_thread(_fits, stored or self._decoy, password)
        return fits and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made with other costs than hashes are today."""
        return _hasher().check_needs_rehash(stored)


def _hash(password: str) -> str:
    return _hasher().hash(password.encode(errors="replace"))


def _fits(stored: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - see _hasher

    try:
        return _hasher().verify(stored, password.encode(errors="replace"))
    except (VerificationError, InvalidHashError):
        return False


def _hasher() -> PasswordHasher:
    # Imported here because a server without accounts never needs it: 17 ms and 4 MB.
    from argon2 import PasswordHasher, profiles  # noqa: PLC0415

    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
