"""The names by which people sign in, and what passwords have to be."""

from __future__ import annotations

import unicodedata

from studyin.errors import Code, StudyinError
from studyin.language import say

MAX_NAME = 64
MIN_PASSWORD = 10
# A password manager's longest is a quarter of this; more would only be work for the server.
MAX_PASSWORD = 512


def account_name(given: str) -> str:
    """A name as it is shown, such as ann or ann@example.org. Raises StudyinError EMPTY, TOO_LONG or BAD_REQUEST."""
    name = unicodedata.normalize("NFKC", given).strip()
    if not name:
        raise StudyinError(Code.EMPTY, say("Expected a name, got none. Write one."))
    if len(name) > MAX_NAME:
        raise StudyinError(
            Code.TOO_LONG,
            say("Expected a name of at most {most} characters, got {number}.", most=MAX_NAME, number=len(name)),
        )
    # No commas: a proxy that joins two headers with one would else name a third person.
    if not name.isprintable() or "," in name:
        raise StudyinError(Code.BAD_REQUEST, say("Expected a name of visible characters without a comma. Change it."))
    return name


def new_password(given: str, name: str) -> str:
    """A password that may be set. Raises StudyinError BAD_REQUEST or TOO_LONG.

    Length is what counts, and nothing is asked about kinds of characters (NIST SP 800-63B-4, section 3.1.1.2).
    """
    password = password_text(given)
    if len(password) < MIN_PASSWORD:
        raise StudyinError(
            Code.BAD_REQUEST,
            say(
                "Expected a password of at least {least} characters, got {number}. A few words make a good one.",
                least=MIN_PASSWORD,
                number=len(password),
            ),
        )
    if len(password) > MAX_PASSWORD:
        raise StudyinError(
            Code.TOO_LONG,
            say(
                "Expected a password of at most {most} characters, got {number}.",
                most=MAX_PASSWORD,
                number=len(password),
            ),
        )
    if password.casefold() == name.casefold() or len(set(password)) < 3:
        raise StudyinError(
            Code.BAD_REQUEST,
            say(
                "Expected a password that can't be guessed, got the name or one character over and over. Choose "
                "another."
            ),
        )
    return password


def password_text(given: str) -> str:
    """What keyboards write differently but people take for the same, made the same."""
    return unicodedata.normalize("NFKC", given)
